package actors

// What the broadcaster actor is asked, and by whom.

// Subscriber is somebody who is told of health changes.
type Subscriber interface {
	// Send queues a message, which must not be changed, without blocking. An
	// error means that the subscriber is too slow or gone: it is forgotten,
	// and has to cut its connection itself.
	Send(message []byte) error
	// End says that nothing more follows because the server stops. It does
	// not block.
	End()
}

type (
	// Subscribe adds a subscriber, which gets the snapshot at once: it has been
	// sent when the answer comes. One that refuses it is forgotten again.
	Subscribe struct{ Subscriber Subscriber }

	// Unsubscribe forgets a subscriber, known or not.
	Unsubscribe struct{ Subscriber Subscriber }

	// GetHealth answers with the newest health of all services as one JSON
	// object, which must not be changed. The time of a check that found
	// nothing new may be missing for a second.
	GetHealth struct{}

	// GetBroadcastStats answers with [BroadcastStats].
	GetBroadcastStats struct{}

	// BroadcastStats is what the broadcaster has done so far.
	BroadcastStats struct {
		// Subscribers is how many there are.
		Subscribers int
		// Pending is how many paths changed and are not told yet.
		Pending int
		// Broadcasts is how many messages went to all subscribers.
		Broadcasts uint64
		// FailedSends is how many subscribers were cut off.
		FailedSends uint64
	}
)

func (Subscribe) replies(struct{})               {}
func (Unsubscribe) replies(struct{})             {}
func (GetHealth) replies([]byte)                 {}
func (GetBroadcastStats) replies(BroadcastStats) {}
