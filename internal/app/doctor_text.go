package app

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"net/http"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// writeExamination writes an examination for a person: the requests, what they
// mean, the verdict, and what to do next.
func writeExamination(out io.Writer, x registry.Examination) error {
	var b bytes.Buffer
	fmt.Fprintln(&b, "What was asked, and what came back:")
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, s := range x.Steps {
		mark := "✗"
		if s.Good() {
			mark = "✓"
		}
		fmt.Fprintf(table, "  %s %s %s\t%s\t%s\t%s\n", mark, s.Method, s.URL, cmp.Or(s.Purpose, "-"), cameBack(s), short(s.Took))
	}
	_ = table.Flush() // To memory it cannot fail.
	if len(x.Steps) == 0 {
		fmt.Fprintln(&b, "  nothing")
	}
	fmt.Fprintln(&b, "\nWhat it means:")
	for _, f := range x.Findings {
		fmt.Fprintf(&b, "  %-8s %s: %s\n", f.Kind, f.Topic, f.Text)
	}
	fmt.Fprintf(&b, "\nVerdict: %s, in %s. %s\n", verdictWords[x.Verdict], short(x.Took), x.Summary)
	writeNext(&b, x)
	_, err := b.WriteTo(out)
	return err
}

var verdictWords = map[registry.Verdict]string{
	registry.VerdictOK:        "ok",
	registry.VerdictAttention: "needs attention",
	registry.VerdictFailed:    "failed",
}

// cameBack is the response in a few words.
func cameBack(s registry.ExaminationStep) string {
	if s.Status == 0 {
		return s.Problem
	}
	text := strings.TrimSpace(fmt.Sprintf("%d %s", s.Status, http.StatusText(s.Status)))
	if s.MediaType != "" {
		text += ", " + s.MediaType
	}
	if s.Problem != "" {
		text += ": " + s.Problem
	}
	return text
}

func short(d time.Duration) string { return d.Round(100 * time.Microsecond).String() }

// writeNext says what to run or to register.
func writeNext(b *bytes.Buffer, x registry.Examination) {
	if x.Register == "" {
		return
	}
	if x.Auth != nil && x.Verdict == registry.VerdictAttention {
		fmt.Fprintf(b, "\nTo try it with credentials:\n  mcpgateway doctor %s --header 'Authorization: Bearer …'\n", quoted(x.Register))
		return
	}
	fmt.Fprintf(b, "\nTo register it, on the dashboard or with curl:\n  curl -X POST http://localhost:7860/register -b cookies.txt \\\n"+
		"    -d 'name=My server' -d 'description=' -d 'path=/my-server' \\\n    --data-urlencode %s\n", quoted("proxy_pass_url="+x.Register))
}

// quoted is a word for a POSIX shell.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
