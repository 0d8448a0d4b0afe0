package httpserver_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// TestLoginBodyIsSmall: strangers make the server keep little.
func TestLoginBodyIsSmall(t *testing.T) {
	e := newEdge(t, setup{})
	c := e.stranger(t)
	if a := c.form("/login", "username=a&password="+strings.Repeat("x", 16<<10)); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("16 KiB of password: %d %s", a.status, a.body)
	}
	if a := c.form("/login", "username=a&password="+strings.Repeat("x", 1<<10)); a.status != http.StatusSeeOther {
		t.Errorf("the longest password there is: %d %s", a.status, a.body)
	}
}

// TestCallerGoneInTheBody: whoever hangs up half-way makes no error of ours.
func TestCallerGoneInTheBody(t *testing.T) {
	e := newEdge(t, setup{})
	conn, err := net.Dial("tcp", strings.TrimPrefix(e.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, "POST /login HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: gone\r\nContent-Length: 1000\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nusername="); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	for _, line := range e.log.of(t, "gone") {
		if line["status"] != 499.0 || line["level"] == "ERROR" {
			t.Errorf("logged as %v", line)
		}
	}
}
