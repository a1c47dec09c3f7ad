//! People's decisions on names, in force at one moment, ready to be asked for a pair.
//!
//! A rule connects names or vendors; it stands between the rungs that a device or a document proves (order number,
//! package, CPE, protocol) and equal names. The surprises: a rule never outweighs an order number, and it speaks of
//! identity only, so whether a version is meant stays as open with a rule as it was without one.

use super::codes;
use super::component::ComponentFact;
use super::keys::{self, Key, Side};
use super::leaf::Leaf;
use super::listed::ListedProduct;
use hashbrown::HashMap;
use holdpoint_domain::Moment;
use holdpoint_domain::review::{MappingRule, NameKey, RuleSubject, RuleVerdict};
use holdpoint_versions::expression::{self, Category, Context, Expression};
use holdpoint_versions::names::{self, ModelPattern};

/// The rules in force. [`Rules::default`] holds none.
#[derive(Debug, Default)]
pub struct Rules {
    rules: Vec<MappingRule>,
    /// Rules on names by our product key, and by our order number where that is all they name.
    names_of: HashMap<String, Vec<usize>>,
    /// Rules on families by our vendor.
    families_of: HashMap<String, Vec<Family>>,
    /// Rules on vendors, by either key.
    vendors_of: HashMap<String, Vec<(String, usize)>>,
    /// How people read version texts, by text.
    readings_of: HashMap<String, Vec<Reading>>,
}

#[derive(Debug)]
struct Reading {
    rule: usize,
    vendor: String,
    product: String,
    expression: Expression,
}

#[derive(Debug)]
struct Family {
    rule: usize,
    patterns: Vec<ModelPattern>,
    words: Vec<Vec<String>>,
}

/// The key by which a rule names a thing: the one way to make it, for both sides.
#[must_use]
pub fn name_key(vendor: &str, product: &str, order_number: &str) -> NameKey {
    let parts = keys::NameParts::of(vendor, product);
    NameKey {
        vendor: parts.vendor,
        product: parts.product,
        order_number: names::order_number_key(order_number),
    }
}

impl Rules {
    /// The rules that hold at that moment; expired ones do nothing. The order of the list does not count.
    #[must_use]
    pub fn new(rules: Vec<MappingRule>, at: Moment) -> Self {
        let mut rules: Vec<MappingRule> = rules.into_iter().filter(|rule| rule.holds_at(at)).collect();
        // The latest decision is asked first.
        rules.sort_by(|a, b| b.decided_at.cmp(&a.decided_at).then_with(|| b.id.cmp(&a.id)));
        let mut known = Self::default();
        for (at, rule) in rules.iter_mut().enumerate() {
            resolve_aliases(&mut rule.subject);
            known.add(at, rule);
        }
        known.rules = rules;
        known
    }

    fn add(&mut self, at: usize, rule: &MappingRule) {
        match &rule.subject {
            RuleSubject::Names { ours, .. } => {
                let by = if ours.product.is_empty() { &ours.order_number } else { &ours.product };
                if !by.is_empty() {
                    self.names_of.entry(by.clone()).or_default().push(at);
                }
            }
            RuleSubject::Family { vendor, order_patterns, name_words, .. } => {
                let patterns =
                    order_patterns.iter().filter_map(|text| ModelPattern::csaf20(text).ok()).collect();
                let words = name_words
                    .iter()
                    .map(|entry| entry.split_whitespace().map(str::to_lowercase).collect::<Vec<String>>());
                let words = words.filter(|entry| !entry.is_empty()).collect();
                let family = Family { rule: at, patterns, words };
                self.families_of.entry(vendor.clone()).or_default().push(family);
            }
            RuleSubject::Vendor { ours, theirs } => {
                self.vendors_of.entry(ours.clone()).or_default().push((theirs.clone(), at));
                self.vendors_of.entry(theirs.clone()).or_default().push((ours.clone(), at));
            }
            RuleSubject::Expression { vendor, product, text, range } => {
                let context = Context { vendor, product, category: Category::Range };
                let expression = expression::parse(&context, range);
                // A range that cannot be read would only replace one riddle by another.
                if expression.why().is_none() {
                    let (vendor, product) = (vendor.clone(), product.clone());
                    let reading = Reading { rule: at, vendor, product, expression };
                    self.readings_of.entry(text.clone()).or_default().push(reading);
                }
            }
        }
    }

    /// How many rules are in force.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The rules in force, the latest decision first.
    pub fn iter(&self) -> impl Iterator<Item = &MappingRule> {
        self.rules.iter()
    }

    /// What the rules say of a pair: of several that speak of it one on names before one on a family, then the latest.
    #[must_use]
    pub fn of_pair<'r>(&'r self, component: &ComponentFact, leaf: &ListedProduct) -> Option<&'r MappingRule> {
        if self.rules.is_empty() {
            return None;
        }
        let by_name = self.naming(component).find(|rule| match &rule.subject {
            RuleSubject::Names { ours, theirs } => {
                is_theirs(theirs, leaf) && vendors_fit(&ours.vendor, theirs, component, leaf)
            }
            RuleSubject::Family { .. } | RuleSubject::Vendor { .. } | RuleSubject::Expression { .. } => false,
        });
        by_name.or_else(|| {
            self.families(component).find(|rule| match &rule.subject {
                RuleSubject::Family { theirs, vendor, .. } => {
                    is_theirs(theirs, leaf) && vendors_fit(vendor, theirs, component, leaf)
                }
                RuleSubject::Names { .. } | RuleSubject::Vendor { .. } | RuleSubject::Expression { .. } => {
                    false
                }
            })
        })
    }

    /// How a person reads the version text of a leaf, with the rule that says so; the latest decision counts.
    #[must_use]
    pub fn reading(&self, leaf: &Leaf) -> Option<(&MappingRule, &Expression)> {
        if self.readings_of.is_empty() {
            return None;
        }
        let known = self.readings_of.get(leaf.version_text.trim())?;
        let meant = known.iter().filter(|reading| {
            agrees(&reading.vendor, &leaf.names.vendor) && agrees(&reading.product, &leaf.names.product)
        });
        meant
            .min_by_key(|reading| reading.rule)
            .map(|reading| (&self.rules[reading.rule], &reading.expression))
    }

    /// The rule that speaks of two vendor keys.
    #[must_use]
    pub fn of_vendors(&self, one: &str, other: &str) -> Option<&MappingRule> {
        let known = self.vendors_of.get(one)?;
        known.iter().filter(|(vendor, _)| vendor == other).map(|(_, at)| *at).min().map(|at| &self.rules[at])
    }

    /// The other keys of a vendor.
    fn same_vendors(&self, vendor: &str) -> impl Iterator<Item = &str> {
        let known = self.vendors_of.get(vendor).map_or(&[][..], Vec::as_slice);
        known
            .iter()
            .filter(|(_, at)| self.rules[*at].verdict == RuleVerdict::Same)
            .map(|(other, _)| other.as_str())
    }

    /// The rules on names that have the component on our side.
    fn naming<'r, 'c>(
        &'r self,
        component: &'c ComponentFact,
    ) -> impl Iterator<Item = &'r MappingRule> + use<'r, 'c> {
        let of = |key: &str| self.names_of.get(key).map_or(&[][..], Vec::as_slice);
        let mut found: Vec<usize> =
            of(&component.names.product).iter().chain(of(&component.order_number)).copied().collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|at| &self.rules[at]).filter(|rule| match &rule.subject {
            RuleSubject::Names { ours, .. } => is_ours(ours, component),
            RuleSubject::Family { .. } | RuleSubject::Vendor { .. } | RuleSubject::Expression { .. } => false,
        })
    }

    /// The rules on families to which the component belongs.
    fn families<'r, 'c>(
        &'r self,
        component: &'c ComponentFact,
    ) -> impl Iterator<Item = &'r MappingRule> + use<'r, 'c> {
        let known = self.families_of.get(&component.names.vendor).map_or(&[][..], Vec::as_slice);
        known.iter().filter(|family| family.holds(component)).map(|family| &self.rules[family.rule])
    }

    /// Further keys by which leaves find this component because of the rules.
    #[must_use]
    pub(super) fn keys(&self, component: &ComponentFact) -> Vec<Key> {
        let mut found = Vec::new();
        if self.rules.is_empty() {
            return found;
        }
        for vendor in self.same_vendors(&component.names.vendor) {
            component.names.keys_with_vendor(Side::Ours, vendor, &mut found);
            codes::keys(vendor, &component.codes, &mut found);
        }
        for rule in self.naming(component).chain(self.families(component)) {
            match &rule.subject {
                RuleSubject::Names { theirs, .. } | RuleSubject::Family { theirs, .. } => {
                    if theirs.product.is_empty() {
                        keys::order_number(&theirs.order_number, &mut found);
                    } else {
                        found.push(keys::product(&theirs.product));
                    }
                }
                RuleSubject::Vendor { .. } | RuleSubject::Expression { .. } => {}
            }
        }
        found
    }
}

impl Family {
    fn holds(&self, component: &ComponentFact) -> bool {
        let order = &component.order_number;
        let by_order = !order.is_empty() && self.patterns.iter().any(|pattern| pattern.matches(order));
        let product = &component.names.product;
        let has = |word: &String| product.split(' ').any(|ours| ours == word);
        by_order || self.words.iter().any(|entry| entry.iter().all(has))
    }
}

fn resolve_aliases(subject: &mut RuleSubject) {
    let resolve = |vendor: &mut String| *vendor = names::vendor_alias(vendor).to_owned();
    match subject {
        RuleSubject::Names { ours, theirs } => {
            resolve(&mut ours.vendor);
            resolve(&mut theirs.vendor);
        }
        RuleSubject::Family { theirs, vendor, .. } => {
            resolve(&mut theirs.vendor);
            resolve(vendor);
        }
        // A rule on vendors may speak of two spellings that the program itself takes for one.
        RuleSubject::Vendor { .. } => {}
        RuleSubject::Expression { vendor, .. } => resolve(vendor),
    }
}

fn agrees(wanted: &str, known: &str) -> bool {
    wanted.is_empty() || wanted == known
}

fn is_ours(ours: &NameKey, component: &ComponentFact) -> bool {
    agrees(&ours.vendor, &component.names.vendor)
        && agrees(&ours.product, &component.names.product)
        && agrees(&ours.order_number, &component.order_number)
}

/// A rule that names a vendor on one side only says nothing of pairs of two vendors: a nameless pump that was found
/// to be Acme's does not make another maker's pump one.
fn vendors_fit(ours: &str, theirs: &NameKey, component: &ComponentFact, leaf: &ListedProduct) -> bool {
    let (known, listed) = (component.names.vendor.as_str(), leaf.names.vendor.as_str());
    let names_both = !ours.is_empty() && !theirs.vendor.is_empty();
    names_both || known.is_empty() || listed.is_empty() || known == listed
}

fn is_theirs(theirs: &NameKey, leaf: &ListedProduct) -> bool {
    let listed = || leaf.model_texts.iter().any(|text| names::order_number_key(text) == theirs.order_number);
    let named = !theirs.product.is_empty() || !theirs.order_number.is_empty();
    named
        && agrees(&theirs.vendor, &leaf.names.vendor)
        && agrees(&theirs.product, &leaf.names.product)
        && (theirs.order_number.is_empty() || listed())
}
