package importer

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// ownMembers are those of this registry's records that a new service starts
// without: what was found out about the old one.
func ownMembers() []string {
	return []string{"is_enabled", "health", "transport", "protocol_versions", "registered_at", "updated_at", "traffic"}
}

// recordCandidate reads a record of this registry, as it shows or takes one, or
// of the original. The name of the member stands in for a path that is missing.
func recordCandidate(m member) Candidate {
	c := Candidate{Key: m.name}
	o := new(object)
	if json.Unmarshal(m.raw, &o.members) != nil || o.members == nil {
		c.Refused = "It is not a JSON object; make it one, such as {\"server_name\": …}."
		return c
	}
	if _, ok := o.members[nameInFile]; !ok {
		if name, ok := o.members[nameInDomain]; ok { // as POST /register takes it
			o.members[nameInFile] = name
			delete(o.members, nameInDomain)
		}
	}
	c.Enabled, _ = asFlag(o.members["is_enabled"])
	for _, name := range ownMembers() {
		delete(o.members, name)
	}
	watch := o.flag("watch_tools")
	headers := o.pairs("upstream_headers")
	names := o.take("upstream_header_names")
	rec := o.record()
	c.Draft, c.Tools, c.Notes = rec.draft, rec.tools, rec.notes
	c.Draft.WatchTools = watch
	c.setHeaders(headers)
	if c.Draft.Path == nil && strings.HasPrefix(m.name, "/") {
		c.Draft.Path = new(trimPath(m.name))
	}
	var missing []string
	if json.Unmarshal(names, &missing) == nil && len(missing) > 0 && headers == nil {
		c.Notes = append(c.Notes, fmt.Sprintf("the values of its headers %s are not in this text; give them anew.", quote(strings.Join(missing, ", "))))
	}
	return c
}

// setHeaders takes over the headers towards the upstream, unless a client would
// have to fill them in first.
func (c *Candidate) setHeaders(headers map[string]string) {
	if headers == nil {
		return
	}
	c.HeaderNames = slices.Sorted(maps.Keys(headers))
	c.HeaderNames = c.HeaderNames[:min(len(c.HeaderNames), registry.MaxHeaders)]
	var open []string
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if p := placeholder(headers[name]); p != "" && len(open) < 3 {
			open = append(open, fmt.Sprintf("%.60s in %s", p, quote(name)))
		}
	}
	if len(open) > 0 {
		c.wrong("upstream_headers", "Fill in %s: clients replace such words, the gateway does not.", strings.Join(open, ", "))
		return
	}
	c.Draft.UpstreamHeaders = &headers
}

// wrong remembers that a field is not what it should be, once for each.
func (c *Candidate) wrong(field, format string, args ...any) {
	if slices.ContainsFunc(c.Draft.Malformed, func(f registry.FieldError) bool { return f.Field == field }) {
		return
	}
	c.Draft.Malformed = append(c.Draft.Malformed, registry.FieldError{Field: field, Message: fmt.Sprintf(format, args...)})
}
