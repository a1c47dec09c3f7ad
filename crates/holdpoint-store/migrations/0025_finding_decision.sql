-- Which decisions were asked for out of which finding of the queue. An exemption says by itself what it is on; that a patch was
-- asked for because of this finding nobody else says.

CREATE TABLE finding_decision (
  finding_no BIGINT NOT NULL REFERENCES finding (number),
  decision_no BIGINT NOT NULL REFERENCES decision (number),
  PRIMARY KEY (finding_no, decision_no)
);
CREATE INDEX finding_decision_by_decision ON finding_decision (decision_no, finding_no);
