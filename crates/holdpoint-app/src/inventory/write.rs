//! Applying a plan: sites, zones, assets, configurations and matches in one change.

use super::reconcile::{Action, Planned};
use super::{ImportRequest, InventoryReport, Mode, Plan, plan, read, summarise};
use crate::App;
use crate::access_check::Caller;
use crate::applicability;
use crate::error::AppError;
use crate::matching::MatchCounts;
use crate::ranking::lowering;
use crate::runs::{self, Asker, Known, TouchedAssets};
use crate::sites::Was;
use holdpoint_domain::Rejected;
use holdpoint_domain::access::Reach;
use holdpoint_domain::asset::{Asset, Field};
use holdpoint_domain::component::Configuration;
use holdpoint_domain::id::{AssetId, MappingId, SiteId, ZoneId};
use holdpoint_domain::observation::Observation;
use holdpoint_domain::site::{Connectivity, Exposure, PurdueLevel, Site, Zone};
use holdpoint_store::asset::NewAsset;
use holdpoint_store::mapping::Mapping as StoredMapping;
use holdpoint_store::{Change, StoreError};
use serde_json::json;

/// What the closure of a change can end with.
enum Ended {
    Done(Plan, MatchCounts),
    /// Bad rows under "all or nothing": nothing may be written.
    BadRows(Plan),
}

pub(super) fn apply(
    app: &App,
    caller: &Caller,
    request: &ImportRequest<'_>,
    read: read::ReadFile,
    observation: &Observation,
    reach: &Reach,
) -> Result<InventoryReport, AppError> {
    applicability::warm(app)?;
    let intent = app.intent(caller, "asset.import", request.reason);
    let committed = app.store().change(&intent, |c| {
        let plan = plan(c, &read, observation, reach)?;
        let bad = !plan.rejected.is_empty() || !read.report.rejected.is_empty();
        if bad && request.mode == Mode::AllOrNothing {
            c.nothing_to_do();
            return Ok::<_, StoreError>(Ended::BadRows(plan));
        }
        let written = plan.planned.iter().filter(|planned| planned.action() != Action::Unchanged).count();
        let remember = remember(app, request, &read);
        if written == 0 && remember.is_none() {
            c.nothing_to_do();
            return Ok(Ended::Done(plan, MatchCounts::default()));
        }
        if let Some(mapping) = remember {
            c.put_mapping(&mapping)?;
            c.about("mapping", &mapping.name);
        }
        let asker = Asker { caller, reason: request.reason };
        let matches = write(c, app, &plan, observation, request.bytes, &asker)?;
        c.detail("file", json!(request.name));
        c.detail("rows", json!(read.report.rows));
        c.detail("assets_written", json!(written));
        c.detail("matches", json!(matches));
        Ok(Ended::Done(plan, matches))
    })?;
    match committed.value {
        Ended::BadRows(plan) => Err(bad_rows(&summarise(read.report, &plan))),
        Ended::Done(plan, matches) => {
            let mut report = summarise(read.report, &plan);
            report.audit_sequence = (report.new + report.changed > 0).then_some(committed.sequence);
            report.matches = Some(matches);
            Ok(report)
        }
    }
}

fn bad_rows(report: &InventoryReport) -> AppError {
    let named: Vec<String> =
        report.rejected.iter().take(5).map(|row| format!("row {}: {}", row.row, row.reason)).collect();
    AppError::Invalid(Rejected::new(
        "bad-rows",
        format!("{} of {} rows cannot be taken: {}", report.rejected.len(), report.rows, named.join(" | ")),
        "nothing was written, because all rows or none were asked for",
        "mend these rows, or import the valid rows only",
    ))
}

fn remember(app: &App, request: &ImportRequest<'_>, read: &read::ReadFile) -> Option<StoredMapping> {
    let (mapping, header) = read.mapping.as_ref()?;
    let at = app.now();
    Some(StoredMapping {
        id: MappingId::new(at, app.random_bytes()),
        name: request.remember_as?.to_owned(),
        header_fingerprint: read::fingerprint_bytes(&mapping.fingerprint),
        header: header.clone(),
        columns: serde_json::to_value(mapping).expect("a mapping is plain data"),
        updated_at: at,
    })
}

fn write(
    c: &mut Change<'_>,
    app: &App,
    plan: &Plan,
    observation: &Observation,
    bytes: &[u8],
    asker: &Asker<'_>,
) -> Result<MatchCounts, StoreError> {
    c.put_blob(bytes)?;
    c.put_observation(observation, plan.planned.len() as u64)?;
    c.about("observation", observation.id.to_string());
    let mut touched = TouchedAssets::default();
    let settled = c.sites_with_assets()?;
    for planned in plan.planned.iter().filter(|planned| planned.action() != Action::Unchanged) {
        let known = if planned.before.is_some() { Known::Before } else { Known::New };
        let configurations = put(c, app, planned, asker)?;
        lowering::settle_new(c, app, (planned, &settled), asker)?;
        touched.add(known, &planned.tag, configurations);
    }
    runs::after_assets(app, c, asker, touched)
}

/// Writes one asset; gives the configurations that it leaves and enters. By what it counts for less than before waits for a
/// second person, and what asks for less work on it is not written before one has agreed.
pub(crate) fn put(
    c: &mut Change<'_>,
    app: &App,
    planned: &Planned,
    asker: &Asker<'_>,
) -> Result<Vec<i64>, StoreError> {
    let mut now = planned.clone();
    let wanted = lowering::duties::hold_back(c, &mut now)?;
    let configurations = if now.action() == Action::Unchanged {
        now.before.as_ref().and_then(|known| known.configuration_no).into_iter().collect()
    } else {
        put_agreed(c, app, &now, asker)?
    };
    lowering::duties::propose(c, app, (&now, wanted), asker)?;
    lowering::duties::keep_release(c, app, &now, asker)?;
    Ok(configurations)
}

/// The same, once a second person has agreed to what asks for less.
pub(crate) fn put_agreed(
    c: &mut Change<'_>,
    app: &App,
    planned: &Planned,
    asker: &Asker<'_>,
) -> Result<Vec<i64>, StoreError> {
    let at = c.at();
    let watched = lowering::watch(c, planned)?;
    let asset = planned.asset(|| AssetId::new(at, app.random_bytes()));
    let site = site(c, app, &asset)?;
    let (zone, zones) = zone(c, app, site, &asset)?;
    let components = asset.components();
    let configuration_no = if components.is_empty() {
        None
    } else {
        Some(c.intern_configuration(&Configuration::new(components))?)
    };
    c.put_asset(&NewAsset { asset: &asset, site, zone, configuration_no }, at)?;
    c.about("asset", &asset.tag);
    if let Some(watched) = watched {
        lowering::settle_asset(c, app, (watched, &asset.tag), asker)?;
    }
    said_of_zone(c, app, (planned, &asset, (zone, zones)), asker)?;
    let left = planned.before.as_ref().and_then(|known| known.configuration_no);
    Ok(left.into_iter().chain(configuration_no).collect())
}

fn site(c: &mut Change<'_>, app: &App, asset: &Asset) -> Result<Option<SiteId>, StoreError> {
    let Some(name) = asset.value(Field::Site) else { return Ok(None) };
    if let Some(known) = c.site_by_name(name)? {
        return Ok(Some(known.id));
    }
    let site = Site {
        id: SiteId::new(c.at(), app.random_bytes()),
        name: name.to_owned(),
        time_zone: "UTC".to_owned(),
        connectivity: Connectivity::Connected,
    };
    c.put_site(&site)?;
    c.about("site", name);
    Ok(Some(site.id))
}

/// What a source says anew with an asset of how far its zone can be reached is said of the zone: more counts at once, less waits
/// for a second person. What an asset brought along into another zone says nothing of that one.
fn said_of_zone(
    c: &mut Change<'_>,
    app: &App,
    (planned, asset, (zone, zones)): (&Planned, &Asset, (Option<ZoneId>, Zones)),
    asker: &Asker<'_>,
) -> Result<(), StoreError> {
    let before = planned.before.as_ref().and_then(|known| known.asset.value(Field::ZoneExposure));
    let Some(said) = asset.value(Field::ZoneExposure).filter(|said| Some(*said) != before) else {
        return Ok(());
    };
    let Ok(exposure) = said.parse::<Exposure>() else { return Ok(()) };
    let found = c.zones()?.into_iter().find(|one| Some(one.id) == zone);
    let Some(known) = found.filter(|one| one.exposure != Some(exposure)) else { return Ok(()) };
    let zone = Zone { exposure: Some(exposure), ..known.clone() };
    c.put_zone(&zone)?;
    let was = match zones {
        Zones::AsBefore => Was::Known(known.exposure),
        Zones::OneMore => Was::New,
    };
    crate::sites::exposed(c, app, (was, &zone), asker)?;
    c.about("zone", &zone.name);
    Ok(())
}

/// Whether an asset made its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zones {
    /// It did not.
    AsBefore,
    /// It did; nothing stood in it before.
    OneMore,
}

fn zone(
    c: &mut Change<'_>,
    app: &App,
    site: Option<SiteId>,
    asset: &Asset,
) -> Result<(Option<ZoneId>, Zones), StoreError> {
    let (Some(site), Some(name)) = (site, asset.value(Field::Zone)) else {
        return Ok((None, Zones::AsBefore));
    };
    if let Some(known) = c.zone_by_name(site, name)? {
        return Ok((Some(known.id), Zones::AsBefore));
    }
    let zone = Zone {
        id: ZoneId::new(c.at(), app.random_bytes()),
        site,
        name: name.to_owned(),
        purdue_level: asset.value(Field::PurdueLevel).and_then(|word| word.parse::<PurdueLevel>().ok()),
        exposure: None,
        target_security_level: None,
    };
    c.put_zone(&zone)?;
    c.about("zone", name);
    Ok((Some(zone.id), Zones::OneMore))
}
