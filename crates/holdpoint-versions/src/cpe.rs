//! CPE 2.3 names: reading, printing, and the relation of two names (NISTIR 7696).
//!
//! The surprises:
//! * `-` (not applicable) is a value of its own. It is *disjoint* from every string; only `*` covers it. Other
//!   programs read it as `*`; here it never is. [`Cpe::may_match`] says how an inventory is treated.
//! * A name that covers only part of an inventory item is still a possible match: unknown is never a no.

use std::fmt;

/// Longest name that is read, in bytes.
const MAX_BYTES: usize = 2048;

/// Names of the eleven attributes, in the order of the formatted string.
pub const ATTRIBUTES: [&str; 11] = [
    "part",
    "vendor",
    "product",
    "version",
    "update",
    "edition",
    "language",
    "sw_edition",
    "target_sw",
    "target_hw",
    "other",
];

/// One attribute of a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Attribute {
    /// `*`: any value.
    Any,
    /// `-`: no value applies.
    NotApplicable,
    /// A value: unquoted, in lower case; wildcards at its ends are kept apart.
    Value {
        /// The text without quoting.
        text: String,
        /// Unquoted wildcards at the start, `?` or `*`.
        leading: String,
        /// Unquoted wildcards at the end.
        trailing: String,
    },
}

impl Attribute {
    fn has_wildcard(&self) -> bool {
        matches!(self, Self::Value { leading, trailing, .. } if !leading.is_empty() || !trailing.is_empty())
    }
}

/// How one name stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// Both name the same set of products.
    Equal,
    /// The first names less than the second.
    Subset,
    /// The first names more than the second.
    Superset,
    /// They have nothing in common.
    Disjoint,
    /// The specification does not say.
    Undefined,
}

/// A CPE 2.3 name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cpe {
    attributes: [Attribute; 11],
}

/// A text that is not a CPE 2.3 name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a CPE name: {why}")]
pub struct CpeError {
    /// The text, cut after 80 characters.
    pub text: String,
    /// The reason, a clause.
    pub why: &'static str,
}

impl Cpe {
    /// Reads a formatted string (`cpe:2.3:…`) or the older URI form (`cpe:/…`).
    ///
    /// # Errors
    /// When the text does not have the form, or a wildcard stands inside a value.
    pub fn parse(text: &str) -> Result<Self, CpeError> {
        let error = |why| CpeError { text: text.chars().take(80).collect(), why };
        if text.len() > MAX_BYTES {
            return Err(error("it is longer than any name"));
        }
        let lower = text.trim().to_lowercase();
        if let Some(rest) = lower.strip_prefix("cpe:2.3:") {
            let parts = split_unquoted(rest);
            let [a, b, c, d, e, f, g, h, i, j, k] = parts.as_slice() else {
                return Err(error("a formatted string has eleven attributes"));
            };
            let mut attributes = std::array::from_fn(|_| Attribute::Any);
            for (slot, part) in attributes.iter_mut().zip([a, b, c, d, e, f, g, h, i, j, k]) {
                *slot = formatted(part).map_err(error)?;
            }
            return Self { attributes }.checked(text);
        }
        let rest = lower
            .strip_prefix("cpe:/")
            .ok_or_else(|| error("it begins with neither `cpe:2.3:` nor `cpe:/`"))?;
        uri(rest).map_err(error)?.checked(text)
    }

    fn checked(self, text: &str) -> Result<Self, CpeError> {
        let part = match &self.attributes[0] {
            Attribute::Value { text, .. } => matches!(text.as_str(), "a" | "o" | "h"),
            Attribute::Any | Attribute::NotApplicable => true,
        };
        if part {
            Ok(self)
        } else {
            Err(CpeError { text: text.chars().take(80).collect(), why: "its part is none of `a`, `o`, `h`" })
        }
    }

    /// The attribute at a place of [`ATTRIBUTES`]; `None` beyond the eleventh.
    pub fn attribute(&self, place: usize) -> Option<&Attribute> {
        self.attributes.get(place)
    }

    fn value(&self, place: usize) -> Option<&str> {
        match self.attributes.get(place) {
            Some(Attribute::Value { text, .. }) => Some(text),
            Some(Attribute::Any | Attribute::NotApplicable) | None => None,
        }
    }

    /// `a` application, `o` operating system, `h` hardware; `None` when any.
    pub fn part(&self) -> Option<&str> {
        self.value(0)
    }

    /// The vendor, unquoted; `None` when any or not applicable.
    pub fn vendor(&self) -> Option<&str> {
        self.value(1)
    }

    /// The product, unquoted; `None` when any or not applicable.
    pub fn product(&self) -> Option<&str> {
        self.value(2)
    }

    /// The version, unquoted; `None` when any or not applicable.
    pub fn version(&self) -> Option<&str> {
        self.value(3)
    }

    /// The relation of this name (source) to another (target), by the rows of NISTIR 7696.
    pub fn relation(&self, target: &Self) -> Relation {
        let (mut subset, mut superset, mut undefined) = (false, false, false);
        for (a, b) in self.attributes.iter().zip(&target.attributes) {
            match attribute_relation(a, b) {
                Relation::Disjoint => return Relation::Disjoint,
                Relation::Equal => {}
                Relation::Subset => subset = true,
                Relation::Superset => superset = true,
                Relation::Undefined => undefined = true,
            }
        }
        match (undefined, subset, superset) {
            (false, false, false) => Relation::Equal,
            (false, true, false) => Relation::Subset,
            (false, false, true) => Relation::Superset,
            (true, _, _) | (false, true, true) => Relation::Undefined,
        }
    }

    /// Whether an inventory item with this name may be meant by a criterion: everything but disjoint. An item that
    /// leaves its version open may have the vulnerable one.
    pub fn may_match(&self, item: &Self) -> bool {
        self.relation(item) != Relation::Disjoint
    }
}

/// One row of the table: source against target.
fn attribute_relation(source: &Attribute, target: &Attribute) -> Relation {
    use Attribute::{Any, NotApplicable, Value};
    match (source, target) {
        (Any, Any) | (NotApplicable, NotApplicable) => Relation::Equal,
        (_, Value { .. }) if target.has_wildcard() => {
            if source == target {
                Relation::Equal
            } else {
                Relation::Undefined
            }
        }
        (Any, NotApplicable | Value { .. }) => Relation::Superset,
        (NotApplicable | Value { .. }, Any) => Relation::Subset,
        (NotApplicable, Value { .. }) | (Value { .. }, NotApplicable) => Relation::Disjoint,
        (Value { text: a, leading, trailing }, Value { text: b, .. }) => {
            if leading.is_empty() && trailing.is_empty() {
                if a == b { Relation::Equal } else { Relation::Disjoint }
            } else if wildcard_fits(leading, a, trailing, b) {
                Relation::Superset
            } else {
                Relation::Disjoint
            }
        }
    }
}

/// `*` stands for any text, each `?` for one character or none.
fn wildcard_fits(leading: &str, core: &str, trailing: &str, text: &str) -> bool {
    let bound = |wild: &str| if wild.contains('*') { None } else { Some(wild.len()) };
    let fits = |count: usize, limit: Option<usize>| limit.is_none_or(|limit| count <= limit);
    text.match_indices(core).any(|(at, _)| {
        let (before, after) = (text[..at].chars().count(), text[at + core.len()..].chars().count());
        fits(before, bound(leading)) && fits(after, bound(trailing))
    })
}

/// Splits at colons that are not quoted.
fn split_unquoted(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for character in text.chars() {
        if character == ':' && !quoted {
            parts.push(String::new());
            continue;
        }
        quoted = character == '\\' && !quoted;
        if let Some(last) = parts.last_mut() {
            last.push(character);
        }
    }
    parts
}

fn formatted(part: &str) -> Result<Attribute, &'static str> {
    match part {
        "*" => return Ok(Attribute::Any),
        "-" => return Ok(Attribute::NotApplicable),
        "" => return Err("an attribute is empty"),
        _ => {}
    }
    let (mut text, mut leading, mut trailing) = (String::new(), String::new(), String::new());
    let mut characters = part.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                let quoted = characters.next().ok_or("a backslash stands at the end of an attribute")?;
                if !trailing.is_empty() {
                    return Err("a wildcard stands inside a value");
                }
                text.push(quoted);
            }
            '?' | '*' if text.is_empty() => leading.push(character),
            '?' | '*' => trailing.push(character),
            _ if !trailing.is_empty() => return Err("a wildcard stands inside a value"),
            _ if character.is_whitespace() || character.is_control() => {
                return Err("an attribute has a blank");
            }
            other => text.push(other),
        }
    }
    Ok(Attribute::Value { text, leading, trailing })
}

fn uri(rest: &str) -> Result<Cpe, &'static str> {
    let mut attributes = std::array::from_fn(|_| Attribute::Any);
    let parts: Vec<&str> = rest.split(':').collect();
    if parts.len() > 7 {
        return Err("a URI has at most seven parts");
    }
    for (place, part) in parts.iter().enumerate() {
        if place == 5 && part.starts_with('~') {
            // Packed edition: ~edition~sw_edition~target_sw~target_hw~other
            let packed: Vec<&str> = part.split('~').skip(1).collect();
            for (slot, value) in [5, 7, 8, 9, 10].into_iter().zip(packed) {
                attributes[slot] = uri_value(value)?;
            }
        } else {
            attributes[place] = uri_value(part)?;
        }
    }
    Ok(Cpe { attributes })
}

fn uri_value(part: &str) -> Result<Attribute, &'static str> {
    match part {
        "" => return Ok(Attribute::Any),
        "-" => return Ok(Attribute::NotApplicable),
        _ => {}
    }
    let (mut text, mut leading, mut trailing) = (String::new(), String::new(), String::new());
    let mut rest = part;
    while let Some(character) = rest.chars().next() {
        let mut used = character.len_utf8();
        let mut decoded = character;
        if character == '%' {
            let code = rest.get(1..3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
            decoded = char::from(code.ok_or("its percent encoding is broken")?);
            used = 3;
        }
        match (character, decoded) {
            // The URI form encodes the wildcards `?` and `*` as the control codes 1 and 2.
            ('%', '\u{1}' | '\u{2}') => {
                let wild = if decoded == '\u{1}' { '?' } else { '*' };
                if text.is_empty() { leading.push(wild) } else { trailing.push(wild) }
            }
            _ if !trailing.is_empty() => return Err("a wildcard stands inside a value"),
            _ => text.push(decoded),
        }
        rest = &rest[used..];
    }
    Ok(Attribute::Value { text, leading, trailing })
}

impl fmt::Display for Cpe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cpe:2.3")?;
        for attribute in &self.attributes {
            f.write_str(":")?;
            match attribute {
                Attribute::Any => f.write_str("*")?,
                Attribute::NotApplicable => f.write_str("-")?,
                Attribute::Value { text, leading, trailing } => {
                    f.write_str(leading)?;
                    // A lone quoted hyphen or dot-free word must not be read back as a logical value.
                    for character in text.chars() {
                        let plain = character.is_alphanumeric() || matches!(character, '_' | '.');
                        let hyphen = character == '-' && text.len() > 1;
                        if plain || hyphen {
                            write!(f, "{character}")?;
                        } else {
                            write!(f, "\\{character}")?;
                        }
                    }
                    f.write_str(trailing)?;
                }
            }
        }
        Ok(())
    }
}
