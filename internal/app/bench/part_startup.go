package main

import (
	"fmt"
	"time"
)

// manyServices is how many the large registry has.
const manyServices = 10_000

// start is a data directory to start on, and what came of it.
type start struct {
	services int
	data     string
	ready    []time.Duration // From the start of the process to 200 at /readyz.
	rss      []int
}

// startUpPart starts servers with no and with many services, and lets one
// check many services for a while.
func (b *bench) startUpPart() error {
	_, upstream, err := b.role("mcp")
	if err != nil {
		return err
	}
	starts := []*start{{services: 0}, {services: manyServices}}
	for _, s := range starts {
		if s.data, err = b.seed(fmt.Sprintf("startup-%d", s.services), s.services, "http://"+upstream, true); err != nil {
			return err
		}
		// The first start makes the key and the administrator.
		server, err := b.serve("registry", s.data, "--health-interval", "24h")
		if err != nil {
			return err
		}
		if err := b.end(server.process); err != nil {
			return err
		}
	}
	if err := b.inTurns(len(starts), func(i int) error { return b.startOnce(starts[i]) }); err != nil {
		return err
	}
	t := b.report.table("Start-up, of a registry that has run before; services have 10 tools each", "services", "ready after", "memory")
	for _, s := range starts {
		t.row(whole(float64(s.services)), short(median(s.ready)), size(float64(median(s.rss))))
	}
	many := starts[1]
	b.report.ratio("ready with 10,000 services beside 1 s", median(many.ready).Seconds(), "≤ 1", short(median(many.ready)), "1 s")
	b.report.ratio("memory with 10,000 services beside 300 MB", float64(median(many.rss))/300e6, "≤ 1", size(float64(median(many.rss))), size(300e6))
	return b.checking(many.data)
}

// startOnce starts, looks and stops.
func (b *bench) startOnce(s *start) error {
	began := time.Now()
	server, err := b.begin("registry", s.data, "--health-interval", "24h")
	if err != nil {
		return err
	}
	if err := b.until(server.process, server.ready); err != nil {
		return err
	}
	s.ready = append(s.ready, time.Since(began))
	rss, err := server.settledRSS()
	if err != nil {
		return err
	}
	s.rss = append(s.rss, rss)
	return b.end(server.process)
}
