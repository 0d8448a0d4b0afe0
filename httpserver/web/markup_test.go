package web

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// element is a start tag as a browser would see it.
type element struct {
	name  string
	attrs map[string]string
}

// elements reads a page with the parser of encoding/xml in its HTML manner: it
// stops at what is not well formed, so a string that broke out of its place
// shows as an error or as an element too many.
func elements(t *testing.T, page string) []element {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict = false
	d.AutoClose = xml.HTMLAutoClose
	d.Entity = xml.HTMLEntity
	var out []element
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("the page is not well formed: %v\n%s", err, page)
		}
		if start, ok := token.(xml.StartElement); ok {
			e := element{name: start.Name.Local, attrs: map[string]string{}}
			for _, a := range start.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			out = append(out, e)
		}
	}
}
