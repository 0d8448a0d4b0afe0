package proxybench

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"
)

// admit registers the upstream's endpoints as services of the gateway, and is
// the token of a program that may use them.
func admit(b *testing.B, gateway, upstream string) (token string) {
	b.Helper()
	client := &http.Client{
		Transport:     new(http.Transport),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	defer client.CloseIdleConnections()
	login, err := client.PostForm(gateway+"/login", map[string][]string{"username": {user}, "password": {password}})
	if err != nil {
		b.Fatal(err)
	}
	_ = login.Body.Close()
	cookies := login.Cookies()
	if len(cookies) != 1 {
		b.Fatalf("sign in: %s", login.Status)
	}
	post := func(path string, body map[string]any, into any) {
		b.Helper()
		text, _ := json.Marshal(body)
		req, err := http.NewRequest(http.MethodPost, gateway+path, bytes.NewReader(text))
		if err != nil {
			b.Fatal(err)
		}
		req.AddCookie(cookies[0])
		req.Header.Set("Content-Type", "application/json")
		res, err := client.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		if err := json.NewDecoder(res.Body).Decode(into); err != nil || res.StatusCode >= 300 {
			b.Fatalf("POST %s: %s, %v", path, res.Status, err)
		}
	}
	for _, path := range []string{plainPath, streamPath} {
		post("/register", map[string]any{
			"name": path[1:], "description": "", "path": path, "proxy_pass_url": upstream + path,
		}, new(any))
		post("/toggle"+path, map[string]any{"enabled": true}, new(any))
	}
	var made struct{ Token string }
	post("/api/tokens", map[string]any{"name": "bench", "scope": "gateway"}, &made)
	return made.Token
}
