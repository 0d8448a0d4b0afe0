package main_test

import (
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
)

// TestLogIsWhole: the log has a line for every request, in order, however many
// come, until the end.
func TestLogIsWhole(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			s := serve(t, "", "--log-format", format)
			client := httpClient(t, nil)
			const requests = 300
			for n := range requests {
				req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/weather/mcp", nil)
				if err != nil {
					t.Fatal(err)
				}
				req.Header.Set("X-Request-Id", fmt.Sprintf("request-%d.", n))
				res, err := client.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				if _ = res.Body.Close(); res.StatusCode != http.StatusUnauthorized {
					t.Fatal(res.Status)
				}
			}
			s.signal(t, syscall.SIGTERM)
			if code := s.wait(t); code != 0 {
				t.Errorf("exit code %d", code)
			}
			rest := s.err.String()
			for n := range requests {
				before, after, found := strings.Cut(rest, fmt.Sprintf("request-%d.", n))
				if !found || strings.Contains(before, "request-") {
					t.Fatalf("request %d is missing, or not in its place", n)
				}
				rest = after
			}
			if !strings.Contains(rest, "stopping") || !strings.HasSuffix(rest, "\n") || strings.Contains(rest, "request-") {
				t.Errorf("the log ends with %q", rest)
			}
		})
	}
}
