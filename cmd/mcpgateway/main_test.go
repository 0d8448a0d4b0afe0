package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// patience bounds every wait for a process, a socket or a state. It is only
// ever used up by a test that fails.
const patience = 30 * time.Second

// testVersion is what the binary under test is told to be.
const testVersion = "v1.2.3-test"

// binary is the program under test. TestMain builds it once.
var binary string

// evidence is what all runs of the binary left.
var evidence collection

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "mcpgateway-e2e-")
	if err == nil {
		binary = filepath.Join(dir, "mcpgateway")
		err = build(binary)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "build the program under test:", err)
		os.Exit(1)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		if findings := evidence.findings(); len(findings) > 0 {
			code = 1
			for _, f := range findings {
				fmt.Fprintln(os.Stderr, "FAIL: on standard error of the program:", f)
			}
		}
		_ = os.RemoveAll(dir)
		os.Exit(code)
	}))
}

// build compiles the program the way that this test was.
func build(into string) error {
	goCommand := os.Getenv("GO")
	if goCommand == "" {
		goCommand = "go"
	}
	args := []string{"build", "-buildvcs=false", "-ldflags", "-X main.version=" + testVersion, "-o", into}
	info, _ := debug.ReadBuildInfo()
	if info != nil && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		args = append(args, "-race")
	}
	out, err := exec.Command(goCommand, append(args, ".")...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}

// needs skips the test if a program that it needs is missing. On continuous
// integration that is a failure.
func needs(t *testing.T, found bool, what string) {
	t.Helper()
	switch ci := os.Getenv("CI"); {
	case found:
	case ci == "true" || ci == "1":
		t.Fatalf("%s is missing; run make deps", what)
	default:
		t.Skipf("SKIPPED: %s is missing; run make deps", what)
	}
}
