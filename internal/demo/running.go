package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// running is one example server that serves.
type running struct {
	mcp  *mcp.Server
	http *http.Server
	// done is closed when the HTTP server has ended; err says why, then.
	done chan struct{}
	err  error
}

// run serves a kind on l, which it closes in the end.
func run(k Kind, l net.Listener, log *slog.Logger) (*running, error) {
	s, handler, err := k.server(log)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	r := &running{mcp: s, http: httpServer(handler, log), done: make(chan struct{})}
	go func() {
		defer close(r.done)
		if err := r.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			r.err = fmt.Errorf("serve %s: %w", k, err)
		}
	}()
	return r, nil
}

// kill ends the server as if its process had died: streams break off, and the
// port refuses connections.
func (r *running) kill() {
	_ = r.http.Close()
	r.endSessions()
	<-r.done
}

// stop lets requests finish until ctx is done, and kills the server then.
func (r *running) stop(ctx context.Context) error {
	r.endSessions()
	err := r.http.Shutdown(ctx)
	r.kill()
	return err
}

// endSessions ends the sessions, and with them the streams that would hold a
// shutdown up.
func (r *running) endSessions() {
	for s := range r.mcp.Sessions() {
		_ = s.Close()
	}
}

func orDiscard(log *slog.Logger) *slog.Logger {
	if log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return log
}
