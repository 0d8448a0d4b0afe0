package web

import (
	"slices"
	"time"
)

// Shell is what every page carries around its content.
type Shell struct {
	// Title names the page in the browser's tab.
	Title string
	// User is who is signed in. Empty shows the page without the menu.
	User string
	// Problem is shown above the content, where a failed form post re-renders
	// the page. Nil shows none.
	Problem *Problem
	// RequestID is shown with a problem, for whoever looks into the log.
	RequestID string
	// Now is what "5 min ago" counts from. Zero means the time of drawing.
	Now time.Time
	// Here is the name of the page, which [Pages] sets, for the menu.
	Here string
}

// Problem is an error as a person reads it; the fields are those of RFC 9457.
type Problem struct {
	// Status is the HTTP status; 0 shows none.
	Status int
	// Title says in a few words what went wrong.
	Title string
	// Detail is one sentence that says what to do.
	Detail string
}

// LoginPage is GET /login.
type LoginPage struct {
	Shell
	// Username refills the field.
	Username string
	// Next is the local path to go to afterwards. The caller has checked that
	// it is one.
	Next string
	// Error is what went wrong with the last try. Empty shows none.
	Error string
}

// DashboardPage is GET /.
type DashboardPage struct {
	Shell
	// Origin is where the page was found, such as https://mcp.example.com, for
	// the command that the empty list shows. No slash ends it.
	Origin string
	// Find is what is looked for; its Page is the one that is shown.
	Find Find
	// Counts are over all services, whatever Find leaves of them.
	Counts Counts
	// Facets are the tags to choose from, those of the most services first.
	Facets []Facet
	// Matches counts the services that Find leaves, Pages their pages, at
	// least 1.
	Matches, Pages int
	// Services are those of the page, in the order asked for.
	Services []ServiceCard
}

// Counts are the dashboard's statistics.
type Counts struct {
	Total, Enabled, Disabled int
	// Issues counts the services that somebody should look at.
	Issues int
}

// FormPage is GET /register and GET /edit/{path}.
type FormPage struct {
	Shell
	// Path is the service that is edited; empty on registration.
	Path string
	// Values refill the form as it was sent.
	Values FormValues
	// Errors holds a sentence for each field that was refused, by its name in
	// the form (name, description, path, proxy_pass_url, tags, num_tools,
	// num_stars, is_python, license, watch_tools, upstream_headers).
	Errors map[string]string
	// How is the tab to begin with; empty is HowForm.
	How How
	// Pasted refills the field for a text, which may hold secrets, and
	// ImportError says what is wrong with it, or with the file.
	Pasted, ImportError string
}

// How is a way to register services.
type How string

// The tabs of the page that registers.
const (
	HowForm   How = "form"
	HowUpload How = "upload"
	HowPaste  How = "paste"
)

// Editing says whether the form changes a service rather than adding one.
func (p FormPage) Editing() bool { return p.Path != "" }

// FormValues are a service's fields as they stand in the form: what was typed,
// right or wrong.
type FormValues struct {
	Name, Description, Path, ProxyPassURL string
	// Tags are separated by commas.
	Tags               string
	NumTools, NumStars string
	License            string
	IsPython           bool
	WatchTools         bool
	// HeaderNames are those of the headers that are sent to the upstream by
	// now, Removed those of them that are ticked to be removed.
	HeaderNames, Removed []string
	// NewHeaders are the names typed for headers to set. Values are secrets and
	// never shown again.
	NewHeaders []string
}

// HeaderRows are the names in the rows for headers, with empty rows at the end.
func (v FormValues) HeaderRows() []string {
	return append(slices.Clone(v.NewHeaders), make([]string, max(1, emptyHeaderRows-len(v.NewHeaders)))...)
}

// emptyHeaderRows is what a form without script has to offer.
const emptyHeaderRows = 3

// ErrorPage stands in for any page that could not be shown.
type ErrorPage struct {
	Shell
	// Status is the HTTP status, from 400 to 599.
	Status int
	// Heading says in a few words what went wrong, Detail what to do.
	Heading, Detail string
}

// DocsPage is GET /docs.
type DocsPage struct{ Shell }
