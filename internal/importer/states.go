package importer

import (
	"fmt"
	"path"
	"slices"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// states is what server_state.json says.
type states struct {
	file string // "" when there is none
	// given holds the switches by path as the file spells it; byPath the
	// spellings of each path, sorted.
	given  map[string]bool
	byPath map[registry.Path][]string
}

// states reads server_state.json from beside the server files, or else from
// the folder itself.
func (f *folder) states(r *Report) (states, error) {
	s := states{given: make(map[string]bool), byPath: make(map[registry.Path][]string)}
	for _, name := range slices.Compact([]string{path.Join(f.servers, stateFile), stateFile}) {
		switch {
		case !f.has(name):
		case s.file != "":
			r.note("%s was not read, for there is %s.", name, s.file)
		default:
			s.file = name
		}
	}
	if s.file == "" {
		r.note("There is no %s, so every service comes in switched off.", stateFile)
		return s, nil
	}
	data, why := f.read(s.file)
	if why != "" {
		return s, fmt.Errorf("read %s: %s Without the file, every service comes in switched off", s.file, why)
	}
	o, why := parseObject(data)
	if why != "" {
		return s, fmt.Errorf("read %s: %s Without the file, every service comes in switched off", s.file, why)
	}
	for _, spelt := range sortedKeys(o.members) {
		p, err := registry.ParsePath(trimPath(spelt))
		if err != nil {
			r.note("%s names %s, which is no service path.", s.file, quote(spelt))
			continue
		}
		on, ok := asFlag(o.members[spelt])
		if !ok {
			r.note("%s says neither true nor false of %s, which counts as switched off.", s.file, quote(spelt))
		}
		s.given[spelt] = on
		s.byPath[p] = append(s.byPath[p], spelt)
	}
	return s, nil
}

// of says whether a service is switched on. The spelling of its own file
// counts most; other spellings must agree.
func (s *states) of(p registry.Path, spelt string, r *Report) bool {
	if s.file == "" {
		return false
	}
	if on, ok := s.given[spelt]; ok {
		return on
	}
	spellings := s.byPath[p]
	if len(spellings) == 0 {
		r.note("%s does not name %s, which comes in switched off.", s.file, p)
		return false
	}
	on := s.given[spellings[0]]
	for _, other := range spellings[1:] {
		if s.given[other] != on {
			r.note("%s names %s twice and differs, so the service comes in switched off.", s.file, p)
			return false
		}
	}
	return on
}

// noteUnknown notes the states of what is not imported.
func (s *states) noteUnknown(imported map[registry.Path]string, r *Report) {
	for _, spelt := range sortedKeys(s.given) {
		p, err := registry.ParsePath(trimPath(spelt))
		if _, ok := imported[p]; err != nil || !ok {
			r.note("%s names %s, which is not among the services taken.", s.file, quote(spelt))
		}
	}
}
