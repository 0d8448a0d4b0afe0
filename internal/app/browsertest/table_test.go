package browsertest

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// roles are the names of the nodes that the accessibility tree has of a role.
func (b *tab) roles(role string) []string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	tree, err := chromedp.Run(ctx, func(ctx context.Context, t *chromedp.Target) (accessibility.GetFullAXTreeResult, error) {
		return cdp.Call(ctx, t, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	})
	if err != nil {
		b.t.Fatal(err)
	}
	var names []string
	for _, node := range tree.Nodes {
		if !node.Ignored && said(node.Role) == role {
			names = append(names, said(node.Name))
		}
	}
	return names
}

// The table is one for screen readers too, its headers sort, and the address
// and the back button follow.
func TestTableHeaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	upstream := upstreamtest.Stateless(t, "forecast")
	for _, name := range []string{"Alpha", "Bravo", "Charlie"} {
		w.register(t, "/"+name, name, upstream.URL)
	}
	w.ask(t, "/Bravo") // refused, since it is disabled, and counted
	b := w.tab(t)
	b.open("/")
	b.until(find("#live") + ".dataset.state === 'live'")
	if found := b.roles("listitem"); len(found) < 3 || len(b.roles("row")) > 0 {
		t.Errorf("the cards are no list: %q", found)
	}
	b.click("[data-view-choice=table]")
	b.until(find("#columns") + ".checkVisibility()")
	if headers := b.roles("columnheader"); len(headers) != 11 || headers[1] != "Name" || headers[6] != "Status" {
		t.Errorf("the headers are %q", headers)
	}
	if names := b.roles("rowheader"); !slices.Equal(names, []string{"Alpha", "Bravo", "Charlie"}) {
		t.Errorf("the rows are of %q", names)
	}
	if rows, cells := len(b.roles("row")), look[[]int](b, "[...document.querySelectorAll('.card')].map(c => c.querySelectorAll('[role=cell], [role=rowheader]').length)"); rows != 4 || !slices.Equal(cells, []int{11, 11, 11}) {
		t.Errorf("%d rows, with %v cells below 11 headers", rows, cells)
	}

	sorted := func(by, way string) {
		t.Helper()
		b.until("[...document.querySelectorAll('[aria-sort]')].map(h => h.textContent + ' ' + h.ariaSort).join() === " + js(by+" "+way))
	}
	sorted("Name", "ascending")
	w.post(t, "/edit/Charlie", url.Values{"description": {"newer"}}, http.StatusSeeOther)
	b.click("[data-sort=changed]")
	b.shown("/Charlie", "/Bravo", "/Alpha")
	sorted("Last change", "descending")
	b.at("/?sort=changed")
	look[bool](b, "(history.back(), true)")
	b.shown("/Alpha", "/Bravo", "/Charlie")
	sorted("Name", "ascending")

	b.press("v")
	b.until("!" + find("#columns") + ".checkVisibility() && !" + find("#listing") + ".role")
	if found := b.roles("row"); len(found) > 0 {
		t.Errorf("rows are left of the table: %q", found)
	}
}

// Those who listen hear of what changes, of many at once in one sentence.
func TestNewsIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	upstream := upstreamtest.Stateless(t, "forecast")
	for _, name := range []string{"Alpha", "Bravo", "Charlie", "Delta"} {
		w.register(t, "/"+name, name, upstream.URL)
	}
	b := w.tab(t)
	b.open("/")
	b.until(find("#live") + ".dataset.state === 'live'")
	w.enable(t, "/Alpha")
	b.until(find("#news") + ".textContent === 'Alpha: Healthy.'")
	for _, path := range []string{"/Bravo", "/Charlie", "/Delta"} {
		w.enable(t, path)
	}
	w.post(t, "/delete/Alpha", nil, http.StatusOK)
	b.until(find("#news") + ".textContent === '4 services changed: 3 healthy, 1 removed.'")
}
