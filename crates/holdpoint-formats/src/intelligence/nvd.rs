//! NVD JSON 2.0: the yearly feeds, the `modified` feed and pages of the API, which have one shape.
//!
//! There are two entrances. [`visit_applicability`] reads of each record only what an index needs, borrowed from the
//! buffer; [`visit_records`] reads all that is stored. The surprise: one CVE has several configurations of which any
//! suffices, but inside a configuration the operator may ask for all nodes: this firmware *on* that device.

mod record;
mod tree;

use std::io::Read;

use holdpoint_domain::intelligence::{RecordState, VulnerabilityRecord};
use holdpoint_domain::{Parsed, Rejected, Warning};
use serde::Deserialize;

pub(super) use tree::named_version;
pub use tree::{Configuration, Match, Node, Operator};

use super::stream::{RecordStream, StreamError, StreamLimits, StreamSummary, look};
use super::text::{List, Text};

/// Who says so when NVD's own analysts do.
pub const SOURCE: &str = "nvd@nist.gov";

/// What an index needs of one record, borrowed from the buffer it was read from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct LeanRecord<'a> {
    /// The CVE.
    #[serde(borrow, rename = "id")]
    pub reference: Text<'a>,
    /// NVD's word for where the record stands: `Analyzed`, `Modified`, `Deferred`, `Awaiting Analysis`, `Rejected`…
    #[serde(borrow, rename = "vulnStatus", default)]
    pub status: Text<'a>,
    /// The configurations, of which any suffices.
    #[serde(borrow, default)]
    configurations: List<Configuration<'a>>,
}

impl<'a> LeanRecord<'a> {
    /// Whether the record counts.
    #[must_use]
    pub fn state(&self) -> RecordState {
        tree::state_of(&self.status)
    }

    /// The configurations, of which any suffices; empty when NVD does not say, which is not "nothing".
    #[must_use]
    pub fn configurations(&self) -> &[Configuration<'a>] {
        &self.configurations
    }
}

#[derive(Deserialize)]
struct Item<T> {
    cve: T,
}

const LIST: &str = "vulnerabilities";

/// Visits what each record says of products, in the order of the document. `reader` gives unpacked JSON.
///
/// # Errors
/// [`StreamError::Rejected`] when the bytes are no NVD feed, cut off or too large; [`StreamError::Stopped`] with what
/// `each` gave. Records before that place were visited.
pub fn visit_applicability<R: Read, E>(
    reader: R,
    limits: StreamLimits,
    mut each: impl FnMut(&LeanRecord<'_>) -> Result<(), E>,
) -> Result<Parsed<StreamSummary>, StreamError<E>> {
    let read = RecordStream::new(reader, limits)
        .run(LIST, |bytes, _| look(bytes, |item: Item<LeanRecord<'_>>| each(&item.cve)))?;
    judged(read)
}

/// Visits each record whole, in the order of the document. `reader` gives unpacked JSON.
///
/// # Errors
/// As [`visit_applicability`].
pub fn visit_records<R: Read, E>(
    reader: R,
    limits: StreamLimits,
    mut each: impl FnMut(VulnerabilityRecord) -> Result<(), E>,
) -> Result<Parsed<StreamSummary>, StreamError<E>> {
    let read = RecordStream::new(reader, limits).run(LIST, |bytes, remarks| {
        look(bytes, |item: Item<record::Full<'_>>| each(record::whole(&item.cve, remarks)))
    })?;
    judged(read)
}

fn judged<E>(read: (StreamSummary, Vec<Warning>)) -> Result<Parsed<StreamSummary>, StreamError<E>> {
    let (summary, mut warnings) = read;
    if summary.records == 0 && summary.unreadable > 0 {
        let what = "none of its records has the shape of an NVD record".to_owned();
        let remedy = "look whether the right file was chosen; NVD JSON 2.0 is read, the feeds 1.1 are not";
        return Err(Rejected::new("not-nvd", what, "nothing of it was taken", remedy).into());
    }
    match summary.head("format") {
        Some("NVD_CVE") => {}
        other => warnings.push(Warning::new(
            "nvd-format",
            "/format",
            format!("the document says that its format is `{}`, not `NVD_CVE`", other.unwrap_or_default()),
        )),
    }
    if let Some(total) = summary.head("totalResults").and_then(|total| total.parse::<u64>().ok())
        && total > summary.records + summary.unreadable
    {
        let here = summary.records + summary.unreadable;
        let text =
            format!("the document holds {here} of {total} records: it is one page, the rest is not known");
        warnings.push(Warning::new("nvd-page", "/totalResults", text));
    }
    Ok(Parsed { value: summary, warnings })
}
