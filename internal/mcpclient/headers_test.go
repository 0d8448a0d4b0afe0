package mcpclient

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

const apiKey = "key-0123456789abcdef"

func withKey(t *testing.T, url string) registry.Target {
	t.Helper()
	h, err := registry.ParseHeaders(map[string]string{"Authorization": "Bearer " + apiKey, "User-Agent": "ours"})
	if err != nil {
		t.Fatal(err)
	}
	return registry.Target{Upstream: url, Headers: h}
}

// TestHeadersOpenEveryEra: each request of checks and watches has them, those
// that end a session as well, and redirects within the origin keep them.
func TestHeadersOpenEveryEra(t *testing.T) {
	for name, upstream := range map[string]*upstreamtest.Upstream{
		"stateless": upstreamtest.Stateless(t, "a"), "stateful": upstreamtest.Stateful(t, "a"), "http+sse": upstreamtest.SSE(t, "a"),
	} {
		t.Run(name, func(t *testing.T) {
			lock := &upstreamtest.Lock{Name: "Authorization", Value: "Bearer " + apiKey, Behind: upstream}
			mux := http.NewServeMux()
			mux.Handle("/", lock)
			mux.Handle("/moved", http.RedirectHandler(strings.TrimPrefix(upstream.URL, upstream.Origin()), http.StatusTemporaryRedirect))
			url := upstreamtest.Serve(t, mux)
			c := New(Options{})

			bare := c.Check(t.Context(), registry.Target{Upstream: url}, true)
			if bare.Status.Kind != registry.AuthRequired || lock.Opened() > 0 {
				t.Errorf("without headers: %v, let through %d times", bare.Status, lock.Opened())
			}
			refused := lock.Refused()
			for _, at := range []string{url, url + "/moved"} {
				target := withKey(t, at)
				out := c.Check(t.Context(), target, true)
				if out.Status.Kind != registry.Healthy || out.Discovery == nil || len(out.Discovery.Tools) != 1 {
					t.Fatalf("%s: %v: %s", at, out.Status, out.Detail)
				}
				target.Detected = out.Detected
				ctx, cancel := context.WithCancel(t.Context())
				changed, ended := watching(ctx, c, target)
				soon(t, "the watch to stand", changed)
				cancel()
				_ = soon(t, "the watch's end", ended)
			}
			if lock.Refused() != refused {
				t.Errorf("%d requests went without the headers", lock.Refused()-refused)
			}
		})
	}
}

// TestHeadersStayWithinTheOrigin: a redirect, an endpoint event and the other
// scheme of an examination lead elsewhere; nothing of the key arrives there.
func TestHeadersStayWithinTheOrigin(t *testing.T) {
	var log strings.Builder
	elsewhere := upstreamtest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintln(&log, r.Method, r.URL, r.Header)
		w.WriteHeader(http.StatusNotFound)
	}))
	for name, h := range map[string]http.Handler{
		"redirect": upstreamtest.Redirect(elsewhere, http.StatusTemporaryRedirect),
		"endpoint": upstreamtest.SSEEndpoint(elsewhere + "/messages"),
	} {
		c := New(Options{})
		target := withKey(t, upstreamtest.Serve(t, h))
		if out := c.Check(t.Context(), target, true); out.Status.Kind == registry.Healthy {
			t.Errorf("%s: %v", name, out.Status)
		}
		target.Detected = registry.Detected{Transport: registry.HTTPSSE, Endpoint: elsewhere + "/sse"}
		if err := c.Watch(t.Context(), target, func() {}); err == nil {
			t.Errorf("%s: it was watched", name)
		}
		c.Examine(t.Context(), target)
	}
	if log.Len() > 0 {
		t.Errorf("another server heard:\n%s", log.String())
	}
}

// echo answers every request with what it was sent, in every place there is.
func echo(status int, kind, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, _ := io.ReadAll(r.Body)
		id := "1"
		if _, rest, ok := bytes.Cut(sent, []byte(`"id":`)); ok {
			id = string(rest[:bytes.IndexAny(rest, ",}")])
		}
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, strings.NewReplacer("ID", id, "KEY", r.Header.Get("Authorization")).Replace(body))
	})
}

// TestNothingRepeatsAHeader: whatever an upstream echoes, no text of a check,
// an examination, a watch or the log has the key, whole or cut off.
func TestNothingRepeatsAHeader(t *testing.T) {
	tool := `{"name":"t","title":"KEY","description":"Use KEY.","inputSchema":{"type":"object","title":"KEY"},"annotations":{"title":"KEY"}}`
	for name, h := range map[string]http.Handler{
		"error text":  echo(400, "text/plain", "no such key: KEY"),
		"cut off":     echo(400, "text/plain", strings.Repeat("x", maxQuote-24)+"KEY and more"),
		"cut earlier": echo(400, "text/plain", strings.Repeat("x", maxQuote-18)+"KEY and more"),
		"json error":  echo(200, "application/json", `{"jsonrpc":"2.0","id":ID,"error":{"code":-32000,"message":"bad KEY"}}`),
		"json 403":    echo(403, "application/json", `{"jsonrpc":"2.0","id":ID,"error":{"code":-32000,"message":"bad KEY"}}`),
		"hello and tools": echo(200, "application/json", `{"jsonrpc":"2.0","id":ID,"result":{"supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},`+
			`"serverInfo":{"name":"I heard KEY","version":"KEY"},"tools":[`+tool+`]}}`),
		"media type": echo(200, "text/x-"+apiKey, "KEY"),
		"redirect": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:9/"+apiKey+"?"+r.Header.Get("Authorization"), http.StatusTemporaryRedirect)
		}),
		"not HTTP": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_, _ = io.WriteString(conn, "key "+apiKey+"\r\n\r\n")
				_ = conn.Close()
			}
		}),
		"bad event": echo(200, "text/event-stream", "event: endpoint\ndata: http://127.0.0.1:9/KEY\n\n"),
	} {
		t.Run(name, func(t *testing.T) {
			var told bytes.Buffer
			c := New(Options{Logger: slog.New(slog.NewTextHandler(&told, &slog.HandlerOptions{Level: slog.LevelDebug}))})
			target := withKey(t, upstreamtest.Serve(t, h))
			out := c.Check(t.Context(), target, true)
			_, _ = fmt.Fprintf(&told, "%+v\n%+v\n", out, c.Examine(t.Context(), target))
			if d := out.Discovery; d != nil {
				_, _ = fmt.Fprintf(&told, "%+v\n", *d)
				for _, tool := range d.Tools {
					_, _ = fmt.Fprintf(&told, "%s %s\n", tool.InputSchema, tool.Annotations)
				}
			} else if name == "hello and tools" {
				t.Errorf("no tools: %v: %s", out.Status, out.Detail)
			}
			for _, d := range []registry.Detected{
				{Transport: registry.StreamableHTTP, Endpoint: target.Upstream, Stateless: true},
				{Transport: registry.StreamableHTTP, Endpoint: target.Upstream},
				{Transport: registry.HTTPSSE, Endpoint: target.Upstream},
			} {
				target.Detected = d
				err := c.Watch(t.Context(), target, func() {})
				_, _ = fmt.Fprintf(&told, "%v %+v\n", err, errors.Unwrap(err))
			}
			// A beginning of seven bytes is too short to tell what it is of.
			if text := told.String(); strings.Contains(text, apiKey[:8]) {
				t.Errorf("it says: %s", text)
			}
		})
	}
}

// TestACheckTellsAWrongKeyFromNone.
func TestACheckTellsAWrongKeyFromNone(t *testing.T) {
	url := upstreamtest.Serve(t, upstreamtest.Body(http.StatusUnauthorized, "text/plain", ""))
	if out := patient().Check(t.Context(), withKey(t, url), true); !strings.Contains(out.Detail, "does not take the credentials in upstream_headers") {
		t.Errorf("with a key: %q", out.Detail)
	}
	if out := patient().Check(t.Context(), registry.Target{Upstream: url}, true); !strings.Contains(out.Detail, "asks for credentials") {
		t.Errorf("without: %q", out.Detail)
	}
}
