package httpserver

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/httpserver/web"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// GetRegisterPage is GET /register.
func (s *Server) GetRegisterPage(ctx context.Context, _ gen.GetRegisterPageRequestObject) (gen.GetRegisterPageResponseObject, error) {
	view := web.FormPage{
		Shell:  s.shell(ctx, "Register a service"),
		Values: newServiceValues(),
	}
	return page{status: http.StatusOK, draw: func(w io.Writer) error { return s.pages.Form(w, view) }}, nil
}

// newServiceValues are what the form of a new service begins with.
func newServiceValues() web.FormValues {
	return web.FormValues{NumTools: "0", NumStars: "0", License: registry.DefaultLicense}
}

// GetEditPage is GET /edit/{service_path}.
func (s *Server) GetEditPage(ctx context.Context, req gen.GetEditPageRequestObject) (gen.GetEditPageResponseObject, error) {
	service, err := s.service(ctx, req.ServicePath)
	if err != nil {
		return nil, err
	}
	view := web.FormPage{
		Shell: s.shell(ctx, "Edit "+service.Name),
		Path:  string(service.Path),
		Values: web.FormValues{
			Name:         service.Name,
			Description:  service.Description,
			Path:         string(service.Path),
			ProxyPassURL: service.Upstream,
			Tags:         strings.Join(service.Tags, ", "),
			NumTools:     strconv.Itoa(service.DeclaredTools),
			NumStars:     strconv.Itoa(service.Stars),
			License:      service.License,
			IsPython:     service.IsPython,
			WatchTools:   service.WatchTools,
			HeaderNames:  service.UpstreamHeaders.Names(),
		},
	}
	return page{status: http.StatusOK, draw: func(w io.Writer) error { return s.pages.Form(w, view) }}, nil
}

// onForm makes an error of a registration or an edit show in its form, which
// keeps what was typed.
func (s *Server) onForm(err error, path registry.Path, values web.FormValues) error {
	return &redrawError{err: err, draw: func(w io.Writer, c *call, p web.Problem) error {
		view := web.FormPage{
			Shell:  s.shellOf(c, "Register a service"),
			Path:   string(path),
			Values: values,
			Errors: make(map[string]string),
		}
		if path != "" {
			view.Title = "Edit " + string(path)
			view.Values.Path = string(path)
		}
		f, _ := failureOf(err)
		for _, field := range f.fields {
			view.Errors[field.Field] = field.Message
		}
		switch {
		case errors.Is(err, registry.ErrConflict):
			view.Errors["path"] = f.detail
		case len(f.fields) == 0:
			view.Problem = &p
		}
		return s.pages.Form(w, view)
	}}
}

// typed is what was typed, right or wrong.
func typed(req gen.EditServiceRequestObject) web.FormValues {
	if f := req.FormdataBody; f != nil {
		// A box that was neither ticked nor left alone is shown unticked.
		python, _ := registry.ParseFlag(registry.Text(f.IsPython))
		watch, _ := registry.ParseFlag(registry.Text(f.WatchTools))
		return web.FormValues{
			Name:         registry.Text(f.Name),
			Description:  registry.Text(f.Description),
			Path:         registry.Text(f.Path),
			ProxyPassURL: registry.Text(f.ProxyPassURL),
			Tags:         registry.Text(f.Tags),
			NumTools:     registry.Text(f.NumTools),
			NumStars:     registry.Text(f.NumStars),
			License:      registry.Text(f.License),
			IsPython:     python,
			WatchTools:   watch,
			NewHeaders:   typedNames(f),
			Removed:      listOf(f.HeaderRemove),
		}
	}
	d := draftOf(req)
	v := web.FormValues{
		Name:         registry.Text(d.Name),
		Description:  registry.Text(d.Description),
		Path:         registry.Text(d.Path),
		ProxyPassURL: registry.Text(d.Upstream),
		License:      registry.Text(d.License),
		IsPython:     d.IsPython != nil && *d.IsPython,
		WatchTools:   d.WatchTools != nil && *d.WatchTools,
	}
	if d.Tags != nil {
		v.Tags = strings.Join(*d.Tags, ",")
	}
	if d.NumTools != nil {
		v.NumTools = strconv.Itoa(*d.NumTools)
	}
	if d.Stars != nil {
		v.NumStars = strconv.Itoa(*d.Stars)
	}
	return v
}
