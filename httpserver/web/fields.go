package web

import (
	"maps"
	"slices"
	"strings"
)

// fieldText is how the form calls a field and what it says about it.
type fieldText struct{ name, label, hint string }

// form is the fields of a form, in its order.
type form []fieldText

// serviceForm registers or edits a service.
var serviceForm = form{
	{"name", "Name", "What people call it."},
	{"path", "Path", "Names it in every URL here, such as /weather or /team/weather, and stays as it is."},
	{"description", "Description", "What it is good for. People choose by it, and search in it."},
	{"tags", "Tags", "Separated by commas."},
	{"proxy_pass_url", "Upstream URL", "Where the server listens, such as http://localhost:8000. How it speaks MCP is found out."},
	{"watch_tools", "Watch its tools", "Keeps a connection open, to hear at once when the list of tools changes."},
	{"upstream_headers", "Headers sent to the server", "For a server that asks for a key, in a header such as Authorization or X-Api-Key. Values are encrypted and never shown again."},
	{"num_tools", "Number of tools", "Counts until the first check has asked the server itself."},
	{"num_stars", "Stars", "Your rating, a whole number."},
	{"license", "License", "Such as MIT or Apache-2.0."},
	{"is_python", "Written in Python", ""},
}

// textForm registers what a text describes.
var textForm = form{
	{"text", "What describes the servers", "An mcp.json or claude_desktop_config.json, a server of the original registry, or records of this one; several at once. What would be registered is shown first."},
	{"file", "File", "An mcp.json or claude_desktop_config.json, a server of the original registry, or records of this one; 1 MiB at most. What would be registered is shown first."},
}

// textField looks a field of textForm up; the error is shown if it is this
// one's.
func textField(name string, own bool, problem string) fieldView {
	if !own || problem == "" {
		return textForm.field(nil, name, "")
	}
	return textForm.field(map[string]string{name: problem}, name, "")
}

// tokenForm makes a token.
var tokenForm = form{
	{"name", "Name", "What it is for, such as the program that will have it."},
	{"scope", "Scope", ""},
	{"services", "Services", "Tick those that it may use; with none ticked it may use all, also those registered later."},
	{"expires", "Expires", ""},
	{"expires_days", "Days", "From now, 3650 at most."},
}

// fieldView is one field of a form, and what was wrong with it.
type fieldView struct {
	Name, Label, Hint, Value, Error string
}

// field looks a field up. A name that is none shows itself as its label.
func (f form) field(errors map[string]string, name, value string) fieldView {
	v := fieldView{Name: name, Label: name, Value: value, Error: errors[name]}
	for _, t := range f {
		if t.name == name {
			v.Label, v.Hint = t.label, t.hint
		}
	}
	return v
}

// summary lists what was wrong in the order of the form. Errors about what the
// form has no field for come last, so that none is lost.
func (f form) summary(errors map[string]string) []fieldView {
	var out []fieldView
	known := map[string]bool{}
	for _, t := range f {
		known[t.name] = true
		if _, wrong := errors[t.name]; wrong {
			out = append(out, f.field(errors, t.name, ""))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(errors)) {
		if !known[name] {
			out = append(out, f.field(errors, name, ""))
		}
	}
	return out
}

// Described lists the ids that explain the field, for aria-describedby.
func (f fieldView) Described() string {
	var ids []string
	if f.Error != "" {
		ids = append(ids, f.Name+"-error")
	}
	if f.Hint != "" {
		ids = append(ids, f.Name+"-hint")
	}
	return strings.Join(ids, " ")
}
