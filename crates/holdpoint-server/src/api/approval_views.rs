//! How approving looks in the API: baselines, decisions, cards, exemptions. Tests have `test_record_views`.

use super::text::{end, hex, said};
use crate::problem::{Problem, ProblemCode};
use holdpoint_app::approval::baselines::{ForAsset, Governing, Resolved};
use holdpoint_app::approval::card::standing_by_day;
use holdpoint_app::approval::compliance::{AssetCompliance, Row};
use holdpoint_app::store::baseline::{BaselineLine, EntryLine};
use holdpoint_app::store::decision::{KeptDecision, footing_word};
use holdpoint_app::store::delegation::KeptDelegation;
use holdpoint_domain::Moment;
use holdpoint_domain::baseline::{AssetScope, Baseline, Entry, EntryState, Force, Place};
use holdpoint_domain::decision::{
    Basis, Decision, EvidenceHold, Footing, Matter, MetCondition, Procedure, Review, State, WayBack,
};
use holdpoint_domain::patch_state::{SupplierStanding, SupplierState};
use holdpoint_domain::signature::{Person, Signature};
use holdpoint_domain::words::UnknownWord;
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use utoipa::ToSchema;

/// Reads a word of a closed vocabulary, or says which there are.
///
/// # Errors
/// A [`Problem`] that names the place.
pub fn word<T: FromStr<Err = UnknownWord>>(pointer: &str, text: &str) -> Result<T, Problem> {
    text.parse().map_err(|error: UnknownWord| unusable(pointer, &error.to_string()))
}

/// Reads a moment.
///
/// # Errors
/// A [`Problem`] that names the place.
pub fn moment_at(pointer: &str, text: &str) -> Result<Moment, Problem> {
    text.parse().map_err(|error: holdpoint_domain::moment::NoMoment| unusable(pointer, &error.to_string()))
}

/// A body that cannot be used.
#[must_use]
pub fn unusable(pointer: &str, why: &str) -> Problem {
    Problem::new(ProblemCode::Unprocessable, format!("{why}; nothing was changed; correct it"))
        .with(pointer, "word", why)
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Signer)]
pub struct PersonView {
    /// The name.
    pub name: String,
    /// The account's key.
    pub account: String,
}

impl From<Person> for PersonView {
    fn from(one: Person) -> Self {
        Self { name: one.name, account: one.account }
    }
}

/// For which assets a baseline holds. Absent parts do not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AssetScope)]
#[serde(deny_unknown_fields)]
pub struct ScopeView {
    /// Kind of asset.
    pub kind: Option<String>,
    /// Vendor.
    pub vendor: Option<String>,
    /// Product.
    pub product: Option<String>,
    /// Product of the control system whose release runs on it.
    pub release_product: Option<String>,
    /// Version of that release.
    pub release_version: Option<String>,
    /// Id of the site.
    pub site_id: Option<String>,
    /// Id of the zone; needs its site.
    pub zone_id: Option<String>,
}

impl From<AssetScope> for ScopeView {
    fn from(scope: AssetScope) -> Self {
        let (site_id, zone_id) = match scope.place {
            Place::Everywhere => (None, None),
            Place::Site(site) => (Some(site.to_string()), None),
            Place::Zone(site, zone) => (Some(site.to_string()), Some(zone.to_string())),
        };
        let (release_product, release_version) =
            scope.release.map(|release| (release.product, release.version)).unzip();
        Self {
            kind: scope.kind.map(|kind| kind.word().to_owned()),
            vendor: said(&scope.vendor),
            product: said(&scope.product),
            release_product,
            release_version,
            site_id,
            zone_id,
        }
    }
}

/// A baseline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Baseline)]
pub struct BaselineView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The id of the one that it inherits from.
    pub parent_id: Option<String>,
    /// For which assets it holds.
    pub scope: ScopeView,
    /// `in_force`, or `draft`: it takes assets over from another baseline, which governs them until a second person puts
    /// this one in force.
    pub force: String,
}

impl From<Baseline> for BaselineView {
    fn from(one: Baseline) -> Self {
        Self {
            id: one.id.to_string(),
            name: one.name,
            description: one.description,
            parent_id: one.parent.map(|id| id.to_string()),
            scope: one.scope.into(),
            force: match one.force {
                Force::Draft { .. } => "draft".to_owned(),
                Force::InForce => "in_force".to_owned(),
            },
        }
    }
}

/// A baseline in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = BaselineLine)]
pub struct BaselineLineView {
    /// The baseline.
    pub baseline: BaselineView,
    /// The name of the one that it inherits from.
    pub parent: Option<String>,
    /// Its site's name.
    pub site: Option<String>,
    /// Its zone's name.
    pub zone: Option<String>,
    /// Who made it.
    pub author: String,
    /// When.
    pub created_at: String,
    /// How many patches were decided in it.
    pub entries: u64,
    /// How many of them are effective.
    pub effective: u64,
    /// How many are on hold.
    pub on_hold: u64,
}

impl From<BaselineLine> for BaselineLineView {
    fn from(line: BaselineLine) -> Self {
        Self {
            baseline: line.baseline.into(),
            parent: said(&line.parent),
            site: said(&line.site),
            zone: said(&line.zone),
            author: line.author,
            created_at: line.created_at.to_string(),
            entries: line.entries,
            effective: line.effective,
            on_hold: line.on_hold,
        }
    }
}

/// How a patch stands in a baseline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = BaselineEntry)]
pub struct EntryView {
    /// The baseline's id.
    pub baseline_id: String,
    /// The baseline's name.
    pub baseline: String,
    /// The patch.
    pub patch: String,
    /// `in_internal_test`, `not_authorized`, `authorized` or `effective`.
    pub state: String,
    /// Why it is not authorised.
    pub why: Option<String>,
    /// What blocks it although it was decided otherwise.
    pub hold: Option<String>,
    /// Since when there is that hold.
    pub held_since: Option<String>,
    /// The decision behind it.
    pub decision_id: Option<String>,
    /// Since when it stands so.
    pub since: String,
    /// By whom.
    pub by: String,
}

impl EntryView {
    /// The view of an entry.
    #[must_use]
    pub fn of(entry: Entry, baseline: String) -> Self {
        Self {
            baseline_id: entry.baseline.to_string(),
            baseline,
            patch: entry.patch,
            state: entry.state.owner_state().word().to_owned(),
            decision_id: entry.state.decision().map(|id| id.to_string()),
            why: match entry.state {
                EntryState::NotAuthorized { why } => Some(why),
                EntryState::InInternalTest | EntryState::Authorized { .. } | EntryState::Effective { .. } => {
                    None
                }
            },
            held_since: entry.hold.as_ref().map(|hold| hold.since.to_string()),
            hold: entry.hold.map(|hold| hold.why),
            since: entry.since.to_string(),
            by: entry.by.name,
        }
    }
}

impl From<EntryLine> for EntryView {
    fn from(line: EntryLine) -> Self {
        Self::of(line.entry, line.baseline)
    }
}

/// What suppliers say of a patch for a baseline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SupplierStanding)]
pub struct StandingView {
    /// The state; `null`: nothing is known, or what was said is not understood. That is never a release.
    pub state: Option<String>,
    /// In words.
    pub text: String,
    /// On what its yes depends; a decision that rests on it says of each that it is met.
    pub conditions: Vec<String>,
}

/// A condition of a supplier that is met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = MetCondition)]
#[serde(deny_unknown_fields)]
pub struct MetConditionView {
    /// The condition, as `supplier.conditions` gives it.
    pub condition: String,
    /// How it is known that it is met.
    pub why: String,
}

impl From<MetCondition> for MetConditionView {
    fn from(one: MetCondition) -> Self {
        Self { condition: one.condition, why: one.why }
    }
}

impl From<&SupplierStanding> for StandingView {
    fn from(standing: &SupplierStanding) -> Self {
        Self {
            conditions: standing.conditions().to_vec(),
            state: standing.state().map(|state: SupplierState| state.word().to_owned()),
            text: standing_by_day(standing),
        }
    }
}

/// How a patch stands for the assets of a baseline, what is inherited included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ResolvedEntry)]
pub struct ResolvedView {
    /// The nearest entry.
    pub entry: EntryView,
    /// Whether it was decided in a baseline from which this one inherits.
    pub inherited: bool,
    /// What suppliers say.
    pub supplier: StandingView,
    /// The supplier's word under the decision: `released`, `released_on_conditions`, `no_vendor_qualification` or
    /// `override`.
    pub footing: Option<String>,
    /// Who bears the risk of an override.
    pub risk_owner: Option<String>,
    /// Who signed.
    pub signed_by: Vec<String>,
    /// Until when the decision holds.
    pub expires_at: Option<String>,
    /// Why it may not be installed now; empty: it may.
    pub blocked: Vec<String>,
    /// What the authorisation rests on: `tested` or `inspection`.
    pub basis: Option<String>,
    /// The ids of the runs that it rests on.
    pub runs: Vec<String>,
    /// The written reason of an inspection.
    pub inspection: Option<String>,
    /// The patches that replace it. Each asks for a decision of its own; this one stays what it is.
    pub superseded_by: Vec<SuccessorView>,
}

/// A patch that replaces another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Successor)]
pub struct SuccessorView {
    /// The patch.
    pub patch: String,
    /// How it stands in the same baseline; `null`: nobody has decided.
    pub state: Option<String>,
}

/// What an authorisation rests on: its word, the runs, the written reason.
fn basis_parts(basis: &Basis) -> (String, Vec<String>, Option<String>) {
    match basis {
        Basis::Tested(runs) => ("tested".to_owned(), runs.iter().map(ToString::to_string).collect(), None),
        Basis::Inspection { reason } => ("inspection".to_owned(), Vec::new(), Some(reason.clone())),
    }
}

impl From<Resolved> for ResolvedView {
    fn from(one: Resolved) -> Self {
        let decision = one.decision.as_ref();
        let what = decision.and_then(|decision| match &decision.matter {
            Matter::Authorise(what) => Some(what),
            Matter::Reject { .. } | Matter::Readmit { .. } | Matter::Standard(_) | Matter::Exempt { .. } => {
                None
            }
        });
        let (basis, runs, inspection) = match what.map(|what| basis_parts(&what.basis)) {
            Some((basis, runs, inspection)) => (Some(basis), runs, inspection),
            None => (None, Vec::new(), None),
        };
        Self {
            basis,
            runs,
            inspection,
            superseded_by: one
                .successors
                .into_iter()
                .map(|(patch, state)| SuccessorView { patch, state: state.map(|one| one.word().to_owned()) })
                .collect(),
            inherited: one.inherited,
            supplier: StandingView::with(&one.standing, one.unheard.as_deref()),
            footing: what.map(|what| footing_word(&what.footing).to_owned()),
            risk_owner: what.and_then(|what| match &what.footing {
                Footing::Override { risk_owner, .. } => Some(risk_owner.clone()),
                Footing::Released | Footing::OnConditions { .. } | Footing::NoVendorQualification { .. } => {
                    None
                }
            }),
            signed_by: decision
                .map(|one| signatures(one).iter().map(|one| one.by.name.clone()).collect())
                .unwrap_or_default(),
            expires_at: what.and_then(holdpoint_domain::decision::checks::ends_at).map(|at| at.to_string()),
            blocked: one.blocked,
            entry: EntryView::of(one.entry, one.from),
        }
    }
}

fn signatures(decision: &Decision) -> &[Signature] {
    match &decision.state {
        State::Waiting(signatures) | State::Granted { signatures, .. } => signatures.all(),
        State::Returned(_)
        | State::Rejected(_)
        | State::Withdrawn(_)
        | State::Lapsed(_)
        | State::Revoked(_) => &[],
    }
}

/// What an asset should have, by the baselines that govern it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AssetBaseline)]
pub struct AssetBaselineView {
    /// `none`, `one`, `several` or `unknown`.
    pub governing: String,
    /// The baselines that come into question.
    pub baselines: Vec<String>,
    /// What is missing to say which.
    pub missing: Vec<String>,
    /// What it should have: effective in all of them, and for this asset.
    pub should_have: Vec<ResolvedView>,
    /// What is effective in all of them and for this asset, and in whose place another one is.
    pub superseded: Vec<UnsureView>,
    /// What is effective in all of them, and of which nobody knows whether it is for this asset.
    pub unsure: Vec<UnsureView>,
    /// What was decided and may not be installed, with the reasons.
    pub blocked: Vec<ResolvedView>,
    /// What was decided and is for something else.
    pub for_others: Vec<ForOthersView>,
}

/// A patch that is effective and not asked for as it stands: of which nobody knows whether it is for an asset, or in whose place
/// another one is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = UnsurePatch)]
pub struct UnsureView {
    /// How it stands.
    pub row: ResolvedView,
    /// What is not known, or what is in its place.
    pub why: String,
}

/// A patch that is for something else than an asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PatchForOthers)]
pub struct ForOthersView {
    /// The patch.
    pub patch: String,
    /// For what it is.
    pub why: String,
}

impl From<ForAsset> for AssetBaselineView {
    fn from(found: ForAsset) -> Self {
        let (word, missing) = match found.governing {
            Governing::None => ("none", Vec::new()),
            Governing::One(_) => ("one", Vec::new()),
            Governing::Several(_) => ("several", Vec::new()),
            Governing::Unknown { missing, .. } => ("unknown", missing),
        };
        Self {
            governing: word.to_owned(),
            baselines: found.names,
            missing: missing.into_iter().map(str::to_owned).collect(),
            should_have: found.should_have.into_iter().map(Into::into).collect(),
            superseded: found
                .superseded
                .into_iter()
                .map(|(row, why)| UnsureView { row: row.into(), why })
                .collect(),
            unsure: found
                .unsure
                .into_iter()
                .map(|one| UnsureView { row: one.row.into(), why: one.why })
                .collect(),
            blocked: found.blocked.into_iter().map(Into::into).collect(),
            for_others: found
                .for_others
                .into_iter()
                .map(|(patch, why)| ForOthersView { patch, why })
                .collect(),
        }
    }
}

/// A signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Signature)]
pub struct SignatureView {
    /// Who signed.
    pub by: PersonView,
    /// For whom, when the right was lent.
    pub on_behalf_of: Option<PersonView>,
    /// When.
    pub at: String,
    /// What they wrote beside it.
    pub note: String,
}

impl From<&Signature> for SignatureView {
    fn from(one: &Signature) -> Self {
        Self {
            by: one.by.clone().into(),
            on_behalf_of: one.on_behalf_of.clone().map(Into::into),
            at: one.at.to_string(),
            note: one.note.clone(),
        }
    }
}

/// An emergency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Emergency)]
#[serde(deny_unknown_fields)]
pub struct EmergencyView {
    /// Why it cannot wait.
    pub reason: String,
    /// The backup: what, when, where.
    pub backup: String,
    /// The way back; absent: there is none, and `no_way_back_by` says so.
    pub way_back: Option<String>,
    /// The statement that there is no way back.
    pub no_way_back: Option<String>,
    /// Who states that.
    pub no_way_back_by: Option<String>,
    /// What evidence was kept before patching, and where.
    pub evidence: Option<String>,
    /// Why none was needed.
    pub no_evidence: Option<String>,
    /// Until when it must be reviewed; said by the program.
    #[serde(default)]
    pub review_due_at: Option<String>,
    /// When it was reviewed; said by the program.
    #[serde(default)]
    pub reviewed_at: Option<String>,
    /// What the review found; said by the program.
    #[serde(default)]
    pub review: Option<String>,
}

fn emergency(procedure: &Procedure) -> Option<EmergencyView> {
    let Procedure::Emergency(one) = procedure else { return None };
    let (way_back, no_way_back, no_way_back_by) = match one.way_back.clone() {
        WayBack::Steps(steps) => (Some(steps), None, None),
        WayBack::None { statement, by } => (None, Some(statement), Some(by)),
    };
    let (evidence, no_evidence) = match one.evidence.clone() {
        EvidenceHold::Kept(text) => (Some(text), None),
        EvidenceHold::NotNeeded(text) => (None, Some(text)),
    };
    let (due, reviewed_at, review) = match &one.review {
        Review::Due(due) => (due, None, None),
        Review::Done { due, at, found, .. } => (due, Some(at.to_string()), Some(found.clone())),
    };
    Some(EmergencyView {
        reason: one.reason.clone(),
        backup: one.backup.clone(),
        way_back,
        no_way_back,
        no_way_back_by,
        evidence,
        no_evidence,
        review_due_at: Some(due.to_string()),
        reviewed_at,
        review,
    })
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Decision)]
pub struct DecisionView {
    /// Its id.
    pub id: String,
    /// Its number, for people.
    pub number: i64,
    /// `approve`, `reject`, `defer`, `mitigate` or `accept`.
    pub kind: String,
    /// `waiting`, `returned`, `granted`, `rejected`, `withdrawn`, `lapsed` or `revoked`.
    pub state: String,
    /// `normal`, `standard` or `emergency`.
    pub procedure: String,
    /// `low`, `normal`, `high` or `critical`.
    pub risk: String,
    /// Why so much.
    pub risk_why: Vec<String>,
    /// The patch.
    pub patch: Option<String>,
    /// The baseline's name.
    pub baseline: Option<String>,
    /// The exemption's id.
    pub exemption_id: Option<String>,
    /// The vulnerability or patch that an exemption is about.
    pub exempts: Option<String>,
    /// The tag or name of what an exemption is on.
    pub exempts_on: Option<String>,
    /// The name of a standard change.
    pub standard: Option<String>,
    /// What an authorisation rests on: `tested` or `inspection`.
    pub basis: Option<String>,
    /// The written reason of an inspection.
    pub inspection: Option<String>,
    /// The runs that it rests on.
    pub runs: Vec<String>,
    /// The supplier's word under it: `released`, `released_on_conditions`, `no_vendor_qualification` or `override`.
    pub footing: Option<String>,
    /// The reason of that footing.
    pub footing_reason: Option<String>,
    /// The conditions of the supplier that are met, with how that is known.
    pub conditions_met: Vec<MetConditionView>,
    /// Who bears the risk of an override.
    pub risk_owner: Option<String>,
    /// Until when it holds.
    pub expires_at: Option<String>,
    /// The emergency.
    pub emergency: Option<EmergencyView>,
    /// Why it is asked for.
    pub reason: String,
    /// Who asks.
    pub author: PersonView,
    /// When.
    pub asked_at: String,
    /// When it changed last.
    pub changed_at: String,
    /// How many signatures it needs.
    pub needed: u8,
    /// Those that are there.
    pub signatures: Vec<SignatureView>,
    /// Why it ended without being granted, or was taken back.
    pub closed_why: Option<String>,
    /// Who ended it.
    pub closed_by: Option<String>,
    /// The hash of the card as the author saw it.
    pub card: String,
}

impl From<KeptDecision> for DecisionView {
    fn from(kept: KeptDecision) -> Self {
        let one = &kept.decision;
        let mut view = Self::plain(&kept);
        match &one.matter {
            Matter::Authorise(what) => {
                view.patch = Some(what.patch.clone());
                view.expires_at = holdpoint_domain::decision::checks::ends_at(what).map(|at| at.to_string());
                view.footing = Some(footing_word(&what.footing).to_owned());
                match what.footing.clone() {
                    Footing::Released => {}
                    Footing::OnConditions { met } => {
                        view.conditions_met = met.into_iter().map(Into::into).collect();
                    }
                    Footing::NoVendorQualification { reason } => view.footing_reason = Some(reason),
                    Footing::Override { reason, risk_owner, .. } => {
                        view.footing_reason = Some(reason);
                        view.risk_owner = Some(risk_owner);
                    }
                }
                match what.basis.clone() {
                    Basis::Tested(runs) => {
                        view.basis = Some("tested".to_owned());
                        view.runs = runs.iter().map(ToString::to_string).collect();
                    }
                    Basis::Inspection { reason } => {
                        view.basis = Some("inspection".to_owned());
                        view.inspection = Some(reason);
                    }
                }
            }
            Matter::Reject { patch, .. } | Matter::Readmit { patch, .. } => {
                view.patch = Some(patch.clone());
            }
            Matter::Standard(change) => {
                view.standard = Some(change.name.clone());
                view.expires_at = end(change.until);
            }
            Matter::Exempt { exemption, .. } => view.exemption_id = Some(exemption.to_string()),
        }
        view
    }
}

impl DecisionView {
    fn plain(kept: &KeptDecision) -> Self {
        let one = &kept.decision;
        let closing = one.state.closing();
        Self {
            id: one.id.to_string(),
            number: kept.number,
            kind: one.matter.kind().word().to_owned(),
            state: one.state.word().word().to_owned(),
            procedure: one.procedure.word().word().to_owned(),
            risk: one.risk.word().to_owned(),
            risk_why: one.risk_why.clone(),
            patch: None,
            baseline: said(&kept.baseline),
            exemption_id: None,
            exempts: said(&kept.exempts),
            exempts_on: said(&kept.exempts_on),
            standard: None,
            basis: None,
            inspection: None,
            runs: Vec::new(),
            footing: None,
            footing_reason: None,
            conditions_met: Vec::new(),
            risk_owner: None,
            expires_at: None,
            emergency: emergency(&one.procedure),
            reason: one.reason.clone(),
            author: one.author.clone().into(),
            asked_at: one.asked_at.to_string(),
            changed_at: kept.changed_at.to_string(),
            needed: one.needed,
            signatures: signatures(one).iter().map(Into::into).collect(),
            closed_why: closing.map(|closing| closing.why.clone()),
            closed_by: closing.map(|closing| closing.by.name.clone()),
            card: hex(&one.card.0),
        }
    }
}

/// How an asset compares with its baseline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AssetCompliance)]
pub struct AssetComplianceView {
    /// The asset's id.
    pub asset_id: String,
    /// Its tag.
    pub tag: String,
    /// `complies`, `deviates` or `unknown`.
    pub word: String,
    /// How many patches are as decided.
    pub as_decided: u64,
    /// How many are effective and not seen.
    pub effective_not_seen: u64,
    /// How many are seen and not effective.
    pub seen_not_effective: u64,
    /// Of how many nobody can say.
    pub unknown: u64,
    /// How many are missing and undecided.
    pub undecided: u64,
    /// How many are effective and missing, as is what does the same.
    pub superseded: u64,
    /// How many are effective and missing, and may not be installed here.
    pub blocked: u64,
    /// What is missing to be sure that the baseline governs it.
    pub missing: Vec<String>,
}

impl From<AssetCompliance> for AssetComplianceView {
    fn from(one: AssetCompliance) -> Self {
        Self {
            asset_id: one.asset.to_string(),
            tag: one.tag,
            word: one.word.to_owned(),
            as_decided: one.tally.as_decided,
            effective_not_seen: one.tally.effective_not_seen,
            seen_not_effective: one.tally.seen_not_effective,
            unknown: one.tally.unknown,
            undecided: one.tally.undecided,
            superseded: one.tally.superseded,
            blocked: one.tally.blocked,
            missing: one.missing.into_iter().map(str::to_owned).collect(),
        }
    }
}

/// A patch on an asset that is not as decided, or of which nobody can say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ComplianceRow)]
pub struct ComplianceRowView {
    /// The asset's id.
    pub asset_id: String,
    /// Its tag.
    pub tag: String,
    /// The patch.
    pub patch: String,
    /// What was decided; `null`: nothing.
    pub decided: Option<String>,
    /// `effective_not_seen`, `seen_not_effective`, `unknown`, `superseded` or `blocked`.
    pub compared: String,
    /// Why, in words.
    pub why: String,
}

impl From<Row> for ComplianceRowView {
    fn from(row: Row) -> Self {
        Self {
            asset_id: row.asset.to_string(),
            tag: row.tag,
            patch: row.patch,
            decided: row.decided.map(|state| state.word().to_owned()),
            compared: row.compared.word().to_owned(),
            why: row.why,
        }
    }
}

/// A delegation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Delegation)]
pub struct DelegationView {
    /// Its id.
    pub id: String,
    /// Whose right it is.
    pub from: PersonView,
    /// Who may use it.
    pub to: PersonView,
    /// Since when.
    pub from_at: String,
    /// Until when.
    pub until: String,
    /// When it was taken back.
    pub revoked_at: Option<String>,
    /// Why it was given.
    pub reason: String,
}

impl From<KeptDelegation> for DelegationView {
    fn from(kept: KeptDelegation) -> Self {
        let one = kept.delegation;
        Self {
            id: kept.id.to_string(),
            from: one.from.into(),
            to: one.to.into(),
            from_at: one.from_at.to_string(),
            until: one.until.to_string(),
            revoked_at: one.revoked_at.map(|at| at.to_string()),
            reason: kept.reason,
        }
    }
}
