package app

import (
	"context"
	"log/slog"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/mcpgateway/mcpgateway/internal/logline"
)

// logWait is how long a line of the log waits for others, to be written together
// with them, where no person reads along.
const logWait = 5 * time.Millisecond

// openLog begins to log to the file. It must come before all that is closed at
// the end: the log ends last.
func (a *App) openLog(c LogConfig, to *os.File) {
	wait := logWait
	if term.IsTerminal(int(to.Fd())) {
		wait = 0
	}
	lines := logline.NewWriter(to, wait)
	// Nobody could be told that it failed.
	a.onClose(func(context.Context) error { _ = lines.Close(); return nil })
	handler := logline.NewText
	if c.LogFormat == "json" {
		handler = logline.NewJSON
	}
	a.log = slog.New(handler(lines, c.level()))
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
