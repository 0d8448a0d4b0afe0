//go:build !unix

package upstream

import "syscall"

// silence cannot tell here. What it would have told shows as no response.
type silence struct{}

func (*silence) of(syscall.RawConn) {}

func (*silence) holds() bool { return true }
