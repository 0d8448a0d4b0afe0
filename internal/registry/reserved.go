package registry

import (
	"fmt"
	"strings"
)

// Reserved names the paths that no service may take, because the server
// answers there itself.
type Reserved struct {
	first map[string]struct{}
}

// NewReserved reserves the given first segments, without slashes, along with
// what is reserved for every registry: the path /all, which the API uses for
// "every service", and mcp and sse as last segments, which would take over the
// endpoints of the service above.
func NewReserved(firstSegments ...string) Reserved {
	r := Reserved{first: make(map[string]struct{}, len(firstSegments))}
	for _, segment := range firstSegments {
		r.first[strings.ToLower(segment)] = struct{}{}
	}
	return r
}

// Check says in a sentence why p may not be registered, or nothing.
func (r Reserved) Check(p Path) string {
	if p == "/all" {
		return "The path /all stands for every service; choose another."
	}
	if _, taken := r.first[strings.ToLower(p.First())]; taken {
		return fmt.Sprintf("Paths under /%s belong to the server itself; begin with another segment.", p.First())
	}
	if last := p.Last(); last == "mcp" || last == "sse" {
		return fmt.Sprintf("A path may not end in /%s, which is an endpoint of the service above; choose another last segment.", last)
	}
	return ""
}
