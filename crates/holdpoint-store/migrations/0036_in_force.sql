-- A baseline that takes assets over from another governs only when a second person has put it in force. Those that were made
-- before this was asked govern as they did.

ALTER TABLE baseline ADD COLUMN author_account TEXT NOT NULL DEFAULT '';
ALTER TABLE baseline ADD COLUMN in_force_at BIGINT;
ALTER TABLE baseline ADD COLUMN in_force_by TEXT NOT NULL DEFAULT '';
UPDATE baseline SET in_force_at = created_at;
