//! Functions of a plant and the criticality of zones: what is lost when they are, and which assets they need.

use crate::change::Change;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Row, Value, params};
use holdpoint_domain::id::{FunctionId, SiteId, ZoneId};
use holdpoint_domain::ranking::criticality::{Dimension, Profile};

crate::statements! {
    FUNCTIONS = "SELECT f.id, f.site_id, f.name, f.safety, f.production, f.environment, f.quality, f.data,
            (SELECT COUNT(*) FROM asset_function a WHERE a.function_id = f.id)
        FROM plant_function f ORDER BY f.site_id, f.name";
    PUT_FUNCTION = "INSERT INTO plant_function (id, site_id, name, safety, production, environment, quality, data)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, safety = excluded.safety,
            production = excluded.production, environment = excluded.environment, quality = excluded.quality,
            data = excluded.data";
    SERVED_BY = "SELECT asset_no FROM asset_function WHERE function_id = $1 ORDER BY asset_no";
    SERVE = "INSERT INTO asset_function (asset_no, function_id) VALUES ($1, $2)
        ON CONFLICT (asset_no, function_id) DO NOTHING";
    UNSERVE = "DELETE FROM asset_function WHERE asset_no = $1 AND function_id = $2";
    REMOVE_FUNCTION = "DELETE FROM plant_function WHERE id = $1";
    ZONE_PROFILES = "SELECT zone_id, safety, production, environment, quality, data FROM zone_criticality";
    PUT_ZONE_PROFILE = "INSERT INTO zone_criticality (zone_id, safety, production, environment, quality, data)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (zone_id) DO UPDATE SET safety = excluded.safety, production = excluded.production,
            environment = excluded.environment, quality = excluded.quality, data = excluded.data";
    ASSETS_IN_ZONE = "SELECT number FROM asset_version WHERE zone_id = $1 AND valid_to = 9223372036854775807";
}

/// A function of a plant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlantFunction {
    /// Its id.
    pub id: FunctionId,
    /// The site.
    pub site: SiteId,
    /// Its name; unique on the site.
    pub name: String,
    /// What is lost with it.
    pub profile: Profile,
    /// How many assets serve it.
    pub assets: u64,
}

impl Reader<'_> {
    /// All functions, by site and name.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn functions(&mut self) -> Result<Vec<PlantFunction>, StoreError> {
        self.query(FUNCTIONS, params![], |row| {
            Ok(PlantFunction {
                id: row.get(0)?,
                site: row.get(1)?,
                name: row.get(2)?,
                profile: profile(row, 3)?,
                assets: row.get(8)?,
            })
        })
    }

    /// The assets that serve a function, by number.
    ///
    /// # Errors
    /// When the database fails.
    pub fn assets_of_function(&mut self, id: FunctionId) -> Result<Vec<i64>, StoreError> {
        self.query(SERVED_BY, params![id], |row| row.get(0))
    }

    /// What is lost with each zone of which somebody said something.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn zone_profiles(&mut self) -> Result<Vec<(ZoneId, Profile)>, StoreError> {
        self.query(ZONE_PROFILES, params![], |row| Ok((row.get(0)?, profile(row, 1)?)))
    }
}

impl Change<'_> {
    /// Inserts a function or changes the one with this id, with exactly these assets.
    ///
    /// # Errors
    /// When another function of the site has the name, or the database fails.
    pub fn put_function(&mut self, function: &PlantFunction, assets: &[i64]) -> Result<(), StoreError> {
        let mut row =
            vec![Value::from(function.id), Value::from(function.site), Value::from(function.name.clone())];
        row.extend(words(function.profile));
        self.exec(PUT_FUNCTION, &row)?;
        let before = self.assets_of_function(function.id)?;
        for number in before.iter().filter(|number| !assets.contains(number)) {
            self.exec(UNSERVE, params![*number, function.id])?;
        }
        self.exec_many(SERVE, assets.iter().map(|number| params![*number, function.id].to_vec()))?;
        for number in before.iter().chain(assets) {
            self.stale.asset(*number);
        }
        Ok(())
    }

    /// Removes a function.
    ///
    /// # Errors
    /// When the database fails.
    pub fn remove_function(&mut self, id: FunctionId) -> Result<(), StoreError> {
        for number in self.assets_of_function(id)? {
            self.exec(UNSERVE, params![number, id])?;
            self.stale.asset(number);
        }
        self.exec(REMOVE_FUNCTION, params![id]).map(drop)
    }

    /// Says what is lost with a zone.
    ///
    /// # Errors
    /// When the zone is not there, or the database fails.
    pub fn put_zone_profile(&mut self, zone: ZoneId, profile: Profile) -> Result<(), StoreError> {
        let mut row = vec![Value::from(zone)];
        row.extend(words(profile));
        self.exec(PUT_ZONE_PROFILE, &row)?;
        for number in self.query(ASSETS_IN_ZONE, params![zone], |row| row.get(0))? {
            self.stale.asset(number);
        }
        Ok(())
    }
}

pub(crate) fn words(profile: Profile) -> impl Iterator<Item = Value<'static>> {
    Dimension::ALL
        .iter()
        .map(move |dimension| Value::from(profile.of(*dimension).map_or("", |said| said.word()).to_owned()))
}

/// Five columns from `first`, in the order of the dimensions.
pub(crate) fn profile(row: &Row<'_>, first: usize) -> Result<Profile, StoreError> {
    let mut profile = Profile::default();
    for (place, dimension) in Dimension::ALL.iter().enumerate() {
        let word: Option<String> = row.get(first + place)?;
        let word = word.filter(|word| !word.is_empty());
        let said =
            word.map(|word| word.parse().map_err(|_| row.damaged(first + place, "it is no consequence")));
        profile = profile.with(*dimension, said.transpose()?);
    }
    Ok(profile)
}
