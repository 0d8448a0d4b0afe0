package peertest

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// peer is a server that clients are tried with.
type peer struct {
	name, transport string
	start           func(testing.TB) string
	// lacks are the steps that it has nothing for.
	lacks []string
}

// String is what its test is called.
func (p peer) String() string { return p.name + " " + p.transport }

// Nothing can be resumed but a stream of a session, and without a session a
// server can neither ask a client of the old revisions back nor tell it of
// changes or hear of a cancellation.
var (
	resuming = []string{"resumption", "resumption behind the gateway"}
	asking   = []string{"sampling", "elicitation", "roots"}
	telling  = []string{"subscription", "logging", "cancellation"}
	ours     = []string{"cancellation", "10 MB"} // Only the workshop has them.
)

func peers() []peer {
	workshop := func(transport string) func(testing.TB) string {
		return func(tb testing.TB) string { return serve(tb, transport) }
	}
	everything := func(transport string) func(testing.TB) string {
		return func(tb testing.TB) string { return startEverything(tb, transport) }
	}
	return []peer{
		{"workshop", stateless, workshop(stateless), resuming},
		{"workshop", stateful, workshop(stateful), nil},
		{"workshop", sse, workshop(sse), resuming},
		{"everything", stateful, everything(stateful), ours},
		{"everything", sse, everything(sse), slices.Concat(ours, resuming)},
	}
}

// client is a program or library under test.
type client struct {
	name string
	// modern is a client of revision 2026-07-28, which needs no session.
	modern bool
	// fromNPM needs what testdata/npm installs.
	fromNPM bool
	// with are the servers to try it with, or their transports; empty are all.
	with []string
	// skip are steps that other clients do in its place.
	skip     []string
	exercise func(tb testing.TB, t target, transport string, skip []string) report
}

func clients() []client {
	const npm = true
	big := []string{"10 MB"} // Takes seconds with the race detector.
	return []client{
		{"go-sdk 2026-07-28", true, !npm, nil, nil, goSDK("2026-07-28")},
		{"go-sdk 2025-11-25", false, !npm, nil, big, goSDK("2025-11-25")},
		{"go-sdk 2025-06-18", false, !npm, []string{stateful}, big, goSDK("2025-06-18")},
		{"go-sdk 2025-03-26", false, !npm, []string{stateful}, big, goSDK("2025-03-26")},
		{"go-sdk 2024-11-05", false, !npm, []string{sse}, big, goSDK("2024-11-05")},
		{"TypeScript SDK", false, npm, nil, nil, typeScriptSDK},
		{"mcp-remote", false, npm, []string{stateful, sse}, big, throughMCPRemote},
		{"Inspector legacy", false, npm, []string{"everything " + stateful, "everything " + sse}, nil, inspectorCLI("legacy")},
		{"Inspector modern", true, npm, []string{stateless}, nil, inspectorCLI("modern")},
	}
}

// goSDK is the go-sdk's client that asks for a revision.
func goSDK(revision string) func(testing.TB, target, string, []string) report {
	return func(tb testing.TB, t target, transport string, skip []string) report {
		return exerciseOver(tb.Context(), t.transport(transport), revision, skip)
	}
}

// typeScriptSDK is the client of @modelcontextprotocol/sdk.
func typeScriptSDK(tb testing.TB, t target, transport string, skip []string) report {
	arg, err := json.Marshal(map[string]any{"url": t.url, "token": t.token, "transport": transport, "skip": append([]string{}, skip...)})
	if err != nil {
		tb.Fatal(err)
	}
	r := report{}
	out, err := output(tb, exerciseMJS, string(arg))
	if err == nil {
		err = json.Unmarshal(out, &r)
	}
	if err != nil {
		r["initialize"] = "error: " + err.Error()
	}
	return r
}

// throughMCPRemote is a client that speaks to its own standard streams only,
// as desktop programs do, with mcp-remote in between.
func throughMCPRemote(tb testing.TB, t target, transport string, skip []string) report {
	strategy := "http-only"
	if transport == sse {
		strategy = "sse-only"
	}
	args := []string{t.url, "--allow-http", "--silent", "--transport", strategy}
	if t.token != "" {
		args = append(args, "--header", "Authorization: Bearer "+t.token)
	}
	c := command(tb.Context(), tb, mcpRemote, args...)
	c.Stderr = &logger{tb: tb}
	return exerciseOver(tb.Context(), &mcp.CommandTransport{Command: c}, "2025-11-25", skip)
}

// inspectorCLI is the Inspector's command line, which connects anew for each
// thing that it does.
func inspectorCLI(era string) func(testing.TB, target, string, []string) report {
	return func(tb testing.TB, t target, transport string, _ []string) report {
		kind := "http"
		if transport == sse {
			kind = "sse"
		}
		args := []string{"--cli", t.url, "--transport", kind, "--protocol-era", era, "--format", "json", "--stored-auth-only"}
		if t.token != "" {
			args = append(args, "--header", "Authorization: Bearer "+t.token)
		}
		r := report{}
		for step, method := range map[string][]string{
			"list": {"tools/list"},
			"call": {"tools/call", "--tool-name", "echo", "--tool-arg", "message=héllo"},
			"read": {"resources/read", "--uri", document},
		} {
			out, err := output(tb, inspector, slices.Concat(args, []string{"--method"}, method)...)
			r[step] = string(out)
			if err != nil {
				r[step] = "error: " + err.Error()
			}
		}
		return r
	}
}

// Every client with every server, straight at it and through the gateway.
func TestClients(t *testing.T) {
	t.Parallel()
	gateway := startGateway(t, false)
	for _, p := range peers() {
		t.Run(p.String(), func(t *testing.T) {
			t.Parallel()
			server := p.start(t)
			for _, c := range clients() {
				if len(c.with) > 0 && !slices.Contains(c.with, p.transport) && !slices.Contains(c.with, p.String()) {
					continue
				}
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					if c.fromNPM {
						node(t)
					}
					tryBothWays(t, gateway, server, p, c)
				})
			}
		})
	}
}

// tryBothWays exercises a server with a client straight and through the
// gateway, and compares.
func tryBothWays(t *testing.T, gateway *gateway, server string, p peer, c client) {
	skip, fails := slices.Concat(p.lacks, c.skip), []string{"unknown tool"}
	if p.transport == stateless && !c.modern {
		skip = append(skip, telling...)
		fails = append(fails, asking...)
	}
	once := newCutter(t, server, cutTotal, behindTotal)
	straight := target{url: once.URL}
	far := newCutter(t, server, behindTotal)
	proxied := gateway.serve(t, "/"+strings.ToLower(t.Name()), far.URL, p.transport)
	near := newCutter(t, proxied.url, cutTotal)
	proxied.url = near.URL

	var direct, through report
	var wg sync.WaitGroup
	wg.Go(func() { direct = c.exercise(t, straight, p.transport, skip).without(straight) })
	wg.Go(func() { through = c.exercise(t, proxied, p.transport, skip).without(proxied) })
	wg.Wait()
	compare(t, direct, through, fails...)
	if once.Made() != near.Made()+far.Made() {
		t.Errorf("%d streams were cut straight at the server, and %d before and %d behind the gateway", once.Made(), near.Made(), far.Made())
	}
}
