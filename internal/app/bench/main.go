// Command bench measures the gateway beside its peers, in one run, and prints
// tables in Markdown, the ratios first.
//
// Whatever is measured runs in processes of its own: the server is the built
// binary, the peers are nginx, HAProxy and Caddy where they are installed, and
// this program in other roles. The sides of a comparison take turns in short
// rounds, so that all see the same machine. Nothing that was timed is judged;
// an answer that is wrong ends the run with an error.
//
// It reads /proc, so it wants Linux.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

// limit bounds a whole run, whatever hangs.
const limit = 15 * time.Minute

// part is a subject of the benchmark.
type part struct {
	name string
	run  func(*bench) error
}

// parts are all subjects, in the order that they run in.
func parts() []part {
	return []part{
		{"gateway", (*bench).gatewayPart},
		{"streams", (*bench).streamsPart},
		{"registry", (*bench).registryPart},
		{"fanout", (*bench).fanOutPart},
		{"startup", (*bench).startUpPart},
	}
}

func main() {
	if len(os.Args) > 2 && os.Args[1] == roleArgument {
		exit(play(os.Args[2], os.Args[3:]))
	}
	binary := flag.String("binary", "bin/mcpgateway", "the built server")
	only := flag.String("part", "", "the one part to run: "+strings.Join(partNames(), ", "))
	file := flag.String("out", "", "a file to write the tables to as well")
	rounds := flag.Int("rounds", 4, "rounds of each comparison, 1 to 100")
	flag.Parse()
	exit(run(*binary, *only, *file, *rounds))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func partNames() []string {
	var names []string
	for _, p := range parts() {
		names = append(names, p.name)
	}
	return names
}

// run runs the parts and prints the report, into the file as well if one is
// named. What ends early leaves no process behind.
func run(binary, only, file string, rounds int) (err error) {
	if only != "" && !slices.Contains(partNames(), only) {
		return fmt.Errorf("there is no part %q; take one of %s", only, strings.Join(partNames(), ", "))
	}
	if rounds < 1 || rounds > 100 {
		return errors.New("-rounds must be 1 to 100")
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	b, err := newBench(ctx, binary, rounds)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	for _, p := range parts() {
		if only != "" && p.name != only {
			continue
		}
		if err := b.runPart(p); err != nil {
			fmt.Print(b.report) // What was found before it failed.
			return err
		}
	}
	text := b.report.String()
	if file != "" {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil { //nolint:gosec // G306: a document for all to read
			return fmt.Errorf("write the tables: %w", err)
		}
	}
	_, err = io.WriteString(os.Stdout, text)
	return err
}
