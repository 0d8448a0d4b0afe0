package registry

import "time"

// Traffic is what the gateway carried for a service over the last minutes.
type Traffic struct {
	// Requests counts those answered, or given up, in that time.
	Requests int64
	// Errors counts those of them that failed at the upstream: no answer, none
	// in time, or a 5xx.
	Errors int64
	// P50 and P99 are quantiles of the time from a request to the upstream's
	// answer; 0 if none was measured.
	P50, P99 time.Duration
	// OpenStreams is how many event streams are open now.
	OpenStreams int64
}
