package main_test

import (
	"os"
	"strconv"
	"syscall"
	"testing"
	"unsafe"
)

// limited gives a running process another limit, of RLIMIT_FSIZE or
// RLIMIT_NOFILE. The returned function puts the old one back.
func (s *program) limited(t *testing.T, resource int, to uint64) (lift func()) {
	t.Helper()
	var before syscall.Rlimit
	set := func(limit, old *syscall.Rlimit) {
		_, _, failed := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(s.cmd.Process.Pid), uintptr(resource),
			uintptr(unsafe.Pointer(limit)), uintptr(unsafe.Pointer(old)), 0, 0)
		if failed != 0 {
			t.Fatalf("set a limit of the process: %v", failed)
		}
	}
	set(nil, &before)
	set(&syscall.Rlimit{Cur: to, Max: before.Max}, nil)
	return func() { set(&before, nil) }
}

// lastDescriptor is the highest number among the process's descriptors.
func (s *program) lastDescriptor(t *testing.T) (last uint64) {
	t.Helper()
	open, err := os.ReadDir("/proc/" + strconv.Itoa(s.cmd.Process.Pid) + "/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range open {
		if n, err := strconv.ParseUint(entry.Name(), 10, 64); err == nil {
			last = max(last, n)
		}
	}
	return last
}
