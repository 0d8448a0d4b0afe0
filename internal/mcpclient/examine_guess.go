package mcpclient

import (
	"net"
	"net/url"
	"slices"
	"strings"
)

// maxNeighbours bounds the paths that are tried beside the one that was given.
const maxNeighbours = 8

// neighbours are the URLs of the same origin that somebody may have meant by a
// URL which is no MCP endpoint, the likeliest first. Where a check looks anyway
// is not among them.
func neighbours(u *url.URL) []*url.URL {
	path := strings.TrimRight(u.EscapedPath(), "/")
	parent := path[:max(strings.LastIndexByte(path, '/'), 0)]
	given := u.EscapedPath()
	asked := []string{given, path + "/mcp", path + "/sse"}
	if given == "" || given == "/" {
		asked = append(asked, "", "/")
	}
	slash := path + "/"
	if strings.HasSuffix(given, "/") {
		slash = path
	}
	guesses := []string{slash}
	if last := path[len(parent):]; last == "/messages" || last == "/message" {
		guesses = append(guesses, parent+"/sse")
	}
	guesses = append(guesses, parent+"/mcp", parent+"/sse", parent, "/mcp", "/sse", "/")
	var out []*url.URL
	for _, guess := range guesses {
		if slices.Contains(asked, guess) || len(out) == maxNeighbours {
			continue
		}
		asked = append(asked, guess)
		plain, err := url.PathUnescape(guess)
		if err != nil {
			continue
		}
		at := *u
		at.Path, at.RawPath = plain, guess
		out = append(out, &at)
	}
	return out
}

// otherScheme is the URL by the other of http and https, where what came back
// suggests that it is the one which was meant, and what suggests it.
func (x *examination) otherScheme() (other, why string) {
	s := x.first
	if s.failure == nil || s.at != "" || s.upstream == nil {
		return "", ""
	}
	u := *s.upstream
	reason := s.failure.status.Reason
	switch to := x.trace.refused; {
	case u.Scheme == "https" && reason == "TLS: not a TLS server":
		u.Scheme, u.Host = "http", withPort(&u, "443")
		return u.String(), "The port does not speak TLS, so https:// leads nowhere."
	case u.Scheme != "http":
		return "", ""
	case to != nil && to.Scheme == "https" && strings.EqualFold(to.Hostname(), u.Hostname()):
		return to.String(), "The server sends everybody from http:// to https://."
	case reason == "protocol error: not HTTP", reason == "connection reset", s.failure.wantsTLS():
		u.Scheme, u.Host = "https", withPort(&u, "80")
		return u.String(), "The port speaks TLS, so the URL must begin with https://."
	}
	return "", ""
}

// wantsTLS says whether an answer is what servers send to those who speak plain
// HTTP to a port for TLS: a 400 which says so, or is a web page.
func (f *failure) wantsTLS() bool {
	return strings.Contains(f.tried, "HTTP 400") &&
		(strings.Contains(f.tried, "HTTPS") || strings.Contains(f.tried, "SSL") || strings.Contains(f.tried, "HTTP 400 Bad Request with a web page"))
}

// withPort is a URL's host with its port, which is implied where it names none.
func withPort(u *url.URL, implied string) string {
	if u.Port() != "" {
		return u.Host
	}
	return net.JoinHostPort(u.Hostname(), implied)
}
