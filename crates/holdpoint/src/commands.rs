//! One file a noun; each verb is one call of a use case and one way of printing its result.

pub mod advisory;
pub mod agent;
pub mod agents;
pub mod asset;
pub mod audit;
pub mod baseline;
pub mod change_record;
pub mod controller;
pub mod decision;
pub mod delegation;
pub mod demo;
pub mod deployment;
pub mod exemption;
pub mod expression;
pub mod feed;
pub mod finding;
pub mod function;
pub mod line;
pub mod lowering;
pub mod matches;
pub mod notice;
pub mod paper;
pub mod patch;
pub mod plan;
pub mod policy;
pub mod product;
pub mod quarantine;
pub mod question;
pub mod remediation;
pub mod review;
pub mod rule;
pub mod serve;
pub mod source;
pub mod statement;
pub mod status;
pub mod test_record;
pub mod transfer;
pub mod user;
pub mod version;
pub mod vulnerability;
pub mod window;
pub mod work_order;

use crate::cli::{Cli, Command};
use crate::exit::Exit;
use anyhow::Result;

/// A word of several parts as the use cases write it: people join them by hyphens as well.
fn underscored(word: &str) -> String {
    word.trim().replace('-', "_")
}

/// Carries out a command line.
pub fn run(cli: &Cli) -> Result<Exit> {
    let global = &cli.global;
    match &cli.command {
        Command::Serve(args) => serve::run(global, args),
        Command::Demo(args) => demo::run(global, args),
        Command::Status => status::run(global),
        Command::Agent(command) => agent::run(global, command),
        Command::Advisory(command) => advisory::run(global, command),
        Command::Asset(command) => asset::run(global, command),
        Command::Match(command) => matches::run(global, command),
        Command::Patch(command) => patch::run(global, command),
        Command::Baseline(command) => baseline::run(global, command),
        Command::ChangeRecord(command) => change_record::run(global, command),
        Command::Decision(command) => decision::run(global, command),
        Command::Delegation(command) => delegation::run(global, command),
        Command::Notice(command) => notice::run(global, command),
        Command::Exemption(command) => exemption::run(global, command),
        Command::Agents(command) => agents::run(global, command),
        Command::Controller(command) => controller::run(global, command),
        Command::Paper(command) => paper::run(global, command),
        Command::Window(command) => window::run(global, command),
        Command::Transfer(command) => transfer::run(global, command),
        Command::WorkOrder(command) => work_order::run(global, command),
        Command::Plan(command) => plan::run(global, command),
        Command::Deployment(command) => deployment::run(global, command),
        Command::Line(command) => line::run(global, command),
        Command::Test(command) => test_record::run(global, command),
        Command::Remediation(command) => remediation::run(global, command),
        Command::Finding(command) => finding::run(global, command),
        Command::Function(command) => function::run(global, command),
        Command::Zone(command) => function::zone(global, command),
        Command::Lowering(command) => lowering::run(global, command),
        Command::Policy(command) => policy::run(global, command),
        Command::Clock(command) => finding::clock(global, command),
        Command::Product(command) => product::run(global, command),
        Command::Expression(command) => expression::run(global, command),
        Command::Quarantine(command) => quarantine::run(global, command),
        Command::Question(command) => question::run(global, command),
        Command::Statement(command) => statement::run(global, command),
        Command::Review(command) => review::run(global, command),
        Command::Rule(command) => rule::run(global, command),
        Command::Source(command) => source::run(global, command),
        Command::Feed(command) => feed::run(global, command),
        Command::Vulnerability(command) => vulnerability::run(global, command),
        Command::User(command) => user::run(global, command),
        Command::Audit(command) => audit::run(global, command),
        Command::Version(command) => version::run(global, command),
        Command::Openapi => {
            println!("{}", holdpoint_server::openapi().to_pretty_json()?);
            Ok(Exit::Done)
        }
    }
}
