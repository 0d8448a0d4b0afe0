package mcpclient

import (
	"io"
	"log"
	"net"
	"testing"
)

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// notHTTP is the URL of a server that greets everybody like a mail server.
func notHTTP(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			buf := make([]byte, 1)
			_, _ = c.Read(buf)
			_, _ = io.WriteString(c, "220 mail.example.com ESMTP\r\n")
			_ = c.Close()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	return "http://" + l.Addr().String()
}
