package main

import (
	"bufio"
	"bytes"
	"strings"
	"testing"
)

func TestReadText(t *testing.T) {
	const ping, text = "\x89\x02hi", "\x81\x03abc"
	long := "\x81\x7e\x01\x00" + strings.Repeat("x", 256)
	r := bufio.NewReader(strings.NewReader(ping + text + long))
	var written bytes.Buffer
	for _, want := range []int{3, 256} {
		if n, err := readText(r, &written); err != nil || n != want {
			t.Errorf("a message of %d bytes, %v; want %d", n, err, want)
		}
	}
	if want := "\x8a\x82\x00\x00\x00\x00hi"; written.String() != want {
		t.Errorf("the ping was answered by %q, want %q", written.String(), want)
	}
	for _, bad := range []string{"", "\x88\x00", "\x81\x7f", "\x81\x03ab", "\x89\x7e\x01\x00"} {
		if n, err := readText(bufio.NewReader(strings.NewReader(bad)), &written); err == nil {
			t.Errorf("%q is a message of %d bytes", bad, n)
		}
	}
}
