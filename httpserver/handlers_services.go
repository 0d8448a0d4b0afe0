package httpserver

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// RegisterService is POST /register.
func (s *Server) RegisterService(ctx context.Context, req gen.RegisterServiceRequestObject) (gen.RegisterServiceResponseObject, error) {
	edit := gen.EditServiceRequestObject{
		JSONBody:     (*gen.EditBody)(req.JSONBody),
		FormdataBody: editOfRegister(req.FormdataBody),
	}
	service, err := actors.Ask(ctx, s.o.Registry, actors.RegisterService{Draft: draftOf(edit)})
	if err != nil {
		return nil, s.onForm(err, "", typed(edit))
	}
	if callOf(ctx).wantsPage {
		return toDashboard(), nil
	}
	return gen.RegisterService201JSONResponse{Body: gen.RegisterResult{
		Message: "Service registered successfully",
		Service: recordOf(service),
	}}, nil
}

// EditService is POST /edit/{service_path}.
func (s *Server) EditService(ctx context.Context, req gen.EditServiceRequestObject) (gen.EditServiceResponseObject, error) {
	path, err := registry.ParsePath(req.ServicePath)
	if err != nil {
		return nil, err
	}
	service, err := actors.Ask(ctx, s.o.Registry, actors.EditService{Path: path, Draft: draftOf(req)})
	if errors.Is(err, registry.ErrNotFound) {
		return nil, err // There is no form for what is not there.
	}
	if err != nil {
		values := typed(req)
		if service, err := s.service(ctx, req.ServicePath); err == nil {
			values.HeaderNames = service.UpstreamHeaders.Names()
		}
		return nil, s.onForm(err, path, values)
	}
	if req.JSONBody == nil {
		return toDashboard(), nil
	}
	return gen.EditService200JSONResponse{Body: s.record(callOf(ctx).principal, service)}, nil
}

func draftOf(req gen.EditServiceRequestObject) registry.Draft {
	switch {
	case req.JSONBody != nil:
		return draftOfBody(*req.JSONBody)
	case req.FormdataBody != nil:
		return draftOfForm(*req.FormdataBody)
	}
	return registry.Draft{}
}

// ToggleService is POST /toggle/{service_path}.
func (s *Server) ToggleService(ctx context.Context, req gen.ToggleServiceRequestObject) (gen.ToggleServiceResponseObject, error) {
	path, err := registry.ParsePath(req.ServicePath)
	if err != nil {
		return nil, s.onDashboard(ctx, err)
	}
	enabled, err := wantedSwitch(req)
	if err != nil {
		return nil, s.onDashboard(ctx, err)
	}
	service, err := actors.Ask(ctx, s.o.Registry, actors.SetEnabled{Path: path, Enabled: enabled})
	if err == nil && enabled {
		service, err = s.check(ctx, actors.CheckService{Path: path})
		if errors.Is(err, registry.ErrDisabled) { // Somebody was faster.
			service, err = actors.Ask(ctx, s.o.Registry, actors.GetService{Path: path})
		}
	}
	if err != nil {
		return nil, s.onDashboard(ctx, err)
	}
	if c := callOf(ctx); c.wantsPage {
		return backFrom(c, path), nil
	}
	return gen.ToggleService200JSONResponse{Body: gen.ToggleResult{
		Message:         fmt.Sprintf("Toggle request for %s processed.", path),
		ServicePath:     string(path),
		NewEnabledState: service.Enabled,
		Status:          service.Status().String(),
		LastCheckedISO:  timeOf(service.Health.LastChecked),
		NumTools:        service.NumTools(),
	}}, nil
}

// wantedSwitch is on only if the body says so.
func wantedSwitch(req gen.ToggleServiceRequestObject) (bool, error) {
	switch {
	case req.JSONBody != nil && req.JSONBody.Enabled != nil:
		return *req.JSONBody.Enabled, nil
	case req.FormdataBody != nil && req.FormdataBody.Enabled != nil:
		on, ok := registry.ParseFlag(*req.FormdataBody.Enabled)
		if !ok {
			return false, registry.Invalid("enabled", "Give on to enable; leave it out to disable.")
		}
		return on, nil
	}
	return false, nil
}

// DeleteService is DELETE /api/server_details/{service_path}.
func (s *Server) DeleteService(ctx context.Context, req gen.DeleteServiceRequestObject) (gen.DeleteServiceResponseObject, error) {
	if _, err := s.remove(ctx, req.ServicePath); err != nil {
		return nil, err
	}
	return gen.DeleteService204Response{}, nil
}

// DeleteServiceByForm is POST /delete/{service_path}.
func (s *Server) DeleteServiceByForm(ctx context.Context, req gen.DeleteServiceByFormRequestObject) (gen.DeleteServiceByFormResponseObject, error) {
	path, err := s.remove(ctx, req.ServicePath)
	if err != nil {
		return nil, s.onDashboard(ctx, err)
	}
	if callOf(ctx).wantsPage {
		return toDashboard(), nil
	}
	return gen.DeleteServiceByForm200JSONResponse{Body: gen.DeleteResult{
		Message:     fmt.Sprintf("Service %s deleted.", path),
		ServicePath: string(path),
	}}, nil
}

func (s *Server) remove(ctx context.Context, given string) (registry.Path, error) {
	path, err := registry.ParsePath(given)
	if err != nil {
		return "", err
	}
	_, err = actors.Ask(ctx, s.o.Registry, actors.RemoveService{Path: path})
	return path, err
}

// service finds the service that a URL names. One that the caller does not
// reach is not there.
func (s *Server) service(ctx context.Context, given string) (*registry.Service, error) {
	path, err := reached(ctx, given)
	if err != nil {
		return nil, err
	}
	return actors.Ask(ctx, s.o.Registry, actors.GetService{Path: path})
}

// reached is a path of a URL that may exist for the caller.
func reached(ctx context.Context, given string) (registry.Path, error) {
	path, err := registry.ParsePath(given)
	if err != nil {
		return "", err
	}
	if !callOf(ctx).principal.Reaches(path) {
		return "", registry.ErrNotFound
	}
	return path, nil
}

// toDashboard sends a browser there after a form.
func toDashboard() gen.SeeOtherResponse { return seeOther("/") }

// backFrom sends a browser back to the page whose form it sent: the service's
// own, or the dashboard.
func backFrom(c *call, path registry.Path) gen.SeeOtherResponse {
	own := "/health" + string(path)
	if from, err := url.Parse(c.request.Referer()); err == nil && from.Host == c.request.Host && from.Path == own {
		return seeOther(own)
	}
	return toDashboard()
}

func seeOther(location string) gen.SeeOtherResponse {
	return gen.SeeOtherResponse{Headers: gen.SeeOtherResponseHeaders{Location: location}}
}
