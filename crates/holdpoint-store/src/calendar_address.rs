//! Addresses of calendars, which programs of people read without signing in.
//!
//! The surprise: an address is found by the hash of its secret alone, also a revoked one; whoever asks decides what that means.

use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Row, params};
use holdpoint_domain::Moment;
use holdpoint_domain::id::{CalendarAddressId, SiteId, UserId};

macro_rules! columns {
    () => {
        "a.id, a.name, a.site_id, COALESCE(s.name, ''), a.titles, a.sha256, a.owner_id, a.owner_name, a.made_at, a.revoked_at"
    };
}

crate::statements! {
    ALL = concat!("SELECT ", columns!(), " FROM calendar_address a LEFT JOIN site s ON s.id = a.site_id
        ORDER BY a.number DESC");
    BY_HASH = concat!("SELECT ", columns!(), " FROM calendar_address a LEFT JOIN site s ON s.id = a.site_id
        WHERE a.sha256 = $1");
    PUT = "INSERT INTO calendar_address (number, id, name, site_id, titles, sha256, owner_id, owner_name, made_at, revoked_at)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM calendar_address), $1, $2, $3, $4, $5, $6, $7, $8,
            9223372036854775807)";
    REVOKE = "UPDATE calendar_address SET revoked_at = $2 WHERE id = $1";
}

/// An address of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarAddress {
    /// Its id.
    pub id: CalendarAddressId,
    /// What it is for.
    pub name: String,
    /// The site that it shows; `None`: all that its owner may see.
    pub site: Option<SiteId>,
    /// That site's name; empty: all.
    pub site_name: String,
    /// `shown` or `hidden`: whether titles are told, or only that something is.
    pub titles: String,
    /// SHA-256 of its secret.
    pub sha256: [u8; 32],
    /// Whose it is.
    pub owner: UserId,
    /// The owner's name.
    pub owner_name: String,
    /// When it was made.
    pub made_at: Moment,
    /// When it was revoked; [`Moment::OPEN`]: it works.
    pub revoked_at: Moment,
}

impl Reader<'_> {
    /// All addresses, the newest first, revoked ones too.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn calendar_addresses(&mut self) -> Result<Vec<CalendarAddress>, StoreError> {
        self.query(ALL, params![], line)
    }

    /// The address with that hash of its secret.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn calendar_address_by_hash(
        &mut self,
        sha256: &[u8; 32],
    ) -> Result<Option<CalendarAddress>, StoreError> {
        self.query_opt(BY_HASH, params![sha256], line)
    }
}

impl Change<'_> {
    /// Keeps a new address.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_calendar_address(&mut self, new: &CalendarAddress) -> Result<(), StoreError> {
        self.exec(
            PUT,
            params![
                new.id,
                &*storable(&new.name),
                new.site,
                new.titles.as_str(),
                &new.sha256,
                new.owner,
                &*storable(&new.owner_name),
                new.made_at
            ],
        )?;
        Ok(())
    }

    /// Revokes an address.
    ///
    /// # Errors
    /// When the database fails.
    pub fn revoke_calendar_address(&mut self, id: CalendarAddressId) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(REVOKE, params![id, at])?;
        Ok(())
    }
}

fn line(row: &Row<'_>) -> Result<CalendarAddress, StoreError> {
    Ok(CalendarAddress {
        id: row.get(0)?,
        name: row.get(1)?,
        site: row.get(2)?,
        site_name: row.get(3)?,
        titles: row.get(4)?,
        sha256: row.get(5)?,
        owner: row.get(6)?,
        owner_name: row.get(7)?,
        made_at: row.get(8)?,
        revoked_at: row.get(9)?,
    })
}
