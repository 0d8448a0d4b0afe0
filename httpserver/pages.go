package httpserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/mcpgateway/mcpgateway/httpserver/web"
)

// page is an HTML response of any operation that has one.
type page struct {
	status int
	draw   func(io.Writer) error
}

// write draws before it sends, so that a failure can still be told.
func (p page) write(w http.ResponseWriter) error {
	var b bytes.Buffer
	if err := p.draw(&b); err != nil {
		return fmt.Errorf("draw the page: %w", err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(p.status)
	_, _ = b.WriteTo(w) // An error means that the caller has gone.
	return nil
}

// VisitGetLoginPageResponse writes the page.
func (p page) VisitGetLoginPageResponse(w http.ResponseWriter) error { return p.write(w) }

// VisitGetDashboardResponse writes the page.
func (p page) VisitGetDashboardResponse(w http.ResponseWriter) error { return p.write(w) }

// VisitGetRegisterPageResponse writes the page.
func (p page) VisitGetRegisterPageResponse(w http.ResponseWriter) error { return p.write(w) }

// VisitGetEditPageResponse writes the page.
func (p page) VisitGetEditPageResponse(w http.ResponseWriter) error { return p.write(w) }

// VisitGetToolsPageResponse writes the page.
func (p page) VisitGetToolsPageResponse(w http.ResponseWriter) error { return p.write(w) }

// VisitFindToolsResponse writes the page.
func (p page) VisitFindToolsResponse(w http.ResponseWriter) error { return p.write(w) }

// VisitImportByFormResponse writes the page.
func (p page) VisitImportByFormResponse(w http.ResponseWriter) error { return p.write(w) }

// VisitGetTokensPageResponse writes the page.
func (p page) VisitGetTokensPageResponse(w http.ResponseWriter) error { return p.write(w) }

// VisitCreateTokenByFormResponse writes the page.
func (p page) VisitCreateTokenByFormResponse(w http.ResponseWriter) error { return p.write(w) }

// VisitGetConnectionResponse writes the page.
func (p page) VisitGetConnectionResponse(w http.ResponseWriter) error { return p.write(w) }

// VisitGetHealthPageResponse writes the page.
func (p page) VisitGetHealthPageResponse(w http.ResponseWriter) error { return p.write(w) }

// VisitGetDocsPageResponse writes the page.
func (p page) VisitGetDocsPageResponse(w http.ResponseWriter) error { return p.write(w) }

// redrawError is an error of a form post. A browser gets the form's page again
// with the error in it; everybody else gets the error.
type redrawError struct {
	err  error
	draw func(w io.Writer, c *call, p web.Problem) error
}

func (e *redrawError) Error() string { return e.err.Error() }
func (e *redrawError) Unwrap() error { return e.err }

// failPage answers a browser with a page that shows the failure.
func (s *Server) failPage(w http.ResponseWriter, c *call, f failure, err error) {
	problem := web.Problem{Status: f.status, Title: f.title, Detail: f.detail}
	draw := func(w io.Writer) error {
		return s.pages.Error(w, web.ErrorPage{Shell: s.shellOf(c, f.title), Status: f.status, Heading: f.title, Detail: f.detail})
	}
	plain := page{status: f.status, draw: draw}
	if redraw, ok := errors.AsType[*redrawError](err); ok {
		again := page{status: f.status, draw: func(w io.Writer) error { return redraw.draw(w, c, problem) }}
		err := again.write(w)
		if err == nil {
			return
		}
		c.failure = err
	}
	if err := plain.write(w); err != nil {
		c.failure = err
		http.Error(w, f.title, f.status)
	}
}

func (s *Server) shell(ctx context.Context, title string) web.Shell {
	return s.shellOf(callOf(ctx), title)
}

func (s *Server) shellOf(c *call, title string) web.Shell {
	return web.Shell{Title: title, User: c.principal.Name, RequestID: c.id}
}
