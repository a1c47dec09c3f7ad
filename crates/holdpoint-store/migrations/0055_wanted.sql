-- Fields of an asset by which more is asked of work on it are not changed to less by one person: wanted is JSON, what is to be
-- said of which field once a second person has agreed. It is written then; until then the asset keeps what was said before.
ALTER TABLE lowering ADD COLUMN wanted TEXT NOT NULL DEFAULT '[]';
