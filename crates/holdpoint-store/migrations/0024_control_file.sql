-- Files that show that a compensating control was looked at. The bytes lie among the blobs.
CREATE TABLE control_file (
  exemption_no BIGINT NOT NULL REFERENCES exemption (number),
  place BIGINT NOT NULL,
  control BIGINT NOT NULL,
  name TEXT NOT NULL,
  sha256 BYTEA NOT NULL,
  size_bytes BIGINT NOT NULL,
  added_by TEXT NOT NULL,
  added_at BIGINT NOT NULL,
  PRIMARY KEY (exemption_no, place)
);
