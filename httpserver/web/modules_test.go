package web

import (
	"path"
	"regexp"
	"strings"
	"testing"
)

var (
	exporting = regexp.MustCompile(`(?m)^export (?:async )?(?:function\*?|const|let|class) (\w+)`)
	taking    = regexp.MustCompile(`(?m)^(?:import|export) (?:\{([^}]*)\}|\* as (\w+)) from '\./([^']+)'`)
	comments  = regexp.MustCompile(`(?m)//.*$`)
)

// TestModulesAgree holds the modules to what a linker would: what one imports
// another exports, and what is exported somebody imports.
func TestModulesAgree(t *testing.T) {
	b, err := newBundle()
	if err != nil {
		t.Fatal(err)
	}
	exported, taken := map[string]bool{}, map[string]bool{}
	for name, file := range b.files {
		if path.Ext(name) != ".js" {
			continue
		}
		for _, m := range exporting.FindAllSubmatch(file.plain, -1) {
			exported[name+" "+string(m[1])] = true
		}
		code := comments.ReplaceAllString(string(file.plain), "")
		for _, m := range taking.FindAllStringSubmatch(code, -1) {
			from := path.Join(path.Dir(name), m[3])
			for one := range strings.SplitSeq(m[1], ",") {
				if one, _, _ = strings.Cut(strings.TrimSpace(one), " "); one != "" {
					taken[from+" "+one] = true
				}
			}
			if m[2] != "" {
				for _, use := range regexp.MustCompile(`\b`+m[2]+`\.(\w+)`).FindAllStringSubmatch(strings.ReplaceAll(code, m[0], ""), -1) {
					taken[from+" "+use[1]] = true
				}
			}
		}
	}
	if len(exported) < 50 {
		t.Fatalf("only %d exports were found", len(exported))
	}
	for name := range taken {
		if !exported[name] {
			t.Errorf("imported but not exported: %s", name)
		}
	}
	for name := range exported {
		if !taken[name] {
			t.Errorf("exported but not imported: %s", name)
		}
	}
}
