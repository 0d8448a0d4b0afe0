package app

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// writeExamination writes an examination for a person: the requests, what they
// mean, the verdict, and what to do next. headers names what was sent along.
func writeExamination(out io.Writer, x registry.Examination, headers []string) error {
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
	writeNext(&b, x, headers)
	_, err := b.WriteTo(out)
	return err
}

var verdictWords = map[registry.Verdict]string{
	registry.VerdictOK:        "ok",
	registry.VerdictAttention: "needs attention",
	registry.VerdictFailed:    "failed",
}

// cameBack is the response in a few words.
func cameBack(s registry.Step) string {
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
func writeNext(b *bytes.Buffer, x registry.Examination, headers []string) {
	switch {
	case x.Register == "":
		return
	case x.Auth != nil && x.Verdict == registry.VerdictAttention:
		fmt.Fprintf(b, "\nTo try it with credentials, in a header such as Authorization or X-Api-Key:\n"+
			"  mcpgateway doctor %s --header 'NAME: VALUE'\n", quoted(x.Register))
		return
	}
	fmt.Fprint(b, "\nTo register it, on the dashboard or with curl, where GATEWAY is the address of yours, such as http://localhost:7860:\n"+
		"  curl -X POST \"$GATEWAY/register\" -b cookies.txt \\\n")
	if len(headers) == 0 {
		fmt.Fprintf(b, "    -d 'name=My server' -d 'description=' -d 'path=/my-server' \\\n    --data-urlencode %s\n", quoted("proxy_pass_url="+x.Register))
	} else {
		fmt.Fprintf(b, "    -H 'Content-Type: application/json' \\\n    -d %s\n", quoted(registration(x.Register, headers)))
	}
	fmt.Fprint(b, "It starts disabled. To enable it, and have it checked at once, use the switch on the dashboard, or:\n"+
		"  curl -X POST \"$GATEWAY/toggle/my-server\" -b cookies.txt -d enabled=on\n")
}

// registration is the JSON to register a URL with headers. Their values are
// for the reader to fill in: what is printed here may be kept.
func registration(url string, headers []string) string {
	body := struct {
		Name     string            `json:"name"`
		Path     string            `json:"path"`
		Upstream string            `json:"proxy_pass_url"`
		Headers  map[string]string `json:"upstream_headers"`
	}{"My server", "/my-server", url, make(map[string]string)}
	for _, name := range headers {
		body.Headers[name] = "VALUE"
	}
	var text strings.Builder
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	_ = e.Encode(body) // Strings cannot fail, and neither can the builder.
	return strings.TrimSpace(text.String())
}

// quoted is a word for a POSIX shell.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
