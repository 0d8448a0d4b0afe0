package mcpclient

import (
	"encoding/json"
	"maps"
	"strconv"
)

// request makes a request message with an id of its own. One of the modern
// revision carries in _meta what initialize said before.
func (k *talk) request(method string, params map[string]any, revision string) (message, int64) {
	k.lastID++
	if revision >= modern {
		meta := map[string]any{
			metaVersion:      revision,
			metaClientInfo:   k.client.info(),
			metaCapabilities: struct{}{},
		}
		if more, ok := params["_meta"].(map[string]any); ok {
			maps.Copy(meta, more)
		}
		with := map[string]any{}
		maps.Copy(with, params)
		with["_meta"] = meta
		params = with
	}
	m := message{Version: "2.0", Method: method, ID: strconv.AppendInt(nil, k.lastID, 10)}
	if params != nil {
		m.Params, _ = json.Marshal(params) // Strings, maps of them, and JSON that was checked: it cannot fail.
	}
	return m, k.lastID
}

// initializeParams are the parameters of initialize.
func (c *Client) initializeParams(revision string) map[string]any {
	return map[string]any{
		"protocolVersion": revision,
		"capabilities":    struct{}{},
		"clientInfo":      c.info(),
	}
}

// info is how this client names itself.
func (c *Client) info() map[string]string {
	return map[string]string{"name": "mcpgateway", "version": c.version}
}
