//! Optional tests on vulnerabilities: 6.2.2, 6.2.3, 6.2.7, 6.2.17, 6.2.19.

use crate::csaf::finding::Findings;
use crate::csaf::model::{Score, Vulnerability};
use crate::csaf::pattern;
use crate::csaf::text::{Text, short};
use crate::csaf::validate::cvss::Object;
use crate::csaf::validate::subject::{Marks, Subject};

type Lists<'d, 'a> = Vec<(&'static str, &'d [Text<'a>])>;

/// The lists of the status group "affected".
fn affected<'d, 'a>(one: &'d Vulnerability<'a>) -> Lists<'d, 'a> {
    one.product_status.as_ref().map_or_else(Vec::new, |status| {
        vec![
            ("first_affected", status.first_affected.as_slice()),
            ("known_affected", status.known_affected.as_slice()),
            ("last_affected", status.last_affected.as_slice()),
        ]
    })
}

/// 6.2.2 Missing remediation.
pub(super) fn test_6_2_2(subject: &Subject<'_, '_>, found: &mut Findings) {
    for (at, one) in subject.doc.vulnerabilities.iter().enumerate() {
        let mut lists = affected(one);
        lists.extend(
            one.product_status.iter().map(|status| ("under_investigation", &*status.under_investigation)),
        );
        let mut marks: Marks<'_, '_, '_, bool> = Marks::new(subject);
        for remediation in &one.remediations {
            subject
                .expand(&remediation.product_ids, &remediation.group_ids)
                .for_each(|id| *marks.of(id) = true);
        }
        for (name, number, id) in flat(&lists) {
            if !*marks.of(id) {
                let place = format!("/vulnerabilities/{at}/product_status/{name}/{number}");
                found.optional("6.2.2", place, format!("no remediation for the product `{}`", short(id)));
            }
        }
    }
}

/// 6.2.3 Missing score.
pub(super) fn test_6_2_3(subject: &Subject<'_, '_>, found: &mut Findings) {
    for (at, one) in subject.doc.vulnerabilities.iter().enumerate() {
        let lists = affected(one);
        let mut marks: Marks<'_, '_, '_, bool> = Marks::new(subject);
        for score in &one.scores {
            score.products.iter().for_each(|id| *marks.of(id) = true);
        }
        for (name, number, id) in flat(&lists) {
            if !*marks.of(id) {
                let place = format!("/vulnerabilities/{at}/product_status/{name}/{number}");
                found.optional("6.2.3", place, format!("no score for the affected product `{}`", short(id)));
            }
        }
    }
}

fn flat<'d, 'a>(
    lists: &[(&'static str, &'d [Text<'a>])],
) -> impl Iterator<Item = (&'static str, usize, &'d str)> {
    lists.iter().flat_map(|(name, list)| list.iter().enumerate().map(|(number, id)| (*name, number, &**id)))
}

/// 6.2.7 Missing date in involvements.
pub(super) fn test_6_2_7(subject: &Subject<'_, '_>, found: &mut Findings) {
    for (at, one) in subject.doc.vulnerabilities.iter().enumerate() {
        for (number, involvement) in one.involvements.iter().enumerate() {
            if involvement.date.is_none() {
                let place = format!("/vulnerabilities/{at}/involvements/{number}");
                found.optional("6.2.7", place, "the involvement has no date");
            }
        }
    }
}

/// 6.2.17 CVE in field ids.
pub(super) fn test_6_2_17(subject: &Subject<'_, '_>, found: &mut Findings) {
    for (at, one) in subject.doc.vulnerabilities.iter().enumerate() {
        for (number, id) in one.ids.iter().enumerate() {
            let text = id.text.as_deref().unwrap_or_default();
            if pattern::is_cve(text) {
                let place = format!("/vulnerabilities/{at}/ids/{number}");
                found.optional("6.2.17", place, format!("`{}` belongs into the property `cve`", short(text)));
            }
        }
    }
}

/// 6.2.19 CVSS for fixed products: the score of a product that has the fix should have no impact left.
pub(super) fn test_6_2_19(subject: &Subject<'_, '_>, found: &mut Findings) {
    for (at, one) in subject.doc.vulnerabilities.iter().enumerate() {
        let Some(status) = &one.product_status else {
            continue;
        };
        let mut fixed: Marks<'_, '_, '_, bool> = Marks::new(subject);
        for id in status.first_fixed.iter().chain(&status.fixed) {
            *fixed.of(id) = true;
        }
        for (number, score) in one.scores.iter().enumerate().filter(|(_, score)| leaves_impact(score)) {
            for (place, id) in score.products.iter().enumerate() {
                if *fixed.of(id) {
                    let place = format!("/vulnerabilities/{at}/scores/{number}/products/{place}");
                    let message =
                        format!("the product `{}` has the fix, and its score has an impact", short(id));
                    found.optional("6.2.19", place, message);
                }
            }
        }
    }
}

/// Whether a score leaves an environmental impact: an environmental score above zero, or, where none is given, no
/// modified impact of `NONE` three times (version 3) and no target distribution of `NONE` (version 2).
fn leaves_impact(score: &Score<'_>) -> bool {
    let two = score.cvss_v2.as_ref().is_some_and(|cvss| {
        let object = Object::of_v2(cvss);
        cvss.environmental_score.map_or_else(|| !is_none(&object, &["TD"]), |score| score.0 > 0.0)
    });
    let three = score.cvss_v3.as_ref().is_some_and(|cvss| {
        let object = Object::of_v3(cvss);
        cvss.environmental_score.map_or_else(|| !is_none(&object, &["MC", "MI", "MA"]), |score| score.0 > 0.0)
    });
    two || three
}

/// Whether all these metrics are `NONE`, by the vector or, where it leaves them out, by the properties.
fn is_none(object: &Object<'_>, names: &[&str]) -> bool {
    let codes = object.codes().unwrap_or_else(|_| vec![None; object.metrics.len()]);
    names.iter().all(|name| {
        let at = object.metrics.iter().position(|metric| metric.name == *name);
        at.is_some_and(|at| codes[at].map_or(object.given[at] == Some("NONE"), |code| code == "N"))
    })
}
