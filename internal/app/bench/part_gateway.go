package main

import (
	"fmt"
	"time"
)

// side is one way to the upstream, and what came of its rounds.
type side struct {
	*peer
	target target
	rates  []float64
	p50    []time.Duration
	p99    []time.Duration
	cpu    time.Duration
	calls  int
}

// gatewayPart calls a tool with 1 KiB of JSON each way, over 1, 32 and 256
// connections that stay open: through the gateway, with a token, a bound
// session, accounting and the access log, through each peer, which does
// nothing of that, and directly.
func (b *bench) gatewayPart() error {
	_, upstream, err := b.role("upstream")
	if err != nil {
		return err
	}
	sides, err := b.proxies(upstream)
	if err != nil {
		return err
	}
	t := b.report.table("Calls of a tool, 1 KiB each way",
		"connections", "", "calls/s to nginx keep-alive", "CPU to nginx keep-alive", "calls/s", "CPU µs/call", "p50", "p99")
	for _, conns := range []int{1, 32, 256} {
		if err := b.callRounds(sides, conns); err != nil {
			return err
		}
		reference := find(sides, "nginx, keep-alive")
		for _, s := range sides {
			s.tell(t, conns, reference)
		}
		b.gatewayRatios(sides, conns)
	}
	return nil
}

// proxies starts all ways to the upstream, ours first.
func (b *bench) proxies(upstream string) ([]*side, error) {
	ours, err := b.serve("gateway", b.path("gateway"), "--health-interval", "1h")
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
	sides := []*side{{
		peer:   &peer{name: "this gateway", process: ours.process, address: ours.address},
		target: target{url: ours.url + "/bench/mcp", token: token},
	}}
	for _, start := range []func(string) (*peer, error){b.nginxKeepAlive, b.nginxOriginal, b.haproxy, b.caddy, b.bare} {
		p, err := start(upstream)
		if err != nil {
			return nil, err
		}
		if p != nil {
			sides = append(sides, &side{peer: p, target: target{url: "http://" + p.address + "/mcp"}})
		}
	}
	sides = append(sides, &side{peer: &peer{name: "direct"}, target: target{url: "http://" + upstream + "/mcp"}})
	for _, s := range sides {
		if err := s.target.prepare(); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return sides, nil
}

// bare is the standard library's reverse proxy.
func (b *bench) bare(upstream string) (*peer, error) {
	p, address, err := b.role("reverseproxy", "http://"+upstream)
	return &peer{name: "bare Go ReverseProxy", process: p, address: address}, err
}

// callRounds lets the sides take turns, after a round each that is not counted.
func (b *bench) callRounds(sides []*side, conns int) error {
	b.say("%d connections", conns)
	for _, s := range sides {
		*s = side{peer: s.peer, target: s.target}
		if _, err := b.fire(&s.target, conns); err != nil {
			return err
		}
	}
	return b.inTurns(len(sides), func(i int) error {
		s := sides[i]
		before, err := s.usage()
		if err != nil {
			return err
		}
		shot, err := b.fire(&s.target, conns)
		if err != nil {
			return err
		}
		after, err := s.usage()
		if err != nil {
			return err
		}
		s.rates = append(s.rates, shot.perSecond())
		s.p50, s.p99 = append(s.p50, shot.p50), append(s.p99, shot.p99)
		s.cpu += after.cpu - before.cpu
		s.calls += shot.calls
		return nil
	})
}

// usage is that of the proxy; direct calls have none.
func (s *side) usage() (usage, error) {
	if s.process == nil {
		return usage{}, nil
	}
	return s.process.used()
}

// perCall is the proxy's CPU time for a call, in microseconds.
func (s *side) perCall() float64 { return float64(s.cpu.Microseconds()) / float64(max(s.calls, 1)) }

// find is the side of that name; nil if it is not in the run.
func find(sides []*side, name string) *side {
	for _, s := range sides {
		if s.name == name {
			return s
		}
	}
	return nil
}

// tell adds the side's line.
func (s *side) tell(t *table, conns int, reference *side) {
	rate, cpu, own := "–", "–", "–"
	if reference != nil {
		rate = fmt.Sprintf("%.2f", over(s.rates, reference.rates))
	}
	if s.process != nil {
		own = fmt.Sprintf("%.1f", s.perCall())
		if reference != nil {
			cpu = fmt.Sprintf("%.2f", s.perCall()/reference.perCall())
		}
	}
	t.row(fmt.Sprint(conns), s.name, rate, cpu, whole(median(s.rates)), own, short(median(s.p50)), short(median(s.p99)))
}

// gatewayRatios adds what there is an aim for.
func (b *bench) gatewayRatios(sides []*side, conns int) {
	ours, kept := sides[0], find(sides, "nginx, keep-alive")
	times := func(what string, mine, theirs []time.Duration, aim string) {
		b.report.ratio(fmt.Sprintf("%s, %d connections", what, conns), over(mine, theirs), aim,
			short(median(mine)), short(median(theirs)))
	}
	switch original := find(sides, "nginx, as the original"); {
	case kept == nil || original == nil:
	case conns == 1:
		direct := find(sides, "direct")
		b.report.ratio("added p50 beside nginx as the original, 1 connection",
			float64(median(ours.p50)-median(direct.p50))/float64(max(1, median(original.p50)-median(direct.p50))), "≤ 1",
			short(median(ours.p50)-median(direct.p50)), short(median(original.p50)-median(direct.p50)))
	case conns == 256:
		times("p99 beside nginx keep-alive", ours.p99, kept.p99, "≤ 1.5")
	default:
		for _, s := range sides[1:] {
			aim := "> 1"
			switch s.name {
			case kept.name:
				aim = "≥ 0.8"
			case "direct":
				aim = ""
			}
			b.report.ratio(fmt.Sprintf("calls/s beside %s, %d connections", s.name, conns), over(ours.rates, s.rates), aim,
				whole(median(ours.rates)), whole(median(s.rates)))
		}
	}
}
