//! The command line: nouns, verbs and global options. The doc comments are the help texts.

use crate::commands::{
    advisory, agent, agents, asset, audit, baseline, change_record, controller, decision, delegation, demo,
    deployment, exemption, expression, feed, finding, function, line, lowering, matches, notice, paper,
    patch, plan, policy, product, quarantine, question, remediation, review, rule, serve, source, statement,
    test_record, transfer, user, version, vulnerability, window, work_order,
};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Patch management for plants that cannot stop.
///
/// Find, judge, test, schedule, roll out, verify and document patches. Automation does the work; people make the
/// risk decisions; work stops at hold points until the evidence is there.
#[derive(Debug, Parser)]
#[command(name = "holdpoint", version, max_term_width = 100)]
pub struct Cli {
    /// Options of all commands.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of all commands.
#[derive(Debug, Args)]
pub struct Global {
    /// Where data live when no other database is named [default: the user's data folder]
    #[arg(long, global = true, env = "HOLDPOINT_DATA_DIR", value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,
    /// Database: a SQLite file, or postgres://USER@HOST/NAME [default: FOLDER/holdpoint.sqlite]
    #[arg(long, global = true, env = "HOLDPOINT_DATABASE", value_name = "DATABASE", hide_env_values = true)]
    pub database: Option<String>,
    /// A host that feeds and providers may be fetched from though it is this machine or beside it; may be repeated
    #[arg(
        long = "inner-host",
        global = true,
        env = "HOLDPOINT_INNER_HOSTS",
        value_name = "HOST",
        value_delimiter = ','
    )]
    pub inner_hosts: Vec<String>,
    /// A host inside the plant that checks of a deployment may ask without TLS; may be repeated
    #[arg(
        long = "check-in-clear",
        global = true,
        env = "HOLDPOINT_CHECK_IN_CLEAR",
        value_name = "HOST",
        value_delimiter = ','
    )]
    pub check_in_clear: Vec<String>,
    /// The private key to sign in to hosts with (OpenSSH's form, no passphrase, readable by its owner alone)
    #[arg(long, global = true, env = "HOLDPOINT_LOGIN_KEY", value_name = "FILE")]
    pub login_key: Option<PathBuf>,
    /// How results are printed
    #[arg(short, long, global = true, value_enum, default_value_t = Output::Table)]
    pub output: Output,
    /// Why, for the audit log
    #[arg(long, global = true, default_value = "", value_name = "TEXT", hide_default_value = true)]
    pub reason: String,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people
    Table,
    /// One JSON value
    Json,
    /// One JSON value a line
    Jsonl,
}

/// What a list is asked for.
#[derive(Debug, Clone, Args)]
pub struct ListArgs {
    /// Filter, as on the pages: `zone:Z2 firmware~"V2.9" -kind:plc`
    #[arg(long, default_value = "", value_name = "FILTER", hide_default_value = true)]
    pub filter: String,
    /// Sort by this field; `-FIELD` turns it round
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    pub sort: Option<String>,
    /// The most rows that are printed
    #[arg(long, default_value_t = 100, value_name = "N")]
    pub limit: u32,
    /// Go on where a list ended
    #[arg(long, value_name = "CURSOR")]
    pub cursor: Option<String>,
    /// As it was at a moment: 2026-06-30 or 2026-06-30T12:00:00Z
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
}

/// The nouns.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the pages and the API
    Serve(serve::ServeArgs),
    /// Try Holdpoint with an invented company, on this machine only
    Demo(demo::DemoArgs),
    /// What there is and how it stands, on one screen
    Status,
    /// Advisories: take in, list, look at, see what they touch
    #[command(subcommand)]
    Advisory(advisory::AdvisoryCommand),
    /// Assets: take in, list, look at, change, hand out
    #[command(subcommand)]
    Asset(asset::AssetCommand),
    /// Matches: list, explain, run, compute again
    #[command(subcommand)]
    Match(matches::MatchCommand),
    /// Where the work stands, by advisory, vulnerability and asset: list, set, see who said what
    #[command(subcommand)]
    Remediation(remediation::RemediationCommand),
    /// What is to be done first and why: vulnerabilities of assets with lane, outcome and clocks
    #[command(subcommand)]
    Finding(finding::FindingCommand),
    /// Until when something must have happened
    #[command(subcommand)]
    Clock(finding::ClockCommand),
    /// Functions of the plant: which assets serve them, and what is lost with them
    #[command(subcommand)]
    Function(function::FunctionCommand),
    /// Zones: what is lost with them, and how far they can be reached
    #[command(subcommand)]
    Zone(function::ZoneCommand),
    /// What counts for less than before by one person's word: list, agree as the second person, put back
    #[command(subcommand)]
    Lowering(lowering::LoweringCommand),
    /// Policies: the written rules; try out, propose, publish by a second person, hand out
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// Products of the inventory and the advisories that match them
    #[command(subcommand)]
    Product(product::ProductCommand),
    /// Patches: list, look at, see what covers them and where they are missing
    #[command(subcommand)]
    Patch(patch::PatchCommand),
    /// Approval baselines: how patches stand, what an asset should have, how assets compare
    #[command(subcommand)]
    Baseline(baseline::BaselineCommand),
    /// Change records of plans, for systems outside: what we say goes out, what they say comes in
    #[command(subcommand)]
    ChangeRecord(change_record::ChangeRecordCommand),
    /// Decisions: the queue, the card, asking, signing, answering
    #[command(subcommand)]
    Decision(decision::DecisionCommand),
    /// Who may sign in whose place: lend, list, take back
    #[command(subcommand)]
    Delegation(delegation::DelegationCommand),
    /// What people are told because something changed by itself
    #[command(subcommand)]
    Notice(notice::NoticeCommand),
    /// What is not patched, until when, and what protects it meanwhile
    #[command(subcommand)]
    Exemption(exemption::ExemptionCommand),
    /// The agents of this installation: who is enrolled, codes, revoking
    #[command(subcommand)]
    Agents(agents::AgentsCommand),
    /// Devices with an update client of their own (DDI): candidates, accepting, refusing
    #[command(subcommand)]
    Controller(controller::ControllerCommand),
    /// The signed papers that agents obey: roots and images
    #[command(subcommand)]
    Paper(paper::PaperCommand),
    /// When work may happen and when none may: windows, outages, freezes, what fits
    #[command(subcommand)]
    Window(window::WindowCommand),
    /// Across the air gap: keys, roots, bundles out and in, how old the data is
    #[command(subcommand)]
    Transfer(transfer::TransferCommand),
    /// Work orders: sheets for steps that people carry out, and what they bring back
    #[command(subcommand)]
    WorkOrder(work_order::WorkOrderCommand),
    /// Change plans: propose, look at, check, submit, release; and what they count on
    #[command(subcommand)]
    Plan(plan::PlanCommand),
    /// Plans while they are carried out: begin, look, say what a step waits for, pause, end
    #[command(subcommand)]
    Deployment(deployment::DeploymentCommand),
    /// How hosts without an agent are reached: address, account, pinned key
    #[command(subcommand)]
    Line(line::LineCommand),
    /// Tests and pilots of patches, step by step
    #[command(subcommand)]
    Test(test_record::TestCommand),
    /// Version expressions of advisories and how they were understood
    #[command(subcommand)]
    Expression(expression::ExpressionCommand),
    /// Documents that were not taken, with the reason
    #[command(subcommand)]
    Quarantine(quarantine::QuarantineCommand),
    /// What suppliers say of patches: take in their lists, explain their words, see how long they take
    #[command(subcommand)]
    Statement(statement::StatementCommand),
    /// Questions to suppliers: ask, remind, escalate, answer
    #[command(subcommand)]
    Question(question::QuestionCommand),
    /// Questions that matching cannot decide: list, look at, answer
    #[command(subcommand)]
    Review(review::ReviewCommand),
    /// People's rules on names: list, write, take back, hand out, take in, replay
    #[command(subcommand)]
    Rule(rule::RuleCommand),
    /// Providers of advisories: add, check, see when they were checked
    #[command(subcommand)]
    Source(source::SourceCommand),
    /// Feeds of intelligence (KEV, EPSS, NVD, CVE, …): read them, take in files, see how old they are
    #[command(subcommand)]
    Feed(feed::FeedCommand),
    /// Vulnerabilities: what every source says, side by side
    #[command(subcommand)]
    Vulnerability(vulnerability::VulnerabilityCommand),
    /// Accounts, for the operator of this machine
    #[command(subcommand)]
    User(user::UserCommand),
    /// The audit log: list, verify, hand out
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// The agent of this device: enrol, run, see how it stands; needs no database
    #[command(subcommand)]
    Agent(agent::AgentCommand),
    /// Versions alone: how a text is read, which is newer, what is covered; needs no database
    #[command(subcommand)]
    Version(version::VersionCommand),
    /// Print the API's description (OpenAPI 3.1)
    Openapi,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn every_command_and_option_is_well_formed() {
        Cli::command().debug_assert();
    }

    /// The check of the whole tree does not see options of all commands where they meet a command's own.
    #[test]
    fn every_verb_can_be_asked_for_its_help() {
        let mut words = Vec::new();
        assert!(ask_for_help(&Cli::command(), &mut words) > 40, "the tree of verbs is walked");
    }

    fn ask_for_help(command: &clap::Command, words: &mut Vec<String>) -> usize {
        words.push(command.get_name().to_owned());
        let line = words.iter().map(String::as_str).chain(["--help"]);
        let refused = Cli::command().try_get_matches_from(line).expect_err("help ends the reading");
        assert_eq!(refused.kind(), clap::error::ErrorKind::DisplayHelp, "{words:?}: {refused}");
        let all = Cli::command();
        let is_of_all = |own: &&clap::Arg| {
            words.len() > 1
                && all.get_arguments().any(|known| known.is_global_set() && known.get_id() == own.get_id())
        };
        let clash = command.get_arguments().find(is_of_all).map(clap::Arg::get_id);
        assert_eq!(clash, None, "{words:?} has an option of its own with the name of one of all commands");
        let below: usize = command.get_subcommands().map(|verb| ask_for_help(verb, words)).sum();
        words.pop();
        below + 1
    }
}
