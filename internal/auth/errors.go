package auth

import (
	"errors"
	"fmt"
	"time"
)

// Sentinels of the package. They arrive wrapped: test with [errors.Is].
var (
	// ErrUnknownUser says that no credential is stored for a user. Callers
	// over the network never learn it.
	ErrUnknownUser = errors.New("no such user")
	// ErrBadLogin says that the user's name or the password is wrong, and not
	// which.
	ErrBadLogin = errors.New("invalid username or password")
	// ErrNoSession says that a token belongs to no session: it never did, or
	// the session expired or was ended.
	ErrNoSession = errors.New("no such session")
	// ErrBusy says that too many passwords are being checked. Try again in a
	// moment.
	ErrBusy = errors.New("too many logins at once")
	// ErrBadToken says that a text is no token that is good: it is unknown,
	// revoked or expired, and not which.
	ErrBadToken = errors.New("not a valid token")
	// ErrNoToken says that no token has the ID.
	ErrNoToken = errors.New("no such token; list the tokens to see their IDs")
	// ErrTooManyTokens says that there are [MaxTokens] that are good.
	ErrTooManyTokens = errors.New("there are too many tokens; revoke one that is not needed")
)

// ThrottledError says that a caller guessed too often.
type ThrottledError struct {
	// RetryAfter is when the next try is worth making; over 0.
	RetryAfter time.Duration
}

// Error says how long to wait, in whole seconds.
func (e *ThrottledError) Error() string {
	return fmt.Sprintf("too many failed logins; try again in %v", e.RetryAfter.Round(time.Second))
}
