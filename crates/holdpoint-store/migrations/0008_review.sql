-- Mapping rules: what people decided that names and version texts mean. A rule never changes and never goes; what
-- becomes of it are its steps, each with its period.

CREATE TABLE mapping_rule (
  number BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  ours TEXT NOT NULL,
  theirs TEXT NOT NULL,
  vendor TEXT NOT NULL,
  verdict TEXT NOT NULL,
  author TEXT NOT NULL,
  decided_at BIGINT NOT NULL,
  reason TEXT NOT NULL,
  expires_at BIGINT,
  example TEXT NOT NULL,
  origin TEXT NOT NULL
);

CREATE TABLE mapping_rule_step (
  rule_no BIGINT NOT NULL REFERENCES mapping_rule (number),
  place BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  state TEXT NOT NULL,
  by_name TEXT NOT NULL,
  by_account TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (rule_no, place)
);
CREATE UNIQUE INDEX mapping_rule_step_open ON mapping_rule_step (rule_no) WHERE valid_to = 9223372036854775807;
CREATE INDEX mapping_rule_step_by_state ON mapping_rule_step (state, valid_to, valid_from);

-- The matches that wait for a person's decision.
CREATE INDEX product_match_candidate ON product_match (valid_to, valid_from, configuration_no) WHERE rung = 'candidate';
