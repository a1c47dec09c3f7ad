//! Revisions of policies, and what has to be looked at again because of them.
//!
//! The text of a revision is the app's to read. The surprise: a revision holds from the moment at which it was put into
//! effect, not from the one that its author wanted, so what follows from it (ranks, reviews) is never behind it.

use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged, reach_condition};
use crate::reader::Reader;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::id::SiteId;
use holdpoint_domain::patch::PatchClass;
use holdpoint_domain::policy::revision::{Closed, RevisionState, RevisionWord};
use holdpoint_domain::policy::{Exploited, PolicyKind};
use holdpoint_domain::signature::Person;

macro_rules! columns {
    () => {
        "p.number, p.kind, p.revision, p.site_id, p.state, p.format, p.body, p.base, p.reason, p.author_name, \
         p.author_account, p.proposed_at, p.wanted_from, p.holds_from, p.closed_name, p.closed_account, p.closed_at, \
         p.closed_note, COALESCE(s.name, '')"
    };
}

crate::statements! {
    HOLDING = concat!("SELECT ", columns!(), " FROM policy_revision p LEFT JOIN site s ON s.id = p.site_id
        WHERE p.applied_at IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM policy_revision q WHERE q.kind = p.kind AND q.applied_at IS NOT NULL
                AND q.site_id IS NOT DISTINCT FROM p.site_id AND (q.holds_from > p.holds_from
                    OR (q.holds_from = p.holds_from AND q.revision > p.revision)))
        ORDER BY p.kind, COALESCE(s.name, '')");
    ONE = concat!("SELECT ", columns!(), " FROM policy_revision p LEFT JOIN site s ON s.id = p.site_id
        WHERE p.kind = $1 AND p.revision = $2");
    DUE = concat!("SELECT ", columns!(), " FROM policy_revision p LEFT JOIN site s ON s.id = p.site_id
        WHERE p.state = 'published' AND p.holds_from <= $1 AND p.applied_at IS NULL ORDER BY p.number");
    ANY_DUE = "SELECT 1 FROM policy_revision p WHERE p.state = 'published' AND p.holds_from <= $1
        AND p.applied_at IS NULL LIMIT 1";
    LAST = "SELECT COALESCE(MAX(revision), 0) FROM policy_revision WHERE kind = $1";
    ADD = "INSERT INTO policy_revision (number, kind, revision, site_id, state, format, body, base, reason, author_name,
            author_account, proposed_at, wanted_from, holds_from, closed_name, closed_account, closed_at, closed_note,
            applied_at)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM policy_revision), $1, $2, $3, 'proposed', $4, $5, $6, $7, $8,
            $9, $10, $11, NULL, '', '', NULL, '', NULL)";
    CLOSE = "UPDATE policy_revision SET state = $3, holds_from = $4, closed_name = $5, closed_account = $6,
            closed_at = $7, closed_note = $8 WHERE kind = $1 AND revision = $2 AND state = 'proposed'";
    APPLIED = "UPDATE policy_revision SET applied_at = $3 WHERE kind = $1 AND revision = $2 AND applied_at IS NULL";
    PATCHES = "SELECT p.name, p.class, MAX(CASE WHEN k.vulnerability_no IS NULL THEN 0 ELSE 1 END) FROM patch p
        LEFT JOIN patch_record r ON r.patch_no = p.number AND r.valid_to = 9223372036854775807
        LEFT JOIN patch_fix f ON f.record_no = r.number
        LEFT JOIN vulnerability v ON v.reference = f.reference
        LEFT JOIN kev_entry k ON k.vulnerability_no = v.number AND k.valid_to = 9223372036854775807
        WHERE p.records > 0 OR p.statements > 0 GROUP BY p.number, p.name, p.class ORDER BY p.name";
    REVIEW_ADD = "INSERT INTO policy_review (number, kind, revision, noun, subject, title, site_id, what, opened_at,
            closed_at, closed_by, note)
        SELECT (SELECT COALESCE(MAX(number), 0) + 1 FROM policy_review), $1, $2, $3, $4, $5, $6, $7, $8, NULL, '', ''
        WHERE NOT EXISTS (SELECT 1 FROM policy_review r WHERE r.noun = $3 AND r.subject = $4 AND r.what = $7
            AND r.closed_at IS NULL)";
    REVIEW_CLOSE = "UPDATE policy_review SET closed_at = $2, closed_by = $3, note = $4
        WHERE number = $1 AND closed_at IS NULL";
    REVIEW_ONE = "SELECT r.number, r.kind, r.revision, r.noun, r.subject, r.title, r.site_id, r.what, r.opened_at,
            r.closed_at, r.closed_by, r.note FROM policy_review r WHERE r.number = $1";
}

const KINDS: &[&str] = &[
    "scan_schedule",
    "categories",
    "priorities_and_deadlines",
    "approval_rules",
    "regular_cycle",
    "emergency",
    "exemptions",
    "roles",
];

const FIELDS: &[FilterField] = &[
    FilterField::word("kind", "p.kind", KINDS).required(),
    FilterField::number("revision", "p.revision").required(),
    FilterField::word("state", "p.state", &["withdrawn", "rejected", "published", "proposed"]).required(),
    FilterField::text("site", "s.name"),
    FilterField::text("author", "p.author_name").required(),
    FilterField::text("by", "p.closed_name").required(),
    FilterField::text("reason", "p.reason").required(),
    FilterField::time("proposed", "p.proposed_at").required(),
    FilterField::time("from", "p.holds_from"),
    FilterField::time("closed", "p.closed_at"),
];

/// The list of revisions.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "policy revision",
    fields: FIELDS,
    words: &["p.kind", "p.reason", "p.author_name"],
    unique: "p.number",
    default_sort: ("proposed", Direction::Descending),
};

const REVIEW_FIELDS: &[FilterField] = &[
    FilterField::word("kind", "r.kind", KINDS).required(),
    FilterField::number("revision", "r.revision").required(),
    FilterField::text("noun", "r.noun").required(),
    FilterField::text("subject", "r.title").required(),
    FilterField::text("what", "r.what").required(),
    FilterField::time("opened", "r.opened_at").required(),
    FilterField::time("closed", "r.closed_at"),
    FilterField::text("by", "r.closed_by").required(),
];

/// The list of what is to be looked at again.
pub(crate) const REVIEW_SPEC: ListSpec = ListSpec {
    noun: "policy review",
    fields: REVIEW_FIELDS,
    words: &["r.title", "r.what"],
    unique: "r.number",
    default_sort: ("opened", Direction::Descending),
};

/// What a person may see: what holds for all, and what holds at their sites.
pub(crate) fn within(reach: &Reach, column: &str) -> (String, Vec<Value<'static>>) {
    let (condition, params) = reach_condition(reach, column, 1);
    (format!("({column} IS NULL OR {condition})"), params)
}

pub(crate) fn spec_sql<'a>(within: &'a (String, Vec<Value<'static>>)) -> ListSql<'a> {
    ListSql {
        columns: columns!(),
        from: "policy_revision p LEFT JOIN site s ON s.id = p.site_id",
        condition: &within.0,
        params: within.1.clone(),
    }
}

pub(crate) fn review_sql<'a>(within: &'a (String, Vec<Value<'static>>)) -> ListSql<'a> {
    ListSql {
        columns: "r.number, r.kind, r.revision, r.noun, r.subject, r.title, r.site_id, r.what, r.opened_at, r.closed_at, \
                  r.closed_by, r.note",
        from: "policy_review r",
        condition: &within.0,
        params: within.1.clone(),
    }
}

/// A revision as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPolicy {
    /// Its kind.
    pub kind: PolicyKind,
    /// Its number within the kind.
    pub revision: u64,
    /// Where it holds.
    pub site: Option<SiteId>,
    /// The site's name; empty: all sites.
    pub site_name: String,
    /// How it stands.
    pub state: RevisionState,
    /// How the text is written: `toml`, or the JSON of an older program.
    pub format: String,
    /// The text.
    pub body: String,
    /// The revision that it was written against.
    pub base: u64,
    /// Why.
    pub reason: String,
    /// Who wrote it.
    pub author: Person,
    /// When.
    pub proposed_at: Moment,
    /// From when its author wants it to hold.
    pub wanted_from: Option<Moment>,
}

/// A revision to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewPolicy<'a> {
    /// Its kind.
    pub kind: PolicyKind,
    /// Where it is to hold.
    pub site: Option<SiteId>,
    /// The text, TOML.
    pub body: &'a str,
    /// The revision that it was written against.
    pub base: u64,
    /// Why.
    pub reason: &'a str,
    /// Who wrote it.
    pub author: &'a Person,
    /// From when its author wants it to hold.
    pub wanted_from: Option<Moment>,
}

/// Something that was decided under an earlier revision, and is to be looked at again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyReview {
    /// Its number.
    pub number: u64,
    /// The kind of policy that changed.
    pub kind: PolicyKind,
    /// The revision that asks for more.
    pub revision: u64,
    /// What was decided: `decision`, `exemption`.
    pub noun: String,
    /// Its id.
    pub subject: String,
    /// How people call it.
    pub title: String,
    /// Its site.
    pub site: Option<SiteId>,
    /// What it would lack now.
    pub what: String,
    /// Since when.
    pub opened_at: Moment,
    /// When somebody looked.
    pub closed_at: Option<Moment>,
    /// Who.
    pub closed_by: String,
    /// What they found.
    pub note: String,
}

impl Reader<'_> {
    /// The revisions that hold: for each kind the general one and those of sites, as far as there are any.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn policies_holding(&mut self) -> Result<Vec<StoredPolicy>, StoreError> {
        self.query(HOLDING, params![], stored)
    }

    /// A revision by its kind and number.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn policy(&mut self, kind: PolicyKind, revision: u64) -> Result<Option<StoredPolicy>, StoreError> {
        self.query_opt(ONE, params![kind.word(), revision], stored)
    }

    /// Revisions, the newest first.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn policy_list(&mut self, query: &ListQuery) -> Result<Paged<StoredPolicy>, StoreError> {
        let within = within(&query.reach, "p.site_id");
        self.list(&SPEC, spec_sql(&within), query, stored)
    }

    /// Whether a revision has begun to hold that nobody put into effect yet.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_policy_due(&mut self, at: Moment) -> Result<bool, StoreError> {
        Ok(self.query_opt(ANY_DUE, params![at], |row| row.get::<i64>(0))?.is_some())
    }

    /// The revisions that have begun to hold and were not put into effect yet.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn policies_due(&mut self, at: Moment) -> Result<Vec<StoredPolicy>, StoreError> {
        self.query(DUE, params![at], stored)
    }

    /// Every patch with its class, and whether it fixes something on the list of exploited vulnerabilities.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn patches_by_urgency(&mut self) -> Result<Vec<(String, PatchClass, Exploited)>, StoreError> {
        self.query(PATCHES, params![], |row| {
            let listed = row.get::<i64>(2)? > 0;
            let exploited = if listed { Exploited::Yes } else { Exploited::NotKnown };
            Ok((row.get(0)?, row.word(1)?, exploited))
        })
    }

    /// What is to be looked at again, the newest first.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn policy_reviews(&mut self, query: &ListQuery) -> Result<Paged<PolicyReview>, StoreError> {
        let within = within(&query.reach, "r.site_id");
        self.list(&REVIEW_SPEC, review_sql(&within), query, review)
    }

    /// One thing to be looked at again.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn policy_review(&mut self, number: u64) -> Result<Option<PolicyReview>, StoreError> {
        self.query_opt(REVIEW_ONE, params![number], review)
    }
}

impl Change<'_> {
    /// Keeps a proposal; gives its number.
    ///
    /// # Errors
    /// When the database fails.
    pub fn add_policy(&mut self, new: &NewPolicy<'_>) -> Result<u64, StoreError> {
        let at = self.at();
        let revision = self.query_one(LAST, params![new.kind.word()], |row| row.get::<u64>(0))? + 1;
        self.exec(
            ADD,
            params![
                new.kind.word(),
                revision,
                new.site,
                "toml",
                new.body,
                new.base,
                &*storable(new.reason),
                &*storable(&new.author.name),
                &*storable(&new.author.account),
                at,
                new.wanted_from,
            ],
        )?;
        Ok(revision)
    }

    /// Writes how the waiting of a proposal ended.
    ///
    /// # Errors
    /// When the database fails, or the proposal does not wait any more.
    pub fn close_policy(
        &mut self,
        kind: PolicyKind,
        revision: u64,
        state: &RevisionState,
    ) -> Result<(), StoreError> {
        let Some(closed) = state.closed() else { return Ok(()) };
        let from = match state {
            RevisionState::Published { from, .. } => Some(*from),
            RevisionState::Proposed | RevisionState::Rejected(_) | RevisionState::Withdrawn(_) => None,
        };
        let changed = self.exec(
            CLOSE,
            params![
                kind.word(),
                revision,
                state.word().word(),
                from,
                &*storable(&closed.by.name),
                &*storable(&closed.by.account),
                closed.at,
                &*storable(&closed.note),
            ],
        )?;
        if changed == 1 {
            return Ok(());
        }
        Err(StoreError::damaged(format!("policy {kind} {revision} does not wait")))
    }

    /// Writes that a revision was put into effect. The rules of ranking, and of what falls into the cycle, make every rank
    /// stale.
    ///
    /// # Errors
    /// When the database fails.
    pub fn policy_applied(&mut self, kind: PolicyKind, revision: u64) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(APPLIED, params![kind.word(), revision, at])?;
        match kind {
            PolicyKind::PrioritiesAndDeadlines | PolicyKind::RegularCycle | PolicyKind::Categories => {
                self.stale.all();
            }
            PolicyKind::ScanSchedule
            | PolicyKind::ApprovalRules
            | PolicyKind::Emergency
            | PolicyKind::Exemptions
            | PolicyKind::Roles => {}
        }
        Ok(())
    }

    /// Opens a review, unless the same is open already.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open_policy_review(&mut self, new: &PolicyReview) -> Result<(), StoreError> {
        let at = self.at();
        let text = |text: &str| storable(text).into_owned();
        self.exec(
            REVIEW_ADD,
            params![
                new.kind.word(),
                new.revision,
                text(&new.noun),
                text(&new.subject),
                text(&new.title),
                new.site,
                text(&new.what),
                at,
            ],
        )?;
        Ok(())
    }

    /// Writes that somebody looked; false: somebody else was faster.
    ///
    /// # Errors
    /// When the database fails.
    pub fn close_policy_review(&mut self, number: u64, by: &str, note: &str) -> Result<bool, StoreError> {
        let at = self.at();
        Ok(self.exec(REVIEW_CLOSE, params![number, at, &*storable(by), &*storable(note)])? == 1)
    }
}

fn stored(row: &Row<'_>) -> Result<StoredPolicy, StoreError> {
    let closed = Closed {
        by: Person { name: row.get(14)?, account: row.get(15)? },
        at: row.get::<Option<Moment>>(16)?.unwrap_or(Moment::from_micros(0)),
        note: row.get(17)?,
    };
    let state = match row.word::<RevisionWord>(4)? {
        RevisionWord::Proposed => RevisionState::Proposed,
        RevisionWord::Published => {
            let from: Option<Moment> = row.get(13)?;
            let from = from.ok_or_else(|| StoreError::damaged("a published policy holds from no moment"))?;
            RevisionState::Published { closed, from }
        }
        RevisionWord::Rejected => RevisionState::Rejected(closed),
        RevisionWord::Withdrawn => RevisionState::Withdrawn(closed),
    };
    Ok(StoredPolicy {
        kind: row.word(1)?,
        revision: row.get(2)?,
        site: row.get(3)?,
        site_name: row.get(18)?,
        state,
        format: row.get(5)?,
        body: row.get(6)?,
        base: row.get(7)?,
        reason: row.get(8)?,
        author: Person { name: row.get(9)?, account: row.get(10)? },
        proposed_at: row.get(11)?,
        wanted_from: row.get(12)?,
    })
}

fn review(row: &Row<'_>) -> Result<PolicyReview, StoreError> {
    Ok(PolicyReview {
        number: row.get(0)?,
        kind: row.word(1)?,
        revision: row.get(2)?,
        noun: row.get(3)?,
        subject: row.get(4)?,
        title: row.get(5)?,
        site: row.get(6)?,
        what: row.get(7)?,
        opened_at: row.get(8)?,
        closed_at: row.get(9)?,
        closed_by: row.get(10)?,
        note: row.get(11)?,
    })
}
