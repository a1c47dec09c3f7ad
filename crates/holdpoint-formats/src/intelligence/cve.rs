//! CVE records, JSON 5: what the CNA says, and what others (CISA's Vulnrichment) add in containers of their own.
//!
//! Not here: folders and archives of records. The surprise: `affected` is a list of products with statuses of versions, not
//! of affected versions: an entry may say that a version is *not* affected, and `defaultStatus` speaks of all versions that no
//! entry names.

mod affected;
mod record;
mod versions;

use holdpoint_domain::intelligence::{RecordState, VulnerabilityRecord};
use holdpoint_domain::{Parsed, Rejected, Warning};
use serde_json::error::Category;

use super::text::{Text, moment, short};

/// Bytes of a record that are read at most; the largest seen (a kernel vulnerability) is below 1 MB.
pub const MAX_BYTES: usize = 16 << 20;

/// Reads one record.
///
/// # Errors
/// When the bytes are no CVE record of format 5, cut off or too large.
pub fn parse(bytes: &[u8]) -> Result<Parsed<VulnerabilityRecord>, Rejected> {
    let refuse = |code: &str, what: String| {
        let remedy = "look whether the right file was chosen; CVE records of JSON 5 are read";
        Rejected::new(code, what, "nothing of this record was taken", remedy)
    };
    if bytes.len() > MAX_BYTES {
        return Err(refuse(
            "too-large",
            format!("the record has {} bytes, more than {MAX_BYTES}", bytes.len()),
        ));
    }
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    let raw: record::Raw<'_> = serde_json::from_slice(bytes).map_err(|error| {
        let why = short(&error.to_string());
        match error.classify() {
            Category::Eof => refuse("cut-off", format!("the record ends in the middle: {why}")),
            Category::Data => {
                refuse("not-cve", format!("the document has not the shape of a CVE record: {why}"))
            }
            Category::Syntax | Category::Io => refuse("not-json", format!("the record is no JSON: {why}")),
        }
    })?;
    if !raw.data_version.starts_with("5.") {
        let what = format!("the record has the format `{}`, which is not read", short(&raw.data_version));
        return Err(refuse("not-cve-5", what));
    }
    Ok(read(&raw))
}

fn read(raw: &record::Raw<'_>) -> Parsed<VulnerabilityRecord> {
    let mut warnings = Vec::new();
    let meta = &raw.cve_metadata;
    let mut record = VulnerabilityRecord {
        state: state(&meta.state, &mut warnings),
        source_status: meta.state.owned(),
        published: moment(&meta.date_published),
        modified: moment(&meta.date_updated),
        ..VulnerabilityRecord::named(meta.cve_id.owned().to_ascii_uppercase())
    };
    if let Some(cna) = &raw.containers.cna {
        let source = match cna.provider_metadata.short_name.owned() {
            name if name.is_empty() => meta.assigner_short_name.owned(),
            name => name,
        };
        record.title = cna.title.owned();
        record.tags = cna.tags.iter().map(Text::owned).collect();
        record.description = cna.english();
        record::add(&mut record, cna, &source, &mut warnings);
    }
    for container in raw.containers.adp.iter() {
        let source = container.provider_metadata.short_name.owned();
        record::add(&mut record, container, &source, &mut warnings);
    }
    Parsed { value: record, warnings }
}

fn state(word: &str, warnings: &mut Vec<Warning>) -> RecordState {
    match word.trim().to_ascii_uppercase().as_str() {
        "PUBLISHED" => RecordState::Published,
        "REJECTED" => RecordState::Rejected,
        "RESERVED" => RecordState::Reserved,
        other => {
            let text = format!("the state `{}` is not known; the record is taken as published", short(other));
            warnings.push(Warning::new("cve-state", "/cveMetadata/state", text));
            RecordState::Published
        }
    }
}
