package mcpclient

import (
	"errors"
	"net/url"
	"strings"
)

// origin is the scheme, host and port that a URL stands for. Two URLs of one
// origin reach one server; nothing that an upstream says leads out of it.
type origin struct{ scheme, host, port string }

func originOf(u *url.URL) origin {
	o := origin{scheme: strings.ToLower(u.Scheme), host: strings.ToLower(u.Hostname()), port: u.Port()}
	if o.port == "" {
		o.port = map[string]string{"http": "80", "https": "443"}[o.scheme]
	}
	return o
}

// parseUpstream reads a registered URL.
func parseUpstream(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, errors.New("it cannot be parsed")
	}
	if s := strings.ToLower(u.Scheme); s != "http" && s != "https" {
		return nil, errors.New("it must begin with http:// or https://")
	}
	if u.Hostname() == "" {
		return nil, errors.New("it names no host")
	}
	if u.User != nil || u.Fragment != "" {
		return nil, errors.New("it must have neither user info nor a fragment")
	}
	return u, nil
}

// below is u with one more segment, its query kept.
func below(u *url.URL, segment string) string {
	return u.JoinPath(segment).String()
}

// endsWith says whether segment is the last of u's path.
func endsWith(u *url.URL, segment string) bool {
	return strings.HasSuffix(strings.TrimRight(u.Path, "/"), "/"+segment)
}
