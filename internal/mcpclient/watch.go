package mcpclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// errUndetected says that a watch was asked for before any check succeeded.
var errUndetected = errors.New("watch an upstream only after a check has detected its transport")

// Watch holds a standing connection to the upstream and calls changed when its
// tool list may have changed: once when the connection stands, since what came
// before went unheard, and then for each notifications/tools/list_changed.
// changed is called on this goroutine and must return soon.
//
// It returns when ctx is done, with the context's error, or when the
// connection breaks or was refused; the caller waits a while and calls again.
// [registry.ErrNoAnnouncements], wrapped, says that this is of no use before the
// upstream changes. The error's text may quote the upstream, cut and cleaned,
// without the values of headers. The handshake is bounded by the client's
// timeout, the standing stream by 8 MiB a minute; a session it opened is ended.
func (c *Client) Watch(ctx context.Context, t registry.Target, changed func()) error {
	if t.Detected.Transport == "" {
		return errUndetected
	}
	k, err := c.newTalk(ctx, t)
	if err != nil {
		return fmt.Errorf("watch: %w", err)
	}
	at, err := parseUpstream(t.Detected.Endpoint)
	if err != nil || originOf(at) != k.origin {
		return fmt.Errorf("watch %s: %w", shown(t.Upstream), errUndetected)
	}
	standing, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	w := &watch{k: k, target: t, changed: changed}
	w.handshake = time.AfterFunc(c.timeout, func() { cancel(context.DeadlineExceeded) })
	err = w.run(standing)
	w.handshake.Stop()
	k.close(standing)
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return fmt.Errorf("watch %s: %w", shown(t.Detected.Endpoint), redactError(err, t.Headers))
}

// watch is one standing connection.
type watch struct {
	k       *talk
	target  registry.Target
	changed func()
	// handshake cuts the connection off unless it stands in time.
	handshake *time.Timer
}

func (w *watch) run(ctx context.Context) error {
	d := w.target.Detected
	switch {
	case d.Transport == registry.HTTPSSE:
		return w.runSSE(ctx)
	case d.Stateless:
		return w.runStateless(ctx)
	}
	return w.runSession(ctx)
}

// runSSE listens on the one stream that HTTP+SSE has.
func (w *watch) runSSE(ctx context.Context) error {
	s, err := w.k.openSSE(ctx, w.target.Detected.Endpoint, w.k.client.timeout, true)
	if err != nil {
		return err
	}
	h, err := s.open(ctx)
	if err != nil {
		return err
	}
	if !h.announces {
		return registry.ErrNoAnnouncements
	}
	w.stands()
	return w.listen(ctx, s.stream, s.post)
}

// runSession opens a session and its GET stream.
func (w *watch) runSession(ctx context.Context) error {
	s := &streamable{k: w.k, endpoint: w.target.Detected.Endpoint, hello: remembered(w.target.Detected)}
	h, err := s.open(ctx)
	if err != nil {
		return err
	}
	if !h.announces {
		return registry.ErrNoAnnouncements
	}
	header := s.header(s.revision)
	header.Del("Content-Type")
	header.Set("Accept", "text/event-stream")
	r := request{method: http.MethodGet, url: s.endpoint, header: header}
	rep, err := w.k.send(ctx, r)
	if err != nil {
		return err
	}
	defer rep.close()
	if rep.StatusCode == http.StatusMethodNotAllowed {
		return registry.ErrNoAnnouncements
	}
	if rep.StatusCode != http.StatusOK || !isEventStream(rep.Header) {
		return w.k.refusal(ctx, rep, r.String())
	}
	w.stands()
	return w.listen(ctx, w.standing(rep), s.notify)
}

// runStateless subscribes with subscriptions/listen. The server's first
// message says what it agreed to.
func (w *watch) runStateless(ctx context.Context) error {
	s := &streamable{k: w.k, endpoint: w.target.Detected.Endpoint, stateless: true}
	want := map[string]any{"notifications": map[string]bool{"toolsListChanged": true}}
	rep, id, tried, err := s.send(ctx, "subscriptions/listen", want, modern)
	if err != nil {
		return err
	}
	if rep.StatusCode != http.StatusOK || !isEventStream(rep.Header) {
		a, err := w.k.read(ctx, rep, tried, id, w.k.client.limits.AnswerBytes, func(m message) error { return refuseAll(ctx, m) })
		if err != nil {
			return err
		}
		if a.message != nil && a.message.Error != nil && a.message.Error.Code == codeMethodNotFound {
			return registry.ErrNoAnnouncements
		}
		_, err = a.result()
		return errors.Join(err, errEnded)
	}
	defer rep.close()
	return w.listen(ctx, w.standing(rep), refuseAll)
}

// refuseAll is for streams on which a server may ask nothing of us.
func refuseAll(context.Context, message) error { return wrong("request from a stateless server", "") }

func (w *watch) standing(rep *reply) *events {
	return newEvents(&pace{r: rep.Body}, w.k.client.limits.AnswerBytes)
}

// stands marks the end of the handshake. What follows is paced, not metered.
func (w *watch) stands() {
	w.k.budget.release()
	if w.handshake.Stop() {
		w.changed()
	}
}

// errEnded says that the server ended the stream in good order.
var errEnded = errors.New("the upstream ended the stream")

// listen reads the stream until it ends.
func (w *watch) listen(ctx context.Context, stream *events, send func(context.Context, message) error) error {
	for {
		ev, err := stream.next()
		if cause := context.Cause(ctx); cause != nil {
			return cause
		}
		if err != nil {
			return failed(ctx, "the standing stream", err)
		}
		m, ok := parseMessage(ev.data)
		switch {
		case !ok || ev.kind != "message":
		case m.isResponse():
			return errEnded
		case m.isRequest():
			if err := w.reply(ctx, m, send); err != nil {
				return err
			}
		case m.Method == "notifications/tools/list_changed":
			w.changed()
		case m.Method == "notifications/subscriptions/acknowledged":
			if !agreedToTools(m.Params) {
				return registry.ErrNoAnnouncements
			}
			w.stands()
		}
	}
}

// reply answers a request of the server's own, in the time of a check.
func (w *watch) reply(ctx context.Context, m message, send func(context.Context, message) error) error {
	ctx, cancel := context.WithTimeout(ctx, w.k.client.timeout)
	defer cancel()
	return send(ctx, m.reply())
}

// agreedToTools reads what the server of a subscription agreed to send.
func agreedToTools(params json.RawMessage) bool {
	var w struct {
		Notifications struct {
			ToolsListChanged bool `json:"toolsListChanged"`
		} `json:"notifications"`
	}
	return json.Unmarshal(params, &w) == nil && w.Notifications.ToolsListChanged
}
