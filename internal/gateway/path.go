package gateway

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// maxPath bounds the path of a proxied request, in bytes.
const maxPath = 8 << 10

// checkPath refuses an escaped URL path that could mean another one to an
// upstream: dot segments (RFC 3986, section 3.3), empty segments, backslashes,
// control bytes, and all of these in disguise. The error is an
// *[registry.InvalidError].
func checkPath(escaped string) error {
	if len(escaped) > maxPath {
		return registry.Invalid("path", "Use a path of at most %d bytes.", maxPath)
	}
	if isPlain(escaped) {
		return nil // As nearly all are.
	}
	if strings.Contains(escaped, "//") {
		return registry.Invalid("path", "Remove the empty segment (//).")
	}
	for segment := range strings.SplitSeq(escaped, "/") {
		// What follows a semicolon is a parameter to some servers.
		if isDots(withoutParameter(segment)) {
			return registry.Invalid("path", "Remove the dot segments (. and ..).")
		}
	}
	encoded := false
	for i := range len(escaped) {
		switch c := escaped[i]; {
		case c == '\\':
			return registry.Invalid("path", "Remove the backslash.")
		case c <= ' ' || c == 0x7f:
			return registry.Invalid("path", "Remove the control characters and spaces.")
		case c == '%':
			if why := badEscape(escaped[i+1:]); why != "" {
				return registry.Invalid("path", "%s", why)
			}
			encoded = true
		}
	}
	if !encoded {
		return nil
	}
	// An overlong form of a dot or a slash is one to some decoders.
	if plain, err := url.PathUnescape(escaped); err != nil || !utf8.ValidString(plain) {
		return registry.Invalid("path", "Encode the path as UTF-8.")
	}
	return nil
}

// isPlain says whether an escaped path has nothing to look at twice.
func isPlain(escaped string) bool {
	slash := false
	for i := range len(escaped) {
		c := escaped[i]
		if slash && c == '/' {
			return false
		}
		slash = c == '/'
		switch {
		case slash, 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '~':
		default:
			return false
		}
	}
	return true
}

// withoutParameter is the segment up to its first semicolon, in whatever
// spelling.
func withoutParameter(segment string) string {
	for i := range len(segment) {
		rest := segment[i:]
		if rest[0] == ';' || hasPrefixFold(rest, "%3b") || hasPrefixFold(rest, "%253b") {
			return segment[:i]
		}
	}
	return segment
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// isDots says whether a segment is . or .. in whatever spelling.
func isDots(segment string) bool {
	dots := 0
	for segment != "" {
		switch {
		case segment[0] == '.':
			segment = segment[1:]
		case hasPrefixFold(segment, "%2e"):
			segment = segment[3:]
		case hasPrefixFold(segment, "%252e"):
			segment = segment[5:]
		default:
			return false
		}
		dots++
	}
	return dots == 1 || dots == 2
}

// badEscape says what is wrong with an escape, of which rest is what follows
// the percent sign: once more escaped it would still be wrong to a server that
// decodes twice.
func badEscape(rest string) string {
	if len(rest) < 2 {
		return "Complete the percent-encoding."
	}
	code := rest[:2]
	if code == "25" && len(rest) >= 4 {
		code = rest[2:4]
	}
	switch {
	case strings.EqualFold(code, "2f"):
		return "Write slashes as /, not encoded."
	case strings.EqualFold(code, "5c"):
		return "Remove the encoded backslash."
	case code[0] == '0' || code[0] == '1' || strings.EqualFold(code, "7f"):
		return "Remove the encoded control characters."
	}
	return ""
}
