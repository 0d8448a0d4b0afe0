package mcpclient

import (
	"net/netip"
	"slices"
)

// formsOf is an address without its zone and unmapped, and the IPv4 addresses
// that a router, a translator or a kernel may take it for.
func formsOf(addr netip.Addr) (self netip.Addr, embedded []netip.Addr) {
	self = addr.WithZone("").Unmap()
	if self.Is4() || self.IsUnspecified() || self.IsLoopback() {
		return self, nil
	}
	b := self.As16()
	for _, s := range schemes {
		if s.prefix.Contains(self) {
			embedded = append(embedded, s.read(b)...)
		}
	}
	return self, append(embedded, isatap(b)...)
}

// schemes are the ways to write an IPv4 address into an IPv6 one that a prefix
// shows: IPv4-compatible (RFC 4291), IPv4-translated or SIIT (RFC 2765), NAT64
// (RFC 6052 and 8215), Teredo (RFC 4380) and 6to4 (RFC 3056).
var schemes = []struct {
	prefix netip.Prefix
	read   func([16]byte) []netip.Addr
}{
	{netip.MustParsePrefix("::/96"), atTheEnd},
	{netip.MustParsePrefix("::ffff:0:0:0/96"), atTheEnd},
	{netip.MustParsePrefix("64:ff9b::/96"), atTheEnd},
	{netip.MustParsePrefix("64:ff9b:1::/48"), localNAT64},
	{netip.MustParsePrefix("2001::/32"), teredo},
	{netip.MustParsePrefix("2002::/16"), sixToFour},
}

func atTheEnd(b [16]byte) []netip.Addr { return []netip.Addr{picked(b, 12, 13, 14, 15)} }

func sixToFour(b [16]byte) []netip.Addr { return []netip.Addr{picked(b, 2, 3, 4, 5)} }

// localNAT64 reads each layout of RFC 6052, section 2.2, that fits into a /48:
// which one a network uses cannot be seen. Bytes that are no address in a
// layout are mostly 0, and 0.0.0.0/8 is translated to nowhere.
func localNAT64(b [16]byte) []netip.Addr {
	layouts := []netip.Addr{
		picked(b, 6, 7, 9, 10),
		picked(b, 7, 9, 10, 11),
		picked(b, 9, 10, 11, 12),
		picked(b, 12, 13, 14, 15),
	}
	return slices.DeleteFunc(layouts, func(a netip.Addr) bool { return a.As4()[0] == 0 })
}

// teredo reads the server and the client, whose bits are inverted.
func teredo(b [16]byte) []netip.Addr {
	server := picked(b, 4, 5, 6, 7)
	for i := 12; i < 16; i++ {
		b[i] = ^b[i]
	}
	return []netip.Addr{server, picked(b, 12, 13, 14, 15)}
}

// isatap reads the interface identifier of RFC 5214, section 6.1, which may
// follow any prefix.
func isatap(b [16]byte) []netip.Addr {
	if b[8]&^0x02 == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe {
		return atTheEnd(b)
	}
	return nil
}

func picked(b [16]byte, i, j, k, l int) netip.Addr {
	return netip.AddrFrom4([4]byte{b[i], b[j], b[k], b[l]})
}
