package browsertest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// axeFile is axe-core as testdata/npm installs it.
const axeFile = "../../../testdata/npm/node_modules/axe-core/axe.min.js"

// audit runs axe's rules over the document as it stands, those too that are off
// by default. It answers a line for each violation and each element: there is
// none of any impact to be, and no rule is left out.
const audit = `axe.run(%s, {
	resultTypes: ['violations'],
	preload: false,
	...%s
}).then(({violations}) => violations.flatMap(v => v.nodes.map(n =>
	(n.impact ?? v.impact) + ' ' + v.id + ': ' + n.target.join(' ') + ': ' + n.failureSummary.replace(/\s+/g, ' '))))`

const (
	everyRule = `{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice', 'experimental'],
		rules: Object.fromEntries(['target-size', 'label-content-name-mismatch', 'table-fake-caption', 'p-as-heading'].map(id => [id, {enabled: true}]))}`
	// colourRules are those that another theme may break, and the slowest.
	colourRules = `{runOnly: {type: 'rule', values: ['color-contrast', 'link-in-text-block']}}`
	// shapeRules are those that another size may break.
	shapeRules = `{runOnly: {type: 'rule', values: axe.getRules().map(r => r.ruleId).filter(id => !id.startsWith('color-contrast') && id !== 'link-in-text-block')}}`
)

// axe is what looks at pages in a test.
type axe struct {
	source string
	// seen counts the states, and took is for how long; both are told.
	seen int
	took time.Duration
}

// newAxe reads axe-core. Without it the test is skipped, and fails where
// CI=true says that nothing may be.
func newAxe(tb testing.TB) *axe {
	tb.Helper()
	source, err := os.ReadFile(axeFile)
	switch {
	case errors.Is(err, fs.ErrNotExist) && os.Getenv("CI") != "true" && os.Getenv("CI") != "1":
		tb.Skip("SKIPPED: axe-core is not installed: run make deps")
	case err != nil:
		tb.Fatal(err)
	}
	return &axe{source: string(source)}
}

// look has axe look at what a selector finds in a tab: wide and light with every
// rule, then in the dark, then on a phone. Where the page can be scrolled sideways on the narrowest phone that
// WCAG 2.2 knows (1.4.10 Reflow, 320 CSS pixels), that is wrong as well.
func (a *axe) look(b *tab, where, within string) {
	b.t.Helper()
	a.seen++
	begun := time.Now()
	defer func() { a.took += time.Since(begun) }()
	look[bool](b, "(scrollTo({top: 0, behavior: 'instant'}), true)")
	if !look[bool](b, "'axe' in window") {
		look[bool](b, a.source+"; true")
	}
	for _, view := range []struct {
		theme, rules string
		width        int64
	}{{"light", everyRule, 1280}, {"dark", colourRules, 1280}, {"light", shapeRules, 390}} {
		b.shape(view.theme, view.width, 900)
		for _, violation := range settle[[]string](b, fmt.Sprintf(audit, js(within), view.rules)) {
			b.t.Errorf("%s, %s, %d px: %s", where, view.theme, view.width, violation)
		}
	}
	b.shape("light", 320, 900)
	if wide := look[[]string](b, `(() => {
		const root = document.documentElement;
		if (root.scrollWidth <= innerWidth) return [];
		return [...document.body.querySelectorAll('*')].filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.tagName + '.' + e.className).slice(0, 5);
	})()`); len(wide) > 0 {
		b.t.Errorf("%s: at 320 px it scrolls sideways: %s", where, strings.Join(wide, ", "))
	}
	b.shape("light", 1280, 900)
}

// shape sets the theme that the system asks for and the size of the window. What
// moves does not, so that no colour is on its way to another.
func (b *tab) shape(theme string, width, height int64) {
	b.t.Helper()
	call(b, emulation.SetEmulatedMedia.Method, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: theme},
		{Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	b.do(chromedp.EmulateViewport(width, height))
	// Two frames later sizes and what hangs on them are settled.
	settle[bool](b, "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")
}

// settle evaluates an expression that promises a value.
func settle[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, func(p *runtime.EvaluateParams) { p.AwaitPromise = new(true) }))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return value
}
