package app

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestGatewayConfig(t *testing.T) {
	good := GatewayConfig{GatewayAuth: "required", UpstreamTimeout: time.Minute}
	for name, test := range map[string]struct {
		change func(*GatewayConfig)
		wrong  string
	}{
		"as it comes":    {func(*GatewayConfig) {}, ""},
		"any page":       {func(c *GatewayConfig) { c.CORSOrigins = []string{"https://a.example", "*"} }, "--cors-origins: * is refused"},
		"no page's":      {func(c *GatewayConfig) { c.CORSOrigins = []string{"null"} }, "--cors-origins: null"},
		"a page":         {func(c *GatewayConfig) { c.CORSOrigins = []string{"https://a.example/app"} }, "is no origin"},
		"a user":         {func(c *GatewayConfig) { c.CORSOrigins = []string{"https://me@a.example"} }, "is no origin"},
		"a query":        {func(c *GatewayConfig) { c.CORSOrigins = []string{"https://a.example?"} }, "is no origin"},
		"a host":         {func(c *GatewayConfig) { c.CORSOrigins = []string{"a.example"} }, "is no origin"},
		"no address":     {func(c *GatewayConfig) { c.GatewayListen = "7861" }, "--gateway-listen"},
		"a URL of none":  {func(c *GatewayConfig) { c.GatewayPublicURL = "https://a.example" }, "--gateway-listen"},
		"no time at all": {func(c *GatewayConfig) { c.UpstreamTimeout = 0 }, "--upstream-timeout"},
	} {
		c := good
		test.change(&c)
		var said []string
		c.read(func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }, true)
		if got := strings.Join(said, " "); (got == "") != (test.wrong == "") || !strings.Contains(got, test.wrong) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// Origins are compared with what browsers send, byte by byte.
func TestOriginsAsBrowsersWriteThem(t *testing.T) {
	c := GatewayConfig{UpstreamTimeout: time.Minute, CORSOrigins: []string{" HTTPS://App.Example:443", "http://localhost:6274", "http://a.example:80", "https://a.example:80", "http://[::1]:5173"}}
	s := c.read(func(format string, args ...any) { t.Errorf(format, args...) }, true)
	want := []string{"https://app.example", "http://localhost:6274", "http://a.example", "https://a.example:80", "http://[::1]:5173"}
	if !slices.Equal(s.corsOrigins, want) {
		t.Errorf("read %q, want %q", s.corsOrigins, want)
	}
}

// Who may call an open gateway depends on its own listener.
func TestWhereTheGatewayIs(t *testing.T) {
	for _, test := range []struct {
		own            string
		main, loopback bool
	}{
		{"", true, true}, {"", false, false}, {":7861", true, false}, {"127.0.0.1:7861", false, true},
	} {
		c := GatewayConfig{GatewayAuth: "none", GatewayListen: test.own, UpstreamTimeout: time.Minute}
		if s := c.read(func(format string, args ...any) { t.Errorf(format, args...) }, test.main); s.loopback != test.loopback || !s.open {
			t.Errorf("%+v: %+v", test, s)
		}
	}
}
