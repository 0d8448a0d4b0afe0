package storage

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// newProvider prepares our migrations for db.
func newProvider(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true))
}

// latest is the schema version that this program writes.
func latest(p *goose.Provider) int64 {
	sources := p.ListSources()
	return sources[len(sources)-1].Version
}

// migrate brings db to our schema version, one transaction per step, and
// reports how many steps that took.
func migrate(ctx context.Context, p *goose.Provider) (int, error) {
	steps, err := p.Up(ctx)
	if err != nil {
		return 0, fmt.Errorf("bring the database to this version: %w", err)
	}
	return len(steps), nil
}
