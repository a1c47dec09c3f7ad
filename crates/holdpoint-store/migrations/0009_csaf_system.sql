-- The CSAF management and asset matching system: what lists search, deletions, comments, read marks, the status of the
-- work on each vulnerability of each asset, and the runs of matching.

-- A property of a revision and its values, each once. Only looked through, never interpreted.
CREATE TABLE revision_fact (
  revision_no BIGINT NOT NULL REFERENCES advisory_revision (number),
  kind TEXT NOT NULL,
  place BIGINT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (revision_no, kind, place)
);

-- The document's own history. released is NULL when the date cannot be read.
CREATE TABLE revision_history (
  revision_no BIGINT NOT NULL REFERENCES advisory_revision (number),
  place BIGINT NOT NULL,
  number TEXT NOT NULL,
  released BIGINT,
  summary TEXT NOT NULL,
  legacy_version TEXT NOT NULL,
  PRIMARY KEY (revision_no, place)
);

-- The other ids of a vulnerability in a revision.
CREATE TABLE revision_vulnerability_id (
  revision_no BIGINT NOT NULL REFERENCES advisory_revision (number),
  ordinal BIGINT NOT NULL,
  place BIGINT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (revision_no, ordinal, place)
);

-- A document that somebody deleted, and until when it stayed so. revision_no is the one that was current.
CREATE TABLE advisory_deletion (
  advisory_no BIGINT NOT NULL REFERENCES advisory (number),
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  revision_no BIGINT NOT NULL REFERENCES advisory_revision (number),
  by_name TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (advisory_no, valid_from)
);
CREATE UNIQUE INDEX advisory_deletion_open ON advisory_deletion (advisory_no) WHERE valid_to = 9223372036854775807;

-- Each edit of a comment is a version of its own. standing: kept or withdrawn.
CREATE TABLE advisory_comment (
  id BYTEA NOT NULL,
  version BIGINT NOT NULL,
  advisory_no BIGINT NOT NULL REFERENCES advisory (number),
  revision_no BIGINT REFERENCES advisory_revision (number),
  author TEXT NOT NULL,
  author_name TEXT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  standing TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (id, version)
);
CREATE INDEX advisory_comment_by_advisory ON advisory_comment (advisory_no, valid_to);

-- Up to which revision a reader has read a document; a newer one is unread again.
CREATE TABLE read_mark (
  reader TEXT NOT NULL,
  advisory_no BIGINT NOT NULL REFERENCES advisory (number),
  revision_no BIGINT NOT NULL REFERENCES advisory_revision (number),
  at BIGINT NOT NULL,
  PRIMARY KEY (reader, advisory_no)
);

-- Where the work stands; without a row it is not remediated. remediation_hash: what the document offered when it was set.
CREATE TABLE remediation_status (
  advisory_no BIGINT NOT NULL REFERENCES advisory (number),
  vulnerability_no BIGINT NOT NULL REFERENCES vulnerability (number),
  asset_no BIGINT NOT NULL REFERENCES asset (number),
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  state TEXT NOT NULL,
  cause TEXT NOT NULL,
  by_name TEXT NOT NULL,
  reason TEXT NOT NULL,
  revision_no BIGINT NOT NULL REFERENCES advisory_revision (number),
  remediation_hash BYTEA NOT NULL,
  PRIMARY KEY (advisory_no, vulnerability_no, asset_no, valid_from)
);
CREATE UNIQUE INDEX remediation_status_open ON remediation_status (advisory_no, vulnerability_no, asset_no)
  WHERE valid_to = 9223372036854775807;
CREATE INDEX remediation_status_by_asset ON remediation_status (asset_no, valid_to);

-- A vulnerability that a later revision of the same document calls otherwise.
CREATE TABLE vulnerability_rename (
  advisory_no BIGINT NOT NULL REFERENCES advisory (number),
  old_no BIGINT NOT NULL REFERENCES vulnerability (number),
  new_no BIGINT NOT NULL REFERENCES vulnerability (number),
  revision_no BIGINT NOT NULL REFERENCES advisory_revision (number),
  PRIMARY KEY (advisory_no, old_no, revision_no)
);

-- A run of matching. kind: manual or automatic; the two are never pooled. subjects: names of documents or assets.
CREATE TABLE match_run (
  number BIGINT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  cause TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  reason TEXT NOT NULL,
  subjects TEXT NOT NULL,
  subject_count BIGINT NOT NULL,
  opened BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  carried_over BIGINT NOT NULL,
  closed BIGINT NOT NULL,
  raised BIGINT NOT NULL,
  noted BIGINT NOT NULL
);
CREATE INDEX match_run_by_kind ON match_run (kind, number);

-- What a newer revision means for what was matched before. kind: raised, or noted without being raised.
CREATE TABLE match_news (
  run_no BIGINT NOT NULL REFERENCES match_run (number),
  place BIGINT NOT NULL,
  advisory_no BIGINT NOT NULL REFERENCES advisory (number),
  revision_no BIGINT NOT NULL REFERENCES advisory_revision (number),
  vulnerability_no BIGINT NOT NULL REFERENCES vulnerability (number),
  configuration_no BIGINT NOT NULL REFERENCES configuration (number),
  kind TEXT NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (run_no, place)
);
CREATE INDEX match_news_by_advisory ON match_news (advisory_no, run_no);
