-- Plans that are carried out. What happened to a step is a row of its own and never changed; where it stands follows from
-- these rows and is kept beside them so that lists can ask for it.

CREATE TABLE plan_run (
  plan_no BIGINT PRIMARY KEY REFERENCES change_plan (number),
  started_at BIGINT NOT NULL,
  started_by TEXT NOT NULL,
  paused TEXT,
  turned_at BIGINT,
  open_steps BIGINT NOT NULL
);
CREATE INDEX plan_run_open ON plan_run (open_steps);

CREATE TABLE step_run (
  plan_no BIGINT NOT NULL REFERENCES plan_run (plan_no),
  place BIGINT NOT NULL,
  asset_id BYTEA NOT NULL,
  patch TEXT NOT NULL,
  state TEXT NOT NULL,
  deadline BIGINT,
  failed BIGINT NOT NULL,
  wait_for TEXT,
  wait_why TEXT,
  wait_until BIGINT,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (plan_no, place)
);
CREATE INDEX step_run_by_state ON step_run (state, plan_no);
CREATE INDEX step_run_by_asset ON step_run (asset_id);
CREATE INDEX step_run_by_patch ON step_run (patch, failed);

CREATE TABLE step_event (
  plan_no BIGINT NOT NULL,
  place BIGINT NOT NULL,
  nth BIGINT NOT NULL,
  at BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  body TEXT NOT NULL,
  evidence TEXT,
  PRIMARY KEY (plan_no, place, nth),
  FOREIGN KEY (plan_no, place) REFERENCES step_run (plan_no, place)
);

-- What people, the process and the hosts have said about a step: the last word of each kind.
CREATE TABLE step_word (
  plan_no BIGINT NOT NULL,
  place BIGINT NOT NULL,
  kind TEXT NOT NULL,
  at BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (plan_no, place, kind),
  FOREIGN KEY (plan_no, place) REFERENCES step_run (plan_no, place)
);

-- How a host without an agent is reached. The key to sign in with is not here: it is a file beside the database.
CREATE TABLE asset_line (
  asset_id BYTEA PRIMARY KEY,
  address TEXT NOT NULL,
  port BIGINT NOT NULL,
  account TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  rights TEXT NOT NULL,
  note TEXT NOT NULL,
  changed_at BIGINT NOT NULL
);
