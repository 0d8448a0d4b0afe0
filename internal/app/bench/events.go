package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// listen connects to where the target is.
func (t *target) listen() (*wire, error) {
	u, err := url.Parse(t.url)
	if err != nil {
		return nil, err
	}
	return connect(u.Host, t.headers())
}

// open sends a request, a call of a tool or a GET, and reads the answer up to
// its events.
func (w *wire) open(method, path string) (*events, error) {
	body := ""
	if method == http.MethodPost {
		body = callBody
	}
	res, err := w.send(method, path, body)
	if err != nil {
		return nil, err
	}
	if kind := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || kind != "text/event-stream" {
		_ = res.Body.Close()
		return nil, fmt.Errorf("%s %s: %s, %q instead of a stream", method, path, res.Status, kind)
	}
	return &events{response: res, lines: bufio.NewScanner(res.Body)}, nil
}

// events are those of one stream.
type events struct {
	response *http.Response
	lines    *bufio.Scanner
}

// next waits for an event and tells how long ago it was sent.
func (e *events) next() (time.Duration, error) {
	for e.lines.Scan() {
		_, after, found := bytes.Cut(e.lines.Bytes(), []byte(`"sent":`))
		if !found {
			continue
		}
		sent, err := strconv.ParseInt(string(bytes.TrimRight(after, "}")), 10, 64)
		if err != nil {
			return 0, err
		}
		return time.Since(time.Unix(0, sent)), nil
	}
	return 0, fmt.Errorf("the stream ended early (%w)", e.failed())
}

// finish reads to the end, which there must be.
func (e *events) finish() error {
	for e.lines.Scan() {
		if bytes.HasPrefix(e.lines.Bytes(), []byte("data:")) {
			return fmt.Errorf("an event too many: %s", e.lines.Bytes())
		}
	}
	return e.lines.Err()
}

func (e *events) failed() error {
	if err := e.lines.Err(); err != nil {
		return err
	}
	return net.ErrClosed
}
