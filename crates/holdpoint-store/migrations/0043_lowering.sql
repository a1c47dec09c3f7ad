-- What counts for less than before by one person's word, and goes on counting until a second person agrees. kind says of
-- what: an asset, one that leaves a function, a function, one that is to go, a zone, its exposure. The five dimensions and
-- exposure are what counted before ('' is nothing). back is JSON: what refusing puts back. accounts is JSON: who had a part.
CREATE TABLE lowering (
  id BYTEA PRIMARY KEY,
  kind TEXT NOT NULL,
  asset_no BIGINT REFERENCES asset (number),
  function_id BYTEA,
  zone_id BYTEA,
  site_id BYTEA,
  name TEXT NOT NULL,
  safety TEXT NOT NULL,
  production TEXT NOT NULL,
  environment TEXT NOT NULL,
  quality TEXT NOT NULL,
  data TEXT NOT NULL,
  exposure TEXT NOT NULL,
  now TEXT NOT NULL,
  back TEXT NOT NULL,
  by_name TEXT NOT NULL,
  accounts TEXT NOT NULL,
  at BIGINT NOT NULL,
  reason TEXT NOT NULL,
  ended_at BIGINT,
  ended TEXT NOT NULL DEFAULT '',
  ended_by TEXT NOT NULL DEFAULT '',
  end_reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX lowering_open ON lowering (at, id) WHERE ended_at IS NULL;
CREATE INDEX lowering_of_asset ON lowering (asset_no) WHERE ended_at IS NULL;

-- Taking back a word that two persons stand behind is asked for, and done once another has agreed. Meanwhile it only raises.
ALTER TABLE ranking_override ADD COLUMN end_asked_at BIGINT;
ALTER TABLE ranking_override ADD COLUMN end_asked_by TEXT NOT NULL DEFAULT '';
ALTER TABLE ranking_override ADD COLUMN end_asked_id TEXT NOT NULL DEFAULT '';
ALTER TABLE ranking_override ADD COLUMN end_asked_why TEXT NOT NULL DEFAULT '';
