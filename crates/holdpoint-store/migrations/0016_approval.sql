-- Approving: baselines and how each patch stands in them, decisions with their signatures, tests, exemptions, delegations.
-- An entry of a baseline is never changed: each step is a row of its own with its period.

CREATE TABLE baseline (
  number BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE,
  description TEXT NOT NULL,
  parent_no BIGINT REFERENCES baseline (number),
  kind TEXT NOT NULL,
  vendor TEXT NOT NULL,
  product TEXT NOT NULL,
  release_product TEXT NOT NULL,
  release_version TEXT NOT NULL,
  site_id BYTEA,
  zone_id BYTEA,
  author TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE baseline_entry (
  baseline_no BIGINT NOT NULL REFERENCES baseline (number),
  patch TEXT NOT NULL,
  place BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  state TEXT NOT NULL,
  why TEXT NOT NULL,
  decision_id BYTEA,
  hold TEXT,
  held_since BIGINT,
  by_name TEXT NOT NULL,
  by_account TEXT NOT NULL,
  PRIMARY KEY (baseline_no, patch, place)
);
CREATE UNIQUE INDEX baseline_entry_open ON baseline_entry (baseline_no, patch) WHERE valid_to = 9223372036854775807;
CREATE INDEX baseline_entry_by_patch ON baseline_entry (patch, valid_to);
CREATE INDEX baseline_entry_by_time ON baseline_entry (valid_to, valid_from);

-- site_id: the site whose approvers are asked; none: those of all sites.
CREATE TABLE decision (
  number BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  procedure TEXT NOT NULL,
  risk TEXT NOT NULL,
  footing TEXT NOT NULL,
  needed BIGINT NOT NULL,
  signed BIGINT NOT NULL,
  baseline_no BIGINT REFERENCES baseline (number),
  patch TEXT NOT NULL,
  exemption_id BYTEA,
  site_id BYTEA,
  reason TEXT NOT NULL,
  author_name TEXT NOT NULL,
  author_account TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  expires_at BIGINT,
  review_due_at BIGINT,
  reviewed_at BIGINT,
  facts TEXT NOT NULL
);
CREATE INDEX decision_by_state ON decision (state, asked_at);
CREATE INDEX decision_by_patch ON decision (patch, state);
CREATE INDEX decision_by_review ON decision (review_due_at) WHERE reviewed_at IS NULL;

CREATE TABLE decision_signature (
  decision_no BIGINT NOT NULL REFERENCES decision (number),
  place BIGINT NOT NULL,
  at BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  by_account TEXT NOT NULL,
  for_name TEXT NOT NULL,
  for_account TEXT NOT NULL,
  note TEXT NOT NULL,
  card BYTEA NOT NULL,
  PRIMARY KEY (decision_no, place)
);
-- One person, one signature: the database refuses a second one, whoever was faster.
CREATE UNIQUE INDEX decision_signature_once ON decision_signature (decision_no, by_account);

CREATE TABLE test_environment (
  number BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE,
  represents TEXT NOT NULL,
  differences TEXT NOT NULL,
  author TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE test_plan (
  number BIGINT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  steps TEXT NOT NULL,
  author TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE test_run (
  number BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  patch TEXT NOT NULL,
  baseline_no BIGINT NOT NULL REFERENCES baseline (number),
  kind TEXT NOT NULL,
  environment_id BYTEA,
  assets TEXT NOT NULL,
  plan TEXT NOT NULL,
  state TEXT NOT NULL,
  tester_name TEXT NOT NULL,
  tester_account TEXT NOT NULL,
  began_at BIGINT NOT NULL,
  ended_at BIGINT,
  steps TEXT NOT NULL
);
CREATE INDEX test_run_by_patch ON test_run (patch, baseline_no);
CREATE INDEX test_run_by_time ON test_run (began_at);

-- The bytes lie among the blobs.
CREATE TABLE test_attachment (
  run_no BIGINT NOT NULL REFERENCES test_run (number),
  place BIGINT NOT NULL,
  name TEXT NOT NULL,
  sha256 BYTEA NOT NULL,
  size_bytes BIGINT NOT NULL,
  added_by TEXT NOT NULL,
  added_at BIGINT NOT NULL,
  PRIMARY KEY (run_no, place)
);

CREATE TABLE exemption (
  number BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  reason_code TEXT NOT NULL,
  reason TEXT NOT NULL,
  what_kind TEXT NOT NULL,
  what TEXT NOT NULL,
  on_kind TEXT NOT NULL,
  on_id BYTEA NOT NULL,
  site_id BYTEA,
  residual TEXT NOT NULL,
  controls BIGINT NOT NULL,
  author_name TEXT NOT NULL,
  author_account TEXT NOT NULL,
  proposed_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  facts TEXT NOT NULL
);
CREATE INDEX exemption_by_state ON exemption (state, expires_at);
CREATE INDEX exemption_by_what ON exemption (what, state);

CREATE TABLE exemption_step (
  exemption_no BIGINT NOT NULL REFERENCES exemption (number),
  place BIGINT NOT NULL,
  at BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  state TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (exemption_no, place)
);

CREATE TABLE delegation (
  number BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  from_name TEXT NOT NULL,
  from_account TEXT NOT NULL,
  to_name TEXT NOT NULL,
  to_account TEXT NOT NULL,
  from_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  revoked_at BIGINT,
  reason TEXT NOT NULL
);
CREATE INDEX delegation_by_person ON delegation (to_account, until_at);
