package mcpclient

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

const (
	// maxRedirects bounds the redirects followed for one request.
	maxRedirects = 5
	// maxURLBytes bounds a URL that a redirect leads to, as the contract bounds
	// a registered one.
	maxURLBytes = 2048
	// maxHeaderBytes bounds a response's header.
	maxHeaderBytes = 64 << 10
	// farewellTime bounds how long a talk that is over still waits for the
	// session id of an initialize under way, and then for the DELETE.
	farewellTime = time.Second
)

// talk is all traffic of one check, or one watch, with one upstream. One
// goroutine uses it. It reuses connections within itself and keeps none: its
// close ends every session, every connection and every goroutine it caused.
type talk struct {
	client   *Client
	upstream *url.URL
	origin   origin
	// headers go with every request; all of them stay within the origin.
	headers   registry.Headers
	transport *http.Transport
	conns     conns
	// life ends with the talk; a dial must not outlive it.
	life context.Context
	end  context.CancelFunc

	started time.Time
	// latency is the time to the first response, 0 before one.
	latency  time.Duration
	budget   budget
	lastID   int64
	sessions []session
	// trace, in a check or an examination, hears of all of it.
	trace *trace

	// maxEvents and maxObliged bound what may come before an answer: events,
	// and among them the server's own requests, which we reply to.
	maxEvents, maxObliged int
	// hear, unless nil, gets the notifications that come before an answer.
	hear func(message)
}

// newTalk begins a talk with a target. The error is about its URL; no packet
// was sent.
func (c *Client) newTalk(ctx context.Context, t registry.Target) (*talk, error) {
	u, err := parseUpstream(t.Upstream)
	if err != nil {
		return nil, &failure{
			status: broken("invalid upstream URL"),
			tried:  "The upstream URL is not valid",
			hint:   err.Error() + ".",
			final:  true,
		}
	}
	k := &talk{
		client: c, upstream: u, origin: originOf(u), headers: t.Headers, started: time.Now(),
		maxEvents: c.limits.Events, maxObliged: maxObliged,
	}
	k.budget = budget{left: c.limits.TotalBytes, free: freeBytes, readers: c.readers}
	k.life, k.end = context.WithCancel(context.WithoutCancel(ctx))
	k.transport = &http.Transport{
		DialContext:            k.dial,
		TLSClientConfig:        &tls.Config{RootCAs: c.rootCAs, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    c.timeout,
		MaxResponseHeaderBytes: maxHeaderBytes,
		DisableCompression:     true,
		MaxIdleConnsPerHost:    2,
	}
	return k, nil
}

// close ends what the talk began.
func (k *talk) close(ctx context.Context) {
	k.budget.release()
	k.farewell(ctx)
	k.end()
	k.conns.closeAll()
	k.transport.CloseIdleConnections()
}

// dial connects for the transport, which may go on dialling after the request
// that asked for it was given up.
func (k *talk) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(k.life, cancel)() //nolint:contextcheck // The talk outlives the request.
	conn, err := k.client.dialer.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	k.trace.connected(conn.RemoteAddr())
	return k.conns.add(conn)
}

// request is what send sends.
type request struct {
	method string
	url    string
	header http.Header
	body   []byte
	// rpc is the JSON-RPC method in the body, for traces.
	rpc string
	// opens is set where the response may carry a session id that must be
	// given back: its header is then awaited a little beyond ctx's end.
	opens bool
}

func (r request) String() string { return r.method + " " + shown(r.url) }

// reply is a response. Its body must be closed with close.
type reply struct {
	*http.Response
	// url is where it came from, after redirects.
	url    string
	cancel context.CancelFunc
}

func (r *reply) close() {
	r.cancel()
	_ = r.Body.Close()
}

// done closes a response whose body does not matter. A short body is read, so
// that the connection can serve again.
func (r *reply) done() {
	if 0 < r.ContentLength && r.ContentLength <= quoteBytes {
		_, _ = io.CopyN(io.Discard, r.Body, r.ContentLength+1)
	}
	r.close()
}

// send sends r and follows redirects within the origin, method and body kept.
// The error is a *failure. The response's body ends when ctx does.
func (k *talk) send(ctx context.Context, r request) (*reply, error) {
	for range maxRedirects + 1 {
		rep, err := k.roundTrip(ctx, r)
		if err != nil {
			return nil, failed(ctx, r.String(), err)
		}
		next, moved := redirect(rep)
		if !moved {
			return rep, nil
		}
		rep.done()
		follow := next != nil && originOf(next) == k.origin
		k.trace.redirected(r, next, follow)
		if !follow {
			return nil, protocolError(r.String(), "redirect to another host", leadsTo(next))
		}
		r.url = next.String()
	}
	return nil, protocolError(r.String(), "too many redirects", "Register the URL that they should lead to.")
}

func (k *talk) roundTrip(ctx context.Context, r request) (*reply, error) {
	reqCtx, cancel := context.WithCancel(ctx)
	if r.opens {
		cancel()
		reqCtx, cancel = lingering(ctx, farewellTime)
	}
	req, err := k.newRequest(reqCtx, r)
	if err != nil {
		cancel()
		return nil, err
	}
	k.trace.begun(r)
	began := time.Now()
	resp, err := k.transport.RoundTrip(req) //nolint:bodyclose // The answer owns the body and closes it.
	k.trace.answered(r, began, resp, err)
	if err != nil {
		cancel()
		return nil, err
	}
	// The header is here: from now on nothing is worth lingering for.
	stop := context.AfterFunc(ctx, cancel)
	if k.latency == 0 {
		k.latency = time.Since(k.started)
	}
	k.noteSession(r, resp)
	return &reply{Response: resp, url: r.url, cancel: func() { stop(); cancel() }}, nil
}

func (k *talk) newRequest(ctx context.Context, r request) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	req.Header = r.header.Clone()
	req.Header.Set("User-Agent", "mcpgateway/"+k.client.version)
	k.headers.AddTo(req.Header)
	return req, nil
}

// redirect is where a response leads, nil where it does not say it properly.
// 303 is none: it would turn a POST into a GET.
func redirect(rep *reply) (*url.URL, bool) {
	switch rep.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, false
	}
	next, err := rep.Location()
	if err != nil || next.User != nil {
		return nil, true
	}
	next.Fragment, next.RawQuery = "", visible(next.RawQuery)
	if len(next.String()) > maxURLBytes {
		return nil, true
	}
	return next, true
}

func leadsTo(next *url.URL) string {
	if next == nil {
		return "It names no usable place to go."
	}
	return "It leads to " + shown(next.String()) + "; if that is the server, register that URL."
}

// failed makes a *failure of an error of the network or of reading a body. Why
// ctx ended says more than how the transport put it.
func failed(ctx context.Context, tried string, err error) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, errBusy) {
		err = cause
	}
	status, hint := explain(err)
	return &failure{status: status, tried: tried + ": " + status.Reason, hint: hint, final: true}
}

// lingering is ctx, but ending d later.
func lingering(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	out, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(d, cancel) })
	return out, func() { stop(); cancel() }
}
