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
	*buffer
	// head is the body's beginning; whole is true if that is all.
	head    []byte
	whole   bool
	rest    io.Reader
	patient *patientReader // What rest is, unless the body is whole.
	// count is how many bytes came so far.
	count atomic.Int64
}

// receive reads what fits the buffer, or of a body of unknown length what is
// there. A request without a body gives none.
func (g *Gateway) receive(w http.ResponseWriter, r *http.Request) (*received, error) {
	if r.ContentLength == 0 || r.Body == nil || r.Body == http.NoBody {
		return nil, nil //nolint:nilnil // No body is no error.
	}
	if r.ContentLength > MaxBody {
		return nil, &http.MaxBytesError{Limit: MaxBody}
	}
	control := http.NewResponseController(w)
	// Only connections without deadlines, in tests, refuse these.
	_ = control.SetReadDeadline(time.Now().Add(bodyTime))
	b := &received{buffer: take(g.buffers)}
	b.rest = http.MaxBytesReader(w, r.Body, MaxBody)
	n := 0
	var err error
	for err == nil && n < len(b.bytes) {
		var more int
		more, err = b.rest.Read(b.bytes[n:])
		n += more
		if r.ContentLength < 0 && n > 0 {
			break
		}
	}
	b.head = b.bytes[:n]
	b.count.Store(int64(n))
	switch {
	case errors.Is(err, io.EOF):
		b.whole = true
		_ = control.SetReadDeadline(time.Time{})
	case err != nil:
		b.release()
		return nil, &bodyError{err}
	default:
		// The server would read the rest itself once the answer begins.
		_ = control.EnableFullDuplex()
		b.patient = &patientReader{from: b.rest, control: control, count: &b.count}
		b.rest = b.patient
	}
	return b, nil
}

// open is the body as the transport sends it. One that is whole can be opened
// again, should the connection turn out to be dead.
func (b *received) open() io.ReadCloser {
	b.holders.Add(1)
	s := &sending{buffer: b.buffer, Reader: bytes.NewReader(b.head)}
	if !b.whole {
		s.Reader = io.MultiReader(s.Reader, b.rest)
	}
	return s
}

// end ends the request's hold on the body. It may be nil.
func (b *received) end() {
	if b == nil {
		return
	}
	if b.patient != nil {
		b.patient.end()
	}
	b.release()
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
