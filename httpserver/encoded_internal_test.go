package httpserver

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"slices"
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

// decoded is JSON as a value, since the order of members means nothing.
func decoded(t *testing.T, text []byte) (value any) {
	t.Helper()
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestEncodedRecords(t *testing.T) {
	s := &Server{encoded: newEncoded(), o: Options{Traffic: func(path registry.Path) (registry.Traffic, bool) {
		return registry.Traffic{Requests: int64(len(path))}, strings.HasSuffix(string(path), "1")
	}}}
	admin, agent := auth.NewUser("admin"), auth.Principal{Kind: auth.KindToken, Name: "t", Scope: auth.ScopeGateway}
	check := func(when string, services []*registry.Service) {
		t.Helper()
		for _, p := range []auth.Principal{admin, agent} {
			parts, err := s.encodeRecords(p, services)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(decoded(t, plainly(t, s, p, services)), decoded(t, slices.Concat(parts...))); diff != "" {
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
	if n := len(s.encoded.kept); n != 4 {
		t.Errorf("%d records are kept of 2 services for 2 kinds of callers", n)
	}
	kept := 0
	for _, r := range s.encoded.kept {
		kept += len(r.text)
	}
	if kept != s.encoded.bytes {
		t.Errorf("%d bytes are kept, and %d counted", kept, s.encoded.bytes)
	}
}

// What does not fit is told all the same.
func TestEncodedRecordsAreBounded(t *testing.T) {
	s := &Server{encoded: newEncoded()}
	services := manyServices(40)
	for i, service := range services {
		service.Description = strings.Repeat("x", 1<<20)
		service.Path = registry.Path(fmt.Sprintf("/%04d", i))
	}
	p := auth.NewUser("admin")
	for range 2 {
		parts, err := s.encodeRecords(p, services)
		if err != nil || !bytes.Equal(slices.Concat(parts...), plainly(t, s, p, services)) {
			t.Fatalf("%d parts, %v", len(parts), err)
		}
	}
	if s.encoded.bytes > maxEncoded || s.encoded.bytes < maxEncoded/2 {
		t.Errorf("%d bytes are kept", s.encoded.bytes)
	}
}

// What a list of services costs beside the same bytes from memory.
func BenchmarkRecords(b *testing.B) {
	for _, n := range []int{100, 1000, 10_000} {
		s := &Server{encoded: newEncoded()}
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
				parts, err := s.encodeRecords(p, services)
				if err != nil {
					b.Fatal(err)
				}
				_ = encodedList{"", parts}.write(httptest.NewRecorder())
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
