package app

import (
	"os"
	"strings"
	"unicode"
)

// Where the data lies if nothing else is said.
const (
	defaultData     = "./data"
	defaultDemoData = "./data/demo"
)

// defaultURL is where commands look for a gateway if nothing else is said.
const defaultURL = "http://localhost:7860"

// defaultAdmin is the administrator's name if nothing else is said.
const defaultAdmin = "admin"

// hint is how to run one of our commands, as the operator would type it. The
// command looks for its data in standard; the hint names dir if that differs.
func hint(args, dir, standard string) string {
	words := []string{shellWord(os.Args[0]), args}
	if dir != standard {
		words = append(words, "--data", shellWord(dir))
	}
	return strings.Join(words, " ")
}

// shellWord quotes text for a POSIX shell if it needs to be.
func shellWord(text string) string {
	plain := func(r rune) bool {
		return r <= unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) || strings.ContainsRune("./_-+,:@%", r)
	}
	if text != "" && !strings.ContainsFunc(text, func(r rune) bool { return !plain(r) }) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
