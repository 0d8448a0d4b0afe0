package gateway

import "github.com/mcpgateway/mcpgateway/internal/httpfield"

// room is memory that one exchange after the other uses. Nothing of it may be
// held on to by who goes on after [Gateway.Forward] has returned, as the
// transport does; strings that were read into it are anybody's.
type room struct {
	exchange exchange
	request  []httpfield.Field
	response httpfield.Set
	content  []byte
}

// keptFields is how many fields a room keeps memory for: a header of very short
// ones has thousands.
const keptFields = 256

// isSmall says whether the room is worth keeping.
func (r *room) isSmall() bool { return cap(r.request) <= keptFields }

// bytes is room for n bytes, at most [bufferSize]; memory of its own where there
// is no room.
func (r *room) bytes(n int64) []byte {
	if r == nil {
		return make([]byte, n)
	}
	if int64(cap(r.content)) < n {
		r.content = make([]byte, n)
	}
	return r.content[:n]
}
