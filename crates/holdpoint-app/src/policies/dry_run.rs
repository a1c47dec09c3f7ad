//! Trying a policy out: what would change, counted, with the rows behind every number.
//!
//! Nothing is written. The surprise: a number and its rows come from the same walk over the same view of the data, so a row
//! can be asked for page by page and the counts still fit.

mod approvals;
mod others;

use super::holding::{Held, Rules};
use super::unreadable;
use super::write::site_of;
use crate::App;
use crate::access_check::Caller;
use crate::approval::reading;
use crate::error::AppError;
use crate::ranking::preview;
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::id::SiteId;
use holdpoint_domain::policy::{Difference, PolicyKind};
use holdpoint_formats::policy as text;
use holdpoint_store::Reader;
use std::collections::BTreeMap;

pub(super) use approvals::approvals;

/// The most rows that are shown of a group at once.
pub const MOST_ROWS: usize = 1_000;

/// Which rows are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// Only of this group; `None`: of all.
    pub group: Option<String>,
    /// Leave so many out first.
    pub skip: usize,
    /// At most so many of each group.
    pub limit: usize,
}

impl Default for Rows {
    fn default() -> Self {
        Self { group: None, skip: 0, limit: 10 }
    }
}

/// Something that would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is: `finding`, `decision`, `exemption`, `patch`, `provider`, `feed`, `user`, `round`.
    pub noun: &'static str,
    /// Its id or number, as its own endpoint wants it.
    pub id: String,
    /// How people call it.
    pub title: String,
    /// As it is.
    pub from: String,
    /// As it would be.
    pub to: String,
    /// Its site.
    pub site: Option<SiteId>,
}

/// What becomes of the rows of a group when the policy is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// They change.
    Changes,
    /// They stay as they are, and a review is opened for each.
    Review,
}

/// Things that would change alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its key, for asking for its rows.
    pub key: String,
    /// What happens to them, in words.
    pub title: String,
    /// What becomes of them.
    pub then: Then,
    /// How many.
    pub count: u64,
    /// The rows that were asked for.
    pub rows: Vec<Row>,
}

/// What a policy would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// Its kind.
    pub kind: PolicyKind,
    /// Its site's name; empty: all sites.
    pub site_name: String,
    /// The revision that holds there.
    pub base: u64,
    /// How it differs from that one.
    pub changes: Vec<Difference>,
    /// Of how many things it was worked out.
    pub looked_at: u64,
    /// What they are: `open findings`.
    pub looked_at_what: &'static str,
    /// What would change; empty: nothing.
    pub groups: Vec<Group>,
    /// What could not be told, and why.
    pub notes: Vec<String>,
}

/// Gathers groups while walking over everything.
pub(super) struct Gathering {
    groups: BTreeMap<String, Group>,
    wanted: Rows,
    pub(super) looked_at: u64,
    pub(super) what: &'static str,
    pub(super) notes: Vec<String>,
}

impl Gathering {
    pub(super) fn new(wanted: Rows) -> Self {
        Self { groups: BTreeMap::new(), wanted, looked_at: 0, what: "", notes: Vec::new() }
    }

    /// Counts one thing; its row is made only when somebody wants it.
    pub(super) fn put(&mut self, key: &str, title: &str, then: Then, row: impl FnOnce() -> Row) {
        let group = self.groups.entry(key.to_owned()).or_insert_with(|| Group {
            key: key.to_owned(),
            title: title.to_owned(),
            then,
            count: 0,
            rows: Vec::new(),
        });
        let place = usize::try_from(group.count).unwrap_or(usize::MAX);
        group.count += 1;
        let asked = self.wanted.group.as_deref().is_none_or(|wanted| wanted == key);
        if asked && place >= self.wanted.skip && group.rows.len() < self.wanted.limit {
            group.rows.push(row());
        }
    }

    pub(super) fn into_groups(self) -> Vec<Group> {
        let mut groups: Vec<Group> = self.groups.into_values().collect();
        groups.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.key.cmp(&other.key)));
        groups
    }
}

/// Before and after, and where.
pub(super) struct Between<'a> {
    pub(super) before: &'a Rules,
    pub(super) after: &'a Rules,
    pub(super) kind: PolicyKind,
    pub(super) site: Option<SiteId>,
    pub(super) now: Moment,
}

/// What a text would change if it were published now.
///
/// # Errors
/// [`AppError::Refused`]: what would change at all sites is for those who may see all; [`AppError::Invalid`] for a text that
/// is no policy; [`AppError::NotFound`] for a site that is not here; [`AppError::Store`].
pub fn dry_run(app: &App, caller: &Caller, written: &str, rows: &Rows) -> Result<Effect, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let document = text::read(written).map_err(|faults| unreadable(&faults))?;
    let wanted = Rows { limit: rows.limit.min(MOST_ROWS), ..rows.clone() };
    let now = app.now();
    reading(app, |r| {
        let site = site_of(r, caller, &document)?;
        if site.is_none() && reach != Reach::Everywhere {
            caller.require_everywhere(Permission::ReadPlant)?;
        }
        let kind = document.values.kind();
        let before = Rules::read(r)?;
        let holds = before.of(kind, site);
        let held = Held { revision: holds.revision, site, values: document.values.clone() };
        let after = before.clone().with(held);
        let between = Between { before: &before, after: &after, kind, site, now };
        let mut gathering = Gathering::new(wanted);
        gather(r, caller, &between, &mut gathering)?;
        Ok(Effect {
            kind,
            site_name: document.site.clone().unwrap_or_default(),
            base: holds.revision,
            changes: holdpoint_domain::policy::differences(&holds.values, &document.values),
            looked_at: gathering.looked_at,
            looked_at_what: gathering.what,
            notes: std::mem::take(&mut gathering.notes),
            groups: gathering.into_groups(),
        })
    })
}

fn gather(
    r: &mut Reader<'_>,
    caller: &Caller,
    between: &Between<'_>,
    into: &mut Gathering,
) -> Result<(), AppError> {
    match between.kind {
        PolicyKind::PrioritiesAndDeadlines => findings(r, caller, between, into),
        PolicyKind::ApprovalRules | PolicyKind::Emergency | PolicyKind::Exemptions => {
            approvals(r, between, into)
        }
        PolicyKind::Categories => others::categories(r, between, into),
        PolicyKind::ScanSchedule => others::sources(r, between, into),
        PolicyKind::RegularCycle => others::rounds(r, between, into),
        PolicyKind::Roles => others::roles(r, caller, between, into),
    }
}

/// Findings whose decision points, lane or last day in time would be others. One finding stands in the group of its lane and in
/// one for each point that rises or falls.
fn findings(
    r: &mut Reader<'_>,
    caller: &Caller,
    between: &Between<'_>,
    into: &mut Gathering,
) -> Result<(), AppError> {
    into.what = "open findings";
    into.looked_at = preview::each_open(r, (between.before, between.after), between.now, |tried| {
        let (before, rank, site) = (tried.finding.rank, tried.rank, tried.site);
        let row = |from: String, to: String| Row {
            noun: "finding",
            id: tried.finding.number.to_string(),
            title: String::new(),
            from,
            to,
            site,
        };
        for one in &tried.points {
            let word = if one.rises { "rises" } else { "falls" };
            let key = format!("{}-{word}", one.point.replace(' ', "-"));
            into.put(&key, &format!("{} {word}", one.point), Then::Changes, || {
                row(format!("{} {}", one.point, one.from), format!("{} {}", one.point, one.to))
            });
        }
        let (key, title) = if before.lane == rank.lane {
            if before.due_at == rank.due_at {
                return;
            }
            let word = if rank.due_at < before.due_at { "earlier" } else { "later" };
            (format!("{}-{word}", rank.lane), format!("due {word}, in the lane {}", rank.lane))
        } else {
            (format!("{}-{}", before.lane, rank.lane), format!("from {} to {}", before.lane, rank.lane))
        };
        let words = |lane, due: Moment, clock| format!("{lane}, due {}, by {clock}", day(due));
        into.put(&key, &title, Then::Changes, || {
            row(
                words(before.lane, before.due_at, before.due_clock),
                words(rank.lane, rank.due_at, rank.due_clock),
            )
        });
    })?;
    let reach = caller.reach(Permission::ReadPlant);
    for group in into.groups.values_mut() {
        for row in &mut group.rows {
            let number = row.id.parse().unwrap_or_default();
            if let Some(line) = r.ranked_finding(number, &reach)? {
                row.title = format!("{} on {}", line.vulnerability, line.asset_tag);
            }
        }
    }
    Ok(())
}

/// The last day in time, as people write it; the moment is the first that is late.
fn day(due: Moment) -> String {
    due.plus_micros(-1).to_string().chars().take(10).collect()
}
