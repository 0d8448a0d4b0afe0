package upstream

import (
	"bytes"
	"errors"
	"io"
	"net/textproto"
	"sync/atomic"
)

// content is the body of a response. At its end the connection is free for
// another exchange.
type content struct {
	conn *conn
	// from has it as net/http reads it, and chunks what comes in chunks; without
	// either left bytes follow, and no more.
	from   io.ReadCloser
	chunks io.Reader
	left   int64
	// last is true if the connection is not to be used again.
	last bool
	over atomic.Bool
	// ended is how the reading ended, nil before that. The connection may be in
	// another exchange's hands then.
	ended error
}

// Read reads what comes next.
func (b *content) Read(p []byte) (int, error) {
	if b.ended != nil {
		return 0, b.ended
	}
	n, err := b.read(p)
	b.ended = err
	switch {
	case err == nil:
	case errors.Is(err, io.EOF):
		b.end()
	default:
		_ = b.Close()
	}
	return n, err
}

func (b *content) read(p []byte) (int, error) {
	if b.from != nil {
		return b.from.Read(p)
	}
	if b.chunks != nil {
		return b.readChunks(p)
	}
	if b.left == 0 {
		return 0, io.EOF
	}
	n, err := b.conn.in.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	switch {
	case b.left == 0:
		return n, io.EOF
	case errors.Is(err, io.EOF):
		return n, io.ErrUnexpectedEOF
	}
	return n, err
}

func (b *content) readChunks(p []byte) (int, error) {
	n, err := b.chunks.Read(p)
	if errors.Is(err, io.EOF) {
		in := b.conn.in
		if there, _ := in.Peek(min(in.Buffered(), 2)); n > 0 && string(there) != "\r\n" {
			return n, nil // What comes after it may take its time.
		}
		err = b.skipTrailer()
	}
	return n, err
}

// skipTrailer reads what ends a message in chunks (RFC 9112, section 7.1.2):
// nearly always an empty line, and otherwise at most what can be read ahead. It
// fails with [io.EOF] if that is all right.
func (b *content) skipTrailer() error {
	in := b.conn.in
	there, err := in.Peek(2)
	if string(there) == "\r\n" {
		_, err = in.Discard(2)
	} else {
		for err == nil && !bytes.Contains(there, emptyLine) {
			there, err = in.Peek(max(len(there)+1, in.Buffered()))
		}
		if err == nil {
			_, err = textproto.NewReader(in).ReadMIMEHeader()
		}
	}
	switch {
	case err == nil:
		return io.EOF
	case errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	}
	return err
}

// end gives the connection back.
func (b *content) end() {
	if b.over.Swap(true) {
		return
	}
	c := b.conn
	if !c.undisturbed() || b.last || c.owner == nil || c.in.Buffered() > 0 {
		c.close()
		return
	}
	c.owner.give(c)
}

// Close hangs up, unless all was read. Another goroutine may be reading: from
// is left to it.
func (b *content) Close() error {
	if !b.over.Swap(true) {
		b.conn.undisturbed()
		b.conn.close()
	}
	return nil
}
