package registry

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "rewrite the goldens")

func TestParseDescription(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     ParsedDescription
	}{
		{"nothing", "", ParsedDescription{Main: NoDescription}},
		{"only blanks", " \n\t\r\n ", ParsedDescription{Main: NoDescription}},
		{"all main", "Get the weather.", ParsedDescription{Main: "Get the weather."}},
		{"several paragraphs", "One.\n\nTwo.\n", ParsedDescription{Main: "One.\n\nTwo."}},
		{
			"three sections, as typed in Python",
			"Get the weather.\n\n    More.\n\n    Args:\n        city: A city.\n            Or a town.\n        days: How many.\n\n    Returns:\n        A forecast.\n\n    Raises:\n        ValueError: No such city.\n    ",
			ParsedDescription{
				Main:    "Get the weather.\n\nMore.",
				Args:    new("city: A city.\n    Or a town.\ndays: How many."),
				Returns: new("A forecast."),
				Raises:  new("ValueError: No such city."),
			},
		},
		{
			"begins on the line after the quotes",
			"\n    Get the weather.\n\n    Args:\n        city: A city.\n",
			ParsedDescription{Main: "Get the weather.", Args: new("city: A city.")},
		},
		{
			"any order",
			"M.\nRaises:\n  E: e\nReturns:\n  r\nArgs:\n  a: b",
			ParsedDescription{Main: "M.", Args: new("a: b"), Returns: new("r"), Raises: new("E: e")},
		},
		{"text on the header's line", "M.\nReturns: the forecast", ParsedDescription{Main: "M.", Returns: new("the forecast")}},
		{
			"it goes on below",
			"M.\nReturns: the forecast\n    as JSON\n      or text\nArgs: none",
			ParsedDescription{Main: "M.", Returns: new("the forecast\nas JSON\n  or text"), Args: new("none")},
		},
		{
			"it goes on without indentation until a blank line",
			"M.\nReturns: the forecast\nas JSON\n\nSlow.",
			ParsedDescription{Main: "M.\n\nSlow.", Returns: new("the forecast\nas JSON")},
		},
		{"no main", "Args:\n    a: b", ParsedDescription{Args: new("a: b")}},
		{"a header and nothing", "M.\nArgs:\n\nReturns:\n    r", ParsedDescription{Main: "M.", Args: new(""), Returns: new("r")}},
		{"body without indentation", "M.\nArgs:\na: b\n\nc: d\nReturns:\nr", ParsedDescription{Main: "M.", Args: new("a: b\n\nc: d"), Returns: new("r")}},
		{"tabs", "M.\n\tArgs:\n\t\ta: b\n                c: d", ParsedDescription{Main: "M.", Args: new("a: b\nc: d")}},
		{"CRLF", "M.\r\n\r\nArgs:\r\n    a: b\r\nReturns: r\r\n", ParsedDescription{Main: "M.", Args: new("a: b"), Returns: new("r")}},
		{
			"text after the sections is main",
			"M.\n\nArgs:\n    a: b\n\nExamples:\n    f(1)",
			ParsedDescription{Main: "M.\n\nExamples:\n    f(1)", Args: new("a: b")},
		},
		{
			"a section twice",
			"M.\nArgs:\n    a: b\nReturns: r\nArgs:\n    c: d",
			ParsedDescription{Main: "M.", Args: new("a: b\nc: d"), Returns: new("r")},
		},
		{"an empty section twice", "Args:\nArgs:\n  a", ParsedDescription{Args: new("a")}},
		{"mentioned in prose", "See Args: below, and the Returns: part.", ParsedDescription{Main: "See Args: below, and the Returns: part."}},
		{"glued to a word", "M.\nArgs:foo\nReturns::", ParsedDescription{Main: "M.\nArgs:foo\nReturns::"}},
		{"spelt otherwise", "M.\nargs: x\nRETURNS:\nParameters:\n  y", ParsedDescription{Main: "M.\nargs: x\nRETURNS:\nParameters:\n  y"}},
		{
			"an entry of that name",
			"M.\nArgs:\n    Returns: how many came back\n    Raises: how many rose\nReturns:\n    r",
			ParsedDescription{Main: "M.", Args: new("Returns: how many came back\nRaises: how many rose"), Returns: new("r")},
		},
		{
			"headers that do not line up",
			"Args:\n        a: b\n    Returns: r\n  Raises:\n      E",
			ParsedDescription{Args: new("a: b"), Returns: new("r"), Raises: new("E")},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ParseDescription(tt.in)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("ParseDescription(%q) (-want +got):\n%s", tt.in, diff)
			}
			if diff := cmp.Diff(got, ParseDescription(got.String())); diff != "" {
				t.Errorf("written as %q and parsed again (-first +second):\n%s", got.String(), diff)
			}
		})
	}
}

func TestParsedDescriptionString(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   ParsedDescription
		want string
	}{
		{"zero", ParsedDescription{}, ""},
		{"no description", ParsedDescription{Main: NoDescription}, ""},
		{"main", ParsedDescription{Main: "M."}, "M."},
		{
			"all",
			ParsedDescription{Main: "M.", Args: new("a: b\n\n  c"), Returns: new(""), Raises: new("E")},
			"M.\n\nArgs:\n    a: b\n\n      c\n\nReturns:\n\nRaises:\n    E",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.in.String(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestParseDescriptionGolden splits docstrings as real servers send them.
func TestParseDescriptionGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/docstring/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no docstrings in testdata/docstring: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			in, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p := ParseDescription(string(in))
			var got bytes.Buffer
			fmt.Fprintf(&got, "== main\n%s\n", p.Main)
			for _, section := range []struct {
				name string
				body *string
			}{{"args", p.Args}, {"returns", p.Returns}, {"raises", p.Raises}} {
				if section.body == nil {
					fmt.Fprintf(&got, "== no %s\n", section.name)
				} else {
					fmt.Fprintf(&got, "== %s\n%s\n", section.name, *section.body)
				}
			}
			golden := strings.TrimSuffix(file, ".txt") + ".golden"
			if *update {
				if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", golden, diff)
			}
		})
	}
}

func FuzzParseDescription(f *testing.F) {
	f.Add("Get the weather.\n\n    Args:\n        city: A city.\n    Returns: r\n    Raises:\n\tE\n  more")
	f.Fuzz(func(t *testing.T, s string) { checkDescription(t, s) })
}

// TestParseDescriptionOfScraps does what the fuzz test does, with text that is
// made of what matters to the parser.
func TestParseDescriptionOfScraps(t *testing.T) {
	scrap := rapid.SampledFrom([]string{
		"Args:", "Returns:", "Raises:", "Args: ", "Returns: ", "Args:Raises:", "x", "y: z", "\u00a0",
		"\n", "\n\n", "\n  ", "\n    ", "\n        ", "\n\t", " ", "\r\n", "\r", "\xff",
	})
	rapid.Check(t, func(t *rapid.T) {
		checkDescription(t, strings.Join(rapid.SliceOfN(scrap, 0, 24).Draw(t, "scraps"), ""))
	})
}

// checkDescription parses s, and fails if something was lost or added, or if
// the result does not survive being written and parsed again.
func checkDescription(t interface{ Fatalf(string, ...any) }, s string) {
	p := ParseDescription(s)
	if strings.TrimSpace(s) == "" {
		if p != (ParsedDescription{Main: NoDescription}) {
			t.Fatalf("%q gave %+v", s, p)
		}
		return
	}

	// Each non-space rune comes out, but for those of the headers. The
	// letters u and i that are missing, which only Returns: and Raises: have,
	// tell how many of each header there were.
	missing := runes(s)
	for _, part := range []string{p.Main, Text(p.Args), Text(p.Returns), Text(p.Raises)} {
		for r, n := range runes(part) {
			missing[r] -= n
		}
	}
	returns, raises := missing['u'], missing['i']
	args := missing[':'] - returns - raises
	for _, section := range []struct {
		header string
		n      int
		body   *string
	}{{"Args:", args, p.Args}, {"Returns:", returns, p.Returns}, {"Raises:", raises, p.Raises}} {
		if section.n < 0 || (section.n > 0) != (section.body != nil) {
			t.Fatalf("%q: %d times %s went missing, and the result is %+v", s, section.n, section.header, p)
		}
		for r, each := range runes(section.header) {
			missing[r] -= section.n * each
		}
	}
	for r, n := range missing {
		if n != 0 {
			t.Fatalf("%q: %q went missing %d times (below 0: was added); the result is %+v", s, r, n, p)
		}
	}

	if diff := cmp.Diff(p, ParseDescription(p.String())); diff != "" {
		t.Fatalf("%q, written as %q and parsed again (-first +second):\n%s", s, p.String(), diff)
	}
}

// runes says how often each non-space rune occurs.
func runes(s string) map[rune]int {
	n := make(map[rune]int)
	for _, r := range s {
		if !unicode.IsSpace(r) {
			n[r]++
		}
	}
	return n
}
