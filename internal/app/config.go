package app

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// maxHealthTimeout is far below what an answer may take to be written, and what
// a page waits for one.
const maxHealthTimeout = 20 * time.Second

// DataConfig says where the data lies.
type DataConfig struct {
	Data string `help:"Directory of the database, the lock and the control socket." default:"./data" env:"MCPGATEWAY_DATA"`
}

// LogConfig says what is logged, on standard error.
type LogConfig struct {
	LogFormat string `help:"Format of the log: ${enum}." enum:"text,json" default:"text" env:"MCPGATEWAY_LOG_FORMAT"`
	LogLevel  string `help:"Least level that is logged: ${enum}." enum:"debug,info,warn,error" default:"info" env:"MCPGATEWAY_LOG_LEVEL"`
}

// Config is what can be set for a server; the tags make the command line.
type Config struct {
	DataConfig `embed:""`
	LogConfig  `embed:""`

	Listen         string        `help:"Address to listen at." default:"127.0.0.1:7860" env:"MCPGATEWAY_LISTEN" group:"Address"`
	PublicURL      string        `name:"public-url" help:"Where browsers and agents find the server, if not at the listener's address, such as https://mcp.example.com." env:"MCPGATEWAY_PUBLIC_URL" placeholder:"URL" group:"Address"`
	AllowedHosts   []string      `help:"Further host names, without ports, that requests may name." env:"MCPGATEWAY_ALLOWED_HOSTS" placeholder:"NAME" group:"Address"`
	TLSCert        string        `name:"tls-cert" help:"Certificate chain, PEM; with --tls-key the server speaks TLS." env:"MCPGATEWAY_TLS_CERT" placeholder:"FILE" group:"Address"`
	TLSKey         string        `name:"tls-key" help:"Private key of --tls-cert, PEM." env:"MCPGATEWAY_TLS_KEY" placeholder:"FILE" group:"Address"`
	TrustedProxies []string      `help:"Networks (CIDR) of proxies whose X-Forwarded-For and -Proto count." env:"MCPGATEWAY_TRUSTED_PROXIES" placeholder:"CIDR" group:"Address"`
	AdminUser      string        `help:"Name of the administrator." default:"admin" env:"MCPGATEWAY_ADMIN_USER,ADMIN_USER" group:"Access"`
	AdminPassword  string        `help:"Password of the administrator. It replaces the stored one; without either, the first start makes one and prints it. Better set by its environment variable: a command line is visible to others." env:"MCPGATEWAY_ADMIN_PASSWORD,ADMIN_PASSWORD" placeholder:"PASSWORD" group:"Access"`
	SessionLife    time.Duration `name:"session-lifetime" help:"How long a login lasts." default:"8h" env:"MCPGATEWAY_SESSION_LIFETIME" group:"Access"`
	PublicMetrics  bool          `help:"Let everybody read /metrics." env:"MCPGATEWAY_PUBLIC_METRICS" group:"Access"`
	WSRequireAuth  bool          `name:"ws-require-auth" help:"Let only those who are signed in, or have a token, subscribe to health changes. A socket ends within a minute of its session or token." env:"MCPGATEWAY_WS_REQUIRE_AUTH" group:"Websockets"`
	WSMax          int           `name:"ws-max-connections" help:"Most websockets at a time." default:"20000" env:"MCPGATEWAY_WS_MAX_CONNECTIONS" group:"Websockets"`
	WSMaxAddress   int           `name:"ws-max-per-address" help:"Most websockets of one client address at a time." default:"1000" env:"MCPGATEWAY_WS_MAX_PER_ADDRESS" group:"Websockets"`
	DebugListen    string        `help:"Address to serve the profiles of the process at, such as 127.0.0.1:6060, for go tool pprof; loopback only." env:"MCPGATEWAY_DEBUG_LISTEN" placeholder:"ADDRESS" group:"Address"`
	GatewayConfig  `embed:""`
	HealthInterval time.Duration `help:"Time between two checks of a service, give or take a tenth." default:"30s" env:"MCPGATEWAY_HEALTH_INTERVAL" group:"Health"`
	HealthTimeout  time.Duration `help:"Most time that one check takes; 20s or less, since requests wait for it." default:"5s" env:"MCPGATEWAY_HEALTH_TIMEOUT" group:"Health"`
	UnhealthyAfter int           `help:"Failed checks in a row that turn a service unhealthy." default:"2" env:"MCPGATEWAY_UNHEALTHY_AFTER" group:"Health"`
	AllowUpstream  []string      `help:"Networks (CIDR) that upstreams must be in; any, if none is named." env:"MCPGATEWAY_ALLOW_UPSTREAM" placeholder:"CIDR" group:"Upstreams"`
	DenyUpstream   []string      `help:"Networks (CIDR) that upstreams must not be in. Link-local, multicast and cloud metadata addresses are refused always." env:"MCPGATEWAY_DENY_UPSTREAM" placeholder:"CIDR" group:"Upstreams"`
	SecretKey      string        `help:"Key that upstream headers are encrypted with, 32 to 1024 characters without blanks; make one with: openssl rand -base64 32. Without it the first start makes one, in the file secret.key of the data directory. Better set by its environment variable: a command line is visible to others." env:"MCPGATEWAY_SECRET_KEY" placeholder:"KEY" group:"Data"`
	Import         string        `help:"Folder of the original registry's JSON files to import on the first start, as long as no service is registered. If that is interrupted, the next start goes on." env:"MCPGATEWAY_IMPORT" placeholder:"DIR" group:"Data"`

	// demo says that the settings' password is known and need not be told of.
	demo bool `kong:"-"`

	// Version is the program's, for /metrics and for upstreams.
	Version string `kong:"-"`
}

// UsageError is a mistake in the settings. Its text names the setting.
type UsageError struct{ message string }

// Error says which setting is wrong and what would be right.
func (e *UsageError) Error() string { return e.message }

func usage(format string, args ...any) error { return &UsageError{fmt.Sprintf(format, args...)} }

// settings are a Config, read.
type settings struct {
	publicURL      *url.URL
	trustedProxies []netip.Prefix
	allow, deny    []netip.Prefix
	tls            *tls.Config
	loopback       bool
	gateway        gatewaySettings
}

// complain reports a mistake in the settings.
type complain func(format string, args ...any)

// read checks the whole configuration. All that is wrong is reported at once,
// as *[UsageError]s joined.
func (c *Config) read() (settings, error) {
	var s settings
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, usage(format, args...)) }
	prefixes := func(flag string, list []string) []netip.Prefix {
		networks, mistakes := networks(flag, list)
		errs = append(errs, mistakes...)
		return networks
	}
	atLeast := func(flag string, given, least time.Duration) {
		if given < least {
			wrong("--%s: give %s or more.", flag, least)
		}
	}
	positive := func(flag string, given int) {
		if given < 1 {
			wrong("--%s: give 1 or more.", flag)
		}
	}

	s.loopback = isLoopback(readAddress(wrong, "listen", c.Listen))
	if c.DebugListen != "" && !isLoopback(readAddress(wrong, "debug-listen", c.DebugListen)) {
		wrong("--debug-listen: profiles are for this machine only; give a loopback address, such as 127.0.0.1:6060.")
	}
	s.publicURL = readBaseURL(wrong, "public-url", c.PublicURL)
	s.gateway = c.GatewayConfig.read(wrong, s.loopback)
	for _, name := range c.AllowedHosts {
		if name == "" || strings.ContainsAny(name, "/ *") {
			wrong("--allowed-hosts: %q is no host name; write it as mcp.example.com, without scheme, port or wildcard.", name)
		}
	}
	s.trustedProxies = prefixes("trusted-proxies", c.TrustedProxies)
	s.allow = prefixes("allow-upstream", c.AllowUpstream)
	s.deny = prefixes("deny-upstream", c.DenyUpstream)
	if c.AdminUser == "" || len(c.AdminUser) > 200 {
		wrong("--admin-user: give a name of at most 200 bytes.")
	}
	atLeast("session-lifetime", c.SessionLife, time.Minute)
	atLeast("health-interval", c.HealthInterval, time.Second)
	atLeast("health-timeout", c.HealthTimeout, 100*time.Millisecond)
	if c.HealthTimeout > maxHealthTimeout {
		wrong("--health-timeout: give %s or less; requests wait for it.", maxHealthTimeout)
	}
	positive("unhealthy-after", c.UnhealthyAfter)
	positive("ws-max-connections", c.WSMax)
	positive("ws-max-per-address", c.WSMaxAddress)
	switch {
	case (c.TLSCert == "") != (c.TLSKey == ""):
		wrong("--tls-cert and --tls-key: give both or neither.")
	case c.TLSCert != "":
		pair, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
		if err != nil {
			wrong("--tls-cert, --tls-key: %v.", err)
		}
		s.tls = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	}
	return s, errors.Join(errs...)
}

// networks reads the values of a flag, and reports each that is none as a
// *[UsageError].
func networks(flag string, list []string) (out []netip.Prefix, mistakes []error) {
	for _, text := range list {
		p, err := netip.ParsePrefix(strings.TrimSpace(text))
		if err != nil {
			if addr, addrErr := netip.ParseAddr(strings.TrimSpace(text)); addrErr == nil {
				p, err = addr.Prefix(addr.BitLen())
			}
		}
		if err != nil {
			mistakes = append(mistakes, usage("--%s: %q is no network; write it as 10.0.0.0/8 or 2001:db8::/32.", flag, text))
			continue
		}
		out = append(out, p.Masked())
	}
	return out, mistakes
}

// readAddress is the host of a listener's address.
func readAddress(wrong complain, flag, address string) (host string) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		wrong("--%s: %q is no address; write it as 127.0.0.1:7860, or :7860 for every interface.", flag, address)
	} else if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		wrong("--%s: %q is no port; give a number from 0 to 65535, where 0 takes a free one.", flag, port)
	}
	return host
}

// readBaseURL is a URL of scheme, host and port; nil if none is given.
func readBaseURL(wrong complain, flag, given string) *url.URL {
	if given == "" {
		return nil
	}
	u, err := url.Parse(given)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		wrong("--%s: %q is no http or https URL; write it as https://mcp.example.com.", flag, given)
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		wrong("--%s: give scheme, host and port only, such as https://mcp.example.com.", flag)
	default:
		return u
	}
	return nil
}

// isLoopback says whether a listener at host is reachable from this machine
// only.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

// level is the slog level of --log-level, which the command line checked.
func (c LogConfig) level() slog.Level {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return slog.LevelInfo
	}
	return level
}
