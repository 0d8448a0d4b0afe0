-- +goose Up

-- What a service adds to each request to its upstream: a JSON object of names
-- and values, sealed with AES-256-GCM under a key that is kept elsewhere.
CREATE TABLE upstream_headers (
    path   TEXT NOT NULL COLLATE BINARY PRIMARY KEY
           REFERENCES services (path) ON DELETE CASCADE,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- A known text sealed under that key tells it from another one.
CREATE TABLE sealing_key (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    proof BLOB    NOT NULL
) STRICT;

-- +goose Down
DROP TABLE sealing_key;
DROP TABLE upstream_headers;
