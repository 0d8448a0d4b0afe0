-- +goose Up

-- How many checks, and how many changes of its status, a service has had.
ALTER TABLE health ADD COLUMN checks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE health ADD COLUMN changes INTEGER NOT NULL DEFAULT 1;

-- The last checks of each service. The slot is the number modulo 50, so the
-- newest takes the place of the oldest.
CREATE TABLE checks (
    path    TEXT    NOT NULL COLLATE BINARY
            REFERENCES services (path) ON DELETE CASCADE,
    slot    INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    at      INTEGER,
    status  TEXT    NOT NULL,
    reason  TEXT    NOT NULL,
    latency INTEGER NOT NULL,
    manual  INTEGER NOT NULL CHECK (manual IN (0, 1)),
    changed INTEGER NOT NULL CHECK (changed IN (0, 1)),
    PRIMARY KEY (path, slot)
) STRICT, WITHOUT ROWID;

-- The last times that each service entered a kind of status, in the same way.
CREATE TABLE status_changes (
    path   TEXT    NOT NULL COLLATE BINARY
           REFERENCES services (path) ON DELETE CASCADE,
    slot   INTEGER NOT NULL,
    number INTEGER NOT NULL,
    at     INTEGER,
    status TEXT    NOT NULL,
    reason TEXT    NOT NULL,
    detail TEXT    NOT NULL,
    PRIMARY KEY (path, slot)
) STRICT, WITHOUT ROWID;

-- Of the services that are there only the last change is known.
INSERT INTO status_changes (path, slot, number, at, status, reason, detail)
SELECT path, 1, 1, since, status, reason, detail FROM health;

-- +goose Down
DROP TABLE status_changes;
DROP TABLE checks;
ALTER TABLE health DROP COLUMN changes;
ALTER TABLE health DROP COLUMN checks;
