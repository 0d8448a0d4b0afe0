package storagetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// testTokens: kept across a restart as they were given, until they are
// revoked.
func testTokens(t *testing.T, db Database) {
	s, _ := db.Open(t)
	ctx := t.Context()
	expectTokens(t, s)
	made := time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC)
	full := auth.StoredToken{
		Token: auth.Token{
			ID: "a", Name: "CI – „büro“", Scope: auth.ScopeGateway, Services: []registry.Path{"/weather", "/a_b"},
			CreatedAt: made, ExpiresAt: made.Add(time.Hour), LastUsedAt: made.Add(time.Minute),
		},
		Hash: auth.TokenHash{0, 1, 0xff},
	}
	least := auth.StoredToken{Token: auth.Token{ID: "b", Name: "x", Scope: auth.ScopeAdmin, CreatedAt: made}, Hash: auth.TokenHash{31: 1}}
	must(t, s.TokenCreated(ctx, full))
	must(t, s.TokenCreated(ctx, least))
	must(t, s.Close())

	s, _ = open(t, db)
	expectTokens(t, s, full, least)
	for what, twin := range map[string]auth.StoredToken{
		"ID":   {Token: least.Token, Hash: auth.TokenHash{7}},
		"hash": {Token: auth.Token{ID: "c", Name: "x", Scope: auth.ScopeAdmin, CreatedAt: made}, Hash: least.Hash},
	} {
		if err := s.TokenCreated(ctx, twin); err == nil {
			t.Errorf("a second token of the same %s: no error", what)
		}
	}
	least.LastUsedAt = made.Add(2 * time.Hour)
	must(t, s.TokensUsed(ctx, map[string]time.Time{"b": least.LastUsedAt, "never": made}))
	must(t, s.TokensUsed(ctx, nil))
	expectTokens(t, s, full, least)

	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	for what, err := range map[string]error{
		"create": s.TokenCreated(cancelled, auth.StoredToken{Token: auth.Token{ID: "c", CreatedAt: made}}),
		"use":    s.TokensUsed(cancelled, map[string]time.Time{"a": made.Add(time.Hour)}),
		"revoke": s.TokenRevoked(cancelled, "a"),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s, cancelled: %v", what, err)
		}
	}
	expectTokens(t, s, full, least)

	for _, id := range []string{"a", "a", "A", "B", "never", ""} {
		must(t, s.TokenRevoked(ctx, id))
	}
	expectTokens(t, s, least)
}

func expectTokens(t *testing.T, s Store, want ...auth.StoredToken) {
	t.Helper()
	got, err := s.LoadTokens(t.Context())
	must(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tokens (-want +got):\n%s", diff)
	}
}
