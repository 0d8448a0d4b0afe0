//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// heedNot ignores the signal that a file reached the limit for its size
// (ulimit -f), which would end the process. The write fails, as on a full disk.
func heedNot() { signal.Ignore(syscall.SIGXFSZ) }
