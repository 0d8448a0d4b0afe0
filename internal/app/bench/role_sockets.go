package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// arrival tells of one message to all sockets, in nanoseconds since 1970.
type arrival struct {
	First, Last int64 // When the first and the last socket had it.
	Bytes       int   // How long it was, for all of them.
}

// sockets are websockets in a process of their own. POST /open?url=…&n=…
// opens more of them until there are n, and waits for the message that each
// gets at once. GET /next waits for the next message to have reached all.
type sockets struct {
	mu      sync.Mutex
	open    int
	arrived int
	current arrival
	failed  error
	all     chan arrival
}

func newSockets() http.Handler {
	s := &sockets{all: make(chan arrival, 1)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /open", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		n, err := strconv.Atoi(q.Get("n"))
		if err == nil {
			err = s.dial(q.Get("url"), n)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	mux.HandleFunc("GET /next", func(w http.ResponseWriter, r *http.Request) {
		select {
		case a := <-s.all:
			_ = json.NewEncoder(w).Encode(a)
		case <-time.After(30 * time.Second):
			s.mu.Lock()
			defer s.mu.Unlock()
			http.Error(w, fmt.Sprintf("%d of %d sockets had the message after 30 s (%v)", s.arrived, s.open, s.failed), http.StatusGatewayTimeout)
		case <-r.Context().Done():
		}
	})
	return mux
}

// dialers is how many sockets are being opened at a time.
const dialers = 32

// dial opens sockets until there are n.
func (s *sockets) dial(address string, n int) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	missing := make(chan struct{}, n)
	for range n - s.open {
		missing <- struct{}{}
	}
	close(missing)
	failed := make([]error, dialers)
	var dialing sync.WaitGroup
	for i := range dialers {
		dialing.Go(func() {
			for range missing {
				if err := s.add(u); err != nil {
					failed[i] = err
					return
				}
			}
		})
	}
	dialing.Wait()
	return errors.Join(failed...)
}

// add opens one socket and listens to it.
func (s *sockets) add(u *url.URL) error {
	conn, err := net.Dial("tcp", u.Host) //nolint:noctx,gosec // G704: the benchmark names the address; on loopback it takes no time.
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", u.Path, u.Host)
	if err != nil {
		return err
	}
	reader := bufio.NewReaderSize(conn, 512)
	status, err := reader.ReadString('\n')
	if err != nil || !strings.HasPrefix(status, "HTTP/1.1 101 ") {
		return fmt.Errorf("open a socket: %q, %w", status, err)
	}
	for line := ""; line != "\r\n"; {
		if line, err = reader.ReadString('\n'); err != nil {
			return err
		}
	}
	if _, err := readText(reader, conn); err != nil {
		return err
	}
	s.mu.Lock()
	s.open++
	s.mu.Unlock()
	go s.listen(reader, conn)
	return nil
}

// listen notes each message.
func (s *sockets) listen(reader *bufio.Reader, conn io.Writer) {
	for {
		n, err := readText(reader, conn)
		if !s.note(n, err) {
			return
		}
	}
}

// note counts a message, and tells once all have it.
func (s *sockets) note(n int, err error) (goOn bool) {
	now := time.Now().UnixNano()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.arrived == 0 {
		s.current = arrival{First: now, Bytes: n}
	}
	if err == nil && n != s.current.Bytes {
		err = fmt.Errorf("messages of %d and of %d bytes", n, s.current.Bytes)
	}
	if err != nil {
		s.failed = err
		return false
	}
	if s.arrived++; s.arrived == s.open {
		s.current.Last = now
		s.arrived = 0
		s.all <- s.current
	}
	return true
}

// The first byte of the frames that come, see RFC 6455 section 5.2, and of the
// answer to a ping.
const (
	textFrame = 0x81
	pingFrame = 0x89
	pongFrame = 0x8a
)

// readText reads the next text message, of one frame without a mask, and is
// its length. Pings are answered on the way.
func readText(r *bufio.Reader, w io.Writer) (int, error) {
	for {
		first, n, err := readHead(r)
		switch {
		case err != nil:
			return 0, err
		case first == textFrame:
			return r.Discard(n)
		case first != pingFrame || n > 125:
			return 0, fmt.Errorf("a frame of kind %#x with %d bytes", first, n)
		}
		pong := make([]byte, 6+n)                  // With a mask of zeroes.
		pong[0], pong[1] = pongFrame, 0x80|byte(n) //nolint:gosec // G115: 125 at most
		if _, err := io.ReadFull(r, pong[6:]); err != nil {
			return 0, err
		}
		if _, err := w.Write(pong); err != nil {
			return 0, err
		}
	}
}

// readHead reads the head of a frame: its first byte, and its length.
func readHead(r *bufio.Reader) (first byte, n int, err error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:2]); err != nil {
		return 0, 0, err
	}
	switch head[1] {
	default:
		return head[0], int(head[1]), nil
	case 126:
		_, err = io.ReadFull(r, head[2:])
		return head[0], int(binary.BigEndian.Uint16(head[2:])), err
	case 127:
		return head[0], 0, errors.New("a message of 64 KiB or more")
	}
}
