package importer

import (
	"fmt"
	"strings"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// maxSlugBytes leaves room for what makes a path free.
const maxSlugBytes = 60

// accented letters, and what is written for them below.
const (
	accented = "àáâãäåāăąçćčďđèéêëēęěğìíîïīıłñńňòóôõöøōőřśşšťùúûüūůűýÿźżž"
	bare     = "aaaaaaaaacccddeeeeeeegiiiiiilnnnoooooooorssstuuuuuuuyyzzz"
)

// slug makes one segment of a path of a name: letters and digits in lower case,
// dots, underscores and dashes. Nothing may be left of it.
func slug(name string) string {
	var b strings.Builder
	letters := []rune(accented)
	for _, r := range strings.ToLower(name) {
		for i, letter := range letters {
			if r == letter {
				r = rune(bare[i])
				break
			}
		}
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			b.WriteRune(r)
		case strings.ContainsRune("._", r) && b.Len() > 0:
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() == maxSlugBytes {
			break
		}
	}
	return strings.TrimRight(b.String(), "-._")
}

// derive makes a path of a name that is neither reserved nor among the taken.
func derive(name string, reserved registry.Reserved, taken func(registry.Path) bool) registry.Path {
	first := registry.Path("/" + slug(name))
	if first == "/" {
		first = "/server"
	}
	if reserved.Check(first) != "" {
		first += "-server"
	}
	path := first
	for n := 2; taken(path); n++ {
		path = registry.Path(fmt.Sprintf("%s-%d", first, n))
	}
	return path
}
