//! `holdpoint demo`

use crate::cli::Global;
use crate::exit::Exit;
use anyhow::Result;
use clap::Args;

/// How to show the demo.
#[derive(Debug, Args)]
pub struct DemoArgs {}

/// Runs the demo.
pub fn run(_global: &Global, _args: &DemoArgs) -> Result<Exit> {
    Ok(Exit::Done)
}
