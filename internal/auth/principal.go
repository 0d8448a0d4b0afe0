package auth

import "github.com/mcpgateway/mcpgateway/internal/registry"

// Kind tells people from programs.
type Kind string

// The kinds of principals.
const (
	// KindUser is a person who signed in with a password.
	KindUser Kind = "user"
	// KindToken is a program that came with an API token.
	KindToken Kind = "token"
)

// Scope is what a principal may do.
type Scope string

// The scopes. Every user has ScopeAdmin.
const (
	// ScopeAdmin allows everything.
	ScopeAdmin Scope = "admin"
	// ScopeGateway allows to use services and to read about them, but not to
	// see the addresses behind them.
	ScopeGateway Scope = "gateway"
	// ScopeMetrics allows to read how the server fares.
	ScopeMetrics Scope = "metrics"
)

// Scopes are all scopes, the widest first.
func Scopes() []Scope { return []Scope{ScopeAdmin, ScopeGateway, ScopeMetrics} }

// Principal is who is calling. The zero Principal is nobody.
type Principal struct {
	Kind Kind
	// Name is the user's name, or the token's ID; never a secret.
	Name  string
	Scope Scope
	// reach are the services that the principal is limited to; nil for all. A
	// pointer, so that principals compare.
	reach *reach
	// text is what String says, made once: it is asked for with every request.
	text string
}

type reach struct{ services map[registry.Path]bool }

// NewUser is the principal of a person.
func NewUser(name string) Principal {
	return Principal{Kind: KindUser, Name: name, Scope: ScopeAdmin, text: string(KindUser) + ":" + name}
}

// newTokenPrincipal is the principal of whoever brings the token.
func newTokenPrincipal(t Token) Principal {
	p := Principal{Kind: KindToken, Name: t.ID, Scope: t.Scope, text: string(KindToken) + ":" + t.ID}
	if len(t.Services) > 0 {
		p.reach = &reach{make(map[registry.Path]bool, len(t.Services))}
		for _, path := range t.Services {
			p.reach.services[path] = true
		}
	}
	return p
}

// IsZero says whether nobody is calling.
func (p Principal) IsZero() bool { return p == Principal{} }

// IsLimited says whether there are services that the principal does not reach.
func (p Principal) IsLimited() bool { return p.reach != nil }

// Reaches says whether the service exists for the principal. What it may do
// with it is the scope's matter.
func (p Principal) Reaches(path registry.Path) bool {
	return p.reach == nil || p.reach.services[path]
}

// String names the principal in logs and binds sessions to it: "user:admin".
// A kind holds no colon, so no two principals of different kind or name share
// a text.
func (p Principal) String() string {
	if p.text == "" {
		return "nobody"
	}
	return p.text
}
