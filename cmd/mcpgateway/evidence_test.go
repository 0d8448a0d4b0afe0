package main_test

import (
	"regexp"
	"strings"
	"sync"
)

// collection gathers what the program wrote to standard error, and what must
// never be there.
type collection struct {
	mu      sync.Mutex
	logs    []string
	secrets []string
}

// secret adds a text that no log may hold. The password "password" is told by
// its surroundings, since the word itself is all right.
func (c *collection) secret(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case text == "":
	case strings.EqualFold(text, "password"):
		c.secrets = append(c.secrets, "password="+text, `:"`+text, ":"+text)
	default:
		c.secrets = append(c.secrets, text)
	}
}

func (c *collection) log(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.logs = append(c.logs, text)
}

// shownOnce is the line by which the first start tells the password it made.
var shownOnce = regexp.MustCompile(`(?m)^Made a password for the user \S+: (\S+)$`)

// findings are the lines with a secret, and those that tell of a crash or of a
// data race. One telling of a password made at the first start is no finding.
func (c *collection) findings() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var found []string
	for _, log := range c.logs {
		if at := shownOnce.FindStringIndex(log); at != nil {
			log = log[:at[0]] + log[at[1]:]
		}
		for line := range strings.Lines(log) {
			for _, bad := range append(c.secrets, "WARNING: DATA RACE", "panic", "goroutine ") {
				if strings.Contains(line, bad) {
					found = append(found, strings.TrimSpace(line)+" (holds "+bad+")")
				}
			}
		}
	}
	return found
}
