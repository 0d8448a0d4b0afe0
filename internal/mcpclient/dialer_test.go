package mcpclient

import (
	"errors"
	"net"
	"net/netip"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

func TestDialerJudgesAddresses(t *testing.T) {
	prefixes := func(s ...string) (out []netip.Prefix) {
		for _, p := range s {
			out = append(out, netip.MustParsePrefix(p))
		}
		return out
	}
	open := DialerOptions{}
	for _, tc := range []struct {
		options DialerOptions
		addr    string
		passes  bool
	}{
		{open, "127.0.0.1", true},
		{open, "::1", true},
		{open, "10.1.2.3", true},
		{open, "192.168.1.1", true},
		{open, "100.64.0.1", true},
		{open, "fd00::1", true},
		{open, "8.8.8.8", true},
		{open, "2001:db8::1", true},
		{open, "0.0.0.0", false},
		{open, "0.1.2.3", false},
		{open, "::", false},
		{open, "169.254.169.254", false},
		{open, "169.254.0.1", false},
		{open, "fe80::1", false},
		{open, "fe80::1%eth0", false},
		{open, "fd00:ec2::254", false},
		{open, "fd20:ce::254", false},
		{open, "100.100.100.200", false},
		{open, "224.0.0.1", false},
		{open, "239.1.1.1", false},
		{open, "255.255.255.255", false},
		{open, "ff02::1", false},
		{open, "::ffff:169.254.169.254", false},
		{open, "::ffff:127.0.0.1", true},
		{open, "::169.254.169.254", false},
		{open, "64:ff9b::169.254.169.254", false},
		{open, "64:ff9b:1::169.254.169.254", false},
		{open, "64:ff9b::8.8.8.8", true},
		{open, "2002:a9fe:a9fe::1", false},
		{open, "fd00:ec2::23", false},
		{open, "192.0.0.192", false},
		{open, "::ffff:0:169.254.169.254", false},
		{open, "::ffff:0:192.0.0.192", false},
		{open, "::ffff:0:8.8.8.8", true},
		{open, "2001:0:4136:e378:8000:63bf:5601:5601", false}, // A Teredo client at 169.254.169.254.
		{open, "2001:0:a9fe:a9fe:8000:63bf:3fff:fdd2", false}, // A Teredo server there.
		{open, "2001:0:4136:e378:8000:63bf:3fff:fdd2", true},
		{open, "2001:db8::5efe:169.254.169.254", false},
		{open, "2001:db8::200:5efe:169.254.169.254", false},
		{open, "2001:db8::5efe:8.8.8.8", true},
		{open, "2001:db8::5eff:169.254.169.254", true},
		{open, "64:ff9b:1:a9fe:a9:fe00::", false},      // The /48 layout,
		{open, "64:ff9b:1:a9:fe:a9fe::", false},        // the /56,
		{open, "64:ff9b:1:0:a9:fea9:fe00:0", false},    // the /64,
		{open, "64:ff9b:1:a9fe:a9:fe00:0:1234", false}, // and one with a suffix.
		{open, "64:ff9b:1:808:8:800::", true},
		{open, "64:ff9b:1::8.8.8.8", true},
		{open, "64:ff9b:2::169.254.169.254", true},
		{DialerOptions{Allow: prefixes("10.0.0.0/8")}, "64:ff9b::10.1.2.3", true},
		{DialerOptions{Allow: prefixes("10.0.0.0/8")}, "2001:0:a01:203:8000:63bf:3fff:fdd2", false},
		{DialerOptions{Allow: prefixes("2001::/32")}, "2001:0:a01:203:8000:63bf:3fff:fdd2", true},
		{DialerOptions{Allow: prefixes("10.0.0.0/8")}, "2001:db8::1", false},
		{DialerOptions{Allow: prefixes("10.0.0.0/8")}, "10.1.2.3", true},
		{DialerOptions{Allow: prefixes("10.0.0.0/8")}, "::ffff:10.1.2.3", true},
		{DialerOptions{Allow: prefixes("10.0.0.0/8")}, "127.0.0.1", false},
		{DialerOptions{Allow: prefixes("169.254.0.0/16")}, "169.254.169.254", false},
		{DialerOptions{Allow: prefixes("10.0.0.0/8"), Deny: prefixes("10.9.0.0/16")}, "10.9.1.1", false},
		{DialerOptions{Deny: prefixes("127.0.0.0/8")}, "127.0.0.1", false},
		{DialerOptions{Deny: prefixes("127.0.0.0/8")}, "::ffff:127.0.0.1", false},
		{DialerOptions{Deny: prefixes("127.0.0.0/8")}, "64:ff9b::127.0.0.1", false},
		{DialerOptions{Deny: prefixes("127.0.0.0/8")}, "10.0.0.1", true},
	} {
		err := NewDialer(tc.options).judge(netip.MustParseAddr(tc.addr))
		if _, blocked := errors.AsType[*BlockedError](err); blocked == tc.passes {
			t.Errorf("allow %v, deny %v: %s: %v", tc.options.Allow, tc.options.Deny, tc.addr, err)
		}
	}
}

func TestDialerBlocksAtDialTime(t *testing.T) {
	up := upstreamtest.Stateless(t)
	host := up.Origin()[len("http://"):]
	conn, err := NewDialer(DialerOptions{}).DialContext(t.Context(), "tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()

	deny := DialerOptions{Deny: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}}
	_, port, _ := net.SplitHostPort(host)
	for _, addr := range []string{host, "localhost:" + port} {
		_, err = NewDialer(deny).DialContext(t.Context(), "tcp", addr)
		if _, ok := errors.AsType[*BlockedError](err); !ok {
			t.Errorf("dial %s: %v, want a BlockedError", addr, err)
		}
	}
}
