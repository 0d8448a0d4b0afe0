package httpserver

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"

	"github.com/mcpgateway/mcpgateway/internal/importer"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// importForm is the form of POST /register/import as it was sent.
type importForm struct {
	text   string
	file   []byte
	sealed string
	// paths are those of all entries, in their order; take are the numbers of
	// the entries that were ticked.
	paths, take []string
	enable      string
}

// given is the text that was pasted, or else uploaded.
func (f importForm) given() []byte {
	if f.uploaded() {
		return f.file
	}
	return []byte(f.text)
}

func (f importForm) uploaded() bool {
	return len(f.file) > 0 && len(bytes.TrimSpace([]byte(f.text))) == 0
}

// maxImportParts is what a form of [importer.MaxEntries] entries sends: a path
// and a tick for each, and the rest once.
const maxImportParts = 2*importer.MaxEntries + 8

// readImportForm reads a form of multipart/form-data (RFC 7578), whose size the
// server has bounded. What it does not know it leaves out.
func readImportForm(r *multipart.Reader) (importForm, error) {
	var f importForm
	for parts := 0; ; parts++ {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return f, nil
		}
		if err != nil {
			return importForm{}, errMalformedBody
		}
		if parts == maxImportParts {
			return importForm{}, registry.Invalid("path", "Send at most %d paths.", importer.MaxEntries)
		}
		value, err := io.ReadAll(part)
		if err != nil {
			return importForm{}, errMalformedBody
		}
		switch part.FormName() {
		case "text":
			f.text = string(value)
		case "file":
			f.file = value
		case "sealed":
			f.sealed = string(value)
		case "path":
			f.paths = append(f.paths, string(value))
		case "take":
			f.take = append(f.take, string(value))
		case "enable":
			f.enable = string(value)
		}
	}
}
