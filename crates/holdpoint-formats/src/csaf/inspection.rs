//! What one walk over the typed document noticed: breaches of the JSON schema, unknown properties, key order, markup.
//!
//! Not here: the numbered tests of the standard (`validate`). The surprise: the walk runs once, right after reading,
//! and `validate` only picks up its result.

use super::finding::{Finding, Severity};
use super::place::Place;

/// How many remarks of one kind are kept; the rest is only counted, so that a hostile document stays cheap.
const KEPT: usize = 500;

/// The result of the one structural walk over a document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inspection {
    /// Breaches of the JSON schema: test `schema`.
    pub structure: Vec<Finding>,
    /// Pointers of properties that the schema does not know (test 6.2.20).
    pub unknown: Vec<String>,
    /// Pointers of keys that come after a key they should precede (test 6.2.13).
    pub unsorted: Vec<String>,
    /// Pointers of texts that hold what looks like HTML.
    pub markup: Vec<String>,
    /// How many remarks of all kinds were not kept because there were too many.
    pub omitted: usize,
}

impl Inspection {
    /// Notes a breach of the schema that makes the document invalid.
    pub(crate) fn breach(&mut self, place: impl ToString, message: impl Into<String>) {
        self.structural(Severity::Mandatory, place, message);
    }

    /// Notes a breach of a `format` annotation, which JSON Schema does not require a validator to enforce.
    pub(crate) fn format_breach(&mut self, place: impl ToString, message: impl Into<String>) {
        self.structural(Severity::Optional, place, message);
    }

    fn structural(&mut self, severity: Severity, place: impl ToString, message: impl Into<String>) {
        if self.structure.len() < KEPT {
            let place = place.to_string();
            self.structure.push(Finding { test: "schema", severity, place, message: message.into() });
        } else {
            self.omitted += 1;
        }
    }

    /// Notes that a required property is absent.
    pub(crate) fn missing(&mut self, place: &Place<'_>, key: &str) {
        self.breach(place, format!("the required property `{key}` is missing"));
    }

    /// Notes a property that the schema does not know.
    pub(crate) fn unknown(&mut self, pointer: String) {
        keep(&mut self.unknown, &mut self.omitted, pointer);
    }

    /// Notes a key that is out of alphabetical order.
    pub(crate) fn unsorted(&mut self, pointer: String) {
        keep(&mut self.unsorted, &mut self.omitted, pointer);
    }

    /// Looks at a text for what a browser would take for HTML.
    pub(crate) fn text(&mut self, place: &Place<'_>, text: &str) {
        if text.as_bytes().contains(&b'<') && has_markup(text) {
            keep(&mut self.markup, &mut self.omitted, place.to_string());
        }
    }
}

fn keep(list: &mut Vec<String>, omitted: &mut usize, pointer: String) {
    if list.len() < KEPT {
        list.push(pointer);
    } else {
        *omitted += 1;
    }
}

/// Whether `text` holds an HTML tag or comment. `<V1.2` and `< 5` are version bounds, not tags: a tag is `<` or
/// `</`, a name of letters and digits that is a known element, then a blank, `/` or `>`.
fn has_markup(text: &str) -> bool {
    text.match_indices('<').any(|(start, _)| {
        let rest = &text[start + 1..];
        if rest.starts_with("!--") {
            return true;
        }
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let (name, after) = rest.split_at(length);
        let ends = after.starts_with(['>', '/', ' ', '\t', '\n', '\r']);
        ends && ELEMENTS.iter().any(|element| element.eq_ignore_ascii_case(name))
    })
}

const ELEMENTS: [&str; 48] = [
    "a",
    "abbr",
    "audio",
    "b",
    "base",
    "blockquote",
    "body",
    "br",
    "button",
    "code",
    "div",
    "em",
    "embed",
    "font",
    "form",
    "frame",
    "h1",
    "h2",
    "h3",
    "h4",
    "head",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "li",
    "link",
    "math",
    "meta",
    "object",
    "ol",
    "p",
    "pre",
    "script",
    "span",
    "strong",
    "style",
    "sub",
    "sup",
    "svg",
    "table",
    "td",
    "tr",
    "u",
    "ul",
    "video",
];
