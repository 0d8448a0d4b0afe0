package httpserver

import (
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"slices"
	"strconv"

	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/httpserver/web"
	"github.com/mcpgateway/mcpgateway/internal/importer"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// ImportServices is POST /api/import.
func (s *Server) ImportServices(ctx context.Context, req gen.ImportServicesRequestObject) (gen.ImportServicesResponseObject, error) {
	q := importRequest{choices: make(map[int]importer.Choice)}
	if b := req.Body; b != nil {
		q.text = []byte(b.Text)
		q.dryRun = b.DryRun != nil && *b.DryRun
		q.enable = b.Enable != nil && *b.Enable
		if b.Entries != nil {
			for _, e := range *b.Entries {
				q.choices[e.Index] = importer.Choice{Path: registry.Text(e.Path), Skip: e.Skip != nil && *e.Skip}
			}
		}
	}
	report, err := s.importText(ctx, q)
	if err != nil {
		return nil, err
	}
	return gen.ImportServices200JSONResponse{Body: report}, nil
}

// ImportByForm is POST /register/import. The page that shows the plan carries
// the text to the confirmation, sealed for whoever sent it: a file cannot be
// asked for again, and the values of headers must not stand in a page.
func (s *Server) ImportByForm(ctx context.Context, req gen.ImportByFormRequestObject) (gen.ImportByFormResponseObject, error) {
	form, err := readImportForm(req.Body)
	if err != nil {
		return nil, err
	}
	c := callOf(ctx)
	bound := []byte(c.principal.String())
	q := importRequest{text: form.given(), dryRun: form.sealed == ""}
	if !q.dryRun {
		sealed, err := base64.RawURLEncoding.DecodeString(form.sealed)
		if err == nil {
			q.text, err = s.o.Open(sealed, bound)
		}
		if err != nil {
			return nil, s.onImport(registry.Invalid("text", "What was confirmed is not what was shown; give the text once more."), form)
		}
		q.enable, _ = registry.ParseFlag(form.enable)
		q.choices = form.choices()
	}
	report, err := s.importText(ctx, q)
	if err != nil {
		return nil, s.onImport(err, form)
	}
	view := web.ImportPage{Shell: s.shellOf(c, "What would be registered"), Done: !q.dryRun}
	if view.Done {
		view.Title = "What was registered"
	} else {
		view.Sealed = base64.RawURLEncoding.EncodeToString(s.o.Seal(q.text, bound))
	}
	for _, e := range report.Entries {
		view.Entries = append(view.Entries, shownEntry(e))
	}
	return page{status: http.StatusOK, draw: func(w io.Writer) error { return s.pages.Import(w, view) }}, nil
}

// shownEntry is an entry as the page shows it.
func shownEntry(e gen.ImportEntry) web.ImportEntry {
	v := web.ImportEntry{
		Index: e.Index, Name: e.Name, Path: e.Path, URL: e.ProxyPassURL,
		Outcome: string(e.Outcome), Message: e.Message, Headers: e.UpstreamHeaderNames,
	}
	if v.Name == "" {
		v.Name = e.Key
	}
	v.Notes = e.Notes
	// Another path would do, where nothing else is wrong.
	v.Movable = e.Outcome == gen.ImportEntryOutcomeCreate || e.Outcome == gen.ImportEntryOutcomeTaken ||
		e.Outcome == gen.ImportEntryOutcomeInvalid && !slices.ContainsFunc(e.Errors, func(p gen.FieldProblem) bool { return p.Field != "path" })
	return v
}

// onImport makes an error of a text show in the form that it came from. What was
// pasted and not understood is shown again, for it is to be mended.
func (s *Server) onImport(err error, form importForm) error {
	return &redrawError{err: err, draw: func(w io.Writer, c *call, p web.Problem) error {
		view := web.FormPage{
			Shell:  s.shellOf(c, "Register a service"),
			Values: newServiceValues(),
			How:    web.HowPaste,
			Pasted: form.text,
		}
		if form.uploaded() {
			view.How, view.Pasted = web.HowUpload, ""
		}
		f, _ := failureOf(err)
		if len(f.fields) == 0 {
			view.Problem = &p
		}
		for _, field := range f.fields {
			view.ImportError = field.Message
		}
		return s.pages.Form(w, view)
	}}
}

// choices are what was ticked, and the paths that go with it.
func (f importForm) choices() map[int]importer.Choice {
	choices := make(map[int]importer.Choice, len(f.paths))
	for i, path := range f.paths {
		choices[i] = importer.Choice{Path: path, Skip: !slices.Contains(f.take, strconv.Itoa(i))}
	}
	return choices
}
