package gateway

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

// The transport may close a body while it sends it, and then read once more:
// the memory may be another request's by then.
func TestAClosedBodyIsNotReadAnyMore(t *testing.T) {
	pool := newBufferPool()
	b := &received{buffer: take(pool), rest: strings.NewReader("rest")}
	b.head = b.buffer.bytes[:copy(b.buffer.bytes[:], "head")]
	body := b.open()
	if text, err := io.ReadAll(b.open()); err != nil || string(text) != "headrest" {
		t.Errorf("the body is %q, %v", text, err)
	}
	first := make([]byte, 2)
	if n, err := body.Read(first); n != 2 || err != nil || string(first) != "he" {
		t.Errorf("it begins with %q, %v", first[:n], err)
	}
	_ = body.Close()
	if n, err := body.Read(first); n != 0 || !errors.Is(err, http.ErrBodyReadAfterClose) {
		t.Errorf("after its end come %q, %v", first[:n], err)
	}
	_ = body.Close()
	if left := b.buffer.holders.Load(); left != 2 {
		t.Errorf("%d hold the buffer, want the request and the other reader", left)
	}
}
