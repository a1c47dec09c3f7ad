//! A version, its scheme, and the comparison of two.
//!
//! Here lives the face that every scheme shares; each scheme has its own file. The surprise: [`Comparison`] has a
//! fourth case. Two texts may both be fine and yet have no order between them.

use std::cmp::Ordering;
use std::fmt;

use crate::key::VersionKey;
use crate::profile::Profile;
use crate::{MAX_VERSION_BYTES, ot, scheme};

/// A way of numbering versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scheme {
    /// Industrial products, the most tolerant scheme that still never guesses.
    Ot,
    /// Debian packages (`deb-version(7)`).
    Dpkg,
    /// RPM packages: epoch, version, release.
    Rpm,
    /// Semantic Versioning 2.0; build metadata does not order.
    Semver,
    /// Python packages (PEP 440).
    Pep440,
    /// Maven artefacts.
    Maven,
    /// Whole numbers separated by dots, nothing else.
    Intdot,
    /// Dates and times of RFC 3339; two instants that are equal are equal versions.
    Datetime,
    /// Windows builds, `10.0.19045.4412`; one to four numbers.
    WindowsBuild,
    /// Microsoft knowledge-base articles: equal or not; a higher number is not newer.
    Kb,
    /// Plain order of Unicode code points.
    Lexicographic,
    /// No order is known: equal or not.
    Generic,
    /// Alpine packages (apk-tools).
    Apk,
    /// PHP packages (Composer).
    Composer,
    /// Ruby gems.
    Gem,
    /// NuGet packages; the words of a pre-release are one in capitals and without.
    Nuget,
}

impl Scheme {
    /// Every scheme, in the order of declaration.
    pub const ALL: [Self; 16] = [
        Self::Ot,
        Self::Dpkg,
        Self::Rpm,
        Self::Semver,
        Self::Pep440,
        Self::Maven,
        Self::Intdot,
        Self::Datetime,
        Self::WindowsBuild,
        Self::Kb,
        Self::Lexicographic,
        Self::Generic,
        Self::Apk,
        Self::Composer,
        Self::Gem,
        Self::Nuget,
    ];

    /// The name of the scheme, as in `vers:` where that names it, else our own word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ot => "ot",
            Self::Dpkg => "deb",
            Self::Rpm => "rpm",
            Self::Semver => "semver",
            Self::Pep440 => "pypi",
            Self::Maven => "maven",
            Self::Intdot => "intdot",
            Self::Datetime => "datetime",
            Self::WindowsBuild => "windows",
            Self::Kb => "kb",
            Self::Lexicographic => "lexicographic",
            Self::Generic => "generic",
            Self::Apk => "apk",
            Self::Composer => "composer",
            Self::Gem => "gem",
            Self::Nuget => "nuget",
        }
    }

    /// The scheme of a `vers:` or package-URL type; `None` for a type whose order is not implemented.
    pub fn from_name(name: &str) -> Option<Self> {
        let scheme = match name {
            "ot" => Self::Ot,
            "deb" | "dpkg" | "debian" | "ubuntu" => Self::Dpkg,
            "rpm" => Self::Rpm,
            "semver" | "npm" | "cargo" | "golang" | "hex" => Self::Semver,
            "pypi" | "pep440" | "python" => Self::Pep440,
            "maven" => Self::Maven,
            "intdot" => Self::Intdot,
            "datetime" => Self::Datetime,
            "windows" => Self::WindowsBuild,
            "kb" => Self::Kb,
            "lexicographic" => Self::Lexicographic,
            "generic" | "none" => Self::Generic,
            "apk" | "alpine" => Self::Apk,
            "composer" => Self::Composer,
            "gem" | "rubygems" => Self::Gem,
            "nuget" => Self::Nuget,
            _ => return None,
        };
        Some(scheme)
    }

    /// Reads one version.
    ///
    /// # Errors
    /// When the text is not fully understood as a version of this scheme; the error says why.
    pub fn parse(self, text: &str) -> Result<Version, VersionError> {
        Version::with_profile(self, Profile::Common, text)
    }

    /// Reads two versions and compares them.
    ///
    /// # Errors
    /// When one of the texts is not a version of this scheme.
    pub fn compare(self, a: &str, b: &str) -> Result<Comparison, VersionError> {
        Ok(self.parse(a)?.compare(&self.parse(b)?))
    }

    /// Reads a version and gives its key alone, without keeping the text: the fast way to fill an index.
    ///
    /// # Errors
    /// As [`Scheme::parse`].
    pub fn encode(self, text: &str) -> Result<VersionKey, VersionError> {
        if text.len() > MAX_VERSION_BYTES {
            return Err(VersionError::new(self, text, "it is too long for a version"));
        }
        let text = text.trim();
        let key = match self {
            Self::Ot => ot::encode(text),
            Self::Dpkg => scheme::dpkg::encode(text),
            Self::Rpm => scheme::rpm::encode(text),
            Self::Semver => scheme::semver::encode(text),
            Self::Pep440 => scheme::pep440::encode(text),
            Self::Maven => scheme::maven::encode(text),
            Self::Intdot => scheme::intdot::encode(text),
            Self::Datetime => scheme::datetime::encode(text),
            Self::WindowsBuild => scheme::windows::encode_build(text),
            Self::Kb => scheme::windows::encode_kb(text),
            Self::Lexicographic | Self::Generic => scheme::plain::encode(text),
            Self::Apk => scheme::apk::encode(text),
            Self::Composer => scheme::composer::encode(text),
            Self::Gem => scheme::gem::encode(text),
            Self::Nuget => scheme::nuget::encode(text),
        };
        key.map_err(|why| VersionError::new(self, text, why))
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One version: the text as it was written, and its sortable key.
///
/// Equality of two values is equality of scheme and key, so `V3.3` equals `3.3.0`.
#[derive(Debug, Clone)]
pub struct Version {
    text: Box<str>,
    key: VersionKey,
    scheme: Scheme,
    profile: Profile,
    edge: Edge,
}

/// Whether this is a real version or an edge of a family such as `8.1.x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    /// A real version.
    Exact,
    /// Below everything of the family.
    FamilyStart,
    /// Above everything of the family.
    FamilyEnd,
}

impl Version {
    /// Reads a version of an OT product as this vendor writes them.
    ///
    /// # Errors
    /// When the text is not fully understood as a version; the error says why.
    pub fn parse_ot(profile: Profile, text: &str) -> Result<Self, VersionError> {
        Self::with_profile(Scheme::Ot, profile, text)
    }

    pub(crate) fn with_profile(scheme: Scheme, profile: Profile, text: &str) -> Result<Self, VersionError> {
        let key = scheme.encode(text)?;
        Ok(Self { text: text.trim().into(), key, scheme, profile, edge: Edge::Exact })
    }

    /// The lower and the upper edge of the family of versions that begin with `numbers` (`8.1`), shown as `text`.
    pub(crate) fn family(profile: Profile, numbers: &str, text: &str) -> Result<(Self, Self), VersionError> {
        let error = |why| VersionError::new(Scheme::Ot, text, why);
        let next = increment_last(numbers).ok_or_else(|| error("it does not end with a number"))?;
        let edge = |prefix: &str, edge| {
            let key = ot::floor_of(prefix).map_err(error)?;
            Ok(Self { text: text.into(), key, scheme: Scheme::Ot, profile, edge })
        };
        Ok((edge(numbers, Edge::FamilyStart)?, edge(&next, Edge::FamilyEnd)?))
    }

    /// The text as it was written, without blanks around it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The scheme it was read with.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The sortable key, for indexes and databases.
    pub fn key(&self) -> &VersionKey {
        &self.key
    }

    pub(crate) fn edge(&self) -> Edge {
        self.edge
    }

    /// True when this is the other version with a further service pack, update, hotfix or build: a text that names the other
    /// one as the last version may mean this one too, so it excludes nothing.
    pub fn is_fix_of(&self, base: &Self) -> bool {
        if self.scheme != Scheme::Ot || base.scheme != Scheme::Ot {
            return false;
        }
        let base = base.key.as_bytes();
        let stem = base.strip_suffix(&[ot::END]).unwrap_or(base);
        self.key.as_bytes().strip_prefix(stem).is_some_and(|rest| rest.first() == Some(&ot::POST))
    }

    /// True when this is the other version with letters set right behind its last number, or with a number right behind its
    /// last letters: `4.5a` for `4.5`, `FB1` for `FB`. Words whose meaning is known (`SP1`) are no such letters.
    pub(crate) fn runs_on(&self, base: &Self) -> bool {
        if self.scheme != Scheme::Ot || base.scheme != Scheme::Ot {
            return false;
        }
        let base = base.key.as_bytes();
        let stem = base.strip_suffix(&[ot::END]).unwrap_or(base);
        let Some(rest) = self.key.as_bytes().strip_prefix(stem) else { return false };
        // Zeros at the end are not in the key of the shorter one.
        let behind_zeros = rest.iter().find(|byte| **byte != ot::NUM).copied();
        match rest.first() {
            Some(&first) if stem.last() == Some(&0) => (ot::NUM..ot::LETTER).contains(&first),
            Some(_) => behind_zeros == Some(ot::LETTER),
            None => false,
        }
    }

    /// True when a limit that leaves the last part out, a Python local version or an RPM release, means every one of it:
    /// `2.0.0+cu118` for `2.0.0`, `1.0-5.el8` for `1.0`.
    pub(crate) fn is_meant_by(&self, limit: &Self) -> bool {
        if self.scheme != limit.scheme {
            return false;
        }
        let begins =
            |stem: &[u8]| self.key.as_bytes().len() > stem.len() && self.key.as_bytes().starts_with(stem);
        match self.scheme {
            Scheme::Pep440 => !limit.text.contains('+') && begins(limit.key.as_bytes()),
            Scheme::Rpm => {
                let stem = limit.key.as_bytes().split_last().map_or(&[][..], |(_, stem)| stem);
                !limit.text.contains('-') && begins(stem)
            }
            Scheme::Ot
            | Scheme::Dpkg
            | Scheme::Semver
            | Scheme::Maven
            | Scheme::Intdot
            | Scheme::Datetime
            | Scheme::WindowsBuild
            | Scheme::Kb
            | Scheme::Lexicographic
            | Scheme::Generic
            | Scheme::Apk
            | Scheme::Composer
            | Scheme::Gem
            | Scheme::Nuget => false,
        }
    }

    /// True when this is the other version of a Python package with a local version behind it, `1.9+cu118` and `1.9`: a text
    /// that names the other one means this one too.
    pub fn is_local_of(&self, other: &Self) -> bool {
        self.scheme == Scheme::Pep440 && self.is_meant_by(other)
    }

    /// True when this is a build of the other version, which names none: `1.2.3-r2` for `1.2.3`, and of Debian also the same
    /// source built once more (`1.2-1+b1` for `1.2-1`). Who names the other one as affected mostly means this one too.
    pub fn is_build_of(&self, base: &Self) -> bool {
        self.scheme == base.scheme
            && self.unbuilt().any(|stem| {
                names_a_build(self.scheme, &base.text) == names_a_build(self.scheme, stem)
                    && self.scheme.encode(stem).is_ok_and(|key| key == base.key)
            })
    }

    /// The versions of which this one is a build, as [`Version::is_build_of`] means it.
    pub fn unbuilt(&self) -> impl Iterator<Item = &str> {
        let text: &str = &self.text;
        let before = |mark: &str| text.rsplit_once(mark).map(|(stem, _)| stem);
        let stems = match self.scheme {
            Scheme::Dpkg => [before("-"), again(text)],
            Scheme::Rpm => [before("-"), None],
            Scheme::Apk => [before("-r"), None],
            Scheme::Ot
            | Scheme::Semver
            | Scheme::Pep440
            | Scheme::Maven
            | Scheme::Intdot
            | Scheme::Datetime
            | Scheme::WindowsBuild
            | Scheme::Kb
            | Scheme::Lexicographic
            | Scheme::Generic
            | Scheme::Composer
            | Scheme::Gem
            | Scheme::Nuget => [None, None],
        };
        stems.into_iter().flatten()
    }

    /// Compares for a decision: refuses pairs whose order nobody can be sure of.
    pub fn compare(&self, other: &Self) -> Comparison {
        if self.scheme != other.scheme {
            return Comparison::Undecidable(Undecidable::DifferentSchemes);
        }
        let profile = if self.profile == Profile::Common { other.profile } else { self.profile };
        match self.scheme {
            Scheme::Ot => ot::order::compare(profile, self.key.as_bytes(), other.key.as_bytes()),
            Scheme::Kb | Scheme::Generic => {
                if self.key == other.key {
                    Comparison::Equal
                } else {
                    Comparison::Undecidable(Undecidable::NoOrder)
                }
            }
            Scheme::Dpkg
            | Scheme::Rpm
            | Scheme::Semver
            | Scheme::Pep440
            | Scheme::Maven
            | Scheme::Intdot
            | Scheme::Datetime
            | Scheme::WindowsBuild
            | Scheme::Lexicographic
            | Scheme::Apk
            | Scheme::Composer
            | Scheme::Gem
            | Scheme::Nuget => self.key.cmp(&other.key).into(),
        }
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.scheme == other.scheme && self.key == other.key
    }
}

impl Eq for Version {}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether a version of a distribution's package says which build of the upstream version it is.
fn names_a_build(scheme: Scheme, text: &str) -> bool {
    text.contains(if scheme == Scheme::Apk { "-r" } else { "-" })
}

/// What was built once more: `1.2-1` of `1.2-1+b1`.
fn again(text: &str) -> Option<&str> {
    let (stem, count) = text.rsplit_once("+b")?;
    (!count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit())).then_some(stem)
}

/// `8.1` → `8.2`; `None` when the text does not end with a number, or one that is too long.
fn increment_last(numbers: &str) -> Option<String> {
    let start = numbers.rfind(|c: char| !c.is_ascii_digit()).map_or(0, |at| at + 1);
    let last: u64 = numbers.get(start..)?.parse().ok()?;
    Some(format!("{}{}", &numbers[..start], last.checked_add(1)?))
}

/// How one version stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// The first is older.
    Less,
    /// Both are the same version.
    Equal,
    /// The first is newer.
    Greater,
    /// Nobody can say; the reason is inside.
    Undecidable(Undecidable),
}

impl From<Ordering> for Comparison {
    fn from(order: Ordering) -> Self {
        match order {
            Ordering::Less => Self::Less,
            Ordering::Equal => Self::Equal,
            Ordering::Greater => Self::Greater,
        }
    }
}

/// Why two versions have no order that one could rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undecidable {
    /// The versions are of different schemes.
    DifferentSchemes,
    /// The scheme knows equal and different, but no newer.
    NoOrder,
    /// A year (`2017`) stands against a technical number (`17.3`).
    YearAgainstNumber,
    /// A date (`20190409`) stands against a short number.
    DateAgainstNumber,
    /// The two numbers may be days, written so that the later day is not the higher number.
    DifferentDays,
    /// Two different words or letters stand at the same place (`HiOS`, `WeOS`).
    DifferentWords,
    /// A word stands where the other has a number.
    WordAgainstNumber,
    /// `V7.4 SP1` against `7.4.1`: the number may be another way to write the service pack.
    QualifierAgainstNumber,
    /// Two qualifiers whose rank is not known (`SP2`, `FP2`).
    DifferentQualifiers,
    /// One version has a letter or word where the other ends.
    LetterMissing,
    /// The first version does not say which build it is.
    LeftLacksBuild,
    /// The second version does not say which build it is.
    RightLacksBuild,
}

impl fmt::Display for Undecidable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DifferentSchemes => "the two versions are numbered in different ways",
            Self::NoOrder => "versions of this kind can be equal or different, but not older or newer",
            Self::YearAgainstNumber => "one version is named after a year, the other by a technical number",
            Self::DateAgainstNumber => "one version has a date where the other has a short number",
            Self::DifferentDays => {
                "the numbers may be dates, and the later date need not be the higher number"
            }
            Self::DifferentWords => "the versions carry different words at the same place",
            Self::WordAgainstNumber => "one version has a word where the other has a number",
            Self::QualifierAgainstNumber => {
                "one version names a service pack, update or build where the other has a further number"
            }
            Self::DifferentQualifiers => "the versions carry qualifiers whose order is not known",
            Self::LetterMissing => "one version has a letter or word that the other does not have",
            Self::LeftLacksBuild => "the build of the first version is not known",
            Self::RightLacksBuild => "the build of the second version is not known",
        })
    }
}

/// A text that is not fully understood as a version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a version of the scheme `{scheme}`: {why}")]
pub struct VersionError {
    /// The scheme it was read with.
    pub scheme: Scheme,
    /// The text, cut after 80 characters.
    pub text: String,
    /// The reason, as a clause that follows a colon.
    pub why: &'static str,
}

impl VersionError {
    pub(crate) fn new(scheme: Scheme, text: &str, why: &'static str) -> Self {
        Self { scheme, text: text.chars().take(80).collect(), why }
    }
}
