-- What a match says for one asset, where the asset's own facts (a serial number, a hardware revision) settle what its
-- configuration leaves open. weight as in product_match, for that asset.
CREATE TABLE match_overlay (
  match_no BIGINT NOT NULL,
  asset_no BIGINT NOT NULL REFERENCES asset (number),
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  configuration_no BIGINT NOT NULL REFERENCES configuration (number),
  advisory_no BIGINT NOT NULL REFERENCES advisory (number),
  weight BIGINT NOT NULL,
  verdict TEXT NOT NULL,
  confidence TEXT NOT NULL,
  rung TEXT NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (match_no, asset_no, valid_from)
);
CREATE UNIQUE INDEX match_overlay_open ON match_overlay (match_no, asset_no) WHERE valid_to = 9223372036854775807;
CREATE INDEX match_overlay_by_asset ON match_overlay (asset_no, advisory_no, valid_to, valid_from);
CREATE INDEX match_overlay_by_advisory ON match_overlay (advisory_no, valid_to, valid_from);
CREATE INDEX match_overlay_by_configuration ON match_overlay (configuration_no, valid_to);

-- What a match says of one vulnerability, where a more exact statement of the same document outweighs its product's own.
-- asset_no 0: for every asset of the configuration that has no row of its own in match_overlay for that match.
CREATE TABLE match_weighed (
  match_no BIGINT NOT NULL,
  vulnerability_no BIGINT NOT NULL REFERENCES vulnerability (number),
  asset_no BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  configuration_no BIGINT NOT NULL REFERENCES configuration (number),
  advisory_no BIGINT NOT NULL REFERENCES advisory (number),
  verdict TEXT NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (match_no, vulnerability_no, asset_no, valid_from)
);
CREATE UNIQUE INDEX match_weighed_open ON match_weighed (match_no, vulnerability_no, asset_no)
  WHERE valid_to = 9223372036854775807;
CREATE INDEX match_weighed_by_advisory ON match_weighed (advisory_no, valid_to, valid_from);
CREATE INDEX match_weighed_by_configuration ON match_weighed (configuration_no, valid_to);
