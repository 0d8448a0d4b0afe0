package actors

import "github.com/mcpgateway/mcpgateway/internal/registry"

// What the registry actor is asked. Each type says what the answer is and how
// it fails besides the ways in which [Ask] itself does.

type (
	// RegisterService adds a service, disabled. The answer is the service;
	// the failures are *registry.InvalidError, registry.ErrConflict and
	// storage's.
	RegisterService struct{ Draft registry.Draft }

	// ImportService adds a service as another registry kept it, with its
	// tools and its switch. Answer and failures are RegisterService's.
	ImportService struct {
		Draft   registry.Draft
		Tools   []registry.Tool
		Enabled bool
	}

	// EditService changes what the draft names. The answer is the service;
	// the failures are *registry.InvalidError, registry.ErrNotFound and
	// storage's.
	EditService struct {
		Path  registry.Path
		Draft registry.Draft
	}

	// SetEnabled switches a service. The answer is the service; the failures
	// are registry.ErrNotFound and storage's.
	SetEnabled struct {
		Path    registry.Path
		Enabled bool
	}

	// RemoveService ends a service. The answer is the service as it was; the
	// failures are registry.ErrNotFound and storage's.
	RemoveService struct{ Path registry.Path }

	// CheckService checks an enabled service now, with Discover its tools as
	// well, and answers with the service once the result is in. The failures
	// are registry.ErrNotFound and registry.ErrDisabled. Follow, unless nil,
	// shows the steps meanwhile, all of them by the time of the answer.
	CheckService struct {
		Path     registry.Path
		Discover bool
		Follow   *Steps
	}

	// GetService answers with a service, or fails with registry.ErrNotFound.
	GetService struct{ Path registry.Path }

	// CountServices answers with the number of services by status.
	CountServices struct{}

	// ListServices answers with all services.
	ListServices struct{}

	// Listing is every service by path, and the version of the newest change.
	Listing struct {
		Services []*registry.Service
		Sequence uint64
	}
)

func (RegisterService) replies(*registry.Service) {}
func (ImportService) replies(*registry.Service)   {}
func (EditService) replies(*registry.Service)     {}
func (SetEnabled) replies(*registry.Service)      {}
func (RemoveService) replies(*registry.Service)   {}
func (CheckService) replies(*registry.Service)    {}
func (GetService) replies(*registry.Service)      {}
func (ListServices) replies(Listing)              {}

func (CountServices) replies(map[registry.StatusKind]int) {}
