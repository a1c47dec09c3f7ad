-- A person's word on a decision point lowers nothing until a second person has confirmed it. Words that were said before this
-- was asked are words of one person: they raise, and lower again when somebody confirms them.

ALTER TABLE ranking_override ADD COLUMN confirmed_at BIGINT;
ALTER TABLE ranking_override ADD COLUMN confirmed_by TEXT NOT NULL DEFAULT '';
