//! Proposing plans: one draft for each site that is touched, made by the planner and looked at by the checker.

use super::gather::{Gathered, OtherPlans, Request, gather};
use super::inputs::inputs;
use super::words::{kept_wait, need_texts, plant_time};
use super::{find_in, scope, whole};
use crate::access_check::Caller;
use crate::approval::{accountable, baselines::conflict, reading, refused};
use crate::error::AppError;
use crate::planning::invalid;
use crate::{App, advisories};
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::id::PlanId;
use holdpoint_domain::moment::minutes_in_words;
use holdpoint_domain::plan::WayBack;
use holdpoint_domain::plan::life::{PlanState, PlanWord};
use holdpoint_domain::signature::Person;
use holdpoint_engine::plan_check::check_plan;
use holdpoint_engine::planning::{by_person_text, make_plan, plan_text, remark_text, report_text};
use holdpoint_store::Reader;
use holdpoint_store::plan::{KeptWait, NewPlan, PlanBody, PlanLine, Reserved, Wanted};
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt::Write;

const DAY: i64 = 86_400_000_000;
/// How many days are looked at when nobody says.
pub const USUAL_DAYS: u32 = 90;
const MOST_DAYS: u32 = 800;
/// How many minutes are kept for the release when nobody says: a plan that begins at once would be late before it is released.
pub const USUAL_LEAD_MINUTES: u32 = 60;
const MOST_LEAD_MINUTES: u32 = 30 * 24 * 60;
const TITLE_CHARS: usize = 120;

/// What a plan is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proposal {
    /// What people call it; empty: by what it is for.
    pub title: String,
    /// The advisory whose assets are to be patched, by id or tracking id.
    pub advisory: Option<String>,
    /// Findings that are to be closed, by number.
    pub findings: Vec<i64>,
    /// Assets, by id or tag.
    pub assets: Vec<String>,
    /// Patches; empty: whatever is missing and serves the purpose.
    pub patches: Vec<String>,
    /// The assets that this baseline governs, by id or name.
    pub baseline: Option<String>,
    /// Only at this site, by id or name.
    pub site: Option<String>,
    /// How many days are looked at; `None`: 90.
    pub days: Option<u32>,
    /// How many minutes are kept for the release, before which nothing starts; `None`: 60.
    pub lead_minutes: Option<u32>,
    /// The plan that it takes the place of, by id or number.
    pub replaces: Option<String>,
    /// Why.
    pub reason: String,
}

/// What came of a proposal.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposed {
    /// The drafts, one a site.
    pub plans: Vec<PlanLine>,
    /// Assets that stand at no site: no plan can hold them.
    pub nowhere: Vec<String>,
}

/// Proposes plans. Nothing is carried out by it, and what cannot be planned stands in the report with every reason.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`] for what is named; [`AppError::Invalid`] when nothing is asked for or
/// too much; [`AppError::Conflict`] when the plan to be replaced is over or of another site.
pub fn propose(app: &App, caller: &Caller, proposal: &Proposal) -> Result<Proposed, AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    let author = accountable(caller)?;
    let days = proposal.days.unwrap_or(USUAL_DAYS);
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(invalid("days", format!("1 to {MOST_DAYS} days are looked at"), "ask for fewer days"));
    }
    // A plan that begins at once lies in the past when somebody submits it.
    if proposal.lead_minutes.is_some_and(|minutes| !(1..=MOST_LEAD_MINUTES).contains(&minutes)) {
        let what = format!("1 to {MOST_LEAD_MINUTES} minutes are kept for the release");
        return Err(invalid("lead_minutes", what, "keep as many minutes as submitting and releasing take"));
    }
    if proposal.title.chars().count() > TITLE_CHARS || proposal.title.chars().any(char::is_control) {
        return Err(invalid("title", "the title cannot be used", "write at most 120 characters"));
    }
    let advisory =
        proposal.advisory.as_deref().map(|name| advisories::find(app, caller, name)).transpose()?;
    let now = app.now();
    let until = now.plus_micros(i64::from(days) * DAY);
    let (new, nowhere) = reading(app, |r| {
        let asked = scope::asked(app, r, (proposal, advisory), &reach)?;
        let replaced = proposal.replaces.as_deref().map(|id| find_in(r, id, &reach)).transpose()?;
        drafts(app, r, caller, (&asked, replaced.as_ref()), (proposal, until, &author))
    })?;
    if new.is_empty() && nowhere.is_empty() {
        return Err(invalid(
            "scope",
            "nothing that was asked for touches an asset within your reach",
            "look at the impact or the list of assets first",
        ));
    }
    signed_by_another(&new, &author)?;
    let plans = keep(app, caller, &reach, &proposal.reason, &new)?;
    Ok(Proposed { plans, nowhere })
}

/// Proposes a plan anew: the same work with the facts of now, for as many days as before. It takes the old one's place.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] when the plan is over.
pub fn again(app: &App, caller: &Caller, id: &str, reason: &str) -> Result<Proposed, AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    let author = accountable(caller)?;
    let now = app.now();
    let (new, nowhere) = reading(app, |r| {
        let old = find_in(r, id, &reach)?;
        // What a plan that was carried out left over is planned by a plan of its own: there is nothing to take the place of.
        let has_ended = old.state.word() == PlanWord::Ended;
        if !old.state.is_alive() && !has_ended {
            let what = format!("plan {} is {}", old.number, old.state.word());
            return Err(conflict("plan-state", what, "propose a plan of its own"));
        }
        let (_, body) = whole(r, old.id)?;
        let wanted: BTreeSet<Wanted> = body.wanted.into_iter().collect();
        let by_site = std::iter::once((Some(old.site), wanted)).collect();
        let asked = scope::Asked { by_site, origin: body.origin };
        let proposal =
            Proposal { title: old.title.clone(), reason: reason.to_owned(), ..Proposal::default() };
        let until = now.plus_micros(old.until.since(old.made_at).max(DAY));
        let replaced = (!has_ended).then_some(&old);
        drafts(app, r, caller, (&asked, replaced), (&proposal, until, &author))
    })?;
    signed_by_another(&new, &author)?;
    let plans = keep(app, caller, &reach, reason, &new)?;
    Ok(Proposed { plans, nowhere })
}

/// Whoever signed that there is no way back drafts no plan that counts on it: the plan would rest on one person's word.
fn signed_by_another(new: &[NewPlan], author: &Person) -> Result<(), AppError> {
    let own = new
        .iter()
        .flat_map(|one| &one.plan.steps)
        .find(|step| matches!(&step.way_back, WayBack::None { signed_by, .. } if *signed_by == author.name));
    let Some(step) = own else { return Ok(()) };
    let what = format!(
        "{} signed that there is no way back from `{}`, and whoever did drafts no plan with it",
        author.name, step.patch
    );
    Err(conflict("four-eyes", what, "let another person draft the plan"))
}

/// The drafts, one a site, and the tags of what stands at none.
fn drafts(
    app: &App,
    r: &mut Reader<'_>,
    caller: &Caller,
    (asked, replaced): (&scope::Asked, Option<&PlanLine>),
    frame: Frame<'_>,
) -> Result<(Vec<NewPlan>, Vec<String>), AppError> {
    let now = app.now();
    let seed: [u8; 10] = app.random_bytes();
    let (mut new, mut nowhere) = (Vec::new(), BTreeSet::new());
    for (place, (site, wanted)) in asked.by_site.iter().enumerate() {
        let Some(site) = site else {
            for one in wanted {
                nowhere.extend(r.asset(one.asset, Moment::OPEN)?.map(|asset| asset.asset.tag));
            }
            continue;
        };
        caller.require_at(Permission::WritePlans, Some(*site))?;
        let id = PlanId::new(now, numbered(seed, place));
        let request = Request {
            site: *site,
            wanted,
            now,
            until: frame.1,
            without: [Some(id), replaced.map(|line| line.id)],
            reserved: Reserved::Asked,
            others: OtherPlans::LeftOut,
            lead_minutes: frame.0.lead_minutes.unwrap_or(USUAL_LEAD_MINUTES),
        };
        let gathered = gather(app, r, &request)?;
        new.push(draft(&gathered, id, (wanted, &asked.origin), frame)?);
    }
    Ok((with_replaced(new, replaced)?, nowhere.into_iter().collect()))
}

/// Ten random bytes for each of many plans out of ten.
fn numbered(mut seed: [u8; 10], place: usize) -> [u8; 10] {
    for (byte, own) in seed.iter_mut().zip(place.to_le_bytes()) {
        *byte ^= own;
    }
    seed
}

fn with_replaced(mut new: Vec<NewPlan>, replaced: Option<&PlanLine>) -> Result<Vec<NewPlan>, AppError> {
    let Some(old) = replaced else { return Ok(new) };
    let what = match new.as_mut_slice() {
        [one] if one.plan.site == old.site => {
            one.replaces = Some(old.id);
            return Ok(new);
        }
        [_] => format!("plan {} is of another site", old.number),
        _ => format!("plan {} is of one site, and the proposal touches {}", old.number, new.len()),
    };
    Err(conflict("replaces", what, "propose for the site of the plan that is to be replaced"))
}

type Frame<'a> = (&'a Proposal, Moment, &'a Person);

/// How long nothing starts, so that the release has its time; empty: nothing is kept for it.
fn lead_text(gathered: &Gathered) -> String {
    let facts = &gathered.facts;
    let are = match facts.rules.lead_minutes {
        0 => return String::new(),
        1 => "is",
        _ => "are",
    };
    let (from, minutes) =
        (plant_time(&gathered.zone, facts.earliest()), minutes_in_words(facts.rules.lead_minutes));
    format!("Nothing starts before {from}: {minutes} {are} kept for the release.\n")
}

fn draft(
    gathered: &Gathered,
    id: PlanId,
    (wanted, origin): (&BTreeSet<Wanted>, &str),
    (proposal, until, author): Frame<'_>,
) -> Result<NewPlan, AppError> {
    let facts = &gathered.facts;
    let planned = make_plan(facts, id);
    let plan = planned.plan;
    // The planner's own mistake must never reach a person as a draft.
    let wrong = check_plan(facts, &plan);
    if let Some(first) = wrong.first() {
        return Err(conflict(
            "planner",
            format!("the planner made a plan that the checker refuses: {first}"),
            "report this with the export of the plan's assets and windows",
        ));
    }
    let name = |id| {
        let window = facts.windows.iter().find(|one| one.id == id);
        window.map_or_else(|| "a window".to_owned(), |window| window.name.clone())
    };
    let mut waits: Vec<KeptWait> =
        planned.waits.waits.iter().map(|wait| kept_wait(facts, wait, &gathered.tags)).collect();
    waits.extend(gathered.extra.iter().cloned());
    waits.sort_by(|one, other| (&one.tag, &one.patch).cmp(&(&other.tag, &other.patch)));
    let steps = plan.steps.iter().map(|step| {
        let tag = gathered.tags.get(&step.asset).cloned().unwrap_or_default();
        let why = gathered.why.get(&(step.asset, step.patch.clone()));
        (tag, why.map(|why| why.0.clone()).unwrap_or_default())
    });
    let tag = |asset| gathered.tags.get(&asset).cloned().unwrap_or_default();
    let mut export = plan_text(facts, &plan, &planned.exposure, &gathered.zone);
    export.push_str("\nWhat waits, and for what\n");
    export.push_str(&report_text(facts, &planned.waits, &gathered.zone));
    for wait in &gathered.extra {
        let patch = if wait.patch.is_empty() { "Something" } else { &wait.patch };
        let _ = writeln!(export, "{patch} on {} waits: {}", wait.tag, wait.why);
    }
    let unknown = need_texts(gathered, &plan);
    export.extend(unknown.iter().map(|sentence| format!("{sentence}\n")));
    export.push_str(&lead_text(gathered));
    let _ = writeln!(export, "Looked at until {}.", plant_time(&gathered.zone, until));
    let title = if proposal.title.trim().is_empty() {
        format!("{}: {origin}", gathered.site.name).chars().take(TITLE_CHARS).collect()
    } else {
        proposal.title.trim().to_owned()
    };
    Ok(NewPlan {
        title,
        author: author.clone(),
        reason: proposal.reason.trim().to_owned(),
        until,
        exposure: (planned.exposure.planned, planned.exposure.bound),
        replaces: None,
        body: PlanBody {
            wanted: wanted.iter().cloned().collect(),
            inputs: inputs(gathered, &plan),
            remarks: (planned.waits.remarks.iter().map(|remark| remark_text(*remark, name)))
                .chain(by_person_text(&planned.waits.by_person, tag))
                .chain(unknown)
                .collect(),
            origin: origin.to_owned(),
        },
        steps: steps.collect(),
        waits,
        export,
        plan,
    })
}

fn keep(
    app: &App,
    caller: &Caller,
    reach: &Reach,
    reason: &str,
    new: &[NewPlan],
) -> Result<Vec<PlanLine>, AppError> {
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let committed = app.store().change(&app.intent(caller, "plan.propose", reason), |c| {
        let mut lines = Vec::new();
        for plan in new {
            c.put_plan(plan)?;
            c.about("plan", plan.plan.id);
            c.detail(
                &plan.plan.id.to_string(),
                json!({"title": plan.title, "steps": plan.steps.len(), "waits": plan.waits.len()}),
            );
            if let Some(old) = plan.replaces {
                let old = find_in(c, &old.to_string(), reach)?;
                // What holds the old one back holds the new one, too: nobody is rid of an interlock by planning again.
                for kept in c.plan_checks(old.id)? {
                    c.put_plan_check(plan.plan.id, &kept.check, &kept.by)?;
                }
                let at = c.at();
                match old.state {
                    // A released plan holds until the new one is released.
                    PlanState::Released { .. } => {}
                    state => {
                        let state = state.supersede(plan.plan.id, at).map_err(refused)?;
                        c.move_plan(old.id, &state, &plan.author, "another plan takes its place")?;
                        c.about("plan", old.id);
                    }
                }
            }
            lines.push(find_in(c, &plan.plan.id.to_string(), reach)?);
        }
        Ok::<_, AppError>(lines)
    })?;
    Ok(committed.value)
}
