package registry

import "time"

// StatusKind is the class of a [Status].
type StatusKind string

// The kinds of status. Their text is what is stored and what subscribers read.
const (
	// Disabled: switched off; not probed, not routed.
	Disabled StatusKind = "disabled"
	// Checking: enabled, and the first result is not in yet.
	Checking StatusKind = "checking"
	// Healthy: the upstream answered as an MCP server.
	Healthy StatusKind = "healthy"
	// Unhealthy: it did not; the reason says how.
	Unhealthy StatusKind = "unhealthy"
	// AuthRequired: it answered and asks for credentials (401, 403).
	AuthRequired StatusKind = "auth-required"
	// Error: the check itself could not run; the reason says why.
	Error StatusKind = "error"
)

// StatusKinds lists all kinds.
func StatusKinds() []StatusKind {
	return []StatusKind{Disabled, Checking, Healthy, Unhealthy, AuthRequired, Error}
}

// StatusRemoved is what subscribers hear, once, when a service is deleted. No
// service ever has it.
const StatusRemoved = "removed"

// Status is a kind and, for [Unhealthy] and [Error], a short reason.
type Status struct {
	Kind   StatusKind
	Reason string
}

// String is the wire form: "healthy", "unhealthy: connection refused".
func (s Status) String() string {
	if s.Reason == "" {
		return string(s.Kind)
	}
	return string(s.Kind) + ": " + s.Reason
}

// Up says whether the upstream was there when it was last asked.
func (s Status) Up() bool { return s.Kind == Healthy || s.Kind == AuthRequired }

// Failing says whether somebody should look at the service.
func (s Status) Failing() bool { return s.Kind == Unhealthy || s.Kind == Error }

// Health is what is known about an upstream, and since when.
type Health struct {
	Status Status
	// Detail explains the last check's outcome in a sentence or two, for
	// people who are signed in. Empty when there is nothing to add.
	Detail string
	// LastChecked is when the last check ended; zero before the first.
	LastChecked time.Time
	// Since is when the kind of status was entered; another reason for the
	// same kind does not change it.
	Since time.Time
	// Latency is how long the upstream took to answer the last check; 0 when
	// it did not.
	Latency time.Duration
	// Failures counts the failed checks in a row.
	Failures int
}
