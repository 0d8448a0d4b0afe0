package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// listTime is about how long a round of reading one list takes, or as long as
// one read does.
const listTime = 250 * time.Millisecond

// list is one list of a registry, and the same bytes from memory.
type list struct {
	services int
	path     string
	bytes    int
	sides    [2]func() (int, error) // Ours and from memory: a read is how many bytes.
	times    [2][]time.Duration     // Of a read, round by round.
}

// lists reads the lists of all registries, over one connection each.
func (b *bench) lists(servers map[int]*server) error {
	dir := b.path("lists")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	var all []*list
	for _, n := range registrySizes {
		for _, path := range []string{"/api/services", "/api/server_details/all"} {
			l := &list{services: n, path: path}
			body, err := servers[n].get(path)
			if err != nil {
				return err
			}
			if found, err := entries(body); err != nil || found != n {
				return fmt.Errorf("%s has %d services instead of %d (%w)", path, found, n, err)
			}
			l.bytes = len(body)
			l.sides[0] = func() (int, error) { return servers[n].read(path) }
			if err := os.WriteFile(filepath.Join(dir, l.file()), body, 0o600); err != nil {
				return err
			}
			all = append(all, l)
		}
	}
	p, address, err := b.role("memory", dir)
	if err != nil {
		return err
	}
	fromMemory := &server{process: p, url: "http://" + address, client: &http.Client{Transport: new(http.Transport), Timeout: time.Minute}}
	for _, l := range all {
		l.sides[1] = func() (int, error) { return fromMemory.read("/" + l.file()) }
		if err := b.inTurns(len(l.sides), l.round); err != nil {
			return err
		}
	}
	b.tellLists(all)
	return b.end(p)
}

// file is a name for the list.
func (l *list) file() string { return fmt.Sprintf("%d-%s", l.services, filepath.Base(l.path)) }

// round reads the list for a while.
func (l *list) round(side int) error {
	began, reads := time.Now(), 0
	for ; reads == 0 || time.Since(began) < listTime; reads++ {
		n, err := l.sides[side]()
		if err != nil {
			return err
		}
		if d := n - l.bytes; d > l.bytes/100 || -d > l.bytes/100 { // What is counted may be told in more digits.
			return fmt.Errorf("%s has %d bytes instead of %d", l.path, n, l.bytes)
		}
	}
	l.times[side] = append(l.times[side], time.Since(began)/time.Duration(reads))
	return nil
}

// entries counts the services of either list.
func entries(body []byte) (int, error) {
	var said struct{ Services []json.RawMessage }
	if err := json.Unmarshal(body, &said); err != nil || said.Services != nil {
		return len(said.Services), err
	}
	var byPath map[string]json.RawMessage
	err := json.Unmarshal(body, &byPath)
	return len(byPath), err
}

// read reads what is at a path, and is how much there was.
func (s *server) read(path string) (int, error) {
	req, err := http.NewRequest(http.MethodGet, s.url+path, nil) //nolint:noctx // The client has a timeout.
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+s.admin)
	req.Header.Set("Accept-Encoding", "identity")
	res, err := s.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = res.Body.Close() }()
	n, err := io.Copy(io.Discard, res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("GET %s: %s", path, res.Status)
	}
	return int(n), err
}

func (b *bench) tellLists(all []*list) {
	t := b.report.table("Lists, one after the other", "services", "", "reads/s to memory", "reads/s", "reads/s of the same bytes from memory", "time", "size")
	for _, l := range all {
		// The ratio of rates is the other way round than that of times.
		ratio := over(l.times[1], l.times[0])
		rates := [2]float64{1 / median(l.times[0]).Seconds(), 1 / median(l.times[1]).Seconds()}
		t.row(whole(float64(l.services)), l.path, fmt.Sprintf("%.2f", ratio), rate(rates[0]), rate(rates[1]), short(median(l.times[0])), size(float64(l.bytes)))
		aim := ""
		if l.services == 1_000 {
			aim = "≥ 0.5"
		}
		b.report.ratio(fmt.Sprintf("reads/s of %s, %s services, beside the same bytes from memory", l.path, whole(float64(l.services))),
			ratio, aim, rate(rates[0]), rate(rates[1]))
	}
}
