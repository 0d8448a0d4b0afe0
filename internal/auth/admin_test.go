package auth

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// credentials keep hashes in memory and count the ends of sessions.
type credentials struct {
	mu     sync.Mutex
	hashes map[string]string
	ends   int
	fail   error
}

func (c *credentials) Credential(_ context.Context, user string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fail != nil {
		return "", c.fail
	}
	hash, ok := c.hashes[user]
	if !ok {
		return "", ErrUnknownUser
	}
	return hash, nil
}

func (c *credentials) SetCredential(_ context.Context, user, hash string, endSessions bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hashes[user] = hash
	if endSessions {
		c.ends++
	}
	return c.fail
}

func newAdmin() (*Admin, *credentials) {
	c := &credentials{hashes: map[string]string{}}
	return NewAdmin("admin", c, NewHasher(2), NewThrottle()), c
}

func TestLogin(t *testing.T) {
	a, _ := newAdmin()
	ctx := t.Context()
	if _, err := a.Login(ctx, home, "admin", "secret"); !errors.Is(err, ErrBadLogin) {
		t.Errorf("before there is a password: %v", err)
	}
	if err := a.SetPassword(ctx, "secret"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ user, password string }{
		{"admin", "Secret"}, {"admin", ""}, {"Admin", "secret"}, {"", ""}, {"nobody", "secret"},
	} {
		if p, err := a.Login(ctx, home, c.user, c.password); !errors.Is(err, ErrBadLogin) || !p.IsZero() {
			t.Errorf("%q %q: %v %v", c.user, c.password, p, err)
		}
	}
	p, err := a.Login(ctx, home, "admin", "secret")
	if err != nil || p != NewUser("admin") || p.String() != "user:admin" {
		t.Errorf("login: %v %v", p, err)
	}
}

func TestLoginIsThrottled(t *testing.T) {
	a, _ := newAdmin()
	ctx := t.Context()
	if err := a.SetPassword(ctx, "secret"); err != nil {
		t.Fatal(err)
	}
	// At once, as a burst would come.
	results := make(chan error, 3*addressTries)
	var burst sync.WaitGroup
	for range cap(results) {
		burst.Go(func() {
			_, err := a.Login(ctx, home, "admin", "wrong")
			results <- err
		})
	}
	burst.Wait()
	close(results)
	tried := 0
	for err := range results {
		if throttled, ok := errors.AsType[*ThrottledError](err); ok {
			if throttled.RetryAfter <= 0 {
				t.Errorf("retry after %v", throttled.RetryAfter)
			}
			continue
		}
		if !errors.Is(err, ErrBadLogin) {
			t.Errorf("got %v", err)
		}
		tried++
	}
	if tried != addressTries {
		t.Errorf("%d passwords were checked, want %d", tried, addressTries)
	}
	if _, err := a.Login(ctx, home, "admin", "secret"); errors.Is(err, ErrBadLogin) || err == nil {
		t.Errorf("the right password after the burst: %v", err)
	}
}

// TestLoginFailureOfOursIsFree: a database that is away locks nobody out.
func TestLoginFailureOfOursIsFree(t *testing.T) {
	a, c := newAdmin()
	if err := a.SetPassword(t.Context(), "secret"); err != nil {
		t.Fatal(err)
	}
	c.fail = errors.New("disk on fire")
	for range 5 * addressTries {
		if _, err := a.Login(t.Context(), home, "admin", "secret"); !errors.Is(err, c.fail) {
			t.Fatalf("got %v", err)
		}
	}
	c.fail = nil
	if _, err := a.Login(t.Context(), home, "admin", "secret"); err != nil {
		t.Error(err)
	}
}

func TestEnsurePassword(t *testing.T) {
	a, c := newAdmin()
	for i, step := range []struct {
		password string
		changed  bool
		ends     int
	}{
		{"first one", true, 1}, {"first one", false, 1}, {"second", true, 2}, {"second", false, 2},
	} {
		changed, err := a.EnsurePassword(t.Context(), step.password)
		if changed != step.changed || err != nil || c.ends != step.ends {
			t.Errorf("step %d: changed %v, %d ends, %v", i, changed, c.ends, err)
		}
		if _, err := a.Login(t.Context(), home, "admin", step.password); err != nil {
			t.Errorf("step %d: %v", i, err)
		}
	}
	c.hashes["admin"] = "garbage"
	if changed, err := a.EnsurePassword(t.Context(), "second"); !changed || err != nil {
		t.Errorf("over a hash that is none: %v %v", changed, err)
	}
	_, err := a.EnsurePassword(t.Context(), "")
	if _, ok := errors.AsType[*registry.InvalidError](err); !ok {
		t.Errorf("empty: %v", err)
	}
}

func TestEnsureAny(t *testing.T) {
	a, c := newAdmin()
	generated, err := a.EnsureAny(t.Context())
	if generated == "" || err != nil {
		t.Fatal(generated, err)
	}
	if _, err := a.Login(t.Context(), home, "admin", generated); err != nil {
		t.Error(err)
	}
	if again, err := a.EnsureAny(t.Context()); again != "" || err != nil {
		t.Errorf("second start: %q %v", again, err)
	}
	c.fail = errors.New("disk on fire")
	if again, err := a.EnsureAny(t.Context()); again != "" || !errors.Is(err, c.fail) {
		t.Errorf("broken: %q %v", again, err)
	}
}
