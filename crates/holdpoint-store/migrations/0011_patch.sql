-- Patches: one row a patch with what all sources together say, for lists; and the records of the sources, each with its
-- period. What covers what is never stored: it is worked out from the records.

CREATE TABLE patch (
  number BIGINT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  records BIGINT NOT NULL,
  sources TEXT NOT NULL,
  title TEXT NOT NULL,
  class TEXT NOT NULL,
  severity TEXT NOT NULL,
  bulletin TEXT NOT NULL,
  restart TEXT NOT NULL,
  released BIGINT,
  products BIGINT NOT NULL,
  fixes BIGINT NOT NULL
);
CREATE INDEX patch_by_release ON patch (released);

-- What one document of one source says of a patch. A document that comes again closes what it does not say any more.
CREATE TABLE patch_record (
  number BIGINT PRIMARY KEY,
  patch_no BIGINT NOT NULL REFERENCES patch (number),
  source TEXT NOT NULL,
  document TEXT NOT NULL,
  content_sha256 BYTEA NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_to BIGINT NOT NULL,
  class TEXT NOT NULL,
  severity TEXT NOT NULL,
  released BIGINT,
  facts TEXT NOT NULL
);
CREATE INDEX patch_record_by_patch ON patch_record (patch_no, valid_to);
CREATE INDEX patch_record_by_document ON patch_record (source, document, valid_to);

CREATE TABLE patch_fix (
  record_no BIGINT NOT NULL REFERENCES patch_record (number),
  reference TEXT NOT NULL,
  PRIMARY KEY (record_no, reference)
);
CREATE INDEX patch_fix_by_reference ON patch_fix (reference);

CREATE TABLE patch_product (
  record_no BIGINT NOT NULL REFERENCES patch_record (number),
  product TEXT NOT NULL,
  PRIMARY KEY (record_no, product)
);
