package registry

import (
	"strings"
	"unicode"
)

// NoDescription is the main part of a tool that says nothing about itself.
const NoDescription = "No description available."

// ParsedDescription is a tool's description, split at the headers of a
// Google-style docstring. A nil section was not there; an empty one had a
// header and no text.
type ParsedDescription struct {
	Main                  string
	Args, Returns, Raises *string
}

// ParseDescription splits a description. A header is Args:, Returns: or
// Raises:, so spelt, at the beginning of a line; text may follow on that line.
// Sections come in any order, and one that comes twice is joined.
//
// A section whose lines are indented below its header ends where the
// indentation does, and what follows is main again. One that is not indented
// lasts until the next header, or, if it began on the header's line, until a
// blank line. Bodies lose their common indentation and main loses that of its
// later lines, for docstrings arrive as they were typed. Nothing else is lost.
//
// The time taken is linear in the length of s, which may be any bytes.
func ParseDescription(s string) ParsedDescription {
	if strings.TrimSpace(s) == "" {
		return ParsedDescription{Main: NoDescription}
	}
	d := docstring{bodies: make(map[string][]string)}
	for line := range strings.SplitSeq(s, "\n") {
		d.read(line)
	}
	d.close()
	section := func(header string) *string {
		blocks, there := d.bodies[header]
		if !there {
			return nil
		}
		return new(strings.TrimPrefix(strings.Join(blocks, "\n"), "\n"))
	}
	return ParsedDescription{
		Main:    strings.TrimSpace(dedent(d.main, true)),
		Args:    section("Args:"),
		Returns: section("Returns:"),
		Raises:  section("Raises:"),
	}
}

// String writes the docstring that [ParseDescription] splits into p again, for
// every p that came from it. [NoDescription] alone is written as nothing.
func (p ParsedDescription) String() string {
	if p == (ParsedDescription{Main: NoDescription}) {
		return ""
	}
	var b strings.Builder
	b.WriteString(p.Main)
	add := func(header string, body *string) {
		if body == nil {
			return
		}
		if b.Len() > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString(header)
		if *body == "" {
			return
		}
		for line := range strings.SplitSeq(*body, "\n") {
			b.WriteByte('\n')
			if line != "" {
				b.WriteString("    " + line)
			}
		}
	}
	add("Args:", p.Args)
	add("Returns:", p.Returns)
	add("Raises:", p.Raises)
	return b.String()
}

// docstring is a description that is being split, line by line.
type docstring struct {
	main   []string
	bodies map[string][]string // finished blocks by header

	// The section being read; header is "" in main.
	header string
	indent int      // of the header
	lines  []string // of the body so far
	inline bool     // the body began on the header's line
	// least is the smallest indentation of an indented body, 0 before its
	// first line. flat is true for a body that is not indented.
	least int
	flat  bool
}

// read takes the next line.
func (d *docstring) read(line string) {
	line = strings.TrimRightFunc(line, unicode.IsSpace)
	text := strings.TrimLeft(line, " \t")
	indent := columns(line[:len(line)-len(text)])
	line = strings.Repeat(" ", indent) + text

	if header, rest, ok := cutHeader(text); ok && (rest == "" || !d.holds(indent)) {
		d.close()
		d.header, d.indent = header, indent
		if rest != "" {
			d.inline, d.lines = true, append(d.lines, rest)
		}
		return
	}
	if d.header != "" && text != "" && d.endsAt(indent) {
		d.close()
		if n := len(d.main); n > 0 && d.main[n-1] != "" {
			d.main = append(d.main, "")
		}
	}
	if d.header == "" {
		d.main = append(d.main, line)
		return
	}
	d.lines = append(d.lines, line)
}

// holds says whether a line at this indentation lies inside the body, so that
// "Returns: …" there is an entry of that name and no header.
func (d *docstring) holds(indent int) bool {
	switch {
	case d.header == "" || d.flat:
		return false
	case d.least > 0:
		return indent >= d.least
	}
	return !d.inline && indent > d.indent
}

// endsAt says whether a line of text at this indentation ends the section,
// and learns from it how the body is indented.
func (d *docstring) endsAt(indent int) bool {
	switch {
	case d.flat:
		return d.inline && d.lines[len(d.lines)-1] == ""
	case indent > d.indent:
		if d.least == 0 || indent < d.least {
			d.least = indent
		}
		return false
	case d.least > 0:
		return true
	}
	d.flat = true
	return d.endsAt(indent)
}

// close ends the section being read, if any, and returns to main.
func (d *docstring) close() {
	if d.header != "" {
		blocks := d.bodies[d.header]
		if block := dedent(d.lines, d.inline); block != "" || blocks == nil {
			d.bodies[d.header] = append(blocks, block)
		}
	}
	*d = docstring{main: d.main, bodies: d.bodies}
}

// cutHeader splits a line, trimmed of its indentation, at its header.
func cutHeader(text string) (header, rest string, ok bool) {
	text = strings.TrimLeftFunc(text, unicode.IsSpace)
	header, _, found := strings.Cut(text, ":")
	header += ":"
	if !found || !isHeader(header) {
		return "", "", false
	}
	rest = text[len(header):]
	trimmed := strings.TrimSpace(rest)
	if trimmed == rest && rest != "" || isHeader(trimmed) {
		return "", "", false
	}
	return header, trimmed, true
}

func isHeader(s string) bool { return s == "Args:" || s == "Returns:" || s == "Raises:" }

// dedent joins lines without the blank ones around them and without their
// common indentation. If firstApart, the first line does not count: its
// indentation says nothing.
func dedent(lines []string, firstApart bool) string {
	for len(lines) > 0 && lines[0] == "" {
		lines = lines[1:]
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	margin := -1
	for i, line := range lines {
		if i == 0 && firstApart || line == "" {
			continue
		}
		if indent := len(line) - len(strings.TrimLeft(line, " ")); margin < 0 || indent < margin {
			margin = indent
		}
	}
	out := make([]string, len(lines))
	for i, line := range lines {
		if i == 0 && firstApart || line == "" {
			out[i] = line
			continue
		}
		out[i] = line[margin:]
	}
	return strings.Join(out, "\n")
}

// columns is the width of leading blanks, with a tab stop at every eighth
// column as in Python.
func columns(blanks string) int {
	width := 0
	for i := range len(blanks) {
		if blanks[i] == '\t' {
			width += 8 - width%8
		} else {
			width++
		}
	}
	return width
}
