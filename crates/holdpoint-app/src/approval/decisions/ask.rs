//! Asking for a decision. What it rests on is checked here for the first time, in the change that writes it.

use super::{owner, way_back};
use crate::App;
use crate::access_check::Caller;
use crate::approval::card::{Ground, hash_of_authorisation, hash_of_decline, hash_of_standard};
use crate::approval::known::{self, Source};
use crate::approval::{accountable, baselines, members, own_words, patch_name, refused, rules, signer};
use crate::error::AppError;
use crate::ranking::dealt;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::approval_policy::RiskClass;
use holdpoint_domain::baseline::{self, Deed, Step};
use holdpoint_domain::decision::checks::{self, signatures_needed};
use holdpoint_domain::decision::{
    Authorisation, Basis, Decision, Emergency, Ending, EvidenceHold, Footing, Matter, Posting, Procedure,
    Review, StandardChange, State, WayBack,
};
use holdpoint_domain::exemption::What;
use holdpoint_domain::id::{BaselineId, DecisionId, SiteId, TestRunId};
use holdpoint_domain::patch::PatchClass;
use holdpoint_domain::patch_state::OwnerState;
use holdpoint_domain::signature::{CardHash, Person, Signatures, days, written};
use holdpoint_domain::substance::told;
use holdpoint_store::Change;
use holdpoint_store::ranking::finding::Met;
use serde_json::json;
use std::collections::{BTreeSet, HashSet};

/// By which procedure somebody asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Urgency {
    /// The usual one.
    Normal,
    /// Approved beforehand by this decision.
    Standard(DecisionId),
    /// The fast one.
    Emergency {
        /// Why it cannot wait.
        reason: String,
        /// The backup.
        backup: String,
        /// The way back.
        way_back: WayBack,
        /// Evidence before patching.
        evidence: EvidenceHold,
    },
}

/// An authorisation that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskAuthorise {
    /// The baseline's id or name.
    pub baseline: String,
    /// The patch.
    pub patch: String,
    /// What it rests on.
    pub basis: Basis,
    /// The supplier's word under it.
    pub footing: Footing,
    /// When it is posted.
    pub posting: Posting,
    /// Until when it shall hold.
    pub expires: Option<Moment>,
    /// By which procedure.
    pub urgency: Urgency,
    /// Why.
    pub reason: String,
}

/// Asks for an authorisation. By a standard change it is granted at once, with the signatures given beforehand.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] and [`AppError::Invalid`] for what is missing.
pub fn ask_authorise(app: &App, caller: &Caller, ask: &AskAuthorise) -> Result<Decision, AppError> {
    let reach = caller.require(Permission::WriteDecisions)?;
    let reason = told("reason", &ask.reason).map_err(refused)?;
    let patch = patch_name(&ask.patch)?;
    let id = DecisionId::new(app.now(), app.random_bytes());
    let committed = app.store().change(&app.intent(caller, "decision.ask", &reason), |c| {
        let found = baselines::find_in(c, &ask.baseline, &reach)?;
        caller.require_at(Permission::WriteDecisions, found.scope.place.site())?;
        known::must_be_known(c, &patch)?;
        let mut what = Authorisation {
            baseline: found.id,
            patch: patch.clone(),
            basis: ask.basis.clone(),
            footing: ask.footing.clone(),
            posting: ask.posting,
            expires: ask.expires,
        };
        let at = c.at();
        let mut procedure = way_back::stated(c, procedure(&ask.urgency, at))?;
        let ground = Ground::read(c, &what, &procedure)?;
        if let Procedure::Emergency(declared) = &mut procedure {
            declared.review = Review::Due(at.plus_micros(days(ground.policy.emergency_review_days)));
        }
        let owned = what.footing.over(&ground.standing);
        what.footing = owner::borne(c, caller, owned, (found.scope.place.site(), &ground.testers()))?;
        checks::authorise(&what, &procedure, &ground.facts(at)).map_err(refused)?;
        if let Some(other) =
            c.waiting_decisions(&patch)?.iter().find(|one| about(&one.decision.matter, found.id))
        {
            let text = format!("decision {} waits for signatures on the same", other.decision.id);
            return Err(baselines::conflict("waits-already", text, "sign it, or take it back first"));
        }
        let author = accountable(caller)?;
        if let Some((why, remedy)) = own_words::of_author(c, &author, &what)? {
            return Err(baselines::conflict("four-eyes-word", why, &remedy));
        }
        let decision = Decision {
            id,
            card: hash_of_authorisation(&what, &procedure, &reason, &ground),
            needed: signatures_needed(&procedure, ground.risk, &ground.policy),
            risk: ground.risk,
            risk_why: ground.risk_why.clone(),
            matter: Matter::Authorise(what),
            reason: reason.clone(),
            author,
            asked_at: at,
            testers: ground.testers(),
            state: State::Waiting(Signatures::default()),
            procedure,
        };
        let decision = beforehand(c, decision)?;
        keep(c, &decision, found.scope.place.site())?;
        if matches!(decision.state, State::Granted { .. }) {
            apply(c, &ground, &decision)?;
        }
        Ok::<_, AppError>(decision)
    })?;
    Ok(committed.value)
}

/// Those of the runs that tested this patch; all of them when none did, so that the check can say so.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn runs_of(
    app: &App,
    caller: &Caller,
    patch: &str,
    runs: &[TestRunId],
) -> Result<Vec<TestRunId>, AppError> {
    caller.require(Permission::ReadPlant)?;
    let patch = patch_name(patch)?;
    let own = app.store().read(|r| {
        let mut own = Vec::new();
        for id in runs {
            if r.test_run(*id)?.is_some_and(|line| line.run.patch == patch) {
                own.push(*id);
            }
        }
        Ok(own)
    })?;
    Ok(if own.is_empty() { runs.to_vec() } else { own })
}

fn about(matter: &Matter, baseline: BaselineId) -> bool {
    match matter {
        Matter::Authorise(what) => what.baseline == baseline,
        Matter::Reject { .. } | Matter::Readmit { .. } | Matter::Standard(_) | Matter::Exempt { .. } => false,
    }
}

/// The procedure with its review due at once; by when it is due, the rules say.
fn procedure(urgency: &Urgency, at: Moment) -> Procedure {
    match urgency.clone() {
        Urgency::Normal => Procedure::Normal,
        Urgency::Standard(id) => Procedure::Standard(id),
        Urgency::Emergency { reason, backup, way_back, evidence } => {
            Procedure::Emergency(Emergency { reason, backup, way_back, evidence, review: Review::Due(at) })
        }
    }
}

/// A standard change brings its signatures with it; whoever signed it cannot ask by it.
fn beforehand(c: &mut Change<'_>, decision: Decision) -> Result<Decision, AppError> {
    let Procedure::Standard(id) = decision.procedure else { return Ok(decision) };
    let Some(kept) = c.decision(id)? else { return Ok(decision) };
    let State::Granted { signatures, .. } = kept.decision.state else { return Ok(decision) };
    let at = c.at();
    let signatures = Signatures::checked(signatures.all().to_vec(), &decision.barred()).map_err(refused)?;
    let needed = u8::try_from(signatures.count()).unwrap_or(u8::MAX);
    Ok(Decision { needed, state: State::Granted { signatures, at }, ..decision })
}

/// Keeps a decision with what the audit log says of it.
pub(super) fn keep(c: &mut Change<'_>, decision: &Decision, site: Option<SiteId>) -> Result<(), AppError> {
    c.put_decision(decision, site)?;
    c.about("decision", decision.id);
    c.detail("kind", json!(decision.matter.kind().word()));
    c.detail("state", json!(decision.state.word().word()));
    c.detail("risk", json!(decision.risk.word()));
    if let Matter::Authorise(what) = &decision.matter {
        c.about("patch", &what.patch);
        c.detail("footing", json!(holdpoint_store::decision::footing_word(&what.footing)));
    }
    Ok(())
}

/// Does what a granted authorisation says.
pub(super) fn apply(c: &mut Change<'_>, ground: &Ground, decision: &Decision) -> Result<(), AppError> {
    let at = c.at();
    let State::Granted { signatures, .. } = &decision.state else { return Ok(()) };
    let by = match (&decision.procedure, signatures.all().last()) {
        (Procedure::Normal | Procedure::Emergency(_), Some(last)) => last.by.clone(),
        // Whoever signed beforehand has not done this; whoever asks by it has.
        (Procedure::Standard(id), _) => {
            let signers: Vec<&str> = signatures.all().iter().map(|one| one.by.name.as_str()).collect();
            c.detail("standard_change", json!([id.to_string(), signers]));
            decision.author.clone()
        }
        (Procedure::Normal | Procedure::Emergency(_), None) => decision.author.clone(),
    };
    let entry = baseline::authorise(ground.entry.clone(), decision, Deed { by, at }).map_err(refused)?;
    baselines::write_entry(c, ground.entry.as_ref(), &entry)?;
    let sure = ground.members.iter().filter(|one| one.missing.is_empty()).map(|one| one.number);
    evaluated(c, &entry.patch, Some(&sure.collect()))
}

/// Deciding on a patch evaluates what it mends.
fn evaluated(c: &mut Change<'_>, patch: &str, assets: Option<&HashSet<i64>>) -> Result<(), AppError> {
    let fixes = c.vulnerabilities_exempted(&What::Patch(patch.to_owned()))?;
    Ok(dealt::meet(c, fixes, assets, Met::Evaluated)?)
}

/// A kind of change that shall be approved beforehand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskStandard {
    /// Its name.
    pub name: String,
    /// The baseline's id or name.
    pub baseline: String,
    /// The classes of patches.
    pub classes: Vec<PatchClass>,
    /// Up to which risk.
    pub most_risk: RiskClass,
    /// Until when; at most a year.
    pub until: Moment,
    /// Why.
    pub reason: String,
}

/// Asks that a kind of change be approved beforehand. It takes the signatures of the highest class.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] for what cannot be.
pub fn ask_standard(app: &App, caller: &Caller, ask: &AskStandard) -> Result<Decision, AppError> {
    let reach = caller.require(Permission::WriteDecisions)?;
    let reason = told("reason", &ask.reason).map_err(refused)?;
    let name = written("name of a standard change", &ask.name).map_err(refused)?;
    let id = DecisionId::new(app.now(), app.random_bytes());
    let committed = app.store().change(&app.intent(caller, "decision.ask-standard", &reason), |c| {
        let found = baselines::find_in(c, &ask.baseline, &reach)?;
        let site = found.scope.place.site();
        caller.require_at(Permission::WriteDecisions, site)?;
        let at = c.at();
        let fits = ask.until > at && ask.until.since(at) <= days(365);
        if !fits || ask.classes.is_empty() || ask.most_risk > RiskClass::Normal {
            let what = "a standard change names classes of patches, a risk of at most normal, and ends within a year";
            return Err(AppError::invalid("expiry", what, "nothing was changed", "correct it"));
        }
        if ask.classes.contains(&PatchClass::Unknown) {
            let what = "of a patch whose class nobody knows nothing can be approved beforehand";
            let remedy = "name the classes that sources give, for example `security`";
            return Err(AppError::invalid("patch-class", what, "nothing was changed", remedy));
        }
        let change = StandardChange {
            name: name.clone(),
            baseline: found.id,
            classes: ask.classes.clone(),
            most_risk: ask.most_risk,
            until: ask.until,
        };
        let members = members::of_scope(c, &found)?;
        let rules = rules::of_members(c, site, &members)?;
        let mut risk_why = vec!["it covers every patch of its kind from now on".to_owned()];
        risk_why.extend(rules.why(RiskClass::Critical));
        let decision = Decision {
            id,
            card: hash_of_standard(&change, &reason),
            matter: Matter::Standard(change),
            procedure: Procedure::Normal,
            risk: RiskClass::Critical,
            risk_why,
            reason: reason.clone(),
            author: accountable(caller)?,
            asked_at: at,
            needed: rules.policy.critical.signatures,
            testers: BTreeSet::new(),
            state: State::Waiting(Signatures::default()),
        };
        keep(c, &decision, site)?;
        Ok::<_, AppError>(decision)
    })?;
    Ok(committed.value)
}

/// A rejection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The baseline's id or name; `None`: everywhere, from now on.
    pub baseline: Option<String>,
    /// The patch.
    pub patch: String,
    /// Whether it may be one that no source here knows yet.
    pub source: Source,
    /// Why.
    pub reason: String,
}

/// Rejects a patch in one baseline, which holds at once; or asks that it be declined everywhere, which takes the
/// signatures of the highest class.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] without a reason, and for a patch that nobody knows
/// unless that is said; [`AppError::Conflict`] when the patch is refused there already, or a decline of it waits.
pub fn reject(app: &App, caller: &Caller, wanted: &Rejection) -> Result<Decision, AppError> {
    let reason = told("reason", &wanted.reason).map_err(refused)?;
    let patch = patch_name(&wanted.patch)?;
    let id = DecisionId::new(app.now(), app.random_bytes());
    let Some(baseline) = &wanted.baseline else {
        return decline(app, caller, id, (&patch, wanted.source, &reason));
    };
    let reach = caller.require(Permission::Approve)?;
    let who = signer(caller)?;
    let committed = app.store().change(&app.intent(caller, "decision.reject", &reason), |c| {
        let found = baselines::find_in(c, baseline, &reach)?;
        caller.require_at(Permission::Approve, found.scope.place.site())?;
        is_meant(c, &patch, wanted.source)?;
        let at = c.at();
        let decision = Decision {
            risk: RiskClass::Low,
            risk_why: vec!["nothing is installed because of it".to_owned()],
            card: CardHash([0; 32]),
            needed: 0,
            state: State::Granted { signatures: Signatures::default(), at },
            ..no(id, (Some(found.id), &patch, &reason), who.clone(), at)
        };
        keep(c, &decision, found.scope.place.site())?;
        c.about("patch", &patch);
        let members = members::of_scope(c, &found)?.into_iter();
        let on: HashSet<i64> = members.filter(|one| one.missing.is_empty()).map(|one| one.number).collect();
        evaluated(c, &patch, Some(&on))?;
        refuse_entries(c, &patch, Some(found.id), (id, &reason, &who))?;
        Ok::<_, AppError>(decision)
    })?;
    crate::ranking::refresh::now(app)?;
    Ok(committed.value)
}

/// Whether a no means a patch that there is: one that somebody knows, or that its author says comes before every source.
fn is_meant(c: &mut Change<'_>, patch: &str, source: Source) -> Result<(), AppError> {
    match source {
        Source::Asked => known::must_be_known(c, patch),
        Source::NotYet => {
            c.detail("before_any_source", json!(true));
            Ok(())
        }
    }
}

/// Asks that a patch be declined everywhere. One person alone keeps it from no asset.
fn decline(
    app: &App,
    caller: &Caller,
    id: DecisionId,
    (patch, source, reason): (&str, Source, &str),
) -> Result<Decision, AppError> {
    caller.require_one_of_everywhere(&[Permission::WriteDecisions, Permission::Approve])?;
    let who = accountable(caller)?;
    let committed = app.store().change(&app.intent(caller, "decision.decline", reason), |c| {
        is_meant(c, patch, source)?;
        if c.decline_of(patch)?.is_some() {
            let text = format!("{patch} is declined everywhere already");
            return Err(baselines::conflict("declined", text, "nothing needs to be done"));
        }
        let same = |matter: &Matter| matches!(matter, Matter::Reject { baseline: None, .. });
        let waiting = c.waiting_decisions(patch)?;
        if let Some(other) = waiting.iter().find(|one| same(&one.decision.matter)) {
            let text = format!("decision {} waits for signatures on the same", other.decision.id);
            return Err(baselines::conflict("waits-already", text, "sign it, or take it back first"));
        }
        let rules = rules::of_members(c, None, &[])?;
        let mut risk_why = vec!["it keeps the patch from every asset, from now on".to_owned()];
        risk_why.extend(rules.why(RiskClass::Critical));
        let decision = Decision {
            risk: RiskClass::Critical,
            risk_why,
            card: hash_of_decline(patch, reason),
            needed: rules.policy.critical.signatures,
            ..no(id, (None, patch, reason), who.clone(), c.at())
        };
        keep(c, &decision, None)?;
        c.about("patch", patch);
        Ok::<_, AppError>(decision)
    })?;
    Ok(committed.value)
}

/// A no as it is asked for.
fn no(
    id: DecisionId,
    (baseline, patch, reason): (Option<BaselineId>, &str, &str),
    author: Person,
    at: Moment,
) -> Decision {
    Decision {
        id,
        matter: Matter::Reject { baseline, patch: patch.to_owned() },
        procedure: Procedure::Normal,
        risk: RiskClass::Critical,
        risk_why: Vec::new(),
        reason: reason.to_owned(),
        author,
        asked_at: at,
        card: CardHash([0; 32]),
        needed: 1,
        testers: BTreeSet::new(),
        state: State::Waiting(Signatures::default()),
    }
}

/// A decline that was granted: the patch is taken back wherever it was decided, and what waits on it lapses.
pub(super) fn declined(c: &mut Change<'_>, decision: &Decision, patch: &str) -> Result<(), AppError> {
    let by = decision.signatures().last().map_or(&decision.author, |last| &last.by);
    evaluated(c, patch, None)?;
    refuse_entries(c, patch, None, (decision.id, &decision.reason, by))
}

/// Takes a patch back in one baseline, or wherever it was decided; what waits for signatures on it lapses.
fn refuse_entries(
    c: &mut Change<'_>,
    patch: &str,
    only: Option<BaselineId>,
    (decision, reason, who): (DecisionId, &str, &Person),
) -> Result<(), AppError> {
    let at = c.at();
    let deed = || Deed { by: who.clone(), at };
    let step = || Step::Refuse { why: reason.to_owned() };
    let keys = match only {
        Some(id) => vec![(id, c.entry(id, patch)?)],
        None => {
            let all = c.entries_of_patch(patch)?;
            let open =
                all.into_iter().filter(|one| one.entry.state.owner_state() != OwnerState::NotAuthorized);
            open.map(|one| (one.entry.baseline, Some(one.entry))).collect()
        }
    };
    for (id, before) in keys {
        let entry = baseline::step(before.clone(), (id, patch), step(), deed()).map_err(refused)?;
        baselines::write_entry(c, before.as_ref(), &entry)?;
    }
    for waiting in c.waiting_decisions(patch)?.into_iter().filter(|one| one.decision.id != decision) {
        if only.is_none_or(|id| about(&waiting.decision.matter, id)) {
            let lapsed = waiting.decision.close(Ending::Lapsed, holdpoint(), reason, at).map_err(refused)?;
            c.put_decision(&lapsed, waiting.site)?;
            c.about("decision", lapsed.id);
        }
    }
    Ok(())
}

/// Who closes what closes by itself.
pub(crate) fn holdpoint() -> Person {
    Person { account: "system:approval".to_owned(), name: "Holdpoint".to_owned() }
}
