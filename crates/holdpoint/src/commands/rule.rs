//! `holdpoint rule …`: what people decided that names and version texts mean.

use crate::cli::{Global, ListArgs};
use crate::commands::review::{moment, settled};
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::{Context, Result};
use clap::{Args, Subcommand, ValueEnum};
use holdpoint_app::inventory::Run;
use holdpoint_app::review::{NewRule, NewSubject, example, exchange, rules};
use holdpoint_app::{App, Caller};
use holdpoint_domain::review::{RuleExample, RuleVerdict};
use holdpoint_server::api::review_views::{
    ReplayedView, RuleImportView, RuleShownView, RuleView, SettledView,
};
use std::io::Write as _;
use std::path::PathBuf;

/// Verbs on rules.
#[derive(Debug, Subcommand)]
pub enum RuleCommand {
    /// List rules, the latest decision first, those that ended included
    List(ListArgs),
    /// Show a rule with its history and with what rests on it now
    Show(OneArgs),
    /// Write a rule; needs --reason and an example
    #[command(subcommand)]
    Create(CreateCommand),
    /// Take a rule back; needs --reason. It is kept with its history
    Withdraw(OneArgs),
    /// Agree to a rule that another person proposed
    Agree(OneArgs),
    /// Decline a rule that another person proposed; needs --reason
    Decline(OneArgs),
    /// Hand out the rules that hold as a file with its hash
    Export(ExportArgs),
    /// Take in a file of rules; what contradicts a rule here is shown and left out
    Import(ImportArgs),
    /// Run every rule's example against the program as it is
    Replay(ReplayArgs),
}

/// One rule.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// Its id
    pub id: String,
}

/// What to write a rule on. Names are given as the inventory and as advisories write them.
#[derive(Debug, Subcommand)]
pub enum CreateCommand {
    /// One name of the inventory and one of advisories
    Names(NamesArgs),
    /// A family that advisories name, and which of our products belong to it
    Family(FamilyArgs),
    /// Two spellings of one vendor
    Vendor(VendorArgs),
    /// How a version text is to be read
    Expression(ExpressionArgs),
}

/// What all rules need.
#[derive(Debug, Args)]
pub struct DecisionArgs {
    /// Whether the two sides are the same
    #[arg(long, value_enum, default_value_t = Verdict::Same)]
    pub verdict: Verdict,
    /// Until when it holds: 2027-06-30 [default: until it is withdrawn]
    #[arg(long, value_name = "TIME")]
    pub expires: Option<String>,
    /// Installed version of the example
    #[arg(long, default_value = "", value_name = "VERSION", hide_default_value = true)]
    pub example_version: String,
    /// Version text of the advisory in the example
    #[arg(long, default_value = "", value_name = "TEXT", hide_default_value = true)]
    pub example_range: String,
    /// Advisory in which it was seen
    #[arg(long, default_value = "", value_name = "ID", hide_default_value = true)]
    pub example_advisory: String,
}

/// What a rule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Verdict {
    /// They are the same
    Same,
    /// They are not
    Different,
}

/// Two names, which are the example too.
#[derive(Debug, Args)]
pub struct NamesArgs {
    /// Our vendor; left out: any or none
    #[arg(long, default_value = "", value_name = "NAME", hide_default_value = true)]
    pub our_vendor: String,
    /// Our product
    #[arg(long, default_value = "", value_name = "NAME", hide_default_value = true)]
    pub our_product: String,
    /// Our order number; left out: any
    #[arg(long, default_value = "", value_name = "NUMBER", hide_default_value = true)]
    pub our_order_number: String,
    /// Their vendor; left out: any or none
    #[arg(long, default_value = "", value_name = "NAME", hide_default_value = true)]
    pub their_vendor: String,
    /// Their product
    #[arg(long, default_value = "", value_name = "NAME", hide_default_value = true)]
    pub their_product: String,
    /// What all rules need
    #[command(flatten)]
    pub decision: DecisionArgs,
}

/// A family.
#[derive(Debug, Args)]
pub struct FamilyArgs {
    /// The family's vendor, as advisories write it
    #[arg(long, value_name = "NAME")]
    pub their_vendor: String,
    /// The family's name, as advisories write it
    #[arg(long, value_name = "NAME")]
    pub their_product: String,
    /// Vendor of our products [default: the family's]
    #[arg(long, value_name = "NAME")]
    pub our_vendor: Option<String>,
    /// Members by order number: `6ES7515-*`; may be given several times
    #[arg(long = "order", value_name = "PATTERN")]
    pub orders: Vec<String>,
    /// Members by words that their names hold: `"s7-1500 cpu"`; may be given several times
    #[arg(long = "words", value_name = "WORDS")]
    pub words: Vec<String>,
    /// A member's product name, for the example
    #[arg(long, default_value = "", value_name = "NAME", hide_default_value = true)]
    pub example_product: String,
    /// A member's order number, for the example
    #[arg(long, default_value = "", value_name = "NUMBER", hide_default_value = true)]
    pub example_order_number: String,
    /// What all rules need
    #[command(flatten)]
    pub decision: DecisionArgs,
}

/// Two spellings.
#[derive(Debug, Args)]
pub struct VendorArgs {
    /// Our spelling
    #[arg(long, value_name = "NAME")]
    pub ours: String,
    /// Their spelling
    #[arg(long, value_name = "NAME")]
    pub theirs: String,
    /// A product that both have, for the example
    #[arg(long, value_name = "NAME")]
    pub example_product: String,
    /// What all rules need
    #[command(flatten)]
    pub decision: DecisionArgs,
}

/// A reading.
#[derive(Debug, Args)]
pub struct ExpressionArgs {
    /// Vendor, as the advisory writes it
    #[arg(long, value_name = "NAME")]
    pub vendor: String,
    /// Product; left out: all of the vendor
    #[arg(long, default_value = "", value_name = "NAME", hide_default_value = true)]
    pub product: String,
    /// The version text, as the advisory writes it
    #[arg(long, value_name = "TEXT")]
    pub text: String,
    /// What it means: `vers:generic/>=1.0|<2.4`
    #[arg(long, value_name = "VERS")]
    pub range: String,
    /// What all rules need
    #[command(flatten)]
    pub decision: DecisionArgs,
}

/// Where to hand rules out to.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The file to write; `-`: to the standard output
    pub file: PathBuf,
    /// As they held at a moment
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
}

/// What to take in.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// A file that `holdpoint rule export` wrote
    pub file: PathBuf,
    /// Only show what is new, the same, conflicting or refused
    #[arg(long)]
    pub dry_run: bool,
}

/// Which rules to run.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// Those that held at a moment
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
}

/// Carries out a verb.
pub fn run(global: &Global, command: &RuleCommand) -> Result<Exit> {
    let app = open::app(global)?;
    let caller = open::operator();
    let done = |what: rules::Settled| settled(global, vec![SettledView::from(what)]);
    match command {
        RuleCommand::List(args) => list(global, &app, &caller, args),
        RuleCommand::Show(args) => show(global, &app, &caller, args),
        RuleCommand::Create(args) => done(rules::create(&app, &caller, &new_rule(global, args)?)?),
        RuleCommand::Withdraw(args) => done(rules::withdraw(&app, &caller, &args.id, &global.reason)?),
        RuleCommand::Agree(args) => done(rules::agree(&app, &caller, &args.id, &global.reason)?),
        RuleCommand::Decline(args) => done(rules::decline(&app, &caller, &args.id, &global.reason)?),
        RuleCommand::Export(args) => {
            let text = exchange::export(&app, &caller, open::as_of(args.as_of.as_deref())?)?;
            if args.file.as_os_str() == "-" {
                std::io::stdout().lock().write_all(text.as_bytes())?;
                return Ok(Exit::Done);
            }
            std::fs::write(&args.file, text)
                .with_context(|| format!("cannot write `{}`", args.file.display()))?;
            Ok(Exit::Done)
        }
        RuleCommand::Import(args) => import(global, &app, &caller, args),
        RuleCommand::Replay(args) => replay(global, &app, &caller, args),
    }
}

fn new_rule(global: &Global, command: &CreateCommand) -> Result<NewRule> {
    let text = |text: &str| text.to_owned();
    let (subject, decision, ours, theirs) = match command {
        CreateCommand::Names(args) => {
            let ours = [text(&args.our_vendor), text(&args.our_product), text(&args.our_order_number)];
            let theirs = [text(&args.their_vendor), text(&args.their_product), String::new()];
            let subject = NewSubject::Names { ours: ours.clone(), theirs: theirs.clone() };
            let [vendor, product, _] = theirs;
            (subject, &args.decision, ours, [vendor, product])
        }
        CreateCommand::Family(args) => {
            let vendor = args.our_vendor.clone().unwrap_or_else(|| args.their_vendor.clone());
            let theirs = [text(&args.their_vendor), text(&args.their_product)];
            let subject = NewSubject::Family {
                theirs: [text(&args.their_vendor), text(&args.their_product), String::new()],
                vendor: vendor.clone(),
                order_patterns: args.orders.clone(),
                name_words: args.words.clone(),
            };
            let ours = [vendor, text(&args.example_product), text(&args.example_order_number)];
            (subject, &args.decision, ours, theirs)
        }
        CreateCommand::Vendor(args) => {
            let subject = NewSubject::Vendor { ours: text(&args.ours), theirs: text(&args.theirs) };
            let product = text(&args.example_product);
            let ours = [text(&args.ours), product.clone(), String::new()];
            (subject, &args.decision, ours, [text(&args.theirs), product])
        }
        CreateCommand::Expression(args) => {
            let theirs = [text(&args.vendor), text(&args.product)];
            let subject = NewSubject::Expression {
                vendor: text(&args.vendor),
                product: text(&args.product),
                text: text(&args.text),
                range: text(&args.range),
            };
            (subject, &args.decision, [text(&args.vendor), text(&args.product), String::new()], theirs)
        }
    };
    let range = match command {
        CreateCommand::Expression(args) => text(&args.text),
        CreateCommand::Names(_) | CreateCommand::Family(_) | CreateCommand::Vendor(_) => {
            text(&decision.example_range)
        }
    };
    let ([v, p, order], [their_vendor, their_product]) = (ours, theirs);
    Ok(NewRule {
        subject,
        verdict: match decision.verdict {
            Verdict::Same => RuleVerdict::Same,
            Verdict::Different => RuleVerdict::Different,
        },
        reason: global.reason.clone(),
        expires_at: moment(decision.expires.as_deref())?,
        example: RuleExample {
            ours: [v, p, order, text(&decision.example_version)],
            theirs: [their_vendor, their_product, range],
            tracking_id: text(&decision.example_advisory),
        },
    })
}

fn list(global: &Global, app: &App, caller: &Caller, args: &ListArgs) -> Result<Exit> {
    let found = rules::list(app, caller, &open::list_query(app, args)?)?;
    let items: Vec<RuleView> = found.items.into_iter().map(Into::into).collect();
    let listed = Listed { items, next: found.next, count: found.count.value };
    let header = ["Id", "Ours", "Theirs", "Verdict", "State", "Author", "Decided", "Expires", "Reason"];
    output::list(global.output, &listed, &header, |rule| {
        vec![
            rule.id.clone(),
            rule.ours.clone(),
            rule.theirs.clone(),
            rule.verdict.clone(),
            rule.state.clone(),
            rule.author.clone(),
            rule.decided_at.clone(),
            rule.expires_at.clone().unwrap_or_default(),
            rule.reason.clone(),
        ]
    })?;
    Ok(Exit::Done)
}

fn show(global: &Global, app: &App, caller: &Caller, args: &OneArgs) -> Result<Exit> {
    let view = RuleShownView::from(rules::show(app, caller, &args.id)?);
    output::value(global.output, &view, || {
        let rule = &view.rule;
        let steps = view
            .steps
            .iter()
            .map(|step| vec![step.at.clone(), step.state.clone(), step.by.clone(), step.reason.clone()]);
        let text = format!(
            "`{}` and `{}`: {} ({})\n{} decided at {}: {}\nuntil: {}\nfrom: {}\nexample: {} {} {} {} | {} {} {} {}\n\
             rests on it: {} match(es), {} asset(s), {} advisory(ies)\n\n{}",
            rule.ours,
            rule.theirs,
            rule.verdict,
            rule.state,
            rule.author,
            rule.decided_at,
            rule.reason,
            rule.expires_at.as_deref().unwrap_or("withdrawn"),
            rule.origin,
            rule.example.ours.vendor,
            rule.example.ours.product,
            rule.example.ours.order_number,
            rule.example.ours.version,
            rule.example.theirs.vendor,
            rule.example.theirs.product,
            rule.example.theirs.version,
            rule.example.tracking_id,
            view.settles.matches,
            view.settles.assets,
            view.settles.advisories,
            output::table(&["Since", "State", "By", "Why"], steps),
        );
        output::printable(&text)
    })?;
    Ok(Exit::Done)
}

fn import(global: &Global, app: &App, caller: &Caller, args: &ImportArgs) -> Result<Exit> {
    let bytes =
        std::fs::read(&args.file).with_context(|| format!("cannot read `{}`", args.file.display()))?;
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let run = if args.dry_run { Run::Dry } else { Run::Apply };
    let view = RuleImportView::from(exchange::import(app, caller, &name, &bytes, run, &global.reason)?);
    output::value(global.output, &view, || {
        let rows = view.rules.iter().map(|taken| {
            vec![
                taken.place.to_string(),
                taken.fate.clone(),
                taken.ours.clone(),
                taken.theirs.clone(),
                taken.verdict.clone(),
                taken.why.clone(),
            ]
        });
        format!(
            "{}{} new, {} the same, {} conflicting, {} refused\n\n{}",
            if args.dry_run { "would be: " } else { "" },
            view.new,
            view.same,
            view.conflicting,
            view.refused,
            output::table(&["Rule", "Fate", "Ours", "Theirs", "Verdict", "Why not"], rows),
        )
    })?;
    Ok(if view.conflicting + view.refused == 0 { Exit::Done } else { Exit::Partly })
}

fn replay(global: &Global, app: &App, caller: &Caller, args: &ReplayArgs) -> Result<Exit> {
    let run = example::replay(app, caller, open::as_of(args.as_of.as_deref())?)?;
    let items: Vec<ReplayedView> = run.into_iter().map(Into::into).collect();
    let failed = items.iter().filter(|view| view.outcome != "passed").count();
    let count = items.len() as u64;
    let listed = Listed { items, next: None, count };
    let header = ["Rule", "Ours", "Theirs", "Verdict", "Outcome", "Why"];
    output::list(global.output, &listed, &header, |view| {
        vec![
            view.rule.clone(),
            view.ours.clone(),
            view.theirs.clone(),
            view.verdict.clone(),
            view.outcome.clone(),
            view.why.clone(),
        ]
    })?;
    Ok(if failed == 0 { Exit::Done } else { Exit::Partly })
}
