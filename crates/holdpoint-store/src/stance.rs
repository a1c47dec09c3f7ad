//! What a document says of a product, boiled down: which statement of several leads, and what it makes of a yes.
//!
//! Pure decisions, stored beside the rows so that lists need not repeat them. The surprise: a document can name a
//! product and say nothing of it, and can name one only as a part of a combination.

use holdpoint_domain::advisory::{ProductStatus, StatusGroup};
use holdpoint_domain::matching::Verdict;
use std::str::FromStr;

/// What a document says of a product over all its vulnerabilities; the strongest statement counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stance {
    /// The first or the last affected version of a train: which others are affected is not said.
    Edge,
    /// Affected by at least one vulnerability.
    Affected,
    /// Under investigation for at least one, affected by none.
    Investigated,
    /// Fixed in one version at least, while nothing of the same product is said to be affected: what is older than the fix
    /// is not spoken of, and not cleared.
    Cured,
    /// Fixed or not affected throughout.
    Cleared,
    /// Only recommended, which says nothing of being affected.
    Recommended,
    /// Named, and nothing said of it.
    Silent,
    /// Named as a part of a combination of products, and nothing said of it alone.
    Part,
}

impl Stance {
    /// All stances, strongest first.
    pub const ALL: [Stance; 8] = [
        Self::Edge,
        Self::Affected,
        Self::Investigated,
        Self::Cured,
        Self::Cleared,
        Self::Recommended,
        Self::Silent,
        Self::Part,
    ];

    /// The words, strongest last, as lists sort them.
    pub(crate) const WORDS: &'static [&'static str] =
        &["part", "silent", "recommended", "cleared", "cured", "investigated", "affected", "edge"];

    /// The fixed word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Edge => "edge",
            Self::Affected => "affected",
            Self::Investigated => "investigated",
            Self::Cured => "cured",
            Self::Cleared => "cleared",
            Self::Recommended => "recommended",
            Self::Silent => "silent",
            Self::Part => "part",
        }
    }

    /// The stance that follows from all statements on a product, each with what it makes of a yes.
    pub(crate) fn of(statuses: &[(ProductStatus, Turn)], part: PartOfRelation) -> Self {
        let strongest = statuses.iter().map(|(status, turn)| match status {
            ProductStatus::FirstAffected | ProductStatus::LastAffected => Self::Edge,
            ProductStatus::KnownAffected => Self::Affected,
            ProductStatus::UnderInvestigation => Self::Investigated,
            ProductStatus::FirstFixed | ProductStatus::Fixed if *turn == Turn::Cure => Self::Cured,
            ProductStatus::FirstFixed | ProductStatus::Fixed | ProductStatus::KnownNotAffected => {
                Self::Cleared
            }
            ProductStatus::Recommended => Self::Recommended,
        });
        strongest.min().unwrap_or(match part {
            PartOfRelation::Yes => Self::Part,
            PartOfRelation::No => Self::Silent,
        })
    }

    /// What a match with a product of this stance counts for its asset: 3 yes, 2 unknown, 1 no, 0 nothing.
    pub(crate) fn weight(self, verdict: Verdict) -> i64 {
        match (self, verdict) {
            (Self::Affected | Self::Edge, Verdict::Yes) => 3,
            (Self::Affected | Self::Edge, Verdict::Unknown)
            | (Self::Investigated | Self::Silent, Verdict::Yes | Verdict::Unknown)
            | (Self::Cured, Verdict::Unknown) => 2,
            (Self::Affected | Self::Edge | Self::Investigated | Self::Silent, Verdict::No)
            | (Self::Cured | Self::Cleared, Verdict::Yes) => 1,
            (Self::Cured, Verdict::No)
            | (Self::Cleared, Verdict::Unknown | Verdict::No)
            | (Self::Recommended | Self::Part, Verdict::Yes | Verdict::Unknown | Verdict::No) => 0,
        }
    }
}

/// What a verdict on the asset counts for it: 3 yes, 2 unknown, 1 no.
pub(crate) const fn weight_of(verdict: Verdict) -> i64 {
    match verdict {
        Verdict::Yes => 3,
        Verdict::Unknown => 2,
        Verdict::No => 1,
    }
}

impl FromStr for Stance {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|stance| stance.word() == text)
            .ok_or_else(|| format!("`{text}` is no stance"))
    }
}

/// Whether a product is a part of a combination in the same document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartOfRelation {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// What a statement makes of a match that says yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It stays a yes.
    AsIs,
    /// It becomes unknown.
    Doubt,
    /// It becomes a no.
    Clear,
    /// It becomes a no, and what is open stays a question: nothing else is said of the product.
    Cure,
}

impl Turn {
    /// The fixed word.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::AsIs => "as_is",
            Self::Doubt => "doubt",
            Self::Clear => "clear",
            Self::Cure => "cure",
        }
    }

    /// What that status does, as long as it stands beside others.
    pub(crate) const fn of(status: ProductStatus) -> Self {
        match status.group() {
            StatusGroup::Affected => Self::AsIs,
            StatusGroup::UnderInvestigation | StatusGroup::Recommendation => Self::Doubt,
            StatusGroup::Fixed | StatusGroup::NotAffected => Self::Clear,
        }
    }
}

/// When a statement gives a match line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listed {
    /// Always.
    Always = 2,
    /// When the filter asks for a status.
    WhenAsked = 1,
    /// Never: another statement on the same product and vulnerability leads.
    Never = 0,
}

impl Listed {
    /// For a statement that leads on its pair.
    pub(crate) const fn of(status: ProductStatus) -> Self {
        match status.group() {
            StatusGroup::Affected | StatusGroup::UnderInvestigation => Self::Always,
            StatusGroup::Fixed | StatusGroup::NotAffected | StatusGroup::Recommendation => Self::WhenAsked,
        }
    }
}

/// Which of several statements on one product and one vulnerability leads: the lowest. What could be dangerous comes
/// first; known affected before the ends of a train.
pub(crate) const fn precedence(status: ProductStatus) -> u8 {
    match status {
        ProductStatus::KnownAffected => 0,
        ProductStatus::FirstAffected => 1,
        ProductStatus::LastAffected => 2,
        ProductStatus::UnderInvestigation => 3,
        ProductStatus::KnownNotAffected => 4,
        ProductStatus::FirstFixed => 5,
        ProductStatus::Fixed => 6,
        ProductStatus::Recommended => 7,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_dangerous_statement_decides_the_stance() {
        use ProductStatus as S;
        let of = |statuses: &[S], part| {
            let statuses: Vec<(S, Turn)> =
                statuses.iter().map(|status| (*status, Turn::of(*status))).collect();
            Stance::of(&statuses, part)
        };
        assert_eq!(of(&[S::Fixed, S::KnownAffected], PartOfRelation::Yes), Stance::Affected);
        assert_eq!(of(&[S::Fixed, S::UnderInvestigation], PartOfRelation::No), Stance::Investigated);
        assert_eq!(of(&[S::Recommended, S::Fixed], PartOfRelation::No), Stance::Cleared);
        let alone = [(S::KnownNotAffected, Turn::Clear), (S::Fixed, Turn::Cure)];
        assert_eq!(Stance::of(&alone, PartOfRelation::No), Stance::Cured);
        assert_eq!(Stance::of(&[], PartOfRelation::No), Stance::Silent);
        assert_eq!(Stance::of(&[], PartOfRelation::Yes), Stance::Part);
    }

    #[test]
    fn stance_times_verdict_is_this_table_and_no_unknown_becomes_a_no() {
        let mut table = String::new();
        for stance in Stance::ALL {
            let weights: Vec<String> = [Verdict::Yes, Verdict::Unknown, Verdict::No]
                .iter()
                .map(|verdict| stance.weight(*verdict).to_string())
                .collect();
            table.push_str(&format!("{}: {}\n", stance.word(), weights.join(" ")));
        }
        assert_eq!(
            table,
            "edge: 3 2 1\naffected: 3 2 1\ninvestigated: 2 2 1\ncured: 1 2 0\ncleared: 1 0 0\nrecommended: 0 0 0\nsilent: 2 2 1\npart: 0 0 0\n"
        );
    }

    #[test]
    fn stances_read_back() {
        for stance in Stance::ALL {
            assert_eq!(stance.word().parse(), Ok(stance));
            assert!(Stance::WORDS.contains(&stance.word()));
        }
    }
}
