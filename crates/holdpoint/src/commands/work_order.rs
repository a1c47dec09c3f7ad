//! `holdpoint work-order …`: sheets for people, and what they bring back.

use crate::cli::{Global, ListArgs};
use crate::commands::underscored;
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use holdpoint_app::work_orders::{self, Entered, Reading, ResultBody, Sheet, WorkOrder};
use holdpoint_app::{App, Caller};
use holdpoint_domain::execution::Observed;
use holdpoint_domain::moment::minutes_in_words;
use holdpoint_domain::work_order::ResultWay;
use holdpoint_server::api::work_order_views::{StickView, WorkOrderLineView, WorkOrderView};
use serde_json::json;
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
    /// Begin the work: every line before it is ticked, and what would keep a program from beginning keeps a person, too
    Begin(BeginArgs),
    /// Take a result as somebody tells it
    Enter(EnterArgs),
    /// Make a stick (zip): sheets, files for results, files of patches, and a signed list of them
    Bundle(BundleArgs),
    /// Take a result that stands in a file, or all results of a stick (zip or folder)
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

/// Work that begins.
#[derive(Debug, Args)]
pub struct BeginArgs {
    /// The work order: its id, its number or the code of its sheet
    pub id: String,
    /// The lines before the work that hold, as the sheet numbers them
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',')]
    pub ticked: Vec<u32>,
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

/// What goes on a stick.
#[derive(Debug, Args)]
pub struct BundleArgs {
    /// The new file
    pub file: PathBuf,
    /// The work orders of one site: ids, numbers or codes
    #[arg(required = true)]
    pub orders: Vec<String>,
}

/// A result in a file, or a stick.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The file, as `form` writes it; or the stick, as `bundle` made it: one file (zip) or a folder
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
        | WorkOrderCommand::Begin(_)
        | WorkOrderCommand::Enter(_)
        | WorkOrderCommand::Bundle(_)
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
            println!("{}", serde_json::to_string_pretty(&work_orders::form(&order))?);
        }
        WorkOrderCommand::Begin(args) => {
            show(global, work_orders::begin(&app, &who, &args.id, &args.ticked)?)?;
        }
        WorkOrderCommand::Enter(args) => enter(global, (&app, &who), args)?,
        WorkOrderCommand::Bundle(args) => return bundle(global, (&app, &who), args),
        WorkOrderCommand::Import(args) => return import(global, (&app, &who), args),
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
            row.halt.as_ref().map_or_else(|| row.state.clone(), |why| format!("{}, HALT: {why}", row.state)),
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
        if let Some(why) = &view.order.halt {
            out.push_str(&format!("HALT since the work was begun: {why}\n"));
        }
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
    let observed = match underscored(&args.observed).as_str() {
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
        word: underscored(&args.word),
        restart: underscored(&args.restart),
        what: args.what.clone(),
        began_at: args.began.clone(),
        done_at: args.done.clone(),
        done_by: args.by.clone(),
        lines: Vec::new(),
    };
    let entered = Entered { body: &body, way: ResultWay::Entered, looked_at: args.looked_at };
    show(global, work_orders::enter(app, who, &entered, &global.reason)?)
}

fn bundle(global: &Global, (app, who): (&App, &Caller), args: &BundleArgs) -> Result<Exit> {
    use std::io::Write as _;
    let mut file = std::fs::File::create_new(&args.file).with_context(|| {
        format!("cannot make `{}`; give it a name that is not there yet", args.file.display())
    })?;
    let made = match work_orders::make_stick(app, who, &args.orders, &global.reason) {
        Ok(made) => made,
        Err(why) => {
            drop(std::fs::remove_file(&args.file));
            return Err(why.into());
        }
    };
    file.write_all(&made.bytes).with_context(|| format!("cannot write `{}`", args.file.display()))?;
    let value =
        json!({"file": args.file, "sha256": made.sha256, "orders": made.orders, "missing": made.missing});
    output::value(global.output, &value, || {
        let mut out = format!("{} work orders are in {}.\n", made.orders.len(), args.file.display());
        for missing in &made.missing {
            out.push_str(&format!("Missing  {}\n", output::printable(missing)));
        }
        out
    })?;
    Ok(if made.missing.is_empty() { Exit::Done } else { Exit::Partly })
}

fn import(global: &Global, (app, who): (&App, &Caller), args: &ImportArgs) -> Result<Exit> {
    let path = &args.file;
    if path.is_dir() {
        return stick(global, (app, who), work_orders::in_folder(path)?);
    }
    let bytes = std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    if bytes.starts_with(b"PK") {
        return stick(global, (app, who), work_orders::unpacked(&bytes)?);
    }
    let body: ResultBody = serde_json::from_slice(&bytes)
        .with_context(|| format!("`{}` is neither a stick nor a result of a work order", path.display()))?;
    let entered = Entered { body: &body, way: ResultWay::Imported, looked_at: args.looked_at };
    show(global, work_orders::enter(app, who, &entered, &global.reason)?)?;
    Ok(Exit::Done)
}

fn stick(global: &Global, (app, who): (&App, &Caller), files: work_orders::Files) -> Result<Exit> {
    let view = StickView::from(work_orders::take_stick(app, who, files, &global.reason)?);
    output::value(global.output, &view, || {
        let mut out = format!("Stick of {}, made {}\n", view.site, view.made_at);
        for one in &view.results {
            let line = format!("{:<8} {}: {}\n", one.outcome, one.file, one.words);
            out.push_str(&output::printable(&line));
        }
        for name in &view.strange {
            let line = format!("strange  {name}: its list does not name it, and nobody has looked at it\n");
            out.push_str(&output::printable(&line));
        }
        out
    })?;
    let all = view.results.iter().all(|one| one.outcome == "taken");
    Ok(if all { Exit::Done } else { Exit::Partly })
}

/// A sheet as text.
fn text(order: &WorkOrder) -> String {
    let sheet: &Sheet = &order.sheet;
    let mut out = format!(
        "WORK ORDER {}  revision {}\n{}\n\n{} on {}\nPlan {}, step {}\n{} · {}\nStart {}   last safe start {}   over by {}\n\
         {} of work, {} of undo, {}\n",
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
        minutes_in_words(sheet.minutes.0),
        minutes_in_words(sheet.minutes.1),
        match sheet.people {
            1 => "1 person".to_owned(),
            other => format!("{other} people"),
        },
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
