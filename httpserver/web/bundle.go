package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"sync"
)

//go:embed static
var static embed.FS

// bundle is every asset. All files live under one folder that is
// named by the hash of them all, so that the relative imports between modules
// carry the hash as well.
type bundle struct {
	prefix string // "/static/<hash>/"
	files  map[string]asset
}

// asset is one file as it goes over the wire.
type asset struct {
	plain []byte
	// gzip is the same packed, or nil where that would save nothing. It is made
	// when first asked for: to pack all of them takes longer than all else that
	// a small registry does at its start.
	gzip func() []byte
	etag string // unquoted
}

func newBundle() (*bundle, error) {
	b := &bundle{files: map[string]asset{}}
	all := sha256.New()
	root, err := fs.Sub(static, "static")
	if err != nil {
		return nil, err
	}
	// WalkDir goes in lexical order, so the same files always hash the same.
	err = fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		fmt.Fprintf(all, "%s\x00%x\n", name, sum)
		b.files[name] = asset{plain: data, gzip: sync.OnceValue(func() []byte { return shrink(data) }), etag: hex.EncodeToString(sum[:8])}
		return nil
	})
	b.prefix = "/static/" + hex.EncodeToString(all.Sum(nil)[:6]) + "/"
	return b, err
}

// url is where a file is served. A name that is none fails the template, and
// so the tests, rather than the reader.
func (b *bundle) url(name string) (string, error) {
	if _, ok := b.files[name]; !ok {
		return "", fmt.Errorf("no asset %q under static", name)
	}
	return b.prefix + name, nil
}

// shrink is data under gzip, or nil if that is no smaller. Writing to memory
// can't fail.
func shrink(data []byte) []byte {
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
	_, _ = z.Write(data)
	_ = z.Close()
	if out.Len() >= len(data) {
		return nil
	}
	return out.Bytes()
}
