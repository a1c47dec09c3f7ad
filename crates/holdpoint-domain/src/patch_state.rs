//! The states of a patch after IEC TR 62443-2-3: what a supplier says, what the owner decides, what is seen installed,
//! and which change from one to the next is legal.
//!
//! Three keys and never one: a supplier's state belongs to patch × supplier product × version, an owner's state to
//! patch × baseline, *installed* to patch × asset. What an owner's change asks for besides (evidence, signatures) lives
//! in `baseline` and `decision`. The surprise: no statement is a standing of its own and never reads as Available, and
//! *Installed* is an observation, so nobody can decide it.

use crate::moment::Moment;
use crate::words::vocabulary;

vocabulary! {
    /// What the supplier of a control system says of a patch for one version of its product.
    SupplierState, "supplier state" {
        /// The patch exists; the supplier has not tested it.
        Available = "available",
        /// The supplier tests it.
        InTest = "in_test",
        /// It failed the supplier's test, or the supplier took its approval back.
        NotApproved = "not_approved",
        /// The supplier looked at it: it does not concern this product.
        NotApplicable = "not_applicable",
        /// It passed the supplier's test and is not handed over yet.
        Approved = "approved",
        /// It is handed over for use.
        Released = "released",
    }
}

vocabulary! {
    /// What the owner has decided about a patch in one baseline.
    OwnerState, "owner state" {
        /// The owner's people test it.
        InInternalTest = "in_internal_test",
        /// It failed, does not apply here, or was taken back.
        NotAuthorized = "not_authorized",
        /// It meets the owner's rules.
        Authorized = "authorized",
        /// It is posted for use and may be installed.
        Effective = "effective",
    }
}

/// What is known of a supplier's word. That nothing is known is a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SupplierStanding {
    /// The supplier said this.
    Said {
        /// The state.
        state: SupplierState,
        /// When it was said, else when it was received.
        at: Moment,
        /// Whether its publisher dated it; else `at` is the day on which it was received.
        is_dated: bool,
        /// On what it depends, where it is a yes; empty: on nothing.
        conditions: Vec<String>,
    },
    /// The supplier said something that nobody has understood yet.
    NotUnderstood {
        /// Its own word.
        word: String,
        /// When it was said, else when it was received.
        at: Moment,
        /// Whether its publisher dated it; else `at` is the day on which it was received.
        is_dated: bool,
    },
    /// No statement received.
    NoStatement {
        /// When somebody looked last; `None`: never.
        last_checked: Option<Moment>,
    },
}

impl SupplierStanding {
    /// A dated state that depends on nothing.
    #[must_use]
    pub const fn said(state: SupplierState, at: Moment) -> Self {
        Self::Said { state, at, is_dated: true, conditions: Vec::new() }
    }

    /// On what it depends; empty: on nothing.
    #[must_use]
    pub fn conditions(&self) -> &[String] {
        match self {
            Self::Said { conditions, .. } => conditions,
            Self::NotUnderstood { .. } | Self::NoStatement { .. } => &[],
        }
    }

    /// The state, when there is one that is understood.
    #[must_use]
    pub const fn state(&self) -> Option<SupplierState> {
        match self {
            Self::Said { state, .. } => Some(*state),
            Self::NotUnderstood { .. } | Self::NoStatement { .. } => None,
        }
    }
}

/// Since when something is said: a statement that its publisher did not date has only the day on which it was received.
#[must_use]
pub fn since(at: Moment, is_dated: bool) -> String {
    let at = at.minute();
    if is_dated { format!("since {at}") } else { format!("(undated, received {at})") }
}

/// One of the eleven states, whoever sets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PatchState {
    /// A supplier's state.
    Supplier(SupplierState),
    /// An owner's state.
    Owner(OwnerState),
    /// Seen on an asset.
    Installed,
}

impl PatchState {
    /// All eleven, in the order of the life of a patch.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let suppliers = SupplierState::ALL.iter().map(|state| Self::Supplier(*state));
        let owners = OwnerState::ALL.iter().map(|state| Self::Owner(*state));
        suppliers.chain(owners).chain([Self::Installed]).collect()
    }

    /// The fixed word of the state.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Supplier(state) => state.word(),
            Self::Owner(state) => state.word(),
            Self::Installed => "installed",
        }
    }
}

impl std::fmt::Display for PatchState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

vocabulary! {
    /// What kind a legal change of state is.
    Edge, "kind of change" {
        /// It follows from the states as the report defines them.
        Standard = "standard",
        /// Practice needs it and the report does not name it: an approval is taken back.
        Extension = "extension",
        /// Authorised without a test of the owner: a written reason must say why looking was enough.
        ByInspection = "by_inspection",
        /// Handed over although no supplier of the control system has qualified it; this is shown wherever it goes.
        NoVendorQualification = "no_vendor_qualification",
    }
}

/// A change of state that is not legal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a patch cannot go from `{from}` to `{to}`: {why}")]
pub struct Refused {
    /// The state before.
    pub from: PatchState,
    /// The state that was asked for.
    pub to: PatchState,
    /// Why not, and what to do, as a clause.
    pub why: &'static str,
}

/// Whether a patch may go from one state to another, and what kind of change that is.
///
/// # Errors
/// The refusal, with its reason.
pub const fn transition(from: PatchState, to: PatchState) -> Result<Edge, Refused> {
    let answer = match (from, to) {
        (PatchState::Supplier(from), PatchState::Supplier(to)) => supplier(from, to),
        (PatchState::Supplier(from), PatchState::Owner(to)) => hand_over(from, to),
        (PatchState::Owner(from), PatchState::Owner(to)) => owner(from, to),
        (PatchState::Owner(OwnerState::Effective), PatchState::Installed) => Ok(Edge::Standard),
        // Rolled back: the patch is still good, or it is not.
        (PatchState::Installed, PatchState::Owner(OwnerState::Effective | OwnerState::NotAuthorized)) => {
            Ok(Edge::Extension)
        }
        (
            PatchState::Owner(
                OwnerState::InInternalTest | OwnerState::NotAuthorized | OwnerState::Authorized,
            ),
            PatchState::Installed,
        ) => Err("only what is effective may be installed; make it effective first"),
        (PatchState::Supplier(_), PatchState::Installed) => {
            Err("a supplier's word installs nothing; the owner authorises it and makes it effective first")
        }
        (
            PatchState::Installed,
            PatchState::Owner(OwnerState::InInternalTest | OwnerState::Authorized) | PatchState::Installed,
        ) => Err("what is installed stays, or is rolled back to effective or not authorised"),
        (PatchState::Owner(_) | PatchState::Installed, PatchState::Supplier(_)) => {
            Err("only the supplier sets its states; an owner's decision never changes them")
        }
    };
    match answer {
        Ok(edge) => Ok(edge),
        Err(why) => Err(Refused { from, to, why }),
    }
}

/// How a supplier's word may change.
const fn supplier(from: SupplierState, to: SupplierState) -> Result<Edge, &'static str> {
    use SupplierState as S;
    match (from, to) {
        (S::Available, S::InTest | S::NotApplicable)
        | (S::InTest, S::Approved | S::NotApproved | S::NotApplicable)
        | (S::NotApproved, S::InTest)
        | (S::Approved, S::Released) => Ok(Edge::Standard),
        (S::Available, S::Released) => Ok(Edge::NoVendorQualification),
        (S::Approved | S::Released, S::NotApproved) => Ok(Edge::Extension),
        (S::Available, S::Available | S::NotApproved | S::Approved) => {
            Err("without a supplier's test it is neither approved nor failed; it is in test first")
        }
        (S::InTest, S::Available | S::InTest | S::Released) => {
            Err("a test ends as approved, not approved or not applicable")
        }
        (S::NotApproved, S::Available | S::NotApproved | S::NotApplicable | S::Approved | S::Released) => {
            Err("what failed is tested again before it can be anything else")
        }
        (S::NotApplicable, _) => Err("what does not concern the product has no further state"),
        (S::Approved, S::Available | S::InTest | S::NotApplicable | S::Approved) => {
            Err("what is approved is released, or the approval is taken back")
        }
        (S::Released, S::Available | S::InTest | S::NotApplicable | S::Approved | S::Released) => {
            Err("a release can only be taken back as not approved")
        }
    }
}

/// How the owner takes over.
const fn hand_over(from: SupplierState, to: OwnerState) -> Result<Edge, &'static str> {
    match (from, to) {
        (SupplierState::Released, OwnerState::InInternalTest | OwnerState::NotAuthorized) => {
            Ok(Edge::Standard)
        }
        (SupplierState::Released, OwnerState::Authorized) => Ok(Edge::ByInspection),
        (SupplierState::Released, OwnerState::Effective) => {
            Err("what is effective was authorised before; authorise it first")
        }
        (
            SupplierState::Available
            | SupplierState::InTest
            | SupplierState::NotApproved
            | SupplierState::NotApplicable
            | SupplierState::Approved,
            _,
        ) => Err(
            "the supplier has not released it; without its release the owner needs an override that says why",
        ),
    }
}

/// How the owner's decision may change.
const fn owner(from: OwnerState, to: OwnerState) -> Result<Edge, &'static str> {
    use OwnerState as O;
    match (from, to) {
        (O::InInternalTest, O::Authorized | O::NotAuthorized)
        | (O::NotAuthorized, O::InInternalTest)
        | (O::Authorized, O::Effective) => Ok(Edge::Standard),
        (O::Authorized | O::Effective, O::NotAuthorized) => Ok(Edge::Extension),
        (O::InInternalTest, O::InInternalTest | O::Effective) => {
            Err("a test ends as authorised or not authorised")
        }
        (O::NotAuthorized, O::NotAuthorized | O::Authorized | O::Effective) => {
            Err("what is not authorised is tested again before it can be authorised")
        }
        (O::Authorized, O::InInternalTest | O::Authorized) => {
            Err("what is authorised becomes effective, or is taken back as not authorised")
        }
        (O::Effective, O::InInternalTest | O::Authorized | O::Effective) => {
            Err("what is effective can only be taken back as not authorised")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every pair of states: S standard, X extension, I by inspection, Q no vendor qualification, · refused.
    #[test]
    fn every_change_of_state_legal_and_illegal_is_this_table() {
        let mut table = String::new();
        for from in PatchState::all() {
            let row: Vec<&str> = PatchState::all()
                .into_iter()
                .map(|to| match transition(from, to) {
                    Ok(Edge::Standard) => "S",
                    Ok(Edge::Extension) => "X",
                    Ok(Edge::ByInspection) => "I",
                    Ok(Edge::NoVendorQualification) => "Q",
                    Err(_) => "·",
                })
                .collect();
            table.push_str(&format!("{:16} {}\n", from.word(), row.join(" ")));
        }
        // Columns in the order of the rows.
        let golden = "\
available        · S · S · Q · · · · ·\n\
in_test          · · S S S · · · · · ·\n\
not_approved     · S · · · · · · · · ·\n\
not_applicable   · · · · · · · · · · ·\n\
approved         · · X · · S · · · · ·\n\
released         · · X · · · S S I · ·\n\
in_internal_test · · · · · · · S S · ·\n\
not_authorized   · · · · · · S · · · ·\n\
authorized       · · · · · · · X · S ·\n\
effective        · · · · · · · X · · S\n\
installed        · · · · · · · X · X ·\n";
        assert_eq!(table, golden);
        assert_eq!(
            table.matches(['S', 'X', 'I', 'Q']).count(),
            22,
            "the report's changes and our extensions"
        );
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        let refused = transition(
            PatchState::Owner(OwnerState::NotAuthorized),
            PatchState::Owner(OwnerState::Effective),
        );
        assert_eq!(
            refused.map_err(|refused| refused.to_string()),
            Err("a patch cannot go from `not_authorized` to `effective`: what is not authorised is tested again before \
                 it can be authorised"
                .to_owned())
        );
    }

    #[test]
    fn nobody_decides_that_something_is_installed() {
        for from in PatchState::all() {
            let installs = transition(from, PatchState::Installed).is_ok();
            assert_eq!(installs, from == PatchState::Owner(OwnerState::Effective), "{from}");
        }
    }

    #[test]
    fn an_unknown_word_and_no_word_are_no_state() {
        let at = Moment::from_micros(0);
        assert_eq!(SupplierStanding::NoStatement { last_checked: Some(at) }.state(), None);
        assert_eq!(
            SupplierStanding::NotUnderstood { word: "geprüft".to_owned(), at, is_dated: true }.state(),
            None
        );
        let said = SupplierStanding::said(SupplierState::Released, at);
        assert_eq!(said.state(), Some(SupplierState::Released));
    }
}
