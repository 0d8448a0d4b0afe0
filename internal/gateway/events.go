package gateway

import (
	"bytes"
	"errors"
	"slices"
)

// maxEndpointEvent bounds an endpoint event, and maxPadding a line that may yet
// begin one, in bytes.
const (
	maxEndpointEvent = 2 * maxEndpoint
	maxPadding       = 256
)

var errBadEndpointEvent = errors.New("the upstream sent a malformed endpoint event")

// endpointFilter passes an event stream on and gives the data of each endpoint
// event to replace. Clients of HTTP+SSE post to where such an event says, with
// their secrets, whenever one comes; so none may pass as it is, in whatever
// spelling a client might understand. All else passes untouched and at once,
// but for the beginning of a line that may yet be an endpoint event's.
//
// See https://html.spec.whatwg.org/multipage/server-sent-events.html, section
// 9.2.5, for lines, fields and events.
type endpointFilter struct {
	replace func(data string) (string, error)

	// matching is true from a line's beginning until it has become another
	// line than the field; held is what came of it.
	matching bool
	held     []byte
	// odd is true for a line that only some clients take for one.
	odd bool
	// dataPassed is true once data of the current event was passed on.
	dataPassed bool
	// begun is true once bytes of the stream were seen, lineEmpty at the
	// beginning of a line, cr after a CR, unnamed after one that ended the
	// field without a name.
	begun, lineEmpty, cr, unnamed bool
	// inEvent is true within an endpoint event; event holds its other lines.
	inEvent bool
	event   []byte
}

func newEndpointFilter(replace func(string) (string, error)) *endpointFilter {
	return &endpointFilter{replace: replace, matching: true, lineEmpty: true}
}

// The field that makes an event an endpoint event, in both spellings, and the
// byte order mark that may stand before the first line. Never changed.
var (
	fieldSpaced = []byte("event: endpoint")
	fieldTight  = []byte("event:endpoint")
	byteOrder   = []byte("\xef\xbb\xbf")

	eventField   = []byte("event:")
	endpointName = []byte("endpoint")
)

func isField(line []byte) bool {
	return bytes.Equal(line, fieldSpaced) || bytes.Equal(line, fieldTight)
}

func mayBecomeField(line []byte) bool {
	return bytes.HasPrefix(fieldSpaced, line) || bytes.HasPrefix(fieldTight, line)
}

// nameLike says what a line has after "event:", but for what is no visible
// ASCII: the SDKs for Go and Java trim blanks of many kinds from a name. ok is
// false for any other line.
func nameLike(line []byte) (name []byte, ok bool) {
	rest, ok := bytes.CutPrefix(line, eventField)
	if !ok {
		return nil, false
	}
	for _, c := range rest {
		if isVisible(c) {
			name = append(name, c)
		}
	}
	return name, true
}

func isVisible(c byte) bool { return c > ' ' && c < 0x7f }

// mayBecomeNamed is mayBecomeField for those who trim. It is asked for each byte
// of such a line, and so allocates nothing.
func mayBecomeNamed(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, eventField)
	if !ok {
		return false
	}
	matched := 0
	for _, c := range rest {
		if !isVisible(c) {
			continue
		}
		if matched == len(endpointName) || c != endpointName[matched] {
			return false
		}
		matched++
	}
	return true
}

// filter appends to out what is to be sent for the next bytes of the stream.
// An error ends the stream.
func (f *endpointFilter) filter(out, in []byte) ([]byte, error) {
	if !f.begun {
		f.begun = true
		in = bytes.TrimPrefix(in, byteOrder)
	}
	for len(in) > 0 {
		c := in[0]
		if f.unnamed {
			f.unnamed = false
			// To whom a CR ends no line, the name is still to come.
			if c != '\n' {
				return out, errBadEndpointEvent
			}
		}
		switch {
		case c == '\n' && f.cr:
			f.cr = false
			if !f.inEvent {
				out = append(out, c)
			}
		case c == '\n', c == '\r':
			f.cr = c == '\r'
			var err error
			if out, err = f.endLine(out, c); err != nil {
				return out, err
			}
		case f.inEvent:
			f.cr, f.lineEmpty = false, false
			if f.event = append(f.event, c); len(f.event) > maxEndpointEvent {
				return out, errBadEndpointEvent
			}
		case f.matching:
			f.cr, f.lineEmpty = false, false
			var err error
			if out, err = f.match(out, c); err != nil {
				return out, err
			}
		default:
			n := plain(in)
			out = append(out, in[:n]...)
			if in = in[n:]; len(in) == 0 || in[0] == '\n' || in[0] == '\r' {
				continue
			}
			c = in[0]
			out = append(out, c)
			f.matching, f.odd = true, true
		}
		in = in[1:]
	}
	return out, nil
}

// match takes the next byte of a line that may still become the field.
func (f *endpointFilter) match(out []byte, c byte) ([]byte, error) {
	if len(f.held) == 0 && c == 'd' {
		f.dataPassed = true
	}
	f.held = append(f.held, c)
	if mayBecomeField(f.held) {
		return out, nil
	}
	// What is held beyond the field's length may become named, and one more
	// blank changes nothing about that.
	if !f.odd && (len(f.held) > len(fieldSpaced) && !isVisible(c) || mayBecomeNamed(f.held)) {
		if len(f.held) > maxPadding {
			return out, errBadEndpointEvent
		}
		return out, nil
	}
	line := f.held
	f.held = f.held[:0]
	// What was held may be several lines to some clients.
	if at := slices.IndexFunc(line, endsOddLine); at >= 0 {
		if isField(line[:at]) {
			return out, errBadEndpointEvent
		}
		out = append(out, line[:at+1]...)
		f.odd = true
		return f.filter(out, slices.Clone(line[at+1:]))
	}
	f.matching = false
	return append(out, line...), nil
}

// endLine takes the end of a line, of which c is the first byte.
func (f *endpointFilter) endLine(out []byte, c byte) ([]byte, error) {
	empty := f.lineEmpty
	f.lineEmpty = true
	if f.inEvent {
		f.event = append(f.event, '\n')
		if !empty {
			return out, nil
		}
		f.inEvent, f.matching, f.odd, f.dataPassed = false, true, false, false
		return f.endEvent(out)
	}
	if name, ok := nameLike(f.held); ok && f.matching {
		f.unnamed = len(name) == 0 && c == '\r'
		if bytes.Equal(name, endpointName) && !isField(f.held) {
			return out, errBadEndpointEvent
		}
	}
	if f.matching && isField(f.held) {
		if f.dataPassed || f.odd {
			return out, errBadEndpointEvent
		}
		f.held, f.event, f.inEvent = f.held[:0], f.event[:0], true
		return out, nil
	}
	out = append(out, f.held...)
	f.held, f.matching, f.odd = f.held[:0], true, false
	if empty {
		f.dataPassed = false
	}
	return append(out, c), nil
}

// endEvent writes the endpoint event anew.
func (f *endpointFilter) endEvent(out []byte) ([]byte, error) {
	var data []byte
	found := false
	for line := range bytes.SplitSeq(f.event, []byte("\n")) {
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch string(name) {
		case "":
		case "data":
			if found {
				return out, errBadEndpointEvent
			}
			found, data = true, value
		case "id", "retry":
		default:
			return out, errBadEndpointEvent
		}
	}
	if len(data) == 0 {
		return out, errBadEndpointEvent
	}
	replaced, err := f.replace(string(data))
	if err != nil {
		return out, err
	}
	out = append(out, "event: endpoint\ndata: "...)
	return append(append(out, replaced...), "\n\n"...), nil
}

// plain is how many bytes at the beginning of in end no line in any client.
func plain(in []byte) int {
	for i, c := range in {
		if c == '\n' || c == '\r' || endsOddLine(c) {
			return i
		}
	}
	return len(in)
}

// endsOddLine says whether some client's idea of a line may end with c, which
// is no line's end by the standard: alone, or as a byte of a longer character.
// Python's splitlines has those of Unicode. 0xBF ends a byte order mark.
func endsOddLine(c byte) bool {
	switch c {
	case '\v', '\f', 0x1c, 0x1d, 0x1e, 0x85, 0xa8, 0xa9, 0xbf, 0xc2, 0xe2:
		return true
	}
	return false
}
