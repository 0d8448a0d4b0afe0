package main

import (
	"encoding/json"
	"fmt"
	"time"
)

// How often each service is checked, and how long is looked at once each should
// have been.
const (
	checkInterval = 30 * time.Second
	checkWindow   = 15 * time.Second
)

// checking looks at the processor while all services are checked: for an
// interval and its jitter, in which each is asked for its tools as well, and
// then for a window.
func (b *bench) checking(data string) error {
	began := time.Now()
	s, err := b.serve("registry", data, "--health-interval", checkInterval.String())
	if err != nil {
		return err
	}
	t := b.report.table(fmt.Sprintf("10,000 enabled services of one upstream, each checked every %s", checkInterval),
		"", "cores", "memory", "services not checked since the start")
	look := func(name string, lasts time.Duration) (cores float64, err error) {
		cores, u, err := b.watch(s.process, lasts)
		if err != nil {
			return 0, err
		}
		unchecked, err := s.unchecked(began)
		if err != nil {
			return 0, err
		}
		t.row(name, fmt.Sprintf("%.2f", cores), size(float64(u.rss)), whole(float64(unchecked)))
		return cores, nil
	}
	if _, err := look("from the start, with the first discovery of tools", time.Until(began.Add(checkInterval*11/10))); err != nil {
		return err
	}
	cores, err := look("from then on", checkWindow)
	if err != nil {
		return err
	}
	b.report.ratio("10,000 services checked every 30 s beside half a core", cores/0.5, "≤ 1", fmt.Sprintf("%.2f cores", cores), "0.5 cores")
	return nil
}

// watch is how many cores a process is busy with for a while, and what it
// has used in the end.
func (b *bench) watch(p *process, lasts time.Duration) (cores float64, after usage, err error) {
	before, err := p.used()
	if err != nil {
		return 0, usage{}, err
	}
	began := time.Now()
	select {
	case <-time.After(lasts):
	case <-b.ctx.Done():
		return 0, usage{}, b.ctx.Err()
	}
	took := time.Since(began)
	after, err = p.used()
	return (after.cpu - before.cpu).Seconds() / took.Seconds(), after, err
}

// unchecked counts the services without a check since a time, and fails unless
// every one is healthy.
func (s *server) unchecked(since time.Time) (n int, err error) {
	text, err := s.get("/ws/health_status")
	if err != nil {
		return 0, err
	}
	var all map[string]struct {
		Status  string    `json:"status"`
		Checked time.Time `json:"last_checked_iso"`
	}
	if err := json.Unmarshal(text, &all); err != nil {
		return 0, err
	}
	if len(all) != manyServices {
		return 0, fmt.Errorf("%d services instead of %d", len(all), manyServices)
	}
	for path, h := range all {
		if h.Status != "healthy" {
			return 0, fmt.Errorf("%s is %s", path, h.Status)
		}
		if h.Checked.Before(since) {
			n++
		}
	}
	return n, nil
}
