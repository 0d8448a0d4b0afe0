package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"

	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// controlSocket is the unix socket, in the data directory, through which
// commands reach the server that holds the data. Who may open it, which is the
// directory's owner, may do everything: nobody else gets through the directory,
// whatever mode the socket is made with.
const controlSocket = "control.sock"

// maxControlBody bounds what a command sends.
const maxControlBody = 256 << 20

// ErrNoServer says that no server holds the data directory.
var ErrNoServer = errors.New("no server is running on this data")

// errNoSuchCall says that the running server does not know a call: it is no
// demo, or of another version.
var errNoSuchCall = errors.New("the running server does not know this command; stop it, and start it with this version")

type controlServer struct {
	server   *http.Server
	listener net.Listener
	mux      *http.ServeMux
}

// The bodies of the control socket's calls.
type (
	passwordCall struct{ User, Password string }
	controlError struct {
		Error string
		// Usage says that the error is a [UsageError].
		Usage bool
	}
)

// newControl listens at the socket. The caller holds the data directory, so a
// socket that is there was left behind.
func newControl(ctx context.Context, a *App, path string) (*controlServer, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("remove the old control socket: %w", err)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("listen at the control socket: %w; a socket's path holds about 100 bytes, so a shorter --data may help", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("protect the control socket: %w", err), listener.Close())
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /password", answer(func(ctx context.Context, call passwordCall) (struct{}, error) {
		if name := a.admin.Name(); call.User != name {
			return struct{}{}, usage("--admin-user: the administrator of the running server is %q, not %q; give that name, or restart the server with another.", name, call.User)
		}
		if !a.acceptsPassword(auth.WeakPassword(call.Password)) {
			return struct{}{}, usage(weakAdvice)
		}
		if err := a.admin.SetPassword(ctx, call.Password); err != nil {
			return struct{}{}, err
		}
		a.log.InfoContext(ctx, "the administrator's password was changed", "user", a.admin.Name(), "by", auth.CommandLine)
		return struct{}{}, nil
	}))
	mux.HandleFunc("POST /import", answer(a.importCalled))
	mux.HandleFunc("POST /export", answer(a.exportCalled))
	c := &controlServer{
		server:   &http.Server{Handler: mux, ReadHeaderTimeout: readHeaderTimeout},
		listener: listener,
		mux:      mux,
	}
	a.handleTokens(c)
	a.handleBackup(c)
	return c, nil
}

func (c *controlServer) serve() error {
	if err := c.server.Serve(c.listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the control socket: %w", err)
	}
	return nil
}

func (c *controlServer) close(ctx context.Context) error {
	return errors.Join(c.server.Shutdown(ctx), ignoreClosed(c.listener.Close()))
}

// answer makes an HTTP handler of a call. Its errors are shown as they are: on
// the other side is the operator.
func answer[In, Out any](call func(context.Context, In) (Out, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in In
		err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxControlBody)).Decode(&in)
		var out Out
		if err == nil {
			out, err = call(r.Context(), in)
		}
		if err != nil {
			refuse(w, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(out) // An error means that the command has gone.
	}
}

// refuse answers a call with an error.
func refuse(w http.ResponseWriter, err error) {
	out := controlError{Error: err.Error()}
	if usage, ok := errors.AsType[*UsageError](err); ok {
		out = controlError{usage.message, true}
	} else if invalid, ok := errors.AsType[*registry.InvalidError](err); ok {
		out = controlError{invalid.Error(), true}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(out) // An error means that the command has gone.
}
