//! What the second person's answer does: agreeing lets go what is to go, refusing writes back what was said before.

use super::Back;
use crate::App;
use crate::approval::baselines::conflict;
use crate::error::AppError;
use crate::inventory::reconcile::{self, Planned};
use crate::inventory::write;
use crate::runs::{self, Asker, Known, TouchedAssets};
use holdpoint_domain::Moment;
use holdpoint_domain::asset::Field;
use holdpoint_domain::id::{FunctionId, ObservationId, ZoneId};
use holdpoint_domain::observation::{AssetReport, Observation, SourceKind};
use holdpoint_domain::ranking::criticality::{Dimension, Profile};
use holdpoint_domain::ranking::lowering::{Lowered, Lowering, LoweringEnd};
use holdpoint_domain::words::UnknownWord;
use holdpoint_store::Change;
use holdpoint_store::ranking::function::PlantFunction;
use serde_json::json;
use std::str::FromStr;

/// A function that was to go goes now, and fields that kept their words get the new ones; of everything else the lower value
/// is what is said already.
pub(super) fn agreed(c: &mut Change<'_>, app: &App, one: &Lowering, who: &Asker<'_>) -> Result<(), AppError> {
    match one.of {
        Lowered::Removal(id) => {
            if let Some(other) = c.lowering_of(Lowered::Function(id))? {
                let by = (who.caller.actor.name(), who.reason.trim());
                c.end_lowering(&other, LoweringEnd::Overtaken, by)?;
            }
            Ok(super::remove_function(c, id, who)?)
        }
        Lowered::Fields(number) => super::duties::write_wanted(c, app, (number, &one.wanted), who),
        Lowered::Asset(_)
        | Lowered::Leaving(..)
        | Lowered::Joining(..)
        | Lowered::Release(..)
        | Lowered::Function(_)
        | Lowered::Zone(_)
        | Lowered::Exposure(_) => Ok(()),
    }
}

/// What was said before is said again.
pub(super) fn refused(
    c: &mut Change<'_>,
    app: &App,
    one: &Lowering,
    who: &Asker<'_>,
) -> Result<(), AppError> {
    match one.of {
        Lowered::Asset(number) => asset(c, app, number, &one.back, who),
        Lowered::Leaving(number, id) => {
            let function = function(c, id)?;
            let mut serving = c.assets_of_function(id)?;
            serving.push(number);
            Ok(c.put_function(&function, &serving)?)
        }
        Lowered::Joining(number, id) => {
            let function = function(c, id)?;
            let mut serving = c.assets_of_function(id)?;
            serving.retain(|one| *one != number);
            Ok(c.put_function(&function, &serving)?)
        }
        Lowered::Function(id) => {
            let mut function = function(c, id)?;
            function.profile = put_back(function.profile, &one.back)?;
            let serving = c.assets_of_function(id)?;
            Ok(c.put_function(&function, &serving)?)
        }
        // Nothing of it was written.
        Lowered::Removal(_) | Lowered::Fields(_) => Ok(()),
        Lowered::Zone(zone) => {
            let profiles = c.zone_profiles()?;
            let now = profiles.into_iter().find(|(id, _)| *id == zone).map(|(_, said)| said);
            Ok(c.put_zone_profile(zone, put_back(now.unwrap_or_default(), &one.back)?)?)
        }
        Lowered::Exposure(zone) => exposure(c, zone, &one.back),
        Lowered::Release(..) => {
            let what = "what runs on an asset is seen and not said, so it cannot be said back";
            let remedy = "let it wait: the baseline goes on governing the asset; look again, or agree";
            Err(conflict("seen-not-said", what, remedy))
        }
    }
}

fn function(c: &mut Change<'_>, id: FunctionId) -> Result<PlantFunction, AppError> {
    let found = c.functions()?.into_iter().find(|function| function.id == id);
    found.ok_or_else(|| {
        let what = "the function is gone by now, so nothing can be put back into it";
        conflict("function-gone", what, "say what is lost with the asset itself, then agree")
    })
}

/// A word that was kept as it was said.
fn read<T: FromStr<Err = UnknownWord>>(word: &str) -> Result<T, AppError> {
    word.parse().map_err(|why: UnknownWord| {
        let remedy = "say by hand what was said before; it stands in the audit log";
        AppError::invalid("kept-word", why.to_string(), "nothing was put back", remedy)
    })
}

fn put_back(now: Profile, back: &Back) -> Result<Profile, AppError> {
    let mut profile = now;
    for dimension in Dimension::ALL {
        let Some((_, said)) = back.iter().find(|(field, _)| field == dimension.word()) else { continue };
        profile = profile.with(*dimension, said.as_deref().map(read).transpose()?);
    }
    Ok(profile)
}

fn exposure(c: &mut Change<'_>, id: ZoneId, back: &Back) -> Result<(), AppError> {
    let Some(mut zone) = c.zones()?.into_iter().find(|zone| zone.id == id) else { return Ok(()) };
    let said = back.iter().find_map(|(field, said)| (field == "exposure").then_some(said.as_deref()));
    zone.exposure = said.flatten().map(read).transpose()?;
    Ok(c.put_zone(&zone)?)
}

/// The fields as they were, by an observation of whoever did not agree.
fn asset(c: &mut Change<'_>, app: &App, number: i64, back: &Back, who: &Asker<'_>) -> Result<(), AppError> {
    let Some(planned) = planned(c, app, (number, back), who)? else { return Ok(()) };
    let configurations = write::put_agreed(c, app, &planned, who)?;
    let mut touched = TouchedAssets::default();
    touched.add(Known::Before, &planned.tag, configurations);
    runs::after_assets(app, c, who, touched)?;
    Ok(())
}

/// An asset with these words in its fields, by an observation of whoever answers; `None`: it has them already.
pub(super) fn planned(
    c: &mut Change<'_>,
    app: &App,
    (number, said): (i64, &Back),
    who: &Asker<'_>,
) -> Result<Option<Planned>, AppError> {
    let Some(known) = c.asset_by_number(number, Moment::OPEN)? else { return Ok(None) };
    let mut report = AssetReport { tag: known.asset.tag.clone(), ..AssetReport::default() };
    for (field, said) in said {
        let field: Field = read(field)?;
        match said {
            Some(said) => drop(report.fields.insert(field, said.clone())),
            None => report.cleared.push(field),
        }
    }
    let raw = json!({"asset": known.asset.id.to_string(), "said": said}).to_string().into_bytes();
    let observation = Observation {
        id: ObservationId::new(app.now(), app.random_bytes()),
        kind: SourceKind::Person,
        source: who.caller.actor.name().to_owned(),
        observed_at: app.now(),
        raw_sha256: crate::intake::prepare::sha256(&raw),
    };
    let planned = reconcile::apply(0, Some(known), &report, &observation);
    if planned.difference().is_none() {
        return Ok(None);
    }
    c.put_blob(&raw)?;
    c.put_observation(&observation, 1)?;
    Ok(Some(planned))
}
