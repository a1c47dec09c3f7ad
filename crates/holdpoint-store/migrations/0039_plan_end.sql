-- Plans end, and the failures that count against a patch are those that speak against it. A pause that a told result brought keeps
-- the moment of that result as a value. Steps from before this count where their state says that something was changed and went
-- wrong: nobody knows more of them.

ALTER TABLE plan_run ADD COLUMN told_against_at BIGINT;
ALTER TABLE step_run ADD COLUMN faulted BIGINT NOT NULL DEFAULT 0;
UPDATE step_run SET faulted = 1 WHERE failed = 1
  AND state IN ('broken', 'undoing', 'to_verify_undo', 'verifying_undo', 'by_hand', 'rolled_back');
CREATE INDEX step_run_faulted ON step_run (faulted, patch);
