package registry

import (
	"slices"
	"strings"
)

// sameCause says whether two details of a status differ at most in words that
// hold a digit. What an upstream says of its trouble often bears a time, a
// request's id or a port: another one each time is no news.
func sameCause(a, b string) bool {
	return a == b || slices.EqualFunc(strings.Fields(a), strings.Fields(b), func(x, y string) bool {
		return x == y || strings.ContainsAny(x, digits) && strings.ContainsAny(y, digits)
	})
}

const digits = "0123456789"
