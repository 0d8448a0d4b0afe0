package registry

import (
	"errors"
	"fmt"
	"strings"
)

// Sentinels of the domain. They arrive wrapped: test with [errors.Is].
var (
	// ErrNotFound says that no service has the path.
	ErrNotFound = errors.New("no such service")
	// ErrConflict says that the path is taken.
	ErrConflict = errors.New("a service with this path is registered already")
	// ErrDisabled says that the service must be enabled for the request.
	ErrDisabled = errors.New("the service is disabled")
	// ErrNotStored says that a change could not be written, and so was not made:
	// the disk is full, may not be written to, or fails.
	ErrNotStored = errors.New("the change could not be stored")
	// ErrNoAnnouncements says that an upstream does not announce changes of
	// its tools, so that watching it is of no use until it changes itself.
	ErrNoAnnouncements = errors.New("the upstream does not announce changes of its tools")
)

// FieldError is one thing that is wrong with one field of the input.
type FieldError struct {
	// Field is the wire name, such as "proxy_pass_url".
	Field string
	// Message is one sentence that says what would be right.
	Message string
}

// InvalidError lists everything that is wrong with an input, a field at most once.
type InvalidError struct {
	Fields []FieldError
}

// Invalid is an [InvalidError] about a single field.
func Invalid(field, format string, args ...any) *InvalidError {
	return &InvalidError{Fields: []FieldError{{Field: field, Message: fmt.Sprintf(format, args...)}}}
}

// Error joins the messages, each behind its field's name.
func (e *InvalidError) Error() string {
	parts := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		parts[i] = f.Field + ": " + f.Message
	}
	return strings.Join(parts, " ")
}
