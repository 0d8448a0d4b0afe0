package main

import (
	"fmt"
	"net/http"
	"time"
)

// What a round of streams has, for each side.
const (
	firstBytes   = 200   // Calls that are answered by a stream of one event.
	pacedEvents  = 500   // Events, a millisecond apart.
	rushedEvents = 20000 // Events as fast as they go, 230 bytes each.
	idleStreams  = 2000  // Streams that stand open and are silent ...
	idleBefore   = 100   // ... after so many that the proxy knows them already.
)

// streaming is one way to the upstream, and what came of its rounds.
type streaming struct {
	*peer
	target target
	path   string

	first    []time.Duration // To the first event, all calls.
	delay    []time.Duration // Of each event, all rounds.
	p50, p99 []time.Duration // Of the delays, round by round.
	rates    []float64       // Events a second, round by round.
	idle     float64         // Bytes an idle stream.
}

// streamsPart sends events through the gateway, through nginx without
// buffering, and directly.
func (b *bench) streamsPart() error {
	sides, err := b.streamers()
	if err != nil {
		return err
	}
	for _, s := range sides {
		if err := s.stand(); err != nil {
			return fmt.Errorf("%s: %d idle streams: %w", s.name, idleStreams, err)
		}
	}
	err = b.inTurns(len(sides), func(i int) error {
		if err := sides[i].round(); err != nil {
			return fmt.Errorf("%s: %w", sides[i].name, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	b.tellStreams(sides)
	return nil
}

// streamers starts the ways to the upstream, ours first and direct last.
func (b *bench) streamers() ([]*streaming, error) {
	_, upstream, err := b.role("mcp")
	if err != nil {
		return nil, err
	}
	ours, err := b.serve("gateway", b.path("streams"), "--health-interval", "1h")
	if err != nil {
		return nil, err
	}
	if err := ours.register("/bench", "http://"+upstream, true); err != nil {
		return nil, err
	}
	token, err := b.token(ours.data, "gateway")
	if err != nil {
		return nil, err
	}
	sides := []*streaming{{
		peer: &peer{name: "this gateway", process: ours.process}, path: "/bench/mcp", target: target{url: ours.url, token: token},
	}}
	nginx, err := b.nginxKeepAlive(upstream)
	if err != nil {
		return nil, err
	}
	if nginx != nil {
		sides = append(sides, &streaming{peer: nginx, path: "/mcp", target: target{url: "http://" + nginx.address}})
	}
	return append(sides, &streaming{peer: &peer{name: "direct"}, path: "/mcp", target: target{url: "http://" + upstream}}), nil
}

// round takes each kind of stream once.
func (s *streaming) round() error {
	l, err := s.target.listen()
	if err != nil {
		return err
	}
	defer l.close()
	for range firstBytes {
		began := time.Now()
		if err := s.events(l, 1, 0, func(time.Duration) { s.first = append(s.first, time.Since(began)) }); err != nil {
			return err
		}
	}
	var delays []time.Duration
	if err := s.events(l, pacedEvents, time.Millisecond, func(d time.Duration) { delays = append(delays, d) }); err != nil {
		return err
	}
	s.p50, s.p99 = append(s.p50, percentile(delays, 50)), append(s.p99, percentile(delays, 99))
	s.delay = append(s.delay, delays...)
	began := time.Now()
	if err := s.events(l, rushedEvents, 0, func(time.Duration) {}); err != nil {
		return err
	}
	s.rates = append(s.rates, rushedEvents/time.Since(began).Seconds())
	return nil
}

// events calls a tool that is answered by n events, which must all come.
func (s *streaming) events(l *wire, n int, gap time.Duration, each func(time.Duration)) error {
	e, err := l.open(http.MethodPost, fmt.Sprintf("%s?n=%d&gap=%s", s.path, n, gap))
	if err != nil {
		return err
	}
	for range n {
		delay, err := e.next()
		if err != nil {
			return err
		}
		each(delay)
	}
	return e.finish()
}

// stand opens streams and looks at the memory that the proxy takes for them.
func (s *streaming) stand() error {
	if s.process == nil {
		return nil
	}
	var all []*wire
	defer func() {
		for _, l := range all {
			l.close()
		}
	}()
	var rss [2]int
	for i, n := range []int{idleBefore, idleStreams} {
		for range n {
			l, err := s.idleStream()
			if err != nil {
				return err
			}
			all = append(all, l)
		}
		var err error
		if rss[i], err = s.process.settledRSS(); err != nil {
			return err
		}
	}
	s.idle = float64(rss[1]-rss[0]) / idleStreams
	return nil
}

// idleStream is a stream that has brought one event, and is silent.
func (s *streaming) idleStream() (*wire, error) {
	l, err := s.target.listen()
	if err != nil {
		return nil, err
	}
	e, err := l.open(http.MethodGet, s.path+"?n=1")
	if err == nil {
		_, err = e.next()
	}
	if err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

func (b *bench) tellStreams(sides []*streaming) {
	t := b.report.table("Streams: events of 230 bytes, 2,000 idle streams",
		"", "first event p50", "p99", "delay of an event p50", "p99", "events/s", "memory of an idle stream")
	for _, s := range sides {
		idle := "–"
		if s.process != nil {
			idle = size(s.idle)
		}
		t.row(s.name, short(percentile(s.first, 50)), short(percentile(s.first, 99)), short(percentile(s.delay, 50)),
			short(percentile(s.delay, 99)), whole(median(s.rates)), idle)
	}
	ours := sides[0]
	b.report.ratio("memory of an idle stream beside 30 KB", ours.idle/30_000, "≤ 1", size(ours.idle), size(30_000))
	if len(sides) < 3 {
		return // No nginx.
	}
	nginx := sides[1]
	b.report.ratio("delay of an event p50 beside nginx", over(ours.p50, nginx.p50), "≤ 1.2", short(median(ours.p50)), short(median(nginx.p50)))
	b.report.ratio("delay of an event p99 beside nginx", over(ours.p99, nginx.p99), "≤ 1.2", short(median(ours.p99)), short(median(nginx.p99)))
	b.report.ratio("events/s beside nginx", over(ours.rates, nginx.rates), "", whole(median(ours.rates)), whole(median(nginx.rates)))
}
