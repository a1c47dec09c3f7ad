//! What one column can mean, with the fixed words under which mappings are stored.

use holdpoint_domain::asset::Field;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Target {
    /// The owner's tag of the asset. Word: `asset_tag`.
    AssetTag,
    /// A field of the asset. Word: `field:` and the field's own.
    Field(Field),
    /// Holdpoint's id of the asset, from an export. Word: `id`.
    Id,
    /// The state of the asset at the time of the export. Word: `etag`.
    Etag,
    /// A part of the name of installed software. Word: `installed:` and the part's own.
    Installed(InstalledField),
    /// Nothing that is used. Word: `ignore`.
    Ignore,
}

/// A part of the name of installed software.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstalledField {
    /// Who made it. Word: `vendor`.
    Vendor,
    /// What it is called. Word: `product`.
    Product,
    /// Which version. Word: `version`.
    Version,
    /// Its package URL. Word: `purl`.
    Purl,
    /// Its CPE name. Word: `cpe`.
    Cpe,
}

impl InstalledField {
    /// All parts, in their natural order.
    pub const ALL: [Self; 5] = [Self::Vendor, Self::Product, Self::Version, Self::Purl, Self::Cpe];

    /// The fixed word of this part.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Vendor => "vendor",
            Self::Product => "product",
            Self::Version => "version",
            Self::Purl => "purl",
            Self::Cpe => "cpe",
        }
    }
}

/// A text that names no target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no meaning of a column; examples are `asset_tag`, `field:vendor`, `installed:version`, `ignore`"
)]
pub struct UnknownTarget {
    /// The text, cut to 64 characters.
    pub text: String,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AssetTag => f.write_str("asset_tag"),
            Self::Field(field) => write!(f, "field:{}", field.word()),
            Self::Id => f.write_str("id"),
            Self::Etag => f.write_str("etag"),
            Self::Installed(part) => write!(f, "installed:{}", part.word()),
            Self::Ignore => f.write_str("ignore"),
        }
    }
}

impl FromStr for Target {
    type Err = UnknownTarget;

    fn from_str(text: &str) -> Result<Self, UnknownTarget> {
        let unknown = || UnknownTarget { text: text.chars().take(64).collect() };
        match text.split_once(':') {
            None => match text {
                "asset_tag" => Ok(Self::AssetTag),
                "id" => Ok(Self::Id),
                "etag" => Ok(Self::Etag),
                "ignore" => Ok(Self::Ignore),
                _ => Err(unknown()),
            },
            Some(("field", word)) => word.parse().map(Self::Field).map_err(|_| unknown()),
            Some(("installed", word)) => InstalledField::ALL
                .into_iter()
                .find(|part| part.word() == word)
                .map(Self::Installed)
                .ok_or_else(unknown),
            Some(_) => Err(unknown()),
        }
    }
}

impl From<Target> for String {
    fn from(target: Target) -> Self {
        target.to_string()
    }
}

impl TryFrom<String> for Target {
    type Error = UnknownTarget;

    fn try_from(text: String) -> Result<Self, UnknownTarget> {
        text.parse()
    }
}
