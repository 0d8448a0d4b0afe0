package auth

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// What failed logins are allowed. A bucket starts full.
const (
	// addressTries from one address, and one more every addressRefill.
	addressTries  = 10
	addressRefill = 30 * time.Second
	// userTries at one name from all addresses, and one more every userRefill:
	// under 20,000 guesses a day, however many addresses they come from.
	userTries  = 50
	userRefill = 5 * time.Second
)

// Sizes of the tables.
const (
	addressBuckets = 1 << 14
	userBuckets    = 1 << 10
	maxAcquainted  = 256
)

// Throttle limits failed logins by client address and by user name. It costs
// at most about 2 MiB.
//
// A try takes a token from the bucket of its address (an IPv6 address counts
// as its /64, which one host has to itself) and from that of the user's name,
// before the password is checked, so that a thousand tries at once get no
// further than a thousand in a row. A success gives the tokens back: a script
// may log in as often as it likes.
//
// Buckets lie in tables of fixed size, found by a hash whose seed nobody
// knows. Nothing is ever evicted, so there is no bucket that an attacker could
// make us forget; the price is that two strangers may share one, which costs
// them a wait and nothing else.
//
// A limit by user name lets anybody lock the administrator out by guessing
// all the time, from many addresses. Therefore an address from which a user
// has signed in before has a bucket of its own for that user, and nothing that
// strangers do counts against it. That is remembered for 256 pairs, which only
// successful logins can fill, and until the process ends. What remains: under
// such an attack the administrator cannot sign in from a new address. Sessions
// that exist, and the command line on the server, still work then.
type Throttle struct {
	seed maphash.Seed

	mu         sync.Mutex
	addresses  []*rate.Limiter // nil is a full bucket
	users      []*rate.Limiter
	acquainted map[pair]*acquaintance
}

// pair is a user at an address.
type pair struct {
	address netip.Addr
	user    uint64 // hash of the name: a name may be long
}

type acquaintance struct {
	bucket *rate.Limiter
	last   time.Time
}

// NewThrottle makes a Throttle that has seen nobody.
func NewThrottle() *Throttle {
	return &Throttle{
		seed:       maphash.MakeSeed(),
		addresses:  make([]*rate.Limiter, addressBuckets),
		users:      make([]*rate.Limiter, userBuckets),
		acquainted: make(map[pair]*acquaintance),
	}
}

// Allow says whether a login may be tried now, and takes its price; otherwise
// how long to wait, which is over 0. A refused try costs nothing. After a
// login that succeeds call Succeeded, after one that could not be decided call
// Refund.
func (t *Throttle) Allow(address netip.Addr, user string, now time.Time) (retryAfter time.Duration, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	buckets := t.buckets(t.pair(address, user))
	for _, b := range buckets {
		retryAfter = max(retryAfter, wait(b, now))
	}
	if retryAfter > 0 {
		return retryAfter, false
	}
	for _, b := range buckets {
		b.AllowN(now, 1)
	}
	return 0, true
}

// Refund gives back what Allow took.
func (t *Throttle) Refund(address netip.Addr, user string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.refund(t.pair(address, user), now)
}

// Succeeded gives back what Allow took and remembers the address as one of the
// user's.
func (t *Throttle) Succeeded(address netip.Addr, user string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.pair(address, user)
	t.refund(p, now)
	if a := t.acquainted[p]; a != nil {
		a.last = now
		return
	}
	if len(t.acquainted) >= maxAcquainted {
		t.forgetOldest()
	}
	t.acquainted[p] = &acquaintance{bucket: newBucket(addressTries, addressRefill), last: now}
}

// buckets are those that a try of the pair is paid from.
func (t *Throttle) buckets(p pair) []*rate.Limiter {
	if a := t.acquainted[p]; a != nil {
		return []*rate.Limiter{a.bucket}
	}
	address := &t.addresses[t.addressSlot(p)]
	if *address == nil {
		*address = newBucket(addressTries, addressRefill)
	}
	user := &t.users[userSlot(p)]
	if *user == nil {
		*user = newBucket(userTries, userRefill)
	}
	return []*rate.Limiter{*address, *user}
}

func (t *Throttle) addressSlot(p pair) uint64 {
	return maphash.Comparable(t.seed, p.address) % addressBuckets
}

func userSlot(p pair) uint64 { return p.user % userBuckets }

// refund puts a token back. A bucket that runs over is full: the limiter cuts
// it to its size when it is next asked.
func (t *Throttle) refund(p pair, now time.Time) {
	for _, b := range t.buckets(p) {
		b.AllowN(now, -1)
	}
}

// forgetOldest drops the pair that signed in longest ago.
func (t *Throttle) forgetOldest() {
	var oldest pair
	var last time.Time
	for p, a := range t.acquainted {
		if last.IsZero() || a.last.Before(last) {
			oldest, last = p, a.last
		}
	}
	delete(t.acquainted, oldest)
}

func (t *Throttle) pair(address netip.Addr, user string) pair {
	return pair{address: Network(address), user: maphash.String(t.seed, user)}
}

func newBucket(tries int, refill time.Duration) *rate.Limiter {
	return rate.NewLimiter(rate.Every(refill), tries)
}

// wait is how long until the bucket has a token; 0 if it has one.
func wait(b *rate.Limiter, now time.Time) time.Duration {
	missing := 1 - b.TokensAt(now)
	if missing <= 0 {
		return 0
	}
	return max(time.Second, time.Duration(missing/float64(b.Limit())*float64(time.Second)))
}
