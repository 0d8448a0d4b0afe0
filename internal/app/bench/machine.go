package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// describeMachine says in a sentence what the figures were taken on, and how
// busy it was before.
func describeMachine(ctx context.Context) (string, error) {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "", fmt.Errorf("this benchmark wants Linux: %w", err)
	}
	model := "unknown processor"
	if m := regexp.MustCompile(`(?m)^model name\s*:\s*(.+)$`).FindSubmatch(info); m != nil {
		model = string(m[1])
	}
	kernel, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		return "", err
	}
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "", err
	}
	words := []string{
		fmt.Sprintf("%s, %d cores", model, runtime.NumCPU()),
		"Linux " + strings.TrimSpace(string(kernel)),
		runtime.Version(),
	}
	for _, program := range [][]string{{"nginx", "-v"}, {"haproxy", "-v"}, {"caddy", "version"}, {"wrk", "-v"}} {
		if v := version(ctx, program); v != "" {
			words = append(words, program[0]+" "+v)
		}
	}
	return fmt.Sprintf("%s; %s. The load before was %s.", strings.Join(words, ", "),
		time.Now().UTC().Format("2 January 2006"), strings.Join(strings.Fields(string(load))[:3], ", ")), nil
}

// version is the first number in what a program says of itself, or empty.
func version(ctx context.Context, program []string) string {
	out, _ := exec.CommandContext(ctx, program[0], program[1:]...).CombinedOutput() //nolint:gosec // G204: one of the four
	return regexp.MustCompile(`\d+\.\d+(\.\d+)?`).FindString(string(out))
}
