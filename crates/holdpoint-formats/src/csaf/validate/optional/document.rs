//! Optional tests on the document part and on the JSON itself: 6.2.4 to 6.2.6, 6.2.10 to 6.2.15, 6.2.20.

use crate::csaf::finding::Findings;
use crate::csaf::text::{DateTime, Language, short};
use crate::csaf::validate::language::is_private;
use crate::csaf::validate::revision::{Number, by_date};
use crate::csaf::validate::subject::Subject;
use crate::csaf::words::{ReferenceCategory, TlpLabel};

/// 6.2.4 Build metadata in revision history.
pub(super) fn test_6_2_4(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(tracking) = &subject.doc.document.tracking else {
        return;
    };
    for (at, revision) in tracking.revision_history.iter().enumerate() {
        let text = revision.number.as_deref().unwrap_or_default();
        if Number::parse(text).is_some_and(|number| number.build.is_some()) {
            let place = format!("/document/tracking/revision_history/{at}/number");
            found.optional("6.2.4", place, format!("`{}` carries build metadata", short(text)));
        }
    }
}

/// 6.2.5 Older initial release date than revision history.
pub(super) fn test_6_2_5(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(tracking) = &subject.doc.document.tracking else {
        return;
    };
    let date = tracking.initial_release_date.as_ref().and_then(DateTime::instant);
    if let (Some(date), Some(first)) = (date, by_date(tracking).first())
        && date < first.date
    {
        let message = "the initial release is older than the oldest entry of the history";
        found.optional("6.2.5", "/document/tracking/initial_release_date", message);
    }
}

/// 6.2.6 Older current release date than revision history.
pub(super) fn test_6_2_6(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(tracking) = &subject.doc.document.tracking else {
        return;
    };
    let date = tracking.current_release_date.as_ref().and_then(DateTime::instant);
    if let (Some(date), Some(last)) = (date, by_date(tracking).last())
        && date < last.date
    {
        let message = "the current release is older than the newest entry of the history";
        found.optional("6.2.6", "/document/tracking/current_release_date", message);
    }
}

/// 6.2.10 Missing TLP label.
pub(super) fn test_6_2_10(subject: &Subject<'_, '_>, found: &mut Findings) {
    let tlp = subject.doc.document.distribution.as_ref().and_then(|distribution| distribution.tlp.as_ref());
    let valid = match tlp.and_then(|tlp| tlp.label.as_ref()) {
        Some(TlpLabel::White | TlpLabel::Green | TlpLabel::Amber | TlpLabel::Red) => true,
        Some(TlpLabel::Other(_)) | None => false,
    };
    if !valid {
        let message = "no valid TLP label says how far the document may travel";
        found.optional("6.2.10", "/document/distribution/tlp/label", message);
    }
}

/// 6.2.11 Missing canonical URL.
pub(super) fn test_6_2_11(subject: &Subject<'_, '_>, found: &mut Findings) {
    let Some(name) = subject.doc.file_name() else {
        return;
    };
    let canonical = subject.doc.document.references.iter().any(|reference| {
        let url = reference.url.as_deref().unwrap_or_default();
        reference.category == Some(ReferenceCategory::Self_)
            && url.starts_with("https://")
            && url.ends_with(&name)
    });
    if !canonical {
        let message = format!("no reference to itself is an https URL that ends with `{}`", short(&name));
        found.optional("6.2.11", "/document/references", message);
    }
}

/// 6.2.12 Missing document language.
pub(super) fn test_6_2_12(subject: &Subject<'_, '_>, found: &mut Findings) {
    if subject.doc.document.lang.is_none() {
        found.optional("6.2.12", "/document/lang", "the document does not say its language");
    }
}

/// 6.2.13 Sorting. Keys inside properties that CSAF does not know are not looked at.
pub(super) fn test_6_2_13(subject: &Subject<'_, '_>, found: &mut Findings) {
    for place in &subject.doc.inspection.unsorted {
        found.optional("6.2.13", place, "the key is out of alphabetical order");
    }
}

/// The two languages of the document with their places.
fn languages<'d, 'a>(subject: &Subject<'d, 'a>) -> impl Iterator<Item = (&'static str, &'d Language<'a>)> {
    let document = &subject.doc.document;
    let tags = [("/document/lang", &document.lang), ("/document/source_lang", &document.source_lang)];
    tags.into_iter().filter_map(|(place, tag)| Some((place, tag.as_ref()?)))
}

/// 6.2.14 Use of private language.
pub(super) fn test_6_2_14(subject: &Subject<'_, '_>, found: &mut Findings) {
    for (place, tag) in languages(subject).filter(|(_, tag)| is_private(tag)) {
        found.optional("6.2.14", place, format!("`{}` has a part that is for private use", short(tag)));
    }
}

/// 6.2.15 Use of default language.
pub(super) fn test_6_2_15(subject: &Subject<'_, '_>, found: &mut Findings) {
    for (place, _) in languages(subject).filter(|(_, tag)| tag.eq_ignore_ascii_case("i-default")) {
        found.optional("6.2.15", place, "`i-default` says nothing about the language");
    }
}

/// 6.2.20 Additional properties.
pub(super) fn test_6_2_20(subject: &Subject<'_, '_>, found: &mut Findings) {
    for place in &subject.doc.inspection.unknown {
        found.optional("6.2.20", place, "CSAF 2.0 does not know this property");
    }
}
