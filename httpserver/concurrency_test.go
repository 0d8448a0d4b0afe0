package httpserver_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// discard is a log that nobody reads.
var discard = slog.New(slog.DiscardHandler)

func contains(text, part string) bool { return strings.Contains(text, part) }

// Fifty callers register, switch, change, read and delete the same path at
// once. Every answer is one that the path's history allows, and at the end
// memory, disk and subscribers agree.
func TestManyAtOnePath(t *testing.T) {
	e := newEdge(t, setup{})
	var made, gone atomic.Int64
	allowed := func(a answer, statuses ...int) {
		if !slices.Contains(statuses, a.status) {
			t.Errorf("%s: %d %s", a.what, a.status, a.body)
		}
	}
	var callers sync.WaitGroup
	for i := range 50 {
		c := e.signedIn(t)
		dice := rand.New(rand.NewPCG(1, uint64(i)))
		callers.Go(func() {
			for range 8 {
				switch dice.IntN(7) {
				case 0, 1:
					a := c.form("/register", least("/shared").Encode())
					allowed(a, http.StatusCreated, http.StatusConflict)
					if a.status == http.StatusCreated {
						made.Add(1)
					}
				case 2:
					allowed(c.form("/toggle/shared", "enabled=on"), http.StatusOK, http.StatusNotFound)
				case 3:
					allowed(c.post("/toggle/shared"), http.StatusOK, http.StatusNotFound)
				case 4:
					allowed(c.json("/edit/shared", fmt.Sprintf(`{"num_stars":%d}`, i)), http.StatusOK, http.StatusNotFound)
				case 5:
					allowed(c.post("/api/refresh/shared"), http.StatusOK, http.StatusNotFound, http.StatusBadRequest)
				case 6:
					a := c.delete("/api/server_details/shared")
					allowed(a, http.StatusNoContent, http.StatusNotFound)
					if a.status == http.StatusNoContent {
						gone.Add(1)
					}
				}
			}
		})
	}
	callers.Wait()

	c := e.signedIn(t)
	left := made.Load() - gone.Load()
	var records map[string]gen.Service
	decode(t, []byte(c.get("/api/server_details/all").is(http.StatusOK).body), &records)
	if int64(len(records)) != left || made.Load() == 0 || gone.Load() == 0 {
		t.Errorf("%d made, %d deleted, %d there", made.Load(), gone.Load(), len(records))
	}
	if left == 0 {
		c.form("/register", least("/shared").Encode()).is(http.StatusCreated)
	}
	on := toggled(c.form("/toggle/shared", "enabled=on"))
	if on.Status != "healthy" || on.NumTools != 2 {
		t.Errorf("switched on it is %+v", on)
	}
	record := c.record("/shared")
	stored, _, err := e.store.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(stored) != 1 || stored[0].Version != record.Health.Version || stored[0].Stars != record.NumStars || !stored[0].Enabled ||
		stored[0].Health.Status.Kind != registry.Healthy {
		t.Errorf("stored is %+v, shown %+v", stored[0], record)
	}
	eventually(t, "the subscribers' view", func() bool {
		var health map[string]gen.Health
		return json.Unmarshal([]byte(c.get("/ws/health_status").body), &health) == nil && len(health) == 1 &&
			health["/shared"].Status == "healthy" && health["/shared"].Version == record.Health.Version
	})
}
