-- What suppliers say of patches: their documents, the mappings that people write, the statements with their periods; the
-- questions to suppliers with their steps; and the files of patches that somebody put in.

CREATE TABLE qualification_mapping (
  number BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  body TEXT NOT NULL,
  author TEXT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL
);
CREATE UNIQUE INDEX qualification_mapping_open ON qualification_mapping (name) WHERE valid_to = 9223372036854775807;

CREATE TABLE statement_document (
  number BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  raw_sha256 BYTEA NOT NULL,
  mapping TEXT NOT NULL,
  mapping_sha256 BYTEA NOT NULL,
  publisher TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  received_by TEXT NOT NULL,
  statements BIGINT NOT NULL,
  not_understood BIGINT NOT NULL
);
CREATE INDEX statement_document_by_hash ON statement_document (raw_sha256);

-- A release: one version of a supplier's product.
CREATE TABLE supplier_release (
  number BIGINT PRIMARY KEY,
  release_key TEXT NOT NULL UNIQUE,
  vendor TEXT NOT NULL,
  product TEXT NOT NULL,
  version TEXT NOT NULL
);

-- subject is the hash of who says it, of which patch and which release and platform. valid_to equal to valid_from: it was
-- older than what was known when it came, and never the last word.
CREATE TABLE compatibility_statement (
  number BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  subject BYTEA NOT NULL,
  content_sha256 BYTEA NOT NULL,
  patch_no BIGINT NOT NULL REFERENCES patch (number),
  release_no BIGINT NOT NULL REFERENCES supplier_release (number),
  publisher TEXT NOT NULL,
  platform TEXT NOT NULL,
  state TEXT NOT NULL,
  word TEXT NOT NULL,
  issued_at BIGINT,
  said_at BIGINT NOT NULL,
  patch_released BIGINT,
  received_at BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  document_no BIGINT REFERENCES statement_document (number),
  question_id BYTEA,
  place TEXT NOT NULL,
  facts TEXT NOT NULL
);
CREATE UNIQUE INDEX compatibility_statement_open ON compatibility_statement (subject)
  WHERE valid_to = 9223372036854775807;
CREATE INDEX compatibility_statement_by_subject ON compatibility_statement (subject, received_at);
CREATE INDEX compatibility_statement_by_patch ON compatibility_statement (patch_no, valid_to, release_no);
CREATE INDEX compatibility_statement_by_release ON compatibility_statement (release_no, valid_to);
CREATE INDEX compatibility_statement_by_time ON compatibility_statement (said_at);

-- How many statements speak of a patch now; a patch of which only suppliers speak is listed too.
ALTER TABLE patch ADD COLUMN statements BIGINT NOT NULL DEFAULT 0;

CREATE TABLE supplier_question (
  number BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  supplier TEXT NOT NULL,
  contact TEXT NOT NULL,
  patch TEXT NOT NULL,
  product TEXT NOT NULL,
  version TEXT NOT NULL,
  order_number TEXT NOT NULL,
  reference TEXT NOT NULL,
  body TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  asked_by TEXT NOT NULL,
  due_at BIGINT,
  state TEXT NOT NULL,
  answered_at BIGINT,
  reminders BIGINT NOT NULL,
  escalations BIGINT NOT NULL,
  last_at BIGINT NOT NULL
);
CREATE INDEX supplier_question_by_state ON supplier_question (state, due_at);
CREATE INDEX supplier_question_by_supplier ON supplier_question (supplier, state);

CREATE TABLE supplier_question_step (
  question_no BIGINT NOT NULL REFERENCES supplier_question (number),
  place BIGINT NOT NULL,
  deed TEXT NOT NULL,
  at BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (question_no, place)
);

-- A file of a patch that somebody put in. The bytes lie among the blobs.
CREATE TABLE patch_file (
  number BIGINT PRIMARY KEY,
  patch_no BIGINT NOT NULL REFERENCES patch (number),
  name TEXT NOT NULL,
  sha256 BYTEA NOT NULL,
  size_bytes BIGINT NOT NULL,
  origin TEXT NOT NULL,
  scan TEXT NOT NULL,
  scanner TEXT NOT NULL,
  scanned_at BIGINT,
  note TEXT NOT NULL,
  added_by TEXT NOT NULL,
  added_at BIGINT NOT NULL
);
CREATE INDEX patch_file_by_patch ON patch_file (patch_no);
