package gateway

import "strings"

// replayHeader, present without a value, tells the transport that a request may
// be sent again where an idle connection turns out to have been closed by the
// upstream: it is not sent along then.
const replayHeader = "Idempotency-Key"

// replayable says whether a message only reads, so that it does no harm should
// an upstream get it twice. Tools may do anything, and initialize opens a
// session.
func replayable(method string) bool {
	switch method {
	case "ping", "server/discover", "resources/read", "prompts/get", "completion/complete", "tasks/get", "tasks/result":
		return true
	}
	return strings.HasSuffix(method, "/list")
}
