package auth

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// memory is a store of sessions that never expires anything by itself.
type memory struct {
	mu   sync.Mutex
	rows map[string][]byte
	fail error
}

func newMemory() *memory { return &memory{rows: map[string][]byte{}} }

func (m *memory) FindCtx(_ context.Context, token string) ([]byte, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	data, found := m.rows[token]
	return data, found, m.fail
}

func (m *memory) CommitCtx(_ context.Context, token string, data []byte, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rows[token] = data
	return m.fail
}

func (m *memory) DeleteCtx(_ context.Context, token string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.rows, token)
	return m.fail
}

func (m *memory) Find(token string) ([]byte, bool, error) {
	return m.FindCtx(context.Background(), token)
}
func (m *memory) Delete(token string) error { return m.DeleteCtx(context.Background(), token) }
func (m *memory) Commit(token string, data []byte, expiry time.Time) error {
	return m.CommitCtx(context.Background(), token, data, expiry)
}

func TestSessionLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newMemory()
		s := NewSessions(store, "admin", 0)
		begun := time.Now()
		token, expires, err := s.Create(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if want := begun.Add(DefaultLifetime); !expires.Equal(want) {
			t.Errorf("expires %v, want %v", expires, want)
		}
		for key, data := range store.rows {
			if strings.Contains(key, token) || strings.Contains(string(data), token) {
				t.Error("the token is stored in clear")
			}
		}
		// Using a session does not prolong it.
		for range 7 {
			time.Sleep(time.Hour)
			p, err := s.Authenticate(t.Context(), token)
			if p != NewUser("admin") || err != nil {
				t.Fatalf("after %v: %v %v", time.Since(begun), p, err)
			}
		}
		time.Sleep(time.Hour)
		if p, err := s.Authenticate(t.Context(), token); !p.IsZero() || !errors.Is(err, ErrNoSession) {
			t.Errorf("after the lifetime: %v %v", p, err)
		}
	})
}

func TestSessionRevoked(t *testing.T) {
	s := NewSessions(newMemory(), "admin", time.Hour)
	tokens := make([]string, 2)
	for i := range tokens {
		var err error
		if tokens[i], _, err = s.Create(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if tokens[0] == tokens[1] {
		t.Fatal("two logins share a token")
	}
	for range 2 {
		if err := s.Revoke(t.Context(), tokens[0]); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Authenticate(t.Context(), tokens[0]); !errors.Is(err, ErrNoSession) {
		t.Errorf("revoked: %v", err)
	}
	if _, err := s.Authenticate(t.Context(), tokens[1]); err != nil {
		t.Errorf("the other session: %v", err)
	}
}

// TestSessionOfAnotherUser: who was the administrator before a restart is
// signed in no more.
func TestSessionOfAnotherUser(t *testing.T) {
	store := newMemory()
	token, _, err := NewSessions(store, "bob", time.Hour).Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if p, err := NewSessions(store, "alice", time.Hour).Authenticate(t.Context(), token); !p.IsZero() || !errors.Is(err, ErrNoSession) {
		t.Errorf("got %v %v", p, err)
	}
}

// TestSessionUnknown: what nobody was given is no session, does not become one
// and does not end one.
func TestSessionUnknown(t *testing.T) {
	store := newMemory()
	s := NewSessions(store, "admin", time.Hour)
	token, _, err := s.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var hash string
	for hash = range store.rows {
	}
	for _, made := range []string{"", "x", hash, token[1:], token + "A", strings.Repeat("A", 43), strings.Repeat("A", 1<<20)} {
		if _, err := s.Authenticate(t.Context(), made); !errors.Is(err, ErrNoSession) {
			t.Errorf("%.50q: %v", made, err)
		}
		if err := s.Revoke(t.Context(), made); err != nil {
			t.Errorf("revoke %.50q: %v", made, err)
		}
	}
	if len(store.rows) != 1 {
		t.Errorf("%d sessions, want 1", len(store.rows))
	}
}

// TestSessionStoreFails: a broken database is not taken for a stranger.
func TestSessionStoreFails(t *testing.T) {
	store := newMemory()
	s := NewSessions(store, "admin", time.Hour)
	token, _, err := s.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	store.fail = errors.New("disk on fire")
	if _, err := s.Authenticate(t.Context(), token); err != nil {
		t.Errorf("authenticate, remembered: %v", err)
	}
	if _, err := NewSessions(store, "admin", time.Hour).Authenticate(t.Context(), token); !errors.Is(err, store.fail) {
		t.Errorf("authenticate: %v", err)
	}
	if err := s.Revoke(t.Context(), token); !errors.Is(err, store.fail) {
		t.Errorf("revoke: %v", err)
	}
	if _, _, err := s.Create(t.Context()); !errors.Is(err, store.fail) {
		t.Errorf("create: %v", err)
	}
}
