package importer

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// urlNames are the members under which clients keep a server's URL.
func urlNames() []string { return []string{"url", "serverUrl", "httpUrl"} }

// clientCandidate reads an entry of a client's configuration: a server by its
// URL, or one that mcp-remote reaches. What transport it names is not needed,
// for that is found out.
func clientCandidate(m member) Candidate {
	c := Candidate{Key: m.name}
	o := new(object)
	if json.Unmarshal(m.raw, &o.members) != nil || o.members == nil {
		c.Refused = "It is not a JSON object; make it one, such as {\"url\": …}."
		return c
	}
	var address *string
	for _, name := range urlNames() {
		if given := o.text(name); address == nil {
			address = given
		}
	}
	headers := o.pairs("headers")
	command := o.text("command")
	args := o.texts("args")
	env := o.pairs("env")
	kind := registry.Text(o.text("type"))
	if other := o.text("transport"); kind == "" {
		kind = registry.Text(other)
	}
	c.Draft.Description = o.text("description")
	for _, wrong := range o.malformed {
		c.wrong(fieldInDomain(wrong.Field), "%s: %s", wrong.Field, wrong.Message)
	}
	if address == nil && command != nil {
		bridged, ok := bridge(*command, args, env)
		if !ok {
			c.Refused = "It cannot be registered: it runs a program on your machine; expose it over HTTP first, and register its URL."
		}
		address, headers = &bridged.url, bridged.headers
		if bridged.unnamed {
			c.wrong("upstream_headers", "args: Follow --header by a name, a colon and a value.")
		}
	}
	if c.Refused == "" && !overHTTP(kind) && (command == nil || kind != "stdio") {
		c.Refused = fmt.Sprintf("It cannot be registered: it speaks %s, and the gateway speaks MCP over HTTP.", quote(kind))
	}
	if c.Refused == "" {
		c.setAddress(registry.Text(address))
		c.setHeaders(headers)
	}
	c.Draft.Name = new(c.nameFor(registry.Text(address)))
	if rest := o.rest(); rest != "" {
		c.Notes = append(c.Notes, fmt.Sprintf("left out %s, which only the client needs.", rest))
	}
	return c
}

// fieldInDomain is where what a client's member says ends up.
func fieldInDomain(name string) string {
	switch name {
	case "headers", "env":
		return "upstream_headers"
	case "description":
		return name
	}
	return "proxy_pass_url"
}

// setAddress takes over the URL, unless a client would have to fill it in.
func (c *Candidate) setAddress(address string) {
	if p := placeholder(address); p != "" {
		c.wrong("proxy_pass_url", "Fill in %.60s: clients replace such words, the gateway does not.", p)
		return
	}
	c.Draft.Upstream = &address
}

// nameFor is the key, or else the URL's host.
func (c *Candidate) nameFor(address string) string {
	if key := strings.TrimSpace(c.Key); key != "" {
		return key
	}
	if u, err := url.Parse(address); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "MCP server"
}

// overHTTP says whether a client's word for a transport means one that the
// gateway speaks, or none.
func overHTTP(kind string) bool {
	switch strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(kind)) {
	case "", "http", "https", "streamable", "streamablehttp", "sse", "remote":
		return true
	}
	return false
}

// texts reads a list of strings.
func (o *object) texts(name string) []string {
	raw := o.take(name)
	if raw == nil {
		return nil
	}
	var list []string
	if json.Unmarshal(raw, &list) != nil {
		o.wrong(name, "Make it a list of strings.")
	}
	return list
}
