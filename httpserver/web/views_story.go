package web

import "time"

// HealthPage is GET /health/{path}.
type HealthPage struct {
	Shell
	// Service is whose health it is.
	Service ServiceCard
	Story   Story
}

// Story is what happened to the health of a service. Both lists begin with the
// oldest.
type Story struct {
	// Steps are what the last check did; empty where that is not known.
	Steps []Step
	// NextCheck is when the next check is due; zero when that is not known.
	NextCheck time.Time
	Checks    []PastCheck
	Changes   []PastChange
}

// Step is one request of a check, and what came back. Its strings are hostile.
type Step struct {
	Method, URL string
	// Purpose is the JSON-RPC method that was sent; empty for none.
	Purpose string
	// Status is the HTTP status; 0 without a response.
	Status int
	// MediaType is the response's, Problem what was wrong beyond the status;
	// either may be empty.
	MediaType, Problem string
	// Took is the time to the response, or to the problem.
	Took time.Duration
	// Good says whether it brought what it was for.
	Good bool
}

// PastCheck is one check that has ended.
type PastCheck struct {
	At time.Time
	// Kind and Reason are the halves of the status, as in [ServiceCard].
	Kind, Reason string
	// Latency is how long the upstream took to answer; 0 when it did not.
	Latency time.Duration
	// Manual is true if a person asked for it, Changed if the service entered
	// another kind of status with it.
	Manual, Changed bool
}

// PastChange is how a service entered a kind of status.
type PastChange struct {
	At           time.Time
	Kind, Reason string
	// Detail is what was said then; it may be empty.
	Detail string
	// First is true for the first of the service, which nothing came before.
	First bool
}
