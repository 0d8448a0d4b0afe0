package registry

import (
	"fmt"
	"strings"
)

// MaxPathBytes bounds a service path, its leading slash included.
const MaxPathBytes = 255

// Path names a service: "/weather" or "/team/weather". A Path made by
// [ParsePath] has a leading slash, no trailing one, and one or more segments
// of [A-Za-z0-9][A-Za-z0-9._~-]*.
type Path string

// ParsePath makes a Path of what a person or a URL gave: a missing leading
// slash is added, a trailing one dropped. The input is decoded text; URL
// escapes in it are refused like any other foreign character. The error is an
// *[InvalidError] on the field "path".
func ParsePath(s string) (Path, error) {
	trimmed := strings.TrimSuffix(strings.TrimPrefix(s, "/"), "/")
	if trimmed == "" {
		return "", Invalid("path", "Give a path such as /weather.")
	}
	if len(trimmed)+1 > MaxPathBytes {
		return "", Invalid("path", "Use at most %d bytes.", MaxPathBytes)
	}
	for segment := range strings.SplitSeq(trimmed, "/") {
		if reason := badSegment(segment); reason != "" {
			return "", Invalid("path", "%s", reason)
		}
	}
	return Path("/" + trimmed), nil
}

// badSegment says what is wrong with a segment, or nothing.
func badSegment(segment string) string {
	if segment == "" {
		return "Remove the empty segment (//)."
	}
	if !alphanumeric(segment[0]) {
		return fmt.Sprintf("Begin each segment with a letter or a digit, not with %q.", segment[:1])
	}
	for i := range len(segment) {
		c := segment[i]
		if !alphanumeric(c) && !strings.ContainsRune("._~-", rune(c)) {
			return fmt.Sprintf("Use only letters, digits and . _ ~ - in a segment; byte 0x%02x is none of them.", c)
		}
	}
	return ""
}

func alphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// First is the first segment, without slashes.
func (p Path) First() string {
	first, _, _ := strings.Cut(strings.TrimPrefix(string(p), "/"), "/")
	return first
}

// Last is the last segment, without slashes.
func (p Path) Last() string {
	return string(p[strings.LastIndexByte(string(p), '/')+1:])
}
