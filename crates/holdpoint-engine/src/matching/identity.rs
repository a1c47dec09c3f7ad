//! The ladder of identity: is this component the product that a leaf speaks of?
//!
//! The first rung that has something to say decides. The surprises: two order numbers that differ outweigh two names
//! that are equal; and a mere candidate is never a "yes", because a shared name is not identity.
//!
//! What is sure: a number, a package, a CPE name, a vendor and a name that differ in case, blanks and signs at most.
//! What is a question: a name that holds all words of the other that count ([`super::wording`]), equal names of two
//! vendors, and anything sure under two vendors of which one belongs to the other.
//!
//! A whole order number clears only what is plainly another article. One that differs where editions differ, that has an
//! `X` where a digit may stand, or letters of another alphabet, leaves the question open ([`super::order_numbers`]).
//!
//! CSAF 2.0 lets a document cut an order number anywhere, and does not let it say that it did. So a listed number that
//! ours goes on from is that article where a scheme says how long a number is, where a separator follows, where the
//! document writes a wildcard, or (likely) where the name agrees too; else it is a question. CSAF 2.1 means whole
//! numbers only: there a number that ours goes on from is never ours, but still a question.

use super::codes::{self, Codes};
use super::component::{ComponentFact, Told};
use super::family;
use super::keys::NameParts;
use super::leaf::{cpe_key, purl_key};
use super::listed::ListedProduct;
use super::order_numbers::{self, Nearness};
use super::rules::Rules;
use super::wording::{Says, Wording, contradicts, releases_clash};
use super::{keys, tokens};
use holdpoint_domain::matching::{Confidence, Rung};
use holdpoint_domain::review::{MappingRule, RuleSubject, RuleVerdict};
use holdpoint_versions::names::{self, ModelPattern};

/// What the ladder of identity says of a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity<'r> {
    /// The same product.
    Same {
        /// The rung that recognised it.
        rung: Rung,
        /// How sure this rung makes it.
        confidence: Confidence,
        /// The rule of a person without which it would not be recognised.
        rule: Option<&'r MappingRule>,
    },
    /// Perhaps the same product.
    Perhaps {
        /// Why it is not sure.
        why: String,
    },
    /// The names agree, or a person looked, and yet it is another product.
    Different {
        /// The rung that told them apart.
        rung: Rung,
        /// How sure.
        confidence: Confidence,
        /// Why.
        why: String,
    },
}

/// Recognises the product, or says that there is nothing in common. All leaves that write a product alike have one answer.
#[must_use]
pub fn identity<'r>(
    component: &ComponentFact,
    leaf: &ListedProduct,
    rules: &'r Rules,
) -> Option<Identity<'r>> {
    let found = on_the_ladder(component, leaf, rules);
    // What only the protocol told is recognised by the protocol.
    match found {
        Some(Identity::Same { rung: Rung::OrderNumber, confidence, rule })
            if component.order_from == Told::Protocol =>
        {
            Some(Identity::Same { rung: Rung::ProtocolIdentity, confidence, rule })
        }
        Some(Identity::Same { rung: Rung::Name, confidence, rule })
            if component.name_from == Told::Protocol =>
        {
            Some(Identity::Same { rung: Rung::ProtocolIdentity, confidence, rule })
        }
        other => other,
    }
}

fn on_the_ladder<'r>(
    component: &ComponentFact,
    leaf: &ListedProduct,
    rules: &'r Rules,
) -> Option<Identity<'r>> {
    if let Some(found) = by_generic_name(component, leaf) {
        return Some(found);
    }
    let vendors = vendors(component, leaf, rules);
    let number = order_number(component, leaf);
    if let (OrderNumber::Same, Vendors::Equal { .. } | Vendors::Unnamed) = (&number, &vendors) {
        return Some(sure(Rung::OrderNumber));
    }
    if let Some(rule) = rules.of_pair(component, leaf) {
        return Some(by_rule(rule, number));
    }
    match vendors {
        Vendors::ToldApart => None,
        Vendors::Clash => of_two_vendors(component, leaf, &number),
        Vendors::Unnamed => by_number_or_name(component, leaf, number, None),
        Vendors::Equal { rule } => by_number_or_name(component, leaf, number, rule),
        Vendors::Related { why } => match by_number_or_name(component, leaf, number, None)? {
            Identity::Same { .. } => Some(Identity::Perhaps {
                why: format!(
                    "it would be `{}`, but whether `{}` and `{}` are one vendor here, nobody has said: {why}",
                    leaf.product, component.component.vendor, leaf.vendor
                ),
            }),
            Identity::Perhaps { why: doubt } => {
                Some(Identity::Perhaps { why: format!("{doubt}; and {why}") })
            }
            other @ Identity::Different { .. } => Some(other),
        },
    }
}

fn by_number_or_name<'r>(
    component: &ComponentFact,
    leaf: &ListedProduct,
    number: OrderNumber,
    vendor_rule: Option<&'r MappingRule>,
) -> Option<Identity<'r>> {
    match number {
        OrderNumber::Same => Some(sure(Rung::OrderNumber)),
        OrderNumber::Doubtful { why } => Some(Identity::Perhaps { why }),
        // `1756-EN2T` may be whole, and then `1756-EN2TR` is another article: the name has to agree as well.
        OrderNumber::Longer { .. } if vendor_and_name_agree(component, leaf) => {
            let (rung, confidence) = (Rung::OrderNumber, Confidence::Likely);
            Some(Identity::Same { rung, confidence, rule: vendor_rule })
        }
        OrderNumber::Longer { why } => Some(Identity::Perhaps { why }),
        OrderNumber::Vague { why } => match name_identity(component, leaf, vendor_rule) {
            Some(same @ Identity::Same { .. }) => Some(same),
            Some(Identity::Perhaps { .. } | Identity::Different { .. }) | None => {
                Some(Identity::Perhaps { why })
            }
        },
        OrderNumber::Different { why } => {
            same_name(&component.names, &leaf.names).then_some(Identity::Different {
                rung: Rung::OrderNumber,
                confidence: Confidence::Likely,
                why: format!("the names agree, but {why}"),
            })
        }
        // The number alone does not clear what the names would ask.
        OrderNumber::Edition { why } => {
            let is_near = same_name(&component.names, &leaf.names)
                || name_identity(component, leaf, vendor_rule).is_some();
            is_near.then_some(Identity::Perhaps { why })
        }
        OrderNumber::Silent => {
            let by_name = name_identity(component, leaf, vendor_rule);
            match (by_name, by_code(component, leaf, vendor_rule)) {
                (Some(same @ Identity::Same { .. }), _) => Some(same),
                (_, Some(found)) => Some(found),
                (by_name, None) => by_name.or_else(|| by_family(component, leaf)),
            }
        }
    }
}

/// Both sides name the vendor, and our name holds all words of the listed one that count.
fn vendor_and_name_agree(component: &ComponentFact, leaf: &ListedProduct) -> bool {
    let (ours, theirs) = (&component.names, &leaf.names);
    !ours.vendor.is_empty() && !theirs.vendor.is_empty() && theirs.wording.is_held_by(&ours.wording)
}

/// Two vendors by their names. Another spelling of a vendor, a maker's name under another brand, or a network card's
/// maker in the vendor's place is likelier than two makers with one long number, or with one name that tells much.
fn of_two_vendors<'r>(
    component: &ComponentFact,
    leaf: &ListedProduct,
    number: &OrderNumber,
) -> Option<Identity<'r>> {
    let wording = &component.names.wording;
    let what = if matches!(number, OrderNumber::Same) && component.order_bare.chars().count() >= 8 {
        "order number agrees"
    } else if wording.is_spelt_like(&leaf.names.wording)
        && (tells_much(wording) || (wording.says() != Says::Nothing && vendors_resemble(component, leaf)))
    {
        "names agree"
    } else {
        return None;
    };
    let (ours, theirs) = (&component.component.vendor, &leaf.vendor);
    Some(Identity::Perhaps {
        why: format!("the {what}, but `{ours}` and `{theirs}` are not known to be one vendor"),
    })
}

/// Whether the vendor on one side may be that on the other, written short or with a slip of the hand.
fn vendors_resemble(component: &ComponentFact, leaf: &ListedProduct) -> bool {
    let (ours, theirs) = (&component.names, &leaf.names);
    names::vendors_resemble(&ours.vendor, &theirs.vendor)
        || names::vendors_resemble(&ours.spelt_vendor, &theirs.spelt_vendor)
}

/// Whether two makers are unlikely to have chosen the same name.
fn tells_much(wording: &Wording) -> bool {
    wording.says() == Says::Code || (wording.says() == Says::Something && wording.spelt().len() >= 8)
}

/// One name: equal, or equal but for blanks and signs that do not divide numbers.
pub(super) fn same_name(ours: &NameParts, theirs: &NameParts) -> bool {
    !ours.product.is_empty()
        && (ours.product == theirs.product || ours.wording.is_spelt_like(&theirs.wording))
}

const fn sure<'r>(rung: Rung) -> Identity<'r> {
    Identity::Same { rung, confidence: Confidence::Confirmed, rule: None }
}

/// The rungs of names that mean the same everywhere: package URLs and CPE names.
fn by_generic_name<'r>(component: &ComponentFact, leaf: &ListedProduct) -> Option<Identity<'r>> {
    if let (Some(ours), Some(theirs)) = (&component.purl, &leaf.purl)
        && purl_key(ours) == purl_key(theirs)
        && ours.same_package(theirs)
    {
        return Some(sure(Rung::Purl));
    }
    if let (Some(ours), Some(theirs)) = (&component.cpe, &leaf.cpe)
        && cpe_key(ours) == cpe_key(theirs)
    {
        return Some(if theirs.agrees_but_for_version(ours) {
            sure(Rung::Cpe)
        } else {
            let why =
                format!("the CPE names `{ours}` and `{theirs}` agree but for update, edition or platform");
            Identity::Perhaps { why }
        });
    }
    None
}

/// The codes in the listed name against ours.
fn by_code<'r>(
    component: &ComponentFact,
    leaf: &ListedProduct,
    vendor_rule: Option<&'r MappingRule>,
) -> Option<Identity<'r>> {
    let vendors_known = !component.names.vendor.is_empty() && !leaf.names.vendor.is_empty();
    match codes::compare(component, leaf)? {
        Codes::Same if vendors_known => Some(Identity::Same {
            rung: Rung::OrderNumber,
            confidence: Confidence::Confirmed,
            rule: vendor_rule,
        }),
        Codes::Same => {
            let why = "the part number agrees, but one side names no vendor".to_owned();
            Some(Identity::Perhaps { why })
        }
        Codes::OtherSeries { why } if vendors_known => {
            Some(Identity::Different { rung: Rung::OrderNumber, confidence: Confidence::Likely, why })
        }
        Codes::Perhaps { why } | Codes::OtherSeries { why } => Some(Identity::Perhaps { why }),
    }
}

/// The listed name is that of a family whose members have numbers or codes like ours. Where the document says itself which
/// articles it means, those decide.
fn by_family<'r>(component: &ComponentFact, leaf: &ListedProduct) -> Option<Identity<'r>> {
    let (ours, listed) = (&component.names, &leaf.names);
    if leaf.has_order_numbers()
        || listed.vendor.is_empty()
        || releases_clash(&ours.release, component.version(), &listed.release)
    {
        return None;
    }
    if let Some(why) = family::by_code(component, &leaf.family_codes, listed, &leaf.product) {
        return Some(Identity::Perhaps { why });
    }
    let says_several = leaf.says_several;
    // `SIMOTION (incl. SIPLUS variants)` is every one of them.
    let is_brand = says_several && listed.wording.says() == Says::Nothing && !listed.base.is_empty();
    if is_brand && ours.base.strip_prefix(listed.base.as_str()).is_some_and(|rest| rest.starts_with(' ')) {
        let why =
            format!("`{}` may be one of all that `{}` stands for", component.component.product, leaf.product);
        return Some(Identity::Perhaps { why });
    }
    if !says_several && leaf.codes.iter().any(|code| codes::is_article(&code.text)) {
        return None;
    }
    // A name that says more than the family's is that of a part of it, unless it says that it is of several.
    let is_listed = |family: &&NameParts| {
        listed.wording.is_held_by(&family.wording)
            || ((says_several || tokens::has_plural(&leaf.named))
                && family.wording.is_held_by(&listed.wording))
            || (!family.base.is_empty() && family.base == listed.base)
    };
    let family = component.families.iter().find(is_listed)?;
    let why =
        format!("by its number it may be one of the family `{}`, as `{}`", family.product, leaf.product);
    Some(Identity::Perhaps { why })
}

/// What a rule makes of a pair whose order numbers do not already prove it.
fn by_rule<'r>(rule: &'r MappingRule, number: OrderNumber) -> Identity<'r> {
    match (rule.verdict, number) {
        (RuleVerdict::Different, _) => Identity::Different {
            rung: Rung::Family,
            confidence: Confidence::Confirmed,
            why: decided_by(rule),
        },
        (RuleVerdict::Same, OrderNumber::Different { why } | OrderNumber::Edition { why }) => {
            Identity::Perhaps { why: format!("{}; but {why}", decided_by(rule)) }
        }
        (
            RuleVerdict::Same,
            OrderNumber::Same
            | OrderNumber::Doubtful { .. }
            | OrderNumber::Longer { .. }
            | OrderNumber::Vague { .. }
            | OrderNumber::Silent,
        ) => Identity::Same { rung: Rung::Family, confidence: Confidence::Confirmed, rule: Some(rule) },
    }
}

/// A rule in words: who decided what, when and why.
#[must_use]
pub fn decided_by(rule: &MappingRule) -> String {
    let what = match rule.verdict {
        RuleVerdict::Same => "are the same",
        RuleVerdict::Different => "are different",
    };
    let subject = match rule.subject {
        RuleSubject::Names { .. } => "the names",
        RuleSubject::Family { .. } => "product and family",
        RuleSubject::Vendor { .. } => "the vendors",
        RuleSubject::Expression { .. } => "the version text and the range",
    };
    let day_of =
        |at: holdpoint_domain::Moment| at.to_string().split('T').next().unwrap_or_default().to_owned();
    let day = day_of(rule.decided_at);
    let until = rule.expires_at.map(|end| format!(" until {}", day_of(end))).unwrap_or_default();
    let (author, id, reason) = (&rule.author, rule.id, &rule.reason);
    format!("{author} decided on {day} that {subject} {what}{until}: {reason} [rule {id}]")
}

/// How two sides' vendors stand to each other.
enum Vendors<'r> {
    /// They are one, by their keys or by a rule.
    Equal { rule: Option<&'r MappingRule> },
    /// One side names none.
    Unnamed,
    /// The one belongs to the other, or did.
    Related { why: &'static str },
    /// They are two by their names.
    Clash,
    /// A person said that they are two: nothing is left to ask.
    ToldApart,
}

/// One vendor on both sides; a text may name several.
fn share_a_vendor(ours: &NameParts, theirs: &NameParts) -> bool {
    one_vendor(&ours.vendor, &theirs.vendor)
        || theirs.further_vendors.iter().any(|further| one_vendor(&ours.vendor, further))
        || ours.further_vendors.iter().any(|further| one_vendor(further, &theirs.vendor))
}

/// Equal but for blanks.
pub(super) fn one_vendor(one: &str, other: &str) -> bool {
    one == other || without_blanks(one).eq(without_blanks(other))
}

fn without_blanks(vendor: &str) -> impl Iterator<Item = u8> {
    vendor.bytes().filter(|byte| *byte != b' ')
}

fn vendors<'r>(component: &ComponentFact, leaf: &ListedProduct, rules: &'r Rules) -> Vendors<'r> {
    let (ours, theirs) = (&component.names, &leaf.names);
    if ours.vendor.is_empty() || theirs.vendor.is_empty() {
        return Vendors::Unnamed;
    }
    let rule = rules
        .of_vendors(&ours.spelt_vendor, &theirs.spelt_vendor)
        .or_else(|| rules.of_vendors(&ours.vendor, &theirs.vendor));
    match rule.map(|rule| rule.verdict) {
        Some(RuleVerdict::Different) => Vendors::ToldApart,
        Some(RuleVerdict::Same) if !one_vendor(&ours.vendor, &theirs.vendor) => Vendors::Equal { rule },
        Some(RuleVerdict::Same) | None if share_a_vendor(ours, theirs) => Vendors::Equal { rule: None },
        Some(RuleVerdict::Same) | None => {
            let theirs = std::iter::once(&theirs.vendor).chain(&theirs.further_vendors);
            let mut theirs = theirs.map(String::as_str);
            let misspelt = names::vendor_misspelt(&ours.vendor);
            let known = theirs.find_map(|theirs| {
                let slip = misspelt
                    .filter(|meant| *meant == theirs)
                    .map(|_| "they are not known to be one vendor, and differ by one slip");
                names::relation_of_vendors(&ours.vendor, theirs).or(slip)
            });
            known.map_or(Vendors::Clash, |why| Vendors::Related { why })
        }
    }
}

/// Fewest letters and digits of a beginning that says which articles it means.
const MIN_BEGINNING: usize = 4;

/// Whether a number is the listed one, or the listed one and more behind a separator: a document may abbreviate.
///
/// A number of a scheme with a fixed length may be cut anywhere, as CSAF 2.0 says; elsewhere `1756-EN2T` and
/// `1756-EN2TR` are two articles.
fn begins_with(number: &str, bare: &str, model: &str) -> bool {
    if bare == model {
        return true;
    }
    if !bare.starts_with(model) || model.chars().count() < MIN_BEGINNING {
        return false;
    }
    if keys::is_designation(bare) && model.chars().count() >= 7 {
        return true;
    }
    let mut left = model.chars().count();
    let next = number.chars().find(|c| {
        let ended = left == 0;
        left = left.saturating_sub(usize::from(c.is_alphanumeric()));
        ended
    });
    next.is_some_and(|c| !c.is_alphanumeric())
}

/// What two sides' order numbers say of each other.
pub(super) enum OrderNumber {
    /// They are the same.
    Same,
    /// They may be the same.
    Doubtful { why: String },
    /// Ours goes on where the listed one ends: CSAF 2.0 lets a document abbreviate without saying that it does.
    Longer { why: String },
    /// The listed pattern holds ours and nearly every other number: it says nothing.
    Vague { why: String },
    /// Both are whole order numbers of one scheme, and differ in what may be an edition, a climate or a sign not known.
    Edition { why: String },
    /// Both are whole order numbers of one scheme, and they differ.
    Different { why: String },
    /// One side has none, or what stands there is not comparable: a number of the owner's own, a placeholder.
    Silent,
}

/// Whether the document lists our number, by the rules of its edition.
fn is_listed_number(leaf: &ListedProduct, number: &str, bare: &str) -> bool {
    let is_whole = leaf.means_whole_numbers();
    let is_meant = |model: &String| if is_whole { bare == model } else { begins_with(number, bare, model) };
    // `*` is no article: what has hardly a sign of its own recognises nothing.
    let is_the_number = |pattern: &ModelPattern| {
        (pattern.is_literal() || pattern.tells_much()) && pattern.matches_whole(number)
    };
    leaf.models.iter().any(is_the_number) || leaf.bare_models.iter().any(is_meant)
}

/// What a pattern says that holds our number and is not all of it.
fn by_pattern(leaf: &ListedProduct, number: &str) -> Option<OrderNumber> {
    let pattern = leaf.models.iter().find(|pattern| pattern.matches(number))?;
    let listed = leaf.model_texts.join(", ");
    Some(if pattern.tells_much() {
        OrderNumber::Longer { why: format!("order number `{number}` goes on where the listed {listed} ends") }
    } else {
        OrderNumber::Vague {
            why: format!("the listed {listed} would be order number `{number}` and nearly every other"),
        }
    })
}

/// What our order number says, and where a field lists several, the one that says most: they clear only together.
pub(super) fn order_number(component: &ComponentFact, leaf: &ListedProduct) -> OrderNumber {
    let ComponentFact { order_number, order_bare, order_plain, further_orders, .. } = component;
    let first = one_number([order_number, order_bare, order_plain], leaf);
    let tells = |said: &OrderNumber| match said {
        OrderNumber::Same => 6_u8,
        OrderNumber::Longer { .. } => 5,
        OrderNumber::Doubtful { .. } => 4,
        OrderNumber::Edition { .. } => 3,
        OrderNumber::Vague { .. } => 2,
        OrderNumber::Silent => 1,
        OrderNumber::Different { .. } => 0,
    };
    further_orders.iter().fold(first, |best, own| {
        let said = one_number([&own.number, &own.bare, &own.plain], leaf);
        if tells(&said) > tells(&best) { said } else { best }
    })
}

fn one_number([number, bare, plain]: [&String; 3], leaf: &ListedProduct) -> OrderNumber {
    if bare.is_empty() || !leaf.has_order_numbers() {
        return OrderNumber::Silent;
    }
    if is_listed_number(leaf, number, bare) {
        return OrderNumber::Same;
    }
    // Written only where it is needed: most pairs end without a word.
    let listed = || leaf.model_texts.join(", ");
    let texts = leaf.bare_texts.iter();
    if bare.len() >= 6 && texts.clone().any(|(text, _)| text.starts_with(bare.as_str())) {
        return OrderNumber::Doubtful {
            why: format!("order number `{number}` is only the beginning of the listed {}", listed()),
        };
    }
    if texts.clone().any(|(_, text)| text == plain) {
        return OrderNumber::Doubtful {
            why: format!(
                "order number `{number}` differs from the listed {} only in letters that look alike",
                listed()
            ),
        };
    }
    if leaf.means_whole_numbers()
        && leaf.bare_models.iter().any(|model| model.len() >= 6 && bare.starts_with(model.as_str()))
    {
        return OrderNumber::Doubtful {
            why: format!(
                "order number `{number}` goes on where the listed {} ends, and the document's edition of CSAF means \
                 whole numbers",
                listed()
            ),
        };
    }
    if let Some(found) = by_pattern(leaf, number) {
        return found;
    }
    if !leaf.lists_whole_numbers || !keys::is_designation(bare) {
        return OrderNumber::Silent;
    }
    let nearest = texts.filter_map(|(_, text)| order_numbers::nearness(plain, text)).min();
    match nearest {
        Some(Nearness::Placeholder) => OrderNumber::Doubtful {
            why: format!(
                "order number `{number}` has an `X` where the listed {} has another sign, and what it stands for \
                 nobody has said",
                listed()
            ),
        },
        Some(Nearness::OtherAlphabet) => OrderNumber::Edition {
            why: format!(
                "order number `{number}` or the listed {} has letters of another alphabet, so that it says nothing",
                listed()
            ),
        },
        Some(Nearness::Edition) => OrderNumber::Edition {
            why: format!(
                "order number `{number}` is another edition of the same order number as the listed {}",
                listed()
            ),
        },
        None => {
            OrderNumber::Different { why: format!("order number `{number}` is not the listed {}", listed()) }
        }
    }
}

/// Whether a pair is a question only because the listed number is another edition of ours: where the same document names
/// ours, nothing is left to ask.
pub(super) fn is_other_edition(component: &ComponentFact, leaf: &ListedProduct) -> bool {
    matches!(order_number(component, leaf), OrderNumber::Edition { .. })
}

fn name_identity<'r>(
    component: &ComponentFact,
    leaf: &ListedProduct,
    vendor_rule: Option<&'r MappingRule>,
) -> Option<Identity<'r>> {
    let (ours, theirs) = (&component.names, &leaf.names);
    if ours.product.is_empty() || theirs.product.is_empty() {
        return None;
    }
    let vendor_known = !ours.vendor.is_empty() && !theirs.vendor.is_empty();
    if same_name(ours, theirs) {
        if !vendor_known {
            let side = if ours.vendor.is_empty() { "asset" } else { "document" };
            return Some(Identity::Perhaps {
                why: format!("the names agree, but the {side} names no vendor"),
            });
        }
        // `Kappa < 3` is whatever lies below that release, and not `Kappa 3`.
        let bounds = |name: &str| name.contains(['<', '>']);
        if bounds(&leaf.named) != bounds(&component.component.product) {
            return Some(Identity::Perhaps {
                why: format!(
                    "`{}` and `{}` agree but for a sign that bounds a release",
                    component.component.product, leaf.product
                ),
            });
        }
        // A name may stand for several order numbers, so it confirms only where the document gives none. And of
        // several vendors in one text, which makes the product is likely, not sure.
        let is_one = vendor_rule.is_some() || one_vendor(&ours.vendor, &theirs.vendor);
        let confirms = is_one && !leaf.has_order_numbers();
        let confidence = if confirms { Confidence::Confirmed } else { Confidence::Likely };
        return Some(Identity::Same { rung: Rung::Name, confidence, rule: vendor_rule });
    }
    if vendor_known && !ours.base.is_empty() && ours.base == theirs.base {
        return release_identity(component, leaf, vendor_rule);
    }
    if ours.squeezed.meets(theirs.squeezed) {
        let (product, listed) = (&component.component.product, &leaf.product);
        let mut why =
            format!("`{product}` and `{listed}` are one name but for blanks, signs and what widens a name");
        if !vendor_known {
            why.push_str(", and one side names no vendor");
        }
        return Some(Identity::Perhaps { why });
    }
    if releases_clash(&ours.release, component.version(), &theirs.release) {
        return None;
    }
    // Without a vendor only a code makes two names worth a question.
    let says_enough = ours.wording.says().min(theirs.wording.says()) == Says::Code;
    if !vendor_known && !says_enough {
        return None;
    }
    let shared = ours.wording.shared(&theirs.wording)?;
    let (product, listed) = (&component.component.product, &leaf.product);
    let mut why = format!("`{product}` and `{listed}` share `{shared}` but are not the same name");
    if !vendor_known {
        why.push_str(", and one side names no vendor");
    }
    Some(Identity::Perhaps { why })
}

/// The names agree but for a release at the end or for what stands in parentheses.
fn release_identity<'r>(
    component: &ComponentFact,
    leaf: &ListedProduct,
    vendor_rule: Option<&'r MappingRule>,
) -> Option<Identity<'r>> {
    let (ours, theirs) = (component.names.release.as_str(), leaf.names.release.as_str());
    let installed = if ours.is_empty() { component.version() } else { ours };
    if releases_clash(ours, component.version(), theirs) {
        return None;
    }
    let (product, listed) = (&component.component.product, &leaf.product);
    if !theirs.is_empty() && contradicts(ours, component.version()) {
        let installed = component.version();
        return Some(Identity::Perhaps {
            why: format!(
                "`{product}` says another release than the installed version `{installed}`, and `{listed}` is of one of \
                 the two"
            ),
        });
    }
    // The release is a part of the version: the rest of the name decides, and the version has to agree.
    if !installed.is_empty()
        && tokens::is_of_release(installed, theirs)
        && names_agree_but_for_release(component, leaf)
    {
        return Some(Identity::Same {
            rung: Rung::Name,
            confidence: Confidence::Confirmed,
            rule: vendor_rule,
        });
    }
    Some(Identity::Perhaps {
        why: format!("`{product}` and `{listed}` differ only in a release or in what stands in parentheses"),
    })
}

/// `simatic wincc` and `simatic wincc v7.4`: what stands in parentheses counts, the release at the end does not.
fn names_agree_but_for_release(component: &ComponentFact, leaf: &ListedProduct) -> bool {
    let (ours, theirs) = (&component.names, &leaf.names);
    let stem = |product: &str, release: &str| {
        let stem = if release.is_empty() { Some(product) } else { product.strip_suffix(release) };
        stem.map(|stem| stem.trim_end().to_owned()).filter(|stem| !stem.is_empty())
    };
    !theirs.release.is_empty()
        && !leaf.has_order_numbers()
        && stem(&ours.product, &ours.release)
            .is_some_and(|ours| stem(&theirs.product, &theirs.release) == Some(ours))
}
