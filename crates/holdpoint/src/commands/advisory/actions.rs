//! `holdpoint advisory delete | restore | deleted | comment | comments | mark | diff | assets | matched-products | statistics`

use crate::cli::{Global, ListArgs};
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::Result;
use clap::Args;
use holdpoint_app::advisories::{deletion, revision};
use holdpoint_app::comments::{self, ReadMark};
use holdpoint_app::remediation::{self, Within};
use holdpoint_app::{App, Caller};
use holdpoint_domain::Moment;
use holdpoint_server::api::advisory_actions::{DeletedView, DifferenceView};
use holdpoint_server::api::comments::CommentView;
use holdpoint_server::api::remediation_views::{MatchedPairView, MatchedProductView, StatisticsView};
use serde_json::json;

/// One advisory, by name alone.
#[derive(Debug, Args)]
pub struct NamedArgs {
    /// Tracking id, or long id when several publishers use the same
    pub id: String,
}

/// A comment.
#[derive(Debug, Args)]
pub struct CommentArgs {
    /// Tracking id, or long id when several publishers use the same; with --edit or --withdraw the comment's id
    pub id: String,
    /// The text; not needed with --withdraw
    pub text: Option<String>,
    /// Write a new version of the comment with this id
    #[arg(long, conflicts_with = "withdraw")]
    pub edit: bool,
    /// Take the comment with this id back
    #[arg(long)]
    pub withdraw: bool,
}

/// Read marks.
#[derive(Debug, Args)]
pub struct MarkArgs {
    /// Tracking ids, or long ids
    #[arg(required = true)]
    pub ids: Vec<String>,
    /// Mark as unread again
    #[arg(long)]
    pub unread: bool,
}

/// Two revisions.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// Tracking id, or long id when several publishers use the same
    pub id: String,
    /// A revision's id or version [default: the one before --to]
    #[arg(long, value_name = "REVISION")]
    pub from: Option<String>,
    /// A revision's id or version [default: the newest]
    #[arg(long, value_name = "REVISION")]
    pub to: Option<String>,
}

/// Deletes an advisory.
pub fn delete(global: &Global, app: &App, caller: &Caller, args: &NamedArgs) -> Result<Exit> {
    let view = DeletedView::from(deletion::delete(app, caller, &args.id, &global.reason)?);
    output::value(global.output, &view, || {
        format!(
            "{} is deleted; `holdpoint advisory restore {}` brings it back",
            view.tracking_id, view.tracking_id
        )
    })?;
    Ok(Exit::Done)
}

/// Brings a deleted advisory back.
pub fn restore(global: &Global, app: &App, caller: &Caller, args: &NamedArgs) -> Result<Exit> {
    let id = deletion::restore(app, caller, &args.id, &global.reason)?;
    output::value(global.output, &json!({"id": id.to_string()}), || format!("{} is here again", args.id))?;
    Ok(Exit::Done)
}

/// Lists what is deleted.
pub fn deleted(global: &Global, app: &App, caller: &Caller) -> Result<Exit> {
    let items: Vec<DeletedView> = deletion::list(app, caller)?.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let header = ["Advisory", "Title", "Version", "Deleted", "By", "Reason"];
    output::list(global.output, &Listed { items, next: None, count }, &header, |one| {
        vec![
            one.tracking_id.clone(),
            one.title.clone(),
            one.tracking_version.clone(),
            one.deleted_at.clone(),
            one.by.clone(),
            one.reason.clone(),
        ]
    })?;
    Ok(Exit::Done)
}

/// Writes, edits or takes back a comment.
pub fn comment(global: &Global, app: &App, caller: &Caller, args: &CommentArgs) -> Result<Exit> {
    let text = args.text.as_deref().unwrap_or_default();
    let written = if args.withdraw {
        comments::withdraw(app, caller, &args.id, None)?
    } else if args.edit {
        comments::edit(app, caller, &args.id, None, text)?
    } else {
        comments::add(app, caller, &args.id, text)?
    };
    let view = CommentView::of(written, &caller.key());
    output::value(global.output, &view, || {
        format!("comment {} version {} {}", view.id, view.version, view.standing)
    })?;
    Ok(Exit::Done)
}

/// Lists the comments on an advisory.
pub fn comments(global: &Global, app: &App, caller: &Caller, args: &NamedArgs) -> Result<Exit> {
    let key = caller.key();
    let all = comments::list(app, caller, &args.id, Moment::OPEN)?;
    let items: Vec<CommentView> = all.into_iter().map(|one| CommentView::of(one, &key)).collect();
    let count = items.len() as u64;
    let header = ["Comment", "Author", "Written", "On version", "Text"];
    output::list(global.output, &Listed { items, next: None, count }, &header, |one| {
        vec![
            one.id.clone(),
            one.author.clone(),
            one.written_at.clone(),
            one.tracking_version.clone().unwrap_or_default(),
            one.text.clone(),
        ]
    })?;
    Ok(Exit::Done)
}

/// Marks advisories as read or unread.
pub fn mark(global: &Global, app: &App, caller: &Caller, args: &MarkArgs) -> Result<Exit> {
    let mark = if args.unread { ReadMark::Unread } else { ReadMark::Read };
    let changed = comments::mark(app, caller, &args.ids, mark)?;
    output::value(global.output, &json!({"changed": changed}), || format!("{changed} marks changed"))?;
    Ok(Exit::Done)
}

/// Shows what changed between two revisions.
pub fn diff(global: &Global, app: &App, caller: &Caller, args: &DiffArgs) -> Result<Exit> {
    let found = revision::difference(app, caller, &args.id, args.from.as_deref(), args.to.as_deref())?;
    let words: Vec<String> = found.difference.changes.iter().map(ToString::to_string).collect();
    let view = DifferenceView::from(found);
    output::value(global.output, &view, || {
        let (from, to) = (&view.from.tracking_version, &view.to.tracking_version);
        let mut text = format!("version {from} to version {to}: {}\n{}", view.revisions, words.join("\n"));
        if view.omitted > 0 {
            text.push_str(&format!("\nand {} more", view.omitted));
        }
        output::printable(&text)
    })?;
    Ok(Exit::Done)
}

/// Lists the assets that match an advisory.
pub fn assets(global: &Global, app: &App, caller: &Caller, id: &str, list: &ListArgs) -> Result<Exit> {
    let within = Within { advisory: Some(id.to_owned()), asset: None };
    pairs(global, remediation::pairs(app, caller, &within, &open::list_query(app, list)?)?)
}

/// Prints documents and assets that match.
pub fn pairs(
    global: &Global,
    found: holdpoint_app::store::page::Paged<holdpoint_app::store::remediation::MatchedPair>,
) -> Result<Exit> {
    let items: Vec<MatchedPairView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header = ["Advisory", "Asset", "Affected", "Confidence", "State", "Open", "In progress", "Done"];
    output::list(global.output, &listed, &header, |one| {
        vec![
            one.advisory.clone(),
            one.asset_tag.clone(),
            one.verdict.clone(),
            one.confidence.clone(),
            one.state.clone(),
            one.vulnerabilities.not_remediated.to_string(),
            one.vulnerabilities.in_progress.to_string(),
            one.vulnerabilities.done.to_string(),
        ]
    })?;
    Ok(Exit::Done)
}

/// Lists the products of the inventory that match an advisory.
pub fn matched_products(
    global: &Global,
    app: &App,
    caller: &Caller,
    id: &str,
    list: &ListArgs,
) -> Result<Exit> {
    products(global, remediation::products(app, caller, Some(id), &open::list_query(app, list)?)?)
}

/// Prints products of the inventory.
pub fn products(
    global: &Global,
    found: holdpoint_app::store::page::Paged<holdpoint_app::store::remediation::MatchedProduct>,
) -> Result<Exit> {
    let items: Vec<MatchedProductView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header =
        ["Number", "Vendor", "Product", "Version", "Advisories", "Assets", "Affected", "Product ids"];
    output::list(global.output, &listed, &header, |one| {
        vec![
            one.number.to_string(),
            output::said(one.vendor.as_ref()),
            output::said(one.product.as_ref()),
            output::said(one.version.as_ref()),
            one.advisories.to_string(),
            one.assets.to_string(),
            one.affected.to_string(),
            one.product_ids.join(" "),
        ]
    })?;
    Ok(Exit::Done)
}

/// Shows how many assets match an advisory, and where they stand.
pub fn statistics(global: &Global, app: &App, caller: &Caller, args: &NamedArgs) -> Result<Exit> {
    let view = StatisticsView::from(remediation::statistics(app, caller, &args.id, Moment::OPEN)?);
    output::value(global.output, &view, || {
        let (assets, lines) = (view.assets, view.lines);
        format!(
            "{} assets match, {} of them to check\n\
             assets: {} not remediated, {} in progress, {} done\n\
             vulnerabilities of assets: {} not remediated, {} in progress, {} done",
            assets.all,
            view.assets_unknown,
            assets.not_remediated,
            assets.in_progress,
            assets.done,
            lines.not_remediated,
            lines.in_progress,
            lines.done,
        )
    })?;
    Ok(Exit::Done)
}
