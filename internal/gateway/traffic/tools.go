package traffic

import (
	"iter"
	"slices"
	"sync/atomic"
	"unicode/utf8"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Bounds of the label "tool".
const (
	// maxServiceLabels is how many tools of one service have a label.
	maxServiceLabels = 100
	// maxLabels is how many have one over all services.
	maxLabels = 10_000
	// maxLabelBytes is how long a tool's name may be to have one.
	maxLabelBytes = 128
)

// tools counts the calls of a service's tools. A tool gets its label with its
// first call, as long as there are some.
type tools struct{ current atomic.Pointer[toolSet] }

// toolSet is one version of a service's list of tools.
type toolSet struct {
	// names are the tools'; the tools themselves may be replaced by others of the
	// same names, and are large.
	names []string
	// byName has all of the names; nil before the first call.
	byName atomic.Pointer[map[string]*tool]
	// labels is how many have a label; the board's lock guards it.
	labels int
}

type tool struct {
	state atomic.Uint32
	calls atomic.Uint64
}

// The states of a tool. The board's lock guards changes.
const (
	uncalled uint32 = iota
	labelled
	unlabelled
)

// find is what counts the calls of a tool, or nil if it has no label. It takes
// the board's lock for the first call of a tool of the list only.
func (t *tools) find(b *Board, name string) *atomic.Uint64 {
	set := t.current.Load()
	if set == nil || len(set.names) == 0 {
		return nil
	}
	index := set.byName.Load()
	if index == nil {
		index = set.build(b)
	}
	found := (*index)[name]
	if found == nil {
		return nil
	}
	state := found.state.Load()
	if state == uncalled {
		state = t.admit(b, set, name, found)
	}
	if state != labelled {
		return nil
	}
	return &found.calls
}

// build makes the index of a list at its first call.
func (s *toolSet) build(b *Board) *map[string]*tool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if index := s.byName.Load(); index != nil {
		return index
	}
	index := indexOf(s.names, nil)
	s.byName.Store(&index)
	return &index
}

// indexOf is a list by name, with what was counted of the tools before.
func indexOf(names []string, before map[string]*tool) map[string]*tool {
	fresh := make([]tool, len(names))
	index := make(map[string]*tool, len(names))
	for i, name := range names {
		if old := before[name]; old != nil && old.state.Load() == labelled {
			index[name] = old
		} else {
			index[name] = &fresh[i]
		}
	}
	return index
}

// admit gives a tool its label if it may have one, and says which state it is
// in then. That of a list which was replaced meanwhile gets none.
func (t *tools) admit(b *Board, set *toolSet, name string, found *tool) uint32 {
	b.mu.Lock()
	defer b.mu.Unlock()
	if state := found.state.Load(); state != uncalled {
		return state
	}
	state := unlabelled
	if t.current.Load() == set && set.labels < maxServiceLabels && b.labels < maxLabels && canLabel(name) {
		state = labelled
		set.labels++
		b.labels++
	}
	found.state.Store(state)
	return state
}

// canLabel says whether a name can be told apart as a label, which is UTF-8.
func canLabel(name string) bool {
	return name != "" && name != other && len(name) <= maxLabelBytes && utf8.ValidString(name)
}

// set replaces the list; nil ends all labels. The caller holds the board's
// lock.
func (t *tools) set(b *Board, list []registry.Tool) {
	old := t.current.Load()
	if old == nil && len(list) == 0 {
		return
	}
	names := make([]string, len(list))
	for i := range list {
		names[i] = list[i].Name
	}
	next := &toolSet{names: names}
	switch {
	case old == nil:
		t.current.Store(next)
		return
	case slices.Equal(old.names, names):
		return
	}
	if before := old.byName.Load(); before != nil {
		index := indexOf(names, *before)
		for _, kept := range index {
			if kept.state.Load() == labelled {
				next.labels++
			}
		}
		next.byName.Store(&index)
	}
	b.labels += next.labels - old.labels
	t.current.Store(next)
}

// labelled gives the tools that have a label, and how often each was called.
func (t *tools) labelled() iter.Seq2[string, *atomic.Uint64] {
	return func(yield func(string, *atomic.Uint64) bool) {
		set := t.current.Load()
		if set == nil {
			return
		}
		index := set.byName.Load()
		if index == nil {
			return
		}
		for name, found := range *index {
			if found.state.Load() == labelled && !yield(name, &found.calls) {
				return
			}
		}
	}
}
