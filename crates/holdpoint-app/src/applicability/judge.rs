//! One vulnerability and one configuration, by replay: what each source says, what VEX documents say against it.
//!
//! The surprise: a VEX statement of "not affected" or "fixed" outweighs a range only when it names exactly the product and
//! the version that the range caught (exact beats range). When the range itself named exactly that version, or the VEX
//! statement is a range, the two contradict each other, and the answer is unknown. Nothing is ever cleared silently, and
//! never by an author whom nobody here trusts, whatever name the document gives: such a claim stands beside the answer and
//! changes nothing of it. Where nobody else speaks, it leaves the answer unknown.

use super::releases::Releases;
use super::voices::Trust;
use holdpoint_domain::advisory::{ProductStatus, StatusGroup};
use holdpoint_domain::component::Component;
use holdpoint_domain::intelligence::{
    Applicability, Condition, Criterion, FeedKind, RecordState, Role, Unlisted, VersionTest,
};
use holdpoint_domain::matching::Verdict;
use holdpoint_engine::applicability::{Explanation, Item, LeafReason, Truth, explain, names_nothing};
use holdpoint_store::vex::StoredVex;
use holdpoint_store::vulnerability_record::StoredRecord;
use std::collections::BTreeSet;

/// What a VEX statement does to a source's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VexEffect {
    /// It names exactly the version that a range caught: the answer is no.
    Clears,
    /// It says otherwise than the source, and neither is more exact: the answer is unknown.
    Contradicts,
    /// It would clear, but nobody here has said that its author may be believed: the answer stays what it is without it.
    NotTrusted,
    /// It says the same, or that it is being looked into.
    Agrees,
}

impl VexEffect {
    /// The fixed word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Clears => "clears",
            Self::Contradicts => "contradicts",
            Self::NotTrusted => "not_trusted",
            Self::Agrees => "agrees",
        }
    }
}

/// A VEX statement that speaks of the components that decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VexSaid {
    /// Who says so; empty: the document does not say.
    pub author: String,
    /// The document.
    pub document: String,
    /// What it says.
    pub status: ProductStatus,
    /// Why, as written.
    pub justification: String,
    /// The product as it names it.
    pub product: String,
    /// What that does to the answer.
    pub effect: VexEffect,
}

impl VexSaid {
    /// In one sentence: who says what of which product, why, and what that does to the answer.
    #[must_use]
    pub fn words(&self) -> String {
        let author = if self.author.is_empty() { "a VEX document" } else { &self.author };
        let reason = match self.justification.as_str() {
            "" => String::new(),
            reason => format!(" ({reason})"),
        };
        let effect = match self.effect {
            VexEffect::Agrees if self.status.group() == StatusGroup::UnderInvestigation => {
                "is still being looked into and changes nothing"
            }
            VexEffect::Clears | VexEffect::Contradicts | VexEffect::Agrees => self.effect.word(),
            VexEffect::NotTrusted => {
                "is only claimed and changes nothing, because its author is not trusted here"
            }
        };
        format!("{author} states {} for {}{reason}: it {effect}", self.status, self.product)
    }
}

/// What one source says of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceAnswer {
    /// The source.
    pub source: FeedKind,
    /// Who speaks within it: `nvd@nist.gov`, a CNA; empty: nobody in particular.
    pub by: String,
    /// What its conditions alone say.
    pub stated: Verdict,
    /// What is left of it beside VEX.
    pub verdict: Verdict,
    /// Why, leaf by leaf.
    pub leaves: Vec<LeafReason>,
    /// What VEX documents say of the same components.
    pub vex: Vec<VexSaid>,
}

impl SourceAnswer {
    /// Whether a component has a name that the source uses; without one its "no" says nothing.
    fn compared_something(&self) -> bool {
        !self.vex.is_empty()
            || self.leaves.iter().any(|leaf| leaf.role == Role::Vulnerable && leaf.component.is_some())
    }
}

/// What VEX documents state of what is installed, where they say that it is affected or being looked at.
fn of_vex_alone(heard: Heard<'_>) -> Vec<SourceAnswer> {
    let Heard { vex, items, trust } = heard;
    let all: BTreeSet<usize> = (0..items.len()).collect();
    let mut found = Vec::new();
    for stored in vex {
        let stated = match stored.statement.status.group() {
            StatusGroup::Affected => Verdict::Yes,
            StatusGroup::UnderInvestigation => Verdict::Unknown,
            StatusGroup::NotAffected | StatusGroup::Fixed | StatusGroup::Recommendation => continue,
        };
        let said: Vec<VexSaid> =
            spoken_of(stored, items, &all, trust).into_iter().map(|(_, one)| one).collect();
        if !said.is_empty() {
            let by = stored.author.clone();
            found.push(SourceAnswer {
                source: stored.kind,
                by,
                stated,
                verdict: stated,
                leaves: Vec::new(),
                vex: said,
            });
        }
    }
    found
}

/// The all-clear of VEX documents where nobody else speaks. That of an author who is not trusted, or that names no exact
/// version, leaves the answer open.
fn of_vex_only(heard: Heard<'_>) -> Vec<SourceAnswer> {
    let Heard { vex, items, trust } = heard;
    let all: BTreeSet<usize> = (0..items.len()).collect();
    let mut found = Vec::new();
    for stored in vex {
        let said: Vec<VexSaid> =
            spoken_of(stored, items, &all, trust).into_iter().map(|(_, one)| one).collect();
        let is_clear = |one: &VexSaid| one.effect == VexEffect::Clears;
        if said.is_empty() || said.iter().any(|one| one.effect == VexEffect::Agrees) {
            continue;
        }
        let verdict =
            if said.iter().all(is_clear) && is_reasoned(stored) { Verdict::No } else { Verdict::Unknown };
        found.push(SourceAnswer {
            source: stored.kind,
            by: stored.author.clone(),
            stated: verdict,
            verdict,
            leaves: Vec::new(),
            vex: said,
        });
    }
    found
}

/// Whether a statement says why.
fn is_reasoned(stored: &StoredVex) -> bool {
    !stored.statement.justification.is_empty() || !stored.statement.statement.is_empty()
}

/// What VEX documents state, what is installed, and whose all-clear counts.
#[derive(Clone, Copy)]
struct Heard<'h> {
    vex: &'h [StoredVex],
    items: &'h [Item],
    trust: &'h Trust,
}

/// What all sources say of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The worst of all.
    pub verdict: Verdict,
    /// Source by source.
    pub sources: Vec<SourceAnswer>,
}

impl Judged {
    /// Whether somebody says more than an all-clear that stands alone; beside advisories that one counts for nothing.
    #[must_use]
    pub fn is_heard(&self) -> bool {
        let alone = |source: &SourceAnswer| {
            source.leaves.is_empty()
                && !source.vex.is_empty()
                && source.vex.iter().all(|one| one.effect != VexEffect::Agrees)
        };
        self.sources.iter().any(|source| !alone(source))
    }
}

/// The verdict of a truth.
#[must_use]
pub const fn verdict(truth: Truth) -> Verdict {
    match truth {
        Truth::Yes => Verdict::Yes,
        Truth::Unknown => Verdict::Unknown,
        Truth::No => Verdict::No,
    }
}

/// Judges a configuration by the records of one vulnerability and the VEX statements on it.
#[must_use]
pub fn judge(records: &[StoredRecord], vex: &[StoredVex], components: &[Component], trust: &Trust) -> Judged {
    let items: Vec<Item> = components.iter().map(Item::new).collect();
    let heard = Heard { vex, items: &items, trust };
    let counting = records.iter().filter(|stored| {
        stored.record.state == RecordState::Published && !stored.record.applicability.is_empty()
    });
    let counting: Vec<&StoredRecord> = counting.collect();
    let releases = Releases::of(counting.iter().flat_map(|stored| &stored.record.applicability));
    let sources: Vec<SourceAnswer> = counting
        .iter()
        .map(|stored| {
            let statements = &stored.record.applicability;
            let explanation =
                unspoken(&releases, statements, &items).unwrap_or_else(|| explain(statements, &items));
            answer(stored.source, statements, explanation, heard)
        })
        .collect();
    let mut sources = sources;
    sources.extend(of_vex_alone(heard));
    if !sources.iter().any(SourceAnswer::compared_something) {
        sources.extend(of_vex_only(heard));
    }
    let compared = sources.iter().any(SourceAnswer::compared_something);
    if !compared {
        // The head says that nobody was compared with anything, and so does each line below it.
        for source in sources.iter_mut().filter(|source| source.verdict == Verdict::No) {
            (source.stated, source.verdict) = (Verdict::Unknown, Verdict::Unknown);
        }
    }
    let said = |wanted| sources.iter().any(|source| source.verdict == wanted);
    let verdict = if said(Verdict::Yes) {
        Verdict::Yes
    } else if said(Verdict::Unknown) || !compared {
        // Nobody named anything that could be compared with what is installed: that is no all-clear.
        Verdict::Unknown
    } else {
        Verdict::No
    };
    Judged { verdict, sources }
}

fn answer(
    source: FeedKind,
    statements: &[Applicability],
    explanation: Explanation,
    heard: Heard<'_>,
) -> SourceAnswer {
    let Heard { vex, items, trust } = heard;
    let stated = match verdict(explanation.truth) {
        // A CVE record without a default status says nothing of the versions that it does not list.
        Verdict::No if is_left_open(source, statements, items) => Verdict::Unknown,
        // Whom `al*` or a broken name means cannot be said.
        Verdict::No if statements.iter().any(|one| names_nothing(&one.root)) => Verdict::Unknown,
        told => told,
    };
    let by = explanation.statement.and_then(|at| statements.get(at)).map(|one| one.source.clone());
    let deciding: BTreeSet<usize> = explanation
        .leaves
        .iter()
        .filter(|leaf| leaf.role == Role::Vulnerable && leaf.truth != Truth::No)
        .filter_map(|leaf| leaf.component)
        .collect();
    let exact = explanation
        .statement
        .and_then(|at| statements.get(at))
        .is_some_and(|one| names_exactly(&one.root, items, &deciding));
    let (mut said, mut cleared) = (Vec::new(), BTreeSet::new());
    let mut doubted = false;
    if stated != Verdict::No {
        for stored in vex {
            for (component, mut one) in spoken_of(stored, items, &deciding, trust) {
                if one.effect == VexEffect::Clears && (exact || !is_reasoned(stored)) {
                    one.effect = VexEffect::Contradicts;
                }
                match one.effect {
                    VexEffect::Clears => drop(cleared.insert(component)),
                    VexEffect::Contradicts => doubted = true,
                    // Whom nobody trusts takes nothing away, from a yes as little as from the vendor's own word.
                    VexEffect::NotTrusted | VexEffect::Agrees => {}
                }
                said.push(one);
            }
        }
    }
    let left = if !deciding.is_empty() && cleared == deciding && !doubted {
        Verdict::No
    } else if doubted && stated == Verdict::Yes {
        Verdict::Unknown
    } else {
        stated
    };
    SourceAnswer {
        source,
        by: by.unwrap_or_default(),
        stated,
        verdict: left,
        leaves: explanation.leaves,
        vex: said,
    }
}

/// Why a source's silence on the release of a package is no all-clear; `None` where it says something, or where nobody leaves
/// the release open.
fn unspoken(releases: &Releases, statements: &[Applicability], items: &[Item]) -> Option<Explanation> {
    let open = releases.left_open_by(statements)?;
    let explanation = explain(std::slice::from_ref(&open), items);
    let silent = explanation.truth != Truth::No && explain(statements, items).truth == Truth::No;
    silent.then_some(explanation)
}

/// Whether a product is installed of which a CVE record names other versions only, and says nothing of this one.
fn is_left_open(source: FeedKind, statements: &[Applicability], items: &[Item]) -> bool {
    let open: Vec<Applicability> = super::left_open(source, statements).collect();
    explain(&open, items).truth != Truth::No
}

/// Whether the condition names the very version of one of these components.
fn names_exactly(condition: &Condition, items: &[Item], deciding: &BTreeSet<usize>) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => {
            parts.iter().any(|part| names_exactly(part, items, deciding))
        }
        Condition::Not(_) => false,
        Condition::Is(criterion) => {
            matches!(criterion.versions, VersionTest::Exact { .. })
                && criterion.role == Role::Vulnerable
                && deciding.iter().any(|at| is_met(criterion, &items[*at]))
        }
    }
}

fn is_met(criterion: &Criterion, item: &Item) -> bool {
    let alone = Applicability {
        source: String::new(),
        unlisted: Unlisted::NotSaid,
        root: Condition::Is(criterion.clone()),
    };
    explain(&[alone], std::slice::from_ref(item)).truth == Truth::Yes
}

/// What a statement says of the components that decided.
fn spoken_of(
    stored: &StoredVex,
    items: &[Item],
    deciding: &BTreeSet<usize>,
    trust: &Trust,
) -> Vec<(usize, VexSaid)> {
    let statement = &stored.statement;
    let mut found = Vec::new();
    for named in &statement.subjects {
        let Some(subject) = &named.subject else { continue };
        let criterion =
            Criterion { role: Role::Vulnerable, subject: subject.clone(), versions: named.versions.clone() };
        for at in deciding.iter().filter(|at| is_met(&criterion, &items[**at])) {
            let effect = match statement.status.group() {
                StatusGroup::NotAffected | StatusGroup::Fixed if !trust.counts(&stored.author) => {
                    VexEffect::NotTrusted
                }
                StatusGroup::NotAffected | StatusGroup::Fixed => match named.versions {
                    VersionTest::Exact { .. } => VexEffect::Clears,
                    VersionTest::Any
                    | VersionTest::NotStated
                    | VersionTest::Between { .. }
                    | VersionTest::OneOf(_)
                    | VersionTest::Except { .. }
                    | VersionTest::Expression(_) => VexEffect::Contradicts,
                },
                StatusGroup::Affected | StatusGroup::UnderInvestigation | StatusGroup::Recommendation => {
                    VexEffect::Agrees
                }
            };
            found.push((
                *at,
                VexSaid {
                    author: stored.author.clone(),
                    document: stored.identity.clone(),
                    status: statement.status,
                    justification: statement.justification.clone(),
                    product: named.identifier.clone(),
                    effect,
                },
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{FeedKind, Heard, Judged, StoredRecord, Trust, Verdict, answer, judge};
    use holdpoint_domain::Moment;
    use holdpoint_domain::component::{Component, ComponentKind};
    use holdpoint_domain::intelligence::{
        Applicability, Condition, Criterion, End, Inclusion, Role, Subject, Unlisted, VersionTest,
        VulnerabilityRecord,
    };
    use holdpoint_engine::applicability::{Item, explain};

    #[test]
    fn no_evidence_is_no_all_clear() {
        assert_eq!(judge(&[], &[], &[], &Trust::default()).verdict, Verdict::Unknown);
    }

    #[test]
    fn a_version_that_a_cve_record_does_not_list_is_cleared_only_by_its_word() {
        let end = End { version: "2.0".into(), inclusion: Inclusion::Excluded };
        let root = Condition::Is(Criterion {
            role: Role::Vulnerable,
            subject: Subject::Product {
                vendor: "Acme".into(),
                product: "Valve 12".into(),
                platforms: Vec::new(),
            },
            versions: VersionTest::Between { scheme: String::new(), low: None, high: Some(end) },
        });
        let installed = Component {
            vendor: "Acme".into(),
            product: "Valve 12".into(),
            version: "3.5".into(),
            ..Component::empty(ComponentKind::Application)
        };
        let items = [Item::new(&installed)];
        let verdict = |source, unlisted| {
            let statements = [Applicability { source: "acme".into(), unlisted, root: root.clone() }];
            let heard = Heard { vex: &[], items: &items, trust: &Trust::default() };
            answer(source, &statements, explain(&statements, &items), heard).verdict
        };
        assert_eq!(verdict(FeedKind::Cve, Unlisted::NotSaid), Verdict::Unknown);
        assert_eq!(verdict(FeedKind::Cve, Unlisted::NotAffected), Verdict::No);
        assert_eq!(verdict(FeedKind::Nvd, Unlisted::NotSaid), Verdict::No);
    }

    /// What NVD says of a component whose CPE name is that of `acme alpha`, version 1.0.
    fn judged(names: &[&str]) -> Judged {
        let below = End { version: "0.9".into(), inclusion: Inclusion::Excluded };
        let leaf = |name: &&str| {
            Condition::Is(Criterion {
                role: Role::Vulnerable,
                subject: Subject::Cpe((*name).to_owned()),
                versions: VersionTest::Between {
                    scheme: String::new(),
                    low: None,
                    high: Some(below.clone()),
                },
            })
        };
        let root = Condition::Any(names.iter().map(leaf).collect());
        let applicability =
            vec![Applicability { source: "nvd@nist.gov".into(), unlisted: Unlisted::NotSaid, root }];
        let stored = StoredRecord {
            source: FeedKind::Nvd,
            received_at: Moment::OPEN,
            record: VulnerabilityRecord { applicability, ..VulnerabilityRecord::named("CVE-2024-5015") },
        };
        let installed = Component {
            cpe: "cpe:2.3:a:acme:alpha:1.0:*:*:*:*:*:*:*".into(),
            version: "1.0".into(),
            ..Component::empty(ComponentKind::Application)
        };
        judge(&[stored], &[], &[installed], &Trust::default())
    }

    #[test]
    fn a_name_that_cannot_be_compared_is_no_no_and_the_lines_agree_with_the_head() {
        let alpha = "cpe:2.3:a:acme:alpha:*:*:*:*:*:*:*:*";
        let cleared = judged(&[alpha]);
        assert_eq!((cleared.verdict, cleared.sources[0].verdict), (Verdict::No, Verdict::No));
        for name in
            ["cpe:2.3:a:acme:al*:*:*:*:*:*:*:*:*", "not a cpe", "cpe:2.3:a:acme:alpha:1.5:*:*:*:*:*:*"]
        {
            for names in [vec![name], vec![alpha, name]] {
                let found = judged(&names);
                assert_eq!(found.verdict, Verdict::Unknown, "{names:?}");
                assert_eq!(found.sources[0].verdict, Verdict::Unknown, "{names:?}");
                let why: Vec<&str> = found.sources[0].leaves.iter().map(|leaf| &*leaf.why).collect();
                assert!(why.iter().any(|why| why.contains("can be compared")), "{why:?}");
            }
        }
        let stranger = judged(&["cpe:2.3:a:acme:omega:*:*:*:*:*:*:*:*"]);
        assert_eq!(stranger.verdict, Verdict::Unknown, "nothing was compared");
        assert_eq!(stranger.sources[0].verdict, Verdict::Unknown, "and the line says the same");
    }
}
