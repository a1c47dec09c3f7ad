//! `holdpoint patch files` and `holdpoint patch add-file`

use crate::cli::Global;
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::{Context, Result};
use clap::Args;
use holdpoint_app::patches::files::{self, NewFile};
use holdpoint_domain::Moment;
use holdpoint_domain::patch::ScanResult;
use holdpoint_server::api::patch_files::KeptFileView;
use std::path::PathBuf;

/// Which file, where it comes from, and what a scan found.
#[derive(Debug, Args)]
pub struct AddFileArgs {
    /// The patch
    pub patch: String,
    /// The file
    pub file: PathBuf,
    /// Where it comes from, for example the address and who fetched it
    #[arg(long, value_name = "TEXT")]
    pub origin: String,
    /// What a scan for malware found: clean, found, not-scanned
    #[arg(long, value_name = "RESULT", value_parser = scan)]
    pub scan: ScanResult,
    /// What scanned it, with its version and the date of its signatures
    #[arg(long, default_value = "", value_name = "TEXT", hide_default_value = true)]
    pub scanner: String,
    /// When it was scanned
    #[arg(long, value_name = "TIME")]
    pub scanned_at: Option<Moment>,
    /// The SHA-256 that is expected
    #[arg(long, default_value = "", value_name = "HEX", hide_default_value = true)]
    pub sha256: String,
}

fn scan(text: &str) -> Result<ScanResult, String> {
    text.parse().map_err(|error: holdpoint_domain::words::UnknownWord| error.to_string())
}

/// Puts a file in.
pub fn add(global: &Global, args: &AddFileArgs) -> Result<Exit> {
    let app = open::app(global)?;
    let path = &args.file;
    let size = std::fs::metadata(path).with_context(|| format!("`{}` cannot be read", path.display()))?.len();
    let most = holdpoint_app::store::blob::MAX_BLOB_BYTES;
    anyhow::ensure!(
        size <= most,
        "`{}` has {size} bytes, more than the {most} that are kept",
        path.display()
    );
    let bytes = std::fs::read(path).with_context(|| format!("`{}` cannot be read", path.display()))?;
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let new = NewFile {
        name,
        bytes,
        expected_sha256: args.sha256.clone(),
        origin: args.origin.clone(),
        scan: args.scan,
        scanner: args.scanner.clone(),
        scanned_at: args.scanned_at,
    };
    let view = KeptFileView::from(files::add(&app, &open::operator(), &args.patch, &new, &global.reason)?);
    output::value(global.output, &view, || {
        format!(
            "{} is kept, {} bytes\nsha256 {}\nscan: {}\n{}",
            view.name, view.size_bytes, view.sha256, view.scan, view.note
        )
    })?;
    Ok(Exit::Done)
}

/// Lists the files of a patch.
pub fn list(global: &Global, patch: &str) -> Result<Exit> {
    let app = open::app(global)?;
    let items: Vec<KeptFileView> =
        files::list(&app, &open::operator(), patch)?.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let header = ["No.", "File", "Bytes", "SHA-256", "Scan", "Origin", "Hash"];
    output::list(global.output, &Listed { items, next: None, count }, &header, |one| {
        vec![
            one.number.to_string(),
            one.name.clone(),
            one.size_bytes.to_string(),
            one.sha256.clone(),
            one.scan.clone(),
            one.origin.clone(),
            one.note.clone(),
        ]
    })?;
    Ok(Exit::Done)
}
