-- What people are told: one row for each person and cause. The same cause is told once.

CREATE TABLE notice (
  number BIGINT PRIMARY KEY,
  id BYTEA NOT NULL UNIQUE,
  at BIGINT NOT NULL,
  to_name TEXT NOT NULL,
  to_account TEXT NOT NULL,
  kind TEXT NOT NULL,
  noun TEXT NOT NULL,
  about TEXT NOT NULL,
  body TEXT NOT NULL,
  cause TEXT NOT NULL,
  read_at BIGINT
);
CREATE UNIQUE INDEX notice_once ON notice (to_account, kind, about, cause);
CREATE INDEX notice_by_about ON notice (about, kind);
CREATE INDEX notice_by_person ON notice (to_account, number);
