package app

import (
	"context"
	"errors"

	"github.com/mcpgateway/mcpgateway/internal/secret"
	"github.com/mcpgateway/mcpgateway/internal/storage"
)

// What is derived from the secret key. Another name would lose what was sealed
// or signed under the old one.
const (
	purposeHeaders  = "upstream headers"
	purposeSession  = "session"
	purposeEndpoint = "endpoint"
	purposePage     = "page"
)

// openStore opens the data with the secret key. A key that was drawn is kept
// only once the data has accepted it: where something is sealed and its key is
// missing, none is made.
func (a *App) openStore(ctx context.Context, c Config) error {
	// A key may be a part of it, so it comes before that is read.
	if err := storage.FinishRestore(c.Data); err != nil {
		return err
	}
	key, err := secret.Load(c.Data, c.SecretKey)
	if c.SecretKey != "" && errors.Is(err, secret.ErrUnusable) {
		return usage("--secret-key: %v", err)
	}
	if err != nil {
		return err
	}
	box := secret.NewBox(key.Derive(purposeHeaders))
	if a.store, err = storage.Open(ctx, storage.Options{Dir: c.Data, Box: box, Logger: a.log}); err != nil {
		return err
	}
	a.onClose(func(context.Context) error { return a.store.Close() })
	a.key = key
	return key.Keep()
}
