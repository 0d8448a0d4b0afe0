package upstream

import (
	"errors"
	"math"
	"net/http"
	"time"
)

// maxInformational bounds the interim responses (RFC 9110, section 15.2) that
// may come before the final one.
const maxInformational = 5

// errInformational says that no final response comes.
var errInformational = errors.New("too many interim responses")

// RoundTrip sends r, whose content is body and whose Body and ContentLength do
// not count, to address, a host:port, and returns the response once its header
// is there. The response's Body must be closed; any goroutine may do so, and
// whoever reads it fails then. Once r's context is done, the exchange fails, the
// body included.
//
// A request whose connection turns out to have been closed while it waited is
// sent once more, on a new one, if again allows for its being seen twice.
func (p *Pool) RoundTrip(address string, r *http.Request, body []byte, again bool) (*http.Response, error) {
	out, _ := p.memory.Get().(*[]byte)
	if out == nil {
		out = new([]byte)
	}
	defer p.memory.Put(out)
	var err error
	if *out, err = appendRequest((*out)[:0], r, body); err != nil {
		return nil, err
	}
	a := p.at(address)
	if a != nil {
		if c := a.take(); c != nil {
			res, err := p.exchange(c, r, *out)
			if !again || !hungUp(err) || r.Context().Err() != nil {
				return res, err
			}
		}
	}
	n, err := p.o.Dial(r.Context(), "tcp", address)
	if err != nil {
		if a != nil {
			a.forget()
		}
		return nil, err
	}
	return p.exchange(newConn(n, a), r, *out)
}

// exchange sends a request and waits for its response.
func (p *Pool) exchange(c *conn, r *http.Request, out []byte) (*http.Response, error) {
	res, err := p.ask(c, r, out)
	if err != nil {
		c.undisturbed()
		c.close()
		return nil, err
	}
	whole := &content{conn: c, from: res.Body, last: res.Close || res.StatusCode < http.StatusOK}
	if res.Body == http.NoBody {
		whole.end()
		return res, nil
	}
	res.Body = whole
	return res, nil
}

// ask writes the request and reads the response's header.
func (p *Pool) ask(c *conn, r *http.Request, out []byte) (*http.Response, error) {
	ctx := r.Context()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c.budget = int64(p.o.MaxHeader)
	// An upstream may answer and hang up without having read everything.
	wrote := c.write(out, p.o.WriteTime)
	if !c.comesSoon() {
		c.watch(ctx)
		if err := c.await(p.o.HeaderTime); err != nil {
			if wrote != nil {
				err = wrote
			}
			return nil, &unanswered{err}
		}
	}
	for range maxInformational + 1 {
		res, err := http.ReadResponse(c.in, r)
		if err != nil {
			return nil, err
		}
		if http.StatusContinue <= res.StatusCode && res.StatusCode < http.StatusOK && res.StatusCode != http.StatusSwitchingProtocols {
			if !c.comesSoon() {
				c.watch(ctx)
				if err := c.await(p.o.HeaderTime); err != nil {
					return nil, err
				}
			}
			continue
		}
		res.Close = res.Close || wrote != nil
		c.budget = math.MaxInt64
		if 0 <= res.ContentLength && res.ContentLength <= int64(c.in.Buffered()) {
			return res, nil
		}
		c.watch(ctx)
		return res, c.net.SetReadDeadline(time.Time{})
	}
	return nil, errInformational
}
