package registry

import (
	"slices"
	"time"
)

// Transport is how an upstream speaks MCP over HTTP.
type Transport string

// The transports in use. The empty Transport means: not detected yet.
const (
	// StreamableHTTP is the transport of revisions 2025-03-26 and later.
	StreamableHTTP Transport = "streamable-http"
	// HTTPSSE is the transport of revision 2024-11-05.
	HTTPSSE Transport = "http+sse"
)

// Detected is what a check found out about an upstream. It is a hint for the
// next check and the gateway's routing information; zero before any success.
type Detected struct {
	Transport Transport
	// Endpoint is the final URL of the MCP endpoint (streamable HTTP) or of
	// the event stream (HTTP+SSE), after same-origin redirects.
	Endpoint string
	// Stateless is true for a server of revision 2026-07-28 or later, which
	// knows no initialize and no session.
	Stateless bool
	// Versions lists the protocol revisions the server is known to speak,
	// newest first. At most 16 entries of at most 32 bytes.
	Versions []string
	// ServerName and ServerVersion are what the server calls itself; hostile
	// text of at most 256 bytes each.
	ServerName    string
	ServerVersion string
}

// Equal says whether two checks found the same.
func (d Detected) Equal(o Detected) bool {
	return d.Transport == o.Transport && d.Endpoint == o.Endpoint && d.Stateless == o.Stateless &&
		slices.Equal(d.Versions, o.Versions) && d.ServerName == o.ServerName && d.ServerVersion == o.ServerVersion
}

// Target is what a check is aimed at.
type Target struct {
	// Upstream is the registered URL.
	Upstream string
	// Headers go with every request to the upstream's own origin.
	Headers Headers
	// Detected is what an earlier check found; zero makes the check detect.
	Detected Detected
}

// Outcome is the result of one check of one upstream.
type Outcome struct {
	// Status is Healthy, Unhealthy, AuthRequired or Error.
	Status Status
	// Detail is a sentence or two for the person who wants to know why.
	Detail string
	// At is when the check ended.
	At time.Time
	// Latency is how long the answer took; 0 when there was no answer.
	Latency time.Duration
	// Detected is set when Status is Healthy.
	Detected Detected
	// Discovery is set when tools were asked for and listed.
	Discovery *Discovery
	// Steps are the requests that the check made, in their order, at most
	// [MaxSteps].
	Steps []Step
}

// MaxSteps bounds the steps that are told of a check; detecting an upstream
// anew takes five, and a redirect or a list of tools some more.
const MaxSteps = 8

// Discovery is a complete answer to tools/list.
type Discovery struct {
	// Tools is in the upstream's order.
	Tools []Tool
	// Truncated is true when a bound cut the list short.
	Truncated bool
}
