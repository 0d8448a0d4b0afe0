package http1_test

import (
	"io"
	"net/http"
	"testing"
	"time"
)

// What comes while an answer is under way is the next request, and says nothing
// about the connection: it stays, however late the first part is sent.
func TestNextRequestBeforeFirstPart(t *testing.T) {
	s := serving(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-time.After(70 * time.Millisecond) // Until somebody watches the caller.
		control := http.NewResponseController(w)
		for range 3 {
			_, _ = io.WriteString(w, "part")
			_ = control.Flush()
		}
	}), true)
	conn, in := s.dial(t)
	const requests = 6
	go func() {
		for range requests {
			_, _ = io.WriteString(conn, post)
			<-time.After(50 * time.Millisecond)
		}
	}()
	for i := range requests {
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatalf("answer %d: %v", i, err)
		}
		if text, err := io.ReadAll(res.Body); err != nil || string(text) != "partpartpart" || res.Close {
			t.Errorf("answer %d: %q, %v, close %v", i, text, err, res.Close)
		}
	}
}
