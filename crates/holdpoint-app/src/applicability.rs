//! Which vulnerabilities of the feeds touch what is installed: the resident catalogue of conditions and its answers.
//!
//! One generation holds everything: the catalogue, the inventory, and the findings of every configuration. It catches up
//! with the database when it is asked for, and is swapped whole. How one answer is explained is in [`judge`]. The
//! surprise: beside a SQLite file the catalogue is kept as a file of its own, so that a start does not compile every
//! condition again; a file that does not fit is built anew and never believed.

pub mod judge;
mod kept;

use crate::App;
use crate::error::AppError;
use arc_swap::ArcSwapOption;
use holdpoint_domain::component::Component;
use holdpoint_engine::applicability::{Builder, Catalogue, Truth};
use holdpoint_engine::fleet::{Answers, Findings, Fleet, FleetBuilder};
use holdpoint_store::{Reader, StoreError};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What the catalogue was built from: each kind of feed with the moment when it last changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub(crate) struct Mark(Vec<(String, i64)>);

impl Mark {
    fn read(r: &mut Reader<'_>) -> Result<Self, StoreError> {
        let standings = r.feed_standings()?.into_iter();
        Ok(Self(standings.map(|one| (one.kind.word().to_owned(), one.changed_at.micros())).collect()))
    }
}

/// The conditions of all published records, ready for asking.
#[derive(Debug, Default)]
pub(crate) struct Conditions {
    pub(crate) mark: Mark,
    pub(crate) catalogue: Catalogue,
    /// Records whose conditions are too large; of them it can never be said that they touch nothing.
    pub(crate) left_out: Vec<String>,
}

/// The inventory by configuration.
#[derive(Debug, Default)]
struct Stock {
    fleet: Fleet,
    last_component: i64,
    last_configuration: i64,
}

/// One whole state of conditions, inventory and answers.
#[derive(Debug)]
pub struct Generation {
    conditions: Arc<Conditions>,
    stock: Arc<Stock>,
    answers: Answers,
    findings: Findings,
}

/// The generation that is asked, and the one place where the next is built.
#[derive(Debug, Default)]
pub(crate) struct Resident {
    current: ArcSwapOption<Generation>,
    building: Mutex<()>,
}

/// The generation that fits the database now.
///
/// # Errors
/// [`AppError::Store`].
pub fn generation(app: &App) -> Result<Arc<Generation>, AppError> {
    let resident = app.applicability();
    if let Some(current) = resident.current.load_full()
        && app.store().read(|r| is_current(&current, r))?
    {
        return Ok(current);
    }
    let _one_at_a_time = resident.building.lock().unwrap_or_else(PoisonError::into_inner);
    let before = resident.current.load_full();
    let next = Arc::new(app.store().read(|r| built(app, before.as_deref(), r))?);
    resident.current.store(Some(Arc::clone(&next)));
    Ok(next)
}

fn is_current(generation: &Generation, r: &mut Reader<'_>) -> Result<bool, StoreError> {
    Ok(generation.conditions.mark == Mark::read(r)? && is_stocked(&generation.stock, r)?)
}

fn is_stocked(stock: &Stock, r: &mut Reader<'_>) -> Result<bool, StoreError> {
    Ok(r.components_after(stock.last_component)?.is_empty()
        && r.configurations_after(stock.last_configuration)?.is_empty())
}

fn built(app: &App, before: Option<&Generation>, r: &mut Reader<'_>) -> Result<Generation, StoreError> {
    let conditions = conditions(app, before, r)?;
    let stock = match before {
        Some(before) if is_stocked(&before.stock, r)? => Arc::clone(&before.stock),
        Some(_) | None => Arc::new(stocked(r)?),
    };
    let answers = Answers::of(&conditions.catalogue, &stock.fleet);
    let findings = Findings::of(&conditions.catalogue, &stock.fleet, &answers);
    Ok(Generation { conditions, stock, answers, findings })
}

/// The conditions that fit the database: those of the generation before, those of the kept file, or new ones.
fn conditions(
    app: &App,
    before: Option<&Generation>,
    r: &mut Reader<'_>,
) -> Result<Arc<Conditions>, StoreError> {
    let mark = Mark::read(r)?;
    if let Some(before) = before.filter(|before| before.conditions.mark == mark) {
        return Ok(Arc::clone(&before.conditions));
    }
    if let Some(kept) = kept::read(app.store().location(), &mark) {
        return Ok(Arc::new(kept));
    }
    let mut builder = Builder::new();
    let mut left_out = Vec::new();
    r.each_applicability(|reference, _, statements| {
        if builder.push(reference, &statements).is_err() {
            left_out.push(reference.to_owned());
        }
        Ok(())
    })?;
    left_out.sort();
    left_out.dedup();
    let made = Conditions { mark, catalogue: builder.finish(), left_out };
    kept::write(app.store().location(), &made);
    Ok(Arc::new(made))
}

fn stocked(r: &mut Reader<'_>) -> Result<Stock, StoreError> {
    let mut builder = FleetBuilder::new();
    let mut places = HashMap::new();
    let mut stock = Stock::default();
    for (number, component) in r.all_components()? {
        places.insert(number, builder.component(number, &component));
        stock.last_component = stock.last_component.max(number);
    }
    for (number, components) in r.configurations_after(0)? {
        let own: Vec<u32> =
            components.iter().filter_map(|component| places.get(component)).copied().collect();
        builder.configuration(number, &own);
        stock.last_configuration = stock.last_configuration.max(number);
    }
    stock.fleet = builder.finish();
    Ok(stock)
}

impl Generation {
    /// The configurations that a vulnerability's conditions touch, or may touch.
    #[must_use]
    pub fn configurations_of(&self, reference: &str) -> Vec<(i64, Truth)> {
        let (catalogue, fleet) = (&self.conditions.catalogue, &self.stock.fleet);
        let Some(record) = catalogue.number(reference) else { return Vec::new() };
        let found = self.findings.of_record(catalogue, fleet, &self.answers, record);
        found.into_iter().map(|(place, truth)| (fleet.configuration_number(place), truth)).collect()
    }

    /// The vulnerabilities whose conditions touch a configuration, or may touch it.
    #[must_use]
    pub fn vulnerabilities_of(&self, configuration: i64) -> Vec<(String, Truth)> {
        let Some(place) = self.stock.fleet.configuration_place(configuration) else { return Vec::new() };
        self.findings
            .of_configuration(place)
            .iter()
            .map(|finding| {
                (self.conditions.catalogue.reference(finding.record()).to_owned(), finding.truth())
            })
            .collect()
    }

    /// Records whose conditions are too large to be asked.
    #[must_use]
    pub fn left_out(&self) -> &[String] {
        &self.conditions.left_out
    }
}

/// A vulnerability that touches a component of a list, or all of them together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touch {
    /// The component's place in the list; `None`: several together, for example a program on an operating system.
    pub component: Option<usize>,
    /// The vulnerability.
    pub reference: String,
    /// Yes or unknown.
    pub truth: Truth,
}

/// Holds a list of components, an SBOM for example, against the conditions of the feeds. Nothing is stored.
///
/// # Errors
/// [`AppError::Store`].
pub fn match_components(app: &App, components: &[Component]) -> Result<Vec<Touch>, AppError> {
    let before = app.applicability().current.load_full();
    let conditions = app.store().read(|r| conditions(app, before.as_deref(), r))?;
    let mut builder = FleetBuilder::new();
    let mut all = Vec::with_capacity(components.len());
    for (at, component) in components.iter().enumerate() {
        let number = i64::try_from(at).expect("a list is shorter than that");
        let place = builder.component(number, component);
        builder.configuration(number + 1, &[place]);
        all.push(place);
    }
    builder.configuration(0, &all);
    let fleet = builder.finish();
    let catalogue = &conditions.catalogue;
    let answers = Answers::of(catalogue, &fleet);
    let findings = Findings::of(catalogue, &fleet, &answers);
    let of =
        |number: i64| fleet.configuration_place(number).map_or(&[][..], |at| findings.of_configuration(at));
    let mut alone: HashMap<u32, Truth> = HashMap::new();
    let mut touches = Vec::new();
    for at in 0..components.len() {
        for finding in of(i64::try_from(at).expect("a list is shorter than that") + 1) {
            let known = alone.entry(finding.record()).or_insert(Truth::No);
            *known = (*known).max(finding.truth());
            touches.push((Some(at), *finding));
        }
    }
    for finding in of(0) {
        if alone.get(&finding.record()).is_none_or(|known| *known < finding.truth()) {
            touches.push((None, *finding));
        }
    }
    Ok(touches
        .into_iter()
        .map(|(component, finding)| Touch {
            component,
            reference: catalogue.reference(finding.record()).to_owned(),
            truth: finding.truth(),
        })
        .collect())
}
