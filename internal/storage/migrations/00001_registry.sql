-- Times are microseconds since 1970-01-01 UTC, NULL for "never".
-- Lists are JSON arrays of strings. Booleans are 0 and 1.

-- +goose Up

-- The highest version that any change of any service ever had.
CREATE TABLE sequence (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    value INTEGER NOT NULL
) STRICT;
INSERT INTO sequence (id, value) VALUES (1, 0);

-- The record of a service: what people said about it. Paths compare byte for
-- byte, so /a_b, /a/b and /A/b are three services.
CREATE TABLE services (
    path           TEXT    NOT NULL COLLATE BINARY PRIMARY KEY,
    name           TEXT    NOT NULL,
    description    TEXT    NOT NULL,
    upstream       TEXT    NOT NULL,
    tags           TEXT    NOT NULL,
    declared_tools INTEGER NOT NULL,
    stars          INTEGER NOT NULL,
    is_python      INTEGER NOT NULL CHECK (is_python IN (0, 1)),
    license        TEXT    NOT NULL,
    watch_tools    INTEGER NOT NULL CHECK (watch_tools IN (0, 1)),
    enabled        INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    discovered     INTEGER NOT NULL CHECK (discovered IN (0, 1)),
    version        INTEGER NOT NULL,
    registered_at  INTEGER,
    updated_at     INTEGER
) STRICT;

-- What the checks found out. Apart from the record because it is written
-- thousands of times as often and is small.
CREATE TABLE health (
    path           TEXT    NOT NULL COLLATE BINARY PRIMARY KEY
                   REFERENCES services (path) ON DELETE CASCADE,
    status         TEXT    NOT NULL,
    reason         TEXT    NOT NULL,
    detail         TEXT    NOT NULL,
    last_checked   INTEGER,
    since          INTEGER,
    latency        INTEGER NOT NULL,
    failures       INTEGER NOT NULL,
    transport      TEXT    NOT NULL,
    endpoint       TEXT    NOT NULL,
    stateless      INTEGER NOT NULL CHECK (stateless IN (0, 1)),
    versions       TEXT    NOT NULL,
    server_name    TEXT    NOT NULL,
    server_version TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- Clustered by service, so that loading all of them is one scan in order.
CREATE TABLE tools (
    path          TEXT    NOT NULL COLLATE BINARY
                  REFERENCES services (path) ON DELETE CASCADE,
    position      INTEGER NOT NULL,
    name          TEXT    NOT NULL,
    title         TEXT    NOT NULL,
    description   TEXT    NOT NULL,
    input_schema  TEXT,
    output_schema TEXT,
    annotations   TEXT,
    PRIMARY KEY (path, position)
) STRICT, WITHOUT ROWID;

-- token is the SHA-256 of the session token; who reads this table can log in
-- as nobody.
CREATE TABLE sessions (
    token      TEXT    NOT NULL PRIMARY KEY,
    data       BLOB    NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- weak is what the hash no longer tells: whether only a listener on loopback
-- may have the password.
CREATE TABLE credentials (
    username TEXT    NOT NULL COLLATE BINARY PRIMARY KEY,
    hash     TEXT    NOT NULL,
    weak     INTEGER NOT NULL CHECK (weak IN (0, 1))
) STRICT, WITHOUT ROWID;

-- How far the import of the first start came; no row before it began.
CREATE TABLE first_import (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    finished INTEGER NOT NULL CHECK (finished IN (0, 1))
) STRICT;

-- +goose Down
DROP TABLE first_import;
DROP TABLE credentials;
DROP TABLE sessions;
DROP TABLE tools;
DROP TABLE health;
DROP TABLE services;
DROP TABLE sequence;
