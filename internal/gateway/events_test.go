package gateway

import (
	"errors"
	"strings"
	"testing"
)

var errRefused = errors.New("refused")

// mark stands in for sealing, and refuses other hosts.
func mark(data string) (string, error) {
	if strings.HasPrefix(data, "http") {
		return "", errRefused
	}
	return "/sealed?" + strings.NewReplacer("\n", "N", "\r", "R").Replace(data), nil
}

// filterAll feeds a stream in parts of n bytes.
func filterAll(stream string, n int) (string, error) {
	f := newEndpointFilter(mark)
	var out []byte
	for in := []byte(stream); len(in) > 0; {
		part := in[:min(n, len(in))]
		in = in[len(part):]
		var err error
		if out, err = f.filter(out, part); err != nil {
			return string(out), err
		}
	}
	return string(out), nil
}

func TestEndpointFilter(t *testing.T) {
	const sealed = "event: endpoint\ndata: /sealed?/m\n\n"
	cases := map[string]struct{ in, out string }{
		"the usual event":       {"event: endpoint\ndata: /m\n\n", sealed},
		"CRLF":                  {"event: endpoint\r\ndata: /m\r\n\r\nevent: message\r\ndata: x\r\n\r\n", sealed + "\nevent: message\r\ndata: x\r\n\r\n"},
		"CR":                    {"event: endpoint\rdata: /m\r\rdata: x\r\r", sealed + "data: x\r\r"},
		"no spaces":             {"event:endpoint\ndata:/m\n\n", sealed},
		"byte order mark":       {"\xef\xbb\xbfevent: endpoint\ndata: /m\n\n", sealed},
		"comments and id":       {": hi\nid: 1\nretry: 5\nevent: endpoint\nid: 7\n: c\ndata: /m\n\n", ": hi\nid: 1\nretry: 5\n" + sealed},
		"a second one":          {"event: endpoint\ndata: /m\n\nevent: endpoint\ndata: /n\n\n", sealed + "event: endpoint\ndata: /sealed?/n\n\n"},
		"messages pass":         {"event: message\ndata: {\"a\":1}\n\n: ping\n\n", "event: message\ndata: {\"a\":1}\n\n: ping\n\n"},
		"another event's name":  {"event: endpoints\ndata: x\n\n", "event: endpoints\ndata: x\n\n"},
		"two words":             {"event: endpoint s\ndata: x\n\n", "event: endpoint s\ndata: x\n\n"},
		"no name":               {"event:\r\ndata: x\r\n\r\nevent: \ndata: y\n\n", "event:\r\ndata: x\r\n\r\nevent: \ndata: y\n\n"},
		"endpoint within data":  {"data: event: endpoint\ndata: /x\n\n", "data: event: endpoint\ndata: /x\n\n"},
		"renamed afterwards":    {"event: message\nevent: endpoint\ndata: /m\n\n", "event: message\n" + sealed},
		"data ends a stream":    {"data: x", "data: x"},
		"Unicode line in data":  {"data: a\u2028b\u0085c\n\n", "data: a\u2028b\u0085c\n\n"},
		"after an event's data": {"data: x\n\nevent: endpoint\ndata: /m\n\n", "data: x\n\n" + sealed},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			for _, n := range []int{1, 2, 3, 7, 1 << 20} {
				out, err := filterAll(c.in, n)
				if n < 3 && name == "byte order mark" {
					// Split, it counts as an odd line's end; none is sent like that.
					continue
				}
				if err != nil || out != c.out {
					t.Errorf("in parts of %d: %q, %v; want %q", n, out, err, c.out)
				}
			}
		})
	}
}

func TestEndpointFilterCutsWhatIsAmbiguous(t *testing.T) {
	streams := map[string]string{
		"another host":             "event: endpoint\ndata: http://evil.example/m\n\n",
		"data before the name":     "data: /other/mcp\nevent: endpoint\n\n",
		"no data":                  "event: endpoint\n\n",
		"two lines of data":        "event: endpoint\ndata: /m\ndata: /n\n\n",
		"another name afterwards":  "event: endpoint\nevent: message\ndata: /m\n\n",
		"an unknown field":         "event: endpoint\nfoo: bar\ndata: /m\n\n",
		"too long":                 "event: endpoint\ndata: /" + strings.Repeat("m", maxEndpointEvent) + "\n\n",
		"after a Unicode line end": "data: x\u2028event: endpoint\u2028data: /other/mcp\u2028\u2028",
		"after a form feed":        ": x\fevent: endpoint\ndata: /other/mcp\n\n",
		"data after a form feed":   ": x\fdata: /other/mcp\nevent: endpoint\n\n",
		"next line":                ": \u0085event: endpoint\u0085data: /m",
		"a vertical tab behind":    "event: endpoint\vdata: /other/mcp\v\v",
		// The SDKs for Go and Java trim names.
		"two spaces":          "event:  endpoint\ndata: http://evil.example/m\n\n",
		"a tab":               "event:\tendpoint\ndata: http://evil.example/m\n\n",
		"a space behind":      "event: endpoint \ndata: http://evil.example/m\n\n",
		"a Unicode space":     "event: \u00a0endpoint\u3000\ndata: http://evil.example/m\n\n",
		"a zero byte":         "event: \x00endpoint\ndata: http://evil.example/m\n\n",
		"a CR before":         "event:\rendpoint\ndata: http://evil.example/m\n\n",
		"a CR behind":         "event: endpoint \r\ndata: http://evil.example/m\n\n",
		"spaces without end":  "event:" + strings.Repeat(" ", 2*maxPadding) + "endpoint\ndata: http://evil.example/m\n\n",
		"a line in a line":    ":\vevent:\vevent: endpoint\ndata: http://evil.example/m\n\n",
		"a line in an event":  "event:\vevent: endpoint\ndata: http://evil.example/m\n\n",
		"a line in the field": "event:\x1cevent: endpoint\x1cdata: http://evil.example/m\x1c\x1c",
	}
	for name, stream := range streams {
		for _, n := range []int{1, 3, 1 << 20} {
			if out, err := filterAll(stream, n); err == nil {
				t.Errorf("%s, in parts of %d: passes as %q", name, n, out)
			}
		}
	}
}

// FuzzEndpointFilter holds the filter to a plain reading of the standard, and
// to that of Python: no client sees an endpoint event whose data is not ours.
func FuzzEndpointFilter(f *testing.F) {
	for _, s := range []string{
		"event: endpoint\ndata: /m\n\n", "data: x\nevent: endpoint\n\n", "event:endpoint\r\rdata: y\r\r", ": \u2028event: endpoint\u2028data: x\u2028\u2028",
		"\xef\xbb\xbfevent: endpoint\ndata:/m\n\n", "event:\t\rendpoint \ndata: x\n\n", "event:\vevent: endpoint\ndata: x\n\n", "event: message\nevent: endpoint\ndata: q\n\nevent: endpoint\nid\ndata: z\r\n\r\n",
	} {
		f.Add(s, uint8(3))
	}
	f.Fuzz(func(t *testing.T, stream string, n uint8) {
		out, err := filterAll(stream, int(n)+1)
		whole, wholeErr := filterAll(stream, 1<<20)
		if !strings.HasPrefix(stream, "\xef\xbb\xbf") && (out != whole || (err == nil) != (wholeErr == nil)) {
			t.Fatalf("in parts %q, %v; whole %q, %v", out, err, whole, wholeErr)
		}
		for reader, lines := range map[string][]string{"standard": standardLines(out), "Python": pythonLines(out), "Go": goLines(out)} {
			for _, data := range endpointData(lines, reader == "Go") {
				if !strings.HasPrefix(data, "/sealed?") {
					t.Fatalf("a client that reads as %s posts to %q: %q became %q", reader, data, stream, out)
				}
			}
		}
		if err == nil && !strings.Contains(stream, "endpoint") && !strings.HasPrefix(stream, "\xef\xbb\xbf") {
			// Of a line that may yet become the field, the end waits.
			if held := []byte(stream[min(len(out), len(stream)):]); !strings.HasPrefix(stream, out) || !mayBecomeField(held) && !mayBecomeNamed(held) {
				t.Fatalf("%q became %q", stream, out)
			}
		}
	})
}

// standardLines splits a stream as the standard says, the unfinished rest left out.
func standardLines(stream string) []string {
	stream = strings.TrimPrefix(stream, "\xef\xbb\xbf")
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(stream), "\n")
	return lines[:len(lines)-1]
}

// pythonLines splits a stream as str.splitlines does.
func pythonLines(stream string) []string {
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n", "\x1c", "\n", "\x1d", "\n", "\x1e", "\n",
		"\u0085", "\n", "\u2028", "\n", "\u2029", "\n").Replace(stream), "\n")
	return lines[:len(lines)-1]
}

// goLines splits a stream as the SDK for Go does.
func goLines(stream string) []string {
	lines := strings.Split(stream, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], "\r")
	}
	return lines[:len(lines)-1]
}

// endpointData is the data of each endpoint event that a client would act on,
// be it one that trims values.
func endpointData(lines []string, trims bool) (all []string) {
	var name string
	var data []string
	for _, line := range lines {
		if line == "" {
			if name == "endpoint" && len(data) > 0 {
				all = append(all, strings.Join(data, "\n"))
			}
			name, data = "", nil
			continue
		}
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		if trims {
			value = strings.TrimSpace(value)
		}
		switch field {
		case "event":
			name = value
		case "data":
			data = append(data, value)
		}
	}
	return all
}
