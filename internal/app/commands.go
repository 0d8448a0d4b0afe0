package app

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/secret"
	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// Where says how a command did its work.
type Where string

// The ways of doing it.
const (
	Online  Where = "through the running server"
	Offline Where = "while no server is running on it"
)

// SetPassword changes the administrator's password and ends every session,
// through the running server if one holds the data. A user who is not the
// administrator of that server is a *[UsageError]. A directory without data is
// refused: a password for a registry that nobody runs would help nobody.
func SetPassword(ctx context.Context, data DataConfig, user, password string) (Where, error) {
	_, err := callServer[struct{}](ctx, data.Data, "password", passwordCall{user, password})
	if !errors.Is(err, ErrNoServer) {
		return Online, err
	}
	if storage.Exists(data.Data) && auth.WeakPassword(password) {
		return Offline, usage("Choose a password of at least 8 characters other than %q: no server is running that could say whether a weak one is harmless.", "password")
	}
	return Offline, withRegistry(ctx, data, func(store *storage.Store) error {
		return auth.NewAdmin(user, store, auth.NewSessions(store.Sessions(), user, 0), auth.NewHasher(1), auth.NewThrottle()).SetPassword(ctx, password)
	})
}

// withRegistry opens the data, while no server holds it, for what makes no
// sense without a registry: in a mistyped directory it would find nothing, or
// help nobody. It makes nothing there.
func withRegistry(ctx context.Context, data DataConfig, do func(*storage.Store) error) error {
	if !storage.Exists(data.Data) {
		return fmt.Errorf("no registry is in %s; give --data the directory of the server, such as /var/lib/mcpgateway. If no server has run on one yet, start it once first", data.Data)
	}
	return withStore(ctx, data, do)
}

// withStore opens the data and makes a registry where there is none.
func withStore(ctx context.Context, data DataConfig, do func(*storage.Store) error) error {
	store, err := storage.Open(ctx, storage.Options{Dir: data.Data, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	return errors.Join(do(store), store.Close())
}

// withSealedStore does as withStore, with the key that headers are sealed with. A
// key that was drawn is kept once the data has accepted it.
func withSealedStore(ctx context.Context, data DataConfig, c KeyConfig, do func(*storage.Store) error) error {
	if err := storage.FinishRestore(data.Data); err != nil {
		return err
	}
	key, err := secret.Load(data.Data, c.SecretKey)
	if err != nil {
		return err
	}
	box := secret.NewBox(key.Derive(purposeHeaders))
	store, err := storage.Open(ctx, storage.Options{Dir: data.Data, Box: box, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	if err = key.Keep(); err == nil {
		err = do(store)
	}
	return errors.Join(err, store.Close())
}

// HealthCheck asks a server at the listen address, from the same machine,
// whether it is ready. An address on every interface is asked on loopback.
func HealthCheck(ctx context.Context, listen string, encrypted bool) error {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return usage("--listen: %q is no address; write it as 127.0.0.1:7860.", listen)
	}
	if addr, err := netip.ParseAddr(host); host == "" || err == nil && addr.IsUnspecified() {
		host = "127.0.0.1"
		if addr.Is6() {
			host = "::1"
		}
	}
	scheme := "http"
	transport := &http.Transport{DisableKeepAlives: true}
	if encrypted {
		scheme = "https"
		// The certificate names the public address, not this one, and nothing
		// secret is said.
		transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: true} //nolint:gosec // See above.
	}
	client := &http.Client{Transport: transport, Timeout: 4 * time.Second}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return fmt.Errorf("make the request: %w", err)
	}
	res, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("the server does not answer at --listen %s: %w", listen, err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		var problem struct{ Detail string }
		_ = json.NewDecoder(io.LimitReader(res.Body, 4<<10)).Decode(&problem) // What can be read helps.
		if problem.Detail == "" && res.StatusCode == http.StatusBadRequest && !encrypted {
			problem.Detail = "it may speak TLS; say so with --tls-cert"
		}
		return fmt.Errorf("the server is not ready: %s: %s", res.Status, cmp.Or(problem.Detail, "it gives no reason"))
	}
	return nil
}
