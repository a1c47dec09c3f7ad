//! Remarks on how an expression was read.

use std::fmt;

/// Something that was tolerated in a text, or that a person should know about its reading.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Flag {
    /// A `vers:` string that the notation forbids was read by its evident sense (`vers:all/<V4.4`).
    VersMisuse,
    /// Bounds stand side by side without a separator, or joined by `|` where they must both hold.
    BoundsJoined,
    /// An operator was written the wrong way round (`=<`).
    OperatorRepaired,
    /// The product's own name carries a version, which is a candidate for a lower bound that the text omits.
    ImpliedLowerBound {
        /// The version in the product's name.
        version: String,
    },
    /// A service pack was cut off its version by a separator and was put back.
    QualifierRejoined,
    /// Words of the product's name stood inside the text and were skipped.
    ProductNameSkipped,
    /// The text is exactly one version, and the node it stands in means exactly one.
    ExactPoint,
    /// A remark or condition may add versions to the range, so the range was opened to every version.
    RangeOpened,
    /// A remark that does not change the meaning was skipped.
    RemarkSkipped {
        /// The remark.
        text: String,
    },
}

impl Flag {
    /// A stable word for storing and filtering.
    pub fn code(&self) -> &'static str {
        match self {
            Self::VersMisuse => "vers-misuse",
            Self::BoundsJoined => "bounds-joined",
            Self::OperatorRepaired => "operator-repaired",
            Self::ImpliedLowerBound { .. } => "implied-lower-bound",
            Self::QualifierRejoined => "qualifier-rejoined",
            Self::ProductNameSkipped => "product-name-skipped",
            Self::ExactPoint => "exact-point",
            Self::RangeOpened => "range-opened",
            Self::RemarkSkipped { .. } => "remark-skipped",
        }
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::VersMisuse => f.write_str("the vers string is not valid and was read by its evident sense"),
            Self::BoundsJoined => f.write_str("two bounds were read as both having to hold"),
            Self::OperatorRepaired => f.write_str("an operator was written the wrong way round"),
            Self::ImpliedLowerBound { version } => {
                write!(f, "the product's name says `{version}`, so older lines may not be meant")
            }
            Self::QualifierRejoined => f.write_str("a service pack was put back to its version"),
            Self::ProductNameSkipped => f.write_str("the product's name inside the text was skipped"),
            Self::ExactPoint => f.write_str("exactly one version is meant"),
            Self::RangeOpened => f.write_str("a remark or condition may add versions to the range"),
            Self::RemarkSkipped { text } => write!(f, "the remark `{text}` was skipped"),
        }
    }
}
