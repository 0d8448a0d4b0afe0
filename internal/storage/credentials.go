package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/mcpgateway/mcpgateway/internal/auth"
)

// Credential is the password hash of a user. It fails with
// [auth.ErrUnknownUser] when there is none.
func (s *Store) Credential(ctx context.Context, user string) (hash string, err error) {
	err = s.readers.QueryRowContext(ctx, `SELECT hash FROM credentials WHERE username = ?`, user).Scan(&hash)
	if errors.Is(err, sql.ErrNoRows) {
		err = auth.ErrUnknownUser
	}
	if err != nil {
		return "", fmt.Errorf("read the password of %q: %w", user, err)
	}
	return hash, nil
}

// SetCredential stores the password hash of a user. With endSessions it also
// ends every session, in the same transaction: there is one account, and no
// session may outlive its password.
func (s *Store) SetCredential(ctx context.Context, user, hash string, endSessions bool) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO credentials (username, hash) VALUES (?, ?)`, user, hash)
		if err != nil || !endSessions {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM sessions`)
		return err
	})
	if err != nil {
		return fmt.Errorf("store the password of %q: %w", user, err)
	}
	return nil
}
