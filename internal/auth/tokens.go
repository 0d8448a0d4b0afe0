package auth

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// TokenStore keeps the tokens.
type TokenStore interface {
	// LoadTokens returns every token, in any order.
	LoadTokens(ctx context.Context) ([]StoredToken, error)
	// TokenCreated stores a new token.
	TokenCreated(ctx context.Context, t StoredToken) error
	// TokenRevoked forgets a token; no error if there is none of that ID.
	TokenRevoked(ctx context.Context, id string) error
	// TokensUsed stores the last use of tokens by ID, and skips those that are
	// gone.
	TokensUsed(ctx context.Context, used map[string]time.Time) error
}

// Tokens issues API tokens and recognises them. A change is in the store
// before it counts; from then on it counts for the next request. Recognising
// one takes no lock and asks no store: it reads an immutable snapshot, which
// each change replaces.
type Tokens struct {
	store TokenStore
	log   *slog.Logger
	// changing is held from a write to the store until the snapshot has it, so
	// that both see the changes in the same order.
	changing sync.Mutex
	snapshot atomic.Pointer[map[TokenHash]*issued]
}

// issued is a token and its use. Snapshots share it.
type issued struct {
	StoredToken
	principal Principal
	// used is the last use in seconds since 1970, 0 for never. written is the
	// one that the store has; the lock of changes guards it.
	used    atomic.Int64
	written int64
}

// CommandLine is who makes and revokes tokens by a command: whoever may enter
// the data directory.
const CommandLine = "command line"

// LoadTokens reads the tokens of the store. Nobody else may change them there
// as long as the result is in use. The log is told of each token that comes or
// goes, and by whom; never of a secret.
func LoadTokens(ctx context.Context, store TokenStore, log *slog.Logger) (*Tokens, error) {
	stored, err := store.LoadTokens(ctx)
	if err != nil {
		return nil, fmt.Errorf("load the tokens: %w", err)
	}
	t := &Tokens{store: store, log: log}
	all := make(map[TokenHash]*issued, len(stored))
	for _, s := range stored {
		all[s.Hash] = newIssued(s)
	}
	t.snapshot.Store(&all)
	return t, nil
}

func newIssued(s StoredToken) *issued {
	i := &issued{StoredToken: s, principal: newTokenPrincipal(s.Token)}
	if !s.LastUsedAt.IsZero() {
		i.written = s.LastUsedAt.Unix()
		i.used.Store(i.written)
	}
	return i
}

// Authenticate says who brings the secret. It fails with [ErrBadToken].
func (t *Tokens) Authenticate(secret string) (Principal, error) {
	hash, ok := hashSecret(secret)
	if !ok {
		return Principal{}, ErrBadToken
	}
	found, ok := (*t.snapshot.Load())[hash]
	now := time.Now()
	if !ok || found.Expired(now) {
		return Principal{}, ErrBadToken
	}
	// Written once a second, so that requests share the cache line otherwise.
	if second := now.Unix(); found.used.Load() < second {
		found.used.Store(second)
	}
	return found.principal, nil
}

// Create makes a token and returns it with its secret, which nobody can find
// out again. by, a principal's text or [CommandLine], is for the log. It fails
// with *[registry.InvalidError] or [ErrTooManyTokens].
func (t *Tokens) Create(ctx context.Context, by string, d TokenDraft) (made Token, secret string, err error) {
	now := time.Now()
	if made, err = d.token(now); err != nil {
		return Token{}, "", err
	}
	t.changing.Lock()
	defer t.changing.Unlock()
	if err := t.makeRoom(ctx, now); err != nil {
		return Token{}, "", fmt.Errorf("create a token: %w", err)
	}
	secret = newSecret()
	hash, _ := hashSecret(secret)
	stored := StoredToken{made, hash}
	if err := t.store.TokenCreated(ctx, stored); err != nil {
		return Token{}, "", fmt.Errorf("create a token: %w", err)
	}
	next := maps.Clone(*t.snapshot.Load())
	next[hash] = newIssued(stored)
	t.snapshot.Store(&next)
	t.log.LogAttrs(ctx, slog.LevelInfo, "a token was made", made.attrs(by)...)
	return made, secret, nil
}

// makeRoom forgets the token that expired first when there is room for no
// other: they stay listed until then, to be looked up.
func (t *Tokens) makeRoom(ctx context.Context, now time.Time) error {
	all := *t.snapshot.Load()
	if len(all) < MaxTokens {
		return nil
	}
	var first *issued
	for _, i := range all {
		if i.Expired(now) && (first == nil || i.ExpiresAt.Before(first.ExpiresAt)) {
			first = i
		}
	}
	if first == nil {
		return ErrTooManyTokens
	}
	if err := t.remove(ctx, first); err != nil {
		return err
	}
	t.log.InfoContext(ctx, "an expired token was forgotten to make room", "id", first.ID, "name", first.Name)
	return nil
}

// List is every token, expired ones too, in the order in which they were made.
func (t *Tokens) List() []Token {
	all := *t.snapshot.Load()
	list := make([]Token, 0, len(all))
	for _, i := range all {
		token := i.Token
		if used := i.used.Load(); used > 0 {
			token.LastUsedAt = time.Unix(used, 0).UTC()
		}
		token.Services = slices.Clone(token.Services)
		list = append(list, token)
	}
	slices.SortFunc(list, func(a, b Token) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// Revoke ends a token for good, for the next request on. by is as in
// [Tokens.Create]. It fails with [ErrNoToken] if there is none of that ID.
func (t *Tokens) Revoke(ctx context.Context, by, id string) error {
	t.changing.Lock()
	defer t.changing.Unlock()
	for _, i := range *t.snapshot.Load() {
		if i.ID != id {
			continue
		}
		if err := t.remove(ctx, i); err != nil {
			return fmt.Errorf("revoke the token %s: %w", id, err)
		}
		t.log.InfoContext(ctx, "a token was revoked", "id", i.ID, "name", i.Name, "by", by)
		return nil
	}
	return ErrNoToken
}

// remove forgets a token; the caller holds the lock of changes.
func (t *Tokens) remove(ctx context.Context, i *issued) error {
	if err := t.store.TokenRevoked(ctx, i.ID); err != nil {
		return err
	}
	next := maps.Clone(*t.snapshot.Load())
	delete(next, i.Hash)
	t.snapshot.Store(&next)
	return nil
}

// WriteUse stores when tokens were used since the last time. Call it now and
// then, and at the end: a crash in between loses nothing but this.
func (t *Tokens) WriteUse(ctx context.Context) error {
	t.changing.Lock()
	defer t.changing.Unlock()
	batch, seconds := make(map[string]time.Time), make(map[*issued]int64)
	for _, i := range *t.snapshot.Load() {
		if used := i.used.Load(); used != i.written {
			batch[i.ID] = time.Unix(used, 0).UTC()
			seconds[i] = used
		}
	}
	if len(batch) == 0 {
		return nil
	}
	if err := t.store.TokensUsed(ctx, batch); err != nil {
		return fmt.Errorf("store the last use of tokens: %w", err)
	}
	for i, used := range seconds {
		i.written = used
	}
	return nil
}
