package auth

// Kind tells people from programs.
type Kind string

// The kinds of principals.
const (
	// User is a person who signed in with a password.
	User Kind = "user"
	// Token is a program that came with an API token.
	Token Kind = "token"
)

// Scope is what a principal may do.
type Scope string

// ScopeAdmin allows everything; every user has it.
const ScopeAdmin Scope = "admin"

// Principal is who is calling. The zero Principal is nobody.
type Principal struct {
	Kind Kind
	// Name is the user's name, or what identifies the token; never a secret.
	Name  string
	Scope Scope
}

// NewUser is the principal of a person.
func NewUser(name string) Principal {
	return Principal{Kind: User, Name: name, Scope: ScopeAdmin}
}

// IsZero says whether nobody is calling.
func (p Principal) IsZero() bool { return p == Principal{} }

// String names the principal in logs and binds sessions to it: "user:admin".
// A kind holds no colon, so no two principals of different kind or name share
// a text.
func (p Principal) String() string {
	if p.IsZero() {
		return "nobody"
	}
	return string(p.Kind) + ":" + p.Name
}
