package web

import "github.com/mcpgateway/mcpgateway/httpserver/schema"

// ToolsPage is GET /tools/{path}.
type ToolsPage struct {
	Shell
	// Service is whose tools these are.
	Service ServiceCard
	Tools   []Tool
	// Trial is how the page's own client reaches the service.
	Trial Trial

	// drawing is what the tables of all tools may cost.
	drawing *schema.Budget
}

// Table is a schema as people read it, as long as the page's budget lasts.
func (p *ToolsPage) Table(raw []byte) schema.Table { return p.drawing.Of(raw) }

// Tool is one tool of a service. All of it but the ID comes from the upstream.
type Tool struct {
	// ID names the tool within the page, for links; of letters, digits, dots,
	// dashes and underscores, and unique there.
	ID string
	// Name is what agents call; Title, if any, what people read.
	Name, Title string
	// Main, Args, Returns and Raises are the sections of the description.
	// Empty ones are left out.
	Main, Args, Returns, Raises string
	// Hints are what the server claims, in words of ours.
	Hints []string
	// Destructive makes the page ask before it calls.
	Destructive bool
	// InputSchema and OutputSchema are JSON, shown as a table and as they are;
	// nil shows none.
	InputSchema, OutputSchema []byte
}

// Trial is what "Try it" needs to call tools through the gateway.
type Trial struct {
	// URL is the service's endpoint at the gateway, as clients elsewhere write
	// it, for the commands that the page shows.
	URL string
	// OldTransport is true for HTTP+SSE, Stateless for revision 2026-07-28.
	OldTransport, Stateless bool
	// Revision is the newest that the server is known to speak; may be empty.
	Revision string
	// Open is true for a gateway that asks nobody for a token.
	Open bool
	// Elsewhere is true where the gateway has a listener of its own, which
	// pages of this one can't call.
	Elsewhere bool
}

// FindPage is GET /tools.
type FindPage struct {
	Shell
	// Query is the search as it was typed.
	Query string
	// Total counts what was found, Services what could have been searched.
	Total, Services int
	// Page is this one, from 1, of Pages.
	Page, Pages int
	Tools       []FoundTool
}

// FoundTool is a tool in a list of tools of many services.
type FoundTool struct {
	// ServicePath and Service are the path and name of the service.
	ServicePath, Service string
	// Enabled is whether the service is switched on.
	Enabled bool
	// ID, Name, Title and Hints are as in [Tool]; Summary is one line.
	ID, Name, Title, Summary string
	Hints                    []string
}

// Before is the page before this one, 0 for none.
func (p FindPage) Before() int { return min(p.Page-1, p.Pages) }

// After is the page after this one, 0 for none.
func (p FindPage) After() int {
	if p.Page >= p.Pages {
		return 0
	}
	return p.Page + 1
}
