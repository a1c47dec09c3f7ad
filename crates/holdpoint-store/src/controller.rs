//! Devices with a client of their own (DDI): who has shown up, which asset each is, and what each is to do.
//!
//! The surprise: nobody becomes an asset by showing up. A controller is a candidate until a person says which asset it is.

mod given;

pub use given::GivenFile;

#[cfg(test)]
pub(crate) use given::STATEMENTS as GIVEN_STATEMENTS;

use crate::change::Change;
use crate::columns::{read_json, storable, write_json};
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged};
use crate::reader::Reader;
use crate::store::Store;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::id::{AssetId, PlanId, SiteId};
use std::collections::BTreeMap;

macro_rules! columns {
    () => {
        "c.number, c.name, c.state, c.asset_id, c.site_id, c.token, c.confirms, c.address, c.first_at, c.decided_by, \
         c.decided_at, COALESCE((SELECT MAX(v.tag) FROM asset x JOIN asset_version v ON v.number = x.number \
            AND v.valid_to = 9223372036854775807 WHERE x.id = c.asset_id), ''), c.seen_at"
    };
}
const COLUMNS: &str = columns!();

macro_rules! action_columns {
    () => {
        "number, controller_no, plan_id, place, deed, attempt, patch, version, state, confirmation, starts_at, ends_at, \
         made_at, closed_at, outcome, words, settled_at, shut, stop_at"
    };
}

crate::statements! {
    NAMED = concat!("SELECT ", columns!(), " FROM controller c WHERE c.name = $1");
    OF_ASSET = concat!("SELECT ", columns!(), " FROM controller c WHERE c.asset_id = $1 AND c.state = 'accepted'
        ORDER BY c.number LIMIT 1");
    CANDIDATES = "SELECT COUNT(*) FROM controller WHERE state = 'candidate'";
    PUT = "INSERT INTO controller (number, name, state, confirms, address, first_at, decided_by, seen_at)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM controller), $1, 'candidate', 0, $2, $3, '', $3)
        ON CONFLICT (name) DO NOTHING";
    DECIDE = "UPDATE controller SET state = $2, asset_id = $3, site_id = $4, token = $5, decided_by = $6, decided_at = $7
        WHERE number = $1";
    SEEN = "UPDATE controller SET seen_at = $2 WHERE number = $1 AND seen_at < $2";
    CONFIRMS = "UPDATE controller SET confirms = $2 WHERE number = $1";
    ATTRIBUTES = "SELECT name, value FROM controller_attribute WHERE controller_no = $1 ORDER BY name";
    PUT_ATTRIBUTE = "INSERT INTO controller_attribute (controller_no, name, value) VALUES ($1, $2, $3)
        ON CONFLICT (controller_no, name) DO UPDATE SET value = excluded.value";
    CLEAR_ATTRIBUTES = "DELETE FROM controller_attribute WHERE controller_no = $1";
    END_ATTRIBUTE = "DELETE FROM controller_attribute WHERE controller_no = $1 AND name = $2";
    ACTIONS = concat!("SELECT ", action_columns!(), " FROM controller_action WHERE controller_no = $1
        AND closed_at IS NULL ORDER BY number");
    ACTION = concat!("SELECT ", action_columns!(), " FROM controller_action WHERE number = $1");
    ACTION_OF = concat!("SELECT ", action_columns!(), " FROM controller_action
        WHERE plan_id = $1 AND place = $2 AND deed = $3 AND attempt = $4");
    INSTALLED = concat!("SELECT ", action_columns!(), " FROM controller_action WHERE controller_no = $1
        AND outcome = 'finished' ORDER BY closed_at DESC, number DESC LIMIT 1");
    UNSETTLED = concat!("SELECT ", action_columns!(), " FROM controller_action
        WHERE settled_at IS NULL AND closed_at IS NOT NULL ORDER BY number LIMIT 1000");
    LAST_ACTION = "SELECT COALESCE(MAX(number), 0) FROM controller_action";
    PUT_ACTION = "INSERT INTO controller_action (number, controller_no, plan_id, place, deed, attempt, patch, version, state,
            confirmation, starts_at, ends_at, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    MOVE_ACTION = "UPDATE controller_action SET state = $2, confirmation = $3 WHERE number = $1 AND closed_at IS NULL";
    CLOSE_ACTION = "UPDATE controller_action SET state = 'closed', closed_at = $2, outcome = $3, words = $4
        WHERE number = $1 AND closed_at IS NULL";
    OPEN_OF_PLAN = concat!("SELECT ", action_columns!(), " FROM controller_action
        WHERE plan_id = $1 AND closed_at IS NULL AND stop_at IS NULL ORDER BY number");
    SHUT = concat!("SELECT ", action_columns!(), " FROM controller_action WHERE settled_at IS NULL AND closed_at IS NULL AND state = 'open'
        AND shut IS NOT NULL AND stop_at IS NULL ORDER BY number LIMIT 1000");
    OPEN_OF_STEP = concat!("SELECT ", action_columns!(), " FROM controller_action
        WHERE plan_id = $1 AND place = $2 AND closed_at IS NULL AND stop_at IS NULL ORDER BY number");
    ORPHANED = concat!("SELECT ", action_columns!(), " FROM controller_action a WHERE settled_at IS NULL AND closed_at IS NULL
        AND state = 'open' AND stop_at IS NULL AND plan_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM step_run s JOIN change_plan p ON p.number = s.plan_no
            WHERE p.id = a.plan_id AND s.place = a.place AND s.deadline IS NOT NULL AND s.state = 'installing')
        ORDER BY number LIMIT 1000");
    GATE = "UPDATE controller_action SET shut = $2 WHERE number = $1 AND closed_at IS NULL";
    STOP = "UPDATE controller_action SET state = 'canceling', stop_at = $2 WHERE number = $1 AND closed_at IS NULL";
    SETTLE = "UPDATE controller_action SET settled_at = $2 WHERE number = $1 AND settled_at IS NULL";
    PUT_STATUS = "INSERT INTO controller_status (action_no, nth, at, status, messages)
        VALUES ($1, (SELECT COALESCE(MAX(nth), 0) + 1 FROM controller_status WHERE action_no = $1), $2, $3, $4)";
    LAST_STATUS = "SELECT COALESCE(MAX(nth), 0) FROM controller_status WHERE action_no = $1";
    STATUSES = "SELECT at, status, messages FROM controller_status WHERE action_no = $1 ORDER BY nth DESC LIMIT $2";
    OF_OPEN_STEPS = concat!("SELECT ", columns!(), " FROM controller c WHERE c.state = 'accepted'
        AND c.asset_id IN (SELECT s.asset_id FROM step_run s JOIN change_plan p ON p.number = s.plan_no
            WHERE p.id = $1 AND s.deadline IS NOT NULL) ORDER BY c.number");
    OPEN_DEEDS = "SELECT p.id, s.place, c.number, s.state, s.changed_at FROM step_run s
        JOIN change_plan p ON p.number = s.plan_no
        JOIN controller c ON c.asset_id = s.asset_id AND c.state = 'accepted'
        WHERE s.deadline IS NOT NULL AND NOT (s.state = 'installing' AND EXISTS (SELECT 1 FROM controller_action a
            WHERE a.plan_id = p.id AND a.place = s.place AND a.closed_at IS NULL AND a.made_at >= s.changed_at))
        ORDER BY s.plan_no, s.place";
}

const FIELDS: &[FilterField] = &[
    FilterField::text("name", "c.name").required(),
    FilterField::word("state", "c.state", &["candidate", "accepted", "refused"]),
    FilterField::text(
        "asset",
        "COALESCE((SELECT MAX(v.tag) FROM asset x JOIN asset_version v ON v.number = x.number \
         AND v.valid_to = 9223372036854775807 WHERE x.id = c.asset_id), '')",
    ),
    FilterField::text("address", "c.address").required(),
    FilterField::time("first", "c.first_at").required(),
    FilterField::time("seen", "c.seen_at").required(),
];

/// The list of controllers.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "controller",
    fields: FIELDS,
    words: &["c.name", "c.address"],
    unique: "c.number",
    default_sort: ("name", Direction::Ascending),
};

/// What of the controllers a person may see: those of their sites, and candidates, which belong to none yet.
pub(crate) fn within(reach: &Reach) -> (String, Vec<Value<'static>>) {
    let (condition, params) = crate::page::reach_condition(reach, "c.site_id", 1);
    (format!("(c.site_id IS NULL OR {condition})"), params)
}

pub(crate) fn spec_sql<'a>(within: &'a (String, Vec<Value<'static>>)) -> ListSql<'a> {
    ListSql { columns: COLUMNS, from: "controller c", condition: &within.0, params: within.1.clone() }
}

/// A device with a client of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Controller {
    /// The number of its row.
    pub number: i64,
    /// What it calls itself.
    pub name: String,
    /// `candidate`, `accepted` or `refused`.
    pub state: String,
    /// Which asset it is, once accepted.
    pub asset: Option<AssetId>,
    /// That asset's tag; empty: none.
    pub tag: String,
    /// That asset's site.
    pub site: Option<SiteId>,
    /// SHA-256 of its token.
    pub token: Option<[u8; 32]>,
    /// Whether it confirms by itself what wants a confirmation.
    pub confirms: bool,
    /// From where it showed up first.
    pub address: String,
    /// When.
    pub first_at: Moment,
    /// Who accepted or refused it; empty: nobody yet.
    pub decided_by: String,
    /// When.
    pub decided_at: Option<Moment>,
    /// When it last asked and proved itself, a few minutes coarse; at first when it showed up.
    pub seen_at: Moment,
}

/// What a person says of a controller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControllerDecision {
    /// `accepted` or `refused`.
    pub state: &'static str,
    /// The asset that it is.
    pub asset: Option<(AssetId, SiteId)>,
    /// SHA-256 of its token.
    pub token: Option<[u8; 32]>,
    /// Who says so.
    pub by: String,
}

/// One thing that a controller is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControllerAction {
    /// Its number, which the device sees.
    pub number: i64,
    /// The controller.
    pub controller: i64,
    /// The plan, step, deed and attempt that it belongs to; `None`: the device reported it by itself.
    pub of: Option<(PlanId, u32, String, u16)>,
    /// The patch.
    pub patch: String,
    /// Its version, as the device sees it.
    pub version: String,
    /// `open`, `canceling` or `closed`.
    pub state: String,
    /// `not_needed`, `wanted` or `given`.
    pub confirmation: String,
    /// Not before.
    pub starts_at: Moment,
    /// Not after.
    pub ends_at: Moment,
    /// When it was made.
    pub made_at: Moment,
    /// When it was closed.
    pub closed_at: Option<Moment>,
    /// `finished`, `error` or `canceled`.
    pub outcome: Option<String>,
    /// What the device said at the end.
    pub words: Option<String>,
    /// When the step heard of it.
    pub settled_at: Option<Moment>,
    /// Why it may not begin any more, as a clause.
    pub shut: Option<String>,
    /// When it was taken back for that.
    pub stop_at: Option<Moment>,
}

/// An action to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAction {
    /// The controller.
    pub controller: i64,
    /// What it belongs to.
    pub of: Option<(PlanId, u32, String, u16)>,
    /// The patch.
    pub patch: String,
    /// Its version, as the device sees it.
    pub version: String,
    /// `not_needed` or `wanted`.
    pub confirmation: &'static str,
    /// Not before.
    pub starts_at: Moment,
    /// Not after.
    pub ends_at: Moment,
}

/// A deed that is intended on a controller's asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControllerDeed {
    /// The plan.
    pub plan: PlanId,
    /// The step.
    pub step: u32,
    /// The controller.
    pub controller: i64,
    /// The word of the step's state.
    pub state: String,
    /// Since when it is in this state.
    pub since: Moment,
}

impl Reader<'_> {
    /// The controller of this name.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn controller(&mut self, name: &str) -> Result<Option<Controller>, StoreError> {
        self.query_opt(NAMED, params![name], line)
    }

    /// The accepted controller of an asset.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn controller_of(&mut self, asset: AssetId) -> Result<Option<Controller>, StoreError> {
        self.query_opt(OF_ASSET, params![asset], line)
    }

    /// How many controllers wait for a person.
    ///
    /// # Errors
    /// When the database fails.
    pub fn controller_candidates(&mut self) -> Result<u64, StoreError> {
        self.query_one(CANDIDATES, params![], |row| row.get(0))
    }

    /// One page of controllers.
    ///
    /// # Errors
    /// When the database fails, or the filter is none of this list.
    pub fn controller_list(&mut self, query: &ListQuery) -> Result<Paged<Controller>, StoreError> {
        let within = within(&query.reach);
        self.list(&SPEC, spec_sql(&within), query, line)
    }

    /// What a controller says of itself.
    ///
    /// # Errors
    /// When the database fails.
    pub fn controller_attributes(&mut self, number: i64) -> Result<BTreeMap<String, String>, StoreError> {
        Ok(self
            .query(ATTRIBUTES, params![number], |row| Ok((row.get(0)?, row.get(1)?)))?
            .into_iter()
            .collect())
    }

    /// What a controller has to do, the oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn controller_actions(&mut self, number: i64) -> Result<Vec<ControllerAction>, StoreError> {
        self.query(ACTIONS, params![number], action)
    }

    /// An action.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn controller_action(&mut self, number: i64) -> Result<Option<ControllerAction>, StoreError> {
        self.query_opt(ACTION, params![number], action)
    }

    /// The action of a step's deed.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn controller_action_of(
        &mut self,
        plan: PlanId,
        step: u32,
        (deed, attempt): (&str, u16),
    ) -> Result<Option<ControllerAction>, StoreError> {
        self.query_opt(ACTION_OF, params![plan, step, deed, u32::from(attempt)], action)
    }

    /// The action that a controller finished last.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn controller_installed(&mut self, number: i64) -> Result<Option<ControllerAction>, StoreError> {
        self.query_opt(INSTALLED, params![number], action)
    }

    /// Closed actions of which their steps have not heard, at most a thousand.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn unsettled_controller_actions(&mut self) -> Result<Vec<ControllerAction>, StoreError> {
        self.query(UNSETTLED, params![], action)
    }

    /// The open actions of a plan that were not taken back for what shut their gate.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn controller_actions_of_plan(&mut self, plan: PlanId) -> Result<Vec<ControllerAction>, StoreError> {
        self.query(OPEN_OF_PLAN, params![plan], action)
    }

    /// Open actions that may not begin any more, at most a thousand.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn shut_controller_actions(&mut self) -> Result<Vec<ControllerAction>, StoreError> {
        self.query(SHUT, params![], action)
    }

    /// The open actions of a step that were not taken back.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn controller_actions_of_step(
        &mut self,
        plan: PlanId,
        step: u32,
    ) -> Result<Vec<ControllerAction>, StoreError> {
        self.query(OPEN_OF_STEP, params![plan, step], action)
    }

    /// Open actions for which no step waits any more and that were not taken back, at most a thousand.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn orphaned_controller_actions(&mut self) -> Result<Vec<ControllerAction>, StoreError> {
        self.query(ORPHANED, params![], action)
    }

    /// What a controller told of an action, the newest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn controller_statuses(
        &mut self,
        action: i64,
        at_most: u32,
    ) -> Result<Vec<(Moment, String, Vec<String>)>, StoreError> {
        self.query(STATUSES, params![action, at_most], |row| {
            Ok((row.get(0)?, row.get(1)?, read_json(row, 2)?))
        })
    }

    /// How often a controller told something of an action.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count_controller_statuses(&mut self, action: i64) -> Result<u64, StoreError> {
        self.query_one(LAST_STATUS, params![action], |row| row.get(0))
    }

    /// The accepted controllers of the assets of a plan's steps in which a deed is intended.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn controllers_of_open_steps(&mut self, plan: PlanId) -> Result<Vec<Controller>, StoreError> {
        self.query(OF_OPEN_STEPS, params![plan], line)
    }

    /// Steps on assets with an accepted controller in which a deed is intended and not ended. Installations that the device
    /// is told of are left out: nothing is to be done about them here.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open_controller_deeds(&mut self) -> Result<Vec<ControllerDeed>, StoreError> {
        self.query(OPEN_DEEDS, params![], |row| {
            Ok(ControllerDeed {
                plan: row.get(0)?,
                step: row.get(1)?,
                controller: row.get(2)?,
                state: row.get(3)?,
                since: row.get(4)?,
            })
        })
    }
}

impl Change<'_> {
    /// Keeps a controller that nobody knows; one that is there stays as it is.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_controller(&mut self, name: &str, address: &str) -> Result<bool, StoreError> {
        let at = self.at();
        Ok(self.exec(PUT, params![&*storable(name), &*storable(address), at])? == 1)
    }

    /// Keeps what a person says of a controller.
    ///
    /// # Errors
    /// When the database fails.
    pub fn decide_controller(
        &mut self,
        number: i64,
        decision: &ControllerDecision,
    ) -> Result<(), StoreError> {
        let at = self.at();
        let (asset, site) = decision.asset.unzip();
        let by = storable(&decision.by);
        self.exec(DECIDE, params![number, decision.state, asset, site, decision.token, &*by, at])?;
        Ok(())
    }

    /// Whether a controller confirms by itself.
    ///
    /// # Errors
    /// When the database fails.
    pub fn controller_confirms(&mut self, number: i64, confirms: Confirms) -> Result<(), StoreError> {
        self.exec(CONFIRMS, params![number, i64::from(confirms == Confirms::ByItself)])?;
        Ok(())
    }

    /// Keeps what a controller says of itself: the whole of it, or with what it said before.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_controller_attributes(
        &mut self,
        number: i64,
        new: &BTreeMap<String, String>,
        how: AttributeMode,
    ) -> Result<(), StoreError> {
        match how {
            AttributeMode::Replace => {
                self.exec(CLEAR_ATTRIBUTES, params![number])?;
            }
            AttributeMode::Merge => {}
            AttributeMode::Remove => {
                self.exec_many(
                    END_ATTRIBUTE,
                    new.keys().map(|name| params![number, storable(name).into_owned()].to_vec()),
                )?;
                return Ok(());
            }
        }
        let rows = new.iter().map(|(name, value)| {
            params![number, storable(name).into_owned(), storable(value).into_owned()].to_vec()
        });
        self.exec_many(PUT_ATTRIBUTE, rows)?;
        Ok(())
    }

    /// Keeps an action; gives its number.
    ///
    /// # Errors
    /// When the step has one for this deed already; when the database fails.
    pub fn put_controller_action(&mut self, new: &NewAction) -> Result<i64, StoreError> {
        let at = self.at();
        let number: i64 = self.query_one(LAST_ACTION, params![], |row| row.get::<i64>(0))? + 1;
        let of = new.of.as_ref();
        self.exec(
            PUT_ACTION,
            params![
                number,
                new.controller,
                of.map(|of| of.0),
                of.map(|of| of.1),
                of.map(|of| of.2.as_str()),
                of.map(|of| u32::from(of.3)),
                &*storable(&new.patch),
                &*storable(&new.version),
                "open",
                new.confirmation,
                new.starts_at,
                new.ends_at,
                at
            ],
        )?;
        Ok(number)
    }

    /// Changes where an open action stands.
    ///
    /// # Errors
    /// When the database fails.
    pub fn move_controller_action(
        &mut self,
        number: i64,
        state: &str,
        confirmation: &str,
    ) -> Result<(), StoreError> {
        self.exec(MOVE_ACTION, params![number, state, confirmation])?;
        Ok(())
    }

    /// Closes an action; whether it stood open.
    ///
    /// # Errors
    /// When the database fails.
    pub fn close_controller_action(
        &mut self,
        number: i64,
        outcome: &str,
        words: &str,
    ) -> Result<bool, StoreError> {
        let at = self.at();
        Ok(self.exec(CLOSE_ACTION, params![number, at, outcome, &*storable(words)])? == 1)
    }

    /// Keeps why an action may not begin any more; `None`: it may.
    ///
    /// # Errors
    /// When the database fails.
    pub fn gate_of_controller_action(&mut self, number: i64, shut: Option<&str>) -> Result<(), StoreError> {
        self.exec(GATE, params![number, shut.map(|why| storable(why).into_owned())])?;
        Ok(())
    }

    /// Takes an action back because it may not begin any more: the device is told so when it asks.
    ///
    /// # Errors
    /// When the database fails.
    pub fn stop_controller_action(&mut self, number: i64) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(STOP, params![number, at])?;
        Ok(())
    }

    /// The step of an action has heard of its closing.
    ///
    /// # Errors
    /// When the database fails.
    pub fn settle_controller_action(&mut self, number: i64) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(SETTLE, params![number, at])?;
        Ok(())
    }

    /// Keeps what a controller told of an action.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_controller_status(
        &mut self,
        action: i64,
        status: &str,
        messages: &[String],
    ) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(PUT_STATUS, params![action, at, status, write_json(&messages)])?;
        Ok(())
    }
}

/// How new attributes meet those that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttributeMode {
    /// They are added; a name that is there gets the new value.
    Merge,
    /// They are all there is.
    Replace,
    /// Their names go.
    Remove,
}

/// Whether a controller says yes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirms {
    /// It does.
    ByItself,
    /// It asks.
    Asks,
}

impl Store {
    /// Marks controllers as seen. Not audited, and left out while SQLite is busy, as with [`Store::touch_agents`]. Whether they
    /// were marked.
    ///
    /// # Errors
    /// When the database fails.
    pub fn touch_controllers(&self, seen: &[(i64, Moment)]) -> Result<bool, StoreError> {
        self.mark(SEEN, &mut seen.iter().map(|(number, at)| params![*number, *at].to_vec()))
    }
}

fn line(row: &Row<'_>) -> Result<Controller, StoreError> {
    Ok(Controller {
        number: row.get(0)?,
        name: row.get(1)?,
        state: row.get(2)?,
        asset: row.get(3)?,
        site: row.get(4)?,
        token: row.get(5)?,
        confirms: row.get::<i64>(6)? != 0,
        address: row.get(7)?,
        first_at: row.get(8)?,
        decided_by: row.get(9)?,
        decided_at: row.get(10)?,
        tag: row.get(11)?,
        seen_at: row.get(12)?,
    })
}

fn action(row: &Row<'_>) -> Result<ControllerAction, StoreError> {
    let plan: Option<PlanId> = row.get(2)?;
    let of = match plan {
        Some(plan) => {
            let attempt = u16::try_from(row.get::<u32>(5)?).map_err(|_| StoreError::damaged("an attempt"))?;
            Some((plan, row.get(3)?, row.get(4)?, attempt))
        }
        None => None,
    };
    Ok(ControllerAction {
        number: row.get(0)?,
        controller: row.get(1)?,
        of,
        patch: row.get(6)?,
        version: row.get(7)?,
        state: row.get(8)?,
        confirmation: row.get(9)?,
        starts_at: row.get(10)?,
        ends_at: row.get(11)?,
        made_at: row.get(12)?,
        closed_at: row.get(13)?,
        outcome: row.get(14)?,
        words: row.get(15)?,
        settled_at: row.get(16)?,
        shut: row.get(17)?,
        stop_at: row.get(18)?,
    })
}
