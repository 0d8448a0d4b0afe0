package mcpclient

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// maxCursorBytes bounds a cursor that we send back.
const maxCursorBytes = 4 << 10

// listTools reads all pages of tools/list. A list that a bound cuts short, or
// whose cursor leads round in a circle, is truncated. One that breaks off for
// another reason is an error: half a list would look like a change.
func (k *talk) listTools(ctx context.Context, p peer) (*registry.Discovery, error) {
	s := shelf{limits: k.client.limits, seen: map[string]bool{}}
	visited := map[string]bool{}
	params := map[string]any{}
	for page := 1; ; page++ {
		result, err := p.call(ctx, "tools/list", params, k.client.limits.PageBytes)
		if page > 1 && isTooLarge(err) {
			return s.truncated(), nil
		}
		if err != nil {
			return nil, err
		}
		tools, cursor, err := parsePage(result)
		if err != nil {
			return nil, err
		}
		for _, raw := range tools {
			if !s.add(raw) {
				return s.truncated(), nil
			}
		}
		if cursor == "" {
			return &s.list, nil
		}
		if visited[cursor] || page >= k.client.limits.Pages || len(cursor) > maxCursorBytes {
			return s.truncated(), nil
		}
		visited[cursor] = true
		params["cursor"] = cursor
	}
}

// parsePage reads the result of tools/list, its tools still unread.
func parsePage(result json.RawMessage) ([]json.RawMessage, string, error) {
	var page struct {
		Tools      *[]json.RawMessage `json:"tools"`
		NextCursor string             `json:"nextCursor"`
	}
	if err := json.Unmarshal(result, &page); err != nil || page.Tools == nil {
		return nil, "", protocolError("tools/list", "answer without a list of tools", "")
	}
	return *page.Tools, page.NextCursor, nil
}

func isTooLarge(err error) bool {
	f, ok := errors.AsType[*failure](err)
	return ok && f.status == tooLarge()
}

// shelf gathers tools within the limits.
type shelf struct {
	limits Limits
	seen   map[string]bool
	kept   int
	list   registry.Discovery
}

func (s *shelf) truncated() *registry.Discovery {
	s.list.Truncated = true
	return &s.list
}

// add keeps a tool. A tool that cannot be read, has no usable name, or has the
// name of an earlier one is passed over. It returns false when the list is
// full.
func (s *shelf) add(raw json.RawMessage) bool {
	t, wasCut, ok := parseTool(raw, s.limits)
	if !ok || s.seen[t.Name] {
		return true
	}
	size := len(t.Name) + len(t.Title) + len(t.Description) + len(t.InputSchema) + len(t.OutputSchema) + len(t.Annotations)
	if len(s.list.Tools) >= s.limits.Tools || s.kept+size > s.limits.KeptBytes {
		return false
	}
	s.kept += size
	s.seen[t.Name] = true
	s.list.Tools = append(s.list.Tools, t)
	s.list.Truncated = s.list.Truncated || wasCut
	return true
}
