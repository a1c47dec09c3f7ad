-- By whom a statement of a supplier, or the document in which it stands, came here, and who confirmed it after looking at the
-- supplier's own word: an account, and a name for people; empty: nobody wrote it down, or nobody has confirmed it.
ALTER TABLE compatibility_statement ADD COLUMN brought_account TEXT NOT NULL DEFAULT '';
ALTER TABLE compatibility_statement ADD COLUMN brought_by TEXT NOT NULL DEFAULT '';
ALTER TABLE compatibility_statement ADD COLUMN confirmed_account TEXT NOT NULL DEFAULT '';
ALTER TABLE compatibility_statement ADD COLUMN confirmed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE compatibility_statement ADD COLUMN confirmed_at BIGINT;
ALTER TABLE statement_document ADD COLUMN brought_account TEXT NOT NULL DEFAULT '';
ALTER TABLE statement_document ADD COLUMN brought_by TEXT NOT NULL DEFAULT '';
ALTER TABLE statement_document ADD COLUMN confirmed_account TEXT NOT NULL DEFAULT '';
ALTER TABLE statement_document ADD COLUMN confirmed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE statement_document ADD COLUMN confirmed_at BIGINT;
