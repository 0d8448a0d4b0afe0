package auth

import (
	"context"
	"fmt"
	"time"

	"github.com/alexedwards/scs/v2"
)

// DefaultLifetime is how long a session lasts unless the settings say
// otherwise.
const DefaultLifetime = 8 * time.Hour

// userKey is the key of the user's name in a session's data.
const userKey = "user"

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
type Sessions struct {
	manager *scs.SessionManager
	user    string
}

// NewSessions keeps sessions of user in store, for lifetime from the login on;
// [DefaultLifetime] if it is 0. The store sees the SHA-256 of a token only.
func NewSessions(store scs.CtxStore, user string, lifetime time.Duration) *Sessions {
	if lifetime <= 0 {
		lifetime = DefaultLifetime
	}
	// Not scs.New: it starts a goroutine that sweeps a store of its own.
	return &Sessions{user: user, manager: &scs.SessionManager{
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
	s.manager.Put(session, userKey, s.user)
	token, expires, err = s.manager.Commit(session)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("begin a session: %w", err)
	}
	return token, expires, nil
}

// Authenticate says whose session the token is. It fails with [ErrNoSession],
// or with the store's error.
func (s *Sessions) Authenticate(ctx context.Context, token string) (Principal, error) {
	if len(token) != tokenLength {
		return Principal{}, ErrNoSession
	}
	session, err := s.manager.Load(ctx, token)
	if err != nil {
		return Principal{}, fmt.Errorf("look up a session: %w", err)
	}
	user := s.manager.GetString(session, userKey)
	if user == "" || user != s.user || !s.manager.Deadline(session).After(time.Now()) {
		return Principal{}, ErrNoSession
	}
	return NewUser(user), nil
}

// Revoke ends the session of the token at once. It is no error when there is
// none.
func (s *Sessions) Revoke(ctx context.Context, token string) error {
	if len(token) != tokenLength {
		return nil
	}
	session, err := s.manager.Load(ctx, token)
	if err == nil {
		err = s.manager.Destroy(session)
	}
	if err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	return nil
}
