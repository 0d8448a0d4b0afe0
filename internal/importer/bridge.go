package importer

import (
	"regexp"
	"strings"
)

// bridged is the server behind a program that only carries messages there.
type bridged struct {
	url     string
	headers map[string]string
	// unnamed is set if a --header has no colon: all of it may be a secret.
	unnamed bool
}

// bridge finds the server that an entry reaches by mcp-remote, however it is
// started: npx mcp-remote URL --header "Name: value". A ${NAME} stands for what
// the entry's env has under it.
func bridge(command string, args []string, env map[string]string) (b bridged, ok bool) {
	words := append([]string{command}, args...)
	for len(words) > 0 && words[0] != "mcp-remote" && !strings.HasPrefix(words[0], "mcp-remote@") {
		words = words[1:]
	}
	for i := 1; i < len(words); i++ {
		switch word := expand(words[i], env); {
		case word == "--header" && i+1 < len(words):
			i++
			name, value, named := strings.Cut(expand(words[i], env), ":")
			if !named {
				b.unnamed = true
				continue
			}
			if b.headers == nil {
				b.headers = make(map[string]string)
			}
			b.headers[strings.TrimSpace(name)] = strings.TrimSpace(value)
		case b.url == "" && (strings.HasPrefix(word, "http://") || strings.HasPrefix(word, "https://") || strings.HasPrefix(word, "${")):
			b.url = word
		}
	}
	return b, b.url != ""
}

// maxExpanded bounds what is made of one argument, in bytes: more than any URL
// or header may have.
const maxExpanded = 16 << 10

// variable is a ${NAME} as mcp-remote reads it.
var variable = regexp.MustCompile(`\$\{[A-Za-z_][A-Za-z0-9_]*\}`)

// expand puts in what env says. What it does not say stays as it stands, and so
// does an argument that would become too long.
func expand(arg string, env map[string]string) string {
	var b strings.Builder
	rest := arg
	for b.Len() <= maxExpanded {
		at := variable.FindStringIndex(rest)
		if at == nil {
			return b.String() + rest
		}
		value, ok := env[rest[at[0]+len("${"):at[1]-len("}")]]
		if !ok {
			value = rest[at[0]:at[1]]
		}
		b.WriteString(rest[:at[0]])
		b.WriteString(value)
		rest = rest[at[1]:]
	}
	return arg
}

// unfilled is what clients replace before they connect: ${input:key} and
// ${env:NAME} in VS Code, ${NAME} and ${NAME:-default} elsewhere; and its name.
var unfilled = regexp.MustCompile(`(\$\{(?:input:[\w.-]*|[\w:.]*?))(?::?[^\w:.{}][^{}]*)?\}`)

// placeholder is the first one in s, or nothing. What stands for it by default
// is left out, which may be a secret.
func placeholder(s string) string {
	found := unfilled.FindStringSubmatch(s)
	if found == nil {
		return ""
	}
	return found[1] + "}"
}
