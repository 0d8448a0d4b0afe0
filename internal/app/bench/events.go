package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// listener reads streams over a connection of its own.
type listener struct {
	conn   net.Conn
	reader *bufio.Reader
	host   string
	head   string // Of every request, without method, target and length.
}

// listen connects to where the target is.
func (t *target) listen() (*listener, error) {
	u, err := url.Parse(t.url)
	if err != nil {
		return nil, err
	}
	conn, err := net.Dial("tcp", u.Host) //nolint:noctx // Loopback: it takes no time.
	if err != nil {
		return nil, err
	}
	var head strings.Builder
	for name, value := range t.headers() {
		head.WriteString(name + ": " + value + "\r\n")
	}
	l := &listener{conn: conn, reader: bufio.NewReaderSize(conn, 2<<10), host: u.Host, head: head.String()}
	return l, nil
}

func (l *listener) close() { _ = l.conn.Close() }

// open sends a request, a call of a tool or a GET, and reads the answer up to
// its events.
func (l *listener) open(method, path string) (*events, error) {
	body := ""
	if method == http.MethodPost {
		body = callBody
	}
	if err := l.conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return nil, err
	}
	_, err := fmt.Fprintf(l.conn, "%s %s HTTP/1.1\r\nHost: %s\r\n%sContent-Length: %d\r\n\r\n%s", method, path, l.host, l.head, len(body), body)
	if err != nil {
		return nil, err
	}
	res, err := http.ReadResponse(l.reader, nil)
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
