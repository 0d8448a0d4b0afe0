package auth

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// credentials keep hashes in memory and count the ends of sessions.
type credentials struct {
	mu     sync.Mutex
	stored map[string]Credential
	ends   int
	fail   error
}

func (c *credentials) Credential(_ context.Context, user string) (Credential, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fail != nil {
		return Credential{}, c.fail
	}
	stored, ok := c.stored[user]
	if !ok {
		return Credential{}, ErrUnknownUser
	}
	return stored, nil
}

func (c *credentials) SetCredential(_ context.Context, user string, stored Credential, endSessions bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stored[user] = stored
	if endSessions {
		c.ends++
	}
	return c.fail
}

func newAdmin() (*Admin, *credentials) {
	c := &credentials{stored: map[string]Credential{}}
	return NewAdmin("admin", c, NewSessions(newMemory(), "admin", 0), NewHasher(2), NewThrottle()), c
}

// login signs in from home.
func login(ctx context.Context, a *Admin, user, password string) (token string, err error) {
	token, _, err = a.Login(ctx, home, user, password)
	return token, err
}

func TestLogin(t *testing.T) {
	a, _ := newAdmin()
	ctx := t.Context()
	if _, err := login(ctx, a, "admin", "secret"); !errors.Is(err, ErrBadLogin) {
		t.Errorf("before there is a password: %v", err)
	}
	if err := a.SetPassword(ctx, "secret"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ user, password string }{
		{"admin", "Secret"}, {"admin", ""}, {"Admin", "secret"}, {"", ""}, {"nobody", "secret"},
	} {
		if token, err := login(ctx, a, c.user, c.password); !errors.Is(err, ErrBadLogin) || token != "" {
			t.Errorf("%q %q: %q %v", c.user, c.password, token, err)
		}
	}
	token, err := login(ctx, a, "admin", "secret")
	if err != nil {
		t.Fatal(err)
	}
	if p, err := a.sessions.Authenticate(ctx, token); err != nil || p != NewUser("admin") || p.String() != "user:admin" {
		t.Errorf("the session's principal: %v %v", p, err)
	}
}

// changing stores a session after the password was changed, as a change
// between the check and the session would.
type changing struct {
	*memory
	change func()
}

func (c *changing) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	c.change()
	return c.memory.CommitCtx(ctx, token, data, expiry)
}

// TestLoginDuringPasswordChange: no session outlives the password it came by.
func TestLoginDuringPasswordChange(t *testing.T) {
	a, c := newAdmin()
	if err := a.SetPassword(t.Context(), "secret"); err != nil {
		t.Fatal(err)
	}
	store := &changing{newMemory(), func() { c.stored["admin"] = Credential{Hash: "another"} }}
	a.sessions = NewSessions(store, "admin", 0)
	if token, err := login(t.Context(), a, "admin", "secret"); !errors.Is(err, ErrBadLogin) || token != "" {
		t.Errorf("got %q, %v", token, err)
	}
	if len(store.rows) != 0 {
		t.Errorf("%d sessions are left", len(store.rows))
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
			_, err := login(ctx, a, "admin", "wrong")
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
	if _, err := login(ctx, a, "admin", "secret"); errors.Is(err, ErrBadLogin) || err == nil {
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
		if _, err := login(t.Context(), a, "admin", "secret"); !errors.Is(err, c.fail) {
			t.Fatalf("got %v", err)
		}
	}
	c.fail = nil
	if _, err := login(t.Context(), a, "admin", "secret"); err != nil {
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
		if _, err := login(t.Context(), a, "admin", step.password); err != nil {
			t.Errorf("step %d: %v", i, err)
		}
	}
	c.stored["admin"] = Credential{Hash: "garbage"}
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
	if _, err := login(t.Context(), a, "admin", generated); err != nil {
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

// TestHasWeak: the store remembers what the hash does not tell, whoever set the
// password.
func TestHasWeak(t *testing.T) {
	a, c := newAdmin()
	expect := func(want bool) {
		t.Helper()
		if weak, err := a.HasWeak(t.Context()); weak != want || err != nil {
			t.Errorf("weak: %t, %v; want %t", weak, err, want)
		}
	}
	expect(false) // There is none.
	for _, password := range []string{"abc", "a longer one", "PASSWORD"} {
		if err := a.SetPassword(t.Context(), password); err != nil {
			t.Fatal(err)
		}
		expect(WeakPassword(password))
	}
	for _, password := range []string{"another longer one", "abc"} {
		if _, err := a.EnsurePassword(t.Context(), password); err != nil {
			t.Fatal(err)
		}
		expect(WeakPassword(password))
	}
	c.fail = errors.New("disk on fire")
	if weak, err := a.HasWeak(t.Context()); weak || !errors.Is(err, c.fail) {
		t.Errorf("broken: %t %v", weak, err)
	}
}
