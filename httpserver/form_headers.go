package httpserver

import (
	"net/url"
	"slices"
	"strings"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// headersOfForm reads the rows of headers in a form: the names and the values
// are fields of their own, paired by their order. It is nil where no row says
// anything. Wrong rows are told as the field of JSON is, and no value ever is.
func headersOfForm(f gen.EditForm) (*registry.HeaderChange, []registry.FieldError) {
	wrong := func(message string) (*registry.HeaderChange, []registry.FieldError) {
		return nil, []registry.FieldError{{Field: "upstream_headers", Message: message}}
	}
	names, values := listOf(f.HeaderName), listOf(f.HeaderValue)
	if len(names) != len(values) {
		return wrong("Give one header_value for each header_name, in the same order.")
	}
	set := make(map[string]string)
	for i, name := range names {
		name, value := strings.TrimSpace(name), strings.TrimSpace(values[i])
		if name == "" && value == "" {
			continue
		}
		if _, twice := set[name]; twice {
			return wrong("Give each header once, and each a name.")
		}
		set[name] = value
	}
	removed := listOf(f.HeaderRemove)
	if len(set) == 0 && len(removed) == 0 {
		return nil, nil
	}
	return &registry.HeaderChange{Set: set, Remove: removed}, nil
}

// refuseJSONHeaders tells whoever sends in a form what only JSON can express.
// Dropped without a word, it would be missed once the upstream asks for it.
func refuseJSONHeaders(form url.Values, op operation) error {
	if !form.Has("upstream_headers") || !slices.Contains(op.lists, "header_name") {
		return nil
	}
	return registry.Invalid("upstream_headers", "A form cannot carry this field: send JSON, or header_name and header_value.")
}

// editOfRegister is the form of a registration as that of an edit, which knows
// all of its fields.
func editOfRegister(f *gen.RegisterForm) *gen.EditForm {
	if f == nil {
		return nil
	}
	return &gen.EditForm{
		Name:         f.Name,
		Description:  f.Description,
		Path:         f.Path,
		ProxyPassURL: f.ProxyPassURL,
		Tags:         f.Tags,
		NumTools:     f.NumTools,
		NumStars:     f.NumStars,
		IsPython:     f.IsPython,
		License:      f.License,
		WatchTools:   f.WatchTools,
		HeaderName:   f.HeaderName,
		HeaderValue:  f.HeaderValue,
	}
}

// typedNames are the names of headers in a form, without those of empty rows.
// The values are not for showing again.
func typedNames(f *gen.EditForm) []string {
	return slices.DeleteFunc(slices.Clone(listOf(f.HeaderName)), func(name string) bool { return strings.TrimSpace(name) == "" })
}

func listOf(list *[]string) []string {
	if list == nil {
		return nil
	}
	return *list
}
