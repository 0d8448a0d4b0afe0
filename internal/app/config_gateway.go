package app

import (
	"net/url"
	"strings"
	"time"
)

// authNone is the --gateway-auth that lets everybody call services.
const authNone = "none"

// GatewayConfig is what can be set for the proxied routes, those that begin with
// a service's path.
type GatewayConfig struct {
	GatewayAuth      string        `help:"Who may call services: ${enum}. With required it takes a session or a token; with none everybody who reaches the address may." enum:"required,none" default:"required" env:"MCPGATEWAY_GATEWAY_AUTH" group:"Gateway"`
	CORSOrigins      []string      `name:"cors-origins" help:"Origins of pages whose scripts may call services with a token, such as https://app.example.com or http://localhost:6274." env:"MCPGATEWAY_CORS_ORIGINS" placeholder:"ORIGIN" group:"Gateway"`
	GatewayListen    string        `help:"Address to serve the services at, if not at --listen; they are at one of the two." env:"MCPGATEWAY_GATEWAY_LISTEN" placeholder:"ADDRESS" group:"Gateway"`
	GatewayPublicURL string        `name:"gateway-public-url" help:"Where agents find --gateway-listen, if not at its address, such as https://agents.example.com." env:"MCPGATEWAY_GATEWAY_PUBLIC_URL" placeholder:"URL" group:"Gateway"`
	UpstreamTimeout  time.Duration `help:"Longest wait for an upstream to begin its answer to a call." default:"5m" env:"MCPGATEWAY_UPSTREAM_TIMEOUT" group:"Gateway"`
}

// gatewaySettings are a GatewayConfig, read.
type gatewaySettings struct {
	open        bool
	corsOrigins []string
	// publicURL is nil when agents find the listener by its address.
	publicURL *url.URL
	// loopback says that the services are reached from this machine only.
	loopback bool
}

// read checks the settings; loopback says where --listen listens.
func (c *GatewayConfig) read(wrong complain, loopback bool) gatewaySettings {
	s := gatewaySettings{open: c.GatewayAuth == authNone, loopback: loopback}
	for _, given := range c.CORSOrigins {
		if origin := readOrigin(wrong, given); origin != "" {
			s.corsOrigins = append(s.corsOrigins, origin)
		}
	}
	if c.GatewayListen != "" {
		s.loopback = isLoopback(readAddress(wrong, "gateway-listen", c.GatewayListen))
	} else if c.GatewayPublicURL != "" {
		wrong("--gateway-public-url: it says where --gateway-listen is found; give that too, or use --public-url.")
	}
	s.publicURL = readBaseURL(wrong, "gateway-public-url", c.GatewayPublicURL)
	if c.UpstreamTimeout < time.Second {
		wrong("--upstream-timeout: give 1s or more.")
	}
	return s
}

// readOrigin is an origin as browsers write it: in small letters and without
// the scheme's own port (RFC 6454, section 6.1).
func readOrigin(wrong complain, given string) string {
	given = strings.TrimSpace(given)
	switch given {
	case "*":
		wrong("--cors-origins: * is refused: any page that somebody visits could call services with a token it got hold of, and reach them where only that person's browser can; name each origin.")
		return ""
	case "null":
		wrong("--cors-origins: null is no origin but what a browser sends for pages that have none, whoever made them; name each origin.")
		return ""
	}
	u, err := url.Parse(given)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil ||
		u.Path != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.ContainsAny(u.Host, "*,") {
		wrong("--cors-origins: %q is no origin; write scheme, host and port only, such as https://app.example.com or http://localhost:6274.", given)
		return ""
	}
	host := strings.ToLower(u.Host)
	if port := u.Port(); u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		host = strings.TrimSuffix(host, ":"+port)
	}
	return u.Scheme + "://" + host
}
