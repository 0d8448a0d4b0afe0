package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// What a round of writes has.
const (
	togglesInRound = 20  // Services that are switched on, and off again.
	registrations  = 100 // One after the other.
	registrars     = 64  // At the same time ...
	registeredEach = 10  // ... this many each.
)

// toggles switches services of the smallest and of the largest registry on
// and off. To switch on takes a check of the upstream.
func (b *bench) toggles(servers map[int]*server) error {
	sizes := []int{registrySizes[0], registrySizes[len(registrySizes)-1]}
	names := []string{"on, with a check", "off"}
	times := [2][2][]time.Duration{} // By size, then by direction.
	err := b.inTurns(len(sizes), func(side int) error {
		s := servers[sizes[side]]
		for direction, on := range []bool{true, false} {
			took, err := timed(togglesInRound, func(i int) error { return s.toggle(seededPath(i), on) })
			if err != nil {
				return err
			}
			times[side][direction] = append(times[side][direction], took/togglesInRound)
		}
		return nil
	})
	if err != nil {
		return err
	}
	t := b.report.table("Toggles", "", "10,000 services to 100", "with 100 services", "with 10,000")
	for direction, name := range names {
		few, many := times[0][direction], times[1][direction]
		t.row(name, fmt.Sprintf("%.2f", over(many, few)), short(median(few)), short(median(many)))
	}
	b.report.ratio("time of a toggle off with 10,000 services beside 100", over(times[1][1], times[0][1]), "≤ 1.3",
		short(median(times[1][1])), short(median(times[0][1])))
	return nil
}

// registering is a way to write, and how often a second it did, round by round.
type registering struct {
	name  string
	round func() (float64, error)
	rates []float64
}

// registrations registers services, one after the other and many at the same
// time, beside bare commits of the same database.
func (b *bench) registrations(servers map[int]*server) error {
	database, err := b.bareDatabase()
	if err != nil {
		return err
	}
	defer func() { _ = database.close() }()
	sides := []*registering{
		{name: "bare commits, one INSERT each", round: func() (float64, error) {
			return often(registrations, func(int) error { return database.commit(b.ctx) })
		}},
	}
	var next atomic.Int64
	for _, side := range []struct {
		name        string
		wires, each int
		size        int
	}{
		{"one after the other, from 100 services", 1, registrations, registrySizes[0]},
		{"one after the other, from 10,000 services", 1, registrations, registrySizes[len(registrySizes)-1]},
		{"64 at a time, from 100 services", registrars, registeredEach, registrySizes[0]},
		{"64 at a time, from 10,000 services", registrars, registeredEach, registrySizes[len(registrySizes)-1]},
	} {
		s := servers[side.size]
		sides = append(sides, &registering{name: side.name, round: func() (float64, error) {
			return concurrently(s, side.wires, side.each, func(w *wire) error {
				path := fmt.Sprintf("/new/service-%d", next.Add(1))
				text, err := json.Marshal(registration(path, "http://localhost:9"))
				if err != nil {
					return err
				}
				return w.post("/register", string(text))
			})
		}})
	}
	err = b.inTurns(len(sides), func(i int) error {
		rate, err := sides[i].round()
		sides[i].rates = append(sides[i].rates, rate)
		return err
	})
	if err != nil {
		return err
	}
	t := b.report.table("Registrations", "", "to bare commits", "a second")
	bare := sides[0]
	aims := []string{"", "≥ 0.7", "≥ 0.7", "> 2", "> 2"}
	for i, side := range sides {
		t.row(side.name, fmt.Sprintf("%.2f", over(side.rates, bare.rates)), whole(median(side.rates)))
		if i > 0 {
			b.report.ratio("registrations "+side.name+", beside bare commits", over(side.rates, bare.rates), aims[i],
				whole(median(side.rates)), whole(median(bare.rates)))
		}
	}
	return nil
}

// often is how often a second something is done n times.
func often(n int, do func(i int) error) (float64, error) {
	took, err := timed(n, do)
	return float64(n) / took.Seconds(), err
}

// concurrently is how often a second something is done, each times over each of
// n connections.
func concurrently(s *server, n, each int, do func(*wire) error) (float64, error) {
	wires := make([]*wire, n)
	for i := range wires {
		var err error
		if wires[i], err = s.connect(); err != nil {
			return 0, err
		}
		defer wires[i].close()
	}
	failed := make([]error, n)
	began := time.Now()
	var registering sync.WaitGroup
	for i, w := range wires {
		registering.Go(func() { _, failed[i] = timed(each, func(int) error { return do(w) }) })
	}
	registering.Wait()
	return float64(n*each) / time.Since(began).Seconds(), errors.Join(failed...)
}
