package main_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// setPassword runs admin set-password and types the password in.
func setPassword(t *testing.T, data, password string, args ...string) (code int, out, text string) {
	t.Helper()
	evidence.secret(password)
	p := startReading(t, nil, password+"\n", append([]string{"admin", "set-password", "--data", data}, args...)...)
	return p.wait(t), p.out.String(), p.err.String()
}

// TestFirstStartMakesPassword: it is printed once, and works.
func TestFirstStartMakesPassword(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			s := serve(t, "", "--log-format", format)
			shown := shownOnce.FindAllStringSubmatch(s.err.String(), -1)
			if len(shown) != 1 || strings.Count(s.err.String(), shown[0][1]) != 1 {
				t.Fatalf("not shown once:\n%s", &s.err)
			}
			if !strings.Contains(s.err.String(), "admin set-password --data "+s.data+"\n") {
				t.Errorf("no word on how to change it:\n%s", &s.err)
			}
			c := s.signIn(t, shown[0][1])
			s.stop(t)

			s = serve(t, s.data, "--log-format", format)
			if strings.Contains(s.err.String(), "password") {
				t.Errorf("the second start speaks of a password:\n%s", &s.err)
			}
			c.url = s.url
			if !c.signedIn(t) {
				t.Error("the session did not survive the restart")
			}
			s.signIn(t, shown[0][1])
			s.stop(t)
		})
	}
}

// TestPermissions: nobody but the owner reaches the data or the socket.
func TestPermissions(t *testing.T) {
	t.Parallel()
	s := serve(t, "", "--admin-password", password)
	for name, want := range map[string]fs.FileMode{
		".": fs.ModeDir | 0o700, "control.sock": fs.ModeSocket | 0o600, "registry.db": 0o600, "lock": 0o600, "secret.key": 0o600,
	} {
		info, err := os.Stat(filepath.Join(s.data, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s: %s, want %s", name, info.Mode(), want)
		}
	}
	s.stop(t)
}

// TestSetPassword changes it through the running server, then without one.
func TestSetPassword(t *testing.T) {
	t.Parallel()
	const second, third = "second horse battery", "third horse battery"
	s := serve(t, "", "--admin-password", password)
	c := s.signIn(t, password)
	if code, out, text := setPassword(t, s.data, second); code != 0 || !strings.HasPrefix(out, "The password of admin is changed in "+s.data+", through the running server; all sessions are ended.\n") || text != "" {
		t.Fatalf("online: exit code %d\n%s%s", code, out, text)
	}
	if log := s.err.String(); !strings.Contains(log, `msg="the administrator's password was changed" user=admin by="command line"`) {
		t.Errorf("the log lacks the change:\n%s", log)
	}
	if c.signedIn(t) {
		t.Error("the session lives on")
	}
	if c.login(t, password) {
		t.Error("the old password works")
	}
	c = s.signIn(t, second)
	s.stop(t)

	if code, out, text := setPassword(t, s.data, third); code != 0 || !strings.Contains(out, "while no server is running on it") {
		t.Fatalf("offline: exit code %d\n%s%s", code, out, text)
	}
	nowhere := filepath.Join(t.TempDir(), "nowhere")
	code, _, text := setPassword(t, nowhere, third)
	if code != 1 || !strings.Contains(text, "no registry is in "+nowhere) {
		t.Errorf("without a registry: exit code %d\n%s", code, text)
	}
	if _, err := os.Stat(nowhere); err == nil {
		t.Error("a directory was made for nobody's password")
	}
	s = serve(t, s.data)
	c.url = s.url
	if c.signedIn(t) {
		t.Error("the session outlived the change")
	}
	if c.login(t, second) {
		t.Error("the old password works")
	}
	s.signIn(t, third)
	s.stop(t)
}

// TestSetPasswordOfAnotherUser: a running server has one administrator, and the
// command must not claim that it changed the password of somebody else.
func TestSetPasswordOfAnotherUser(t *testing.T) {
	t.Parallel()
	s := serve(t, "", "--admin-user", "alice", "--admin-password", password)
	for _, other := range []string{"bob", "Alice"} {
		code, out, text := setPassword(t, s.data, "second horse battery", "--admin-user", other)
		if code != 2 || out != "" || !strings.Contains(text, "--admin-user: ") || !strings.Contains(text, `is "alice", not "`+other+`"`) {
			t.Errorf("of %s: exit code %d, want 2\n%s%s", other, code, out, text)
		}
	}
	if code, out, text := setPassword(t, s.data, "third horse battery", "--admin-user", "alice"); code != 0 || !strings.Contains(out, "of alice is changed") {
		t.Errorf("of alice: exit code %d, want 0\n%s%s", code, out, text)
	}
	s.stop(t)
}

// TestPasswordBySettings: it wins over the stored one and replaces it, and
// sessions end only if it differs.
func TestPasswordBySettings(t *testing.T) {
	t.Parallel()
	const other = "another horse battery"
	data := filepath.Join(t.TempDir(), "data")
	begin := func(variable string) *server {
		return ready(t, start(t, []string{variable}, serveArgs(&data, t)...), data)
	}
	s := begin("ADMIN_PASSWORD=" + password)
	c := s.signIn(t, password)
	s.stop(t)

	s = begin("MCPGATEWAY_ADMIN_PASSWORD=" + password)
	c.url = s.url
	if !c.signedIn(t) {
		t.Error("the same password ended the session")
	}
	s.stop(t)

	s = begin("ADMIN_PASSWORD=" + other)
	c.url = s.url
	if c.signedIn(t) {
		t.Error("another password left the session alive")
	}
	if c.login(t, password) {
		t.Error("the replaced password works")
	}
	s.stop(t)

	s = serve(t, data)
	s.signIn(t, other)
	s.stop(t)
}

// TestWeakPasswords are good enough for loopback, with a warning, and for
// nothing else.
func TestWeakPasswords(t *testing.T) {
	t.Parallel()
	const open = "0.0.0.0:0"
	once := filepath.Join(t.TempDir(), "data")
	for _, weak := range []string{"password", "PASSWORD", "1234567"} {
		data := filepath.Join(t.TempDir(), "data")
		code, _, text := run(t, []string{"ADMIN_PASSWORD=" + weak}, "serve", "--data", data, "--listen", open)
		if code != 2 || !strings.Contains(text, "--admin-password: ") || !strings.Contains(text, "loopback") {
			t.Errorf("serve with %s: exit code %d, want 2\n%s", weak, code, text)
		}
		if code, _, text := setPassword(t, data, weak); code != 2 || !strings.Contains(text, "at least 8 characters") {
			t.Errorf("set %s without a server: exit code %d, want 2\n%s", weak, code, text)
		}
	}
	bySettings := start(t, []string{"ADMIN_PASSWORD=1234567"}, "serve", "--data", once, "--listen", "127.0.0.1:0")
	ready(t, bySettings, once).stop(t)
	if code, _, text := run(t, nil, "serve", "--data", once, "--listen", open); code != 2 || !strings.Contains(text, "The stored password is weak") {
		t.Errorf("serve everywhere with a short one stored: exit code %d, want 2\n%s", code, text)
	}
	if code, _, text := setPassword(t, once, ""); code != 2 {
		t.Errorf("set an empty password: exit code %d, want 2\n%s", code, text)
	}

	local := serve(t, "", "--admin-password", password)
	if code, _, text := setPassword(t, local.data, "password"); code != 0 {
		t.Errorf("set a weak password on loopback: exit code %d, want 0\n%s", code, text)
	}
	if !strings.Contains(local.err.String(), `level=WARN msg="the administrator's password is weak`) {
		t.Errorf("no warning:\n%s", &local.err)
	}
	local.signIn(t, "password")
	local.stop(t)
	code, _, text := run(t, nil, "serve", "--data", local.data, "--listen", open)
	if code != 2 || !strings.Contains(text, "The stored password is weak") || !strings.Contains(text, "admin set-password --data "+local.data) {
		t.Errorf("serve everywhere with a weak password stored: exit code %d, want 2\n%s", code, text)
	}

	public := start(t, []string{"ADMIN_PASSWORD=" + password}, "serve", "--data", local.data, "--listen", open)
	s := ready(t, public, local.data)
	if code, _, text := setPassword(t, s.data, "password"); code != 2 || !strings.Contains(text, "loopback") {
		t.Errorf("set a weak password on a public server: exit code %d, want 2\n%s", code, text)
	}
	s.signIn(t, password)
	s.stop(t)
}
