package main

import (
	"strings"
	"testing"
	"testing/iotest"
)

func TestReadRequest(t *testing.T) {
	if len(callBody) != messageBytes || len(answerBody) != messageBytes {
		t.Fatalf("messages of %d and %d bytes", len(callBody), len(answerBody))
	}
	const head = "POST / HTTP/1.1\r\nHost: a\r\ncontent-length:  3\r\n"
	for name, read := range map[string]func(string) (int, error){
		"at once": func(s string) (int, error) { return readRequest(strings.NewReader(s), make([]byte, 100)) },
		"byte by byte": func(s string) (int, error) {
			return readRequest(iotest.OneByteReader(strings.NewReader(s)), make([]byte, 100))
		},
	} {
		if n, err := read(head + "\r\nabc"); err != nil || n != len(head) {
			t.Errorf("%s: a header of %d bytes, %v; want %d", name, n, err, len(head))
		}
		if _, err := read(head + "\r\nab"); err == nil {
			t.Errorf("%s: no error for half a body", name)
		}
		if _, err := read("GET / HTTP/1.1\r\n\r\n"); err != nil {
			t.Errorf("%s: without a body: %v", name, err)
		}
	}
	if _, err := readRequest(strings.NewReader(strings.Replace(head, "3", "3000", 1)+"\r\n"), make([]byte, 100)); err == nil {
		t.Error("no error for a body that is longer than the buffer")
	}
}
