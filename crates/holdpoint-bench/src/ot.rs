//! A plant against all leaves of the advisories: whole, and document by document.

use std::collections::BTreeMap;
use std::time::Instant;

use holdpoint_domain::advisory::AdvisoryContent;
use holdpoint_domain::component::Component;
use holdpoint_domain::matching::{Confidence, Verdict};
use holdpoint_engine::fleet::{Fleet, FleetBuilder};
use holdpoint_engine::matching::configuration::Memo;
use holdpoint_engine::matching::{ComponentFact, Components, Leaves, Rules, match_configuration};

use crate::plant::{leaves, name_of};

/// A plant: distinct components and configurations, and the components ready to be judged.
pub struct Plant {
    /// Who has what.
    pub fleet: Fleet,
    /// The components, by number.
    pub components: Components,
}

impl Plant {
    /// Of rows of text: for each asset the components it lists.
    #[must_use]
    pub fn of<'a>(assets: impl Iterator<Item = &'a [Component]>) -> Self {
        let mut builder = FleetBuilder::new();
        let mut facts: Vec<ComponentFact> = Vec::new();
        let mut places = Vec::new();
        for (number, listed) in assets.enumerate() {
            places.clear();
            for component in listed {
                let place = builder.component(facts.len() as i64, component);
                if place as usize == facts.len() {
                    facts.push(ComponentFact::new(i64::from(place), component.clone()));
                }
                places.push(place);
            }
            let configuration = builder.configuration_of(&places);
            builder.asset(number as i64, configuration);
        }
        Self { fleet: builder.finish(), components: Components::new(facts) }
    }

    fn facts(&self, configuration: u32) -> Vec<&ComponentFact> {
        let numbers = self.fleet.components_of(configuration).iter();
        numbers.filter_map(|at| self.components.by_number(self.fleet.component_number(*at))).collect()
    }
}

/// One match of a configuration: document, product, answer.
pub type Row = (u32, String, String, Verdict, Confidence);

/// What is true after some documents: rows by document, so that a new revision takes the place of the old one.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct State(BTreeMap<String, Vec<Row>>);

impl State {
    /// How many matches there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// All leaves against all configurations; the matches, and how many pairs of asset and leaf they stand for.
#[must_use]
pub fn count(plant: &Plant, leaves: &Leaves) -> (u64, u64, u64) {
    let (rules, mut memo) = (Rules::default(), Memo::default());
    let (mut matches, mut implied, mut yes) = (0, 0, 0);
    for configuration in 0..plant.fleet.configurations() as u32 {
        let found = match_configuration(leaves, &plant.facts(configuration), &rules, &mut memo);
        matches += found.len() as u64;
        implied += found.len() as u64 * plant.fleet.assets_of(configuration).len() as u64;
        yes += found.iter().filter(|one| one.decision.verdict == Verdict::Yes).count() as u64;
    }
    (matches, implied, yes)
}

/// The state after all documents at once; later ones of one name take the place of earlier ones.
#[must_use]
pub fn batch(plant: &Plant, documents: &[AdvisoryContent]) -> State {
    let mut current: BTreeMap<String, &AdvisoryContent> = BTreeMap::new();
    for document in documents {
        current.insert(name_of(document), document);
    }
    let mut inputs = Vec::new();
    let mut names = Vec::new();
    for (number, (name, document)) in current.into_iter().enumerate() {
        inputs.extend(leaves(document, number as i64, inputs.len() as i64));
        names.push(name);
    }
    let index = Leaves::new(inputs);
    let mut state = State::default();
    let (rules, mut memo) = (Rules::default(), Memo::default());
    for configuration in 0..plant.fleet.configurations() as u32 {
        for found in match_configuration(&index, &plant.facts(configuration), &rules, &mut memo) {
            let leaf = index.by_number(found.leaf).expect("a leaf of this index");
            let row = (
                configuration,
                leaf.product_id.clone(),
                found.decision.why.clone(),
                found.decision.verdict,
                found.decision.confidence,
            );
            state.0.entry(names[leaf.document as usize].clone()).or_default().push(row);
        }
    }
    state.0.values_mut().for_each(|rows| rows.sort());
    state
}

/// The state after the documents one by one, and how long each took, in seconds by the clock.
#[must_use]
pub fn replay(plant: &Plant, documents: &[AdvisoryContent]) -> (State, Vec<f64>) {
    let mut state = State::default();
    let mut times = Vec::with_capacity(documents.len());
    for document in documents {
        let start = Instant::now();
        let rows = one(plant, document);
        let name = name_of(document);
        if rows.is_empty() {
            state.0.remove(&name);
        } else {
            state.0.insert(name, rows);
        }
        times.push(start.elapsed().as_secs_f64());
    }
    (state, times)
}

/// One document against the configurations that may have something it names.
fn one(plant: &Plant, document: &AdvisoryContent) -> Vec<Row> {
    let index = Leaves::new(leaves(document, 0, 0));
    let rules = Rules::default();
    // Components are given the places of their arrival as numbers; the fleet orders them in another way.
    let near = plant.components.near(&index, &rules);
    let mut memo = Memo::near(near.iter().copied());
    let mut configurations: Vec<u32> = near
        .iter()
        .filter_map(|number| plant.fleet.component_place(*number))
        .flat_map(|place| plant.fleet.configurations_with(place))
        .copied()
        .collect();
    configurations.sort_unstable();
    configurations.dedup();
    let mut rows = Vec::new();
    for configuration in configurations {
        for found in match_configuration(&index, &plant.facts(configuration), &rules, &mut memo) {
            let leaf = index.by_number(found.leaf).expect("a leaf of this index");
            let decision = found.decision;
            rows.push((
                configuration,
                leaf.product_id.clone(),
                decision.why.clone(),
                decision.verdict,
                decision.confidence,
            ));
        }
    }
    rows.sort();
    rows
}
