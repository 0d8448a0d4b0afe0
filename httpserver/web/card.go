package web

import "time"

// ServiceCard is a service as the dashboard shows it.
type ServiceCard struct {
	// Path identifies the service and begins with a slash. The caller
	// guarantees its alphabet ([A-Za-z0-9._~-] and slashes): it is put into
	// URLs.
	Path        string
	Name        string
	Description string
	// Upstream is proxy_pass_url, shown as text and never as a link.
	Upstream string
	Tags     []string
	// Status is the wire text, such as "unhealthy: timeout". Kind and Reason
	// are its two halves, what stands before the ": " and after it.
	Status, Kind, Reason string
	// Detail explains the last check in a sentence or two. May be empty.
	Detail string
	// LastChecked is zero before the first check, Since before the first
	// status.
	LastChecked, Since time.Time
	// Latency of the last check that was answered; 0 when there is none.
	Latency time.Duration
	// NumTools is the count to show; ToolNames are searched, not shown, and
	// may be left out.
	NumTools  int
	ToolNames []string
	Stars     int
	IsPython  bool
	// License "N/A" and the empty one are not shown.
	License string
	// Transport is how the upstream speaks MCP; empty until it is known.
	Transport string
	Enabled   bool
	// Requests is how many the gateway carried for it in the last five
	// minutes.
	Requests int64
	// Changed is when the service, or its health, last became other than it
	// was.
	Changed time.Time
	// Version is the record's. The page fetches a record when the socket names
	// a newer one.
	Version uint64
}

// Word is how a kind reads on a badge. An unknown kind is shown as it is.
func Word(kind string) string {
	switch kind {
	case "disabled":
		return "Disabled"
	case "checking":
		return "Checking"
	case "healthy":
		return "Healthy"
	case "unhealthy":
		return "Unhealthy"
	case "auth-required":
		return "Needs credentials"
	case "error":
		return "Not checked"
	}
	return kind
}

// Troubled says whether there is something to find out about the status.
func (c ServiceCard) Troubled() bool {
	return c.Kind == "unhealthy" || c.Kind == "auth-required" || c.Kind == "error"
}

// ShownLicense is the license, or nothing where none was given.
func (c ServiceCard) ShownLicense() string {
	if c.License == "N/A" {
		return ""
	}
	return c.License
}
