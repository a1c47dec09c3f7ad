//! `holdpoint finding preview|decide|undo`: deciding about findings, one or many, as the queue does.

use crate::cli::Global;
use crate::commands::decision::rows;
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::{Result, anyhow, bail};
use clap::Args;
use holdpoint_app::approval::triage;
use holdpoint_server::api::baselines::RowOutcome;
use holdpoint_server::api::exemptions::NewControl;
use holdpoint_server::api::triage::TriageBody;
use holdpoint_server::api::triage_views::{TriageDoneView, TriageView};

/// Which findings, and what is to be done with them.
#[derive(Debug, Args)]
pub struct TriageArgs {
    /// approve (ask for the patches that close them), not-relevant, defer, accept or mitigate
    pub deed: String,
    /// The numbers of the findings; or --filter
    pub findings: Vec<String>,
    /// Those that stand open and fit, at most 500
    #[arg(long, value_name = "FILTER", conflicts_with = "findings")]
    pub filter: Option<String>,
    /// Of approve: why looking was enough, for patches without a passed test
    #[arg(long, value_name = "WHY")]
    pub inspection: Option<String>,
    /// Of approve: why to go on where the supplier has said nothing
    #[arg(long, value_name = "WHY")]
    pub silence: Option<String>,
    /// Of an exemption: why, as a code
    #[arg(long, value_name = "CODE")]
    pub reason_code: Option<String>,
    /// Of an exemption: the risk that is left: low, normal, high or critical
    #[arg(long, value_name = "RISK")]
    pub residual: Option<String>,
    /// Of an exemption: its last day
    #[arg(long, value_name = "DAY")]
    pub until: Option<String>,
    /// Of an exemption: what is done instead, as CONTROL=OWNER=WHAT; may be repeated
    #[arg(long, value_name = "CONTROL")]
    pub control: Vec<String>,
    /// Of decide: the fingerprint that the preview showed; refused when other findings are meant now
    #[arg(long, value_name = "FINGERPRINT")]
    pub expected: Option<String>,
}

/// Decisions that are taken back.
#[derive(Debug, Args)]
pub struct UndoArgs {
    /// The ids of the decisions
    #[arg(required = true)]
    pub decisions: Vec<String>,
}

fn body(global: &Global, args: &TriageArgs) -> Result<TriageBody> {
    let control = |text: &String| {
        let mut parts = text.splitn(3, '=');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(control), Some(owner), Some(what)) => Ok(NewControl {
                control: control.to_owned(),
                what: what.to_owned(),
                owner: owner.to_owned(),
                cost_cents: None,
                effort_min: None,
                downtime_min: None,
            }),
            _ => bail!("`{text}` is no CONTROL=OWNER=WHAT; `exemption controls` lists the controls"),
        }
    };
    Ok(TriageBody {
        findings: args.findings.clone(),
        filter: args.filter.clone(),
        deed: args.deed.replace('-', "_"),
        reason: global.reason.clone(),
        inspection: args.inspection.clone(),
        silence: args.silence.clone(),
        reason_code: args.reason_code.clone(),
        controls: args.control.iter().map(control).collect::<Result<_>>()?,
        residual: args.residual.clone(),
        expires_at: args.until.clone(),
        expected: args.expected.clone(),
    })
}

/// Says what would be done; changes nothing.
pub fn preview(global: &Global, args: &TriageArgs) -> Result<Exit> {
    let body = body(global, args)?;
    let which = body.which().map_err(|problem| anyhow!(problem.detail))?;
    let deed = body.deed().map_err(|problem| anyhow!(problem.detail))?;
    let app = open::app(global)?;
    let look = triage::look(&app, &open::person(&app)?, &which, &deed)?;
    let view = TriageView::of(&app, look);
    output::value(global.output, &view, || in_words(&view))?;
    Ok(Exit::Done)
}

fn in_words(view: &TriageView) -> String {
    let findings = view.rows.iter().map(|row| {
        vec![
            row.finding.id.clone(),
            row.finding.vulnerability.clone(),
            row.finding.asset_tag.clone(),
            row.finding.lane.clone(),
            row.finding.clock.clone(),
            row.finding.verdict.clone(),
            row.patches.join(", "),
            row.hindrance.clone().unwrap_or_default(),
        ]
    });
    let patches = view.patches.iter().map(|one| {
        vec![
            one.patch.clone(),
            one.baseline.clone(),
            one.state.clone(),
            one.supplier.clone(),
            one.n_findings.to_string(),
            one.why.clone().unwrap_or_default(),
        ]
    });
    let mut text = format!("It would be done with {} of {} findings.\n", view.does, view.rows.len());
    for (name, counts) in [("Lanes", &view.lanes), ("Clocks", &view.clocks), ("Matches", &view.matches)] {
        if !counts.is_empty() {
            let counts: Vec<String> =
                counts.iter().map(|one| format!("{} {}", one.n_findings, one.word)).collect();
            text.push_str(&format!("{name}: {}\n", counts.join(", ")));
        }
    }
    text.push_str(&format!("To decide exactly this: --expected {}\n", view.fingerprint));
    if !view.missing.is_empty() {
        let options: Vec<String> = view.missing.iter().map(|word| format!("--{word}")).collect();
        text.push_str(&format!("Still to be said: {}\n", options.join(", ")));
    }
    text.push('\n');
    text.push_str(&output::table(
        &["Finding", "Vulnerability", "Asset", "Lane", "Clock", "Match", "Patches", "Not done because"],
        findings,
    ));
    if !view.patches.is_empty() {
        text.push('\n');
        text.push_str(&output::table(
            &["Patch", "Baseline", "State", "Supplier", "Findings", "Why not"],
            patches,
        ));
    }
    output::printable(&text)
}

/// Decides, row by row. Whatever comes of it waits for signatures.
pub fn decide(global: &Global, args: &TriageArgs) -> Result<Exit> {
    let body = body(global, args)?;
    let which = body.which().map_err(|problem| anyhow!(problem.detail))?;
    let deed = body.deed().map_err(|problem| anyhow!(problem.detail))?;
    let app = open::app(global)?;
    let expected = body.expected.as_deref();
    let done = triage::decide(&app, &open::person(&app)?, (&which, &deed), &body.reason, expected)?;
    let items: Vec<TriageDoneView> = done.into_iter().map(Into::into).collect();
    let whole = items.iter().all(|one| one.why_not.is_none());
    let count = items.len() as u64;
    let header = ["Finding", "Decisions", "Why not"];
    output::list(global.output, &Listed { items, next: None, count }, &header, |one| {
        vec![one.finding.clone(), one.decisions.join(", "), one.why_not.clone().unwrap_or_default()]
    })?;
    Ok(if whole { Exit::Done } else { Exit::Partly })
}

/// Takes decisions back that nobody has signed.
pub fn undo(global: &Global, args: &UndoArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let done = triage::undo(&app, &open::person(&app)?, args.decisions.clone(), &global.reason)?;
    let outcome = |(id, done): triage::Undone| RowOutcome::of(id, done.map(|()| "withdrawn".to_owned()));
    rows(global, done.into_iter().map(outcome).collect())
}
