//! The kinds of text in a CSAF document, each with the pattern that the JSON schema sets for it.
//!
//! Not here: enumerations (`words`). The surprise: a text that breaks its pattern is still read and kept; the breach
//! becomes a finding of test `schema`.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use super::date::Instant;
use super::inspection::Inspection;
use super::object::{CowVisitor, Node};
use super::pattern;
use super::place::Place;

/// Writes one kind of text: a borrowed string whose walk calls `$check`.
macro_rules! text {
    ($(#[$meta:meta])* $name:ident, $check:expr) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name<'a>(pub Cow<'a, str>);

        impl Deref for $name<'_> {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de: 'a, 'a> serde::Deserialize<'de> for $name<'a> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(CowVisitor("a string")).map(Self)
            }
        }

        impl Node for $name<'_> {
            fn inspect(&self, place: &Place<'_>, to: &mut Inspection) {
                let check: fn(&str, &Place<'_>, &mut Inspection) = $check;
                check(&self.0, place, to);
            }
        }
    };
}

text!(
    /// Any text of at least one character.
    Text,
    |text, place, to| {
        if text.is_empty() {
            to.breach(place, "the text is empty, it needs at least one character");
        }
        to.text(place, text);
    }
);
text!(
    /// An absolute URI. One that is not well formed is kept, with an optional finding: `format` is an annotation.
    Uri,
    |text, place, to| {
        if !pattern::is_uri(text) {
            to.format_breach(place, format!("`{}` is not an absolute URI", short(text)));
        }
    }
);
text!(
    /// A moment in RFC 3339 form; see [`DateTime::instant`].
    DateTime,
    |text, place, to| {
        if Instant::parse(text).is_none() {
            to.breach(place, format!("`{}` is not a date and time in RFC 3339 form", short(text)));
        }
    }
);
text!(
    /// A language tag (RFC 5646) by form; whether its subtags exist is test 6.1.12.
    Language,
    |text, place, to| matches(pattern::is_language_tag, "a language tag", text, place, to)
);
text!(
    /// The category of a document, which names its profile.
    CategoryName,
    |text, place, to| matches(pattern::is_category, "a document category", text, place, to)
);
text!(
    /// The id of a document at its publisher.
    TrackingId,
    |text, place, to| matches(pattern::is_tracking_id, "a tracking id", text, place, to)
);
text!(
    /// A version of the document: an integer or a semantic version.
    RevisionNumber,
    |text, place, to| matches(pattern::is_revision_number, "an integer or semantic version", text, place, to)
);
text!(
    /// A CVE id.
    Cve,
    |text, place, to| matches(pattern::is_cve, "a CVE id", text, place, to)
);
text!(
    /// A CWE id.
    CweId,
    |text, place, to| matches(pattern::is_cwe, "a CWE id", text, place, to)
);
text!(
    /// A CPE name, 2.2 URI or 2.3 formatted string.
    Cpe,
    |text, place, to| matches(pattern::is_cpe, "a CPE 2.2 or 2.3 name", text, place, to)
);
text!(
    /// A package URL by form; whether it is sound is test 6.1.13.
    Purl,
    |text, place, to| matches(pattern::is_purl, "a package URL", text, place, to)
);
text!(
    /// A hash value in hexadecimal digits.
    HashValue,
    |text, place, to| matches(pattern::is_hash, "a hash of at least 32 hexadecimal digits", text, place, to)
);

fn matches(test: fn(&str) -> bool, wanted: &str, text: &str, place: &Place<'_>, to: &mut Inspection) {
    if !test(text) {
        to.breach(place, format!("`{}` is not {wanted}", short(text)));
    }
}

/// The beginning of a text of the document, short enough for a message.
pub(crate) fn short(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(80) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

impl DateTime<'_> {
    /// The moment as a number that can be compared; `None` when the text is not a date and time.
    pub fn instant(&self) -> Option<Instant> {
        Instant::parse(&self.0)
    }
}
