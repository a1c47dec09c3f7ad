//! The calendar: which moments a window gives, what a freeze takes away, and what fits.
//!
//! Lives here: occurrences of a schedule over changes of the clock ([`occurrences`]), the time that is open when freezes
//! have won ([`open_time`]), and where a piece of work fits ([`find_slot`]). Does not live here: which work there is, and in
//! which order it is done. The surprise: work fits only when its undo and its margin end inside the window too, so the
//! last safe start lies well before the end.

mod occurrence;
mod open;
mod recur;
mod remark;
mod slot;

pub use occurrence::{ClockChange, Occurrence, Occurrences, occurrences};
pub use open::{OpenSpan, OpenTime, Period, open_time};
pub use remark::{Remark, remarks};
pub use slot::{Booking, NoSlot, Slot, SlotRequest, find_slot, last_safe_start};
