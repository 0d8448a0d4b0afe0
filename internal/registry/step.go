package registry

import (
	"context"
	"time"
)

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

// Progress is a step of a running check: first that it began, then what came
// back, and at times, under the same number, what turned out to be wrong with
// that.
type Progress struct {
	// Number is the step's place, from 1 to [MaxSteps].
	Number int
	// Ended is false while the answer is awaited; of the step only Method, URL
	// and Purpose are known then.
	Ended bool
	Step  Step
}

type progressKey struct{}

// WithProgress has a check that gets the context tell its steps as it takes
// them. It calls told from its own goroutine and waits for it, at most three
// times a step.
func WithProgress(ctx context.Context, told func(Progress)) context.Context {
	return context.WithValue(ctx, progressKey{}, told)
}

// ToldTo is whom [WithProgress] named; somebody who does not listen, if nobody
// was.
func ToldTo(ctx context.Context) func(Progress) {
	if told, ok := ctx.Value(progressKey{}).(func(Progress)); ok {
		return told
	}
	return func(Progress) {}
}
