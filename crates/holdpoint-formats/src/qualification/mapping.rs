//! Mapping files: where a vendor's list keeps what, and what each of its words means. TOML, for people to read.
//!
//! The surprise: a word stands for a state only when it is written out here as a whole; there are no patterns over
//! words, because `Approved` and `Approved, but not on servers` are different answers.

use super::place::Place;
use holdpoint_domain::compatibility::{IdentifierKind, folded};
use holdpoint_domain::patch_state::SupplierState;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The longest mapping file.
const MAX_BYTES: usize = 256 << 10;
/// Words and releases of one mapping.
const MAX_ENTRIES: usize = 2_000;

/// What is wrong with a mapping file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadMapping {
    /// It is no TOML of this shape.
    #[error("the mapping cannot be read: {why}")]
    Shape {
        /// What the reader says, with the line.
        why: String,
    },
    /// It is read and does not hold together.
    #[error("the mapping `{name}` does not hold together: {why}")]
    Content {
        /// Its name.
        name: String,
        /// What is wrong and what to do.
        why: String,
    },
}

/// What format a mapping reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MappedFormat {
    /// CSV or XLSX.
    Table,
    /// XML.
    Xml,
}

/// What an empty cell of the vendor's word means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Blank {
    /// The vendor says nothing of this patch for this release.
    NoStatement,
    /// The vendor says something that nobody has understood.
    Unknown,
}

/// A mapping that holds together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualificationMapping {
    /// Its name: lower case, digits, `-`.
    pub name: String,
    /// What it is for, in a sentence.
    pub title: String,
    /// Who makes the statements.
    pub publisher: String,
    /// What it reads.
    pub format: MappedFormat,
    /// The sheet; `None`: the first that is not empty.
    pub sheet: Option<String>,
    /// The row of the header; `None`: the first that is not empty.
    pub header_row: Option<u32>,
    pub(super) rows: Vec<String>,
    pub(super) dates: Vec<String>,
    pub(super) separators: String,
    pub(super) patch: PatchPlaces,
    pub(super) product: ProductPlaces,
    pub(super) statement: StatementPlaces,
    pub(super) releases: Vec<ReleaseColumn>,
    words: BTreeMap<String, SupplierState>,
    /// What an empty cell means.
    pub blank: Blank,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PatchPlaces {
    pub vendor: Place,
    pub identifier: Place,
    #[serde(deserialize_with = "kind")]
    pub identifier_kind: IdentifierKind,
    pub title: Option<Place>,
    pub url: Option<Place>,
    pub released: Option<Place>,
    pub severity: Option<Place>,
    pub supersedes: Option<Place>,
    pub superseded_by: Option<Place>,
    pub prerequisites: Option<Place>,
    pub security: Option<Place>,
    #[serde(default)]
    pub security_yes: Vec<String>,
    #[serde(default)]
    pub security_no: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProductPlaces {
    pub vendor: Place,
    pub name: Place,
    pub version: Option<Place>,
    pub platform: Option<Place>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StatementPlaces {
    pub word: Option<Place>,
    pub issued: Option<Place>,
    pub tested: Option<Place>,
    pub restart: Option<Place>,
    pub conditions: Option<Place>,
    pub comment: Option<Place>,
}

/// A column whose cells are the vendor's word for one release.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReleaseColumn {
    /// The column's name; `{version}` in it stands for the version.
    pub column: String,
    /// The version; absent: what `{version}` stands for.
    pub version: Option<String>,
    /// The product; absent: as for all rows.
    pub product: Option<String>,
    /// The platform; absent: as for all rows.
    pub platform: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    mapping: RawHead,
    patch: PatchPlaces,
    product: ProductPlaces,
    #[serde(default)]
    statement: StatementPlaces,
    #[serde(default, rename = "release")]
    releases: Vec<ReleaseColumn>,
    words: RawWords,
    #[serde(default)]
    explained: Vec<Explained>,
}

/// A word that somebody explained later, with who and why. It wins over `[words]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Explained {
    word: String,
    state: String,
    by: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHead {
    name: String,
    title: String,
    publisher: String,
    format: MappedFormat,
    sheet: Option<String>,
    header_row: Option<u32>,
    rows: Option<String>,
    #[serde(default)]
    dates: Vec<String>,
    #[serde(default)]
    separators: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWords {
    #[serde(default)]
    available: Vec<String>,
    #[serde(default)]
    in_test: Vec<String>,
    #[serde(default)]
    not_approved: Vec<String>,
    #[serde(default)]
    not_applicable: Vec<String>,
    #[serde(default)]
    approved: Vec<String>,
    #[serde(default)]
    released: Vec<String>,
    blank: Option<Blank>,
}

fn kind<'de, D: serde::Deserializer<'de>>(from: D) -> Result<IdentifierKind, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(serde::de::Error::custom)
}

impl QualificationMapping {
    /// Reads a mapping file and checks that it holds together.
    ///
    /// # Errors
    /// [`BadMapping`] says what is wrong and where.
    pub fn parse(text: &str) -> Result<Self, BadMapping> {
        if text.len() > MAX_BYTES {
            let why = format!("it has {} bytes, more than the limit of {MAX_BYTES}", text.len());
            return Err(BadMapping::Shape { why });
        }
        let raw: Raw = toml::from_str(text)
            .map_err(|error| BadMapping::Shape { why: error.to_string().trim().replace('\n', " / ") })?;
        let name = raw.mapping.name.clone();
        Self::checked(raw).map_err(|why| BadMapping::Content { name: name.chars().take(80).collect(), why })
    }

    fn checked(raw: Raw) -> Result<Self, String> {
        let head = raw.mapping;
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if head.name.is_empty() || head.name.len() > 60 || !head.name.chars().all(is_name) {
            return Err("its name must be of small letters, digits and `-`, at most 60".to_owned());
        }
        if head.publisher.trim().is_empty() {
            return Err("`publisher` must say whose statements these are".to_owned());
        }
        if raw.releases.len() > MAX_ENTRIES {
            return Err(format!("it names more than {MAX_ENTRIES} releases"));
        }
        check_statement(head.format, &raw.statement, &raw.releases)?;
        let rows = check_rows(head.format, head.rows.as_deref())?;
        let blank = raw.words.blank.unwrap_or(match raw.releases.is_empty() {
            true => Blank::Unknown,
            false => Blank::NoStatement,
        });
        let mapping = Self {
            name: head.name,
            title: head.title,
            publisher: head.publisher.trim().to_owned(),
            format: head.format,
            sheet: head.sheet,
            header_row: head.header_row,
            rows,
            dates: head.dates,
            separators: head.separators,
            patch: raw.patch,
            product: raw.product,
            statement: raw.statement,
            releases: raw.releases,
            blank,
            words: explained(words(&raw.words)?, &raw.explained)?,
        };
        mapping.check_places()?;
        Ok(mapping)
    }

    /// Every place fits the format.
    fn check_places(&self) -> Result<(), String> {
        for (field, place) in self.places() {
            place.check(self.format).map_err(|why| format!("`{field}` {why}"))?;
        }
        Ok(())
    }

    /// All places, with the name of their field.
    pub(super) fn places(&self) -> Vec<(&'static str, &Place)> {
        let (patch, product, said) = (&self.patch, &self.product, &self.statement);
        let mut all = vec![
            ("patch.vendor", &patch.vendor),
            ("patch.identifier", &patch.identifier),
            ("product.vendor", &product.vendor),
            ("product.name", &product.name),
        ];
        let optional = [
            ("patch.title", &patch.title),
            ("patch.url", &patch.url),
            ("patch.released", &patch.released),
            ("patch.severity", &patch.severity),
            ("patch.supersedes", &patch.supersedes),
            ("patch.superseded_by", &patch.superseded_by),
            ("patch.prerequisites", &patch.prerequisites),
            ("patch.security", &patch.security),
            ("product.version", &product.version),
            ("product.platform", &product.platform),
            ("statement.word", &said.word),
            ("statement.issued", &said.issued),
            ("statement.tested", &said.tested),
            ("statement.restart", &said.restart),
            ("statement.conditions", &said.conditions),
            ("statement.comment", &said.comment),
        ];
        all.extend(optional.into_iter().filter_map(|(field, place)| Some((field, place.as_ref()?))));
        all
    }

    /// The text of a mapping in which one more word is explained; what was explained before stays to be read, and the last
    /// explanation of a word counts.
    #[must_use]
    pub fn with_word(text: &str, word: &str, state: SupplierState, by: &str, reason: &str) -> String {
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        format!(
            "{}\n\n[[explained]]\nword = {}\nstate = {}\nby = {}\nreason = {}\n",
            text.trim_end(),
            quoted(word),
            quoted(state.word()),
            quoted(by),
            quoted(reason)
        )
    }

    /// The state that a word stands for; `None`: the mapping does not explain it.
    #[must_use]
    pub fn state_of(&self, word: &str) -> Option<SupplierState> {
        self.words.get(&folded(word)).copied()
    }

    /// The words that it explains, folded, with their states.
    pub fn words(&self) -> impl Iterator<Item = (&str, SupplierState)> {
        self.words.iter().map(|(word, state)| (word.as_str(), *state))
    }
}

fn check_statement(
    format: MappedFormat,
    statement: &StatementPlaces,
    releases: &[ReleaseColumn],
) -> Result<(), String> {
    match (statement.word.is_some(), releases.is_empty()) {
        (false, true) => {
            return Err(
                "it must say where the vendor's word stands: `statement.word`, or a `[[release]]` for each \
                 column"
                    .to_owned(),
            );
        }
        (true, false) => {
            return Err("`statement.word` and `[[release]]` exclude each other; keep one".to_owned());
        }
        (true, true) | (false, false) => {}
    }
    if format == MappedFormat::Xml && !releases.is_empty() {
        return Err("XML has no columns, so it has no `[[release]]`; use `statement.word`".to_owned());
    }
    for release in releases {
        let marks = release.column.matches("{version}").count();
        if marks > 1 || (marks == 0 && release.version.is_none()) {
            return Err(format!(
                "release column `{}` needs a `version`, or `{{version}}` once in its name",
                release.column
            ));
        }
        if folded(&release.column.replace("{version}", "")).is_empty() {
            return Err("a release column of `{version}` alone would take every column".to_owned());
        }
    }
    Ok(())
}

fn check_rows(format: MappedFormat, rows: Option<&str>) -> Result<Vec<String>, String> {
    match (format, rows) {
        (MappedFormat::Table, None) => Ok(Vec::new()),
        (MappedFormat::Table, Some(_)) => Err("`rows` is for XML alone".to_owned()),
        (MappedFormat::Xml, Some(path)) => {
            let steps: Vec<String> = path.split('/').map(|step| step.trim().to_owned()).collect();
            if steps.len() > 20 || steps.iter().any(String::is_empty) {
                return Err("`rows` must be names of elements with `/` between them, at most 20".to_owned());
            }
            Ok(steps)
        }
        (MappedFormat::Xml, None) => {
            Err("`rows` must name the element that holds one statement, as `Root/List/Item`".to_owned())
        }
    }
}

/// The words by their folded spelling. A word stands for one state, and no word is empty.
fn words(raw: &RawWords) -> Result<BTreeMap<String, SupplierState>, String> {
    let lists = [
        (&raw.available, SupplierState::Available),
        (&raw.in_test, SupplierState::InTest),
        (&raw.not_approved, SupplierState::NotApproved),
        (&raw.not_applicable, SupplierState::NotApplicable),
        (&raw.approved, SupplierState::Approved),
        (&raw.released, SupplierState::Released),
    ];
    let mut words: BTreeMap<String, SupplierState> = BTreeMap::new();
    for (list, state) in lists {
        for word in list {
            let key = folded(word);
            if key.is_empty() {
                return Err(format!(
                    "an empty word cannot stand for `{state}`; use `blank` to say what an empty cell means"
                ));
            }
            if let Some(other) = words.insert(key, state)
                && other != state
            {
                return Err(format!("`{word}` stands for `{other}` and for `{state}`; keep one of them"));
            }
        }
    }
    if words.is_empty() || words.len() > MAX_ENTRIES {
        return Err(format!("`[words]` must explain 1 to {MAX_ENTRIES} words of the vendor"));
    }
    Ok(words)
}

/// The words with those that somebody explained later.
fn explained(
    mut words: BTreeMap<String, SupplierState>,
    later: &[Explained],
) -> Result<BTreeMap<String, SupplierState>, String> {
    if later.len() > MAX_ENTRIES {
        return Err(format!("it explains more than {MAX_ENTRIES} words"));
    }
    for one in later {
        let key = folded(&one.word);
        if key.is_empty() || one.by.trim().is_empty() || one.reason.trim().is_empty() {
            return Err(
                "each `[[explained]]` needs a word, who explained it (`by`) and why (`reason`)".to_owned()
            );
        }
        let state =
            one.state.parse().map_err(|error: holdpoint_domain::words::UnknownWord| error.to_string())?;
        words.insert(key, state);
    }
    Ok(words)
}
