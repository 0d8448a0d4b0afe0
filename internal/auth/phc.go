package auth

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Bounds of what a stored hash may ask for. RFC 9106 allows far more; a hash
// that somebody slipped into the database must not cost gigabytes or minutes.
const (
	maxMemory  = 256 << 10 // KiB
	maxTime    = 16
	maxThreads = 8
	minSalt    = 8
	maxSalt    = 64
	minKey     = 16
	maxKey     = 64
)

// errMalformed says that a stored hash is not one of ours.
var errMalformed = errors.New("not an argon2id hash in PHC format")

// phc is a password hash with everything that went into it but the password.
type phc struct {
	memory  uint32 // KiB
	time    uint32
	threads uint8
	salt    []byte
	key     []byte
}

// base64 without padding, and strict, so that a hash has one spelling.
var b64 = base64.RawStdEncoding.Strict()

// String is the PHC string format,
// https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md:
// $argon2id$v=19$m=19456,t=2,p=1$<salt>$<key>.
func (h phc) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		h.memory, h.time, h.threads, b64.EncodeToString(h.salt), b64.EncodeToString(h.key))
}

// parsePHC reads what String wrote, within the bounds. It accepts exactly the
// strings that String makes.
func parsePHC(s string) (phc, error) {
	fields := strings.Split(s, "$")
	if len(fields) != 6 || fields[0] != "" || fields[1] != "argon2id" ||
		fields[2] != "v="+strconv.Itoa(argon2.Version) {
		return phc{}, errMalformed
	}
	params := strings.Split(fields[3], ",")
	if len(params) != 3 {
		return phc{}, errMalformed
	}
	memory, okM := number(params[0], "m=", maxMemory)
	time, okT := number(params[1], "t=", maxTime)
	threads, okP := number(params[2], "p=", maxThreads)
	// RFC 9106, section 3.1: at least 8 KiB of memory a thread.
	if !okM || !okT || !okP || memory < 8*threads {
		return phc{}, fmt.Errorf("%w, or with parameters out of bounds", errMalformed)
	}
	salt, okS := blob(fields[4], minSalt, maxSalt)
	key, okK := blob(fields[5], minKey, maxKey)
	if !okS || !okK {
		return phc{}, errMalformed
	}
	//nolint:gosec // threads is at most maxThreads.
	return phc{memory: memory, time: time, threads: uint8(threads), salt: salt, key: key}, nil
}

// number reads a decimal from 1 to limit in its only spelling.
func number(s, prefix string, limit uint64) (uint32, bool) {
	digits, ok := strings.CutPrefix(s, prefix)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 10, 32)
	if err != nil || n < 1 || n > limit || strconv.FormatUint(n, 10) != digits {
		return 0, false
	}
	return uint32(n), true
}

// blob reads base64 of shortest to longest bytes.
func blob(s string, shortest, longest int) ([]byte, bool) {
	if len(s) > b64.EncodedLen(longest) || strings.ContainsAny(s, "\r\n") {
		return nil, false
	}
	data, err := b64.DecodeString(s)
	return data, err == nil && len(data) >= shortest
}
