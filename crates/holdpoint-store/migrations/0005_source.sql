-- Where advisories come from, what was looked at and when, what was put aside, and remembered column mappings.

CREATE TABLE provider (
  id BYTEA PRIMARY KEY,
  name TEXT NOT NULL,
  address TEXT NOT NULL,
  enabled BOOLEAN NOT NULL,
  fingerprints TEXT NOT NULL,
  interval_minutes BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  removed_at BIGINT
);
CREATE UNIQUE INDEX provider_by_name ON provider (name) WHERE removed_at IS NULL;

CREATE TABLE source_check (
  id BYTEA PRIMARY KEY,
  provider_id BYTEA REFERENCES provider (id),
  source TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  finished_at BIGINT NOT NULL,
  result TEXT NOT NULL,
  documents_read BIGINT NOT NULL,
  documents_new BIGINT NOT NULL,
  documents_changed BIGINT NOT NULL,
  documents_unchanged BIGINT NOT NULL,
  documents_quarantined BIGINT NOT NULL,
  message TEXT NOT NULL
);
CREATE INDEX source_check_by_time ON source_check (started_at);
CREATE INDEX source_check_by_source ON source_check (source, started_at);

CREATE TABLE source_document (
  provider_id BYTEA NOT NULL REFERENCES provider (id),
  url TEXT NOT NULL,
  etag TEXT,
  last_modified TEXT,
  raw_sha256 BYTEA,
  checked_at BIGINT NOT NULL,
  PRIMARY KEY (provider_id, url)
);

CREATE TABLE quarantine (
  id BYTEA PRIMARY KEY,
  source TEXT NOT NULL,
  name TEXT NOT NULL,
  raw_sha256 BYTEA NOT NULL,
  code TEXT NOT NULL,
  what TEXT NOT NULL,
  meaning TEXT NOT NULL,
  remedy TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  released_at BIGINT,
  released_by TEXT
);
CREATE INDEX quarantine_by_hash ON quarantine (raw_sha256);

CREATE TABLE column_mapping (
  id BYTEA PRIMARY KEY,
  name TEXT NOT NULL,
  header_fingerprint BYTEA NOT NULL UNIQUE,
  header TEXT NOT NULL,
  columns TEXT NOT NULL,
  updated_at BIGINT NOT NULL
);
