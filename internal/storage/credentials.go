package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/mcpgateway/mcpgateway/internal/auth"
)

// Credential is what is kept of a user's password. It fails with
// [auth.ErrUnknownUser] when there is none.
func (s *Store) Credential(ctx context.Context, user string) (c auth.Credential, err error) {
	err = s.readers.QueryRowContext(ctx, `SELECT hash, weak FROM credentials WHERE username = ?`, user).Scan(&c.Hash, &c.Weak)
	if errors.Is(err, sql.ErrNoRows) {
		err = auth.ErrUnknownUser
	}
	if err != nil {
		return auth.Credential{}, fmt.Errorf("read the password of %q: %w", user, err)
	}
	return c, nil
}

// SetCredential stores what is kept of a user's password. With endSessions it also
// ends every session, in the same transaction: there is one account, and no
// session may outlive its password.
func (s *Store) SetCredential(ctx context.Context, user string, c auth.Credential, endSessions bool) error {
	err := s.write(ctx, func(tx *transaction) error {
		_, err := tx.exec(ctx, `INSERT OR REPLACE INTO credentials (username, hash, weak) VALUES (?, ?, ?)`, user, c.Hash, c.Weak)
		if err != nil || !endSessions {
			return err
		}
		_, err = tx.exec(ctx, `DELETE FROM sessions`)
		return err
	})
	if err != nil {
		return fmt.Errorf("store the password of %q: %w", user, err)
	}
	return nil
}
