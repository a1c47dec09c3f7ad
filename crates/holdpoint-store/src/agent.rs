//! Agents: the codes with which they are enrolled, and who is enrolled by which certificate.
//!
//! Papers and orders are in files of their own. The surprise: an agent is never changed into another asset's: a new
//! enrolment is a new row, and the old one ends.

mod order;
mod paper;

pub use order::{AgentOrder, DeviceEvent, NewOrder, OpenDeed, OrderClosing, OrderGate, OrderOf};
pub use paper::KeptPaper;

use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged, reach_condition};
use crate::reader::Reader;
use crate::store::Store;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::id::{AssetId, PlanId, SiteId};

#[cfg(test)]
pub(crate) use order::STATEMENTS as ORDER_STATEMENTS;
#[cfg(test)]
pub(crate) use paper::STATEMENTS as PAPER_STATEMENTS;

macro_rules! columns {
    () => {
        "a.asset_id, a.site_id, a.class, a.certificate, a.next_certificate, a.expires_at, a.root_version, a.agent_version, \
         a.host_name, a.enrolled_at, a.enrolled_by, a.ended_at, a.ended_why, a.journal, a.journal_changed, a.heard_at, \
         a.inventory_at, a.inventory_taken_at, a.inventory_sha256, \
         COALESCE((SELECT MAX(v.tag) FROM asset x JOIN asset_version v ON v.number = x.number \
            AND v.valid_to = 9223372036854775807 WHERE x.id = a.asset_id), ''), \
         COALESCE((SELECT s.name FROM site s WHERE s.id = a.site_id), ''), a.number, a.seen_at"
    };
}
const COLUMNS: &str = columns!();
const TAG: &str = "COALESCE((SELECT MAX(v.tag) FROM asset x JOIN asset_version v ON v.number = x.number \
    AND v.valid_to = 9223372036854775807 WHERE x.id = a.asset_id), '')";

crate::statements! {
    PUT_CODE = "INSERT INTO agent_code (number, asset_id, site_id, class, sha256, made_by, made_at, expires_at)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM agent_code), $1, $2, $3, $4, $5, $6, $7)";
    CODE = "SELECT asset_id, site_id, class, made_by, expires_at, used_at FROM agent_code WHERE sha256 = $1";
    USE_CODE = "UPDATE agent_code SET used_at = $2 WHERE sha256 = $1 AND used_at IS NULL";
    END_CODES = "UPDATE agent_code SET used_at = $2 WHERE asset_id = $1 AND used_at IS NULL";
    PUT = "INSERT INTO agent (number, asset_id, site_id, class, certificate, expires_at, root_version, agent_version,
            host_name, enrolled_at, enrolled_by, ended_at, ended_why, journal_changed, seen_at)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM agent), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
            9223372036854775807, '', 0, $9)";
    END = "UPDATE agent SET ended_at = $2, ended_why = $3 WHERE asset_id = $1 AND ended_at = 9223372036854775807";
    OF_ASSET = concat!("SELECT ", columns!(), " FROM agent a
        WHERE a.asset_id = $1 AND a.ended_at = 9223372036854775807 ORDER BY a.number DESC LIMIT 1");
    OF_OPEN_STEPS = concat!("SELECT ", columns!(), " FROM agent a WHERE a.ended_at = 9223372036854775807
        AND a.asset_id IN (SELECT s.asset_id FROM step_run s JOIN change_plan p ON p.number = s.plan_no
            WHERE p.id = $1 AND s.deadline IS NOT NULL) ORDER BY a.number");
    BY_CERTIFICATE = concat!("SELECT ", columns!(), " FROM agent a
        WHERE a.certificate = $1 AND a.ended_at = 9223372036854775807");
    BY_NEXT = concat!("SELECT ", columns!(), " FROM agent a
        WHERE a.next_certificate = $1 AND a.ended_at = 9223372036854775807");
    RENEW = "UPDATE agent SET next_certificate = $2, expires_at = $3
        WHERE asset_id = $1 AND ended_at = 9223372036854775807";
    RENEWED = "UPDATE agent SET certificate = next_certificate, next_certificate = NULL
        WHERE next_certificate = $1 AND ended_at = 9223372036854775807";
    HEARD = "UPDATE agent SET heard_at = $2 WHERE asset_id = $1 AND ended_at = 9223372036854775807";
    JOURNAL = "UPDATE agent SET journal = $2, journal_changed = $3
        WHERE asset_id = $1 AND ended_at = 9223372036854775807";
    SEEN = "UPDATE agent SET seen_at = $2 WHERE asset_id = $1 AND ended_at = 9223372036854775807 AND seen_at < $2";
    INVENTORY = "UPDATE agent SET inventory_at = $2, inventory_taken_at = $3, inventory_sha256 = $4, agent_version = $5
        WHERE asset_id = $1 AND ended_at = 9223372036854775807";
}

const FIELDS: &[FilterField] = &[
    FilterField::text("asset", TAG),
    FilterField::text("site", "COALESCE((SELECT s.name FROM site s WHERE s.id = a.site_id), '')"),
    FilterField::text("class", "a.class").required(),
    FilterField::text("version", "a.agent_version").required(),
    FilterField::text("host", "a.host_name").required(),
    FilterField::time("enrolled", "a.enrolled_at").required(),
    FilterField::time("expires", "a.expires_at").required(),
    FilterField::time("seen", "a.seen_at").required(),
    FilterField::time("heard", "a.heard_at"),
    FilterField::time("inventory", "a.inventory_at"),
    FilterField::flag("ended", "a.ended_at < 9223372036854775807"),
    FilterField::flag("lost_records", "a.journal_changed > 0"),
];

/// The list of agents.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "agent",
    fields: FIELDS,
    words: &["a.host_name", "a.class"],
    unique: "a.number",
    default_sort: ("asset", Direction::Ascending),
};

/// What of the agents a person may see: those of their sites.
pub(crate) fn within(reach: &Reach) -> (String, Vec<Value<'static>>) {
    reach_condition(reach, "a.site_id", 1)
}

pub(crate) fn spec_sql<'a>(within: &'a (String, Vec<Value<'static>>)) -> ListSql<'a> {
    ListSql { columns: COLUMNS, from: "agent a", condition: &within.0, params: within.1.clone() }
}

/// A code for enrolment, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentCode {
    /// The asset that a device becomes with it.
    pub asset: AssetId,
    /// The asset's site.
    pub site: SiteId,
    /// The class of devices.
    pub class: String,
    /// Who made it.
    pub made_by: String,
    /// Until when it works.
    pub expires_at: Moment,
    /// When it was used, or replaced by another.
    pub used_at: Option<Moment>,
}

/// An enrolled agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentLine {
    /// The number of its row.
    pub number: i64,
    /// The asset that it is.
    pub asset: AssetId,
    /// The asset's tag.
    pub tag: String,
    /// The asset's site when it was enrolled.
    pub site: SiteId,
    /// That site's name.
    pub site_name: String,
    /// Its class of devices.
    pub class: String,
    /// SHA-256 of its certificate.
    pub certificate: [u8; 32],
    /// SHA-256 of the certificate that it was given to renew that one, until it is seen.
    pub next_certificate: Option<[u8; 32]>,
    /// When the newest certificate is over.
    pub expires_at: Moment,
    /// The root that it was given first.
    pub root_version: u64,
    /// The version of its program.
    pub agent_version: String,
    /// What the device calls itself.
    pub host_name: String,
    /// Since when.
    pub enrolled_at: Moment,
    /// Who made the code.
    pub enrolled_by: String,
    /// When it ended; [`Moment::OPEN`]: it holds.
    pub ended_at: Moment,
    /// Why.
    pub ended_why: String,
    /// The name of its journal, once it has told something.
    pub journal: Option<String>,
    /// When it came with another journal: it lost its records.
    pub journal_changed: Option<Moment>,
    /// When it last told something that was kept.
    pub heard_at: Option<Moment>,
    /// When its last inventory came.
    pub inventory_at: Option<Moment>,
    /// When that was taken, by the device's own clock.
    pub inventory_taken_at: Option<Moment>,
    /// The inventory among the blobs.
    pub inventory_sha256: Option<[u8; 32]>,
    /// When it last asked, a few minutes coarse; at first when it came with its code.
    pub seen_at: Moment,
}

/// An agent to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAgent {
    /// The code with which it comes.
    pub code: AgentCode,
    /// SHA-256 of its certificate.
    pub certificate: [u8; 32],
    /// When that is over.
    pub expires_at: Moment,
    /// The root that it is given.
    pub root_version: u64,
    /// The version of its program.
    pub agent_version: String,
    /// What the device calls itself.
    pub host_name: String,
}

impl Reader<'_> {
    /// The code of this hash, used or over ones too.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn agent_code(&mut self, sha256: &[u8; 32]) -> Result<Option<AgentCode>, StoreError> {
        self.query_opt(CODE, params![sha256], |row| {
            Ok(AgentCode {
                asset: row.get(0)?,
                site: row.get(1)?,
                class: row.get(2)?,
                made_by: row.get(3)?,
                expires_at: row.get(4)?,
                used_at: row.get(5)?,
            })
        })
    }

    /// The agent that an asset has now.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn agent_of(&mut self, asset: AssetId) -> Result<Option<AgentLine>, StoreError> {
        self.query_opt(OF_ASSET, params![asset], line)
    }

    /// The agents of the assets on which a plan has a deed that is intended and not ended.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn agents_of_open_steps(&mut self, plan: PlanId) -> Result<Vec<AgentLine>, StoreError> {
        self.query(OF_OPEN_STEPS, params![plan], line)
    }

    /// The agent that shows this certificate; one that was revoked is none.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn agent_by_certificate(&mut self, sha256: &[u8; 32]) -> Result<Option<AgentLine>, StoreError> {
        match self.query_opt(BY_CERTIFICATE, params![sha256], line)? {
            Some(found) => Ok(Some(found)),
            None => self.query_opt(BY_NEXT, params![sha256], line),
        }
    }

    /// One page of agents, those that ended too.
    ///
    /// # Errors
    /// When the database fails, or the filter is none of this list.
    pub fn agent_list(&mut self, query: &ListQuery) -> Result<Paged<AgentLine>, StoreError> {
        let within = within(&query.reach);
        self.list(&SPEC, spec_sql(&within), query, line)
    }
}

impl Change<'_> {
    /// Keeps the hash of a code; the codes that the asset had before work no more.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_agent_code(&mut self, code: &AgentCode, sha256: &[u8; 32]) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(END_CODES, params![code.asset, at])?;
        let (class, by) = (storable(&code.class), storable(&code.made_by));
        self.exec(PUT_CODE, params![code.asset, code.site, &*class, sha256, &*by, at, code.expires_at])?;
        Ok(())
    }

    /// Uses a code up; whether it was still there to be used.
    ///
    /// # Errors
    /// When the database fails.
    pub fn use_agent_code(&mut self, sha256: &[u8; 32]) -> Result<bool, StoreError> {
        let at = self.at();
        Ok(self.exec(USE_CODE, params![sha256, at])? == 1)
    }

    /// Keeps a new agent; the one that the asset had before ends.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_agent(&mut self, new: &NewAgent) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(END, params![new.code.asset, at, "the asset was enrolled anew"])?;
        self.exec(
            PUT,
            params![
                new.code.asset,
                new.code.site,
                &*storable(&new.code.class),
                new.certificate,
                new.expires_at,
                new.root_version,
                &*storable(&new.agent_version),
                &*storable(&new.host_name),
                at,
                &*storable(&new.code.made_by)
            ],
        )?;
        Ok(())
    }

    /// Ends the agent of an asset; whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn end_agent(&mut self, asset: AssetId, why: &str) -> Result<bool, StoreError> {
        let at = self.at();
        Ok(self.exec(END, params![asset, at, &*storable(why)])? > 0)
    }

    /// Keeps the certificate that an agent gets to renew its own. Both work until the new one is seen.
    ///
    /// # Errors
    /// When the database fails.
    pub fn renew_agent(
        &mut self,
        asset: AssetId,
        next: &[u8; 32],
        expires_at: Moment,
    ) -> Result<(), StoreError> {
        self.exec(RENEW, params![asset, next, expires_at])?;
        Ok(())
    }

    /// The new certificate was seen: the old one works no more.
    ///
    /// # Errors
    /// When the database fails.
    pub fn agent_renewed(&mut self, next: &[u8; 32]) -> Result<(), StoreError> {
        self.exec(RENEWED, params![next])?;
        Ok(())
    }

    /// An agent told something.
    ///
    /// # Errors
    /// When the database fails.
    pub fn agents_heard(&mut self, assets: &[AssetId]) -> Result<(), StoreError> {
        let at = self.at();
        self.exec_many(HEARD, assets.iter().map(|asset| params![*asset, at].to_vec()))?;
        Ok(())
    }

    /// The name of an agent's journal; `None` as `changed`: it is the first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn agent_journal(
        &mut self,
        asset: AssetId,
        journal: &str,
        changed: Option<Moment>,
    ) -> Result<(), StoreError> {
        self.exec(JOURNAL, params![asset, &*storable(journal), changed.map_or(0, Moment::micros)])?;
        Ok(())
    }

    /// Keeps an inventory that an agent handed over; gives its place among the blobs.
    ///
    /// # Errors
    /// When the database fails, or it is too large.
    pub fn put_agent_inventory(
        &mut self,
        asset: AssetId,
        bytes: &[u8],
        taken_at: Moment,
        agent_version: &str,
    ) -> Result<[u8; 32], StoreError> {
        let at = self.at();
        let sha256 = self.put_blob(bytes)?;
        self.exec(INVENTORY, params![asset, at, taken_at, sha256, &*storable(agent_version)])?;
        Ok(sha256)
    }
}

impl Store {
    /// Marks agents as seen. Not audited: it says nothing that a person decided. Whether it was done: while a change keeps
    /// SQLite busy nothing is marked, and it is tried again later.
    ///
    /// # Errors
    /// When the database fails.
    pub fn touch_agents(&self, seen: &[(AssetId, Moment)]) -> Result<bool, StoreError> {
        self.mark(SEEN, &mut seen.iter().map(|(asset, at)| params![*asset, *at].to_vec()))
    }
}

fn line(row: &Row<'_>) -> Result<AgentLine, StoreError> {
    let changed: i64 = row.get(14)?;
    Ok(AgentLine {
        asset: row.get(0)?,
        site: row.get(1)?,
        class: row.get(2)?,
        certificate: row.get(3)?,
        next_certificate: row.get(4)?,
        expires_at: row.get(5)?,
        root_version: row.get(6)?,
        agent_version: row.get(7)?,
        host_name: row.get(8)?,
        enrolled_at: row.get(9)?,
        enrolled_by: row.get(10)?,
        ended_at: row.get(11)?,
        ended_why: row.get(12)?,
        journal: row.get(13)?,
        journal_changed: (changed > 0).then(|| Moment::from_micros(changed)),
        heard_at: row.get(15)?,
        inventory_at: row.get(16)?,
        inventory_taken_at: row.get(17)?,
        inventory_sha256: row.get(18)?,
        tag: row.get(19)?,
        site_name: row.get(20)?,
        number: row.get(21)?,
        seen_at: row.get(22)?,
    })
}
