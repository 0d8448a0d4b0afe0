package main_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestFullDisk: from the moment that nothing more can be written, changes are
// refused with the reason and all else goes on; once there is room so do they.
// What was acknowledged is there, then and after a kill, and nothing else.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	s := serve(t, "", "--admin-password", password)
	c := s.signIn(t, password)
	acknowledged := make(map[string]bool)
	register := func(n int) answer {
		path := fmt.Sprintf("/s%d", n)
		a := c.post(t, "/register", url.Values{
			"name": {path}, "path": {path}, "proxy_pass_url": {"http://127.0.0.1:1"}, "description": {strings.Repeat("x", 10_000)},
		})
		if a.StatusCode == http.StatusCreated {
			acknowledged[path] = true
		}
		return a
	}
	expectRecords := func(c *client, when string) {
		t.Helper()
		there := make(map[string]bool)
		for path := range c.records(t) {
			there[path] = true
		}
		if !maps.Equal(there, acknowledged) {
			t.Errorf("%s there are %v, acknowledged were %v", when, there, acknowledged)
		}
	}
	register(0).expect(t, http.StatusCreated)

	var size int64
	for _, name := range []string{"registry.db", "registry.db-wal"} {
		if info, err := os.Stat(filepath.Join(s.data, name)); err == nil {
			size = max(size, info.Size())
		}
	}
	lift := s.limited(t, syscall.RLIMIT_FSIZE, uint64(size))
	n := 1
	for ; register(n).StatusCode == http.StatusCreated; n++ {
		if n > 1000 {
			t.Fatal("the disk is never full")
		}
	}
	refused := register(n).expect(t, http.StatusServiceUnavailable)
	if !strings.Contains(refused.body, "disk is full") || refused.Header.Get("Retry-After") == "" {
		t.Errorf("refused with %q, Retry-After %q", refused.body, refused.Header.Get("Retry-After"))
	}
	c.post(t, "/toggle/s0", url.Values{"enabled": {"on"}}).expect(t, http.StatusServiceUnavailable)
	c.get(t, "/").expect(t, http.StatusOK)
	c.get(t, "/readyz").expect(t, http.StatusOK)
	expectRecords(c, "on a full disk")
	if !strings.Contains(s.err.String(), "could not be stored") {
		t.Error("the log does not tell")
	}

	lift()
	register(n+1).expect(t, http.StatusCreated)
	expectRecords(c, "with room again")
	s.kill(t)
	again := serve(t, s.data, "--admin-password", password)
	expectRecords(again.signIn(t, password), "after a kill")
}
