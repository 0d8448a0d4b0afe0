package mcpclient

import (
	"encoding/json"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// An upstream knows the headers that it gets, and may echo them in any text of
// its own: an error, a log line, a description. Nothing of that is kept.

// redactOutcome takes header values out of what people are told of a check.
func redactOutcome(out *registry.Outcome, h registry.Headers) {
	if h.IsZero() {
		return
	}
	out.Status.Reason, out.Detail = h.Redact(out.Status.Reason), h.Redact(out.Detail)
	redactDetected(&out.Detected, h)
	redactSteps(out.Steps, h)
	if out.Discovery == nil {
		return
	}
	raw := func(schema json.RawMessage) json.RawMessage {
		if schema == nil {
			return nil
		}
		return json.RawMessage(h.Redact(string(schema)))
	}
	for i := range out.Discovery.Tools {
		t := &out.Discovery.Tools[i]
		t.Title, t.Description = h.Redact(t.Title), h.Redact(t.Description)
		t.InputSchema, t.OutputSchema, t.Annotations = raw(t.InputSchema), raw(t.OutputSchema), raw(t.Annotations)
	}
}

func redactDetected(d *registry.Detected, h registry.Headers) {
	d.ServerName, d.ServerVersion = h.Redact(d.ServerName), h.Redact(d.ServerVersion)
}

func redactSteps(steps []registry.Step, h registry.Headers) {
	for i := range steps {
		s := &steps[i]
		s.URL, s.MediaType, s.Problem = h.Redact(s.URL), h.Redact(s.MediaType), h.Redact(s.Problem)
	}
}

// redactExamination does the same for an examination.
func redactExamination(x *registry.Examination, h registry.Headers) {
	if h.IsZero() {
		return
	}
	x.Summary, x.Status.Reason = h.Redact(x.Summary), h.Redact(x.Status.Reason)
	redactDetected(&x.Detected, h)
	x.Detected.Endpoint = h.Redact(x.Detected.Endpoint)
	if h.Redact(x.Register) != x.Register {
		x.Register = "" // A redirect put a value into the URL, which is stored as it is.
	}
	for i := range x.Findings {
		x.Findings[i].Text = h.Redact(x.Findings[i].Text)
	}
	redactSteps(x.Steps, h)
	for i := range x.Redirects {
		r := &x.Redirects[i]
		r.From, r.To = h.Redact(r.From), h.Redact(r.To)
	}
	if x.Tools != nil {
		for i, name := range x.Tools.Names {
			x.Tools.Names[i] = h.Redact(name)
		}
	}
	if x.Auth != nil {
		for i, scheme := range x.Auth.Schemes {
			x.Auth.Schemes[i] = h.Redact(scheme)
		}
	}
}

// redactedError is an error whose text may quote an upstream, without the
// values of headers.
type redactedError struct {
	err     error
	headers registry.Headers
}

func (e *redactedError) Error() string { return e.headers.Redact(e.err.Error()) }
func (e *redactedError) Unwrap() error { return e.err }

// redactError wraps an error that is not nil.
func redactError(err error, h registry.Headers) error {
	if err == nil || h.IsZero() {
		return err
	}
	return &redactedError{err, h}
}
