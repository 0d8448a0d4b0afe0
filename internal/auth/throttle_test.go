package auth

import (
	"fmt"
	"net/netip"
	"testing"
	"time"
)

var (
	home  = netip.MustParseAddr("192.0.2.1")
	start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
)

// guess tries until the throttle refuses, at most limit times, and returns how
// many tries it had.
func guess(t *Throttle, from netip.Addr, user string, now time.Time, limit int) int {
	for n := range limit {
		if _, ok := t.Allow(from, user, now); !ok {
			return n
		}
	}
	return limit
}

func TestThrottleByAddress(t *testing.T) {
	th := NewThrottle()
	if n := guess(th, home, "admin", start, 1000); n != addressTries {
		t.Errorf("%d tries, want %d", n, addressTries)
	}
	wait, ok := th.Allow(home, "admin", start)
	if ok || wait != addressRefill {
		t.Errorf("wait %v %v, want %v", wait, ok, addressRefill)
	}
	// Refused tries cost nothing, and waiting as told helps, for one try.
	if n := guess(th, home, "admin", start.Add(wait), 1000); n != 1 {
		t.Errorf("%d tries after the wait, want 1", n)
	}
	if n := guess(th, home, "admin", start.Add(24*time.Hour), 1000); n != addressTries {
		t.Errorf("%d tries a day later, want %d", n, addressTries)
	}
}

func TestThrottleCountsNetworks(t *testing.T) {
	for name, c := range map[string]struct {
		from, same, other string
	}{
		"IPv4":        {"192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2"},
		"IPv6":        {"2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:db8:0:2::1"},
		"IPv6 zone":   {"fe80::1%eth0", "fe80::1%eth1", "fe80:0:0:1::1"},
		"no address":  {"", "", "192.0.2.1"},
		"same prefix": {"::1", "::2", "127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			address := func(s string) netip.Addr {
				a, _ := netip.ParseAddr(s)
				return a
			}
			th := NewThrottle()
			for th.addressSlot(th.pair(address(c.from), "")) == th.addressSlot(th.pair(address(c.other), "")) {
				th = NewThrottle() // the rare two that share a bucket
			}
			guess(th, address(c.from), "admin", start, 1000)
			if _, ok := th.Allow(address(c.same), "admin", start); ok {
				t.Errorf("%s is another caller than %s", c.same, c.from)
			}
			if _, ok := th.Allow(address(c.other), "admin", start); !ok {
				t.Errorf("%s is the same caller as %s", c.other, c.from)
			}
		})
	}
}

// TestThrottleByUser: many addresses together get no further than the bucket
// of the name.
func TestThrottleByUser(t *testing.T) {
	th := NewThrottle()
	for userSlot(th.pair(home, "admin")) == userSlot(th.pair(home, "somebody else")) {
		th = NewThrottle() // the rare two that share a bucket
	}
	total := 0
	for i := range 100 {
		total += guess(th, stranger(i), "admin", start, 5)
	}
	if total != userTries {
		t.Errorf("%d tries, want %d", total, userTries)
	}
	wait, ok := th.Allow(home, "admin", start)
	if ok || wait != userRefill {
		t.Errorf("wait %v %v, want %v", wait, ok, userRefill)
	}
	if _, ok := th.Allow(home, "somebody else", start); !ok {
		t.Error("another user is refused too")
	}
}

func TestThrottleSuccessCostsNothing(t *testing.T) {
	th := NewThrottle()
	for i := range 10_000 {
		if wait, ok := th.Allow(home, "admin", start); !ok {
			t.Fatalf("login %d must wait %v", i, wait)
		}
		th.Succeeded(home, "admin", start)
	}
	// Nor does it earn tries.
	if n := guess(th, home, "admin", start, 1000); n != addressTries {
		t.Errorf("%d tries after many logins, want %d", n, addressTries)
	}
}

func TestThrottleRefund(t *testing.T) {
	th := NewThrottle()
	for range 1000 {
		if _, ok := th.Allow(home, "admin", start); !ok {
			t.Fatal("a refunded try was charged")
		}
		th.Refund(home, "admin", start)
	}
	if n := guess(th, home, "admin", start, 1000); n != addressTries {
		t.Errorf("%d tries, want %d", n, addressTries)
	}
}

// TestThrottleAcquainted: strangers who guess at a name all the time do not
// lock its user out of an address that she has used, and she has no more tries
// there than anybody.
func TestThrottleAcquainted(t *testing.T) {
	th := NewThrottle()
	th.Allow(home, "admin", start)
	th.Succeeded(home, "admin", start)
	for i := range 100_000 {
		th.Allow(stranger(i), "admin", start)
	}
	if wait, ok := th.Allow(stranger(-1), "admin", start); ok || wait == 0 {
		t.Fatal("the attack is no attack")
	}
	if n := guess(th, home, "admin", start, 1000); n != addressTries {
		t.Errorf("%d tries at home, want %d", n, addressTries)
	}
}

func TestThrottleForgetsTheOldestAcquaintance(t *testing.T) {
	th := NewThrottle()
	for i := range maxAcquainted + 1 {
		th.Succeeded(stranger(i), "admin", start.Add(time.Duration(i)*time.Second))
	}
	if n := len(th.acquainted); n != maxAcquainted {
		t.Errorf("%d acquainted, want %d", n, maxAcquainted)
	}
	if th.acquainted[th.pair(stranger(0), "admin")] != nil {
		t.Error("the oldest is remembered")
	}
	if th.acquainted[th.pair(stranger(maxAcquainted), "admin")] == nil {
		t.Error("the newest is forgotten")
	}
}

// TestThrottleCannotBeReset: whatever else an attacker tries in between, a
// spent bucket stays spent, and the tables do not grow.
func TestThrottleCannotBeReset(t *testing.T) {
	th := NewThrottle()
	guess(th, home, "admin", start, 1000)
	for i := range 100_000 {
		th.Allow(stranger(i), fmt.Sprint("user", i), start)
	}
	if _, ok := th.Allow(home, "admin", start); ok {
		t.Error("the flood reset the bucket")
	}
	if len(th.addresses) != addressBuckets || len(th.users) != userBuckets || len(th.acquainted) != 0 {
		t.Error("the tables grew")
	}
}

// stranger is one of many addresses.
func stranger(i int) netip.Addr {
	return netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
}
