//! What suppliers say of patches: their lists, the mappings that read these, what nobody has explained yet, and the matrix.
//!
//! Taking a list in is in [`taking`], mappings and the explaining of words in [`mappings`]. The surprise: a word that no
//! mapping explains stops nothing from being taken in; it waits as a task, and whatever rests on it is unknown.

mod columns;
mod confirming;
pub mod mappings;
pub mod speakers;
pub mod taking;

pub use crate::approval::standing::Voice;
pub use columns::Column;
pub use confirming::confirm;

use crate::App;
use crate::access_check::{Caller, Refused};
use crate::error::AppError;
use holdpoint_domain::access::Permission;
use holdpoint_domain::compatibility::{CompatibilityStatement, StatedState, StatementSource};
use holdpoint_domain::id::StatementId;
use holdpoint_domain::patch_state::SupplierStanding;
use holdpoint_domain::{Moment, Rejected};
pub use holdpoint_engine::lag::VendorLag;
use holdpoint_engine::lag::{Decision, LagFact, vendor_lag};
use holdpoint_store::compatibility::{
    Cell, NewStatement, Origin, StatementDocument, StatementLine, WordWaiting,
};
use holdpoint_store::page::{ListQuery, Paged};
use holdpoint_store::patch::PatchLine;
use holdpoint_store::{Reader, StoreError};
use serde_json::json;
use std::collections::HashMap;

/// The longest text that a person enters, in characters.
pub(crate) const LONGEST: usize = 2_000;

/// Whoever takes documents in or signs decisions may ask a supplier.
pub(crate) fn may_ask(caller: &Caller) -> Result<(), Refused> {
    caller.require(Permission::ReadPlant)?;
    caller.require_one_of(&[Permission::WriteAdvisories, Permission::Approve])
}

/// Whoever takes documents in or signs decisions everywhere may enter what a supplier said: a statement holds on every site.
pub(crate) fn may_enter(caller: &Caller) -> Result<(), Refused> {
    caller.require(Permission::ReadPlant)?;
    caller.require_one_of_everywhere(&[Permission::WriteAdvisories, Permission::Approve])
}

/// Refuses a word of a person that is milder than the one that stands, unless the person may approve: whoever asks for an
/// approval does not also make what it rests on.
///
/// # Errors
/// [`AppError::Invalid`] for such a word, and for one that the supplier has replaced since; [`AppError::Store`].
pub(crate) fn may_replace(
    r: &mut Reader<'_>,
    caller: &Caller,
    new: &CompatibilityStatement,
) -> Result<(), AppError> {
    let lines = r.statements_of_patch(&new.patch_name(), Moment::OPEN)?;
    let subject = new.subject();
    lifts_nothing(caller, new, lines.iter().map(|line| &line.kept.statement))?;
    let Some(known) = lines.iter().map(|line| &line.kept.statement).find(|one| one.subject() == subject)
    else {
        return Ok(());
    };
    if let (Some(issued), Some(stands)) = (new.issued, known.issued)
        && issued < stands
    {
        return Err(bad(
            format!("it was said at {issued}, and since then, at {stands}, `{}` was said", known.word),
            "give the moment of the newer word, or leave it out when the supplier named none",
        ));
    }
    if new.state.is_milder_than(known.state) && caller.require_everywhere(Permission::Approve).is_err() {
        return Err(bad(
            format!("`{}` stands ({}), and {} asks for less caution", known.word, known.state, new.state),
            "have somebody enter it who may approve, or take in the supplier's own list",
        ));
    }
    Ok(())
}

/// Refuses a word that leaves out what the supplier asked for before with the same release: a condition, or that it was tested on one
/// platform alone. Approvals rest on it.
fn lifts_nothing<'a>(
    caller: &Caller,
    new: &CompatibilityStatement,
    known: impl Iterator<Item = &'a CompatibilityStatement>,
) -> Result<(), AppError> {
    let same = |one: &str, other: &str| one.trim().eq_ignore_ascii_case(other.trim());
    let speaks_of_the_same = |one: &&CompatibilityStatement| {
        same(&one.publisher, &new.publisher)
            && same(&one.product.vendor, &new.product.vendor)
            && same(&one.product.name, &new.product.name)
            && same(&one.product.version, &new.product.version)
            // A word that asks for more caution stands without them.
            && !one.state.is_milder_than(new.state)
    };
    let says = |text: &str| new.conditions.to_lowercase().contains(&text.trim().to_lowercase());
    let missing = known.filter(speaks_of_the_same).find_map(|one| {
        let platform = one.product.platform.trim();
        if !platform.is_empty() && new.product.platform.trim().is_empty() {
            return Some(format!("tested on {platform}"));
        }
        let here = new.product.platform.trim().is_empty() || same(platform, &new.product.platform);
        (here && !says(&one.conditions)).then(|| one.conditions.trim().to_owned())
    });
    let Some(what) = missing.filter(|_| caller.require_everywhere(Permission::Approve).is_err()) else {
        return Ok(());
    };
    Err(bad(
        format!("`{what}` was said with it before, and this word leaves it out"),
        "say it with the word; or have somebody enter it who may approve, or take in the supplier's own list",
    ))
}

/// Whoever writes rules or signs decisions everywhere may say how a supplier's words are read.
pub(crate) fn may_explain(caller: &Caller) -> Result<(), Refused> {
    caller.require_everywhere(Permission::WriteRules).or_else(|refused| {
        // Whoever has neither is told of the usual one.
        caller.require_everywhere(Permission::Approve).map_err(|_| refused)
    })
}

/// Refuses that a word is read more mildly than before, unless the person may approve.
///
/// # Errors
/// [`AppError::Conflict`], naming what would be milder.
pub(crate) fn may_read_milder(caller: &Caller, milder: Option<String>) -> Result<(), AppError> {
    let Some(what) = milder.filter(|_| caller.require_everywhere(Permission::Approve).is_err()) else {
        return Ok(());
    };
    let remedy = "have somebody do it who may approve everywhere; approvals rest on it";
    Err(AppError::Conflict(Rejected::new("milder-meaning", what, "nothing was changed", remedy)))
}

/// The statements that were the last word as of a moment.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn list(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<StatementLine>, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| r.statements(query))?)
}

/// A statement with everything that its publisher has said on the same, the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownStatement {
    /// The statement.
    pub line: StatementLine,
    /// All on the same subject, this one among them.
    pub history: Vec<StatementLine>,
}

/// A statement by its id.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn get(app: &App, caller: &Caller, id: &str) -> Result<ShownStatement, AppError> {
    caller.require(Permission::ReadPlant)?;
    let missing = || AppError::NotFound { noun: "statement", id: id.chars().take(64).collect() };
    let wanted: StatementId = id.parse().map_err(|_| missing())?;
    let found = app.store().read(|r| {
        let Some(line) = r.statement(wanted)? else { return Ok(None) };
        Ok(Some(ShownStatement { line, history: r.statement_history(wanted)? }))
    })?;
    found.ok_or_else(missing)
}

/// Documents that were taken in, the newest first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn documents(app: &App, caller: &Caller) -> Result<Vec<StatementDocument>, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| r.statement_documents())?)
}

/// The words that nobody has explained yet: a task each.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn words_waiting(app: &App, caller: &Caller) -> Result<Vec<WordWaiting>, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| r.words_waiting())?)
}

/// A page of the qualification matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    /// The rows.
    pub patches: Paged<PatchLine>,
    /// The columns; a release has one, by however many spellings suppliers speak of it.
    pub releases: Paged<Column>,
    /// What is said where, by patch and release. A cell that is not here holds no statement.
    pub cells: Vec<Voiced>,
}

/// A statement in a cell, with whose word it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voiced {
    /// The statement.
    pub cell: Cell,
    /// Whose word it is.
    pub voice: Voice,
}

/// A page of the qualification matrix: patches of which a supplier speaks, times releases.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn matrix(
    app: &App,
    caller: &Caller,
    patches: &ListQuery,
    releases: &ListQuery,
) -> Result<Matrix, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| {
        let rows = r.stated_patches(patches)?;
        let all = r.all_supplier_releases()?;
        let vendors: HashMap<i64, String> = all.iter().map(|one| (one.number, one.vendor.clone())).collect();
        let joined = columns::Columns::of(all);
        let shown = r.supplier_releases(releases, &joined.joined())?;
        let names: Vec<String> = rows.items.iter().map(|patch| patch.name.clone()).collect();
        let numbers: Vec<i64> =
            shown.items.iter().flat_map(|release| joined.members(release.number)).collect();
        let named = speakers::at(r, patches.as_of)?;
        let cells = r.matrix_cells(&names, &numbers, patches.as_of)?.into_iter();
        let mut cells: Vec<Voiced> = cells
            .map(|mut cell| {
                let vendor = vendors.get(&cell.release_no).map_or("", String::as_str);
                let voice = Voice::of(&cell.publisher, vendor, &named);
                cell.release_no = joined.lead(cell.release_no);
                Voiced { cell, voice }
            })
            .collect();
        let place = |one: &Voiced| (one.cell.patch.clone(), one.cell.release_no);
        cells.sort_by_key(place);
        let items = shown.items.into_iter().map(|release| joined.column(release)).collect();
        let releases = Paged { items, count: shown.count, next: shown.next };
        Ok(Matrix { patches: rows, releases, cells })
    })?)
}

/// How long each vendor takes from the release of a patch to its word on it.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn lag(app: &App, caller: &Caller) -> Result<Vec<VendorLag>, AppError> {
    caller.require(Permission::ReadPlant)?;
    let mut facts: Vec<LagFact> = Vec::new();
    app.store().read(|r| {
        r.lag_rows(|row| {
            let decision = if row.state.is_decided() { Decision::Made } else { Decision::Open };
            let pair = (row.patch_no, row.release_no);
            let (released, issued) = (row.released, row.issued);
            facts.push(LagFact { publisher: row.publisher, pair, released, issued, decision });
        })
    })?;
    Ok(vendor_lag(facts, app.now()))
}

/// How the supplier of a product stands to a patch, with the statements that say so. Where several speak (platforms,
/// publishers), the one that asks for most caution counts. No statement is a standing of its own.
///
/// # Errors
/// When the database fails or holds damaged data.
pub fn standing(
    r: &mut Reader<'_>,
    patch: &str,
    release: (&str, &str, &str),
    as_of: Moment,
) -> Result<(SupplierStanding, Vec<StatementLine>), StoreError> {
    use holdpoint_domain::compatibility::folded;
    let wanted = [release.0, release.1, release.2].map(folded);
    let mut lines = r.statements_of_patch(patch, as_of)?;
    lines.retain(|line| {
        let product = &line.kept.statement.product;
        [&product.vendor, &product.name, &product.version].map(|text| folded(text)) == wanted
    });
    let worst = lines.iter().min_by_key(|line| {
        let state = line.kept.statement.state;
        StatedState::BY_CAUTION.iter().position(|one| *one == state)
    });
    let standing = match worst {
        Some(line) => line.kept.statement.standing(line.kept.received_at),
        None => {
            let documents = r.statement_documents()?;
            let own = documents.iter().find(|document| folded(&document.publisher) == wanted[0]);
            SupplierStanding::NoStatement { last_checked: own.map(|document| document.received_at) }
        }
    };
    Ok((standing, lines))
}

/// Enters a statement by hand, with where it stands.
///
/// # Errors
/// [`AppError::Invalid`] when something needed is missing; [`AppError::Refused`]; [`AppError::Store`].
pub fn enter(
    app: &App,
    caller: &Caller,
    statement: &CompatibilityStatement,
    reason: &str,
) -> Result<StatementLine, AppError> {
    may_enter(caller)?;
    check(statement, app.now())?;
    let id = StatementId::new(app.now(), app.random_bytes());
    let who = crate::approval::person(caller);
    let committed = app.store().change(&app.intent(caller, "statement.enter", reason), |c| {
        let at = c.at();
        may_replace(c, caller, statement)?;
        let origin = Origin::Person(&who);
        let counts = c.put_statements(&[NewStatement { id, statement, origin }], at)?;
        speakers::keep_voices(c)?;
        let name = statement.patch_name();
        if !counts.wrote() {
            c.nothing_to_do();
        }
        c.about("patch", &name);
        c.detail("state", json!(statement.state.word()));
        c.detail("word", json!(statement.word));
        c.detail("product", json!(product_text(statement)));
        let lines = c.statements_of_patch(&name, Moment::OPEN)?;
        let own = lines.into_iter().find(|line| line.kept.statement.subject() == statement.subject());
        own.ok_or_else(|| AppError::NotFound { noun: "statement", id: id.to_string() })
    })?;
    // A word that was taken back holds what was approved on it at once.
    crate::approval::sweep::sweep(app)?;
    Ok(committed.value)
}

pub(crate) fn product_text(statement: &CompatibilityStatement) -> String {
    let product = &statement.product;
    format!("{} {} {}", product.vendor, product.name, product.version).trim().to_owned()
}

/// How far a supplier's clock may be ahead of ours: its day may have begun already.
const AHEAD_MICROS: i64 = 86_400_000_000;

/// Whether a statement is dated later than it can have been made. It would stand above every later word.
pub(crate) fn is_ahead(statement: &CompatibilityStatement, now: Moment) -> bool {
    statement.issued.is_some_and(|issued| issued.since(now) > AHEAD_MICROS)
}

/// What a statement cannot do without.
pub(crate) fn check(statement: &CompatibilityStatement, now: Moment) -> Result<(), AppError> {
    if is_ahead(statement, now) {
        return Err(bad(
            "the statement is dated in the future".to_owned(),
            "give the moment at which the supplier said it, or leave it out",
        ));
    }
    let needed = [
        ("publisher", &statement.publisher),
        ("patch vendor", &statement.patch.vendor),
        ("patch", &statement.patch.identifier),
        ("product vendor", &statement.product.vendor),
        ("product", &statement.product.name),
    ];
    for (name, text) in needed {
        if text.trim().is_empty() {
            return Err(bad(
                format!("the {name} is missing"),
                "name who speaks of which patch for which product",
            ));
        }
    }
    if statement.word.trim().is_empty() && statement.state.is_decided() {
        return Err(bad(
            "the supplier's own word is missing".to_owned(),
            "write the word that the supplier used; without it the state rests on nothing",
        ));
    }
    if let StatementSource::Entered { reference } = &statement.source
        && reference.trim().is_empty()
    {
        return Err(bad(
            "it is not said where the statement stands".to_owned(),
            "name the letter, page or call",
        ));
    }
    let texts = [&statement.word, &statement.conditions, &statement.comment, &statement.patch.title];
    if texts.iter().any(|text| text.chars().count() > LONGEST) {
        return Err(bad(format!("a text has more than {LONGEST} characters"), "shorten it"));
    }
    Ok(())
}

fn bad(what: String, remedy: &str) -> AppError {
    AppError::invalid("bad-statement", what, "nothing was changed", remedy)
}
