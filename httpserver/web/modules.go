package web

import (
	"path"
	"regexp"
	"slices"
)

// importing finds what a module imports. Our modules import by a relative name
// and on one line; a test holds them to it.
var importing = regexp.MustCompile(`(?m)^(?:import|export)\b[^'\n]*from '(\.[^']+)'`)

// modules lists where the modules are served that the named one imports, by
// itself or through others, so that the browser can fetch all of them at once.
func (b *bundle) modules(name string) []string {
	var urls []string
	queue, seen := []string{name}, []string{name}
	for len(queue) > 0 {
		from := queue[0]
		queue = queue[1:]
		for _, m := range importing.FindAllSubmatch(b.files[from].plain, -1) {
			to := path.Join(path.Dir(from), string(m[1]))
			if slices.Contains(seen, to) {
				continue
			}
			seen, queue = append(seen, to), append(queue, to)
			urls = append(urls, b.prefix+to)
		}
	}
	return urls
}
