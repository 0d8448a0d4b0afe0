package httpfield_test

import (
	"bufio"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mcpgateway/mcpgateway/internal/httpfield"
)

func headers() []string {
	return []string{
		"", "A: 1\r\n", "a-b: x y\r\nA-B:z\r\n", "Content-Type: application/json\r\nContent-Length: 5\r\nDate: Sun, 22 Nov 2026 10:00:00 GMT\r\n",
		"A:\r\nB: \t x \t\r\n", "A: 1\n", "A: 1\r", "A: 1\rB: 2\r\n", "A: 1\r\n B: 2\r\n", " A: 1\r\n", "A : 1\r\n", "A\r\n", ": 1\r\n", "\r\n", "A: 1\r\n\r\nB: 2\r\n",
		"A_B: 1\r\n", "A: \xe9\r\n", "A: \x00\r\n", "A: \x7f\r\n", strings.Repeat("A: 1\r\n", httpfield.MaxFields), strings.Repeat("A: 1\r\n", httpfield.MaxFields+1),
	}
}

// FuzzRead: what is plain is what net/http takes it for, whatever came before,
// and so it is the second time.
func FuzzRead(f *testing.F) {
	for _, h := range headers() {
		f.Add([]byte(h))
	}
	var old httpfield.Memory
	var set httpfield.Set
	f.Fuzz(func(t *testing.T, header []byte) {
		fields, plain := new(httpfield.Memory).Read(header)
		for range 2 {
			again, also := old.Read(header)
			if diff := cmp.Diff(fields, again, cmpopts.IgnoreUnexported(httpfield.Field{}), cmpopts.EquateEmpty()); diff != "" || also != plain {
				t.Fatalf("%q is read otherwise after others (-alone +after), plain %v and %v:\n%s", header, plain, also, diff)
			}
		}
		if !plain {
			return
		}
		want, err := textproto.NewReader(bufio.NewReader(strings.NewReader(string(header) + "\r\n"))).ReadMIMEHeader()
		if err != nil {
			t.Fatalf("%q is plain, and to net/http: %v", header, err)
		}
		set.Reset()
		for _, field := range fields {
			set.Add(field.Name, field.Value)
		}
		if diff := cmp.Diff(http.Header(want), set.Header, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%q (-net/http +plain):\n%s", header, diff)
		}
	})
}

func TestPlain(t *testing.T) {
	var plain []int
	for i, h := range headers() {
		if _, ok := new(httpfield.Memory).Read([]byte(h)); ok {
			plain = append(plain, i)
		}
	}
	if want := []int{0, 1, 2, 3, 4, 19}; !slices.Equal(plain, want) {
		t.Errorf("plain are %v instead of %v", plain, want)
	}
}

// A line that comes again costs nothing.
func TestRepeatedLinesAllocateNothing(t *testing.T) {
	var m httpfield.Memory
	var s httpfield.Set
	header := []byte("Content-Type: application/json\r\nauthorization: Bearer x\r\nContent-Length: 5\r\n")
	if n := testing.AllocsPerRun(100, func() {
		fields, ok := m.Read(header)
		s.Reset()
		for _, f := range fields {
			s.Add(f.Name, f.Value)
		}
		if !ok || len(s.Header) != 3 {
			t.Fatal(s.Header)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// Fields of one name do not run into those beside them.
func TestSet(t *testing.T) {
	var s httpfield.Set
	for range 2 {
		s.Reset()
		s.Add("A", "1")
		s.Add("B", "2")
		s.Add("A", "3")
		s.Put("C", "4")
		s.Put("C", "5")
		if diff := cmp.Diff(http.Header{"A": {"1", "3"}, "B": {"2"}, "C": {"5"}}, s.Header); diff != "" {
			t.Error(diff)
		}
	}
}

func TestTokens(t *testing.T) {
	for s, want := range map[string]bool{"": false, "A": true, "a_b!": true, "A B": false, "A:": false, "A\r\n": false, "é": false} {
		if httpfield.IsToken(s) != want {
			t.Errorf("%q is a token: %v", s, !want)
		}
	}
	for s, want := range map[string]bool{"": true, "a b\tc": true, "é": true, "a\r": false, "\x00": false, "\x7f": false} {
		if httpfield.IsText(s) != want {
			t.Errorf("%q is text: %v", s, !want)
		}
	}
}
