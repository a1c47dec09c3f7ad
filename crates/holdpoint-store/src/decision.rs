//! Decisions and the signatures under them. A decision's row says how it stands; what it is about never changes.
//!
//! Not here: who may sign (`holdpoint-domain`). The surprise: the database itself refuses a second signature of the same
//! account, so two requests at once cannot make one person two.

mod facts;

use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged, reach_condition};
use crate::reader::Reader;
use crate::value::{Row, Value, params};
use facts::Facts;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::decision::checks::ends_at;
use holdpoint_domain::decision::{Decision, Footing, Matter, Procedure, Review, State};
use holdpoint_domain::id::{BaselineId, DecisionId, ExemptionId, SiteId};
use holdpoint_domain::signature::{CardHash, Person, Signature, Signatures};

macro_rules! columns {
    () => {
        concat!(
        "d.id, d.state, d.risk, d.needed, d.reason, d.author_name, d.author_account, d.asked_at, d.changed_at, d.facts, \
         d.number, d.patch, COALESCE(b.name, ''), d.site_id, d.signed, d.expires_at, \
         COALESCE((SELECT x.what FROM exemption x WHERE x.id = d.exemption_id), ''), \
         COALESCE((SELECT ", $crate::exemption::on_name!(), " FROM exemption x WHERE x.id = d.exemption_id), '')"
        )
    };
}
const COLUMNS: &str = columns!();
const TABLES: &str = "decision d LEFT JOIN baseline b ON b.number = d.baseline_no";

crate::statements! {
    ONE = concat!("SELECT ", columns!(), " FROM decision d LEFT JOIN baseline b ON b.number = d.baseline_no
        WHERE d.id = $1");
    DECLINED = concat!("SELECT ", columns!(), " FROM decision d LEFT JOIN baseline b ON b.number = d.baseline_no
        WHERE d.patch = $1 AND d.kind = 'reject' AND d.state = 'granted' AND d.baseline_no IS NULL
        ORDER BY d.number DESC LIMIT 1");
    WAITING = concat!("SELECT ", columns!(), " FROM decision d LEFT JOIN baseline b ON b.number = d.baseline_no
        WHERE d.state = 'waiting' AND d.patch = $1 ORDER BY d.number");
    OF_PATCH = concat!("SELECT ", columns!(), " FROM decision d LEFT JOIN baseline b ON b.number = d.baseline_no
        WHERE d.patch = $1 ORDER BY d.number");
    ALL_WAITING = concat!("SELECT ", columns!(), " FROM decision d LEFT JOIN baseline b ON b.number = d.baseline_no
        WHERE d.state = 'waiting' ORDER BY d.number");
    STANDARDS = concat!("SELECT ", columns!(), " FROM decision d LEFT JOIN baseline b ON b.number = d.baseline_no
        WHERE d.state = 'granted' AND d.kind = 'approve' AND d.patch = '' AND b.id = $1 ORDER BY d.number");
    OVER = concat!("SELECT ", columns!(), " FROM decision d LEFT JOIN baseline b ON b.number = d.baseline_no
        WHERE d.state = 'granted' AND d.kind = 'approve' AND d.expires_at <= $1 ORDER BY d.number");
    REVIEWS = concat!("SELECT ", columns!(), " FROM decision d LEFT JOIN baseline b ON b.number = d.baseline_no
        WHERE d.reviewed_at IS NULL AND d.review_due_at <= $1 AND d.state = 'granted' ORDER BY d.number");
    SIGNATURES = "SELECT g.at, g.by_name, g.by_account, g.for_name, g.for_account, g.note, g.card
        FROM decision_signature g WHERE g.decision_no = $1 ORDER BY g.place";
    INSERT = "INSERT INTO decision (number, id, kind, state, procedure, risk, footing, needed, signed, baseline_no, patch,
            exemption_id, site_id, reason, author_name, author_account, asked_at, changed_at, expires_at, review_due_at,
            reviewed_at, facts)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM decision), $1, $2, $3, $4, $5, $6, $7, $8,
            (SELECT number FROM baseline WHERE id = $9), $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
        ON CONFLICT (id) DO UPDATE SET state = excluded.state, signed = excluded.signed,
            changed_at = excluded.changed_at, reviewed_at = excluded.reviewed_at, facts = excluded.facts";
    SIGN = "INSERT INTO decision_signature (decision_no, place, at, by_name, by_account, for_name, for_account, note, card)
        VALUES ((SELECT number FROM decision WHERE id = $1), $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (decision_no, place) DO NOTHING";
}

const KINDS: &[&str] = &["approve", "reject", "defer", "mitigate", "accept"];
const STATES: &[&str] = &["revoked", "lapsed", "withdrawn", "rejected", "granted", "returned", "waiting"];
const SIGNED_BY: &str = "SELECT 1 FROM decision_signature g WHERE g.decision_no = d.number AND ({condition})";
const FIELDS: &[FilterField] = &[
    FilterField::word("kind", "d.kind", KINDS),
    FilterField::word("state", "d.state", STATES),
    FilterField::word("procedure", "d.procedure", &["standard", "normal", "emergency"]),
    FilterField::word("risk", "d.risk", &["low", "normal", "high", "critical"]),
    FilterField::word(
        "footing",
        "d.footing",
        &["released", "released_on_conditions", "no_vendor_qualification", "override"],
    ),
    FilterField::text("patch", "d.patch"),
    FilterField::text("baseline", "b.name"),
    FilterField::text("reason", "d.reason"),
    FilterField::text("author", "d.author_name"),
    FilterField::text("signer", "g.by_name").any(SIGNED_BY),
    FilterField::number("signed", "d.signed"),
    FilterField::number("needed", "d.needed"),
    FilterField::time("asked", "d.asked_at").required(),
    FilterField::time("changed", "d.changed_at").required(),
    FilterField::time("expires", "d.expires_at"),
    FilterField::time("review", "d.review_due_at"),
    FilterField::time("reviewed", "d.reviewed_at"),
];

/// The list of decisions.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "decision",
    fields: FIELDS,
    words: &["d.patch", "b.name", "d.reason", "d.author_name"],
    unique: "d.number",
    default_sort: ("asked", Direction::Descending),
};

/// What of the decisions a person may see: those of all sites, and those of their own.
pub(crate) fn within(reach: &Reach) -> (String, Vec<Value<'static>>) {
    let (condition, params) = reach_condition(reach, "d.site_id", 1);
    (format!("(d.site_id IS NULL OR {condition})"), params)
}

pub(crate) fn spec_sql<'a>(within: &'a (String, Vec<Value<'static>>)) -> ListSql<'a> {
    ListSql { columns: COLUMNS, from: TABLES, condition: &within.0, params: within.1.clone() }
}

/// A decision as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptDecision {
    /// Its running number, for people.
    pub number: i64,
    /// The decision.
    pub decision: Decision,
    /// Its baseline's name; empty: none.
    pub baseline: String,
    /// The vulnerability or patch of its exemption; empty: it is none.
    pub exempts: String,
    /// The tag or name of what its exemption is on; empty: it is none.
    pub exempts_on: String,
    /// The site whose approvers are asked.
    pub site: Option<SiteId>,
    /// When it changed last.
    pub changed_at: Moment,
}

impl Reader<'_> {
    /// A decision.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn decision(&mut self, id: DecisionId) -> Result<Option<KeptDecision>, StoreError> {
        let found = self.query_opt(ONE, params![id], raw)?;
        found.map(|raw| self.with_signatures(raw)).transpose()
    }

    /// The decline of a patch everywhere, when one holds.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn decline_of(&mut self, patch: &str) -> Result<Option<KeptDecision>, StoreError> {
        let found = self.query_opt(DECLINED, params![patch], raw)?;
        found.map(|raw| self.with_signatures(raw)).transpose()
    }

    /// The decisions on a patch that wait, the oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn waiting_decisions(&mut self, patch: &str) -> Result<Vec<KeptDecision>, StoreError> {
        let found = self.query(WAITING, params![patch], raw)?;
        found.into_iter().map(|raw| self.with_signatures(raw)).collect()
    }

    /// All decisions that were ever asked for on a patch, the oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn decisions_of_patch(&mut self, patch: &str) -> Result<Vec<KeptDecision>, StoreError> {
        let found = self.query(OF_PATCH, params![patch], raw)?;
        found.into_iter().map(|raw| self.with_signatures(raw)).collect()
    }

    /// All decisions that wait for signatures, the oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn all_waiting_decisions(&mut self) -> Result<Vec<KeptDecision>, StoreError> {
        let found = self.query(ALL_WAITING, params![], raw)?;
        found.into_iter().map(|raw| self.with_signatures(raw)).collect()
    }

    /// The standard changes of a baseline that were granted, the oldest first; their time may be over.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn standard_changes(&mut self, baseline: BaselineId) -> Result<Vec<KeptDecision>, StoreError> {
        let found = self.query(STANDARDS, params![baseline], raw)?;
        found.into_iter().map(|raw| self.with_signatures(raw)).collect()
    }

    /// The emergencies whose review is overdue at that moment.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn reviews_overdue(&mut self, at: Moment) -> Result<Vec<KeptDecision>, StoreError> {
        let found = self.query(REVIEWS, params![at], raw)?;
        found.into_iter().map(|raw| self.with_signatures(raw)).collect()
    }

    /// The authorisations whose time is over at that moment.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn decisions_over(&mut self, at: Moment) -> Result<Vec<KeptDecision>, StoreError> {
        let found = self.query(OVER, params![at], raw)?;
        found.into_iter().map(|raw| self.with_signatures(raw)).collect()
    }

    /// Decisions, the newest first.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn decision_list(&mut self, query: &ListQuery) -> Result<Paged<KeptDecision>, StoreError> {
        let within = within(&query.reach);
        let page = self.list(&SPEC, spec_sql(&within), query, raw)?;
        let items = page.items.into_iter().map(|raw| self.with_signatures(raw)).collect::<Result<_, _>>()?;
        Ok(Paged { items, next: page.next, count: page.count })
    }

    fn with_signatures(&mut self, raw: Raw) -> Result<KeptDecision, StoreError> {
        let signatures = self.query(SIGNATURES, params![raw.kept.number], |row| {
            let name: String = row.get(3)?;
            let account: String = row.get(4)?;
            Ok(Signature {
                at: row.get(0)?,
                by: Person { name: row.get(1)?, account: row.get(2)? },
                on_behalf_of: (!account.is_empty()).then_some(Person { name, account }),
                note: row.get(5)?,
                shown: CardHash(row.get(6)?),
            })
        })?;
        let mut kept = raw.kept;
        // What is kept is looked at as if it came from outside: a signature that may not be there is damage.
        let checked = Signatures::checked(signatures, &kept.decision.barred()).map_err(|why| {
            StoreError::damaged(format!("the signatures of decision {}: {why}", kept.decision.id))
        })?;
        match &mut kept.decision.state {
            State::Waiting(signatures) | State::Granted { signatures, .. } => *signatures = checked,
            State::Returned(_)
            | State::Rejected(_)
            | State::Withdrawn(_)
            | State::Lapsed(_)
            | State::Revoked(_) => {}
        }
        Ok(kept)
    }
}

impl Change<'_> {
    /// Keeps a decision: a new one, or how it stands now.
    ///
    /// # Errors
    /// When the database fails, or refuses a second signature of one person.
    pub fn put_decision(&mut self, decision: &Decision, site: Option<SiteId>) -> Result<(), StoreError> {
        let keys = Keys::of(&decision.matter);
        let (due, done) = match &decision.procedure {
            Procedure::Emergency(declared) => match &declared.review {
                Review::Due(due) => (Some(*due), None),
                Review::Done { due, at, .. } => (Some(*due), Some(*at)),
            },
            Procedure::Normal | Procedure::Standard(_) => (None, None),
        };
        let signatures: &[Signature] = match &decision.state {
            State::Waiting(signatures) | State::Granted { signatures, .. } => signatures.all(),
            State::Returned(_)
            | State::Rejected(_)
            | State::Withdrawn(_)
            | State::Lapsed(_)
            | State::Revoked(_) => &[],
        };
        let at = self.at();
        self.exec(
            INSERT,
            params![
                decision.id,
                decision.matter.kind().word(),
                decision.state.word().word(),
                decision.procedure.word().word(),
                decision.risk.word(),
                keys.footing,
                u32::from(decision.needed),
                signatures.len(),
                keys.baseline,
                &*storable(keys.patch),
                keys.exemption,
                site,
                &*storable(&decision.reason),
                &*storable(&decision.author.name),
                &*storable(&decision.author.account),
                decision.asked_at,
                at,
                keys.expires,
                due,
                done,
                &*storable(&facts::write(decision)),
            ],
        )?;
        for (place, one) in signatures.iter().enumerate() {
            let behalf = one.on_behalf_of.as_ref();
            self.exec(
                SIGN,
                params![
                    decision.id,
                    place + 1,
                    one.at,
                    &*storable(&one.by.name),
                    &*storable(&one.by.account),
                    behalf.map_or("", |person| person.name.as_str()),
                    behalf.map_or("", |person| person.account.as_str()),
                    &*storable(&one.note),
                    &one.shown.0,
                ],
            )?;
        }
        Ok(())
    }
}

/// What lists ask of a matter.
struct Keys<'a> {
    baseline: Option<BaselineId>,
    patch: &'a str,
    exemption: Option<ExemptionId>,
    footing: &'static str,
    expires: Option<Moment>,
}

impl<'a> Keys<'a> {
    fn of(matter: &'a Matter) -> Self {
        let none = Self { baseline: None, patch: "", exemption: None, footing: "", expires: None };
        match matter {
            Matter::Authorise(what) => Self {
                baseline: Some(what.baseline),
                patch: &what.patch,
                footing: footing_word(&what.footing),
                expires: ends_at(what),
                ..none
            },
            Matter::Reject { baseline, patch } => Self { baseline: *baseline, patch, ..none },
            Matter::Readmit { patch, .. } => Self { patch, ..none },
            Matter::Standard(change) => {
                Self { baseline: Some(change.baseline), expires: Some(change.until), ..none }
            }
            Matter::Exempt { exemption, .. } => Self { exemption: Some(*exemption), ..none },
        }
    }
}

/// The fixed word of a footing.
#[must_use]
pub const fn footing_word(footing: &Footing) -> &'static str {
    match footing {
        Footing::Released => "released",
        Footing::OnConditions { .. } => "released_on_conditions",
        Footing::NoVendorQualification { .. } => "no_vendor_qualification",
        Footing::Override { .. } => "override",
    }
}

/// A row whose signatures are still to be read.
struct Raw {
    kept: KeptDecision,
}

fn raw(row: &Row<'_>) -> Result<Raw, StoreError> {
    let facts: Facts = crate::columns::read_json(row, 9)?;
    let (matter, procedure, rest) = facts.read().map_err(|why| row.damaged(9, &why))?;
    let needed: u32 = row.get(3)?;
    let state = rest.state(row.word(1)?).map_err(|why| row.damaged(9, &why))?;
    Ok(Raw {
        kept: KeptDecision {
            number: row.get(10)?,
            decision: Decision {
                id: row.get(0)?,
                matter,
                procedure,
                risk: row.word(2)?,
                risk_why: rest.risk_why,
                reason: row.get(4)?,
                author: Person { name: row.get(5)?, account: row.get(6)? },
                asked_at: row.get(7)?,
                card: rest.card,
                needed: u8::try_from(needed).map_err(|_| row.damaged(3, "too many"))?,
                testers: rest.testers,
                state,
            },
            baseline: row.get(12)?,
            exempts: row.get(16)?,
            exempts_on: row.get(17)?,
            site: row.get(13)?,
            changed_at: row.get(8)?,
        },
    })
}

#[cfg(test)]
mod tests;
