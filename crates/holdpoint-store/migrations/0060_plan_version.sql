-- A test plan holds at all sites or at one, and is written anew under the next version; what it was before stays, and a run says
-- which version it followed (NULL: it began before versions were counted, or followed steps of its own).
ALTER TABLE test_plan ADD COLUMN site_id BYTEA;
ALTER TABLE test_plan ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
CREATE TABLE test_plan_former (
  name TEXT NOT NULL,
  version BIGINT NOT NULL,
  site_id BYTEA,
  steps TEXT NOT NULL,
  author TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (name, version)
);
ALTER TABLE test_run ADD COLUMN plan_version BIGINT;
