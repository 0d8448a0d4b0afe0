// Package browsertest holds the tests that drive the pages with a real
// Chromium: a whole server, real MCP servers behind it, and a person's clicks
// and keys. Each file is one flow; the package has nothing to import.
package browsertest
