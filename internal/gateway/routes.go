package gateway

import (
	"hash/maphash"
	"iter"
	"maps"
	"strings"
	"sync/atomic"

	"github.com/mcpgateway/mcpgateway/internal/gateway/traffic"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// shards is how many parts the table has. A change copies one of them, so that
// it costs the same among 100 services and among 10,000.
const shards = 256

// Routes is the routing table: which service a path belongs to. Its parts are
// immutable and replaced whole. Any number of goroutines may look up; one at a
// time may change it.
type Routes struct {
	seed   maphash.Seed
	board  *traffic.Board
	shards [shards]atomic.Pointer[map[registry.Path]*route]
}

// NewRoutes makes an empty table whose services are counted on board.
func NewRoutes(board *traffic.Board) *Routes {
	return &Routes{seed: maphash.MakeSeed(), board: board}
}

// Update takes in that a service was registered (before is nil), changed, or
// removed (after is nil). What does not concern routing costs a comparison.
func (t *Routes) Update(before, after *registry.Service) {
	switch {
	case after == nil:
		t.replace(before.Path, nil)
		t.board.Forget(before.Path)
	case before == nil || !sameRoute(before, after):
		t.replace(after.Path, after)
	}
}

// replace puts a new route in the place of the one at path, or none.
func (t *Routes) replace(path registry.Path, s *registry.Service) {
	shard := &t.shards[t.shardOf(string(path))]
	next := make(map[registry.Path]*route)
	if old := shard.Load(); old != nil {
		next = maps.Clone(*old)
	}
	earlier := next[path]
	var later *route
	if s == nil {
		delete(next, path)
	} else {
		later = newRoute(s, earlier, t.board.Counter(path))
		next[path] = later
	}
	shard.Store(&next)
	if earlier != nil && (later == nil || later.life != earlier.life) {
		earlier.end()
	}
}

func (t *Routes) shardOf(path string) uint64 { return maphash.String(t.seed, path) % shards }

// find is the service that an escaped URL path belongs to, the longest match
// on a segment boundary, and the rest of the path; nil if there is none.
func (t *Routes) find(path string) (found *route, tail string) {
	for end := range boundaries(path) {
		shard := t.shards[t.shardOf(path[:end])].Load()
		if shard == nil {
			continue
		}
		if r := (*shard)[registry.Path(path[:end])]; r != nil {
			return r, path[end:]
		}
	}
	return nil, ""
}

// boundaries yields where the segments of path end, the last first, as far as
// a service's path may reach.
func boundaries(path string) iter.Seq[int] {
	return func(yield func(int) bool) {
		end := len(path)
		if end > registry.MaxPathBytes {
			end = strings.LastIndexByte(path[:registry.MaxPathBytes+1], '/')
		}
		for end > 1 {
			if !yield(end) {
				return
			}
			end = strings.LastIndexByte(path[:end], '/')
		}
	}
}
