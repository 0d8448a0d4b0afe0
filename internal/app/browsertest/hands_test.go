package browsertest

import (
	"context"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// find is the JavaScript for the first element that a CSS selector finds.
func find(selector string) string { return "document.querySelector(" + js(selector) + ")" }

// spot is where an element can be hit, in CSS pixels of the viewport.
type spot struct{ X, Y float64 }

// click brings an element into view and clicks it with the mouse, once it lies
// still and nothing lies on top of it.
func (b *tab) click(selector string) {
	b.t.Helper()
	at := b.hit(selector)
	b.do(chromedp.MouseClickXY(at.X, at.Y))
}

func (b *tab) hit(selector string) spot {
	b.t.Helper()
	expression := fmt.Sprintf(`(() => {
		const e = %s;
		if (!e) return null;
		e.scrollIntoView({block: 'center', behavior: 'instant'});
		const r = e.getBoundingClientRect();
		const X = r.x + r.width / 2, Y = r.y + r.height / 2;
		return r.width > 0 && e.contains(document.elementFromPoint(X, Y)) ? {X, Y} : null;
	})()`, find(selector))
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	var before *spot
	for {
		now, err := chromedp.Run(ctx, chromedp.Evaluate[*spot](expression))
		if err == nil && now != nil && before != nil && *now == *before {
			return *now
		}
		before = now
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			b.t.Fatalf("within %s there was nothing to click at %s (last error: %v)\n%s", patience, selector, err, b.scene())
		}
	}
}

// aside takes the pointer and the focus off the list, which lets its order go.
func (b *tab) aside() {
	b.t.Helper()
	look[bool](b, "(document.activeElement.blur(), true)")
	b.do(chromedp.MouseEvent(chromedp.MouseMoved, 2, 2))
}

// fill replaces the text of a field, as typing does.
func (b *tab) fill(selector, text string) {
	b.t.Helper()
	b.until(find(selector))
	look[bool](b, fmt.Sprintf("(e => { e.focus(); e.select(); return true; })(%s)", find(selector)))
	if text == "" {
		b.press(kb.Delete)
		return
	}
	call(b, input.InsertText.Method, input.InsertTextParams{Text: text})
}

// press presses keys of the keyboard, one after the other.
func (b *tab) press(keys string, options ...chromedp.KeyOption) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys, options...))
}

// text is the text of an element, as it stands in the document.
func (b *tab) text(selector string) string {
	b.t.Helper()
	return look[string](b, find(selector)+"?.textContent ?? '(no such element)'")
}

// see waits until an element is shown and has a text in it.
func (b *tab) see(selector, text string) {
	b.t.Helper()
	b.until(fmt.Sprintf("%s.checkVisibility() && %[1]s.textContent.includes(%s)", find(selector), js(text)))
}

// at waits until the address, without its origin, is as given.
func (b *tab) at(path string) {
	b.t.Helper()
	b.until("document.readyState === 'complete' && location.pathname + location.search === " + js(path))
}

// stay marks the page; stayed fails if it was loaded anew since.
func (b *tab) stay() {
	b.t.Helper()
	look[bool](b, "window.stays = true")
}

func (b *tab) stayed() {
	b.t.Helper()
	if !look[bool](b, "window.stays === true") {
		b.t.Error("the page was loaded anew; it should have changed where it stands")
	}
}
