package web

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// hostile strings try to leave the places that they are put into.
var hostile = map[string]string{
	"script":      `<script>alert(1)</script>`,
	"attribute":   `" onfocus="alert(1)" autofocus x="`,
	"apostrophe":  `' onfocus='alert(1)' autofocus x='`,
	"handler":     `"><img src=x onerror=alert(1)>`,
	"javascript":  `javascript:alert(1)`,
	"data":        `data:text/html,<script>alert(1)</script>`,
	"end of tags": `</textarea></title></code></pre></template></svg><script>alert(1)</script>`,
	"comment":     `--><script>alert(1)</script><!--`,
	"template":    `{{.User}}${alert(1)}`,
	"entities":    `&lt;script&gt;&quot;&#x27;&`,
	"control":     "a\x00b\x1bc\x7fd\u0085e",
	"direction":   "a\u202eb\u2066c\u200fd",
	"newlines":    "a\r\nb\tc\u2028d",
	"not UTF-8":   "a\xff\xfe<b>",
	"long":        longText,
}

// TestHostileStringsStayText draws each page with a harmless word and with a
// hostile string in its place: the elements and the names of their attributes
// must be the same, and nothing may point elsewhere or run.
func TestHostileStringsStayText(t *testing.T) {
	p := newPages(t)
	harmless := everyPage("word")
	for name, text := range hostile {
		for i, page := range everyPage(text) {
			t.Run(page.name+"/"+name, func(t *testing.T) {
				var got, want bytes.Buffer
				if err := page.draw(p, &got); err != nil {
					t.Fatal(err)
				}
				if err := harmless[i].draw(p, &want); err != nil {
					t.Fatal(err)
				}
				clean := strings.Map(func(r rune) rune {
					// encoding/xml refuses what HTML only frowns upon.
					if r < ' ' && r != '\n' && r != '\t' && r != '\r' {
						return -1
					}
					return r
				}, strings.ToValidUTF8(got.String(), "\uFFFD"))
				gotShape, wantShape := shape(elements(t, clean)), shape(elements(t, want.String()))
				if !slices.Equal(gotShape, wantShape) {
					t.Errorf("the elements differ:\n got %q\nwant %q", gotShape, wantShape)
				}
				if bytes.ContainsRune(got.Bytes(), 0) {
					t.Error("a NUL byte came through")
				}
			})
		}
	}
}

func shape(elements []element) []string {
	var out []string
	for _, e := range elements {
		s := e.name
		var names []string
		for name := range e.attrs {
			names = append(names, name)
		}
		slices.Sort(names)
		out = append(out, s+" "+strings.Join(names, " "))
	}
	return out
}

// TestPolicyHolds looks for whatever the strict policy would refuse, and for
// addresses that are not ours.
func TestPolicyHolds(t *testing.T) {
	p := newPages(t)
	for _, page := range everyPage(`javascript:alert(1)//"><x onclick=1>`) {
		t.Run(page.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := page.draw(p, &b); err != nil {
				t.Fatal(err)
			}
			for _, e := range elements(t, b.String()) {
				if e.name == "style" || e.name == "base" || e.name == "iframe" || e.name == "object" {
					t.Errorf("a <%s>", e.name)
				}
				if e.name == "script" && !strings.HasPrefix(e.attrs["src"], p.assets.prefix) {
					t.Errorf("a script that is not an asset: %v", e.attrs)
				}
				for name, value := range e.attrs {
					if name == "style" || strings.HasPrefix(name, "on") {
						t.Errorf("<%s %s=%q>", e.name, name, value)
					}
					local := strings.HasPrefix(value, "/") && !strings.HasPrefix(value, "//") || strings.HasPrefix(value, "#")
					if slices.Contains([]string{"href", "src", "action", "formaction"}, name) && !local {
						t.Errorf("<%s %s=%q> leads away", e.name, name, value)
					}
				}
			}
		})
	}
}

// TestOnlyTextSinks holds the scripts to what Trusted Types allow.
func TestOnlyTextSinks(t *testing.T) {
	p := newPages(t)
	for name, f := range p.assets.files {
		if !strings.HasSuffix(name, ".js") {
			continue
		}
		for _, sink := range []string{
			"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "eval(", "new Function",
			"srcdoc", "createContextualFragment", "setHTMLUnsafe", "new Worker", "style.",
		} {
			if sink == "style." && name == "js/window.js" {
				continue // It sets lengths, which are numbers of its own.
			}
			if bytes.Contains(f.plain, []byte(sink)) {
				t.Errorf("%s uses %s", name, sink)
			}
		}
	}
}
