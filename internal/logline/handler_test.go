package logline

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"
)

// both writes the same to a handler of ours and to slog's own, and fails if the
// lines differ.
func both(t *testing.T, json bool, ours func(*Handler) error, theirs func(slog.Handler) error) {
	t.Helper()
	var got, want bytes.Buffer
	out, o := NewWriter(&got, 0), &slog.HandlerOptions{Level: slog.LevelDebug}
	a, b := NewText(out, slog.LevelDebug), slog.Handler(slog.NewTextHandler(&want, o))
	if json {
		a, b = NewJSON(out, slog.LevelDebug), slog.NewJSONHandler(&want, o)
	}
	if err := errors.Join(ours(a), theirs(b)); err != nil {
		t.Fatal(err)
	}
	if got.String() != want.String() {
		t.Errorf("we wrote %q, slog writes %q", &got, &want)
	}
}

type (
	secret struct{}
	named  []byte
	broken struct{}
	valuer struct{ v slog.Value }
)

func (secret) MarshalText() ([]byte, error) { return []byte("hid den"), nil }
func (broken) MarshalJSON() ([]byte, error) { return nil, errors.New("no JSON") }
func (broken) MarshalText() ([]byte, error) { return nil, errors.New("no text") }
func (v valuer) LogValue() slog.Value       { return v.v }

// values are of every kind that slog knows.
func values(text string, number int64, at time.Time) []slog.Value {
	return []slog.Value{
		slog.StringValue(text), slog.Int64Value(number), slog.DurationValue(time.Duration(number)),
		slog.Uint64Value(uint64(number)), slog.Float64Value(float64(number) / 7), slog.BoolValue(number%2 == 0), slog.TimeValue(at),
		slog.AnyValue(nil), slog.AnyValue(errors.New(text)), slog.AnyValue(secret{}), slog.AnyValue(broken{}),
		slog.AnyValue(named(text)), slog.AnyValue(&number), slog.AnyValue(map[string]any{text: number}), slog.AnyValue([]string{text}),
		slog.AnyValue(valuer{slog.StringValue(text)}), slog.AnyValue(valuer{slog.GroupValue(slog.String(text, text))}),
		slog.GroupValue(), slog.GroupValue(slog.String(text, text), slog.Group("inner", slog.Int64(text, number))),
	}
}

// FuzzAlike: whatever a record has, the line is slog's.
func FuzzAlike(f *testing.F) {
	for _, text := range []string{
		"", "request", "/weather/mcp", "two words", `"`, `\`, "=", "a=b", "<&>", "\n\r\t\x00\x1b\x7f", "é", "\u2028", "\ufeff", "\ufffd", "\xff\xfe", "\xc3", "日本",
	} {
		f.Add(text, "key", int64(1234567), int64(0), 0)
		f.Add("msg", text, int64(-1), int64(1_700_000_000_123_456_789), 2)
	}
	f.Add("m", "k", int64(0), int64(1_700_000_000_100_000_000), 4)
	f.Add("m", "k", int64(1), int64(999_999_999), -5)
	f.Fuzz(func(t *testing.T, text, key string, number, nanos int64, level int) {
		for _, at := range []time.Time{
			{},
			time.Now(), time.Unix(0, nanos).UTC(),
			time.Unix(number, nanos).In(time.FixedZone("", int(number%86400))),
		} {
			for _, value := range values(text, number, at) {
				attrs := []slog.Attr{slog.String("path", "/weather"), {Key: key, Value: value}, slog.Int64("n", number)}
				record := slog.NewRecord(at, slog.Level(level), text, 0)
				record.AddAttrs(attrs...)
				for _, json := range []bool{false, true} {
					handle := func(h slog.Handler) error { return h.Handle(t.Context(), record) }
					line := func(h *Handler) error { return h.Line(t.Context(), at, slog.Level(level), text, attrs) }
					both(t, json, line, handle)
					both(t, json, func(h *Handler) error { return handle(h) }, handle)
					with := func(h slog.Handler) slog.Handler {
						return h.WithGroup("g").WithAttrs([]slog.Attr{{Key: key, Value: value}}).WithGroup(key)
					}
					both(t, json, func(h *Handler) error { return line(with(h).(*Handler)) }, func(h slog.Handler) error { return handle(with(h)) })
				}
			}
		}
	})
}

// attrsOf are those of a request as the access log has them, in the room given.
func attrsOf(room []slog.Attr) []slog.Attr {
	return append(room,
		slog.String("method", "POST"), slog.String("path", "/weather/mcp"), slog.Int("status", 200),
		slog.Int64("bytes", 1234), slog.Duration("took", 512345*time.Nanosecond), slog.String("client", "127.0.0.1"),
		slog.String("principal", "token:abcdefghijklmnop"), slog.String("request_id", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
		slog.String("service", "/weather"), slog.String("mcp_method", "tools/call"), slog.String("mcp_name", "get_current_weather"))
}

// TestRequestsArePlain: what the access log writes goes the short way, without
// any memory.
func TestRequestsArePlain(t *testing.T) {
	for name, h := range map[string]*Handler{
		"text": NewText(NewWriter(io.Discard, time.Hour), nil),
		"JSON": NewJSON(NewWriter(io.Discard, time.Hour), nil),
	} {
		h.Handler = nil // It would panic.
		n := testing.AllocsPerRun(100, func() {
			var room [16]slog.Attr
			_ = h.Line(t.Context(), time.Now(), slog.LevelInfo, "request", attrsOf(room[:0]))
		})
		if n > 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
		if err := h.out.Close(); err != nil {
			t.Error(err)
		}
	}
}

func BenchmarkLine(b *testing.B) {
	out := NewWriter(io.Discard, 5*time.Millisecond)
	defer func() { _ = out.Close() }()
	for _, h := range []struct {
		name        string
		ours, slogs slog.Handler
	}{
		{"text", NewText(out, nil), slog.NewTextHandler(io.Discard, nil)},
		{"JSON", NewJSON(out, nil), slog.NewJSONHandler(io.Discard, nil)},
	} {
		b.Run(h.name+"/ours", func(b *testing.B) {
			short := h.ours.(*Handler)
			b.ReportAllocs()
			for b.Loop() {
				var room [16]slog.Attr
				_ = short.Line(b.Context(), time.Now(), slog.LevelInfo, "request", attrsOf(room[:0]))
			}
		})
		b.Run(h.name+"/slogs", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var room [16]slog.Attr
				r := slog.NewRecord(time.Now(), slog.LevelInfo, "request", 0)
				r.AddAttrs(attrsOf(room[:0])...)
				_ = h.slogs.Handle(b.Context(), r)
			}
		})
	}
}
