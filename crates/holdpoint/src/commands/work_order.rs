//! `holdpoint work-order …`: sheets for people, and what they bring back.

use crate::cli::{Global, ListArgs};
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use holdpoint_app::work_orders::{self, Entered, Reading, ResultBody, Sheet, SheetLine, WorkOrder};
use holdpoint_app::{App, Caller};
use holdpoint_domain::execution::Observed;
use holdpoint_domain::work_order::ResultWay;
use holdpoint_server::api::work_order_views::{WorkOrderLineView, WorkOrderView};
use std::path::PathBuf;

/// Verbs on work orders.
#[derive(Debug, Subcommand)]
pub enum WorkOrderCommand {
    /// List work orders, the next to begin first
    List(ListArgs),
    /// Show a work order: its sheet, what is stale, what came back
    Show(OneArgs),
    /// Issue a work order for a step, or the next revision of its sheet
    Issue(IssueArgs),
    /// Print the sheet as text, for a printer without a browser
    Print(OneArgs),
    /// Write the file that results are written into; `import` takes it back
    Form(OneArgs),
    /// Take a result as somebody tells it
    Enter(EnterArgs),
    /// Take a result that stands in a file
    Import(ImportArgs),
    /// Take a fresh reading of the asset: the only thing that verifies
    Observe(ObserveArgs),
    /// Take a work order back before anything was done; needs --reason
    Void(OneArgs),
    /// Put a file to a work order: a photo, a log
    Attach(AttachArgs),
}

/// One work order.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// Its id, its number or the code of its sheet
    pub id: String,
}

/// A step.
#[derive(Debug, Args)]
pub struct IssueArgs {
    /// The plan, by id or number
    pub plan: String,
    /// The step
    pub step: u32,
    /// Who is to do it
    #[arg(long, default_value = "", hide_default_value = true)]
    pub technician: String,
}

/// A result that is told.
#[derive(Debug, Args)]
pub struct EnterArgs {
    /// The code of the printed sheet; an id or number speaks of the newest sheet
    pub id: String,
    /// In one word: installed, not_done, failed or went_back
    #[arg(long)]
    pub word: String,
    /// What had to be restarted: done or not_needed
    #[arg(long)]
    pub restart: String,
    /// When the work began, as 2026-11-22T02:10:00Z
    #[arg(long, value_name = "TIME")]
    pub began: String,
    /// When it was over
    #[arg(long, value_name = "TIME")]
    pub done: String,
    /// Who did it
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// What happened; needed unless it was installed
    #[arg(long, default_value = "", hide_default_value = true)]
    pub what: String,
    /// The newest revision, when you looked at what changed since the sheet was printed
    #[arg(long, value_name = "REVISION")]
    pub looked_at: Option<u32>,
}

/// A result in a file.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The file, as `form` writes it
    pub file: PathBuf,
    /// The newest revision, when you looked at what changed since the sheet was printed
    #[arg(long, value_name = "REVISION")]
    pub looked_at: Option<u32>,
}

/// A reading.
#[derive(Debug, Args)]
pub struct ObserveArgs {
    /// The work order: its id, its number or the code of its sheet
    pub id: String,
    /// What it comes to: as_promised, as_before or otherwise
    #[arg(long)]
    pub observed: String,
    /// What was read, word by word, and where it is shown
    #[arg(long)]
    pub read: String,
    /// The firmware that the asset shows; later inventories are held against it
    #[arg(long, value_name = "VERSION")]
    pub firmware: Option<String>,
    /// When it was read, as 2026-11-22T02:10:00Z
    #[arg(long, value_name = "TIME")]
    pub at: String,
}

/// A file.
#[derive(Debug, Args)]
pub struct AttachArgs {
    /// The work order: its id, its number or the code of its sheet
    pub id: String,
    /// The file
    pub file: PathBuf,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &WorkOrderCommand) -> Result<Exit> {
    let app = open::app(global)?;
    let who = match command {
        WorkOrderCommand::List(_)
        | WorkOrderCommand::Show(_)
        | WorkOrderCommand::Print(_)
        | WorkOrderCommand::Form(_) => open::operator(),
        WorkOrderCommand::Issue(_)
        | WorkOrderCommand::Enter(_)
        | WorkOrderCommand::Import(_)
        | WorkOrderCommand::Observe(_)
        | WorkOrderCommand::Void(_)
        | WorkOrderCommand::Attach(_) => open::person(&app)?,
    };
    match command {
        WorkOrderCommand::List(args) => return list(global, args),
        WorkOrderCommand::Show(args) => show(global, work_orders::show(&app, &who, &args.id)?)?,
        WorkOrderCommand::Issue(args) => {
            let step = (args.plan.as_str(), args.step);
            show(global, work_orders::issue(&app, &who, step, &args.technician, &global.reason)?)?;
        }
        WorkOrderCommand::Print(args) => {
            let order = work_orders::show(&app, &who, &args.id)?;
            print!("{}", text(&order));
            if !order.stale.is_empty() {
                eprintln!("hint: this sheet is stale; issue the next revision: {}", order.stale.join("; "));
                return Ok(Exit::Partly);
            }
        }
        WorkOrderCommand::Form(args) => {
            let order = work_orders::show(&app, &who, &args.id)?;
            println!("{}", serde_json::to_string_pretty(&form(&order))?);
        }
        WorkOrderCommand::Enter(args) => enter(global, (&app, &who), args)?,
        WorkOrderCommand::Import(args) => {
            let bytes = std::fs::read(&args.file)
                .with_context(|| format!("cannot read `{}`", args.file.display()))?;
            let body: ResultBody = serde_json::from_slice(&bytes)
                .with_context(|| format!("`{}` is no result of a work order", args.file.display()))?;
            let entered = Entered { body: &body, way: ResultWay::Imported, looked_at: args.looked_at };
            show(global, work_orders::enter(&app, &who, &entered, &global.reason)?)?;
        }
        WorkOrderCommand::Observe(args) => observe(global, (&app, &who), args)?,
        WorkOrderCommand::Void(args) => {
            show(global, work_orders::void(&app, &who, &args.id, &global.reason)?)?;
        }
        WorkOrderCommand::Attach(args) => {
            let bytes = std::fs::read(&args.file)
                .with_context(|| format!("cannot read `{}`", args.file.display()))?;
            let name = args.file.file_name().unwrap_or_default().to_string_lossy();
            work_orders::attach(&app, &who, &args.id, &name, &bytes)?;
            show(global, work_orders::show(&app, &who, &args.id)?)?;
        }
    }
    Ok(Exit::Done)
}

fn list(global: &Global, args: &ListArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let query = open::list_query(&app, args)?;
    let page = work_orders::list(&app, &open::operator(), &query)?;
    let items: Vec<WorkOrderLineView> = page.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: page.next, count: page.count.value };
    let header = ["No", "Asset", "Patch", "Site", "Step", "State", "Stands", "Rev", "Start", "Technician"];
    output::list(global.output, &listed, &header, |row| {
        vec![
            row.number.to_string(),
            row.asset.clone(),
            row.patch.clone(),
            row.site.clone(),
            format!("{}/{}", row.plan_number, row.step),
            row.state.clone(),
            row.step_state.clone().unwrap_or_default(),
            row.revision.to_string(),
            row.start.clone(),
            row.technician.clone().unwrap_or_default(),
        ]
    })?;
    Ok(Exit::Done)
}

fn show(global: &Global, order: WorkOrder) -> Result<()> {
    let words = text(&order);
    let view = WorkOrderView::from(order);
    output::value(global.output, &view, || {
        let mut out = words;
        for one in &view.stale {
            out.push_str(&format!("stale: {one}\n"));
        }
        for one in &view.results {
            let line = format!("{} told {} ({}, done {})\n", one.done_by, one.word, one.way, one.done_at);
            out.push_str(&output::printable(&line));
        }
        out.push_str(&format!("\nWork order {} is {}.", view.order.number, view.order.state));
        out
    })
}

fn observe(global: &Global, (app, who): (&App, &Caller), args: &ObserveArgs) -> Result<()> {
    let observed = match args.observed.as_str() {
        "as_promised" => Observed::AsPromised,
        "as_before" => Observed::AsBefore,
        "otherwise" => Observed::Otherwise { what: args.read.clone() },
        _ => anyhow::bail!("--observed is as_promised, as_before or otherwise"),
    };
    let read_at =
        args.at.parse().map_err(|_| anyhow::anyhow!("--at is a moment, as 2026-11-22T02:10:00Z"))?;
    let reading = Reading { observed, read: args.read.clone(), firmware: args.firmware.clone(), read_at };
    show(global, work_orders::observe(app, who, &args.id, &reading)?)
}

fn enter(global: &Global, (app, who): (&App, &Caller), args: &EnterArgs) -> Result<()> {
    let order = work_orders::show(app, who, &args.id)?;
    // A printed code names its revision; whoever gives another name looks at the newest sheet.
    let is_number = args.id == order.line.number.to_string() || args.id == order.line.id.to_string();
    let body = ResultBody {
        code: if is_number { order.code } else { args.id.clone() },
        word: args.word.clone(),
        restart: args.restart.clone(),
        what: args.what.clone(),
        began_at: args.began.clone(),
        done_at: args.done.clone(),
        done_by: args.by.clone(),
        lines: Vec::new(),
    };
    let entered = Entered { body: &body, way: ResultWay::Entered, looked_at: args.looked_at };
    show(global, work_orders::enter(app, who, &entered, &global.reason)?)
}

/// A result with nothing filled in.
fn form(order: &WorkOrder) -> ResultBody {
    let line = |part: &str, line: &SheetLine| work_orders::LineResult {
        part: part.to_owned(),
        number: line.number,
        done: false,
        value: String::new(),
    };
    let before = order.sheet.before.iter().map(|one| line("before", one));
    let work = order.sheet.work.iter().map(|one| line("work", one));
    ResultBody {
        code: order.code.clone(),
        word: "installed | not_done | failed | went_back".to_owned(),
        restart: "done | not_needed".to_owned(),
        what: String::new(),
        began_at: order.line.start.to_string(),
        done_at: String::new(),
        done_by: order.line.technician.clone(),
        lines: before.chain(work).collect(),
    }
}

/// A sheet as text.
fn text(order: &WorkOrder) -> String {
    let sheet: &Sheet = &order.sheet;
    let mut out = format!(
        "WORK ORDER {}  revision {}\n{}\n\n{} on {}\nPlan {}, step {}\n{} · {}\nStart {}   last safe start {}   over by {}\n\
         {} minutes of work, {} of undo, {} people\n",
        order.line.number,
        order.kept.revision,
        order.code,
        sheet.patch,
        sheet.tag,
        sheet.plan,
        sheet.step,
        sheet.site,
        sheet.window,
        sheet.start,
        sheet.last_safe_start,
        sheet.free_at,
        sheet.minutes.0,
        sheet.minutes.1,
        sheet.people,
    );
    for (label, value) in &sheet.asset {
        out.push_str(&format!("{label}: {value}\n"));
    }
    for file in &sheet.files {
        out.push_str(&format!("file {}  {}\n", file.name, file.hashes.join(" ")));
    }
    for (title, lines) in [("BEFORE", &sheet.before), ("WORK", &sheet.work)] {
        out.push_str(&format!("\n{title}\n"));
        for line in lines {
            out.push_str(&format!("[ ] {}. {}", line.number, line.what));
            if !line.expect.is_empty() {
                out.push_str(&format!("  ({}: ____________)", line.expect));
            }
            out.push('\n');
        }
    }
    out.push_str("\nSTOP WHEN\n");
    for one in &sheet.stop {
        out.push_str(&format!("  {one}\n"));
    }
    out.push_str(&format!("\nWAY BACK\n  {}\n", sheet.way_back));
    out.push_str("\nName, time, signature: ______________________   ______________________\n");
    out.push_str(&format!(
        "Void if the revision on the screen is higher than {}.  {}\n",
        order.kept.revision,
        work_orders::short(&order.kept.sha256)
    ));
    output::printable(&out)
}
