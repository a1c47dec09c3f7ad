-- Change plans. A plan, its steps and what waits are written once; only where it stands in its life changes, and each step
-- of that life is a row of its own.

CREATE TABLE change_plan (
  number BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  site_id BYTEA NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL,
  author_name TEXT NOT NULL,
  author_account TEXT NOT NULL,
  reason TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  first_start BIGINT,
  last_free BIGINT,
  n_steps BIGINT NOT NULL,
  n_assets BIGINT NOT NULL,
  n_waits BIGINT NOT NULL,
  exposure_planned DOUBLE PRECISION NOT NULL,
  exposure_bound DOUBLE PRECISION NOT NULL,
  replaces BYTEA,
  body TEXT NOT NULL,
  export TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  life TEXT NOT NULL
);
CREATE INDEX change_plan_by_site ON change_plan (site_id, state);
CREATE INDEX change_plan_by_time ON change_plan (made_at);

CREATE TABLE change_plan_step (
  plan_no BIGINT NOT NULL REFERENCES change_plan (number),
  place BIGINT NOT NULL,
  asset_id BYTEA NOT NULL,
  tag TEXT NOT NULL,
  patch TEXT NOT NULL,
  window_id BYTEA NOT NULL,
  start_at BIGINT NOT NULL,
  end_at BIGINT NOT NULL,
  free_at BIGINT NOT NULL,
  last_safe_start BIGINT NOT NULL,
  work_minutes BIGINT NOT NULL,
  undo_minutes BIGINT NOT NULL,
  estimate TEXT NOT NULL,
  people BIGINT NOT NULL,
  way_back TEXT NOT NULL,
  goes_after TEXT NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (plan_no, place)
);
CREATE INDEX change_plan_step_by_window ON change_plan_step (window_id, start_at);
CREATE INDEX change_plan_step_by_asset ON change_plan_step (asset_id, start_at);
CREATE INDEX change_plan_step_by_time ON change_plan_step (start_at, free_at);

CREATE TABLE change_plan_wait (
  plan_no BIGINT NOT NULL REFERENCES change_plan (number),
  place BIGINT NOT NULL,
  asset_id BYTEA NOT NULL,
  tag TEXT NOT NULL,
  patch TEXT NOT NULL,
  cause TEXT NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (plan_no, place)
);

CREATE TABLE change_plan_event (
  plan_no BIGINT NOT NULL REFERENCES change_plan (number),
  place BIGINT NOT NULL,
  at BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  by_account TEXT NOT NULL,
  state TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (plan_no, place)
);
-- A plan is let go once: the database refuses a second release, whoever was faster.
CREATE UNIQUE INDEX change_plan_event_released ON change_plan_event (plan_no) WHERE state = 'released';
