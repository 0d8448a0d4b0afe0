package peertest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// writeIntroduction begins docs/conformance.md.
func writeIntroduction(tb testing.TB, w io.Writer) {
	tb.Helper()
	_, _ = fmt.Fprintf(w, `# Conformance

The official conformance suite (@modelcontextprotocol/conformance) runs against the go-sdk's `+"`conformance/everything-server`"+` (%s) twice: straight at it, and through the gateway. The gateway passes if both verdicts are the same, check by check; what fails straight at the server is the server's affair, such as the tasks extension, which this SDK does not have.

`+"`make conformance`"+` runs the suites and writes this file; `+"`make test`"+` fails when they say something else.

Besides, the tests put unmodified clients to work both ways, and want the same from both: the go-sdk in each era over each transport, @modelcontextprotocol/sdk %s, mcp-remote %s and the command line of @modelcontextprotocol/inspector %s, with go-sdk servers and @modelcontextprotocol/server-everything %s. They initialize, list and call tools, follow progress, answer sampling, elicitation and roots, read resources and subscribe to them, log, cancel, take 10 MB, and resume streams that were broken on either side of the gateway.
`, goSDKVersion(tb), packageVersion(tb, "@modelcontextprotocol/sdk"), packageVersion(tb, "mcp-remote"),
		packageVersion(tb, "@modelcontextprotocol/inspector"), packageVersion(tb, "@modelcontextprotocol/server-everything"))
}

// writeTable writes a suite's verdicts, a scenario a line.
func writeTable(tb testing.TB, w io.Writer, s suite, direct, proxied map[string]verdict) {
	tb.Helper()
	mode := "-stateless=false"
	if s.stateless {
		mode = "-stateless=true"
	}
	same := 0
	for scenario, v := range direct {
		if slices.Equal(v, proxied[scenario]) {
			same++
		}
	}
	_, _ = fmt.Fprintf(w, "\n## %s\n\nVersion %s, `conformance %s`, `everything-server %s`: %d of %d scenarios with the same verdict.\n\n| scenario | direct | gateway |\n|---|---|---|\n",
		s.title, packageVersion(tb, s.folder), strings.Join(append([]string{"server"}, s.args...), " "), mode, same, len(direct))
	for _, scenario := range slices.Sorted(maps.Keys(direct)) {
		_, _ = fmt.Fprintf(w, "| %s | %s | %s |\n", scenario, direct[scenario], proxied[scenario])
	}
}

func goSDKVersion(tb testing.TB) string {
	tb.Helper()
	out, err := exec.CommandContext(tb.Context(), "go", "list", "-m", goSDKModule).Output()
	if err != nil {
		tb.Fatal(err)
	}
	_, version, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	return version
}

func packageVersion(tb testing.TB, folder string) string {
	tb.Helper()
	content, err := os.ReadFile(packages + "/" + folder + "/package.json")
	if err != nil {
		tb.Fatal(err)
	}
	var p struct{ Version string }
	if err := json.Unmarshal(content, &p); err != nil {
		tb.Fatal(err)
	}
	return p.Version
}
