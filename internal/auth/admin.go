package auth

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"
)

// Credential is what is kept of a password.
type Credential struct {
	// Hash is of argon2id, in PHC string format.
	Hash string
	// Weak says that it is a [WeakPassword], which the hash does not tell.
	Weak bool
}

// Credentials keep what is kept of passwords. A change that ends the sessions
// ends them in the same step, or not at all.
type Credentials interface {
	// Credential returns that of the user; [ErrUnknownUser] if there is none.
	Credential(ctx context.Context, user string) (Credential, error)
	// SetCredential stores that of the user and, if asked to, ends every
	// session.
	SetCredential(ctx context.Context, user string, c Credential, endSessions bool) error
}

// Admin is the one account that people sign in to.
type Admin struct {
	name        string
	credentials Credentials
	sessions    *Sessions
	hasher      *Hasher
	throttle    *Throttle
}

// NewAdmin makes the account of that name. The sessions must be those of that
// user, in the store of the credentials.
func NewAdmin(name string, c Credentials, s *Sessions, h *Hasher, t *Throttle) *Admin {
	return &Admin{name: name, credentials: c, sessions: s, hasher: h, throttle: t}
}

// Name is the one to sign in with.
func (a *Admin) Name() string { return a.name }

// Login checks a name and a password that came from the address, and begins a
// session; its token and its end are the answer. It fails with [ErrBadLogin],
// *[ThrottledError] or [ErrBusy]; any other error is ours and costs the caller
// nothing.
func (a *Admin) Login(ctx context.Context, from netip.Addr, user, password string) (token string, expires time.Time, err error) {
	if retryAfter, ok := a.throttle.Allow(from, user, time.Now()); !ok {
		return "", time.Time{}, &ThrottledError{RetryAfter: retryAfter}
	}
	known, ok, err := a.verify(ctx, user, password)
	if err == nil && ok {
		token, expires, err = a.begin(ctx, known)
	}
	switch {
	case errors.Is(err, ErrBadLogin), err == nil && !ok:
		return "", time.Time{}, ErrBadLogin
	case err != nil:
		a.throttle.Refund(from, user, time.Now())
		return "", time.Time{}, fmt.Errorf("sign in: %w", err)
	}
	a.throttle.Succeeded(from, user, time.Now())
	return token, expires, nil
}

// begin begins a session for whoever knew the password. A change of the password
// ends every session there is: one that came between the check and the session
// would miss it, so what is stored is looked at once more.
func (a *Admin) begin(ctx context.Context, known Credential) (token string, expires time.Time, err error) {
	token, expires, err = a.sessions.Create(ctx)
	if err != nil {
		return "", time.Time{}, err
	}
	now, err := a.credentials.Credential(ctx, a.name)
	if err == nil && now == known {
		return token, expires, nil
	}
	if err == nil {
		err = ErrBadLogin
	}
	return "", time.Time{}, errors.Join(err, a.sessions.Revoke(ctx, token))
}

// verify takes the same time whether the user or the password is wrong. known
// is what the password was checked against.
func (a *Admin) verify(ctx context.Context, user, password string) (known Credential, ok bool, err error) {
	known, err = a.credentials.Credential(ctx, a.name)
	if errors.Is(err, ErrUnknownUser) || err == nil && user != a.name {
		return Credential{}, false, a.hasher.VerifyNobody(ctx, password)
	}
	if err != nil {
		return Credential{}, false, err
	}
	ok, err = a.hasher.Verify(ctx, known.Hash, password)
	return known, ok, err
}

// SetPassword replaces the password and ends every session, from the next
// request on. A password that cannot be one is an *[registry.InvalidError].
func (a *Admin) SetPassword(ctx context.Context, password string) error {
	hash, err := a.hasher.Hash(ctx, password)
	if err != nil {
		return fmt.Errorf("set the password: %w", err)
	}
	defer a.sessions.remembered.forgetAll()()
	return a.credentials.SetCredential(ctx, a.name, Credential{Hash: hash, Weak: WeakPassword(password)}, true)
}

// EnsurePassword is SetPassword, unless the password is the stored one
// already; then the sessions live on. It is for a password that the settings
// give at each start.
func (a *Admin) EnsurePassword(ctx context.Context, password string) (changed bool, err error) {
	stored, err := a.credentials.Credential(ctx, a.name)
	if err != nil && !errors.Is(err, ErrUnknownUser) {
		return false, err
	}
	if err == nil {
		// A hash that cannot be read is replaced like a different one.
		same, err := a.hasher.Verify(ctx, stored.Hash, password)
		if err != nil && !errors.Is(err, errMalformed) {
			return false, err
		}
		if same {
			return false, nil
		}
	}
	return true, a.SetPassword(ctx, password)
}

// EnsureAny makes a password if none is stored, and returns it to be shown
// once; otherwise it returns nothing.
func (a *Admin) EnsureAny(ctx context.Context) (generated string, err error) {
	_, err = a.credentials.Credential(ctx, a.name)
	if !errors.Is(err, ErrUnknownUser) {
		return "", err
	}
	generated = GeneratePassword()
	if err := a.SetPassword(ctx, generated); err != nil {
		return "", err
	}
	return generated, nil
}

// HasWeak says whether the stored password is a [WeakPassword]; no password is
// none.
func (a *Admin) HasWeak(ctx context.Context) (bool, error) {
	stored, err := a.credentials.Credential(ctx, a.name)
	if errors.Is(err, ErrUnknownUser) {
		return false, nil
	}
	return stored.Weak, err
}
