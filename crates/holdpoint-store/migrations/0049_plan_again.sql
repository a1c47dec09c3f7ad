-- Since when what was planned for a finding (a mitigation with an end) does not hold any more: the clock that it met runs again.
ALTER TABLE finding ADD COLUMN plan_again_at BIGINT;
