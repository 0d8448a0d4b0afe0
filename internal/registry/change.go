package registry

// ChangeKind says what a [Change] is, and so how it is stored and told.
type ChangeKind int

// The kinds of change.
const (
	// Unchanged: nothing to do.
	Unchanged ChangeKind = iota
	// Registered: a new service. Before is nil.
	Registered
	// Edited: its record.
	Edited
	// Switched: on or off.
	Switched
	// Removed: gone. After is nil.
	Removed
	// HealthChanged: its status, the detail of it, or what was detected.
	HealthChanged
	// ToolsDiscovered: its tools, and maybe its health as well.
	ToolsDiscovered
	// Checked: a check found everything as before. It bumps no version, and
	// is stored in batches.
	Checked
	// RecheckStarted: a manual check began. It is not stored, and bumps no
	// version.
	RecheckStarted
	// RecheckEnded: a manual check is over, and its result is lost. It is not
	// stored, and bumps no version.
	RecheckEnded
)

// Lasting says whether a change of this kind is to be stored at once.
func (k ChangeKind) Lasting() bool {
	switch k {
	case Registered, Edited, Switched, Removed, HealthChanged, ToolsDiscovered:
		return true
	case Unchanged, Checked, RecheckStarted, RecheckEnded:
	}
	return false
}

// Change is one planned step of a [Catalog].
type Change struct {
	Kind          ChangeKind
	Before, After *Service
	// Version is the sequence number that the change brings; 0 when it
	// brings none.
	Version uint64
	// Check is what the history is to have of the check that brought the
	// change; its Number is 0 when no check did. The change of a status goes
	// into the history with After.
	Check CheckRecord
}

// Behind is the change as the catalog would have planned it after n others, of
// other services, that bring a version each. The change must not have been shown
// to anybody yet.
func (ch Change) Behind(n int) Change {
	ch.Version += uint64(n) //nolint:gosec // A count.
	if ch.After != nil {
		ch.After.Version = ch.Version
	}
	return ch
}

// Path is the path of the service that changes.
func (ch Change) Path() Path {
	if ch.After != nil {
		return ch.After.Path
	}
	return ch.Before.Path
}
