-- What came with a bundle and could not be placed yet. It is kept with its bytes, is tried again with each bundle, and stays in
-- the table once it was placed. item is JSON: what the list of the bundle says of it.

CREATE TABLE transfer_waiting (
  number BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  site TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  item TEXT NOT NULL,
  sha256 BYTEA NOT NULL,
  size_bytes BIGINT NOT NULL,
  why TEXT NOT NULL,
  at BIGINT NOT NULL,
  placed_at BIGINT,
  placed_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX transfer_waiting_open ON transfer_waiting (site, sequence) WHERE placed_at IS NULL;
