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
	terms := strings.Fields(folded(find.Query))
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
	for _, term := range terms {
		has := func(text string) bool { return strings.Contains(folded(text), term) }
		if !has(s.Name) && !has(string(s.Path)) && !has(s.Description) && !slices.ContainsFunc(s.Tags, has) &&
			!slices.ContainsFunc(s.Tools, func(t registry.Tool) bool { return has(t.Name) }) {
			return false
		}
	}
	return true
}

// sort orders services as asked; what is alike goes by name, then by path.
func (s *Server) sort(services []*registry.Service, by string) {
	names := make(map[*registry.Service]string, len(services))
	for _, service := range services {
		names[service] = folded(service.Name)
	}
	slices.SortFunc(services, func(a, b *registry.Service) int {
		first := 0
		switch by {
		case web.SortStatus:
			first = cmp.Compare(urgency(a), urgency(b))
		case web.SortChanged:
			first = lastChange(b).Compare(lastChange(a))
		case web.SortTraffic:
			first = cmp.Compare(s.requests(b), s.requests(a))
		}
		return cmp.Or(first, strings.Compare(names[a], names[b]), strings.Compare(string(a.Path), string(b.Path)))
	})
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
	at := make(map[string]int)
	var facets []web.Facet
	for _, service := range services {
		for _, tag := range service.Tags {
			key := folded(tag)
			i, known := at[key]
			if !known {
				i, at[key] = len(facets), len(facets)
				facets = append(facets, web.Facet{Tag: tag})
			}
			facets[i].Count++
		}
	}
	slices.SortFunc(facets, func(a, b web.Facet) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(folded(a.Tag), folded(b.Tag)))
	})
	return facets[:min(len(facets), mostFacets)]
}
