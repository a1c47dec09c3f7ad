//! What waits for a second person before it counts for less: kept, read by what it is of, ended. Never changed, never deleted.

use super::function::{profile, words};
use super::input::RankedAsset;
use crate::change::Change;
use crate::columns::{read_json, storable, word_opt, write_json};
use crate::component::distinct;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::id::{FunctionId, LoweringId, SiteId, ZoneId};
use holdpoint_domain::ranking::criticality::{Dimension, Dimensions, Profile, StillHeld};
use holdpoint_domain::ranking::lowering::{Lowered, Lowering, LoweringEnd, Weight};
use holdpoint_domain::site::Exposure;
use std::collections::{HashMap, HashSet};

macro_rules! lowering_columns {
    () => {
        "SELECT id, kind, asset_no, function_id, zone_id, site_id, name, safety, production, environment, quality, data,
            NULLIF(exposure, ''), now, back, by_name, accounts, at, reason, ended_at, NULLIF(ended, ''), ended_by,
            end_reason, unsaid, wanted, baseline_id FROM lowering"
    };
}

const OPEN_OF: &str = concat!(lowering_columns!(), " WHERE ended_at IS NULL AND asset_no IN ({list})");

crate::statements! {
    OPEN = concat!(lowering_columns!(), " WHERE ended_at IS NULL ORDER BY at, id");
    OPEN_ABOVE = concat!(lowering_columns!(), " WHERE ended_at IS NULL AND asset_no IS NULL ORDER BY at, id");
    ENDED = concat!(lowering_columns!(), " WHERE ended_at IS NOT NULL ORDER BY ended_at DESC, id LIMIT 200");
    ONE = concat!(lowering_columns!(), " WHERE id = $1");
    PUT = "INSERT INTO lowering (id, kind, asset_no, function_id, zone_id, site_id, name, safety, production,
            environment, quality, data, exposure, now, back, by_name, accounts, at, reason, unsaid, wanted,
            baseline_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)";
    END = "UPDATE lowering SET ended_at = $2, ended = $3, ended_by = $4, end_reason = $5
        WHERE id = $1 AND ended_at IS NULL";
    ANSWERED_FOR = "UPDATE lowering SET by_name = $2, accounts = $3, at = $4, reason = $5
        WHERE id = $1 AND ended_at IS NULL";
    SITES_WITH_ASSETS = "SELECT DISTINCT site_id FROM asset_version";
    IN_ZONE = "SELECT number FROM asset_version WHERE zone_id = $1 AND valid_to = 9223372036854775807";
}

/// A lowering, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredLowering {
    /// What was lowered.
    pub lowering: Lowering,
    /// When, how, by whom and why it ended; `None`: it waits.
    pub ended: Option<(Moment, LoweringEnd, String, String)>,
}

/// What goes on counting, by what it is of.
#[derive(Debug, Default)]
pub(crate) struct StillCounting {
    assets: HashMap<i64, Weight>,
    left: HashMap<i64, Profile>,
    joined: HashMap<(i64, FunctionId), Dimensions>,
    functions: HashMap<FunctionId, Weight>,
    zones: HashMap<ZoneId, Weight>,
}

impl StillCounting {
    fn of(all: impl IntoIterator<Item = Lowering>) -> Self {
        let mut found = Self::default();
        for one in all {
            let slot = match one.of {
                Lowered::Asset(number) => found.assets.entry(number).or_default(),
                // The asset itself keeps what was said before; a baseline that keeps it says so.
                Lowered::Fields(_) | Lowered::Release(..) => continue,
                Lowered::Leaving(number, _) => {
                    let left = found.left.entry(number).or_default();
                    *left = left.joined(one.held.lost);
                    continue;
                }
                Lowered::Joining(number, id) => {
                    found.joined.insert((number, id), one.held.unsaid);
                    continue;
                }
                Lowered::Function(id) | Lowered::Removal(id) => {
                    let function = found.functions.entry(id).or_default();
                    *function = function.joined(one.held);
                    continue;
                }
                Lowered::Zone(id) | Lowered::Exposure(id) => found.zones.entry(id).or_default(),
            };
            *slot = slot.joined(one.held);
        }
        found
    }

    pub(crate) fn of_function(&self, id: FunctionId) -> Weight {
        self.functions.get(&id).copied().unwrap_or_default()
    }

    /// Of what a function's word on an asset that came to serve it waits as a first one.
    pub(crate) fn of_joining(&self, asset: i64, id: FunctionId) -> Dimensions {
        self.joined.get(&(asset, id)).copied().unwrap_or_default()
    }

    /// Gives an asset what goes on counting of it; `functions`: of those that it serves.
    pub(crate) fn hold(&self, asset: &mut RankedAsset, functions: Weight) {
        let own = self.assets.get(&asset.number).copied().unwrap_or_default();
        let zone = asset.zone_id.and_then(|id| self.zones.get(&id)).copied().unwrap_or_default();
        let zone = Weight { unsaid: zone.unsaid, ..zone.of_newcomer(own.unsaid) };
        let left = self.left.get(&asset.number).copied().unwrap_or_default();
        asset.still = StillHeld {
            asset: own.lost,
            functions: functions.lost.joined(left),
            zone: zone.lost,
            first_of_asset: own.unsaid,
            first_of_functions: functions.unsaid,
            first_of_zone: zone.unsaid,
        };
        asset.own_exposed = own.exposure;
        asset.zone_exposed = zone.exposure;
    }
}

impl Reader<'_> {
    /// The baselines that an asset has left by what was seen on it, and that keep it until a second person agrees.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn releases_left(&mut self, asset: i64) -> Result<Vec<Lowering>, StoreError> {
        let found = self.open_of(&[asset])?.into_iter();
        Ok(found.filter(|one| matches!(one.of, Lowered::Release(..))).collect())
    }

    /// All lowerings that wait, oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn open_lowerings(&mut self) -> Result<Vec<Lowering>, StoreError> {
        self.query(OPEN, params![], |row| Ok(stored(row)?.lowering))
    }

    /// The last 200 that came to an end, the latest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn ended_lowerings(&mut self) -> Result<Vec<StoredLowering>, StoreError> {
        self.query(ENDED, params![], stored)
    }

    /// One lowering.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn lowering(&mut self, id: LoweringId) -> Result<Option<StoredLowering>, StoreError> {
        self.query_opt(ONE, params![id], stored)
    }

    /// The lowering of this that waits.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn lowering_of(&mut self, of: Lowered) -> Result<Option<Lowering>, StoreError> {
        let found = match of {
            Lowered::Asset(number)
            | Lowered::Fields(number)
            | Lowered::Leaving(number, _)
            | Lowered::Joining(number, _)
            | Lowered::Release(number, _) => self.open_of(&[number])?,
            Lowered::Function(_) | Lowered::Removal(_) | Lowered::Zone(_) | Lowered::Exposure(_) => {
                self.query(OPEN_ABOVE, params![], |row| Ok(stored(row)?.lowering))?
            }
        };
        Ok(found.into_iter().find(|one| one.of == of))
    }

    /// What waits because assets came to serve this function.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn joinings_of(&mut self, function: FunctionId) -> Result<Vec<Lowering>, StoreError> {
        let serving = self.assets_of_function(function)?;
        let found = self.open_of(&serving)?.into_iter();
        Ok(found.filter(|one| matches!(one.of, Lowered::Joining(_, id) if id == function)).collect())
    }

    fn open_of(&mut self, assets: &[i64]) -> Result<Vec<Lowering>, StoreError> {
        self.query_in(OPEN_OF, &[], distinct(assets), |row| Ok(stored(row)?.lowering))
    }

    /// The sites on which assets ever stood; `None` among them: some stood on none that was said.
    ///
    /// # Errors
    /// When the database fails.
    pub fn sites_with_assets(&mut self) -> Result<HashSet<Option<SiteId>>, StoreError> {
        Ok(self.query(SITES_WITH_ASSETS, params![], |row| row.get(0))?.into_iter().collect())
    }

    /// What goes on counting for these assets; `None`: for all.
    pub(crate) fn lowered(&mut self, assets: Option<&[i64]>) -> Result<StillCounting, StoreError> {
        let open = match assets {
            None => self.open_lowerings()?,
            Some(numbers) => {
                let mut open = self.query(OPEN_ABOVE, params![], |row| Ok(stored(row)?.lowering))?;
                open.extend(self.open_of(numbers)?);
                open
            }
        };
        Ok(StillCounting::of(open))
    }
}

impl Change<'_> {
    /// Keeps a lowering that waits; what it is of is stale then.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_lowering(&mut self, new: &Lowering) -> Result<(), StoreError> {
        let (mut asset, mut function, mut zone, mut baseline) = (None, None, None, None);
        match new.of {
            Lowered::Asset(number) | Lowered::Fields(number) => asset = Some(number),
            Lowered::Leaving(number, id) | Lowered::Joining(number, id) => {
                (asset, function) = (Some(number), Some(id));
            }
            Lowered::Release(number, id) => (asset, baseline) = (Some(number), Some(id)),
            Lowered::Function(id) | Lowered::Removal(id) => function = Some(id),
            Lowered::Zone(id) | Lowered::Exposure(id) => zone = Some(id),
        }
        let text = |text: &str| Value::from(storable(text).into_owned());
        let mut row = vec![
            Value::from(new.id),
            text(new.of.word()),
            Value::from(asset),
            Value::from(function),
            Value::from(zone),
            Value::from(new.site),
            text(&new.name),
        ];
        row.extend(words(new.held.lost));
        row.extend([
            text(new.held.exposure.map_or("", Exposure::word)),
            text(&new.now),
            Value::from(write_json(&new.back)),
            text(&new.by),
            Value::from(write_json(&new.accounts)),
            Value::from(new.at),
            text(&new.reason),
            Value::from(write_json(&unsaid_words(new.held.unsaid))),
            Value::from(write_json(&new.wanted)),
            Value::from(baseline),
        ]);
        self.exec(PUT, &row)?;
        self.touch_lowered(new.of)
    }

    /// Keeps who answers for a lowering that nobody with an account had asked for.
    ///
    /// # Errors
    /// When the database fails.
    pub fn answer_for_lowering(&mut self, one: &Lowering) -> Result<(), StoreError> {
        let accounts = write_json(&one.accounts);
        self.exec(
            ANSWERED_FOR,
            params![one.id, &*storable(&one.by), accounts, one.at, &*storable(&one.reason)],
        )
        .map(drop)
    }

    /// Ends a lowering; says whether it waited.
    ///
    /// # Errors
    /// When the database fails.
    pub fn end_lowering(
        &mut self,
        one: &Lowering,
        how: LoweringEnd,
        (by, reason): (&str, &str),
    ) -> Result<bool, StoreError> {
        let at = self.at();
        let ended = self.exec(END, params![one.id, at, how.word(), &*storable(by), &*storable(reason)])? == 1;
        self.touch_lowered(one.of)?;
        Ok(ended)
    }

    fn touch_lowered(&mut self, of: Lowered) -> Result<(), StoreError> {
        let assets = match of {
            Lowered::Asset(number)
            | Lowered::Fields(number)
            | Lowered::Leaving(number, _)
            | Lowered::Joining(number, _)
            | Lowered::Release(number, _) => vec![number],
            Lowered::Function(id) | Lowered::Removal(id) => self.assets_of_function(id)?,
            Lowered::Zone(id) | Lowered::Exposure(id) => {
                self.query(IN_ZONE, params![id], |row| row.get(0))?
            }
        };
        for number in assets {
            self.stale.asset(number);
        }
        Ok(())
    }
}

fn unsaid_words(unsaid: Dimensions) -> Vec<&'static str> {
    Dimension::ALL.iter().filter(|one| unsaid.has(**one)).map(|one| one.word()).collect()
}

fn stored(row: &Row<'_>) -> Result<StoredLowering, StoreError> {
    let kind: String = row.get(1)?;
    let (asset, function, zone, baseline) = (row.get(2)?, row.get(3)?, row.get(4)?, row.get(25)?);
    let of = match (kind.as_str(), asset, function, zone, baseline) {
        ("asset", Some(number), None, None, None) => Lowered::Asset(number),
        ("fields", Some(number), None, None, None) => Lowered::Fields(number),
        ("leaving", Some(number), Some(id), None, None) => Lowered::Leaving(number, id),
        ("joining", Some(number), Some(id), None, None) => Lowered::Joining(number, id),
        ("release", Some(number), None, None, Some(id)) => Lowered::Release(number, id),
        ("function", None, Some(id), None, None) => Lowered::Function(id),
        ("removal", None, Some(id), None, None) => Lowered::Removal(id),
        ("zone", None, None, Some(id), None) => Lowered::Zone(id),
        ("exposure", None, None, Some(id), None) => Lowered::Exposure(id),
        _ => return Err(row.damaged(1, "it is no kind of lowering, or does not say of what")),
    };
    let ended = match row.get::<Option<Moment>>(19)? {
        None => None,
        Some(at) => Some((at, row.word(20)?, row.get(21)?, row.get(22)?)),
    };
    let unsaid: Vec<String> = read_json(row, 23)?;
    let lowering = Lowering {
        id: row.get(0)?,
        of,
        site: row.get(5)?,
        name: row.get(6)?,
        held: Weight {
            lost: profile(row, 7)?,
            exposure: word_opt(row, 12)?,
            unsaid: Dimensions::where_it_is(|one| unsaid.iter().any(|word| word == one.word())),
        },
        now: row.get(13)?,
        back: read_json(row, 14)?,
        wanted: read_json(row, 24)?,
        by: row.get(15)?,
        accounts: read_json(row, 16)?,
        at: row.get(17)?,
        reason: row.get(18)?,
    };
    Ok(StoredLowering { lowering, ended })
}
