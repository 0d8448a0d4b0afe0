package gateway

import (
	"encoding/base64"
	"errors"
	"net/url"
	"strings"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// messagePrefix begins the tail to which a client of HTTP+SSE posts; a sealed
// target follows. No service's path can have such a segment.
const messagePrefix = "/~message/"

// maxEndpoint bounds the URL that an endpoint event names, in bytes.
const maxEndpoint = 4096

// Box seals short texts and opens them again; both ends say what the text is
// bound to. [secret.Box] is one.
type Box interface {
	Seal(plain, bound []byte) []byte
	Open(sealed, bound []byte) ([]byte, error)
}

var errForeignEndpoint = errors.New("the endpoint event names a URL of another origin")

// endpoints turns the URLs that HTTP+SSE servers tell their clients to post to
// into URLs below the service, and back. The target is sealed together with the
// service, its upstream and the caller: it opens for nobody and nothing else.
type endpoints struct{ box Box }

// seal is the path to post to in place of data, which the stream at from named.
func (e endpoints) seal(data string, r *route, from *url.URL, caller string) (string, error) {
	if len(data) > maxEndpoint {
		return "", errForeignEndpoint
	}
	to, err := from.Parse(data)
	if err != nil || originOf(to) != r.origin || to.User != nil {
		return "", errForeignEndpoint
	}
	sealed := e.box.Seal([]byte(to.RequestURI()), bound(r, caller))
	return string(r.path) + messagePrefix + base64.RawURLEncoding.EncodeToString(sealed), nil
}

// open is the target that a tail after messagePrefix stands for.
func (e endpoints) open(tail string, r *route, caller string) (*url.URL, error) {
	sealed, err := base64.RawURLEncoding.DecodeString(tail)
	if err != nil {
		return nil, ErrUnknownSession
	}
	plain, err := e.box.Open(sealed, bound(r, caller))
	if err != nil {
		return nil, ErrUnknownSession
	}
	to, err := url.ParseRequestURI(string(plain))
	if err != nil {
		return nil, ErrUnknownSession
	}
	to.Scheme, to.Host = r.upstream.Scheme, r.upstream.Host
	return to, nil
}

func bound(r *route, caller string) []byte {
	return []byte(strings.Join([]string{"message", string(r.path), r.upstream.String(), caller}, "\x00"))
}

// location is where on the gateway a redirect of the upstream leads. It fails
// for one that leaves the upstream's base path.
func (r *route) location(from *url.URL, header string) (string, error) {
	to, err := from.Parse(header)
	if err != nil || originOf(to) != r.origin || to.User != nil || len(header) > registry.MaxUpstreamBytes {
		return "", &UpstreamError{Reason: "redirects to another place."}
	}
	path := to.EscapedPath()
	tail, ok := strings.CutPrefix(path, r.base)
	if !ok || tail != "" && tail[0] != '/' || path != "" && checkPath(path) != nil {
		return "", &UpstreamError{Reason: "redirects to another place."}
	}
	location := url.URL{Path: string(r.path) + tail, RawQuery: to.RawQuery, Fragment: to.Fragment}
	location.RawPath = location.Path
	location.Path, _ = url.PathUnescape(location.Path)
	return location.String(), nil
}
