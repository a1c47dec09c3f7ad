//! Tests on the document part: language, translation and category (6.1.12, 6.1.15, 6.1.26, 6.1.28).

use crate::csaf::finding::Findings;
use crate::csaf::text::short;
use crate::csaf::validate::language::{Existence, existence};
use crate::csaf::validate::subject::Subject;
use crate::csaf::words::PublisherCategory;

/// 6.1.12 Language.
pub(super) fn test_6_1_12(subject: &Subject<'_, '_>, found: &mut Findings) {
    let document = &subject.doc.document;
    let tags = [("/document/lang", &document.lang), ("/document/source_lang", &document.source_lang)];
    for (place, tag) in tags {
        let Some(tag) = tag else {
            continue;
        };
        match existence(tag) {
            Existence::Exists => {}
            Existence::Missing(part) => {
                found.mandatory(
                    "6.1.12",
                    place,
                    format!("`{}`: there is no language or region `{part}`", short(tag)),
                );
            }
            Existence::NotChecked(part) => {
                let message = format!(
                    "`{}`: whether `{part}` exists was not checked, it is not in our table",
                    short(tag)
                );
                found.informative("6.1.12", place, message);
            }
        }
    }
}

/// 6.1.15 Translator.
pub(super) fn test_6_1_15(subject: &Subject<'_, '_>, found: &mut Findings) {
    let document = &subject.doc.document;
    let category = document.publisher.as_ref().and_then(|publisher| publisher.category.as_ref());
    if category == Some(&PublisherCategory::Translator) && document.source_lang.is_none() {
        found.mandatory("6.1.15", "/document/source_lang", "a translator must say from which language");
    }
}

/// The categories that name a profile as it must be written.
const PROFILES: [&str; 5] = [
    "csaf_base",
    "csaf_security_incident_response",
    "csaf_informational_advisory",
    "csaf_security_advisory",
    "csaf_vex",
];

/// The names of the profiles other than the base, without blanks and dashes, with and without the prefix.
const RESERVED: [&str; 8] = [
    "securityincidentresponse",
    "informationaladvisory",
    "securityadvisory",
    "vex",
    "csafsecurityincidentresponse",
    "csafinformationaladvisory",
    "csafsecurityadvisory",
    "csafvex",
];

/// 6.1.26 Prohibited document category name.
pub(super) fn test_6_1_26(subject: &Subject<'_, '_>, found: &mut Findings) {
    let category = subject.category();
    if PROFILES.contains(&category) {
        return;
    }
    let lower = category.to_lowercase();
    let bare: String = lower.chars().filter(|c| !c.is_whitespace() && *c != '_' && !is_dash(*c)).collect();
    if RESERVED.contains(&bare.as_str()) || lower.starts_with("csaf_") {
        let message = format!("the category `{}` looks like a profile of CSAF and is none", short(category));
        found.mandatory("6.1.26", "/document/category", message);
    }
}

fn is_dash(c: char) -> bool {
    c == '-' || ('\u{2010}'..='\u{2015}').contains(&c)
}

/// 6.1.28 Translation.
pub(super) fn test_6_1_28(subject: &Subject<'_, '_>, found: &mut Findings) {
    let document = &subject.doc.document;
    if let (Some(lang), Some(source)) = (&document.lang, &document.source_lang)
        && lang.eq_ignore_ascii_case(source)
    {
        let message = format!("the document is in `{}` and says it was translated from it", short(lang));
        found.mandatory("6.1.28", "/document/source_lang", message);
    }
}
