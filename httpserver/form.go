package httpserver

import (
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// maxFields bounds the fields of a form. The largest that means anything has
// ten, and a few of them twice.
const maxFields = 1000

// readForm makes the body's fields the request's only ones, and the last of
// several values the only one, but for lists, which keep all. It reads what
// browsers write (WHATWG URL, section 5.1): & alone parts two fields. Bytes that
// are not UTF-8 stay as they are, for the domain to refuse.
func readForm(r *http.Request, body string, lists []string) error {
	form := url.Values{}
	fields := 0
	for field := range strings.SplitSeq(body, "&") {
		if field == "" {
			continue
		}
		if fields++; fields > maxFields {
			return errTooManyFields
		}
		name, value, _ := strings.Cut(field, "=")
		if name = formText(name); slices.Contains(lists, name) {
			form.Add(name, formText(value))
		} else {
			form.Set(name, formText(value))
		}
	}
	r.Form, r.PostForm = form, form
	return nil
}

// formText decodes a name or a value. A % that begins no escape stands for
// itself: people type 100% into curl.
func formText(s string) string {
	if !strings.ContainsAny(s, "%+") {
		return s
	}
	text := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if octet, err := hex.DecodeString(s[i+1 : i+3]); err == nil {
				text = append(text, octet...)
				i += 2
				continue
			}
		}
		if s[i] == '+' {
			text = append(text, ' ')
			continue
		}
		text = append(text, s[i])
	}
	return string(text)
}
