package traffic

import "time"

// Outcome says how an exchange ended, and whose doing that was.
type Outcome uint8

// The outcomes.
const (
	// OK: the upstream answered with a status below 400.
	OK Outcome = iota
	// ClientError: the upstream answered 4xx. That is often part of the
	// protocol, such as 405 for a stream that a server does not offer.
	ClientError
	// ServerError: the upstream answered 5xx.
	ServerError
	// Unreachable: it gave no answer, or one that could not be used (502).
	Unreachable
	// Timeout: it gave none in time (504).
	Timeout
	// Refused: the gateway itself turned the request away (4xx, 503).
	Refused
	// Cancelled: the caller went before there was an answer.
	Cancelled

	outcomes = iota
)

// String is the value of the label "outcome".
func (o Outcome) String() string {
	return [outcomes]string{
		"ok", "client_error", "server_error", "unreachable", "timeout", "refused", "cancelled",
	}[o]
}

// failed says whether the upstream is to blame.
func (o Outcome) failed() bool { return o == ServerError || o == Unreachable || o == Timeout }

// timed says whether the latency tells something of the upstream's speed. A
// timeout does: it took that long at least. To leave it out would make an
// upstream that hangs look quick.
func (o Outcome) timed() bool {
	return o == OK || o == ClientError || o == ServerError || o == Timeout
}

// Exchange is a request and what became of it.
type Exchange struct {
	Outcome Outcome
	// Method is the JSON-RPC method; empty if there is none or it is not
	// known. It may be any text.
	Method string
	// Tool is params.name of a tools/call, and is ignored for other methods.
	// It may be any text.
	Tool string
	// Latency is the time from the request to the first byte of the response
	// header, or to the timeout.
	Latency time.Duration
	// Received and Sent are the bytes of the bodies, from the caller and to
	// the caller.
	Received, Sent int64
}
