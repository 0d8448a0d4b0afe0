package httpserver

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// draftOfForm reads a registration or an edit that came as a form.
func draftOfForm(f gen.EditForm) registry.Draft {
	d := registry.Draft{
		Path:        f.Path,
		Name:        f.Name,
		Description: f.Description,
		Upstream:    f.ProxyPassURL,
		License:     f.License,
	}
	if f.Tags != nil {
		d.Tags = new(registry.SplitTags(*f.Tags))
	}
	count := func(field string, given *string) *int {
		if given == nil {
			return nil
		}
		n, ok := registry.ParseCount(*given)
		if !ok {
			d.Malformed = append(d.Malformed, registry.FieldError{Field: field, Message: "Give a whole number."})
		}
		return &n
	}
	flag := func(field string, given *string) *bool {
		if given == nil {
			return nil
		}
		on, ok := registry.ParseFlag(*given)
		if !ok {
			d.Malformed = append(d.Malformed, registry.FieldError{Field: field, Message: "Give on, true, 1 or yes, or off, false, 0 or no."})
		}
		return &on
	}
	d.NumTools = count("num_tools", f.NumTools)
	d.Stars = count("num_stars", f.NumStars)
	d.IsPython = flag("is_python", f.IsPython)
	d.WatchTools = flag("watch_tools", f.WatchTools)
	var wrong []registry.FieldError
	d.HeaderChange, wrong = headersOfForm(f)
	d.Malformed = append(d.Malformed, wrong...)
	return d
}

// draftOfBody reads a registration or an edit that came as JSON.
func draftOfBody(b gen.EditBody) registry.Draft {
	d := registry.Draft{
		Path:        b.Path,
		Name:        b.Name,
		Description: b.Description,
		Upstream:    b.ProxyPassURL,
		NumTools:    b.NumTools,
		Stars:       b.NumStars,
		IsPython:    b.IsPython,
		License:     b.License,
		WatchTools:  b.WatchTools,
	}
	d.UpstreamHeaders = b.UpstreamHeaders
	if b.Tags != nil {
		// A tag with a comma in it could not come back through a form.
		d.Tags = new(registry.SplitTags(strings.Join(*b.Tags, ",")))
	}
	return d
}

// recordFor is a service as the API shows it to the principal. An agent has no
// business with what is behind the gateway.
func recordFor(p auth.Principal, s *registry.Service) gen.Service {
	r := recordOf(s)
	if p.Scope != auth.ScopeAdmin {
		r.ProxyPassURL, r.UpstreamHeaderNames = "", nil
	}
	r.Health = healthShown(p, s)
	return r
}

// healthShown is a service's health as the API shows it to the principal.
func healthShown(p auth.Principal, s *registry.Service) gen.ServiceHealth {
	h := healthOf(s)
	if p.Scope != auth.ScopeAdmin {
		h.Detail = nil
	}
	return h
}

// recordOf is a service as the API shows it to whoever may see all of it.
func recordOf(s *registry.Service) gen.Service {
	r := gen.Service{
		ServerName:       s.Name,
		Description:      s.Description,
		Path:             string(s.Path),
		ProxyPassURL:     s.Upstream,
		Tags:             orEmpty(s.Tags),
		NumTools:         s.NumTools(),
		NumStars:         s.Stars,
		IsPython:         s.IsPython,
		License:          s.License,
		ToolList:         toolsOf(s),
		IsEnabled:        s.Enabled,
		Health:           healthOf(s),
		ProtocolVersions: orEmpty(s.Detected.Versions),
		WatchTools:       s.WatchTools,
		RegisteredAt:     s.RegisteredAt,
		UpdatedAt:        s.UpdatedAt,
	}
	r.UpstreamHeaderNames = orEmpty(s.UpstreamHeaders.Names())
	if s.Detected.Transport != "" {
		r.Transport = new(string(s.Detected.Transport))
	}
	return r
}

func healthOf(s *registry.Service) gen.ServiceHealth {
	h := gen.ServiceHealth{
		Status:         s.Status().String(),
		LastCheckedISO: timeOf(s.Health.LastChecked),
		NumTools:       s.NumTools(),
		SinceISO:       s.Health.Since,
		Version:        s.Version,
	}
	if s.Health.Latency > 0 {
		h.LatencyMs = new(actors.Milliseconds(s.Health.Latency))
	}
	if s.Health.Detail != "" {
		h.Detail = &s.Health.Detail
	}
	return h
}

func toolsOf(s *registry.Service) []gen.Tool {
	tools := make([]gen.Tool, len(s.Tools))
	for i, t := range s.Tools {
		tools[i] = toolOf(t)
	}
	return tools
}

func toolOf(t registry.Tool) gen.Tool {
	parsed := registry.ParseDescription(t.Description)
	tool := gen.Tool{
		Name:        t.Name,
		Description: t.Description,
		ParsedDescription: gen.ParsedDescription{
			Main:    parsed.Main,
			Args:    parsed.Args,
			Returns: parsed.Returns,
			Raises:  parsed.Raises,
		},
		Schema:       t.InputSchema,
		OutputSchema: t.OutputSchema,
		Annotations:  t.Annotations,
	}
	if tool.Schema == nil {
		tool.Schema = json.RawMessage("{}")
	}
	if t.Title != "" {
		tool.Title = &t.Title
	}
	return tool
}

// serverToolOf is a tool in a list over all services.
func serverToolOf(s *registry.Service, t gen.Tool) gen.ServerTool {
	return gen.ServerTool{
		ServerPath:        string(s.Path),
		ServerName:        s.Name,
		Name:              t.Name,
		Title:             t.Title,
		Description:       t.Description,
		ParsedDescription: t.ParsedDescription,
		Schema:            t.Schema,
		OutputSchema:      t.OutputSchema,
		Annotations:       t.Annotations,
	}
}

// timeOf is nil for a time that never was.
func timeOf(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// orEmpty makes a JSON list of nothing [] rather than null.
func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
