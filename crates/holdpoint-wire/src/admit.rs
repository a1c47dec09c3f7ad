//! Whether a device may obey: the one place where an order, an image and what the device remembers meet.
//!
//! Here: every rule, in a fixed order, the first broken one being the answer. Not here: the check of signatures
//! itself (`envelope`). An [`Admitted`] order can be made only here, so that whoever acts on one knows it was checked.
//!
//! The surprise: an order is checked twice, when it comes and when it begins. In between an approval may have been
//! taken back, and then the second check refuses what the first let in.

use crate::command::{Command, FileWork, ScriptWork};
use crate::envelope::{self, Envelope};
use crate::image::{Approved, Image, Place};
use crate::moment::Moment;
use crate::order::{Artifact, Order};
use crate::refusal::{Paper, Refusal};
use crate::root::Root;
use crate::text::Id;

/// By how much the clocks of a device and its server may differ. Plants without a time service drift by minutes.
pub const CLOCK_TOLERANCE_S: u32 = 300;

/// Who a device is, as enrolment said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The site.
    pub site: Id,
    /// The asset.
    pub asset: Id,
    /// The class of devices; its image counts.
    pub class: Id,
}

/// The highest that a device has seen. It must survive everything, or old papers come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    /// Of orders.
    pub counter: u64,
    /// Of images of its class.
    pub image_version: u64,
    /// Of moments, its own clock and signed ones.
    pub time: Moment,
}

/// What a device judges by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Who it is.
    pub identity: Identity,
    /// Whose keys it believes.
    pub root: Root,
    /// What it has seen.
    pub seen: Seen,
}

/// When an order is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// It has just come: its counter must be new.
    Receipt,
    /// The device holds it: its counter was new when it came, and the device's own records say so.
    Held,
}

/// An order that a device may obey once its window is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    order: Order,
}

impl Admitted {
    /// The order.
    #[must_use]
    pub const fn order(&self) -> &Order {
        &self.order
    }

    /// The same order, which may begin until later than it says itself, but not after the end of its window.
    #[must_use]
    pub fn good_until(mut self, until: Option<Moment>) -> Self {
        let window = &mut self.order.window;
        if let Some(until) = until {
            window.last_start_at = window.last_start_at.max(until.min(window.ends_at));
        }
        self
    }

    /// Whether it may begin at this moment.
    ///
    /// # Errors
    /// [`Refusal::NotYet`] when it should wait; anything else for good.
    pub fn may_start(&self, device: &Device, now: Moment) -> Result<(), Refusal> {
        let Order { window, expires_at, issued_at, .. } = &self.order;
        clock(device, *issued_at, now)?;
        fresh(Paper::Order, *expires_at, now)?;
        if now < window.starts_at {
            return Err(Refusal::NotYet { starts_at: window.starts_at, now });
        }
        if now > window.last_start_at {
            return Err(Refusal::TooLate { last_start_at: window.last_start_at, now });
        }
        Ok(())
    }
}

/// Says whether a device may obey an order.
///
/// # Errors
/// The first rule that is broken.
pub fn admit(
    order: &Envelope,
    image: Option<&Image>,
    device: &Device,
    occasion: Occasion,
    now: Moment,
) -> Result<Admitted, Refusal> {
    let order: Order = envelope::open(order, &device.root.order)?;
    let identity = &device.identity;
    at_site(Paper::Order, &order.site, identity)?;
    if order.asset != identity.asset {
        return Err(Refusal::WrongTarget { expected: identity.asset.clone(), found: order.asset });
    }
    clock(device, order.issued_at, now)?;
    match occasion {
        Occasion::Receipt if order.counter <= device.seen.counter => {
            return Err(Refusal::CounterReplayed { counter: order.counter, highest: device.seen.counter });
        }
        Occasion::Receipt | Occasion::Held => {}
    }
    fresh(Paper::Order, order.expires_at, now)?;
    if !order.command.name().needs_no_image() {
        approved(&order, image.ok_or(Refusal::NoImage)?, now)?;
    }
    Ok(Admitted { order })
}

/// Opens an image for a device: right keys, right place, not older than one it has seen.
///
/// # Errors
/// The first rule that is broken.
pub fn open_image(envelope: &Envelope, device: &Device, now: Moment) -> Result<Image, Refusal> {
    let image: Image = envelope::open(envelope, &device.root.image)?;
    at_site(Paper::Image, &image.site, &device.identity)?;
    if image.class != device.identity.class {
        return Err(Refusal::WrongClass { expected: device.identity.class.clone(), found: image.class });
    }
    let highest = device.seen.image_version;
    if image.image_version < highest {
        return Err(Refusal::RolledBack { paper: Paper::Image, version: image.image_version, highest });
    }
    fresh(Paper::Image, image.expires_at, now)?;
    Ok(image)
}

fn at_site(paper: Paper, found: &Id, identity: &Identity) -> Result<(), Refusal> {
    if *found == identity.site {
        return Ok(());
    }
    Err(Refusal::WrongSite { paper, expected: identity.site.clone(), found: found.clone() })
}

/// A clock that went back, or that is behind what the server signed, makes every other time worthless.
fn clock(device: &Device, issued_at: Moment, now: Moment) -> Result<(), Refusal> {
    let tolerance_s = CLOCK_TOLERANCE_S;
    if now.plus_seconds(i64::from(tolerance_s)) < device.seen.time {
        return Err(Refusal::ClockWentBack { now, seen: device.seen.time });
    }
    if now.plus_seconds(i64::from(tolerance_s)) < issued_at {
        return Err(Refusal::ClockBehind { now, issued_at, tolerance_s });
    }
    Ok(())
}

fn fresh(paper: Paper, expires_at: Moment, now: Moment) -> Result<(), Refusal> {
    if now > expires_at { Err(Refusal::Expired { paper, expires_at, now }) } else { Ok(()) }
}

/// Everything that the order names must be in the image, under the same patch.
fn approved(order: &Order, image: &Image, now: Moment) -> Result<(), Refusal> {
    fresh(Paper::Image, image.expires_at, now)?;
    if order.image_version > image.image_version {
        return Err(Refusal::ImageTooOld { wanted: order.image_version, held: image.image_version });
    }
    let patch = &order.patch;
    let entry = image.entry(patch).ok_or_else(|| Refusal::PatchNotApproved { patch: patch.clone() })?;
    let name = order.command.name();
    if !entry.commands.contains(&name) {
        return Err(Refusal::CommandNotApproved { patch: patch.clone(), command: name.as_str() });
    }
    let is_approved = |artifact: &&Artifact| {
        entry
            .files
            .iter()
            .any(|file| file.sha256 == artifact.sha256 && file.size_bytes == artifact.size_bytes)
    };
    if let Some(artifact) = order.artifacts.iter().find(|artifact| !is_approved(artifact)) {
        let Artifact { name, sha256, .. } = artifact;
        return Err(Refusal::HashNotInImage { name: name.to_string(), hash: sha256.clone() });
    }
    match &order.command {
        Command::Script(work) => script_is_approved(work, entry),
        Command::File(work) if !is_approved_place(work, entry.place.as_ref()) => {
            Err(Refusal::PlaceNotApproved { path: work.path.clone() })
        }
        Command::Deb(_)
        | Command::Rpm(_)
        | Command::File(_)
        | Command::WayBack(_)
        | Command::Restart(_)
        | Command::Inventory(_)
        | Command::Stop(_)
        | Command::GoodUntil(_) => Ok(()),
    }
}

/// Where, which file, its mode and whose it is: nothing of it is the server's to choose. Only what lies there before is told by the order.
fn is_approved_place(work: &FileWork, place: Option<&Place>) -> bool {
    place.is_some_and(|place| {
        let Place { path, install, mode, owner } = place;
        work.path == *path && work.install == *install && work.mode == *mode && work.owner == *owner
    })
}

/// Which scripts, with which arguments, for how long, as whom, by which check and with what way back: the order only names what the image
/// says.
fn script_is_approved(work: &ScriptWork, entry: &Approved) -> Result<(), Refusal> {
    if let Some(run) = work.runs().find(|run| !entry.scripts.contains(&run.script_hash)) {
        return Err(Refusal::TemplateNotApproved { name: run.script.clone() });
    }
    match &entry.script {
        Some(pinned) if pinned == work => Ok(()),
        Some(_) => Err(Refusal::RunNotApproved { name: work.run.script.clone() }),
        None => Err(Refusal::RunNotPinned { name: work.run.script.clone() }),
    }
}
