-- Policies: one noun for the written rules of every kind. A revision's text is never changed; what is written later is who
-- ended its waiting, from when it holds, and when it was put into effect.

-- revision counts up over all sites of a kind; 0 is what the program brings along and has no row. format says how body is
-- written: 'toml', or the JSON of an older program.
CREATE TABLE policy_revision (
  number BIGINT PRIMARY KEY,
  kind TEXT NOT NULL,
  revision BIGINT NOT NULL,
  site_id BYTEA REFERENCES site (id),
  state TEXT NOT NULL,
  format TEXT NOT NULL,
  body TEXT NOT NULL,
  base BIGINT NOT NULL,
  reason TEXT NOT NULL,
  author_name TEXT NOT NULL,
  author_account TEXT NOT NULL,
  proposed_at BIGINT NOT NULL,
  wanted_from BIGINT,
  holds_from BIGINT,
  closed_name TEXT NOT NULL,
  closed_account TEXT NOT NULL,
  closed_at BIGINT,
  closed_note TEXT NOT NULL,
  applied_at BIGINT,
  UNIQUE (kind, revision)
);
CREATE INDEX policy_revision_holding ON policy_revision (kind, holds_from) WHERE state = 'published';

-- What was decided under an earlier revision and would not be decided so under a later one: somebody looks at it again.
CREATE TABLE policy_review (
  number BIGINT PRIMARY KEY,
  kind TEXT NOT NULL,
  revision BIGINT NOT NULL,
  noun TEXT NOT NULL,
  subject TEXT NOT NULL,
  title TEXT NOT NULL,
  site_id BYTEA REFERENCES site (id),
  what TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  closed_at BIGINT,
  closed_by TEXT NOT NULL,
  note TEXT NOT NULL
);
CREATE INDEX policy_review_open ON policy_review (noun, subject) WHERE closed_at IS NULL;

-- The rules of ranking, and the rules of approving out of their setting, which held three kinds in one.
INSERT INTO policy_revision SELECT version, 'priorities_and_deadlines', version, site_id, 'published', 'ranking-json', rules,
  0, reason, by_name, '', valid_from, NULL, valid_from, by_name, '', valid_from, '', valid_from FROM ranking_policy;

INSERT INTO policy_revision SELECT (SELECT COALESCE(MAX(number), 0) + 1 FROM policy_revision), 'approval_rules', 1, NULL,
  'published', 'approval-json', s.value, 0,
  COALESCE((SELECT e.reason FROM audit_entry e WHERE e.action = 'approval.policy' ORDER BY e.sequence DESC LIMIT 1), ''),
  COALESCE((SELECT e.actor_name FROM audit_entry e WHERE e.action = 'approval.policy' ORDER BY e.sequence DESC LIMIT 1), ''),
  '', COALESCE((SELECT MAX(e.at) FROM audit_entry e WHERE e.action = 'approval.policy'), 0), NULL,
  COALESCE((SELECT MAX(e.at) FROM audit_entry e WHERE e.action = 'approval.policy'), 0), '', '', NULL, '', 0
  FROM setting s WHERE s.key = 'approval.policy';

INSERT INTO policy_revision SELECT (SELECT MAX(number) + 1 FROM policy_revision), 'emergency', 1, NULL, p.state, p.format,
  p.body, 0, p.reason, p.author_name, '', p.proposed_at, NULL, p.holds_from, '', '', NULL, '', 0
  FROM policy_revision p WHERE p.kind = 'approval_rules';

INSERT INTO policy_revision SELECT (SELECT MAX(number) + 1 FROM policy_revision), 'exemptions', 1, NULL, p.state, p.format,
  p.body, 0, p.reason, p.author_name, '', p.proposed_at, NULL, p.holds_from, '', '', NULL, '', 0
  FROM policy_revision p WHERE p.kind = 'approval_rules';

DELETE FROM setting WHERE key = 'approval.policy';
DROP TABLE ranking_policy;
