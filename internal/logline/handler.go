// Package logline writes the log as [log/slog] does, byte for byte. It makes
// that cheap for the lines of requests, of which thousands come in a second: a
// [Handler] has a short way for them, and a [Writer] writes many together.
package logline

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// Handler writes records of a level or above to a [Writer]. One that warns, or
// worse, is written at once, with all that came before.
type Handler struct {
	slog.Handler // Of slog.
	out          *Writer
	format       format
}

// format is what lines are formatted as on the short way.
type format int

const (
	nothing format = iota
	plainText
	plainJSON
)

// NewText writes what [slog.NewTextHandler] does.
func NewText(out *Writer, level slog.Leveler) *Handler {
	return &Handler{slog.NewTextHandler(out, &slog.HandlerOptions{Level: level}), out, plainText}
}

// NewJSON writes what [slog.NewJSONHandler] does.
func NewJSON(out *Writer, level slog.Leveler) *Handler {
	return &Handler{slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level}), out, plainJSON}
}

// Handle writes a record. An error is of the lines that were written with it.
func (h *Handler) Handle(ctx context.Context, r slog.Record) error {
	return h.settle(r.Level, h.Handler.Handle(ctx, r))
}

// Line writes what Handle does of a record with these attributes, which a
// record would take memory for. Whether the level is enabled is for the caller
// to ask.
func (h *Handler) Line(ctx context.Context, at time.Time, level slog.Level, msg string, attrs []slog.Attr) error {
	var room [768]byte // Few lines are longer.
	line, plain := room[:0], false
	switch h.format {
	case plainText:
		line, plain = appendText(line, at, level, msg, attrs)
	case plainJSON:
		line, plain = appendJSON(line, at, level, msg, attrs)
	case nothing:
	}
	if !plain {
		r := slog.NewRecord(at, level, msg, 0)
		r.AddAttrs(attrs...)
		return h.Handle(ctx, r)
	}
	_, err := h.out.Write(line)
	return h.settle(level, err)
}

// settle has a warning written, which failed with err otherwise.
func (h *Handler) settle(level slog.Level, err error) error {
	if level < slog.LevelWarn {
		return err
	}
	return errors.Join(err, h.out.Flush())
}

// WithAttrs is a handler whose lines have attrs too. It knows no short way.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &Handler{h.Handler.WithAttrs(attrs), h.out, nothing}
}

// WithGroup is a handler whose attributes are in a group. It knows none either.
func (h *Handler) WithGroup(name string) slog.Handler {
	return &Handler{h.Handler.WithGroup(name), h.out, nothing}
}
