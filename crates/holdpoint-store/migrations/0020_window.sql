-- When work may happen, and what every plan counts on: windows and freezes, redundancy groups, how work is done, how long
-- it took, and the rules of a site. A window is kept in the wall time of its zone; its history is the audit log's.

CREATE TABLE work_window (
  number BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  revision BIGINT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  reach_kind TEXT NOT NULL,
  reach_id BYTEA,
  site_id BYTEA,
  time_zone TEXT NOT NULL,
  first_start TEXT NOT NULL,
  length_kind TEXT NOT NULL,
  minutes BIGINT NOT NULL,
  rule TEXT NOT NULL,
  added TEXT NOT NULL,
  left_out TEXT NOT NULL,
  people BIGINT,
  steps BIGINT,
  note TEXT NOT NULL,
  calendar_uid TEXT NOT NULL,
  author TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL
);
CREATE INDEX work_window_by_site ON work_window (site_id, ended_at);

CREATE TABLE redundancy_group (
  number BIGINT PRIMARY KEY,
  site_id BYTEA NOT NULL,
  name TEXT NOT NULL,
  may_lose BIGINT NOT NULL,
  note TEXT NOT NULL,
  by_name TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  UNIQUE (site_id, name)
);

-- '' in patch or kind: any.
CREATE TABLE work_profile (
  number BIGINT PRIMARY KEY,
  patch TEXT NOT NULL,
  kind TEXT NOT NULL,
  work_minutes BIGINT NOT NULL,
  undo_minutes BIGINT NOT NULL,
  people BIGINT NOT NULL,
  way_back TEXT NOT NULL,
  by_name TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  UNIQUE (patch, kind)
);

CREATE TABLE work_observation (
  number BIGINT PRIMARY KEY,
  patch TEXT NOT NULL,
  asset_id BYTEA NOT NULL,
  kind TEXT NOT NULL,
  product TEXT NOT NULL,
  work_minutes BIGINT NOT NULL,
  undo_minutes BIGINT,
  done_at BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  recorded_at BIGINT NOT NULL
);
CREATE INDEX work_observation_by_patch ON work_observation (patch, product);

-- The newest row of a site holds; older ones stay.
CREATE TABLE planning_rules (
  number BIGINT PRIMARY KEY,
  site_id BYTEA NOT NULL,
  rules TEXT NOT NULL,
  by_name TEXT NOT NULL,
  made_at BIGINT NOT NULL
);
CREATE INDEX planning_rules_by_site ON planning_rules (site_id, number);
