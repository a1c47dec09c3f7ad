//! A whole configuration against all leaves: the best of its components for each leaf, and combinations.
//!
//! Combinations ("X installed on Y") are found through their parts. A part without a version stands for the
//! product as such, and only in a combination does that suffice.

use super::component::ComponentFact;
use super::index::Leaves;
use super::leaf::{Leaf, LeafRelation, Standing};
pub use super::memo::Memo;
use super::rules::Rules;
use super::{evidence, identity, judge};
use holdpoint_domain::advisory::RelationCategory;
use holdpoint_domain::matching::{Confidence, Decision, Explanation, Rung, Verdict};
use std::cmp::Reverse;
use std::sync::Arc;

/// How deep combinations of combinations are followed.
const MAX_COMBINATION_DEPTH: u32 = 8;

/// What was decided for one leaf and one configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigurationMatch {
    /// The leaf's number.
    pub leaf: i64,
    /// The number of the component that decided; `None` for combinations.
    pub component: Option<i64>,
    /// The decision.
    pub decision: Arc<Decision>,
}

/// What is known of one leaf for the configuration at hand.
#[derive(Debug, Clone)]
struct Hit {
    component: Option<i64>,
    decision: Arc<Decision>,
    /// The product was recognised for sure and the document gives no version for it.
    versionless: bool,
}

/// Hits by the places of their leaves, sorted; a flat list, because most of them are only ever read in order.
#[derive(Debug, Default)]
pub(super) struct Hits(Vec<(u32, Hit)>);

impl Hits {
    /// Leaves one hit for each leaf.
    fn keep_the_strongest(&mut self) {
        let order = |(at, hit): &(u32, Hit)| (*at, Reverse(strength(&hit.decision, hit.component)));
        // Each component's hits are sorted already, which this sort makes use of.
        self.0.sort_by_key(order);
        self.0.dedup_by_key(|(at, _)| *at);
    }

    fn get(&self, at: u32) -> Option<&Hit> {
        let place = self.0.binary_search_by_key(&at, |(known, _)| *known).ok()?;
        Some(&self.0[place].1)
    }

    /// Puts a hit in the place of what is known of its leaf; says whether nothing was.
    fn put(&mut self, at: u32, hit: Hit) -> bool {
        match self.0.binary_search_by_key(&at, |(known, _)| *known) {
            Ok(place) => {
                self.0[place].1 = hit;
                false
            }
            Err(place) => {
                self.0.insert(place, (at, hit));
                true
            }
        }
    }
}

/// Matches one configuration. The result is sorted by leaf number and the same for the same inputs.
#[must_use]
pub fn match_configuration(
    leaves: &Leaves,
    components: &[&ComponentFact],
    rules: &Rules,
    memo: &mut Memo,
) -> Vec<ConfigurationMatch> {
    // One list serves all configurations, so that it grows once.
    let mut hits = std::mem::take(&mut memo.hits);
    hits.0.clear();
    for component in components {
        hits.0.extend(memo.judged(leaves, component, rules).iter().map(|judged| {
            let decision = Arc::clone(&judged.decision);
            let hit = Hit { component: Some(component.number), decision, versionless: judged.versionless };
            (judged.at, hit)
        }));
    }
    hits.keep_the_strongest();
    drop_other_articles(leaves, &mut hits);
    let software_listed = components.iter().any(|component| component.is_software());
    combine_all(leaves, &mut hits, software_listed);
    hits.0.retain(|(at, _)| is_reported(leaves, *at));
    drop_other_editions(leaves, components, &mut hits);
    let mut found: Vec<ConfigurationMatch> = Vec::with_capacity(hits.0.len());
    found.extend(hits.0.drain(..).map(|(at, hit)| ConfigurationMatch {
        leaf: leaves.at(at).number,
        component: hit.component,
        decision: hit.decision,
    }));
    memo.hits = hits;
    found.sort_by_key(|matched| matched.leaf);
    found
}

/// A document that lists several articles under one name and recognises one of them has nothing to say of the
/// others: their "no" would only be noise beside the answer.
fn drop_other_articles(leaves: &Leaves, hits: &mut Hits) {
    let is_other = |hit: &Hit| {
        let decision = &hit.decision;
        decision.rung == Rung::OrderNumber
            && decision.verdict == Verdict::No
            && decision.confidence == Confidence::Likely
    };
    if !hits.0.iter().any(|(_, hit)| is_other(hit)) {
        return;
    }
    let recognised: Vec<(i64, Option<i64>)> = hits
        .0
        .iter()
        .filter(|(_, hit)| hit.decision.rung == Rung::OrderNumber && !is_other(hit))
        .map(|(at, hit)| (leaves.at(*at).document, hit.component))
        .collect();
    hits.0.retain(|(at, hit)| {
        !(is_other(hit) && recognised.contains(&(leaves.at(*at).document, hit.component)))
    });
}

/// A part of a combination of which nothing is stated is not a match by itself.
fn is_reported(leaves: &Leaves, at: u32) -> bool {
    match leaves.at(at).standing {
        Standing::Stated
        | Standing::Investigated
        | Standing::Edge
        | Standing::Span { .. }
        | Standing::Cured
        | Standing::Cleared => true,
        Standing::Named => leaves.dependents(at).is_empty(),
    }
}

/// Yes over unknown over no; among equals the surer rung, then the smaller component number.
fn strength(decision: &Decision, component: Option<i64>) -> (u8, Reverse<Rung>, Reverse<Option<i64>>) {
    let verdict = match decision.verdict {
        Verdict::Yes => 2,
        Verdict::Unknown => 1,
        Verdict::No => 0,
    };
    (verdict, Reverse(decision.rung), Reverse(component))
}

fn combine_all(leaves: &Leaves, hits: &mut Hits, software_listed: bool) {
    if !leaves.has_combinations() {
        return;
    }
    let mut fresh: Vec<u32> = hits.0.iter().map(|(at, _)| *at).collect();
    for _ in 0..MAX_COMBINATION_DEPTH {
        let mut wanted: Vec<u32> = fresh.iter().flat_map(|at| leaves.dependents(*at)).copied().collect();
        wanted.sort_unstable();
        wanted.dedup();
        fresh = Vec::new();
        for at in wanted {
            let leaf = leaves.at(at);
            let Some(relation) = &leaf.relation else { continue };
            // That a mere candidate has another version does not mean that the part is not there.
            let part = |id: &str| {
                let hit = leaves.by_id(leaf.document, id).and_then(|part| hits.get(part));
                hit.filter(|hit| !is_excluded_candidate(&hit.decision))
            };
            let combined =
                combine(relation, part(&relation.product), part(&relation.relates_to), software_listed);
            let Some(mut decision) = combined else { continue };
            judge::cut(&mut decision.why);
            let hit = Hit { component: None, decision: Arc::new(decision), versionless: false };
            if hits.put(at, hit) {
                fresh.push(at);
            }
        }
        if fresh.is_empty() {
            return;
        }
    }
}

fn is_excluded_candidate(decision: &Decision) -> bool {
    decision.rung == Rung::Candidate && decision.verdict == Verdict::No
}

fn combine(
    relation: &LeafRelation,
    product: Option<&Hit>,
    parent: Option<&Hit>,
    software_listed: bool,
) -> Option<Decision> {
    let words = relation.category.word().replace('_', " ");
    let open = |rung: Rung, why: String| Decision {
        verdict: Verdict::Unknown,
        confidence: Confidence::Possible,
        rung,
        why,
    };
    match (product, parent) {
        (None, None) => None,
        (Some(product), Some(parent)) => Some(both(&words, product, parent)),
        // What is excluded alone is excluded on whatever it may be installed.
        (Some(product), None) => Some(match verdict(product) {
            Verdict::No => Decision {
                verdict: Verdict::No,
                confidence: product.decision.confidence,
                rung: product.decision.rung,
                why: format!("{}; the document means it as {words} another product", product.decision.why),
            },
            Verdict::Yes | Verdict::Unknown => open(
                product.decision.rung,
                format!(
                    "{}; the document means it as {words} another product, which is not recognised here",
                    product.decision.why
                ),
            ),
        }),
        (None, Some(parent)) => match relation.category {
            RelationCategory::DefaultComponentOf => Some(Decision {
                verdict: verdict(parent),
                confidence: sure(parent).max(Confidence::Likely),
                rung: parent.decision.rung,
                why: format!("{}; the component is there by default", recognition(parent)),
            }),
            RelationCategory::InstalledOn | RelationCategory::InstalledWith if software_listed => None,
            RelationCategory::InstalledOn
            | RelationCategory::InstalledWith
            | RelationCategory::OptionalComponentOf
            | RelationCategory::ExternalComponentOf => (verdict(parent) != Verdict::No).then(|| {
                open(
                    parent.decision.rung,
                    format!(
                        "{}; whether the component that is {words} it is there, nobody has said",
                        parent.decision.why
                    ),
                )
            }),
        },
    }
}

fn verdict(hit: &Hit) -> Verdict {
    if hit.versionless { Verdict::Yes } else { hit.decision.verdict }
}

/// How sure a part of a combination is: without a version, as sure as the product was recognised.
fn sure(hit: &Hit) -> Confidence {
    if hit.versionless { Confidence::Confirmed } else { hit.decision.confidence }
}

/// The sentence on a part, without the complaint that it has no version.
fn recognition(hit: &Hit) -> &str {
    if hit.versionless {
        hit.decision.why.split(", but the document gives").next().unwrap_or_default()
    } else {
        &hit.decision.why
    }
}

fn both(words: &str, product: &Hit, parent: &Hit) -> Decision {
    let verdict = match (verdict(product), verdict(parent)) {
        (Verdict::No, _) | (_, Verdict::No) => Verdict::No,
        (Verdict::Yes, Verdict::Yes) => Verdict::Yes,
        (Verdict::Unknown, _) | (_, Verdict::Unknown) => Verdict::Unknown,
    };
    Decision {
        verdict,
        confidence: sure(product).max(sure(parent)),
        rung: product.decision.rung.max(parent.decision.rung),
        why: format!("{}; {words}: {}", recognition(product), recognition(parent)),
    }
}

/// Explains the decision on one leaf for one configuration, by making it again.
///
/// `None` when there is no match, which after a change of the inventory may be true of an old match.
#[must_use]
pub fn explain(
    leaves: &Leaves,
    components: &[&ComponentFact],
    rules: &Rules,
    leaf: i64,
) -> Option<Explanation> {
    let found = match_configuration(leaves, components, rules, &mut Memo::default());
    let matched = found.into_iter().find(|matched| matched.leaf == leaf)?;
    let leaf = leaves.by_number(leaf)?;
    let mut evidence = Vec::new();
    let mut change = Vec::new();
    for part in parts_of(leaves, leaf, 0) {
        let decided = match matched.component {
            Some(number) => components.iter().find(|component| component.number == number),
            None => components.iter().find(|component| identity::identity(component, part, rules).is_some()),
        };
        if let Some(component) = decided {
            evidence.extend(evidence::evidence(component, part, rules));
            change.extend(evidence::what_would_change_it(component, part, rules));
        }
    }
    let decision = Arc::unwrap_or_clone(matched.decision);
    Some(Explanation { decision, evidence, what_would_change_it: change })
}

fn parts_of<'l>(leaves: &'l Leaves, leaf: &'l Leaf, depth: u32) -> Vec<&'l Leaf> {
    let Some(relation) = &leaf.relation else { return vec![leaf] };
    if depth >= MAX_COMBINATION_DEPTH {
        return Vec::new();
    }
    [&relation.product, &relation.relates_to]
        .into_iter()
        .filter_map(|id| leaves.by_id(leaf.document, id))
        .flat_map(|at| parts_of(leaves, leaves.at(at), depth + 1))
        .collect()
}

/// A document that recognises an order number has nothing to ask of its other editions: those are further lines of the
/// same document.
fn drop_other_editions(leaves: &Leaves, components: &[&ComponentFact], hits: &mut Hits) {
    let is_question = |hit: &Hit| hit.decision.rung == Rung::Candidate;
    let is_recognised = |hit: &Hit| {
        let decision = &hit.decision;
        let by_number = matches!(decision.rung, Rung::OrderNumber | Rung::ProtocolIdentity);
        by_number && !(decision.verdict == Verdict::No && decision.confidence == Confidence::Likely)
    };
    if !hits.0.iter().any(|(_, hit)| is_question(hit)) {
        return;
    }
    let recognised: Vec<(i64, Option<i64>)> = hits
        .0
        .iter()
        .filter(|(_, hit)| is_recognised(hit))
        .map(|(at, hit)| (leaves.at(*at).document, hit.component))
        .collect();
    if recognised.is_empty() {
        return;
    }
    hits.0.retain(|(at, hit)| {
        let leaf = leaves.at(*at);
        let is_beside = is_question(hit) && recognised.contains(&(leaf.document, hit.component));
        let component = || components.iter().find(|one| Some(one.number) == hit.component);
        !(is_beside && component().is_some_and(|component| identity::is_other_edition(component, leaf)))
    });
}
