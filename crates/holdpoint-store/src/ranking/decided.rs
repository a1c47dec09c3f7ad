//! Which decisions were asked for out of which finding. Whether one is granted stands with the decision, never here.

use crate::change::Change;
use crate::error::StoreError;
use crate::value::params;
use holdpoint_domain::id::DecisionId;

crate::statements! {
    PUT = "INSERT INTO finding_decision (finding_no, decision_no)
        SELECT f.number, d.number FROM finding f JOIN decision d ON d.id = $2 WHERE f.number = $1
        ON CONFLICT (finding_no, decision_no) DO NOTHING";
}

impl Change<'_> {
    /// Keeps that a decision was asked for out of these findings.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_finding_decisions(
        &mut self,
        decision: DecisionId,
        findings: &[i64],
    ) -> Result<(), StoreError> {
        for finding in findings {
            self.exec(PUT, params![*finding, decision])?;
        }
        Ok(())
    }
}
