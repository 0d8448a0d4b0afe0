package httpserver

import (
	"log/slog"
	"net/http"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// TestSocketToken: a socket that was opened with a token ends with it.
func TestSocketToken(t *testing.T) {
	t.Parallel()
	store, err := storage.Open(t.Context(), storage.Options{Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	tokens, err := auth.LoadTokens(t.Context(), store, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	e := startSocketEdge(t, nil, func(o *Options) {
		brisk(o)
		o.Tokens, o.SocketsNeedAuth = tokens, true
	})
	dial := func(services ...string) (auth.Token, *websocket.Conn, *http.Response) {
		made, secret, err := tokens.Create(t.Context(), "user:admin", auth.TokenDraft{Name: "x", Scope: auth.ScopeGateway, Services: services})
		if err != nil {
			t.Fatal(err)
		}
		socket, res := e.dial(t, http.Header{"Authorization": {"Bearer " + secret}})
		return made, socket, res
	}
	if _, _, res := dial("/weather"); res.StatusCode != http.StatusForbidden {
		t.Errorf("a socket with a limited token: %s", res.Status)
	}
	token, leaving, res := dial()
	if leaving == nil {
		t.Fatalf("a socket with a token: %s", res.Status)
	}
	_, staying, _ := dial()
	gone, stays := fold(t, leaving), fold(t, staying)
	if err := tokens.Revoke(t.Context(), "user:admin", token.ID); err != nil {
		t.Fatal(err)
	}
	if code := gone.closeCode(); code != websocket.ClosePolicyViolation {
		t.Errorf("the end of the token closed the socket with %d: %v", code, gone.err())
	}
	e.register(t, "/weather")
	eventually(t, func() bool { return len(stays.folded()) == 1 }, func() string { return "a change did not arrive" })
	if err := stays.err(); err != nil {
		t.Errorf("another token's socket ended: %v", err)
	}
}
