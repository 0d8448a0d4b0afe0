package soaktest

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"
)

// record is what a writer knows of a service.
type record struct {
	Description string `json:"description"`
	Enabled     bool   `json:"is_enabled"`
}

// writer changes services of its own, and keeps a journal of what was
// acknowledged: what is there at any time must be just that.
type writer struct {
	w       *world
	name    string
	journal map[string]record // What is not in it is not registered.
	epoch   int64
	count   int
}

func newWriter(w *world, n int) *writer {
	return &writer{w: w, name: fmt.Sprintf("/w%d", n), journal: make(map[string]record)}
}

// step makes one change and sees to it that the journal holds.
func (j *writer) step(r *rand.Rand) {
	up, epoch := j.w.up()
	if !up {
		return
	}
	if epoch != j.epoch {
		j.epoch = epoch
		if !j.verify() {
			j.epoch = -1 // It was killed again.
			return
		}
	}
	path := fmt.Sprintf("%s/s%d", j.name, r.IntN(12))
	before, there := j.journal[path]
	j.count++
	word := fmt.Sprintf("change %d of %s", j.count, j.name)
	switch choice := r.IntN(10); {
	case !there:
		upstream := "http://127.0.0.1:1/mcp" // Nobody listens there.
		if r.IntN(2) == 0 {
			upstream = "http://" + j.w.any(r).address + "/mcp"
		}
		j.change(path, &record{Description: word}, http.MethodPost, "/register", http.StatusCreated,
			map[string]any{"name": path, "path": path, "proxy_pass_url": upstream, "description": word})
	case choice < 2:
		j.change(path, nil, http.MethodDelete, "/api/server_details"+path, http.StatusNoContent, nil)
	case choice < 6:
		j.change(path, &record{before.Description, !before.Enabled}, http.MethodPost, "/toggle"+path, http.StatusOK,
			map[string]any{"enabled": !before.Enabled})
	default:
		j.change(path, &record{word, before.Enabled}, http.MethodPost, "/edit"+path, http.StatusOK,
			map[string]any{"description": word})
	}
}

// change asks for a change. Where the answer is lost with the server, the
// change is there wholly or not at all.
func (j *writer) change(path string, after *record, method, url string, want int, body any) {
	up, epoch := j.w.up()
	status, content, err := j.w.send(context.Background(), method, url, body)
	if err == nil && status == want {
		j.w.writes.Add(1)
		j.note(path, after)
		return
	}
	if _, now := j.w.up(); up && epoch == now {
		j.w.t.Errorf("%s %s: %d %.300s, %v", method, url, status, content, err)
	}
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		got, known := j.ask(path)
		if !known {
			continue
		}
		before := j.recorded(path)
		if !same(got, before) && !same(got, after) {
			j.w.t.Errorf("%s after a change that was broken off: %v, before %v, after %v", path, got, before, after)
		}
		j.note(path, got)
		return
	}
	j.w.t.Errorf("%s: the server did not come back", path)
}

func (j *writer) note(path string, r *record) {
	if r == nil {
		delete(j.journal, path)
	} else {
		j.journal[path] = *r
	}
}

func (j *writer) recorded(path string) *record {
	if r, there := j.journal[path]; there {
		return &r
	}
	return nil
}

func same(a, b *record) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

// ask is what the server has under a path, nil if nothing; known is false if it
// does not answer.
func (j *writer) ask(path string) (r *record, known bool) {
	status, content, err := j.w.send(context.Background(), http.MethodGet, "/api/server_details"+path, nil)
	switch {
	case err == nil && status == http.StatusNotFound:
		return nil, true
	case err != nil || status != http.StatusOK:
		return nil, false
	}
	r = new(record)
	return r, json.Unmarshal(content, r) == nil
}

// verify compares all services of the writer with the journal, and says whether
// it could.
func (j *writer) verify() bool {
	for n := range 12 {
		path := fmt.Sprintf("%s/s%d", j.name, n)
		got, known := j.ask(path)
		if !known {
			return false
		}
		if want := j.recorded(path); !same(got, want) {
			j.w.t.Errorf("%s is %v, and %v was acknowledged", path, got, want)
		}
	}
	return true
}
