//! Sites and zones. They are few, and lists of them are whole.
//!
//! The surprise: they are not temporal. An asset of the past stands in the zone that it stood in, under the
//! name that the zone has today.

use crate::change::Change;
use crate::columns::word_opt;
use crate::error::StoreError;
use crate::page::reach_condition;
use crate::reader::Reader;
use crate::validity::instant;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::id::{SiteId, ZoneId};
use holdpoint_domain::site::{Site, Zone};

crate::statements! {
    SITES = "SELECT id, name, time_zone, connectivity FROM site ORDER BY name";
    SITE_BY_NAME = "SELECT id, name, time_zone, connectivity FROM site WHERE name = $1";
    ZONES = "SELECT z.id, z.site_id, z.name, z.purdue_level, z.exposure, z.target_security_level
        FROM zone z JOIN site s ON s.id = z.site_id ORDER BY s.name, z.name";
    ZONE_BY_NAME = "SELECT id, site_id, name, purdue_level, exposure, target_security_level
        FROM zone WHERE site_id = $1 AND name = $2";
    PUT_SITE = "INSERT INTO site (id, name, time_zone, connectivity) VALUES ($1, $2, $3, $4)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, time_zone = excluded.time_zone,
            connectivity = excluded.connectivity";
    ASSETS_OF_ZONE = "SELECT number FROM asset_version
        WHERE zone_id = $1 AND valid_to = 9223372036854775807";
    PUT_ZONE = "INSERT INTO zone (id, site_id, name, purdue_level, exposure, target_security_level)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (id) DO UPDATE SET site_id = excluded.site_id, name = excluded.name,
            purdue_level = excluded.purdue_level, exposure = excluded.exposure,
            target_security_level = excluded.target_security_level";
}

const ZONE_COUNTS: &str = "SELECT a.site_id, a.zone_id, COUNT(*) FROM asset_version a
    WHERE a.valid_from <= $1 AND a.valid_to > $1 AND {reach}
    GROUP BY a.site_id, a.zone_id ORDER BY a.site_id, a.zone_id";

/// How many assets stand in a zone, on a site outside any zone, or nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ZoneCount {
    /// The site; `None`: assets that stand on no site.
    pub site: Option<SiteId>,
    /// The zone; `None`: assets of the site that stand in no zone.
    pub zone: Option<ZoneId>,
    /// Assets.
    pub assets: u64,
}

impl Reader<'_> {
    /// All sites, by name.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn sites(&mut self) -> Result<Vec<Site>, StoreError> {
        self.query(SITES, params![], site)
    }

    /// The site of that name.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn site_by_name(&mut self, name: &str) -> Result<Option<Site>, StoreError> {
        self.query_opt(SITE_BY_NAME, params![name], site)
    }

    /// All zones, by the name of their site and their own.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn zones(&mut self) -> Result<Vec<Zone>, StoreError> {
        self.query(ZONES, params![], zone)
    }

    /// The zone of that name on a site.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn zone_by_name(&mut self, site: SiteId, name: &str) -> Result<Option<Zone>, StoreError> {
        self.query_opt(ZONE_BY_NAME, params![site, name], zone)
    }

    /// How many assets within reach stood where. Zones without assets do not occur.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn zone_counts(&mut self, as_of: Moment, reach: &Reach) -> Result<Vec<ZoneCount>, StoreError> {
        let (condition, sites) = reach_condition(reach, "a.site_id", 2);
        let mut values = vec![Value::from(instant(as_of))];
        values.extend(sites);
        self.query(&ZONE_COUNTS.replace("{reach}", &condition), &values, |row| {
            Ok(ZoneCount { site: row.get(0)?, zone: row.get(1)?, assets: row.get(2)? })
        })
    }
}

impl Change<'_> {
    /// Inserts a site, or changes the one with this id.
    ///
    /// # Errors
    /// When another site has the name, or the database fails.
    pub fn put_site(&mut self, site: &Site) -> Result<(), StoreError> {
        self.stale.all();
        self.exec(PUT_SITE, params![site.id, &site.name, &site.time_zone, site.connectivity.word()])?;
        Ok(())
    }

    /// Inserts a zone, or changes the one with this id.
    ///
    /// # Errors
    /// When another zone of the site has the name, the site is not there, or the database fails.
    pub fn put_zone(&mut self, zone: &Zone) -> Result<(), StoreError> {
        for number in self.query(ASSETS_OF_ZONE, params![zone.id], |row| row.get(0))? {
            self.stale.asset(number);
        }
        self.exec(
            PUT_ZONE,
            params![
                zone.id,
                zone.site,
                &zone.name,
                zone.purdue_level.map(|level| level.word()),
                zone.exposure.map(|exposure| exposure.word()),
                zone.target_security_level.map(u32::from),
            ],
        )?;
        Ok(())
    }
}

fn site(row: &Row<'_>) -> Result<Site, StoreError> {
    Ok(Site { id: row.get(0)?, name: row.get(1)?, time_zone: row.get(2)?, connectivity: row.word(3)? })
}

fn zone(row: &Row<'_>) -> Result<Zone, StoreError> {
    Ok(Zone {
        id: row.get(0)?,
        site: row.get(1)?,
        name: row.get(2)?,
        purdue_level: word_opt(row, 3)?,
        exposure: word_opt(row, 4)?,
        target_security_level: row
            .get::<Option<u32>>(5)?
            .map(|level| u8::try_from(level).map_err(|_| row.damaged(5, "it is no security level")))
            .transpose()?,
    })
}
