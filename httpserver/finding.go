package httpserver

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/mcpgateway/mcpgateway/httpserver/web"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// Finding services without script. The page's own modules find.js and order.js
// give the same answers.

// found are the services that are asked for, in the order asked for.
func (s *Server) found(services []*registry.Service, find web.Find) []*registry.Service {
	terms := termsOf(find.Query)
	tags := make([]string, len(find.Tags))
	for i, tag := range find.Tags {
		tags[i] = folded(tag)
	}
	var found []*registry.Service
	for _, service := range services {
		if passes(service, find.Status) && speaks(service, find.Transport) && tagged(service, tags) && mentions(service, terms) {
			found = append(found, service)
		}
	}
	s.sort(found, find.Sort)
	return found
}

func passes(s *registry.Service, status string) bool {
	switch status {
	case web.FilterEnabled:
		return s.Enabled
	case web.FilterDisabled:
		return !s.Enabled
	case web.FilterIssues:
		return s.Status().Failing()
	}
	return true
}

func speaks(s *registry.Service, transport string) bool {
	switch transport {
	case "":
		return true
	case web.TransportUnknown:
		return s.Detected.Transport == ""
	}
	return string(s.Detected.Transport) == transport
}

// tagged says whether a service has all of the tags, which are folded.
func tagged(s *registry.Service, tags []string) bool {
	for _, tag := range tags {
		if !slices.ContainsFunc(s.Tags, func(own string) bool { return folded(own) == tag }) {
			return false
		}
	}
	return true
}

// mentions says whether a service has each of the terms, which are folded, in
// its name, path, description, tags or tool names.
func mentions(s *registry.Service, terms []string) bool {
	if len(terms) == 0 {
		return true
	}
	// No term has a line break in it, so none is found across two.
	var all strings.Builder
	for _, text := range []string{s.Name, string(s.Path), s.Description} {
		all.WriteString(text)
		all.WriteByte('\n')
	}
	for _, tag := range s.Tags {
		all.WriteString(tag)
		all.WriteByte('\n')
	}
	for i := range s.Tools {
		all.WriteString(s.Tools[i].Name)
		all.WriteByte('\n')
	}
	return containsAll(folded(all.String()), terms)
}

// place is a service and what it is ordered by.
type place struct {
	service *registry.Service
	first   int64
	name    string
}

// placed orders services by a number, the least first; what is alike goes by
// name, then by path.
func placed(services []*registry.Service, first func(*registry.Service) int64) []place {
	places := make([]place, len(services))
	for i, service := range services {
		places[i] = place{service, first(service), folded(service.Name)}
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.first, b.first), strings.Compare(a.name, b.name), cmp.Compare(a.service.Path, b.service.Path))
	})
	return places
}

// byName orders services by name, then by path.
func byName(services []*registry.Service) []place {
	return placed(services, func(*registry.Service) int64 { return 0 })
}

// sort orders services as asked.
func (s *Server) sort(services []*registry.Service, by string) {
	first := func(*registry.Service) int64 { return 0 }
	switch by {
	case web.SortStatus:
		first = func(service *registry.Service) int64 { return int64(urgency(service)) }
	case web.SortChanged:
		first = func(service *registry.Service) int64 { return -lastChange(service).UnixMicro() }
	case web.SortTraffic:
		first = func(service *registry.Service) int64 { return -s.requests(service) }
	}
	for i, p := range placed(services, first) {
		services[i] = p.service
	}
}

// urgency is low where somebody should look first.
func urgency(s *registry.Service) int {
	return slices.Index([]registry.StatusKind{
		registry.Unhealthy, registry.Error, registry.AuthRequired, registry.Checking, registry.Healthy, registry.Disabled,
	}, s.Status().Kind)
}

// lastChange is when somebody, or the upstream's health, last made the service
// other than it was.
func lastChange(s *registry.Service) time.Time {
	if s.Health.Since.After(s.UpdatedAt) {
		return s.Health.Since
	}
	return s.UpdatedAt
}

func (s *Server) requests(service *registry.Service) int64 {
	t, _ := s.traffic(service.Path)
	return t.Requests
}

func countsOf(services []*registry.Service) web.Counts {
	var n web.Counts
	for _, service := range services {
		n.Total++
		if service.Enabled {
			n.Enabled++
		} else {
			n.Disabled++
		}
		if service.Status().Failing() {
			n.Issues++
		}
	}
	return n
}

// mostFacets bounds the tags that a page offers; script finds the rest.
const mostFacets = 40

// facetsOf are the tags of the most services, most first. Spellings that fold
// to the same count as one, under the first.
func facetsOf(services []*registry.Service) []web.Facet {
	type counted struct {
		web.Facet
		key string
	}
	at := make(map[string]int)
	var all []counted
	for _, service := range services {
		for _, tag := range service.Tags {
			key := folded(tag)
			i, known := at[key]
			if !known {
				i, at[key] = len(all), len(all)
				all = append(all, counted{web.Facet{Tag: tag}, key})
			}
			all[i].Count++
		}
	}
	slices.SortFunc(all, func(a, b counted) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.key, b.key))
	})
	facets := make([]web.Facet, min(len(all), mostFacets))
	for i := range facets {
		facets[i] = all[i].Facet
	}
	return facets
}
