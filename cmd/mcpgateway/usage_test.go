package main_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// badSettings are values of serve's flags that are mistakes.
var badSettings = map[string][]string{
	"listen":             {"nonsense", "127.0.0.1", "127.0.0.1:99999", "127.0.0.1:http"},
	"public-url":         {"mcp.example.com", "ftp://mcp.example.com", "https://mcp.example.com/path", "https://user@mcp.example.com"},
	"allowed-hosts":      {"https://mcp.example.com", "*.example.com"},
	"tls-cert":           {"cert.pem"},
	"tls-key":            {"key.pem"},
	"trusted-proxies":    {"proxy.internal", "10.0.0.0/33"},
	"admin-user":         {strings.Repeat("a", 201)},
	"session-lifetime":   {"1s", "8", "-8h"},
	"public-metrics":     {"perhaps"},
	"ws-require-auth":    {"perhaps"},
	"ws-max-connections": {"0", "many"},
	"ws-max-per-address": {"-1", "1.5"},
	"gateway-auth":       {"perhaps"},
	"cors-origins":       {"*", "null", "app.example.com", "https://app.example.com/", "ftp://app.example.com", "https://*.example.com"},
	"gateway-listen":     {"nonsense", "127.0.0.1:99999"},
	"debug-listen":       {"nonsense", "0.0.0.0:6060", "127.0.0.1:99999"},
	"gateway-public-url": {"mcp.example.com", "https://agents.example.com"},
	"upstream-timeout":   {"0s", "5"},
	"health-interval":    {"5", "1ms"},
	"health-timeout":     {"1ms", "20.1s"},
	"unhealthy-after":    {"0", "two"},
	"allow-upstream":     {"internal"},
	"deny-upstream":      {"10.0.0.0/8,internal"},
	"secret-key":         {"too-short"},
	"import":             {"no-such-folder"},
	"log-format":         {"xml"},
	"log-level":          {"loud"},
}

// noBadValue are the flags of which no value is a mistake in itself:
// TestStartFails has bad data directories, TestWeakPasswords bad passwords.
var noBadValue = []string{"data", "admin-password", "help", "version"}

// TestBadSettings: exit code 2 and a message that names the flag, whether the
// value comes by the flag or by its environment variable.
func TestBadSettings(t *testing.T) {
	t.Parallel()
	_, help, _ := run(t, nil, "serve", "--help")
	for _, flag := range regexp.MustCompile(`(?m)^ +(?:-h, )?--([a-z-]+)`).FindAllStringSubmatch(help, -1) {
		if badSettings[flag[1]] == nil && !slices.Contains(noBadValue, flag[1]) {
			t.Errorf("no bad value of --%s is tried", flag[1])
		}
	}
	for flag, values := range badSettings {
		for i, value := range values {
			variable := "MCPGATEWAY_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
			args := func(t *testing.T) []string {
				args := []string{"serve", "--data", filepath.Join(t.TempDir(), "data")}
				if flag == "listen" {
					return args
				}
				return append(args, "--listen", "127.0.0.1:0")
			}
			t.Run(flag+"="+value, func(t *testing.T) {
				t.Parallel()
				code, _, text := run(t, nil, append(args(t), "--"+flag+"="+value)...)
				isUsageError(t, code, text, "--"+flag)
			})
			if i > 0 {
				continue // One is enough to show that the variable is read.
			}
			t.Run(variable+"="+value, func(t *testing.T) {
				t.Parallel()
				code, _, text := run(t, []string{variable + "=" + value}, args(t)...)
				isUsageError(t, code, text, "--"+flag)
			})
		}
	}
}

// TestBadCommands: what is no command, no flag, or lacks an argument.
func TestBadCommands(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args  string
		names string
	}{
		"nothing":           {"", "Usage: mcpgateway"},
		"no such command":   {"frobnicate", "frobnicate"},
		"no such flag":      {"serve --frobnicate", "--frobnicate"},
		"where flags are":   {"serve --frobnicate", "Run mcpgateway serve --help"},
		"no such argument":  {"serve now", "now"},
		"import of nothing": {"import", "<file>"},
		"import of no dir":  {"import no-such-folder", "no-such-folder"},
		"half a command":    {"admin", "set-password"},
		"demo of no server": {"demo stop", "<path>"},
		"demo for all":      {"demo --listen 0.0.0.0:0", "--listen"},
		"healthcheck":       {"healthcheck --listen nonsense", "--listen"},
		"nameless token":    {"token create", "--name"},
		"unknown scope":     {"token create --name x --scope root", "--scope"},
		"past token":        {"token create --name x --expires -1h", "--expires"},
		"revoke nothing":    {"token revoke", "<id>"},
		"doctor of none":    {"doctor", "<url>"},
		"doctor of no URL":  {"doctor ftp://x", "Begin the URL with http"},
		"doctor in no time": {"doctor http://x --timeout 1ms", "--timeout"},
		"no header":         {"doctor http://x --header hunter2", "--header"},
		"reserved header":   {"doctor http://x --header Host:hunter2", "--header"},
		"no network":        {"doctor http://x --deny-upstream hunter2", "--deny-upstream"},
		"two mistakes":      {"serve --unhealthy-after 0 --ws-max-connections 0", "--ws-max-connections"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out, text := run(t, nil, strings.Fields(c.args)...)
			isUsageError(t, code, text, c.names)
			if out != "" {
				t.Errorf("on standard output: %s", out)
			}
		})
	}
}

func isUsageError(t *testing.T, code int, text, names string) {
	t.Helper()
	if code != 2 || !strings.Contains(text, names) || strings.Contains(text, "level=") && !strings.Contains(text, "database migrated") {
		t.Errorf("exit code %d, want 2; want %s in:\n%s", code, names, text)
	}
}

// TestEmptyVariables: a variable that is set to nothing is not set.
func TestEmptyVariables(t *testing.T) {
	t.Parallel()
	empty := []string{"MCPGATEWAY_WS_MAX_CONNECTIONS=", "MCPGATEWAY_HEALTH_INTERVAL=", "MCPGATEWAY_PUBLIC_METRICS=", "MCPGATEWAY_LOG_LEVEL=", "ADMIN_USER=", "ADMIN_PASSWORD="}
	// The listener is not there, which is all that is wrong: exit code 1.
	code, _, text := run(t, empty, "healthcheck", "--listen", "127.0.0.1:1")
	if code != 1 {
		t.Errorf("exit code %d: %s", code, text)
	}
	code, _, text = run(t, empty, "serve", "--data", t.TempDir(), "--listen", "nonsense")
	isUsageError(t, code, text, "--listen")
	if strings.Contains(text, "ws-max") || strings.Contains(text, "admin-user") {
		t.Errorf("an empty variable counts: %s", text)
	}
}
