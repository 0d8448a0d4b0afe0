package httpserver_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/gen"
)

// FuzzJSONBody sends any bytes as JSON to the operations that take some. They are
// carried out or refused, every answer is as the document says, and what there is
// afterwards can be read and removed.
func FuzzJSONBody(f *testing.F) {
	operations := []string{"POST /register", "POST /edit/weather", "POST /api/import", "POST /api/tokens"}
	for _, body := range []string{
		``, `{`, `null`, `[]`, `{}`, `"text"`, `{"name":1}`, "{\"name\":\"\xff\"}", `{"name":"a","name":"b"}`, `{"Name":"a"}`, `{} {}`, `{"a":{"b":[[[[]]]]}}`,
		`{"name":"N","path":"/x","proxy_pass_url":"http://h","description":"","tags":["a","b,c"],"num_tools":3,"is_python":true,"watch_tools":false,"upstream_headers":{"X-Key":"v"}}`,
		`{"description":"d\u0000","num_stars":1e3,"tags":null}`, `{"upstream_headers":{}}`, `{"upstream_headers":{"Host":"x","A B":"\r\n"}}`, `{"proxy_pass_url":"http://user@h/#x"}`,
		`{"text":"{\"mcpServers\":{\"a\":{\"url\":\"http://h/mcp\",\"headers\":{\"X\":\"y\"}}}}","dry_run":true}`, `{"text":"[{\"server_name\":\"N\",\"path\":\"/y\",\"proxy_pass_url\":\"http://h\"}]","enable":false,"entries":[{"index":0,"path":"/z"}]}`, `{"text":"{}","entries":[{"index":-1}]}`,
		`{"name":"t","scope":"gateway","services":["/weather"],"expires_in_seconds":60}`, `{"name":"t","scope":"admin","expires_in_seconds":-1}`, `{"name":"t","scope":"x"}`, `{"name":"t","scope":"metrics","services":["//"],"expires_in_seconds":9223372036854775807}`,
	} {
		for kind := range operations {
			f.Add(uint8(kind), body)
		}
	}
	e := newEdge(f, setup{})
	cookie := "mcp_gateway_session=" + e.session(f)
	e.signedIn(f).register("/weather")
	call := func(t *testing.T, operation, body string) answer {
		method, target, _ := strings.Cut(operation, " ")
		r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
		r.Host = "localhost"
		r.Header.Set("Cookie", cookie)
		r.Header.Set("Content-Type", "application/json")
		return e.serve(t, r)
	}
	f.Fuzz(func(t *testing.T, kind uint8, body string) {
		operation := operations[int(kind)%len(operations)]
		a := call(t, operation, body)
		switch a.status {
		case http.StatusOK, http.StatusCreated:
			if !json.Valid([]byte(body)) {
				t.Fatalf("%s took %q: %d", operation, body, a.status)
			}
		case http.StatusSeeOther:
			if body != "" {
				t.Fatalf("%s %q leads to %q", operation, body, a.header.Get("Location"))
			} // Nothing is nothing of a form, too.
		case http.StatusBadRequest, http.StatusConflict, http.StatusRequestEntityTooLarge:
		default:
			t.Fatalf("%s %q: %d %s", operation, body, a.status, a.body)
		}
		var records map[string]gen.Service
		decode(t, []byte(call(t, "GET /api/server_details/all", "").is(http.StatusOK).body), &records)
		if _, there := records["/weather"]; !there {
			t.Fatalf("%s %q removed the service", operation, body)
		}
		for path := range records {
			if path != "/weather" {
				call(t, "DELETE /api/server_details"+path, "").is(http.StatusNoContent)
			}
		}
		var made struct{ ID string }
		if operation == "POST /api/tokens" && a.status == http.StatusCreated {
			decode(t, []byte(a.body), &made)
			call(t, "DELETE /api/tokens/"+made.ID, "").is(http.StatusNoContent)
		}
	})
}

// FuzzCredentials: nobody is let in but with the whole of a session's or a token's
// secret, and what else stands in the headers makes no server's error.
func FuzzCredentials(f *testing.F) {
	e := newEdge(f, setup{})
	session := e.session(f)
	// A stand-in, since the secret is another in each process.
	const known = "SESSION"
	for _, headers := range [][2]string{
		{"mcp_gateway_session=" + known, ""},
		{"a=b; mcp_gateway_session=" + known, ""},
		{"mcp_gateway_session=" + known + "; mcp_gateway_session=x", ""},
		{"mcp_gateway_session=x; mcp_gateway_session=" + known, ""},
		{`mcp_gateway_session="` + known + `"`, ""},
		{"mcp_gateway_session", ""},
		{"mcp_gateway_session=", ""},
		{"MCP_GATEWAY_SESSION=" + known, ""},
		{";;=;", ""},
		{"mcp_gateway_session=" + known, "Bearer x"},
		{"", "Bearer mcpgw_" + strings.Repeat("a", 49)},
		{"", "bearer  " + known},
		{"", "Basic YTpi"},
		{"", "Bearer"},
		{"", "Bearer " + known},
		{"", "\x00"},
		{"x=" + known, known},
	} {
		f.Add(headers[0], headers[1])
	}
	f.Fuzz(func(t *testing.T, cookie, authorization string) {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/api/server_details/all", http.NoBody)
		r.Host = "localhost"
		if cookie != "" {
			r.Header.Set("Cookie", strings.ReplaceAll(cookie, known, session))
		}
		if authorization != "" {
			r.Header.Set("Authorization", strings.ReplaceAll(authorization, known, session))
		}
		switch a := e.serve(t, r); a.status {
		case http.StatusOK:
			// Another scheme than Bearer is for somebody else, such as a proxy.
			scheme, _, _ := strings.Cut(strings.TrimSpace(authorization), " ")
			if !strings.Contains(cookie, known) || strings.EqualFold(scheme, "Bearer") {
				t.Fatalf("cookie %q and authorization %q are let in", cookie, authorization)
			}
		case http.StatusUnauthorized:
		default:
			t.Fatalf("cookie %q, authorization %q: %d", cookie, authorization, a.status)
		}
	})
}
