package httpserver

import (
	"context"
	"errors"

	"github.com/mcpgateway/mcpgateway/actors"
	"github.com/mcpgateway/mcpgateway/gen"
	"github.com/mcpgateway/mcpgateway/internal/importer"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// importRequest is a text to register services from, and what to do with them.
type importRequest struct {
	// text may hold secrets.
	text    []byte
	choices map[int]importer.Choice
	// dryRun only plans; enable switches on what is registered.
	dryRun, enable bool
}

// importText plans what the text asks for, and carries it out unless it is a
// dry run. Each service is a change by itself: what cannot be registered stops
// nothing else, and nothing that is there is overwritten. The error is about
// the request as a whole.
func (s *Server) importText(ctx context.Context, q importRequest) (gen.ImportReport, error) {
	text, err := importer.ParseText(q.text)
	if err != nil {
		return gen.ImportReport{}, err
	}
	for index := range q.choices {
		if index < 0 || index >= len(text.Candidates) {
			return gen.ImportReport{}, registry.Invalid("entries", "Give an index from 0 to %d.", len(text.Candidates)-1)
		}
	}
	listing, err := actors.Ask(ctx, s.o.Registry, actors.ListServices{})
	if err != nil {
		return gen.ImportReport{}, err
	}
	report := gen.ImportReport{Format: gen.ImportReportFormat(text.Format), DryRun: q.dryRun, Entries: []gen.ImportEntry{}}
	for i, step := range text.Plan(listing.Services, s.reservedPaths, q.choices) {
		entry := importEntryOf(i, step)
		if !q.dryRun && step.Outcome == importer.Create {
			s.carryOut(ctx, step, q.enable, &entry)
		}
		report.Entries = append(report.Entries, entry)
	}
	return report, nil
}

// carryOut registers what a step plans, and tells in the entry what became of it.
func (s *Server) carryOut(ctx context.Context, step importer.Step, enable bool, entry *gen.ImportEntry) {
	if step.Skip {
		entry.Outcome = gen.ImportEntryOutcomeSkipped
		return
	}
	_, err := actors.Ask(ctx, s.o.Registry, actors.ImportService{Draft: step.Draft, Tools: step.Tools, Enabled: enable})
	invalid, isInvalid := errors.AsType[*registry.InvalidError](err)
	switch {
	case err == nil:
		entry.Outcome = gen.ImportEntryOutcomeRegistered
	case errors.Is(err, registry.ErrConflict):
		entry.Outcome, entry.Message = gen.ImportEntryOutcomeTaken, "Somebody registered another service there meanwhile; choose another path."
	case isInvalid:
		entry.Outcome, entry.Message = gen.ImportEntryOutcomeInvalid, fieldSentence(invalid.Fields)
		entry.Errors = fieldProblems(invalid.Fields)
	default:
		callOf(ctx).failure = err
		entry.Outcome, entry.Message = gen.ImportEntryOutcomeFailed, "The gateway could not keep it; try again. The server's log says why, under the request id."
	}
}

// importEntryOf is a planned step as the API shows it: without any value of a
// header.
func importEntryOf(index int, step importer.Step) gen.ImportEntry {
	return gen.ImportEntry{
		Index:               index,
		Key:                 step.Key,
		Name:                registry.Text(step.Draft.Name),
		Path:                step.Path,
		ProxyPassURL:        step.URL(),
		UpstreamHeaderNames: orEmpty(step.HeaderNames),
		NumTools:            len(step.Tools),
		Outcome:             gen.ImportEntryOutcome(step.Outcome),
		Message:             step.Message,
		Errors:              fieldProblems(step.Errors),
		Notes:               orEmpty(step.Notes),
	}
}

func fieldProblems(fields []registry.FieldError) []gen.FieldProblem {
	problems := make([]gen.FieldProblem, len(fields))
	for i, f := range fields {
		problems[i] = gen.FieldProblem{Field: f.Field, Message: f.Message}
	}
	return problems
}
