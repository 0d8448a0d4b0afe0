package registry

import "time"

// Step is one request of a check or an examination, and what came back. All
// text in it is one clean line.
type Step struct {
	Method string
	// URL leaves the query out, which may hold a key; at most 160 bytes.
	URL string
	// Purpose is the JSON-RPC method that was sent; empty for none.
	Purpose string
	// Status is the HTTP status; 0 without a response.
	Status int
	// MediaType is the response's; at most 80 bytes.
	MediaType string
	// Problem is what was wrong beyond the status, at most 200 bytes; empty
	// for nothing.
	Problem string
	// Took is the time to the response's header, or to the problem.
	Took time.Duration
}

// Good says whether the step brought what it was for.
func (s Step) Good() bool {
	return s.Problem == "" && s.Status > 0 && s.Status < 400
}
