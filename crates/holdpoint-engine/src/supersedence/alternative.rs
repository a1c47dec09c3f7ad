//! When two updates that are named for one vulnerability are two ways to the same end, and when both are wanted.
//!
//! The surprise: that both are named says neither. Windows before 10 has a roll-up and a security-only update of which one
//! will do; SharePoint and Office have several updates that are all wanted, with the very same build.

use holdpoint_domain::patch::PatchRecord;

use super::build::{BuildOrder, Family, order};
use super::product::Fit;
use super::view::ProductView;

/// What an update holds beside its own fixes, as far as its source says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// All of the month and of the months before.
    MonthlyRollup,
    /// The month alone, without the browser.
    SecurityOnly,
    /// The browser.
    Browser,
    /// Nobody says.
    NotSaid,
}

impl Scope {
    /// From the source's word, else from the title.
    pub(super) fn of(record: &PatchRecord) -> Self {
        [&record.classification, &record.title]
            .into_iter()
            .map(|text| Self::said(text))
            .find(|scope| *scope != Self::NotSaid)
            .unwrap_or(Self::NotSaid)
    }

    fn said(text: &str) -> Self {
        let text = text.to_lowercase();
        if text.contains("monthly rollup") || text.contains("monthly quality rollup") {
            Self::MonthlyRollup
        } else if text.contains("security only") {
            Self::SecurityOnly
        } else if text.contains("ie cumulative")
            || text.contains("cumulative security update for internet explorer")
        {
            Self::Browser
        } else {
            Self::NotSaid
        }
    }

    /// Whether one of two will do where both fix the same thing.
    const fn is_other_way(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::MonthlyRollup, Self::MonthlyRollup | Self::SecurityOnly | Self::Browser)
                | (Self::SecurityOnly | Self::Browser, Self::MonthlyRollup)
        )
    }
}

impl ProductView<'_> {
    /// Whether a source shows that of two updates which fix the same vulnerability one is enough: one replaces the other, one
    /// brings a build of Windows that holds the other, or they are of kinds of which one is taken.
    pub(super) fn are_alternatives(&self, one: &str, other: &str) -> bool {
        self.replaces(one, other)
            || self.replaces(other, one)
            || self.is_scope_enough(one, other)
            || self.is_in_place(one, other)
            || self.are_of_one_branch(one, other)
    }

    fn is_scope_enough(&self, one: &str, other: &str) -> bool {
        let scopes = |name| self.entries_of(name).map(|entry| entry.scope);
        scopes(one).any(|scope| scopes(other).any(|second| scope.is_other_way(second)))
    }

    /// Windows is cumulative from 10.0 on: of two builds of one branch the newer holds the older.
    fn are_of_one_branch(&self, one: &str, other: &str) -> bool {
        Family::of(&self.product.name) == Family::Windows
            && self.fixed_builds(one).any(|build| {
                self.fixed_builds(other)
                    .any(|second| order(build, second, Family::Windows) != BuildOrder::NotComparable)
            })
    }

    /// .NET Framework 4.8.1 takes the place of 4.8, so a machine has but one of them, and one update.
    fn is_in_place(&self, one: &str, other: &str) -> bool {
        let frameworks = |name| {
            let products = self.entries_of(name).flat_map(|entry| &entry.products);
            let products = products.map(|at| &self.graph.products[*at as usize]);
            products
                .filter(|stated| stated.fit(&self.product) == Fit::Part)
                .filter_map(|p| framework(&p.part))
        };
        frameworks(one)
            .any(|(rest, four)| frameworks(other).any(|(second, another)| rest == second && four != another))
    }
}

/// `.net framework 3.5 and 4.8` → all but its 4, and its 4; `None`: it has none, or more.
fn framework(part: &str) -> Option<(Vec<&str>, &str)> {
    part.strip_prefix(".net framework ")?;
    let (four, rest): (Vec<&str>, Vec<&str>) =
        part.split_whitespace().partition(|word| word.starts_with("4."));
    if let [one] = four[..] { Some((rest, one)) } else { None }
}
