-- The door for devices with a client of their own (DDI). A device that nobody knows is a candidate until a person says
-- which asset it is.

CREATE TABLE controller (
  number BIGINT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL,
  asset_id BYTEA,
  site_id BYTEA,
  token BYTEA,
  confirms BIGINT NOT NULL,
  address TEXT NOT NULL,
  first_at BIGINT NOT NULL,
  decided_by TEXT NOT NULL,
  decided_at BIGINT
);
CREATE INDEX controller_by_asset ON controller (asset_id);

CREATE TABLE controller_attribute (
  controller_no BIGINT NOT NULL REFERENCES controller (number),
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (controller_no, name)
);

CREATE TABLE controller_action (
  number BIGINT PRIMARY KEY,
  controller_no BIGINT NOT NULL REFERENCES controller (number),
  plan_id BYTEA,
  place BIGINT,
  deed TEXT,
  attempt BIGINT,
  patch TEXT NOT NULL,
  version TEXT NOT NULL,
  state TEXT NOT NULL,
  confirmation TEXT NOT NULL,
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  closed_at BIGINT,
  outcome TEXT,
  words TEXT,
  settled_at BIGINT,
  UNIQUE (plan_id, place, deed, attempt)
);
CREATE INDEX controller_action_open ON controller_action (controller_no, closed_at);
CREATE INDEX controller_action_unsettled ON controller_action (settled_at, closed_at);

CREATE TABLE controller_status (
  action_no BIGINT NOT NULL REFERENCES controller_action (number),
  nth BIGINT NOT NULL,
  at BIGINT NOT NULL,
  status TEXT NOT NULL,
  messages TEXT NOT NULL,
  PRIMARY KEY (action_no, nth)
);
