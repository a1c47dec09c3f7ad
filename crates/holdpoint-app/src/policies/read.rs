//! Reading policies: what holds, what waits, one revision, two beside each other, and whether a text is a policy.

use super::holding::{Held, Rules, values_of};
use super::write::{RevisionKey, find, site_of};
use crate::App;
use crate::access_check::Caller;
use crate::approval::reading;
use crate::error::AppError;
use holdpoint_domain::access::Permission;
use holdpoint_domain::approval_policy::ApprovalPolicy;
use holdpoint_domain::clock::{Calendar, days_after};
use holdpoint_domain::id::SiteId;
use holdpoint_domain::policy::revision::{Revision, RevisionState};
use holdpoint_domain::policy::{CyclePhase, Difference, PolicyKind, Values, differences};
use holdpoint_domain::window::{Length, Schedule};
use holdpoint_engine::calendar::{Period, occurrences};
pub use holdpoint_formats::policy::ReadFault as TextFault;
use holdpoint_formats::policy::{self as text, Document};
use holdpoint_store::page::{ListQuery, Paged};
use holdpoint_store::policy::StoredPolicy;
use holdpoint_store::{Reader, StoreError};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// A policy with what holds of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyLine {
    /// Its kind.
    pub kind: PolicyKind,
    /// The site whose own it is, and its name; `None`: the general one.
    pub site: Option<(SiteId, String)>,
    /// The revision that holds; 0: what the program brings along.
    pub revision: u64,
    /// The revision as it is kept; `None`: it is as delivered.
    pub stored: Option<StoredPolicy>,
    /// How many values differ from what the program brings along.
    pub own_values: usize,
    /// Revisions that wait to be published, the oldest first.
    pub waiting: Vec<u64>,
    /// Whether somebody else than its author must publish the next one.
    pub second_person: bool,
}

const MANY: u32 = 1_000;

/// What holds: every kind, the general one first, then those of sites.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn list(app: &App, caller: &Caller) -> Result<Vec<PolicyLine>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let now = app.now();
    reading(app, |r| {
        let rules = Rules::read(r)?;
        let held = r.policies_holding()?;
        let mut waits = ListQuery::everything(MANY, now);
        waits.filter = holdpoint_domain::filter::Filter::parse("state:proposed").expect("a filter of ours");
        waits.reach.clone_from(&reach);
        let waiting = r.policy_list(&waits)?.items;
        let mut lines = Vec::new();
        for kind in PolicyKind::ALL {
            let mut sites: BTreeSet<(String, Option<SiteId>)> = BTreeSet::from([(String::new(), None)]);
            let of_kind = held.iter().chain(&waiting).filter(|one| one.kind == *kind);
            sites.extend(of_kind.map(|one| (one.site_name.clone(), one.site)));
            for (name, site) in sites {
                if site.is_some() && !reach.covers(site) {
                    continue;
                }
                let holds = rules.of(*kind, site);
                let stored = held.iter().find(|one| one.kind == *kind && one.revision == holds.revision);
                let waits = waiting.iter().filter(|one| one.kind == *kind && one.site == site);
                let mut waits: Vec<u64> = waits.map(|one| one.revision).collect();
                waits.sort_unstable();
                lines.push(PolicyLine {
                    kind: *kind,
                    site: site.map(|site| (site, name)),
                    revision: holds.revision,
                    stored: stored.cloned(),
                    own_values: differences(&Values::brought(*kind), &holds.values).len(),
                    waiting: waits,
                    second_person: rules.second_person_for(site)?.contains(kind),
                });
            }
        }
        Ok(lines)
    })
}

/// Revisions, the newest first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn revisions(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<StoredPolicy>, AppError> {
    let query = ListQuery { reach: caller.require(Permission::ReadPlant)?, ..query.clone() };
    Ok(app.store().read(|r| r.policy_list(&query))?)
}

/// A revision with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its kind.
    pub kind: PolicyKind,
    /// Its number; 0: what the program brings along.
    pub number: u64,
    /// The revision; `None`: it is as delivered.
    pub revision: Option<Revision>,
    /// Its site's name; empty: all sites.
    pub site_name: String,
    /// Its text, canonical, every default written out.
    pub text: String,
    /// How it differs from the revision that it was written against.
    pub changes: Vec<Difference>,
    /// Whether it holds now.
    pub holds: bool,
    /// Why the caller cannot publish it; empty: they can, or it does not wait.
    pub cannot_publish: Vec<String>,
}

/// A revision: by its number, or the one that holds.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn show(app: &App, caller: &Caller, key: RevisionKey) -> Result<Shown, AppError> {
    caller.require(Permission::ReadPlant)?;
    let now = app.now();
    reading(app, |r| {
        let rules = Rules::read(r)?;
        if key.number == 0 {
            let values = Values::brought(key.kind);
            return Ok(Shown {
                kind: key.kind,
                number: 0,
                revision: None,
                site_name: String::new(),
                text: text::document(&values, None, &[]),
                changes: Vec::new(),
                holds: rules.of(key.kind, None).revision == 0,
                cannot_publish: Vec::new(),
            });
        }
        let (one, stored) = find(r, caller, key)?;
        let base = match stored.base {
            0 => Values::brought(key.kind),
            base => r
                .policy(key.kind, base)?
                .map_or_else(|| Ok(Values::brought(key.kind)), |base| values_of(&base))?,
        };
        let holds = rules.of(key.kind, one.site).revision;
        let cannot_publish = match &one.state {
            RevisionState::Proposed => super::write::cannot_publish(caller, &rules, &one, now)?,
            RevisionState::Published { .. } | RevisionState::Rejected(_) | RevisionState::Withdrawn(_) => {
                Vec::new()
            }
        };
        Ok(Shown {
            kind: key.kind,
            number: key.number,
            text: text::document(&one.values, site_name(&stored), &[]),
            changes: differences(&base, &one.values),
            holds: holds == key.number,
            site_name: stored.site_name,
            cannot_publish,
            revision: Some(one),
        })
    })
}

fn site_name(stored: &StoredPolicy) -> Option<&str> {
    stored.site.is_some().then_some(stored.site_name.as_str())
}

/// The number of the revision that holds for a kind at a site, by the site's name or id.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`] for the site; [`AppError::Store`].
pub fn holding_at(app: &App, caller: &Caller, kind: PolicyKind, site: Option<&str>) -> Result<u64, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    reading(app, |r| {
        let site = match site {
            None => None,
            Some(name) => Some(site_named(r, name, &reach)?),
        };
        Ok(Rules::read(r)?.of(kind, site).revision)
    })
}

pub(super) fn site_named(
    r: &mut Reader<'_>,
    name: &str,
    reach: &holdpoint_domain::access::Reach,
) -> Result<SiteId, AppError> {
    let found = r
        .sites()?
        .into_iter()
        .find(|one| (one.name == name || one.id.to_string() == name) && reach.covers(Some(one.id)));
    let missing = || AppError::NotFound { noun: "site", id: name.chars().take(64).collect() };
    Ok(found.ok_or_else(missing)?.id)
}

/// The rules of approving that hold in general, out of three policies.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn approval(app: &App, caller: &Caller) -> Result<ApprovalPolicy, AppError> {
    caller.require(Permission::ReadPlant)?;
    reading(app, |r| Ok(super::holding::approval(r, None)?))
}

/// Two revisions of a kind beside each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// What differs, in words.
    pub changes: Vec<Difference>,
    /// The lines that differ: number, before, after.
    pub lines: Vec<(usize, String, String)>,
}

/// How two revisions of a kind differ, in words and by line.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn diff(app: &App, caller: &Caller, kind: PolicyKind, from: u64, to: u64) -> Result<Compared, AppError> {
    caller.require(Permission::ReadPlant)?;
    reading(app, |r| {
        let mut of = |number: u64| match number {
            0 => Ok(Values::brought(kind)),
            number => Ok::<_, AppError>(find(r, caller, RevisionKey { kind, number })?.0.values),
        };
        Ok(compared(&of(from)?, &of(to)?))
    })
}

pub(super) fn compared(before: &Values, after: &Values) -> Compared {
    let (one, other) = (text::document(before, None, &[]), text::document(after, None, &[]));
    Compared { changes: differences(before, after), lines: text::lines_that_differ(&one, &other) }
}

/// What became of a text that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What is wrong with it; empty: it is a policy.
    pub faults: Vec<TextFault>,
    /// What it would leave undone for want of people, and where one role would hold too much; in sentences.
    pub warnings: Vec<String>,
    /// The policy, as the program writes it; `None`: there are faults.
    pub document: Option<Document>,
    /// Its text, canonical.
    pub text: String,
    /// How it differs from what holds there.
    pub changes: Vec<Difference>,
    /// The lines that differ from what holds there.
    pub lines: Vec<(usize, String, String)>,
    /// The revision that holds there.
    pub base: u64,
}

/// Checks a text without changing anything.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`] for a site that is not here; [`AppError::Store`]. Faults of the text are
/// no error: they are the answer.
pub fn check(app: &App, caller: &Caller, written: &str) -> Result<Checked, AppError> {
    caller.require(Permission::ReadPlant)?;
    let document = match text::read(written) {
        Ok(document) => document,
        Err(faults) => {
            let none = Compared { changes: Vec::new(), lines: Vec::new() };
            return Ok(Checked {
                faults,
                warnings: Vec::new(),
                document: None,
                text: String::new(),
                changes: none.changes,
                lines: none.lines,
                base: 0,
            });
        }
    };
    reading(app, |r| {
        let site = site_of(r, caller, &document)?;
        let before = Rules::read(r)?;
        let holds = before.of(document.values.kind(), site);
        let between = compared(&holds.values, &document.values);
        let after = before.clone().with(Held { revision: 0, site, values: document.values.clone() });
        Ok(Checked {
            faults: Vec::new(),
            warnings: super::hands::warnings(r, (&before, &after), &document.values)?,
            text: text::document(&document.values, document.site.as_deref(), &[]),
            document: Some(document),
            changes: between.changes,
            lines: between.lines,
            base: holds.revision,
        })
    })
}

/// The next rounds of the regular cycle at a site.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`] for the site; [`AppError::Store`].
pub fn next_rounds(
    app: &App,
    caller: &Caller,
    site: Option<&str>,
    limit: usize,
) -> Result<Vec<CyclePhase>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let now = app.now();
    reading(app, |r| {
        let site = site.map(|name| site_named(r, name, &reach)).transpose()?;
        let zone = r.sites()?.into_iter().find(|one| Some(one.id) == site).map(|one| one.time_zone);
        let calendar = zone.map_or_else(Calendar::utc, |zone| Calendar::named(&zone));
        let values = Rules::read(r)?.of(PolicyKind::RegularCycle, site).values;
        Ok(rounds(&values, calendar.day(now), limit)?)
    })
}

/// Two years: long enough for the rarest cycle that makes sense.
const AHEAD_DAYS: i32 = 731;

/// The rounds of a cycle that are not over on a day of the site: one that runs, and those that begin after it.
pub(super) fn rounds(values: &Values, today: Date, limit: usize) -> Result<Vec<CyclePhase>, StoreError> {
    let longest = i32::try_from(values.count("install_within_days")).unwrap_or(i32::MAX);
    let mut found = rounds_between(values, (days_after(today, -longest), days_after(today, AHEAD_DAYS)))?;
    found.retain(|one| one.install_by >= today);
    found.truncate(limit);
    Ok(found)
}

/// As many rounds of one cycle as are looked at: a daily one for more than ten years.
const MOST_ROUNDS: usize = 5_000;

/// The rounds of a cycle that begin from one day until before another. A day is a day wherever the site lies.
pub(crate) fn rounds_between(
    values: &Values,
    (from, to): (Date, Date),
) -> Result<Vec<CyclePhase>, StoreError> {
    let cycle = holdpoint_domain::policy::cycle(values)
        .map_err(|why| StoreError::damaged(format!("the regular cycle: {why}")))?;
    let zone = "UTC".parse().expect("the bundled database has UTC");
    let length = Length::Exact { minutes: 1 };
    let first = cycle.starts_on.at(0, 0, 0, 0);
    let rule = Some(cycle.rule.clone());
    let schedule = Schedule::new(zone, first, length, rule, BTreeSet::new(), BTreeSet::new())
        .expect("one minute, and no single dates");
    let utc = Calendar::utc();
    let begin = |day: Date| utc.end_of(days_after(day, -1));
    let Some(within) = Period::new(begin(from), begin(to)) else { return Ok(Vec::new()) };
    let found = occurrences(&schedule, within, MOST_ROUNDS);
    Ok(found.items.iter().map(|one| cycle.round(one.wall_start.date())).collect())
}
