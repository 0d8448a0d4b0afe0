package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// wire is a connection over which requests are written and answers read without
// net/http's client, whose goroutines would take as much of the machine as what
// is measured.
type wire struct {
	conn   net.Conn
	reader *bufio.Reader
	host   string
	head   string // Of every request, without method, target and length.
}

// connect connects to a host:port.
func connect(host string, headers map[string]string) (*wire, error) {
	conn, err := net.Dial("tcp", host) //nolint:noctx // Loopback: it takes no time.
	if err != nil {
		return nil, err
	}
	var head strings.Builder
	for name, value := range headers {
		head.WriteString(name + ": " + value + "\r\n")
	}
	return &wire{conn: conn, reader: bufio.NewReaderSize(conn, 2<<10), host: host, head: head.String()}, nil
}

func (w *wire) close() { _ = w.conn.Close() }

// send sends a request. The answer's body is to be read before the next.
func (w *wire) send(method, path, body string) (*http.Response, error) {
	if err := w.conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return nil, err
	}
	_, err := fmt.Fprintf(w.conn, "%s %s HTTP/1.1\r\nHost: %s\r\n%sContent-Length: %d\r\n\r\n%s", method, path, w.host, w.head, len(body), body)
	if err != nil {
		return nil, err
	}
	return http.ReadResponse(w.reader, nil)
}

// post sends a body. Any answer but a success is an error.
func (w *wire) post(path, body string) error {
	res, err := w.send(http.MethodPost, path, body)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode >= http.StatusMultipleChoices {
		err = fmt.Errorf("POST %s: %s: %s", path, res.Status, text[:min(len(text), 500)])
	}
	return err
}
