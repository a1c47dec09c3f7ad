//! Match runs: what sets matching off, who asked for it, what it did, and what of it is news.
//!
//! A run is a row with one trigger. Manual runs are carried out at once in a change of their own; automatic ones belong
//! to the change that brought the documents or assets in, one row for each trigger, so the two are never pooled. The
//! surprise: a newer revision raises nothing by itself; [`news`] compares what the document offers with what it offered
//! before, and only another remediation is news again.

pub(crate) mod news;

use crate::App;
use crate::access_check::Caller;
use crate::applicability::{self, findings};
use crate::error::AppError;
use crate::matching::{self, MatchCounts};
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::id::AdvisoryId;
use holdpoint_domain::intelligence::FindingCause;
use holdpoint_domain::run::{RunTrigger, trigger_of_revision};
use holdpoint_store::advisory::RevisionStanding;
use holdpoint_store::page::{ListQuery, Paged};
use holdpoint_store::run::{MatchRun, NewNews, NewsLine, RunCounts};
use holdpoint_store::{Change, StoreError};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// How many names of documents or assets a run keeps.
const MOST_SUBJECTS: usize = 200;
/// The most documents or assets that one manual run takes.
pub const MOST_ASKED: usize = 10_000;

/// Documents that came in during a change, each with what it sets off.
#[derive(Debug, Default)]
pub(crate) struct Arrivals {
    documents: BTreeMap<AdvisoryId, Arrival>,
}

#[derive(Debug)]
struct Arrival {
    trigger: RunTrigger,
    name: String,
    renames: BTreeMap<i64, i64>,
}

/// A revision that was just put.
pub(crate) struct Arrived<'a> {
    /// The advisory.
    pub advisory: AdvisoryId,
    /// The publisher's id for it.
    pub tracking_id: &'a str,
    /// How the revision stands to the one before.
    pub standing: RevisionStanding,
    /// The version before; `None`: there was none.
    pub before: Option<&'a str>,
    /// The version now.
    pub after: &'a str,
    /// Vulnerabilities that have another name now, by number.
    pub renames: BTreeMap<i64, i64>,
}

impl Arrivals {
    /// Adds a revision. Of several revisions of one document the first says what it sets off.
    pub(crate) fn add(&mut self, arrived: Arrived<'_>) {
        let trigger = match (arrived.standing, arrived.before) {
            (RevisionStanding::First, _) => RunTrigger::NewDocument,
            (RevisionStanding::Restored, _) => RunTrigger::Restored,
            (RevisionStanding::Changed | RevisionStanding::ChangedSilently, Some(before)) => {
                trigger_of_revision(before, arrived.after)
            }
            (RevisionStanding::Changed, None) => RunTrigger::IntegerVersion,
            (RevisionStanding::ChangedSilently, None) => RunTrigger::SilentChange,
        };
        let name = arrived.tracking_id.to_owned();
        let known = self.documents.entry(arrived.advisory);
        let arrival = known.or_insert_with(|| Arrival { trigger, name, renames: BTreeMap::new() });
        for new in arrival.renames.values_mut() {
            *new = arrived.renames.get(new).copied().unwrap_or(*new);
        }
        arrival.renames.extend(arrived.renames);
    }
}

/// Who sets a run off, for its row.
pub(crate) struct Asker<'a> {
    /// Who.
    pub caller: &'a Caller,
    /// Why.
    pub reason: &'a str,
}

/// Matches the documents that came in, and keeps one automatic run for each trigger.
pub(crate) fn after_documents(
    app: &App,
    c: &mut Change<'_>,
    asker: &Asker<'_>,
    arrivals: &Arrivals,
) -> Result<MatchCounts, StoreError> {
    let mut groups: BTreeMap<RunTrigger, Vec<(AdvisoryId, &Arrival)>> = BTreeMap::new();
    for (advisory, arrival) in &arrivals.documents {
        groups.entry(arrival.trigger).or_default().push((*advisory, arrival));
    }
    let mut all = MatchCounts::default();
    for (trigger, documents) in groups {
        let started_at = app.now();
        let ids: Vec<AdvisoryId> = documents.iter().map(|(advisory, _)| *advisory).collect();
        let known =
            if trigger == RunTrigger::NewDocument { Vec::new() } else { before_the_run(c, &documents)? };
        let counts = matching::for_advisories(app, c, &ids)?;
        let mut found = Vec::new();
        for before in known {
            found.extend(news::after(c, before)?);
        }
        if trigger == RunTrigger::Restored {
            // Nothing matched a deleted document, so all of it would look as if it were said for the first time.
            found.clear();
        }
        let names = documents.iter().map(|(_, arrival)| arrival.name.clone()).collect();
        keep(app, c, asker, Ran { trigger, started_at, names, counts, news: found })?;
        all.add(counts);
    }
    Ok(all)
}

fn before_the_run(
    c: &mut Change<'_>,
    documents: &[(AdvisoryId, &Arrival)],
) -> Result<Vec<news::Before>, StoreError> {
    let mut all = Vec::new();
    for (advisory, arrival) in documents {
        all.extend(news::before(c, *advisory, arrival.renames.clone())?);
    }
    Ok(all)
}

/// What a run did.
pub(crate) struct Ran {
    /// What set it off.
    pub trigger: RunTrigger,
    /// When it began.
    pub started_at: Moment,
    /// Documents or assets.
    pub names: Vec<String>,
    /// What happened to matches.
    pub counts: MatchCounts,
    /// What was news.
    pub news: Vec<NewNews>,
}

/// Keeps a run; gives it with its number.
pub(crate) fn keep(
    app: &App,
    c: &mut Change<'_>,
    asker: &Asker<'_>,
    mut ran: Ran,
) -> Result<MatchRun, StoreError> {
    let subject_count = ran.names.len() as u64;
    ran.names.truncate(MOST_SUBJECTS);
    let mut run = MatchRun {
        number: 0,
        trigger: ran.trigger,
        started_at: ran.started_at,
        ended_at: app.now().max(ran.started_at),
        by: asker.caller.actor.name().to_owned(),
        reason: asker.reason.to_owned(),
        subjects: ran.names,
        subject_count,
        counts: RunCounts {
            opened: ran.counts.opened,
            changed: ran.counts.changed,
            carried_over: ran.counts.carried_over,
            closed: ran.counts.closed,
            // Counted by asset when the news are there.
            ..RunCounts::default()
        },
    };
    (run.number, run.counts) = c.put_run(&run, &ran.news)?;
    Ok(run)
}

/// Assets that were written during a change.
#[derive(Debug, Default)]
pub(crate) struct TouchedAssets {
    new: Touched,
    changed: Touched,
    same: BTreeSet<i64>,
}

#[derive(Debug, Default)]
struct Touched {
    names: Vec<String>,
    configurations: BTreeSet<i64>,
}

/// Whether an asset was known before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// It was not.
    New,
    /// It was.
    Before,
}

impl TouchedAssets {
    /// Adds an asset with the configurations that it left and entered.
    pub(crate) fn add(&mut self, known: Known, tag: &str, configurations: Vec<i64>) {
        let moved = configurations.iter().collect::<BTreeSet<_>>().len() != 1 || configurations.len() == 1;
        let group = match known {
            Known::New => &mut self.new,
            Known::Before if moved && !configurations.is_empty() => &mut self.changed,
            Known::Before => {
                self.same.extend(configurations);
                return;
            }
        };
        group.names.push(tag.to_owned());
        group.configurations.extend(configurations);
    }
}

/// Matches the assets that were written, and keeps one automatic run for each trigger.
pub(crate) fn after_assets(
    app: &App,
    c: &mut Change<'_>,
    asker: &Asker<'_>,
    touched: TouchedAssets,
) -> Result<MatchCounts, StoreError> {
    let everywhere = [&touched.same, &touched.new.configurations, &touched.changed.configurations];
    let everywhere: BTreeSet<i64> = everywhere.into_iter().flatten().copied().collect();
    findings::for_configurations(
        app,
        c,
        &everywhere.into_iter().collect::<Vec<_>>(),
        FindingCause::Inventory,
    )?;
    let same: Vec<i64> = touched.same.into_iter().collect();
    let mut all = matching::for_configurations(app, c, &same)?;
    for (trigger, group) in [(RunTrigger::NewAsset, touched.new), (RunTrigger::ChangedAsset, touched.changed)]
    {
        if group.names.is_empty() {
            continue;
        }
        let started_at = app.now();
        let configurations: Vec<i64> = group.configurations.into_iter().collect();
        let counts = matching::for_configurations(app, c, &configurations)?;
        keep(app, c, asker, Ran { trigger, started_at, names: group.names, counts, news: Vec::new() })?;
        all.add(counts);
    }
    Ok(all)
}

/// Matches documents again because somebody asked for it.
///
/// # Errors
/// [`AppError::Refused`] without the permission to write matches everywhere; [`AppError::NotFound`] when one of them is
/// not there, and then nothing is done; [`AppError::Invalid`] for none or too many; [`AppError::Store`].
pub fn for_documents(app: &App, caller: &Caller, ids: &[String], reason: &str) -> Result<MatchRun, AppError> {
    caller.require_everywhere(Permission::WriteMatches)?;
    enough(ids)?;
    let mut found: BTreeMap<AdvisoryId, String> = BTreeMap::new();
    for id in ids {
        found.insert(crate::advisories::find(app, caller, id)?, id.clone());
    }
    let committed = app.store().change(&app.intent(caller, "match.run", reason), |c| {
        let started_at = app.now();
        let mut names = Vec::new();
        for (advisory, id) in &found {
            let Some(known) = c.advisory(*advisory, Moment::OPEN, &Reach::Everywhere)? else {
                return Err(AppError::NotFound { noun: "advisory", id: id.chars().take(64).collect() });
            };
            c.about("advisory", id);
            // People know a document by its publisher's id, however it was asked for.
            names.push(known.line.tracking_id);
        }
        let ids: Vec<AdvisoryId> = found.keys().copied().collect();
        let counts = matching::for_advisories(app, c, &ids)?;
        c.detail("matches", json!(counts));
        let trigger = RunTrigger::AskedForDocuments;
        let asker = Asker { caller, reason };
        Ok(keep(app, c, &asker, Ran { trigger, started_at, names, counts, news: Vec::new() })?)
    })?;
    Ok(committed.value)
}

/// Matches assets again because somebody asked for it.
///
/// # Errors
/// [`AppError::Refused`] without the permission to write matches for their sites; else as [`for_documents`].
pub fn for_assets(app: &App, caller: &Caller, ids: &[String], reason: &str) -> Result<MatchRun, AppError> {
    caller.require(Permission::WriteMatches)?;
    enough(ids)?;
    let mut names = BTreeSet::new();
    let mut configurations = BTreeSet::new();
    for id in ids {
        let asset = crate::inventory::get(app, caller, id, Moment::OPEN)?;
        caller.require_at(Permission::WriteMatches, asset.site)?;
        configurations.extend(asset.configuration_no);
        names.insert(asset.asset.tag);
    }
    let configurations: Vec<i64> = configurations.into_iter().collect();
    applicability::warm(app)?;
    let committed = app.store().change(&app.intent(caller, "match.run", reason), |c| {
        let started_at = app.now();
        for name in &names {
            c.about("asset", name);
        }
        let counts = matching::for_configurations(app, c, &configurations)?;
        findings::for_configurations(app, c, &configurations, FindingCause::Rules)?;
        c.detail("matches", json!(counts));
        let trigger = RunTrigger::AskedForAssets;
        let names = names.iter().cloned().collect();
        let asker = Asker { caller, reason };
        keep(app, c, &asker, Ran { trigger, started_at, names, counts, news: Vec::new() })
    })?;
    Ok(committed.value)
}

fn enough(ids: &[String]) -> Result<(), AppError> {
    if ids.is_empty() || ids.len() > MOST_ASKED {
        return Err(AppError::invalid(
            "run-subjects",
            format!("{} documents or assets were named", ids.len()),
            "nothing was matched",
            "name one at least and 10,000 at most; `holdpoint match rebuild` compares everything",
        ));
    }
    Ok(())
}

/// Lists runs, the newest first; `kind:manual` and `kind:automatic` are the two queues.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn list(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<MatchRun>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let mut page = app.store().read(|r| r.runs(query))?;
    page.items.iter_mut().for_each(|run| within(run, &reach));
    Ok(page)
}

/// One run.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn get(app: &App, caller: &Caller, number: i64) -> Result<MatchRun, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let found = app.store().read(|r| r.run_of(number))?;
    let mut run = found.ok_or_else(|| AppError::NotFound { noun: "run", id: number.to_string() })?;
    within(&mut run, &reach);
    Ok(run)
}

/// Takes the names out of a run for those who see some sites only: a run does not keep whose they are.
fn within(run: &mut MatchRun, reach: &Reach) {
    if *reach != Reach::Everywhere {
        run.subjects.clear();
    }
}

/// Lists what newer revisions meant for the caller's assets, the newest first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn news(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<NewsLine>, AppError> {
    let query = ListQuery { reach: caller.require(Permission::ReadPlant)?, ..query.clone() };
    Ok(app.store().read(|r| r.news(&query))?)
}
