package mcpclient

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// all reads a stream to its end and writes its events as "kind=data".
func all(r io.Reader, limit int64) ([]string, error) {
	var out []string
	for e := newEvents(r, limit); ; {
		ev, err := e.next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		out = append(out, ev.kind+"="+string(ev.data))
	}
}

func TestEvents(t *testing.T) {
	for _, tc := range []struct {
		name, stream string
		want         []string
	}{
		{"empty", "", nil},
		{"one", "data: a\n\n", []string{"message=a"}},
		{"kind", "event: endpoint\ndata: /x\n\n", []string{"endpoint=/x"}},
		{"kind is not kept", "event: a\ndata: 1\n\ndata: 2\n\n", []string{"a=1", "message=2"}},
		{"kind without data", "event: a\n\ndata: 2\n\n", []string{"message=2"}},
		{"lines", "data: a\ndata: b\ndata\n\n", []string{"message=a\nb\n"}},
		{"empty data", "data:\n\ndata\n\n", []string{"message=", "message="}},
		{"only one space", "data:  a\n\ndata:b\n\n", []string{"message= a", "message=b"}},
		{"CRLF", "event: a\r\ndata: b\r\n\r\n", []string{"a=b"}},
		{"CR", "event: a\rdata: b\r\r", []string{"a=b"}},
		{"mixed", "data: a\r\n\ndata: b\r\n\r\n\r", []string{"message=a", "message=b"}},
		{"comments", ": x\n:\ndata: a\n: y\ndata: b\n\n", []string{"message=a\nb"}},
		{"mark", "\uFEFFdata: a\n\n", []string{"message=a"}},
		{"mark only first", "data: a\n\n\uFEFFdata: b\n\ndata: c\n\n", []string{"message=a", "message=c"}},
		{"other fields", "id: 1\nretry: 5\nfoo: bar\nbaz\ndata: a\n\n", []string{"message=a"}},
		{"incomplete", "data: a\n\ndata: b\n", []string{"message=a"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for name, r := range map[string]io.Reader{
				"whole":       strings.NewReader(tc.stream),
				"byte a time": iotest.OneByteReader(strings.NewReader(tc.stream)),
			} {
				got, err := all(r, 1<<10)
				if diff := cmp.Diff(tc.want, got); diff != "" || err != nil {
					t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
				}
			}
		})
	}
}

func TestEventsAreBounded(t *testing.T) {
	for name, stream := range map[string]string{
		"long line":   "data: " + strings.Repeat("x", 100) + "\n\n",
		"many lines":  strings.Repeat("data: x\n", 20),
		"other field": "foo: " + strings.Repeat("x", 100),
	} {
		if _, err := all(strings.NewReader(stream), 64); !errors.Is(err, errEventTooLarge) {
			t.Errorf("%s: %v", name, err)
		}
	}
	long := ":" + strings.Repeat("x", 1000) + "\ndata: a\n\n"
	if got, err := all(strings.NewReader(long), 64); err != nil || len(got) != 1 {
		t.Errorf("a long comment: %q, %v", got, err)
	}
}

// FuzzEvents holds that no stream makes the reader panic or exceed its bound,
// and that how it is cut into reads does not matter.
func FuzzEvents(f *testing.F) {
	f.Add([]byte("event: endpoint\ndata: /messages?id=1\n\n"))
	f.Add([]byte("\uFEFF: hi\r\ndata: {\r\ndata: }\r\r\nid\n\n"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		const limit = 256
		whole, err := all(bytes.NewReader(stream), limit)
		bitwise, err2 := all(iotest.OneByteReader(bytes.NewReader(stream)), limit)
		if !errors.Is(err2, err) || !cmp.Equal(whole, bitwise) {
			t.Fatalf("%q (%v) when whole, %q (%v) byte by byte", whole, err, bitwise, err2)
		}
		for _, ev := range whole {
			if len(ev) > limit+len("message=") {
				t.Fatalf("an event of %d bytes: %q", len(ev), ev)
			}
		}
	})
}
