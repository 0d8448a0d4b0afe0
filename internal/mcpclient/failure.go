package mcpclient

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// failure is why an upstream did not answer as it should.
type failure struct {
	status registry.Status
	// tried is what was done and what came back, for instance
	// "POST http://h/mcp: connection refused".
	tried string
	// hint says what a person could do about it. It may be empty.
	hint string
	// cause, unless nil, is what the server itself said: a *RPCError, or a
	// *ProblemError.
	cause error
	// final is set where no other address of the same upstream would do
	// better.
	final bool
}

func (f *failure) Error() string { return strings.TrimSuffix(f.tried+". "+f.hint, " ") }

// Unwrap gives the server's own error, if there is one.
func (f *failure) Unwrap() error { return f.cause }

// ProblemError is a refusal as RFC 9457 has it, as a gateway gives one in a
// server's place.
type ProblemError struct {
	// Status is that of HTTP.
	Status int
	// Detail is one line of at most 2,048 bytes. It is hostile.
	Detail string
}

func (e *ProblemError) Error() string { return e.Detail }

// detail is the failure as [registry.Outcome] tells it.
func (f *failure) detail() string { return line(f.Error(), maxDetail) }

func unhealthy(reason string) registry.Status {
	return registry.Status{Kind: registry.Unhealthy, Reason: line(reason, maxReason)}
}

func broken(reason string) registry.Status {
	return registry.Status{Kind: registry.Error, Reason: line(reason, maxReason)}
}

// notMCP is the reason for an answer that no MCP server would give.
const notMCP = "not an MCP endpoint"

// protocolError is a failure of a peer that seems to speak MCP, but wrongly.
func protocolError(tried, what, hint string) *failure {
	return &failure{
		status: unhealthy("protocol error: " + what),
		tried:  tried + ": " + what,
		hint:   hint,
	}
}

// refused judges a response that is no answer by its HTTP status. quote is the
// beginning of its body; keyed says whether the request carried upstream_headers.
func refused(tried string, code int, media, quote string, keyed bool) *failure {
	text := strings.TrimSpace(fmt.Sprintf("HTTP %d %s", code, http.StatusText(code)))
	f := &failure{status: unhealthy(notMCP), tried: tried + ": " + text}
	page := strings.HasSuffix(media, "html")
	switch {
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		f.status = registry.Status{Kind: registry.AuthRequired}
		f.hint = "The server is there and asks for credentials."
		if keyed {
			f.hint = "The server is there and does not take the credentials in upstream_headers."
		}
		f.final = true
	// 501 is what a server of files says of any POST (RFC 9110, section 15.6.2).
	case code >= 500 && code != http.StatusNotImplemented, code == http.StatusTooManyRequests:
		f.status = unhealthy(fmt.Sprintf("HTTP %d", code))
		f.hint = "The server, or a proxy in front of it, is in trouble; see its log."
		f.final = true
	case page:
		f.tried += " with a web page"
		f.hint = "Is the path of the MCP endpoint, often /mcp, missing from the URL?"
	default:
		f.hint = "Check the path of the URL: it must be that of the MCP endpoint."
	}
	detail, told := problem(media, quote)
	if told {
		quote = detail
		f.cause = &ProblemError{Status: code, Detail: line(detail, maxSaid)}
	}
	if quote = line(quote, maxQuote); quote != "" && !page && (told || code != http.StatusNotFound) {
		f.tried += fmt.Sprintf(" (%s)", quote)
	}
	return f
}

// problem is the detail of a body that is a problem as RFC 9457 has it.
func problem(media, body string) (string, bool) {
	var w struct {
		Detail string `json:"detail"`
	}
	if media != "application/problem+json" || json.Unmarshal([]byte(body), &w) != nil {
		return "", false
	}
	return w.Detail, w.Detail != ""
}

// failures is what several addresses of one upstream answered, in order.
type failures []*failure

// verdict is the one failure to report: a protocol error says more than a
// missing endpoint. Its text names everything that was tried.
func (fs failures) verdict() *failure {
	most := fs[0]
	tried := make([]string, len(fs))
	for i, f := range fs {
		tried[i] = f.tried
		if most.status.Reason == notMCP && f.status.Reason != notMCP {
			most = f
		}
	}
	return &failure{status: most.status, tried: strings.Join(tried, "; "), hint: most.hint, cause: most.cause}
}
