//! Tests of the profiles: 6.1.27.1 to 6.1.27.11. Each holds for the categories it names, and is silent for others.

use crate::csaf::finding::Findings;
use crate::csaf::model::Vulnerability;
use crate::csaf::text::short;
use crate::csaf::validate::subject::{Marks, Subject};
use crate::csaf::words::{NoteCategory, ReferenceCategory, ThreatCategory};

const INFORMATIONAL: &str = "csaf_informational_advisory";
const INCIDENT: &str = "csaf_security_incident_response";
const ADVISORY: &str = "csaf_security_advisory";
const VEX: &str = "csaf_vex";

fn is_one_of(subject: &Subject<'_, '_>, categories: &[&str]) -> bool {
    categories.contains(&subject.category())
}

/// 6.1.27.1 Document notes.
pub(super) fn test_6_1_27_1(subject: &Subject<'_, '_>, found: &mut Findings) {
    let tells = |category: &NoteCategory<'_>| match category {
        NoteCategory::Description | NoteCategory::Details | NoteCategory::General | NoteCategory::Summary => {
            true
        }
        NoteCategory::Faq | NoteCategory::LegalDisclaimer | NoteCategory::Other_ | NoteCategory::Other(_) => {
            false
        }
    };
    let told = subject.doc.document.notes.iter().any(|note| note.category.as_ref().is_some_and(tells));
    if is_one_of(subject, &[INFORMATIONAL, INCIDENT]) && !told {
        let message = "this profile needs a note of category description, details, general or summary";
        found.mandatory("6.1.27.1", "/document/notes", message);
    }
}

/// 6.1.27.2 Document references. A reference without a category is external.
pub(super) fn test_6_1_27_2(subject: &Subject<'_, '_>, found: &mut Findings) {
    let external = |category: &Option<ReferenceCategory<'_>>| match category {
        None | Some(ReferenceCategory::External) => true,
        Some(ReferenceCategory::Self_ | ReferenceCategory::Other(_)) => false,
    };
    let linked = subject.doc.document.references.iter().any(|reference| external(&reference.category));
    if is_one_of(subject, &[INFORMATIONAL, INCIDENT]) && !linked {
        found.mandatory("6.1.27.2", "/document/references", "this profile needs an external reference");
    }
}

/// Whether the document has the list of vulnerabilities, even an empty one.
fn has_vulnerabilities(subject: &Subject<'_, '_>) -> bool {
    let empty = |finding: &crate::csaf::finding::Finding| finding.place == "/vulnerabilities";
    !subject.doc.vulnerabilities.is_empty() || subject.doc.inspection.structure.iter().any(empty)
}

/// 6.1.27.3 Vulnerabilities.
pub(super) fn test_6_1_27_3(subject: &Subject<'_, '_>, found: &mut Findings) {
    if is_one_of(subject, &[INFORMATIONAL]) && has_vulnerabilities(subject) {
        found.mandatory(
            "6.1.27.3",
            "/vulnerabilities",
            "an informational advisory must not list vulnerabilities",
        );
    }
}

/// 6.1.27.4 Product tree.
pub(super) fn test_6_1_27_4(subject: &Subject<'_, '_>, found: &mut Findings) {
    if is_one_of(subject, &[ADVISORY, VEX]) && subject.doc.product_tree.is_none() {
        found.mandatory("6.1.27.4", "/product_tree", "this profile needs a product tree");
    }
}

/// 6.1.27.5 Vulnerability notes.
pub(super) fn test_6_1_27_5(subject: &Subject<'_, '_>, found: &mut Findings) {
    if is_one_of(subject, &[ADVISORY, VEX]) {
        each_without(
            subject,
            |one| !one.notes.is_empty(),
            |place| {
                found.mandatory("6.1.27.5", place, "this profile needs notes on every vulnerability");
            },
        );
    }
}

/// 6.1.27.6 Product status.
pub(super) fn test_6_1_27_6(subject: &Subject<'_, '_>, found: &mut Findings) {
    if is_one_of(subject, &[ADVISORY]) {
        each_without(
            subject,
            |one| one.product_status.is_some(),
            |place| {
                found.mandatory(
                    "6.1.27.6",
                    place,
                    "this profile needs a product status for every vulnerability",
                );
            },
        );
    }
}

/// 6.1.27.7 VEX product status.
pub(super) fn test_6_1_27_7(subject: &Subject<'_, '_>, found: &mut Findings) {
    let says = |one: &Vulnerability<'_>| {
        one.product_status.as_ref().is_some_and(|status| {
            let lists = [
                &status.fixed,
                &status.known_affected,
                &status.known_not_affected,
                &status.under_investigation,
            ];
            lists.iter().any(|list| !list.is_empty())
        })
    };
    if is_one_of(subject, &[VEX]) {
        each_without(subject, says, |place| {
            let message = "VEX needs products that are fixed, known affected, known not affected or under investigation";
            found.mandatory("6.1.27.7", format!("{place}/product_status"), message);
        });
    }
}

/// 6.1.27.8 Vulnerability id.
pub(super) fn test_6_1_27_8(subject: &Subject<'_, '_>, found: &mut Findings) {
    if is_one_of(subject, &[VEX]) {
        each_without(
            subject,
            |one| one.cve.is_some() || !one.ids.is_empty(),
            |place| {
                found.mandatory("6.1.27.8", place, "VEX needs a CVE or another id for every vulnerability");
            },
        );
    }
}

/// Calls `report` with the place of every vulnerability that lacks something.
fn each_without(
    subject: &Subject<'_, '_>,
    has: impl Fn(&Vulnerability<'_>) -> bool,
    mut report: impl FnMut(String),
) {
    for (at, one) in subject.doc.vulnerabilities.iter().enumerate() {
        if !has(one) {
            report(format!("/vulnerabilities/{at}"));
        }
    }
}

/// 6.1.27.9 Impact statement.
pub(super) fn test_6_1_27_9(subject: &Subject<'_, '_>, found: &mut Findings) {
    if !is_one_of(subject, &[VEX]) {
        return;
    }
    for (at, one) in subject.doc.vulnerabilities.iter().enumerate() {
        let Some(status) = one.product_status.as_ref().filter(|status| !status.known_not_affected.is_empty())
        else {
            continue;
        };
        let mut marks: Marks<'_, '_, '_, bool> = Marks::new(subject);
        for flag in &one.flags {
            subject.expand(&flag.product_ids, &flag.group_ids).for_each(|id| *marks.of(id) = true);
        }
        for threat in one.threats.iter().filter(|threat| threat.category == Some(ThreatCategory::Impact)) {
            subject.expand(&threat.product_ids, &threat.group_ids).for_each(|id| *marks.of(id) = true);
        }
        for (number, id) in status.known_not_affected.iter().enumerate() {
            if !*marks.of(id) {
                let place = format!("/vulnerabilities/{at}/product_status/known_not_affected/{number}");
                let message = format!("nothing says why the product `{}` is not affected", short(id));
                found.mandatory("6.1.27.9", place, message);
            }
        }
    }
}

/// 6.1.27.10 Action statement.
pub(super) fn test_6_1_27_10(subject: &Subject<'_, '_>, found: &mut Findings) {
    if !is_one_of(subject, &[VEX]) {
        return;
    }
    for (at, one) in subject.doc.vulnerabilities.iter().enumerate() {
        let Some(status) = one.product_status.as_ref().filter(|status| !status.known_affected.is_empty())
        else {
            continue;
        };
        let mut marks: Marks<'_, '_, '_, bool> = Marks::new(subject);
        for remediation in &one.remediations {
            subject
                .expand(&remediation.product_ids, &remediation.group_ids)
                .for_each(|id| *marks.of(id) = true);
        }
        for (number, id) in status.known_affected.iter().enumerate() {
            if !*marks.of(id) {
                let place = format!("/vulnerabilities/{at}/product_status/known_affected/{number}");
                let message = format!("nothing says what to do about the affected product `{}`", short(id));
                found.mandatory("6.1.27.10", place, message);
            }
        }
    }
}

/// 6.1.27.11 Vulnerabilities.
pub(super) fn test_6_1_27_11(subject: &Subject<'_, '_>, found: &mut Findings) {
    if is_one_of(subject, &[ADVISORY, VEX]) && !has_vulnerabilities(subject) {
        found.mandatory("6.1.27.11", "/vulnerabilities", "this profile needs vulnerabilities");
    }
}
