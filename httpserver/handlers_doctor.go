package httpserver

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"time"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// maxExaminers bounds the examinations under way: each may hold as much memory
// as a check, and for longer.
const maxExaminers = 8

// ExamineUpstream is POST /api/doctor.
func (s *Server) ExamineUpstream(ctx context.Context, req gen.ExamineUpstreamRequestObject) (gen.ExamineUpstreamResponseObject, error) {
	target, err := targetOf(req.Body)
	if err != nil {
		return nil, err
	}
	target, note, err := s.withStored(ctx, target, req.Body)
	if err != nil {
		return nil, err
	}
	select {
	case s.examiners <- struct{}{}:
		defer func() { <-s.examiners }()
	default:
		return nil, errExaminersBusy
	}
	x := s.o.Examine(ctx, target)
	if note != "" {
		x.Findings = append(x.Findings, registry.Finding{Kind: registry.FindingNote, Topic: "Headers", Text: note})
	}
	return gen.ExamineUpstream200JSONResponse{Body: examinationOf(x)}, nil
}

// withStored adds the headers that are stored for a service, below those that
// were given, and a note about it. They go to the service's own origin only.
func (s *Server) withStored(ctx context.Context, t registry.Target, b *gen.ExaminationBody) (registry.Target, string, error) {
	if b == nil || b.ServicePath == nil {
		return t, "", nil
	}
	service, err := s.service(ctx, *b.ServicePath)
	if errors.Is(err, registry.ErrNotFound) {
		return t, "", registry.Invalid("service_path", "Name a registered service, or leave this out.")
	}
	switch {
	case err != nil:
		return t, "", err
	case service.UpstreamHeaders.IsZero():
		return t, "", nil
	case !registry.SameOrigin(t.Upstream, service.Upstream):
		return t, "This is another host or port than the service's, so the headers that are stored for it were not sent.", nil
	}
	given := make(map[string]string)
	maps.Insert(given, t.Headers.All())
	if t.Headers, err = service.UpstreamHeaders.With(registry.HeaderChange{Set: given}); err != nil {
		return t, "", err
	}
	return t, "This was asked with the headers that are stored for the service.", nil
}

// WriteExamination writes what POST /api/doctor would answer, for a command
// that examines by itself.
func WriteExamination(w io.Writer, x registry.Examination) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(examinationOf(x))
}

// targetOf reads what to examine; without a body, nothing. Its error lists the
// wrong fields.
func targetOf(b *gen.ExaminationBody) (registry.Target, error) {
	if b == nil {
		b = &gen.ExaminationBody{}
	}
	var t registry.Target
	var urlErr, headersErr error
	t.Upstream, urlErr = registry.ParseUpstream("url", registry.Text(b.URL))
	if b.UpstreamHeaders != nil {
		t.Headers, headersErr = registry.ParseHeaders(*b.UpstreamHeaders)
	}
	var wrong registry.InvalidError
	for _, err := range []error{urlErr, headersErr} {
		if e, ok := errors.AsType[*registry.InvalidError](err); ok {
			wrong.Fields = append(wrong.Fields, e.Fields...)
		}
	}
	if len(wrong.Fields) > 0 {
		return registry.Target{}, &wrong
	}
	return t, nil
}

// examinationOf is an examination as the API shows it.
func examinationOf(x registry.Examination) gen.Examination {
	out := gen.Examination{
		URL:              x.URL,
		Verdict:          gen.ExaminationVerdict(x.Verdict),
		Summary:          x.Summary,
		Status:           x.Status.String(),
		Transport:        textOf(string(x.Detected.Transport)),
		Endpoint:         textOf(x.Detected.Endpoint),
		Stateless:        x.Detected.Stateless,
		ProtocolVersions: orEmpty(x.Detected.Versions),
		DurationMs:       actors.Milliseconds(x.Took),
		TLS:              tlsOf(x.TLS),
		Redirects:        []gen.ExaminationRedirect{},
		Steps:            []gen.ExaminationStep{},
		Findings:         []gen.ExaminationFinding{},
	}
	if x.Register != "" {
		out.Register = &gen.ExaminationRegister{ProxyPassURL: x.Register}
	}
	if x.Detected.ServerName != "" {
		out.Server = &gen.ExaminationServer{Name: x.Detected.ServerName, Version: x.Detected.ServerVersion}
	}
	if t := x.Tools; t != nil {
		out.Tools = &gen.ExaminationTools{Count: t.Count, Truncated: t.Truncated, Names: orEmpty(t.Names)}
	}
	if a := x.Auth; a != nil {
		out.Auth = &gen.ExaminationAuth{Status: a.Status, Schemes: orEmpty(a.Schemes)}
	}
	if x.Latency > 0 {
		out.LatencyMs = new(actors.Milliseconds(x.Latency))
	}
	for _, r := range x.Redirects {
		out.Redirects = append(out.Redirects, gen.ExaminationRedirect{From: r.From, To: textOf(r.To), Followed: r.Followed})
	}
	for _, step := range x.Steps {
		out.Steps = append(out.Steps, stepOf(step))
	}
	for _, f := range x.Findings {
		out.Findings = append(out.Findings, gen.ExaminationFinding{Kind: gen.ExaminationFindingKind(f.Kind), Topic: f.Topic, Text: f.Text})
	}
	return out
}

func stepOf(s registry.Step) gen.ExaminationStep {
	out := gen.ExaminationStep{
		Method:     s.Method,
		URL:        s.URL,
		Purpose:    textOf(s.Purpose),
		MediaType:  textOf(s.MediaType),
		Problem:    textOf(s.Problem),
		DurationMs: actors.Milliseconds(s.Took),
	}
	if s.Status > 0 {
		out.Status = &s.Status
	}
	return out
}

func tlsOf(f *registry.TLSFacts) *gen.ExaminationTLS {
	if f == nil {
		return nil
	}
	return &gen.ExaminationTLS{
		Version:   textOf(f.Version),
		Subject:   f.Subject,
		Issuer:    f.Issuer,
		Names:     orEmpty(f.Names),
		NotBefore: f.NotBefore.Truncate(time.Second),
		NotAfter:  f.NotAfter.Truncate(time.Second),
		Problem:   textOf(f.Problem),
	}
}

// textOf is nil for no text.
func textOf(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
