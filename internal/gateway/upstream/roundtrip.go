package upstream

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/http/httputil"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/httpfield"
)

// maxInformational bounds the interim responses (RFC 9110, section 15.2) that
// may come before the final one.
const maxInformational = 5

// errInformational says that no final response comes.
var errInformational = errors.New("too many interim responses")

// RoundTrip sends a request to address, a host:port, and returns the response
// once its header is there. That may be in the set, which must be left alone
// until the response's Body is closed. It must be; any goroutine may do so, and
// whoever reads it fails then. Once ctx is done, the exchange fails, the body
// included.
//
// A request whose connection turns out to have been closed while it waited is
// sent once more, on a new one, if that does no harm.
func (p *Pool) RoundTrip(ctx context.Context, address string, r *Request, into *httpfield.Set) (*http.Response, error) {
	out, _ := p.memory.Get().(*[]byte)
	if out == nil {
		out = new([]byte)
	}
	defer p.memory.Put(out)
	var err error
	if *out, err = r.append((*out)[:0]); err != nil {
		return nil, err
	}
	a := p.at(address)
	ask := asked{r.Method, *out, r.Lasting, into, time.Now()}
	if a != nil {
		if c := a.take(ask.began); c != nil {
			res, err := p.exchange(ctx, c, &ask)
			if !r.Again || !hungUp(err) || ctx.Err() != nil {
				return res, err
			}
		}
	}
	n, err := p.dial(ctx, address)
	if err != nil {
		if a != nil {
			a.forget()
		}
		return nil, err
	}
	ask.began = time.Now()
	return p.exchange(ctx, newConn(n, a), &ask)
}

// asked is a request as it goes on the wire.
type asked struct {
	method  string
	text    []byte
	lasting bool
	into    *httpfield.Set
	began   time.Time
}

// exchange sends a request and waits for its response.
func (p *Pool) exchange(ctx context.Context, c *conn, r *asked) (*http.Response, error) {
	res, err := p.ask(ctx, c, r)
	if err != nil {
		c.undisturbed()
		c.close()
		return nil, err
	}
	whole := &content{conn: c, from: res.Body, last: res.Close || res.StatusCode < http.StatusOK}
	switch {
	case res.Body == http.NoBody, res.Body == nil && res.ContentLength == 0:
		whole.end()
		res.Body = http.NoBody
		return res, nil
	case res.Body == nil && res.ContentLength < 0:
		whole.chunks = httputil.NewChunkedReader(c.in)
	case res.Body == nil:
		whole.left = res.ContentLength
	}
	res.Body = whole
	return res, nil
}

// ask writes the request and reads the response's header.
func (p *Pool) ask(ctx context.Context, c *conn, r *asked) (*http.Response, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c.budget = int64(p.o.MaxHeader)
	// An upstream may answer and hang up without having read everything.
	wrote := c.write(r.text, r.began, p.o.WriteTime)
	if !c.comesSoon(r.began) {
		c.watch(ctx)
		if err := c.await(p.o.HeaderTime); err != nil {
			if wrote != nil {
				err = wrote
			}
			return nil, &unanswered{err}
		}
	}
	for range maxInformational + 1 {
		res, err := c.header(r)
		if err != nil {
			return nil, err
		}
		if http.StatusContinue <= res.StatusCode && res.StatusCode < http.StatusOK && res.StatusCode != http.StatusSwitchingProtocols {
			if !c.comesSoon(time.Now()) {
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
		if r.lasting {
			c.memory = httpfield.Memory{} // Thousands may be open.
		}
		return res, c.readUntil(time.Time{})
	}
	return nil, errInformational
}

// header reads the header of a response. Without a Body the response's content is
// what follows, as long as it says, or in chunks.
func (c *conn) header(r *asked) (*http.Response, error) {
	if res, ok := c.plain(r.method, r.into); ok {
		return res, nil
	}
	return http.ReadResponse(c.in, &http.Request{Method: r.method})
}
