package upstream

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"testing"
)

// Addresses that nobody answers at leave nothing behind.
func TestDeadAddressesAreForgotten(t *testing.T) {
	refused := errors.New("refused")
	p := New(Options{Dial: func(context.Context, string, string) (net.Conn, error) { return nil, refused }})
	defer p.Close()
	for n := range 100 {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://up/", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		res, err := p.RoundTrip(fmt.Sprintf("up:%d", n), r, nil, true)
		if err == nil {
			_ = res.Body.Close()
		}
		if !errors.Is(err, refused) {
			t.Fatal(err)
		}
	}
	if n := len(p.addresses); n != 0 {
		t.Errorf("%d addresses are kept", n)
	}
}
