//! Orders to agents, and the events that agents told, each once.
//!
//! The surprise: an order that is closed still waits to be settled: the step that it belongs to hears of it in a change of
//! its own, so a crash in between loses nothing.

use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Row, params};
use holdpoint_domain::Moment;
use holdpoint_domain::id::{AssetId, PlanId};

macro_rules! columns {
    () => {
        "asset_id, counter, name, plan_id, place, deed, attempt, command, envelope, made_at, expires_at, closed_at, outcome, \
         words, device_at, settled_at, last_start_at, latest_start_at, good_until, shut, stop_at"
    };
}

crate::statements! {
    COUNTER = "SELECT COALESCE(MAX(counter), 0) FROM agent_order WHERE asset_id = $1";
    PUT = "INSERT INTO agent_order (asset_id, counter, name, plan_id, place, deed, attempt, command, envelope, made_at,
            expires_at, last_start_at, latest_start_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    OPEN = concat!("SELECT ", columns!(), " FROM agent_order
        WHERE asset_id = $1 AND closed_at IS NULL AND expires_at >= $2 ORDER BY counter");
    NAMED = concat!("SELECT ", columns!(), " FROM agent_order WHERE name = $1");
    OF_STEP = concat!("SELECT ", columns!(), " FROM agent_order WHERE plan_id = $1 AND place = $2 ORDER BY counter");
    OF_OPEN_STEPS = concat!("SELECT ", columns!(), " FROM agent_order o WHERE plan_id = $1
        AND EXISTS (SELECT 1 FROM step_run s JOIN change_plan p ON p.number = s.plan_no
            WHERE p.id = o.plan_id AND s.place = o.place AND s.deadline IS NOT NULL) ORDER BY place, counter");
    UNSETTLED = concat!("SELECT ", columns!(), " FROM agent_order
        WHERE settled_at IS NULL AND closed_at IS NOT NULL ORDER BY closed_at LIMIT 1000");
    SETTLE = "UPDATE agent_order SET settled_at = $2 WHERE name = $1 AND settled_at IS NULL";
    CLOSE = "UPDATE agent_order SET closed_at = $3, outcome = $4, words = $5, device_at = $6
        WHERE name = $2 AND asset_id = $1 AND closed_at IS NULL";
    WITHDRAW = "UPDATE agent_order SET closed_at = $2, outcome = 'withdrawn', words = $3, settled_at = $2
        WHERE name = $1 AND closed_at IS NULL";
    PUT_EVENT = "INSERT INTO agent_event (asset_id, journal, seq, name, attempt, part, outcome, at, rule, words, heard_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (asset_id, journal, seq) DO NOTHING";
    EVENTS_OF = "SELECT seq, name, attempt, part, outcome, at, rule, words, heard_at, journal FROM agent_event
        WHERE name = $1 ORDER BY heard_at, seq";
    OPEN_DEEDS = "SELECT p.id, s.place, s.asset_id, s.state, s.changed_at, a.inventory_at FROM step_run s
        JOIN change_plan p ON p.number = s.plan_no
        JOIN agent a ON a.asset_id = s.asset_id AND a.ended_at = 9223372036854775807
        WHERE s.deadline IS NOT NULL AND NOT (s.state IN ('installing', 'restarting', 'undoing') AND EXISTS (SELECT 1
            FROM agent_order o WHERE o.plan_id = p.id AND o.place = s.place AND o.closed_at IS NULL AND o.made_at >= s.changed_at))
        ORDER BY s.plan_no, s.place";
    DUE = "SELECT DISTINCT s.asset_id FROM step_run s JOIN plan_run r ON r.plan_no = s.plan_no AND r.open_steps > 0
        JOIN change_plan_step t ON t.plan_no = s.plan_no AND t.place = s.place
        WHERE s.deadline IS NOT NULL OR (t.start_at <= $1 AND s.state IN ('waiting', 'staged', 'checked', 'backed_up',
            'awaiting_restart', 'to_verify', 'broken', 'to_verify_undo'))
            OR (s.state = 'verified' AND (s.wait_until IS NULL OR s.wait_until <= $1))";
    ORPHANED = concat!("SELECT ", columns!(), " FROM agent_order o WHERE closed_at IS NULL AND plan_id IS NOT NULL
        AND (stop_at IS NULL OR expires_at < $1)
        AND NOT EXISTS (SELECT 1 FROM step_run s JOIN change_plan p ON p.number = s.plan_no
            WHERE p.id = o.plan_id AND s.place = o.place AND s.deadline IS NOT NULL
              AND s.state = CASE o.deed WHEN 'install' THEN 'installing' WHEN 'restart' THEN 'restarting' ELSE 'undoing' END)
        ORDER BY made_at LIMIT 1000");
    GATES = "SELECT name, place, last_start_at, good_until, shut FROM agent_order
        WHERE plan_id = $1 AND closed_at IS NULL AND stop_at IS NULL ORDER BY place, counter";
    SHUT = concat!("SELECT ", columns!(), " FROM agent_order
        WHERE settled_at IS NULL AND closed_at IS NULL AND shut IS NOT NULL AND stop_at IS NULL ORDER BY made_at LIMIT 1000");
    RUNNING_OUT = concat!("SELECT ", columns!(), " FROM agent_order WHERE settled_at IS NULL AND closed_at IS NULL AND shut IS NULL
        AND stop_at IS NULL AND good_until > last_start_at AND last_start_at < latest_start_at ORDER BY made_at LIMIT 1000");
    GATE = "UPDATE agent_order SET shut = $2, good_until = $3 WHERE name = $1 AND closed_at IS NULL";
    STOP = "UPDATE agent_order SET stop_at = $2 WHERE name = $1";
    RENEWED = "UPDATE agent_order SET last_start_at = $2 WHERE name = $1";
}

/// What an order is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderOf {
    /// The plan.
    pub plan: PlanId,
    /// The step.
    pub step: u32,
    /// The deed's word.
    pub deed: String,
    /// The attempt.
    pub attempt: u16,
}

/// An order as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentOrder {
    /// The asset that it is for.
    pub asset: AssetId,
    /// Its number among the asset's orders.
    pub counter: u64,
    /// Its name on the wire.
    pub name: String,
    /// The step that it belongs to; `None`: a person asked.
    pub of: Option<OrderOf>,
    /// The name of its template.
    pub command: String,
    /// The signed paper.
    pub envelope: String,
    /// When it was made.
    pub made_at: Moment,
    /// When it is over by itself.
    pub expires_at: Moment,
    /// When its closing event was kept.
    pub closed_at: Option<Moment>,
    /// The outcome's word.
    pub outcome: Option<String>,
    /// What the device said.
    pub words: Option<String>,
    /// When it closed it, by its own clock.
    pub device_at: Option<Moment>,
    /// When the step heard of it.
    pub settled_at: Option<Moment>,
    /// Until when the device may begin it, as it was told last; `None`: until the paper's own last start.
    pub last_start_at: Option<Moment>,
    /// The latest until which it may ever be told so.
    pub latest_start_at: Option<Moment>,
    /// Until when it may begin by what the process says now.
    pub good_until: Option<Moment>,
    /// Why it may not begin any more, as a clause.
    pub shut: Option<String>,
    /// When the device was told not to begin.
    pub stop_at: Option<Moment>,
}

/// Whether an open order may still begin, as it was seen last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderGate {
    /// Its name on the wire.
    pub name: String,
    /// The step that it belongs to.
    pub step: u32,
    /// Until when the device may begin it, as it was told last; `None`: until the paper's own last start.
    pub last_start_at: Option<Moment>,
    /// Until when it may begin by what the process says.
    pub good_until: Option<Moment>,
    /// Why it may not begin any more, as a clause.
    pub shut: Option<String>,
}

/// An order to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrder {
    /// The asset that it is for.
    pub asset: AssetId,
    /// Its number among the asset's orders.
    pub counter: u64,
    /// Its name on the wire.
    pub name: String,
    /// The step that it belongs to.
    pub of: Option<OrderOf>,
    /// The name of its template.
    pub command: String,
    /// The signed paper.
    pub envelope: String,
    /// When it is over by itself.
    pub expires_at: Moment,
    /// Until when it may begin, and until when that may be renewed; `None`: the paper itself says it for good.
    pub renewed: Option<(Moment, Moment)>,
}

/// How an order was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderClosing {
    /// Its name.
    pub name: String,
    /// The outcome's word.
    pub outcome: String,
    /// What the device said.
    pub words: String,
    /// When, by its own clock.
    pub device_at: Moment,
}

/// An event of a device's journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceEvent {
    /// The journal.
    pub journal: String,
    /// The line.
    pub seq: u64,
    /// The order that it is about.
    pub order: Option<String>,
    /// Which attempt.
    pub attempt: u32,
    /// Which part of the work, as a word.
    pub part: String,
    /// What became of it, as a word.
    pub outcome: String,
    /// When, by the device's clock.
    pub at: Moment,
    /// The rule, for programs.
    pub rule: String,
    /// For people.
    pub words: String,
    /// When it was kept here.
    pub heard_at: Moment,
}

/// A step of a plan on an asset with an agent, in which something is intended and not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDeed {
    /// The plan.
    pub plan: PlanId,
    /// The step.
    pub step: u32,
    /// The asset.
    pub asset: AssetId,
    /// The word of the step's state.
    pub state: String,
    /// Since when it is in this state.
    pub since: Moment,
    /// When the last inventory of its agent came.
    pub inventory_at: Option<Moment>,
}

impl Reader<'_> {
    /// The highest number that an asset's orders have.
    ///
    /// # Errors
    /// When the database fails.
    pub fn agent_counter(&mut self, asset: AssetId) -> Result<u64, StoreError> {
        self.query_one(COUNTER, params![asset], |row| row.get(0))
    }

    /// The orders of an asset that stand open at a moment, by their numbers.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn open_agent_orders(&mut self, asset: AssetId, at: Moment) -> Result<Vec<AgentOrder>, StoreError> {
        self.query(OPEN, params![asset, at], order)
    }

    /// An order by its name.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn agent_order(&mut self, name: &str) -> Result<Option<AgentOrder>, StoreError> {
        self.query_opt(NAMED, params![name], order)
    }

    /// The orders of a step, the oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn agent_orders_of_step(&mut self, plan: PlanId, step: u32) -> Result<Vec<AgentOrder>, StoreError> {
        self.query(OF_STEP, params![plan, step], order)
    }

    /// The orders of all steps of a plan in which a deed is intended and not ended, the oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn agent_orders_of_open_steps(&mut self, plan: PlanId) -> Result<Vec<AgentOrder>, StoreError> {
        self.query(OF_OPEN_STEPS, params![plan], order)
    }

    /// Closed orders of which their steps have not heard, at most a thousand.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn unsettled_agent_orders(&mut self) -> Result<Vec<AgentOrder>, StoreError> {
        self.query(UNSETTLED, params![], order)
    }

    /// What a device told of an order, in the order in which it was kept.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn agent_events(&mut self, order: &str) -> Result<Vec<DeviceEvent>, StoreError> {
        self.query(EVENTS_OF, params![order], |row| {
            Ok(DeviceEvent {
                seq: row.get(0)?,
                order: row.get(1)?,
                attempt: row.get(2)?,
                part: row.get(3)?,
                outcome: row.get(4)?,
                at: row.get(5)?,
                rule: row.get(6)?,
                words: row.get(7)?,
                heard_at: row.get(8)?,
                journal: row.get(9)?,
            })
        })
    }

    /// Assets for which something is intended now, or is planned to begin by a moment.
    ///
    /// # Errors
    /// When the database fails.
    pub fn assets_due(&mut self, by: Moment) -> Result<Vec<AssetId>, StoreError> {
        self.query(DUE, params![by], |row| row.get(0))
    }

    /// Open orders whose step waits for no outcome any more, at most a thousand. Those that were asked back are among them when they
    /// expired before a moment.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn orphaned_agent_orders(&mut self, before: Moment) -> Result<Vec<AgentOrder>, StoreError> {
        self.query(ORPHANED, params![before], order)
    }

    /// The gates of a plan's open orders of which the device was not told that it must not begin.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn gates_of_agent_orders(&mut self, plan: PlanId) -> Result<Vec<OrderGate>, StoreError> {
        self.query(GATES, params![plan], |row| {
            Ok(OrderGate {
                name: row.get(0)?,
                step: row.get(1)?,
                last_start_at: row.get(2)?,
                good_until: row.get(3)?,
                shut: row.get(4)?,
            })
        })
    }

    /// Open orders that may not begin any more and whose devices were not told so, at most a thousand.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn shut_agent_orders(&mut self) -> Result<Vec<AgentOrder>, StoreError> {
        self.query(SHUT, params![], order)
    }

    /// Open orders that may begin until later than their devices were told, at most a thousand.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn agent_orders_running_out(&mut self) -> Result<Vec<AgentOrder>, StoreError> {
        self.query(RUNNING_OUT, params![], order)
    }

    /// Steps on assets with an agent in which a deed is intended and not ended.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open_agent_deeds(&mut self) -> Result<Vec<OpenDeed>, StoreError> {
        self.query(OPEN_DEEDS, params![], |row| {
            Ok(OpenDeed {
                plan: row.get(0)?,
                step: row.get(1)?,
                asset: row.get(2)?,
                state: row.get(3)?,
                since: row.get(4)?,
                inventory_at: row.get(5)?,
            })
        })
    }
}

impl Change<'_> {
    /// Keeps orders.
    ///
    /// # Errors
    /// When a number or a name is there already; when the database fails.
    pub fn put_agent_orders(&mut self, orders: &[NewOrder]) -> Result<(), StoreError> {
        let at = self.at();
        let rows = orders.iter().map(|new| {
            let of = new.of.as_ref();
            params![
                new.asset,
                new.counter,
                &new.name,
                of.map(|of| of.plan),
                of.map(|of| of.step),
                of.map(|of| of.deed.as_str()),
                of.map(|of| u32::from(of.attempt)),
                &new.command,
                &new.envelope,
                at,
                new.expires_at,
                new.renewed.map(|(last, _)| last),
                new.renewed.map(|(_, latest)| latest)
            ]
            .to_vec()
        });
        self.exec_many(PUT, rows)?;
        Ok(())
    }

    /// Keeps the events of one device; gives how many were not kept before.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_agent_events(&mut self, asset: AssetId, events: &[DeviceEvent]) -> Result<u64, StoreError> {
        let rows = events.iter().map(|event| {
            params![
                asset,
                &event.journal,
                event.seq,
                event.order.as_deref(),
                event.attempt,
                &event.part,
                &event.outcome,
                event.at,
                storable(&event.rule).into_owned(),
                storable(&event.words).into_owned(),
                event.heard_at
            ]
            .to_vec()
        });
        self.exec_many(PUT_EVENT, rows)
    }

    /// Closes an order of an asset; whether it stood open.
    ///
    /// # Errors
    /// When the database fails.
    pub fn close_agent_order(&mut self, asset: AssetId, closing: &OrderClosing) -> Result<bool, StoreError> {
        let at = self.at();
        let words = storable(&closing.words);
        let OrderClosing { name, outcome, device_at, .. } = closing;
        Ok(self.exec(CLOSE, params![asset, name, at, outcome, &*words, *device_at])? == 1)
    }

    /// Takes an order back that nobody wants any more: it is not sent again.
    ///
    /// # Errors
    /// When the database fails.
    pub fn withdraw_agent_order(&mut self, name: &str, why: &str) -> Result<bool, StoreError> {
        let at = self.at();
        Ok(self.exec(WITHDRAW, params![name, at, &*storable(why)])? == 1)
    }

    /// Keeps whether an order may still begin: why not, and until when by what the process says.
    ///
    /// # Errors
    /// When the database fails.
    pub fn gate_of_agent_order(
        &mut self,
        name: &str,
        shut: Option<&str>,
        good_until: Option<Moment>,
    ) -> Result<(), StoreError> {
        self.exec(GATE, params![name, shut.map(|why| storable(why).into_owned()), good_until])?;
        Ok(())
    }

    /// The device of an order is told not to begin it; its answer closes it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn stop_agent_order(&mut self, name: &str) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(STOP, params![name, at])?;
        Ok(())
    }

    /// The device of an order is told until when it may begin.
    ///
    /// # Errors
    /// When the database fails.
    pub fn renew_agent_order(&mut self, name: &str, until: Moment) -> Result<(), StoreError> {
        self.exec(RENEWED, params![name, until])?;
        Ok(())
    }

    /// The step of an order has heard of its closing.
    ///
    /// # Errors
    /// When the database fails.
    pub fn settle_agent_order(&mut self, name: &str) -> Result<(), StoreError> {
        let at = self.at();
        self.exec(SETTLE, params![name, at])?;
        Ok(())
    }
}

fn order(row: &Row<'_>) -> Result<AgentOrder, StoreError> {
    let plan: Option<PlanId> = row.get(3)?;
    let of = match plan {
        Some(plan) => Some(OrderOf {
            plan,
            step: row.get(4)?,
            deed: row.get(5)?,
            attempt: u16::try_from(row.get::<u32>(6)?).map_err(|_| StoreError::damaged("an attempt"))?,
        }),
        None => None,
    };
    Ok(AgentOrder {
        asset: row.get(0)?,
        counter: row.get(1)?,
        name: row.get(2)?,
        of,
        command: row.get(7)?,
        envelope: row.get(8)?,
        made_at: row.get(9)?,
        expires_at: row.get(10)?,
        closed_at: row.get(11)?,
        outcome: row.get(12)?,
        words: row.get(13)?,
        device_at: row.get(14)?,
        settled_at: row.get(15)?,
        last_start_at: row.get(16)?,
        latest_start_at: row.get(17)?,
        good_until: row.get(18)?,
        shut: row.get(19)?,
        stop_at: row.get(20)?,
    })
}
