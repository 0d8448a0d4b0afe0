package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// fireByHand writes ready-made bytes over connections of its own, each a call
// after the other.
func (t *target) fireByHand(conns int) (shot, error) {
	u, err := url.Parse(t.url)
	if err != nil {
		return shot{}, err
	}
	head := []string{"POST " + u.Path + " HTTP/1.1", "Host: " + u.Host, fmt.Sprintf("Content-Length: %d", len(callBody))}
	for name, value := range t.headers() {
		head = append(head, name+": "+value)
	}
	request := []byte(strings.Join(head, "\r\n") + "\r\n\r\n" + callBody)
	began := time.Now()
	times := make([][]time.Duration, conns)
	failed := make([]error, conns)
	var calling sync.WaitGroup
	for i := range conns {
		calling.Go(func() { times[i], failed[i] = callUntil(u.Host, request, began.Add(roundTime)) })
	}
	calling.Wait()
	took := time.Since(began)
	var all []time.Duration
	for i := range conns {
		if failed[i] != nil {
			return shot{}, fmt.Errorf("call %s: %w", t.url, failed[i])
		}
		all = append(all, times[i]...)
	}
	return shot{calls: len(all), took: took, p50: percentile(all, 50), p99: percentile(all, 99)}, nil
}

// callUntil calls over one connection until the end, and is how long each
// call took.
func callUntil(address string, request []byte, end time.Time) ([]time.Duration, error) {
	conn, err := net.Dial("tcp", address) //nolint:noctx // Loopback: it takes no time.
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(end.Add(time.Minute)); err != nil {
		return nil, err
	}
	reader := bufio.NewReader(conn)
	var times []time.Duration
	for {
		began := time.Now()
		if began.After(end) {
			return times, nil
		}
		if _, err := conn.Write(request); err != nil {
			return nil, err
		}
		res, err := http.ReadResponse(reader, nil)
		if err != nil {
			return nil, err
		}
		n, err := io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		if err != nil {
			return nil, err
		}
		if res.StatusCode != http.StatusOK || n != messageBytes {
			return nil, fmt.Errorf("answered %s with %d bytes", res.Status, n)
		}
		times = append(times, time.Since(began))
	}
}
