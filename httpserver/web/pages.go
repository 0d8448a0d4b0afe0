package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/mcpgateway/mcpgateway/httpserver/schema"
)

//go:embed templates
var templates embed.FS

// Pages draws every page. It is made once, by [New], and safe for concurrent
// use.
type Pages struct {
	sets   map[string]*template.Template
	assets *bundle
}

// New parses the templates and packs the assets. Its errors are mistakes in
// this package, never in its surroundings.
func New() (*Pages, error) {
	assets, err := newBundle()
	if err != nil {
		return nil, fmt.Errorf("pack the assets: %w", err)
	}
	layout, err := template.New("layout").Funcs(template.FuncMap{
		"asset": assets.url, "modules": assets.modules,
		"ago": ago, "iso": iso, "millis": millis, "count": count,
		"has": slices.Contains[[]string], "inc": func(i int) int { return i + 1 }, "dec": func(i int) int { return i - 1 },
		"pretty": pretty, "visible": visible, "short": short, "word": Word,
		"field": serviceForm.field, "summary": serviceForm.summary, "textField": textField,
		"tokenField": tokenForm.field, "tokenSummary": tokenForm.summary, "until": until, "scopes": scopes,
		"card": newCard, "token": newToken, "lives": newLives, "blank": blankCard, "entry": newEntry, "blankEntry": blankEntry, "outcome": outcomeOf,
		"took": took, "due": due, "lasting": lasting, "since": since, "story": newStory, "changes": newChanges, "blankStep": blankStep,
		"filter": newFilter, "orders": orders, "schema": newSchema,
	}).ParseFS(templates, "templates/layout.html", "templates/icons.html", "templates/card.html", "templates/fields.html", "templates/plan.html", "templates/story.html")
	if err != nil {
		return nil, fmt.Errorf("parse the layout: %w", err)
	}
	p := &Pages{sets: map[string]*template.Template{}, assets: assets}
	for _, name := range []string{"login", "dashboard", "form", "import", "tools", "find", "connect", "health", "tokens", "error", "docs"} {
		set, err := layout.Clone()
		if err != nil {
			return nil, fmt.Errorf("clone the layout for %s: %w", name, err)
		}
		if p.sets[name], err = set.ParseFS(templates, "templates/"+name+".html"); err != nil {
			return nil, fmt.Errorf("parse the %s page: %w", name, err)
		}
	}
	return p, nil
}

// Assets serves /static/… and /favicon.ico, to GET and HEAD; the caller lets
// nothing else through. What is not there, missing answers.
func (p *Pages) Assets(missing http.Handler) http.Handler { return assets{p.assets, missing} }

// Login writes the login form.
func (p *Pages) Login(w io.Writer, v LoginPage) error { return p.draw(w, "login", &v.Shell, &v) }

// Dashboard writes the list of services.
func (p *Pages) Dashboard(w io.Writer, v DashboardPage) error {
	if v.Find.Status == "" {
		v.Find.Status = FilterAll
	}
	if v.Find.Sort == "" {
		v.Find.Sort = SortName
	}
	return p.draw(w, "dashboard", &v.Shell, &v)
}

// Form writes the form that registers or edits a service.
func (p *Pages) Form(w io.Writer, v FormPage) error {
	if v.How == "" {
		v.How = HowForm
	}
	return p.draw(w, "form", &v.Shell, &v)
}

// Import writes what would become, or became, of several services.
func (p *Pages) Import(w io.Writer, v ImportPage) error { return p.draw(w, "import", &v.Shell, &v) }

// Tools writes the tools of one service.
func (p *Pages) Tools(w io.Writer, v ToolsPage) error {
	v.drawing = schema.NewBudget()
	return p.draw(w, "tools", &v.Shell, &v)
}

// Find writes the tools of all services.
func (p *Pages) Find(w io.Writer, v FindPage) error { return p.draw(w, "find", &v.Shell, &v) }

// Connect writes how to connect to one service.
func (p *Pages) Connect(w io.Writer, v ConnectPage) error { return p.draw(w, "connect", &v.Shell, &v) }

// Health writes what happened to the health of one service.
func (p *Pages) Health(w io.Writer, v HealthPage) error { return p.draw(w, "health", &v.Shell, &v) }

// Tokens writes the list of tokens and the form that makes one.
func (p *Pages) Tokens(w io.Writer, v TokensPage) error { return p.draw(w, "tokens", &v.Shell, &v) }

// Error writes the page for a request that failed.
func (p *Pages) Error(w io.Writer, v ErrorPage) error { return p.draw(w, "error", &v.Shell, &v) }

// Docs writes the page that shows /openapi.json and tries it out.
func (p *Pages) Docs(w io.Writer, v DocsPage) error { return p.draw(w, "docs", &v.Shell, &v) }

// draw writes a whole page or nothing: what fails in a template never leaves
// half a page behind.
func (p *Pages) draw(w io.Writer, name string, s *Shell, view any) error {
	if s.Now.IsZero() {
		s.Now = time.Now()
	}
	s.Here = name
	var b bytes.Buffer
	if err := p.sets[name].ExecuteTemplate(&b, "layout", view); err != nil {
		return fmt.Errorf("draw the %s page: %w", name, err)
	}
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("write the %s page: %w", name, err)
	}
	return nil
}
