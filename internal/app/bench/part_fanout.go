package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"syscall"
	"time"
)

// socketCounts are how many sockets listen; filesBeside is what a process
// wants to open besides them.
var socketCounts = []int{100, 1_000, 10_000}

const filesBeside = 500

// changesInRound is how many changes a round has, one after the other.
const changesInRound = 5

// crowd is a server and the sockets that listen to it, each in a process.
type crowd struct {
	name   string
	server *process
	change func(n int) error // Makes the nth change.
	made   int               // Changes so far.
	socket string            // Where sockets connect to.
	ears   *server           // The process of the sockets.

	few, rss    int             // Sockets in the smallest crowd, and the server's bytes then.
	first, last []time.Duration // From the change until sockets had it.
	rounds      []time.Duration // The median of last, round by round.
}

// fanOutPart changes one service and waits until every socket has heard,
// beside bare melody and bare gorilla, which send a message of the same length.
func (b *bench) fanOutPart() error {
	crowds, err := b.crowds()
	if err != nil {
		return err
	}
	t := b.report.table("Fan-out: one change to all websockets", "sockets", "", "last socket to gorilla",
		"first socket", "last socket", "last socket p99", "memory of a socket")
	for _, n := range socketCounts {
		if limit, ok := filesAllow(n); !ok {
			b.warn("%s sockets are left out, since a process may open %d files; raise that with: ulimit -n", whole(float64(n)), limit)
			continue
		}
		if err := b.tellCrowds(crowds, n); err != nil {
			return fmt.Errorf("%d sockets: %w", n, err)
		}
		if err := crowdRows(b.report, t, crowds, n); err != nil {
			return err
		}
	}
	return nil
}

// filesAllow tells whether a process may open n sockets. Go raises the soft
// limit to the hard one in each process.
func filesAllow(n int) (limit uint64, ok bool) {
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		return 0, false
	}
	return files.Max, files.Max >= uint64(n+filesBeside) //nolint:gosec // G115: never negative
}

// crowds starts the servers, ours first, and the processes of their sockets.
func (b *bench) crowds() ([]*crowd, error) {
	ours, err := b.serve("registry", b.path("fanout"), "--health-interval", "24h", "--ws-max-per-address", "20000")
	if err != nil {
		return nil, err
	}
	if err := ours.register("/bench", "http://localhost:9", false); err != nil {
		return nil, err
	}
	message, err := ours.get("/ws/health_status")
	if err != nil {
		return nil, err
	}
	crowds := []*crowd{{
		name: "this registry", server: ours.process, socket: ours.url + "/ws/health_status",
		change: func(n int) error { return ours.post("/edit/bench", map[string]any{"num_stars": n}) },
	}}
	for _, library := range []string{"gorilla", "melody"} {
		p, address, err := b.role(library)
		if err != nil {
			return nil, err
		}
		crowds = append(crowds, &crowd{
			name: "bare " + library, server: p, socket: "http://" + address + "/ws",
			change: func(int) error { return post("http://"+address+"/change", message) },
		})
	}
	for _, c := range crowds {
		p, address, err := b.role("sockets")
		if err != nil {
			return nil, err
		}
		c.ears = &server{process: p, url: "http://" + address, client: &http.Client{Timeout: 2 * time.Minute}}
	}
	return crowds, nil
}

// tellCrowds opens sockets until each crowd has n, and lets the crowds take turns.
func (b *bench) tellCrowds(crowds []*crowd, n int) error {
	for _, c := range crowds {
		c.first, c.last, c.rounds = nil, nil, nil
		q := url.Values{"url": {c.socket}, "n": {fmt.Sprint(n)}}
		if err := post(c.ears.url+"/open?"+q.Encode(), nil); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		if err := c.round(); err != nil { // To warm up.
			return fmt.Errorf("%s: %w", c.name, err)
		}
		c.first, c.last, c.rounds = nil, nil, nil
	}
	return b.inTurns(len(crowds), func(i int) error {
		if err := crowds[i].round(); err != nil {
			return fmt.Errorf("%s: %w", crowds[i].name, err)
		}
		return nil
	})
}

// round makes changes, each once all sockets have heard of the one before.
func (c *crowd) round() error {
	begin := len(c.last)
	for range changesInRound {
		began := time.Now()
		c.made++
		if err := c.change(c.made); err != nil {
			return err
		}
		text, err := c.ears.get("/next")
		if err != nil {
			return err
		}
		var a arrival
		if err := json.Unmarshal(text, &a); err != nil {
			return err
		}
		c.first = append(c.first, time.Unix(0, a.First).Sub(began))
		c.last = append(c.last, time.Unix(0, a.Last).Sub(began))
	}
	c.rounds = append(c.rounds, median(c.last[begin:]))
	return nil
}

// crowdRows adds what there is to say of n sockets. The memory of a socket is
// by how much the server has grown since the smallest crowd: what it took to
// start may be given back meanwhile.
func crowdRows(r *report, t *table, crowds []*crowd, n int) error {
	memory := make([]float64, len(crowds))
	for i, c := range crowds {
		rss, err := c.server.settledRSS()
		if err != nil {
			return err
		}
		if c.few == 0 {
			c.few, c.rss = n, rss
		}
		memory[i] = float64(rss-c.rss) / float64(max(1, n-c.few))
	}
	last := n == socketCounts[len(socketCounts)-1]
	ours, gorilla := crowds[0], crowds[1]
	for i, c := range crowds {
		own := "–"
		if last {
			own = size(memory[i])
		}
		t.row(whole(float64(n)), c.name, fmt.Sprintf("%.2f", over(c.rounds, gorilla.rounds)),
			short(median(c.first)), short(median(c.last)), short(percentile(c.last, 99)), own)
	}
	r.ratio(fmt.Sprintf("a change to %s sockets beside bare gorilla", whole(float64(n))), over(ours.rounds, gorilla.rounds),
		map[bool]string{true: "≤ 1.2"}[last], short(median(ours.last)), short(median(gorilla.last)))
	if last {
		r.ratio("memory of a socket beside 30 KB", memory[0]/30_000, "≤ 1", size(memory[0]), size(30_000))
	}
	return nil
}

// post sends a body to a process of the benchmark.
func post(address string, body []byte) error {
	client := &http.Client{Timeout: 2 * time.Minute}
	res, err := client.Post(address, "application/json", bytes.NewReader(body)) //nolint:noctx // The client has a timeout.
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		return fmt.Errorf("POST %s: %s: %s (%w)", address, res.Status, text, err)
	}
	return nil
}
