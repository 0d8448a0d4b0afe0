package importer

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Outcome is what registering an entry would do.
type Outcome string

// The outcomes of a plan.
const (
	// Create: a new service.
	Create Outcome = "create"
	// Unchanged: the same service is there already, and stays as it is.
	Unchanged Outcome = "unchanged"
	// Taken: another service has the path, and stays as it is.
	Taken Outcome = "taken"
	// Invalid: the entry is to be mended first.
	Invalid Outcome = "invalid"
	// Unsupported: no change of the entry would help.
	Unsupported Outcome = "unsupported"
)

// Choice is what somebody decided about an entry.
type Choice struct {
	// Path is where it goes; empty where the text, or its name, says.
	Path string
	// Skip leaves it out. It is planned all the same, against what is
	// registered, and claims no path within the batch.
	Skip bool
}

// Step is the plan for one entry.
type Step struct {
	Candidate
	// Path is as it was chosen, as the text has it, or made of the name. It
	// may be wrong; then Errors has it.
	Path    string
	Skip    bool
	Outcome Outcome
	// Message is a sentence about the outcome; empty where there is nothing to
	// add.
	Message string
	// Errors are what is wrong with each field, under Invalid.
	Errors []registry.FieldError
}

// URL is where the upstream is said to be, as it may be shown: without a user
// name and password, be it a URL or not.
func (s Step) URL() string {
	given := registry.Text(s.Draft.Upstream)
	scheme, rest, ok := strings.Cut(given, "://")
	if !ok {
		return given
	}
	authority := rest
	if end := strings.IndexAny(rest, "/?#\\"); end >= 0 {
		authority = rest[:end]
	}
	at := strings.LastIndexByte(authority, '@')
	if at < 0 {
		return given
	}
	return scheme + "://…" + rest[at:]
}

// Plan says what registering each candidate would do to a registry that has the
// services. choices are by the index of the candidate. The services are only
// read, and nothing is overwritten by what is planned.
func (t *Text) Plan(services []*registry.Service, reserved registry.Reserved, choices map[int]Choice) []Step {
	there := make(map[registry.Path]*registry.Service, len(services))
	upstreams := make(map[string]registry.Path, len(services))
	for _, s := range services {
		there[s.Path] = s
		upstreams[s.Upstream] = s.Path
	}
	steps := t.paths(reserved, choices)
	p := planner{there: there, reserved: reserved, claimed: make(map[registry.Path]string), tried: make(map[registry.Path]int)}
	for i := range steps {
		step := &steps[i]
		p.plan(step)
		if other, ok := upstreams[registry.Text(step.Draft.Upstream)]; ok && step.Outcome == Create {
			step.Notes = append(slices.Clip(step.Notes), fmt.Sprintf("the same URL is registered at %s already.", other))
		}
	}
	return steps
}

// paths gives each candidate its path. One that was chosen or stands in the
// text is kept, right or wrong; the others go around those.
func (t *Text) paths(reserved registry.Reserved, choices map[int]Choice) []Step {
	steps := make([]Step, len(t.Candidates))
	claimed := make(map[registry.Path]bool)
	for i, c := range t.Candidates {
		choice := choices[i]
		steps[i] = Step{Candidate: c, Skip: choice.Skip, Path: choice.Path}
		if choice.Path == "" {
			steps[i].Path = registry.Text(c.Draft.Path)
		}
		if path, err := registry.ParsePath(steps[i].Path); err == nil {
			steps[i].Path = string(path)
			claimed[path] = true
		}
	}
	for i := range steps {
		step := &steps[i]
		if step.Path == "" && step.Refused == "" {
			path := derive(registry.Text(step.Draft.Name), reserved, func(p registry.Path) bool { return claimed[p] })
			claimed[path] = true
			step.Path = string(path)
		}
		step.Draft.Path = new(step.Path)
	}
	return steps
}

// planner tries the entries one after the other.
type planner struct {
	there    map[registry.Path]*registry.Service
	reserved registry.Reserved
	// claimed are the paths that entries before took, with their keys.
	claimed map[registry.Path]string
	// tried is the number behind each path up to which none is free.
	tried map[registry.Path]int
}

func (p *planner) plan(s *Step) {
	if s.Refused != "" {
		s.Outcome, s.Message = Unsupported, s.Refused
		return
	}
	path, _ := registry.ParsePath(s.Path)
	catalog := registry.NewCatalog(registry.Rules{UnhealthyAfter: 1, Reserved: p.reserved}, p.at(path), 0)
	_, err := catalog.Import(s.Draft, s.Tools, false, time.Time{})
	invalid, isInvalid := errors.AsType[*registry.InvalidError](err)
	other, claimed := p.claimed[path]
	switch {
	case isInvalid:
		s.Outcome, s.Errors = Invalid, invalid.Fields
		s.Message = sentences(invalid.Fields)
	case errors.Is(err, registry.ErrConflict) && p.same(catalog, path, s.Draft):
		s.Outcome, s.Message = Unchanged, "It is registered already, just so."
	case errors.Is(err, registry.ErrConflict):
		s.Outcome = Taken
		s.Message = fmt.Sprintf("Another service, %s, is there and stays as it is; choose another path, such as %s.",
			quote(p.there[path].Name), p.free(path))
	case claimed && !s.Skip:
		s.Outcome = Invalid
		s.Message = fmt.Sprintf("The entry %s goes to this path already; choose another, such as %s.", quote(other), p.free(path))
		s.Errors = []registry.FieldError{{Field: "path", Message: s.Message}}
	default:
		s.Outcome = Create
		if !s.Skip {
			p.claimed[path] = s.Key
		}
	}
}

// at is what is registered at the path, as a catalog may own it.
func (p *planner) at(path registry.Path) []*registry.Service {
	s, ok := p.there[path]
	if !ok {
		return nil
	}
	own := *s
	own.Enabled = false
	return []*registry.Service{&own}
}

// same says whether the draft would change nothing of what is registered. How
// many tools there are was found out, so it does not count.
func (p *planner) same(catalog *registry.Catalog, path registry.Path, d registry.Draft) bool {
	d.NumTools = nil
	change, err := catalog.Edit(path, d, time.Time{})
	return err == nil && change.Kind == registry.Unchanged
}

// free is the path with the least number behind it that nobody has.
func (p *planner) free(path registry.Path) registry.Path {
	if len(path) > registry.MaxPathBytes-len("-9999") {
		path = path[:registry.MaxPathBytes-len("-9999")]
	}
	for n := max(p.tried[path], 1) + 1; ; n++ {
		next := registry.Path(fmt.Sprintf("%s-%d", path, n))
		if _, claimed := p.claimed[next]; p.there[next] == nil && !claimed {
			return next
		}
		p.tried[path] = n // What is taken stays so: a plan frees no path.
	}
}

func sentences(fields []registry.FieldError) string {
	messages := make([]string, len(fields))
	for i, f := range fields {
		messages[i] = f.Field + ": " + f.Message
	}
	return strings.Join(messages, " ")
}
