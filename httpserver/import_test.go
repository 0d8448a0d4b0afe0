package httpserver_test

import (
	"bytes"
	"encoding/json"
	"html"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/gen"
)

// pasted is a client's configuration with one of each.
const pasted = `{
  // a comment
  "mcpServers": {
    "weather": {"url": "http://localhost:8000/mcp", "headers": {"Authorization": "Bearer hunter2"}},
    "<b>Second</b>": {"url": "http://localhost:8001/mcp"},
    "taken": {"url": "http://localhost:8002/mcp"},
    "git": {"command": "uvx", "args": ["mcp-server-git"]},
    "asks": {"url": "http://localhost:8003/mcp", "headers": {"X-Key": "${input:key}"}},
  },
}`

const takenForm = "name=Other&path=/taken&proxy_pass_url=http://localhost:9000"

// importBody is a request of POST /api/import.
func importBody(t *testing.T, text string, more map[string]any) string {
	t.Helper()
	body := map[string]any{"text": text}
	maps.Copy(body, more)
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func outcomes(report gen.ImportReport) string {
	words := make([]string, len(report.Entries))
	for i, e := range report.Entries {
		words[i] = e.Path + " " + string(e.Outcome)
	}
	return strings.Join(words, ", ")
}

func TestImportOverTheAPI(t *testing.T) {
	e := newEdge(t, setup{})
	me := e.signedIn(t)
	me.form("/register", takenForm).is(http.StatusCreated)
	ask := func(more map[string]any) gen.ImportReport {
		t.Helper()
		a := me.json("/api/import", importBody(t, pasted, more)).is(http.StatusOK)
		if strings.Contains(a.body, "hunter2") {
			t.Errorf("a secret is shown: %s", a.body)
		}
		var report gen.ImportReport
		decode(t, []byte(a.body), &report)
		return report
	}
	plan := ask(map[string]any{"dry_run": true})
	const planned = "/weather create, /b-second-b create, /taken taken,  unsupported, /asks invalid"
	if got := outcomes(plan); got != planned || !plan.DryRun || plan.Format != gen.ImportReportFormatClientConfig {
		t.Errorf("the plan is %s, %+v", got, plan)
	}
	if h := plan.Entries[0].UpstreamHeaderNames; len(h) != 1 || h[0] != "Authorization" {
		t.Errorf("the headers are %q", h)
	}
	if got := strings.Count(me.get("/api/server_details/all").body, `"server_name"`); got != 1 {
		t.Errorf("a dry run left %d services", got)
	}

	report := ask(map[string]any{"enable": true, "entries": []map[string]any{{"index": 1, "skip": true}, {"index": 2, "path": "/mine"}}})
	if got := outcomes(report); got != "/weather registered, /b-second-b skipped, /mine registered,  unsupported, /asks invalid" || report.DryRun {
		t.Errorf("what was done is %s", got)
	}
	var record gen.Service
	decode(t, []byte(me.get("/api/server_details/weather").is(http.StatusOK).body), &record)
	if !record.IsEnabled || record.ServerName != "weather" || len(record.UpstreamHeaderNames) != 1 {
		t.Errorf("registered %+v", record)
	}
	decode(t, []byte(me.get("/api/server_details/taken").is(http.StatusOK).body), &record)
	if record.ServerName != "Other" || record.ProxyPassURL != "http://localhost:9000" {
		t.Errorf("what was there became %+v", record)
	}

	again := ask(map[string]any{"entries": []map[string]any{{"index": 2, "path": "/mine"}}})
	if got := outcomes(again); got != "/weather unchanged, /b-second-b registered, /mine unchanged,  unsupported, /asks invalid" {
		t.Errorf("the second time it is %s", got)
	}
	if strings.Contains(e.log.String(), "hunter2") {
		t.Error("the log has the secret")
	}
}

// TestImportOfAnExport takes in what GET /api/server_details/all answers.
func TestImportOfAnExport(t *testing.T) {
	me := newEdge(t, setup{}).signedIn(t)
	me.form("/register", seedForm).is(http.StatusCreated)
	me.form("/toggle/weather", "enabled=on").is(http.StatusOK)
	export := me.get("/api/server_details/all").is(http.StatusOK).body
	var report gen.ImportReport
	decode(t, []byte(me.json("/api/import", importBody(t, export, nil)).is(http.StatusOK).body), &report)
	if got := outcomes(report); got != "/weather unchanged" {
		t.Errorf("in the same registry it is %s: %+v", got, report)
	}
	other := newEdge(t, setup{}).signedIn(t)
	decode(t, []byte(other.json("/api/import", importBody(t, export, nil)).is(http.StatusOK).body), &report)
	if got := outcomes(report); got != "/weather registered" || report.Entries[0].NumTools != 2 || len(report.Entries[0].Notes) != 0 {
		t.Errorf("in another it is %s: %+v", got, report)
	}
}

func TestImportRefusesBadInput(t *testing.T) {
	me := newEdge(t, setup{}).signedIn(t)
	for body, field := range map[string]string{
		`{}`:                      "text",
		`{"text":null}`:           "text",
		`{"text":"{"}`:            "text",
		`{"text":"[]"}`:           "text",
		`{"text":"{}","other":1}`: "other",
		importBody(t, pasted, map[string]any{"entries": []map[string]any{{"index": 5}}}):  "entries",
		importBody(t, pasted, map[string]any{"entries": []map[string]any{{"index": -1}}}): "entries",
	} {
		if p := me.json("/api/import", body).problem(http.StatusBadRequest); len(p.Errors) != 1 || p.Errors[0].Field != field {
			t.Errorf("%.80s: %+v", body, p)
		}
	}
	if p := me.json("/api/import", importBody(t, strings.Repeat(" ", 1<<20+1), nil)).problem(http.StatusBadRequest); !strings.Contains(p.Detail, "1048576") {
		t.Errorf("a long text: %+v", p)
	}
	me.json("/api/import", importBody(t, strings.Repeat(" ", 3<<20), nil)).problem(http.StatusRequestEntityTooLarge)
	me.form("/api/import", "text=x").problem(http.StatusUnsupportedMediaType)
	me.form("/register/import", "text=x").problem(http.StatusUnsupportedMediaType)
	me.post("/register/import").problem(http.StatusBadRequest)
}

// parts makes a body of multipart/form-data of names and values, in turn.
func parts(t *testing.T, pairs ...string) (kind, body string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		write := w.CreateFormField
		if pairs[i] == "file" {
			write = func(name string) (io.Writer, error) { return w.CreateFormFile(name, "mcp.json") }
		}
		part, err := write(pairs[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(pairs[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.String()
}

var sealedField = regexp.MustCompile(`name="sealed" value="([^"]*)"`)

// TestImportByForm goes the way of a browser without script.
func TestImportByForm(t *testing.T) {
	e := newEdge(t, setup{})
	me := e.signedIn(t).browser()
	me.form("/register", takenForm).to("/")
	send := func(pairs ...string) answer {
		t.Helper()
		kind, body := parts(t, pairs...)
		return me.send(http.MethodPost, "/register/import", kind, strings.NewReader(body))
	}
	for _, name := range []string{"text", "file"} {
		page := send(name, pasted).page(http.StatusOK, "5 services found", "Path taken", "it runs a program", "${input:key}").body
		if strings.Contains(page, "hunter2") || strings.Contains(page, "<b>Second") || !strings.Contains(page, html.EscapeString("<b>Second</b>")) {
			t.Error("the page shows a secret, or markup")
		}
		sealed := sealedField.FindStringSubmatch(page)
		if sealed == nil || len(sealed[1]) < len(pasted) {
			t.Fatalf("nothing is sealed: %s", page)
		}
		if name == "text" {
			continue
		}
		send("sealed", sealed[1]+"x", "path", "/a").page(http.StatusBadRequest, "give the text once more")
		done := []string{"sealed", sealed[1]}
		for i, path := range []string{"/weather", "/second", "/moved", "", "/asks"} {
			done = append(done, "path", path)
			if i != 1 {
				done = append(done, "take", strconv.Itoa(i))
			}
		}
		page = send(append(done, "enable", "on")...).page(http.StatusOK, "2 services registered", "Left out", "/moved").body
		if strings.Contains(page, "hunter2") || sealedField.MatchString(page) {
			t.Error("the page of results has the text still")
		}
		again := send(done...).page(http.StatusOK, "0 services registered", "Already there").body
		if strings.Contains(again, "hunter2") {
			t.Error("the page shows a secret")
		}
	}
	var record gen.Service
	decode(t, []byte(e.signedIn(t).get("/api/server_details/moved").is(http.StatusOK).body), &record)
	if record.ServerName != "taken" || !record.IsEnabled {
		t.Errorf("registered %+v", record)
	}

	page := send("text", "{\n\"a\": hunter3}").page(http.StatusBadRequest, "at line 2", `id="text-error"`, `id="how-paste" value="paste" checked`).body
	if !strings.Contains(page, "hunter3") {
		t.Error("what is to be mended is lost")
	}
	page = send("text", " ", "file", "hunter3").page(http.StatusBadRequest, "not valid JSON", `id="file-error"`, `id="how-upload" value="upload" checked`).body
	if strings.Contains(page, "hunter3") {
		t.Error("the page shows the file")
	}
	many := []string{"text", pasted}
	for range 1008 {
		many = append(many, "path", "/x")
	}
	send(many...).is(http.StatusBadRequest)
	me.send(http.MethodPost, "/register/import", "multipart/form-data; boundary=x", strings.NewReader("--x\r\nbroken")).is(http.StatusBadRequest)
	me.send(http.MethodPost, "/register/import", "multipart/form-data", strings.NewReader("--x\r\n")).is(http.StatusBadRequest)
}

func TestRegisterFormSaysWhereThePathIsTaken(t *testing.T) {
	me := newEdge(t, setup{}).signedIn(t).browser()
	me.form("/register", takenForm).to("/")
	me.form("/register", takenForm).page(http.StatusConflict, `id="path-error"`, "registered at this path already")
}
