//! The gate of a plant: can it be done, how, and when. It never changes an outcome or a lane.
//!
//! The surprise: that nothing is known of a vendor's word is no permission, and no refusal either. A finding in lane *now*
//! without a patch that may be installed becomes an immediate mitigation, and the finding stays where it is.

use holdpoint_domain::advisory::RemediationCategory;
use holdpoint_domain::patch_state::{SupplierStanding, SupplierState, since};
use holdpoint_domain::policy::Category;
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
    /// Windows are defined for the asset, and none is ahead.
    NoneAhead,
    /// No window is known; nobody has said when work may happen.
    Unknown,
}

/// What is known of a certificate for functional safety.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateFact {
    /// There is one.
    Held(Certificate),
    /// There is none, as this source says.
    NoneHeld(String),
    /// Nobody has said, and the asset is there for safety: it is settled first.
    ToSettle,
    /// Nobody has said.
    Unknown,
}

/// A certificate for functional safety.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Scheme and number, as written.
    pub name: String,
    /// Until which day it holds; `None`: nobody has said.
    pub until: Option<Date>,
    /// The day on which this is asked, at the asset.
    pub today: Date,
    /// The product of the asset, as written; empty: not known.
    pub product: String,
    /// Releases of that product, and patches by name, that it covers; empty: nobody has said.
    pub covers: Vec<String>,
}

impl Certificate {
    /// Whether it covers the asset with a patch on it. A release alone counts for a patch of this very product: the same number
    /// of another product is another thing.
    #[must_use]
    pub fn covers(&self, patch: &str) -> bool {
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let (patch, product) = (plain(patch), plain(&self.product));
        self.covers.iter().map(|one| plain(one)).filter(|one| !one.is_empty()).any(|one| {
            one == patch
                || !product.is_empty()
                    && patch.strip_prefix(&product).is_some_and(|rest| rest == format!(" {one}"))
        })
    }
}

/// Whether there is a way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackupFact {
    /// Proven on that day.
    Proven(Date),
    /// Somebody tried, and it could not be proven.
    Failed(Date),
    /// Nothing is known of one.
    Unknown,
}

/// What the owner has decided of a patch for the asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnerWord {
    /// Effective in every baseline that governs the asset: it may be installed.
    Effective,
    /// It may not be installed, for these reasons.
    Blocked(Vec<String>),
    /// Nothing was decided.
    Undecided,
}

/// A patch that would fix it, and what is known of using it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchWord {
    /// The patch.
    pub patch: String,
    /// The vendor's word on it for what the asset runs.
    pub supplier: SupplierStanding,
    /// Who says so and where; empty: nobody.
    pub said_by: String,
    /// The owner's decision.
    pub owner: OwnerWord,
    /// How the rules say that it is dealt with; `None`: nobody asked them.
    pub category: Option<Category>,
}

/// What can be done instead, in a publisher's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its kind in the document.
    pub category: RemediationCategory,
    /// The words.
    pub text: String,
    /// The document.
    pub source: String,
}

/// What is known of doing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateFacts {
    /// The patches that would fix it on this asset; empty: no source lists one.
    pub patches: Vec<PatchWord>,
    /// What the documents say can be done instead, and where they say that no fix comes.
    pub instead: Vec<Candidate>,
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
    /// What stands against installing the patch.
    pub missing: Vec<String>,
    /// What nobody has said and must be settled first. It is no "no".
    pub unknown: Vec<String>,
    /// The patches, those that may be installed first.
    pub patches: Vec<PatchWord>,
    /// What can be done instead.
    pub instead: Vec<Candidate>,
}

impl PatchWord {
    /// Whether it may be installed as far as vendor and owner go. The owner's decision rests on the vendor's word, so it
    /// counts where there is one.
    #[must_use]
    pub fn is_permissible(&self) -> bool {
        match &self.owner {
            OwnerWord::Effective => true,
            OwnerWord::Blocked(_) => false,
            OwnerWord::Undecided => {
                matches!(self.supplier.state(), Some(SupplierState::Approved | SupplierState::Released))
            }
        }
    }
}

/// What the gate has to say so far.
#[derive(Default)]
struct Said {
    notes: Vec<String>,
    missing: Vec<String>,
    unknown: Vec<String>,
}

/// Asks the gate.
#[must_use]
pub fn ask(lane: Lane, facts: &GateFacts) -> GateAnswer {
    let mut said = Said::default();
    let mut patches = facts.patches.clone();
    patches.sort_by_key(|one| (!one.is_permissible(), !facts.certificate.lets(&one.patch)));
    match patches.first() {
        None => said.unknown.push("no source lists a patch that fixes it here".to_owned()),
        Some(first) if first.is_permissible() => permitted(first, &mut said),
        Some(_) => patches.iter().for_each(|one| refused(one, &mut said)),
    }
    if let Some(first) = patches.first() {
        dealt_with(lane, first, &mut said);
    }
    doing(facts, &mut said);
    certified(&facts.certificate, patches.first(), &mut said);
    for none in facts.instead.iter().filter(|one| is_no_fix(one.category)) {
        said.notes.push(format!("{} says `{}`: {}", none.source, none.category, none.text));
    }
    let ready = patches.first().is_some_and(PatchWord::is_permissible)
        && said.missing.is_empty()
        && said.unknown.is_empty();
    let way = match (lane, ready) {
        (Lane::Accept, _) => Way::Review,
        (Lane::Now | Lane::NextWindow | Lane::NextOutage, true) => Way::Patch,
        (Lane::Now, false) => Way::MitigateNow,
        (Lane::NextWindow | Lane::NextOutage, false) => Way::Prepare,
    };
    let instead = facts.instead.iter().filter(|one| !is_no_fix(one.category)).cloned().collect();
    let Said { notes, missing, unknown } = said;
    GateAnswer { way, notes, missing, unknown, patches, instead }
}

const fn is_no_fix(category: RemediationCategory) -> bool {
    match category {
        RemediationCategory::NoneAvailable | RemediationCategory::NoFixPlanned => true,
        RemediationCategory::VendorFix
        | RemediationCategory::Workaround
        | RemediationCategory::Mitigation => false,
    }
}

/// How the rules deal with a patch. What is in lane *now* waits for no cycle.
fn dealt_with(lane: Lane, one: &PatchWord, said: &mut Said) {
    let Some(category) = one.category else { return };
    let how = match (category, lane) {
        (Category::Urgent, _) | (_, Lane::Now) => "outside the regular cycle",
        (Category::Regular, Lane::NextWindow | Lane::NextOutage | Lane::Accept) => "in the regular cycle",
        (Category::Planned, Lane::NextWindow | Lane::NextOutage | Lane::Accept) => "with planned work",
        (Category::OnRequest, Lane::NextWindow | Lane::NextOutage | Lane::Accept) => {
            "when somebody asks for it"
        }
    };
    said.notes.push(format!("{}: category `{category}`, {how}", one.patch));
}

fn permitted(one: &PatchWord, said: &mut Said) {
    let by = if one.said_by.is_empty() { String::new() } else { format!(" ({})", one.said_by) };
    said.notes.push(match &one.supplier {
        SupplierStanding::Said { state, at, is_dated, conditions } if !conditions.is_empty() => {
            let named = conditions.join("`, `");
            let when = since(*at, *is_dated);
            format!("{}: vendor `{state}` {when}{by}, on conditions: `{named}`", one.patch)
        }
        SupplierStanding::Said { state, at, is_dated, .. } => {
            format!("{}: vendor `{state}` {}{by}", one.patch, since(*at, *is_dated))
        }
        SupplierStanding::NotUnderstood { word, .. } => {
            format!("{}: the vendor's word `{word}` is not understood{by}", one.patch)
        }
        SupplierStanding::NoStatement { .. } => format!("{}: no statement of the vendor received", one.patch),
    });
    match &one.owner {
        OwnerWord::Effective => said.notes.push(format!("{}: effective in the asset's baseline", one.patch)),
        OwnerWord::Blocked(_) | OwnerWord::Undecided => {
            said.missing.push(format!("{}: nothing is decided in the asset's baseline yet", one.patch));
        }
    }
}

fn refused(one: &PatchWord, said: &mut Said) {
    if let OwnerWord::Blocked(why) = &one.owner {
        said.missing.push(format!("{}: {}", one.patch, why.join("; ")));
        return;
    }
    match &one.supplier {
        SupplierStanding::Said { state, .. } => {
            said.missing.push(format!("{}: the vendor says `{state}`", one.patch));
        }
        SupplierStanding::NotUnderstood { word, .. } => {
            said.unknown.push(format!("{}: the vendor's word `{word}` is not understood yet", one.patch));
        }
        SupplierStanding::NoStatement { .. } => {
            said.unknown.push(format!("{}: no statement of the vendor received", one.patch));
        }
    }
}

fn doing(facts: &GateFacts, said: &mut Said) {
    match &facts.redundancy {
        Redundancy::Group(name) => {
            said.notes.push(format!("redundancy group `{name}`: one member at a time"));
        }
        Redundancy::Unknown => {
            said.notes.push("redundancy unknown: treated as standing alone".to_owned());
        }
    }
    match facts.window {
        WindowFact::Next(day) => said.notes.push(format!("next window on {day}")),
        WindowFact::NoneAhead => said.missing.push("no window is ahead".to_owned()),
        WindowFact::Unknown => said.unknown.push("no window is known".to_owned()),
    }
    match facts.backup {
        BackupFact::Proven(day) => said.notes.push(format!("backup proven on {day}")),
        BackupFact::Failed(day) => said.missing.push(format!("the backup could not be proven on {day}")),
        BackupFact::Unknown => said.unknown.push("nothing is known of a backup".to_owned()),
    }
}

impl CertificateFact {
    /// Whether a patch asks nobody who certified. Unknown is no such thing.
    fn lets(&self, patch: &str) -> bool {
        match self {
            Self::Held(certificate) => certificate.covers(patch),
            Self::NoneHeld(_) => true,
            Self::ToSettle | Self::Unknown => false,
        }
    }
}

/// What the certificate asks for before the first patch. It says how and when, and never how pressing it is.
fn certified(fact: &CertificateFact, first: Option<&PatchWord>, said: &mut Said) {
    let one = match fact {
        CertificateFact::NoneHeld(source) => {
            said.notes.push(format!("no safety certificate, says {source}"));
            return;
        }
        CertificateFact::ToSettle => {
            said.unknown.push("whether its safety certificate asks for an assessment is unknown".to_owned());
            return;
        }
        CertificateFact::Unknown => {
            said.notes.push("whether a safety certificate is concerned is unknown".to_owned());
            return;
        }
        CertificateFact::Held(one) => one,
    };
    let name = &one.name;
    match one.until {
        Some(until) if until < one.today => {
            said.missing.push(format!(
                "the safety certificate `{name}` expired on {until}: ask its holder what holds"
            ));
        }
        Some(until) => said.notes.push(format!("safety certificate `{name}` until {until}")),
        None => said.unknown.push(format!("until when the safety certificate `{name}` holds is unknown")),
    }
    let Some(first) = first else { return };
    if one.covers(&first.patch) {
        said.notes.push(format!("the safety certificate `{name}` covers {}", first.patch));
    } else if one.covers.is_empty() {
        let what = format!(
            "whether the safety certificate `{name}` covers {} is unknown: ask its holder",
            first.patch
        );
        said.unknown.push(what);
    } else {
        said.missing.push(format!(
            "{} leaves what the safety certificate `{name}` covers ({}): the word of its holder is needed first",
            first.patch,
            one.covers.join("; ")
        ));
    }
}
