package registry

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Rules are the settings that a [Catalog] decides by.
type Rules struct {
	// UnhealthyAfter is how many failed checks in a row turn a service that
	// was up to failing; at least 1.
	UnhealthyAfter int
	// Reserved names the paths that cannot be registered.
	Reserved Reserved
}

// Catalog is the state machine of all services. Each request or event is
// first turned into a [Change], which changes nothing yet; once the change is
// on disk, [Catalog.Apply] makes it so. It is not safe for concurrent use: the
// registry actor owns it.
type Catalog struct {
	rules    Rules
	services map[Path]*Service
	// order holds the paths' services sorted by path, for listing.
	order      []*Service
	sequence   uint64
	generation uint64
}

// NewCatalog makes a catalog of what storage remembers; its slice is kept.
// sequence is the highest version ever given out.
func NewCatalog(rules Rules, services []*Service, sequence uint64) *Catalog {
	c := &Catalog{
		rules:    rules,
		services: make(map[Path]*Service, len(services)),
		order:    services,
		sequence: sequence,
	}
	slices.SortFunc(c.order, func(a, b *Service) int { return strings.Compare(string(a.Path), string(b.Path)) })
	for _, s := range services {
		if s.Enabled {
			s.Generation = c.nextGeneration()
		}
		c.services[s.Path] = s
		c.sequence = max(c.sequence, s.Version)
	}
	return c
}

// Sequence is the version of the newest change.
func (c *Catalog) Sequence() uint64 { return c.sequence }

// All lists every service by path. The slice is the caller's.
func (c *Catalog) All() []*Service { return slices.Clone(c.order) }

// CountByStatus is the number of services by what [Service.Status] says.
func (c *Catalog) CountByStatus() map[StatusKind]int {
	counts := make(map[StatusKind]int, 6)
	for _, s := range c.order {
		counts[s.Status().Kind]++
	}
	return counts
}

// Get finds a service, or fails with [ErrNotFound].
func (c *Catalog) Get(path Path) (*Service, error) {
	s, ok := c.services[path]
	if !ok {
		return nil, fmt.Errorf("service %s: %w", path, ErrNotFound)
	}
	return s, nil
}

// Register plans a new service, which starts disabled. It fails with an
// *[InvalidError] or [ErrConflict].
func (c *Catalog) Register(d Draft, now time.Time) (Change, error) {
	s := &Service{
		License:      DefaultLicense,
		Health:       Health{Status: Status{Kind: Disabled}, Since: now},
		RegisteredAt: now,
		UpdatedAt:    now,
	}
	// What must be given counts as given empty, so that fill complains.
	if d.Name == nil {
		d.Name = new(string)
	}
	if d.Upstream == nil {
		d.Upstream = new(string)
	}
	problems := d.fill(s)
	path, err := ParsePath(Text(d.Path))
	if invalid, ok := err.(*InvalidError); ok { //nolint:errorlint // ParsePath returns it bare.
		if !concern(problems, "path") {
			problems = append(problems, invalid.Fields...)
		}
	} else if why := c.rules.Reserved.Check(path); why != "" {
		problems = append(problems, FieldError{Field: "path", Message: why})
	}
	if len(problems) > 0 {
		return Change{}, fmt.Errorf("register: %w", &InvalidError{Fields: problems})
	}
	if _, taken := c.services[path]; taken {
		return Change{}, fmt.Errorf("register %s: %w", path, ErrConflict)
	}
	s.Path = path
	return c.plan(Registered, nil, s), nil
}

// Import plans a service as another registry kept it: with its tools, and
// switched on if it was. It fails as Register does.
func (c *Catalog) Import(d Draft, tools []Tool, enabled bool, now time.Time) (Change, error) {
	ch, err := c.Register(d, now)
	if err != nil {
		return Change{}, err
	}
	if len(tools) > 0 {
		ch.After.Tools, ch.After.Discovered = tools, true
	}
	if enabled {
		ch.After.switchTo(true, now, c.nextGeneration())
	}
	return ch, nil
}

// Edit plans a change of a record. A new upstream, or other headers towards it,
// forget what was detected and, if the service is enabled, start its checks
// anew; the tools stay. An upstream of another origin drops the headers, unless
// the draft has them anew: they are secrets of the old one. It fails with
// [ErrNotFound] or an *[InvalidError].
func (c *Catalog) Edit(path Path, d Draft, now time.Time) (Change, error) {
	before, err := c.Get(path)
	if err != nil {
		return Change{}, err
	}
	after := *before
	problems := d.fill(&after)
	if d.Path != nil && !concern(problems, "path") {
		if p, err := ParsePath(*d.Path); err != nil || p != path {
			problems = append(problems, FieldError{
				Field:   "path",
				Message: fmt.Sprintf("The path of a service cannot change; leave it %s, or delete the service and register it anew.", path),
			})
		}
	}
	if len(problems) > 0 {
		return Change{}, fmt.Errorf("edit %s: %w", path, &InvalidError{Fields: problems})
	}
	if after.sameRecord(before) {
		return Change{Kind: Unchanged, Before: before, After: before}, nil
	}
	after.UpdatedAt = now
	if after.Upstream != before.Upstream || !after.UpstreamHeaders.Equal(before.UpstreamHeaders) {
		after.Detected = Detected{}
		if after.Enabled {
			after.switchTo(true, now, c.nextGeneration())
		}
	} else if after.WatchTools != before.WatchTools && after.Enabled {
		// The probe starts anew, and with it any manual check it was running.
		after.Generation, after.Rechecking = c.nextGeneration(), false
	}
	return c.plan(Edited, before, &after), nil
}

// SetEnabled plans switching a service on or off. Asking for the state it is
// in plans nothing. It fails with [ErrNotFound].
func (c *Catalog) SetEnabled(path Path, enabled bool, now time.Time) (Change, error) {
	before, err := c.Get(path)
	if err != nil {
		return Change{}, err
	}
	if before.Enabled == enabled {
		return Change{Kind: Unchanged, Before: before, After: before}, nil
	}
	after := *before
	after.switchTo(enabled, now, c.nextGeneration())
	return c.plan(Switched, before, &after), nil
}

// Remove plans the end of a service. It fails with [ErrNotFound].
func (c *Catalog) Remove(path Path) (Change, error) {
	before, err := c.Get(path)
	if err != nil {
		return Change{}, err
	}
	return c.plan(Removed, before, nil), nil
}

// Apply makes a planned change so. Changes are applied in the order in which
// they were planned, each before the next is planned; one that could not be
// stored is dropped.
func (c *Catalog) Apply(ch Change) {
	if ch.Kind == Unchanged {
		return
	}
	c.sequence = max(c.sequence, ch.Version)
	path := ch.Path()
	at, found := slices.BinarySearchFunc(c.order, path, func(s *Service, p Path) int {
		return strings.Compare(string(s.Path), string(p))
	})
	switch {
	case ch.After == nil:
		delete(c.services, path)
		if found {
			c.order = slices.Delete(c.order, at, at+1)
		}
		return
	case found:
		c.order[at] = ch.After
	default:
		c.order = slices.Insert(c.order, at, ch.After)
	}
	c.services[path] = ch.After
}

// plan gives the change the next version, and the service with it. It counts
// the status that the service may have entered.
func (c *Catalog) plan(kind ChangeKind, before, after *Service) Change {
	version := c.sequence + 1
	if after != nil {
		after.Version = version
		if after.entered(before) {
			after.Recorded.Changes++
		}
	}
	return Change{Kind: kind, Before: before, After: after, Version: version}
}

func (c *Catalog) nextGeneration() uint64 {
	c.generation++
	return c.generation
}

// switchTo enters the on or the off state afresh. Of the health only the time of
// the last check stays.
func (s *Service) switchTo(enabled bool, now time.Time, generation uint64) {
	kind := Disabled
	if enabled {
		kind = Checking
	} else {
		generation = 0
	}
	s.Enabled = enabled
	s.Rechecking = false
	s.Generation = generation
	s.Steps, s.NextCheck = nil, time.Time{}
	s.Health = Health{Status: Status{Kind: kind}, LastChecked: s.Health.LastChecked, Since: now}
}

// sameRecord compares what an edit can change.
func (s *Service) sameRecord(o *Service) bool {
	return s.Name == o.Name && s.Description == o.Description && s.Upstream == o.Upstream &&
		slices.Equal(s.Tags, o.Tags) && s.DeclaredTools == o.DeclaredTools && s.Stars == o.Stars &&
		s.IsPython == o.IsPython && s.License == o.License && s.WatchTools == o.WatchTools &&
		s.UpstreamHeaders.Equal(o.UpstreamHeaders)
}
