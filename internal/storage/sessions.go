package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// MaxSessions is how many sessions [Store.PurgeExpiredSessions] leaves; the
// ones that would expire first go first.
const MaxSessions = 10_000

// Sessions is the table of sessions as github.com/alexedwards/scs/v2 wants it:
// an scs.CtxStore and scs.IterableCtxStore. It keeps whatever token it is
// given, so the session manager must hash tokens (HashTokenInStore).
type Sessions struct {
	store *Store
}

// Sessions is the part of the store that keeps sessions.
func (s *Store) Sessions() *Sessions { return &Sessions{store: s} }

// FindCtx returns the data of a session that has not expired.
func (s *Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	err = s.store.readers.QueryRowContext(ctx, `SELECT data FROM sessions WHERE token = ? AND expires_at > ?`,
		token, time.Now().UnixMicro()).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("find a session: %w", err)
	}
	return data, true, nil
}

// CommitCtx stores a session, over an earlier state of it.
func (s *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	err := s.store.writeOne(ctx, `INSERT OR REPLACE INTO sessions (token, data, expires_at) VALUES (?, ?, ?)`,
		token, data, expiry.UnixMicro())
	if err != nil {
		return fmt.Errorf("store a session: %w", err)
	}
	return nil
}

// DeleteCtx ends a session; it is no error when there is none.
func (s *Sessions) DeleteCtx(ctx context.Context, token string) error {
	if err := s.store.writeOne(ctx, `DELETE FROM sessions WHERE token = ?`, token); err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	return nil
}

// AllCtx returns the data of every session that has not expired, by token.
func (s *Sessions) AllCtx(ctx context.Context) (map[string][]byte, error) {
	rows, err := s.store.readers.QueryContext(ctx, `SELECT token, data FROM sessions WHERE expires_at > ?`,
		time.Now().UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("list the sessions: %w", err)
	}
	defer rows.Close()
	all := make(map[string][]byte)
	for rows.Next() {
		var token string
		var data []byte
		if err := rows.Scan(&token, &data); err != nil {
			return nil, fmt.Errorf("list the sessions: %w", err)
		}
		all[token] = data
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list the sessions: %w", err)
	}
	return all, nil
}

// Find is FindCtx for callers without a context; scs asks for it and uses the
// other.
func (s *Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (s *Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx without a context.
func (s *Sessions) Delete(token string) error {
	return s.DeleteCtx(context.Background(), token)
}

// PurgeExpiredSessions forgets the sessions that have expired by now, and all
// but the newest [MaxSessions]. Call it now and then; expired sessions are not
// found in between either.
func (s *Store) PurgeExpiredSessions(ctx context.Context, now time.Time) error {
	err := s.write(ctx, func(tx *transaction) error {
		if _, err := tx.exec(ctx, `DELETE FROM sessions WHERE expires_at <= ?`, now.UnixMicro()); err != nil {
			return err
		}
		_, err := tx.exec(ctx, `DELETE FROM sessions WHERE token IN
			(SELECT token FROM sessions ORDER BY expires_at DESC LIMIT -1 OFFSET ?)`, MaxSessions)
		return err
	})
	if err != nil {
		return fmt.Errorf("purge the sessions: %w", err)
	}
	return nil
}
