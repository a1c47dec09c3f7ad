-- What crosses the air gap: bundles that were made, taken or refused; the highest numbers that were seen; and the words of
-- two persons that let old data in.

CREATE TABLE transfer_bundle (
  number BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  direction TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  site TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  sha256 BYTEA NOT NULL,
  size_bytes BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  signed_by TEXT NOT NULL,
  contents TEXT NOT NULL,
  medium TEXT NOT NULL,
  carrier TEXT NOT NULL,
  refusal TEXT NOT NULL,
  words TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX transfer_bundle_by_site ON transfer_bundle (direction, kind, site, sequence);

-- role: 'root', 'timestamp', 'snapshot', 'targets', 'order', 'content', 'results'.
CREATE TABLE transfer_seen (
  site TEXT NOT NULL,
  role TEXT NOT NULL,
  highest BIGINT NOT NULL,
  sha256 BYTEA NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (site, role)
);

CREATE TABLE transfer_override (
  number BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  sha256 BYTEA NOT NULL,
  site TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  expired_at BIGINT NOT NULL,
  reason TEXT NOT NULL,
  state TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  asked_account TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  agreed_by TEXT NOT NULL,
  agreed_account TEXT NOT NULL,
  agreed_at BIGINT,
  until_at BIGINT NOT NULL
);
CREATE INDEX transfer_override_by_bundle ON transfer_override (sha256, state);
