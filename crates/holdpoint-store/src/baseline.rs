//! Approval baselines and how each patch stands in them. Every step of an entry is a row with its period.
//!
//! Not here: which step is legal (`holdpoint-domain`). The surprise: an entry that was never decided has no row, and
//! that is not the same as *not authorised*.

use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged, reach_condition};
use crate::reader::Reader;
use crate::validity::{begin_after, instant};
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::baseline::{
    AssetScope, Baseline, Entry, EntryState, Force, Hold, Place, SystemRelease,
};
use holdpoint_domain::id::{BaselineId, DecisionId, SiteId, ZoneId};
use holdpoint_domain::patch_state::OwnerState;
use holdpoint_domain::signature::Person;
use std::collections::BTreeSet;

const COLUMNS: &str = "b.id, b.name, b.description, p.id, b.kind, b.vendor, b.product, b.release_product, \
    b.release_version, b.site_id, b.zone_id, b.author, b.created_at, COALESCE(p.name, ''), COALESCE(s.name, ''), \
    COALESCE(z.name, ''), \
    b.in_force_at, b.author_account, \
    (SELECT COUNT(*) FROM baseline_entry e WHERE e.baseline_no = b.number AND e.valid_to = 9223372036854775807), \
    (SELECT COUNT(*) FROM baseline_entry e WHERE e.baseline_no = b.number AND e.valid_to = 9223372036854775807 \
     AND e.state = 'effective'), \
    (SELECT COUNT(*) FROM baseline_entry e WHERE e.baseline_no = b.number AND e.valid_to = 9223372036854775807 \
     AND e.hold IS NOT NULL)";
const TABLES: &str = "baseline b LEFT JOIN baseline p ON p.number = b.parent_no LEFT JOIN site s ON s.id = b.site_id \
    LEFT JOIN zone z ON z.id = b.zone_id";

macro_rules! entry_columns {
    () => {
        "b.id, e.patch, e.state, e.why, e.decision_id, e.hold, e.held_since, e.valid_from, e.by_name, e.by_account, \
         b.name"
    };
}
const ENTRY_COLUMNS: &str = entry_columns!();
const ENTRY_TABLES: &str = "baseline_entry e JOIN baseline b ON b.number = e.baseline_no";

crate::statements! {
    ALL = "SELECT b.id, b.name, b.description, p.id, b.kind, b.vendor, b.product, b.release_product,
            b.release_version, b.site_id, b.zone_id, b.author, b.created_at, '', '', '', b.in_force_at, b.author_account
        FROM baseline b LEFT JOIN baseline p ON p.number = b.parent_no ORDER BY b.number";
    KEPT = "SELECT l.baseline_id, i.id FROM lowering l JOIN asset i ON i.number = l.asset_no
        WHERE l.ended_at IS NULL AND l.baseline_id IS NOT NULL";
    LAST = "SELECT COALESCE(MAX(number), 0) FROM baseline";
    INSERT = "INSERT INTO baseline (number, id, name, description, parent_no, kind, vendor, product, release_product,
            release_version, site_id, zone_id, author, created_at, author_account, in_force_at, in_force_by)
        VALUES ($1, $2, $3, $4, (SELECT number FROM baseline WHERE id = $5), $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
            $16, $17)";
    PUT_IN_FORCE = "UPDATE baseline SET in_force_at = $2, in_force_by = $3 WHERE id = $1 AND in_force_at IS NULL";
    ENTRY = concat!("SELECT ", entry_columns!(), " FROM baseline_entry e JOIN baseline b ON b.number = e.baseline_no
        WHERE b.id = $1 AND e.patch = $2 AND e.valid_to = 9223372036854775807");
    ENTRIES_OF_PATCH = concat!("SELECT ", entry_columns!(), " FROM baseline_entry e
        JOIN baseline b ON b.number = e.baseline_no WHERE e.patch = $1 AND e.valid_to = 9223372036854775807
        ORDER BY b.number");
    ALL_ENTRIES = concat!("SELECT ", entry_columns!(), " FROM baseline_entry e
        JOIN baseline b ON b.number = e.baseline_no WHERE e.valid_from <= $1 AND e.valid_to > $1
        ORDER BY b.number, e.patch");
    HISTORY = concat!("SELECT ", entry_columns!(), " FROM baseline_entry e
        JOIN baseline b ON b.number = e.baseline_no WHERE b.id = $1 AND e.patch = $2 ORDER BY e.place");
    OPEN_STEP = "SELECT b.number, COALESCE(MAX(e.place), 0), MAX(e.valid_from) FROM baseline b
        LEFT JOIN baseline_entry e ON e.baseline_no = b.number AND e.patch = $2 WHERE b.id = $1 GROUP BY b.number";
    STEP_END = "UPDATE baseline_entry SET valid_to = $3 WHERE baseline_no = $1 AND patch = $2
        AND valid_to = 9223372036854775807";
    STEP_INSERT = "INSERT INTO baseline_entry (baseline_no, patch, place, valid_from, valid_to, state, why, decision_id,
            hold, held_since, by_name, by_account)
        VALUES ($1, $2, $3, $4, 9223372036854775807, $5, $6, $7, $8, $9, $10, $11)";
}

const FIELDS: &[FilterField] = &[
    FilterField::text("name", "b.name").required(),
    FilterField::text("parent", "p.name"),
    FilterField::text("kind", "b.kind"),
    FilterField::text("vendor", "b.vendor"),
    FilterField::text("product", "b.product"),
    FilterField::text("release", "b.release_product"),
    FilterField::text("version", "b.release_version"),
    FilterField::text("site", "s.name"),
    FilterField::text("zone", "z.name"),
    FilterField::text("author", "b.author"),
    FilterField::time("created", "b.created_at").required(),
];

/// The list of baselines.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "baseline",
    fields: FIELDS,
    words: &["b.name", "b.description", "b.release_product"],
    unique: "b.number",
    default_sort: ("name", Direction::Ascending),
};

const STATES: &[&str] = &["not_authorized", "in_internal_test", "authorized", "effective"];
const ENTRY_FIELDS: &[FilterField] = &[
    FilterField::text("patch", "e.patch").required(),
    FilterField::text("baseline", "b.name").required(),
    FilterField::word("state", "e.state", STATES),
    FilterField::text("why", "e.why"),
    FilterField::text("hold", "e.hold"),
    FilterField::text("by", "e.by_name"),
    FilterField::time("since", "e.valid_from").required(),
];

/// The list of entries of baselines.
pub(crate) const ENTRY_SPEC: ListSpec = ListSpec {
    noun: "baseline entry",
    fields: ENTRY_FIELDS,
    words: &["e.patch", "e.why", "b.name"],
    unique: "e.patch || ' ' || b.name",
    default_sort: ("since", Direction::Descending),
};

/// A baseline as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineLine {
    /// The baseline.
    pub baseline: Baseline,
    /// Who made it.
    pub author: String,
    /// When.
    pub created_at: Moment,
    /// The name of the one that it inherits from; empty: none.
    pub parent: String,
    /// Its site's name; empty: all.
    pub site: String,
    /// Its zone's name; empty: all.
    pub zone: String,
    /// How many patches were decided in it.
    pub entries: u64,
    /// How many of them are effective.
    pub effective: u64,
    /// How many are on hold.
    pub on_hold: u64,
}

/// An entry with the name of its baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryLine {
    /// The entry.
    pub entry: Entry,
    /// The baseline's name.
    pub baseline: String,
}

/// The statement behind the list; baselines of all sites are seen by everybody.
pub(crate) fn within(reach: &Reach) -> (String, Vec<Value<'static>>) {
    let (condition, params) = reach_condition(reach, "b.site_id", 1);
    (format!("(b.site_id IS NULL OR {condition})"), params)
}

pub(crate) fn spec_sql<'a>(within: &'a (String, Vec<Value<'static>>)) -> ListSql<'a> {
    ListSql { columns: COLUMNS, from: TABLES, condition: &within.0, params: within.1.clone() }
}

/// What of the entries is looked at.
pub(crate) fn entries_within(
    baselines: &[BaselineId],
    as_of: Moment,
    reach: &Reach,
) -> (String, Vec<Value<'static>>) {
    let (reached, mut rest) = reach_condition(reach, "b.site_id", 2);
    let mut params = vec![Value::from(instant(as_of))];
    params.append(&mut rest);
    let mut condition =
        format!("e.valid_from <= $1 AND e.valid_to > $1 AND (b.site_id IS NULL OR {reached})");
    if !baselines.is_empty() {
        let list = crate::reader::in_list("{list}", params.len(), baselines.len());
        condition.push_str(&format!(" AND b.id IN ({list})"));
        params.extend(baselines.iter().map(|id| Value::from(*id)));
    }
    (condition, params)
}

pub(crate) fn entry_sql<'a>(within: &'a (String, Vec<Value<'static>>)) -> ListSql<'a> {
    ListSql { columns: ENTRY_COLUMNS, from: ENTRY_TABLES, condition: &within.0, params: within.1.clone() }
}

impl Reader<'_> {
    /// Baselines, by name. Those of no site are seen by everybody.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn baseline_list(&mut self, query: &ListQuery) -> Result<Paged<BaselineLine>, StoreError> {
        let within = within(&query.reach);
        self.list(&SPEC, spec_sql(&within), query, line)
    }

    /// All baselines.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn baselines(&mut self) -> Result<Vec<Baseline>, StoreError> {
        let mut all = self.query(ALL, params![], baseline)?;
        let kept = self.query(KEPT, params![], |row| Ok((row.get::<BaselineId>(0)?, row.get(1)?)))?;
        for (id, asset) in kept {
            if let Some(one) = all.iter_mut().find(|one| one.id == id) {
                one.keeps.insert(asset);
            }
        }
        Ok(all)
    }

    /// Entries as they stood, of these baselines or of all.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn entry_list(
        &mut self,
        baselines: &[BaselineId],
        query: &ListQuery,
    ) -> Result<Paged<EntryLine>, StoreError> {
        let within = entries_within(baselines, query.as_of, &query.reach);
        self.list(&ENTRY_SPEC, entry_sql(&within), query, entry)
    }

    /// How a patch stands in a baseline; `None`: nobody has decided anything.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn entry(&mut self, baseline: BaselineId, patch: &str) -> Result<Option<Entry>, StoreError> {
        Ok(self.query_opt(ENTRY, params![baseline, patch], entry)?.map(|line| line.entry))
    }

    /// How a patch stands in all baselines.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn entries_of_patch(&mut self, patch: &str) -> Result<Vec<EntryLine>, StoreError> {
        self.query(ENTRIES_OF_PATCH, params![patch], entry)
    }

    /// Every entry as it stood.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn all_entries(&mut self, as_of: Moment) -> Result<Vec<EntryLine>, StoreError> {
        self.query(ALL_ENTRIES, params![instant(as_of)], entry)
    }

    /// The steps of an entry, the oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn entry_history(&mut self, baseline: BaselineId, patch: &str) -> Result<Vec<EntryLine>, StoreError> {
        self.query(HISTORY, params![baseline, patch], entry)
    }
}

impl Change<'_> {
    /// Keeps a new baseline.
    ///
    /// # Errors
    /// When the name is taken or the database fails.
    pub fn put_baseline(&mut self, new: &Baseline, author: &Person) -> Result<(), StoreError> {
        let number: i64 = self.query_one(LAST, params![], |row| row.get::<i64>(0))? + 1;
        let scope = &new.scope;
        let (site, zone): (Option<SiteId>, Option<ZoneId>) = match scope.place {
            Place::Everywhere => (None, None),
            Place::Site(site) => (Some(site), None),
            Place::Zone(site, zone) => (Some(site), Some(zone)),
        };
        let release = |part: fn(&SystemRelease) -> &String| {
            scope.release.as_ref().map(|release| part(release).clone()).unwrap_or_default()
        };
        let at = self.at();
        let in_force = new.force == Force::InForce;
        let by = storable(&author.name);
        self.exec(
            INSERT,
            params![
                number,
                new.id,
                &*storable(&new.name),
                &*storable(&new.description),
                new.parent,
                scope.kind.map_or("", |kind| kind.word()),
                &*storable(&scope.vendor),
                &*storable(&scope.product),
                &*storable(&release(|release| &release.product)),
                &*storable(&release(|release| &release.version)),
                site,
                zone,
                &*storable(&author.name),
                at,
                &*storable(&author.account),
                in_force.then_some(at),
                if in_force { &*by } else { "" },
            ],
        )?;
        Ok(())
    }

    /// Keeps that a baseline is in force from now on; says whether it was a draft.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_in_force(&mut self, baseline: BaselineId, by: &str) -> Result<bool, StoreError> {
        let at = self.at();
        Ok(self.exec(PUT_IN_FORCE, params![baseline, at, &*storable(by)])? == 1)
    }

    /// Keeps the next step of an entry.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is no such baseline; else when the database fails.
    pub fn put_entry(&mut self, entry: &Entry) -> Result<(), StoreError> {
        let found: Option<(i64, i64, Option<Moment>)> =
            self.query_opt(OPEN_STEP, params![entry.baseline, &entry.patch], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?;
        let Some((baseline_no, place, began)) = found else {
            return Err(StoreError::Conflict { rule: format!("there is no baseline {}", entry.baseline) });
        };
        let at = begin_after(entry.since, began);
        self.exec(STEP_END, params![baseline_no, &entry.patch, at])?;
        let why = match &entry.state {
            EntryState::NotAuthorized { why } => why.as_str(),
            EntryState::InInternalTest | EntryState::Authorized { .. } | EntryState::Effective { .. } => "",
        };
        self.exec(
            STEP_INSERT,
            params![
                baseline_no,
                &*storable(&entry.patch),
                place + 1,
                at,
                entry.state.owner_state().word(),
                &*storable(why),
                entry.state.decision(),
                entry.hold.as_ref().map(|hold| storable(&hold.why).into_owned()),
                entry.hold.as_ref().map(|hold| hold.since),
                &*storable(&entry.by.name),
                &*storable(&entry.by.account),
            ],
        )?;
        Ok(())
    }
}

fn baseline(row: &Row<'_>) -> Result<Baseline, StoreError> {
    let kind: String = row.get(4)?;
    let (product, version): (String, String) = (row.get(7)?, row.get(8)?);
    let (site, zone): (Option<SiteId>, Option<ZoneId>) = (row.get(9)?, row.get(10)?);
    let in_force: Option<Moment> = row.get(16)?;
    Ok(Baseline {
        keeps: BTreeSet::new(),
        force: match in_force {
            Some(_) => Force::InForce,
            None => Force::Draft { author: row.get(17)? },
        },
        id: row.get(0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        parent: row.get(3)?,
        scope: AssetScope {
            kind: if kind.is_empty() { None } else { Some(row.word(4)?) },
            vendor: row.get(5)?,
            product: row.get(6)?,
            release: (!product.is_empty()).then_some(SystemRelease { product, version }),
            place: match (site, zone) {
                (None, _) => Place::Everywhere,
                (Some(site), None) => Place::Site(site),
                (Some(site), Some(zone)) => Place::Zone(site, zone),
            },
        },
    })
}

fn line(row: &Row<'_>) -> Result<BaselineLine, StoreError> {
    Ok(BaselineLine {
        baseline: baseline(row)?,
        author: row.get(11)?,
        created_at: row.get(12)?,
        parent: row.get(13)?,
        site: row.get(14)?,
        zone: row.get(15)?,
        entries: row.get(18)?,
        effective: row.get(19)?,
        on_hold: row.get(20)?,
    })
}

fn entry(row: &Row<'_>) -> Result<EntryLine, StoreError> {
    let decision: Option<DecisionId> = row.get(4)?;
    let decided = || decision.ok_or_else(|| row.damaged(4, "nothing stands behind an authorised patch"));
    let state = match row.word::<OwnerState>(2)? {
        OwnerState::InInternalTest => EntryState::InInternalTest,
        OwnerState::NotAuthorized => EntryState::NotAuthorized { why: row.get(3)? },
        OwnerState::Authorized => EntryState::Authorized { decision: decided()? },
        OwnerState::Effective => EntryState::Effective { decision: decided()? },
    };
    let hold: Option<String> = row.get(5)?;
    let since: Option<Moment> = row.get(6)?;
    Ok(EntryLine {
        entry: Entry {
            baseline: row.get(0)?,
            patch: row.get(1)?,
            state,
            hold: hold.map(|why| Hold { why, since: since.unwrap_or_default() }),
            since: row.get(7)?,
            by: Person { name: row.get(8)?, account: row.get(9)? },
        },
        baseline: row.get(10)?,
    })
}
