//! Tests on the revision and its history: 6.1.14, 6.1.16 to 6.1.22, 6.1.30.
//!
//! The surprise: the history may stand in any order; tests sort it by date, and by number within one moment.

use std::collections::BTreeSet;

use crate::csaf::finding::Findings;
use crate::csaf::model::{Revision, Tracking};
use crate::csaf::text::short;
use crate::csaf::validate::revision::{Number, by_date};
use crate::csaf::validate::subject::Subject;
use crate::csaf::words::DocumentStatus;

const HISTORY: &str = "/document/tracking/revision_history";
const VERSION: &str = "/document/tracking/version";

fn tracking<'d, 'a>(subject: &Subject<'d, 'a>) -> Option<&'d Tracking<'a>> {
    subject.doc.document.tracking.as_ref()
}

fn text<'t>(revision: &'t Revision<'_>) -> &'t str {
    revision.number.as_deref().unwrap_or_default()
}

/// Final or interim.
fn is_released(tracking: &Tracking<'_>) -> bool {
    matches!(tracking.status, Some(DocumentStatus::Final | DocumentStatus::Interim))
}

/// The entries whose number can be read, with their place in the list.
fn numbers<'t>(tracking: &'t Tracking<'_>) -> impl Iterator<Item = (usize, &'t str, Number<'t>)> {
    let readable = |(at, revision)| Number::parse(text(revision)).map(|number| (at, text(revision), number));
    tracking.revision_history.iter().enumerate().filter_map(readable)
}

/// 6.1.14 Sorted revision history.
pub(super) fn test_6_1_14(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(tracking) = tracking(subject) else {
        return;
    };
    for pair in by_date(tracking).windows(2) {
        if pair[1].number.order(&pair[0].number).is_lt() {
            let (old, new) = (short(text(pair[0].revision)), short(text(pair[1].revision)));
            let message =
                format!("revision `{new}` is dated after revision `{old}`, which has the higher number");
            found.mandatory("6.1.14", format!("{HISTORY}/{}", pair[1].index), message);
        }
    }
}

/// 6.1.16 Latest document version.
pub(super) fn test_6_1_16(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(tracking) = tracking(subject) else {
        return;
    };
    let version = tracking.version.as_deref().unwrap_or_default();
    let entries = by_date(tracking);
    let (Some(number), Some(last)) = (Number::parse(version), entries.last()) else {
        return;
    };
    let order = match tracking.status {
        Some(DocumentStatus::Draft) => number.core_order(&last.number),
        Some(DocumentStatus::Final | DocumentStatus::Interim | DocumentStatus::Other(_)) | None => {
            number.order(&last.number)
        }
    };
    if order.is_ne() || number.is_integer != last.number.is_integer {
        let (version, last) = (short(version), short(text(last.revision)));
        let message =
            format!("the document is version `{version}`, the latest entry of its history is `{last}`");
        found.mandatory("6.1.16", VERSION, message);
    }
}

/// 6.1.17 Document status draft.
pub(super) fn test_6_1_17(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(tracking) = tracking(subject) else {
        return;
    };
    let version = tracking.version.as_deref().unwrap_or_default();
    let unfinished =
        Number::parse(version).is_some_and(|number| number.is_zero() || number.pre_release.is_some());
    if unfinished && tracking.status != Some(DocumentStatus::Draft) {
        let message =
            format!("version `{}` is one of a draft, and the status is not `draft`", short(version));
        found.mandatory("6.1.17", "/document/tracking/status", message);
    }
}

/// 6.1.18 Released revision history.
pub(super) fn test_6_1_18(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(tracking) = tracking(subject).filter(|tracking| is_released(tracking)) else {
        return;
    };
    for (at, text, number) in numbers(tracking) {
        if number.is_zero() {
            let message = format!("a released document keeps the draft `{}` in its history", short(text));
            found.mandatory("6.1.18", format!("{HISTORY}/{at}/number"), message);
        }
    }
}

/// 6.1.19 Revision history entries for pre-release versions.
pub(super) fn test_6_1_19(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(tracking) = tracking(subject) else {
        return;
    };
    for (at, text, number) in numbers(tracking) {
        if number.pre_release.is_some() {
            let message = format!("the history keeps the pre-release `{}`", short(text));
            found.mandatory("6.1.19", format!("{HISTORY}/{at}/number"), message);
        }
    }
}

/// 6.1.20 Non-draft document version.
pub(super) fn test_6_1_20(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(tracking) = tracking(subject).filter(|tracking| is_released(tracking)) else {
        return;
    };
    let version = tracking.version.as_deref().unwrap_or_default();
    if Number::parse(version).is_some_and(|number| number.pre_release.is_some()) {
        let message = format!("a released document has the pre-release version `{}`", short(version));
        found.mandatory("6.1.20", VERSION, message);
    }
}

/// 6.1.21 Missing item in revision history.
pub(super) fn test_6_1_21(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(tracking) = tracking(subject) else {
        return;
    };
    let entries = by_date(tracking);
    if let Some(first) = entries.first().filter(|first| first.number.major() > 1) {
        let message = format!("the history begins with `{}` instead of 0 or 1", short(text(first.revision)));
        found.mandatory("6.1.21", format!("{HISTORY}/{}", first.index), message);
    }
    for pair in entries.windows(2) {
        if pair[1].number.major() > pair[0].number.major().saturating_add(1) {
            let (old, new) = (short(text(pair[0].revision)), short(text(pair[1].revision)));
            let message = format!("the history goes from `{old}` to `{new}` and leaves out what is between");
            found.mandatory("6.1.21", format!("{HISTORY}/{}", pair[1].index), message);
        }
    }
}

/// 6.1.22 Multiple definition in revision history.
pub(super) fn test_6_1_22(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(tracking) = tracking(subject) else {
        return;
    };
    let mut seen = BTreeSet::new();
    for (at, revision) in tracking.revision_history.iter().enumerate() {
        let Some(number) = revision.number.as_deref() else {
            continue;
        };
        if !seen.insert(number) {
            let message = format!("the history has revision `{}` more than once", short(number));
            found.mandatory("6.1.22", format!("{HISTORY}/{at}/number"), message);
        }
    }
}

/// 6.1.30 Mixed integer and semantic versioning.
pub(super) fn test_6_1_30(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(tracking) = tracking(subject) else {
        return;
    };
    let version = tracking.version.as_deref().and_then(Number::parse);
    let mut kinds =
        numbers(tracking).map(|(_, _, number)| number).chain(version).map(|number| number.is_integer);
    let Some(first) = kinds.next() else {
        return;
    };
    if kinds.any(|kind| kind != first) {
        let message = "the document mixes integer and semantic version numbers";
        found.mandatory("6.1.30", "/document/tracking", message);
    }
}
