//! What differs from the matches of configurations: for an asset whose own facts settle something, and for a
//! vulnerability on which a more exact statement of the same document has the word.
//!
//! Everything here follows from the matches that are wanted, the statements of their documents, and the assets' own
//! facts; nothing is decided here. The surprise: an asset with an answer of its own has all lines of that document
//! weighed anew, because its answers may outweigh each other in another way.

use super::Sources;
use super::resident::Inventory;
use holdpoint_domain::matching::{Decision, Verdict};
use holdpoint_engine::matching::lines::{Outweighed, Said, clears, outweighed, turned};
use holdpoint_engine::matching::{
    AssetFacts, ConfigurationMatch, Known, Leaves, depends_on_asset, for_asset,
};
use holdpoint_store::matches::{NewOverlay, NewWeighed, OwnFacts};
use holdpoint_store::{Reader, StoreError};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// A match by its configuration, document and product id.
pub(super) type Identity = (i64, i64, String);

/// What differs from the matches, before the matches have numbers.
#[derive(Debug, Default)]
pub(super) struct Lines {
    own: Vec<Own>,
    weighed: Vec<Weighed>,
    /// What a match counts for its advisory, where statements outweigh it for everything that is said of it.
    pub(super) counts_as: HashMap<(i64, i64), Verdict>,
}

#[derive(Debug)]
struct Own {
    of: Identity,
    leaf: i64,
    asset_no: i64,
    decision: Decision,
    counts_as: Option<Verdict>,
}

#[derive(Debug)]
struct Weighed {
    of: Identity,
    asset_no: i64,
    line: Outweighed,
}

/// The matches of one configuration with one document.
struct Group<'w> {
    leaves: &'w Leaves,
    /// Places in the list of what is wanted.
    places: Vec<usize>,
    /// Something of it depends on what an asset alone has.
    asks: bool,
    /// As the engine takes them; filled when something may differ.
    matched: Vec<ConfigurationMatch>,
}

impl Lines {
    /// Finds what differs. The sentence of a match that is outweighed throughout says so afterwards.
    pub(super) fn of(
        r: &mut Reader<'_>,
        sources: &Sources<'_>,
        inventory: &Inventory,
        wanted: &mut [Known],
    ) -> Result<Self, StoreError> {
        let mut groups = groups(sources, wanted);
        let said = statements(r, &mut groups, wanted)?;
        let asking: Vec<i64> = groups
            .iter()
            .filter(|(_, group)| group.asks)
            .map(|((configuration, _), _)| *configuration)
            .collect();
        let mut facts: HashMap<i64, Vec<OwnFacts>> = HashMap::new();
        for own in r.own_facts(&asking)? {
            facts.entry(own.configuration_no).or_default().push(own);
        }
        let mut found = Self::default();
        let mut sentences: Vec<(usize, String)> = Vec::new();
        for ((configuration, _), group) in &groups {
            let said: Vec<Said> = group.statements(&said);
            let all = outweighed(group.leaves, &group.matched, &said);
            for at in &group.places {
                let known = &wanted[*at];
                let Some((verdict, why)) = throughout(&known.decision, known.leaf, &said, &all) else {
                    continue;
                };
                found.counts_as.insert((*configuration, known.leaf), verdict);
                sentences.push((*at, why));
            }
            let assets =
                if group.asks { facts.get(configuration).map_or(&[][..], Vec::as_slice) } else { &[] };
            for own in assets {
                found.of_asset(sources, inventory, group, wanted, (&said, &all), own);
            }
            for line in all {
                if let Some(of) = group.identity(wanted, line.leaf) {
                    found.weighed.push(Weighed { of, asset_no: 0, line });
                }
            }
        }
        for (at, why) in sentences {
            wanted[at].decision.why = why;
        }
        Ok(found)
    }

    /// One asset with the configuration of the group.
    fn of_asset(
        &mut self,
        sources: &Sources<'_>,
        inventory: &Inventory,
        group: &Group<'_>,
        wanted: &[Known],
        (said, all): (&[Said], &[Outweighed]),
        own: &OwnFacts,
    ) {
        let facts = AssetFacts {
            serial_number: own.serial_number.clone(),
            hardware_revision: own.hardware_revision.clone(),
            ..AssetFacts::default()
        };
        let decided = |matched: &ConfigurationMatch| {
            let leaf = group.leaves.by_number(matched.leaf)?;
            let component = matched.component.and_then(|number| inventory.component(number));
            Some(for_asset(matched, component, leaf, &sources.rules, &facts))
        };
        let matched: Vec<ConfigurationMatch> = group
            .matched
            .iter()
            .map(|one| ConfigurationMatch {
                decision: decided(one).map_or_else(|| Arc::clone(&one.decision), Arc::new),
                ..one.clone()
            })
            .collect();
        if matched == group.matched {
            return;
        }
        let lines = outweighed(group.leaves, &matched, said);
        for (now, before) in matched.into_iter().zip(&group.matched) {
            let of_leaf = |line: &&Outweighed| line.leaf == now.leaf;
            let same_lines = lines.iter().filter(of_leaf).eq(all.iter().filter(of_leaf));
            let Some(of) = group.identity(wanted, now.leaf) else { continue };
            if now.decision == before.decision && same_lines {
                continue;
            }
            let counts = throughout(&now.decision, now.leaf, said, &lines);
            self.weighed.extend(lines.iter().filter(of_leaf).map(|line| Weighed {
                of: of.clone(),
                asset_no: own.asset_no,
                line: line.clone(),
            }));
            let (counts_as, why) = counts.unzip();
            let why = why.unwrap_or_else(|| now.decision.why.clone());
            self.own.push(Own {
                of,
                leaf: now.leaf,
                asset_no: own.asset_no,
                decision: Decision { why, ..(*now.decision).clone() },
                counts_as,
            });
        }
    }

    /// As the store keeps them, now that every match has a number.
    pub(super) fn numbered(self, numbers: &BTreeMap<Identity, i64>) -> (Vec<NewOverlay>, Vec<NewWeighed>) {
        let own = self.own.into_iter().filter_map(|own| {
            Some(NewOverlay {
                match_no: *numbers.get(&own.of)?,
                asset_no: own.asset_no,
                configuration_no: own.of.0,
                product_no: own.leaf,
                verdict: own.decision.verdict,
                confidence: own.decision.confidence,
                rung: own.decision.rung,
                why: own.decision.why,
                counts_as: own.counts_as,
            })
        });
        let weighed = self.weighed.into_iter().filter_map(|weighed| {
            Some(NewWeighed {
                match_no: *numbers.get(&weighed.of)?,
                vulnerability_no: weighed.line.vulnerability,
                asset_no: weighed.asset_no,
                configuration_no: weighed.of.0,
                product_no: weighed.line.leaf,
                verdict: weighed.line.verdict,
                why: weighed.line.why,
            })
        });
        (own.collect(), weighed.collect())
    }
}

impl Group<'_> {
    fn identity(&self, wanted: &[Known], leaf: i64) -> Option<Identity> {
        let known = self.places.iter().map(|at| &wanted[*at]).find(|known| known.leaf == leaf)?;
        Some((known.configuration, known.document, known.product_id.clone()))
    }

    fn statements(&self, said: &HashMap<i64, Vec<Said>>) -> Vec<Said> {
        self.matched.iter().filter_map(|matched| said.get(&matched.leaf)).flatten().copied().collect()
    }

    /// Whether two statements on one component could be weighed against each other.
    fn may_weigh(&self, wanted: &[Known]) -> bool {
        let mut seen = HashSet::new();
        let known = self.places.iter().map(|at| &wanted[*at]);
        known
            .filter(|known| known.decision.verdict != Verdict::No)
            .filter_map(|known| known.component)
            .any(|component| !seen.insert(component))
    }
}

/// The matches by configuration and document.
fn groups<'w>(sources: &Sources<'w>, wanted: &[Known]) -> BTreeMap<(i64, i64), Group<'w>> {
    let mut groups: BTreeMap<(i64, i64), Group<'w>> = BTreeMap::new();
    for (at, known) in wanted.iter().enumerate() {
        let Some((leaves, leaf)) = sources.part_of(known.leaf) else { continue };
        let group = groups.entry((known.configuration, known.document)).or_insert_with(|| Group {
            leaves,
            places: Vec::new(),
            asks: false,
            matched: Vec::new(),
        });
        group.places.push(at);
        group.asks |= known.decision.verdict == Verdict::Unknown
            && known.component.is_some()
            && depends_on_asset(leaf, &sources.rules);
    }
    groups
}

/// Leaves the groups in which something may differ, and gives what their documents say of their products.
fn statements(
    r: &mut Reader<'_>,
    groups: &mut BTreeMap<(i64, i64), Group<'_>>,
    wanted: &[Known],
) -> Result<HashMap<i64, Vec<Said>>, StoreError> {
    let leaves = |group: &Group<'_>| group.places.iter().map(|at| wanted[*at].leaf).collect::<Vec<_>>();
    groups.retain(|_, group| group.asks || group.may_weigh(wanted));
    let weighing = groups.values().filter(|group| group.may_weigh(wanted));
    let cleared = r.cleared_products(&weighing.flat_map(leaves).collect::<Vec<_>>())?;
    let clears = |group: &Group<'_>| group.places.iter().any(|at| cleared.contains(&wanted[*at].leaf));
    groups.retain(|_, group| group.asks || clears(group));
    let asked: Vec<i64> = groups.values().filter(|group| clears(group)).flat_map(leaves).collect();
    for group in groups.values_mut() {
        let known = group.places.iter().map(|at| &wanted[*at]);
        group.matched = known
            .map(|known| ConfigurationMatch {
                leaf: known.leaf,
                component: known.component,
                decision: Arc::new(known.decision.clone()),
            })
            .collect();
    }
    let mut said: HashMap<i64, Vec<Said>> = HashMap::new();
    for one in r.said_of_products(&asked)? {
        let line = Said { leaf: one.product_no, vulnerability: one.vulnerability_no, status: one.status };
        said.entry(one.product_no).or_default().push(line);
    }
    Ok(said)
}

/// What a match counts for its advisory when statements change that, with the sentence of the line that decides.
fn throughout(
    decision: &Decision,
    leaf: i64,
    said: &[Said],
    lines: &[Outweighed],
) -> Option<(Verdict, String)> {
    let worse = |verdict: &Verdict| match verdict {
        Verdict::Yes => 2,
        Verdict::Unknown => 1,
        Verdict::No => 0,
    };
    let own = || said.iter().filter(|said| said.leaf == leaf && !clears(said.status));
    let before = own().map(|said| turned(decision.verdict, said.status)).max_by_key(worse)?;
    let changed = |said: &Said| {
        lines.iter().find(|line| (line.leaf, line.vulnerability) == (said.leaf, said.vulnerability))
    };
    let after = own()
        .map(|said| changed(said).map_or_else(|| turned(decision.verdict, said.status), |line| line.verdict))
        .max_by_key(worse)?;
    if after == before {
        return None;
    }
    let why = own().filter_map(changed).find(|line| line.verdict == after)?.why.clone();
    Some((after, why))
}
