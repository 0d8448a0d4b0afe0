package logline

import (
	"log/slog"
	"strconv"
	"time"
)

// A line is plain if its time has a year of four digits, and its values are
// integers, durations, and strings of ASCII that stand in it as they are. Both
// functions append such a line, and say of any other that it is none.

// appendText is the line of [slog.TextHandler].
func appendText(b []byte, at time.Time, level slog.Level, msg string, attrs []slog.Attr) ([]byte, bool) {
	if !isPlainTime(at) || !isWord(msg) {
		return b, false
	}
	b = append(b, "time="...)
	b = appendMillis(b, at)
	b = append(b, " level="...)
	b = append(b, level.String()...)
	b = append(b, " msg="...)
	b = append(b, msg...)
	for _, a := range attrs {
		if !isWord(a.Key) {
			return b, false
		}
		b = append(b, ' ')
		b = append(b, a.Key...)
		b = append(b, '=')
		switch a.Value.Kind() {
		case slog.KindString:
			text := a.Value.String()
			if !isWord(text) {
				return b, false
			}
			b = append(b, text...)
		case slog.KindInt64:
			b = strconv.AppendInt(b, a.Value.Int64(), 10)
		case slog.KindDuration:
			b = append(b, a.Value.Duration().String()...)
		default:
			return b, false
		}
	}
	return append(b, '\n'), true
}

// appendJSON is the line of [slog.JSONHandler].
func appendJSON(b []byte, at time.Time, level slog.Level, msg string, attrs []slog.Attr) ([]byte, bool) {
	if !isPlainTime(at) || !isPlain(msg) {
		return b, false
	}
	b = append(b, `{"time":"`...)
	b = at.AppendFormat(b, time.RFC3339Nano)
	b = append(b, `","level":"`...)
	b = append(b, level.String()...)
	b = append(b, `","msg":"`...)
	b = append(b, msg...)
	b = append(b, '"')
	for _, a := range attrs {
		if !isPlain(a.Key) {
			return b, false
		}
		b = append(b, `,"`...)
		b = append(b, a.Key...)
		b = append(b, `":`...)
		switch a.Value.Kind() {
		case slog.KindString:
			text := a.Value.String()
			if !isPlain(text) {
				return b, false
			}
			b = append(b, '"')
			b = append(b, text...)
			b = append(b, '"')
		case slog.KindInt64:
			b = strconv.AppendInt(b, a.Value.Int64(), 10)
		case slog.KindDuration:
			b = strconv.AppendInt(b, int64(a.Value.Duration()), 10)
		default:
			return b, false
		}
	}
	return append(b, "}\n"...), true
}

// isPlainTime says whether the time is there and has a year of four digits.
func isPlainTime(t time.Time) bool { return !t.IsZero() && t.Year() >= 0 && t.Year() <= 9999 }

// appendMillis appends the time in RFC 3339, to the millisecond. The standard
// library is fast at nanoseconds only, and leaves zeros at their end out: with
// a tenth of a millisecond there are four digits.
func appendMillis(b []byte, t time.Time) []byte {
	const upTo = len("2006-01-02T15:04:05.000")
	end := len(b) + upTo
	b = t.Truncate(time.Millisecond).Add(time.Millisecond/10).AppendFormat(b, time.RFC3339Nano)
	return append(b[:end], b[end+1:]...)
}

// isPlain says whether JSON has the text as it is, between quotes.
func isPlain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// isWord says whether a line of text has it as it is, without quotes.
func isWord(text string) bool {
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c > '~' || c == '"' || c == '\\' || c == '=' {
			return false
		}
	}
	return text != ""
}
