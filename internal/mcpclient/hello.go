package mcpclient

import (
	"encoding/json"
	"slices"
)

// modern is the first revision without initialize and sessions, and the only
// one of its era that this client speaks.
const modern = "2026-07-28"

// Revisions before it, as sent in initialize, newest first.
const (
	newestWithSessions = "2025-11-25"
	firstWithHeader    = "2025-06-18"
	firstStreamable    = "2025-03-26"
	firstOfAll         = "2024-11-05"
)

// Keys of _meta in revision 2026-07-28.
const (
	metaVersion      = "io.modelcontextprotocol/protocolVersion"
	metaClientInfo   = "io.modelcontextprotocol/clientInfo"
	metaCapabilities = "io.modelcontextprotocol/clientCapabilities"
	metaLogLevel     = "io.modelcontextprotocol/logLevel"
)

const (
	// maxVersions and maxVersionBytes bound Detected.Versions.
	maxVersions     = 16
	maxVersionBytes = 32
	// maxNameBytes bounds names: a server's, its version, a tool's, a title.
	maxNameBytes = 256
)

// hello is what a server says of itself in answer to server/discover or to
// initialize.
type hello struct {
	// versions lists the revisions it speaks, newest first.
	versions      []string
	name, version string
	// tools and announces are its capabilities: that it has tools, and that it
	// notifies of changes to their list.
	tools, announces bool
}

// parseHello reads the result of either method; what is missing, or has the
// wrong type, stays zero.
func parseHello(result json.RawMessage) hello {
	type implementation struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	var w struct {
		SupportedVersions []string `json:"supportedVersions"`
		ProtocolVersion   string   `json:"protocolVersion"`
		Capabilities      struct {
			Tools *struct {
				ListChanged bool `json:"listChanged"`
			} `json:"tools"`
		} `json:"capabilities"`
		ServerInfo implementation `json:"serverInfo"`
		Meta       struct {
			ServerInfo implementation `json:"io.modelcontextprotocol/serverInfo"`
		} `json:"_meta"`
	}
	if json.Unmarshal(result, &w) != nil {
		return hello{}
	}
	who := w.ServerInfo
	if who.Name == "" {
		who = w.Meta.ServerInfo
	}
	h := hello{
		versions: versions(append(w.SupportedVersions, w.ProtocolVersion)),
		name:     line(who.Name, maxNameBytes),
		version:  line(who.Version, maxNameBytes),
	}
	if t := w.Capabilities.Tools; t != nil {
		h.tools, h.announces = true, t.ListChanged
	}
	return h
}

// versions orders revisions newest first, and drops empty, overlong and
// repeated ones. Revisions are dates, so their text orders them.
func versions(said []string) []string {
	var out []string
	for _, v := range said {
		if v = line(v, maxVersionBytes+1); v != "" && len(v) <= maxVersionBytes {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	slices.Reverse(out)
	return out[:min(len(out), maxVersions)]
}

// supportedBy reads the revisions that an error -32022 offers.
func supportedBy(e *rpcError) []string {
	var w struct {
		Supported []string `json:"supported"`
	}
	if e == nil || e.Code != codeUnsupportedVersion || json.Unmarshal(e.Data, &w) != nil {
		return nil
	}
	return versions(w.Supported)
}

// revision picks what to ask for in initialize: the newest revision that both
// sides speak, or our newest where the server's are not known or strange to us.
func revision(theirs []string) string {
	for _, v := range theirs {
		if speaksWithSessions(v) {
			return v
		}
	}
	return newestWithSessions
}

// speaksWithSessions says whether we speak a revision that begins with
// initialize.
func speaksWithSessions(v string) bool {
	return slices.Contains([]string{newestWithSessions, firstWithHeader, firstStreamable, firstOfAll}, v)
}
