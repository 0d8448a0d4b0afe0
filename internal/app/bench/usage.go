package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of times in /proc, USER_HZ, which is 100 on every Linux.
const tick = 10 * time.Millisecond

// usage is what a process and its children have used.
type usage struct {
	cpu time.Duration // User and system, since their start.
	rss int           // Bytes that are resident now, shared ones counted for each.
}

// used reads the usage of a group of processes from /proc, see proc_pid_stat(5).
func (p *process) used() (u usage, err error) {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return u, err
	}
	found := false
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // It ended meanwhile.
		}
		// The name, in parentheses, may hold anything.
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		if len(fields) < 22 || fields[2] != strconv.Itoa(p.cmd.Process.Pid) {
			continue
		}
		var numbers [3]int
		for i, field := range []string{fields[11], fields[12], fields[21]} {
			if numbers[i], err = strconv.Atoi(field); err != nil {
				return u, fmt.Errorf("read %s: %w", file, err)
			}
		}
		u.cpu += time.Duration(numbers[0]+numbers[1]) * tick
		u.rss += numbers[2] * os.Getpagesize()
		found = true
	}
	if !found {
		return u, fmt.Errorf("%s has ended\n%s", p.name, p.tail())
	}
	return u, nil
}

// settledRSS is the resident memory once it no longer changes by much, or
// after a few seconds as it is.
func (p *process) settledRSS() (int, error) {
	last := 0
	for range 15 {
		u, err := p.used()
		if err != nil {
			return 0, err
		}
		if d := u.rss - last; d < 256<<10 && d > -256<<10 {
			return u.rss, nil
		}
		last = u.rss
		time.Sleep(300 * time.Millisecond)
	}
	return last, nil
}
