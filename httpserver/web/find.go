package web

import (
	"net/url"
	"slices"
	"strconv"
)

// Find is what somebody looks for on the dashboard. The zero value is all
// services by name.
type Find struct {
	// Query is the search as it was typed.
	Query string
	// Status is one of the Filter constants; the empty one is FilterAll.
	Status string
	// Tags are those that a service must have, all of them.
	Tags []string
	// Transport is how a service must speak, or TransportUnknown; empty for
	// any.
	Transport string
	// Sort is one of the Sort constants; the empty one is SortName.
	Sort string
	// Page counts from 1; 0 is the first as well.
	Page int
}

// The values of ?status= on the dashboard.
const (
	FilterAll      = "all"
	FilterEnabled  = "enabled"
	FilterDisabled = "disabled"
	FilterIssues   = "issues"
)

// TransportUnknown is the ?transport= of services of which it is not known.
const TransportUnknown = "unknown"

// The values of ?sort= on the dashboard.
const (
	SortName    = "name"
	SortStatus  = "status"
	SortChanged = "changed"
	SortTraffic = "traffic"
)

// URL is the dashboard's address for f, without what goes without saying. The
// page's own find.js writes the same.
func (f Find) URL() string {
	asked := url.Values{}
	set := func(name, value, usual string) {
		if value != "" && value != usual {
			asked.Set(name, value)
		}
	}
	set("query", f.Query, "")
	set("status", f.Status, FilterAll)
	set("transport", f.Transport, "")
	set("sort", f.Sort, SortName)
	for _, tag := range f.Tags {
		asked.Add("tag", tag)
	}
	if f.Page > 1 {
		asked.Set("page", strconv.Itoa(f.Page))
	}
	if len(asked) == 0 {
		return "/"
	}
	return "/?" + asked.Encode()
}

// IsFiltered says whether f leaves anything out.
func (f Find) IsFiltered() bool {
	return f.Query != "" || f.Status != "" && f.Status != FilterAll || len(f.Tags) > 0 || f.Transport != ""
}

// HasTag says whether f asks for the tag, as it is written.
func (f Find) HasTag(tag string) bool { return slices.Contains(f.Tags, tag) }

// WithStatus is f with another status, from its first page on.
func (f Find) WithStatus(status string) Find { f.Status, f.Page = status, 0; return f }

// WithSort is f in another order, from its first page on.
func (f Find) WithSort(sort string) Find { f.Sort, f.Page = sort, 0; return f }

// WithPage is another page of f.
func (f Find) WithPage(page int) Find { f.Page = page; return f }

// WithTag is f with one more tag, from its first page on.
func (f Find) WithTag(tag string) Find {
	f.Tags, f.Page = append(slices.Clone(f.Tags), tag), 0
	return f
}

// WithoutTag is f without a tag, from its first page on.
func (f Find) WithoutTag(tag string) Find {
	f.Tags, f.Page = slices.DeleteFunc(slices.Clone(f.Tags), func(t string) bool { return t == tag }), 0
	return f
}

// WithoutTransport is f for any transport, from its first page on.
func (f Find) WithoutTransport() Find { f.Transport, f.Page = "", 0; return f }

// Facet is a tag and how many services have it.
type Facet struct {
	Tag   string
	Count int
}
