package gateway

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// MaxBody bounds the body of a proxied request, in bytes.
	MaxBody = 64 << 20
	// bufferSize is how much of a body is read before the upstream is asked:
	// nearly always all. It is also what is passed on at a time.
	bufferSize = 32 << 10
	// bodyTime bounds the wait for the next bytes of a caller's body, and
	// lingerTime that for the rest of one which nobody needs any more.
	bodyTime   = 30 * time.Second
	lingerTime = 2 * time.Second
)

// bodyError says that the caller's body could not be read.
type bodyError struct{ cause error }

func (e *bodyError) Error() string { return "read the caller's body: " + e.cause.Error() }

func (e *bodyError) Unwrap() error { return e.cause }

// buffer is memory that many requests use in turn. It goes back to its pool
// once each holder has released it: the transport may go on sending a body
// after it has returned the response.
type buffer struct {
	bytes   [bufferSize]byte
	holders atomic.Int32
	pool    *sync.Pool
}

func newBufferPool() *sync.Pool {
	pool := new(sync.Pool)
	pool.New = func() any { return &buffer{pool: pool} }
	return pool
}

// take is a buffer with one holder.
func take(pool *sync.Pool) *buffer {
	b := pool.Get().(*buffer) //nolint:forcetypeassert // The pool makes nothing else.
	b.holders.Store(1)
	return b
}

func (b *buffer) release() {
	if b.holders.Add(-1) == 0 {
		b.pool.Put(b)
	}
}

// received is a caller's body, as far as it was read.
type received struct {
	// head is the body's beginning. If that is all, whole is true and head is in
	// the exchange's room, if there is one; otherwise it is in the buffer.
	head    []byte
	whole   bool
	buffer  *buffer
	rest    io.Reader
	patient *patientReader // What rest is, unless the body is whole.
	// count is how many bytes came so far.
	count atomic.Int64
}

// receive reads a body of known length, if it fits a buffer, and of others what
// fits or is there. A request without a body gives none.
func (g *Gateway) receive(w http.ResponseWriter, control *http.ResponseController, r *http.Request, room *room) (*received, error) {
	if r.ContentLength == 0 || r.Body == nil || r.Body == http.NoBody {
		return nil, nil //nolint:nilnil // No body is no error.
	}
	if r.ContentLength > MaxBody {
		return nil, &http.MaxBytesError{Limit: MaxBody}
	}
	// Only connections without deadlines, in tests, refuse these.
	_ = control.SetReadDeadline(time.Now().Add(bodyTime))
	b := new(received)
	err := b.begin(g, w, r, room)
	b.count.Store(int64(len(b.head)))
	switch {
	case err != nil:
		b.end()
		return nil, &bodyError{err}
	case b.whole:
		_ = control.SetReadDeadline(time.Time{})
	default:
		// An upstream may answer before it has all of the body. The server
		// would swallow the rest of it then. HTTP/2 is always so.
		_ = control.EnableFullDuplex()
		b.patient = &patientReader{from: b.rest, control: control, count: &b.count}
		b.rest = b.patient
	}
	return b, nil
}

// begin reads the head.
func (b *received) begin(g *Gateway, w http.ResponseWriter, r *http.Request, room *room) error {
	if 0 < r.ContentLength && r.ContentLength <= bufferSize {
		b.head, b.whole = room.bytes(r.ContentLength), true
		n, err := io.ReadFull(r.Body, b.head)
		b.head = b.head[:n]
		return err
	}
	b.buffer = take(g.buffers)
	b.rest = http.MaxBytesReader(w, r.Body, MaxBody)
	n := 0
	for n < bufferSize {
		more, err := b.rest.Read(b.buffer.bytes[n:])
		n += more
		b.head = b.buffer.bytes[:n]
		if errors.Is(err, io.EOF) {
			b.head, b.whole = bytes.Clone(b.head), true
			b.buffer.release()
			b.buffer = nil
			return nil
		}
		if err != nil {
			return err
		}
		if r.ContentLength < 0 && n > 0 {
			break
		}
	}
	return nil
}

// open is the body as the transport sends it. One that is whole can be opened
// again, should the connection turn out to be dead; and the transport, which
// knows this very type for memory, sends it in one write with the header.
func (b *received) open() io.ReadCloser {
	if b.whole {
		return io.NopCloser(bytes.NewReader(b.head))
	}
	b.buffer.holders.Add(1)
	return &sending{buffer: b.buffer, head: b.head, rest: b.rest}
}

// unfinished says whether there may be more of the body to come. What remains
// of it on an HTTP/1 connection must not be taken for the next request: in full
// duplex the server does not see to that. The body may be nil.
func (b *received) unfinished() bool { return b != nil && b.patient != nil && !b.patient.ended.Load() }

// end ends the request's hold on the body. It may be nil.
func (b *received) end() {
	if b == nil {
		return
	}
	if b.patient != nil {
		b.patient.end()
	}
	if b.buffer != nil {
		b.buffer.release()
	}
}

// sending is a body on its way, which holds the buffer until it is closed. The
// transport may close it while it reads, and read after that.
type sending struct {
	rest io.Reader

	mu     sync.Mutex
	head   []byte
	buffer *buffer // Nil once closed.
}

// Read reads the head, and then the rest.
func (s *sending) Read(into []byte) (int, error) {
	n, err := s.readHead(into)
	if n > 0 || err != nil {
		return n, err
	}
	return s.rest.Read(into)
}

func (s *sending) readHead(into []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.buffer == nil {
		return 0, http.ErrBodyReadAfterClose
	}
	n := copy(into, s.head)
	s.head = s.head[n:]
	return n, nil
}

// Close releases the buffer, once.
func (s *sending) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.buffer != nil {
		s.buffer.release()
		s.buffer, s.head = nil, nil
	}
	return nil
}

// patientReader waits for each further part of a body, but not for ever. The
// transport reads from it, and may want to go on after the request is over: the
// connection's deadlines then belong to the next one.
type patientReader struct {
	from    io.Reader
	control *http.ResponseController
	count   *atomic.Int64
	// ended is true once all of the body came.
	ended atomic.Bool

	reading   sync.Mutex // Held while from is read.
	deadlines sync.Mutex
	over      bool
}

// Read reads the next part.
func (p *patientReader) Read(into []byte) (int, error) {
	p.reading.Lock()
	defer p.reading.Unlock()
	if !p.setDeadline(time.Now().Add(bodyTime)) {
		return 0, http.ErrBodyReadAfterClose
	}
	n, err := p.from.Read(into)
	// To HTTP/2 a deadline that passes is the body's end, also while nobody
	// waits for it.
	p.setDeadline(time.Time{})
	p.count.Add(int64(n))
	switch {
	case errors.Is(err, io.EOF):
		p.ended.Store(true)
	case err != nil:
		err = &bodyError{err}
	}
	return n, err
}

// setDeadline says whether the deadlines are still the body's.
func (p *patientReader) setDeadline(at time.Time) bool {
	p.deadlines.Lock()
	defer p.deadlines.Unlock()
	if !p.over {
		_ = p.control.SetReadDeadline(at)
	}
	return !p.over
}

// end leaves the body and the deadlines alone from now on. A read that is under
// way is broken off here: the server would do so too, and then wait for the rest
// of the body without a deadline.
func (p *patientReader) end() {
	p.deadlines.Lock()
	p.over = true
	p.deadlines.Unlock()
	if p.ended.Load() || p.control.SetReadDeadline(time.Unix(1, 0)) != nil {
		return
	}
	p.reading.Lock()
	defer p.reading.Unlock()
	_ = p.control.SetReadDeadline(time.Now().Add(lingerTime))
}
