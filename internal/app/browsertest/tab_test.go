package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

const (
	// patience bounds each wait. It is long because the machine may be busy;
	// nothing that works takes a fraction of it.
	patience = 30 * time.Second
	// pause is the time between two looks at a page.
	pause = 20 * time.Millisecond
)

// tab is a page of the browser. Whatever its page complains about (an error on
// the console, an exception, a violation of the content security policy, a
// dialog that a script opened) fails the test, unless it was allowed.
type tab struct {
	t    testing.TB
	ctx  context.Context
	base string

	mu         sync.Mutex
	complaints []string
	allowed    []string
}

// newTab opens a tab for pages of base. With the browser as its parent it has
// cookies and storage of its own, with another tab it shares that tab's.
func newTab(parent context.Context, tb testing.TB, base string, options ...chromedp.ContextOption) *tab {
	tb.Helper()
	b := &tab{t: tb, base: base}
	ctx, cancel := chromedp.NewContext(parent, append(options, chromedp.WithListener(b.hear))...)
	b.ctx = ctx
	tb.Cleanup(func() {
		cancel()
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, complaint := range b.complaints {
			if !slices.ContainsFunc(b.allowed, func(part string) bool { return strings.Contains(complaint, part) }) {
				tb.Errorf("the page complained: %s", complaint)
			}
		}
	})
	b.do(chromedp.Func(func(context.Context, *chromedp.Target) error { return nil }))
	// The page is looked at by script alone. Mirroring every change of a large
	// document would take longer than the page itself.
	call(b, css.Disable.Method, nil)
	call(b, dom.Disable.Method, nil)
	// Only one tab can be in front; all of them are to draw and to have focus.
	call(b, emulation.SetFocusEmulationEnabled.Method, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	return b
}

// isolated opens a tab with cookies and storage of its own.
func isolated(tb testing.TB, base string) *tab {
	tb.Helper()
	return newTab(chromium.context(tb), tb, base, chromedp.WithNewBrowserContext())
}

// another opens a tab beside this one: the same person, the same session.
func (b *tab) another() *tab {
	b.t.Helper()
	return newTab(b.ctx, b.t, b.base)
}

// allow says what the page may complain about in this test, by a part of it.
func (b *tab) allow(parts ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.allowed = append(b.allowed, parts...)
}

func (b *tab) hear(event any) {
	var complaint string
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level != log.EntryLevelError && e.Entry.Source != log.EntrySourceSecurity {
			return
		}
		complaint = fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
	case *runtime.EventConsoleAPICalled:
		if e.Type != runtime.ConsoleAPICalledTypeError && e.Type != runtime.ConsoleAPICalledTypeAssert {
			return
		}
		complaint = "console"
		for _, argument := range e.Args {
			complaint += fmt.Sprintf(" %s%s", argument.Value, argument.Description)
		}
	case *runtime.EventExceptionThrown:
		complaint = "exception: " + e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			complaint += " " + e.ExceptionDetails.Exception.Description
		}
	case *page.EventJavascriptDialogOpening:
		complaint = "dialog: " + e.Message
	default:
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.complaints = append(b.complaints, complaint)
}

// do runs actions, and ends the test if one fails or takes too long.
func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx); err != nil { // opens the tab, whose life is the context's
		b.t.Fatalf("open a tab: %v", err)
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// call sends a command of the DevTools protocol that answers nothing.
func call(b *tab, method string, params any) {
	b.t.Helper()
	b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		return t.Call(ctx, method, params, nil)
	}))
}

// open goes to a page and waits until it has loaded.
func (b *tab) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.base + path))
}

// look evaluates an expression in the page.
func look[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// until waits for an expression to be true. It may fail meanwhile: a page that
// is on its way in has no elements yet.
func (b *tab) until(expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	var last error
	for {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if err == nil && ok {
			return
		}
		if ctx.Err() == nil {
			last = err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			b.t.Fatalf("within %s it did not come true: %s (last error: %v)\n%s", patience, expression, last, b.scene())
		}
	}
}

// scene is what a person would see, for the report of a failure.
func (b *tab) scene() string {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string]("location.href + '\\n' + document.body.innerText"))
	if err != nil {
		return err.Error()
	}
	return text[:min(len(text), 2000)]
}

// js writes a value as JavaScript does.
func js(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // strings and numbers only
	}
	return string(text)
}
