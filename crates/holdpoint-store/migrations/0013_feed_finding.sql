-- What the conditions of feeds and the statements of VEX documents mean for a configuration: one row a configuration,
-- vulnerability and period. weight: 3 yes, 2 unknown, 1 cleared by a VEX statement, which why then names. cause: what
-- began the period; ended_by: what ended it, empty while it stands.

CREATE TABLE feed_finding (
  configuration_no BIGINT NOT NULL REFERENCES configuration (number),
  vulnerability_no BIGINT NOT NULL REFERENCES vulnerability (number),
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  weight BIGINT NOT NULL,
  cause TEXT NOT NULL,
  ended_by TEXT NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (configuration_no, vulnerability_no, valid_from)
);
CREATE INDEX feed_finding_by_vulnerability ON feed_finding (vulnerability_no, valid_to, configuration_no, weight);

-- The usual order of the list of vulnerabilities, as its statement writes it.
CREATE INDEX vulnerability_in_order ON vulnerability (COALESCE(modified, -9223372036854775807), number);
