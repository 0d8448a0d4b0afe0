package auth

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestLogTellsOfTokens: whoever reads the log learns which tokens came and
// went, and by whom; of no secret.
func TestLogTellsOfTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // The clock stands still.
		var log bytes.Buffer
		tokens, err := LoadTokens(t.Context(), newShelf(), slog.New(slog.NewTextHandler(&log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		took := func(want string) {
			t.Helper()
			_, said, _ := strings.Cut(strings.TrimSpace(log.String()), " ")
			if log.Reset(); said != want {
				t.Errorf("logged %s\nwant   %s", said, want)
			}
		}
		made, secret, err := tokens.Create(t.Context(), "user:admin", TokenDraft{
			Name: "The agent", Scope: ScopeGateway, Services: []string{"/weather", "/fininfo"}, ExpiresInSeconds: new(int64(60)),
		})
		if err != nil || strings.Contains(log.String(), secret) {
			t.Fatalf("%v, or the log has the secret", err)
		}
		ends := made.CreatedAt.Add(time.Minute).Format("2006-01-02T15:04:05.000Z")
		took(`level=INFO msg="a token was made" id=` + made.ID + ` name="The agent" scope=gateway services=/weather,/fininfo expires=` + ends + ` by=user:admin`)
		if err := tokens.Revoke(t.Context(), "token:abc", made.ID); err != nil {
			t.Fatal(err)
		}
		took(`level=INFO msg="a token was revoked" id=` + made.ID + ` name="The agent" by=token:abc`)
		if made, _, err = tokens.Create(t.Context(), CommandLine, TokenDraft{Name: "m", Scope: ScopeMetrics}); err != nil {
			t.Fatal(err)
		}
		took(`level=INFO msg="a token was made" id=` + made.ID + ` name=m scope=metrics services=none expires=never by="command line"`)
		if tokens.Revoke(t.Context(), CommandLine, "missing") == nil {
			t.Error("a token that is none was revoked")
		}
		took("")
	})
}
