//! The JSON form.
//!
//! The surprise: objects are counted before anything is read, because a file of nothing but `{},` would unfold
//! to a hundred times its size.

use super::raw::{RawBom, Text};
use super::{no_cyclonedx, refused};
use holdpoint_domain::Rejected;

/// Records of any kind that a file may hold.
const MAX_OBJECTS: usize = 1_500_000;

/// Reads the JSON form.
pub(super) fn read(bytes: &[u8]) -> Result<RawBom, Rejected> {
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    if bytes.iter().filter(|byte| **byte == b'{').count() > MAX_OBJECTS {
        return Err(refused(
            "too-many-components",
            format!("the file holds more than {MAX_OBJECTS} records"),
            "split it by assembly",
        ));
    }
    let raw: RawBom = serde_json::from_slice(bytes).map_err(|error| {
        refused(
            "not-json",
            format!("the file cannot be read as JSON: {error}"),
            "look whether the file was cut off; it must be UTF-8",
        )
    })?;
    match &raw.bom_format {
        Text::Is(format) if &**format == "CycloneDX" => Ok(raw),
        Text::Is(_) | Text::Misfit(_) => Err(no_cyclonedx("`bomFormat` is not `CycloneDX`")),
        Text::Absent => Err(no_cyclonedx("it does not say `\"bomFormat\": \"CycloneDX\"`")),
    }
}
