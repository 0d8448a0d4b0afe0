package actors

import (
	"bytes"
	"encoding/json"
	"math"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// MaxMessageBytes bounds one message to a subscriber; a larger snapshot comes
// as several. Common clients refuse messages over 1 MiB.
const MaxMessageBytes = 256 << 10

// healthEntry is what subscribers read of one service; its JSON is the
// socket's format.
type healthEntry struct {
	Status      string     `json:"status"`
	LastChecked *time.Time `json:"last_checked_iso"`
	NumTools    int        `json:"num_tools"`
	LatencyMS   *float64   `json:"latency_ms"`
	Since       time.Time  `json:"since_iso"`
	Version     uint64     `json:"version"`
}

func entryOf(s *registry.Service) healthEntry {
	e := healthEntry{
		Status:   s.Status().String(),
		NumTools: s.NumTools(),
		Since:    s.Health.Since,
		Version:  s.Version,
	}
	if !s.Health.LastChecked.IsZero() {
		e.LastChecked = &s.Health.LastChecked
	}
	if s.Health.Latency > 0 {
		e.LatencyMS = new(Milliseconds(s.Health.Latency))
	}
	return e
}

func removedEntry(s *registry.Service, version uint64) healthEntry {
	e := entryOf(s)
	e.Status, e.NumTools, e.Since, e.Version = registry.StatusRemoved, 0, now(), version
	return e
}

// news says whether subscribers should hear of e who know o: all but the time
// and the latency of the last check.
func (e healthEntry) news(o healthEntry) bool {
	return e.Status != o.Status || e.NumTools != o.NumTools || e.Version != o.Version || !e.Since.Equal(o.Since)
}

// encode is the member of a message's object: `"/weather":{…}`.
func (e healthEntry) encode(path registry.Path) []byte {
	var b bytes.Buffer
	key, _ := json.Marshal(string(path)) // A string always encodes.
	value, _ := json.Marshal(e)          // So do its fields: the times come from clocks.
	b.Grow(len(key) + 1 + len(value))
	b.Write(key)
	b.WriteByte(':')
	b.Write(value)
	return b.Bytes()
}

// Milliseconds is d as people read it, to a tenth of a millisecond.
func Milliseconds(d time.Duration) float64 {
	return math.Round(float64(d)/float64(100*time.Microsecond)) / 10
}

// joinMembers makes JSON objects of members, each object at most limit bytes
// unless a single member is longer. No members make one empty object; a limit
// of 0 is none.
func joinMembers(members [][]byte, limit int) [][]byte {
	size := len("{}")
	for _, m := range members {
		size += len(m) + len(",")
	}
	if limit > 0 {
		size = min(size, limit)
	}
	var objects [][]byte
	object := append(make([]byte, 0, size), '{')
	for _, m := range members {
		if limit > 0 && len(object) > 1 && len(object)+1+len(m)+1 > limit {
			objects = append(objects, append(object, '}'))
			object = append(make([]byte, 0, size), '{')
		}
		if len(object) > 1 {
			object = append(object, ',')
		}
		object = append(object, m...)
	}
	return append(objects, append(object, '}'))
}
