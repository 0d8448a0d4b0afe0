package proxybench

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// load asks one proxy over connections that stay open. It writes ready-made
// bytes, so that most of the machine is left to what is measured.
type load struct {
	request []byte
	conns   []net.Conn
	readers []*bufio.Reader
}

// newLoad opens the connections for calls of a tool.
func newLoad(b *testing.B, proxy, path, token string, conns int) *load {
	b.Helper()
	address := strings.TrimPrefix(proxy, "http://")
	l := new(load)
	for range conns {
		conn, err := net.Dial("tcp", strings.Replace(address, "localhost", "127.0.0.1", 1))
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = conn.Close() })
		l.conns = append(l.conns, conn)
		l.readers = append(l.readers, bufio.NewReader(conn))
	}
	l.request = call(address, path, token, "")
	res := l.once(b)
	l.request = call(address, path, token, res.Get("Mcp-Session-Id"))
	l.run(b, 50*conns) // Warm up.
	return l
}

// call is a request of MCP as clients send it.
func call(address, path, token, session string) []byte {
	body := pad(`{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"search","arguments":{"query":"%s"}}}`)
	head := []string{
		"POST " + path + "/mcp HTTP/1.1",
		"Host: " + address,
		"User-Agent: python-httpx/0.28.1",
		"Accept: application/json, text/event-stream",
		"Accept-Encoding: gzip, deflate",
		"Authorization: Bearer " + token,
		"Content-Type: application/json",
		"Mcp-Protocol-Version: 2025-11-25",
		fmt.Sprintf("Content-Length: %d", len(body)),
	}
	if session != "" {
		head = append(head, "Mcp-Session-Id: "+session)
	}
	return []byte(strings.Join(head, "\r\n") + "\r\n\r\n" + body)
}

// run asks n times, over all connections at once.
func (l *load) run(b *testing.B, n int) {
	b.Helper()
	failed := make(chan error, len(l.conns))
	var asking sync.WaitGroup
	for i := range l.conns {
		asking.Go(func() {
			for range n / len(l.conns) {
				if _, err := l.ask(i); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	asking.Wait()
	select {
	case err := <-failed:
		b.Fatal(err)
	default:
	}
}

// once asks one time and is the answer's header.
func (l *load) once(b *testing.B) http.Header {
	b.Helper()
	h, err := l.ask(0)
	if err != nil {
		b.Fatal(err)
	}
	return h
}

// ask asks over one connection and reads the whole answer.
func (l *load) ask(i int) (http.Header, error) {
	if _, err := l.conns[i].Write(l.request); err != nil {
		return nil, err
	}
	res, err := http.ReadResponse(l.readers[i], nil)
	if err != nil {
		return nil, err
	}
	n, err := io.Copy(io.Discard, res.Body)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK || n < answerBytes {
		return nil, fmt.Errorf("answered %s with %d bytes", res.Status, n)
	}
	return res.Header, nil
}
