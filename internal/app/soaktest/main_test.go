package soaktest

import (
	"flag"
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

var (
	soakFor  = flag.Duration("soak.for", 40*time.Second, "how long the load lasts; the checks come on top")
	soakSeed = flag.Uint64("soak.seed", 0, "what the choices are drawn from; 0 draws a seed")
)

// patience bounds every wait. It is only ever used up by a test that fails.
const patience = time.Minute

// binary is the program under test. TestMain builds it once.
var binary string

func TestMain(m *testing.M) {
	flag.Parse()
	dir, err := os.MkdirTemp("", "mcpgateway-soak-")
	if err == nil {
		binary = filepath.Join(dir, "mcpgateway")
		err = build(binary)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "build the program under test:", err)
		os.Exit(1)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		_ = os.RemoveAll(dir)
		os.Exit(code)
	}))
}

// build compiles the program, with the race detector if this test has it.
func build(into string) error {
	goCommand := os.Getenv("GO")
	if goCommand == "" {
		goCommand = "go"
	}
	args := []string{"build", "-buildvcs=false", "-o", into}
	info, _ := debug.ReadBuildInfo()
	if info != nil && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		args = append(args, "-race")
	}
	out, err := exec.Command(goCommand, append(args, "github.com/mcpgateway/mcpgateway/cmd/mcpgateway")...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}
