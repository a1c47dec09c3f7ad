//! `holdpoint expression …`

use crate::cli::{Global, ListArgs};
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::Result;
use clap::Subcommand;
use holdpoint_app::advisories;
use holdpoint_server::api::expressions::ExpressionView;

/// Verbs on version expressions.
#[derive(Debug, Subcommand)]
pub enum ExpressionCommand {
    /// List distinct expressions of current advisories, those not understood first
    List(ListArgs),
}

/// Carries out a verb.
pub fn run(global: &Global, command: &ExpressionCommand) -> Result<Exit> {
    let ExpressionCommand::List(args) = command;
    let app = open::app(global)?;
    let found = advisories::expressions(&app, &open::operator(), &open::list_query(&app, args)?)?;
    let items: Vec<ExpressionView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header = ["Outcome", "Vendor", "Product", "As written", "Understood as", "Products", "Assets"];
    output::list(global.output, &listed, &header, |line| {
        vec![
            line.outcome.clone(),
            output::said(Some(&line.vendor).filter(|name| !name.is_empty())),
            output::said(Some(&line.product).filter(|name| !name.is_empty())),
            line.text.clone(),
            line.range.clone().or_else(|| line.why.clone()).unwrap_or_default(),
            line.products.to_string(),
            line.assets.to_string(),
        ]
    })?;
    Ok(Exit::Done)
}
