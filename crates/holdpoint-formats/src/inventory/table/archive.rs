//! Looks into a workbook's archive before anybody unpacks it: how much would come out.
//!
//! The surprise: every part is unpacked once, only to count, because the sizes that an archive declares are
//! claims of whoever made it.

use super::{Limits, refused};
use holdpoint_domain::Rejected;
use std::io::{Cursor, Read};

/// No workbook of a plant has more parts.
const PARTS: usize = 2_000;

/// Parts that the reader keeps in memory as a whole, such as the shared texts, may be so large.
const WHOLE_PART_BYTES: u64 = 64 << 20;

/// Refuses archives that unpack to more than the limit, or that cannot be unpacked at all.
pub(super) fn check(bytes: &[u8], limits: &Limits) -> Result<(), Rejected> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error.to_string()))?;
    if archive.len() > PARTS {
        return Err(bomb(format!("the workbook has {} parts, more than {PARTS}", archive.len())));
    }
    let mut left = limits.unpacked_bytes;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|error| broken(&error.to_string()))?;
        let name = part.name().map_err(|error| broken(&error.to_string()))?;
        let name: String = name.chars().take(80).collect();
        if part.size() > left {
            return Err(bomb(format!("the workbook declares more than {} bytes", limits.unpacked_bytes)));
        }
        // The reader streams sheets; the other parts it looks for by these names, in whatever folder.
        let lower = name.to_ascii_lowercase();
        let is_whole = ["sharedstrings.xml", "styles.xml"].iter().any(|end| lower.ends_with(end));
        let is_sheet = lower.starts_with("xl/worksheets/") && !is_whole;
        let allowed = if is_sheet { left } else { left.min(WHOLE_PART_BYTES) };
        let size = count(&mut part, allowed).map_err(|error| broken(&format!("part `{name}`: {error}")))?;
        if size > allowed {
            return Err(bomb(format!("part `{name}` of the workbook unpacks to more than {allowed} bytes")));
        }
        left -= size;
    }
    Ok(())
}

/// Unpacks into nothing, at most one byte more than allowed.
fn count(part: &mut impl Read, allowed: u64) -> std::io::Result<u64> {
    std::io::copy(&mut part.take(allowed.saturating_add(1)), &mut std::io::sink())
}

fn broken(error: &str) -> Rejected {
    refused(
        "xlsx-broken",
        format!("the workbook's archive cannot be read: {error}"),
        "look whether the file was cut off, or save it again",
    )
}

fn bomb(what: String) -> Rejected {
    refused("xlsx-too-large", what, "save only the sheet with the inventory, or use CSV")
}
