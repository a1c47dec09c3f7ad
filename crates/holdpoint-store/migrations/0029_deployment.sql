-- What deployments show people: what is stopped and overdue, what was reported, observed and verified, baselines of assets with
-- the drift from them, and checks from outside.

ALTER TABLE plan_run ADD COLUMN stopped TEXT;
ALTER TABLE step_run ADD COLUMN overdue TEXT;
ALTER TABLE step_run ADD COLUMN overdue_since BIGINT;
ALTER TABLE step_run ADD COLUMN reported TEXT;
ALTER TABLE step_run ADD COLUMN reported_at BIGINT;
ALTER TABLE step_run ADD COLUMN observed TEXT;
ALTER TABLE step_run ADD COLUMN observed_what TEXT;
ALTER TABLE step_run ADD COLUMN observed_at BIGINT;
ALTER TABLE step_run ADD COLUMN verified_at BIGINT;

-- The baseline of an asset: what was read of it when a step on it was verified. Later rows take the place of earlier ones.
CREATE TABLE asset_snapshot (
  number BIGINT PRIMARY KEY,
  asset_id BYTEA NOT NULL,
  taken_at BIGINT NOT NULL,
  plan_no BIGINT NOT NULL,
  place BIGINT NOT NULL,
  promise TEXT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX asset_snapshot_of ON asset_snapshot (asset_id, number);
CREATE INDEX asset_snapshot_by_plan ON asset_snapshot (plan_no, place);

-- What was seen later and is not as the baseline says.
CREATE TABLE asset_drift (
  number BIGINT PRIMARY KEY,
  asset_id BYTEA NOT NULL,
  snapshot_no BIGINT NOT NULL REFERENCES asset_snapshot (number),
  seen_at BIGINT NOT NULL,
  seen_by TEXT NOT NULL,
  what TEXT NOT NULL,
  closed_at BIGINT,
  closed_by TEXT,
  closed_why TEXT
);
CREATE INDEX asset_drift_open ON asset_drift (closed_at, asset_id);
CREATE INDEX asset_drift_by_snapshot ON asset_drift (snapshot_no, closed_at);

-- What is asked outside before steps begin, and what it said last.
CREATE TABLE plan_check (
  plan_no BIGINT NOT NULL REFERENCES plan_run (plan_no),
  place BIGINT NOT NULL,
  name TEXT NOT NULL,
  before TEXT NOT NULL,
  body TEXT NOT NULL,
  by_name TEXT NOT NULL,
  written_at BIGINT NOT NULL,
  looked_at BIGINT,
  answer TEXT,
  what TEXT,
  PRIMARY KEY (plan_no, place)
);
