-- Sites, zones, components, observations and assets.
-- A column of an asset's field holds '' when nobody has said: a value that was said is never empty.

CREATE TABLE site (
  id BYTEA PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  time_zone TEXT NOT NULL,
  connectivity TEXT NOT NULL
);

CREATE TABLE zone (
  id BYTEA PRIMARY KEY,
  site_id BYTEA NOT NULL REFERENCES site (id),
  name TEXT NOT NULL,
  purdue_level TEXT,
  exposure TEXT,
  target_security_level BIGINT,
  UNIQUE (site_id, name)
);

CREATE TABLE component (
  number BIGINT PRIMARY KEY,
  content_key BYTEA NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  vendor TEXT NOT NULL,
  product TEXT NOT NULL,
  version TEXT NOT NULL,
  order_number TEXT NOT NULL,
  hardware_revision TEXT NOT NULL,
  purl TEXT NOT NULL,
  cpe TEXT NOT NULL
);

CREATE TABLE configuration (
  number BIGINT PRIMARY KEY,
  content_key BYTEA NOT NULL UNIQUE
);

CREATE TABLE configuration_component (
  configuration_no BIGINT NOT NULL REFERENCES configuration (number),
  component_no BIGINT NOT NULL REFERENCES component (number),
  PRIMARY KEY (configuration_no, component_no)
);
CREATE INDEX configuration_component_by_component ON configuration_component (component_no, configuration_no);

CREATE TABLE observation (
  id BYTEA PRIMARY KEY,
  kind TEXT NOT NULL,
  source TEXT NOT NULL,
  observed_at BIGINT NOT NULL,
  raw_sha256 BYTEA NOT NULL,
  row_count BIGINT NOT NULL
);
CREATE INDEX observation_by_hash ON observation (raw_sha256);

CREATE TABLE import_run (
  number BIGINT PRIMARY KEY,
  kind TEXT NOT NULL,
  source TEXT NOT NULL,
  raw_sha256 BYTEA NOT NULL,
  at BIGINT NOT NULL,
  counts TEXT NOT NULL
);

CREATE TABLE asset (
  number BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE
);

CREATE TABLE asset_version (
  version_no BIGINT PRIMARY KEY,
  number BIGINT NOT NULL REFERENCES asset (number),
  revision BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  tag TEXT NOT NULL,
  site_id BYTEA REFERENCES site (id),
  zone_id BYTEA REFERENCES zone (id),
  configuration_no BIGINT REFERENCES configuration (number),
  seen_at BIGINT,
  name TEXT NOT NULL,
  said_site TEXT NOT NULL,
  said_zone TEXT NOT NULL,
  purdue_level TEXT NOT NULL,
  kind TEXT NOT NULL,
  vendor TEXT NOT NULL,
  product TEXT NOT NULL,
  order_number TEXT NOT NULL,
  serial_number TEXT NOT NULL,
  hardware_revision TEXT NOT NULL,
  firmware_version TEXT NOT NULL,
  os_name TEXT NOT NULL,
  os_version TEXT NOT NULL,
  ip TEXT NOT NULL,
  mac TEXT NOT NULL,
  owner TEXT NOT NULL,
  location TEXT NOT NULL,
  redundancy_group TEXT NOT NULL,
  management TEXT NOT NULL,
  end_of_support TEXT NOT NULL,
  safety_consequence TEXT NOT NULL,
  production_consequence TEXT NOT NULL,
  environment_consequence TEXT NOT NULL,
  quality_consequence TEXT NOT NULL,
  data_consequence TEXT NOT NULL,
  UNIQUE (number, revision)
);
CREATE UNIQUE INDEX asset_version_open ON asset_version (number) WHERE valid_to = 9223372036854775807;
CREATE UNIQUE INDEX asset_version_open_tag ON asset_version (tag) WHERE valid_to = 9223372036854775807;
CREATE INDEX asset_version_by_tag ON asset_version (tag, number, valid_to, valid_from);
CREATE INDEX asset_version_by_configuration ON asset_version (configuration_no, valid_to, valid_from);

-- Where each value came from. seen: [[observation, source, moment], ...]; fields: field -> place in seen;
-- installed: [[component number, place in seen], ...].
CREATE TABLE asset_version_detail (
  version_no BIGINT PRIMARY KEY REFERENCES asset_version (version_no),
  seen TEXT NOT NULL,
  fields TEXT NOT NULL,
  installed TEXT NOT NULL
);
