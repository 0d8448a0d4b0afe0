package browsertest

import (
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// TestFromTokenToAnswer goes the way that somebody with a new program goes: a
// token on the page, from there to how to connect, and the text that was copied
// there, with the token in its place, works in a shell.
func TestFromTokenToAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := exec.LookPath("curl"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("curl is missing; run make deps")
		}
		t.Skip("SKIPPED: curl is missing; run make deps")
	}
	w.register(t, "/team/weather", "Weather", upstreamtest.Stateless(t, "forecast").URL)
	w.register(t, "/finance", "Finance", upstreamtest.Stateful(t, "quote").URL)
	w.enable(t, "/team/weather")
	w.enable(t, "/finance")

	b := w.tab(t)
	b.clipboard()
	b.open("/connect/team/weather")
	b.click("a[href^='/tokens?service=']")
	b.until(find("#services input[value='/team/weather']") + ".checked")
	b.click("#services .choice input[value='/finance']")
	b.fill("#name", "Agent")
	b.click("#new-token [type=submit]")
	b.see("#made-title", "Agent")
	token := b.text("#secret")

	b.see("main", "Connect to /finance")
	b.click("main a[href='/connect/team/weather']")
	b.at("/connect/team/weather")
	for path, says := range map[string]string{"/team/weather": `"forecast"`, "/finance": `"serverInfo"`} {
		b.open("/connect" + path)
		b.click("label[for=client-curl]")
		b.click("[data-copy=text-curl]")
		b.see("[data-copy=text-curl]", "Copied")
		command := b.copied()
		if out, err := shell(t, command); err != nil || !strings.Contains(out, `"status":401`) {
			t.Errorf("%s without a token: %v\n%s", path, err, out)
		}
		if out, err := shell(t, strings.ReplaceAll(command, "YOUR_TOKEN", token)); err != nil || !strings.Contains(out, says) {
			t.Errorf("%s: %v\n%s\n%s", path, err, command, out)
		}
	}
	w.post(t, "/toggle/finance", nil, http.StatusOK)
	b.open("/connect/finance")
	b.see(".connect-off", "Nobody gets through until it is switched on")
}

// shell runs what is pasted into one; it is the standard output.
func shell(t *testing.T, command string) (string, error) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "/bin/sh", "-c", command).Output()
	return string(out), err
}
