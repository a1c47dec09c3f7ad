//! The schemes besides OT, one file each; every one turns a text into a key whose bytes order its versions.

pub(crate) mod apk;
pub(crate) mod composer;
pub(crate) mod datetime;
pub(crate) mod dpkg;
pub(crate) mod gem;
pub(crate) mod intdot;
pub(crate) mod maven;
pub(crate) mod nuget;
pub(crate) mod pep440;
pub(crate) mod plain;
pub(crate) mod rpm;
pub(crate) mod semver;
pub(crate) mod windows;

use std::borrow::Cow;

/// The text in small letters, without a copy when it has no others.
pub(crate) fn lowercase(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}
