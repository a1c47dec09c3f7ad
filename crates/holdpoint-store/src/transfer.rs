//! What crossed the air gap, the highest numbers that were seen, and overrides of an expiry.
//!
//! The surprise: the highest numbers here are half of the protection. The other half is a file beside the data directory and the
//! audit log; whoever puts an old backup back does not put those back.

mod waiting;

#[cfg(test)]
pub(crate) use waiting::STATEMENTS as WAITING_STATEMENTS;

pub use waiting::WaitingThing;

use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged};
use crate::reader::Reader;
use crate::value::{Row, params};
use holdpoint_domain::Moment;
use holdpoint_domain::id::{BundleId, ExpiryOverrideId};
use holdpoint_domain::transfer::{BundleDirection, BundleKind, BundleState, OverrideState};

macro_rules! columns {
    () => {
        "b.id, b.direction, b.kind, b.state, b.site, b.sequence, b.sha256, b.size_bytes, b.made_at, b.expires_at, \
         b.signed_by, b.contents, b.medium, b.carrier, b.refusal, b.words, b.by_name, b.at, \
         (SELECT COUNT(*) FROM transfer_waiting w WHERE w.placed_at IS NULL AND w.site = b.site AND w.sequence = b.sequence \
         AND b.direction = 'in' AND b.state <> 'refused')"
    };
}
macro_rules! override_columns {
    () => {
        "v.id, v.sha256, v.site, v.sequence, v.expired_at, v.reason, v.state, v.asked_by, v.asked_account, v.asked_at, \
         v.agreed_by, v.agreed_account, v.agreed_at, v.until_at"
    };
}

crate::statements! {
    ONE = concat!("SELECT ", columns!(), " FROM transfer_bundle b WHERE b.id = $1");
    NEWEST = concat!("SELECT ", columns!(), " FROM transfer_bundle b WHERE b.direction = $1 AND b.kind = $2 AND b.site = $3
        AND b.state <> 'refused' ORDER BY b.sequence DESC, b.number DESC LIMIT 1");
    TAKEN = concat!("SELECT ", columns!(), " FROM transfer_bundle b WHERE b.direction = 'in' AND b.kind = 'content' AND b.site = $1
        AND b.sequence = $2 AND b.state <> 'refused' ORDER BY b.number DESC LIMIT 1");
    PUT = "INSERT INTO transfer_bundle (number, id, direction, kind, state, site, sequence, sha256, size_bytes, made_at,
            expires_at, signed_by, contents, medium, carrier, refusal, words, by_name, at)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM transfer_bundle), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
            $13, $14, $15, $16, $17, $18)";
    SEEN = "SELECT role, highest, sha256, at FROM transfer_seen WHERE site = $1 ORDER BY role";
    SEE = "INSERT INTO transfer_seen (site, role, highest, sha256, at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (site, role) DO UPDATE SET highest = excluded.highest, sha256 = excluded.sha256, at = excluded.at
        WHERE excluded.highest >= transfer_seen.highest";
    OVERRIDES = concat!("SELECT ", override_columns!(), " FROM transfer_override v ORDER BY v.number DESC LIMIT 200");
    OVERRIDE = concat!("SELECT ", override_columns!(), " FROM transfer_override v WHERE v.id = $1");
    ASK = "INSERT INTO transfer_override (number, id, sha256, site, sequence, expired_at, reason, state, asked_by,
            asked_account, asked_at, agreed_by, agreed_account, agreed_at, until_at)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM transfer_override), $1, $2, $3, $4, $5, $6, 'asked', $7, $8, $9, '',
            '', NULL, $10)";
    ANSWER = "UPDATE transfer_override SET state = $2, agreed_by = $3, agreed_account = $4, agreed_at = $5 WHERE id = $1";
    USED = "UPDATE transfer_override SET state = 'used' WHERE id = $1";
}

const FIELDS: &[FilterField] = &[
    FilterField::word("direction", "b.direction", &["out", "in"]).required(),
    FilterField::word("kind", "b.kind", &["content", "results"]).required(),
    FilterField::word("state", "b.state", &["refused", "made", "taken", "taken_expired"]).required(),
    FilterField::text("site", "b.site").required(),
    FilterField::number("sequence", "b.sequence").required(),
    FilterField::number("size", "b.size_bytes").required(),
    FilterField::time("made", "b.made_at"),
    FilterField::time("expires", "b.expires_at"),
    FilterField::text("signed_by", "b.signed_by"),
    FilterField::text("medium", "b.medium"),
    FilterField::text("carrier", "b.carrier"),
    FilterField::text("refusal", "b.refusal"),
    FilterField::time("at", "b.at").required(),
];

/// The list of bundles.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "bundle",
    fields: FIELDS,
    words: &["b.site", "b.medium", "b.carrier", "b.words"],
    unique: "b.number",
    default_sort: ("at", Direction::Descending),
};

pub(crate) fn spec_sql() -> ListSql<'static> {
    ListSql { columns: columns!(), from: "transfer_bundle b", condition: "TRUE", params: Vec::new() }
}

/// A bundle that was made, taken or refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptBundle {
    /// Its id.
    pub id: BundleId,
    /// Which way it went.
    pub direction: BundleDirection,
    /// What it carries.
    pub kind: BundleKind,
    /// What became of it.
    pub state: BundleState,
    /// The site that it is for, or comes from; empty: it could not be read.
    pub site: String,
    /// Its number for that site; 0: it could not be read.
    pub sequence: u64,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// Its size in bytes.
    pub size_bytes: u64,
    /// When it was made; [`Moment::OPEN`]: not known.
    pub made_at: Moment,
    /// When it expires; [`Moment::OPEN`]: not known.
    pub expires_at: Moment,
    /// Who signed it, as names of keys.
    pub signed_by: String,
    /// What is in it, as JSON.
    pub contents: String,
    /// The serial number of the medium; empty: nobody has said.
    pub medium: String,
    /// Who carried it; empty: nobody has said.
    pub carrier: String,
    /// The stable word of why it was refused; empty: it was not.
    pub refusal: String,
    /// What happened, in words.
    pub words: String,
    /// Who made it or brought it in.
    pub by: String,
    /// When.
    pub at: Moment,
    /// How many things of it wait for their place; counted when it is read.
    pub waiting: u64,
}

/// The highest number that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Of which role.
    pub role: String,
    /// The number.
    pub highest: u64,
    /// SHA-256 of what had it.
    pub sha256: [u8; 32],
    /// When it was seen.
    pub at: Moment,
}

/// Two persons' word that an expired bundle may come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpiryOverride {
    /// Its id.
    pub id: ExpiryOverrideId,
    /// SHA-256 of the bundle's file.
    pub sha256: [u8; 32],
    /// Its site.
    pub site: String,
    /// Its number.
    pub sequence: u64,
    /// When it expired.
    pub expired_at: Moment,
    /// Why it may come in all the same.
    pub reason: String,
    /// How it stands.
    pub state: OverrideState,
    /// Who asked.
    pub asked_by: String,
    /// Their account.
    pub asked_account: String,
    /// When.
    pub asked_at: Moment,
    /// Who agreed or declined; empty: nobody yet.
    pub agreed_by: String,
    /// Their account.
    pub agreed_account: String,
    /// When.
    pub agreed_at: Option<Moment>,
    /// Until when it can be used.
    pub until: Moment,
}

impl Reader<'_> {
    /// A bundle.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn transfer_bundle(&mut self, id: BundleId) -> Result<Option<KeptBundle>, StoreError> {
        self.query_opt(ONE, params![id], line)
    }

    /// The bundle with the highest number of a site that was not refused.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn newest_bundle(
        &mut self,
        direction: BundleDirection,
        kind: BundleKind,
        site: &str,
    ) -> Result<Option<KeptBundle>, StoreError> {
        self.query_opt(NEWEST, params![direction.word(), kind.word(), site], line)
    }

    /// The bundle with content of a site that has this number and was taken in here.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn taken_bundle(&mut self, site: &str, sequence: u64) -> Result<Option<KeptBundle>, StoreError> {
        self.query_opt(TAKEN, params![site, sequence], line)
    }

    /// Bundles, the newest first.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn transfer_bundles(&mut self, query: &ListQuery) -> Result<Paged<KeptBundle>, StoreError> {
        self.list(&SPEC, spec_sql(), query, line)
    }

    /// The highest numbers that were seen of a site.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn transfer_seen(&mut self, site: &str) -> Result<Vec<Seen>, StoreError> {
        self.query(SEEN, params![site], |row| {
            Ok(Seen { role: row.get(0)?, highest: row.get(1)?, sha256: row.get(2)?, at: row.get(3)? })
        })
    }

    /// The overrides, the newest first, two hundred at most.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn expiry_overrides(&mut self) -> Result<Vec<ExpiryOverride>, StoreError> {
        self.query(OVERRIDES, params![], override_line)
    }

    /// An override.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn expiry_override(&mut self, id: ExpiryOverrideId) -> Result<Option<ExpiryOverride>, StoreError> {
        self.query_opt(OVERRIDE, params![id], override_line)
    }
}

impl Change<'_> {
    /// Keeps a bundle's line.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_transfer_bundle(&mut self, new: &KeptBundle) -> Result<(), StoreError> {
        self.exec(
            PUT,
            params![
                new.id,
                new.direction.word(),
                new.kind.word(),
                new.state.word(),
                &*storable(&new.site),
                new.sequence,
                &new.sha256,
                new.size_bytes,
                new.made_at,
                new.expires_at,
                &*storable(&new.signed_by),
                &*storable(&new.contents),
                &*storable(&new.medium),
                &*storable(&new.carrier),
                &*storable(&new.refusal),
                &*storable(&new.words),
                &*storable(&new.by),
                new.at
            ],
        )?;
        Ok(())
    }

    /// Remembers the highest number of a role; a lower one changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub fn see_transfer(
        &mut self,
        site: &str,
        role: &str,
        (highest, sha256): (u64, &[u8; 32]),
    ) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(SEE, params![&*storable(site), role, highest, sha256, at])?;
        Ok(())
    }

    /// Keeps the word of the first person.
    ///
    /// # Errors
    /// When the database fails.
    pub fn ask_expiry_override(&mut self, new: &ExpiryOverride) -> Result<(), StoreError> {
        self.exec(
            ASK,
            params![
                new.id,
                &new.sha256,
                &*storable(&new.site),
                new.sequence,
                new.expired_at,
                &*storable(&new.reason),
                &*storable(&new.asked_by),
                &*storable(&new.asked_account),
                new.asked_at,
                new.until
            ],
        )?;
        Ok(())
    }

    /// Keeps the word of the second person.
    ///
    /// # Errors
    /// When the database fails.
    pub fn answer_expiry_override(
        &mut self,
        id: ExpiryOverrideId,
        state: OverrideState,
        (name, account): (&str, &str),
    ) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(ANSWER, params![id, state.word(), &*storable(name), &*storable(account), at])?;
        Ok(())
    }

    /// An override was used; it is not used again.
    ///
    /// # Errors
    /// When the database fails.
    pub fn use_expiry_override(&mut self, id: ExpiryOverrideId) -> Result<(), StoreError> {
        self.exec(USED, params![id])?;
        Ok(())
    }
}

fn line(row: &Row<'_>) -> Result<KeptBundle, StoreError> {
    Ok(KeptBundle {
        id: row.get(0)?,
        direction: row.word(1)?,
        kind: row.word(2)?,
        state: row.word(3)?,
        site: row.get(4)?,
        sequence: row.get(5)?,
        sha256: row.get(6)?,
        size_bytes: row.get(7)?,
        made_at: row.get(8)?,
        expires_at: row.get(9)?,
        signed_by: row.get(10)?,
        contents: row.get(11)?,
        medium: row.get(12)?,
        carrier: row.get(13)?,
        refusal: row.get(14)?,
        words: row.get(15)?,
        by: row.get(16)?,
        at: row.get(17)?,
        waiting: row.get(18)?,
    })
}

fn override_line(row: &Row<'_>) -> Result<ExpiryOverride, StoreError> {
    Ok(ExpiryOverride {
        id: row.get(0)?,
        sha256: row.get(1)?,
        site: row.get(2)?,
        sequence: row.get(3)?,
        expired_at: row.get(4)?,
        reason: row.get(5)?,
        state: row.word(6)?,
        asked_by: row.get(7)?,
        asked_account: row.get(8)?,
        asked_at: row.get(9)?,
        agreed_by: row.get(10)?,
        agreed_account: row.get(11)?,
        agreed_at: row.get(12)?,
        until: row.get(13)?,
    })
}
