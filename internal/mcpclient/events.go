package mcpclient

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// errEventTooLarge says that an event, or a line of one, exceeds its bound.
var errEventTooLarge = errors.New("an event of the stream is too large")

// event is one event of a stream. MCP uses nothing of it but type and data.
type event struct {
	// kind is the event's type; "message" where the stream names none.
	kind string
	data []byte
}

// events reads a text/event-stream as the WHATWG HTML standard, section 9.2.6,
// defines it. It keeps at most one event, of at most max bytes, in memory.
type events struct {
	r *bufio.Reader
	// max bounds the bytes of one event's lines, comments left aside. It may
	// be changed between two events.
	max int64

	started bool
	afterCR bool
	line    bytes.Buffer
}

func newEvents(r io.Reader, limit int64) *events {
	return &events{r: bufio.NewReaderSize(r, 4<<10), max: limit}
}

// next returns the next event that has data; its data is the caller's. At the
// stream's end it returns io.EOF and drops an event that was not complete.
func (e *events) next() (event, error) {
	var (
		ev      event
		hasData bool
		size    int64
	)
	for {
		text, err := e.readLine(e.max - size)
		if err != nil {
			return event{}, err
		}
		if len(text) == 0 {
			if hasData {
				ev.data = ev.data[:len(ev.data)-1]
				if ev.kind == "" {
					ev.kind = "message"
				}
				return ev, nil
			}
			ev, size = event{}, 0
			continue
		}
		if text[0] == ':' {
			continue
		}
		size += int64(len(text)) + 1
		name, value, _ := bytes.Cut(text, []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch string(name) {
		case "event":
			ev.kind = string(value)
		case "data":
			hasData = true
			ev.data = append(append(ev.data, value...), '\n')
		}
	}
}

// readLine returns the next line without its end, which is CR, LF or CRLF. It
// does not wait for the LF that may follow a CR. The line is valid until the
// next call. A comment is not kept beyond its colon, and so has no bound.
func (e *events) readLine(limit int64) ([]byte, error) {
	e.line.Reset()
	for {
		b, err := e.r.ReadByte()
		if err != nil {
			return nil, err
		}
		if e.afterCR {
			e.afterCR = false
			if b == '\n' {
				continue
			}
		}
		if b == '\n' || b == '\r' {
			e.afterCR = b == '\r'
			e.skipBOM()
			return e.line.Bytes(), nil
		}
		if e.line.Len() > 0 && e.line.Bytes()[0] == ':' {
			continue
		}
		if int64(e.line.Len()) >= limit {
			return nil, errEventTooLarge
		}
		e.line.WriteByte(b)
	}
}

// skipBOM drops the byte order mark that may lead the stream's first line.
func (e *events) skipBOM() {
	if e.started {
		return
	}
	e.started = true
	if bytes.HasPrefix(e.line.Bytes(), []byte("\uFEFF")) {
		e.line.Next(len("\uFEFF"))
	}
}
