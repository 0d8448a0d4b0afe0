package proxybench

import (
	"fmt"
	"os"
	"testing"
)

// roleVariable tells a copy of the test binary which process it is.
const roleVariable = "MCPGATEWAY_PROXYBENCH_ROLE"

func TestMain(m *testing.M) {
	role := os.Getenv(roleVariable)
	if role == "" {
		os.Exit(m.Run())
	}
	if err := play(role); err != nil {
		fmt.Fprintln(os.Stderr, role+":", err)
		os.Exit(1)
	}
}

// play is a process of the role until its standard input ends.
func play(role string) error {
	switch role {
	case "upstream":
		return serve(role, upstream())
	case "bare":
		proxy, err := bareProxy(os.Args[1])
		if err != nil {
			return err
		}
		return serve(role, proxy)
	case "gateway":
		return playGateway(role, os.Args[1])
	}
	return fmt.Errorf("no such role")
}
