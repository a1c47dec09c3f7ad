-- Since when the work on a finding is reported as done, by all documents that speak of it. It stands open until it is seen.

ALTER TABLE finding ADD COLUMN reported_at BIGINT;
