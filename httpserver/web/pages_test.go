package web

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestGoldens(t *testing.T) {
	p := newPages(t)
	for _, page := range everyPage(`a <b> & "c"`) {
		t.Run(page.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := page.draw(p, &b); err != nil {
				t.Fatal(err)
			}
			golden(t, p, page.name+".html", b.Bytes())
		})
	}
}

// TestAccessibleStructure checks what every page owes to those who don't see
// it: one h1, no level skipped, ids that are unique and exist where they are
// named, a name for each control.
func TestAccessibleStructure(t *testing.T) {
	p := newPages(t)
	for _, page := range everyPage("word") {
		t.Run(page.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := page.draw(p, &b); err != nil {
				t.Fatal(err)
			}
			level, ones := 0, 0
			ids, labelled := map[string]bool{}, map[string]bool{}
			all := elements(t, b.String())
			for _, e := range all {
				if len(e.name) == 2 && e.name[0] == 'h' && e.name[1] >= '1' && e.name[1] <= '6' {
					next := int(e.name[1] - '0')
					if next > level+1 {
						t.Errorf("<%s> after level %d", e.name, level)
					}
					if next == 1 {
						ones++
					}
					level = next
				}
				if id := e.attrs["id"]; id != "" {
					if ids[id] {
						t.Errorf("id %q twice", id)
					}
					ids[id] = true
				}
				labelled[e.attrs["for"]] = true
			}
			if ones != 1 {
				t.Errorf("%d h1, want 1", ones)
			}
			for _, e := range all {
				for _, name := range []string{"aria-describedby", "aria-labelledby", "for"} {
					for id := range strings.FieldsSeq(e.attrs[name]) {
						if !ids[id] {
							t.Errorf("<%s %s> names %q, which is nowhere", e.name, name, id)
						}
					}
				}
				input := e.name == "input" && e.attrs["type"] != "hidden" || e.name == "textarea" || e.name == "select"
				if input && e.attrs["aria-label"] == "" && !labelled[e.attrs["id"]] {
					t.Errorf("<%s name=%q> has no label", e.name, e.attrs["name"])
				}
			}
		})
	}
}

func TestFormsPostWhatTheContractNames(t *testing.T) {
	p := newPages(t)
	var b bytes.Buffer
	off := ServiceCard{Path: "/a_b/c.d~e", Name: "Off", Status: "disabled", Kind: "disabled"}
	on := ServiceCard{Path: "/on", Name: "On", Status: "healthy", Kind: "healthy", Enabled: true}
	page := DashboardPage{Shell: Shell{User: "admin"}, Counts: Counts{Total: 2}, Services: []ServiceCard{off, on}}
	if err := p.Dashboard(&b, page); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`<form method="post" action="/toggle/a_b/c.d~e" data-do="toggle"><input type="hidden" name="enabled" value="on">`,
		`<form method="post" action="/toggle/on" data-do="toggle"><input type="hidden" name="enabled" value="off">`,
		`<form method="post" action="/api/refresh/on"`,
		`<form method="post" action="/delete/a_b/c.d~e"`,
		`href="/edit/a_b/c.d~e"`, `href="/tools/a_b/c.d~e"`,
		`<form method="post" action="/logout">`,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the dashboard lacks %s", want)
		}
	}
}

func TestEmptyStates(t *testing.T) {
	p := newPages(t)
	for name, c := range map[string]struct {
		page     DashboardPage
		yet, any string // how the sections about none begin
	}{
		"nothing registered": {DashboardPage{}, `id="none-yet">`, `id="none-match" hidden>`},
		"nothing matches":    {DashboardPage{Find: Find{Query: "x"}, Counts: Counts{Total: 3}}, `id="none-yet" hidden>`, `id="none-match">`},
		"some": {
			DashboardPage{Counts: Counts{Total: 1}, Services: []ServiceCard{{Path: "/a"}}},
			`id="none-yet" hidden>`, `id="none-match" hidden>`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := p.Dashboard(&b, c.page); err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{c.yet, c.any} {
				if !strings.Contains(b.String(), want) {
					t.Errorf("no %s", want)
				}
			}
		})
	}
}

func TestAgo(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Hour:       "just now",
		4 * time.Second:  "just now",
		59 * time.Second: "59 s ago",
		time.Minute:      "1 min ago",
		47 * time.Hour:   "47 h ago",
		48 * time.Hour:   "2 days ago",
	} {
		if got := ago(noon, noon.Add(-d)); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

type broken struct{}

var errBroken = errors.New("broken")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestDrawSaysWhyItFailed(t *testing.T) {
	err := newPages(t).Docs(broken{}, DocsPage{})
	if !errors.Is(err, errBroken) || !strings.Contains(err.Error(), "docs") {
		t.Errorf("got %v", err)
	}
}
