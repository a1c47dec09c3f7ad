//! Compatibility statements: what a supplier of a control system says of a patch for one version of its product.
//!
//! The supplier's own word is kept beside the state that it stands for. A statement belongs to patch × product ×
//! version and to whoever makes it; a later one replaces it and the former stays to be seen. The surprise: a word that
//! nobody has explained is [`StatedState::NotUnderstood`], which is a state of its own and never read as an approval.
//!
//! Not here: what an advisory says of a vulnerability (`advisory`), and what the owner decides (`patch_state`).

mod conditions;

pub use conditions::conditions_of;

use crate::id::{QuestionId, StatementId};
use crate::moment::Moment;
use crate::patch::{canonical_kb, kbs_in};
use crate::patch_state::{SupplierStanding, SupplierState};
use crate::signature::Person;
use crate::words::vocabulary;

/// The longest name of a patch, in characters.
const MAX_NAME_CHARS: usize = 180;

vocabulary! {
    /// What kind of name a patch has in a statement.
    IdentifierKind, "kind of patch identifier" {
        /// A knowledge-base article: `KB5034441`.
        Kb = "kb",
        /// A number of Microsoft's security response centre, or of an old bulletin.
        Msrc = "msrc",
        /// The vendor's own id.
        VendorId = "vendor-id",
        /// A CVE: whatever fixes it.
        Cve = "cve",
        /// A version of the product itself.
        Version = "version",
    }
}

impl IdentifierKind {
    /// The identifiers in a cell, in their canonical spelling, each once. A cell may name several articles.
    #[must_use]
    pub fn identifiers_in(self, text: &str) -> Vec<String> {
        let text = text.trim();
        match self {
            Self::Kb => articles_in(text),
            Self::Cve => {
                let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
                let mut found: Vec<String> = Vec::new();
                for word in words.map(str::to_ascii_uppercase).filter(|word| is_cve(word)) {
                    if !found.contains(&word) {
                        found.push(word);
                    }
                }
                found
            }
            Self::Msrc | Self::VendorId | Self::Version => {
                if text.is_empty() {
                    Vec::new()
                } else {
                    vec![text.to_owned()]
                }
            }
        }
    }
}

/// A cell of a column of articles: `5090003, KB5090004` names two. Bare numbers count only where nothing else stands
/// between separators, because a number in a sentence may be anything.
fn articles_in(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in text.split([',', ';', '/', '|', '&', '+', '\n']) {
        let words: Option<Vec<String>> = part.split_whitespace().map(canonical_kb).collect();
        let here = match (canonical_kb(part), words) {
            (Some(one), _) => vec![one],
            (None, Some(words)) => words,
            (None, None) => kbs_in(part),
        };
        for one in here {
            if !found.contains(&one) {
                found.push(one);
            }
        }
    }
    found
}

/// Whether a word is the number of a vulnerability in capitals: `CVE-2026-12345`.
#[must_use]
pub fn is_cve(word: &str) -> bool {
    let mut parts = word.split('-');
    let digits = |part: Option<&str>, least: usize| {
        part.is_some_and(|text| text.len() >= least && text.bytes().all(|byte| byte.is_ascii_digit()))
    };
    parts.next() == Some("CVE")
        && digits(parts.next(), 4)
        && digits(parts.next(), 4)
        && parts.next().is_none()
}

/// The state that a statement's word stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatedState {
    /// One of the six states.
    Known(SupplierState),
    /// The word is not explained yet. Nothing may rest on it.
    NotUnderstood,
}

impl StatedState {
    /// All seven, from the one that asks for most caution to the one that asks for least.
    pub const BY_CAUTION: [Self; 7] = [
        Self::Known(SupplierState::NotApproved),
        Self::NotUnderstood,
        Self::Known(SupplierState::Available),
        Self::Known(SupplierState::InTest),
        Self::Known(SupplierState::NotApplicable),
        Self::Known(SupplierState::Approved),
        Self::Known(SupplierState::Released),
    ];

    /// The fixed word; `unknown` for a word that is not understood.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Known(state) => state.word(),
            Self::NotUnderstood => "unknown",
        }
    }

    /// Whether the supplier has made up its mind.
    #[must_use]
    pub const fn is_decided(self) -> bool {
        match self {
            Self::Known(
                SupplierState::NotApproved
                | SupplierState::NotApplicable
                | SupplierState::Approved
                | SupplierState::Released,
            ) => true,
            Self::Known(SupplierState::Available | SupplierState::InTest) | Self::NotUnderstood => false,
        }
    }

    fn caution(self) -> usize {
        Self::BY_CAUTION.iter().position(|state| *state == self).unwrap_or(0)
    }

    /// Whether it asks for less caution than another.
    #[must_use]
    pub fn is_milder_than(self, other: Self) -> bool {
        self.caution() > other.caution()
    }

    /// The one of two that asks for more caution.
    #[must_use]
    pub fn more_cautious(self, other: Self) -> Self {
        if self.caution() <= other.caution() { self } else { other }
    }
}

impl std::fmt::Display for StatedState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

impl std::str::FromStr for StatedState {
    type Err = crate::words::UnknownWord;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == Self::NotUnderstood.word() {
            return Ok(Self::NotUnderstood);
        }
        text.parse().map(Self::Known)
    }
}

/// The patch of a statement, as its source names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatedPatch {
    /// Who publishes the patch: `Microsoft`.
    pub vendor: String,
    /// Its identifier in canonical spelling.
    pub identifier: String,
    /// What kind of identifier that is.
    pub kind: IdentifierKind,
    /// Title; empty: not said.
    pub title: String,
    /// Where to read more; empty: not said.
    pub url: String,
    /// When it was released.
    pub released: Option<Moment>,
    /// Severity as written; empty: not said.
    pub severity: String,
    /// What it replaces.
    pub supersedes: Vec<String>,
    /// By what it is replaced.
    pub superseded_by: Vec<String>,
    /// What must be installed before it.
    pub prerequisites: Vec<String>,
    /// Whether it concerns security; `None`: not said.
    pub security_related: Option<bool>,
}

/// The product of a statement: a release of a control system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatedProduct {
    /// Who makes the product.
    pub vendor: String,
    /// Its name.
    pub name: String,
    /// Its version, as written or as `vers:…`; empty: not said, which is not "all".
    pub version: String,
    /// On what it was tested; empty: not said.
    pub platform: String,
}

/// Where a statement comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementSource {
    /// A document of the supplier, read by a mapping.
    Document {
        /// The document's name.
        name: String,
        /// SHA-256 of its bytes, which are kept.
        sha256: [u8; 32],
        /// Where in it: `row 12`.
        place: String,
        /// The mapping that read it.
        mapping: String,
    },
    /// The answer to a question.
    Answer {
        /// The question.
        question: QuestionId,
    },
    /// A person entered it and says where it stands.
    Entered {
        /// Where it stands, in the person's words.
        reference: String,
    },
}

/// What somebody says of a patch for one version of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompatibilityStatement {
    /// Who says so.
    pub publisher: String,
    /// Where it stands.
    pub source: StatementSource,
    /// When it was issued.
    pub issued: Option<Moment>,
    /// The patch.
    pub patch: StatedPatch,
    /// The product.
    pub product: StatedProduct,
    /// The state.
    pub state: StatedState,
    /// The supplier's own word.
    pub word: String,
    /// When it was tested.
    pub tested: Option<Moment>,
    /// Restart as written; empty: not said, which is not "none".
    pub restart: String,
    /// On what it depends ("only with HF 3"); empty: nothing said.
    pub conditions: String,
    /// A comment; empty: none.
    pub comment: String,
}

impl CompatibilityStatement {
    /// What it speaks of, so that a later statement replaces it: who says it, the patch, the product, its version and
    /// the platform; case and the number of blanks do not count.
    #[must_use]
    pub fn subject(&self) -> String {
        let patch = self.patch_name();
        let parts = [
            &self.publisher,
            &self.patch.vendor,
            &patch,
            &self.product.vendor,
            &self.product.name,
            &self.product.version,
            &self.product.platform,
        ];
        parts.map(|part| folded(part)).join("\u{1f}")
    }

    /// The name under which its patch is kept: the article, else the identifier. A version alone names nothing, so the
    /// product stands before it.
    #[must_use]
    pub fn patch_name(&self) -> String {
        let identifier = self.patch.identifier.trim();
        let is_article = identifier.get(..2).is_some_and(|head| head.eq_ignore_ascii_case("kb"));
        let article =
            canonical_kb(identifier).filter(|_| is_article || self.patch.kind == IdentifierKind::Kb);
        let name = match (article, self.patch.kind) {
            (Some(article), _) => article,
            (None, IdentifierKind::Version) => format!("{} {identifier}", self.product.name.trim()),
            (
                None,
                IdentifierKind::Kb | IdentifierKind::Msrc | IdentifierKind::VendorId | IdentifierKind::Cve,
            ) => identifier.to_owned(),
        };
        name.chars().take(MAX_NAME_CHARS).collect()
    }

    /// When it was said, else when it was received.
    #[must_use]
    pub fn said_at(&self, received: Moment) -> Moment {
        self.issued.unwrap_or(received)
    }

    /// The standing that it gives.
    #[must_use]
    pub fn standing(&self, received: Moment) -> SupplierStanding {
        let (at, is_dated) = (self.said_at(received), self.issued.is_some());
        match self.state {
            StatedState::Known(state) => {
                SupplierStanding::Said { state, at, is_dated, conditions: conditions_of([self]) }
            }
            StatedState::NotUnderstood => {
                SupplierStanding::NotUnderstood { word: self.word.clone(), at, is_dated }
            }
        }
    }
}

/// A statement as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptStatement {
    /// Its id.
    pub id: StatementId,
    /// What it says.
    pub statement: CompatibilityStatement,
    /// When it was received.
    pub received_at: Moment,
    /// Until when it was the last word of its publisher; [`Moment::OPEN`]: it still is.
    pub valid_to: Moment,
    /// Who entered it or took its document in. Without an account: nobody wrote down who.
    pub brought_by: Person,
    /// Who looked at the supplier's own word as well, and when; `None`: nobody.
    pub confirmed: Option<(Person, Moment)>,
}

impl KeptStatement {
    /// Whether another person than this one has looked at the supplier's own word.
    #[must_use]
    pub fn is_confirmed_besides(&self, account: &str) -> bool {
        self.confirmed.as_ref().is_some_and(|(by, _)| by.account != account)
    }
}

/// Lower case, blanks at the ends gone, several blanks one: how names and words are compared.
#[must_use]
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().flat_map(char::to_lowercase));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unexplained_word_is_never_an_approval() {
        assert_eq!("unknown".parse(), Ok(StatedState::NotUnderstood));
        assert!("fine".parse::<StatedState>().is_err());
        for state in StatedState::BY_CAUTION {
            assert_eq!(state.word().parse(), Ok(state));
            let both = state.more_cautious(StatedState::NotUnderstood);
            assert!(matches!(
                both,
                StatedState::NotUnderstood | StatedState::Known(SupplierState::NotApproved)
            ));
            assert_eq!(both, StatedState::NotUnderstood.more_cautious(state));
            assert!(!state.is_milder_than(state));
            assert_eq!(state != StatedState::BY_CAUTION[0], state.is_milder_than(StatedState::BY_CAUTION[0]));
        }
        assert!(!StatedState::NotUnderstood.is_decided());
    }

    #[test]
    fn identifiers_come_out_in_canonical_spelling() {
        let kb = |text: &str| IdentifierKind::Kb.identifiers_in(text);
        assert_eq!(kb("5034441"), ["KB5034441"]);
        assert_eq!(kb("KB5034441 / kb 5034439"), ["KB5034441", "KB5034439"]);
        assert_eq!(
            kb("5034441, KB5034439; 5034440 5034445"),
            ["KB5034441", "KB5034439", "KB5034440", "KB5034445"]
        );
        assert_eq!(kb("2031-02 Update for build 22621 (KB5034441)"), ["KB5034441"]);
        assert!(kb("see remarks").is_empty());
        assert_eq!(
            IdentifierKind::Cve.identifiers_in("cve-2031-0001; CVE-2031-12345, CVE-x"),
            ["CVE-2031-0001", "CVE-2031-12345"]
        );
        assert_eq!(IdentifierKind::Version.identifiers_in(" V2.9.4 "), ["V2.9.4"]);
        assert!(IdentifierKind::VendorId.identifiers_in("  ").is_empty());
    }
}
