//! The review queue: questions to a person, each a pair of names that matching cannot decide.
//!
//! A question is about *names*, so its answer settles all assets and all advisories that share them. Questions are
//! found by words; a shared model code (or, where both names have none, their rarest word) is mandatory. The surprise:
//! the score of shared words only sorts, it never answers.

use super::component::ComponentFact;
use super::identity::{Identity, identity};
use super::index::{Components, Leaves};
use super::judge::{self, VersionAnswer};
use super::keys::NameParts;
use super::leaf::{Leaf, LeafRelation, Standing};
use super::rules::Rules;
use super::{evidence, tokens};
use hashbrown::HashMap;
use holdpoint_domain::matching::Evidence;
use holdpoint_domain::review::{NameKey, RuleSubject};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The most names that one component is asked about because of their words, and the most because of a match.
pub const MOST_NAMES: usize = 5;

/// How many of a name's rarest words may find other names, beside its model codes.
const RAREST_WORDS: usize = 3;
/// A word that more names have is not rare.
const MOST_NAMES_OF_A_RARE_WORD: usize = 200;
/// Marks a word that may have been cut at the end of a field; no word holds this sign.
const CUT: char = '…';
/// Names that are less alike, in thousandths, are not worth a person's time unless a match hangs on them.
const LEAST_SCORE: u32 = 250;

/// A configuration and how much hangs on it.
#[derive(Debug, Clone)]
pub struct Weighed {
    /// The caller's number of the configuration.
    pub number: i64,
    /// How many assets have it.
    pub assets: u64,
    /// Its components, by number.
    pub components: Vec<i64>,
}

/// What kind of decision a question asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QuestionKind {
    /// Do these two names mean the same product?
    Name,
    /// Does this product belong to that family?
    Family,
    /// The names are equal: are the two vendors one?
    Vendor,
}

impl QuestionKind {
    /// A stable word: `name`, `family`, `vendor`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Family => "family",
            Self::Vendor => "vendor",
        }
    }
}

/// What hangs on a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// Matches stay open until it is answered.
    Open,
    /// No match hangs on it: the names only resemble each other, and an answer might bring matches to light.
    Resembles,
}

/// Two words beside each other; an empty one has no partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aligned {
    /// Our word.
    pub ours: String,
    /// Theirs.
    pub theirs: String,
}

/// A question to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Our name. Together with `theirs` it names the question.
    pub ours: NameKey,
    /// The name in advisories.
    pub theirs: NameKey,
    /// What is asked.
    pub kind: QuestionKind,
    /// What hangs on it.
    pub weight: Weight,
    /// The rule that a "yes" would be, to be edited.
    pub suggests: RuleSubject,
    /// Why it is not decided, a clause.
    pub why: String,
    /// One component's vendor, product, order number and version as written.
    pub ours_written: [String; 4],
    /// One leaf's vendor, product and version as written.
    pub theirs_written: [String; 3],
    /// The words of both names beside each other.
    pub aligned: Vec<Aligned>,
    /// The tests on that component and leaf.
    pub evidence: Vec<Evidence>,
    /// The component that stands for ours.
    pub component: i64,
    /// The components with our name for which it is open, by number: one whose version is not meant is not among them.
    pub components: Vec<i64>,
    /// The leaf that stands for theirs: the one with the smallest number.
    pub leaf: i64,
    /// How alike the words are, in thousandths. It sorts and says nothing else.
    pub score: u32,
    /// Configurations that a decision speaks of; one that has our name twice counts twice.
    pub configurations: u64,
    /// Assets that a decision speaks of, by the same count; other questions may stand for them as well.
    pub assets: u64,
    /// Documents that a decision speaks of.
    pub documents: u64,
    /// Leaves that a decision speaks of.
    pub leaves: u64,
}

/// The names in advisories, with their words: what questions are found in.
#[derive(Debug, Default)]
pub struct Names {
    names: Vec<Name>,
    of_word: BTreeMap<String, Vec<u32>>,
}

#[derive(Debug)]
struct Name {
    key: NameKey,
    words: Vec<String>,
    leaves: Vec<i64>,
    documents: BTreeSet<i64>,
}

/// A name in advisories that resembles a component's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The name.
    pub theirs: NameKey,
    /// The leaves that have it, by number, sorted.
    pub leaves: Vec<i64>,
    /// How alike, in thousandths.
    pub score: u32,
}

impl Names {
    /// Gathers the names of all leaves that state something.
    #[must_use]
    pub fn new(leaves: &Leaves) -> Self {
        let mut by_key: BTreeMap<NameKey, Name> = BTreeMap::new();
        for leaf in leaves.iter().filter(|leaf| is_asked_about(leaf)) {
            let key = theirs_key(leaf);
            let name = by_key.entry(key.clone()).or_insert_with(|| Name {
                key,
                words: pieces(&leaf.names),
                leaves: Vec::new(),
                documents: BTreeSet::new(),
            });
            name.leaves.push(leaf.number);
            name.documents.insert(leaf.document);
        }
        let mut found = Self::default();
        for (at, mut name) in (0_u32..).zip(by_key.into_values()) {
            name.leaves.sort_unstable();
            for word in &name.words {
                found.of_word.entry(word.clone()).or_default().push(at);
            }
            found.names.push(name);
        }
        found
    }

    /// How much a word says: nothing when every name has it.
    fn worth(&self, word: &str) -> f64 {
        let having = self.of_word.get(word).map_or(0, Vec::len);
        let word = word.trim_end_matches(CUT);
        let share = (self.names.len() as f64 + 1.0) / (having as f64 + 1.0);
        let code = if tokens::is_model_code(word) { 2.0 } else { 1.0 };
        code * share.ln().max(0.01)
    }

    /// The names that resemble a component's, the most alike first.
    #[must_use]
    pub fn candidates(&self, component: &ComponentFact, rules: &Rules, most: usize) -> Vec<Candidate> {
        let ours = self.without_variants(pieces(&component.names));
        let mut near: BTreeSet<u32> = BTreeSet::new();
        for word in ours.iter().filter(|word| tokens::is_model_code(word)) {
            near.extend(self.of_word.get(word.as_str()).into_iter().flatten());
        }
        let mut rare: Vec<(usize, &String)> =
            ours.iter().filter_map(|word| self.of_word.get(word).map(|names| (names.len(), word))).collect();
        rare.sort_unstable();
        for (having, word) in rare.into_iter().take(RAREST_WORDS) {
            if having <= MOST_NAMES_OF_A_RARE_WORD || near.is_empty() {
                near.extend(self.of_word.get(word).into_iter().flatten());
            }
        }
        let ours = self.with_last_word_completed(component, ours, &mut near);
        let mut found: Vec<(u32, &Name)> = near
            .into_iter()
            .map(|at| &self.names[at as usize])
            .filter(|name| may_be_one_vendor(component, name, rules))
            .map(|name| (self.score(component, &ours, name), name))
            .collect();
        most_alike(&mut found, most)
    }

    /// The names of which matching itself asks whether they mean the component, whatever words they share; the most alike
    /// first, without those that are found already.
    fn asked_by_matches(
        &self,
        leaves: &Leaves,
        component: &ComponentFact,
        rules: &Rules,
        known: &[Candidate],
    ) -> Vec<Candidate> {
        let ours = self.without_variants(pieces(&component.names));
        let near = leaves.near(component, rules);
        let listed = near.iter().filter_map(|product| leaves.members(*product).first());
        let open = listed
            .map(|at| leaves.at(*at))
            .filter(|leaf| matches!(identity(component, leaf, rules), Some(Identity::Perhaps { .. })));
        let keys: BTreeSet<NameKey> = open.map(theirs_key).collect();
        let further = keys.iter().filter(|key| known.iter().all(|one| one.theirs != **key));
        let named = further.filter_map(|key| self.names.binary_search_by(|name| name.key.cmp(key)).ok());
        let scored = named.map(|at| (self.score(component, &ours, &self.names[at]), &self.names[at]));
        most_alike(&mut scored.collect(), MOST_NAMES)
    }

    /// A code that no name has (`1500f`) stands for the one that it is a variant of (`1500`), where a name has that.
    fn without_variants(&self, mut ours: Vec<String>) -> Vec<String> {
        for word in &mut ours {
            if self.of_word.contains_key(word.as_str()) {
                continue;
            }
            let known = |length: &usize| self.of_word.contains_key(&word[..*length]);
            if let Some(length) = without_variant(word).find(known) {
                word.truncate(length);
            }
        }
        ours.sort();
        ours.dedup();
        ours
    }

    /// A field of fixed length cuts the last word: the words that begin with it stand for it.
    fn with_last_word_completed(
        &self,
        component: &ComponentFact,
        mut ours: Vec<String>,
        near: &mut BTreeSet<u32>,
    ) -> Vec<String> {
        let Some(last) = component.names.product.rsplit(' ').next().filter(|word| word.len() >= 2) else {
            return ours;
        };
        if self.of_word.contains_key(last) {
            return ours;
        }
        let longer = self.of_word.range(last.to_owned()..).take_while(|(word, _)| word.starts_with(last));
        let longer: Vec<(&String, &Vec<u32>)> = longer.take(MOST_NAMES_OF_A_RARE_WORD).collect();
        if longer.is_empty() {
            return ours;
        }
        ours.retain(|word| word != last);
        if last.len() >= 4 || near.is_empty() {
            near.extend(
                longer
                    .iter()
                    .flat_map(|(_, names)| names.iter().copied())
                    .take(4 * MOST_NAMES_OF_A_RARE_WORD),
            );
        }
        ours.push(format!("{last}{CUT}"));
        ours
    }

    /// Worth of the shared words over the worth of all words, and a little for an equal vendor.
    fn score(&self, component: &ComponentFact, ours: &[String], name: &Name) -> u32 {
        let total = |words: &[String]| words.iter().map(|word| self.worth(word)).sum::<f64>();
        // Without a vendor field the vendor often stands in the name, where it is not a word of the product.
        let is_vendor = |word: &str| name.key.vendor.split(' ').any(|part| part == word);
        let unnamed = component.names.vendor.is_empty();
        let ours: Vec<String> = ours.iter().filter(|word| !(unnamed && is_vendor(word))).cloned().collect();
        let named = unnamed && ours.len() < pieces(&component.names).len();
        let has = |word: &String| match word.strip_suffix(CUT) {
            Some(cut) => name.words.iter().any(|known| known.starts_with(cut)),
            None => name.words.binary_search(word).is_ok(),
        };
        let shared: f64 = ours.iter().filter(|word| has(word)).map(|word| self.worth(word)).sum();
        let all = total(&ours) + total(&name.words) - shared;
        let vendor = if named || component.names.vendor == name.key.vendor { 0.05 } else { 0.0 };
        let share = if all > 0.0 { shared / all } else { 0.0 };
        ((share + vendor) * 1000.0).clamp(0.0, 9999.0) as u32
    }
}

fn most_alike(found: &mut Vec<(u32, &Name)>, most: usize) -> Vec<Candidate> {
    found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.key.cmp(&b.1.key)));
    found.truncate(most);
    let candidate = |(score, name): &(u32, &Name)| Candidate {
        theirs: name.key.clone(),
        leaves: name.leaves.clone(),
        score: *score,
    };
    found.iter().map(candidate).collect()
}

/// How long a code is without letters behind its number, by which makers tell variants apart: one letter less (`1500t` of
/// `1500tf`), then none.
fn without_variant(word: &str) -> impl Iterator<Item = usize> + use<> {
    let stem = word.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let letters = word.len() - stem.len();
    let is_stem = stem.ends_with(|c: char| c.is_ascii_digit()) && tokens::is_model_code(stem);
    let most = if (1..=2).contains(&letters) && is_stem { letters } else { 0 };
    let length = word.len();
    (1..=most).map(move |fewer| length - fewer)
}

fn is_asked_about(leaf: &Leaf) -> bool {
    let stated = match leaf.standing {
        Standing::Stated
        | Standing::Investigated
        | Standing::Edge
        | Standing::Span { .. }
        | Standing::Cured
        | Standing::Cleared => true,
        Standing::Named => false,
    };
    let single: Option<&LeafRelation> = leaf.relation.as_ref();
    stated && single.is_none() && !leaf.names.product.is_empty()
}

fn theirs_key(leaf: &Leaf) -> NameKey {
    NameKey {
        vendor: leaf.names.vendor.clone(),
        product: leaf.names.product.clone(),
        order_number: String::new(),
    }
}

fn ours_key(component: &ComponentFact) -> NameKey {
    NameKey {
        vendor: component.names.vendor.clone(),
        product: component.names.product.clone(),
        order_number: String::new(),
    }
}

/// The words of a name, also those in parentheses, and the parts of its hyphenated codes, sorted, each once.
fn pieces(names: &NameParts) -> Vec<String> {
    let bracketed = names.product.split(' ').filter(|word| !tokens::is_widening(word)).map(str::to_owned);
    let words: Vec<String> =
        names.words.iter().cloned().chain(bracketed).filter(|word| !word.is_empty()).collect();
    let parts = words.iter().flat_map(|word| word.split(['-', '/'])).filter(|part| !part.is_empty());
    let mut found: Vec<String> = parts.map(str::to_owned).chain(words.iter().cloned()).collect();
    found.sort();
    found.dedup();
    found
}

fn may_be_one_vendor(component: &ComponentFact, name: &Name, rules: &Rules) -> bool {
    let (ours, theirs) = (&component.names.vendor, &name.key.vendor);
    ours.is_empty()
        || theirs.is_empty()
        || ours == theirs
        || rules.of_vendors(ours, theirs).is_some()
        || component.names.product == name.key.product
}

/// The questions of an inventory, those that settle most first; at most `most`.
///
/// The same inputs give the same questions in the same order.
#[must_use]
pub fn questions(
    leaves: &Leaves,
    components: &Components,
    configurations: &[Weighed],
    rules: &Rules,
    most: usize,
) -> Vec<Question> {
    let names = Names::new(leaves);
    let of_name: HashMap<&NameKey, &Name> = names.names.iter().map(|name| (&name.key, name)).collect();
    let mut weights: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
    for configuration in configurations {
        for component in configuration.components.iter().collect::<BTreeSet<_>>() {
            let weight = weights.entry(*component).or_default();
            weight.0 += 1;
            weight.1 += configuration.assets;
        }
    }
    let mut found: BTreeMap<(NameKey, NameKey), Question> = BTreeMap::new();
    for (number, (configurations, assets)) in weights {
        let Some(component) = components.by_number(number) else { continue };
        let mut near = names.candidates(component, rules, MOST_NAMES);
        near.extend(names.asked_by_matches(leaves, component, rules, &near));
        for candidate in near {
            let Some(asked) = ask(leaves, component, &candidate, rules) else { continue };
            let question = found.entry((asked.ours.clone(), asked.theirs.clone())).or_insert(asked);
            question.components.push(number);
            question.configurations += configurations;
            question.assets += assets;
            if let Some(name) = of_name.get(&candidate.theirs) {
                question.documents = name.documents.len() as u64;
                question.leaves = name.leaves.len() as u64;
            }
        }
    }
    let mut found: Vec<Question> = found.into_values().collect();
    found.sort_by_cached_key(|question| {
        let settles = question.assets.saturating_mul(question.documents);
        let keys = (question.ours.clone(), question.theirs.clone());
        (question.weight, Reverse(settles), Reverse(question.score), keys)
    });
    found.truncate(most);
    found
}

/// The question on a component and a name; `None` when every leaf of that name is decided.
fn ask(leaves: &Leaves, component: &ComponentFact, candidate: &Candidate, rules: &Rules) -> Option<Question> {
    let mut chosen: Option<(Weight, &Leaf, String)> = None;
    for leaf in candidate.leaves.iter().filter_map(|number| leaves.by_number(*number)) {
        if rules.of_pair(component, leaf).is_some()
            || judge::version(component, leaf, rules) == VersionAnswer::Excluded
        {
            continue;
        }
        let (weight, why) = match identity(component, leaf, rules) {
            Some(Identity::Same { .. } | Identity::Different { .. }) => continue,
            Some(Identity::Perhaps { why }) => (Weight::Open, why),
            None if candidate.score < LEAST_SCORE => continue,
            None => (Weight::Resembles, "the names share words, and that is all".to_owned()),
        };
        if chosen.as_ref().is_none_or(|(known, ..)| weight < *known) {
            chosen = Some((weight, leaf, why));
        }
    }
    let (weight, leaf, why) = chosen?;
    let (ours, theirs) = (ours_key(component), candidate.theirs.clone());
    let (kind, suggests) = suggestion(component, leaf, &ours, &theirs);
    let known = &component.component;
    Some(Question {
        kind,
        weight,
        suggests,
        why,
        ours_written: [&known.vendor, &known.product, &known.order_number, &known.version].map(Clone::clone),
        theirs_written: [&leaf.vendor, &leaf.product, &leaf.version_text].map(Clone::clone),
        aligned: aligned(&component.names.words, &leaf.names.words),
        evidence: evidence::evidence(component, leaf, rules),
        component: component.number,
        components: Vec::new(),
        leaf: leaf.number,
        score: candidate.score,
        configurations: 0,
        assets: 0,
        documents: 0,
        leaves: 0,
        ours,
        theirs,
    })
}

fn suggestion(
    component: &ComponentFact,
    leaf: &Leaf,
    ours: &NameKey,
    theirs: &NameKey,
) -> (QuestionKind, RuleSubject) {
    let vendors_differ = !ours.vendor.is_empty() && !theirs.vendor.is_empty() && ours.vendor != theirs.vendor;
    if ours.product == theirs.product && vendors_differ {
        let subject = RuleSubject::Vendor {
            ours: component.names.spelt_vendor.clone(),
            theirs: leaf.names.spelt_vendor.clone(),
        };
        return (QuestionKind::Vendor, subject);
    }
    let theirs_widens = leaf.names.words.len() < component.names.words.len()
        && tokens::is_subset(&leaf.names.words, &component.names.words);
    if theirs_widens && tokens::names_a_family(&leaf.product) {
        let subject = RuleSubject::Family {
            theirs: theirs.clone(),
            vendor: theirs.vendor.clone(),
            order_patterns: Vec::new(),
            name_words: vec![leaf.names.words.join(" ")],
        };
        return (QuestionKind::Family, subject);
    }
    (QuestionKind::Name, RuleSubject::Names { ours: ours.clone(), theirs: theirs.clone() })
}

fn aligned(ours: &[String], theirs: &[String]) -> Vec<Aligned> {
    let has = |words: &[String], word: &String| words.binary_search(word).is_ok();
    let pair = |ours: &str, theirs: &str| Aligned { ours: ours.to_owned(), theirs: theirs.to_owned() };
    let shared = ours.iter().filter(|word| has(theirs, word)).map(|word| pair(word, word));
    let only_ours = ours.iter().filter(|word| !has(theirs, word)).map(|word| pair(word, ""));
    let only_theirs = theirs.iter().filter(|word| !has(ours, word)).map(|word| pair("", word));
    shared.chain(only_ours).chain(only_theirs).collect()
}
