package httpserver

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/gateway"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// What the server cannot do now is a 503 that says when to come back.
func TestWhatPassesSaysWhen(t *testing.T) {
	for _, err := range []error{
		actors.ErrOverloaded, actors.ErrStopped, auth.ErrBusy, gateway.ErrTooManyOpen, gateway.ErrExhausted, registry.ErrNotStored,
	} {
		f, known := failureOf(fmt.Errorf("register /a: %w", err))
		if !known || f.status != http.StatusServiceUnavailable || f.header.Get("Retry-After") == "" || f.detail == "" {
			t.Errorf("%v: %d %q, Retry-After %q", err, f.status, f.detail, f.header.Get("Retry-After"))
		}
	}
}
