//! Exemptions with their controls, and the steps that they took.

mod facts;

use crate::change::Change;
use crate::columns::{read_json, storable};
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged, reach_condition};
use crate::reader::Reader;
use crate::value::{Row, Value, params};
use facts::Facts;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::exemption::{Exemption, ExemptionWord, On, What};
use holdpoint_domain::id::{AssetId, BaselineId, ExemptionId, SiteId, ZoneId};
use holdpoint_domain::signature::Person;
use std::collections::BTreeSet;

/// The tag or name of what the exemption `x` is on; empty when it is not there any more.
macro_rules! on_name {
    () => {
        "COALESCE((SELECT MAX(v.tag) FROM asset a JOIN asset_version v ON v.number = a.number \
            AND v.valid_to = 9223372036854775807 WHERE x.on_kind = 'asset' AND a.id = x.on_id), \
            (SELECT b.name FROM baseline b WHERE x.on_kind = 'baseline' AND b.id = x.on_id), \
            (SELECT z.name FROM zone z WHERE x.on_kind = 'zone' AND z.id = x.on_id), \
            (SELECT s.name FROM site s WHERE x.on_kind = 'site' AND s.id = x.on_id), '')"
    };
}
pub(crate) use on_name;

macro_rules! columns {
    () => {
        concat!(
        "x.id, x.kind, x.state, x.reason_code, x.reason, x.what_kind, x.what, x.on_kind, x.on_id, x.residual, \
         x.author_name, x.author_account, x.proposed_at, x.expires_at, x.facts, x.number, x.site_id, x.changed_at, ",
            $crate::exemption::on_name!()
        )
    };
}
const COLUMNS: &str = columns!();

crate::statements! {
    ONE = concat!("SELECT ", columns!(), " FROM exemption x WHERE x.id = $1");
    OPEN = concat!("SELECT ", columns!(), " FROM exemption x WHERE x.state <> 'ended' ORDER BY x.number");
    PUT = "INSERT INTO exemption (number, id, kind, state, reason_code, reason, what_kind, what, on_kind, on_id, site_id,
            residual, controls, author_name, author_account, proposed_at, expires_at, changed_at, facts)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM exemption), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
            $13, $14, $15, $16, $17, $18)
        ON CONFLICT (id) DO UPDATE SET state = excluded.state, controls = excluded.controls,
            changed_at = excluded.changed_at, facts = excluded.facts";
    STEP = "INSERT INTO exemption_step (exemption_no, place, at, by_name, state, note)
        SELECT x.number, (SELECT COALESCE(MAX(s.place), 0) + 1 FROM exemption_step s WHERE s.exemption_no = x.number),
            $2, $3, $4, $5 FROM exemption x WHERE x.id = $1";
    STEPS = "SELECT s.at, s.by_name, s.state, s.note FROM exemption_step s JOIN exemption x ON x.number = s.exemption_no
        WHERE x.id = $1 ORDER BY s.place";
}

const CODES: &[&str] = &[
    "no_patch",
    "not_approved",
    "breaks_certificate",
    "outage",
    "end_of_life",
    "risk_above_benefit",
    "not_relevant",
];
const FIELDS: &[FilterField] = &[
    FilterField::word("kind", "x.kind", &["defer", "mitigate", "accept"]),
    FilterField::word("state", "x.state", &["ended", "holding", "proposed", "under_review"]),
    FilterField::word("code", "x.reason_code", CODES),
    FilterField::text("what", "x.what").required(),
    FilterField::word("on", "x.on_kind", &["asset", "baseline", "zone", "site"]),
    FilterField::word("residual", "x.residual", &["low", "normal", "high", "critical"]),
    FilterField::number("controls", "x.controls"),
    FilterField::text("author", "x.author_name"),
    FilterField::text("reason", "x.reason"),
    FilterField::time("proposed", "x.proposed_at").required(),
    FilterField::time("expires", "x.expires_at").required(),
    FilterField::time("changed", "x.changed_at").required(),
];

/// The list of exemptions.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "exemption",
    fields: FIELDS,
    words: &["x.what", "x.reason", "x.author_name"],
    unique: "x.number",
    default_sort: ("expires", Direction::Ascending),
};

/// What of the exemptions a person may see.
pub(crate) fn within(reach: &Reach) -> (String, Vec<Value<'static>>) {
    let (condition, params) = reach_condition(reach, "x.site_id", 1);
    (format!("(x.site_id IS NULL OR {condition})"), params)
}

pub(crate) fn spec_sql<'a>(within: &'a (String, Vec<Value<'static>>)) -> ListSql<'a> {
    ListSql { columns: COLUMNS, from: "exemption x", condition: &within.0, params: within.1.clone() }
}

/// An exemption as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptExemption {
    /// Its running number, for people.
    pub number: i64,
    /// The exemption.
    pub exemption: Exemption,
    /// The site whose approvers are asked.
    pub site: Option<SiteId>,
    /// The name of what it is on: a tag, or a name.
    pub on_name: String,
    /// When it changed last.
    pub changed_at: Moment,
}

/// A step of an exemption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExemptionStep {
    /// When.
    pub at: Moment,
    /// Who.
    pub by: String,
    /// How it stood from then on.
    pub state: ExemptionWord,
    /// Why.
    pub note: String,
}

impl Reader<'_> {
    /// An exemption.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn exemption(&mut self, id: ExemptionId) -> Result<Option<KeptExemption>, StoreError> {
        self.query_opt(ONE, params![id], line)
    }

    /// All exemptions that are not over by their state.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn open_exemptions(&mut self) -> Result<Vec<KeptExemption>, StoreError> {
        self.query(OPEN, params![], line)
    }

    /// Exemptions, the next to end first.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn exemption_list(&mut self, query: &ListQuery) -> Result<Paged<KeptExemption>, StoreError> {
        let within = within(&query.reach);
        self.list(&SPEC, spec_sql(&within), query, line)
    }

    /// The vulnerabilities that an exemption leaves open: the one that it names, or all that its patch would fix.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn vulnerabilities_exempted(&mut self, what: &What) -> Result<BTreeSet<String>, StoreError> {
        match what {
            What::Vulnerability(name) => Ok(BTreeSet::from([name.clone()])),
            What::Patch(patch) => {
                let records = self.patch_records(patch)?;
                Ok(records.into_iter().flat_map(|kept| kept.record.fixes).collect())
            }
        }
    }

    /// The steps of an exemption, the oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn exemption_steps(&mut self, id: ExemptionId) -> Result<Vec<ExemptionStep>, StoreError> {
        self.query(STEPS, params![id], |row| {
            Ok(ExemptionStep { at: row.get(0)?, by: row.get(1)?, state: row.word(2)?, note: row.get(3)? })
        })
    }
}

impl Change<'_> {
    /// Keeps an exemption, new or as it stands now, with the step that it took.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_exemption(
        &mut self,
        one: &Exemption,
        site: Option<SiteId>,
        by: &Person,
        note: &str,
    ) -> Result<(), StoreError> {
        let at = self.at();
        let (What::Vulnerability(what) | What::Patch(what)) = &one.what;
        let what_kind = match &one.what {
            What::Vulnerability(_) => "vulnerability",
            What::Patch(_) => "patch",
        };
        let (on_kind, on_id) = match one.on {
            On::Asset(id) => ("asset", id.as_bytes().to_vec()),
            On::Baseline(id) => ("baseline", id.as_bytes().to_vec()),
            On::Zone(id) => ("zone", id.as_bytes().to_vec()),
            On::Site(id) => ("site", id.as_bytes().to_vec()),
        };
        self.exec(
            PUT,
            params![
                one.id,
                one.kind.word(),
                one.state.word().word(),
                one.reason_code.word(),
                &*storable(&one.reason),
                what_kind,
                &*storable(what),
                on_kind,
                on_id,
                site,
                one.residual.word(),
                one.controls.len(),
                &*storable(&one.author.name),
                &*storable(&one.author.account),
                one.proposed_at,
                one.expires,
                at,
                &*storable(&facts::write(one)),
            ],
        )?;
        self.exec(
            STEP,
            params![one.id, at, &*storable(&by.name), one.state.word().word(), &*storable(note)],
        )?;
        self.touch_ranking(one)
    }

    /// What a control answers otherwise is ranked anew, when it begins to hold and when it ends.
    fn touch_ranking(&mut self, one: &Exemption) -> Result<(), StoreError> {
        if one.controls.is_empty() {
            return Ok(());
        }
        let names = self.vulnerabilities_exempted(&one.what)?;
        let numbers = self.vulnerability_numbers_of(names.iter().map(String::as_str))?;
        self.stale.vulnerabilities(numbers.into_values());
        Ok(())
    }
}

fn line(row: &Row<'_>) -> Result<KeptExemption, StoreError> {
    let facts: Facts = read_json(row, 14)?;
    let parts = facts.read(row.word(2)?).map_err(|why| row.damaged(14, &why))?;
    let (what_kind, what): (String, String) = (row.get(5)?, row.get(6)?);
    let on_kind: String = row.get(7)?;
    let id: [u8; 16] = row.get(8)?;
    Ok(KeptExemption {
        number: row.get(15)?,
        exemption: Exemption {
            id: row.get(0)?,
            kind: row.word(1)?,
            what: match what_kind.as_str() {
                "vulnerability" => What::Vulnerability(what),
                "patch" => What::Patch(what),
                _ => return Err(row.damaged(5, "no vulnerability and no patch")),
            },
            on: match on_kind.as_str() {
                "asset" => On::Asset(AssetId::from_bytes(id)),
                "baseline" => On::Baseline(BaselineId::from_bytes(id)),
                "zone" => On::Zone(ZoneId::from_bytes(id)),
                "site" => On::Site(SiteId::from_bytes(id)),
                _ => return Err(row.damaged(7, "no asset, baseline, zone or site")),
            },
            reason_code: row.word(3)?,
            reason: row.get(4)?,
            controls: parts.controls,
            residual: row.word(9)?,
            author: Person { name: row.get(10)?, account: row.get(11)? },
            proposed_at: row.get(12)?,
            expires: row.get(13)?,
            watched: parts.watched,
            state: parts.state,
        },
        site: row.get(16)?,
        changed_at: row.get(17)?,
        on_name: row.get(18)?,
    })
}
