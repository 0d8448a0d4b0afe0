package web

import "time"

// ConnectPage is GET /connect/{path}.
type ConnectPage struct {
	Shell
	Service ServiceCard
	// URL is where clients reach the service.
	URL string
	// OldTransport says that they must speak HTTP+SSE there.
	OldTransport bool
	// Open says that the gateway asks for no token.
	Open bool
	// Snippets are what to paste, one for each client. There is at least one.
	Snippets []Snippet
}

// Snippet is what to paste into one client.
type Snippet struct {
	// Client names it in the page: [a-z-]+, which the caller guarantees.
	Client string
	// Title is what people call the client; Place says where the text goes.
	Title, Place string
	Text         string
}

// TokensPage is GET /tokens, and what its form answers.
type TokensPage struct {
	Shell
	// Tokens are all that there are, in the order to show them in.
	Tokens []Token
	// Services are those that a token can be limited to.
	Services []ServiceChoice
	// Values refill the form as it was sent.
	Values TokenValues
	// Errors holds a sentence for each field that was refused, by its name in
	// the form (name, scope, services, expires, expires_days).
	Errors map[string]string
	// Made is the token that was just made. Nil shows none.
	Made *MadeToken
}

// Token is a token without its secret.
type Token struct {
	// ID is of letters and digits, which the caller guarantees: it is put into
	// URLs.
	ID    string
	Name  string
	Scope string
	// Services are paths, as in [ServiceCard]; none for all.
	Services  []string
	CreatedAt time.Time
	// ExpiresAt is zero for never, LastUsedAt before the first use.
	ExpiresAt, LastUsedAt time.Time
	Expired               bool
}

// MadeToken is a token with its secret, which is shown this once.
type MadeToken struct {
	Token
	Secret string
	// Registered and Unregistered are its services that there are, and those
	// that there are not yet.
	Registered, Unregistered []string
}

// ServiceChoice is a service that a token can be limited to.
type ServiceChoice struct {
	Path, Name string
	Chosen     bool
}

// TokenValues are a new token's fields as they stand in the form: what was
// typed, right or wrong.
type TokenValues struct {
	Name, Scope string
	// Services are paths.
	Services []string
	// Expires is 30d, 90d, 1y, never or custom, which is after ExpiresDays.
	Expires, ExpiresDays string
}

// scopeText is a scope and what it allows.
type scopeText struct{ Name, Allows string }

// scopes are those that a token may have, the most useful first.
func scopes() []scopeText {
	return []scopeText{
		{"gateway", "Uses services through the gateway, and reads about them. For agents."},
		{"metrics", "Reads /metrics and /ws/stats. For Prometheus."},
		{"admin", "Everything that you may do: it registers, deletes, and makes other tokens."},
	}
}

// Begun says whether the form is to be open: it was sent and refused, or a
// service was named, or there is nothing else to see.
func (p TokensPage) Begun() bool {
	return len(p.Errors) > 0 || p.Problem != nil || len(p.Values.Services) > 0 || len(p.Tokens) == 0
}
