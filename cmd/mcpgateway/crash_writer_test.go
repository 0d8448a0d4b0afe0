package main_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// crashWriter changes services of its own, one change after the other, and
// remembers what was acknowledged.
type crashWriter struct {
	paths []string
	// upstreams are taken in turn, so that enabled services are checked.
	upstreams []string
	// services are the acknowledged ones.
	services map[string]written
	// versions are the highest seen of each path, removed ones too.
	versions map[string]uint64
	// edition counts the texts that were written.
	edition int
	// pending is the change that was under way when the process died: the path
	// and its service after it, nil if that is removed.
	pending struct {
		path  string
		after *written
	}
	err error
}

// written is a service as it was written: all its texts follow from edition.
type written struct {
	edition int
	enabled bool
}

func newCrashWriter(number int, upstreams ...string) *crashWriter {
	w := &crashWriter{upstreams: upstreams, services: make(map[string]written), versions: make(map[string]uint64)}
	for i := range 4 {
		w.paths = append(w.paths, fmt.Sprintf("/writer%d/service%d", number, i))
	}
	return w
}

// write changes services until the server is gone. It tells of each change
// that was acknowledged.
func (w *crashWriter) write(c *client, acknowledged chan<- struct{}) {
	for {
		if err := w.change(c); err != nil {
			return // The process was killed.
		}
		if w.err != nil {
			return
		}
		select {
		case acknowledged <- struct{}{}:
		default: // Enough are waiting.
		}
	}
}

// change makes one change. Its error is the connection's; what the server
// answers wrongly is w.err.
func (w *crashWriter) change(c *client) error {
	path := w.paths[rand.N(len(w.paths))]
	before, exists := w.services[path]
	after := before
	target, form, status := "/register", url.Values(nil), http.StatusCreated
	switch action := rand.N(4); {
	case !exists:
		w.edition++
		after = written{edition: w.edition}
		form = w.form(path, after)
	case action == 0:
		target, status = "/delete"+path, http.StatusOK
	case action == 1:
		after.enabled = !before.enabled
		target, status = "/toggle"+path, http.StatusOK
		if after.enabled {
			form = url.Values{"enabled": {"on"}}
		}
	default:
		w.edition++
		after.edition = w.edition
		target, form, status = "/edit"+path, w.form(path, after), http.StatusSeeOther
	}
	w.pending.path, w.pending.after = path, &after
	if target == "/delete"+path {
		w.pending.after = nil
	}
	a, err := c.do(http.MethodPost, target, form)
	if err != nil {
		return err
	}
	if a.StatusCode != status {
		w.err = fmt.Errorf("%s: %s, want %d: %s", target, a.Status, status, a.body)
		return nil
	}
	w.settle(w.pending.after)
	if status == http.StatusCreated {
		var registered struct{ Service record }
		w.err = json.Unmarshal([]byte(a.body), &registered)
		w.err = errors.Join(w.err, w.see(path, registered.Service.Health.Version))
	}
	return nil
}

// see takes note of a version, which must not be lower than one before.
func (w *crashWriter) see(path string, version uint64) error {
	if version == 0 || version < w.versions[path] {
		return fmt.Errorf("%s: version %d after %d", path, version, w.versions[path])
	}
	w.versions[path] = version
	return nil
}

// settle makes the pending change, if it is that, a fact.
func (w *crashWriter) settle(after *written) {
	if after == nil {
		delete(w.services, w.pending.path)
	} else {
		w.services[w.pending.path] = *after
	}
	w.pending.path, w.pending.after = "", nil
}

// form is the service as a form has it.
func (w *crashWriter) form(path string, s written) url.Values {
	r := w.record(path, s)
	return url.Values{
		"name": {r.Name}, "description": {r.Description}, "path": {path}, "proxy_pass_url": {r.Upstream},
		"tags": {r.Tags[0] + "," + r.Tags[1]}, "num_stars": {strconv.Itoa(r.Stars)}, "license": {r.License},
		"is_python": {strconv.FormatBool(r.IsPython)},
	}
}

// record is the service as a record has it, as far as people write it.
func (w *crashWriter) record(path string, s written) record {
	text := strconv.Itoa(s.edition)
	return record{
		Name: "Service " + text, Description: "Edition " + text, Path: path, Upstream: w.upstreams[s.edition%len(w.upstreams)],
		Tags: []string{"edition" + text, "crash"}, Stars: s.edition, IsPython: s.edition%2 == 0, License: "L-" + text, Enabled: s.enabled,
	}
}

// adopt takes this writer's services out of records. They must be those that
// were acknowledged; the change that was under way may have happened or not.
func (w *crashWriter) adopt(records map[string]record) error {
	for _, path := range w.paths {
		got, exists := records[path]
		delete(records, path)
		acknowledged, known := w.services[path]
		matches := known == exists && (!known || w.is(got, acknowledged))
		if path == w.pending.path {
			after := w.pending.after
			if happened := exists == (after != nil) && (after == nil || w.is(got, *after)); happened {
				w.settle(after)
				matches = true
			}
		}
		if !matches {
			return fmt.Errorf("%s is neither what was acknowledged nor what was under way\nfound        %t %+v\nacknowledged %t %+v\npending      %+v %+v",
				path, exists, got, known, acknowledged, w.pending.path, w.pending.after)
		}
		if !exists {
			continue
		}
		if err := w.see(path, got.Health.Version); err != nil {
			return err
		}
	}
	w.pending.path, w.pending.after = "", nil
	return nil
}

// is compares all that was written.
func (w *crashWriter) is(got record, s written) bool {
	want := w.record(got.Path, s)
	return got.Name == want.Name && got.Description == want.Description && got.Upstream == want.Upstream && got.Stars == want.Stars &&
		slices.Equal(got.Tags, want.Tags) && got.IsPython == want.IsPython && got.License == want.License && got.Enabled == want.Enabled
}
