//! The least risk that an exemption leaves, from what is exploited, how its findings rank, and what hangs on the assets.
//!
//! Its author may say more and never less. Whoever signed for it may say less with a reason of their own, down to what
//! controls that hold can bear.

use crate::App;
use crate::access_check::Caller;
use crate::approval::baselines::conflict;
use crate::approval::{members, reading, refused, rules, signer, sweep};
use crate::error::AppError;
use crate::policies::holding::of_approving;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::approval_policy::RiskClass;
use holdpoint_domain::exemption::{Exemption, ExemptionState};
use holdpoint_domain::signature::{Person, written};
use holdpoint_engine::approval::risk::{LeftOpen, least_left, least_with};
use holdpoint_store::Reader;
use holdpoint_store::exemption::KeptExemption;
use holdpoint_store::ranking::input::Members;
use serde_json::json;
use std::collections::BTreeSet;

/// The least that is left, with a clause for each reason.
pub(crate) struct Floor {
    pub(crate) least: RiskClass,
    reasons: Vec<String>,
}

impl Floor {
    /// Why a decision counts as it does, when its author says this.
    pub(super) fn why(self, said: RiskClass) -> Vec<String> {
        let mut why = vec![format!("by its author the risk that is left is {said}")];
        if self.least > said {
            why.push(format!("it counts as {} at least", self.least));
            why.extend(self.reasons);
        }
        why
    }
}

/// The least risk that an exemption leaves.
pub(crate) fn of(r: &mut Reader<'_>, one: &Exemption) -> Result<Floor, AppError> {
    let members = members::of_exemption(r, one.on)?;
    let open = left_open(r, one, &members)?;
    let stakes: Vec<_> = members.into_iter().map(|member| member.stake).collect();
    let (least, reasons) = least_left(&stakes, &open);
    Ok(Floor { least, reasons })
}

fn left_open(r: &mut Reader<'_>, one: &Exemption, members: &[members::Member]) -> Result<LeftOpen, AppError> {
    let names = r.vulnerabilities_exempted(&one.what)?;
    let on: BTreeSet<i64> = members.iter().map(|member| member.number).collect();
    let (listed, exploitation) = sweep::threat(r, &names, Some(&on))?;
    let numbers = r.vulnerability_numbers_of(names.iter().map(String::as_str))?;
    let numbers: Vec<i64> = numbers.into_values().collect();
    let findings = r.stored_findings(Members::OfVulnerabilities(&numbers))?;
    let open = findings.iter().filter(|one| one.closed_at == Moment::OPEN && on.contains(&one.asset_no));
    let worst = open.clone().map(|one| one.rank.outcome).max().zip(open.map(|one| one.rank.lane).max());
    Ok(LeftOpen { listed, exploitation, worst })
}

/// The least that this person may say is left now.
fn bearable(
    r: &mut Reader<'_>,
    who: &Person,
    kept: &KeptExemption,
    at: Moment,
) -> Result<RiskClass, AppError> {
    let days = rules::verify_days(&of_approving(r)?, kept)?;
    let one = &kept.exemption;
    let ExemptionState::Holding { decision } = one.state else {
        let text = format!("the exemption is {}", one.state.word());
        return Err(conflict("exemption-state", text, "say it once it holds"));
    };
    if one.expires <= at {
        let text = format!("the exemption ended at {}", one.expires);
        return Err(conflict("exemption-state", text, "propose a new one"));
    }
    let decision = r.decision(decision)?.map(|kept| kept.decision);
    let signed = decision.iter().flat_map(|decision| decision.signatures()).any(|one| one.by == *who);
    if !signed {
        let text = "only those who bear the risk say that less is left";
        return Err(conflict("not-acceptor", text, "ask one of those who signed"));
    }
    Ok(least_with(of(r, one)?.least, &one.held_controls(at, days)))
}

/// The classes of risk below what was signed for, each with the reason why the caller cannot say now that no more is left;
/// none: they can.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn lower_choices(
    app: &App,
    caller: &Caller,
    id: &str,
) -> Result<Vec<(RiskClass, Option<String>)>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let at = app.now();
    reading(app, |r| {
        let kept = super::find_in(r, id, &reach)?;
        let said = kept.exemption.residual;
        let may = match signer(caller).and_then(|who| {
            caller.require_at(Permission::Approve, kept.site)?;
            Ok(who)
        }) {
            Ok(who) => bearable(r, &who, &kept, at),
            Err(why) => Err(why),
        };
        let may = match may {
            Err(why @ (AppError::Store(_) | AppError::NotFound { .. })) => return Err(why),
            Err(why) => Err(why.to_string()),
            Ok(least) => Ok(least),
        };
        let below = RiskClass::ALL.iter().copied().filter(|class| *class < said);
        let choices = below.map(|class| match &may {
            Err(why) => (class, Some(why.clone())),
            Ok(least) if class < *least => {
                (class, Some(format!("with its controls {least} is the least; verify one first")))
            }
            Ok(_) => (class, None),
        });
        Ok(choices.collect())
    })
}

/// Says that less risk is left than was signed for: by one of those who signed, with a reason of their own.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] without a reason; [`AppError::Conflict`] when it does
/// not hold, the caller did not sign for it, it would not be less, or less than its controls can bear.
pub fn lower(
    app: &App,
    caller: &Caller,
    id: &str,
    residual: RiskClass,
    reason: &str,
) -> Result<Exemption, AppError> {
    let reach = caller.require(Permission::Approve)?;
    let who = signer(caller)?;
    let reason = written("reason", reason).map_err(refused)?;
    let committed = app.store().change(&app.intent(caller, "exemption.lower", &reason), |c| {
        let kept = super::find_in(c, id, &reach)?;
        caller.require_at(Permission::Approve, kept.site)?;
        let at = c.at();
        let least = bearable(c, &who, &kept, at)?;
        let mut one = kept.exemption;
        if residual >= one.residual || residual < least {
            let text = format!("{} was signed for, and with its controls {least} is the least", one.residual);
            return Err(conflict(
                "residual-floor",
                text,
                "name a class in between, or verify a control first",
            ));
        }
        c.detail("residual", json!([one.residual.word(), residual.word()]));
        one.residual = residual;
        c.put_exemption(&one, kept.site, &who, &reason)?;
        c.about("exemption", one.id);
        Ok::<_, AppError>(one)
    })?;
    Ok(committed.value)
}
