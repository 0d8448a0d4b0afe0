package mcpclient

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
)

// quoteBytes is how much is read of a body that is no answer.
const quoteBytes = 4 << 10

// maxObliged bounds the server's own requests that we reply to in a check
// while we wait for one answer.
const maxObliged = 16

// answer is what came back for one POST.
type answer struct {
	// tried names the request, for failures.
	tried string
	// url is where the answer came from, after redirects.
	url    string
	status int
	media  string
	// session is the Mcp-Session-Id of the response, "" where there is none.
	session string
	// message is the response to the request; nil where the body held none.
	message *message
	// quote is the beginning of a body that held none.
	quote string
	// keyed says whether the request carried upstream_headers.
	keyed bool
}

// refused is the failure that the HTTP status of an answer stands for.
func (a *answer) refused() *failure {
	quote := a.quote
	if a.message != nil && a.message.Error != nil {
		quote = a.message.Error.Message
	}
	return refused(a.tried, a.status, a.media, quote, a.keyed)
}

// result is what the call returned. The error is a *failure.
func (a *answer) result() (json.RawMessage, error) {
	switch {
	case a.message == nil:
		return nil, a.refused()
	case a.message.Error != nil:
		return nil, a.message.Error.failure(a.tried)
	case a.status >= http.StatusBadRequest:
		return nil, a.refused()
	}
	return a.message.Result, nil
}

func (e *rpcError) failure(tried string) *failure {
	said := &RPCError{Code: e.Code, Message: cmp.Or(line(e.Message, maxSaid), "no reason given")}
	f := protocolError(tried, "the server refused: "+line(said.Message, maxQuote), "")
	f.cause = said
	return f
}

// read reads the answer to request id of at most limit bytes and closes rep.
// oblige is called with each request that the server sends meanwhile. The
// error is a *failure.
func (k *talk) read(ctx context.Context, rep *reply, tried string, id, limit int64, oblige func(message) error) (*answer, error) {
	defer rep.close()
	media, _, _ := mime.ParseMediaType(rep.Header.Get("Content-Type"))
	a := &answer{tried: tried, url: rep.url, status: rep.StatusCode, media: media, session: rep.Header.Get(headerSession), keyed: !k.headers.IsZero()}
	if coding := rep.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return nil, protocolError(tried, "compressed answer", "It compresses although it was asked not to.")
	}
	body := &meter{ctx: ctx, r: rep.Body, left: limit, total: &k.budget}
	var err error
	switch {
	case media == "text/event-stream":
		a.message, err = k.readEvents(newEvents(body, limit), id, oblige)
	case strings.HasSuffix(media, "json"):
		err = a.readJSON(body, id)
	default:
		// A server may forget to name the type of a JSON-RPC error.
		body.left = min(limit, quoteBytes)
		err = a.readOther(body)
	}
	if f, ok := errors.AsType[*failure](err); ok {
		f.tried = tried + ": " + f.tried
		return nil, f
	}
	if err != nil {
		return nil, failed(ctx, tried, err)
	}
	return a, nil
}

// refusal makes a *failure of a response that is no answer whatever it holds,
// and closes it.
func (k *talk) refusal(ctx context.Context, rep *reply, tried string) error {
	defer rep.close()
	media, _, _ := mime.ParseMediaType(rep.Header.Get("Content-Type"))
	body := &meter{ctx: ctx, r: rep.Body, left: quoteBytes, total: &k.budget}
	quote, err := io.ReadAll(body)
	if err != nil && !errors.Is(err, errTooMuch) {
		return failed(ctx, tried, err)
	}
	return refused(tried, rep.StatusCode, media, string(quote), !k.headers.IsZero())
}

// readJSON reads a body that should be one response.
func (a *answer) readJSON(body io.Reader, id int64) error {
	data, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	m, ok := parseMessage(data)
	switch {
	case ok && m.isResponse() && m.answers(id):
		a.message = &m
	case ok && m.isResponse():
		return wrong("answer to another request", "The id of its response is not that of our request.")
	case !json.Valid(data) && a.status < http.StatusBadRequest && len(bytes.TrimSpace(data)) > 0:
		return wrong("invalid JSON", "It calls its answer JSON, which it is not.")
	default:
		a.quote = head(string(data), quoteBytes)
	}
	return nil
}

// readOther reads the beginning of a body of an unknown type.
func (a *answer) readOther(body io.Reader) error {
	data, err := io.ReadAll(body)
	if err != nil && !errors.Is(err, errTooMuch) {
		return err
	}
	if m, ok := parseMessage(data); ok && m.isResponse() && m.Error != nil {
		a.message = &m
		return nil
	}
	a.quote = string(data)
	return nil
}

// readEvents reads a stream until the response to request id.
func (k *talk) readEvents(stream *events, id int64, oblige func(message) error) (*message, error) {
	obliged := 0
	for range k.maxEvents {
		ev, err := stream.next()
		if errors.Is(err, io.EOF) {
			return nil, wrong("stream ended without an answer", "")
		}
		if err != nil {
			return nil, err
		}
		if ev.kind != "message" || len(ev.data) == 0 {
			continue
		}
		m, ok := parseMessage(ev.data)
		switch {
		case !ok:
			return nil, wrong("event is no JSON-RPC message", "")
		case m.isResponse() && m.answers(id):
			return &m, nil
		case m.isResponse():
			return nil, wrong("answer to another request", "The id of its response is not that of our request.")
		case m.isRequest():
			if obliged++; obliged > k.maxObliged {
				return nil, errFlood
			}
			if err := oblige(m.reply()); err != nil {
				return nil, err
			}
		case k.hear != nil:
			k.hear(m)
		}
	}
	return nil, errFlood
}

// wrong is a protocolError whose request the caller names.
func wrong(what, hint string) *failure {
	return &failure{status: unhealthy("protocol error: " + what), tried: what, hint: hint}
}
