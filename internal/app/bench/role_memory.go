package main

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
)

// memory serves the files of a folder as JSON, each from memory in one write:
// what a list would cost if there were nothing to do for it.
func memory(args []string) (http.Handler, error) {
	if len(args) != 1 {
		return nil, errors.New("the role wants a folder")
	}
	files, err := os.ReadDir(args[0])
	if err != nil {
		return nil, err
	}
	bodies := make(map[string][]byte, len(files))
	for _, file := range files {
		body, err := os.ReadFile(filepath.Join(args[0], file.Name())) //nolint:gosec // G703: the benchmark's own folder
		if err != nil {
			return nil, err
		}
		bodies["/"+file.Name()] = body
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := bodies[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	}), nil
}
