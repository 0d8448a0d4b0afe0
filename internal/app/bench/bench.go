package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// bench is one run of the benchmark.
type bench struct {
	ctx    context.Context // Ends with the run, and with it every process.
	binary string          // The built server.
	dir    string          // For all that is written; removed in the end.
	rounds int
	report *report

	running []*process
}

func newBench(ctx context.Context, binary string, rounds int) (*bench, error) {
	binary, err := filepath.Abs(binary)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(binary); err != nil {
		return nil, fmt.Errorf("find the server to measure: %w; make it with: make build", err)
	}
	machine, err := describeMachine(ctx)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "mcpgateway-bench-")
	if err != nil {
		return nil, err
	}
	return &bench{ctx: ctx, binary: binary, dir: dir, rounds: rounds, report: &report{machine: machine}}, nil
}

// runPart runs one part, and stops whatever it started.
func (b *bench) runPart(p part) error {
	began := time.Now()
	b.say("%s ...", p.name)
	err := p.run(b)
	err = errors.Join(err, b.stopAll())
	if err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	b.say("%s took %s", p.name, time.Since(began).Round(time.Second))
	return nil
}

// say tells how far the run is.
func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "==> "+time.Now().Format("15:04:05 ")+format+"\n", args...)
}

// warn tells what the run goes without.
func (b *bench) warn(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	fmt.Fprintln(os.Stderr, "!!! "+text)
	b.report.notes = append(b.report.notes, text)
}

// path is a file or folder of the run.
func (b *bench) path(elements ...string) string {
	return filepath.Join(append([]string{b.dir}, elements...)...)
}

// close stops what still runs, and removes the run's folder.
func (b *bench) close() error { return errors.Join(b.stopAll(), os.RemoveAll(b.dir)) }

// inTurns lets n sides take their turn in each round. Who begins changes from
// round to round.
func (b *bench) inTurns(n int, turn func(side int) error) error {
	for round := range b.rounds {
		for i := range n {
			if err := b.ctx.Err(); err != nil {
				return err
			}
			if err := turn((round + i) % n); err != nil {
				return err
			}
		}
	}
	return nil
}
