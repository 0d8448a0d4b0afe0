package registry

import "time"

// DefaultLicense stands for a service that was registered without one.
const DefaultLicense = "N/A"

// Service is one registered MCP server. Its identity is its Path. A *Service
// that a [Catalog] handed out is never changed again.
type Service struct {
	Path        Path
	Name        string
	Description string
	// Upstream is proxy_pass_url: an absolute http or https URL.
	Upstream string
	Tags     []string
	// DeclaredTools is num_tools as somebody gave it; it counts until the
	// first discovery. See [Service.NumTools].
	DeclaredTools int
	Stars         int
	IsPython      bool
	License       string
	// WatchTools asks for a standing connection that hears
	// notifications/tools/list_changed.
	WatchTools bool
	// UpstreamHeaders are added to each request to the upstream, of checks and
	// of callers.
	UpstreamHeaders Headers

	Enabled bool
	Health  Health
	// Rechecking is true while a check that a person asked for runs. It
	// covers Health, outlives no process, and is not stored.
	Rechecking bool
	// Steps are what the last check did, and NextCheck is when the next one
	// comes at the latest, unless checks hang; both are unknown before a check
	// of this start and this upstream. They outlive no process, and are not
	// stored.
	Steps     []Step
	NextCheck time.Time
	// Recorded counts what the history has of the service.
	Recorded Recorded
	// Detected is what the last successful check found out about the
	// upstream; zero before one.
	Detected Detected
	// Tools is what the last discovery found, in the upstream's order.
	Tools []Tool
	// Discovered is true once Tools comes from a discovery, be it empty.
	Discovered bool

	// Version is the catalog's sequence number of the last change. No two
	// changes of any two services share one.
	Version uint64
	// Generation tells the checks of one start and one upstream from those of
	// another. It is drawn anew by each process and not stored; 0 while the
	// service is disabled.
	Generation uint64

	RegisteredAt time.Time
	UpdatedAt    time.Time
}

// NumTools is the number of discovered tools, or the declared one before any
// discovery.
func (s *Service) NumTools() int {
	if s.Discovered {
		return len(s.Tools)
	}
	return s.DeclaredTools
}

// Status is what people are told: the health's status, or checking while a
// manual check runs.
func (s *Service) Status() Status {
	if s.Rechecking {
		return Status{Kind: Checking}
	}
	return s.Health.Status
}

// Target is what a check of this service is aimed at.
func (s *Service) Target() Target {
	return Target{Upstream: s.Upstream, Headers: s.UpstreamHeaders, Detected: s.Detected}
}
