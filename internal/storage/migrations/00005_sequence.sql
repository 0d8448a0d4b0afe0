-- From here on the sequence is raised when a service is removed, and no other
-- time: of a service that is there, its own row has the newest version. Programs
-- that look at the sequence alone must not open such data.

-- +goose Up
SELECT 1;

-- +goose Down
UPDATE sequence SET value = max(value, (SELECT ifnull(max(version), 0) FROM services));
