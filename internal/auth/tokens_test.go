package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// shelf is a store of tokens in memory.
type shelf struct {
	rows   map[string]StoredToken
	fail   error
	writes int
}

func newShelf() *shelf { return &shelf{rows: map[string]StoredToken{}} }

func (s *shelf) LoadTokens(context.Context) ([]StoredToken, error) {
	return slices.Collect(maps.Values(s.rows)), s.fail
}

func (s *shelf) TokenCreated(_ context.Context, t StoredToken) error {
	if s.fail == nil {
		s.rows[t.ID] = t
	}
	return s.fail
}

func (s *shelf) TokenRevoked(_ context.Context, id string) error {
	if s.fail == nil {
		delete(s.rows, id)
	}
	return s.fail
}

func (s *shelf) TokensUsed(_ context.Context, used map[string]time.Time) error {
	if s.fail != nil {
		return s.fail
	}
	s.writes++
	for id, at := range used {
		if row, ok := s.rows[id]; ok {
			row.LastUsedAt = at
			s.rows[id] = row
		}
	}
	return nil
}

func load(t testing.TB, s *shelf) *Tokens {
	t.Helper()
	tokens, err := LoadTokens(t.Context(), s, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

func create(t testing.TB, tokens *Tokens, d TokenDraft) (Token, string) {
	t.Helper()
	token, secret, err := tokens.Create(t.Context(), "user:admin", d)
	if err != nil {
		t.Fatal(err)
	}
	return token, secret
}

func TestTokenLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		tokens := load(t, s)
		forever, secret := create(t, tokens, TokenDraft{Name: "forever", Scope: ScopeAdmin})
		time.Sleep(time.Second)
		brief, briefSecret := create(t, tokens, TokenDraft{Name: "brief", Scope: ScopeGateway, Services: []string{"/a"}, ExpiresInSeconds: new(int64(60))})
		if diff := cmp.Diff([]Token{forever, brief}, tokens.List()); diff != "" {
			t.Errorf("the list (-want +got):\n%s", diff)
		}
		if text := fmt.Sprintf("%+v%+v", s.rows, tokens.List()); strings.Contains(text, secret) || strings.Contains(text, briefSecret) || secret == briefSecret {
			t.Errorf("a secret is kept: %s", text)
		}
		good := func(tokens *Tokens, secret string, want Token) {
			t.Helper()
			p, err := tokens.Authenticate(secret)
			if err != nil || p.Kind != KindToken || p.Name != want.ID || p.Scope != want.Scope || p.IsLimited() != (len(want.Services) > 0) {
				t.Errorf("%s: %v, %v", want.Name, p, err)
			}
		}
		good(tokens, secret, forever)
		time.Sleep(60*time.Second - time.Nanosecond)
		good(tokens, briefSecret, brief)
		good(load(t, s), briefSecret, brief) // After a restart.
		time.Sleep(time.Nanosecond)
		bad(t, tokens, briefSecret)
		bad(t, load(t, s), briefSecret)
		if len(tokens.List()) != 2 {
			t.Error("an expired token is not listed")
		}
		time.Sleep(100 * 365 * 24 * time.Hour)
		good(tokens, secret, forever)

		if err := tokens.Revoke(t.Context(), "user:admin", forever.ID); err != nil {
			t.Fatal(err)
		}
		bad(t, tokens, secret)
		bad(t, load(t, s), secret)
		for _, id := range []string{forever.ID, "", "x"} {
			if err := tokens.Revoke(t.Context(), "user:admin", id); !errors.Is(err, ErrNoToken) {
				t.Errorf("revoke %q: %v", id, err)
			}
		}
		bad(t, tokens, newSecret())
		bad(t, tokens, "")
	})
}

func bad(t *testing.T, tokens *Tokens, secret string) {
	t.Helper()
	if p, err := tokens.Authenticate(secret); !errors.Is(err, ErrBadToken) || !p.IsZero() {
		t.Errorf("%.20s…: %v, %v", secret, p, err)
	}
}

// TestTokenUse: the list knows it at once, the store when it is told.
func TestTokenUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		tokens := load(t, s)
		token, secret := create(t, tokens, TokenDraft{Name: "x", Scope: ScopeAdmin})
		create(t, tokens, TokenDraft{Name: "unused", Scope: ScopeAdmin})
		write := func(writes int) {
			t.Helper()
			if err := tokens.WriteUse(t.Context()); err != nil || s.writes != writes {
				t.Errorf("%v; %d writes, want %d", err, s.writes, writes)
			}
		}
		write(0)
		time.Sleep(time.Hour)
		used := time.Now().UTC().Truncate(time.Second)
		for range 3 {
			if _, err := tokens.Authenticate(secret); err != nil {
				t.Fatal(err)
			}
		}
		if list := tokens.List(); !list[0].LastUsedAt.Equal(used) && !list[1].LastUsedAt.Equal(used) || s.writes != 0 {
			t.Errorf("the list is %+v after %d writes", list, s.writes)
		}
		s.fail = errors.New("disk on fire")
		if err := tokens.WriteUse(t.Context()); !errors.Is(err, s.fail) {
			t.Errorf("a failed write: %v", err)
		}
		s.fail = nil
		write(1)
		write(1)
		if got := s.rows[token.ID].LastUsedAt; !got.Equal(used) {
			t.Errorf("stored %v, want %v", got, used)
		}
		tokens = load(t, s)
		write(1)
		time.Sleep(time.Minute)
		if _, err := tokens.Authenticate(secret); err != nil {
			t.Fatal(err)
		}
		write(2)
	})
}

// TestTokenStoreFails: what the store did not take has not happened.
func TestTokenStoreFails(t *testing.T) {
	s := newShelf()
	tokens := load(t, s)
	token, secret := create(t, tokens, TokenDraft{Name: "x", Scope: ScopeAdmin})
	s.fail = errors.New("disk on fire")
	if _, made, err := tokens.Create(t.Context(), "user:admin", TokenDraft{Name: "y", Scope: ScopeAdmin}); !errors.Is(err, s.fail) || made != "" {
		t.Errorf("create: %v", err)
	}
	if err := tokens.Revoke(t.Context(), "user:admin", token.ID); !errors.Is(err, s.fail) {
		t.Errorf("revoke: %v", err)
	}
	if _, err := tokens.Authenticate(secret); err != nil || len(tokens.List()) != 1 {
		t.Errorf("afterwards: %v, %v", err, tokens.List())
	}
	if _, err := LoadTokens(t.Context(), s, slog.New(slog.DiscardHandler)); !errors.Is(err, s.fail) {
		t.Errorf("load: %v", err)
	}
}

func TestTooManyTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		tokens := load(t, s)
		short, _ := create(t, tokens, TokenDraft{Name: "short", Scope: ScopeMetrics, ExpiresInSeconds: new(int64(1))})
		long, _ := create(t, tokens, TokenDraft{Name: "long", Scope: ScopeMetrics, ExpiresInSeconds: new(int64(2))})
		for range MaxTokens - 2 {
			create(t, tokens, TokenDraft{Name: "x", Scope: ScopeMetrics})
		}
		full := func() {
			t.Helper()
			if _, _, err := tokens.Create(t.Context(), "user:admin", TokenDraft{Name: "x", Scope: ScopeMetrics}); !errors.Is(err, ErrTooManyTokens) {
				t.Errorf("one more: %v", err)
			}
		}
		full()
		time.Sleep(2 * time.Second)
		create(t, tokens, TokenDraft{Name: "x", Scope: ScopeMetrics})
		_, first := s.rows[short.ID]
		_, second := s.rows[long.ID]
		if first || !second || len(tokens.List()) != MaxTokens {
			t.Errorf("%d tokens; the one that expired first is there: %v, the other: %v", len(tokens.List()), first, second)
		}
		create(t, tokens, TokenDraft{Name: "x", Scope: ScopeMetrics})
		full()
	})
}

// TestTokensTogether: whoever is told that a token is revoked finds it dead,
// whatever else goes on.
func TestTokensTogether(t *testing.T) {
	tokens := load(t, newShelf())
	_, steady := create(t, tokens, TokenDraft{Name: "steady", Scope: ScopeAdmin})
	var all, readers sync.WaitGroup
	var done atomic.Bool
	for range 4 {
		readers.Go(func() {
			for !done.Load() {
				if _, err := tokens.Authenticate(steady); err != nil {
					t.Error(err)
					return
				}
			}
		})
		all.Go(func() {
			for range 50 {
				token, secret, err := tokens.Create(t.Context(), "user:admin", TokenDraft{Name: "x", Scope: ScopeGateway})
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := tokens.Authenticate(secret); err != nil {
					t.Errorf("new: %v", err)
				}
				if err := tokens.Revoke(t.Context(), "user:admin", token.ID); err != nil {
					t.Error(err)
				}
				if _, err := tokens.Authenticate(secret); !errors.Is(err, ErrBadToken) {
					t.Errorf("revoked: %v", err)
				}
				if err := tokens.WriteUse(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	done.Store(true)
	readers.Wait()
	if list := tokens.List(); len(list) != 1 {
		t.Errorf("left %v", list)
	}
}

func BenchmarkTokenAuthenticate(b *testing.B) {
	tokens := load(b, newShelf())
	var secret string
	for range MaxTokens {
		_, secret = create(b, tokens, TokenDraft{Name: "x", Scope: ScopeGateway, Services: []string{"/a"}})
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := tokens.Authenticate(secret); err != nil {
				b.Error(err)
			}
		}
	})
}
