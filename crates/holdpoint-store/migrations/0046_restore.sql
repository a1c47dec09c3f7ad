-- Backups that somebody restored to see whether they can be gone back to: what, when, by whom, and who wrote it down.
CREATE TABLE restore_test (
  number BIGINT PRIMARY KEY,
  asset_id BYTEA NOT NULL,
  tested_at BIGINT NOT NULL,
  tested_by TEXT NOT NULL,
  what TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  recorded_at BIGINT NOT NULL
);
CREATE INDEX restore_test_of_asset ON restore_test (asset_id, tested_at);

-- What people are told and asked before a piece of work, as JSON; 'null': nothing.
ALTER TABLE work_profile ADD COLUMN asks TEXT NOT NULL DEFAULT 'null';
