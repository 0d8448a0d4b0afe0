package socket

// ahead is a byte that was read while waiting, and not given to anybody yet.
type ahead struct {
	held bool
	next [1]byte
}

// take gives the byte, if there is one and room for it.
func (a *ahead) take(p []byte) int {
	if !a.held || len(p) == 0 {
		return 0
	}
	a.held = false
	return copy(p, a.next[:])
}

// Wait waits until there is something to read, as Read does, but needs no memory
// for it. Who waits counts as who reads.
func (c *Conn) Wait() error {
	if c.held {
		return nil
	}
	n, err := c.Read(c.next[:])
	c.held = n > 0
	return err
}
