package app

import (
	"context"
	"io"
	"log/slog"
)

func newLogger(c LogConfig, w io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: c.level()}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// leastLevel passes on what is of a level or above, if the handler under it
// takes that, too.
type leastLevel struct {
	slog.Handler
	least slog.Level
}

// Enabled says whether a record of the level is passed on.
func (h *leastLevel) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= h.least && h.Handler.Enabled(ctx, level)
}

// WithAttrs keeps the bound.
func (h *leastLevel) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &leastLevel{h.Handler.WithAttrs(attrs), h.least}
}

// WithGroup keeps the bound.
func (h *leastLevel) WithGroup(name string) slog.Handler {
	return &leastLevel{h.Handler.WithGroup(name), h.least}
}
