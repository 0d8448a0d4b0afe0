package mcpclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

const (
	// endpointEvents and endpointBytes bound what may come before the
	// endpoint event, and that event itself.
	endpointEvents = 8
	endpointBytes  = 8 << 10
)

// httpSSE is a server of revision 2024-11-05: requests are POSTed to the URL
// that the stream's first event names, and answered on the stream.
type httpSSE struct {
	k *talk
	// url is the stream's, after redirects; endpoint is where to POST.
	url, endpoint string
	stream        *events
	hello         hello
	ready         bool
}

// openSSE opens the stream and waits at most wait for its endpoint event. The
// stream ends with ctx and with the talk. Its bytes are metered, unless it is
// to stand, when they are paced.
func (k *talk) openSSE(ctx context.Context, at string, wait time.Duration, stand bool) (*httpSSE, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(wait, func() { cancel(context.DeadlineExceeded) })
	defer timer.Stop()
	s, err := k.startSSE(ctx, at, stand)
	if err != nil {
		cancel(nil)
		return nil, err
	}
	context.AfterFunc(k.life, func() { cancel(nil) }) //nolint:contextcheck // The talk outlives the request.
	return s, nil
}

func (k *talk) startSSE(ctx context.Context, at string, stand bool) (*httpSSE, error) {
	r := request{method: http.MethodGet, url: at, header: http.Header{"Accept": {"text/event-stream"}}}
	rep, err := k.send(ctx, r)
	if err != nil {
		return nil, err
	}
	if rep.StatusCode != http.StatusOK || !isEventStream(rep.Header) {
		return nil, k.refusal(ctx, rep, r.String())
	}
	s := &httpSSE{k: k, url: rep.url}
	if stand {
		s.stream = newEvents(&pace{r: rep.Body}, endpointBytes)
	} else {
		s.stream = newEvents(&meter{ctx: ctx, r: rep.Body, left: k.budget.left, total: &k.budget}, endpointBytes)
	}
	if err := s.awaitEndpoint(ctx, r.String()); err != nil {
		rep.close()
		return nil, err
	}
	s.stream.max = k.client.limits.AnswerBytes
	return s, nil
}

// awaitEndpoint reads the stream up to the event that names where to POST.
func (s *httpSSE) awaitEndpoint(ctx context.Context, tried string) error {
	for range endpointEvents {
		ev, err := s.stream.next()
		if errors.Is(err, io.EOF) {
			return protocolError(tried, "stream ended without an endpoint event", "")
		}
		if err != nil {
			return failed(ctx, tried, err)
		}
		if ev.kind != "endpoint" {
			continue
		}
		base, err := url.Parse(s.url)
		if err != nil {
			return protocolError(tried, "bad URL", "")
		}
		to, err := base.Parse(string(ev.data))
		if err != nil {
			return protocolError(tried, "endpoint event names no URL", "")
		}
		if originOf(to) != s.k.origin || to.User != nil {
			f := protocolError(tried, "endpoint on another host", fmt.Sprintf("It wants messages sent to %s, which is not where it is registered.", shown(to.String())))
			f.final = true
			return f
		}
		to.Fragment = ""
		s.endpoint = to.String()
		return nil
	}
	return protocolError(tried, "no endpoint event", "It streams events, but not those of an MCP server.")
}

func isEventStream(h http.Header) bool {
	media, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return media == "text/event-stream"
}

func (s *httpSSE) detected() registry.Detected {
	return registry.Detected{
		Transport:     registry.HTTPSSE,
		Endpoint:      s.url,
		Versions:      s.hello.versions,
		ServerName:    s.hello.name,
		ServerVersion: s.hello.version,
	}
}

func (s *httpSSE) open(ctx context.Context) (hello, error) {
	if s.ready {
		return s.hello, nil
	}
	limit := s.k.client.limits.AnswerBytes
	result, err := s.call(ctx, "initialize", s.k.client.initializeParams(firstOfAll), limit)
	if err != nil {
		return hello{}, err
	}
	said := parseHello(result)
	if _, err := agree("initialize", said); err != nil {
		return hello{}, err
	}
	s.hello, s.ready = said, true
	return said, s.post(ctx, message{Version: "2.0", Method: "notifications/initialized"})
}

func (s *httpSSE) call(ctx context.Context, method string, params map[string]any, limit int64) (json.RawMessage, error) {
	m, id := s.k.request(method, params, firstOfAll)
	tried := "POST " + shown(s.endpoint) + " (" + method + ")"
	if err := s.post(ctx, m); err != nil {
		return nil, err
	}
	s.stream.max = limit
	got, err := s.k.readEvents(s.stream, id, func(m message) error { return s.post(ctx, m) })
	if f, ok := errors.AsType[*failure](err); ok {
		f.tried = tried + ": " + f.tried
		return nil, f
	}
	if err != nil {
		return nil, failed(ctx, tried, err)
	}
	if got.Error != nil {
		return nil, got.Error.failure(tried)
	}
	return got.Result, nil
}

// post sends a message. The answer, if there is one, comes on the stream.
func (s *httpSSE) post(ctx context.Context, m message) error {
	r := s.carrying(m)
	rep, err := s.k.send(ctx, r)
	if err != nil {
		return err
	}
	if rep.StatusCode >= http.StatusMultipleChoices {
		return s.k.refusal(ctx, rep, r.String())
	}
	rep.done()
	return nil
}

func (s *httpSSE) carrying(m message) request {
	return request{
		method: http.MethodPost,
		url:    s.endpoint,
		header: http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json, text/event-stream"}},
		body:   m.encode(),
		rpc:    m.Method,
	}
}

func (s *httpSSE) cancellation(id int64) (request, bool) { return s.carrying(cancelled(id)), true }
