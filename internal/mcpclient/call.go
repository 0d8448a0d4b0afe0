package mcpclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

const callMethod = "tools/call"

// maxObligedInCall bounds the server's own requests that we reply to in a tool
// call, which may take hours.
const maxObligedInCall = 1000

// ToolCall is one call of a tool.
type ToolCall struct {
	// Tool is its name, as tools/list has it.
	Tool string
	// Arguments is a JSON object; nil means one without members.
	Arguments json.RawMessage
	// InputSchema is the tool's, if it is known. In revision 2026-07-28 it may
	// want arguments repeated in headers (x-mcp-header).
	InputSchema json.RawMessage
	// Heard, unless nil, is called with each notification that comes before
	// the result, such as notifications/progress, which is then asked for. It
	// is called on the caller's goroutine and must return soon.
	Heard func(Notification)
}

// Notification is one that a server sent during a call. All of it is hostile.
type Notification struct {
	Method string
	// Params is a JSON value, or nil.
	Params json.RawMessage
}

// Call calls a tool, in whichever era the upstream is of; what t.Detected says
// saves requests. It takes no part in what a server may ask of a client:
// sampling, elicitation and roots are refused.
//
// The handshake is bounded by the client's timeout, the call itself only by
// ctx, and its size by [Limits]. When ctx ends, the error is its cause, and
// the server is told with notifications/cancelled where the era has it; this
// and the end of a session take at most three seconds. No connection and no
// goroutine is left behind.
//
// A tool that fails is no error: see [CallResult]. A server's refusal is a
// *[RPCError], wrapped, and a result that is only a question [ErrInputRequired].
// The text of any other error says what was tried and what came back, cut and
// cleaned, and without the values of t.Headers; the result is as it came.
func (c *Client) Call(ctx context.Context, t registry.Target, call ToolCall) (CallResult, error) {
	raw, err := c.call(ctx, t, call)
	if err == nil {
		var result CallResult
		if result, err = parseResult(raw); err == nil {
			return result, nil
		}
	} else if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return CallResult{}, fmt.Errorf("call the tool %s: %w", line(call.Tool, maxNameBytes), redactError(err, t.Headers))
}

func (c *Client) call(ctx context.Context, t registry.Target, call ToolCall) (json.RawMessage, error) {
	params, err := call.params()
	if err != nil {
		return nil, err
	}
	k, err := c.newTalk(ctx, t)
	if err != nil {
		return nil, err
	}
	defer k.close(ctx)
	k.maxEvents, k.maxObliged = math.MaxInt, maxObligedInCall
	k.budget.left += c.limits.ResultBytes
	k.budget.free = k.budget.left
	if call.Heard != nil {
		k.hear = func(m message) { call.Heard(Notification{Method: m.Method, Params: m.Params}) }
	}
	// What is asked of the server ends after ctx, since it must still hear of
	// the cancellation.
	life, end := context.WithCancelCause(context.WithoutCancel(ctx))
	defer end(nil)
	p, err := k.shakeHands(ctx, life, end, t)
	if err != nil {
		return nil, err
	}
	if s, ok := p.(*streamable); ok {
		s.mirror = call.mirror()
	}
	defer k.cancelWith(ctx, p, k.lastID+1, end)()
	return p.call(life, callMethod, params, c.limits.ResultBytes)
}

// params are the parameters of tools/call.
func (call ToolCall) params() (map[string]any, error) {
	if !usableName(call.Tool) {
		return nil, errors.New("no tool can have this name")
	}
	arguments := json.RawMessage("{}")
	if call.Arguments != nil {
		arguments = call.Arguments
	}
	if !json.Valid(arguments) || !bytes.HasPrefix(bytes.TrimSpace(arguments), []byte("{")) {
		return nil, errors.New("the arguments are no JSON object")
	}
	params := map[string]any{"name": call.Tool, "arguments": arguments}
	if call.Heard != nil {
		params["_meta"] = map[string]any{"progressToken": "call", metaLogLevel: "info"}
	}
	return params, nil
}

// shakeHands finds the server and makes it ready for calls, in life, which it
// ends where ctx ends or the client's timeout passes before.
func (k *talk) shakeHands(ctx, life context.Context, end context.CancelCauseFunc, t registry.Target) (peer, error) {
	late := time.AfterFunc(k.client.timeout, func() { end(context.DeadlineExceeded) })
	defer late.Stop()
	defer context.AfterFunc(ctx, func() { end(context.Cause(ctx)) })()
	hit, err := k.find(life, t)
	if err != nil {
		return nil, err
	}
	_, err = hit.peer.open(life)
	return hit.peer, err
}

// cancelWith takes back the call of an id when ctx ends, and then calls end.
// The talk's goroutine must call what it returns once the call is over.
func (k *talk) cancelWith(ctx context.Context, p peer, id int64, end context.CancelCauseFunc) func() {
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(done)
		defer end(context.Cause(ctx))
		if r, ok := p.cancellation(id); ok {
			k.tell(ctx, r)
		}
	})
	return func() {
		if !stop() {
			<-done
		}
	}
}

// tell sends a message that the server need not answer, whatever became of
// ctx. Unlike send it may be used beside the talk's own goroutine.
func (k *talk) tell(ctx context.Context, r request) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewellTime)
	defer cancel()
	req, err := k.newRequest(ctx, r)
	if err != nil {
		return
	}
	resp, err := k.transport.RoundTrip(req)
	if err != nil {
		k.client.log.DebugContext(ctx, "an upstream was not told of a cancellation", "url", shown(r.url), "error", err)
		return
	}
	_ = resp.Body.Close()
}
