// Package auth decides who is calling and what they may do.
//
// [Admin] answers a login, [Sessions] remember it, and [Throttle] slows down
// who guesses. Programs bring one of the [Tokens] instead. What a caller is
// known as from then on is a [Principal]. Secrets are kept as hashes only:
// passwords as argon2id (RFC 9106), the tokens of sessions and of the API as
// SHA-256.
package auth
