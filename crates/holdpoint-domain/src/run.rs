//! Match runs: who asked for matching, or what set it off. Manual and automatic runs are two lists, never one.
//!
//! The surprise: an integer as a document's version says nothing about how much changed, so each step counts as one
//! that may change matches; a semantic version says so by its major number.

use crate::words::vocabulary;

vocabulary! {
    /// Which of the two queues a run belongs to. A run never holds work of both.
    RunKind, "kind of run" {
        /// A person or a program asked for it.
        Manual = "manual",
        /// Something came in, and Holdpoint ran by itself.
        Automatic = "automatic",
    }
}

vocabulary! {
    /// What set a run off.
    RunTrigger, "trigger of a run" {
        /// Somebody named these documents.
        AskedForDocuments = "asked_for_documents",
        /// Somebody named these assets.
        AskedForAssets = "asked_for_assets",
        /// A document came in that was not known.
        NewDocument = "new_document",
        /// A semantic version with another major number.
        MajorVersion = "major_version",
        /// A semantic version with the same major number: matches are carried over, and checked all the same.
        MinorVersion = "minor_version",
        /// Another integer version.
        IntegerVersion = "integer_version",
        /// Other content under the same version.
        SilentChange = "silent_change",
        /// A document was deleted.
        Deleted = "deleted",
        /// A deleted document came back.
        Restored = "restored",
        /// An asset came in that was not known.
        NewAsset = "new_asset",
        /// An asset has other components now.
        ChangedAsset = "changed_asset",
    }
}

impl RunTrigger {
    /// The queue of runs that this trigger sets off.
    #[must_use]
    pub const fn kind(self) -> RunKind {
        match self {
            Self::AskedForDocuments | Self::AskedForAssets => RunKind::Manual,
            Self::NewDocument
            | Self::MajorVersion
            | Self::MinorVersion
            | Self::IntegerVersion
            | Self::SilentChange
            | Self::Deleted
            | Self::Restored
            | Self::NewAsset
            | Self::ChangedAsset => RunKind::Automatic,
        }
    }
}

vocabulary! {
    /// How a publisher counts the revisions of a document.
    Versioning, "versioning" {
        /// 1, 2, 3…
        Integer = "integer",
        /// 1.0.0, 1.0.1, 2.0.0…
        Semantic = "semantic",
        /// Neither; the standard does not allow it, and some publishers do it.
        Neither = "neither",
    }
}

impl Versioning {
    /// How this version counts.
    #[must_use]
    pub fn of(version: &str) -> Self {
        if is_number(version) {
            Self::Integer
        } else if semantic_core(version).is_some() {
            Self::Semantic
        } else {
            Self::Neither
        }
    }
}

/// What a revision with the version `after` sets off when `before` is the one that it replaces.
///
/// The major number decides only between two semantic versions; every other step may change matches.
#[must_use]
pub fn trigger_of_revision(before: &str, after: &str) -> RunTrigger {
    if before == after {
        return RunTrigger::SilentChange;
    }
    match (semantic_core(before), semantic_core(after)) {
        (Some(old), Some(new)) if old[0] == new[0] && old[0] != "0" => RunTrigger::MinorVersion,
        (Some(_), Some(_)) => RunTrigger::MajorVersion,
        (Some(_) | None, None) | (None, Some(_)) => RunTrigger::IntegerVersion,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'))
}

/// Major, minor and patch of a semantic version; `None` when it is none.
fn semantic_core(text: &str) -> Option<[&str; 3]> {
    let (text, build) = text.split_once('+').map_or((text, None), |(rest, build)| (rest, Some(build)));
    let (core, pre) = text.split_once('-').map_or((text, None), |(rest, pre)| (rest, Some(pre)));
    let named = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let no_leading_zero = |part: &str| !part.bytes().all(|b| b.is_ascii_digit()) || is_number(part);
    if build.is_some_and(|build| !build.split('.').all(named)) {
        return None;
    }
    if pre.is_some_and(|pre| !pre.split('.').all(|part| named(part) && no_leading_zero(part))) {
        return None;
    }
    let mut parts = core.split('.');
    let found = [parts.next()?, parts.next()?, parts.next()?];
    (parts.next().is_none() && found.iter().all(|part| is_number(part))).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_and_semantic_versions_are_told_apart() {
        for version in ["0", "1", "12", "100000000000000000000000000000"] {
            assert_eq!(Versioning::of(version), Versioning::Integer, "{version}");
        }
        for version in ["1.0.0", "0.1.0", "1.0.0-alpha.1", "2.0.0-rc-1+build.7", "1.0.0+001"] {
            assert_eq!(Versioning::of(version), Versioning::Semantic, "{version}");
        }
        for version in
            ["", "01", "1.0", "1.0.0.0", "v1.0.0", "1.01.0", "1.0.0-", "1.0.0-01", "1.0.0+", "1.0.0-a..b"]
        {
            assert_eq!(Versioning::of(version), Versioning::Neither, "{version}");
        }
    }

    #[test]
    fn only_a_major_number_that_stays_is_a_minor_step() {
        assert_eq!(trigger_of_revision("1.0.0", "1.4.2"), RunTrigger::MinorVersion);
        assert_eq!(trigger_of_revision("1.4.2", "2.0.0"), RunTrigger::MajorVersion);
        assert_eq!(trigger_of_revision("0.1.0", "0.2.0"), RunTrigger::MajorVersion, "drafts promise nothing");
        assert_eq!(trigger_of_revision("1", "2"), RunTrigger::IntegerVersion);
        assert_eq!(trigger_of_revision("1", "1.0.0"), RunTrigger::IntegerVersion, "the counting changed");
        assert_eq!(trigger_of_revision("3", "3"), RunTrigger::SilentChange);
    }

    #[test]
    fn every_trigger_belongs_to_one_queue() {
        let manual = RunTrigger::ALL.iter().filter(|trigger| trigger.kind() == RunKind::Manual);
        let words: Vec<&str> = manual.map(|trigger| trigger.word()).collect();
        assert_eq!(words, ["asked_for_documents", "asked_for_assets"]);
    }
}
