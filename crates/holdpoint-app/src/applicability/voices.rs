//! Whose all-clear counts: the product's own vendor, and authors whom a person has named.
//!
//! A VEX document is text that anybody can write. Its "not affected" and "fixed" clear only what its author makes, or
//! when somebody here has said that this author may be believed. The surprise: bringing a document in by hand is no
//! trust in its author, and who is not trusted can still raise a doubt.

use crate::error::AppError;
use holdpoint_domain::intelligence::Subject;
use holdpoint_store::{Reader, StoreError};
use holdpoint_versions::cpe::{Attribute, Cpe};
use holdpoint_versions::names::{vendor_alias, vendor_key, vendors_in};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The setting that holds the trusted authors.
pub(crate) const SETTING: &str = "feeds.vex-authors";
/// Ecosystems in which the namespace says who builds the package.
const BUILT_BY_NAMESPACE: [&str; 4] = ["deb", "rpm", "apk", "alpm"];
/// What stands behind a vendor's name when its security team speaks. `Security` alone is none: it is part of many names.
const TEAMS: [&str; 12] = [
    "psirt",
    "csirt",
    "cert",
    "productcert",
    "product cert",
    "product security",
    "product security team",
    "product security incident response team",
    "security team",
    "security response team",
    "security incident response team",
    "security response center",
];

/// An author whose all-clear counts for every product that it names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedAuthor {
    /// As the documents write it; case and blanks do not matter.
    pub author: String,
    /// Since when, as RFC 3339.
    pub at: String,
    /// Who said so.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// The authors who were named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trust {
    named: BTreeSet<String>,
}

impl Trust {
    /// Of these authors.
    #[must_use]
    pub fn of(authors: &[TrustedAuthor]) -> Self {
        Self { named: authors.iter().map(|one| written(&one.author)).collect() }
    }

    /// As the database has it.
    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, StoreError> {
        Ok(Self::of(&authors(r)?))
    }

    /// Whether an author's all-clear counts for a product.
    #[must_use]
    pub fn counts(&self, author: &str, product: &Subject) -> bool {
        self.named.contains(&written(author))
            || maker(product).is_some_and(|vendor| is_voice_of(author, &vendor))
    }
}

/// The trusted authors, by name.
pub(crate) fn authors(r: &mut Reader<'_>) -> Result<Vec<TrustedAuthor>, StoreError> {
    let Some(stored) = r.setting(SETTING)? else { return Ok(Vec::new()) };
    serde_json::from_value(stored)
        .map_err(|why| StoreError::Damaged { what: format!("setting `{SETTING}`: {why}") })
}

/// An author's name as it is compared: without case, and with single blanks.
pub(crate) fn written(author: &str) -> String {
    author.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Refuses what cannot be an author's name.
pub(crate) fn checked(author: &str) -> Result<String, AppError> {
    let name = author.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
        return Err(AppError::invalid(
            "author",
            "an author's name has 1 to 200 characters",
            "nothing was changed",
            "write it as the documents do; `holdpoint vulnerability explain` shows it",
        ));
    }
    Ok(name)
}

/// Whether an author is this vendor, with or without the name of its security team.
fn is_voice_of(author: &str, vendor: &str) -> bool {
    let whole = vendor_key(author);
    let behind = |team: &str| whole.strip_suffix(team)?.strip_suffix(' ');
    let names = std::iter::once(whole.as_str()).chain(TEAMS.iter().filter_map(|team| behind(team)));
    names.filter_map(compared).any(|name| name == vendor)
}

/// Who makes a product, as far as its name says so.
fn maker(product: &Subject) -> Option<String> {
    match product {
        Subject::Cpe(name) => match Cpe::parse(name).ok()?.vendor() {
            Attribute::Value(vendor) => compared(&vendor.replace('\\', "").replace('_', " ")),
            Attribute::Any | Attribute::NotApplicable => None,
        },
        Subject::Package { kind, namespace, .. } => {
            BUILT_BY_NAMESPACE.contains(&kind.as_str()).then(|| compared(namespace)).flatten()
        }
        Subject::Product { vendor, .. } => compared(vendor),
    }
}

/// A vendor's name as two of them are compared; `None`: it names nobody.
fn compared(name: &str) -> Option<String> {
    let whole = vendors_in(name).into_iter().next()?;
    Some(vendor_alias(&whole).replace(' ', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cpe(vendor: &str) -> Subject {
        Subject::Cpe(format!("cpe:2.3:o:{vendor}:fortios:7.0.5:*:*:*:*:*:*:*"))
    }

    #[test]
    fn a_vendor_speaks_of_its_own_products_under_any_of_its_names() {
        let nobody = Trust::default();
        for author in ["Fortinet", "FORTINET, Inc.", "Fortinet PSIRT", "Fortinet Product Security Team"] {
            assert!(nobody.counts(author, &cpe("fortinet")), "{author}");
        }
        assert!(nobody.counts("Red Hat Product Security", &cpe("redhat")));
        assert!(nobody.counts("Siemens ProductCERT", &cpe("siemens")));
        for author in [
            "Random Joe",
            "",
            "n/a",
            "PSIRT",
            "Fortinet Fans",
            "Fort",
            "Fortinet Security",
            "https://fortinet.com",
        ] {
            assert!(!nobody.counts(author, &cpe("fortinet")), "{author}");
        }
        assert!(!nobody.counts("n/a", &cpe("n\\/a")) && !nobody.counts("*", &cpe("*")));
        assert!(!nobody.counts("", &cpe("-")));
    }

    #[test]
    fn a_package_belongs_to_the_distribution_that_builds_it_and_else_to_nobody() {
        let package = |kind: &str, namespace: &str| Subject::Package {
            kind: kind.to_owned(),
            namespace: namespace.to_owned(),
            name: "openssl".to_owned(),
            release: String::new(),
            source_package: false,
        };
        let nobody = Trust::default();
        assert!(nobody.counts("Debian Security Team", &package("deb", "debian")));
        assert!(!nobody.counts("Random Joe", &package("deb", "debian")));
        assert!(!nobody.counts("joe", &package("npm", "joe")));
    }

    #[test]
    fn a_person_can_trust_an_author_by_the_name_that_is_written() {
        let named = TrustedAuthor {
            author: "Integrator  GmbH".into(),
            at: "2026-01-01T00:00:00Z".into(),
            by: "root".into(),
            reason: "they test it".into(),
        };
        let trust = Trust::of(&[named]);
        assert!(trust.counts("integrator gmbh", &cpe("fortinet")));
        assert!(!trust.counts("integrator", &cpe("fortinet")));
    }
}
