package gateway

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/gateway/jsonrpc"
	"github.com/mcpgateway/mcpgateway/internal/gateway/traffic"
	"github.com/mcpgateway/mcpgateway/internal/gateway/upstream"
)

// exchange is one request and its answer.
type exchange struct {
	gateway *Gateway
	route   *route
	room    *room
	caller  *Caller
	writer  http.ResponseWriter
	control *http.ResponseController
	request *http.Request
	began   time.Time

	report *Report
	// who is the caller's principal; session is the caller's session id, and
	// own the upstream's that it stands for. Both may be empty.
	who          string
	session, own string
	body         *received
	// again says that the upstream may see the request twice.
	again   bool
	entered bool
	stream  bool
	counted traffic.Exchange
	// accounted is true once counted was handed in.
	accounted bool
	// sent is how many bytes of the answer's body went to the caller.
	sent int64
}

// run forwards the request and its answer.
func (x *exchange) run(tail string) error {
	x.route.counter.Begin()
	defer x.finish()
	if !x.route.enabled {
		return ErrDisabled
	}
	if x.entered = x.route.enter(); !x.entered {
		return ErrTooManyOpen
	}
	to, err := x.target(tail)
	if err != nil {
		return err
	}
	if err := x.prepare(); err != nil {
		return err
	}
	res, err := x.send(to)
	x.counted.Latency = time.Since(x.began)
	if err != nil {
		return x.failed(explain(x.request.Context(), err))
	}
	defer func() { _ = res.Body.Close() }()
	return x.answer(to, res)
}

// send sends the request and waits for the response to begin.
func (x *exchange) send(to *url.URL) (*http.Response, error) {
	if x.route.address == "" || x.body != nil && !x.body.whole {
		return x.sendByTransport(to)
	}
	r := upstream.Request{Method: x.request.Method, URL: to, Fields: x.room.request, Again: x.again, Lasting: x.lasts()}
	if x.body != nil {
		r.Content = x.body.head
	}
	return x.gateway.pool.RoundTrip(x.request.Context(), x.route.address, &r, &x.room.response)
}

func (x *exchange) sendByTransport(to *url.URL) (*http.Response, error) {
	// To give a request a context is to copy it, so it comes first.
	out := x.gateway.blank.WithContext(x.request.Context())
	out.Method, out.URL, out.Host, out.Header = x.request.Method, to, to.Host, x.header()
	switch body := x.body; {
	case body == nil:
	case body.whole:
		out.Body, out.ContentLength = body.open(), int64(len(body.head))
		out.GetBody = func() (io.ReadCloser, error) { return body.open(), nil }
	default:
		out.Body, out.ContentLength = body.open(), x.request.ContentLength
	}
	return x.gateway.transport.RoundTrip(out)
}

// prepare receives the caller's request and makes the fields of the upstream's.
func (x *exchange) prepare() error {
	in := x.request
	session, err := x.unbind()
	if err != nil {
		return err
	}
	memory := x.room
	if x.route.address == "" {
		memory = nil // The transport may go on with the body after all.
	}
	if x.body, err = x.gateway.receive(x.writer, x.control, in, memory); err != nil {
		return explain(in.Context(), err)
	}
	x.fields(session)
	if x.body == nil {
		x.again = in.Method == http.MethodGet || in.Method == http.MethodHead
		return nil
	}
	call := jsonrpc.Peek(x.body.head)
	x.report.Method, x.report.Name = call.Method, call.Name
	x.again = x.body.whole && (x.says(replayHeader) || replayable(call.Method))
	return nil
}

// target is where the request goes.
func (x *exchange) target(tail string) (*url.URL, error) {
	if sealed, ok := strings.CutPrefix(tail, messagePrefix); ok {
		if x.request.Method != http.MethodPost {
			return nil, &MethodError{Allowed: []string{http.MethodPost}}
		}
		return x.gateway.endpoints.open(sealed, x.route, x.who)
	}
	return x.route.target(x.request.Method, tail, x.request.URL.RawQuery)
}

// unbind finds the upstream's own session id for the caller's; it is empty where
// there is none.
func (x *exchange) unbind() (own string, err error) {
	given := x.request.Header[sessionHeader]
	if len(given) == 0 {
		return "", nil
	}
	id, ok := x.gateway.binding.unbind(given[0], x.route.path, x.who)
	if len(given) > 1 || !ok {
		return "", ErrUnknownSession
	}
	x.session, x.own = given[0], id
	return id, nil
}

// failed takes note of how a round trip ended.
func (x *exchange) failed(err error) error {
	switch {
	case errors.Is(err, ErrCallerGone):
		x.counted.Outcome = traffic.Cancelled
		return err
	case errors.Is(err, ErrUpstreamTimeout):
		x.counted.Outcome = traffic.Timeout
	default:
		if _, ok := errors.AsType[*UpstreamError](err); !ok {
			return err
		}
		x.counted.Outcome = traffic.Unreachable
	}
	if x.route.suspect(time.Now()) {
		x.gateway.onFailure(x.route.path)
	}
	return err
}

// answer passes the response on.
func (x *exchange) answer(from *url.URL, res *http.Response) error {
	status := res.StatusCode
	switch {
	case status == http.StatusUnauthorized || status == http.StatusProxyAuthRequired:
		// It is we who were not let in, not the caller, who must not be asked
		// for credentials in our name.
		x.counted.Outcome = traffic.ClientError
		if !x.route.headers.IsZero() {
			return &UpstreamError{Reason: "does not take the credentials in upstream_headers; whoever registered the service can set others."}
		}
		return &UpstreamError{Reason: "asks for credentials; whoever registered the service can set them as upstream_headers."}
	case status < 200:
		return x.failed(&UpstreamError{Reason: "wants to speak another protocol."})
	case status >= 500:
		x.counted.Outcome = traffic.ServerError
	case status >= 400:
		x.counted.Outcome = traffic.ClientError
	default:
		x.counted.Outcome = traffic.OK
	}
	header := x.writer.Header()
	location := ""
	if given := res.Header.Get("Location"); given != "" && status != http.StatusCreated {
		var err error
		if location, err = x.route.location(from, given); err != nil {
			x.counted.Outcome = traffic.Unreachable
			return err
		}
	}
	var filter *endpointFilter
	x.stream = isEventStream(res.Header)
	if x.request.Method == http.MethodGet && (x.stream || status < 300 && asksForEvents(x.request.Header)) {
		if res.Header.Get("Content-Encoding") != "" {
			x.counted.Outcome = traffic.Unreachable
			return &UpstreamError{Reason: "sends a compressed event stream, though it was not asked to."}
		}
		delete(res.Header, "Content-Length")
		res.ContentLength = -1
		filter = newEndpointFilter(func(data string) (string, error) {
			return x.gateway.endpoints.seal(data, x.route, from, x.who)
		})
	}
	vary := header["Vary"] // Ours may stand there already.
	copyHeader(header, res.Header)
	if len(vary) > 0 {
		header["Vary"] = append(slices.Clone(vary), res.Header["Vary"]...)
	}
	if location != "" {
		header["Location"] = []string{location}
	}
	if id := res.Header.Get(sessionHeader); id != "" {
		if id != x.own {
			x.session = x.gateway.binding.bind(id, x.route.path, x.who)
		}
		header[sessionHeader] = []string{x.session}
	}
	if x.stream {
		x.account()
		x.route.counter.OpenStream(1)
		defer x.route.counter.OpenStream(-1)
	}
	x.pass(res, filter)
	return nil
}

// account counts the exchange, once: at its end or, for a stream, at its
// beginning.
func (x *exchange) account() {
	if x.accounted {
		return
	}
	x.accounted = true
	x.counted.Method, x.counted.Tool = x.report.Method, x.report.Name
	x.route.counter.End(x.began.Add(x.counted.Latency), x.counted)
}

// part ends the caller's connection after an answer that comes before the end
// of the body. Streams of HTTP/2 need no such help, and share the connection.
func (x *exchange) part() {
	if x.request.ProtoMajor == 1 && x.body.unfinished() {
		x.writer.Header()["Connection"] = []string{"close"}
	}
}

// finish lets go of what the exchange holds, and accounts for it.
func (x *exchange) finish() {
	x.part()
	x.body.end()
	if x.entered {
		x.route.leave()
	}
	var got int64
	if x.body != nil {
		got = x.body.count.Load()
	}
	x.route.counter.AddBytes(got, x.sent)
	x.account()
}
