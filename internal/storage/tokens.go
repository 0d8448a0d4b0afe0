package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/auth"
	"github.com/mcpgateway/mcpgateway/internal/registry"
)

// LoadTokens reads every token, sorted by ID.
func (s *Store) LoadTokens(ctx context.Context) ([]auth.StoredToken, error) {
	rows, err := s.readers.QueryContext(ctx, `
		SELECT id, hash, name, scope, services, created_at, expires_at, last_used_at FROM tokens ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("read the tokens: %w", err)
	}
	defer rows.Close()
	var tokens []auth.StoredToken
	for rows.Next() {
		t, err := scanToken(rows)
		if err != nil {
			return nil, fmt.Errorf("read a token: %w", err)
		}
		tokens = append(tokens, t)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the tokens: %w", err)
	}
	return tokens, nil
}

func scanToken(rows *sql.Rows) (t auth.StoredToken, err error) {
	var (
		hash, services             sql.RawBytes
		created, expires, lastUsed sql.NullInt64
	)
	if err = rows.Scan(&t.ID, &hash, &t.Name, &t.Scope, &services, &created, &expires, &lastUsed); err != nil {
		return t, err
	}
	copy(t.Hash[:], hash)
	paths, err := unlist(services)
	for _, path := range paths {
		t.Services = append(t.Services, registry.Path(path))
	}
	t.CreatedAt, t.ExpiresAt, t.LastUsedAt = moment(created), moment(expires), moment(lastUsed)
	return t, err
}

// TokenCreated stores a new token. Another one of the same ID or hash is an
// error.
func (s *Store) TokenCreated(ctx context.Context, t auth.StoredToken) error {
	paths := make([]string, len(t.Services))
	for i, path := range t.Services {
		paths[i] = string(path)
	}
	services, err := list(paths)
	if err != nil {
		return fmt.Errorf("store a token: %w", err)
	}
	err = s.writeOne(ctx, `
		INSERT INTO tokens (id, hash, name, scope, services, created_at, expires_at, last_used_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		t.ID, t.Hash[:], t.Name, string(t.Scope), services, micros(t.CreatedAt), micros(t.ExpiresAt), micros(t.LastUsedAt))
	if err != nil {
		return fmt.Errorf("store a token: %w", err)
	}
	return nil
}

// TokenRevoked forgets a token; it is no error when there is none.
func (s *Store) TokenRevoked(ctx context.Context, id string) error {
	if err := s.writeOne(ctx, `DELETE FROM tokens WHERE id = ?`, id); err != nil {
		return fmt.Errorf("forget a token: %w", err)
	}
	return nil
}

// TokensUsed stores when tokens, by ID, were last used, all in one
// transaction. It skips those that are gone.
func (s *Store) TokensUsed(ctx context.Context, used map[string]time.Time) error {
	err := s.write(ctx, func(tx *transaction) error {
		for id, at := range used {
			if _, err := tx.exec(ctx, `UPDATE tokens SET last_used_at = ? WHERE id = ?`, micros(at), id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store the use of tokens: %w", err)
	}
	return nil
}
