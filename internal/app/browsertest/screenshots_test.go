package browsertest

import (
	"context"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/mcpgateway/mcpgateway/internal/app/apptest"
	"github.com/mcpgateway/mcpgateway/internal/demo"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

var screenshots = flag.String("screenshots", "", "folder to write the README's pictures to; none are taken without it")

// mostBytes bounds a picture, which everybody who clones the repository fetches.
const mostBytes = 250 << 10

// TestScreenshots takes the pictures of the README: make screenshots.
func TestScreenshots(t *testing.T) {
	if *screenshots == "" {
		t.Skip("no -screenshots folder was named")
	}
	chromium.context(t)
	c := settings(t)
	c.PublicURL = "http://localhost:7860" // As in the README.
	s := apptest.Start(t, c)
	w := &world{Server: s, client: s.SignedIn(t)}
	populate(t, w)
	b := w.tab(t)
	call(b, emulation.SetScrollbarsHidden.Method, emulation.SetScrollbarsHiddenParams{Hidden: true})
	b.open("/")
	b.badge("/weather", "Healthy", "")
	b.badge("/fininfo", "Healthy", "")
	b.badge("/search", "Unhealthy", "connection refused")
	b.badge("/tickets", "Needs credentials", "")

	for _, picture := range []struct {
		name, page, theme string
		width, height     int64
	}{
		{"dashboard-light", "/", "light", 1280, 800},
		{"dashboard-dark", "/", "dark", 1280, 800},
		{"dashboard-phone", "/", "light", 390, 844},
		{"tools", "/tools/fininfo", "light", 1280, 800},
		{"connect", "/connect/weather", "light", 1280, 460},
	} {
		call(b, emulation.SetEmulatedMedia.Method, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: picture.theme},
			{Name: "prefers-reduced-motion", Value: "reduce"},
		}})
		b.do(chromedp.EmulateViewport(picture.width, picture.height))
		b.open(picture.page)
		switch picture.name {
		default:
			b.until(find("#live") + ".dataset.state === 'live'")
		case "connect":
			b.see("#text-claude-code", "claude mcp add")
		case "tools":
			b.click(".schema summary")
			b.do(chromedp.MouseEvent(chromedp.MouseMoved, 1, 1))
			look[bool](b, "[document.activeElement.blur(), scrollTo({top: 0, behavior: 'instant'})].length > 0")
		}
		b.until("document.fonts.status === 'loaded' && document.getAnimations().every(a => a.playState !== 'running')")
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		if len(png) > mostBytes {
			t.Errorf("%s takes %d bytes, more than %d", picture.name, len(png), mostBytes)
		}
		if err := os.WriteFile(filepath.Join(*screenshots, picture.name+".png"), png, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// populate registers services in all the states that there are.
func populate(t *testing.T, w *world) {
	t.Helper()
	examples, err := demo.Start(t.Context(), demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = examples.Close(context.Background()) })
	for _, e := range examples.List() {
		stars := "5"
		if e.Path == "/weather" {
			stars = "4"
		}
		w.register(t, e.Path, e.Name, e.URL, "description", e.Description, "tags", strings.Join(e.Tags, ","), "num_stars", stars, "license", e.License)
	}
	w.register(t, "/search", "Document Search", upstreamtest.ClosedURL(t)+"/mcp",
		"description", "Finds passages in the handbook and in the meeting notes.", "tags", "search,documents", "num_stars", "4", "is_python", "true", "license", "Apache-2.0")
	w.register(t, "/tickets", "Ticket Desk", upstreamtest.Serve(t, upstreamtest.Body(http.StatusUnauthorized, "text/plain", "credentials, please"))+"/mcp",
		"description", "Opens, finds and closes support tickets.", "tags", "support", "license", "MIT")
	w.register(t, "/team/calendar", "Team Calendar", upstreamtest.Stateful(t, "list_events", "create_event", "find_slot").URL,
		"description", "Reads the calendars of the team and finds a slot that suits everybody.", "tags", "calendar,planning", "num_stars", "3")
	w.register(t, "/translate", "Translator", upstreamtest.SSE(t, "translate", "detect_language").URL,
		"description", "Translates between 40 languages, and says which one a text is in.", "tags", "language", "num_tools", "2", "is_python", "true")
	for _, path := range []string{"/weather", "/fininfo", "/search", "/tickets", "/team/calendar"} {
		w.enable(t, path)
	}
}
