//! Ways in which a vendor's version texts differ from the common OT form.
//!
//! A profile exists only where a vendor truly differs. The surprise: most vendors need none; a profile that
//! merely strips another prefix would belong to the common form.

use crate::names::vendor_key;

/// How a vendor writes versions of OT products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Profile {
    /// The common form: numbers, then service pack, update, hotfix, letters.
    #[default]
    Common,
    /// A number and a closing letter form one version (`1.05F`): without its letter a version is incomplete,
    /// and a bare number of five digits can be the head of a serial number.
    NumberWithLetter,
}

impl Profile {
    /// The profile of a vendor, by any spelling of its name; unknown vendors have the common form.
    pub fn of_vendor(vendor: &str) -> Self {
        // Most vendors are not; the normal form costs more than this look.
        let begins = |part: &str| {
            vendor.as_bytes().windows(part.len()).any(|w| w.eq_ignore_ascii_case(part.as_bytes()))
        };
        if !begins("mitsubishi") {
            return Self::Common;
        }
        let key = vendor_key(vendor);
        if key.contains("mitsubishi electric") { Self::NumberWithLetter } else { Self::Common }
    }

    /// A stable word for this profile, for storing and showing.
    pub fn name(self) -> &'static str {
        match self {
            Self::Common => "common",
            Self::NumberWithLetter => "number-with-letter",
        }
    }
}
