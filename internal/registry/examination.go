package registry

import "time"

// Verdict is what an examination comes to.
type Verdict string

// The verdicts. Their text is what the API says.
const (
	// VerdictOK: the URL can be registered, and will work as it is.
	VerdictOK Verdict = "ok"
	// VerdictAttention: a server is there, and somebody has to do something
	// first: take another URL, give credentials.
	VerdictAttention Verdict = "attention"
	// VerdictFailed: no MCP server was found.
	VerdictFailed Verdict = "failed"
)

// Verdicts lists all verdicts, the best first.
func Verdicts() []Verdict { return []Verdict{VerdictOK, VerdictAttention, VerdictFailed} }

// Examination is what a thorough look at a URL found. All text in it that
// comes from an upstream is one clean line, bounded where it is declared.
type Examination struct {
	// URL is what was asked for.
	URL     string
	Verdict Verdict
	// Summary says why, in one sentence of at most 600 bytes.
	Summary string
	// Status is what a check of the URL would say.
	Status Status
	// Register is the proxy_pass_url to register, of the origin that was
	// asked for or of the same host by the other scheme. Empty when the
	// verdict is failed and nothing better is known.
	Register string

	// Detected is zero when no MCP server answered.
	Detected Detected
	// Tools is nil when they were not, or could not be, listed.
	Tools *ToolSummary
	// TLS is nil when no certificate was seen.
	TLS *TLSFacts
	// Auth is nil when nobody asked for credentials.
	Auth      *AuthFacts
	Redirects []Redirect
	// Latency is the time to the first response; 0 without one.
	Latency time.Duration
	// Took is how long the examination lasted.
	Took time.Duration

	// Steps are the requests in their order, at most 64.
	Steps []Step
	// Findings explain, the most important first in each group of a kind.
	Findings []Finding
}

// FindingKind says how much a finding matters.
type FindingKind string

// The kinds of findings. Their text is what the API says.
const (
	// FindingGood: as it should be.
	FindingGood FindingKind = "good"
	// FindingNote: worth knowing; nothing needs to be done.
	FindingNote FindingKind = "note"
	// FindingWarning: works, or will, once somebody has seen to it.
	FindingWarning FindingKind = "warning"
	// FindingProblem: this is why it does not work.
	FindingProblem FindingKind = "problem"
)

// FindingKinds lists all kinds, the best first.
func FindingKinds() []FindingKind {
	return []FindingKind{FindingGood, FindingNote, FindingWarning, FindingProblem}
}

// Finding is one thing that an examination has to say.
type Finding struct {
	Kind FindingKind
	// Topic names what it is about in a word or two, such as "Transport".
	Topic string
	// Text is a sentence or two of at most 600 bytes.
	Text string
}

// ToolSummary is what a list of tools comes to.
type ToolSummary struct {
	Count int
	// Truncated is true when a bound cut the list short.
	Truncated bool
	// Names are the first ten, of at most 256 bytes each.
	Names []string
}

// TLSFacts is what the handshake showed. Names are at most 256 bytes each.
type TLSFacts struct {
	// Version is such as "TLS 1.3"; empty when the handshake failed.
	Version string
	// Subject and Issuer are distinguished names (RFC 2253).
	Subject string
	Issuer  string
	// Names are the host names and addresses that the certificate is for, at
	// most ten.
	Names               []string
	NotBefore, NotAfter time.Time
	// Problem says what is wrong with it; empty for nothing.
	Problem string
}

// AuthFacts is how a server asked for credentials.
type AuthFacts struct {
	// Status is 401 or 403.
	Status int
	// Schemes are those of WWW-Authenticate (RFC 9110, section 11.6.1), at
	// most four of at most 32 bytes.
	Schemes []string
}

// Redirect is one step aside. Queries are left out.
type Redirect struct {
	From, To string
	// Followed is false for a redirect to another origin, or to nowhere.
	Followed bool
}
