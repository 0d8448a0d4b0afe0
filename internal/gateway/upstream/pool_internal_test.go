package upstream

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/httpfield"
)

// Addresses that nobody answers at leave nothing behind.
func TestDeadAddressesAreForgotten(t *testing.T) {
	refused := errors.New("refused")
	p := New(Options{Dial: func(context.Context, string, string) (net.Conn, error) { return nil, refused }})
	defer p.Close()
	for n := range 100 {
		r := Request{Method: http.MethodGet, URL: &url.URL{Host: "up", Path: "/"}, Again: true}
		res, err := p.RoundTrip(t.Context(), fmt.Sprintf("up:%d", n), &r, new(httpfield.Set))
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
