package importer

import (
	"fmt"
	"strings"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// The name goes by another name in the files than in the domain's errors.
const (
	nameInFile   = "server_name"
	nameInDomain = "name"
)

// record is what a server file says.
type record struct {
	draft       registry.Draft
	pathAsGiven string
	tools       []registry.Tool
	notes       []string
}

// parseRecord reads a server file, or says why it cannot. Single members that
// are wrong are left to the draft to report, along with those that break the
// domain's rules.
func parseRecord(data []byte) (rec record, why string) {
	o, why := parseObject(data)
	if why != "" {
		return record{}, why
	}
	return o.record(), ""
}

// record reads the members that a server file has.
func (o *object) record() (rec record) {
	rec.draft = registry.Draft{
		Path:        o.text("path"),
		Name:        o.text(nameInFile),
		Description: o.text("description"),
		Upstream:    o.text("proxy_pass_url"),
		Tags:        o.tags("tags"),
		NumTools:    o.count("num_tools"),
		Stars:       o.count("num_stars"),
		IsPython:    o.flag("is_python"),
		License:     o.text("license"),
	}
	rec.pathAsGiven = registry.Text(rec.draft.Path)
	if rec.draft.Path != nil {
		rec.draft.Path = new(trimPath(rec.pathAsGiven))
	}
	if raw := o.take("tool_list"); raw != nil {
		var ok bool
		if rec.tools, rec.notes, ok = parseTools(raw); !ok {
			o.wrong("tool_list", "Make it a list of tools.")
		}
	}
	for _, wrong := range o.malformed {
		if wrong.Field == nameInFile {
			wrong.Field = nameInDomain
		}
		rec.draft.Malformed = append(rec.draft.Malformed, wrong)
	}
	if rest := o.rest(); rest != "" {
		rec.notes = append(rec.notes, fmt.Sprintf("left out %s, which this registry does not keep.", rest))
	}
	return rec
}

// reason says what the domain holds against a record, in the file's words.
func reason(invalid *registry.InvalidError) string {
	sentences := make([]string, len(invalid.Fields))
	for i, wrong := range invalid.Fields {
		if wrong.Field == nameInDomain {
			wrong.Field = nameInFile
		}
		sentences[i] = wrong.Field + ": " + wrong.Message
	}
	return strings.Join(sentences, " ")
}

// trimPath drops every trailing slash, which the original keeps on some paths.
func trimPath(s string) string { return strings.TrimRight(s, "/") }
