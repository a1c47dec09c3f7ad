//! NuGet packages: `major.minor[.patch[.revision]][-pre][+build]`.
//!
//! The surprises: there may be four numbers, and those that are missing are zeros; the words of a pre-release count the same
//! in capitals and without; build metadata (`+…`) is read and checked but never orders.

use crate::key::{ROOM, VersionKey, Writer};
use crate::scheme::lowercase;

const END_OF_IDENTIFIERS: u8 = 0x01;
const RELEASE: u8 = 0xff;
const NUMERIC: u8 = 0x10;
const WORD: u8 = 0x40;

const NUMBERS: usize = 4;
const FORM: &str = "it must begin with one to four whole numbers";
const TOO_LONG: &str = "it is too long, or a number in it has more than 31 digits";

/// Encodes a version of a NuGet package.
pub(crate) fn encode(text: &str) -> Result<VersionKey, &'static str> {
    let (text, build) = text.split_once('+').map_or((text, None), |(text, build)| (text, Some(build)));
    let (core, pre) = text.split_once('-').map_or((text, None), |(core, pre)| (core, Some(pre)));
    if build.is_some_and(|build| !build.split('.').all(is_identifier)) {
        return Err("its build metadata has a character that is not allowed");
    }
    let mut room = [0; ROOM];
    let mut key = Writer::new(&mut room);
    numbers(&mut key, core)?;
    match pre {
        None => key.push(RELEASE),
        Some(pre) => pre_release(&mut key, &lowercase(pre))?,
    }
    if key.overflowed() { Err(TOO_LONG) } else { Ok(key.finish()) }
}

fn numbers(key: &mut Writer<'_, ROOM>, core: &str) -> Result<(), &'static str> {
    let mut parts = core.split('.');
    for place in 0..NUMBERS {
        let part = match parts.next() {
            None if place > 0 => "0",
            Some(part) if is_number(part) => part,
            Some(_) | None => return Err(FORM),
        };
        if !key.number(NUMERIC, part.as_bytes()) {
            return Err(TOO_LONG);
        }
    }
    if parts.next().is_none() { Ok(()) } else { Err(FORM) }
}

fn pre_release(key: &mut Writer<'_, ROOM>, pre: &str) -> Result<(), &'static str> {
    for part in pre.split('.') {
        if !is_identifier(part) {
            return Err("its pre-release part has a character that is not allowed");
        }
        if is_number(part) {
            if !key.number(NUMERIC, part.as_bytes()) {
                return Err(TOO_LONG);
            }
        } else {
            key.push(WORD);
            key.word(part.as_bytes());
        }
    }
    key.push(END_OF_IDENTIFIERS);
    Ok(())
}

fn is_number(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_identifier(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
