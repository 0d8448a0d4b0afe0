package mcpclient

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// peer is an MCP server over one of the transports.
type peer interface {
	// open makes the peer ready for calls, with initialize where its era has
	// it, and tells what the server says of itself.
	open(ctx context.Context) (hello, error)
	// call calls a method and returns its result, of at most limit bytes.
	call(ctx context.Context, method string, params map[string]any, limit int64) (json.RawMessage, error)
	// cancellation is the message that takes back the call of an id; false
	// where the era has none.
	cancellation(id int64) (request, bool)
}

// streamable is a server of revision 2025-03-26 or later.
type streamable struct {
	k        *talk
	endpoint string
	// stateless is set for a server of revision 2026-07-28.
	stateless bool
	hello     hello
	// ready is set once open succeeded.
	ready bool
	// mirror has the headers that repeat the body of a tools/call.
	mirror http.Header
	// id and revision are those of our session, if there is one.
	id, revision string
}

// discover POSTs server/discover, which makes any streamable server answer: a
// new one with a result, an old one with an error. It opens no session.
func (s *streamable) discover(ctx context.Context) (*answer, error) {
	return s.post(ctx, "server/discover", nil, modern, s.k.client.limits.AnswerBytes)
}

// learn takes in the answer to server/discover.
func (s *streamable) learn(a *answer, known registry.Detected) {
	s.endpoint = a.url
	e := a.message.Error
	switch {
	case e == nil:
		s.hello = parseHello(a.message.Result)
		s.stateless = slices.Contains(s.hello.versions, modern)
		s.ready = s.stateless
	case e.Code == codeUnsupportedVersion:
		s.hello.versions = supportedBy(e)
	case e.Code != codeMethodNotFound:
		// The refusal says nothing about the era.
		s.stateless = known.Stateless
	}
}

func (s *streamable) detected() registry.Detected {
	return registry.Detected{
		Transport:     registry.StreamableHTTP,
		Endpoint:      s.endpoint,
		Stateless:     s.stateless,
		Versions:      s.hello.versions,
		ServerName:    s.hello.name,
		ServerVersion: s.hello.version,
	}
}

func (s *streamable) open(ctx context.Context) (hello, error) {
	if s.ready {
		return s.hello, nil
	}
	if s.stateless {
		a, err := s.discover(ctx)
		if err != nil {
			return hello{}, err
		}
		result, err := a.result()
		if err != nil {
			return hello{}, err
		}
		s.hello, s.ready = parseHello(result), true
		return s.hello, nil
	}
	if err := s.initialize(ctx); err != nil {
		return hello{}, err
	}
	return s.hello, nil
}

// initialize opens a session, or the pretence of one where the server keeps
// none. The talk ends it.
func (s *streamable) initialize(ctx context.Context) error {
	params := s.k.client.initializeParams(revision(s.hello.versions))
	a, err := s.post(ctx, "initialize", params, "", s.k.client.limits.AnswerBytes)
	if err != nil {
		return err
	}
	result, err := a.result()
	if err != nil {
		return err
	}
	said := parseHello(result)
	agreed, err := agree(a.tried, said)
	if err != nil {
		return err
	}
	if len(a.session) > maxSessionBytes {
		return protocolError(a.tried, "session id too long", "")
	}
	said.versions = versions(append(said.versions, s.hello.versions...))
	s.endpoint, s.hello, s.ready = a.url, said, true
	s.id, s.revision = a.session, agreed
	s.k.agreed(s.id, agreed)
	return s.notify(ctx, message{Version: "2.0", Method: "notifications/initialized"})
}

// agree is the revision that an answer to initialize settles on.
func agree(tried string, said hello) (string, error) {
	if len(said.versions) == 0 {
		return "", protocolError(tried, "no protocol version in the answer to initialize", "")
	}
	if v := said.versions[0]; speaksWithSessions(v) {
		return v, nil
	}
	return "", protocolError(tried, "unknown protocol version "+said.versions[0], "The server speaks a revision of MCP that this gateway does not.")
}

func (s *streamable) call(ctx context.Context, method string, params map[string]any, limit int64) (json.RawMessage, error) {
	revision := s.revision
	if s.stateless {
		revision = modern
	}
	a, err := s.post(ctx, method, params, revision, limit)
	if err != nil {
		return nil, err
	}
	return a.result()
}

// post sends one request and reads its answer.
func (s *streamable) post(ctx context.Context, method string, params map[string]any, revision string, limit int64) (*answer, error) {
	rep, id, tried, err := s.send(ctx, method, params, revision)
	if err != nil {
		return nil, err
	}
	return s.k.read(ctx, rep, tried, id, limit, func(m message) error { return s.notify(ctx, m) })
}

// send sends one request and leaves its answer to be read.
func (s *streamable) send(ctx context.Context, method string, params map[string]any, revision string) (*reply, int64, string, error) {
	m, id := s.k.request(method, params, revision)
	r := request{
		method: http.MethodPost,
		url:    s.endpoint,
		header: s.header(revision),
		body:   m.encode(),
		rpc:    method,
		opens:  method == "initialize",
	}
	if revision >= modern {
		r.header.Set(headerMethod, method)
		if method == callMethod {
			maps.Copy(r.header, s.mirror)
		}
	}
	rep, err := s.k.send(ctx, r)
	return rep, id, r.String() + " (" + method + ")", err
}

// notify sends a message that has no answer: a notification, or our reply to
// the server. Only that it could be sent matters; a server that refuses it
// will refuse the next call too.
func (s *streamable) notify(ctx context.Context, m message) error {
	rep, err := s.k.send(ctx, s.carrying(m))
	if err != nil {
		return err
	}
	rep.done()
	return nil
}

func (s *streamable) carrying(m message) request {
	return request{method: http.MethodPost, url: s.endpoint, header: s.header(s.revision), body: m.encode(), rpc: m.Method}
}

// cancellation is there but for stateless servers: to these it is enough that
// the request ends.
func (s *streamable) cancellation(id int64) (request, bool) {
	return s.carrying(cancelled(id)), !s.stateless
}

func (s *streamable) header(revision string) http.Header {
	h := http.Header{
		"Content-Type": {"application/json"},
		"Accept":       {"application/json, text/event-stream"},
	}
	if s.id != "" {
		h.Set(headerSession, s.id)
	}
	if revision >= firstWithHeader {
		h.Set(headerRevision, revision)
	}
	return h
}
