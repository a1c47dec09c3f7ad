-- What is asked outside before steps begin is part of a plan from its draft on, so that the second person releases it with the plan.
CREATE TABLE plan_check_kept (
  plan_no BIGINT NOT NULL REFERENCES change_plan (number),
  place BIGINT NOT NULL,
  name TEXT NOT NULL,
  before TEXT NOT NULL,
  body TEXT NOT NULL,
  by_name TEXT NOT NULL,
  written_at BIGINT NOT NULL,
  looked_at BIGINT,
  answer TEXT,
  what TEXT,
  PRIMARY KEY (plan_no, place)
);
INSERT INTO plan_check_kept (plan_no, place, name, before, body, by_name, written_at, looked_at, answer, what)
  SELECT plan_no, place, name, before, body, by_name, written_at, looked_at, answer, what FROM plan_check;
DROP TABLE plan_check;
ALTER TABLE plan_check_kept RENAME TO plan_check;
