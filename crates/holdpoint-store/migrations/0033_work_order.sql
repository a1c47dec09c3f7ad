-- What travels on paper and by calendar: work orders of steps that people carry out, and addresses of calendars.

CREATE TABLE work_order (
  number BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  plan_id BYTEA NOT NULL,
  step BIGINT NOT NULL,
  site_id BYTEA NOT NULL,
  asset_id BYTEA NOT NULL,
  tag TEXT NOT NULL,
  patch TEXT NOT NULL,
  technician TEXT NOT NULL,
  state TEXT NOT NULL,
  revision BIGINT NOT NULL,
  start_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  issued_at BIGINT NOT NULL,
  issued_by TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  UNIQUE (plan_id, step)
);
CREATE INDEX work_order_by_state ON work_order (state, due_at);
CREATE INDEX work_order_by_asset ON work_order (asset_id);

-- A sheet is never changed; another content is another revision.
CREATE TABLE work_order_sheet (
  order_no BIGINT NOT NULL REFERENCES work_order (number),
  revision BIGINT NOT NULL,
  body TEXT NOT NULL,
  sha256 BYTEA NOT NULL,
  made_at BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  PRIMARY KEY (order_no, revision)
);

CREATE TABLE work_order_result (
  order_no BIGINT NOT NULL REFERENCES work_order (number),
  nth BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  way TEXT NOT NULL,
  body TEXT NOT NULL,
  sha256 BYTEA NOT NULL,
  done_by TEXT NOT NULL,
  done_at BIGINT NOT NULL,
  entered_by TEXT NOT NULL,
  entered_at BIGINT NOT NULL,
  PRIMARY KEY (order_no, nth),
  UNIQUE (order_no, sha256)
);

CREATE TABLE work_order_file (
  order_no BIGINT NOT NULL REFERENCES work_order (number),
  place BIGINT NOT NULL,
  name TEXT NOT NULL,
  sha256 BYTEA NOT NULL,
  size_bytes BIGINT NOT NULL,
  added_by TEXT NOT NULL,
  added_at BIGINT NOT NULL,
  PRIMARY KEY (order_no, place)
);

-- An address of a calendar that programs of people read. Its secret is kept as a hash.
CREATE TABLE calendar_address (
  number BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  name TEXT NOT NULL,
  site_id BYTEA,
  titles TEXT NOT NULL,
  sha256 BYTEA NOT NULL UNIQUE,
  owner_id BYTEA NOT NULL,
  owner_name TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL
);
CREATE INDEX calendar_address_by_owner ON calendar_address (owner_id);
