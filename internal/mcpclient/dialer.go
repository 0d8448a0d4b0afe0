package mcpclient

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

// DialerOptions says which upstream addresses are acceptable.
type DialerOptions struct {
	// Allow, unless empty, lists the only networks that may be dialled.
	Allow []netip.Prefix
	// Deny lists networks that may not be dialled, whatever Allow says.
	Deny []netip.Prefix
	// Timeout bounds one dial, name resolution included. 0 means 5 s.
	Timeout time.Duration
}

// Dialer is the only way to an upstream. It judges each address after the name
// was resolved, at the moment of connecting, so that a name which changes its
// mind gains nothing. Whatever the options say it refuses link-local, multicast
// and unspecified addresses and those of cloud metadata services, also where
// one is embedded in an IPv6 address. Loopback and private networks are
// allowed unless the options narrow them. It uses no proxy.
type Dialer struct {
	allow, deny []netip.Prefix
	net         net.Dialer
}

// NewDialer makes a Dialer.
func NewDialer(o DialerOptions) *Dialer {
	d := &Dialer{allow: slices.Clone(o.Allow), deny: slices.Clone(o.Deny)}
	d.net.Timeout = cmp.Or(max(o.Timeout, 0), 5*time.Second)
	d.net.ControlContext = d.control
	return d
}

// DialContext connects to addr, a host:port, over the TCP networks of the net
// package. An address that may not be dialled is a [*BlockedError], wrapped.
func (d *Dialer) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	return d.net.DialContext(ctx, network, addr)
}

// control runs between the making of each socket and its connect.
func (d *Dialer) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("judge the address %q: %w", address, err)
	}
	return d.judge(ap.Addr())
}

// judge refuses an address, or any IPv4 address embedded in it. Where only
// some networks are allowed, one that holds others must lie in them with all
// of these, unless it does so itself.
func (d *Dialer) judge(addr netip.Addr) error {
	self, embedded := formsOf(addr)
	for _, form := range append([]netip.Addr{self}, embedded...) {
		if reason := alwaysRefused(form); reason != "" {
			return &BlockedError{Addr: addr, Reason: reason}
		}
		if within(d.deny, form) {
			return &BlockedError{Addr: addr, Reason: "a denied network"}
		}
	}
	foreign := func(form netip.Addr) bool { return !within(d.allow, form) }
	if len(d.allow) > 0 && foreign(self) && (len(embedded) == 0 || slices.ContainsFunc(embedded, foreign)) {
		return &BlockedError{Addr: addr, Reason: "not an allowed network"}
	}
	return nil
}

func within(networks []netip.Prefix, addr netip.Addr) bool {
	return slices.ContainsFunc(networks, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// BlockedError says that an address may not be dialled.
type BlockedError struct {
	Addr netip.Addr
	// Reason completes the sentence "the address is …".
	Reason string
}

func (e *BlockedError) Error() string {
	return fmt.Sprintf("the address %s is blocked: it is %s", e.Addr, e.Reason)
}
