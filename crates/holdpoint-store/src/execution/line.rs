//! The list of hosts that are reached over SSH.
//!
//! The surprise: a line is kept also for an asset that an agent or a client of its own serves; then nothing is done over it.

use super::AssetLine;
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged, reach_condition};
use crate::reader::Reader;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::id::AssetId;
use std::collections::BTreeMap;
use std::net::IpAddr;

crate::statements! {
    ALL_LINES = "SELECT address, port, account, fingerprint, rights, note, changed_at, asset_id FROM asset_line";
    OTHER_LINES = "SELECT v.tag, l.address, l.port, l.fingerprint FROM asset_line l JOIN asset x ON x.id = l.asset_id
        JOIN asset_version v ON v.number = x.number AND v.valid_to = 9223372036854775807
        WHERE l.asset_id <> $1 ORDER BY v.tag";
    DOORS = "SELECT l.asset_id, v.tag, l.address, 'line' FROM asset_line l JOIN asset x ON x.id = l.asset_id
        JOIN asset_version v ON v.number = x.number AND v.valid_to = 9223372036854775807
        UNION ALL SELECT c.asset_id, v.tag, c.address, 'client' FROM controller c JOIN asset x ON x.id = c.asset_id
        JOIN asset_version v ON v.number = x.number AND v.valid_to = 9223372036854775807 WHERE c.state = 'accepted'
        ORDER BY 2";
}

macro_rules! served {
    () => {
        "(CASE WHEN EXISTS (SELECT 1 FROM agent g WHERE g.asset_id = l.asset_id AND g.ended_at = 9223372036854775807) THEN 'agent' \
         WHEN EXISTS (SELECT 1 FROM controller c WHERE c.asset_id = l.asset_id AND c.state = 'accepted') THEN 'controller' \
         ELSE 'ssh' END)"
    };
}
macro_rules! worked {
    () => {
        "(SELECT MAX(r.changed_at) FROM step_run r WHERE r.asset_id = l.asset_id AND r.state <> 'waiting')"
    };
}
const COLUMNS: &str = concat!(
    "l.address, l.port, l.account, l.fingerprint, l.rights, l.note, l.changed_at, l.asset_id, v.tag, COALESCE(s.name, ''), ",
    served!(),
    ", ",
    worked!()
);
const FROM: &str = "asset_line l JOIN asset x ON x.id = l.asset_id
    JOIN asset_version v ON v.number = x.number AND v.valid_to = 9223372036854775807 LEFT JOIN site s ON s.id = v.site_id";

const FIELDS: &[FilterField] = &[
    FilterField::text("asset", "v.tag").required(),
    FilterField::text("site", "COALESCE(s.name, '')").required(),
    FilterField::text("address", "l.address").required(),
    FilterField::number("port", "l.port").required(),
    FilterField::text("account", "l.account").required(),
    FilterField::word("rights", "l.rights", &["own", "sudo"]),
    FilterField::word("served", served!(), &["ssh", "agent", "controller"]),
    FilterField::time("worked", worked!()),
    FilterField::time("changed", "l.changed_at").required(),
];

/// The list of lines to hosts.
pub(crate) const LINE_SPEC: ListSpec = ListSpec {
    noun: "line",
    fields: FIELDS,
    words: &["v.tag", "l.address", "l.note"],
    unique: "x.number",
    default_sort: ("asset", Direction::Ascending),
};

/// What of the lines a person may see.
pub(crate) fn line_within(reach: &Reach) -> (String, Vec<Value<'static>>) {
    reach_condition(reach, "v.site_id", 1)
}

pub(crate) fn line_sql<'a>(within: &'a (String, Vec<Value<'static>>)) -> ListSql<'a> {
    ListSql { columns: COLUMNS, from: FROM, condition: &within.0, params: within.1.clone() }
}

/// A line to a host, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostLine {
    /// The asset.
    pub asset: AssetId,
    /// Its tag.
    pub tag: String,
    /// Its site's name; empty: it stands on none.
    pub site_name: String,
    /// How it is reached.
    pub line: AssetLine,
    /// Who serves it: `ssh`, or an `agent` or a `controller`, which go before.
    pub served: String,
    /// When a step of a deployment last moved on it, by whatever hand; `None`: never.
    pub worked_at: Option<Moment>,
}

/// What leads to a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Door {
    /// The asset that it is said to be.
    pub asset: AssetId,
    /// The asset's tag.
    pub tag: String,
    /// What the host is called, as [`host_key`] writes it.
    pub host: String,
    /// `line` or `client`.
    pub what: String,
}

impl Reader<'_> {
    /// One page of lines to hosts.
    ///
    /// # Errors
    /// When the database fails, or the filter is none of this list.
    pub fn asset_line_list(&mut self, query: &ListQuery) -> Result<Paged<HostLine>, StoreError> {
        let within = line_within(&query.reach);
        self.list(&LINE_SPEC, line_sql(&within), query, |row| {
            Ok(HostLine {
                line: line(row)?,
                asset: row.get(7)?,
                tag: row.get(8)?,
                site_name: row.get(9)?,
                served: row.get(10)?,
                worked_at: row.get(11)?,
            })
        })
    }
}

impl Reader<'_> {
    /// The lines of all assets, by asset.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn asset_lines(&mut self) -> Result<BTreeMap<AssetId, AssetLine>, StoreError> {
        let all = self.query(ALL_LINES, params![], |row| Ok((row.get(7)?, line(row)?)))?;
        Ok(all.into_iter().collect())
    }

    /// What leads to hosts: all lines, and the clients that a person has accepted, by tag.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn doors_of_hosts(&mut self) -> Result<Vec<Door>, StoreError> {
        self.query(DOORS, params![], |row| {
            let host = host_key(&row.get::<String>(2)?);
            Ok(Door { asset: row.get(0)?, tag: row.get(1)?, host, what: row.get(3)? })
        })
    }

    /// The tags of other assets whose line leads to the same address and port, or to a host with the same key.
    ///
    /// # Errors
    /// When the database fails.
    pub fn same_line(&mut self, asset: AssetId, line: &AssetLine) -> Result<Vec<String>, StoreError> {
        let host = host_key(&line.address);
        let all = self.query(OTHER_LINES, params![asset], |row| {
            Ok((row.get::<String>(0)?, row.get::<String>(1)?, row.get::<u32>(2)?, row.get::<String>(3)?))
        })?;
        let same = |address: &str, port: u32, fingerprint: &str| {
            fingerprint == line.fingerprint || port == u32::from(line.port) && host_key(address) == host
        };
        let found = all.into_iter().filter(|(_, address, port, key)| same(address, *port, key));
        Ok(found.map(|(tag, ..)| tag).collect())
    }
}

/// What a host is called, the same for every way to write it: an address as a number, so that `::ffff:10.0.0.7` is `10.0.0.7`, and a
/// name without regard to case and to a dot at its end.
#[must_use]
pub fn host_key(address: &str) -> String {
    let text = address.trim().trim_end_matches('.').to_ascii_lowercase();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(&text);
    match bare.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().to_string(),
        Err(_) => bare.to_owned(),
    }
}

/// The first seven columns.
pub(super) fn line(row: &Row<'_>) -> Result<AssetLine, StoreError> {
    Ok(AssetLine {
        address: row.get(0)?,
        port: u16::try_from(row.get::<u32>(1)?).map_err(|_| StoreError::damaged("a port"))?,
        account: row.get(2)?,
        fingerprint: row.get(3)?,
        rights: row.get(4)?,
        note: row.get(5)?,
        changed_at: row.get(6)?,
    })
}
