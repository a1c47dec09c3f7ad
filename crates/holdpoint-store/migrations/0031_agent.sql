-- The agents' door: who is enrolled, which papers were taken in, which orders stand, and what agents have told.
-- Keys are not here: they are files beside the database.

CREATE TABLE agent_code (
  number BIGINT PRIMARY KEY,
  asset_id BYTEA NOT NULL,
  site_id BYTEA NOT NULL,
  class TEXT NOT NULL,
  sha256 BYTEA NOT NULL UNIQUE,
  made_by TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX agent_code_by_asset ON agent_code (asset_id);

CREATE TABLE agent (
  number BIGINT PRIMARY KEY,
  asset_id BYTEA NOT NULL,
  site_id BYTEA NOT NULL,
  class TEXT NOT NULL,
  certificate BYTEA NOT NULL UNIQUE,
  next_certificate BYTEA UNIQUE,
  expires_at BIGINT NOT NULL,
  root_version BIGINT NOT NULL,
  agent_version TEXT NOT NULL,
  host_name TEXT NOT NULL,
  enrolled_at BIGINT NOT NULL,
  enrolled_by TEXT NOT NULL,
  ended_at BIGINT NOT NULL,
  ended_why TEXT NOT NULL,
  journal TEXT,
  journal_changed BIGINT NOT NULL,
  heard_at BIGINT,
  inventory_at BIGINT,
  inventory_taken_at BIGINT,
  inventory_sha256 BYTEA
);
CREATE INDEX agent_by_asset ON agent (asset_id, ended_at);

CREATE TABLE agent_root (
  site_id BYTEA NOT NULL,
  version BIGINT NOT NULL,
  envelope TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  put_by TEXT NOT NULL,
  put_at BIGINT NOT NULL,
  PRIMARY KEY (site_id, version)
);

CREATE TABLE agent_image (
  site_id BYTEA NOT NULL,
  class TEXT NOT NULL,
  version BIGINT NOT NULL,
  envelope TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  put_by TEXT NOT NULL,
  put_at BIGINT NOT NULL,
  PRIMARY KEY (site_id, class, version)
);

CREATE TABLE agent_order (
  asset_id BYTEA NOT NULL,
  counter BIGINT NOT NULL,
  name TEXT NOT NULL UNIQUE,
  plan_id BYTEA,
  place BIGINT,
  deed TEXT,
  attempt BIGINT,
  command TEXT NOT NULL,
  envelope TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  closed_at BIGINT,
  outcome TEXT,
  words TEXT,
  device_at BIGINT,
  settled_at BIGINT,
  PRIMARY KEY (asset_id, counter)
);
CREATE INDEX agent_order_open ON agent_order (asset_id, closed_at);
CREATE INDEX agent_order_unsettled ON agent_order (settled_at, closed_at);
CREATE INDEX agent_order_by_step ON agent_order (plan_id, place);

CREATE TABLE agent_event (
  asset_id BYTEA NOT NULL,
  journal TEXT NOT NULL,
  seq BIGINT NOT NULL,
  name TEXT,
  attempt BIGINT NOT NULL,
  part TEXT NOT NULL,
  outcome TEXT NOT NULL,
  at BIGINT NOT NULL,
  rule TEXT NOT NULL,
  words TEXT NOT NULL,
  heard_at BIGINT NOT NULL,
  PRIMARY KEY (asset_id, journal, seq)
);
CREATE INDEX agent_event_by_order ON agent_event (name, seq);
