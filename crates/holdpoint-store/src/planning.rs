//! What plans count on: redundancy groups, profiles of work, what was measured, a site's rules.

use crate::change::Change;
use crate::columns::{read_json, storable, write_json};
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Row, params};
use holdpoint_domain::Moment;
use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::id::{AssetId, PlanId, SiteId};
use holdpoint_domain::plan::WayBack;
use holdpoint_domain::plan::ground::{
    Asked, RedundancyGroup, RestoreTest, SiteRules, WorkAsks, WorkNotice, WorkObservation, WorkProfile,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// Who wrote something, and when.
pub type Written = (String, Moment);

crate::statements! {
    GROUPS = "SELECT site_id, name, may_lose, note FROM redundancy_group ORDER BY site_id, name";
    GROUP_WRITERS = "SELECT site_id, name, by_name, changed_at FROM redundancy_group";
    GROUP_MEMBERS = "SELECT site_id, redundancy_group, COUNT(*) FROM asset_version
        WHERE valid_to = 9223372036854775807 AND redundancy_group <> '' AND site_id IS NOT NULL
        GROUP BY site_id, redundancy_group";
    PUT_GROUP = "INSERT INTO redundancy_group (number, site_id, name, may_lose, note, by_name, changed_at)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM redundancy_group), $1, $2, $3, $4, $5, $6)
        ON CONFLICT (site_id, name) DO UPDATE SET may_lose = excluded.may_lose, note = excluded.note,
            by_name = excluded.by_name, changed_at = excluded.changed_at";
    PROFILES = "SELECT patch, kind, work_minutes, undo_minutes, people, way_back, by_name, asks FROM work_profile
        ORDER BY patch, kind";
    PUT_PROFILE = "INSERT INTO work_profile (number, patch, kind, work_minutes, undo_minutes, people, way_back, by_name,
            changed_at, asks)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM work_profile), $1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (patch, kind) DO UPDATE SET work_minutes = excluded.work_minutes,
            undo_minutes = excluded.undo_minutes, people = excluded.people, way_back = excluded.way_back,
            by_name = excluded.by_name, changed_at = excluded.changed_at, asks = excluded.asks";
    RESTORE_TESTS = "SELECT asset_id, tested_at, tested_by, what, recorded_by, recorded_at FROM restore_test
        WHERE asset_id = $1 ORDER BY tested_at DESC, number DESC LIMIT 100";
    RESTORED_OF = "SELECT t.asset_id, MAX(t.tested_at) FROM restore_test t WHERE t.asset_id IN (SELECT s.asset_id
            FROM step_run s JOIN change_plan p ON p.number = s.plan_no WHERE p.id = $1) GROUP BY t.asset_id";
    PUT_RESTORE_TEST = "INSERT INTO restore_test (number, asset_id, tested_at, tested_by, what, recorded_by, recorded_at)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM restore_test), $1, $2, $3, $4, $5, $6)";
    OBSERVATIONS = "SELECT patch, asset_id, kind, product, work_minutes, undo_minutes, done_at
        FROM work_observation ORDER BY number";
    PUT_OBSERVATION = "INSERT INTO work_observation (number, patch, asset_id, kind, product, work_minutes, undo_minutes,
            done_at, by_name, recorded_at)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM work_observation), $1, $2, $3, $4, $5, $6, $7, $8, $9)";
    RULES = "SELECT r.rules FROM planning_rules r WHERE r.site_id = $1 ORDER BY r.number DESC LIMIT 1";
    PUT_RULES = "INSERT INTO planning_rules (number, site_id, rules, by_name, made_at)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM planning_rules), $1, $2, $3, $4)";
}

/// How to get back, as it lies in a column.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StoredWayBack {
    /// By itself.
    Automatic(String),
    /// By a person.
    ByHand(String),
    /// Not at all: who signed, and why.
    None(String, String),
}

impl StoredWayBack {
    /// From what it says.
    pub(crate) fn of(way: &WayBack) -> Self {
        match way {
            WayBack::Automatic { to } => Self::Automatic(to.clone()),
            WayBack::ByHand { instruction } => Self::ByHand(instruction.clone()),
            WayBack::None { signed_by, reason } => Self::None(signed_by.clone(), reason.clone()),
        }
    }

    /// What it says.
    pub(crate) fn read(self) -> WayBack {
        match self {
            Self::Automatic(to) => WayBack::Automatic { to },
            Self::ByHand(instruction) => WayBack::ByHand { instruction },
            Self::None(signed_by, reason) => WayBack::None { signed_by, reason },
        }
    }
}

#[derive(Serialize, Deserialize)]
struct StoredRules {
    pilots: u16,
    wave_steps: u16,
    soak_minutes: u32,
    margin_minutes: u32,
    failures_allowed: u32,
    measured_at_least: u16,
    test_assets: Vec<String>,
    /// Rules from before this was a number of the policy meant seven days.
    #[serde(default = "week")]
    catch_up_minutes: u32,
    #[serde(default)]
    restore_test_days: Option<u32>,
}

const fn week() -> u32 {
    7 * 24 * 60
}

/// What people are told and asked, as it lies in a column.
#[derive(Serialize, Deserialize)]
struct StoredAsks {
    notice: Option<StoredNotice>,
    permit: bool,
}

#[derive(Serialize, Deserialize)]
struct StoredNotice {
    message: String,
    postpone_at_most: u8,
    postpone_minutes: u32,
    confirm: bool,
}

const fn asked(is: bool) -> Asked {
    if is { Asked::Yes } else { Asked::No }
}

impl StoredAsks {
    fn of(asks: &WorkAsks) -> Self {
        let notice = asks.notice.as_ref().map(|notice| StoredNotice {
            message: notice.message.clone(),
            postpone_at_most: notice.postpone_at_most,
            postpone_minutes: notice.postpone_minutes,
            confirm: notice.confirmation == Asked::Yes,
        });
        Self { notice, permit: asks.permit == Asked::Yes }
    }

    fn read(self) -> WorkAsks {
        let notice = self.notice.map(|notice| WorkNotice {
            message: notice.message,
            postpone_at_most: notice.postpone_at_most,
            postpone_minutes: notice.postpone_minutes,
            confirmation: asked(notice.confirm),
        });
        WorkAsks { notice, permit: asked(self.permit) }
    }
}

/// Reads a number that fits sixteen bits.
pub(crate) fn small(row: &Row<'_>, index: usize) -> Result<u16, StoreError> {
    let value: i64 = row.get(index)?;
    u16::try_from(value).map_err(|why| row.damaged(index, &why.to_string()))
}

fn kind_of(row: &Row<'_>, index: usize) -> Result<Option<AssetKind>, StoreError> {
    let word: String = row.get(index)?;
    if word.is_empty() {
        return Ok(None);
    }
    word.parse()
        .map(Some)
        .map_err(|why: holdpoint_domain::words::UnknownWord| row.damaged(index, &why.to_string()))
}

impl Reader<'_> {
    /// What is said of redundancy groups, by site and name.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn redundancy_groups(&mut self) -> Result<Vec<RedundancyGroup>, StoreError> {
        self.query(GROUPS, params![], |row| {
            Ok(RedundancyGroup {
                site: row.get(0)?,
                name: row.get(1)?,
                may_lose: small(row, 2)?,
                note: row.get(3)?,
            })
        })
    }

    /// Who said last how many members each redundancy group can lose, and when, by site and name.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn redundancy_writers(&mut self) -> Result<HashMap<(SiteId, String), Written>, StoreError> {
        let found = self.query(GROUP_WRITERS, params![], |row| {
            Ok(((row.get(0)?, row.get(1)?), (row.get(2)?, row.get(3)?)))
        })?;
        Ok(found.into_iter().collect())
    }

    /// How many assets carry each redundancy group today, by site and name.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn redundancy_members(&mut self) -> Result<HashMap<(SiteId, String), usize>, StoreError> {
        let found = self.query(GROUP_MEMBERS, params![], |row| {
            let count = usize::try_from(row.get::<i64>(2)?).unwrap_or_default();
            Ok(((row.get(0)?, row.get(1)?), count))
        })?;
        Ok(found.into_iter().collect())
    }

    /// How work is done, by patch and kind.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn work_profiles(&mut self) -> Result<Vec<WorkProfile>, StoreError> {
        self.query(PROFILES, params![], |row| {
            let patch: String = row.get(0)?;
            let way: Option<StoredWayBack> = read_json(row, 5)?;
            let by: String = row.get(6)?;
            let asks: Option<StoredAsks> = read_json(row, 7)?;
            // A signature that somebody else wrote is none: nobody has said then.
            let way = way.filter(|way| !matches!(way, StoredWayBack::None(signed_by, _) if *signed_by != by));
            Ok(WorkProfile {
                patch: (!patch.is_empty()).then_some(patch),
                kind: kind_of(row, 1)?,
                work_minutes: row.get(2)?,
                undo_minutes: row.get(3)?,
                people: small(row, 4)?,
                way_back: way.map(StoredWayBack::read),
                asks: asks.map(StoredAsks::read).unwrap_or_default(),
            })
        })
    }

    /// What was measured, the oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn work_observations(&mut self) -> Result<Vec<WorkObservation>, StoreError> {
        self.query(OBSERVATIONS, params![], |row| {
            Ok(WorkObservation {
                patch: row.get(0)?,
                asset: row.get(1)?,
                kind: kind_of(row, 2)?,
                product: row.get(3)?,
                work_minutes: row.get(4)?,
                undo_minutes: row.get(5)?,
                at: row.get(6)?,
            })
        })
    }

    /// The restore tests of an asset's backups, the newest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn restore_tests(&mut self, asset: AssetId) -> Result<Vec<RestoreTest>, StoreError> {
        self.query(RESTORE_TESTS, params![asset], |row| {
            Ok(RestoreTest {
                asset: row.get(0)?,
                tested_at: row.get(1)?,
                tested_by: row.get(2)?,
                what: row.get(3)?,
                recorded_by: row.get(4)?,
                recorded_at: row.get(5)?,
            })
        })
    }

    /// When a backup of each asset of a plan that is carried out was restored last.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn restored_of(&mut self, plan: PlanId) -> Result<BTreeMap<AssetId, Moment>, StoreError> {
        let rows = self.query(RESTORED_OF, params![plan], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.into_iter().collect())
    }

    /// A site's rules for plans; `None`: nobody has written any.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn planning_rules(&mut self, site: SiteId) -> Result<Option<SiteRules>, StoreError> {
        self.query_opt(RULES, params![site], |row| {
            let stored: StoredRules = read_json(row, 0)?;
            let ids = stored.test_assets.iter().map(|id| id.parse::<AssetId>()).collect::<Result<_, _>>();
            Ok(SiteRules {
                pilots: stored.pilots,
                wave_steps: stored.wave_steps,
                soak_minutes: stored.soak_minutes,
                margin_minutes: stored.margin_minutes,
                failures_allowed: stored.failures_allowed,
                measured_at_least: stored.measured_at_least,
                catch_up_minutes: stored.catch_up_minutes,
                restore_test_days: stored.restore_test_days,
                test_assets: ids.map_err(|why| row.damaged(0, &why.to_string()))?,
            })
        })
    }
}

impl Change<'_> {
    /// Keeps what is said of a redundancy group.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_redundancy_group(&mut self, group: &RedundancyGroup, by: &str) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(
            PUT_GROUP,
            params![
                group.site,
                &*storable(&group.name),
                u32::from(group.may_lose),
                &*storable(&group.note),
                &*storable(by),
                at,
            ],
        )?;
        Ok(())
    }

    /// Keeps how work is done.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_work_profile(&mut self, profile: &WorkProfile, by: &str) -> Result<(), StoreError> {
        let at = self.at();
        let way = profile.way_back.as_ref().map(StoredWayBack::of);
        self.exec(
            PUT_PROFILE,
            params![
                &*storable(profile.patch.as_deref().unwrap_or_default()),
                profile.kind.map_or("", |kind| kind.word()),
                profile.work_minutes,
                profile.undo_minutes,
                u32::from(profile.people),
                &*storable(&write_json(&way)),
                &*storable(by),
                at,
                &*storable(&write_json(&StoredAsks::of(&profile.asks))),
            ],
        )?;
        Ok(())
    }

    /// Keeps that a backup was restored.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_restore_test(&mut self, test: &RestoreTest) -> Result<(), StoreError> {
        self.exec(
            PUT_RESTORE_TEST,
            params![
                test.asset,
                test.tested_at,
                &*storable(&test.tested_by),
                &*storable(&test.what),
                &*storable(&test.recorded_by),
                test.recorded_at
            ],
        )?;
        Ok(())
    }

    /// Adds what was measured.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_work_observation(&mut self, seen: &WorkObservation, by: &str) -> Result<(), StoreError> {
        let at: Moment = self.at();
        self.exec(
            PUT_OBSERVATION,
            params![
                &*storable(&seen.patch),
                seen.asset,
                seen.kind.map_or("", |kind| kind.word()),
                &*storable(&seen.product),
                seen.work_minutes,
                seen.undo_minutes,
                seen.at,
                &*storable(by),
                at,
            ],
        )?;
        Ok(())
    }

    /// Keeps a site's rules for plans.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_planning_rules(
        &mut self,
        site: SiteId,
        rules: &SiteRules,
        by: &str,
    ) -> Result<(), StoreError> {
        let at = self.at();
        let stored = StoredRules {
            pilots: rules.pilots,
            wave_steps: rules.wave_steps,
            soak_minutes: rules.soak_minutes,
            margin_minutes: rules.margin_minutes,
            failures_allowed: rules.failures_allowed,
            measured_at_least: rules.measured_at_least,
            catch_up_minutes: rules.catch_up_minutes,
            restore_test_days: rules.restore_test_days,
            test_assets: rules.test_assets.iter().map(ToString::to_string).collect(),
        };
        self.exec(PUT_RULES, params![site, write_json(&stored), &*storable(by), at])?;
        Ok(())
    }
}
