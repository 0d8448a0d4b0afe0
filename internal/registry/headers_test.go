package registry_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

func headers(t testing.TB, given map[string]string) registry.Headers {
	t.Helper()
	h, err := registry.ParseHeaders(given)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHeadersAreCanonicalAndSorted(t *testing.T) {
	h := headers(t, map[string]string{
		"x-api-key": "k", "AUTHORIZATION": "Bearer b", "Cookie": "a=1; b=2", "User-Agent": "x", "!#$%&'*+.^_`|~9": "v\tw",
		"accept-language": "de", "proxy-x": "fine",
	})
	want := []string{"!#$%&'*+.^_`|~9", "Accept-Language", "Authorization", "Cookie", "Proxy-X", "User-Agent", "X-Api-Key"}
	if !slices.Equal(h.Names(), want) {
		t.Errorf("got %q, want %q", h.Names(), want)
	}
	if all := maps.Collect(h.All()); all["Authorization"] != "Bearer b" || len(all) != len(want) {
		t.Errorf("got %q", all)
	}
}

func TestHeadersRefuse(t *testing.T) {
	const value = "the-secret-value"
	many, large := map[string]string{}, map[string]string{}
	for i := range registry.MaxHeaders + 1 {
		many[fmt.Sprint("X-", i)] = value
	}
	for i := range 5 {
		large[fmt.Sprint("X-", i)] = strings.Repeat("v", registry.MaxHeaderValueBytes)
	}
	for name, given := range map[string]map[string]string{
		"Use at most 32 headers.":       many,
		"Use at most 16384 bytes":       large,
		"Give each header a name.":      {"": value},
		"Use at most 128 bytes":         {strings.Repeat("x", 129): value},
		"Give the header X-Api-Key":     {"X-Api-Key": value, "x-api-key": value},
		"The value of X is empty":       {"X": ""},
		"The value of X is too long":    {"X": strings.Repeat(value, 300)},
		"The value of X begins or ends": {"X": value + " "},
		"The value of Y begins or ends": {"Y": "\t" + value},
		"The value of X holds":          {"X": value + "\r\nEvil: 1"},
		"The value of Z holds":          {"Z": value + "ü"},
		"The value of N holds":          {"N": value + "\x00"},
		"Use only letters":              {"X Y": value},
		"Use only letters, digits":      {"X:": value},
		"Use only letters, digits and":  {"Ü": value},
		"Use only letters, ":            {"X\r\nEvil": value},
	} {
		refuses(t, given, name, value)
	}
	for name := range strings.FieldsSeq(`
		Connection keep-alive TE Trailer Transfer-Encoding transfer_encoding Upgrade Proxy-Authorization Proxy-Connection
		Host Expect Content-Length Content-Type Content-Encoding Accept Accept-Encoding Range If-None-Match
		Mcp-Session-Id mcp_session_id MCP-Protocol-Version Mcp-Method Mcp-Param-X Last-Event-ID
		X-Forwarded-For x_forwarded_for X-Forwarded-Anything Forwarded Via X-Request-Id
		Origin Referer Sec-Fetch-Site Access-Control-Request-Method`) {
		refuses(t, map[string]string{name: value}, "Remove the header", value)
	}
}

func refuses(t *testing.T, given map[string]string, message, value string) {
	t.Helper()
	h, err := registry.ParseHeaders(given)
	invalid, ok := errors.AsType[*registry.InvalidError](err)
	if !ok || invalid.Fields[0].Field != "upstream_headers" || !strings.HasPrefix(invalid.Fields[0].Message, message) ||
		strings.Contains(err.Error(), value) || !h.IsZero() {
		t.Errorf("%s: got %v %v", message, h, err)
	}
}

// TestHeadersAreNeverPrinted tries what formats and encodes, on Headers and on
// what holds them, exported or not.
func TestHeadersAreNeverPrinted(t *testing.T) {
	const value = "the-secret-value"
	h := headers(t, map[string]string{"X-Api-Key": value})
	given := map[string]string{"X-Api-Key": value}
	holders := []any{
		h, &h,
		[]registry.Headers{h},
		map[string]registry.Headers{"a": h},
		struct{ H registry.Headers }{h},
		struct{ h registry.Headers }{h},
		registry.Service{UpstreamHeaders: h},
		&registry.Service{UpstreamHeaders: h},
		registry.Target{Headers: h},
		registry.Change{After: &registry.Service{UpstreamHeaders: h}},
		registry.Draft{UpstreamHeaders: &given},
	}
	var out bytes.Buffer
	text, lines := slog.New(slog.NewTextHandler(&out, nil)), slog.New(slog.NewJSONHandler(&out, nil))
	for _, holder := range holders {
		verbs := []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"}
		if _, isDraft := holder.(registry.Draft); isDraft {
			verbs = verbs[:3] // A draft has the values as plain text; no verb for text fits it.
		}
		for _, verb := range verbs {
			_, _ = fmt.Fprintf(&out, verb+"\n", holder)
		}
		text.Info("x", "holder", holder)
		lines.Info("x", "holder", holder)
		encoded, err := json.Marshal(holder)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(encoded)
	}
	for _, form := range []string{value, fmt.Sprintf("%x", value), fmt.Sprintf("%X", value), fmt.Sprint([]byte(value))} {
		if strings.Contains(out.String(), form) {
			t.Errorf("printed %s", form)
		}
	}
	if got := fmt.Sprint(h); got != "[X-Api-Key]" {
		t.Errorf("got %s", got)
	}
}

func TestHeadersAddTo(t *testing.T) {
	h := headers(t, map[string]string{"X-Api-Key": "k", "Authorization": "Bearer b"})
	header := map[string][]string{"X-Api-Key": {"caller", "twice"}, "Accept": {"a"}}
	if n := testing.AllocsPerRun(10, func() { h.AddTo(header) }); n > 0 {
		t.Errorf("allocates %v times", n)
	}
	header["X-Api-Key"] = append(header["X-Api-Key"], "more")
	again := map[string][]string{}
	h.AddTo(again)
	if fmt.Sprint(header) != "map[Accept:[a] Authorization:[Bearer b] X-Api-Key:[k more]]" ||
		fmt.Sprint(again) != "map[Authorization:[Bearer b] X-Api-Key:[k]]" {
		t.Errorf("got %v and %v", header, again)
	}
}

// TestHeadersSurviveTheirMap: what comes out of Headers makes equal ones.
func TestHeadersSurviveTheirMap(t *testing.T) {
	values := rapid.StringMatching(`[!-~]([ -~]{0,20}[!-~])?`)
	names := rapid.StringMatching(`X-[A-Za-z0-9!#_-]{1,20}`)
	rapid.Check(t, func(rt *rapid.T) {
		h, err := registry.ParseHeaders(rapid.MapOfN(names, values, 0, 5).Draw(rt, "given"))
		if err != nil {
			rt.Skip("two names in different case, or X-Forwarded-")
		}
		again, err := registry.ParseHeaders(maps.Collect(h.All()))
		restored := registry.RestoreHeaders(maps.Collect(h.All()))
		if err != nil || !again.Equal(h) || !restored.Equal(h) || again.IsZero() != (len(h.Names()) == 0) {
			rt.Errorf("%v %v %v", h, again, err)
		}
	})
	a := headers(t, map[string]string{"X": "a"})
	for _, other := range []registry.Headers{{}, headers(t, map[string]string{"X": "b"}), headers(t, map[string]string{"Y": "a"})} {
		if a.Equal(other) || other.Equal(a) {
			t.Errorf("equal to %v", other)
		}
	}
}
