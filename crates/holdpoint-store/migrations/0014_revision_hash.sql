-- Whether a document is known is asked by the hash of its bytes, one document at a time.

CREATE INDEX advisory_revision_by_hash ON advisory_revision (raw_sha256);
