package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"

	"github.com/mcpgateway/mcpgateway/internal/registry"
	"github.com/mcpgateway/mcpgateway/internal/secret"
)

// sealingSchema is the first schema version that holds anything sealed.
const sealingSchema = 3

// proofText is sealed under the key of the data and bound to itself.
const proofText = "the sealing key"

// boundTo is what the headers of a service are sealed along with, so that they
// open for no other.
func boundTo(path registry.Path) []byte { return []byte("upstream headers of " + path) }

// keyState says whether box opens the proof in the database, and whether there
// is anything that only the right key opens.
func keyState(ctx context.Context, db *sql.DB, box *secret.Box) (right, sealed bool, err error) {
	if err := db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM upstream_headers)`).Scan(&sealed); err != nil {
		return false, false, err
	}
	var proof []byte
	err = db.QueryRowContext(ctx, `SELECT proof FROM sealing_key`).Scan(&proof)
	if errors.Is(err, sql.ErrNoRows) {
		return false, sealed, nil
	}
	if err != nil {
		return false, false, err
	}
	_, err = box.Open(proof, []byte(proofText))
	return err == nil, sealed, nil
}

// checkKey refuses a key that cannot open what is sealed.
func checkKey(ctx context.Context, db *sql.DB, file string, box *secret.Box) error {
	right, sealed, err := keyState(ctx, db, box)
	if err != nil {
		return fmt.Errorf("check the secret key: %w", err)
	}
	if sealed && !right {
		return fmt.Errorf("%w: %s was left as it is; give the key that this data was made with: as MCPGATEWAY_SECRET_KEY or, with that unset, in %s",
			ErrWrongKey, file, filepath.Join(filepath.Dir(file), secret.FileName))
	}
	return nil
}

// adoptKey makes the key that of the data, as long as nothing is sealed.
func (s *Store) adoptKey(ctx context.Context, db *sql.DB) error {
	right, _, err := keyState(ctx, db, s.box)
	if err == nil && !right {
		_, err = db.ExecContext(ctx, `INSERT OR REPLACE INTO sealing_key (id, proof) VALUES (1, ?)`,
			s.box.Seal([]byte(proofText), []byte(proofText)))
	}
	if err != nil {
		return fmt.Errorf("note the secret key: %w", err)
	}
	return nil
}

// putHeaders writes the headers of a service in place of those that were
// stored. Without a box it keeps these, and has none to write.
func (s *Store) putHeaders(ctx context.Context, tx *transaction, svc *registry.Service) error {
	if s.box == nil {
		if svc.UpstreamHeaders.IsZero() {
			return nil
		}
		return errNoBox
	}
	if svc.UpstreamHeaders.IsZero() {
		_, err := tx.exec(ctx, `DELETE FROM upstream_headers WHERE path = ?`, string(svc.Path))
		return err
	}
	plain, err := json.Marshal(maps.Collect(svc.UpstreamHeaders.All()))
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `INSERT OR REPLACE INTO upstream_headers (path, sealed) VALUES (?, ?)`,
		string(svc.Path), s.box.Seal(plain, boundTo(svc.Path)))
	return err
}

// openHeaders reads what putHeaders wrote; nothing sealed is no headers, and so
// is anything without a box.
func (s *Store) openHeaders(path registry.Path, sealed []byte) (registry.Headers, error) {
	if s.box == nil || len(sealed) == 0 {
		return registry.Headers{}, nil
	}
	var given map[string]string
	plain, err := s.box.Open(sealed, boundTo(path))
	if err == nil {
		err = json.Unmarshal(plain, &given)
	}
	if err != nil {
		// Neither cause is passed on: json's may quote what it read.
		return registry.Headers{}, fmt.Errorf("%w: the headers stored for %s are not those that were; restore a backup", ErrUnreadable, path)
	}
	return registry.RestoreHeaders(given), nil
}
