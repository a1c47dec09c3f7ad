//! Why a device does not obey: one case for each rule, with words for a person.
//!
//! Here: the cases, their stable names and their sentences. Not here: the rules themselves (`admit`, `envelope`,
//! `root`). Each sentence says what happened, what it means, and what to do.

use crate::message::Unreadable;
use crate::moment::Moment;
use crate::text::{FilePath, Hash, Id};
use thiserror::Error;

/// Which signed paper is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// What one device does now, signed by the site's server.
    Order,
    /// What may exist on a class of devices, signed offline.
    Image,
    /// Which keys count, signed offline.
    Root,
    /// What lies on a stick with work orders, signed by the site's server. No device obeys it.
    Stick,
}

impl Paper {
    /// The word for people.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Image => "image",
            Self::Root => "root",
            Self::Stick => "stick",
        }
    }
}

impl std::fmt::Display for Paper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

/// The first rule that a paper breaks.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the names of the fields say what they hold, and the sentence says the case")]
pub enum Refusal {
    #[error("{0}. Nothing was done")]
    Unreadable(#[from] Unreadable),
    #[error(
        "the {paper} is not written as this program writes one. Somebody changed or rebuilt it; nothing was done. Have it signed anew"
    )]
    NotCanonical { paper: Paper },
    #[error("a paper of kind {found} stands where the {expected} is wanted. Nothing was done")]
    WrongKind { expected: Paper, found: Paper },
    #[error(
        "the {paper} is signed by no key that this device knows (first: {key}). It may come from another plant or from an intruder. Check where it came from"
    )]
    UnknownKey { paper: Paper, key: Hash },
    #[error(
        "the signature of key {key} does not fit the {paper}. At least one byte was changed on the way. Send it again from its source"
    )]
    ChangedByte { paper: Paper, key: Hash },
    #[error(
        "the {paper} has {n_valid} valid signatures of different keys, and {n_needed} are needed. Have the missing people sign"
    )]
    ThresholdMissed { paper: Paper, n_valid: usize, n_needed: usize },
    #[error(
        "the {paper} is for site `{found}`, and this device belongs to `{expected}`. It was brought to the wrong place"
    )]
    WrongSite { paper: Paper, expected: Id, found: Id },
    #[error("the order is for asset `{found}`, and this is `{expected}`. It was brought to the wrong device")]
    WrongTarget { expected: Id, found: Id },
    #[error(
        "the image is for devices of class `{found}`, and this one is of class `{expected}`. Approved for others is not approved here"
    )]
    WrongClass { expected: Id, found: Id },
    #[error(
        "the clock says {now}, but {seen} was seen before. It went back, so no time in the paper can be checked. Set the clock, then confirm it on the device"
    )]
    ClockWentBack { now: Moment, seen: Moment },
    #[error(
        "the order was made at {issued_at}, and the clock here says {now}. The clock is behind by more than {tolerance_s} s. Set it"
    )]
    ClockBehind { now: Moment, issued_at: Moment, tolerance_s: u32 },
    #[error("the {paper} was good until {expires_at}; it is {now}. Ask for a new one")]
    Expired { paper: Paper, expires_at: Moment, now: Moment },
    #[error(
        "the order has number {counter}, and number {highest} was seen already. It is old or was sent again. Nothing is done twice"
    )]
    CounterReplayed { counter: u64, highest: u64 },
    #[error("the window opens at {starts_at}; it is {now}. The order waits")]
    NotYet { starts_at: Moment, now: Moment },
    #[error(
        "the last safe start was {last_start_at}; it is {now}. The work and its way back would not end inside the window. Plan it again"
    )]
    TooLate { last_start_at: Moment, now: Moment },
    #[error(
        "the order needs an image, and this device has none. Nothing is approved here yet. Hand it the signed image first"
    )]
    NoImage,
    #[error(
        "the {paper} has version {version}, and version {highest} was seen already. An older state must not come back. Bring the newest"
    )]
    RolledBack { paper: Paper, version: u64, highest: u64 },
    #[error(
        "the order was made for version {wanted} of the image, and this device has version {held}. Bring the newer image"
    )]
    ImageTooOld { wanted: u64, held: u64 },
    #[error(
        "patch `{patch}` is not in the approved image. It was never approved, or the approval was taken back"
    )]
    PatchNotApproved { patch: Id },
    #[error("`{command}` is not approved for patch `{patch}`. The image names what may be done with it")]
    CommandNotApproved { patch: Id, command: &'static str },
    #[error(
        "the file `{name}` with hash {hash} is not in the approved image. The server may have been taken over. Do not send it again; look"
    )]
    HashNotInImage { name: String, hash: Hash },
    #[error(
        "the image does not approve this file at `{path}` with this mode and owner. The server may have been taken over. Do not send it again; look"
    )]
    PlaceNotApproved { path: FilePath },
    #[error("the script `{name}` is not in the approved image with this text. Nothing was done")]
    TemplateNotApproved { name: Id },
    #[error(
        "the image names the script `{name}` and does not say how it runs: with which arguments, for how long, as whom. Nothing was done. Have an image signed that says it"
    )]
    RunNotPinned { name: Id },
    #[error(
        "the image does not approve the script `{name}` with these arguments, this time, account, check and way back. The server may have been taken over. Do not send it again; look"
    )]
    RunNotApproved { name: Id },
    #[error(
        "the new root must be version {wanted}, and this is {found}. Bring the roots one after the other"
    )]
    RootOutOfOrder { wanted: u64, found: u64 },
}

impl Refusal {
    /// The stable name of the rule, for programs.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "unreadable",
            Self::NotCanonical { .. } => "not_canonical",
            Self::WrongKind { .. } => "wrong_kind",
            Self::UnknownKey { .. } => "unknown_key",
            Self::ChangedByte { .. } => "changed_byte",
            Self::ThresholdMissed { .. } => "threshold_missed",
            Self::WrongSite { .. } => "wrong_site",
            Self::WrongTarget { .. } => "wrong_target",
            Self::WrongClass { .. } => "wrong_class",
            Self::ClockWentBack { .. } => "clock_went_back",
            Self::ClockBehind { .. } => "clock_behind",
            Self::Expired { .. } => "expired",
            Self::CounterReplayed { .. } => "counter_replayed",
            Self::NotYet { .. } => "not_yet",
            Self::TooLate { .. } => "too_late",
            Self::NoImage => "no_image",
            Self::RolledBack { .. } => "rolled_back",
            Self::ImageTooOld { .. } => "image_too_old",
            Self::PatchNotApproved { .. } => "patch_not_approved",
            Self::CommandNotApproved { .. } => "command_not_approved",
            Self::HashNotInImage { .. } => "hash_not_in_image",
            Self::PlaceNotApproved { .. } => "place_not_approved",
            Self::TemplateNotApproved { .. } => "template_not_approved",
            Self::RunNotPinned { .. } => "run_not_pinned",
            Self::RunNotApproved { .. } => "run_not_approved",
            Self::RootOutOfOrder { .. } => "root_out_of_order",
        }
    }
}
