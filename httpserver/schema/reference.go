package schema

import "strings"

// maxReference bounds a reference, in bytes.
const maxReference = 1024

// pointer undoes what JSON pointers in URLs escape.
var pointer = strings.NewReplacer("~1", "/", "~0", "~", "%25", "%", "%20", " ")

// target is what a reference leads to: an object, or nil, of so many bytes.
type target struct {
	object object
	size   int
}

// pointed finds what a reference within the document names: # or a JSON pointer
// (RFC 6901) after it, or an anchor of $defs. No other document is looked at,
// and nothing that is no object.
func (w *walk) pointed(ref string) (target, bool) {
	name, local := strings.CutPrefix(ref, "#")
	if !local || len(ref) > maxReference {
		return target{}, false
	}
	if name != "" && !strings.HasPrefix(name, "/") {
		return w.anchored(name)
	}
	t := w.at(strings.TrimSuffix(name, "/"))
	return t, t.object != nil
}

// at is the object at a pointer. Each is read once, however many references
// lead to it: a small schema can have a million of them.
func (w *walk) at(path string) target {
	if t, known := w.targets[path]; known {
		return t
	}
	raw := w.root
	if slash := strings.LastIndexByte(path, '/'); slash >= 0 {
		raw = w.at(path[:slash]).object.get(pointer.Replace(path[slash+1:]))
	}
	t := target{size: len(raw)}
	if w.spend(len(raw)) {
		t.object, _ = parse(raw)
	}
	w.targets[path] = t
	return t
}

// anchored finds what $defs has under an anchor.
func (w *walk) anchored(name string) (target, bool) {
	t, known := w.targets["#"+name]
	if known {
		return t, t.object != nil
	}
	for _, m := range w.at("/$defs").object {
		if !w.spend(len(m.value)) {
			break
		}
		if def, ok := parse(m.value); ok && def.text("$anchor") == name {
			t = target{def, len(m.value)}
			break
		}
	}
	w.targets["#"+name] = t
	return t, t.object != nil
}
