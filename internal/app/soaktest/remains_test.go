package soaktest

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// remains is what the process holds.
type remains struct {
	goroutines, descriptors int
	heap, resident          int // In bytes, after a collection.
}

func (r remains) String() string {
	return fmt.Sprintf("%d goroutines, %d descriptors, %.1f MB of heap, %.1f MB resident",
		r.goroutines, r.descriptors, float64(r.heap)/1e6, float64(r.resident)/1e6)
}

// within says whether r is no more than the process held before, but for what
// differs from one moment to the next: checks that are running, memory that the
// runtime keeps.
func (r remains) within(before remains) bool {
	return r.goroutines <= before.goroutines+40 && r.descriptors <= before.descriptors+30 &&
		r.heap <= before.heap+8<<20 && r.resident <= before.resident*3/2+32<<20
}

// look looks at the process.
func (w *world) look(t *testing.T) (r remains) {
	t.Helper()
	heap := w.profile(t, "heap?gc=1&debug=1")
	r.heap = number(t, heap, `# HeapInuse = (\d+)`)
	r.goroutines = number(t, w.profile(t, "goroutine?debug=1"), `goroutine profile: total (\d+)`)
	process := fmt.Sprintf("/proc/%d", w.cmd.Process.Pid)
	status, err := os.ReadFile(process + "/status")
	if err != nil {
		t.Fatal(err)
	}
	r.resident = number(t, string(status), `VmRSS:\s+(\d+) kB`) << 10
	open, err := os.ReadDir(process + "/fd")
	if err != nil {
		t.Fatal(err)
	}
	r.descriptors = len(open)
	return r
}

// settled looks until the process holds no more than a limit, or patience ends.
func (w *world) settled(t *testing.T, limit func(remains) bool) (r remains, ok bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(250 * time.Millisecond) {
		if r = w.look(t); limit(r) {
			return r, true
		}
	}
	return r, false
}

func (w *world) profile(t *testing.T, name string) string {
	t.Helper()
	res, err := http.Get(w.debug + name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d, %v", name, res.StatusCode, err)
	}
	return string(text)
}

func number(t *testing.T, text, pattern string) int {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("no %s in %.300s", pattern, text)
	}
	n, err := strconv.Atoi(found[1])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// deadLetters is what the metrics tell of messages that reached nobody.
func (w *world) deadLetters() string {
	text := string(w.must(http.MethodGet, "/metrics", nil, http.StatusOK))
	_, line, _ := strings.Cut(text, "\nmcpgateway_dead_letters_total ")
	line, _, _ = strings.Cut(line, "\n")
	return line
}
