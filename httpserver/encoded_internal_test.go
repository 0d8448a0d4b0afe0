package httpserver

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// plainly is the list as it would be made without anything kept.
func plainly(t testing.TB, s *Server, p auth.Principal, services []*registry.Service) []byte {
	t.Helper()
	records := make(gen.ServiceMap)
	for _, service := range services {
		records[string(service.Path)] = s.record(p, service)
	}
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(records); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// written is what is sent of a list, which is as long as it says.
func written(t testing.TB, list encodedList) []byte {
	t.Helper()
	w := httptest.NewRecorder()
	if err := list.write(w); err != nil {
		t.Fatal(err)
	}
	if said := w.Header().Get("Content-Length"); said != strconv.Itoa(w.Body.Len()) {
		t.Errorf("%s bytes are promised, and %d sent", said, w.Body.Len())
	}
	return w.Body.Bytes()
}

// decoded is JSON as a value, since the order of members means nothing.
func decoded(t *testing.T, text []byte) (value any) {
	t.Helper()
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestEncodedRecords(t *testing.T) {
	s := &Server{records: newRecords(), o: Options{Traffic: func(path registry.Path) (registry.Traffic, bool) {
		return registry.Traffic{Requests: int64(len(path))}, strings.HasSuffix(string(path), "1")
	}}}
	admin, agent := auth.NewUser("admin"), auth.Principal{Kind: auth.KindToken, Name: "t", Scope: auth.ScopeGateway}
	check := func(when string, services []*registry.Service) {
		t.Helper()
		for _, p := range []auth.Principal{admin, agent} {
			list, err := s.encodeRecords(p, services, "")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(decoded(t, plainly(t, s, p, services)), decoded(t, written(t, list))); diff != "" {
				t.Errorf("%s, as %s sees it (-plain +kept):\n%s", when, p.Scope, diff)
			}
		}
	}
	check("nothing", nil)
	services := manyServices(120)
	check("first", services)
	check("again", services)
	changed := *services[3]
	changed.Name, changed.Version = `another "<name>"`, 99
	services[3] = &changed
	check("after a change", services)
	check("of some", services[:2])
	if n := len(s.records.kept); n != 4 {
		t.Errorf("%d records are kept of 2 services for 2 kinds of callers", n)
	}
	kept := 0
	for _, r := range s.records.kept {
		kept += len(r.text)
	}
	if kept != s.records.bytes {
		t.Errorf("%d bytes are kept, and %d counted", kept, s.records.bytes)
	}
}

// What does not fit is told all the same.
func TestEncodedRecordsAreBounded(t *testing.T) {
	s := &Server{records: newRecords()}
	services := manyServices(40)
	for i, service := range services {
		service.Description = strings.Repeat("x", 1<<20)
		service.Path = registry.Path(fmt.Sprintf("/%04d", i))
	}
	p := auth.NewUser("admin")
	for range 2 {
		list, err := s.encodeRecords(p, services, "")
		if err != nil || !bytes.Equal(written(t, list), plainly(t, s, p, services)) {
			t.Fatalf("%d texts, %v", len(list.texts), err)
		}
	}
	if s.records.bytes > maxRecords || s.records.bytes < maxRecords/2 {
		t.Errorf("%d bytes are kept", s.records.bytes)
	}
}

// What a list of services costs beside the same bytes from memory.
func BenchmarkRecords(b *testing.B) {
	for _, n := range []int{100, 1000, 10_000} {
		s := &Server{records: newRecords()}
		services, p := manyServices(n), auth.NewUser("admin")
		bytes := plainly(b, s, p, services)
		b.Run(fmt.Sprintf("plain/%d", n), func(b *testing.B) {
			b.SetBytes(int64(len(bytes)))
			for b.Loop() {
				plainly(b, s, p, services)
			}
		})
		b.Run(fmt.Sprintf("kept/%d", n), func(b *testing.B) {
			b.SetBytes(int64(len(bytes)))
			for b.Loop() {
				list, err := s.encodeRecords(p, services, "")
				if err != nil {
					b.Fatal(err)
				}
				_ = list.write(httptest.NewRecorder())
			}
		})
		b.Run(fmt.Sprintf("memory/%d", n), func(b *testing.B) {
			b.SetBytes(int64(len(bytes)))
			for b.Loop() {
				_, _ = httptest.NewRecorder().Write(bytes)
			}
		})
	}
}

// Lists of whatever members tell what the services are, and are tagged by that.
func TestEncodedEntries(t *testing.T) {
	requests := int64(1)
	s := &Server{entries: keptEntries(), o: Options{Traffic: func(path registry.Path) (registry.Traffic, bool) {
		return registry.Traffic{Requests: requests}, strings.HasSuffix(string(path), "1")
	}}}
	services := manyServices(12)
	tagged := make(map[string]string)
	look := func(when string) {
		t.Helper()
		for _, p := range []auth.Principal{auth.NewUser("admin"), {Kind: auth.KindToken, Name: "t", Scope: auth.ScopeGateway}} {
			for _, wanted := range [][]string{listedFields(), {"health", "traffic"}, {"tags"}, {}} {
				list, err := s.encodeEntries(p, services, s.entriesOf(wanted), slices.Contains(wanted, "traffic"))
				if err != nil {
					t.Fatal(err)
				}
				plain := gen.ServiceList{Services: make([]gen.ServiceListed, len(services))}
				for i, service := range services {
					plain.Services[i] = listed(p, service, wanted)
					if slices.Contains(wanted, "traffic") {
						plain.Services[i].Traffic = s.trafficFor(p, service.Path)
					}
				}
				want, err := json.Marshal(plain)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(decoded(t, want), decoded(t, written(t, list))); diff != "" {
					t.Errorf("%s, %s sees of %q (-plain +kept):\n%s", when, p.Scope, wanted, diff)
				}
				if other, known := tagged[list.tag]; known && other != string(want) {
					t.Errorf("%s, the tag %s is that of another list", when, list.tag)
				}
				tagged[list.tag] = string(want)
			}
		}
	}
	look("first")
	before := len(tagged)
	look("again")
	if len(tagged) != before {
		t.Error("the same lists have other tags")
	}
	requests++
	look("after a call")
	changed := *services[3]
	changed.Name, changed.Version, changed.Tags = "another", 99, []string{"new"}
	services[3] = &changed
	look("after a change")
	services = services[:0]
	look("of nothing")
}
