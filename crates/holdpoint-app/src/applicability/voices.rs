//! Whose all-clear counts: that of authors whom a person here has named, with a reason and for a time.
//!
//! A VEX document is text that anybody can write, under any name. Its "not affected" and "fixed" clear only when somebody
//! here has said that this author may be believed. The surprise: the product's own vendor needs that word too, because a
//! name in a file that nobody signed proves nothing; and who is not trusted can still raise a doubt.

use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_store::{Reader, StoreError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The setting that holds the trusted authors.
pub(crate) const SETTING: &str = "feeds.vex-authors";

/// An author whose all-clear counts for every product that it names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedAuthor {
    /// As the documents write it; case and blanks do not matter.
    pub author: String,
    /// Since when, as RFC 3339.
    pub at: String,
    /// Until when, as RFC 3339; an entry that does not say it is over.
    #[serde(default)]
    pub until: String,
    /// Who said so.
    pub by: String,
    /// Why.
    pub reason: String,
}

impl TrustedAuthor {
    /// Whether it holds at a moment.
    #[must_use]
    pub fn holds_at(&self, at: Moment) -> bool {
        self.until.parse().is_ok_and(|until: Moment| at < until)
    }
}

/// The authors who were named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trust {
    named: BTreeSet<String>,
}

impl Trust {
    /// Of those of these authors whose time is not over.
    #[must_use]
    pub fn of(authors: &[TrustedAuthor], at: Moment) -> Self {
        let holding = authors.iter().filter(|one| one.holds_at(at));
        Self { named: holding.map(|one| written(&one.author)).collect() }
    }

    /// As the database has it, for a moment.
    pub(crate) fn read(r: &mut Reader<'_>, at: Moment) -> Result<Self, StoreError> {
        Ok(Self::of(&authors(r)?, at))
    }

    /// Whether an author's all-clear counts.
    #[must_use]
    pub fn counts(&self, author: &str) -> bool {
        self.named.contains(&written(author))
    }
}

/// The trusted authors, by name; those whose time is over as well, until the sweep has ended them.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        text.parse().expect("a moment")
    }

    fn named(author: &str, until: &str) -> TrustedAuthor {
        TrustedAuthor {
            author: author.into(),
            at: "2026-01-01T00:00:00Z".into(),
            until: until.into(),
            by: "root".into(),
            reason: "they test it".into(),
        }
    }

    #[test]
    fn nobody_is_believed_for_a_name_alone_not_even_a_vendors() {
        let nobody = Trust::default();
        for author in ["Fortinet", "Fortinet PSIRT", "Siemens ProductCERT", "Debian Security Team", "", "*"] {
            assert!(!nobody.counts(author), "{author}");
        }
    }

    #[test]
    fn a_person_can_trust_an_author_by_the_name_that_is_written_for_a_time() {
        let entries = [named("Integrator  GmbH", "2027-01-01T00:00:00Z")];
        let trust = Trust::of(&entries, at("2026-12-31T23:59:59Z"));
        assert!(trust.counts("integrator gmbh"));
        assert!(!trust.counts("integrator") && !trust.counts(""));
        assert!(
            !Trust::of(&entries, at("2027-01-01T00:00:00Z")).counts("Integrator GmbH"),
            "its time is over"
        );
        assert!(
            !Trust::of(&[named("Joe", "")], at("2026-06-01T00:00:00Z")).counts("Joe"),
            "no time was said"
        );
    }
}
