//! Tests on CVSS objects: 6.1.8 valid by itself, 6.1.9 computed right, 6.1.10 properties agree with the vector.
//!
//! The surprise: 6.1.9 and 6.1.10 say nothing about an object whose vector is not sound; 6.1.8 has said it.

use crate::csaf::finding::Findings;
use crate::csaf::text::short;
use crate::csaf::validate::cvss::{GivenScore, Object, SEVERITIES, severity_word};
use crate::csaf::validate::subject::Subject;

/// Calls `test` with every CVSS object and its place.
fn each_object(subject: &Subject<'_, '_>, mut test: impl FnMut(&Object<'_>, &str)) {
    for (at, one) in subject.doc.vulnerabilities.iter().enumerate() {
        for (number, score) in one.scores.iter().enumerate() {
            if let Some(cvss) = &score.cvss_v2 {
                test(&Object::of_v2(cvss), &format!("/vulnerabilities/{at}/scores/{number}/cvss_v2"));
            }
            if let Some(cvss) = &score.cvss_v3 {
                test(&Object::of_v3(cvss), &format!("/vulnerabilities/{at}/scores/{number}/cvss_v3"));
            }
        }
    }
}

/// 6.1.8 Invalid CVSS.
pub(super) fn test_6_1_8(subject: &Subject<'_, '_>, found: &mut Findings) {
    each_object(subject, |object, place| {
        check_presence(object, place, found);
        check_words(object, place, found);
        if object.vector.is_some()
            && let Err(problem) = object.codes()
        {
            found.mandatory("6.1.8", format!("{place}/vectorString"), problem);
        }
    });
}

fn check_presence(object: &Object<'_>, place: &str, found: &mut Findings) {
    let present = [
        ("version", object.version.is_some()),
        ("vectorString", object.vector.is_some()),
        ("baseScore", object.scores[0].value.is_some()),
        ("baseSeverity", object.scores[0].severity.is_some() || !object.needs_severity),
    ];
    for (property, present) in present {
        if !present {
            found.mandatory("6.1.8", place, format!("the CVSS object lacks the property `{property}`"));
        }
    }
}

fn check_words(object: &Object<'_>, place: &str, found: &mut Findings) {
    if let Some(version) = object.version.filter(|version| !object.versions.contains(version)) {
        let message = format!("`{}` is no version that may stand here", short(version));
        found.mandatory("6.1.8", format!("{place}/version"), message);
    }
    for (metric, given) in object.metrics.iter().zip(&object.given) {
        if let Some(word) = given.filter(|word| metric.code(word).is_none()) {
            let message = format!("`{}` is no value of this metric", short(word));
            found.mandatory("6.1.8", format!("{place}/{}", metric.property), message);
        }
    }
    for score in &object.scores {
        if let Some(value) = score.value.filter(|value| !(0.0..=10.0).contains(value)) {
            let message = format!("the score {value} is not between 0 and 10");
            found.mandatory("6.1.8", format!("{place}/{}", score.property), message);
        }
        if let Some(word) = score.severity.filter(|word| !SEVERITIES.contains(word)) {
            let message = format!("`{}` is no severity", short(word));
            found.mandatory("6.1.8", format!("{place}/{}", score.severity_property), message);
        }
    }
}

/// 6.1.9 Invalid CVSS computation.
pub(super) fn test_6_1_9(subject: &Subject<'_, '_>, found: &mut Findings) {
    each_object(subject, |object, place| {
        let Some(computed) = object.computed() else {
            return;
        };
        for (score, right) in object.scores.iter().zip(computed) {
            check_score(score, right, place, found);
        }
    });
}

fn check_score(score: &GivenScore<'_>, right: f64, place: &str, found: &mut Findings) {
    if let Some(value) = score.value.filter(|value| (value - right).abs() > 1e-6) {
        let message = format!("the score is {value}, and the vector computes to {right:.1}");
        found.mandatory("6.1.9", format!("{place}/{}", score.property), message);
    }
    let word = severity_word(right);
    if let Some(severity) =
        score.severity.filter(|severity| SEVERITIES.contains(severity) && *severity != word)
    {
        let message = format!("the severity is `{severity}`, and the vector computes to `{word}`");
        found.mandatory("6.1.9", format!("{place}/{}", score.severity_property), message);
    }
}

/// 6.1.10 Inconsistent CVSS.
pub(super) fn test_6_1_10(subject: &Subject<'_, '_>, found: &mut Findings) {
    each_object(subject, |object, place| {
        if object.given.iter().all(Option::is_none) {
            return;
        }
        let Ok(codes) = object.codes() else {
            return;
        };
        for ((metric, code), given) in object.metrics.iter().zip(codes).zip(&object.given) {
            let (Some(code), Some(word)) = (code, given) else {
                continue;
            };
            if metric.code(word).is_some_and(|given| given != code) {
                let message = format!("the property says `{word}`, the vector says `{}:{code}`", metric.name);
                found.mandatory("6.1.10", format!("{place}/{}", metric.property), message);
            }
        }
    });
}
