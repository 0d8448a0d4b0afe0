package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strconv"
	"strings"
)

// messageBytes is the length of what a tool is asked, and of what it answers.
const messageBytes = 1 << 10

// upstreamSession is the session id in every answer, as long as those of the
// official SDKs.
const upstreamSession = "1868a90c-7d2f-4b1e-9c55-03f1e27a9d10"

// The call of a tool and its answer.
var (
	callBody   = padded(`{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"search","arguments":{"query":"%s"}}}`)
	answerBody = padded(`{"jsonrpc":"2.0","id":7,"result":{"content":[{"type":"text","text":"%s"}]}}`)
)

// padded fills the place in a message until it has messageBytes.
func padded(format string) string {
	return fmt.Sprintf(format, strings.Repeat("x", messageBytes-len(format)+len("%s")))
}

// playUpstream answers every request with the same answer of a tool. It knows
// just enough of HTTP for that, so that nearly all of the machine is left to
// what is measured; one thread is the cheapest.
func playUpstream(address string) error {
	runtime.GOMAXPROCS(1)
	listener, err := net.Listen("tcp", address) //nolint:noctx // For as long as the process lives.
	if err != nil {
		return err
	}
	head := "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nMcp-Session-Id: " + upstreamSession +
		"\r\nContent-Length: " + strconv.Itoa(len(answerBody)) + "\r\n"
	goOn := []byte(head + "\r\n" + answerBody)
	last := []byte(head + "Connection: close\r\n\r\n" + answerBody)
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go answerAll(conn, goOn, last)
	}
}

// answerAll answers the requests of one connection, which have a body of a
// known length and come one at a time.
func answerAll(conn net.Conn, goOn, last []byte) {
	defer func() { _ = conn.Close() }()
	buffer := make([]byte, 16<<10)
	for {
		n, err := readRequest(conn, buffer)
		if err != nil {
			return
		}
		if bytes.Contains(buffer[:n], []byte("\r\nConnection: close\r\n")) {
			_, _ = conn.Write(last)
			return
		}
		if _, err := conn.Write(goOn); err != nil {
			return
		}
	}
}

// readRequest reads a request with its body, and is the length of the header.
func readRequest(conn io.Reader, buffer []byte) (head int, err error) {
	total, read := len(buffer), 0
	for read < total {
		n, err := conn.Read(buffer[read:])
		if err != nil {
			return 0, err
		}
		read += n
		if head > 0 {
			continue
		}
		if i := bytes.Index(buffer[:read], []byte("\r\n\r\n")); i >= 0 {
			head = i + len("\r\n")
			if total, err = requestBytes(buffer[:head]); err != nil {
				return 0, err
			}
			if total > len(buffer) {
				return 0, errors.New("a request that is too long")
			}
		}
	}
	return head, nil
}

// requestBytes is the length of the request with this header.
func requestBytes(head []byte) (int, error) {
	const name = "content-length:"
	for line := range bytes.SplitSeq(head, []byte("\r\n")) {
		if len(line) > len(name) && bytes.EqualFold(line[:len(name)], []byte(name)) {
			n, err := strconv.Atoi(string(bytes.TrimSpace(line[len(name):])))
			return len(head) + len("\r\n") + n, err
		}
	}
	return len(head) + len("\r\n"), nil
}
