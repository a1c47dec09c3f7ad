-- Matches: one row per configuration, advisory, product id and period. match_no stays over the periods.
-- weight is what the match counts for the advisory as a whole: 3 yes, 2 unknown, 1 no, 0 nothing.

CREATE TABLE product_match (
  match_no BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  configuration_no BIGINT NOT NULL REFERENCES configuration (number),
  advisory_no BIGINT NOT NULL REFERENCES advisory (number),
  revision_no BIGINT NOT NULL REFERENCES advisory_revision (number),
  product_no BIGINT NOT NULL REFERENCES advisory_product (product_no),
  product_id TEXT NOT NULL,
  component_no BIGINT REFERENCES component (number),
  weight BIGINT NOT NULL,
  verdict TEXT NOT NULL,
  confidence TEXT NOT NULL,
  rung TEXT NOT NULL,
  why TEXT NOT NULL,
  expression TEXT NOT NULL,
  PRIMARY KEY (match_no, valid_from)
);
CREATE UNIQUE INDEX product_match_open ON product_match (match_no) WHERE valid_to = 9223372036854775807;
CREATE INDEX product_match_by_configuration ON product_match (configuration_no, valid_to, valid_from);
CREATE INDEX product_match_by_advisory ON product_match (advisory_no, valid_to, valid_from, configuration_no, weight);
CREATE INDEX product_match_by_product ON product_match (product_no, valid_to);
