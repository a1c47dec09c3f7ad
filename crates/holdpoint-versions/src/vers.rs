//! The `vers:` notation of version ranges.
//!
//! Reads tolerantly and says what it tolerated; prints only the canonical form. The surprises: the containment
//! rule of the specification walks over *pairs* of constraints and says nothing about a single one (`<4.2`, the
//! commonest of all), which is handled here; and `vers:all/<4.2` is invalid however common it is.

use std::fmt;

use crate::MAX_EXPRESSION_BYTES;
use crate::expression::notation;
use crate::range::{Bound, Interval, VersionRange};
use crate::version::{Comparison, Scheme, Version, VersionError};

/// Most constraints of one string.
const MAX_CONSTRAINTS: usize = 1024;

const NONE_ALONE: &str = "the type `none` means no version and allows only `*`";

/// A comparator of the notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparator {
    /// `=` or nothing.
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
}

impl Comparator {
    /// The sign as printed; nothing for equality.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Equal => "",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
        }
    }

    fn is_upper(self) -> bool {
        matches!(self, Self::Less | Self::LessEqual)
    }

    fn is_lower(self) -> bool {
        matches!(self, Self::Greater | Self::GreaterEqual)
    }
}

/// What a tolerant reading accepted although the notation forbids it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tolerance {
    /// Blanks inside the string.
    Blank,
    /// Upper-case letters in the scheme or the type.
    UpperCase,
    /// Constraints out of order.
    Unsorted,
    /// An empty constraint, for example a `|` at the end.
    EmptyConstraint,
    /// The same constraint twice.
    Duplicate,
    /// An explicit `=`, which the canonical form omits.
    ExplicitEqual,
    /// A version with fewer numbers than its type asks for; zeros stand for the others.
    FewNumbers,
}

/// A `vers:` string after reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vers {
    scheme_name: String,
    /// Empty stands for `*`.
    constraints: Vec<(Comparator, String)>,
    flags: Vec<Tolerance>,
}

/// A string that is not `vers:`, or whose versions its scheme does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersError {
    /// The form is wrong.
    #[error("`{text}` is not a vers string: {why}")]
    Form {
        /// The text, cut after 80 characters.
        text: String,
        /// The reason, a clause.
        why: &'static str,
    },
    /// The type has no order that is implemented.
    #[error("the vers type `{0}` has no order that is known here")]
    UnknownType(String),
    /// A version of the range is not one of its scheme.
    #[error("a version of the range cannot be read")]
    Version(#[from] VersionError),
}

fn form(text: &str, why: &'static str) -> VersError {
    VersError::Form { text: text.chars().take(80).collect(), why }
}

/// Reads a string tolerantly; [`Vers::flags`] says what had to be tolerated.
///
/// # Errors
/// When the string has no type, no constraint, or characters that cannot stand there.
pub fn parse(text: &str) -> Result<Vers, VersError> {
    if text.len() > MAX_EXPRESSION_BYTES {
        return Err(form(text, "it is longer than any range"));
    }
    let mut flags = Vec::new();
    if text.contains(char::is_whitespace) {
        flags.push(Tolerance::Blank);
    }
    let trimmed = text.trim();
    let head = trimmed.get(..5).filter(|head| head.eq_ignore_ascii_case("vers:"));
    let head = head.ok_or_else(|| form(text, "it does not begin with `vers:`"))?;
    let (kind, rest) =
        trimmed[5..].split_once('/').ok_or_else(|| form(text, "it has no `/` behind its type"))?;
    let (kind, rest) = (kind.trim(), rest.trim());
    if kind.is_empty() || !kind.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'+'))
    {
        return Err(form(text, "its type is empty or has a character that types do not have"));
    }
    if head != "vers:" || kind.bytes().any(|byte| byte.is_ascii_uppercase()) {
        flags.push(Tolerance::UpperCase);
    }
    let mut vers = Vers { scheme_name: kind.to_ascii_lowercase(), constraints: Vec::new(), flags };
    if rest == "*" {
        return Ok(vers);
    }
    for part in rest.split('|') {
        constraint(text, part.trim(), &mut vers)?;
    }
    if vers.constraints.is_empty() {
        return Err(form(text, "it has no constraint"));
    }
    if vers.constraints.len() > MAX_CONSTRAINTS {
        return Err(form(text, "it has more constraints than a reader would check"));
    }
    if vers.scheme_name == "none" {
        return Err(form(text, NONE_ALONE));
    }
    if vers.sort() {
        vers.flags.push(Tolerance::Unsorted);
    }
    vers.flags.dedup();
    Ok(vers)
}

fn constraint(text: &str, part: &str, vers: &mut Vers) -> Result<(), VersError> {
    if part.is_empty() {
        vers.flags.push(Tolerance::EmptyConstraint);
        return Ok(());
    }
    let (comparator, version) = compared(part);
    if part.starts_with('=') {
        vers.flags.push(Tolerance::ExplicitEqual);
    }
    if version.is_empty() {
        return Err(form(text, "a comparator has no version behind it"));
    }
    if version.contains(['<', '>', '=', '!', '*']) {
        return Err(form(text, "a version has a comparator or a star inside"));
    }
    let decoded = percent_decode(version).ok_or_else(|| form(text, "its percent encoding is broken"))?;
    if let Some(why) = no_version(vers.scheme(), version, &decoded) {
        return Err(form(text, why));
    }
    let decoded = with_all_numbers(decoded, vers);
    if vers.constraints.iter().any(|(_, other)| *other == decoded) {
        let same = vers.constraints.contains(&(comparator, decoded.clone()));
        if !same {
            return Err(form(text, "one version stands there twice with different comparators"));
        }
        vers.flags.push(Tolerance::Duplicate);
        return Ok(());
    }
    vers.constraints.push((comparator, decoded));
    Ok(())
}

/// The comparator at the front, with blanks around it, and what it compares with.
fn compared(part: &str) -> (Comparator, &str) {
    let Some(sign) = part.bytes().next().filter(|byte| b"<>=!".contains(byte)) else {
        return (Comparator::Equal, part);
    };
    let rest = part[1..].trim_start();
    let behind = rest.strip_prefix('=').map(str::trim_start);
    match (sign, behind) {
        (b'<', Some(version)) => (Comparator::LessEqual, version),
        (b'>', Some(version)) => (Comparator::GreaterEqual, version),
        (b'!', Some(version)) => (Comparator::NotEqual, version),
        (b'<', None) => (Comparator::Less, rest),
        (b'>', None) => (Comparator::Greater, rest),
        (b'=', None) => (Comparator::Equal, rest),
        _ => (Comparator::Equal, part),
    }
}

/// Why what a constraint names is no version of its type, though the order of the type would take any text.
fn no_version(scheme: Option<Scheme>, written: &str, decoded: &str) -> Option<&'static str> {
    let scheme = scheme?;
    if written.contains(char::is_whitespace) {
        return Some("a version has a blank inside");
    }
    if matches!(scheme, Scheme::Generic | Scheme::Ot) {
        return None;
    }
    // What was coded to look like a part of the version is read like what stands there plainly.
    if decoded.contains(['[', ']', '(', ')', ',', ';']) {
        return Some("a version has brackets or a comma inside, as intervals and lists have");
    }
    if decoded.contains(['<', '>', '=', '!', '*', '|']) {
        return Some("a version has a comparator or a star inside");
    }
    notation::no_version(scheme, decoded)
}

/// `1.0` of a type whose versions have three numbers is `1.0.0`.
fn with_all_numbers(version: String, vers: &mut Vers) -> String {
    if vers.scheme() != Some(Scheme::Semver) || Scheme::Semver.encode(&version).is_ok() {
        return version;
    }
    let core = version.find(['-', '+']).unwrap_or(version.len());
    let missing = 3_usize.saturating_sub(version[..core].split('.').count());
    let whole = format!("{}{}{}", &version[..core], ".0".repeat(missing), &version[core..]);
    if Scheme::Semver.encode(&whole).is_err() {
        return version;
    }
    vers.flags.push(Tolerance::FewNumbers);
    whole
}

/// Reads a string strictly: only the canonical form passes.
///
/// # Errors
/// As [`parse`], and for everything that it would tolerate.
pub fn parse_strict(text: &str) -> Result<Vers, VersError> {
    let vers = parse(text)?;
    if !vers.flags.is_empty() || vers.to_string() != text {
        return Err(form(text, "it is not in canonical form"));
    }
    if vers.scheme_name == "all" && !vers.constraints.is_empty() {
        return Err(form(text, "the type `all` allows only `*`"));
    }
    let lower_case = |c: &(Comparator, String)| c.1.contains(['t', 'z']);
    if vers.scheme_name == "datetime" && vers.constraints.iter().any(lower_case) {
        return Err(form(text, "a time is written with upper-case `T` and `Z`"));
    }
    vers.check_alternation().map_err(|why| form(text, why))?;
    Ok(vers)
}

impl Vers {
    /// The type behind `vers:`, in lower case.
    pub fn scheme_name(&self) -> &str {
        &self.scheme_name
    }

    /// The scheme that orders its versions; `None` when it is not implemented.
    pub fn scheme(&self) -> Option<Scheme> {
        Scheme::from_name(&self.scheme_name)
    }

    /// The constraints in canonical order, decoded; empty stands for `*`.
    pub fn constraints(&self) -> &[(Comparator, String)] {
        &self.constraints
    }

    /// What was tolerated while reading.
    pub fn flags(&self) -> &[Tolerance] {
        &self.flags
    }

    /// Sorts by version; true when the order changed.
    fn sort(&mut self) -> bool {
        let Some(scheme) = self.scheme() else { return false };
        let keyed: Option<Vec<_>> =
            self.constraints.iter().map(|c| scheme.encode(&c.1).ok().map(|key| (key, c.clone()))).collect();
        let Some(mut keyed) = keyed else { return false };
        keyed.sort_by(|a, b| a.0.cmp(&b.0));
        let sorted: Vec<_> = keyed.into_iter().map(|(_, constraint)| constraint).collect();
        let changed = sorted != self.constraints;
        self.constraints = sorted;
        changed
    }

    fn check_alternation(&self) -> Result<(), &'static str> {
        let bounds: Vec<bool> = self
            .constraints
            .iter()
            .filter(|(comparator, _)| comparator.is_upper() || comparator.is_lower())
            .map(|(comparator, _)| comparator.is_upper())
            .collect();
        if bounds.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err("its comparators do not alternate between lesser and greater");
        }
        Ok(())
    }

    /// The range: the set of versions the string describes.
    ///
    /// # Errors
    /// When the type has no known order, or a version is not one of its scheme.
    pub fn range(&self) -> Result<VersionRange, VersError> {
        if self.scheme_name == "none" {
            return Ok(VersionRange::none());
        }
        if self.constraints.is_empty() {
            return Ok(VersionRange::all());
        }
        let scheme = self.scheme().ok_or_else(|| VersError::UnknownType(self.scheme_name.clone()))?;
        let mut intervals = Vec::new();
        let mut excluded = Vec::new();
        let mut open: Option<Bound> = None;
        // Index of the interval that the last upper bound closed.
        let mut closed: Option<usize> = None;
        for (comparator, text) in &self.constraints {
            let version = scheme.parse(text)?;
            match comparator {
                Comparator::Equal => intervals.push(Interval::exact(version)),
                Comparator::NotEqual => excluded.push(version),
                Comparator::Less | Comparator::LessEqual => {
                    let upper = bound(*comparator, version);
                    match (open.take(), closed) {
                        (Some(lower), _) => {
                            closed = Some(intervals.len());
                            intervals.push(Interval { lower, upper });
                        }
                        // Of several upper bounds in a row the last counts, of several lower ones the first.
                        (None, Some(at)) => intervals[at].upper = upper,
                        (None, None) => {
                            closed = Some(intervals.len());
                            intervals.push(Interval { lower: Bound::Unbounded, upper });
                        }
                    }
                }
                Comparator::Greater | Comparator::GreaterEqual => {
                    closed = None;
                    if open.is_none() {
                        open = Some(bound(*comparator, version));
                    }
                }
            }
        }
        if let Some(lower) = open {
            intervals.push(Interval { lower, upper: Bound::Unbounded });
        }
        if intervals.is_empty() {
            intervals.push(Interval::all());
        }
        Ok(VersionRange::from_intervals(intervals).without(excluded))
    }

    /// Whether a version text is inside, by the rule of the notation.
    ///
    /// # Errors
    /// When the type has no known order, or a version cannot be read.
    pub fn contains(&self, text: &str) -> Result<crate::Answer, VersError> {
        let range = self.range()?;
        let scheme = self.scheme().unwrap_or(Scheme::Generic);
        let version = scheme.parse(text)?;
        if let Some(why) = notation::no_version(scheme, text) {
            return Ok(crate::Answer::Unknown { why: format!("`{text}` is no version: {why}") });
        }
        if let Some(why) = self.constraints.iter().find_map(|(_, bound)| notation::doubt(scheme, bound, text))
        {
            return Ok(crate::Answer::Unknown { why });
        }
        // A version that equals an included bound is inside even when another constraint touches it.
        for (comparator, bound) in &self.constraints {
            let included =
                matches!(comparator, Comparator::Equal | Comparator::LessEqual | Comparator::GreaterEqual);
            if included && Version::compare(&version, &scheme.parse(bound)?) == Comparison::Equal {
                return Ok(crate::Answer::Yes);
            }
        }
        Ok(range.contains(&version))
    }
}

fn bound(comparator: Comparator, version: Version) -> Bound {
    match comparator {
        Comparator::LessEqual | Comparator::GreaterEqual | Comparator::Equal => Bound::Included(version),
        Comparator::Less | Comparator::Greater | Comparator::NotEqual => Bound::Excluded(version),
    }
}

impl fmt::Display for Vers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "vers:{}/", self.scheme_name)?;
        if self.constraints.is_empty() {
            return f.write_str("*");
        }
        for (nth, (comparator, version)) in self.constraints.iter().enumerate() {
            if nth > 0 {
                f.write_str("|")?;
            }
            write!(f, "{}{}", comparator.sign(), percent_encode(version))?;
        }
        Ok(())
    }
}

fn percent_decode(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        if bytes[at] == b'%' {
            let digits = text.get(at + 1..at + 3)?;
            out.push(u8::from_str_radix(digits, 16).ok()?);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(out).ok()
}

fn percent_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '>' | '<' | '=' | '!' | '*' | '|' | '%') || character.is_whitespace() {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                out.push('%');
                out.push_str(&format!("{byte:02X}"));
            }
        } else {
            out.push(character);
        }
    }
    out
}
