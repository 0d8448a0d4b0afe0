package peertest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write docs/conformance.md anew")

const (
	conformanceDoc = "../../../docs/conformance.md"
	goSDKModule    = "github.com/modelcontextprotocol/go-sdk"
	suiteLimit     = "30000" // Milliseconds for a scenario, where the suite takes a limit.
)

// suite is a release of the official conformance suite, and how the go-sdk's
// everything-server runs for it.
type suite struct {
	title, folder string
	args          []string
	stateless     bool
}

func suites() []suite {
	return []suite{
		{"The released suite, a server with sessions", "@modelcontextprotocol/conformance", []string{"--suite", "all"}, false},
		{"The coming suite, a server with sessions", "conformance-draft", []string{"--suite", "all", "--spec-version", "2025-11-25", "--timeout", suiteLimit}, false},
		{"The coming suite, a stateless server", "conformance-draft", []string{"--suite", "all", "--timeout", suiteLimit}, true},
	}
}

// verdict is what a suite found in one scenario: the checks, without those
// that only inform.
type verdict []string

// String counts the checks by status.
func (v verdict) String() string {
	counts := map[string]int{}
	for _, check := range v {
		counts[check[strings.LastIndex(check, " ")+1:]]++
	}
	var out []string
	for _, status := range []string{"SUCCESS", "FAILURE", "WARNING", "SKIPPED"} {
		if n := counts[status]; n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n, map[string]string{"SUCCESS": "passed", "FAILURE": "failed", "WARNING": "warned", "SKIPPED": "skipped"}[status]))
		}
	}
	if len(out) == 0 {
		return "nothing to check"
	}
	return strings.Join(out, ", ")
}

// The official conformance suites say the same of the go-sdk's
// everything-server straight at it and through the gateway, and what they say
// is in docs/conformance.md.
func TestConformance(t *testing.T) {
	node(t)
	t.Parallel()
	program := buildEverythingServer(t)
	gateway := startGateway(t, true) // The suite has no way to send a token.
	var doc bytes.Buffer
	writeIntroduction(t, &doc)
	for i, s := range suites() {
		server := startEverythingServer(t, program, s.stateless)
		through := gateway.serve(t, "/conformance-"+strconv.Itoa(i), server, stateful)
		direct := runSuite(t, s, server)
		proxied := runSuite(t, s, through.url)
		if len(direct) < 20 {
			t.Errorf("%s: %d scenarios, which can't be all", s.title, len(direct))
		}
		if diff := cmp.Diff(direct, proxied); diff != "" {
			t.Errorf("%s: other verdicts through the gateway (-direct +gateway):\n%s", s.title, diff)
		}
		writeTable(t, &doc, s, direct, proxied)
	}
	if *update {
		if err := os.WriteFile(conformanceDoc, doc.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	kept, err := os.ReadFile(conformanceDoc)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(kept), doc.String()); diff != "" {
		t.Errorf("docs/conformance.md is not what the suites say (-kept +now); if that is right, run make conformance:\n%s", diff)
	}
}

// buildEverythingServer compiles the go-sdk's conformance server, of the
// version in go.mod.
func buildEverythingServer(tb testing.TB) string {
	tb.Helper()
	program := filepath.Join(tb.TempDir(), "everything-server")
	out, err := exec.CommandContext(tb.Context(), "go", "build", "-o", program, goSDKModule+"/conformance/everything-server").CombinedOutput()
	if err != nil {
		tb.Fatalf("build the go-sdk's everything-server: %v\n%s", err, out)
	}
	return program
}

// startEverythingServer runs it until the test ends.
func startEverythingServer(tb testing.TB, program string, stateless bool) string {
	tb.Helper()
	address := "127.0.0.1:" + strconv.Itoa(freePort(tb))
	ctx, cancel := context.WithCancel(context.Background())
	c := exec.CommandContext(ctx, program, "-http="+address, "-stateless="+strconv.FormatBool(stateless))
	if err := c.Start(); err != nil {
		cancel()
		tb.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = c.Wait() // It is killed.
	}()
	tb.Cleanup(func() {
		cancel()
		<-ended
	})
	url := "http://" + address
	if err := answers(tb.Context(), url, ended); err != nil {
		tb.Fatalf("everything-server: %v", err)
	}
	return url
}

// timestamp ends the name of the folder of a scenario's results.
var timestamp = regexp.MustCompile(`^server-(.*)-\d{4}-\d\d-\d\dT[\d-]+Z$`)

// runSuite runs a suite against the server at url and returns the verdicts by
// scenario.
func runSuite(tb testing.TB, s suite, url string) map[string]verdict {
	tb.Helper()
	results := tb.TempDir()
	args := append([]string{"server", "--url", url, "--output-dir", results}, s.args...)
	_, err := output(tb, packages+"/"+s.folder+"/dist/index.js", args...)
	if _, failures := errors.AsType[*exec.ExitError](err); err != nil && !failures {
		tb.Fatalf("%s: %v", s.title, err)
	}
	files, globErr := filepath.Glob(filepath.Join(results, "*", "checks.json"))
	if globErr != nil || len(files) == 0 {
		tb.Fatalf("%s: no results: %v, %v", s.title, globErr, err)
	}
	out := map[string]verdict{}
	for _, file := range files {
		name := timestamp.FindStringSubmatch(filepath.Base(filepath.Dir(file)))
		if name == nil {
			tb.Fatalf("%s: a result of what? %s", s.title, file)
		}
		out[name[1]] = append(out[name[1]], readChecks(tb, file)...)
	}
	for _, v := range out {
		slices.Sort(v)
	}
	return out
}

func readChecks(tb testing.TB, file string) verdict {
	tb.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	var checks []struct{ ID, Status string }
	if err := json.Unmarshal(content, &checks); err != nil {
		tb.Fatalf("%s: %v", file, err)
	}
	var out verdict
	for _, c := range checks {
		if c.Status != "INFO" {
			out = append(out, c.ID+" "+c.Status)
		}
	}
	return out
}
