//! Matches: an asset against what a document says of a product, answered yes, no or unknown, with the reason.
//!
//! The rule above all others: an unknown is never a no.

use crate::words::vocabulary;

vocabulary! {
    /// The answer.
    Verdict, "verdict" {
        /// The statement speaks of this asset.
        Yes = "yes",
        /// It does not.
        No = "no",
        /// It cannot be said; the explanation names what is missing.
        Unknown = "unknown",
    }
}

vocabulary! {
    /// How sure a match is, in words.
    Confidence, "confidence" {
        /// Exact product and version, or a person said so.
        Confirmed = "confirmed",
        /// The product by its name, with a version that decides.
        Likely = "likely",
        /// A family, a partial name, or words that were not understood.
        Possible = "possible",
        /// The right product, but its version is not known.
        VersionUnknown = "version_unknown",
    }
}

vocabulary! {
    /// The rung of the ladder of identity that recognised the product. Earlier is surer.
    Rung, "rung" {
        /// Serial number or file hash.
        Serial = "serial",
        /// Order or model number.
        OrderNumber = "order_number",
        /// Package URL.
        Purl = "purl",
        /// CPE name.
        Cpe = "cpe",
        /// What the device's protocol says of itself.
        ProtocolIdentity = "protocol_identity",
        /// Vendor alias and normalised product name, both equal.
        Name = "name",
        /// A reviewed rule on a family of products.
        Family = "family",
        /// Something in common: a candidate for a person to look at.
        Candidate = "candidate",
    }
}

vocabulary! {
    /// How well the text of a product expression was understood.
    ExpressionOutcome, "expression outcome" {
        /// Wholly: it is a range of versions.
        Decided = "decided",
        /// A range, and conditions besides that need more than a version.
        Conditional = "conditional",
        /// Not: a person has to look.
        NotUnderstood = "not_understood",
    }
}

vocabulary! {
    /// Why nothing is settled for an asset: no line stands for it, or every line is open. What comes first is to be mended
    /// first.
    NoLine, "reason for no line" {
        /// Nothing names the product.
        NoName = "no_name",
        /// The product is named, its vendor is not.
        NoVendor = "no_vendor",
        /// No document at hand names the vendor.
        VendorUnknown = "vendor_unknown",
        /// The name says less than a product's name: a brand, a class of devices.
        NameTooGeneral = "name_too_general",
        /// Documents name the vendor, and no product like this one.
        NoProductNear = "no_product_near",
        /// A name in a document resembles it, and whether it is meant is a question that waits.
        Resembles = "resembles",
        /// Documents name it, but only as fixed, as not affected, or as recommended.
        NamedCleared = "named_cleared",
        /// All its lines are of products that it may be; none of them is it for sure.
        OnlyCandidates = "only_candidates",
        /// A document means it, with versions that are not understood.
        OnlyNotUnderstood = "only_not_understood",
        /// A document means it, and whether its version or a condition is met is not known.
        OnlyVersionOpen = "only_version_open",
        /// A document means it, and its publisher still investigates.
        OnlyInvestigated = "only_investigated",
    }
}

impl NoLine {
    /// Whether lines stand for the asset, all of them open.
    #[must_use]
    pub const fn has_lines(self) -> bool {
        match self {
            Self::NoName
            | Self::NoVendor
            | Self::VendorUnknown
            | Self::NameTooGeneral
            | Self::NoProductNear
            | Self::Resembles
            | Self::NamedCleared => false,
            Self::OnlyCandidates
            | Self::OnlyNotUnderstood
            | Self::OnlyVersionOpen
            | Self::OnlyInvestigated => true,
        }
    }
}

/// How sure an answer is, for people. An unknown answer is never called confirmed: what is sure is the product.
#[must_use]
pub const fn confidence_words(verdict: Verdict, confidence: Confidence) -> &'static str {
    match (verdict, confidence) {
        (Verdict::No, _) => "Not affected",
        (Verdict::Yes, Confidence::Confirmed) => "Confirmed",
        (Verdict::Yes, Confidence::Likely) => "Likely",
        (Verdict::Unknown, Confidence::Confirmed) => "Product confirmed, version or condition unknown",
        (Verdict::Unknown, Confidence::Likely) => "Product likely, version or condition unknown",
        (Verdict::Yes | Verdict::Unknown, Confidence::Possible) => "Possible",
        (Verdict::Yes | Verdict::Unknown, Confidence::VersionUnknown) => "Version unknown",
    }
}

/// One row of the evidence: a test, both sides, and how it came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What was tested, for example `vendor`, `order number`, `version`.
    pub test: String,
    /// The asset's side, as written; empty: not known.
    pub asset_value: String,
    /// The document's side, as written; empty: not said.
    pub advisory_value: String,
    /// JSON pointer to the document's side.
    pub advisory_pointer: String,
    /// How it came out.
    pub result: Verdict,
    /// Why, when the two values do not say it themselves.
    pub note: String,
}

/// What was decided for one product of one document and one configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The answer.
    pub verdict: Verdict,
    /// How sure.
    pub confidence: Confidence,
    /// What recognised the product.
    pub rung: Rung,
    /// One sentence, without a full stop.
    pub why: String,
}

/// A decision with all that led to it. The same inputs give the same explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The decision; its `why` is the one sentence.
    pub decision: Decision,
    /// The evidence, in the order of the tests.
    pub evidence: Vec<Evidence>,
    /// What would change the answer, in words; empty when nothing would.
    pub what_would_change_it: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::{Confidence, Verdict, confidence_words};

    #[test]
    fn an_unknown_answer_is_never_called_confirmed() {
        for confidence in Confidence::ALL {
            let words = confidence_words(Verdict::Unknown, *confidence);
            assert!(words.contains("unknown") || words == "Possible", "{words}");
        }
    }
}
