package browsertest

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// TestNothingMovesWhenScriptsStart looks for what scripts would hide, and the
// style sheets must: it would stand there until the modules have come.
func TestNothingMovesWhenScriptsStart(t *testing.T) {
	t.Parallel()
	b := newWorld(t).tab(t)
	b.open("/")
	b.until(find("#live") + ".dataset.state === 'live'")
	const button = ".search [type=submit]"
	if look[bool](b, find(button)+".hidden") || look[bool](b, find(button)+".checkVisibility()") {
		t.Error("the Search button is there until a script hides it")
	}
	call(b, emulation.SetScriptExecutionDisabled.Method, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.open("/")
	b.until(find(button) + ".checkVisibility()")
}

// TestHeaderReachesTheEdge hides the scroll bar, as systems do that lay it over
// the page: no strip may be kept for it.
func TestHeaderReachesTheEdge(t *testing.T) {
	t.Parallel()
	b := newWorld(t).tab(t)
	call(b, emulation.SetScrollbarsHidden.Method, emulation.SetScrollbarsHiddenParams{Hidden: true})
	b.open("/")
	if gap := look[float64](b, "innerWidth - "+find("header.top")+".getBoundingClientRect().right"); gap != 0 {
		t.Errorf("the header ends %g px before the edge", gap)
	}
}
