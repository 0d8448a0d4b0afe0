package auth

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/alexedwards/scs/v2"
)

// DefaultLifetime is how long a session lasts unless the settings say
// otherwise.
const DefaultLifetime = 8 * time.Hour

// userKey is the key of the user's name in a session's data.
const userKey = "user"

// revokeTime bounds the end of a session.
const revokeTime = 5 * time.Second

// tokenLength is the length of a session token: 32 random bytes in unpadded
// base64.
const tokenLength = 43

// Sessions remember who signed in. A session lives on the server and ends a
// fixed time after the login, whatever happens in between. There is none
// before a login and each login makes a new one, so none can be fixed
// beforehand.
//
// All are of one user. The store may hold those of another, who was the
// administrator before a restart: they are none.
//
// The store is the truth, and survives a restart. Nobody else may end sessions
// in it as long as the Sessions are in use, since those that it was asked about
// are remembered: see [Sessions.Authenticate]. It may drop some to make room:
// those live on until a restart at most.
type Sessions struct {
	manager    *scs.SessionManager
	user       Principal
	remembered *remembered
}

// NewSessions keeps sessions of user in store, for lifetime from the login on;
// [DefaultLifetime] if it is 0. The store sees the SHA-256 of a token only.
func NewSessions(store scs.CtxStore, user string, lifetime time.Duration) *Sessions {
	if lifetime <= 0 {
		lifetime = DefaultLifetime
	}
	// Not scs.New: it starts a goroutine that sweeps a store of its own.
	return &Sessions{user: NewUser(user), remembered: newRemembered(), manager: &scs.SessionManager{
		Lifetime:         lifetime,
		Store:            store,
		Codec:            scs.GobCodec{},
		HashTokenInStore: true,
	}}
}

// Create begins a session and returns its token, a secret of 43
// URL-safe characters, and when it ends.
func (s *Sessions) Create(ctx context.Context) (token string, expires time.Time, err error) {
	session, err := s.manager.Load(ctx, "")
	if err != nil {
		return "", time.Time{}, fmt.Errorf("begin a session: %w", err)
	}
	s.manager.Put(session, userKey, s.user.Name)
	view := s.remembered.look()
	token, expires, err = s.manager.Commit(session)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("begin a session: %w", err)
	}
	s.remembered.add(view, hashToken(token), expires)
	return token, expires, nil
}

// Authenticate says whose session the token is. It fails with [ErrNoSession],
// or with the store's error. A session that was begun or asked about lately is
// recognised without a lock and without asking the store; one that was ended is
// not, from the moment that Revoke or a change of the password has returned.
func (s *Sessions) Authenticate(ctx context.Context, token string) (Principal, error) {
	if len(token) != tokenLength {
		return Principal{}, ErrNoSession
	}
	hash := hashToken(token)
	if ends, ok := s.remembered.find(hash); ok {
		if !ends.After(time.Now()) {
			return Principal{}, ErrNoSession
		}
		return s.user, nil
	}
	return s.ask(ctx, token, hash)
}

// ask has the store say whose session the token is, and remembers that.
func (s *Sessions) ask(ctx context.Context, token string, hash sessionHash) (Principal, error) {
	view := s.remembered.look()
	session, err := s.manager.Load(ctx, token)
	if err != nil {
		return Principal{}, fmt.Errorf("look up a session: %w", err)
	}
	user := s.manager.GetString(session, userKey)
	ends := s.manager.Deadline(session)
	if user == "" || user != s.user.Name || !ends.After(time.Now()) {
		return Principal{}, ErrNoSession
	}
	s.remembered.add(view, hash, ends)
	return s.user, nil
}

// Revoke ends the session of the token at once. It is no error when there is
// none.
func (s *Sessions) Revoke(ctx context.Context, token string) error {
	if len(token) != tokenLength {
		return nil
	}
	defer s.remembered.forget(hashToken(token))()
	// Whoever leaves before the answer wants the session ended no less.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), revokeTime)
	defer cancel()
	session, err := s.manager.Load(ctx, token)
	if err == nil {
		err = s.manager.Destroy(session)
	}
	if err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	return nil
}

// hashToken is the hash of a text of [tokenLength] bytes.
func hashToken(token string) sessionHash {
	text := [tokenLength]byte([]byte(token)) // On the stack.
	return sha256.Sum256(text[:])
}
