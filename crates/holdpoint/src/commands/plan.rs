//! `holdpoint plan …`: change plans, and what they count on.

use crate::cli::{Global, ListArgs};
use crate::commands::decision::body;
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::{Result, anyhow};
use clap::{Args, Subcommand};
use holdpoint_app::planning::{self, NewObservation, NewRestoreTest, NewRules};
use holdpoint_app::plans::{self, Proposal};
use holdpoint_app::store::plan::PlanLine;
use holdpoint_domain::plan::WayBack;
use holdpoint_server::api::checks::CheckView as AskedView;
use holdpoint_server::api::plan_views::{CheckView, PlanShownView, PlanView, ProposedView, WaitView};
use holdpoint_server::api::planning::{GroupView, ObservationView, ProfileView, RulesView};
use holdpoint_server::api::restore_tests::RestoreTestView;
use holdpoint_server::api::window_views::PlannedStepView;
use std::path::PathBuf;

/// Verbs on change plans.
#[derive(Debug, Subcommand)]
pub enum PlanCommand {
    /// List plans, the newest first
    List(ListArgs),
    /// Show a plan with its waves and hold points
    Show(OneArgs),
    /// Propose a plan for an advisory, findings, assets or a baseline; one draft for each site
    Propose(ProposeArgs),
    /// Propose a plan anew with the facts of now; it takes the old one's place
    Again(OneArgs),
    /// List the steps of a plan
    Steps(RowsArgs),
    /// List what waits in a plan, and for what
    Waits(RowsArgs),
    /// Look at a plan with the facts of now; exit code 7 when it does not hold
    Check(OneArgs),
    /// Ask for the release of a draft
    Submit(OneArgs),
    /// Let a submitted plan go, as a second person
    Release(OneArgs),
    /// Refuse a submitted plan; needs --reason
    Reject(OneArgs),
    /// Take a plan back; needs --reason
    Withdraw(OneArgs),
    /// Print a plan and what waits as a text, in the time of the plant
    Export(OneArgs),
    /// List redundancy groups and how many members they can lose
    Groups,
    /// Say how many members a redundancy group can lose
    SetGroup(GroupArgs),
    /// List how work is done, by patch and kind
    Profiles,
    /// Write down how work is done, as a file says (the API's JSON)
    SetProfile(FileArgs),
    /// List how long work took
    Durations,
    /// Write down how long work took
    Observe(ObserveArgs),
    /// List the restore tests of an asset's backups
    RestoreTests(AssetArgs),
    /// Write down that a backup of an asset was restored
    RestoreTest(RestoreTestArgs),
    /// Show a site's rules for plans
    Rules(SiteArgs),
    /// Write a site's rules for plans, as a file says (the API's JSON)
    SetRules(SetRulesArgs),
}

/// One plan.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// Its id or number
    pub id: String,
}

/// What a plan is asked for.
#[derive(Debug, Args)]
pub struct ProposeArgs {
    /// What people call it [default: by what it is for]
    #[arg(long, default_value = "", hide_default_value = true)]
    pub title: String,
    /// The advisory whose assets are to be patched
    #[arg(long)]
    pub advisory: Option<String>,
    /// A finding that is to be closed, by number; may be repeated
    #[arg(long = "finding", value_name = "NUMBER")]
    pub findings: Vec<i64>,
    /// An asset, by id or tag; may be repeated
    #[arg(long = "asset", value_name = "ASSET")]
    pub assets: Vec<String>,
    /// A patch; may be repeated [default: whatever is missing and serves the purpose]
    #[arg(long = "patch", value_name = "PATCH")]
    pub patches: Vec<String>,
    /// The assets that this baseline governs
    #[arg(long)]
    pub baseline: Option<String>,
    /// Only at this site
    #[arg(long)]
    pub site: Option<String>,
    /// How many days are looked at [default: 90]
    #[arg(long)]
    pub days: Option<u32>,
    /// How many minutes are kept for the release, before which nothing starts [default: 60]
    #[arg(long, value_name = "MINUTES")]
    pub lead: Option<u32>,
    /// The plan that it takes the place of
    #[arg(long, value_name = "PLAN")]
    pub replaces: Option<String>,
}

/// Rows of a plan.
#[derive(Debug, Args)]
pub struct RowsArgs {
    /// Its id or number
    pub id: String,
    /// Which rows.
    #[command(flatten)]
    pub list: ListArgs,
}

/// What is said of a group.
#[derive(Debug, Args)]
pub struct GroupArgs {
    /// The site
    pub site: String,
    /// The group's name, as assets carry it
    pub name: String,
    /// How many members it can lose at the same time
    pub may_lose: u16,
    /// Where that is written
    #[arg(long, default_value = "", hide_default_value = true)]
    pub note: String,
}

/// A file.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// A file with the API's JSON
    pub file: PathBuf,
}

/// A measurement.
#[derive(Debug, Args)]
pub struct ObserveArgs {
    /// The asset, by id or tag
    pub asset: String,
    /// The patch
    pub patch: String,
    /// Minutes from the start to the end of the verification
    pub minutes: u32,
    /// Minutes of the undo, when there was one
    #[arg(long)]
    pub undo: Option<u32>,
    /// When it was done [default: now]
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
}

/// A site.
#[derive(Debug, Args)]
pub struct SiteArgs {
    /// Its id or name
    pub site: String,
}

/// One asset.
#[derive(Debug, Args)]
pub struct AssetArgs {
    /// Its id or tag
    pub asset: String,
}

/// A backup that was restored.
#[derive(Debug, Args)]
pub struct RestoreTestArgs {
    /// The asset, by id or tag
    pub asset: String,
    /// What was restored, and where
    #[arg(long)]
    pub what: String,
    /// Who did it; absent: whoever writes it down
    #[arg(long, default_value = "")]
    pub by: String,
    /// When; absent: now
    #[arg(long, value_name = "MOMENT")]
    pub at: Option<String>,
}

/// A site and its rules.
#[derive(Debug, Args)]
pub struct SetRulesArgs {
    /// Its id or name
    pub site: String,
    /// A file with the API's JSON
    pub file: PathBuf,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &PlanCommand) -> Result<Exit> {
    match command {
        PlanCommand::List(args) => list(global, args),
        PlanCommand::Show(args) => show(global, &args.id),
        PlanCommand::Propose(args) => propose(global, args),
        PlanCommand::Again(args) => {
            let app = open::app(global)?;
            proposed(global, plans::again(&app, &open::person(&app)?, &args.id, &global.reason)?.into())
        }
        PlanCommand::Steps(args) => steps(global, args),
        PlanCommand::Waits(args) => waits(global, args),
        PlanCommand::Check(args) => check(global, &args.id),
        PlanCommand::Submit(args) => moved(global, args, plans::submit),
        PlanCommand::Release(args) => moved(global, args, plans::release),
        PlanCommand::Reject(args) => moved(global, args, plans::reject),
        PlanCommand::Withdraw(args) => moved(global, args, plans::withdraw),
        PlanCommand::Export(args) => {
            let app = open::app(global)?;
            let text = plans::export(&app, &open::operator(), &args.id)?;
            output::value(global.output, &text, || output::printable(&text))?;
            Ok(Exit::Done)
        }
        PlanCommand::Groups => groups(global),
        PlanCommand::SetGroup(args) => {
            let app = open::app(global)?;
            let said = (args.name.as_str(), args.may_lose, args.note.as_str());
            planning::put_group(&app, &open::operator(), &args.site, said, &global.reason)?;
            groups(global)
        }
        PlanCommand::Profiles => profiles(global),
        PlanCommand::SetProfile(args) => set_profile(global, args),
        PlanCommand::Durations => durations(global),
        PlanCommand::Observe(args) => observe(global, args),
        PlanCommand::RestoreTests(args) => restore_tests(global, &args.asset),
        PlanCommand::RestoreTest(args) => restore_test(global, args),
        PlanCommand::Rules(args) => {
            let app = open::app(global)?;
            rules(global, planning::rules(&app, &open::operator(), &args.site)?.1.into())
        }
        PlanCommand::SetRules(args) => {
            let new: RulesView = body(&args.file)?;
            let app = open::app(global)?;
            let new = NewRules::from(new);
            let kept = planning::put_rules(&app, &open::operator(), &args.site, &new, &global.reason)?;
            rules(global, kept.1.into())
        }
    }
}

/// Enters how long a piece of work took.
fn observe(global: &Global, args: &ObserveArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let new = NewObservation {
        patch: args.patch.clone(),
        asset: args.asset.clone(),
        work_minutes: args.minutes,
        undo_minutes: args.undo,
        at: args.at.as_deref().map(str::parse).transpose()?,
    };
    planning::observe(&app, &open::operator(), &new, &global.reason)?;
    durations(global)
}

const PLAN_HEADER: [&str; 9] =
    ["No", "Title", "State", "Site", "Steps", "Assets", "Waits", "First start", "Author"];

fn plan_row(one: &PlanView) -> Vec<String> {
    vec![
        one.number.to_string(),
        one.title.clone(),
        one.state.clone(),
        one.site.clone(),
        one.steps.to_string(),
        one.assets.to_string(),
        one.waits.to_string(),
        one.first_start.clone().unwrap_or_default(),
        one.author.clone(),
    ]
}

fn list(global: &Global, args: &ListArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let found = plans::list(&app, &open::operator(), &open::list_query(&app, args)?)?;
    let items: Vec<PlanView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    output::list(global.output, &listed, &PLAN_HEADER, plan_row)?;
    Ok(Exit::Done)
}

fn propose(global: &Global, args: &ProposeArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let proposal = Proposal {
        title: args.title.clone(),
        advisory: args.advisory.clone(),
        findings: args.findings.clone(),
        assets: args.assets.clone(),
        patches: args.patches.clone(),
        baseline: args.baseline.clone(),
        site: args.site.clone(),
        days: args.days,
        lead_minutes: args.lead,
        replaces: args.replaces.clone(),
        reason: global.reason.clone(),
    };
    proposed(global, plans::propose(&app, &open::person(&app)?, &proposal)?.into())
}

fn proposed(global: &Global, view: ProposedView) -> Result<Exit> {
    output::value(global.output, &view, || {
        let mut text = output::table(&PLAN_HEADER, view.plans.iter().map(plan_row));
        for tag in &view.nowhere {
            text.push_str(&format!("\n{tag} stands at no site, so no plan can hold it"));
        }
        text
    })?;
    Ok(Exit::Done)
}

type Move =
    fn(&holdpoint_app::App, &holdpoint_app::Caller, &str, &str) -> Result<PlanLine, holdpoint_app::AppError>;

fn moved(global: &Global, args: &OneArgs, deed: Move) -> Result<Exit> {
    let app = open::app(global)?;
    let view: PlanView = deed(&app, &open::person(&app)?, &args.id, &global.reason)?.into();
    output::value(global.output, &view, || output::table(&PLAN_HEADER, std::iter::once(plan_row(&view))))?;
    Ok(Exit::Done)
}

fn show(global: &Global, id: &str) -> Result<Exit> {
    let app = open::app(global)?;
    let view: PlanShownView = plans::show(&app, &open::operator(), id)?.into();
    output::value(global.output, &view, || {
        let waves = view.waves.iter().map(|wave| {
            let hold = view.holds.iter().find(|hold| wave.steps.first() == Some(&hold.before));
            vec![
                format!("{} {} of {}", wave.kind, wave.number, wave.patch),
                wave.steps.len().to_string(),
                format!("{} min", wave.soak_minutes),
                hold.map_or_else(String::new, |hold| format!("{}: {}", hold.opened_by, hold.evidence)),
            ]
        });
        let waves = output::table(&["Wave", "Steps", "Soak", "Hold before"], waves);
        let remarks = view.remarks.join("\n");
        let checks = match view.checks.as_slice() {
            [] => "Nothing is asked outside before its steps.\n".to_owned(),
            some => output::table(&["Check", "Before each", "By"], some.iter().map(check_row)),
        };
        let plan = output::table(&PLAN_HEADER, std::iter::once(plan_row(&view.plan)));
        format!("{plan}\nfor {}\n\n{waves}\n{checks}\n{remarks}", output::printable(&view.origin))
    })?;
    Ok(Exit::Done)
}

fn check_row(one: &AskedView) -> Vec<String> {
    vec![one.name.clone(), one.before.clone(), one.by.clone()]
}

fn steps(global: &Global, args: &RowsArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let query = open::list_query(&app, &args.list)?;
    let found = plans::steps(&app, &open::operator(), &args.id, &query)?;
    let items: Vec<PlannedStepView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header = ["No", "Asset", "Patch", "Window", "Start", "End", "Last safe start", "Minutes", "Way back"];
    output::list(global.output, &listed, &header, |one| {
        vec![
            one.number.to_string(),
            one.asset.clone(),
            one.patch.clone(),
            one.window.clone(),
            one.start.clone(),
            one.end.clone(),
            one.last_safe_start.clone(),
            format!("{} + {} ({})", one.work_minutes, one.undo_minutes, one.estimate),
            one.way_back.clone(),
        ]
    })?;
    Ok(Exit::Done)
}

fn waits(global: &Global, args: &RowsArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let query = open::list_query(&app, &args.list)?;
    let found = plans::waits(&app, &open::operator(), &args.id, &query)?;
    let items: Vec<WaitView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    output::list(global.output, &listed, &["Asset", "Patch", "Cause", "Waits"], |one| {
        vec![
            one.asset.clone(),
            one.patch.clone().unwrap_or_else(|| "?".to_owned()),
            one.cause.clone(),
            one.why.clone(),
        ]
    })?;
    Ok(Exit::Done)
}

fn check(global: &Global, id: &str) -> Result<Exit> {
    let app = open::app(global)?;
    let view: CheckView = plans::check(&app, &open::operator(), id)?.into();
    output::value(global.output, &view, || {
        let mut lines = Vec::new();
        if view.holds {
            let holds = "the plan holds: nothing that it counts on changed, and the checker finds nothing";
            lines.push(holds.to_owned());
        }
        for one in &view.stale {
            let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
            lines.push(format!(
                "changed: {} {}: was {}, is {}",
                one.kind,
                one.what,
                side(&one.was),
                side(&one.is)
            ));
        }
        for one in &view.findings {
            lines.push(format!("step {} ({}): {}", one.step, one.promise, one.what));
        }
        lines.extend(view.remarks.iter().map(|remark| format!("remark: {remark}")));
        output::printable(&lines.join("\n"))
    })?;
    Ok(if view.holds { Exit::Done } else { Exit::Partly })
}

fn groups(global: &Global) -> Result<Exit> {
    let app = open::app(global)?;
    let items: Vec<GroupView> =
        planning::groups(&app, &open::operator())?.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let listed = Listed { items, next: None, count };
    output::list(
        global.output,
        &listed,
        &["Site", "Group", "Members", "Can lose", "Where written", "Said by", "When"],
        |one| {
            vec![
                one.site.clone(),
                one.name.clone(),
                one.members.join(", "),
                one.may_lose.map_or_else(|| "?".to_owned(), |most| most.to_string()),
                output::said(one.note.as_ref()),
                output::said(one.said_by.as_ref()),
                output::said(one.said_at.as_ref()),
            ]
        },
    )?;
    Ok(Exit::Done)
}

fn profiles(global: &Global) -> Result<Exit> {
    let app = open::app(global)?;
    let items: Vec<ProfileView> =
        planning::profiles(&app, &open::operator())?.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let listed = Listed { items, next: None, count };
    output::list(global.output, &listed, &["Patch", "Kind", "Work", "Undo", "People", "Way back"], |one| {
        vec![
            one.patch.clone().unwrap_or_else(|| "any".to_owned()),
            one.kind.clone().unwrap_or_else(|| "any".to_owned()),
            one.work_minutes.to_string(),
            one.undo_minutes.to_string(),
            one.people.to_string(),
            match (&one.way_back, &one.way_back_by) {
                (Some(way), Some(by)) => format!("{way}: {by}"),
                _ => "?".to_owned(),
            },
        ]
    })?;
    Ok(Exit::Done)
}

fn set_profile(global: &Global, args: &FileArgs) -> Result<Exit> {
    let mut new: ProfileView = body(&args.file)?;
    // `by-hand` here, `by_hand` elsewhere: a file is taken with either.
    new.way_back = new.way_back.map(|way| way.replace('_', "-"));
    let new = new.wording().map_err(|problem| anyhow!(problem.detail))?;
    let app = open::app(global)?;
    // That there is no way back is signed by a person.
    let who = match new.way_back {
        Some(WayBack::None { .. }) => open::person(&app)?,
        _ => open::operator(),
    };
    planning::put_profile(&app, &who, &new, &global.reason)?;
    profiles(global)
}

fn durations(global: &Global) -> Result<Exit> {
    let app = open::app(global)?;
    let items: Vec<ObservationView> =
        planning::observations(&app, &open::operator())?.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let listed = Listed { items, next: None, count };
    output::list(global.output, &listed, &["Patch", "Product", "Work", "Undo", "At"], |one| {
        vec![
            one.patch.clone(),
            one.product.clone().unwrap_or_else(|| "?".to_owned()),
            one.work_minutes.to_string(),
            output::said(one.undo_minutes.as_ref()),
            one.at.clone(),
        ]
    })?;
    Ok(Exit::Done)
}

fn restore_test(global: &Global, args: &RestoreTestArgs) -> Result<Exit> {
    let new = NewRestoreTest {
        tested_at: args.at.as_deref().map(str::parse).transpose()?,
        tested_by: args.by.clone(),
        what: args.what.clone(),
    };
    let app = open::app(global)?;
    planning::put_restore_test(&app, &open::operator(), &args.asset, &new, &global.reason)?;
    restore_tests(global, &args.asset)
}

fn restore_tests(global: &Global, asset: &str) -> Result<Exit> {
    let app = open::app(global)?;
    let items: Vec<RestoreTestView> =
        planning::restore_tests(&app, &open::operator(), asset)?.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let listed = Listed { items, next: None, count };
    output::list(global.output, &listed, &["Restored", "By", "What", "Written down by"], |one| {
        vec![one.tested_at.clone(), one.tested_by.clone(), one.what.clone(), one.recorded_by.clone()]
    })?;
    Ok(Exit::Done)
}

fn rules(global: &Global, view: RulesView) -> Result<Exit> {
    output::value(global.output, &view, || {
        format!(
            "pilots {}, steps of a wave {}, soak {} min, margin {} min, failures allowed {}, measured at least {} times\n\
             missed steps begin up to {} min later; restore test of a backup: {}\n\
             test assets: {}",
            view.pilots,
            view.wave_steps,
            view.soak_minutes,
            view.margin_minutes,
            view.failures_allowed,
            view.measured_at_least,
            view.catch_up_minutes,
            view.restore_test_days
                .map_or_else(|| "not asked for".to_owned(), |days| format!("{days} days at most")),
            if view.test_assets.is_empty() { "none".to_owned() } else { view.test_assets.join(", ") },
        )
    })?;
    Ok(Exit::Done)
}
