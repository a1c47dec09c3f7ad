//! The shapes of questions, of rules, and of what decisions did.

use holdpoint_app::review::decide::Answered;
use holdpoint_app::review::example::{Outcome, Replayed};
use holdpoint_app::review::exchange::Import;
use holdpoint_app::review::policy::ReviewPolicy;
use holdpoint_app::review::queue::{Open, Proposal, suggestion_word, weight_word};
use holdpoint_app::review::{RuleShown, Settled, Written};
use holdpoint_app::store::review::RuleLine;
use holdpoint_domain::review::{NameKey, RuleExample, RuleStep, RuleSubject};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::import_views::MatchCountsView;
use super::match_views::EvidenceView;

/// A name: what does not matter is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RuleName)]
pub struct NameView {
    /// Vendor.
    #[serde(default)]
    pub vendor: String,
    /// Product.
    #[serde(default)]
    pub product: String,
    /// Order number.
    #[serde(default)]
    pub order_number: String,
}

impl From<NameKey> for NameView {
    fn from(key: NameKey) -> Self {
        Self { vendor: key.vendor, product: key.product, order_number: key.order_number }
    }
}

impl From<NameView> for [String; 3] {
    fn from(name: NameView) -> Self {
        [name.vendor, name.product, name.order_number]
    }
}

/// What a rule connects. Read: in the program's keys. Written: as people and documents write it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
#[schema(as = RuleSubject)]
pub enum SubjectView {
    /// A name of the inventory and one of advisories.
    Names {
        /// Ours.
        ours: NameView,
        /// The advisories'.
        theirs: NameView,
    },
    /// A family that advisories name, and its members.
    Family {
        /// The family's name.
        theirs: NameView,
        /// Vendor of our products.
        vendor: String,
        /// Members by order number: `6ES7515-*`.
        #[serde(default)]
        order_patterns: Vec<String>,
        /// Members by words that their names must hold, all of an entry.
        #[serde(default)]
        name_words: Vec<String>,
    },
    /// Two spellings of one vendor.
    Vendor {
        /// Ours.
        ours: String,
        /// The advisories'.
        theirs: String,
    },
    /// How a version text is to be read.
    Expression {
        /// Vendor.
        vendor: String,
        /// Product; empty: all of the vendor.
        #[serde(default)]
        product: String,
        /// The text as the advisory writes it.
        text: String,
        /// What it means, as VERS.
        range: String,
    },
}

impl From<RuleSubject> for SubjectView {
    fn from(subject: RuleSubject) -> Self {
        match subject {
            RuleSubject::Names { ours, theirs } => Self::Names { ours: ours.into(), theirs: theirs.into() },
            RuleSubject::Family { theirs, vendor, order_patterns, name_words } => {
                Self::Family { theirs: theirs.into(), vendor, order_patterns, name_words }
            }
            RuleSubject::Vendor { ours, theirs } => Self::Vendor { ours, theirs },
            RuleSubject::Expression { vendor, product, text, range } => {
                Self::Expression { vendor, product, text, range }
            }
        }
    }
}

/// The inventory's side as written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OurSideView {
    /// Vendor.
    #[serde(default)]
    pub vendor: String,
    /// Product.
    #[serde(default)]
    pub product: String,
    /// Order number.
    #[serde(default)]
    pub order_number: String,
    /// Installed version.
    #[serde(default)]
    pub version: String,
}

impl From<[String; 4]> for OurSideView {
    fn from([vendor, product, order_number, version]: [String; 4]) -> Self {
        Self { vendor, product, order_number, version }
    }
}

/// The advisory's side as written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TheirSideView {
    /// Vendor.
    #[serde(default)]
    pub vendor: String,
    /// Product.
    #[serde(default)]
    pub product: String,
    /// Version or range.
    #[serde(default)]
    pub version: String,
}

impl From<[String; 3]> for TheirSideView {
    fn from([vendor, product, version]: [String; 3]) -> Self {
        Self { vendor, product, version }
    }
}

/// A rule's own test: two sides as written, for which the rule must give its answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RuleExample)]
pub struct ExampleView {
    /// The inventory's side.
    pub ours: OurSideView,
    /// The advisory's side.
    pub theirs: TheirSideView,
    /// The advisory in which it was seen; empty: none.
    #[serde(default)]
    pub tracking_id: String,
}

impl From<RuleExample> for ExampleView {
    fn from(example: RuleExample) -> Self {
        Self { ours: example.ours.into(), theirs: example.theirs.into(), tracking_id: example.tracking_id }
    }
}

impl From<ExampleView> for RuleExample {
    fn from(example: ExampleView) -> Self {
        let ExampleView { ours, theirs, tracking_id } = example;
        Self {
            ours: [ours.vendor, ours.product, ours.order_number, ours.version],
            theirs: [theirs.vendor, theirs.product, theirs.version],
            tracking_id,
        }
    }
}

/// Two words beside each other; an empty one has no partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlignedView {
    /// Our word.
    pub ours: String,
    /// Theirs.
    pub theirs: String,
}

/// What somebody proposed, waiting for a second person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReviewProposal)]
pub struct ProposalView {
    /// The rule that waits.
    pub rule: String,
    /// `same` or `different`.
    pub verdict: String,
    /// Who proposed it.
    pub by: String,
    /// When.
    pub at: String,
    /// Why.
    pub reason: String,
}

impl From<Proposal> for ProposalView {
    fn from(proposal: Proposal) -> Self {
        Self {
            rule: proposal.rule.to_string(),
            verdict: proposal.verdict.word().to_owned(),
            by: proposal.by,
            at: proposal.at.to_string(),
            reason: proposal.reason,
        }
    }
}

/// A question: do these two names mean the same product?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Question)]
pub struct QuestionView {
    /// Names the question; the same while the two names are.
    pub key: String,
    /// `name`, `family` or `vendor`.
    pub kind: String,
    /// `open`: matches stay open until it is answered. `resembles`: an answer might bring matches to light.
    pub weight: String,
    /// `asked`, or `proposed` when a second person is waited for.
    pub state: String,
    /// The inventory's side, one of those with this name.
    pub ours: OurSideView,
    /// The advisories' side, one of those with this name.
    pub theirs: TheirSideView,
    /// Our name in the program's key.
    pub our_key: String,
    /// Their name in the program's key.
    pub their_key: String,
    /// Why it is not decided.
    pub why: String,
    /// The words of both names beside each other.
    pub aligned: Vec<AlignedView>,
    /// The tests on the two sides, order numbers included.
    pub evidence: Vec<EvidenceView>,
    /// The rule that the scope `suggested` would write.
    pub suggests: SubjectView,
    /// The kind of that rule.
    pub suggests_kind: String,
    /// Assets times advisories: how far an answer reaches. It says what to ask first, and not how much is settled then.
    pub settles: u64,
    /// Assets within the caller's sites with our name; other questions may stand for them as well.
    pub assets: u64,
    /// Those of them on which no other question keeps matches open: for these the answer leaves nothing to ask.
    pub settled_assets: u64,
    /// Their configurations.
    pub configurations: u64,
    /// Advisories with their name.
    pub advisories: u64,
    /// Products of advisories with their name.
    pub products: u64,
    /// How alike the words are, in thousandths; it sorts and says nothing else.
    pub score: u32,
    /// Sites of the assets.
    pub sites: Vec<String>,
    /// Kinds of the assets.
    pub asset_kinds: Vec<String>,
    /// Some of their tags.
    pub tags: Vec<String>,
    /// An advisory with their name.
    pub tracking_id: String,
    /// What waits for a second person.
    pub proposal: Option<ProposalView>,
}

impl From<Open> for QuestionView {
    fn from(open: Open) -> Self {
        let settles = open.settles();
        let question = open.question;
        let aligned = question.aligned.into_iter();
        Self {
            key: open.key,
            kind: question.kind.word().to_owned(),
            weight: weight_word(question.weight).to_owned(),
            state: if open.proposal.is_some() { "proposed" } else { "asked" }.to_owned(),
            ours: question.ours_written.into(),
            theirs: question.theirs_written.into(),
            our_key: question.ours.to_string(),
            their_key: question.theirs.to_string(),
            why: question.why,
            aligned: aligned.map(|pair| AlignedView { ours: pair.ours, theirs: pair.theirs }).collect(),
            evidence: question.evidence.into_iter().map(Into::into).collect(),
            suggests: question.suggests.into(),
            suggests_kind: suggestion_word(question.kind).to_owned(),
            settles,
            assets: open.assets,
            settled_assets: open.settled_assets,
            configurations: open.configurations,
            advisories: question.documents,
            products: question.leaves,
            score: question.score,
            sites: open.sites,
            asset_kinds: open.asset_kinds,
            tags: open.tags,
            tracking_id: open.tracking_id,
            proposal: open.proposal.map(Into::into),
        }
    }
}

/// What a decision did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Settled)]
pub struct SettledView {
    /// The question's key; `null`: the rule was written without a question.
    pub key: Option<String>,
    /// The rule.
    pub rule: String,
    /// How it stands now: `holding`, or `proposed` until a second person agrees.
    pub state: String,
    /// `new`, `agreed`, or `there` when the same was decided before and nothing was written.
    pub written: String,
    /// Matches that were brought up to date; of several decisions at once the first carries the count of all.
    pub matches: MatchCountsView,
}

impl From<Settled> for SettledView {
    fn from(settled: Settled) -> Self {
        Self {
            key: None,
            rule: settled.rule.to_string(),
            state: settled.state.word().to_owned(),
            written: match settled.written {
                Written::New => "new",
                Written::There => "there",
                Written::Agreed => "agreed",
            }
            .to_owned(),
            matches: settled.matches.into(),
        }
    }
}

impl From<Answered> for SettledView {
    fn from(answered: Answered) -> Self {
        Self { key: Some(answered.key), ..answered.settled.into() }
    }
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = MappingRule)]
pub struct RuleView {
    /// Its id.
    pub id: String,
    /// What it connects.
    pub subject: SubjectView,
    /// Our side in one text.
    pub ours: String,
    /// The other side in one text.
    pub theirs: String,
    /// `same` or `different`.
    pub verdict: String,
    /// `proposed`, `holding`, `expired`, `withdrawn` or `declined`.
    pub state: String,
    /// Since when it stands so.
    pub since: String,
    /// Who did that.
    pub by: String,
    /// Why it stands so.
    pub why: String,
    /// Who decided.
    pub author: String,
    /// When.
    pub decided_at: String,
    /// Why.
    pub reason: String,
    /// Until when it holds; `null`: until it is withdrawn.
    pub expires_at: Option<String>,
    /// Its test.
    pub example: ExampleView,
    /// `written`, `review KEY` or `import FILE`.
    pub origin: String,
}

impl From<RuleLine> for RuleView {
    fn from(line: RuleLine) -> Self {
        let rule = line.rule;
        Self {
            id: rule.id.to_string(),
            ours: rule.subject.ours_text(),
            theirs: rule.subject.theirs_text(),
            subject: rule.subject.into(),
            verdict: rule.verdict.word().to_owned(),
            state: line.state.word().to_owned(),
            since: line.since.to_string(),
            by: line.by,
            why: line.why,
            author: rule.author,
            decided_at: rule.decided_at.to_string(),
            reason: rule.reason,
            expires_at: rule.expires_at.map(|end| end.to_string()),
            example: rule.example.into(),
            origin: line.origin,
        }
    }
}

/// One step in the life of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RuleStep)]
pub struct RuleStepView {
    /// How it stood from then on.
    pub state: String,
    /// Since when.
    pub at: String,
    /// Who did it.
    pub by: String,
    /// Why.
    pub reason: String,
}

impl From<RuleStep> for RuleStepView {
    fn from(step: RuleStep) -> Self {
        Self {
            state: step.state.word().to_owned(),
            at: step.at.to_string(),
            by: step.by,
            reason: step.reason,
        }
    }
}

/// What rests on a rule now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RuleSettles)]
pub struct RestingView {
    /// Matches: one for each configuration and product.
    pub matches: u64,
    /// Assets within the caller's sites.
    pub assets: u64,
    /// Advisories.
    pub advisories: u64,
}

/// A rule with its history and with what rests on it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = MappingRuleShown)]
pub struct RuleShownView {
    /// The rule.
    pub rule: RuleView,
    /// Its steps, the oldest first.
    pub steps: Vec<RuleStepView>,
    /// What rests on it.
    pub settles: RestingView,
}

impl From<RuleShown> for RuleShownView {
    fn from(shown: RuleShown) -> Self {
        let last = shown.kept.steps.last().cloned();
        let line = RuleLine {
            since: last.as_ref().map_or(shown.kept.rule.decided_at, |step| step.at),
            by: last.as_ref().map(|step| step.by.clone()).unwrap_or_default(),
            why: last.map(|step| step.reason).unwrap_or_default(),
            rule: shown.kept.rule,
            state: shown.kept.state,
            origin: shown.kept.origin,
        };
        let settles = shown.settles;
        Self {
            rule: line.into(),
            steps: shown.kept.steps.into_iter().map(Into::into).collect(),
            settles: RestingView {
                matches: settles.matches,
                assets: settles.assets,
                advisories: settles.advisories,
            },
        }
    }
}

/// What became, or would become, of one rule of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TakenRule)]
pub struct TakenView {
    /// Its place in the file, from 1.
    pub place: usize,
    /// Its id in the file.
    pub id: String,
    /// Our side in one text.
    pub ours: String,
    /// The other side in one text.
    pub theirs: String,
    /// `same` or `different`.
    pub verdict: String,
    /// `new`, `same`, `conflicting` or `refused`.
    pub fate: String,
    /// Why it is not taken; empty when it is, or is there.
    pub why: String,
}

/// What taking in a file of rules did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RuleImport)]
pub struct RuleImportView {
    /// SHA-256 of the file's rules, checked.
    pub sha256: String,
    /// Rules that are new and were, or would be, written.
    pub new: usize,
    /// Rules that hold already.
    pub same: usize,
    /// Rules that contradict one that is here; the one that is here goes on.
    pub conflicting: usize,
    /// Rules that cannot be taken.
    pub refused: usize,
    /// Rule by rule, in the order of the file.
    pub rules: Vec<TakenView>,
    /// Matches that were brought up to date.
    pub matches: MatchCountsView,
}

impl From<Import> for RuleImportView {
    fn from(import: Import) -> Self {
        Self {
            new: import.count("new"),
            same: import.count("same"),
            conflicting: import.count("conflicting"),
            refused: import.count("refused"),
            sha256: import.sha256,
            matches: import.matches.into(),
            rules: import
                .rules
                .into_iter()
                .map(|taken| TakenView {
                    place: taken.place,
                    id: taken.id,
                    ours: taken.ours,
                    theirs: taken.theirs,
                    verdict: taken.verdict,
                    fate: taken.fate.word().to_owned(),
                    why: taken.fate.why().to_owned(),
                })
                .collect(),
        }
    }
}

/// How a rule's example came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReplayedRule)]
pub struct ReplayedView {
    /// The rule.
    pub rule: String,
    /// Our side in one text.
    pub ours: String,
    /// The other side in one text.
    pub theirs: String,
    /// What the rule says.
    pub verdict: String,
    /// `passed` or `failed`.
    pub outcome: String,
    /// What came out instead; empty when it passed.
    pub why: String,
}

impl From<Replayed> for ReplayedView {
    fn from(replayed: Replayed) -> Self {
        let (outcome, why) = match replayed.outcome {
            Outcome::Passed => ("passed", String::new()),
            Outcome::Failed { why } => ("failed", why),
        };
        Self {
            rule: replayed.rule.to_string(),
            ours: replayed.ours,
            theirs: replayed.theirs,
            verdict: replayed.verdict.word().to_owned(),
            outcome: outcome.to_owned(),
            why,
        }
    }
}

/// What is laid down for decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReviewPolicy)]
pub struct PolicyView {
    /// How many persons a decision takes: 1 or 2.
    #[schema(minimum = 1, maximum = 2)]
    pub persons: u8,
}

impl From<ReviewPolicy> for PolicyView {
    fn from(policy: ReviewPolicy) -> Self {
        Self { persons: policy.persons.count() }
    }
}
