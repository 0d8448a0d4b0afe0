package gateway

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/gateway/traffic"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// maxAllocations bounds what an exchange allocates, along with the caller and
// the upstream that are imitated here: 34, and up to 38 with the race detector,
// under which pools forget. About 20 are the gateway's own.
const maxAllocations = 42

func TestAnExchangeAllocatesLittle(t *testing.T) {
	const path = registry.Path("/weather")
	routes := NewRoutes(traffic.NewBoard())
	routes.Update(nil, &registry.Service{Path: path, Enabled: true, Upstream: "instant://upstream/mcp"})
	g := New(Options{Routes: routes, SessionKey: [32]byte{1}})
	g.transport.RegisterProtocol("instant", instant{})
	caller := &Caller{
		Principal: auth.NewUser("admin"), RequestID: "id",
		ForwardedFor: "192.0.2.1", ForwardedHost: "localhost", ForwardedProto: "http",
	}
	session := []string{g.binding.bind("session", path, caller.Principal.String())}
	const call = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"forecast"}}`
	contentType := []string{"application/json"}
	w := &nobody{header: make(http.Header)}
	got := testing.AllocsPerRun(200, func() {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost/weather/mcp", strings.NewReader(call))
		if err != nil {
			t.Fatal(err)
		}
		r.Header["Content-Type"] = contentType
		r.Header[sessionHeader] = session
		clear(w.header)
		if err := g.Forward(w, r, caller, new(Report)); err != nil || w.status != http.StatusOK {
			t.Fatalf("answered %d, %v", w.status, err)
		}
	})
	if t.Logf("%v allocations", got); got > maxAllocations {
		t.Errorf("an exchange allocates %v times, more than %d", got, maxAllocations)
	}
}

// instant is an upstream that answers without a connection.
type instant struct{}

func (instant) RoundTrip(r *http.Request) (*http.Response, error) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode:    http.StatusOK,
		Header:        http.Header{"Content-Type": {"application/json"}, sessionHeader: {"session"}},
		Body:          io.NopCloser(strings.NewReader("{}")),
		ContentLength: 2,
		Request:       r,
	}, r.Body.Close()
}

// nobody is a caller that keeps nothing.
type nobody struct {
	header http.Header
	status int
}

func (n *nobody) Header() http.Header              { return n.header }
func (n *nobody) WriteHeader(status int)           { n.status = status }
func (n *nobody) Write(b []byte) (int, error)      { return len(b), nil }
func (n *nobody) EnableFullDuplex() error          { return nil }
func (n *nobody) SetReadDeadline(time.Time) error  { return nil }
func (n *nobody) SetWriteDeadline(time.Time) error { return nil }
