package auth

import "net/netip"

// Network is what stands for a client's address where clients are counted: the
// address itself, or the /64 of an IPv6 one, which one host has to itself (RFC
// 6177). An IPv4 address that is mapped into IPv6 counts as itself.
func Network(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return a
}
