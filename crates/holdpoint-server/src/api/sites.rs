//! Sites and their zones, with how many assets stand there.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission::ReadPlant;
use holdpoint_domain::id::{SiteId, ZoneId};
use holdpoint_domain::site::{Site, Zone};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lists::{List, NoParams};
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::Query;
use crate::server::Server;

/// A part of a site with one level and one exposure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Zone)]
pub struct ZoneView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Purdue level; `null`: nobody has said.
    pub purdue_level: Option<String>,
    /// `small`, `controlled` or `open`; `null`: nobody has said, which is not small.
    pub exposure: Option<String>,
    /// IEC 62443 target security level.
    pub target_security_level: Option<u8>,
    /// How many assets stand in it.
    pub assets: u64,
}

/// A plant or location of the owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Site)]
pub struct SiteView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// IANA time zone.
    pub time_zone: String,
    /// `connected` or `air-gapped`.
    pub connectivity: String,
    /// How many assets stand on it, those in no zone included.
    pub assets: u64,
    /// Its zones.
    pub zones: Vec<ZoneView>,
}

/// Lists the sites that the caller may see.
#[utoipa::path(get, path = "/sites", tag = "plant",
    responses((status = 200, description = "All", body = List<SiteView>)))]
pub async fn list(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<SiteView>>, Problem> {
    let reach = who.reach(ReadPlant)?;
    let sites = server
        .read(move |reader| {
            let zones = reader.zones()?;
            let mut by_site: HashMap<SiteId, u64> = HashMap::new();
            let mut by_zone: HashMap<ZoneId, u64> = HashMap::new();
            for count in reader.zone_counts(Moment::OPEN, &reach)? {
                if let Some(site) = count.site {
                    *by_site.entry(site).or_default() += count.assets;
                }
                if let Some(zone) = count.zone {
                    *by_zone.entry(zone).or_default() += count.assets;
                }
            }
            let seen = reader.sites()?.into_iter().filter(|site| reach.covers(Some(site.id)));
            Ok(seen.map(|site| view(site, &zones, &by_site, &by_zone)).collect())
        })
        .await?;
    Ok(Json(List::whole(sites)))
}

fn view(
    site: Site,
    zones: &[Zone],
    by_site: &HashMap<SiteId, u64>,
    by_zone: &HashMap<ZoneId, u64>,
) -> SiteView {
    let zone = |zone: &Zone| ZoneView {
        id: zone.id.to_string(),
        name: zone.name.clone(),
        purdue_level: zone.purdue_level.map(|level| level.word().to_owned()),
        exposure: zone.exposure.map(|exposure| exposure.word().to_owned()),
        target_security_level: zone.target_security_level,
        assets: by_zone.get(&zone.id).copied().unwrap_or_default(),
    };
    SiteView {
        id: site.id.to_string(),
        time_zone: site.time_zone,
        connectivity: site.connectivity.word().to_owned(),
        assets: by_site.get(&site.id).copied().unwrap_or_default(),
        zones: zones.iter().filter(|one| one.site == site.id).map(zone).collect(),
        name: site.name,
    }
}
