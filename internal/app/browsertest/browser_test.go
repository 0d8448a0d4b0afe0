package browsertest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// browser is a Chromium that starts when it is first asked for.
type browser struct {
	once   sync.Once
	ctx    context.Context
	cancel context.CancelFunc
	err    error
}

// closeWithin bounds the browser's orderly end.
const closeWithin = 20 * time.Second

var errNoChromium = errors.New("no Chromium found: install one (make deps), or name it in MCPGATEWAY_CHROMIUM")

// context is the running browser. Without one the test is skipped, and fails
// where CI=true says that nothing may be.
func (b *browser) context(tb testing.TB) context.Context {
	tb.Helper()
	b.once.Do(b.start)
	switch {
	case errors.Is(b.err, errNoChromium) && os.Getenv("CI") != "true" && os.Getenv("CI") != "1":
		tb.Skipf("SKIPPED: %v", b.err)
	case b.err != nil:
		tb.Fatal(b.err)
	}
	return b.ctx
}

func (b *browser) start() {
	program, err := findChromium()
	if err != nil {
		b.err = err
		return
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program),
		chromedp.NoSandbox,
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		// Nothing outside this machine is asked, not even by the browser itself.
		chromedp.Flag("no-proxy-server", true),
		chromedp.WindowSize(1280, 900),
	)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	b.ctx = ctx
	b.cancel = func() {
		cancel()
		stop()
	}
	if err := chromedp.Do(ctx); err != nil {
		b.err = fmt.Errorf("start %s: %w", program, err)
	}
}

// close ends the browser, if there is one. Its profile goes with it.
func (b *browser) close() error {
	if b.cancel == nil {
		return nil
	}
	defer b.cancel()
	ctx, cancel := context.WithTimeout(b.ctx, closeWithin)
	defer cancel()
	return chromedp.Cancel(ctx)
}

// findChromium looks where scripts/lib.sh looks.
func findChromium() (string, error) {
	if named := os.Getenv("MCPGATEWAY_CHROMIUM"); named != "" {
		path, err := exec.LookPath(named)
		if err != nil {
			return "", fmt.Errorf("MCPGATEWAY_CHROMIUM: %w", err)
		}
		return path, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errNoChromium
}
