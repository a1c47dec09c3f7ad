//! Which vulnerabilities of the feeds touch what is installed: the resident catalogue of conditions and its questions.
//!
//! The catalogue and the inventory by configuration are kept in memory, catch up with the database when they are asked
//! for, and are swapped whole. What follows for each configuration is stored, and kept current by [`findings`]; how one
//! answer is explained is in [`judge`]. The surprise: beside a SQLite file the catalogue is kept as a file of its own, so
//! that a start does not compile every condition again; a file that does not fit is built anew and never believed.

pub mod findings;
pub mod judge;
mod kept;
mod releases;
pub mod voices;

use crate::App;
use crate::error::AppError;
use arc_swap::ArcSwapOption;
use holdpoint_domain::advisory::StatusGroup;
use holdpoint_domain::component::Component;
use holdpoint_domain::intelligence::{
    Applicability, Condition, Criterion, FeedKind, Role, Subject, Unlisted, VersionTest, VexStatement,
};
use holdpoint_engine::applicability::{Builder, Catalogue, Truth};
use holdpoint_engine::fleet::{Answers, Findings, Fleet, FleetBuilder};
use holdpoint_store::{Reader, StoreError};
use releases::Silence;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// The release of a distribution, as a record keeps it, for people to read: `el9.2` of `el9~2`.
#[must_use]
pub fn release_words(release: &str) -> String {
    holdpoint_versions::release::shown(release)
}

/// What the catalogue was built from: each kind of feed with the moment when it last changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub(crate) struct Mark(Vec<(String, i64)>);

impl Mark {
    fn read(r: &mut Reader<'_>) -> Result<Self, StoreError> {
        let standings = r.feed_standings()?.into_iter();
        Ok(Self(standings.map(|one| (one.kind.word().to_owned(), one.changed_at.micros())).collect()))
    }
}

/// The conditions of all published records and of VEX statements that name what is affected, ready for asking.
#[derive(Debug, Default)]
pub(crate) struct Conditions {
    pub(crate) mark: Mark,
    pub(crate) catalogue: Catalogue,
    /// Records whose conditions are too large to be looked up: they are found by the products that they name, and then
    /// walked as they are written.
    pub(crate) outlined: BTreeSet<String>,
}

/// The inventory by configuration.
#[derive(Debug, Default)]
struct Stock {
    fleet: Fleet,
    last_component: i64,
    last_key: Option<[u8; 32]>,
    last_configuration: i64,
}

/// What is kept in memory.
#[derive(Debug, Default)]
pub(crate) struct Resident {
    conditions: ArcSwapOption<Conditions>,
    stock: ArcSwapOption<Stock>,
}

/// Whether a record's conditions are too large to be indexed as they are.
pub(crate) fn is_too_large(statements: &[Applicability]) -> bool {
    Builder::new().push("", statements).is_err()
}

/// Loads the conditions, so that the change that comes next need not hold up others while they are compiled.
///
/// # Errors
/// [`AppError::Store`].
pub(crate) fn warm(app: &App) -> Result<(), AppError> {
    app.store().read(|r| conditions(app, r)).map(drop).map_err(AppError::from)
}

/// The conditions that fit the database: those in memory, those of the kept file, or new ones.
fn conditions(app: &App, r: &mut Reader<'_>) -> Result<Arc<Conditions>, StoreError> {
    let mark = Mark::read(r)?;
    let resident = &app.applicability().conditions;
    if let Some(known) = resident.load_full().filter(|known| known.mark == mark) {
        return Ok(known);
    }
    let location = app.store().location();
    let made = match kept::read(location, &mark) {
        Some(kept) => kept,
        None => {
            let made = compiled(r, mark)?;
            kept::write(location, &made);
            made
        }
    };
    let made = Arc::new(made);
    resident.store(Some(Arc::clone(&made)));
    Ok(made)
}

fn compiled(r: &mut Reader<'_>, mark: Mark) -> Result<Conditions, StoreError> {
    let mut builder = Builder::new();
    let mut outlined = BTreeSet::new();
    let mut silence = Silence::default();
    r.each_applicability(|reference, kind, statements| {
        silence.hear(&mut builder, reference, &statements);
        if push(&mut builder, reference, kind, statements) == Taken::Outlined {
            outlined.insert(reference.to_owned());
        }
        Ok(())
    })?;
    silence.end(&mut builder);
    for stored in r.vex_statements()? {
        push_vex(&mut builder, &stored.statement);
    }
    Ok(Conditions { mark, catalogue: builder.finish(), outlined })
}

/// How a record's conditions came into the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    /// As they are.
    Whole,
    /// By the products that they name alone, because they are too large.
    Outlined,
}

/// The most leaves of one part of an outline.
const OUTLINE_LEAVES: usize = 10_000;

/// Takes in what a record says. Conditions that are too large become what can be known without them: whoever has one of
/// their products may be touched.
fn push(builder: &mut Builder, reference: &str, kind: FeedKind, mut statements: Vec<Applicability>) -> Taken {
    let open: Vec<Applicability> = left_open(kind, &statements).collect();
    statements.extend(open);
    if builder.push(reference, &statements).is_ok() {
        return Taken::Whole;
    }
    for part in outline(&statements) {
        let taken = builder.push(reference, &[part]);
        debug_assert!(taken.is_ok(), "an outline is flat and short");
    }
    Taken::Outlined
}

/// Every product that conditions call vulnerable, in an unknown version.
fn outline(statements: &[Applicability]) -> Vec<Applicability> {
    let mut subjects = Vec::new();
    statements.iter().for_each(|one| named(&one.root, &mut subjects));
    subjects.sort_unstable();
    subjects.dedup();
    let leaf = |subject: &&Subject| {
        Condition::Is(Criterion {
            role: Role::Vulnerable,
            subject: (*subject).clone(),
            versions: VersionTest::NotStated,
        })
    };
    let parts = subjects.chunks(OUTLINE_LEAVES).map(|chunk| Applicability {
        source: String::new(),
        unlisted: Unlisted::NotSaid,
        root: Condition::Any(chunk.iter().map(leaf).collect()),
    });
    parts.collect()
}

/// Takes in a VEX statement that says of a product that it is affected, or that this is being looked into.
fn push_vex(builder: &mut Builder, statement: &VexStatement) {
    match statement.status.group() {
        StatusGroup::Affected | StatusGroup::UnderInvestigation => {}
        StatusGroup::NotAffected | StatusGroup::Fixed | StatusGroup::Recommendation => return,
    }
    let leaves = statement.subjects.iter().filter_map(|named| {
        let subject = named.subject.clone()?;
        Some(Condition::Is(Criterion { role: Role::Vulnerable, subject, versions: named.versions.clone() }))
    });
    let leaves: Vec<Condition> = leaves.collect();
    if !leaves.is_empty() {
        let root = Condition::Any(leaves);
        let said = Applicability { source: String::new(), unlisted: Unlisted::NotSaid, root };
        // A statement that names more products than can be indexed is still read when somebody asks.
        drop(builder.push(&statement.reference, &[said]));
    }
}

/// What a CVE record leaves open: of the products that it names, every version that it does not list, unless the record
/// clears those by its word. Each becomes a condition that can only be answered with unknown.
pub(crate) fn left_open(
    kind: FeedKind,
    statements: &[Applicability],
) -> impl Iterator<Item = Applicability> + '_ {
    let counting =
        statements.iter().filter(move |one| kind == FeedKind::Cve && one.unlisted == Unlisted::NotSaid);
    counting.filter_map(|one| {
        let mut subjects = Vec::new();
        named(&one.root, &mut subjects);
        subjects.sort_unstable();
        subjects.dedup();
        let leaves = subjects.into_iter().map(|subject| {
            Condition::Is(Criterion {
                role: Role::Vulnerable,
                subject: subject.clone(),
                versions: VersionTest::NotStated,
            })
        });
        let leaves: Vec<Condition> = leaves.collect();
        (!leaves.is_empty()).then(|| Applicability {
            source: one.source.clone(),
            unlisted: Unlisted::NotSaid,
            root: Condition::Any(leaves),
        })
    })
}

/// The vulnerable products of a condition.
fn named<'c>(condition: &'c Condition, into: &mut Vec<&'c Subject>) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| named(part, into)),
        Condition::Not(_) => {}
        Condition::Is(criterion) => match criterion.role {
            Role::Vulnerable => into.push(&criterion.subject),
            Role::Platform => {}
        },
    }
}

/// The inventory as the database has it.
fn stock(app: &App, r: &mut Reader<'_>) -> Result<Arc<Stock>, StoreError> {
    let resident = &app.applicability().stock;
    if let Some(known) = resident.load_full()
        && known.is_current(r)?
    {
        return Ok(known);
    }
    let made = Arc::new(stocked(r)?);
    resident.store(Some(Arc::clone(&made)));
    Ok(made)
}

impl Stock {
    /// Whether nothing came since, and the numbers are still of this database: one that was put back from a backup has
    /// others.
    fn is_current(&self, r: &mut Reader<'_>) -> Result<bool, StoreError> {
        Ok((self.last_component == 0 || r.component_key(self.last_component)? == self.last_key)
            && r.components_after(self.last_component)?.is_empty()
            && r.configurations_after(self.last_configuration)?.is_empty())
    }
}

fn stocked(r: &mut Reader<'_>) -> Result<Stock, StoreError> {
    let mut builder = FleetBuilder::new();
    let mut places = HashMap::new();
    let mut stock = Stock::default();
    for (number, component) in r.all_components()? {
        places.insert(number, builder.component(number, &component));
        if number > stock.last_component {
            (stock.last_component, stock.last_key) = (number, Some(component.key()));
        }
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
    let conditions = app.store().read(|r| conditions(app, r))?;
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
