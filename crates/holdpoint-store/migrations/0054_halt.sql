-- What stands against work on paper since somebody began it, and since when. The sheet itself stays as it was issued.
ALTER TABLE work_order ADD COLUMN halt TEXT;
ALTER TABLE work_order ADD COLUMN halt_at BIGINT;
