package main

import (
	"fmt"
	"time"
)

// registrySizes are how many services the registries have.
var registrySizes = []int{100, 1_000, 10_000}

// registryPart reads and writes registries of different sizes, which all run
// at the same time.
func (b *bench) registryPart() error {
	_, upstream, err := b.role("mcp")
	if err != nil {
		return err
	}
	servers := make(map[int]*server, len(registrySizes))
	for _, n := range registrySizes {
		data, err := b.seed(fmt.Sprintf("registry-%d", n), n, "http://"+upstream, false)
		if err != nil {
			return fmt.Errorf("make %d services: %w", n, err)
		}
		b.say("%d services are made", n)
		// They are disabled, so that no check comes in between.
		servers[n], err = b.serve(fmt.Sprintf("registry of %d", n), data, "--health-interval", "24h")
		if err != nil {
			return err
		}
	}
	if err := b.lists(servers); err != nil {
		return err
	}
	b.say("lists are read")
	if err := b.toggles(servers); err != nil {
		return err
	}
	return b.registrations(servers)
}

// timed is how long it takes to do something n times, one after the other.
func timed(n int, do func(i int) error) (time.Duration, error) {
	began := time.Now()
	for i := range n {
		if err := do(i); err != nil {
			return 0, err
		}
	}
	return time.Since(began), nil
}
