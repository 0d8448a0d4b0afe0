package registry

import "testing"

func TestReserved(t *testing.T) {
	r := NewReserved("api", "Login", "v0.1", "favicon.ico")
	for path, refused := range map[Path]bool{
		"/all":          true,
		"/all/x":        false,
		"/allx":         false,
		"/team/all":     false,
		"/api":          true,
		"/API":          true,
		"/api/x":        true,
		"/apis":         false,
		"/team/api":     false,
		"/login":        true,
		"/v0.1/servers": true,
		"/v0.2":         false,
		"/favicon.ico":  true,
		"/mcp":          true,
		"/sse":          true,
		"/weather/mcp":  true,
		"/weather/sse":  true,
		"/weather/mcpx": false,
		"/mcp-tools":    false,
		"/sse/weather":  false,
		"/weather":      false,
	} {
		if why := r.Check(path); (why != "") != refused {
			t.Errorf("%s: %q, want refused: %t", path, why, refused)
		}
	}
}

func TestReservedZero(t *testing.T) {
	var r Reserved
	if why := r.Check("/api"); why != "" {
		t.Errorf("/api: %q, want it free", why)
	}
	if r.Check("/all") == "" || r.Check("/a/mcp") == "" {
		t.Error("/all and /a/mcp are free, want them refused always")
	}
}
