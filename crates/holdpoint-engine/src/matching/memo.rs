//! What was decided on pairs, kept because configurations share components and components share names.
//!
//! Two layers. Which listed products a component may be depends on its names and numbers alone, so it is found once for
//! all versions and spellings that are read alike. Only those products' leaves are judged, once for each component. The
//! surprise: the first layer asks the ladder of identity with the version left out, because less knowledge never recognises
//! less, but for a version that contradicts the asset's own name; the decision itself is always made by [`judge::judge`] with everything that is known.

use super::codes;
use super::component::{ComponentFact, Told};
use super::configuration::Hits;
use super::identity::{Identity, identity};
use super::index::Leaves;
use super::judge;
use super::leaf::Leaf;
use super::listed::ListedProduct;
use super::rules::Rules;
use super::wording::contradicts;
use hashbrown::{HashMap, HashSet};
use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_domain::matching::Decision;
use std::sync::Arc;

/// What was decided on a component and a leaf.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The place of the leaf.
    pub at: u32,
    /// The decision, which all configurations with the component share.
    pub decision: Arc<Decision>,
    /// The product was recognised for sure and the document gives no version for it.
    pub versionless: bool,
}

/// A listed product that components of one face may be.
#[derive(Debug)]
struct Possible {
    product: u32,
    /// How it stands to all of them, where that hangs neither on a version, nor on how a vendor is spelt, nor on a rule.
    settled: Option<Identity<'static>>,
    /// The decision of all pairs where that hangs on nothing more, but for versions that are excluded.
    always: Option<Arc<Decision>>,
}

impl Possible {
    /// The decision on one of its leaves.
    fn decided(
        &self,
        identity: &Identity<'_>,
        component: &ComponentFact,
        leaf: &Leaf,
        rules: &Rules,
    ) -> Arc<Decision> {
        match (identity, &self.always) {
            (Identity::Different { .. }, Some(always)) => Arc::clone(always),
            (Identity::Perhaps { why }, Some(always)) => {
                match judge::excluded_candidate(component, leaf, rules, why) {
                    Some(own) => Arc::new(own),
                    None => Arc::clone(always),
                }
            }
            (Identity::Same { .. } | Identity::Different { .. } | Identity::Perhaps { .. }, _) => {
                Arc::new(judge::judge_as(identity, component, leaf, rules))
            }
        }
    }
}

/// Decisions on pairs. Good for one set of leaves and one of rules.
#[derive(Debug, Default)]
pub struct Memo {
    of_component: HashMap<i64, Vec<Judged>>,
    of_face: HashMap<Box<str>, Arc<[Possible]>, foldhash::fast::RandomState>,
    face: String,
    /// Room for the hits of one configuration.
    pub(super) hits: Hits,
    /// The components that share a key with any of the leaves, where somebody has looked; no other is a match.
    near: Option<HashSet<i64>>,
}

impl Memo {
    /// For leaves of which it is known which components are near ([`super::Components::near`]): the names of all others
    /// are not even looked up.
    #[must_use]
    pub fn near(components: impl IntoIterator<Item = i64>) -> Self {
        Self { near: Some(components.into_iter().collect()), ..Self::default() }
    }

    /// The decisions on a component, one for each leaf that is a match.
    pub(super) fn judged(&mut self, leaves: &Leaves, component: &ComponentFact, rules: &Rules) -> &[Judged] {
        if self.near.as_ref().is_some_and(|near| !near.contains(&component.number)) {
            return &[];
        }
        if !self.of_component.contains_key(&component.number) {
            let products = self.possible(leaves, component, rules);
            let most = products.iter().map(|one| leaves.members(one.product).len()).sum();
            let mut judged: Vec<Judged> = Vec::with_capacity(most);
            for possible in &*products {
                let members = leaves.members(possible.product);
                let listed = members.first().map(|at| &leaves.at(*at).listed);
                let own;
                let identity: &Identity<'_> = match &possible.settled {
                    Some(settled) => settled,
                    None => {
                        let found = listed.and_then(|listed| identity(component, listed, rules));
                        let Some(found) = found else { continue };
                        own = found;
                        &own
                    }
                };
                let first = judged.len();
                for at in members {
                    let leaf = leaves.at(*at);
                    // Documents repeat each other's texts, and a like text has a like answer.
                    let twin = judged[first..].binary_search_by_key(&leaf.like, |one| one.at);
                    let one = match twin {
                        Ok(twin) => Judged { at: *at, ..judged[first + twin].clone() },
                        Err(_) => {
                            let decision = possible.decided(identity, component, leaf, rules);
                            // Of another product it does not matter which versions the document gives.
                            let versionless = matches!(identity, Identity::Same { .. })
                                && judge::gives_no_version(component, leaf, rules);
                            Judged { at: *at, decision, versionless }
                        }
                    };
                    judged.push(one);
                }
            }
            judged.sort_unstable_by_key(|one| one.at);
            self.of_component.insert(component.number, judged);
        }
        self.of_component.get(&component.number).map_or(&[], Vec::as_slice)
    }

    /// The listed products that a component of these names may be, whatever its version.
    fn possible(&mut self, leaves: &Leaves, component: &ComponentFact, rules: &Rules) -> Arc<[Possible]> {
        write_face(component, &mut self.face);
        if let Some(known) = self.of_face.get(self.face.as_str()) {
            return Arc::clone(known);
        }
        // A version that contradicts the name is a part of the face, and says which other products it may be.
        let alone;
        let face = if contradicts(&component.names.release, component.version()) {
            component
        } else {
            alone = without_version(component);
            &alone
        };
        let possible = |product: u32| {
            let leaf = leaves.members(product).first().map(|at| leaves.at(*at))?;
            let found = identity(face, leaf, rules)?;
            let settled = settled(found, component, leaf);
            let always = settled.as_ref().and_then(judge::whatever_the_version).map(Arc::new);
            Some(Possible { product, settled, always })
        };
        let found: Arc<[Possible]> = leaves.near(component, rules).into_iter().filter_map(possible).collect();
        self.of_face.insert(self.face.as_str().into(), Arc::clone(&found));
        found
    }
}

/// What was found out without a version, where it holds for all components of one face.
fn settled(
    found: Identity<'_>,
    component: &ComponentFact,
    leaf: &ListedProduct,
) -> Option<Identity<'static>> {
    // Only a release in the listed name is ever compared with the version, and only where our name has none.
    let names_one = !leaf.names.release.is_empty() || codes::releases(leaf).next().is_some();
    if names_one && component.names.release.is_empty() {
        return None;
    }
    let vendor = component.component.vendor.trim();
    // A component without a vendor shares its names with others that have one, and the words say so.
    let is_spelt = |why: &str| if vendor.is_empty() { why.contains("``") } else { why.contains(vendor) };
    match found {
        Identity::Same { rung, confidence, rule: None } => {
            Some(Identity::Same { rung, confidence, rule: None })
        }
        Identity::Perhaps { why } if !is_spelt(&why) => Some(Identity::Perhaps { why }),
        Identity::Different { rung, confidence, why } if !is_spelt(&why) => {
            Some(Identity::Different { rung, confidence, why })
        }
        Identity::Same { .. } | Identity::Perhaps { .. } | Identity::Different { .. } => None,
    }
}

fn without_version(component: &ComponentFact) -> ComponentFact {
    let known = &component.component;
    ComponentFact {
        component: Component { version: String::new(), ..known.clone() },
        purl_version: String::new(),
        ..component.clone()
    }
}

/// All of a component that its identity rests on, each part behind its length: everything but number, a version that does
/// not contradict the name, and the spelling of the vendor, of which the names hold what is read.
fn write_face(component: &ComponentFact, into: &mut String) {
    let Component { kind, vendor: _, product, version: _, order_number, hardware_revision, purl, cpe } =
        &component.component;
    let names = &component.names;
    into.clear();
    let kind = ComponentKind::ALL.iter().position(|one| one == kind).unwrap_or(0);
    put_number(kind, into);
    for told in [component.order_from, component.name_from] {
        match told {
            Told::Inventory => put_number(0, into),
            Told::Protocol => put_number(1, into),
        }
    }
    for text in [product, order_number, hardware_revision, purl, cpe, &component.order_number] {
        put(text, into);
    }
    for text in [&names.vendor, &names.spelt_vendor, &names.product, &names.base, &names.release] {
        put(text, into);
    }
    for list in [&names.words, &names.further_vendors] {
        put_number(list.len(), into);
        list.iter().for_each(|text| put(text, into));
    }
    for form in names.squeezed.forms() {
        put_number(form as usize, into);
    }
    if contradicts(&names.release, component.version()) {
        put(component.version(), into);
    }
}

fn put(text: &str, into: &mut String) {
    put_number(text.len(), into);
    into.push_str(text);
}

/// A number as characters that say where it ends: those of numbers up to 0x3ff are one character.
fn put_number(number: usize, into: &mut String) {
    let mut left = number;
    while left > 0x3ff {
        into.extend(char::from_u32(0x400 + (left & 0x3ff) as u32));
        left >>= 10;
    }
    into.extend(char::from_u32(left as u32));
}
