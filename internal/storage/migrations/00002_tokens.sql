-- +goose Up

-- hash is the SHA-256 of the token; who reads this table can call as nobody.
CREATE TABLE tokens (
    id           TEXT    NOT NULL COLLATE BINARY PRIMARY KEY,
    hash         BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    name         TEXT    NOT NULL,
    scope        TEXT    NOT NULL,
    services     TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    last_used_at INTEGER
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE tokens;
