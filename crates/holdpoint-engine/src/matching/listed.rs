//! What a document writes of a product apart from its version: names, numbers and codes, read once.
//!
//! Documents speak of one product again and again, in many versions. All leaves that write a product in the same way
//! have one of these, so that names are read, and compared with components, once for all of them. The surprise: it
//! holds no version and no place in a document; what needs these belongs to the leaf. But where a document writes part
//! numbers in the version's place (`1766-L32BWA`), that text is a part of how it writes the product.

use super::codes;
use super::family::{FamilyCode, family_codes};
use super::keys::{self, Key, NameParts, Side, VendorParts};
use super::leaf::{cpe_key, named_cpe, purl_key};
use super::narrowing::{Narrowing, narrowings};
use super::tokens;
use holdpoint_domain::advisory::{Helpers, NumberRules, ProductExpression};
use holdpoint_versions::cpe::Cpe;
use holdpoint_versions::names::{self, ModelPattern, NamedCode};
use holdpoint_versions::purl::Purl;

/// A product as documents write it, parsed.
#[derive(Debug, Clone)]
pub struct ListedProduct {
    /// Vendor as written; empty when the document names none.
    pub vendor: String,
    /// Product as written: its name on the path, else its full name.
    pub product: String,
    /// Product as written, without a clause on serial numbers at its end.
    pub named: String,
    /// Normalised names.
    pub names: NameParts,
    /// Order numbers: the document's patterns.
    pub models: Vec<ModelPattern>,
    /// Order numbers as written, in the order of `models` where those could be read, then those out of the name.
    pub model_texts: Vec<String>,
    /// Order numbers without wildcards, letters and digits only.
    pub bare_models: Vec<String>,
    /// `model_texts`, letters and digits only, and once more with look-alike letters as digits.
    pub bare_texts: Vec<(String, String)>,
    /// Order numbers that stand in the product's name, normalised.
    pub named_orders: Vec<String>,
    /// Codes in the product's name that order numbers and other names may be compared with.
    pub codes: Vec<NamedCode>,
    /// Codes of a name that says itself that it stands for several products.
    pub family_codes: Vec<FamilyCode>,
    /// Whether the name says that itself.
    pub says_several: bool,
    /// Whether all listed order numbers are whole, by a scheme that says so.
    pub lists_whole_numbers: bool,
    /// Serial number patterns.
    pub serials: Vec<ModelPattern>,
    /// Serial number patterns as written.
    pub serial_texts: Vec<String>,
    /// CPE, when it can be read.
    pub cpe: Option<Cpe>,
    /// Package URL, when it can be read.
    pub purl: Option<Purl>,
    /// What must hold besides the version.
    pub narrowings: Vec<Narrowing>,
    /// The text in the version's place, when it holds part numbers; else empty.
    articles: String,
    /// The helpers as written.
    helpers: Helpers,
    /// Whether it is a combination of two others.
    is_combination: bool,
}

/// The vendor and product texts of an expression.
pub(super) fn texts(expression: &ProductExpression) -> (&str, &str) {
    (expression.vendor().unwrap_or_default(), expression.product().unwrap_or(&expression.name))
}

/// The text in the version's place, when it is no version but holds part numbers; else empty.
fn article_text(expression: &ProductExpression) -> &str {
    let text = expression.version().map_or("", |(_, text)| text);
    let words = || text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '(' | ')'));
    let is_version = text.contains(['<', '>', '=', ':', '.']) && !text.contains(['*', '?']);
    if !is_version && words().any(codes::is_article) { text } else { "" }
}

impl ListedProduct {
    /// Reads what an expression writes of its product.
    #[must_use]
    pub fn of(expression: &ProductExpression) -> Self {
        Self::with(&VendorParts::of(texts(expression).0), expression)
    }

    /// The same, where the expression's vendor is read already.
    #[must_use]
    pub(super) fn with(vendor: &VendorParts, expression: &ProductExpression) -> Self {
        let (_, product) = texts(expression);
        let helpers = expression.helpers.clone();
        let named = names::without_serial_clause(product);
        let named_orders = names::order_numbers_in(product);
        let mut model_texts = helpers.model_numbers.clone();
        model_texts.extend(helpers.skus.iter().cloned());
        let models: Vec<ModelPattern> =
            model_texts.iter().filter_map(|text| pattern(text, helpers.rules)).collect();
        let literal = models.iter().filter(|pattern| pattern.is_literal()).map(ModelPattern::key_prefix);
        let mut bare_models: Vec<String> =
            literal.chain(named_orders.iter().map(String::as_str)).map(keys::bare).collect();
        bare_models.retain(|model| !model.is_empty());
        let unlisted = named_orders.iter().filter(|number| !model_texts.contains(number)).cloned();
        let unlisted: Vec<String> = unlisted.collect();
        model_texts.extend(unlisted);
        let both = |text: &String| (keys::bare(text), keys::without_lookalikes(&keys::bare(text)));
        let bare_texts: Vec<(String, String)> = model_texts.iter().map(both).collect();
        let articles = article_text(expression).to_owned();
        let mut codes = names::codes_in(named);
        let known = |text: &str| codes.iter().all(|code| code.text != text);
        let further: Vec<NamedCode> = names::codes_in(&articles)
            .into_iter()
            .filter(|code| codes::is_article(&code.text) && known(&code.text))
            .collect();
        codes.extend(further);
        let cpe = helpers.cpe.as_deref().and_then(named_cpe);
        let purl = helpers.purl.as_deref().and_then(|text| Purl::parse(text).ok());
        Self {
            narrowings: narrowings(product, cpe.as_ref(), purl.as_ref()),
            names: NameParts::with(vendor, named),
            named: named.to_owned(),
            says_several: tokens::names_a_family(named),
            lists_whole_numbers: bare_texts.iter().all(|(text, _)| keys::is_designation(text)),
            models,
            bare_models,
            bare_texts,
            model_texts,
            named_orders,
            family_codes: family_codes(named, &codes),
            codes,
            serials: helpers.serial_numbers.iter().filter_map(|text| pattern(text, helpers.rules)).collect(),
            serial_texts: helpers.serial_numbers.clone(),
            cpe,
            purl,
            vendor: vendor.written().to_owned(),
            product: product.to_owned(),
            articles,
            is_combination: expression.relation.is_some(),
            helpers,
        }
    }

    /// Whether an expression writes its product in just this way.
    #[must_use]
    pub fn is_that_of(&self, expression: &ProductExpression) -> bool {
        texts(expression) == (self.vendor.as_str(), self.product.as_str())
            && self.helpers == expression.helpers
            && self.articles == article_text(expression)
            && self.is_combination == expression.relation.is_some()
    }

    /// Whether a listed number stands for the whole of ours and never for its beginning (CSAF 2.1).
    #[must_use]
    pub fn means_whole_numbers(&self) -> bool {
        self.helpers.rules == NumberRules::Csaf21
    }

    /// Whether the document gives order numbers for the product, by helper or by name.
    #[must_use]
    pub fn has_order_numbers(&self) -> bool {
        !self.models.is_empty() || !self.named_orders.is_empty()
    }

    /// The keys by which components find the product; none for a combination, which is found through its parts.
    #[must_use]
    pub fn keys(&self) -> Vec<Key> {
        let mut found = Vec::new();
        if self.is_combination {
            return found;
        }
        self.names.keys(Side::Theirs, &mut found);
        found.extend(self.models.iter().map(|pattern| keys::order_pattern(pattern.key_prefix())));
        found.extend(self.named_orders.iter().map(|number| keys::order_pattern(number)));
        found.extend(self.model_texts.iter().filter_map(|text| keys::cut_order_number(text)));
        for vendor in std::iter::once(&self.names.vendor).chain(&self.names.further_vendors) {
            codes::leaf_keys(vendor, &self.codes, &mut found);
            found.extend(self.family_codes.iter().map(|code| code.key(vendor)));
        }
        found.extend(self.serials.iter().filter(|p| p.is_literal()).map(|p| keys::serial(p.key_prefix())));
        if let Some(purl) = &self.purl {
            found.push(purl_key(purl));
        }
        found.extend(self.cpe.as_ref().map(cpe_key));
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// What [`ListedProduct::is_that_of`] compares, as a number by which equal ones find each other.
pub(super) fn hash_of(expression: &ProductExpression) -> u64 {
    use std::hash::{BuildHasher, Hash, Hasher};
    let mut hasher = foldhash::fast::FixedState::with_seed(0x006c_6973_7465_6421).build_hasher();
    texts(expression).hash(&mut hasher);
    article_text(expression).hash(&mut hasher);
    let Helpers { cpe, purl, model_numbers, serial_numbers, skus, hashes, rules } = &expression.helpers;
    (cpe, purl, model_numbers, serial_numbers, skus, hashes, rules).hash(&mut hasher);
    expression.relation.is_some().hash(&mut hasher);
    hasher.finish()
}

fn pattern(text: &str, rules: NumberRules) -> Option<ModelPattern> {
    match rules {
        NumberRules::Csaf20 => ModelPattern::csaf20(text).ok(),
        NumberRules::Csaf21 => ModelPattern::csaf21(text).ok(),
    }
}
