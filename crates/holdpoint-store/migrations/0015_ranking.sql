-- Ranked findings: a vulnerability of an asset that stands open, with its outcome, lane, order and earliest day. What an
-- outcome rests on is kept beside, so that everything can be ranked anew without reading what sources say.

-- A version of the rules of ranking, of one site or (without) of all that have none. rules is JSON.
CREATE TABLE ranking_policy (
  version BIGINT PRIMARY KEY,
  site_id BYTEA REFERENCES site (id),
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  reason TEXT NOT NULL,
  tables TEXT NOT NULL,
  rules TEXT NOT NULL
);

-- lane, outcome, lowest and highest are places in their vocabularies. queue puts lane, outcome and order into one number,
-- for the index. due_at is the first moment that is late. open_lines: documents by which the work is not done.
CREATE TABLE finding (
  number BIGINT PRIMARY KEY,
  vulnerability_no BIGINT NOT NULL REFERENCES vulnerability (number),
  asset_no BIGINT NOT NULL REFERENCES asset (number),
  opened_at BIGINT NOT NULL,
  closed_at BIGINT NOT NULL,
  verdict TEXT NOT NULL,
  evaluated_at BIGINT,
  planned_at BIGINT,
  lane BIGINT NOT NULL,
  outcome BIGINT NOT NULL,
  lowest BIGINT NOT NULL,
  highest BIGINT NOT NULL,
  queue BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  due_clock TEXT NOT NULL,
  policy_version BIGINT NOT NULL,
  ranked_at BIGINT NOT NULL,
  UNIQUE (asset_no, vulnerability_no)
);
CREATE INDEX finding_by_vulnerability ON finding (vulnerability_no, asset_no);
CREATE INDEX finding_by_queue ON finding (queue, number) WHERE closed_at = 9223372036854775807;
CREATE INDEX finding_by_due ON finding (due_at, number) WHERE closed_at = 9223372036854775807;

-- What changed an outcome, and when. Nothing is written while it stays the same.
CREATE TABLE finding_event (
  number BIGINT PRIMARY KEY,
  finding_no BIGINT NOT NULL REFERENCES finding (number),
  at BIGINT NOT NULL,
  from_outcome BIGINT NOT NULL,
  to_outcome BIGINT NOT NULL,
  from_lane BIGINT NOT NULL,
  to_lane BIGINT NOT NULL,
  cause TEXT NOT NULL
);
CREATE INDEX finding_event_by_finding ON finding_event (finding_no, number);

-- What is known of a vulnerability, as ranking asks it. A value's low and high are places in its vocabulary.
CREATE TABLE ranking_vulnerability (
  vulnerability_no BIGINT PRIMARY KEY REFERENCES vulnerability (number),
  exploitation_low BIGINT NOT NULL,
  exploitation_high BIGINT NOT NULL,
  exploitation_source TEXT NOT NULL,
  exploitation_on TEXT NOT NULL,
  automatable_low BIGINT NOT NULL,
  automatable_high BIGINT NOT NULL,
  automatable_source TEXT NOT NULL,
  automatable_on TEXT NOT NULL,
  technical_low BIGINT NOT NULL,
  technical_high BIGINT NOT NULL,
  technical_source TEXT NOT NULL,
  technical_on TEXT NOT NULL,
  kev TEXT NOT NULL,
  kev_added TEXT NOT NULL,
  kev_due TEXT NOT NULL,
  harm TEXT NOT NULL,
  base_tenths BIGINT,
  epss_percentile_ppm BIGINT
);

-- Whose ranking has to be looked at anew: written with what changed it, taken away by whoever looked.
CREATE TABLE ranking_stale (
  kind TEXT NOT NULL,
  number BIGINT NOT NULL,
  PRIMARY KEY (kind, number)
);

-- A person's word on a decision point, for a vulnerability, for an asset, or for the two together.
CREATE TABLE ranking_override (
  id BYTEA PRIMARY KEY,
  vulnerability_no BIGINT REFERENCES vulnerability (number),
  asset_no BIGINT REFERENCES asset (number),
  point TEXT NOT NULL,
  value TEXT NOT NULL,
  reason TEXT NOT NULL,
  author TEXT NOT NULL,
  author_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT,
  ended_by TEXT NOT NULL,
  end_reason TEXT NOT NULL
);
CREATE INDEX ranking_override_open ON ranking_override (expires_at) WHERE ended_at IS NULL;

-- What is lost with a zone or a function, by dimension; '' is not said. A function is served by assets.
CREATE TABLE zone_criticality (
  zone_id BYTEA PRIMARY KEY REFERENCES zone (id),
  safety TEXT NOT NULL,
  production TEXT NOT NULL,
  environment TEXT NOT NULL,
  quality TEXT NOT NULL,
  data TEXT NOT NULL
);
CREATE TABLE plant_function (
  id BYTEA PRIMARY KEY,
  site_id BYTEA NOT NULL REFERENCES site (id),
  name TEXT NOT NULL,
  safety TEXT NOT NULL,
  production TEXT NOT NULL,
  environment TEXT NOT NULL,
  quality TEXT NOT NULL,
  data TEXT NOT NULL,
  UNIQUE (site_id, name)
);
CREATE TABLE asset_function (
  asset_no BIGINT NOT NULL REFERENCES asset (number),
  function_id BYTEA NOT NULL REFERENCES plant_function (id),
  PRIMARY KEY (asset_no, function_id)
);
CREATE INDEX asset_function_by_function ON asset_function (function_id, asset_no);
