package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
)

// ago says how long before now t was, in the words that time.js uses too.
func ago(now, t time.Time) string {
	d := now.Sub(t)
	switch {
	case d < 5*time.Second:
		return "just now"
	case d < time.Minute:
		return fmt.Sprintf("%d s ago", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	}
	return fmt.Sprintf("%d days ago", int(d.Hours()/24))
}

// until says how long after now t is. What is not ahead is "now".
func until(now, t time.Time) string {
	d := t.Sub(now)
	switch {
	case d < time.Minute:
		return "now"
	case d < time.Hour:
		return fmt.Sprintf("in %d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("in %d h", int(d.Hours()))
	}
	// Shown a moment after it was made, 30 days are 30 and not 29.
	return fmt.Sprintf("in %d days", int((d+time.Hour).Hours()/24))
}

// due says how long after now t is, to the second, in the words of time.js.
func due(now, t time.Time) string {
	d := t.Sub(now)
	switch {
	case d < time.Second:
		return "now"
	}
	return "in " + lasting(d)
}

// lasting is a length of time in the words of time.js; less than nothing is
// nothing.
func lasting(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", max(0, int(d.Seconds())))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}

// since is how long ago t was.
func since(now, t time.Time) string { return lasting(now.Sub(t)) }

// iso is UTC in RFC 3339, to the second.
func iso(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// millis shows a latency, rounded; one that was too short to measure is "<1 ms".
func millis(d time.Duration) string {
	if d < time.Millisecond {
		return "<1 ms"
	}
	return strconv.FormatInt(d.Round(time.Millisecond).Milliseconds(), 10) + " ms"
}

// took shows a latency in as few digits as tell it: "<1 ms", "23 ms", "3.1 s".
func took(d time.Duration) string {
	if d.Round(time.Millisecond) < time.Second {
		return millis(d)
	}
	return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
}

// count is a number with its noun: "1 tool", "3 tools".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// maxPretty bounds what indenting may make of JSON, as a multiple of its size:
// each line of what lies deep begins with that many blanks. What stays within
// smallPretty, in bytes, is always fine.
const (
	maxPretty   = 8
	smallPretty = 4 << 10
)

// pretty indents JSON, unless it would become far too long, and writes what is
// not seen as \u escapes, which mean the same to whoever copies it. What is no
// JSON is shown as it came.
func pretty(raw []byte) string {
	var b bytes.Buffer
	switch {
	case indented(raw) > max(maxPretty*len(raw), smallPretty) && json.Valid(raw):
		b.Write(raw)
	case json.Indent(&b, raw, "", "  ") != nil:
		return visible(string(raw))
	}
	return rewritten(b.String(), escaped)
}

// escaped is a character as JSON writes it without saying it (RFC 8259,
// section 7).
func escaped(r rune) string {
	var b strings.Builder
	for _, unit := range utf16.AppendRune(nil, r) {
		fmt.Fprintf(&b, `\u%04x`, unit)
	}
	return b.String()
}

// indented is about how long JSON becomes, in bytes, with two blanks for a
// level.
func indented(raw []byte) int {
	n, depth, inString := 0, 0, false
	for i := 0; i < len(raw); i++ {
		n++
		switch c := raw[i]; {
		case inString && c == '\\':
			n++
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			depth++
			n += 1 + 2*depth
		case c == ',':
			n += 1 + 2*depth
		case c == '}' || c == ']':
			depth--
			n += 1 + 2*max(depth, 0)
		}
	}
	return n
}

// visible writes out the characters that change how others look, or look like
// none: controls, marks of direction (which could make a name read backwards)
// and such of no width. Line breaks and tabs stay.
func visible(s string) string {
	return rewritten(s, func(r rune) string { return fmt.Sprintf("⟨U+%04X⟩", r) })
}

// rewritten has what write makes of each character that is not seen.
func rewritten(s string, write func(rune) string) string {
	if !strings.ContainsFunc(s, unseen) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if unseen(r) {
			b.WriteString(write(r))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func unseen(r rune) bool {
	switch {
	case r == '\n' || r == '\r' || r == '\t':
		return false
	// Joiners make up letters and emoji in many scripts.
	case r == '\u200c' || r == '\u200d':
		return false
	}
	return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r)
}

// short is a count in little room, in the manner of number.js: 999, 1.2k, 15k, 2.3M.
func short(n int64) string {
	for _, unit := range []struct {
		size int64
		sign string
	}{{1_000_000, "M"}, {1_000, "k"}} {
		switch {
		case n >= 10*unit.size:
			return strconv.FormatInt(n/unit.size, 10) + unit.sign
		case n >= unit.size:
			return strings.TrimSuffix(strconv.FormatFloat(math.Floor(float64(n*10)/float64(unit.size))/10, 'f', 1, 64), ".0") + unit.sign
		}
	}
	return strconv.FormatInt(n, 10)
}
