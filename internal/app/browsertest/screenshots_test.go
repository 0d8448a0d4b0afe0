package browsertest

import (
	"context"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/mcpgateway/mcpgateway/internal/app/apptest"
	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

var screenshots = flag.String("screenshots", "", "folder to write pictures of the pages to; none are taken without it")

// mostBytes bounds a picture, which everybody who clones the repository fetches.
const mostBytes = 250 << 10

// heights are those of the pictures in the README that are lower than a screen,
// in CSS pixels.
var heights = map[string]int64{"connect": 460, "health": 720}

// view is a page in a state worth a picture.
type view struct {
	name string
	// show leads a tab there.
	show func(b *tab)
	// at is what stands at the top of the picture; the top of the page if empty.
	at string
}

// TestScreenshots takes pictures of the main views, in both themes, on a desk
// and on a phone: make screenshots.
func TestScreenshots(t *testing.T) {
	if *screenshots == "" {
		t.Skip("no -screenshots folder was named")
	}
	chromium.context(t)
	c := settings(t)
	c.PublicURL = "http://localhost:7860" // As in the README.
	s := apptest.Start(t, c)
	w := &world{Server: s, client: s.SignedIn(t)}
	b := w.tab(t)
	b.allow("status of 404")
	call(b, emulation.SetScrollbarsHidden.Method, emulation.SetScrollbarsHiddenParams{Hidden: true})

	b.picture(view{"empty", func(b *tab) {
		b.open("/")
		b.until(find("#live") + ".dataset.state === 'live'")
	}, ""})
	populate(t, w)
	unsteady(t, w)
	b.shape("light", 1280, 4000) // All cards are drawn.
	b.open("/")
	b.settled()
	for _, v := range views() {
		b.picture(v)
	}
	out := isolated(t, w.URL)
	call(out, emulation.SetScrollbarsHidden.Method, emulation.SetScrollbarsHiddenParams{Hidden: true})
	out.picture(view{"login", func(b *tab) { b.open("/login?error=Invalid+username+or+password") }, ""})
}

// views are those of somebody who is signed in.
func views() []view {
	page := func(path string) func(*tab) { return func(b *tab) { b.open(path) } }
	list := func(b *tab) {
		b.open("/")
		b.until(find("#live") + ".dataset.state === 'live'")
	}
	return []view{
		{"dashboard", list, ""},
		{"table", func(b *tab) {
			list(b)
			b.click("[data-view-choice=table]")
		}, ""},
		{"bulk", func(b *tab) {
			look[bool](b, "(localStorage.clear(), true)")
			list(b)
			b.click(card("/builds", ".card-pick"))
			b.click(card("/code/review", ".card-pick"))
			b.click("[data-bulk=disable]")
			b.see("#bulk-title", "Disable 2 services?")
		}, ""},
		{"help", func(b *tab) {
			list(b)
			b.press("?")
		}, ""},
		{"nothing", page("/?query=no+such+thing"), ""},
		{"register", page("/register"), ""},
		{"verdict", func(b *tab) {
			b.open("/register")
			b.fill("#proxy_pass_url", "http://127.0.0.1:1/mcp")
			b.click("#examine")
			b.see("#examination", "No MCP server answers")
		}, "#check"},
		{"plan", func(b *tab) {
			b.open("/register")
			b.pasteAnywhere(configuration("http://127.0.0.1:1/mcp"))
			b.see("#plan-title", "5 services found")
		}, "#plan"},
		{"edit", page("/edit/search"), ""},
		{"tools", page("/tools/fininfo"), ""},
		{"trial", func(b *tab) {
			b.open("/tools/weather")
			b.try("list_cities")
			b.press(kb.Enter)
			b.see(tool("list_cities", ".outcome"), "Berlin")
		}, ".try"},
		{"find", page("/tools"), ""},
		{"tokens", page("/tokens"), ""},
		{"connect", page("/connect/weather"), ""},
		{"docs", func(b *tab) {
			b.open("/docs")
			b.until("document.querySelectorAll('#docs-body details.op').length > 20")
		}, ""},
		{"error", page("/edit/nowhere"), ""},
		{"details", func(b *tab) {
			list(b)
			b.click(card("/code/review", ".health summary"))
			b.until(find(card("/code/review", ".card-story .plot-area .dot")) + " !== null")
		}, card("/code/review", "")},
		// The last ones, since a history takes its time.
		{"why", page("/health/search"), ""},
		{"health", func(b *tab) {
			b.open("/health/deploy")
			b.until("document.querySelectorAll('.plot-area .dot').length >= 45")
		}, ""},
	}
}

// unsteady registers a server whose answers take more and less time, and fail
// for a while, so that there is something to see on its chart.
func unsteady(t *testing.T, w *world) {
	t.Helper()
	server := upstreamtest.Stateful(t, "start_rollout", "rollout_status", "roll_back")
	var asked atomic.Int64
	url := upstreamtest.Serve(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		n := asked.Add(1)
		if n >= 60 && n < 67 {
			http.Error(rw, "restarting", http.StatusServiceUnavailable)
			return
		}
		time.Sleep(time.Duration(3+n*7%11+n*n%5*n%3*6) * time.Millisecond)
		server.ServeHTTP(rw, r)
	}))
	w.register(t, "/deploy", "Deployments", url, "description", "Starts a rollout, follows it, and rolls it back.", "tags", "operations,ci", "license", "MIT")
	w.enable(t, "/deploy")
}

// picture takes one in each theme and size.
func (b *tab) picture(v view) {
	b.t.Helper()
	for _, size := range []struct {
		name          string
		width, height int64
	}{{"", 1280, 800}, {"-phone", 390, 844}} {
		if height, short := heights[v.name]; short && size.name == "" {
			size.height = height
		}
		b.shape("light", size.width, size.height)
		v.show(b)
		for _, theme := range []string{"light", "dark"} {
			b.shape(theme, size.width, size.height)
			b.do(chromedp.MouseEvent(chromedp.MouseMoved, 1, 1))
			place := ""
			if v.at != "" {
				place = find(v.at) + ".scrollIntoView({behavior: 'instant'}), "
			}
			look[bool](b, "(scrollTo({top: 0, behavior: 'instant'}), "+place+"true)")
			b.until("document.fonts.status === 'loaded' && document.getAnimations().every(a => a.playState !== 'running')")
			b.shoot(v.name + "-" + theme + size.name)
		}
	}
}

// shoot writes what a tab shows.
func (b *tab) shoot(name string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	if len(png) > mostBytes {
		b.t.Errorf("%s takes %d bytes, more than %d", name, len(png), mostBytes)
	}
	if err := os.WriteFile(filepath.Join(*screenshots, name+".png"), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
