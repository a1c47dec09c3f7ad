//! The hands: each knows one way to change the device, how to judge the facts afterwards, and the way back.
//!
//! Here: what they have in common. Every hand can look without changing anything; the answer is a [`Fact`], and it is
//! the fact that counts and not the exit code of a program.

pub mod deb;
pub mod file;
pub mod restart;
pub mod rpm;
pub mod script;

use crate::error::Result;
use crate::settings::Settings;
use crate::state::StateFolder;
use holdpoint_wire::command::Command;
use holdpoint_wire::order::Order;

/// How the device stands towards an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// Everything is as the order wants it.
    After,
    /// Everything is as it was before.
    Before,
    /// Neither; the words say what is where.
    Between(String),
    /// It cannot be told; the words say why.
    CannotTell(String),
}

/// What a hand works with.
#[derive(Debug, Clone, Copy)]
pub struct Bench<'a> {
    /// Where things are.
    pub settings: &'a Settings,
    /// The agent's folder.
    pub state: &'a StateFolder,
}

/// Looks how the device stands towards an order, changing nothing.
///
/// # Errors
/// When the agent's own files cannot be read. What the device does not tell is a [`Fact::CannotTell`].
pub fn look(bench: Bench<'_>, order: &Order) -> Result<Fact> {
    match &order.command {
        Command::Deb(work) => Ok(deb::look(bench, work)),
        Command::Rpm(work) => Ok(rpm::look(bench, work)),
        Command::File(work) => Ok(file::look(work)),
        Command::Script(_) => {
            Ok(Fact::CannotTell("what a script has done so far cannot be told by looking".to_owned()))
        }
        Command::WayBack(_)
        | Command::Restart(_)
        | Command::Inventory(_)
        | Command::Stop(_)
        | Command::GoodUntil(_) => {
            Ok(Fact::CannotTell("this order leaves nothing that could be looked at".to_owned()))
        }
    }
}
