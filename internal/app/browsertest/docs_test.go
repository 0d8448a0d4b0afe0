package browsertest

import (
	"strings"
	"testing"
)

func TestDocs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.register(t, "/team/weather", "Weather", "http://127.0.0.1:1/mcp")
	b := w.tab(t)
	b.open("/docs")
	b.until("document.querySelectorAll('#docs-body details.op').length > 20")
	b.until("document.querySelectorAll('#docs-nav a').length === document.querySelectorAll('#docs-body details.op').length")

	const details = "#op-GetServerDetails"
	b.click("#docs-nav a[href='" + details + "']")
	b.see(details, "Try it")
	b.fill(details+" .try input", "/team/weather")
	b.see(details+" .try pre", "/api/server_details/team/weather")
	b.click(details + " .try [type=submit]")
	b.see(details+" .answer", "200")
	b.see(details+" .answer", `"server_name": "Weather"`)

	// A header that may be left out is: its example is a hint.
	const all = "#op-GetAllServerDetails"
	b.click("#docs-nav a[href='" + all + "']")
	b.see(all+" .try pre", "-b cookies.txt")
	if command := b.text(all + " .try pre"); strings.Contains(command, "If-None-Match") {
		t.Errorf("the command has a header that nobody typed: %s", command)
	}

	// The browser writes the parts and their boundary.
	const parts = "#op-ImportByForm"
	b.click("#docs-nav a[href='" + parts + "']")
	b.see(parts+" .try pre", `--form-string 'text={"mcpServers"`)
	b.click(parts + " .try [type=submit]")
	b.see(parts+" .answer", "What would be registered")
	const text = "#op-ImportServices"
	b.click("#docs-nav a[href='" + text + "']")
	b.click(text + " .try [type=submit]")
	b.see(text+" .answer", `"outcome": "`)
}

// TestDocsRead reads what stands around the operations, and signs in: a
// redirect is told of, not followed.
func TestDocsRead(t *testing.T) {
	t.Parallel()
	b := newWorld(t).tab(t)
	b.open("/docs")
	b.until("document.querySelectorAll('#docs-body details.op').length > 20")
	b.see(".docs-intro", "Signing in")
	b.until(`Array.from(document.querySelectorAll(".docs-intro li code")).some(code => code.checkVisibility() && code.textContent === "Host")`)
	if text := b.text("#docs-body"); strings.ContainsAny(text, "`#") {
		t.Errorf("marks are left in the text: %s", text)
	}

	const login = "#op-Login"
	b.click("#docs-nav a[href='" + login + "']")
	b.see(login+" .scroll", "username required")
	b.see(login+" section pre", "\nusername=admin")
	b.see(login+" .try pre", "-c cookies.txt")
	if command := b.text(login + " .try pre"); strings.Contains(command, "-b ") {
		t.Errorf("signing in reads a session: %s", command)
	}
	b.click(login + " .try [type=submit]")
	b.see(login+" .answer", "Redirected")
	b.accessible("docs with an operation open")

	const register = "#op-RegisterService"
	b.click("#docs-nav a[href='" + register + "']")
	b.see(register+" .scroll", "1 to 200 characters")
}
