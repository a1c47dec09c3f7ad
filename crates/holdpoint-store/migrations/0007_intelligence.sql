-- Intelligence: feeds, when they were read, and what they say of vulnerabilities.

CREATE TABLE feed (
  id BYTEA PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  addresses TEXT NOT NULL,
  folder TEXT NOT NULL,
  proxy TEXT NOT NULL,
  ca_file TEXT NOT NULL,
  enabled BOOLEAN NOT NULL,
  interval_minutes BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  removed_at BIGINT
);
CREATE UNIQUE INDEX feed_by_name ON feed (name) WHERE removed_at IS NULL;

CREATE TABLE feed_check (
  id BYTEA PRIMARY KEY,
  feed_id BYTEA REFERENCES feed (id),
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  finished_at BIGINT NOT NULL,
  result TEXT NOT NULL,
  files_read BIGINT NOT NULL,
  files_taken BIGINT NOT NULL,
  files_unchanged BIGINT NOT NULL,
  files_failed BIGINT NOT NULL,
  records_read BIGINT NOT NULL,
  records_new BIGINT NOT NULL,
  records_changed BIGINT NOT NULL,
  records_unchanged BIGINT NOT NULL,
  records_older BIGINT NOT NULL,
  records_withdrawn BIGINT NOT NULL,
  warnings BIGINT NOT NULL,
  message TEXT NOT NULL
);
CREATE INDEX feed_check_by_time ON feed_check (started_at);
CREATE INDEX feed_check_by_feed ON feed_check (feed_id, started_at);

-- A whole file of a kind as it was taken in last, by its address or name.
CREATE TABLE feed_file (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  etag TEXT,
  last_modified TEXT,
  raw_sha256 BYTEA NOT NULL,
  size_bytes BIGINT NOT NULL,
  taken_at BIGINT NOT NULL,
  PRIMARY KEY (kind, name)
);
CREATE INDEX feed_file_by_hash ON feed_file (raw_sha256);

-- How a kind of feed stands: when its content was read last, and which edition that was.
CREATE TABLE feed_content (
  kind TEXT PRIMARY KEY,
  read_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  edition TEXT NOT NULL,
  edition_at BIGINT
);

-- What all sources together say of a vulnerability, for lists. Made anew whenever one of them changes.
ALTER TABLE vulnerability ADD COLUMN records BIGINT NOT NULL DEFAULT 0;
ALTER TABLE vulnerability ADD COLUMN sources TEXT NOT NULL DEFAULT '';
ALTER TABLE vulnerability ADD COLUMN state TEXT;
ALTER TABLE vulnerability ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE vulnerability ADD COLUMN published BIGINT;
ALTER TABLE vulnerability ADD COLUMN modified BIGINT;
ALTER TABLE vulnerability ADD COLUMN max_base_tenths BIGINT;
ALTER TABLE vulnerability ADD COLUMN exploitation TEXT;
ALTER TABLE vulnerability ADD COLUMN automatable TEXT;
ALTER TABLE vulnerability ADD COLUMN technical_impact TEXT;
ALTER TABLE vulnerability ADD COLUMN kev_added TEXT;
ALTER TABLE vulnerability ADD COLUMN kev_due TEXT;
ALTER TABLE vulnerability ADD COLUMN ransomware BIGINT NOT NULL DEFAULT 0;
ALTER TABLE vulnerability ADD COLUMN epss_ppm BIGINT;
ALTER TABLE vulnerability ADD COLUMN epss_percentile_ppm BIGINT;
CREATE INDEX vulnerability_exploited ON vulnerability (kev_added) WHERE kev_added IS NOT NULL;

-- What one source says of one vulnerability now. facts and applicability are in the store's own compact form.
CREATE TABLE vulnerability_record (
  vulnerability_no BIGINT NOT NULL REFERENCES vulnerability (number),
  source TEXT NOT NULL,
  state TEXT NOT NULL,
  title TEXT NOT NULL,
  published BIGINT,
  modified BIGINT,
  received_at BIGINT NOT NULL,
  max_base_tenths BIGINT,
  exploitation TEXT,
  automatable TEXT,
  technical_impact TEXT,
  kev_added TEXT,
  kev_due TEXT,
  products TEXT NOT NULL,
  content_sha256 BYTEA NOT NULL,
  facts BYTEA NOT NULL,
  applicability BYTEA NOT NULL,
  PRIMARY KEY (vulnerability_no, source)
);

-- The catalogue of exploited vulnerabilities with its past: an entry that is taken out keeps its row.
CREATE TABLE kev_entry (
  vulnerability_no BIGINT NOT NULL REFERENCES vulnerability (number),
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  added TEXT NOT NULL,
  due TEXT NOT NULL,
  ransomware BIGINT NOT NULL,
  vendor TEXT NOT NULL,
  product TEXT NOT NULL,
  name TEXT NOT NULL,
  required_action TEXT NOT NULL,
  PRIMARY KEY (vulnerability_no, valid_from)
);

-- EPSS of the past, one score a month, only of vulnerabilities that an advisory here names or KEV lists.
CREATE TABLE epss_score (
  vulnerability_no BIGINT NOT NULL REFERENCES vulnerability (number),
  day TEXT NOT NULL,
  model TEXT NOT NULL,
  probability_ppm BIGINT NOT NULL,
  percentile_ppm BIGINT NOT NULL,
  PRIMARY KEY (vulnerability_no, day)
);

-- VEX documents and what they state. A document is replaced by the next one of its identity.
CREATE TABLE vex_document (
  number BIGINT PRIMARY KEY,
  kind TEXT NOT NULL,
  identity TEXT NOT NULL,
  author TEXT NOT NULL,
  edition TEXT NOT NULL,
  source TEXT NOT NULL,
  raw_sha256 BYTEA NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL
);
CREATE UNIQUE INDEX vex_document_open ON vex_document (kind, identity) WHERE valid_to = 9223372036854775807;

CREATE TABLE vex_statement (
  document_no BIGINT NOT NULL REFERENCES vex_document (number),
  ordinal BIGINT NOT NULL,
  vulnerability_no BIGINT NOT NULL REFERENCES vulnerability (number),
  status TEXT NOT NULL,
  justification TEXT NOT NULL,
  statement TEXT NOT NULL,
  stated_at BIGINT,
  subjects BYTEA NOT NULL,
  PRIMARY KEY (document_no, ordinal)
);
CREATE INDEX vex_statement_by_vulnerability ON vex_statement (vulnerability_no);
