package mcpclient

import "net/netip"

// alwaysRefused says what is wrong with an address that no setting opens, or
// nothing. The addresses of metadata services beyond link-local are those that
// the large clouds document.
func alwaysRefused(a netip.Addr) string {
	switch {
	case a.IsUnspecified(), a.Is4() && a.As4()[0] == 0:
		return "unspecified"
	case a.IsMulticast(), a == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return "multicast or broadcast"
	case a.IsLinkLocalUnicast():
		return "link-local"
	}
	switch a.String() {
	case "fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "168.63.129.16":
		return "a cloud metadata service"
	}
	return ""
}

// formsOf lists an address without its zone and, if it is IPv6, each IPv4
// address that a router or a kernel may take it for: IPv4-mapped and
// IPv4-compatible (RFC 4291), NAT64 (RFC 6052 and 8215) and 6to4 (RFC 3056).
func formsOf(addr netip.Addr) []netip.Addr {
	addr = addr.WithZone("")
	if addr.Is4() {
		return []netip.Addr{addr}
	}
	if addr.Is4In6() {
		return []netip.Addr{addr.Unmap()}
	}
	forms := []netip.Addr{addr}
	b := addr.As16()
	last := netip.AddrFrom4([4]byte(b[12:]))
	switch {
	case addr.IsUnspecified(), addr.IsLoopback():
	case netip.MustParsePrefix("::/96").Contains(addr),
		netip.MustParsePrefix("64:ff9b::/96").Contains(addr),
		netip.MustParsePrefix("64:ff9b:1::/48").Contains(addr):
		forms = append(forms, last)
	case netip.MustParsePrefix("2002::/16").Contains(addr):
		forms = append(forms, netip.AddrFrom4([4]byte(b[2:6])))
	}
	return forms
}
