package web

// ImportPage is what POST /register/import answers: the plan with its form, or
// what became of it.
type ImportPage struct {
	Shell
	// Entries are the services in the order of the text.
	Entries []ImportEntry
	// Done says that the plan was carried out.
	Done bool
	// Sealed is the text as the form sends it back, encrypted.
	Sealed string
}

// Registered is how many of the services are new.
func (p ImportPage) Registered() int {
	n := 0
	for _, e := range p.Entries {
		if e.Outcome == "registered" {
			n++
		}
	}
	return n
}

// ImportEntry is one of the services.
type ImportEntry struct {
	// Index counts from 0.
	Index           int
	Name, Path, URL string
	// Outcome is a word of the API, Message a sentence about it.
	Outcome, Message string
	// Headers are the names of those towards the upstream.
	Headers []string
	Notes   []string
	// Movable says that the service can be registered, at this or another path.
	Movable bool
}

// outcomeView is how an outcome is shown: the tone of a kind of status, an
// icon, and a word. entries.js has the same table.
type outcomeView struct{ Kind, Icon, Word string }

func outcomeOf(outcome string) outcomeView {
	switch outcome {
	case "create":
		return outcomeView{"checking", "plus", "New"}
	case "registered":
		return outcomeView{"healthy", "healthy", "Registered"}
	case "unchanged":
		return outcomeView{"disabled", "healthy", "Already there"}
	case "taken":
		return outcomeView{"auth-required", "error", "Path taken"}
	case "invalid":
		return outcomeView{"unhealthy", "unhealthy", "To mend"}
	case "unsupported":
		return outcomeView{"disabled", "disabled", "Not possible"}
	case "skipped":
		return outcomeView{"disabled", "disabled", "Left out"}
	}
	return outcomeView{"error", "error", "Failed"}
}

// entryView is what the entry's template needs besides the entry.
type entryView struct {
	ImportEntry
	Done bool
}

func newEntry(done bool, e ImportEntry) entryView { return entryView{e, done} }

// blankEntry is what scripts clone and fill.
func blankEntry() entryView { return entryView{ImportEntry: ImportEntry{Outcome: "create"}} }
