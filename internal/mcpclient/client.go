package mcpclient

import (
	"cmp"
	"crypto/x509"
	"log/slog"
	"time"
)

// Options configures a [Client]. Every field has a usable zero value.
type Options struct {
	// Dialer makes the connections. Nil means a dialer of zero options.
	Dialer *Dialer
	// Timeout bounds a whole check, and the handshake of a watch or of a tool
	// call. 0 means 5 s.
	Timeout time.Duration
	// Limits bounds what is read and kept.
	Limits Limits
	// Version is what this program calls its own version in clientInfo.
	Version string
	// RootCAs verifies upstream certificates. Nil means the system's roots.
	RootCAs *x509.CertPool
	// Elsewhere says that examinations are on behalf of a gateway which may run
	// on another machine, so that they tell what only this one reaches.
	Elsewhere bool
	// Logger hears, at debug level, of sessions that could not be ended. Nil
	// discards.
	Logger *slog.Logger
}

// Limits bounds what one check reads from an upstream, and what of it is kept.
// A field that is 0 or negative takes the default named beside it.
type Limits struct {
	// AnswerBytes bounds an answer, or one event, that is not a page of tools: 256 KiB.
	AnswerBytes int64
	// PageBytes bounds one page of tools/list: 8 MiB. A larger first page
	// leaves the list unknown; a larger later one truncates it.
	PageBytes int64
	// TotalBytes bounds all bodies of one check together: 32 MiB.
	TotalBytes int64
	// ResultBytes bounds the result of a tool call, and together with
	// TotalBytes all that is read for it: 64 MiB.
	ResultBytes int64
	// Events bounds the events that are read while one answer is awaited: 1000.
	// A tool call may have any number.
	Events int
	// Pages bounds the pages of one list: 50.
	Pages int
	// Tools bounds the tools of one list: 1000.
	Tools int
	// DescriptionBytes bounds a description; the rest is cut off: 64 KiB.
	DescriptionBytes int
	// SchemaBytes bounds a schema, or the annotations, of a tool; a larger one
	// is left out whole, since half a schema is none: 256 KiB.
	SchemaBytes int
	// KeptBytes bounds what is kept of all tools of a service together; the
	// list ends before the tool that would exceed it: 4 MiB.
	KeptBytes int
}

func (l Limits) orDefaults() Limits {
	return Limits{
		AnswerBytes:      cmp.Or(max(l.AnswerBytes, 0), 256<<10),
		PageBytes:        cmp.Or(max(l.PageBytes, 0), 8<<20),
		TotalBytes:       cmp.Or(max(l.TotalBytes, 0), 32<<20),
		ResultBytes:      cmp.Or(max(l.ResultBytes, 0), 64<<20),
		Events:           cmp.Or(max(l.Events, 0), 1000),
		Pages:            cmp.Or(max(l.Pages, 0), 50),
		Tools:            cmp.Or(max(l.Tools, 0), 1000),
		DescriptionBytes: cmp.Or(max(l.DescriptionBytes, 0), 64<<10),
		SchemaBytes:      cmp.Or(max(l.SchemaBytes, 0), 256<<10),
		KeptBytes:        cmp.Or(max(l.KeptBytes, 0), 4<<20),
	}
}

// Client talks MCP to upstreams. It holds no state between calls and may be
// used by any number of goroutines. Of these, 16 at a time may have read more
// than 256 KiB in a check; the others wait where they stand.
type Client struct {
	dialer  *Dialer
	timeout time.Duration
	limits  Limits
	version string
	// elsewhere is Options.Elsewhere.
	elsewhere bool
	rootCAs   *x509.CertPool
	log       *slog.Logger
	readers   chan struct{}
}

// New makes a Client.
func New(o Options) *Client {
	c := &Client{
		dialer:    o.Dialer,
		timeout:   cmp.Or(max(o.Timeout, 0), 5*time.Second),
		limits:    o.Limits.orDefaults(),
		version:   cmp.Or(o.Version, "dev"),
		elsewhere: o.Elsewhere,
		rootCAs:   o.RootCAs,
		log:       o.Logger,
		readers:   make(chan struct{}, maxReaders),
	}
	if c.dialer == nil {
		c.dialer = NewDialer(DialerOptions{})
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	return c
}
