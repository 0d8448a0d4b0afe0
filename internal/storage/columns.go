package storage

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// micros is how a time is stored: microseconds since 1970, NULL for the zero
// time.
func micros(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.UnixMicro(), Valid: !t.IsZero()}
}

// moment reads what micros wrote.
func moment(v sql.NullInt64) time.Time {
	if !v.Valid {
		return time.Time{}
	}
	return time.UnixMicro(v.Int64).UTC()
}

// list is how a list of strings is stored: a JSON array. Bytes that are not
// UTF-8 become U+FFFD; the domain lets none through.
func list(items []string) (string, error) {
	if len(items) == 0 {
		return "[]", nil
	}
	text, err := json.Marshal(items)
	return string(text), err
}

// unlist reads what list wrote; an empty list is nil.
func unlist(text []byte) ([]string, error) {
	if string(text) == "[]" {
		return nil, nil
	}
	var items []string
	if err := json.Unmarshal(text, &items); err != nil {
		return nil, fmt.Errorf("stored list: %w", err)
	}
	return items, nil
}

// schema is how a JSON object is stored: as it came, NULL when there is none.
func schema(raw json.RawMessage) sql.NullString {
	return sql.NullString{String: string(raw), Valid: len(raw) > 0}
}
