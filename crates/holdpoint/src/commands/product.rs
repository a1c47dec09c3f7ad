//! `holdpoint product …`

use super::advisory::actions;
use crate::cli::{Global, ListArgs};
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::Result;
use clap::{Args, Subcommand};
use holdpoint_app::remediation;
use holdpoint_server::api::remediation_views::ProductAdvisoryView;

/// Verbs on products of the inventory.
#[derive(Debug, Subcommand)]
pub enum ProductCommand {
    /// List the products of the inventory that some advisory matches
    List(ListArgs),
    /// List the advisories that match a product
    Advisories(OneArgs),
}

/// One product.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// Its number, as `holdpoint product list` shows it
    pub number: i64,
    /// Options of the list
    #[command(flatten)]
    pub list: ListArgs,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &ProductCommand) -> Result<Exit> {
    let app = open::app(global)?;
    let caller = open::operator();
    match command {
        ProductCommand::List(list) => {
            let query = open::list_query(&app, list)?;
            actions::products(global, remediation::products(&app, &caller, None, &query)?)
        }
        ProductCommand::Advisories(args) => {
            let query = open::list_query(&app, &args.list)?;
            let found = remediation::product_advisories(&app, &caller, args.number, &query)?;
            let items: Vec<ProductAdvisoryView> = found.items.into_iter().map(Into::into).collect();
            let listed = Listed { items, next: found.next, count: found.count.value };
            let header = ["Advisory", "Publisher", "Title", "Version", "Affected", "Confidence", "Assets"];
            output::list(global.output, &listed, &header, |one| {
                vec![
                    one.advisory.clone(),
                    one.publisher.clone(),
                    one.title.clone(),
                    one.tracking_version.clone(),
                    one.verdict.clone(),
                    one.confidence_words.clone(),
                    one.assets.to_string(),
                ]
            })?;
            Ok(Exit::Done)
        }
    }
}
