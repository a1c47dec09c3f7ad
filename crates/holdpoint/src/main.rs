//! The `holdpoint` program: one binary for the server, the demo and every command.
//!
//! Lives here: what a command line means, where data lie, how results are printed, which exit code says what.
//! Does not live here: any rule of patching; every command is one call of a use case of `holdpoint-app`.

mod cli;
mod commands;
mod demo;
mod exit;
mod open;
mod output;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = cli::Cli::parse();
    match commands::run(&arguments) {
        Ok(code) => code.into(),
        Err(error) => exit::report(&error, arguments.global.output),
    }
}
