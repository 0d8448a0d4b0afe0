package auth

import (
	"crypto/sha256"
	"maps"
	"sync"
	"sync/atomic"
	"time"
)

// maxRemembered bounds the sessions that are remembered. The store answers for
// those beyond it.
const maxRemembered = 10_000

// sessionHash is the SHA-256 of a session's token, which has 256 random bits.
type sessionHash [sha256.Size]byte

// remembered are sessions that the store said are good, so that it need not be
// asked again. Finding one takes no lock: it reads an immutable map, which each
// change replaces.
//
// A session that is being ended is forgotten before the store ends it, and from
// then until the store has done so nothing is remembered. What the store said
// before is not remembered later either. So a session that was once refused is
// refused for good.
type remembered struct {
	// ends is when each session ends.
	ends atomic.Pointer[map[sessionHash]time.Time]

	changing sync.Mutex
	// full is until when there is no room.
	full time.Time
	// ending counts the endings under way, begun all there ever were.
	ending int
	begun  uint64
}

// view is what was known of endings before the store was asked.
type view struct {
	steady bool
	begun  uint64
}

func newRemembered() *remembered {
	r := new(remembered)
	r.ends.Store(new(map[sessionHash]time.Time))
	return r
}

// find says when the session ends, if it is remembered.
func (r *remembered) find(hash sessionHash) (ends time.Time, ok bool) {
	ends, ok = (*r.ends.Load())[hash]
	return ends, ok
}

// look must come before the store is asked for what [remembered.add] adds.
func (r *remembered) look() view {
	r.changing.Lock()
	defer r.changing.Unlock()
	return view{steady: r.ending == 0, begun: r.begun}
}

// add remembers what the store said since the view, unless a session was being
// ended meanwhile or there is no room. Expired sessions make room.
func (r *remembered) add(v view, hash sessionHash, ends time.Time) {
	r.changing.Lock()
	defer r.changing.Unlock()
	now := time.Now()
	if !v.steady || v.begun != r.begun || now.Before(r.full) {
		return
	}
	known := *r.ends.Load()
	next := make(map[sessionHash]time.Time, len(known)+1)
	soonest := ends
	for h, at := range known {
		if at.After(now) {
			next[h] = at
			if at.Before(soonest) {
				soonest = at
			}
		}
	}
	if len(next) < maxRemembered {
		next[hash] = ends
	} else {
		r.full = soonest
	}
	r.ends.Store(&next)
}

// forget forgets a session that the store is about to end; done must follow
// once the store has answered, whatever it said.
func (r *remembered) forget(hash sessionHash) (done func()) {
	return r.forgetting(func(next map[sessionHash]time.Time) { delete(next, hash) })
}

// forgetAll is forget for every session.
func (r *remembered) forgetAll() (done func()) {
	return r.forgetting(func(next map[sessionHash]time.Time) { clear(next) })
}

func (r *remembered) forgetting(drop func(map[sessionHash]time.Time)) (done func()) {
	r.changing.Lock()
	defer r.changing.Unlock()
	r.ending++
	r.begun++
	r.full = time.Time{}
	next := maps.Clone(*r.ends.Load())
	drop(next)
	r.ends.Store(&next)
	return func() {
		r.changing.Lock()
		defer r.changing.Unlock()
		r.ending--
	}
}
