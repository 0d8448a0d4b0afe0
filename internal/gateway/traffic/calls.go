package traffic

import (
	"slices"
	"sync/atomic"
)

// other is the label of what has none of its own.
const other = "other"

// methodCallTool is the one method whose calls are told apart by tool.
const methodCallTool = "tools/call"

// knownMethods are what an MCP client may send, in all revisions from
// 2024-11-05 to 2026-07-28, and "batch" for an array of messages (JSON-RPC 2.0,
// section 6); sorted.
var knownMethods = [...]string{
	"batch",
	"completion/complete",
	"initialize",
	"logging/setLevel",
	"notifications/cancelled",
	"notifications/elicitation/complete",
	"notifications/initialized",
	"notifications/message",
	"notifications/progress",
	"notifications/roots/list_changed",
	"ping",
	"prompts/get",
	"prompts/list",
	"resources/list",
	"resources/read",
	"resources/subscribe",
	"resources/templates/list",
	"resources/unsubscribe",
	"server/discover",
	"subscriptions/listen",
	"tasks/cancel",
	"tasks/get",
	"tasks/list",
	"tasks/result",
	"tasks/update",
	"tools/list",
}

// calls counts messages by method since the start; those of tools/call by tool
// are in [tools].
type calls struct {
	known        [len(knownMethods)]atomic.Uint64
	otherMethods atomic.Uint64
	otherTools   atomic.Uint64
}

func (c *calls) count(method string) {
	if i, ok := slices.BinarySearch(knownMethods[:], method); ok {
		c.known[i].Add(1)
		return
	}
	c.otherMethods.Add(1)
}
