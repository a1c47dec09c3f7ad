//! Records of Microsoft's update catalogue, as JSON: one object a package, or a list of them.
//!
//! Not here: fetching them. The surprise: what a package replaces is a list of *titles*, and only the article in the title
//! names it; what replaces it comes with the package's id besides.

use holdpoint_domain::patch::{PatchRecord, PatchReference, canonical_kb, kbs_in};
use holdpoint_domain::{Moment, Parsed, Rejected, Warning};
use serde::Deserialize;

use super::{Limits, MicrosoftFile, VENDOR, class_of, refused, said, title, too_many};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Raw {
    #[serde(deserialize_with = "text")]
    update_id: String,
    #[serde(deserialize_with = "text")]
    title: String,
    #[serde(deserialize_with = "text")]
    architecture: String,
    #[serde(deserialize_with = "text")]
    classification: String,
    #[serde(deserialize_with = "text")]
    supported_products: String,
    #[serde(deserialize_with = "text", alias = "security_bulletin")]
    security_bulliten: String,
    #[serde(deserialize_with = "text")]
    msrc_severity: String,
    #[serde(deserialize_with = "text")]
    kb_article: String,
    #[serde(deserialize_with = "text")]
    more_info: String,
    #[serde(alias = "superseded_by")]
    supersededby: Option<Vec<Other>>,
    supersedes: Option<Vec<Other>>,
    #[serde(deserialize_with = "text")]
    reboot_behavior: String,
    #[serde(deserialize_with = "text")]
    last_modified: String,
}

/// Another package: its title alone, or with its id.
#[derive(Deserialize)]
#[serde(untagged)]
enum Other {
    Title(String),
    Package {
        #[serde(default)]
        title: String,
        #[serde(default)]
        update_id: String,
    },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    Many(Vec<Raw>),
    One(Box<Raw>),
}

/// A text; `null` is none, a number is its digits.
fn text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::String(text) => said(&text).to_owned(),
        serde_json::Value::Number(number) => number.to_string(),
        _ => String::new(),
    })
}

/// Reads one record or a list of records.
///
/// # Errors
/// `too-large`, `not-json`, `not-catalogue` or `too-many`.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Parsed<MicrosoftFile>, Rejected> {
    super::check_size(bytes, limits)?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let raw: OneOrMany = serde_json::from_slice(bytes).map_err(|error| {
        let what = format!("the file cannot be read as records of the update catalogue: {error}");
        refused("not-json", what, "fetch it again; it may be cut off")
    })?;
    let list = match raw {
        OneOrMany::Many(list) => list,
        OneOrMany::One(one) => vec![*one],
    };
    if list.len() > limits.records {
        return Err(too_many("records", limits.records));
    }
    let mut warnings = Vec::new();
    let mut patches = Vec::with_capacity(list.len());
    for (at, raw) in list.into_iter().enumerate() {
        if raw.update_id.is_empty() && raw.kb_article.is_empty() {
            let message =
                "the record has neither an update id nor an article, so nothing can name it; it was left out";
            warnings.push(Warning::new("catalogue-nameless", format!("record {}", at + 1), message));
            continue;
        }
        patches.push(patch(raw, at, limits, &mut warnings)?);
    }
    if patches.is_empty() {
        return Err(refused(
            "not-catalogue",
            "the file holds no record of the update catalogue".to_owned(),
            "give records with `update_id` or `kb_article`",
        ));
    }
    let changed = patches.iter().filter_map(|patch| patch.released).max();
    let id = if let [only] = patches.as_slice() { only.update_id.clone() } else { String::new() };
    Ok(Parsed { value: MicrosoftFile { id, changed, patches, vulnerabilities: Vec::new() }, warnings })
}

fn patch(raw: Raw, at: usize, limits: &Limits, warnings: &mut Vec<Warning>) -> Result<PatchRecord, Rejected> {
    let place = format!("record {}", at + 1);
    let identifier = canonical_kb(&raw.kb_article).or_else(|| kbs_in(&raw.title).into_iter().next());
    let products = match title::product(&raw.title) {
        Some(product) => vec![product.to_owned()],
        None => {
            raw.supported_products.split(',').map(said).filter(|name| !name.is_empty()).map(spaced).collect()
        }
    };
    let architecture = match title::architecture(&raw.architecture) {
        "" => title::architecture(&raw.title),
        named => named,
    };
    let mut references = |list: Option<Vec<Other>>| {
        let list = list.unwrap_or_default();
        if list.len() > limits.references {
            return Err(too_many("references of one patch", limits.references));
        }
        let mut found: Vec<PatchReference> = Vec::new();
        for other in list {
            match reference(&other) {
                Some(reference) if !found.contains(&reference) => found.push(reference),
                Some(_) => {}
                None => {
                    let (Other::Title(title) | Other::Package { title, .. }) = other;
                    let title: String = title.chars().take(120).collect();
                    let message =
                        format!("`{title}` names no article and no package; the reference was left out");
                    warnings.push(Warning::new("patch-odd-reference", &place, message));
                }
            }
        }
        Ok(found)
    };
    Ok(PatchRecord {
        identifier: identifier.unwrap_or_default(),
        class: class_of(&raw.classification, &raw.msrc_severity),
        supersedes: references(raw.supersedes)?,
        superseded_by: references(raw.supersededby)?,
        update_id: raw.update_id.to_ascii_lowercase(),
        title: raw.title,
        classification: raw.classification,
        bulletin: raw.security_bulliten,
        severity: raw.msrc_severity,
        released: american_day(&raw.last_modified),
        products,
        architecture: architecture.to_owned(),
        restart: raw.reboot_behavior,
        url: raw.more_info,
        ..PatchRecord::of(VENDOR.to_owned())
    })
}

fn reference(other: &Other) -> Option<PatchReference> {
    let (title, id) = match other {
        Other::Title(title) => (title.as_str(), ""),
        Other::Package { title, update_id } => (title.as_str(), update_id.as_str()),
    };
    match kbs_in(title).into_iter().next() {
        Some(kb) => Some(PatchReference::Identifier(kb)),
        None if !id.is_empty() => Some(PatchReference::UpdateId(id.to_ascii_lowercase())),
        None => None,
    }
}

/// `Windows11` as `Windows 11`: the catalogue's pages lose the blanks of the list of products.
fn spaced(name: &str) -> String {
    match name.strip_prefix("Windows") {
        Some(rest) if rest.starts_with(|first: char| first.is_ascii_digit()) => format!("Windows {rest}"),
        Some(_) | None => name.to_owned(),
    }
}

/// `5/9/2023`: month, day, year. Other forms are not guessed.
fn american_day(text: &str) -> Option<Moment> {
    let mut parts = text.split('/').map(str::parse::<u16>);
    let (month, day, year) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    if parts.next().is_some() {
        return None;
    }
    format!("{year:04}-{month:02}-{day:02}").parse().ok()
}
