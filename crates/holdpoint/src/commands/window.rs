//! `holdpoint window …`: when work may happen, when none may, and what fits.

use crate::cli::{Global, ListArgs};
use crate::commands::decision::body;
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::{Context, Result, anyhow};
use clap::{Args, Subcommand};
use holdpoint_app::windows::{self, Calendar, CalendarFile, Horizon, SlotQuery, Titles};
use holdpoint_server::api::calendars::{CalendarAddressMade, CalendarAddressView};
use holdpoint_server::api::window_views::{CalendarView, SlotView, WindowBody, WindowView};
use std::path::PathBuf;

/// Verbs on windows.
#[derive(Debug, Subcommand)]
pub enum WindowCommand {
    /// List windows and freezes
    List(ListArgs),
    /// Show a window
    Show(OneArgs),
    /// Make a window or a freeze, as a file says (the API's JSON)
    Create(FileArgs),
    /// Write a window anew, as a file says; plans that counted on it become stale
    Edit(EditArgs),
    /// End a window; needs --reason
    End(OneArgs),
    /// What a window comes to, with what freezes leave and what is planned
    Occurrences(StretchArgs),
    /// All windows, freezes and planned steps
    Calendar(CalendarArgs),
    /// Print windows, freezes and planned steps as iCalendar; editing it elsewhere changes nothing here
    Publish(PublishArgs),
    /// List the addresses that calendar programs read
    Addresses,
    /// Make an address that a calendar program reads; it is yours, by the token in HOLDPOINT_TOKEN, and is shown this once
    MakeAddress(MakeAddressArgs),
    /// Revoke such an address: from now on it gives nothing
    RevokeAddress(AddressArgs),
    /// Show what an iCalendar file would change; with --accept MARK, change exactly that
    Import(ImportArgs),
    /// The earliest place for a piece of work on an asset, or why there is none
    FindSlot(SlotArgs),
}

/// One window.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// Its id, or a name that only one window has
    pub id: String,
}

/// A window in a file.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// A file with the API's JSON
    pub file: PathBuf,
}

/// A window and what becomes of it.
#[derive(Debug, Args)]
pub struct EditArgs {
    /// Its id, or a name that only one window has
    pub id: String,
    /// A file with the API's JSON
    pub file: PathBuf,
}

/// A window and a stretch of time.
#[derive(Debug, Args)]
pub struct StretchArgs {
    /// Its id, or a name that only one window has
    pub id: String,
    /// From when: 2026-11-21 or 2026-11-21T22:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Until when [default: 60 days later]
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
}

/// A site and a stretch of time.
#[derive(Debug, Args)]
pub struct CalendarArgs {
    /// The site, by id or name [default: all]
    #[arg(long)]
    pub site: Option<String>,
    /// From when: 2026-11-21 or 2026-11-21T22:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Until when [default: 60 days later]
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
}

/// Whose calendar.
#[derive(Debug, Args)]
pub struct PublishArgs {
    /// The site, by id or name [default: all]
    #[arg(long)]
    pub site: Option<String>,
}

/// One address.
#[derive(Debug, Args)]
pub struct AddressArgs {
    /// Its id, as `addresses` lists it
    pub id: String,
}

/// A new address.
#[derive(Debug, Args)]
pub struct MakeAddressArgs {
    /// Who reads it, for example `shift office`
    pub name: String,
    /// The site, by id or name [default: all that you may see]
    #[arg(long)]
    pub site: Option<String>,
    /// Tell only that something is, and no titles
    #[arg(long)]
    pub hide_titles: bool,
}

/// A calendar of others.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The site, by id or name; its events reach all of it
    pub site: String,
    /// The .ics file
    pub file: PathBuf,
    /// The kind of windows, for events whose categories name none: maintenance, outage, turnaround or freeze
    #[arg(long, default_value = "maintenance")]
    pub kind: String,
    /// The mark of what was shown
    #[arg(long, value_name = "MARK")]
    pub accept: Option<String>,
}

/// What is to fit where.
#[derive(Debug, Args)]
pub struct SlotArgs {
    /// The asset, by id or tag
    pub asset: String,
    /// How long the work takes
    #[arg(long, value_name = "MINUTES")]
    pub work: u32,
    /// How long its undo takes
    #[arg(long, value_name = "MINUTES")]
    pub undo: u32,
    /// What is kept free besides [default: as the site's rules say]
    #[arg(long, value_name = "MINUTES")]
    pub margin: Option<u32>,
    /// How many people it takes
    #[arg(long, default_value_t = 1)]
    pub people: u16,
    /// Not before this moment [default: now]
    #[arg(long, value_name = "TIME")]
    pub not_before: Option<String>,
    /// How many days are looked at
    #[arg(long, default_value_t = 90)]
    pub days: u32,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &WindowCommand) -> Result<Exit> {
    match command {
        WindowCommand::List(args) => list(global, args),
        WindowCommand::Show(args) => {
            let app = open::app(global)?;
            shown(global, WindowView::seen(windows::show(&app, &open::operator(), &args.id)?, app.now()))
        }
        WindowCommand::Create(args) => {
            let (new, reason) = wording(global, &args.file)?;
            let app = open::app(global)?;
            shown(
                global,
                WindowView::seen(windows::create(&app, &open::operator(), &new.0, &reason)?, app.now()),
            )
        }
        WindowCommand::Edit(args) => {
            let (new, reason) = wording(global, &args.file)?;
            let app = open::app(global)?;
            let change = (&new.0, new.1);
            shown(
                global,
                WindowView::seen(
                    windows::edit(&app, &open::operator(), &args.id, change, &reason)?,
                    app.now(),
                ),
            )
        }
        WindowCommand::End(args) => {
            let app = open::app(global)?;
            shown(global, windows::end(&app, &open::operator(), &args.id, &global.reason)?.into())
        }
        WindowCommand::Occurrences(args) => {
            let app = open::app(global)?;
            let horizon = horizon(args.from.as_deref(), args.to.as_deref())?;
            calendar(global, windows::occurrences(&app, &open::operator(), &args.id, horizon)?)
        }
        WindowCommand::Calendar(args) => {
            let app = open::app(global)?;
            let horizon = horizon(args.from.as_deref(), args.to.as_deref())?;
            calendar(global, windows::calendar(&app, &open::operator(), args.site.as_deref(), horizon)?)
        }
        WindowCommand::FindSlot(args) => find_slot(global, args),
        WindowCommand::Publish(args) => {
            let app = open::app(global)?;
            print!("{}", windows::publish(&app, &open::operator(), args.site.as_deref())?);
            Ok(Exit::Done)
        }
        WindowCommand::Addresses => addresses(global),
        WindowCommand::MakeAddress(args) => make_address(global, args),
        WindowCommand::RevokeAddress(args) => {
            let app = open::app(global)?;
            let view = CalendarAddressView::from(windows::revoke_address(&app, &open::operator(), &args.id)?);
            output::value(global.output, &view, || output::table(&ADDRESS, std::iter::once(address(&view))))?;
            Ok(Exit::Done)
        }
        WindowCommand::Import(args) => import(global, args),
    }
}

const ADDRESS: [&str; 7] = ["Id", "For", "Site", "Titles", "Owner", "Made", "Revoked"];

fn address(one: &CalendarAddressView) -> Vec<String> {
    vec![
        one.id.clone(),
        one.name.clone(),
        one.site.clone().unwrap_or_else(|| "all".to_owned()),
        one.titles.clone(),
        one.owner.clone(),
        one.made_at.clone(),
        one.revoked_at.clone().unwrap_or_default(),
    ]
}

fn make_address(global: &Global, args: &MakeAddressArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let titles = if args.hide_titles { Titles::Hidden } else { Titles::Shown };
    let asked = (args.name.as_str(), args.site.as_deref(), titles);
    let (address, secret) = windows::open_address(&app, &open::person(&app)?, asked)?;
    let view =
        CalendarAddressMade { address: address.into(), path: format!("/calendar/{}.ics", secret.reveal()) };
    output::value(global.output, &view, || {
        format!(
            "{}\nPut your server's address before it. Whoever has it reads what you may see of the calendar; it is shown this once.",
            view.path
        )
    })?;
    Ok(Exit::Done)
}

fn addresses(global: &Global) -> Result<Exit> {
    let app = open::app(global)?;
    let all = windows::addresses(&app, &open::operator())?;
    let items: Vec<CalendarAddressView> = all.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    output::list(global.output, &Listed { items, next: None, count }, &ADDRESS, address)?;
    Ok(Exit::Done)
}

type Wording = ((holdpoint_app::windows::NewWindow, Option<u64>), String);

fn wording(global: &Global, file: &std::path::Path) -> Result<Wording> {
    let new: WindowBody = body(file)?;
    let reason = if global.reason.is_empty() { new.reason.clone() } else { global.reason.clone() };
    let revision = new.revision;
    let new = new.wording().map_err(|problem| anyhow!(problem.detail))?;
    Ok(((new, revision), reason))
}

fn horizon(from: Option<&str>, to: Option<&str>) -> Result<Horizon> {
    Ok(Horizon { from: from.map(str::parse).transpose()?, to: to.map(str::parse).transpose()? })
}

fn list(global: &Global, args: &ListArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let found = windows::list(&app, &open::operator(), &open::list_query(&app, args)?)?;
    let now = app.now();
    let items: Vec<WindowView> = found.items.into_iter().map(|one| WindowView::seen(one, now)).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header = ["Id", "Name", "Kind", "Reaches", "First", "Minutes", "Rule", "People", "Steps", "Ended"];
    let said = |number: Option<u16>| number.map_or_else(|| "?".to_owned(), |number| number.to_string());
    output::list(global.output, &listed, &header, |one| {
        vec![
            one.id.clone(),
            one.name.clone(),
            one.kind.clone(),
            one.reach_name.clone().map_or_else(|| one.reach.clone(), |name| format!("{} {name}", one.reach)),
            format!("{} {}", one.first, one.time_zone),
            one.minutes.to_string(),
            one.rule.clone().unwrap_or_else(|| "once".to_owned()),
            said(one.people),
            said(one.steps),
            one.ended_at.clone().unwrap_or_default(),
        ]
    })?;
    Ok(Exit::Done)
}

fn shown(global: &Global, view: WindowView) -> Result<Exit> {
    output::value(global.output, &view, || {
        let said = |number: Option<u16>| number.map_or_else(|| "?".to_owned(), |number| number.to_string());
        let text = format!(
            "{} ({}), {} {}\nfrom {} {} for {} min ({}), {}\npeople {}, steps at once {}\n{}\n{}{}",
            view.name,
            view.kind,
            view.reach,
            view.reach_name.as_deref().unwrap_or_default(),
            view.first,
            view.time_zone,
            view.minutes,
            view.length,
            view.rule.as_deref().unwrap_or("once"),
            said(view.people),
            said(view.steps),
            view.note,
            view.ended_at.as_ref().map_or_else(String::new, |at| format!("ended at {at}")),
            view.remarks.iter().map(|one| format!("{one}\n")).collect::<String>(),
        );
        output::printable(&text)
    })?;
    Ok(Exit::Done)
}

fn calendar(global: &Global, found: Calendar) -> Result<Exit> {
    let view: CalendarView = found.into();
    output::value(global.output, &view, || {
        let name = |id: &str| {
            let window = view.windows.iter().find(|one| one.id == id);
            window.map_or_else(String::new, |one| format!("{} ({})", one.name, one.kind))
        };
        let rows = view.occurrences.iter().map(|one| {
            let open: Vec<String> =
                one.open.iter().map(|part| format!("{}–{}", part.from, part.to)).collect();
            vec![
                name(&one.window_id),
                one.wall_start.clone(),
                one.from.clone(),
                one.to.clone(),
                open.join(", "),
                one.cut_by.join(", "),
                one.steps.to_string(),
                one.clock.clone().unwrap_or_default(),
            ]
        });
        let header = ["Window", "On the clock", "From", "To", "Open", "Cut by", "Steps", "Clock change"];
        output::table(&header, rows)
    })?;
    Ok(Exit::Done)
}

fn import(global: &Global, args: &ImportArgs) -> Result<Exit> {
    let bytes =
        std::fs::read(&args.file).with_context(|| format!("cannot read `{}`", args.file.display()))?;
    let app = open::app(global)?;
    let file = CalendarFile {
        site: &args.site,
        kind: args.kind.parse()?,
        bytes: &bytes,
        accept: args.accept.as_deref(),
        reason: &global.reason,
    };
    let found = windows::import(&app, &open::operator(), &file)?;
    let rows = found.changes.iter().map(|one| {
        serde_json::json!({"what": one.what, "uid": one.uid, "name": one.name, "before": one.before, "after": one.after})
    });
    let warnings: Vec<String> = found.warnings.iter().map(ToString::to_string).collect();
    let value = serde_json::json!({
        "changes": rows.collect::<Vec<_>>(), "warnings": warnings, "mark": found.mark, "accepted": found.accepted,
    });
    output::value(global.output, &value, || {
        let rows = found.changes.iter().map(|one| {
            vec![
                one.what.to_owned(),
                one.name.clone(),
                one.before.clone().unwrap_or_default(),
                one.after.clone().unwrap_or_default(),
            ]
        });
        let mut text = output::table(&["Change", "Window", "Is", "Becomes"], rows);
        for warning in &warnings {
            text.push_str(&format!("\nnot taken: {}", output::printable(warning)));
        }
        if found.accepted {
            text.push_str("\nThese changes were made.");
        } else {
            text.push_str(&format!("\nNothing was changed. To take exactly this: --accept {}", found.mark));
        }
        text
    })?;
    Ok(if warnings.is_empty() { Exit::Done } else { Exit::Partly })
}

fn find_slot(global: &Global, args: &SlotArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let query = SlotQuery {
        asset: args.asset.clone(),
        work_minutes: args.work,
        undo_minutes: args.undo,
        margin_minutes: args.margin,
        people: args.people,
        not_before: args.not_before.as_deref().map(str::parse).transpose()?,
        days: args.days,
    };
    let view: SlotView = windows::find_slot(&app, &open::operator(), &query)?.into();
    output::value(global.output, &view, || {
        let text = match (&view.window, &view.start, &view.end, &view.last_safe_start) {
            (Some(window), Some(start), Some(end), Some(last)) => {
                format!("{} in {window}: from {start} to {end}, last safe start {last}", view.asset)
            }
            _ => format!("no place for {}:\n  {}", view.asset, view.reasons.join("\n  ")),
        };
        output::printable(&text)
    })?;
    Ok(Exit::Done)
}
