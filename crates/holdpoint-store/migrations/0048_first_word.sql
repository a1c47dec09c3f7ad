-- A first word that little is lost waits for a second person as well: unsaid is JSON, the dimensions of which nobody had said
-- anything before, and which go on counting as unknown.
ALTER TABLE lowering ADD COLUMN unsaid TEXT NOT NULL DEFAULT '[]';
