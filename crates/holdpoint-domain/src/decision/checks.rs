//! What an authorisation must rest on: evidence, the supplier's word, a legal change of state, and for an emergency a
//! backup and a way back. Asked when the decision is asked for and once more when it is granted.

use super::{
    Authorisation, Basis, Decision, Emergency, EvidenceHold, Footing, Matter, Procedure, StandardChange,
    WayBack,
};
use crate::Rejected;
use crate::approval_policy::{ApprovalPolicy, EvidenceRule, RiskClass};
use crate::compatibility::folded;
use crate::id::DecisionId;
use crate::moment::Moment;
use crate::patch::PatchClass;
use crate::patch_state::{OwnerState, PatchState, SupplierStanding, SupplierState, transition};
use crate::signature::{days, refused, written};
use crate::substance::{seen, told};
use crate::test_record::{EvidenceKind, TestRun};

/// What is known at the moment of the check.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The owner's state in the baseline; `None`: nobody decided anything.
    pub entry: Option<OwnerState>,
    /// What the supplier says.
    pub standing: &'a SupplierStanding,
    /// Why a yes of somebody counts for nothing here; `None`: none was left out.
    pub unheard: Option<&'a str>,
    /// The runs that the decision names, as they are kept.
    pub runs: &'a [TestRun],
    /// A run of this patch in this baseline that failed, when none of its kind has passed since.
    pub failed: Option<&'a TestRun>,
    /// How much hangs on it.
    pub risk: RiskClass,
    /// The class of the patch.
    pub class: PatchClass,
    /// Why the patch is declined everywhere, if it is.
    pub declined: Option<&'a str>,
    /// The standard change that it names, when that holds.
    pub standard: Option<(DecisionId, &'a StandardChange)>,
    /// The rules.
    pub policy: &'a ApprovalPolicy,
    /// Now.
    pub at: Moment,
}

/// Whether a patch may be authorised like this.
///
/// # Errors
/// The first thing that is missing, in words.
pub fn authorise(what: &Authorisation, procedure: &Procedure, facts: &Facts<'_>) -> Result<(), Rejected> {
    if let Some(why) = facts.declined {
        let text = format!("{} is declined everywhere: {why}", what.patch);
        return Err(refused("declined", text, "take the decline back first, with a reason"));
    }
    footing(&what.footing, facts)?;
    state(facts)?;
    evidence(what, procedure, facts)?;
    expiry(what, facts)?;
    match procedure {
        Procedure::Normal => Ok(()),
        Procedure::Standard(id) => standard(*id, what, facts),
        Procedure::Emergency(declared) => emergency(declared, facts.policy, facts.at),
    }
}

/// The change of the owner's state. An authorisation without the supplier's release goes the way that the release would
/// have gone; its footing carries the reason.
fn state(facts: &Facts<'_>) -> Result<(), Rejected> {
    let from = match facts.entry {
        None => PatchState::Supplier(SupplierState::Released),
        Some(state) => PatchState::Owner(state),
    };
    match transition(from, PatchState::Owner(OwnerState::Authorized)) {
        Ok(_) => Ok(()),
        Err(why) => {
            Err(refused("illegal-transition", why.to_string(), "begin a test of it, or decide otherwise"))
        }
    }
}

fn footing(footing: &Footing, facts: &Facts<'_>) -> Result<(), Rejected> {
    use SupplierState as S;
    match footing {
        Footing::Released | Footing::OnConditions { .. } => match facts.standing.state() {
            Some(S::Released) => conditions(footing, facts.standing),
            Some(S::Available | S::InTest | S::NotApproved | S::NotApplicable | S::Approved) | None => {
                let mut what =
                    "the supplier has not released this patch for the product, or nothing is known of it"
                        .to_owned();
                if let Some(why) = facts.unheard {
                    what = format!("{what}: {why}");
                }
                let remedy = "wait for the statement, or say that no qualification is needed, or override it: with a reason";
                Err(refused("not-released", what, remedy))
            }
        },
        Footing::NoVendorQualification { reason } => {
            told("reason why no qualification is needed", reason)?;
            match facts.standing {
                SupplierStanding::Said { state: S::Available | S::Released, conditions, .. }
                    if !conditions.is_empty() =>
                {
                    let what = format!(
                        "the supplier names conditions of this patch, so its word cannot be left out: `{}`",
                        conditions.join("`, `")
                    );
                    Err(refused("vendor-spoke", what, "say of each that it is met, or override it"))
                }
                SupplierStanding::NoStatement { .. }
                | SupplierStanding::Said { state: S::Available | S::Released, .. } => Ok(()),
                SupplierStanding::Said {
                    state: S::InTest | S::NotApproved | S::NotApplicable | S::Approved,
                    ..
                } => {
                    let what =
                        "the supplier has said something of this patch, so its word cannot be left out";
                    Err(refused("vendor-spoke", what, "wait for its release, or override it"))
                }
                SupplierStanding::NotUnderstood { word, .. } => {
                    let what =
                        format!("the supplier says `{word}`, which nobody has explained yet; it may be a no");
                    Err(refused("vendor-not-understood", what, "explain the word first, or override it"))
                }
            }
        }
        Footing::Override { reason, risk_owner, expires, of: _ } => {
            told("reason of the override", reason)?;
            written("risk owner", risk_owner)?;
            let most = facts.policy.override_most_days;
            if *expires <= facts.at || expires.since(facts.at) > days(most) {
                let what = format!("an override of a supplier's word ends within {most} days");
                return Err(refused("override-expiry", what, "name an earlier end; it can be decided anew"));
            }
            Ok(())
        }
    }
}

/// What is said of the conditions of a release: of each of them, and of nothing else.
fn conditions(footing: &Footing, standing: &SupplierStanding) -> Result<(), Rejected> {
    let unmet = footing.unmet(standing);
    if !unmet.is_empty() {
        let named = unmet.join("`, `");
        let what = format!(
            "the supplier released it on conditions, and nobody has said that they are met: `{named}`"
        );
        let remedy =
            "say of each condition how it is known that it is met here, or override the supplier's word";
        return Err(refused("conditions", what, remedy));
    }
    let Footing::OnConditions { met } = footing else { return Ok(()) };
    let known = |text: &str| standing.conditions().iter().any(|one| folded(one) == folded(text));
    for one in met {
        if !known(&one.condition) {
            let what = format!("the supplier names no condition `{}`", one.condition);
            return Err(refused(
                "no-such-condition",
                what,
                "name the conditions as the supplier's word gives them",
            ));
        }
        seen("way in which it is known that a condition is met", &one.why)?;
    }
    if met.is_empty() {
        let what = "the supplier released it on no condition";
        return Err(refused("no-such-condition", what, "let it rest on the release as it is"));
    }
    Ok(())
}

/// The evidence that the policy asks for. Without any there is no procedure at all.
fn evidence(what: &Authorisation, procedure: &Procedure, facts: &Facts<'_>) -> Result<(), Rejected> {
    let rule = match procedure {
        Procedure::Normal | Procedure::Standard(_) => facts.policy.of(facts.risk).evidence,
        Procedure::Emergency(_) => facts.policy.emergency_evidence(facts.risk),
    };
    if let Some(run) = facts.failed {
        let at = run.failed_at().map_or_else(String::new, |at| format!(" at {}", at.minute()));
        let text = format!("run {} failed{at}, and none of its kind has passed since", run.id);
        return Err(refused("test-failed", text, "mend what failed and test it again, or refuse the patch"));
    }
    match &what.basis {
        Basis::Inspection { reason } => {
            told("reason why looking was enough", reason)?;
            match rule {
                EvidenceRule::Inspection => Ok(()),
                EvidenceRule::Test | EvidenceRule::TestAndPilot => {
                    let text = format!("the risk is {}, and then a passed test is needed", facts.risk);
                    Err(refused("evidence", text, "test it, or declare an emergency with its duties"))
                }
            }
        }
        Basis::Tested(named) => {
            if named.is_empty() || named.iter().any(|id| facts.runs.iter().all(|run| run.id != *id)) {
                let text = "the decision names no test run, or one that is not there";
                return Err(refused("evidence", text, "name passed test runs"));
            }
            for run in facts.runs {
                run.is_full_test(&what.patch, what.baseline, facts.at, facts.policy).map_err(|why| {
                    refused("evidence", why, "name passed test runs of this patch and baseline")
                })?;
            }
            let has = |kind| facts.runs.iter().any(|run| run.place.kind() == kind);
            let both = has(EvidenceKind::Bench) && has(EvidenceKind::Pilot);
            if rule == EvidenceRule::TestAndPilot && !both {
                let text = format!(
                    "the risk is {}: a test in an environment and a pilot are both needed",
                    facts.risk
                );
                return Err(refused("evidence", text, "add what is missing"));
            }
            Ok(())
        }
    }
}

fn expiry(what: &Authorisation, facts: &Facts<'_>) -> Result<(), Rejected> {
    match what.expires {
        Some(end) if end <= facts.at => Err(refused(
            "expiry",
            format!("the authorisation would end at {}, which is over", end.minute()),
            "name a later end",
        )),
        Some(_) | None => Ok(()),
    }
}

fn standard(id: DecisionId, what: &Authorisation, facts: &Facts<'_>) -> Result<(), Rejected> {
    let Some((found, change)) = facts.standard.filter(|(found, _)| *found == id) else {
        let text = format!("decision {id} approves no kind of change beforehand, or does not hold");
        return Err(refused("standard-change", text, "ask in the usual way"));
    };
    let fault = if facts.class == PatchClass::Unknown {
        "nobody knows of which class this patch is"
    } else if facts.at >= change.until {
        "its time is over"
    } else if change.baseline != what.baseline {
        "it holds in another baseline"
    } else if !change.classes.contains(&facts.class) {
        "it does not cover this class of patches"
    } else if facts.risk > change.most_risk {
        "the risk is higher than it covers"
    } else {
        match what.footing {
            Footing::Released => return Ok(()),
            Footing::OnConditions { .. } => "it covers only what the supplier released without conditions",
            Footing::NoVendorQualification { .. } | Footing::Override { .. } => {
                "it covers only what the supplier released"
            }
        }
    };
    Err(refused(
        "standard-change",
        format!("standard change {found} does not cover this: {fault}"),
        "ask in the usual way",
    ))
}

/// Checks what an emergency must have besides.
///
/// # Errors
/// What is missing.
pub fn emergency(declared: &Emergency, policy: &ApprovalPolicy, at: Moment) -> Result<(), Rejected> {
    told("reason of the emergency", &declared.reason)?;
    backup(&declared.backup, policy.emergency_backup_days, at)?;
    match &declared.way_back {
        WayBack::Steps(steps) => described("way back", steps)?,
        WayBack::None { statement, by } => {
            told("statement that there is no way back", statement)?;
            written("name of who states that there is no way back", by)?;
        }
    }
    match &declared.evidence {
        EvidenceHold::Kept(text) => seen("evidence that was kept", text).map(drop),
        EvidenceHold::NotNeeded(text) => told("reason why no evidence was kept", text).map(drop),
    }
}

/// First words of a text that says that there is nothing.
const NOTHING_WORDS: [&str; 9] = ["no", "not", "none", "never", "nothing", "without", "later", "todo", "tbd"];

/// A backup is somewhere and was made on a day; a plan to make one is none.
fn backup(text: &str, most_days: u32, at: Moment) -> Result<(), Rejected> {
    described("backup", text)?;
    let bad = |what: String| {
        let remedy = "make one first, then write where it lies and on which day it was made: `image on NAS-2, 2026-11-20`";
        Err(refused("not-described", what, remedy))
    };
    if seen("backup", text).is_err() {
        return bad(format!("`{}` says that it has not been made", text.trim()));
    }
    let apart = |c: char| !c.is_alphanumeric();
    let first = text.split(apart).find(|word| !word.is_empty()).unwrap_or_default().to_lowercase();
    if NOTHING_WORDS.contains(&first.as_str()) || denies_backup(text) {
        return bad(format!("`{}` says that there is no backup", text.trim()));
    }
    let words = || text.split(|c: char| !(c.is_alphanumeric() || c == '-'));
    let Some(day) = words().filter_map(|word| word.parse::<jiff::civil::Date>().ok()).max() else {
        return bad(
            "the backup says nothing of the day on which it was made, written as year-month-day".to_owned()
        );
    };
    // A day begins earlier elsewhere.
    let tomorrow = at.plus_micros(days(1)).to_string();
    if day.to_string().as_str() > tomorrow.get(..10).unwrap_or_default() {
        return bad(format!("the backup would be of {day}, and that day is not yet"));
    }
    // A day ends later elsewhere, so the oldest day that may be is one more.
    let oldest = at.plus_micros(-days(most_days.saturating_add(1))).to_string();
    if day.to_string().as_str() < oldest.get(..10).unwrap_or_default() {
        let what = format!("the backup is of {day}, and the rules allow {most_days} days");
        let remedy = "make a new one, and write where it lies and on which day it was made";
        return Err(refused("backup-too-old", what, remedy));
    }
    let place = words().filter(|word| word.parse::<jiff::civil::Date>().is_err());
    if place.flat_map(str::chars).filter(|c| c.is_alphanumeric()).count() < 3 {
        return bad("the backup says nothing of where it lies".to_owned());
    }
    Ok(())
}

/// Whether a text denies a backup anywhere: `there is no backup`, `without any recent image`.
fn denies_backup(text: &str) -> bool {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.windows(3).chain(words.windows(2)).any(|some| {
        ["no", "without", "never", "not", "kein", "keine", "ohne", "nie"].contains(&some[0].as_str())
            && some[1..].iter().any(|word| {
                ["backup", "backups", "image", "images", "snapshot", "made", "backed", "sicherung"]
                    .contains(&word.as_str())
            })
    })
}

/// Something that is there and described; a bare no is none.
fn described(name: &str, text: &str) -> Result<(), Rejected> {
    let text = written(name, text)?;
    if told(name, &text).is_err() {
        return Err(refused(
            "not-described",
            format!("`{text}` describes no {name}"),
            "describe it; that there is no way back is stated as such, with the name of who states it",
        ));
    }
    Ok(())
}

/// Whether a granted authorisation is enough where this much hangs on it: it may have been granted where less did.
///
/// # Errors
/// What it lacks there, in words.
pub fn bears(
    decision: &Decision,
    runs: &[TestRun],
    risk: RiskClass,
    policy: &ApprovalPolicy,
) -> Result<(), String> {
    let Matter::Authorise(what) = &decision.matter else { return Ok(()) };
    let needed = match decision.procedure {
        Procedure::Emergency(_) => policy.emergency_signers(risk),
        Procedure::Normal | Procedure::Standard(_) => policy.of(risk).signatures.max(1),
    };
    let given = decision.signatures().count();
    if given < usize::from(needed) {
        return Err(format!("{given} signed it, and the risk here is {risk}, which asks for {needed}"));
    }
    let rule = match decision.procedure {
        Procedure::Normal | Procedure::Standard(_) => policy.of(risk).evidence,
        Procedure::Emergency(_) => policy.emergency_evidence(risk),
    };
    let has = |kind| runs.iter().any(|run| run.place.kind() == kind);
    let enough = match (&what.basis, rule) {
        (_, EvidenceRule::Inspection) | (Basis::Tested(_), EvidenceRule::Test) => true,
        (Basis::Inspection { .. }, EvidenceRule::Test | EvidenceRule::TestAndPilot) => false,
        (Basis::Tested(_), EvidenceRule::TestAndPilot) => {
            has(EvidenceKind::Bench) && has(EvidenceKind::Pilot)
        }
    };
    if enough {
        return Ok(());
    }
    Err(format!("the risk here is {risk}, which asks for more evidence than it rests on ({rule})"))
}

/// How many signatures a decision needs. A standard change was signed beforehand.
#[must_use]
pub fn signatures_needed(procedure: &Procedure, risk: RiskClass, policy: &ApprovalPolicy) -> u8 {
    match procedure {
        Procedure::Normal | Procedure::Standard(_) => policy.of(risk).signatures.max(1),
        Procedure::Emergency(_) => policy.emergency_signers(risk),
    }
}

/// Until when an authorisation holds: its own end or the override's, whichever is earlier.
#[must_use]
pub fn ends_at(what: &Authorisation) -> Option<Moment> {
    let own = what.expires;
    match what.footing {
        Footing::Override { expires, .. } => Some(own.map_or(expires, |end| end.min(expires))),
        Footing::Released | Footing::OnConditions { .. } | Footing::NoVendorQualification { .. } => own,
    }
}
