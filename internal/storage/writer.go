package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
)

// writer is the one connection that writes. It keeps each statement that it was
// given once, since to parse one takes longer than to run it. [sql.Tx] cannot:
// it would parse anew in every transaction, and starts a goroutine for each.
type writer struct {
	db *sql.DB
	// turn has room for the one who uses what follows.
	turn chan struct{}
	conn *sql.Conn // Nil before the first use.
	kept map[string]*sql.Stmt
}

func newWriter(db *sql.DB) *writer { return &writer{db: db, turn: make(chan struct{}, 1)} }

// run runs do in one transaction. When it returns nil the changes are on the
// disk; otherwise there are none.
func (w *writer) run(ctx context.Context, do func(*transaction) error) error {
	select {
	case w.turn <- struct{}{}:
		defer func() { <-w.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	err := notStored(w.transact(ctx, do))
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) {
		w.release() // The next one connects anew.
	}
	return err
}

func (w *writer) transact(ctx context.Context, do func(*transaction) error) (err error) {
	t := &transaction{w}
	defer func() {
		if err != nil {
			// Where nothing began, or SQLite took all back by itself, there is
			// nothing left to take back.
			_, _ = t.exec(context.WithoutCancel(ctx), `ROLLBACK`)
		}
	}()
	if _, err = t.exec(ctx, `BEGIN IMMEDIATE`); err != nil {
		return err
	}
	if err = do(t); err != nil {
		return err
	}
	_, err = t.exec(ctx, `COMMIT`)
	return err
}

// release lets go of the connection.
func (w *writer) release() {
	for _, s := range w.kept {
		_ = s.Close()
	}
	if w.conn != nil {
		_ = w.conn.Close()
	}
	w.conn, w.kept = nil, nil
}

// close waits for who writes, and disconnects.
func (w *writer) close() error {
	w.turn <- struct{}{}
	defer func() { <-w.turn }()
	w.release()
	return w.db.Close()
}

// transaction is one that is under way.
//
// Its statements do not begin once their context is done, but are not broken
// off: to watch over a context would take a goroutine for each, and who waits
// for a disk cannot be interrupted anyway.
type transaction struct{ w *writer }

// prepare sees to it that the statement of the query is kept, unless ctx is
// done. The queries are this package's own, some dozens.
func (t *transaction) prepare(ctx context.Context, query string) error {
	w := t.w
	if err := ctx.Err(); err != nil || w.kept[query] != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	if w.conn == nil {
		conn, err := w.db.Conn(ctx)
		if err != nil {
			return err
		}
		w.conn, w.kept = conn, make(map[string]*sql.Stmt)
	}
	var err error
	w.kept[query], err = w.conn.PrepareContext(ctx, query) //nolint:sqlclosecheck // The writer's release closes it.
	return err
}

func (t *transaction) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := t.prepare(ctx, query); err != nil {
		return nil, err
	}
	return t.w.kept[query].ExecContext(context.WithoutCancel(ctx), args...)
}

// scan reads the one row of a query. It fails with [sql.ErrNoRows] if there is
// none.
func (t *transaction) scan(ctx context.Context, query string, args []any, into ...any) error {
	if err := t.prepare(ctx, query); err != nil {
		return err
	}
	return t.w.kept[query].QueryRowContext(context.WithoutCancel(ctx), args...).Scan(into...)
}
