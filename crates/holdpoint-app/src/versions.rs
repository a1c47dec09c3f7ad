//! Questions about versions alone: how a text is read, which of two is newer, whether a text covers a version.

pub use holdpoint_versions::Scheme;
use holdpoint_versions::expression::{self, Category, Context, Expression};
use holdpoint_versions::{Answer, Comparison, Profile, Version};
use serde::{Deserialize, Deserializer, Serialize};

/// Whether an expression covers a version. Fields of the asker's own, such as an id, are passed over.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ContainsQuestion {
    /// Vendor, which may write versions in its own way.
    #[serde(default, deserialize_with = "or_empty")]
    pub vendor: String,
    /// Product.
    #[serde(default, deserialize_with = "or_empty")]
    pub product: String,
    /// The version expression, as an advisory writes it.
    pub text: String,
    /// The installed version.
    pub version: String,
}

/// Reads a name of which `null` says the same as its absence: it is not known.
///
/// # Errors
/// When it is neither text nor `null`.
pub fn or_empty<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Option::<String>::deserialize(from).map(Option::unwrap_or_default)
}

/// An answer in the three words that there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionAnswer {
    /// `yes`, `no` or `unknown`.
    pub answer: &'static str,
    /// How it came about.
    pub why: String,
}

/// How an expression is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedExpression {
    /// `decided`, `conditional` or `not_understood`.
    pub outcome: &'static str,
    /// The range in words; empty when not understood.
    pub range: String,
    /// The conditions besides the range, each with what must be known.
    pub predicates: Vec<String>,
    /// What was tolerated or is particular.
    pub flags: Vec<String>,
    /// Why it is not understood; empty otherwise.
    pub why: String,
}

fn read(vendor: &str, product: &str, text: &str) -> Expression {
    expression::parse(&Context { vendor, product, category: Category::Range }, text)
}

/// Answers whether an expression covers a version.
#[must_use]
pub fn contains(question: &ContainsQuestion) -> VersionAnswer {
    let expression = read(&question.vendor, &question.product, &question.text);
    let as_read = || format!("`{}` is read as {expression}", question.text);
    match expression.contains(&question.version) {
        Answer::Yes => VersionAnswer { answer: "yes", why: as_read() },
        Answer::No => VersionAnswer { answer: "no", why: as_read() },
        Answer::Unknown { why } => VersionAnswer { answer: "unknown", why },
    }
}

/// Says how an expression is read.
#[must_use]
pub fn explain(vendor: &str, product: &str, text: &str) -> ExplainedExpression {
    let expression = read(vendor, product, text);
    ExplainedExpression {
        outcome: expression.outcome_name(),
        range: expression.range().map(ToString::to_string).unwrap_or_default(),
        predicates: expression.predicates().iter().map(ToString::to_string).collect(),
        flags: expression.flags.iter().map(ToString::to_string).collect(),
        why: expression.why().unwrap_or_default().to_owned(),
    }
}

/// A scheme by the name that `vers:` or a package URL gives it.
///
/// # Errors
/// A sentence that names the schemes there are.
pub fn scheme(name: &str) -> Result<Scheme, String> {
    Scheme::from_name(name).ok_or_else(|| {
        let known: Vec<&str> = Scheme::ALL.into_iter().map(Scheme::name).collect();
        format!("no scheme of versions is called `{name}`; there are {}", known.join(", "))
    })
}

/// Says which of two versions is newer by a scheme's rules, a vendor's own for `ot`: `less`, `equal`, `greater` or `unknown`.
#[must_use]
pub fn compare(scheme: Scheme, vendor: &str, first: &str, second: &str) -> VersionAnswer {
    let read = |text| {
        if scheme == Scheme::Ot {
            Version::parse_ot(Profile::of_vendor(vendor), text)
        } else {
            scheme.parse(text)
        }
    };
    let (first, second) = match (read(first), read(second)) {
        (Ok(first), Ok(second)) => (first, second),
        (Err(error), _) | (_, Err(error)) => {
            return VersionAnswer { answer: "unknown", why: error.to_string() };
        }
    };
    let said = |answer, word: &str| VersionAnswer {
        answer,
        why: format!("`{}` is {word} `{}`", first.text(), second.text()),
    };
    match first.compare(&second) {
        Comparison::Less => said("less", "older than"),
        Comparison::Equal => said("equal", "the same as"),
        Comparison::Greater => said("greater", "newer than"),
        Comparison::Undecidable(why) => VersionAnswer { answer: "unknown", why: why.to_string() },
    }
}
