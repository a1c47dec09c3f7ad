//! What must be known about an asset besides its version.

use std::fmt;

use crate::range::VersionRange;

/// A condition of an expression, with the attribute of the asset that would settle it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Predicate {
    /// The serial number decides, often only its first digits.
    SerialNumber {
        /// How many leading characters count; `None` when the text does not say.
        leading: Option<usize>,
        /// The condition on them, for example `<= 24061`.
        condition: String,
    },
    /// The revision of the hardware decides.
    HardwareRevision {
        /// What the vendor calls it, for example `Function State (FS)`.
        name: String,
        /// The revisions that are meant.
        range: VersionRange,
    },
    /// A date decides: of manufacture, of delivery, of a build.
    Date {
        /// The condition, with the date as `YYYY-MM-DD` where it is complete.
        condition: String,
    },
    /// Only with one of these options or order codes.
    Option {
        /// The options as written.
        options: Vec<String>,
    },
    /// The version of a part decides, for example of the BIOS.
    SubComponent {
        /// The name of the part.
        name: String,
        /// The versions of the part that are meant.
        range: VersionRange,
    },
    /// The version or presence of another product decides.
    OtherProduct {
        /// The name of the other product.
        name: String,
        /// Its versions that are meant.
        range: VersionRange,
    },
    /// Only these models, editions or variants.
    ModelList {
        /// The models as written.
        models: Vec<String>,
    },
    /// Only for these vulnerabilities of the document.
    Vulnerability {
        /// CVE numbers in upper case.
        ids: Vec<String>,
    },
    /// How the asset is configured or operated decides.
    Configuration {
        /// The condition as written.
        text: String,
    },
    /// Only for one variant of the product, which the document names apart from the version.
    Variant {
        /// What the variants differ in, for example `architecture`.
        attribute: String,
        /// The one that is meant, as written.
        text: String,
    },
    /// The text has more than one sound reading; the readings differ for this version.
    Reading {
        /// What is not clear, a clause.
        text: String,
    },
    /// A remark whose bearing is not known.
    Other {
        /// The remark as written.
        text: String,
    },
}

impl Predicate {
    /// A stable word for the kind, for storing and filtering.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SerialNumber { .. } => "serial_number",
            Self::HardwareRevision { .. } => "hardware_revision",
            Self::Date { .. } => "date",
            Self::Option { .. } => "option",
            Self::SubComponent { .. } => "sub_component",
            Self::OtherProduct { .. } => "other_product",
            Self::ModelList { .. } => "model_list",
            Self::Vulnerability { .. } => "vulnerability",
            Self::Configuration { .. } => "configuration",
            Self::Variant { .. } => "variant",
            Self::Reading { .. } => "reading",
            Self::Other { .. } => "other",
        }
    }

    /// The attribute that must be known to settle the condition, for people.
    pub fn attribute(&self) -> String {
        match self {
            Self::SerialNumber { .. } => "the serial number".to_owned(),
            Self::HardwareRevision { name, .. } => format!("the hardware revision ({name})"),
            Self::Date { .. } => "the date of manufacture, delivery or build".to_owned(),
            Self::Option { .. } => "the fitted options".to_owned(),
            Self::SubComponent { name, .. } => format!("the version of `{name}`"),
            Self::OtherProduct { name, .. } => format!("presence and version of `{name}`"),
            Self::ModelList { .. } => "the exact model or edition".to_owned(),
            Self::Vulnerability { .. } => "which vulnerability is asked about".to_owned(),
            Self::Configuration { .. } => "the configuration".to_owned(),
            Self::Variant { attribute, .. } => format!("the {attribute}"),
            Self::Reading { .. } => "which reading of the text is right".to_owned(),
            Self::Other { .. } => "what the remark of the advisory means".to_owned(),
        }
    }
}

impl fmt::Display for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SerialNumber { leading: Some(count), condition } => {
                write!(f, "the first {count} characters of the serial number {condition}")
            }
            Self::SerialNumber { leading: None, condition } => write!(f, "serial number {condition}"),
            Self::HardwareRevision { name, range } => write!(f, "{name} {range}"),
            Self::Date { condition } => write!(f, "date {condition}"),
            Self::Option { options } => write!(f, "with option {}", options.join(", ")),
            Self::SubComponent { name, range } | Self::OtherProduct { name, range } => {
                write!(f, "{name}: {range}")
            }
            Self::ModelList { models } => write!(f, "only {}", models.join(", ")),
            Self::Vulnerability { ids } => write!(f, "only for {}", ids.join(", ")),
            Self::Configuration { text } => {
                let said = text.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("only "));
                write!(f, "{}{text}", if said { "" } else { "only " })
            }
            Self::Variant { attribute, text } => write!(f, "{attribute} `{text}`"),
            Self::Reading { text } => write!(f, "unclear: {text}"),
            Self::Other { text } => write!(f, "remark: {text}"),
        }
    }
}
