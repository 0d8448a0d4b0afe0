package importer

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
)

const (
	serversFolder = "servers"
	stateFile     = "server_state.json"
	// indexFile is the original's search index, which lies among the servers.
	indexFile = "service_index_metadata.json"
)

// folder is the folder to import from. Nothing outside of it is ever opened.
type folder struct {
	root *os.Root
	dir  string // as the caller named it, for messages
	// servers is where the server files are: "servers", or "." for dir itself.
	servers string
	within  limits
}

func open(dir string, within limits) (*folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the folder to import: %w; name the folder that holds %s/", err, serversFolder)
	}
	f := &folder{root: root, dir: dir, servers: ".", within: within}
	if info, err := root.Stat(serversFolder); err == nil && info.IsDir() {
		f.servers = serversFolder
	}
	return f, nil
}

func (f *folder) close() { _ = f.root.Close() }

// serverFiles lists the server files by name.
func (f *folder) serverFiles(r *Report) ([]string, error) {
	d, err := f.root.Open(f.servers)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w; make it readable", f.dir, err)
	}
	defer func() { _ = d.Close() }()
	var names []string
	for {
		entries, err := d.ReadDir(256)
		for _, e := range entries {
			name := e.Name()
			switch {
			case e.IsDir() && f.servers == serversFolder:
				r.note("%s is a folder and was not read.", quote(path.Join(f.servers, name)))
			case e.IsDir() || !strings.EqualFold(path.Ext(name), ".json") || name == stateFile:
			case name == indexFile:
				r.note("%s is a search index and not needed.", path.Join(f.servers, name))
			case len(names) == f.within.files:
				return nil, fmt.Errorf("list %s: it holds more than %d server files; import it in parts", f.dir, f.within.files)
			default:
				names = append(names, path.Join(f.servers, name))
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("list %s: %w; make it readable", f.dir, err)
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s holds no server files; name the folder that holds %s/*.json", f.dir, serversFolder)
	}
	slices.Sort(names)
	slices.Sort(r.Notes)
	return names, nil
}

// has says whether there is anything by that name.
func (f *folder) has(name string) bool {
	_, err := f.root.Lstat(name)
	return err == nil
}

// read reads a whole regular file, or says why it does not.
func (f *folder) read(name string) (data []byte, why string) {
	// Asked first, for opening a pipe would wait for a writer.
	switch info, err := f.root.Stat(name); {
	case err != nil:
		return nil, "The file cannot be opened; make it readable, and replace a link out of the folder by a copy."
	case !info.Mode().IsRegular():
		return nil, "It is not a regular file; replace it by one."
	}
	file, err := f.root.Open(name)
	if err != nil {
		return nil, "The file cannot be opened; make it readable."
	}
	defer func() { _ = file.Close() }()
	data, err = io.ReadAll(io.LimitReader(file, int64(f.within.fileBytes)+1))
	switch {
	case err != nil:
		return nil, "The file cannot be read to its end; check the disk."
	case len(data) > f.within.fileBytes:
		return nil, fmt.Sprintf("The file is larger than %d bytes; shorten it.", f.within.fileBytes)
	}
	return data, ""
}

// quote shows hostile text, shortened, in a sentence.
func quote(s string) string { return fmt.Sprintf("%.80q", s) }
