//! Tests on facts of a vulnerability: weakness, CVE, involvements (6.1.11, 6.1.23, 6.1.24).

use std::collections::BTreeSet;

use crate::csaf::finding::Findings;
use crate::csaf::text::short;
use crate::csaf::validate::cwe;
use crate::csaf::validate::subject::Subject;

/// 6.1.11 CWE. An id that is not in our table is an informative finding: it was not checked. Blanks at the ends of a
/// name do not count, because the published list itself has names that end in one.
pub(super) fn test_6_1_11(subject: &Subject<'_, '_>, found: &mut Findings) {
    for (at, one) in subject.doc.vulnerabilities.iter().enumerate() {
        let Some((id, name)) =
            one.cwe.as_ref().and_then(|cwe| Some((cwe.id.as_deref()?, cwe.name.as_deref()?)))
        else {
            continue;
        };
        let Some(number) = id.strip_prefix("CWE-").and_then(|number| number.parse().ok()) else {
            continue;
        };
        let place = format!("/vulnerabilities/{at}/cwe");
        let mut known = cwe::names(number).peekable();
        match known.peek().copied() {
            None => {
                let message =
                    format!("`{id}` is not in our table of weaknesses, so its name was not checked");
                found.informative("6.1.11", place, message);
            }
            Some(right) if known.all(|known| known != name.trim()) => {
                let message = format!("`{id}` is `{right}`, not `{}`", short(name));
                found.mandatory("6.1.11", place, message);
            }
            Some(_) => {}
        }
    }
}

/// 6.1.23 Multiple use of same CVE.
pub(super) fn test_6_1_23(subject: &Subject<'_, '_>, found: &mut Findings) {
    let mut seen = BTreeSet::new();
    for (at, one) in subject.doc.vulnerabilities.iter().enumerate() {
        let Some(cve) = one.cve.as_deref() else {
            continue;
        };
        if !seen.insert(cve) {
            let message = format!("`{}` has more than one entry among the vulnerabilities", short(cve));
            found.mandatory("6.1.23", format!("/vulnerabilities/{at}/cve"), message);
        }
    }
}

/// 6.1.24 Multiple definition in involvements. Entries without a date are left to test 6.2.7.
pub(super) fn test_6_1_24(subject: &Subject<'_, '_>, found: &mut Findings) {
    for (at, one) in subject.doc.vulnerabilities.iter().enumerate() {
        let mut seen = BTreeSet::new();
        for (number, involvement) in one.involvements.iter().enumerate() {
            let date = involvement.date.as_ref().and_then(|date| date.instant());
            let (Some(party), Some(date)) = (&involvement.party, date) else {
                continue;
            };
            if !seen.insert((party, date)) {
                let message = format!("`{}` is involved more than once at the same moment", party.as_str());
                found.mandatory("6.1.24", format!("/vulnerabilities/{at}/involvements/{number}"), message);
            }
        }
    }
}
