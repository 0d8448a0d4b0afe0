package main_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient/upstreamtest"
)

// echoUpstream has one tool, which returns its arguments.
func echoUpstream(t *testing.T, start func(testing.TB, ...string) *upstreamtest.Upstream) *upstreamtest.Upstream {
	t.Helper()
	up := start(t)
	up.Server.AddTool(&mcp.Tool{
		Name: "echo", Description: "Say it again.\x1b[2J\n\nArgs:\n    text: What to say.",
		InputSchema: json.RawMessage(`{"type":"object","required":["text"],"additionalProperties":false,"properties":{
			"text":{"type":"string","description":"What to say."},"times":{"type":"integer"}}}`),
	}, func(_ context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		var in struct{ Text string }
		if err := json.Unmarshal(r.Params.Arguments, &in); err != nil {
			return nil, err
		}
		result := &mcp.CallToolResult{
			Content: []mcp.Content{
				&mcp.TextContent{Text: "said \x1b[31m" + in.Text},
				&mcp.ImageContent{MIMEType: "image/png", Data: make([]byte, 12<<10)},
			},
			StructuredContent: r.Params.Arguments,
			IsError:           in.Text == "fail",
		}
		return result, nil
	})
	return up
}

// register registers and enables an upstream, whose tools are known then.
func (c *client) register(t *testing.T, path, upstream string) {
	t.Helper()
	c.post(t, "/register", url.Values{"name": {path}, "description": {""}, "path": {path}, "proxy_pass_url": {upstream}}).expect(t, http.StatusCreated)
	c.post(t, "/toggle"+path, url.Values{"enabled": {"on"}}).expect(t, http.StatusOK)
	c.post(t, "/api/refresh"+path, url.Values{}).expect(t, http.StatusOK)
}

func TestToolsCommand(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	s := serve(t, data, "--admin-password", password)
	admin := s.signIn(t, password)
	admin.register(t, "/team/echo", echoUpstream(t, upstreamtest.Stateless).URL)
	admin.register(t, "/off", echoUpstream(t, upstreamtest.SSE).URL)
	admin.post(t, "/toggle/off", url.Values{}).expect(t, http.StatusOK)
	_, secret := createToken(t, data, "--name", "cli")
	_, narrow := createToken(t, data, "--name", "narrow", "--service", "/other")
	_, metrics := createToken(t, data, "--name", "metrics", "--scope", "metrics")
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	at := []string{"MCPGATEWAY_URL=" + s.url}
	as := append(at, "MCPGATEWAY_TOKEN="+secret)

	table := "SERVICE     TOOL  DESCRIPTION\n/off        echo  Say it again.[2J\n/team/echo  echo  Say it again.[2J\n"
	described := "echo\n  Say it again.[2J\n\n" +
		"  ARGUMENT  TYPE     REQUIRED  DESCRIPTION\n  text      string   yes       What to say.\n  times     integer  no        \n"
	for _, good := range []struct {
		settings []string
		args     string
		out      string
	}{
		{as, "tools", table},
		{nil, "tools --url " + s.url + "/ --token " + secret, table},
		{at, "tools --token-file " + file, table},
		{as, "tools team/echo", described},
	} {
		if code, out, text := run(t, good.settings, strings.Fields(good.args)...); code != 0 || out != good.out || text != "" {
			t.Errorf("%s: exit code %d\n%s%s", good.args, code, out, text)
		}
	}
	_, out, _ := run(t, as, "tools", "--json", "/off")
	if list := decode[struct{ Tools []struct{ Name string } }](t, out); len(list.Tools) != 1 || strings.ContainsAny(out, "\x1b") {
		t.Errorf("JSON %s", out)
	}
	for _, bad := range []struct {
		settings []string
		args     string
		code     int
		says     string
	}{
		{at, "tools", 2, "mcpgateway token create --data DIR --name cli"},
		{as, "tools --url nonsense", 2, "--url"},
		{as, "tools /a//b", 2, "/a//b is no path of a service: Remove the empty segment (//)."},
		{as, "tools /team/ecko", 1, "no service has the path /team/ecko, or the token is not for it; there is /team/echo, /off"},
		{append(at, "MCPGATEWAY_TOKEN="+narrow), "tools /off", 1, "no service has the path /off, or the token is not for it"},
		{append(at, "MCPGATEWAY_TOKEN="+metrics), "tools", 1, "refuses: "},
		{append(at, "MCPGATEWAY_TOKEN=mcpgw_wrong"), "tools", 1, "does not know the token"},
		{as, "tools --url " + upstreamtest.ClosedURL(t), 1, "is it running"},
		{as, "tools --url " + upstreamtest.Serve(t, upstreamtest.HTMLPage()), 1, "is --url right?"},
		{as, "tools --cacert " + file, 1, "--cacert: there is no certificate"},
		{as, "tools --token-file no-such-file", 1, "--token-file"},
		{as, "call /off echo --arg text=x", 1, "the service /off is switched off"},
		{as, "call /of echo", 1, "there is /off"},
		{as, "call /team/echo ecko", 1, "/team/echo has no tool ecko; it has echo."},
		{as, "call /team/echo echo", 2, "add --arg text=(string)"},
		{as, "call /team/echo echo --arg txt=x", 2, "it has text, times"},
		{as, "call /team/echo echo --arg text=x --arg times=many", 2, "--arg times: it must be integer"},
		{as, "call /team/echo echo --json-args [1]", 2, "--json-args"},
	} {
		code, out, text := run(t, bad.settings, strings.Fields(bad.args)...)
		if code != bad.code || !strings.Contains(text, bad.says) || out != "" || strings.Count(text, "\n") != 1 {
			t.Errorf("%s: exit code %d, want %d and %q\n%s%s", bad.args, code, bad.code, bad.says, out, text)
		}
	}
	s.stop(t)
}
