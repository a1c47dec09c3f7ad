//! The answer to "is there work?": all orders that stand open for one device.
//!
//! Here: the answer. Not here: when a device asks (`docs/wire.md`). The answer says what should be and not what
//! changed, so one that is lost does no harm: the next says the same.

use crate::envelope::Envelope;
use crate::message::{Message, VersionOne, at_most};
use crate::moment::Moment;
use serde::{Deserialize, Serialize};

/// What stands open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PollAnswer {
    /// Always 1.
    pub version: VersionOne,
    /// What the server's clock says; not signed, so it only warns.
    pub server_time: Moment,
    /// How long to wait before asking again; the device adds its own spread.
    pub ask_again_s: u32,
    /// Roots that follow the one of the device, oldest first. Usually none.
    pub roots: Vec<Envelope>,
    /// The image of the device's class; `None` when the server has none.
    pub image: Option<Envelope>,
    /// Orders that are not closed, in the order of their counters.
    pub orders: Vec<Envelope>,
    /// Whether a whole inventory is wanted.
    pub inventory: InventoryWish,
}

/// Whether the server wants an inventory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InventoryWish {
    /// It has one that is new enough.
    NotNeeded,
    /// It wants one.
    Wanted,
}

impl Message for PollAnswer {
    const KIND: &'static str = "answer to a poll";
    /// One image and a few large orders, each written as an escaped text.
    const LIMIT_BYTES: usize = 16 * 1024 * 1024;

    fn check(&self) -> Result<(), String> {
        at_most("roots", self.roots.len(), 64)?;
        // One asset does one thing after the other; more than these are a mistake of the server.
        at_most("orders", self.orders.len(), 64)?;
        self.image.iter().chain(&self.roots).chain(&self.orders).try_for_each(Message::check)
    }
}
