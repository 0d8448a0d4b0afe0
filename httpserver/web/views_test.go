package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// drawn is one page, drawn with some text wherever a text can stand.
type drawn struct {
	name string
	draw func(p *Pages, w *bytes.Buffer) error
}

// everyPage puts s wherever a page shows what somebody else wrote.
func everyPage(s string) []drawn {
	shell := Shell{
		Title: s, User: s, RequestID: s, Now: noon,
		Problem: &Problem{Status: 409, Title: s, Detail: s},
	}
	card := ServiceCard{
		Path: "/team/weather", Name: s, Description: s, Upstream: s, Tags: []string{s, s},
		Status: "unhealthy: " + s, Kind: "unhealthy", Reason: s, Detail: s,
		LastChecked: noon.Add(-12 * time.Second), Since: noon.Add(-3 * time.Hour), Latency: 23 * time.Millisecond,
		NumTools: 3, ToolNames: []string{s, s}, Stars: 4, IsPython: true, License: s, Transport: s,
		Enabled: true, Requests: 1234, Changed: noon.Add(-3 * time.Hour), Version: 7,
	}
	tool := Tool{
		ID: "tool-a_b.c", Hints: []string{"read-only", "destructive"}, Destructive: true, Name: s, Title: s, Main: s, Args: s, Returns: s, Raises: s,
		InputSchema: []byte(s), OutputSchema: []byte(s),
	}
	quoted, err := json.Marshal(s)
	if err != nil {
		panic(err) // A string can always be written.
	}
	explained := tool
	explained.ID = "tool-d"
	explained.InputSchema = fmt.Appendf(nil, `{"properties":{"word":{"type":"object","description":%s,"default":%[1]s,"properties":{%[1]s:{"format":%[1]s}}}},"required":["word"],"if":{}}`, quoted)
	values := FormValues{
		Name: s, Description: s, Path: s, ProxyPassURL: s, Tags: s,
		NumTools: s, NumStars: s, License: s, IsPython: true, WatchTools: true,
	}
	edited := values
	edited.HeaderNames = []string{s, s}
	wrong := map[string]string{"upstream_headers": s}
	for _, f := range serviceForm {
		wrong[f.name] = s
	}
	wrongToken := map[string]string{"expires_in_seconds": s}
	for _, f := range tokenForm {
		wrongToken[f.name] = s
	}
	tokens := []Token{
		{
			ID: "4jxq2zv6w3t5n7ka", Name: s, Scope: "gateway", Services: []string{"/team/weather", "/other"},
			CreatedAt: noon.Add(-time.Hour), ExpiresAt: noon.Add(30 * 24 * time.Hour), LastUsedAt: noon.Add(-time.Minute),
		},
		{ID: "c6m3p5rbh2y7uvdq", Name: s, Scope: "metrics", CreatedAt: noon.Add(-48 * time.Hour), ExpiresAt: noon.Add(-time.Hour), Expired: true},
		{ID: "aaaaaaaaaaaaaaaa", Name: s, Scope: "admin", CreatedAt: noon},
	}
	story := storyWith(s)
	var entries []ImportEntry
	for i, outcome := range []string{"create", "taken", "unchanged", "invalid", "unsupported", "registered", "skipped", "failed"} {
		entries = append(entries, ImportEntry{
			Index: i, Name: s, Path: s, URL: s, Outcome: outcome, Message: s, Headers: []string{s, s}, Notes: []string{s}, Movable: i < 2,
		})
	}
	return []drawn{
		{"login", func(p *Pages, w *bytes.Buffer) error {
			return p.Login(w, LoginPage{Shell: shell, Username: s, Next: s, Error: s})
		}},
		{"dashboard", func(p *Pages, w *bytes.Buffer) error {
			return p.Dashboard(w, DashboardPage{
				Shell: shell, Origin: "https://gateway.example", Find: Find{Query: s, Status: FilterIssues, Tags: []string{s}, Transport: s, Sort: SortStatus, Page: 2},
				Facets: []Facet{{Tag: s, Count: 2}}, Matches: 120, Pages: 3,
				Counts: Counts{Total: 4, Enabled: 3, Disabled: 1, Issues: 1}, Services: []ServiceCard{card},
			})
		}},
		{"register", func(p *Pages, w *bytes.Buffer) error {
			return p.Form(w, FormPage{Shell: shell, Values: values, Errors: wrong})
		}},
		{"edit", func(p *Pages, w *bytes.Buffer) error {
			return p.Form(w, FormPage{Shell: shell, Path: "/team/weather", Values: edited, Errors: wrong})
		}},
		{"import", func(p *Pages, w *bytes.Buffer) error {
			return p.Import(w, ImportPage{Shell: shell, Entries: entries, Sealed: s})
		}},
		{"imported", func(p *Pages, w *bytes.Buffer) error {
			return p.Import(w, ImportPage{Shell: shell, Entries: entries, Done: true})
		}},
		{"register-paste", func(p *Pages, w *bytes.Buffer) error {
			return p.Form(w, FormPage{Shell: shell, How: HowPaste, Pasted: s, ImportError: s})
		}},
		{"tools", func(p *Pages, w *bytes.Buffer) error {
			return p.Tools(w, ToolsPage{Shell: shell, Service: card, Tools: []Tool{tool, explained}, Trial: Trial{URL: s, Revision: s, Stateless: true, Open: true, Elsewhere: true}})
		}},
		{"find", func(p *Pages, w *bytes.Buffer) error {
			return p.Find(w, FindPage{
				Shell: shell, Query: s, Total: 101, Services: 2, Page: 2, Pages: 3,
				Tools: []FoundTool{{ServicePath: "/team/weather", Service: s, ID: "tool-a", Name: s, Title: s, Summary: s, Hints: []string{"read-only"}}},
			})
		}},
		{"connect", func(p *Pages, w *bytes.Buffer) error {
			return p.Connect(w, ConnectPage{
				Shell: shell, Service: card, URL: s, OldTransport: true,
				Snippets: []Snippet{{Client: "curl", Title: s, Place: s, Text: s}, {Client: "go", Title: s, Place: s, Text: s}},
			})
		}},
		{"tokens", func(p *Pages, w *bytes.Buffer) error {
			return p.Tokens(w, TokensPage{
				Shell: shell, Tokens: tokens, Values: TokenValues{Name: s, Scope: "gateway", Services: []string{s}, Expires: "custom", ExpiresDays: s},
				Services: []ServiceChoice{{Path: "/team/weather", Name: s, Chosen: true}, {Path: "/other", Name: s}},
				Errors:   wrongToken, Made: &MadeToken{Token: tokens[0], Secret: s, Registered: tokens[0].Services, Unregistered: []string{"/later"}},
			})
		}},
		{"health", func(p *Pages, w *bytes.Buffer) error {
			return p.Health(w, HealthPage{Shell: shell, Service: card, Story: story})
		}},
		{"error", func(p *Pages, w *bytes.Buffer) error {
			return p.Error(w, ErrorPage{Shell: shell, Status: 404, Heading: s, Detail: s})
		}},
		{"docs", func(p *Pages, w *bytes.Buffer) error { return p.Docs(w, DocsPage{Shell: shell}) }},
	}
}

// storyWith is an outage with a pause before it, and all kinds of outcomes.
func storyWith(s string) Story {
	story := Story{
		NextCheck: noon.Add(26 * time.Second),
		Steps: []Step{
			{Method: "POST", URL: s, Purpose: s, Status: 404, MediaType: s, Problem: s, Took: 3 * time.Millisecond},
			{Method: "GET", URL: s, Problem: s, Took: 5 * time.Second},
			{Method: "POST", URL: s, Purpose: s, Status: 200, MediaType: s, Took: time.Microsecond, Good: true},
		},
		Checks: []PastCheck{
			{At: noon.Add(-3 * time.Hour), Kind: "healthy", Latency: 4 * time.Millisecond, Changed: true, Manual: true},
			{At: noon.Add(-102 * time.Second), Kind: "healthy", Latency: 5 * time.Millisecond},
			{At: noon.Add(-72 * time.Second), Kind: "auth-required", Latency: 6 * time.Millisecond},
			{At: noon.Add(-42 * time.Second), Kind: "error", Reason: s},
			{At: noon.Add(-12 * time.Second), Kind: "unhealthy", Reason: s, Latency: 3100 * time.Millisecond, Changed: true},
		},
		Changes: []PastChange{{At: noon.Add(-24 * time.Hour), Kind: "disabled", First: true}},
	}
	for i := range shownChanges {
		story.Changes = append(story.Changes, PastChange{At: noon.Add(time.Duration(i-8) * time.Hour), Kind: []string{"healthy", "unhealthy"}[i%2], Reason: s, Detail: s})
	}
	return story
}

// longText is a description of the greatest length there is.
var longText = strings.Repeat("0123456789", 1000)
