-- What devices with a client of their own were given of each file of an action: the spans of its bytes as JSON, and since when
-- they are all of it. The last span is written down before its bytes leave.
CREATE TABLE controller_given (
  action_no BIGINT NOT NULL REFERENCES controller_action (number),
  sha256 BYTEA NOT NULL,
  spans TEXT NOT NULL,
  whole_at BIGINT,
  PRIMARY KEY (action_no, sha256)
);

-- Who read the asset at the last look: device, agent, host (this server over SSH) or person.
ALTER TABLE step_run ADD COLUMN observed_by TEXT;

-- The deed and attempt whose outcome an event is: an attempt has one outcome, and the database refuses a second. Events from
-- before this column have none.
ALTER TABLE step_event ADD COLUMN outcome_of TEXT;
CREATE UNIQUE INDEX step_event_outcome ON step_event (plan_no, place, outcome_of) WHERE outcome_of IS NOT NULL;
