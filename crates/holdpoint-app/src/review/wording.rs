//! A rule as a person words it, and how it becomes one of the program's.

use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::matching::ExpressionOutcome;
use holdpoint_domain::review::{NameKey, RuleExample, RuleSubject, RuleVerdict};
use holdpoint_engine::matching::rules::name_key;
use holdpoint_versions::expression::{self, Category, Context};
use holdpoint_versions::names::{self, ModelPattern};
use holdpoint_versions::vers;

/// Longest name, pattern or version text: the longest of a corpus of 2,400 documents has 1,300 characters.
const TEXT_CHARS: usize = 2_000;
/// Longest reason.
const REASON_CHARS: usize = 2_000;
/// Most patterns or words of a family.
const MAX_MEMBERS: usize = 500;

/// What a new rule connects, with names as people and documents write them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewSubject {
    /// Vendor, product and order number of each side; empty parts do not matter.
    Names {
        /// Ours.
        ours: [String; 3],
        /// The advisories'.
        theirs: [String; 3],
    },
    /// A family and its members.
    Family {
        /// Vendor, product and order number by which advisories name the family.
        theirs: [String; 3],
        /// The vendor of our products.
        vendor: String,
        /// Members by order number.
        order_patterns: Vec<String>,
        /// Members by the words of their names.
        name_words: Vec<String>,
    },
    /// Two spellings of one vendor.
    Vendor {
        /// Ours.
        ours: String,
        /// The advisories'.
        theirs: String,
    },
    /// How a version text is to be read.
    Expression {
        /// Vendor.
        vendor: String,
        /// Product; empty: all of the vendor.
        product: String,
        /// The text.
        text: String,
        /// The range, as VERS.
        range: String,
    },
}

/// A rule to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRule {
    /// What it connects.
    pub subject: NewSubject,
    /// What it says.
    pub verdict: RuleVerdict,
    /// Why.
    pub reason: String,
    /// Until when it holds.
    pub expires_at: Option<Moment>,
    /// Its test.
    pub example: RuleExample,
}

pub(super) fn invalid(code: &str, what: impl Into<String>, remedy: &str) -> AppError {
    AppError::invalid(code, what, "nothing was changed", remedy)
}

/// Checks a reason: it is what the next person has to go by.
pub(super) fn check_reason(reason: &str) -> Result<String, AppError> {
    let reason = reason.trim();
    let fits = (3..=REASON_CHARS).contains(&reason.chars().count()) && !reason.contains('\0');
    if fits {
        return Ok(reason.to_owned());
    }
    Err(invalid(
        "reason",
        format!("a decision needs a reason of 3 to {REASON_CHARS} characters"),
        "say what shows it: the data sheet, the type plate, the vendor's answer",
    ))
}

/// Checks that a decision still has time to hold.
pub(super) fn check_expiry(expires_at: Option<Moment>, now: Moment) -> Result<(), AppError> {
    match expires_at {
        Some(end) if end <= now => Err(invalid(
            "expiry",
            format!("the decision would expire at {end}, which is over"),
            "name a later moment, or none",
        )),
        Some(_) | None => Ok(()),
    }
}

fn check_text(what: &str, text: &str) -> Result<(), AppError> {
    if text.chars().count() > TEXT_CHARS || text.contains('\0') {
        let said = format!("the {what} is longer than {TEXT_CHARS} characters, or holds a zero character");
        return Err(invalid("text", said, "shorten it"));
    }
    Ok(())
}

fn key_of(side: &str, [vendor, product, order_number]: &[String; 3]) -> Result<NameKey, AppError> {
    for text in [vendor, product, order_number] {
        check_text(side, text)?;
    }
    let key = name_key(vendor, product, order_number);
    if key.is_nameless() {
        return Err(invalid(
            "names",
            format!("the {side} names neither a product nor an order number"),
            "name one: a rule on a vendor alone would speak of everything that it makes",
        ));
    }
    Ok(key)
}

fn vendor_of(text: &str) -> Result<String, AppError> {
    check_text("vendor", text)?;
    let key = names::vendor_key(text);
    if key.is_empty() {
        return Err(invalid("vendor", "the rule names no vendor", "name it as the inventory writes it"));
    }
    Ok(key)
}

impl NewRule {
    /// The subject in the program's keys.
    pub(super) fn subject(&self) -> Result<RuleSubject, AppError> {
        for text in self.example.ours.iter().chain(&self.example.theirs) {
            check_text("example", text)?;
        }
        let subject = match &self.subject {
            NewSubject::Names { ours, theirs } => RuleSubject::Names {
                ours: key_of("inventory's side", ours)?,
                theirs: key_of("advisories' side", theirs)?,
            },
            NewSubject::Family { theirs, vendor, order_patterns, name_words } => {
                family(theirs, vendor, order_patterns, name_words)?
            }
            NewSubject::Vendor { ours, theirs } => {
                let (ours, theirs) = (vendor_of(ours)?, vendor_of(theirs)?);
                if ours == theirs {
                    let said = format!("both spellings are `{ours}` to the program already");
                    return Err(invalid("vendor", said, "no rule is needed"));
                }
                RuleSubject::Vendor { ours, theirs }
            }
            NewSubject::Expression { vendor, product, text, range } => reading(vendor, product, text, range)?,
        };
        if matches!(subject, RuleSubject::Expression { .. }) && self.verdict == RuleVerdict::Different {
            let said = "a reading of a version text says what it means, never what it does not mean";
            return Err(invalid("verdict", said, "give the verdict `same`"));
        }
        Ok(subject)
    }
}

fn family(
    theirs: &[String; 3],
    vendor: &str,
    order_patterns: &[String],
    name_words: &[String],
) -> Result<RuleSubject, AppError> {
    let theirs = key_of("advisories' side", theirs)?;
    let vendor = names::vendor_alias(&vendor_of(vendor)?).to_owned();
    let count = order_patterns.len() + name_words.len();
    if count == 0 || count > MAX_MEMBERS {
        return Err(invalid(
            "members",
            format!("a family needs 1 to {MAX_MEMBERS} patterns of order numbers or words of names"),
            "say by what its members are recognised",
        ));
    }
    for pattern in order_patterns {
        check_text("pattern", pattern)?;
        let read = ModelPattern::csaf20(pattern).map_err(|error| {
            invalid("pattern", format!("`{pattern}` is no pattern of order numbers: {error}"), "correct it")
        })?;
        if read.key_prefix().chars().count() < 3 {
            return Err(invalid(
                "pattern",
                format!("the pattern `{pattern}` begins with less than three letters or digits"),
                "write more of it: it would take in everything",
            ));
        }
    }
    let lower = |entry: &String| entry.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let name_words: Vec<String> = name_words.iter().map(lower).collect();
    if name_words.iter().any(String::is_empty) {
        return Err(invalid("members", "an entry of words is empty", "leave it out"));
    }
    for entry in &name_words {
        check_text("entry of words", entry)?;
    }
    Ok(RuleSubject::Family { theirs, vendor, order_patterns: order_patterns.to_vec(), name_words })
}

/// How the program itself reads a text, without any rule.
pub(super) fn outcome_of(vendor: &str, product: &str, text: &str) -> ExpressionOutcome {
    let context = Context { vendor, product, category: Category::Range };
    match expression::parse(&context, text).outcome_name() {
        "decided" => ExpressionOutcome::Decided,
        "conditional" => ExpressionOutcome::Conditional,
        _ => ExpressionOutcome::NotUnderstood,
    }
}

fn reading(vendor: &str, product: &str, text: &str, range: &str) -> Result<RuleSubject, AppError> {
    for part in [product, text, range] {
        check_text("reading", part)?;
    }
    let text = text.trim();
    if text.is_empty() {
        return Err(invalid("text", "there is no version text to read", "give it as the advisory writes it"));
    }
    if outcome_of(vendor, product, text) != ExpressionOutcome::NotUnderstood {
        return Err(invalid(
            "understood",
            format!("the program reads `{text}` by itself, and a person's reading would never be asked"),
            "see `holdpoint version explain`; when the program is wrong, report the fault",
        ));
    }
    let not_read = |why: String| {
        let said = format!("`{range}` is no range that can be read: {why}");
        invalid("range", said, "write it as in `vers:generic/>=1.0|<2.4`")
    };
    let read = vers::parse(range).map_err(|error| not_read(error.to_string()))?;
    let set = read.range().map_err(|error| not_read(error.to_string()))?;
    if set.is_none() {
        return Err(not_read("it covers no version at all, which would clear every asset".to_owned()));
    }
    let key = name_key(vendor, product, "");
    if key.vendor.is_empty() {
        return Err(invalid("vendor", "the reading names no vendor", "name it as the advisory writes it"));
    }
    Ok(RuleSubject::Expression {
        vendor: key.vendor,
        product: key.product,
        text: text.to_owned(),
        range: read.to_string(),
    })
}
