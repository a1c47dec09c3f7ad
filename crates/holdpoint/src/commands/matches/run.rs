//! `holdpoint match run | runs | news`

use crate::cli::{Global, ListArgs};
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::{Result, bail};
use clap::Args;
use holdpoint_app::{App, Caller, runs};
use holdpoint_server::api::remediation_views::{NewsView, RunView};

/// What is to be matched again.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Advisories: tracking ids or long ids; may be given several times
    #[arg(long, value_name = "ID", conflicts_with = "asset")]
    pub advisory: Vec<String>,
    /// Assets: tags or ids; may be given several times
    #[arg(long, value_name = "TAG")]
    pub asset: Vec<String>,
}

/// Matches documents or assets again.
pub fn run(global: &Global, app: &App, caller: &Caller, args: &RunArgs) -> Result<Exit> {
    let done = match (args.advisory.is_empty(), args.asset.is_empty()) {
        (false, _) => runs::for_documents(app, caller, &args.advisory, &global.reason)?,
        (true, false) => runs::for_assets(app, caller, &args.asset, &global.reason)?,
        (true, true) => bail!("name advisories with --advisory or assets with --asset; nothing was matched"),
    };
    let view = RunView::from(done);
    output::value(global.output, &view, || {
        format!(
            "run {} ({}): {} opened, {} changed, {} carried over, {} closed",
            view.number, view.kind, view.opened, view.changed, view.carried_over, view.closed
        )
    })?;
    Ok(Exit::Done)
}

/// Lists runs; `kind:manual` and `kind:automatic` are the two queues.
pub fn list(global: &Global, app: &App, caller: &Caller, args: &ListArgs) -> Result<Exit> {
    let found = runs::list(app, caller, &open::list_query(app, args)?)?;
    let items: Vec<RunView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header = [
        "Run", "Kind", "Trigger", "Started", "By", "Subjects", "Opened", "Closed", "Raised", "Noted",
        "Cleared",
    ];
    output::list(global.output, &listed, &header, |run| {
        vec![
            run.number.to_string(),
            run.kind.clone(),
            run.trigger.clone(),
            run.started_at.clone(),
            run.by.clone(),
            run.subject_count.to_string(),
            run.opened.to_string(),
            run.closed.to_string(),
            run.raised.to_string(),
            run.noted.to_string(),
            run.cleared.to_string(),
        ]
    })?;
    Ok(Exit::Done)
}

/// Lists what newer revisions meant for assets that matched before.
pub fn news(global: &Global, app: &App, caller: &Caller, args: &ListArgs) -> Result<Exit> {
    let found = runs::news(app, caller, &open::list_query(app, args)?)?;
    let items: Vec<NewsView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header = ["Run", "Kind", "Advisory", "Vulnerability", "Asset", "Why"];
    output::list(global.output, &listed, &header, |one| {
        vec![
            one.run.to_string(),
            one.kind.clone(),
            one.advisory.clone(),
            one.vulnerability.clone(),
            one.asset_tag.clone(),
            one.why.clone(),
        ]
    })?;
    Ok(Exit::Done)
}
