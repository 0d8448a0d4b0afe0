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
	// bodyTime bounds the wait for the next bytes of a caller's body.
	bodyTime = 30 * time.Second
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
	// head is the body's beginning. If that is all, whole is true and head is
	// memory of its own; otherwise it is in the buffer.
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
func (g *Gateway) receive(w http.ResponseWriter, control *http.ResponseController, r *http.Request) (*received, error) {
	if r.ContentLength == 0 || r.Body == nil || r.Body == http.NoBody {
		return nil, nil //nolint:nilnil // No body is no error.
	}
	if r.ContentLength > MaxBody {
		return nil, &http.MaxBytesError{Limit: MaxBody}
	}
	// An upstream may answer before it has all of the body. The server would
	// swallow the rest of it then. HTTP/2 is always so, and refuses it.
	_ = control.EnableFullDuplex()
	// Only connections without deadlines, in tests, refuse these.
	_ = control.SetReadDeadline(time.Now().Add(bodyTime))
	b := new(received)
	err := b.begin(g, w, r)
	b.count.Store(int64(len(b.head)))
	switch {
	case err != nil:
		b.end()
		return nil, &bodyError{err}
	case b.whole:
		_ = control.SetReadDeadline(time.Time{})
	default:
		b.patient = &patientReader{from: b.rest, control: control, count: &b.count}
		b.rest = b.patient
	}
	return b, nil
}

// begin reads the head.
func (b *received) begin(g *Gateway, w http.ResponseWriter, r *http.Request) error {
	if 0 < r.ContentLength && r.ContentLength <= bufferSize {
		b.head, b.whole = make([]byte, r.ContentLength), true
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
	return &sending{buffer: b.buffer, Reader: io.MultiReader(bytes.NewReader(b.head), b.rest)}
}

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

// sending is a body on its way, which holds the buffer until it is closed.
type sending struct {
	io.Reader
	*buffer
	closed atomic.Bool
}

// Close releases the buffer, once.
func (s *sending) Close() error {
	if !s.closed.Swap(true) {
		s.release()
	}
	return nil
}

// patientReader waits for each further part of a body, but not for ever. The
// transport reads from it, and may go on after the request is over: the
// connection's deadlines then belong to the next one.
type patientReader struct {
	from    io.Reader
	control *http.ResponseController
	count   *atomic.Int64

	deadlines sync.Mutex
	over      bool
}

// Read reads the next part.
func (p *patientReader) Read(into []byte) (int, error) {
	p.setDeadline(time.Now().Add(bodyTime))
	n, err := p.from.Read(into)
	p.count.Add(int64(n))
	if err != nil {
		p.setDeadline(time.Time{})
		if !errors.Is(err, io.EOF) {
			err = &bodyError{err}
		}
	}
	return n, err
}

func (p *patientReader) setDeadline(at time.Time) {
	p.deadlines.Lock()
	defer p.deadlines.Unlock()
	if !p.over {
		_ = p.control.SetReadDeadline(at)
	}
}

// end leaves the deadlines alone from now on.
func (p *patientReader) end() {
	p.setDeadline(time.Time{})
	p.deadlines.Lock()
	defer p.deadlines.Unlock()
	p.over = true
}
