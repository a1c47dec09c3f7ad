//! The gate of a plant: can it be done, how, and when. It never changes an outcome or a lane.
//!
//! The surprise: that nothing is known of a vendor's word is no permission. A finding in lane *now* without a patch that may be
//! installed becomes an immediate mitigation, and the finding stays where it is.

use holdpoint_domain::patch_state::{SupplierStanding, SupplierState};
use holdpoint_domain::ranking::policy::Lane;
use jiff::civil::Date;

/// Whether other members can stand in for the asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redundancy {
    /// They can; the group's name.
    Group(String),
    /// Nobody has said.
    Unknown,
}

/// When work may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowFact {
    /// On that day next.
    Next(Date),
    /// None is defined, or nobody has said.
    NoneDefined,
}

/// Whether a certificate for functional safety stands against a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateFact {
    /// The change asks for an assessment first.
    Concerned,
    /// It does not.
    NotConcerned,
    /// Nobody has said.
    Unknown,
}

/// Whether there is a way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackupFact {
    /// Proven on that day.
    Proven(Date),
    /// None is known.
    NotProven,
}

/// What is known of doing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateFacts {
    /// The vendor's word.
    pub supplier: SupplierStanding,
    /// Redundancy.
    pub redundancy: Redundancy,
    /// Windows.
    pub window: WindowFact,
    /// Certificates.
    pub certificate: CertificateFact,
    /// Backups.
    pub backup: BackupFact,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Install the patch.
    Patch,
    /// No patch may be installed now: mitigate at once.
    MitigateNow,
    /// No patch may be installed yet: the plan waits for what is missing.
    Prepare,
    /// Nothing is to be done now.
    Review,
}

/// What the gate says, with each of its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateAnswer {
    /// What is to be done.
    pub way: Way,
    /// How and when, one sentence each.
    pub notes: Vec<String>,
    /// What is missing before the patch may be installed.
    pub missing: Vec<String>,
}

/// Asks the gate.
#[must_use]
pub fn ask(lane: Lane, facts: &GateFacts) -> GateAnswer {
    let mut notes = Vec::new();
    let mut missing = Vec::new();
    supplier(&facts.supplier, &mut notes, &mut missing);
    match &facts.redundancy {
        Redundancy::Group(name) => notes.push(format!("redundancy group `{name}`: one member at a time")),
        Redundancy::Unknown => notes.push("redundancy unknown: treated as standing alone".to_owned()),
    }
    match facts.window {
        WindowFact::Next(day) => notes.push(format!("next window on {day}")),
        WindowFact::NoneDefined => missing.push("no window is defined".to_owned()),
    }
    match facts.certificate {
        CertificateFact::Concerned => {
            missing.push("the safety certificate asks for an assessment first".to_owned())
        }
        CertificateFact::NotConcerned => {}
        CertificateFact::Unknown => {
            notes.push("whether a safety certificate is concerned is unknown".to_owned())
        }
    }
    match facts.backup {
        BackupFact::Proven(day) => notes.push(format!("backup proven on {day}")),
        BackupFact::NotProven => missing.push("no proven backup".to_owned()),
    }
    let permissible =
        matches!(facts.supplier.state(), Some(SupplierState::Approved | SupplierState::Released));
    let way = match (lane, permissible && missing.is_empty()) {
        (Lane::Accept, _) => Way::Review,
        (Lane::Now | Lane::NextWindow | Lane::NextOutage, true) => Way::Patch,
        (Lane::Now, false) => Way::MitigateNow,
        (Lane::NextWindow | Lane::NextOutage, false) => Way::Prepare,
    };
    GateAnswer { way, notes, missing }
}

fn supplier(standing: &SupplierStanding, notes: &mut Vec<String>, missing: &mut Vec<String>) {
    match standing {
        SupplierStanding::Said { state, at } => match state {
            SupplierState::Approved | SupplierState::Released => {
                notes.push(format!("vendor: {state} since {at}"));
            }
            SupplierState::Available
            | SupplierState::InTest
            | SupplierState::NotApproved
            | SupplierState::NotApplicable => missing.push(format!("the vendor says `{state}`")),
        },
        SupplierStanding::NotUnderstood { word, .. } => {
            missing.push(format!("the vendor's word `{word}` is not understood yet"));
        }
        SupplierStanding::NoStatement { .. } => {
            missing.push("no statement of the vendor received".to_owned())
        }
    }
}
