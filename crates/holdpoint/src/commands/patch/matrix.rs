//! `holdpoint patch matrix`

use crate::cli::Global;
use crate::exit::Exit;
use crate::open;
use crate::output;
use anyhow::Result;
use clap::Args;
use holdpoint_app::statements;
use holdpoint_server::api::statement_views::{MatrixCellView, MatrixView};
use std::collections::BTreeMap;

/// Which patches and which releases.
#[derive(Debug, Args)]
pub struct MatrixArgs {
    /// Which patches, as in `patch list`
    #[arg(long, default_value = "", value_name = "FILTER", hide_default_value = true)]
    pub filter: String,
    /// Sort patches by this field; `-FIELD` turns it round
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    pub sort: Option<String>,
    /// Which releases: fields vendor, product, version
    #[arg(long, default_value = "", value_name = "FILTER", hide_default_value = true)]
    pub releases: String,
    /// The most patches
    #[arg(long, default_value_t = 50, value_name = "N")]
    pub limit: u32,
    /// The most releases
    #[arg(long, default_value_t = 6, value_name = "N")]
    pub release_limit: u32,
    /// Go on where the patches ended
    #[arg(long, value_name = "CURSOR")]
    pub cursor: Option<String>,
    /// Go on where the releases ended
    #[arg(long, value_name = "CURSOR")]
    pub release_cursor: Option<String>,
    /// As it was at a moment: 2026-06-30 or 2026-06-30T12:00:00Z
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
}

/// Prints a page of the matrix.
pub fn run(global: &Global, args: &MatrixArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let list =
        |filter: &str, sort: Option<String>, limit: u32, cursor: Option<String>, as_of: Option<String>| {
            let args = crate::cli::ListArgs { filter: filter.to_owned(), sort, limit, cursor, as_of };
            open::list_query(&app, &args)
        };
    let patches = list(&args.filter, args.sort.clone(), args.limit, args.cursor.clone(), args.as_of.clone())?;
    let releases = list(&args.releases, None, args.release_limit, args.release_cursor.clone(), None)?;
    let view: MatrixView = statements::matrix(&app, &open::operator(), &patches, &releases)?.into();
    output::value(global.output, &view, || text(&view))?;
    Ok(Exit::Done)
}

fn text(view: &MatrixView) -> String {
    let cells: BTreeMap<(&str, i64), &MatrixCellView> =
        view.cells.iter().map(|cell| ((cell.patch.as_str(), cell.release), cell)).collect();
    let mut header = vec!["Patch".to_owned()];
    header.extend(view.releases.items.iter().map(|release| {
        let vendor = if release.name_is_shared { format!("{} ", release.vendor) } else { String::new() };
        format!("{vendor}{} {}", release.product, release.version.as_deref().unwrap_or("(version not said)"))
    }));
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let rows = view.patches.items.iter().map(|patch| {
        let mut row = vec![patch.name.clone()];
        row.extend(view.releases.items.iter().map(|release| {
            cells
                .get(&(patch.name.as_str(), release.id))
                .map_or_else(|| "no statement".to_owned(), |cell| cell_text(cell))
        }));
        row
    });
    let mut text = output::table(&header, rows);
    text.push_str(&format!(
        "\n{} of {} patches, {} of {} releases",
        view.patches.items.len(),
        view.patches.count.value,
        view.releases.items.len(),
        view.releases.count.value
    ));
    if let Some(next) = &view.patches.next {
        text.push_str(&format!("\nhint: more patches with --cursor {next}"));
    }
    if let Some(next) = &view.releases.next {
        text.push_str(&format!("\nhint: more releases with --release-cursor {next}"));
    }
    text
}

/// A cell with whose word it is; what only others say is no state of the supplier's.
fn cell_text(cell: &MatrixCellView) -> String {
    let day = cell.said_at.get(..10).unwrap_or_default();
    let day = if cell.dated { day.to_owned() } else { format!("undated, received {day}") };
    let by = if cell.voice == "supplier" { String::new() } else { format!(", says {}", cell.publisher) };
    let more = if cell.differ { ", statements differ" } else { "" };
    let mut others: Vec<String> = cell
        .statements
        .iter()
        .filter(|one| !one.counts)
        .map(|one| format!("{} says {} ({})", one.publisher, one.word, one.state))
        .collect();
    others.dedup();
    let said = cell.state.as_ref().map_or_else(
        || "no word of the supplier".to_owned(),
        |state| format!("{} ({state}, {day}{by}{more})", cell.word),
    );
    if others.is_empty() { said } else { format!("{said}; which does not count: {}", others.join("; ")) }
}
