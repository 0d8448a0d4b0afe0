package auth

import (
	"context"
	"errors"
	"maps"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// asked is a store that counts what it is asked, and may be held up.
type asked struct {
	*memory
	finds atomic.Int64
	// found, if set, runs between finding a session and saying so; deleting
	// before one is deleted.
	found, deleting func()
}

func (a *asked) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	a.finds.Add(1)
	data, found, err := a.memory.FindCtx(ctx, token)
	if a.found != nil {
		a.found()
	}
	return data, found, err
}

func (a *asked) DeleteCtx(ctx context.Context, token string) error {
	if a.deleting != nil {
		a.deleting()
	}
	return a.memory.DeleteCtx(ctx, token)
}

// wipe ends every session in the store, as a change of the password does.
func (m *memory) wipe() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.rows)
}

func begin(t testing.TB, s *Sessions) (token string) {
	t.Helper()
	token, _, err := s.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func isGood(t testing.TB, s *Sessions, token string) bool {
	t.Helper()
	_, err := s.Authenticate(t.Context(), token)
	if err != nil && !errors.Is(err, ErrNoSession) {
		t.Error(err)
	}
	return err == nil
}

// The store is asked once per session and process, and never about one that
// was begun in it.
func TestSessionIsRemembered(t *testing.T) {
	store := &asked{memory: newMemory()}
	token := begin(t, NewSessions(store, "admin", time.Hour))
	for _, s := range []*Sessions{NewSessions(store, "admin", time.Hour), NewSessions(store, "admin", time.Hour)} {
		store.finds.Store(0)
		for range 5 {
			if !isGood(t, s, token) {
				t.Fatal("the session is gone")
			}
		}
		if n := store.finds.Load(); n != 1 {
			t.Errorf("after a restart the store was asked %d times, want 1", n)
		}
		store.finds.Store(0)
		if !isGood(t, s, begin(t, s)) || store.finds.Load() != 0 {
			t.Errorf("the store was asked about a session that had just begun")
		}
	}
}

// There is room for so many, expired ones apart; the store knows the others.
func TestSessionsBeyondTheRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &asked{memory: newMemory()}
		s := NewSessions(store, "admin", time.Hour)
		full := make(map[sessionHash]time.Time)
		for i := range maxRemembered {
			full[sessionHash([]byte(strconv.Itoa(100_000+i)+"01234567890123456789012345"))] = time.Now().Add(time.Minute)
		}
		s.remembered.ends.Store(&full)
		token := begin(t, s)
		for range 3 {
			if !isGood(t, s, token) {
				t.Error("the session is gone")
			}
		}
		if n := store.finds.Load(); n != 3 || len(*s.remembered.ends.Load()) != maxRemembered {
			t.Errorf("the store was asked %d times, want 3; %d are remembered", n, len(*s.remembered.ends.Load()))
		}
		// Without room, remembering goes through no 10,000 sessions.
		ends := time.Now().Add(time.Hour)
		if n := testing.AllocsPerRun(10, func() { s.remembered.add(s.remembered.look(), sessionHash{}, ends) }); n != 0 {
			t.Errorf("%v allocations to remember nothing", n)
		}
		for gone := range full {
			s.remembered.forget(gone)()
			break
		}
		isGood(t, s, token)
		if _, ok := s.remembered.find(hashToken(token)); !ok {
			t.Error("one that was ended made no room")
		}
		s.remembered.forget(hashToken(token))()
		time.Sleep(time.Minute)
		isGood(t, s, token)
		if n := len(*s.remembered.ends.Load()); n != 1 {
			t.Errorf("%d are remembered after the others expired, want 1", n)
		}
	})
}

// An answer of the store that was on its way when the session ended does not
// bring it back.
func TestLookupDuringAnEnd(t *testing.T) {
	for name, end := range map[string]func(*Sessions, *asked, string) error{
		"revoked": func(s *Sessions, _ *asked, token string) error { return s.Revoke(context.Background(), token) },
		"all ended": func(s *Sessions, store *asked, _ string) error {
			defer s.remembered.forgetAll()()
			store.wipe()
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			store := &asked{memory: newMemory()}
			token := begin(t, NewSessions(store, "admin", time.Hour))
			s := NewSessions(store, "admin", time.Hour)
			store.found = func() {
				store.found = nil
				if err := end(s, store, token); err != nil {
					t.Error(err)
				}
			}
			if !isGood(t, s, token) {
				t.Error("the store had said that it was good")
			}
			if isGood(t, s, token) {
				t.Error("the session lives again")
			}
		})
	}
}

// While the store ends a session it alone answers, so that no request is let in
// after another was refused. A store that fails to end it keeps it.
func TestSessionWhileItEnds(t *testing.T) {
	store := &asked{memory: newMemory()}
	s := NewSessions(store, "admin", time.Hour)
	token := begin(t, s)
	store.deleting = func() {
		for range 3 {
			if !isGood(t, s, token) {
				t.Error("it ended before the store ended it")
			}
		}
		store.wipe()
		if isGood(t, s, token) {
			t.Error("it is good when the store has ended it")
		}
	}
	if err := s.Revoke(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if isGood(t, s, token) {
		t.Error("it is good after its end")
	}

	token = begin(t, s)
	store.deleting = nil
	kept := maps.Clone(store.rows)
	store.fail = errors.New("disk on fire")
	if err := s.Revoke(t.Context(), token); !errors.Is(err, store.fail) {
		t.Errorf("got %v", err)
	}
	store.fail, store.rows = nil, kept
	if !isGood(t, s, token) {
		t.Error("it is gone although the store has it")
	}
}

// A session that begins while all are ended is not among the remembered.
func TestSessionBegunDuringAnEnd(t *testing.T) {
	a, _ := newAdmin()
	store := &changing{newMemory(), func() {}}
	a.sessions = NewSessions(store, "admin", time.Hour)
	old := begin(t, a.sessions)
	store.change = func() {
		if err := a.SetPassword(t.Context(), "another one"); err != nil {
			t.Error(err)
		}
	}
	young := begin(t, a.sessions)
	store.wipe()
	for _, token := range []string{old, young} {
		if isGood(t, a.sessions, token) {
			t.Error("a session outlived its password")
		}
	}
}

// Whoever is told that a session has ended finds it dead, and once it was
// refused nobody finds it alive, whatever else goes on.
func TestSessionsTogether(t *testing.T) {
	store := newMemory()
	s := NewSessions(store, "admin", time.Hour)
	var work sync.WaitGroup
	for worker := range 4 {
		work.Go(func() {
			for range 100 {
				token := begin(t, s)
				var ended atomic.Bool
				var readers sync.WaitGroup
				for range 3 {
					readers.Go(func() {
						for refused := false; ; {
							last := ended.Load()
							good := isGood(t, s, token)
							if good && (refused || last) {
								t.Error("a session lives after its end")
							}
							if refused = refused || !good; last {
								return
							}
						}
					})
				}
				if worker == 0 {
					done := s.remembered.forgetAll()
					store.wipe()
					done()
				} else if err := s.Revoke(t.Context(), token); err != nil {
					t.Error(err)
				}
				ended.Store(true)
				readers.Wait()
			}
		})
	}
	work.Wait()
}

func BenchmarkSessionAuthenticate(b *testing.B) {
	s := NewSessions(newMemory(), "admin", time.Hour)
	var token string
	for range 100 {
		token = begin(b, s)
	}
	ctx := b.Context()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := s.Authenticate(ctx, token); err != nil {
				b.Error(err)
			}
		}
	})
}
