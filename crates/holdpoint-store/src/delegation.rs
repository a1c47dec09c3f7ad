//! Delegations: whose right to sign was lent to whom, until when. None is ever deleted.

use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Row, params};
use holdpoint_domain::Moment;
use holdpoint_domain::id::DelegationId;
use holdpoint_domain::signature::{Delegation, Person};

crate::statements! {
    ALL = "SELECT id, from_name, from_account, to_name, to_account, from_at, until_at, revoked_at, reason
        FROM delegation ORDER BY number DESC";
    TO_PERSON = "SELECT id, from_name, from_account, to_name, to_account, from_at, until_at, revoked_at, reason
        FROM delegation WHERE to_account = $1 AND until_at > $2 AND revoked_at IS NULL ORDER BY number";
    INSERT = "INSERT INTO delegation (number, id, from_name, from_account, to_name, to_account, from_at, until_at, reason)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM delegation), $1, $2, $3, $4, $5, $6, $7, $8)";
    REVOKE = "UPDATE delegation SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
}

/// A delegation as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptDelegation {
    /// Its id.
    pub id: DelegationId,
    /// What it says.
    pub delegation: Delegation,
    /// Why it was given.
    pub reason: String,
}

impl Reader<'_> {
    /// All delegations, the newest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn delegations(&mut self) -> Result<Vec<KeptDelegation>, StoreError> {
        self.query(ALL, params![], kept)
    }

    /// Those that a person may use at a moment.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn delegations_to(&mut self, account: &str, at: Moment) -> Result<Vec<KeptDelegation>, StoreError> {
        self.query(TO_PERSON, params![account, at], kept)
    }
}

impl Change<'_> {
    /// Keeps a delegation.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_delegation(&mut self, new: &KeptDelegation) -> Result<(), StoreError> {
        let said = &new.delegation;
        self.exec(
            INSERT,
            params![
                new.id,
                &*storable(&said.from.name),
                &*storable(&said.from.account),
                &*storable(&said.to.name),
                &*storable(&said.to.account),
                said.from_at,
                said.until,
                &*storable(&new.reason),
            ],
        )?;
        Ok(())
    }

    /// Ends a delegation now; says whether it was there and open.
    ///
    /// # Errors
    /// When the database fails.
    pub fn revoke_delegation(&mut self, id: DelegationId) -> Result<bool, StoreError> {
        let at = self.at();
        Ok(self.exec(REVOKE, params![id, at])? == 1)
    }
}

fn kept(row: &Row<'_>) -> Result<KeptDelegation, StoreError> {
    Ok(KeptDelegation {
        id: row.get(0)?,
        delegation: Delegation {
            from: Person { name: row.get(1)?, account: row.get(2)? },
            to: Person { name: row.get(3)?, account: row.get(4)? },
            from_at: row.get(5)?,
            until: row.get(6)?,
            revoked_at: row.get(7)?,
        },
        reason: row.get(8)?,
    })
}
