package gateway_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/gateway"
	"github.com/mcpgateway/mcpgateway/internal/http1"
)

// mirror is an upstream that answers with what it was told, in the header and in
// the content; the path says how.
func mirror(w http.ResponseWriter, r *http.Request) {
	tail := r.URL.Path
	if tail != "/early" {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		defer func() { _, _ = w.Write(body) }()
	}
	secrets := r.Header["X-Secret"]
	w.Header()["X-Mirror"] = secrets
	w.Header()["X-Had"] = r.Header["Mcp-Session-Id"]
	w.Header().Set("Mcp-Session-Id", "of-"+secrets[0])
	switch tail {
	case "/parts":
		_, _ = io.WriteString(w, secrets[0])
		_ = http.NewResponseController(w).Flush()
	case "/abort":
		_, _ = io.WriteString(w, secrets[0])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	case "/hang":
		<-r.Context().Done()
	}
}

// fronts are servers before the gateway, each with a client: net/http with
// HTTP/1.1 and with HTTP/2, and http1.
func (w *world) fronts() map[string]front {
	plain, direct := listening(w.t), listening(w.t)
	both, only2 := new(http.Protocols), new(http.Protocols)
	both.SetHTTP1(true)
	both.SetUnencryptedHTTP2(true)
	only2.SetUnencryptedHTTP2(true)
	servers := []*http.Server{
		{Handler: http.HandlerFunc(w.serve), ErrorLog: log.New(io.Discard, "", 0), Protocols: both},
		{Handler: http.HandlerFunc(w.serve), ErrorLog: log.New(io.Discard, "", 0)},
	}
	own := &http1.Server{HTTP: servers[1], Takes: func(*http.Request) bool { return true }}
	var running sync.WaitGroup
	running.Go(func() { _ = servers[0].Serve(plain) })
	running.Go(func() { _ = own.Serve(direct) })
	all := map[string]front{
		"net-http": {"http://" + plain.Addr().String(), &http.Transport{MaxIdleConnsPerHost: 16}},
		"http2":    {"http://" + plain.Addr().String(), &http.Transport{Protocols: only2}},
		"http1":    {"http://" + direct.Addr().String(), &http.Transport{MaxIdleConnsPerHost: 16}},
	}
	w.t.Cleanup(func() {
		for _, f := range all {
			f.CloseIdleConnections()
		}
		_ = servers[0].Close()
		_ = own.Close()
		running.Wait()
	})
	return all
}

type front struct {
	url string
	*http.Transport
}

func listening(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// One exchange after the other uses the same memory, and so do the requests of a
// connection. No caller ever gets, or is sent along with, anything of another's:
// however many there are, by whatever way they come and go on, and however their
// exchanges end.
func TestCallersShareNothing(t *testing.T) {
	secure := httptest.NewUnstartedServer(http.HandlerFunc(mirror))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	w := newWorld(t, func(o *gateway.Options) {
		o.RootCAs = x509.NewCertPool()
		o.RootCAs.AddCert(secure.Certificate())
		o.OnFailure = nil
	})
	w.register("/clear", serving(t, mirror))
	w.register("/tls", secure.URL)
	var calling sync.WaitGroup
	for proto, f := range w.fronts() {
		for n := range 6 {
			calling.Go(func() { w.callInTurns(f, fmt.Sprintf("%s-%d", proto, n)) })
		}
	}
	calling.Wait()
}

// callInTurns is a caller with secrets, in all the ways that an exchange may go.
func (w *world) callInTurns(f front, name string) {
	session, had := make(map[string]string), make(map[string]string)
	for i := range 60 {
		service := []string{"/clear", "/tls"}[i/6%2]
		tail := []string{"/whole", "/parts", "/whole", "/early", "/abort", "/hang"}[i%6]
		what := fmt.Sprintf("%s-%d to %s%s", name, i, service, tail)
		secrets := []string{fmt.Sprintf("%s-%d", name, i), name}[:1+i%2]
		content := strings.Repeat(secrets[0]+";", []int{0, 1, 300, 2000, 5000}[i%5])
		ctx, cancel := context.WithCancel(w.t.Context())
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, f.url+service+tail, strings.NewReader(content))
		if err != nil {
			w.t.Error(err)
		}
		r.Header["X-Secret"] = secrets
		r.Header.Set("Test-Caller", name)
		if session[service] != "" {
			r.Header.Set("Mcp-Session-Id", session[service])
		}
		if tail == "/hang" {
			cancel() // Whether it has come to the upstream or not.
		}
		var text []byte
		res, err := f.RoundTrip(r)
		if err == nil {
			text, err = io.ReadAll(res.Body)
			_ = res.Body.Close()
		}
		cancel()
		want := content
		switch tail {
		case "/parts":
			want = secrets[0] + content
		case "/early":
			want = ""
			if err != nil || res.StatusCode != http.StatusOK {
				continue // Such an answer may be lost along with the connection.
			}
		case "/abort", "/hang":
			if err == nil && res.StatusCode == http.StatusOK {
				w.t.Errorf("%s looks whole", what)
			}
			continue
		}
		if err != nil || res.StatusCode != http.StatusOK {
			w.t.Errorf("%s: %v, %v", what, res, err)
			continue
		}
		if got := res.Header["X-Mirror"]; string(text) != want || !slices.Equal(got, secrets) {
			w.t.Errorf("%s: secrets %q came back as %q, and %d bytes as %d", what, secrets, got, len(want), len(text))
		}
		if got := res.Header.Get("X-Had"); got != had[service] {
			w.t.Errorf("%s: the session %q came as %q", what, had[service], got)
		}
		had[service], session[service] = "of-"+secrets[0], res.Header.Get("Mcp-Session-Id")
		if !strings.HasPrefix(session[service], had[service]+".") {
			w.t.Errorf("%s: the session is %q", what, session[service])
		}
	}
}
