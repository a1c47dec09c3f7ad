//! Fields of an asset by which more is asked of work on it, and which change of one asks for less.
//!
//! What a safety controller is, what stands under a certificate, and what may not be lost together with others of its group are
//! duties. The surprise: a certificate that is renewed, or covers more, asks for less as well, so its words wait too; taking
//! them away never makes them a "none".

use crate::asset::{AssetKind, Field};
use std::collections::BTreeSet;

/// The fields by which duties hang on an asset by themselves.
pub const FIELDS: [Field; 5] = [
    Field::Kind,
    Field::SafetyCertificate,
    Field::CertificateUntil,
    Field::CertifiedReleases,
    Field::RedundancyGroup,
];

/// What is asked of an asset before a change of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Whoever certified it is asked: it stands under a certificate, or is a safety controller.
    ByCertificate,
    /// Nobody is.
    Nothing,
}

impl Asked {
    /// What is asked of an asset of this kind, with this said of its certificate.
    #[must_use]
    pub fn of(kind: Option<&str>, certificate: Option<&str>) -> Self {
        if kind == Some(AssetKind::SafetyController.word()) || is_certificate(certificate) {
            Self::ByCertificate
        } else {
            Self::Nothing
        }
    }
}

/// Whether a change of this field asks for less than before, whatever else is said.
#[must_use]
pub fn asks_less(field: Field, (before, after): (Option<&str>, Option<&str>), asked: Asked) -> bool {
    if before == after {
        return false;
    }
    match field {
        Field::Kind => before == Some(AssetKind::SafetyController.word()),
        Field::SafetyCertificate => {
            let gone = is_certificate(before) && !is_certificate(after);
            let first_no = before.is_none() && after == Some(Field::NO_CERTIFICATE);
            gone || (first_no && asked == Asked::ByCertificate)
        }
        // Written as year-month-day, so the order of the texts is that of the days.
        Field::CertificateUntil => before.is_some_and(|before| after.is_none_or(|after| after > before)),
        Field::CertifiedReleases => {
            asked == Asked::ByCertificate && !covered(after).is_subset(&covered(before))
        }
        Field::RedundancyGroup => before.is_some(),
        _ => false,
    }
}

fn is_certificate(said: Option<&str>) -> bool {
    said.is_some_and(|said| said != Field::NO_CERTIFICATE)
}

fn covered(said: Option<&str>) -> BTreeSet<String> {
    let parts = said.unwrap_or_default().split(';');
    parts.map(|part| part.trim().to_lowercase()).filter(|part| !part.is_empty()).collect()
}

/// What is said of a field, in words.
#[must_use]
pub fn words(said: &[(String, Option<String>)]) -> String {
    let one = |(field, said): &(String, Option<String>)| {
        let field = field.replace('_', " ");
        said.as_ref().map_or_else(|| format!("{field} not said"), |said| format!("{field} {said}"))
    };
    said.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_is_asked_by_what_takes_a_duty_away_and_never_by_what_adds_one() {
        let less = |field, before, after, kind, certificate| {
            asks_less(field, (before, after), Asked::of(kind, certificate))
        };
        let (sis, tuv) = (Some("safety-controller"), Some("TUV 12"));
        let cases = [
            (Field::Kind, sis, Some("server"), sis, None, true),
            (Field::Kind, sis, None, sis, None, true),
            (Field::Kind, Some("server"), sis, Some("server"), None, false),
            (Field::Kind, None, sis, None, None, false),
            (Field::SafetyCertificate, tuv, None, None, tuv, true),
            (Field::SafetyCertificate, tuv, Some("none"), None, tuv, true),
            (Field::SafetyCertificate, tuv, Some("TUV 13"), None, tuv, false),
            (Field::SafetyCertificate, None, Some("none"), sis, None, true),
            (Field::SafetyCertificate, None, Some("none"), Some("server"), None, false),
            (Field::SafetyCertificate, None, tuv, sis, None, false),
            (Field::CertificateUntil, Some("2027-01-31"), Some("2031-01-31"), None, tuv, true),
            (Field::CertificateUntil, Some("2027-01-31"), Some("2026-01-31"), None, tuv, false),
            (Field::CertificateUntil, Some("2027-01-31"), None, None, tuv, true),
            (Field::CertifiedReleases, Some("V9.60"), Some("v9.60; V9.65"), None, tuv, true),
            (Field::CertifiedReleases, Some("V9.60; V9.65"), Some("V9.65"), None, tuv, false),
            (Field::CertifiedReleases, None, Some("V9.65"), sis, None, true),
            (Field::CertifiedReleases, None, Some("V9.65"), Some("server"), None, false),
            (Field::RedundancyGroup, Some("FW-1"), None, None, None, true),
            (Field::RedundancyGroup, Some("FW-1"), Some("FW-2"), None, None, true),
            (Field::RedundancyGroup, None, Some("FW-1"), None, None, false),
            (Field::Owner, Some("boiler house"), None, None, None, false),
        ];
        for (field, before, after, kind, certificate, expected) in cases {
            let found = less(field, before, after, kind, certificate);
            assert_eq!(found, expected, "{field}: {before:?} to {after:?} on {kind:?}, {certificate:?}");
            assert!(!less(field, before, before, kind, certificate), "{field}: nothing changes");
        }
    }

    #[test]
    fn what_is_not_said_is_no_none() {
        let said = [("safety_certificate".to_owned(), None), ("kind".to_owned(), Some("server".to_owned()))];
        assert_eq!(words(&said), "safety certificate not said, kind server");
    }
}
