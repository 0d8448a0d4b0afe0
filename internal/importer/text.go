package importer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Bounds of what [ParseText] takes.
const (
	// MaxTextBytes is the size of the text.
	MaxTextBytes = 1 << 20
	// MaxEntries is the number of services that it may describe.
	MaxEntries = 500
)

// Bounds of what [ParseFile] takes.
const (
	// MaxExportBytes is the size of the file.
	MaxExportBytes = 128 << 20
	// MaxExportEntries is the number of services that it may describe.
	MaxExportEntries = MaxFiles
)

// Format is what a text turned out to be.
type Format string

// The formats that are understood.
const (
	// Records are those of this registry, or of the original.
	Records Format = "records"
	// ClientConfig is what MCP clients keep: mcp.json, claude_desktop_config.json.
	ClientConfig Format = "client-config"
)

// Text is what somebody pasted or uploaded, read. It holds secrets.
type Text struct {
	Format Format
	// Candidates are in the order of the text; there is at least one.
	Candidates []Candidate
}

// Candidate is a service that a text describes.
type Candidate struct {
	// Key is what the text calls it, or where it stands there: "#2".
	Key string
	// Draft keeps what the text says, right or wrong. Its path may be missing.
	Draft registry.Draft
	Tools []registry.Tool
	// HeaderNames are those of the headers towards the upstream, sorted.
	HeaderNames []string
	// Enabled is what a record of this registry says; false where nothing does.
	Enabled bool
	// Refused says why nothing can be registered; empty if something can.
	Refused string
	// Notes are sentences about what was left out.
	Notes []string
}

// unreadable is an error about the text as a whole.
func unreadable(format string, args ...any) error { return registry.Invalid("text", format, args...) }

// ParseText reads a text of any known [Format], with or without comments and
// trailing commas. It fails with an *[registry.InvalidError] on the field
// "text" if the text as a whole is not understood or exceeds a bound. What is
// wrong with a single entry is told by [Text.Plan].
func ParseText(text []byte) (*Text, error) { return parseWithin(text, MaxTextBytes, MaxEntries) }

// ParseFile is ParseText within larger bounds: those of an operator's own file,
// such as an export.
func ParseFile(text []byte) (*Text, error) {
	return parseWithin(text, MaxExportBytes, MaxExportEntries)
}

func parseWithin(text []byte, most, entries int) (*Text, error) {
	if len(text) > most {
		return nil, unreadable("Give at most %d bytes.", most)
	}
	plain, why := plainJSON(text)
	if why != "" {
		return nil, unreadable("%s", why)
	}
	if len(bytes.TrimSpace(plain)) == 0 {
		return nil, unreadable("Give the JSON of one or more servers.")
	}
	var whole json.RawMessage
	if err := json.Unmarshal(plain, &whole); err != nil {
		return nil, unreadable("%s", badSyntax(plain, err))
	}
	var found group
	var err error
	switch whole = bytes.TrimSpace(whole); whole[0] {
	case '[':
		found, err = listed(whole)
	case '{':
		found, err = keyed(whole)
	default:
		err = unreadable("Give a JSON object, or a list of them.")
	}
	if err != nil {
		return nil, err
	}
	return found.gather(entries)
}

// group is the members of a text that describe a server each.
type group struct {
	format  Format
	members []member
	read    func(member) Candidate
}

// listed reads a list of records.
func listed(whole json.RawMessage) (group, error) {
	var items []json.RawMessage
	if err := json.Unmarshal(whole, &items); err != nil {
		return group{}, unreadable("Give a list of servers.")
	}
	members := make([]member, len(items))
	for i, item := range items {
		members[i] = member{fmt.Sprintf("#%d", i+1), item}
	}
	return group{Records, members, recordCandidate}, nil
}

// keyed finds out what an object is by the names of its members, and of theirs.
func keyed(whole json.RawMessage) (group, error) {
	top := membersOf(whole)
	// VS Code's settings.json has what its mcp.json has, under "mcp".
	if mcp := named(top, "mcp"); isObject(mcp) && has(mcp, "servers", "mcpServers") {
		whole, top = mcp, membersOf(mcp)
	}
	for _, name := range []string{"mcpServers", "servers"} {
		if servers := named(top, name); servers != nil {
			if !isObject(servers) {
				return group{}, unreadable("Make %s an object of servers by name.", name)
			}
			return group{ClientConfig, membersOf(servers), clientCandidate}, nil
		}
	}
	switch {
	case has(whole, recordMarks()...):
		return group{Records, []member{{"#1", whole}}, recordCandidate}, nil
	case has(whole, clientMarks()...):
		return group{ClientConfig, []member{{"", whole}}, clientCandidate}, nil
	case len(top) > 0 && all(top, func(m member) bool { return isObject(m.raw) && has(m.raw, clientMarks()...) }):
		return group{ClientConfig, top, clientCandidate}, nil
	case len(top) > 0 && all(top, func(m member) bool {
		return isObject(m.raw) && (strings.HasPrefix(m.name, "/") || has(m.raw, recordMarks()...))
	}):
		return group{Records, top, recordCandidate}, nil
	}
	return group{}, unreadable("This is none of the formats that are understood: a server's JSON, such as {\"server_name\": …, \"path\": …, \"proxy_pass_url\": …}, a list or an object of those, or a client's {\"mcpServers\": …}.")
}

// recordMarks and clientMarks are members by which one of them is known.
func recordMarks() []string { return []string{"proxy_pass_url", "server_name"} }
func clientMarks() []string { return append([]string{"command"}, urlNames()...) }

// gather reads each member by itself, of which there may be so many.
func (g group) gather(most int) (*Text, error) {
	switch {
	case len(g.members) == 0:
		return nil, unreadable("It describes no server; give one or more.")
	case len(g.members) > most:
		return nil, unreadable("It describes %d servers; give at most %d at a time.", len(g.members), most)
	}
	t := &Text{Format: g.format, Candidates: make([]Candidate, len(g.members))}
	for i, m := range g.members {
		t.Candidates[i] = g.read(m)
	}
	return t, nil
}

// member is a member of a JSON object, in the order of the text.
type member struct {
	name string
	raw  json.RawMessage
}

// membersOf lists the members of what is a JSON object already.
func membersOf(object json.RawMessage) []member {
	d := json.NewDecoder(bytes.NewReader(object))
	_, _ = d.Token() // the opening brace
	var members []member
	for d.More() {
		name, _ := d.Token()
		var m member
		m.name, _ = name.(string)
		if d.Decode(&m.raw) != nil {
			break
		}
		members = append(members, m)
	}
	return members
}

// named is the first member of a name, or nil.
func named(members []member, name string) json.RawMessage {
	for _, m := range members {
		if m.name == name {
			return m.raw
		}
	}
	return nil
}

func isObject(raw json.RawMessage) bool { return len(raw) > 0 && raw[0] == '{' }

// has says whether a JSON object has a member of one of the names.
func has(object json.RawMessage, names ...string) bool {
	return slices.ContainsFunc(membersOf(object), func(m member) bool { return slices.Contains(names, m.name) })
}

func all(members []member, are func(member) bool) bool {
	return !slices.ContainsFunc(members, func(m member) bool { return !are(m) })
}
