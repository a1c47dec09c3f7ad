-- Advisories with all their revisions. What is stored of a revision is never changed, but for the end of its validity.

CREATE TABLE advisory (
  number BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  namespace TEXT NOT NULL,
  tracking_id TEXT NOT NULL,
  UNIQUE (namespace, tracking_id)
);
CREATE INDEX advisory_by_tracking_id ON advisory (tracking_id);

CREATE TABLE advisory_revision (
  number BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  advisory_no BIGINT NOT NULL REFERENCES advisory (number),
  ordinal BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  raw_sha256 BYTEA NOT NULL,
  source TEXT NOT NULL,
  signature TEXT NOT NULL,
  fingerprint TEXT,
  standing TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  tracking_version TEXT NOT NULL,
  status TEXT NOT NULL,
  category TEXT NOT NULL,
  title TEXT NOT NULL,
  lang TEXT NOT NULL,
  tlp TEXT NOT NULL,
  aggregate_severity TEXT NOT NULL,
  publisher TEXT NOT NULL,
  publisher_category TEXT NOT NULL,
  initial_release BIGINT NOT NULL,
  current_release BIGINT NOT NULL,
  vulnerability_count BIGINT NOT NULL,
  cve_count BIGINT NOT NULL,
  product_count BIGINT NOT NULL,
  max_base_tenths BIGINT,
  severity TEXT NOT NULL,
  decided BIGINT NOT NULL,
  conditional BIGINT NOT NULL,
  not_understood BIGINT NOT NULL,
  vendors TEXT NOT NULL,
  cves TEXT NOT NULL,
  UNIQUE (advisory_no, ordinal)
);
CREATE UNIQUE INDEX advisory_revision_open ON advisory_revision (advisory_no) WHERE valid_to = 9223372036854775807;
CREATE INDEX advisory_revision_valid ON advisory_revision (valid_to, valid_from);

-- The long parts of a revision: notes, references and the warnings of reading it.
CREATE TABLE advisory_revision_prose (
  revision_no BIGINT PRIMARY KEY REFERENCES advisory_revision (number),
  notes TEXT NOT NULL,
  link_list TEXT NOT NULL,
  warnings TEXT NOT NULL
);

-- A way of writing a product, stored once for all documents that write it so and were understood alike.
CREATE TABLE expression (
  number BIGINT PRIMARY KEY,
  content_key BYTEA NOT NULL UNIQUE,
  vendor TEXT NOT NULL,
  product TEXT NOT NULL,
  category TEXT NOT NULL,
  version_text TEXT NOT NULL,
  vendor_key TEXT NOT NULL,
  product_key TEXT NOT NULL,
  outcome TEXT NOT NULL,
  range_text TEXT NOT NULL,
  predicates_text TEXT NOT NULL,
  why TEXT NOT NULL
);
CREATE INDEX expression_by_name ON expression (vendor_key, product_key);

-- A product of one revision. stance is what the document says of it over all vulnerabilities.
CREATE TABLE advisory_product (
  product_no BIGINT PRIMARY KEY,
  revision_no BIGINT NOT NULL REFERENCES advisory_revision (number),
  advisory_no BIGINT NOT NULL REFERENCES advisory (number),
  expression_no BIGINT NOT NULL REFERENCES expression (number),
  ordinal BIGINT NOT NULL,
  stance TEXT NOT NULL,
  product_id TEXT NOT NULL,
  name TEXT NOT NULL,
  detail TEXT NOT NULL
);
CREATE INDEX advisory_product_by_revision ON advisory_product (revision_no, ordinal);
CREATE INDEX advisory_product_by_expression ON advisory_product (expression_no, revision_no);

-- A name of a vulnerability, once for all documents. Number 0 stands for "none was named".
CREATE TABLE vulnerability (
  number BIGINT PRIMARY KEY,
  reference TEXT NOT NULL UNIQUE
);
INSERT INTO vulnerability (number, reference) VALUES (0, '');

CREATE TABLE revision_vulnerability (
  revision_no BIGINT NOT NULL REFERENCES advisory_revision (number),
  ordinal BIGINT NOT NULL,
  vulnerability_no BIGINT NOT NULL REFERENCES vulnerability (number),
  cve TEXT,
  title TEXT NOT NULL,
  cwe TEXT,
  detail TEXT NOT NULL,
  PRIMARY KEY (revision_no, ordinal)
);
CREATE INDEX revision_vulnerability_by_name ON revision_vulnerability (vulnerability_no, revision_no);

-- What a revision says of a product and a vulnerability. ordinal is the vulnerability's place in the document.
-- turn: what becomes of a yes (as_is, doubt, clear). listed: 2 gives a match line, 1 when statuses are asked for,
-- 0 never, because another statement on the same pair leads. A product without any statement has one row with
-- status '' and vulnerability 0.
CREATE TABLE statement (
  product_no BIGINT NOT NULL REFERENCES advisory_product (product_no),
  ordinal BIGINT NOT NULL,
  place BIGINT NOT NULL,
  vulnerability_no BIGINT NOT NULL REFERENCES vulnerability (number),
  status TEXT NOT NULL,
  turn TEXT NOT NULL,
  listed BIGINT NOT NULL,
  PRIMARY KEY (product_no, ordinal, status)
);
CREATE INDEX statement_by_vulnerability ON statement (vulnerability_no, product_no);
