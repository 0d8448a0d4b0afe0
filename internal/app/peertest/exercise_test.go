package peertest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// patience bounds every single thing that a client waits for.
const patience = time.Minute

// report says what a client saw: the step, and its outcome in words. An
// outcome that begins with "error: " is a failure. Nothing in it may depend on
// chance: ids and times are left out.
type report map[string]string

// The steps of an exercise, in their order. testdata/npm/exercise.mjs has the
// same.
var steps = []string{
	"initialize", "list", "call", "unknown tool", "progress", "long stream", "sampling", "elicitation", "roots",
	"resources", "read", "subscription", "logging", "cancellation", "10 MB", "resumption", "resumption behind the gateway",
}

// Where resumption is tried, the stream is cut after this progress; the total
// says by which of the two cutters.
const (
	cutAfter    = 2
	cutTotal    = 7
	behindTotal = 9
)

// exercise does the steps with a session, except those to skip.
func exercise(ctx context.Context, s *mcp.ClientSession, o *observer, skip []string) report {
	x := &exerciser{s: s, o: o}
	do := map[string]func(context.Context) (string, error){
		"initialize":                    x.initialize,
		"list":                          x.list,
		"call":                          x.tool("echo", map[string]any{"message": "héllo"}),
		"unknown tool":                  x.tool("no-such-tool", nil),
		"progress":                      x.progress(5, 0.1),
		"long stream":                   x.progress(1000, 0),
		"sampling":                      x.tool("trigger-sampling-request", map[string]any{"prompt": "Say hi.", "maxTokens": 10}),
		"elicitation":                   x.tool("trigger-elicitation-request", map[string]any{}),
		"roots":                         x.tool("get-roots-list", map[string]any{}),
		"resources":                     x.resources,
		"read":                          x.read,
		"subscription":                  x.subscription,
		"logging":                       x.logging,
		"cancellation":                  x.cancellation,
		"10 MB":                         x.big,
		"resumption":                    x.progress(cutTotal, 0.2),
		"resumption behind the gateway": x.progress(behindTotal, 0.2),
	}
	out := report{}
	for _, step := range steps {
		if slices.Contains(skip, step) {
			continue
		}
		stepCtx, cancel := context.WithTimeout(ctx, patience)
		outcome, err := do[step](stepCtx)
		cancel()
		if err != nil {
			outcome = "error: " + err.Error()
		}
		out[step] = outcome
	}
	return out
}

type exerciser struct {
	s *mcp.ClientSession
	o *observer
}

func (x *exerciser) initialize(context.Context) (string, error) {
	out, err := json.Marshal(x.s.InitializeResult())
	return string(out), err
}

func (x *exerciser) list(ctx context.Context) (string, error) {
	var names []string
	for tool, err := range x.s.Tools(ctx, nil) {
		if err != nil {
			return "", err
		}
		names = append(names, tool.Name)
	}
	return strings.Join(names, " "), nil
}

func (x *exerciser) tool(name string, args map[string]any) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		return words(x.s.CallTool(ctx, &mcp.CallToolParams{Name: name, Arguments: args}))
	}
}

// words is all the text of a result.
func words(res *mcp.CallToolResult, err error) (string, error) {
	if err != nil {
		return "", err
	}
	var out []string
	for _, c := range res.Content {
		if t, ok := c.(*mcp.TextContent); ok {
			out = append(out, t.Text)
		}
	}
	if res.IsError {
		return "", fmt.Errorf("tool: %s", strings.Join(out, "\n"))
	}
	return strings.Join(out, "\n"), nil
}

// progress runs the long operation and wants each step's notification, once
// and in order.
func (x *exerciser) progress(n int, seconds float64) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		token := fmt.Sprintf("progress of %d", n)
		params := &mcp.CallToolParams{
			Name: "trigger-long-running-operation", Arguments: map[string]any{"duration": seconds, "steps": n},
			Meta: mcp.Meta{"progressToken": token},
		}
		result, err := words(x.s.CallTool(ctx, params))
		if err != nil {
			return "", err
		}
		err = x.o.wait(ctx, func() bool { return len(x.o.progress[token]) >= n })
		return fmt.Sprintf("%s; %s", result, inOrder(x.o.seen(token), n)), err
	}
}

// inOrder says whether got counts from 1 to n.
func inOrder(got []float64, n int) string {
	for i, p := range got {
		if p != float64(i+1) {
			return fmt.Sprintf("notification %d of %d has progress %v", i+1, n, p)
		}
	}
	return fmt.Sprintf("%d of %d notifications in order", len(got), n)
}

func (x *exerciser) resources(ctx context.Context) (string, error) {
	var uris []string
	for r, err := range x.s.Resources(ctx, nil) {
		if err != nil {
			return "", err
		}
		uris = append(uris, r.URI)
	}
	return strings.Join(uris, " "), nil
}

func (x *exerciser) read(ctx context.Context) (string, error) {
	res, err := x.s.ReadResource(ctx, &mcp.ReadResourceParams{URI: document})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s %x", res.Contents[0].URI, sha256.Sum256([]byte(res.Contents[0].Text))), nil
}

func (x *exerciser) subscription(ctx context.Context) (string, error) {
	if err := x.s.Subscribe(ctx, &mcp.SubscribeParams{URI: document}); err != nil {
		return "", err
	}
	toggle := x.tool("toggle-subscriber-updates", map[string]any{})
	if _, err := toggle(ctx); err != nil {
		return "", err
	}
	if err := x.o.wait(ctx, func() bool { return x.o.updated[document] > 0 }); err != nil {
		return "", fmt.Errorf("no update of %s: %w", document, err)
	}
	if _, err := toggle(ctx); err != nil {
		return "", err
	}
	return "updated " + document, x.s.Unsubscribe(ctx, &mcp.UnsubscribeParams{URI: document})
}

// logMessage is what both servers log when they are asked to.
var logMessage = regexp.MustCompile(`level.message`)

func (x *exerciser) logging(ctx context.Context) (string, error) {
	params := &mcp.CallToolParams{Name: "toggle-simulated-logging", Arguments: map[string]any{}}
	if modern(x.s) { // The level comes with each request.
		params.Meta = mcp.Meta{mcp.MetaKeyLogLevel: "debug"}
	} else if err := x.s.SetLoggingLevel(ctx, &mcp.SetLoggingLevelParams{Level: "debug"}); err != nil {
		return "", err
	}
	if _, err := words(x.s.CallTool(ctx, params)); err != nil {
		return "", err
	}
	if err := x.o.wait(ctx, func() bool { return slices.ContainsFunc(x.o.logged, logMessage.MatchString) }); err != nil {
		return "", fmt.Errorf("no log message: %w", err)
	}
	_, err := words(x.s.CallTool(ctx, params))
	return "logged", err
}

// cancellation gives a call up and then asks the server whether it noticed.
func (x *exerciser) cancellation(ctx context.Context) (string, error) {
	key := rand.Text()
	token := "hang " + key
	hanging, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		_, err := x.s.CallTool(hanging, &mcp.CallToolParams{
			Name: "hang", Arguments: map[string]any{"key": key}, Meta: mcp.Meta{"progressToken": token},
		})
		done <- err
	}()
	if err := x.o.wait(ctx, func() bool { return len(x.o.progress[token]) > 0 }); err != nil {
		return "", err
	}
	cancel()
	if err := <-done; err == nil {
		return "", fmt.Errorf("the call was answered")
	}
	return x.tool("was-cancelled", map[string]any{"key": key})(ctx)
}

func (x *exerciser) big(ctx context.Context) (string, error) {
	body, err := x.tool("big", map[string]any{})(ctx)
	return fmt.Sprintf("%d bytes, %x", len(body), sha256.Sum256([]byte(body))), err
}

func modern(s *mcp.ClientSession) bool { return s.InitializeResult().ProtocolVersion >= "2026-07-28" }
