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
	case "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", "100.100.100.200", "168.63.129.16", "192.0.0.192":
		return "a cloud metadata service"
	}
	return ""
}
