//! The decision card: everything that a signer must see, on one screen, and the hash that a signature is bound to.
//!
//! The surprise: the assets of the baseline are part of what is shown. When one comes or goes, the card is another one, and
//! a decision that waits lapses instead of covering what nobody looked at.

use super::affected;
pub use super::affected::AffectedPlace;
use super::carrying::{self, Carrying};
use super::members::{self, Member};
pub use super::origin::Spoken;
use super::reading;
use super::stake::{self, Offers, Stake};
use super::{baselines, class_of, origin, rules, standing};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::approval_policy::{ApprovalPolicy, RiskClass};
use holdpoint_domain::baseline::Entry;
use holdpoint_domain::control::Verification;
use holdpoint_domain::decision::checks::Facts;
use holdpoint_domain::decision::{
    Authorisation, Basis, Decision, EvidenceHold, Footing, Matter, Procedure, StandardChange, State, WayBack,
};
use holdpoint_domain::exemption::{On, What};
use holdpoint_domain::id::{DecisionId, ExemptionId};
use holdpoint_domain::patch::PatchClass;
use holdpoint_domain::patch_state::SupplierStanding;
use holdpoint_domain::signature::CardHash;
use holdpoint_domain::test_record::{TestRun, unanswered_failure};
use holdpoint_engine::approval::risk::{Word, class_of as risk_class};
use holdpoint_store::Reader;
use holdpoint_store::compatibility::StatementLine;
use holdpoint_store::decision::{KeptDecision, footing_word};
use holdpoint_store::exemption::KeptExemption;
use holdpoint_store::patch::PatchLine;
use holdpoint_store::test_record::RunLine;
use holdpoint_store::vulnerability_record::Threat;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// What an authorisation stands on at one moment.
#[derive(Debug, Clone)]
pub(crate) struct Ground {
    pub entry: Option<Entry>,
    pub standing: SupplierStanding,
    /// Why a yes of somebody counts for nothing here; `None`: none was left out.
    pub unheard: Option<String>,
    /// The statement that counts.
    pub said: Option<StatementLine>,
    pub runs: Vec<RunLine>,
    pub tested: Vec<TestRun>,
    /// All runs of the patch in the baseline, whatever came of them.
    pub all_runs: Vec<RunLine>,
    pub class: PatchClass,
    pub declined: Option<String>,
    pub standard: Option<(DecisionId, StandardChange)>,
    pub policy: ApprovalPolicy,
    pub risk: RiskClass,
    pub risk_why: Vec<String>,
    pub members: Vec<Member>,
}

impl Ground {
    /// Reads it.
    pub(crate) fn read(
        r: &mut Reader<'_>,
        what: &Authorisation,
        procedure: &Procedure,
    ) -> Result<Self, AppError> {
        let baseline = baselines::by_id(r, what.baseline)?;
        let mut runs = Vec::new();
        if let Basis::Tested(ids) = &what.basis {
            for id in ids {
                runs.extend(r.test_run(*id)?);
            }
        }
        let standard = match procedure {
            Procedure::Standard(id) => r.decision(*id)?.and_then(|kept| match kept.decision {
                Decision { id, matter: Matter::Standard(change), state: State::Granted { .. }, .. } => {
                    Some((id, change))
                }
                _ => None,
            }),
            Procedure::Normal | Procedure::Emergency(_) => None,
        };
        let members = members::of_scope(r, &baseline)?;
        let stakes: Vec<_> = members.iter().map(|member| member.stake.clone()).collect();
        let word = match what.footing {
            Footing::Released | Footing::OnConditions { .. } | Footing::NoVendorQualification { .. } => {
                Word::Kept
            }
            Footing::Override { .. } => Word::Overridden,
        };
        let (mut risk, mut risk_why) = risk_class(&stakes, word);
        if r.patch(&what.patch)?.is_none() {
            risk = risk.max(RiskClass::Normal);
            risk_why.push(
                "no catalogue knows this patch, so what it changes and restarts is not known".to_owned(),
            );
        }
        let rules = rules::of_members(r, baseline.scope.place.site(), &members)?;
        risk_why.extend(rules.why(risk));
        let heard = standing::heard(r, &baseline, &what.patch, Moment::OPEN)?;
        Ok(Self {
            entry: r.entry(what.baseline, &what.patch)?,
            standing: heard.standing,
            unheard: heard.unheard,
            said: heard.line,
            tested: runs.iter().map(|line| line.run.clone()).collect(),
            all_runs: r.test_runs_of(&what.patch, what.baseline)?,
            runs,
            class: class_of(r, &what.patch)?,
            declined: r.decline_of(&what.patch)?.map(|kept| kept.decision.reason),
            standard,
            policy: rules.policy,
            risk,
            risk_why,
            members,
        })
    }

    /// The last run that failed, when none of its kind has passed since.
    pub(crate) fn failed(&self) -> Option<&TestRun> {
        unanswered_failure(self.all_runs.iter().map(|line| &line.run))
    }

    /// Everybody who tested the patch in the baseline, whether the decision names their run or not.
    pub(crate) fn testers(&self) -> BTreeSet<String> {
        let all = self.runs.iter().chain(&self.all_runs);
        all.flat_map(|line| line.run.testers()).collect()
    }

    /// The runs that a signer must see: those that the decision names, and those in which something failed.
    fn shown_runs(self) -> Vec<RunLine> {
        let mut shown = self.runs;
        for line in self.all_runs {
            if line.run.failed_at().is_some() && shown.iter().all(|known| known.run.id != line.run.id) {
                shown.push(line);
            }
        }
        shown
    }

    /// The same for the domain's checks.
    pub(crate) fn facts(&self, at: Moment) -> Facts<'_> {
        Facts {
            entry: baselines::state_of(self.entry.as_ref()),
            standing: &self.standing,
            unheard: self.unheard.as_deref(),
            runs: &self.tested,
            failed: self.failed(),
            risk: self.risk,
            class: self.class,
            declined: self.declined.as_deref(),
            standard: self.standard.as_ref().map(|(id, change)| (*id, change)),
            policy: &self.policy,
            at,
        }
    }
}

/// A line of what is hashed: a name and a text, which cannot run into each other.
struct Lines(Sha256);

impl Lines {
    fn new() -> Self {
        Self(Sha256::new())
    }

    fn put(&mut self, name: &str, text: &str) {
        for part in [name, text] {
            self.0.update((part.len() as u64).to_be_bytes());
            self.0.update(part.as_bytes());
        }
    }

    fn done(self) -> CardHash {
        CardHash(self.0.finalize().into())
    }
}

/// The hash of an authorisation's card.
pub(crate) fn hash_of_authorisation(
    what: &Authorisation,
    procedure: &Procedure,
    reason: &str,
    ground: &Ground,
) -> CardHash {
    let mut lines = Lines::new();
    lines.put("matter", "authorise");
    lines.put("baseline", &what.baseline.to_string());
    lines.put("patch", &what.patch);
    lines.put("reason", reason);
    match &what.basis {
        Basis::Inspection { reason } => lines.put("inspection", reason),
        Basis::Tested(_) => {
            for run in &ground.tested {
                lines.put("run", &format!("{} {}", run.id, run.state));
            }
        }
    }
    for line in ground.all_runs.iter().filter(|line| line.run.failed_at().is_some()) {
        lines.put("failed run", &line.run.id.to_string());
    }
    lines.put("footing", footing_word(&what.footing));
    match &what.footing {
        Footing::Released => {}
        Footing::OnConditions { met } => {
            for one in met {
                lines.put("condition met", &one.condition);
                lines.put("how it is known", &one.why);
            }
        }
        Footing::NoVendorQualification { reason } => lines.put("footing reason", reason),
        Footing::Override { reason, risk_owner, expires, of } => {
            lines.put("footing reason", reason);
            lines.put("risk owner", risk_owner);
            lines.put("override until", &expires.to_string());
            lines.put("override of", of.map_or("", |state| state.word()));
        }
    }
    lines.put("posting", what.posting.word());
    lines.put("until", &what.expires.map(|end| end.to_string()).unwrap_or_default());
    put_procedure(&mut lines, procedure);
    // That somebody looked again and found no statement changes nothing of what was shown.
    lines.put("supplier", &standing_hashed(&ground.standing));
    for condition in ground.standing.conditions() {
        lines.put("supplier's condition", condition);
    }
    lines.put("entry", baselines::state_of(ground.entry.as_ref()).map_or("", |state| state.word()));
    lines.put("risk", ground.risk.word());
    for member in &ground.members {
        lines.put("asset", &member.id.to_string());
    }
    lines.done()
}

fn put_procedure(lines: &mut Lines, procedure: &Procedure) {
    lines.put("procedure", procedure.word().word());
    match procedure {
        Procedure::Normal => {}
        Procedure::Standard(id) => lines.put("standard change", &id.to_string()),
        Procedure::Emergency(declared) => {
            lines.put("emergency", &declared.reason);
            lines.put("backup", &declared.backup);
            match &declared.way_back {
                WayBack::Steps(steps) => lines.put("way back", steps),
                WayBack::None { statement, by } => lines.put("no way back", &format!("{by}: {statement}")),
            }
            match &declared.evidence {
                EvidenceHold::Kept(text) => lines.put("evidence", text),
                EvidenceHold::NotNeeded(text) => lines.put("no evidence", text),
            }
        }
    }
}

/// What suppliers say, in words.
#[must_use]
pub fn standing_words(standing: &SupplierStanding) -> String {
    words_of(standing, ToString::to_string)
}

/// The same for people, by the day.
#[must_use]
pub fn standing_by_day(standing: &SupplierStanding) -> String {
    words_of(standing, |at| at.to_string().chars().take(10).collect())
}

/// The same where a yes may have been left out: that it does not count is no silence.
#[must_use]
pub fn standing_with(standing: &SupplierStanding, unheard: Option<&str>) -> String {
    match (standing, unheard) {
        (SupplierStanding::NoStatement { .. }, Some(why)) => format!("no statement that counts yet: {why}"),
        (
            SupplierStanding::Said { .. }
            | SupplierStanding::NotUnderstood { .. }
            | SupplierStanding::NoStatement { .. },
            _,
        ) => standing_by_day(standing),
    }
}

fn words_of(standing: &SupplierStanding, shown: impl Fn(&Moment) -> String) -> String {
    let when = |at, is_dated| if is_dated { "said " } else { "undated, received " }.to_owned() + &shown(at);
    match standing {
        SupplierStanding::Said { state, at, is_dated, .. } => format!("{state}, {}", when(at, *is_dated)),
        SupplierStanding::NotUnderstood { word, at, is_dated } => {
            format!("`{word}`, not understood, {}", when(at, *is_dated))
        }
        SupplierStanding::NoStatement { last_checked: Some(at) } => {
            format!("no statement received, last checked {}", shown(at))
        }
        SupplierStanding::NoStatement { last_checked: None } => {
            "no statement received, never checked".to_owned()
        }
    }
}

/// The same for the hash of a card, whose words never change.
fn standing_hashed(standing: &SupplierStanding) -> String {
    match standing {
        SupplierStanding::Said { state, at, .. } => format!("{state}, said {at}"),
        SupplierStanding::NotUnderstood { word, at, .. } => format!("`{word}`, not understood, said {at}"),
        SupplierStanding::NoStatement { .. } => "no statement".to_owned(),
    }
}

/// The hash of a standard change's card.
pub(crate) fn hash_of_standard(change: &StandardChange, reason: &str) -> CardHash {
    let mut lines = Lines::new();
    lines.put("matter", "standard");
    lines.put("name", &change.name);
    lines.put("baseline", &change.baseline.to_string());
    for class in &change.classes {
        lines.put("class", class.word());
    }
    lines.put("risk", change.most_risk.word());
    lines.put("until", &change.until.to_string());
    lines.put("reason", reason);
    lines.done()
}

/// The hash of the card of a decline everywhere.
pub(crate) fn hash_of_decline(patch: &str, reason: &str) -> CardHash {
    let mut lines = Lines::new();
    lines.put("matter", "decline");
    lines.put("patch", patch);
    lines.put("reason", reason);
    lines.done()
}

/// The hash of the card of a decline that is to be taken back.
pub(crate) fn hash_of_readmission(decline: DecisionId, patch: &str, reason: &str) -> CardHash {
    let mut lines = Lines::new();
    lines.put("matter", "readmit");
    lines.put("decline", &decline.to_string());
    lines.put("patch", patch);
    lines.put("reason", reason);
    lines.done()
}

/// The hash of an exemption's card.
pub(crate) fn hash_of_exemption(kept: &KeptExemption) -> CardHash {
    let one = &kept.exemption;
    let mut lines = Lines::new();
    lines.put("matter", one.kind.word());
    lines.put("exemption", &one.id.to_string());
    let (What::Vulnerability(what) | What::Patch(what)) = &one.what;
    lines.put("what", what);
    lines.put("on", &on_text(one.on));
    lines.put("code", one.reason_code.word());
    lines.put("reason", &one.reason);
    lines.put("residual", one.residual.word());
    lines.put("until", &one.expires.to_string());
    for control in &one.controls {
        lines.put("control", control.control.word());
        lines.put("control does", &control.what);
        lines.put("control owner", &control.owner);
        if let Verification::Failed(found) = &control.verification {
            lines.put("control failed", &format!("{}, {}: {}", found.by.name, found.at, found.evidence));
        }
    }
    lines.done()
}

/// What an exemption is on, as one text.
#[must_use]
pub fn on_text(on: On) -> String {
    match on {
        On::Asset(id) => format!("asset {id}"),
        On::Baseline(id) => format!("baseline {id}"),
        On::Zone(id) => format!("zone {id}"),
        On::Site(id) => format!("site {id}"),
    }
}

/// The hash of what a decision is about, as things are now.
pub(crate) fn hash_now(r: &mut Reader<'_>, decision: &Decision) -> Result<CardHash, AppError> {
    match &decision.matter {
        Matter::Authorise(what) => {
            let ground = Ground::read(r, what, &decision.procedure)?;
            Ok(hash_of_authorisation(what, &decision.procedure, &decision.reason, &ground))
        }
        Matter::Standard(change) => Ok(hash_of_standard(change, &decision.reason)),
        Matter::Exempt { exemption, .. } => Ok(hash_of_exemption(&kept_exemption(r, *exemption)?)),
        Matter::Reject { .. } | Matter::Readmit { .. } => Ok(decision.card),
    }
}

pub(crate) fn kept_exemption(r: &mut Reader<'_>, id: ExemptionId) -> Result<KeptExemption, AppError> {
    r.exemption(id)?.ok_or_else(|| AppError::NotFound { noun: "exemption", id: id.to_string() })
}

/// Everything on one screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// The decision as it is kept.
    pub kept: KeptDecision,
    /// The hash of what is shown here; a signature must name it.
    pub hash: CardHash,
    /// Whether it is still what the author asked for.
    pub unchanged: bool,
    /// The patch, when a source knows it.
    pub patch: Option<PatchLine>,
    /// The vulnerabilities that it fixes.
    pub fixes: Vec<Threat>,
    /// What suppliers say.
    pub standing: Option<SupplierStanding>,
    /// Why a yes of somebody counts for nothing here; `None`: none was left out.
    pub unheard: Option<String>,
    /// The statement that counts, in its supplier's own words; `None`: none was received, or none is asked for.
    pub said: Option<StatementLine>,
    /// The documents that speak of it, with their publishers and how they came here.
    pub spoken: Vec<Spoken>,
    /// How the patch stands in the baseline.
    pub entry: Option<Entry>,
    /// The runs that it rests on, and those of the same patch and baseline in which something failed.
    pub runs: Vec<RunLine>,
    /// How many assets the baseline holds, or the exemption is on.
    pub assets: u64,
    /// How many it may hold, or may be on; something is missing to be sure.
    pub assets_unsure: u64,
    /// Where they stand, by site and zone.
    pub places: Vec<AffectedPlace>,
    /// How pressing the open findings are that it is about; `None`: no vulnerability is known that it is about.
    pub stake: Option<Stake>,
    /// What an exemption leaves uninstalled; `None`: it is no exemption.
    pub offers: Option<Offers>,
    /// How the patch would be carried out; `None`: nothing is installed by it.
    pub carrying: Option<Carrying>,
    /// The exemption.
    pub exemption: Option<KeptExemption>,
    /// Why the caller cannot sign; empty: they can.
    pub cannot_sign: Vec<String>,
    /// The people in whose name the caller can sign.
    pub sign_for: Vec<String>,
}

/// The card of a decision.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn card(app: &App, caller: &Caller, id: &str) -> Result<Card, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let mut card = reading(app, |r| {
        let kept = super::decisions::find_in(r, id, &reach)?;
        let hash = hash_now(r, &kept.decision)?;
        let mut card = Card {
            unchanged: hash == kept.decision.card,
            hash,
            patch: None,
            fixes: Vec::new(),
            standing: None,
            unheard: None,
            said: None,
            spoken: Vec::new(),
            entry: None,
            runs: Vec::new(),
            assets: 0,
            assets_unsure: 0,
            places: Vec::new(),
            stake: None,
            offers: None,
            carrying: None,
            exemption: None,
            cannot_sign: super::decisions::cannot_sign(r, app.now(), caller, &kept)?,
            sign_for: super::decisions::lenders(r, app.now(), caller, &kept)?,
            kept,
        };
        match card.kept.decision.matter.clone() {
            Matter::Authorise(what) => {
                let ground = Ground::read(r, &what, &card.kept.decision.procedure)?;
                card.touches(r, &ground.members)?;
                let patch = What::Patch(what.patch.clone());
                card.stake = stake::of(r, (&patch, &ground.members), (&reach, app.now()))?;
                card.carrying = Some(carrying::read(r, &what.patch, &ground.members)?);
                (card.standing, card.unheard) = (Some(ground.standing.clone()), ground.unheard.clone());
                (card.said, card.entry) = (ground.said.clone(), ground.entry.clone());
                card.spoken = origin::of_patch(r, &what.patch)?;
                card.runs = ground.shown_runs();
                card.patch = r.patch(&what.patch)?;
                card.fixes = fixes(r, &what.patch)?;
            }
            Matter::Reject { patch, .. } | Matter::Readmit { patch, .. } => {
                card.spoken = origin::of_patch(r, &patch)?;
                card.patch = r.patch(&patch)?;
                card.fixes = fixes(r, &patch)?;
            }
            Matter::Standard(_) => {}
            Matter::Exempt { exemption, .. } => {
                let kept = kept_exemption(r, exemption)?;
                let what = &kept.exemption.what;
                card.spoken = origin::of_exempted(r, what)?;
                let members = members::of_exemption(r, kept.exemption.on)?;
                card.touches(r, &members)?;
                card.stake = stake::of(r, (what, &members), (&reach, app.now()))?;
                card.offers = Some(stake::offers(r, &kept.exemption, &members)?);
                card.fixes = threats(r, named(what))?;
                if let What::Patch(patch) = what {
                    card.patch = r.patch(patch)?;
                    card.fixes = fixes(r, patch)?;
                }
                card.exemption = Some(kept);
            }
        }
        Ok::<_, AppError>(card)
    })?;
    if let Some(carrying) = &mut card.carrying {
        carrying.windows = carrying::windows(app, caller, &card.places)?;
    }
    Ok(card)
}

impl Card {
    /// Says which assets it is about.
    fn touches(&mut self, r: &mut Reader<'_>, members: &[Member]) -> Result<(), AppError> {
        self.assets = members.iter().filter(|one| one.missing.is_empty()).count() as u64;
        self.assets_unsure = members.len() as u64 - self.assets;
        self.places = affected::places(r, members)?;
        Ok(())
    }
}

/// The vulnerability that an exemption leaves open by its name.
fn named(what: &What) -> Vec<String> {
    match what {
        What::Vulnerability(name) => vec![name.clone()],
        What::Patch(_) => Vec::new(),
    }
}

fn fixes(r: &mut Reader<'_>, patch: &str) -> Result<Vec<Threat>, AppError> {
    let records = r.patch_records(patch)?;
    let mut names: Vec<String> = records.into_iter().flat_map(|one| one.record.fixes).collect();
    names.sort();
    names.dedup();
    threats(r, names)
}

fn threats(r: &mut Reader<'_>, names: Vec<String>) -> Result<Vec<Threat>, AppError> {
    let known = r.threats(names.iter().map(String::as_str))?;
    let mut found: Vec<Threat> = known.into_values().collect();
    found.sort_by(|one, other| one.reference.cmp(&other.reference));
    Ok(found)
}
