//! What was decided and would not be decided so: signatures, evidence, ends that lie too far away.
//!
//! Only what fulfils the rules that hold and would not fulfil the others is named; what lacks something already was
//! decided under rules that are older still.

use super::{Between, Gathering, Row, Then};
use crate::approval::{baselines, members, rules};
use crate::error::AppError;
use crate::policies::holding::Rules;
use holdpoint_domain::Moment;
use holdpoint_domain::approval_policy::{ApprovalPolicy, EvidenceRule};
use holdpoint_domain::control::ControlUse;
use holdpoint_domain::decision::checks::signatures_needed;
use holdpoint_domain::decision::{Authorisation, Basis, Decision, Footing, Matter, Procedure, State};
use holdpoint_domain::exemption::{Exemption, ExemptionState, On, What};
use holdpoint_domain::filter::Filter;
use holdpoint_domain::id::{BaselineId, SiteId};
use holdpoint_domain::patch_state::OwnerState;
use holdpoint_domain::signature::days;
use holdpoint_domain::test_record::EvidenceKind;
use holdpoint_store::Reader;
use holdpoint_store::decision::KeptDecision;
use holdpoint_store::page::ListQuery;
use std::collections::{BTreeSet, HashMap};

const PAGE: u32 = 1_000;

/// Decisions and exemptions that would lack something.
pub(in crate::policies) fn approvals(
    r: &mut Reader<'_>,
    between: &Between<'_>,
    into: &mut Gathering,
) -> Result<(), AppError> {
    into.what = "decisions and exemptions";
    let mut places = Places::default();
    for state in ["granted", "waiting"] {
        let mut query = ListQuery::everything(PAGE, between.now);
        let filter = format!("state:{state} kind:approve");
        query.filter = Filter::parse(&filter).expect("a filter of ours");
        loop {
            let page = r.decision_list(&query)?;
            for kept in page.items {
                let baseline = match &kept.decision.matter {
                    Matter::Authorise(what) => Some(what.baseline),
                    Matter::Reject { .. }
                    | Matter::Readmit { .. }
                    | Matter::Standard(_)
                    | Matter::Exempt { .. } => None,
                };
                let sites = places.sites(r, kept.site, baseline)?;
                if sites.iter().any(|site| concerns(between, *site)) {
                    into.looked_at += 1;
                    decision(r, between, (&kept, &sites), into)?;
                }
            }
            query.page.cursor = page.next;
            if query.page.cursor.is_none() {
                break;
            }
        }
    }
    for kept in r.open_exemptions()? {
        let baseline = match kept.exemption.on {
            On::Baseline(id) => Some(id),
            On::Asset(_) | On::Zone(_) | On::Site(_) => None,
        };
        let sites = places.sites(r, kept.site, baseline)?;
        if sites.iter().any(|site| concerns(between, *site)) {
            into.looked_at += 1;
            let (old, new) = both(between, &sites)?;
            let name = kept.on_name.clone();
            exemption(&kept.exemption, (&old, &new), between.now, (name, kept.site), into);
        }
    }
    Ok(())
}

/// The sites whose rules count, by what something is decided for; each baseline is looked at once.
#[derive(Default)]
struct Places {
    of_baseline: HashMap<BaselineId, BTreeSet<Option<SiteId>>>,
}

impl Places {
    fn sites(
        &mut self,
        r: &mut Reader<'_>,
        site: Option<SiteId>,
        baseline: Option<BaselineId>,
    ) -> Result<BTreeSet<Option<SiteId>>, AppError> {
        let (None, Some(id)) = (site, baseline) else { return Ok(BTreeSet::from([site])) };
        if let Some(known) = self.of_baseline.get(&id) {
            return Ok(known.clone());
        }
        let found = baselines::by_id(r, id)?;
        let members = members::of_scope(r, &found)?;
        let all = r.sites()?.into_iter().map(|one| one.id).collect();
        let sites = rules::sites(found.scope.place.site(), &members, &all);
        self.of_baseline.insert(id, sites.clone());
        Ok(sites)
    }
}

/// The strictest rules of these sites, as they are and as they would be.
fn both(
    between: &Between<'_>,
    sites: &BTreeSet<Option<SiteId>>,
) -> Result<(ApprovalPolicy, ApprovalPolicy), AppError> {
    let strictest = |rules: &Rules| rules.strictest(sites.iter().copied());
    Ok((strictest(between.before)?, strictest(between.after)?))
}

/// Whether the rules of that site are touched: its own, or the general ones where it has none of its own.
fn concerns(between: &Between<'_>, site: Option<SiteId>) -> bool {
    match (between.site, site) {
        (Some(wanted), site) => site == Some(wanted),
        (None, None) => true,
        (None, Some(site)) => between.before.sites_with(between.kind).all(|own| own != site),
    }
}

fn decision(
    r: &mut Reader<'_>,
    between: &Between<'_>,
    (kept, sites): (&KeptDecision, &BTreeSet<Option<SiteId>>),
    into: &mut Gathering,
) -> Result<(), AppError> {
    let one = &kept.decision;
    let Matter::Authorise(what) = &one.matter else { return Ok(()) };
    if matches!(one.state, State::Granted { .. }) && !stands(r, what)? {
        return Ok(());
    }
    let (old, new) = both(between, sites)?;
    let title = format!("decision {}: {} in {}", kept.number, what.patch, kept.baseline);
    let row = |from: String, to: String| Row {
        noun: "decision",
        id: one.id.to_string(),
        title: title.clone(),
        from,
        to,
        site: kept.site,
    };
    let (before, after) = (needed(one, &old), needed(one, &new));
    if before < after && one.needed < after {
        let signed = one.needed;
        into.put("signatures", "decided with fewer signatures than would be asked for", Then::Review, || {
            row(format!("{signed} signature(s)"), format!("{after} signature(s)"))
        });
    }
    let kinds = evidence_kinds(r, what)?;
    if let Some(missing) = lacks(one, &kinds, &new)
        && lacks(one, &kinds, &old).is_none()
    {
        into.put("evidence", "decided on less evidence than would be asked for", Then::Review, || {
            row(has(&kinds), missing.to_owned())
        });
    }
    if let Footing::Override { expires, .. } = what.footing {
        let most = |policy: &ApprovalPolicy| days(policy.override_most_days);
        let lasts = expires.since(one.asked_at);
        if lasts <= most(&old) && lasts > most(&new) && expires > between.now {
            into.put(
                "override",
                "overrides a supplier's word for longer than would be allowed",
                Then::Review,
                || row(format!("until {expires}"), format!("at most {} days", new.override_most_days)),
            );
        }
    }
    Ok(())
}

/// Whether the authorisation is in force still.
fn stands(r: &mut Reader<'_>, what: &Authorisation) -> Result<bool, AppError> {
    let entry = r.entry(what.baseline, &what.patch)?;
    Ok(entry.is_some_and(|entry| {
        matches!(entry.state.owner_state(), OwnerState::Authorized | OwnerState::Effective)
    }))
}

fn needed(one: &Decision, policy: &ApprovalPolicy) -> u8 {
    match one.procedure {
        // It was signed beforehand, with its kind.
        Procedure::Standard(_) => 0,
        Procedure::Normal | Procedure::Emergency(_) => signatures_needed(&one.procedure, one.risk, policy),
    }
}

fn evidence_kinds(r: &mut Reader<'_>, what: &Authorisation) -> Result<BTreeSet<EvidenceKind>, AppError> {
    let mut kinds = BTreeSet::new();
    if let Basis::Tested(runs) = &what.basis {
        for id in runs {
            kinds.extend(r.test_run(*id)?.map(|line| line.run.place.kind()));
        }
    }
    Ok(kinds)
}

/// What a decision would lack by these rules.
fn lacks(one: &Decision, kinds: &BTreeSet<EvidenceKind>, policy: &ApprovalPolicy) -> Option<&'static str> {
    let rule = match one.procedure {
        Procedure::Normal | Procedure::Standard(_) => policy.of(one.risk).evidence,
        Procedure::Emergency(_) => policy.emergency_evidence(one.risk),
    };
    match rule {
        EvidenceRule::Inspection => None,
        EvidenceRule::Test => kinds.is_empty().then_some("a passed test"),
        EvidenceRule::TestAndPilot => {
            let both = kinds.contains(&EvidenceKind::Bench) && kinds.contains(&EvidenceKind::Pilot);
            (!both).then_some("a passed test and a passed pilot")
        }
    }
}

fn has(kinds: &BTreeSet<EvidenceKind>) -> String {
    if kinds.is_empty() {
        return "a written reason why looking is enough".to_owned();
    }
    kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>().join(" and ")
}

fn exemption(
    one: &Exemption,
    (old, new): (&ApprovalPolicy, &ApprovalPolicy),
    now: Moment,
    (on, site): (String, Option<SiteId>),
    into: &mut Gathering,
) {
    if matches!(one.state, ExemptionState::Ended { .. }) {
        return;
    }
    let (What::Vulnerability(what) | What::Patch(what)) = &one.what;
    let row = |from: String, to: String| Row {
        noun: "exemption",
        id: one.id.to_string(),
        title: format!("{} {what} on {on}", one.kind),
        from,
        to,
        site,
    };
    let lasts = one.expires.since(one.proposed_at);
    if lasts <= days(old.exemption_most_days) && lasts > days(new.exemption_most_days) {
        into.put("expiry", "lasts longer than would be allowed", Then::Review, || {
            row(format!("until {}", one.expires), format!("at most {} days", new.exemption_most_days))
        });
    }
    let lost = |control: &&ControlUse| {
        control.holds_at(now, old.control_verify_days) && !control.holds_at(now, new.control_verify_days)
    };
    if let Some(control) = one.controls.iter().find(lost) {
        into.put(
            "control",
            "protected by a control that would have to be looked at again",
            Then::Review,
            || row(format!("{}: {}", control.control, control.what), "not looked at for too long".to_owned()),
        );
    }
    let needs = |policy: &ApprovalPolicy| policy.of(one.residual).signatures;
    if needs(new) > needs(old) {
        into.put(
            "exemption-signatures",
            "accepted by fewer persons than would be asked for",
            Then::Review,
            || row(format!("{} signature(s)", needs(old)), format!("{} signature(s)", needs(new))),
        );
    }
}
