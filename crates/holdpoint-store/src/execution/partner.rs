//! The other members of redundancy groups: which of their own programs have fallen silent, and how the others are reached.
//!
//! The surprise: that a program was heard is written down some minutes coarse, so a silence shown here may be shorter in memory.

use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::params;
use holdpoint_domain::Moment;
use holdpoint_domain::id::{AssetId, SiteId};

crate::statements! {
    SILENT_AGENTS = "SELECT asset_id, seen_at FROM agent
        WHERE site_id = $1 AND ended_at = 9223372036854775807 AND seen_at < $2 ORDER BY number";
    SILENT_CONTROLLERS = "SELECT asset_id, seen_at, number FROM controller
        WHERE site_id = $1 AND state = 'accepted' AND asset_id IS NOT NULL AND seen_at < $2 ORDER BY number";
    PARTNERS = "SELECT v.tag, v.redundancy_group, l.address, l.port, l.fingerprint,
            (SELECT COUNT(*) FROM step_run s WHERE s.asset_id = x.id AND s.state IN ('installing', 'awaiting_restart',
                'restarting', 'to_verify', 'verifying', 'broken', 'undoing', 'to_verify_undo', 'verifying_undo', 'by_hand')),
            (SELECT COUNT(*) FROM agent g WHERE g.asset_id = x.id AND g.ended_at = 9223372036854775807)
            + (SELECT COUNT(*) FROM controller c WHERE c.asset_id = x.id AND c.state = 'accepted')
        FROM asset o
        JOIN asset_version w ON w.number = o.number AND w.valid_to = 9223372036854775807 AND w.redundancy_group <> ''
        JOIN asset_version v ON v.site_id = w.site_id AND v.redundancy_group = w.redundancy_group
            AND v.valid_to = 9223372036854775807 AND v.number <> w.number
        JOIN asset x ON x.number = v.number
        LEFT JOIN asset_line l ON l.asset_id = x.id
        WHERE o.id = $1 ORDER BY v.tag";
}

/// Another member of an asset's redundancy group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// Its tag.
    pub tag: String,
    /// The group.
    pub group: String,
    /// Whether a plan has it in work, or it stands broken.
    pub is_in_work: bool,
    /// How it is reached.
    pub way: PartnerWay,
}

/// How anything is heard of another member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartnerWay {
    /// It has an agent, or a client of its own, and is heard by that.
    OwnProgram,
    /// It is reached over SSH.
    Line {
        /// Its name or address.
        address: String,
        /// The port.
        port: u16,
        /// The fingerprint of its key.
        fingerprint: String,
    },
    /// Nothing is.
    Nothing,
}

impl Reader<'_> {
    /// Agents of a site that were seen last before a moment, with that.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn agents_not_seen_since(
        &mut self,
        site: SiteId,
        since: Moment,
    ) -> Result<Vec<(AssetId, Moment)>, StoreError> {
        self.query(SILENT_AGENTS, params![site, since], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// Accepted controllers of a site that were seen last before a moment: the asset, when, and the controller's number.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn controllers_not_seen_since(
        &mut self,
        site: SiteId,
        since: Moment,
    ) -> Result<Vec<(AssetId, Moment, i64)>, StoreError> {
        let read = |row: &crate::value::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        self.query(SILENT_CONTROLLERS, params![site, since], read)
    }

    /// The other members of an asset's redundancy group at its site; empty: it is in none.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn partners_of(&mut self, asset: AssetId) -> Result<Vec<Partner>, StoreError> {
        self.query(PARTNERS, params![asset], |row| {
            let line: (Option<String>, Option<i64>, Option<String>) = (row.get(2)?, row.get(3)?, row.get(4)?);
            let has_program = row.get::<i64>(6)? > 0;
            let way = match line {
                _ if has_program => PartnerWay::OwnProgram,
                (Some(address), Some(port), Some(fingerprint)) => {
                    PartnerWay::Line { address, port: u16::try_from(port).unwrap_or_default(), fingerprint }
                }
                _ => PartnerWay::Nothing,
            };
            Ok(Partner { tag: row.get(0)?, group: row.get(1)?, is_in_work: row.get::<i64>(5)? > 0, way })
        })
    }
}
