package snippets

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"text/template"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Placeholder stands for a token in every text that needs one.
const Placeholder = "YOUR_TOKEN"

// Target is what the texts lead to.
type Target struct {
	// Base is where the gateway is found, such as https://mcp.example.com. No
	// slash ends it.
	Base string
	Path registry.Path
	// Detected is what is known of the service; its endpoint is left alone. A
	// service that was never checked is taken for streamable HTTP.
	Detected registry.Detected
	// Open says that the gateway asks for no token.
	Open bool
}

// Snippet is what to paste into one client.
type Snippet struct {
	// Client names it in addresses and scripts ([a-z-]+), Title for people.
	Client, Title string
	// Language is shell, json, python, go or typescript.
	Language string
	// Place says in a sentence where the text goes.
	Place string
	Text  string
}

// Builder writes snippets. It is made once, by [New], and safe for concurrent
// use.
type Builder struct{ texts *template.Template }

//go:embed templates
var templates embed.FS

// New parses the templates. Its errors are mistakes in this package.
func New() (*Builder, error) {
	texts, err := template.New("snippets").Option("missingkey=error").
		Funcs(template.FuncMap{"quote": quote, "shell": shell}).
		ParseFS(templates, "templates/*.tmpl")
	if err != nil {
		return nil, fmt.Errorf("parse the snippets: %w", err)
	}
	return &Builder{texts: texts}, nil
}

// clients are all that there are, in the order in which they are shown.
var clients = []Snippet{
	{Client: "claude-code", Title: "Claude Code", Language: "shell", Place: "Run it in the folder of your project; with --scope user it holds for all of them."},
	{Client: "claude-desktop", Title: "Claude Desktop", Language: "json", Place: "Into claude_desktop_config.json (Settings, Developer, Edit Config). Any client that only starts programs can do the same; it takes Node 18 or newer."},
	{Client: "cursor", Title: "Cursor", Language: "json", Place: "Into ~/.cursor/mcp.json for all projects, or .cursor/mcp.json for one."},
	{Client: "vs-code", Title: "VS Code", Language: "json", Place: "Into .vscode/mcp.json of a project."},
	{Client: "python", Title: "Python", Language: "python", Place: "A program that lists the tools, with the package mcp."},
	{Client: "go", Title: "Go", Language: "go", Place: "A program that lists the tools, with the official SDK."},
	{Client: "typescript", Title: "TypeScript", Language: "typescript", Place: "A module that lists the tools, with the official SDK."},
	{Client: "curl", Title: "curl", Language: "shell", Place: "In a shell, to see whether it answers."},
	{Client: "mcpgateway", Title: "mcpgateway", Language: "shell", Place: "In a shell, with this gateway's own program. TOOL is the name of one of the tools."},
}

// For writes the snippets of a target, one a client. Its errors are mistakes in
// this package.
func (b *Builder) For(t Target) ([]Snippet, error) {
	data := struct {
		Name, URL, Base, Path           string
		SSE, Stateless, Open, PlainHTTP bool
	}{
		Name: Name(t.Path), URL: t.URL(), Base: t.Base, Path: string(t.Path),
		SSE: t.Transport() == registry.HTTPSSE, Stateless: t.Detected.Stateless,
		Open: t.Open, PlainHTTP: plainHTTP(t.Base),
	}
	list := make([]Snippet, len(clients))
	for i, s := range clients {
		var text bytes.Buffer
		if err := b.texts.ExecuteTemplate(&text, s.Client+".tmpl", data); err != nil {
			return nil, fmt.Errorf("write the snippet for %s: %w", s.Title, err)
		}
		s.Text = strings.TrimSuffix(text.String(), "\n")
		if s.Client == "vs-code" && !t.Open {
			s.Place += " VS Code asks for the token once, and keeps it out of the file."
		}
		list[i] = s
	}
	return list, nil
}

// URL is where clients reach the target.
func (t Target) URL() string {
	if t.Transport() == registry.HTTPSSE {
		return t.Base + string(t.Path) + "/sse"
	}
	return t.Base + string(t.Path) + "/mcp"
}

// Transport is what a client must speak at [Target.URL].
func (t Target) Transport() registry.Transport {
	if t.Detected.Transport == registry.HTTPSSE {
		return registry.HTTPSSE
	}
	return registry.StreamableHTTP
}

// maxName bounds the name of a server, in bytes: clients put it before the
// names of tools, which they bound.
const maxName = 40

// Name is what the texts call the server at a path: /team/weather is
// team-weather. It is of letters, digits, dashes and underscores, which every
// client takes. Several paths may have the same name.
func Name(p registry.Path) string {
	name := strings.Map(func(c rune) rune {
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' {
			return c
		}
		return '-'
	}, strings.Trim(string(p), "/"))
	return strings.Trim(name[:min(len(name), maxName)], "-")
}

// plainHTTP says whether what is sent there can be read on the way. mcp-remote
// wants to be told that it may.
func plainHTTP(base string) bool {
	u, err := url.Parse(base)
	return err == nil && u.Scheme == "http" && u.Hostname() != "localhost" && u.Hostname() != "127.0.0.1"
}

// quote is s between double quotes, as JSON has it; Python, Go and TypeScript
// read it the same.
func quote(s string) (string, error) {
	text, err := json.Marshal(s)
	return string(text), err
}

// shell is s as one word of a POSIX shell.
func shell(s string) string {
	plain := func(c rune) bool {
		return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.ContainsRune("/:._-@%+=", c)
	}
	if s != "" && !strings.ContainsFunc(s, func(c rune) bool { return !plain(c) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
