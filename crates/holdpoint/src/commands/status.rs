//! `holdpoint status`

use crate::cli::Global;
use crate::commands::feed::age;
use crate::exit::Exit;
use crate::{open, output};
use anyhow::Result;
use holdpoint_app::inventory::unmatched::{self, Unspoken};
use holdpoint_app::status;
use holdpoint_server::api::status::StatusView;

/// How old each kind of feed is, in one line; what was never read is not known at all.
fn feeds(view: &StatusView) -> String {
    if view.sources.feeds.is_empty() {
        return "Feeds        none was ever read: nothing is known of exploitation\n".to_owned();
    }
    let ages: Vec<String> = view
        .sources
        .feeds
        .iter()
        .map(|one| format!("{} read {} ago", one.kind, age(one.age_seconds)))
        .collect();
    format!("Feeds        {}\n", ages.join(", "))
}

/// Assets of which no advisory speaks: the counts of matches say nothing of them. Nothing when there are none.
fn unspoken(found: Unspoken) -> String {
    let Unspoken { all, not_compared } = found;
    match (all, not_compared) {
        (0, _) => String::new(),
        (all, 0) => format!("No advisory  for {all} of the assets: `asset unmatched` says why\n"),
        (all, some) => format!(
            "No advisory  for {all} of the assets, {some} of them without a name or a vendor: `asset unmatched` says why\n"
        ),
    }
}

/// Prints what there is.
pub fn run(global: &Global) -> Result<Exit> {
    let app = open::app(global)?;
    let view = StatusView::from(status::status(&app, &open::operator())?);
    let silence = unmatched::unspoken(&app, &open::operator())?;
    output::value(global.output, &view, || {
        let counts = &view.counts;
        format!(
            "Database     {}\nAdvisories   {}\nAssets       {}\nMatches      {} affected, {} to check\n{}\
             Quarantine   {}\nExpressions  {} not understood\nAudit        entry {}, head {}\n",
            app.store().location(),
            counts.advisories,
            counts.assets,
            counts.matches_yes,
            counts.matches_unknown,
            unspoken(silence),
            counts.quarantine,
            counts.expressions_not_understood,
            view.audit.sequence,
            view.audit.hash,
        ) + &feeds(&view)
    })?;
    Ok(Exit::Done)
}
