package remote

import (
	"strings"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// docstringArgs are the descriptions by name in a docstring's Args section:
// Python servers put there what their schemas leave out. An entry begins
// unindented, as "name: text" or "name (type): text".
func docstringArgs(description string) map[string]string {
	section := registry.ParseDescription(description).Args
	if section == nil {
		return nil
	}
	out := map[string]string{}
	current := ""
	for line := range strings.Lines(*section) {
		text := strings.TrimSpace(line)
		if strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t") {
			if current != "" {
				out[current] = strings.TrimSpace(out[current] + " " + text)
			}
			continue
		}
		head, rest, ok := strings.Cut(text, ":")
		name, _, _ := strings.Cut(head, "(")
		if current = strings.TrimSpace(name); !ok || strings.ContainsAny(current, " \t") {
			current = ""
		}
		if current != "" {
			out[current] = strings.TrimSpace(rest)
		}
	}
	return out
}
