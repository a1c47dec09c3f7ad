-- A stopped deployment is let go on by two persons: one asks and names the steps that failed, another agrees. A row for each time
-- that somebody asks; nothing of it is changed but what became of it.

CREATE TABLE plan_lift (
  plan_no BIGINT NOT NULL REFERENCES plan_run (plan_no),
  nth BIGINT NOT NULL,
  steps TEXT NOT NULL,
  stops TEXT NOT NULL,
  reason TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  asked_by TEXT NOT NULL,
  asked_account TEXT NOT NULL,
  state TEXT NOT NULL,
  decided_at BIGINT,
  decided_by TEXT,
  note TEXT,
  PRIMARY KEY (plan_no, nth)
);
