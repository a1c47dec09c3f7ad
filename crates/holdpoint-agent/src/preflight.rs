//! What must hold on the device before an order is carried out.
//!
//! Here: the checks, in the order of their cost. Not here: the times and signatures (`holdpoint_wire::admit`). The first
//! thing that does not hold is the answer; nothing was changed then.

use crate::error::Result;
use crate::facts::resources;
use crate::files;
use crate::hand::{self, Bench, Fact, deb, file, rpm, script};
use crate::system::free_room;
use holdpoint_wire::command::Command;
use holdpoint_wire::inventory::ClockState;
use holdpoint_wire::order::{ClockNeed, Needs, Order};
use std::path::Path;

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// A stable name.
    pub rule: &'static str,
    /// For people.
    pub words: String,
}

/// Looks at everything; `None` when all holds.
///
/// # Errors
/// When a program or a file cannot be read; then nothing is done either.
pub fn look(bench: Bench<'_>, order: &Order) -> Result<Option<Obstacle>> {
    if let Some(obstacle) = needs(bench, &order.needs)? {
        return Ok(Some(obstacle));
    }
    for artifact in &order.artifacts {
        if !files::is_here(bench.state, artifact)? {
            let words = format!("file `{}` is not here whole", artifact.name);
            return Ok(Some(Obstacle { rule: "file_missing", words }));
        }
    }
    match &order.command {
        Command::Deb(_) | Command::Rpm(_) | Command::File(_) => changes(bench, order),
        Command::Script(work) => script::obstacle(bench, work),
        Command::WayBack(_)
        | Command::Restart(_)
        | Command::Inventory(_)
        | Command::Stop(_)
        | Command::GoodUntil(_) => Ok(None),
    }
}

fn changes(bench: Bench<'_>, order: &Order) -> Result<Option<Obstacle>> {
    // A package that is not whole is named by dpkg before the versions are compared.
    if let Command::Deb(_) = &order.command {
        if let Some(words) = deb::locked()? {
            return Ok(Some(Obstacle { rule: "packages_locked", words }));
        }
        if let Some(words) = deb::not_whole(bench)? {
            return Ok(Some(Obstacle { rule: "packages_not_whole", words }));
        }
    }
    if let Command::File(work) = &order.command {
        let size_bytes = order.artifact(&work.install).map_or(0, |artifact| artifact.size_bytes);
        if let Some(obstacle) = file::obstacle(bench, work, size_bytes)? {
            return Ok(Some(obstacle));
        }
    }
    match hand::look(bench, order)? {
        Fact::Before => {}
        Fact::After => {
            let words = "everything is already as the order wants it; nothing is done".to_owned();
            return Ok(Some(Obstacle { rule: "already_there", words }));
        }
        Fact::Between(words) => {
            let words = format!("the device is not as the order expects: {words}. Take stock and plan again");
            return Ok(Some(Obstacle { rule: "not_as_planned", words }));
        }
        Fact::CannotTell(words) => return Ok(Some(Obstacle { rule: "cannot_tell", words })),
    }
    let told = match &order.command {
        Command::Deb(work) => deb::wrong_file(bench, work)?
            .map_or_else(|| deb::would_do_more(bench, work), |words| Ok(Some(words)))?,
        Command::Rpm(work) => rpm::wrong_file(bench, work)?
            .map_or_else(|| rpm::would_not_do(bench, work), |words| Ok(Some(words)))?,
        Command::File(_)
        | Command::Script(_)
        | Command::WayBack(_)
        | Command::Restart(_)
        | Command::Inventory(_)
        | Command::Stop(_)
        | Command::GoodUntil(_) => None,
    };
    Ok(told.map(|words| Obstacle { rule: "not_what_was_ordered", words }))
}

fn needs(bench: Bench<'_>, needs: &Needs) -> Result<Option<Obstacle>> {
    let some = |rule, words| Ok(Some(Obstacle { rule, words }));
    for place in ["/", "/var"] {
        let free = free_room(Path::new(place))?.free_bytes;
        if free < needs.free_disk_bytes {
            let words = format!("`{place}` has {free} bytes free, and {} are needed", needs.free_disk_bytes);
            return some("disk_full", words);
        }
    }
    if needs.free_memory_bytes > 0 {
        match resources::memory() {
            None => return some("memory_unknown", "how much memory is free cannot be read".to_owned()),
            Some(memory) if memory.free_bytes < needs.free_memory_bytes => {
                let words = format!(
                    "{} bytes of memory are free, and {} are needed",
                    memory.free_bytes, needs.free_memory_bytes
                );
                return some("memory_low", words);
            }
            Some(_) => {}
        }
    }
    match (needs.clock, resources::clock(bench)) {
        (ClockNeed::Plausible, _) | (ClockNeed::Synchronised, ClockState::Synchronised) => {}
        (ClockNeed::Synchronised, ClockState::NotSynchronised | ClockState::Unknown) => {
            return some("clock_not_in_step", "no time service says that the clock is in step".to_owned());
        }
    }
    match resources::battery_percent() {
        Some(percent) if percent < needs.battery_percent => some(
            "battery_low",
            format!("the battery has {percent} %, and {} % are needed", needs.battery_percent),
        ),
        Some(_) | None => Ok(None),
    }
}
