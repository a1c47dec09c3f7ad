//! Whether an emergency was carried out, or came to its end without it: before that there is nothing to review.
//!
//! Work that Holdpoint did counts, and so does what the inventory shows since, because in an emergency people go there with
//! a stick. The surprise: what was installed before it was granted shows nothing.

use super::super::members;
use crate::App;
use crate::approval::baselines;
use crate::error::AppError;
use crate::patches::asset::of_configuration;
use crate::patches::vendor::Documents;
use holdpoint_domain::Moment;
use holdpoint_domain::decision::checks::ends_at;
use holdpoint_domain::decision::{Authorisation, Carried, Decision, Matter, State};
use holdpoint_store::Reader;
use std::collections::HashMap;

/// What became of a decision that was granted.
pub(super) fn carried(app: &App, r: &mut Reader<'_>, decision: &Decision) -> Result<Carried, AppError> {
    let (Matter::Authorise(what), State::Granted { at: granted, .. }) = (&decision.matter, &decision.state)
    else {
        return Ok(Carried::Ended);
    };
    let rests_on_it = r.entry(what.baseline, &what.patch)?.and_then(|entry| entry.state.decision());
    if rests_on_it != Some(decision.id) || ends_at(what).is_some_and(|end| end <= app.now()) {
        return Ok(Carried::Ended);
    }
    if was_done(app, r, what, *granted)? { Ok(Carried::Done) } else { Ok(Carried::Nothing) }
}

fn was_done(app: &App, r: &mut Reader<'_>, what: &Authorisation, granted: Moment) -> Result<bool, AppError> {
    let baseline = baselines::by_id(r, what.baseline)?;
    let members = members::of_scope(r, &baseline)?;
    let worked = r.assets_worked_on(&what.patch, granted)?;
    if members.iter().any(|member| worked.contains(&member.id)) {
        return Ok(true);
    }
    let (mut documents, mut known) = (Documents::default(), HashMap::new());
    let mut shows = |r: &mut Reader<'_>, configuration: Option<i64>| -> Result<bool, AppError> {
        if let Some(known) = known.get(&configuration) {
            return Ok(*known);
        }
        let found = of_configuration(app, r, configuration, &mut documents)?.rows;
        let shown = found.iter().any(|row| row.patch == what.patch && row.standing == "installed");
        known.insert(configuration, shown);
        Ok(shown)
    };
    for member in &members {
        let before = r.asset(member.id, granted)?.and_then(|asset| asset.configuration_no);
        let changed = before != member.configuration_no;
        if changed && shows(r, member.configuration_no)? && !shows(r, before)? {
            return Ok(true);
        }
    }
    Ok(false)
}
