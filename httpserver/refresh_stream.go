package httpserver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// eventTimeout bounds the writing of what has happened since the last time.
const eventTimeout = 10 * time.Second

// refreshStream is a check under way as an answer: its steps as they come, then
// the result. It keeps no queue. What is to be sent is the difference between
// what the check did and what was sent.
type refreshStream struct {
	call  *call
	steps *actors.Steps
	done  <-chan refreshed
	// ended is set if the check had ended before the answer began.
	ended *refreshed
	sent  []registry.Progress
}

// refreshed is what a check came to.
type refreshed struct {
	service *registry.Service
	err     error
}

// refreshInSteps begins a check, or joins one. What fails before the first step
// is an answer like any other.
func (s *Server) refreshInSteps(ctx context.Context, path registry.Path) (gen.RefreshServiceResponseObject, error) {
	done := make(chan refreshed, 1)
	f := &refreshStream{call: callOf(ctx), steps: actors.NewSteps(), done: done}
	go func() {
		service, err := s.check(ctx, actors.CheckService{Path: path, Discover: true, Follow: f.steps})
		done <- refreshed{service, err}
	}()
	select {
	case <-f.steps.Changed():
	case r := <-f.done:
		if r.err != nil {
			return nil, r.err
		}
		f.ended = &r
	}
	return f, nil
}

// VisitRefreshServiceResponse writes the events as there is something to tell.
// An error of writing means that the caller has gone, and ends it.
func (f *refreshStream) VisitRefreshServiceResponse(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would hold the events back.
	w.WriteHeader(http.StatusOK)
	for f.ended == nil {
		if f.write(w, f.news()) != nil {
			return nil //nolint:nilerr // Nobody is there to be told.
		}
		select {
		case <-f.steps.Changed():
		case r := <-f.done:
			f.ended = &r
		}
	}
	_ = f.write(w, append(f.news(), f.end()...)) // As above.
	return nil
}

// end is the last event.
func (f *refreshStream) end() []byte {
	err := f.ended.err
	if err == nil {
		return event("result", refreshedOf(f.ended.service))
	}
	told, known := failureOf(err)
	left := errors.Is(err, context.Canceled) && f.call.request.Context().Err() != nil
	if !left && (!known || isOurs(err)) {
		f.call.failure = err
	}
	return event("problem", problemOf(f.call, told))
}

// news are the events of the steps that were not sent as they are now.
func (f *refreshStream) news() []byte {
	var b []byte
	now := f.steps.Read()
	for i, p := range now {
		if i >= len(f.sent) || f.sent[i] != p {
			b = append(b, event("step", gen.CheckStep{Number: p.Number, Ended: p.Ended, Step: stepOf(p.Step)})...)
		}
	}
	f.sent = now
	return b
}

func (f *refreshStream) write(w http.ResponseWriter, events []byte) error {
	control := http.NewResponseController(w)
	// Only connections without deadlines, in tests, refuse it.
	_ = control.SetWriteDeadline(time.Now().Add(eventTimeout))
	if _, err := w.Write(events); err != nil {
		return err
	}
	return control.Flush()
}

// event is one event of a stream (HTML, section 9.2.5). JSON has no line breaks.
func event(name string, data any) []byte {
	var b bytes.Buffer
	text, _ := json.Marshal(data) // Such values always encode.
	fmt.Fprintf(&b, "event: %s\ndata: %s\n\n", name, text)
	return b.Bytes()
}
