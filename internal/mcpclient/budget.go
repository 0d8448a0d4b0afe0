package mcpclient

import (
	"context"
	"errors"
)

const (
	// freeBytes is what a check may read whatever the others do: more than
	// most servers have to say. Checks are many, so that it also bounds what
	// all of them hold together.
	freeBytes = 256 << 10
	// maxReaders is how many checks of one client may read more at a time.
	maxReaders = 16
)

// errBusy says that others read much until there was no time left.
var errBusy = errors.New("too many long answers at once")

// budget is what a talk may read of all bodies together. One goroutine uses
// it.
type budget struct {
	left int64
	// free is how much of that needs no place among the readers.
	free int64
	// readers holds a token for each talk that reads more.
	readers chan struct{}
	holds   bool
}

// admit waits until the talk may read on. It fails with errBusy when ctx ends
// first.
func (b *budget) admit(ctx context.Context) error {
	if b.free > 0 || b.holds {
		return nil
	}
	select {
	case b.readers <- struct{}{}:
		b.holds = true
		return nil
	case <-ctx.Done():
		return errBusy
	}
}

// release gives the place back.
func (b *budget) release() {
	if b.holds {
		<-b.readers
		b.holds = false
	}
}
