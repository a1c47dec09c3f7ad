//! CPE names: the 2.3 formatted string, and the 2.2 URI as it still occurs.
//!
//! The rule for `-` (not applicable): on the advisory's side it means "this attribute says nothing of you", so it
//! equals only itself; it is never read as "any". The surprise: values are compared without case, and a `*` or
//! `?` inside a value is a wildcard only when it is not escaped.

use std::fmt;

/// Longest CPE name that is read, in bytes.
const MAX_BYTES: usize = 1024;
const ATTRIBUTES: usize = 11;

/// A text that is no CPE name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no CPE name: {why}")]
pub struct CpeError {
    /// The text, cut to 64 characters.
    pub text: String,
    /// What is wrong with it.
    pub why: &'static str,
}

/// The value of one attribute.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attribute {
    /// `*`: every value, and none.
    Any,
    /// `-`: the attribute does not apply.
    NotApplicable,
    /// A value in lower case, still escaped as in a formatted string.
    Value(String),
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::NotApplicable => f.write_str("-"),
            Self::Value(value) => f.write_str(value),
        }
    }
}

/// How one name stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Both mean the same.
    Equal,
    /// The first means less.
    Subset,
    /// The first means more.
    Superset,
    /// They have nothing in common.
    Disjoint,
    /// Each means something that the other does not, or a wildcard stands on both sides.
    Undefined,
}

/// A CPE name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cpe {
    attributes: [Attribute; ATTRIBUTES],
}

impl Cpe {
    /// Reads a 2.3 formatted string or a 2.2 URI.
    ///
    /// # Errors
    /// [`CpeError`] when it is neither, has too many or too few attributes, or an unknown part.
    pub fn parse(text: &str) -> Result<Self, CpeError> {
        let refuse = |why| CpeError { text: text.chars().take(64).collect(), why };
        let trimmed = text.trim();
        if trimmed.len() > MAX_BYTES {
            return Err(refuse("it is longer than 1,024 bytes"));
        }
        let values: Vec<Attribute> = if let Some(rest) = trimmed.strip_prefix("cpe:2.3:") {
            let parts = split(rest);
            if parts.len() != ATTRIBUTES {
                return Err(refuse("a formatted string has eleven attributes"));
            }
            parts.iter().map(|part| attribute(part)).collect()
        } else if let Some(rest) = trimmed.strip_prefix("cpe:/") {
            rest.split(':')
                .map(uri_attribute)
                .collect::<Option<_>>()
                .ok_or_else(|| refuse("its encoding is broken"))?
        } else {
            return Err(refuse("it begins neither with `cpe:2.3:` nor with `cpe:/`"));
        };
        let mut attributes: [Attribute; ATTRIBUTES] = std::array::from_fn(|_| Attribute::Any);
        if values.len() > ATTRIBUTES {
            return Err(refuse("it has more than eleven attributes"));
        }
        for (slot, value) in attributes.iter_mut().zip(values) {
            *slot = value;
        }
        match &attributes[0] {
            Attribute::Value(part) if matches!(part.as_str(), "a" | "o" | "h") => Ok(Self { attributes }),
            Attribute::Any => Ok(Self { attributes }),
            Attribute::Value(_) | Attribute::NotApplicable => Err(refuse("its part is none of a, o, h")),
        }
    }

    /// Application, operating system or hardware: `a`, `o`, `h`.
    pub const fn part(&self) -> &Attribute {
        &self.attributes[0]
    }

    /// Vendor.
    pub const fn vendor(&self) -> &Attribute {
        &self.attributes[1]
    }

    /// Product.
    pub const fn product(&self) -> &Attribute {
        &self.attributes[2]
    }

    /// Version.
    pub const fn version(&self) -> &Attribute {
        &self.attributes[3]
    }

    /// What it says of the variant of a product beside its version: each with what people call it.
    pub fn variants(&self) -> impl Iterator<Item = (&'static str, &Attribute)> {
        const NAMES: [(usize, &str); 5] = [
            (5, "edition"),
            (6, "language"),
            (7, "software edition"),
            (8, "target software"),
            (9, "target hardware"),
        ];
        NAMES.into_iter().map(|(at, name)| (name, &self.attributes[at]))
    }

    /// How this name stands to another, attribute by attribute.
    pub fn relation(&self, other: &Self) -> Relation {
        let mut all = Relation::Equal;
        for (ours, theirs) in self.attributes.iter().zip(&other.attributes) {
            all = match (all, attribute_relation(ours, theirs)) {
                (_, Relation::Disjoint) => return Relation::Disjoint,
                (sum, Relation::Equal) => sum,
                (Relation::Equal, one) => one,
                (sum, one) if sum == one => sum,
                _ => Relation::Undefined,
            };
        }
        all
    }

    /// Whether both can mean one product, whatever its version: no other attribute rules it out.
    pub fn agrees_but_for_version(&self, other: &Self) -> bool {
        const VERSION: usize = 3;
        let pairs = self.attributes.iter().zip(&other.attributes).enumerate();
        pairs
            .filter(|(at, _)| *at != VERSION)
            .all(|(_, (ours, theirs))| attribute_relation(ours, theirs) != Relation::Disjoint)
    }

    /// Whether this name, as an advisory writes it, can mean that thing of the inventory.
    pub fn may_match(&self, inventory: &Self) -> bool {
        self.relation(inventory) != Relation::Disjoint
    }
}

fn attribute_relation(ours: &Attribute, theirs: &Attribute) -> Relation {
    match (ours, theirs) {
        (Attribute::Any, Attribute::Any) | (Attribute::NotApplicable, Attribute::NotApplicable) => {
            Relation::Equal
        }
        (Attribute::Any, Attribute::NotApplicable | Attribute::Value(_)) => Relation::Superset,
        (Attribute::NotApplicable | Attribute::Value(_), Attribute::Any) => Relation::Subset,
        (Attribute::NotApplicable, Attribute::Value(_)) | (Attribute::Value(_), Attribute::NotApplicable) => {
            Relation::Disjoint
        }
        (Attribute::Value(a), Attribute::Value(b)) if a == b => Relation::Equal,
        (Attribute::Value(a), Attribute::Value(b)) => match (has_wildcard(a), has_wildcard(b)) {
            (false, false) => Relation::Disjoint,
            (true, false) => {
                if glob(a, b) {
                    Relation::Superset
                } else {
                    Relation::Disjoint
                }
            }
            (false, true) => {
                if glob(b, a) {
                    Relation::Subset
                } else {
                    Relation::Disjoint
                }
            }
            (true, true) => Relation::Undefined,
        },
    }
}

/// Splits at colons that are not escaped.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut escaped = false;
    for character in text.chars() {
        let last = parts.len() - 1;
        if character == ':' && !escaped {
            parts.push(String::new());
        } else {
            parts[last].push(character);
        }
        escaped = character == '\\' && !escaped;
    }
    parts
}

fn attribute(text: &str) -> Attribute {
    match text {
        "" | "*" => Attribute::Any,
        "-" => Attribute::NotApplicable,
        value => Attribute::Value(value.to_lowercase()),
    }
}

/// An attribute of a URI: percent encoding undone, special characters escaped as in a formatted string.
fn uri_attribute(text: &str) -> Option<Attribute> {
    if text.is_empty() || text == "-" {
        return Some(attribute(text));
    }
    let mut value = String::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let byte = if byte == b'%' {
            let high = char::from(bytes.next()?).to_digit(16)?;
            let low = char::from(bytes.next()?).to_digit(16)?;
            u8::try_from(high * 16 + low).ok()?
        } else {
            byte
        };
        let character = char::from(byte);
        if !(character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.')) {
            value.push('\\');
        }
        value.push(character);
    }
    Some(Attribute::Value(value.to_lowercase()))
}

fn has_wildcard(value: &str) -> bool {
    let mut escaped = false;
    value.chars().any(|character| {
        let wild = matches!(character, '*' | '?') && !escaped;
        escaped = character == '\\' && !escaped;
        wild
    })
}

/// Whether a pattern with `*` and `?` at its ends or inside means a plain value.
fn glob(pattern: &str, value: &str) -> bool {
    let value: Vec<char> = value.chars().collect();
    let mut reached = vec![false; value.len() + 1];
    reached[0] = true;
    let mut escaped = false;
    for character in pattern.chars() {
        let mut next = vec![false; value.len() + 1];
        for at in 0..=value.len() {
            if !reached[at] {
                continue;
            }
            match character {
                '*' if !escaped => next[at..].fill(true),
                '?' if !escaped && at < value.len() => next[at + 1] = true,
                other if value.get(at) == Some(&other) => next[at + 1] = true,
                _ => {}
            }
        }
        escaped = character == '\\' && !escaped;
        reached = next;
    }
    reached[value.len()]
}

impl fmt::Display for Cpe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cpe:2.3")?;
        self.attributes.iter().try_for_each(|attribute| write!(f, ":{attribute}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cpe(text: &str) -> Cpe {
        Cpe::parse(text).expect("a CPE name")
    }

    #[test]
    fn both_bindings_read_to_the_same_name() {
        let old = cpe("cpe:/o:siemens:simatic_s7-1500_firmware:2.9.4");
        let new = cpe("cpe:2.3:o:siemens:simatic_s7-1500_firmware:2.9.4:*:*:*:*:*:*:*");
        assert_eq!(old, new);
        assert_eq!(cpe(&new.to_string()), new);
    }

    #[test]
    fn not_applicable_is_not_any() {
        let any = cpe("cpe:2.3:h:acme:box:*:*:*:*:*:*:*:*");
        let not = cpe("cpe:2.3:h:acme:box:-:*:*:*:*:*:*:*");
        let one = cpe("cpe:2.3:h:acme:box:1.0:*:*:*:*:*:*:*");
        assert_eq!(any.relation(&one), Relation::Superset);
        assert_eq!(not.relation(&one), Relation::Disjoint);
        assert!(any.may_match(&not) && !not.may_match(&one));
    }

    #[test]
    fn wildcards_work_inside_values_unless_escaped() {
        let wild = cpe("cpe:2.3:a:acme:tool:1.*:*:*:*:*:*:*:*");
        assert!(wild.may_match(&cpe("cpe:2.3:a:acme:tool:1.5:*:*:*:*:*:*:*")));
        assert!(!wild.may_match(&cpe("cpe:2.3:a:acme:tool:2.5:*:*:*:*:*:*:*")));
        let plain = cpe(r"cpe:2.3:a:acme:tool:1.\*:*:*:*:*:*:*:*");
        assert!(!plain.may_match(&cpe("cpe:2.3:a:acme:tool:1.5:*:*:*:*:*:*:*")));
    }

    #[test]
    fn what_is_no_cpe_name_is_refused() {
        for text in
            ["", "cpe:2.3:a:b", "cpe:2.3:x:b:c:*:*:*:*:*:*:*:*", "cpe:/a:%2", "cpe:/a:b:c:d:e:f:g:h:i:j:k:l"]
        {
            assert!(Cpe::parse(text).is_err(), "{text}");
        }
    }
}
