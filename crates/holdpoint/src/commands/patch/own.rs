//! `holdpoint patch add`

use crate::cli::Global;
use crate::exit::Exit;
use crate::open;
use crate::output;
use anyhow::Result;
use clap::Args;
use holdpoint_app::patches;
use holdpoint_app::patches::own::{self, NewPatch};
use holdpoint_domain::patch::PatchClass;
use holdpoint_server::api::patch_views::PatchDetailView;

/// What is written down.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// Its name: `file NAME VERSION` or `script NAME VERSION`
    pub name: String,
    /// What it is
    #[arg(long, value_name = "TEXT")]
    pub title: String,
    /// Who publishes it
    #[arg(long, value_name = "NAME")]
    pub publisher: String,
    /// What kind of change it is: security-critical, security, recommended, feature, firmware
    #[arg(long, default_value = "unknown", value_name = "CLASS", value_parser = class, hide_default_value = true)]
    pub class: PatchClass,
    /// A vulnerability that it fixes; repeat it for each
    #[arg(long = "fixes", value_name = "CVE")]
    pub fixes: Vec<String>,
}

fn class(text: &str) -> Result<PatchClass, String> {
    text.parse().map_err(|error: holdpoint_domain::words::UnknownWord| error.to_string())
}

/// Writes it down.
pub fn add(global: &Global, args: &AddArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let new = NewPatch {
        name: args.name.clone(),
        title: args.title.clone(),
        publisher: args.publisher.clone(),
        class: args.class,
        fixes: args.fixes.clone(),
    };
    own::add(&app, &open::operator(), &new, &global.reason)?;
    let shown: PatchDetailView = patches::get(&app, &open::operator(), args.name.trim())?.into();
    output::value(global.output, &shown, || {
        let what =
            if shown.patch.name.starts_with("script ") { "the templates of its runs" } else { "its file" };
        format!("{} is written down; `holdpoint patch add-file` puts {what} in", shown.patch.name)
    })?;
    Ok(Exit::Done)
}
