package actors

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestJoinMembers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(0, 200).Draw(t, "limit")
		want := make(map[string]string)
		var members [][]byte
		longest := 0
		for i, n := range rapid.SliceOfN(rapid.IntRange(0, 60), 0, 40).Draw(t, "lengths") {
			key, value := fmt.Sprintf("/%d", i), strings.Repeat("x", n)
			want[key] = value
			members = append(members, fmt.Appendf(nil, "%q:%q", key, value))
			longest = max(longest, len(members[i])+2)
		}
		got := make(map[string]string)
		objects := joinMembers(members, limit)
		for _, o := range objects {
			if limit > 0 && len(o) > max(limit, longest, len("{}")) {
				t.Fatalf("%d bytes, limit %d", len(o), limit)
			}
			var part map[string]string
			if err := json.Unmarshal(o, &part); err != nil {
				t.Fatalf("%v in %s", err, o)
			}
			if len(part) == 0 && len(members) > 0 {
				t.Fatal("an empty object among others")
			}
			maps.Copy(got, part)
		}
		if !maps.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		if len(objects) == 0 || limit == 0 && len(objects) != 1 {
			t.Fatalf("%d objects", len(objects))
		}
	})
}

func TestMilliseconds(t *testing.T) {
	for d, want := range map[time.Duration]float64{
		0: 0, 49 * time.Microsecond: 0, 50 * time.Microsecond: 0.1, time.Millisecond: 1,
		1234567 * time.Nanosecond: 1.2, time.Hour: 3_600_000,
	} {
		if got := Milliseconds(d); got != want {
			t.Errorf("%s is %v, want %v", d, got, want)
		}
	}
}
