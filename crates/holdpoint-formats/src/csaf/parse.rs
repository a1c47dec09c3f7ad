//! From bytes to a document: the limits first, then JSON, then the look at what it is.
//!
//! Not here: the tests of the standard (`validate`). The surprise: a document that breaks rules is read; only bytes
//! that are no CSAF 2.0 document, or that would cost too much, are rejected.

use std::collections::BTreeMap;

use holdpoint_domain::{Parsed, Rejected, Warning};
use serde_json::Value;

use super::model::{CsafDocument, Root};
use super::object::{Node, PATH_END, PATH_MARK};
use super::place::Place;
use super::scan::{Outcome, scan};
use super::text::{Text, short};

/// What a document may cost; the defaults fit every document seen so far with much room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest size in bytes; the standard's guidance is 15 MB.
    pub bytes: usize,
    /// Deepest nesting of objects and arrays; at most 120.
    pub depth: usize,
    /// Largest number of objects and arrays together.
    pub containers: usize,
    /// Largest number of products.
    pub products: usize,
    /// Largest number of vulnerabilities.
    pub vulnerabilities: usize,
    /// Largest number of products that all uses of product groups together stand for.
    pub group_members: usize,
    /// Largest product of the number of products and the number of vulnerabilities.
    pub pairs: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 15 * 1024 * 1024,
            depth: 80,
            containers: 400_000,
            products: 100_000,
            vulnerabilities: 20_000,
            group_members: 2_000_000,
            pairs: 100_000_000,
        }
    }
}

/// The reader of JSON gives up at 128 by itself; staying below keeps the message ours.
const DEEPEST: usize = 120;

const NOTHING_TAKEN: &str = "nothing of this document was taken";
const ASK_PUBLISHER: &str = "fetch it again; if it is the same, tell the publisher";

/// Reads a CSAF 2.0 document within the default [`Limits`].
///
/// # Errors
/// [`Rejected`] with code `empty`, `too-large`, `not-utf8`, `too-deep`, `too-many`, `not-json`, `wrong-type`,
/// `not-csaf` or `csaf-version`.
pub fn parse(bytes: &[u8]) -> Result<Parsed<CsafDocument<'_>>, Rejected> {
    parse_within(bytes, &Limits::default())
}

/// Reads a CSAF 2.0 document within the limits given; see [`parse`].
///
/// # Errors
/// As [`parse`].
pub fn parse_within<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Parsed<CsafDocument<'a>>, Rejected> {
    parse_edition(bytes, limits, EDITION)
}

/// The edition that is read as it stands.
const EDITION: &str = "2.0";
/// The code of a rejection for a document of CSAF 2.1, which [`super::edition21`] reads.
pub(crate) const OTHER_EDITION: &str = "csaf-edition";

/// The same for a document that says another edition and has the shape of 2.0.
pub(super) fn parse_edition<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    edition: &str,
) -> Result<Parsed<CsafDocument<'a>>, Rejected> {
    let mut warnings = Vec::new();
    let text = open(bytes, limits, &mut warnings)?;
    let root: Root<'a> = match serde_json::from_str(text) {
        Ok(root) => root,
        Err(error) => return Err(explain(text, &error, edition)),
    };
    let document = identify(root, edition)?;
    bound(&document, limits)?;
    warn(&document, &mut warnings);
    Ok(Parsed { value: document, warnings })
}

/// The bytes as text, after size, encoding, nesting and number of values were found within the limits.
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    warnings: &mut Vec<Warning>,
) -> Result<&'a str, Rejected> {
    if bytes.len() > limits.bytes {
        let what = format!("the document has {} bytes, more than the limit of {}", bytes.len(), limits.bytes);
        return Err(reject("too-large", what, "raise the limit if you trust the source"));
    }
    let (bytes, marked) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    if marked {
        let message =
            "the document begins with a byte order mark, which JSON does not allow; it was passed over";
        warnings.push(Warning::new("byte-order-mark", "", message));
    }
    let skipped = if marked { 3 } else { 0 };
    let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, skipped + error.valid_up_to()))?;
    if text.bytes().all(|byte| byte.is_ascii_whitespace()) {
        return Err(reject("empty", "the document is empty", ASK_PUBLISHER));
    }
    match scan(bytes, limits.depth.min(DEEPEST), limits.containers) {
        Outcome::Sound => Ok(text),
        Outcome::TooDeep { at } => {
            let what =
                format!("at byte {} the document nests deeper than {} levels", at + skipped, limits.depth);
            Err(reject("too-deep", what, "look at the source: sound documents stay far below this"))
        }
        Outcome::TooMany { at } => {
            let limit = limits.containers;
            let what =
                format!("at byte {} the document has more than {limit} objects and lists", at + skipped);
            Err(reject("too-many", what, "raise the limit if you trust the source"))
        }
    }
}

fn not_utf8(bytes: &[u8], at: usize) -> Rejected {
    let what = match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "the document is UTF-16, and JSON must be UTF-8".to_owned(),
        _ => format!("byte {at} is not UTF-8, as JSON must be"),
    };
    reject("not-utf8", what, ASK_PUBLISHER)
}

fn reject(code: &str, what: impl Into<String>, remedy: &str) -> Rejected {
    Rejected::new(code, what, NOTHING_TAKEN, remedy)
}

/// Turns a reader's error into words: is it no JSON, another kind of document, or a value of the wrong type?
fn explain(text: &str, error: &serde_json::Error, edition: &str) -> Rejected {
    let value = match serde_json::from_str::<Value>(text) {
        Ok(value) => value,
        Err(error) => return broken_json(&error),
    };
    if !value.is_object() {
        return reject(
            "not-csaf",
            "the document is JSON, but not an object",
            "check that this is an advisory",
        );
    }
    match value.pointer("/document/csaf_version") {
        None => not_csaf(),
        Some(Value::String(version)) => {
            check_version(version, edition).err().unwrap_or_else(|| wrong_type(error))
        }
        Some(_) => wrong_type(error),
    }
}

/// The rejection of text that is no JSON at all.
pub(crate) fn not_json(text: &str) -> Option<Rejected> {
    serde_json::from_str::<Value>(text).err().map(|error| broken_json(&error))
}

fn broken_json(error: &serde_json::Error) -> Rejected {
    let (line, column) = (error.line(), error.column());
    let what = if error.is_eof() {
        format!("the document ends too early, at line {line} column {column}: it was cut off")
    } else {
        format!("line {line} column {column} is not JSON: {}", short(&words_of(error)))
    };
    reject("not-json", what, ASK_PUBLISHER)
}

/// The rejection of a value whose JSON type is wrong, with the pointer to it.
pub(crate) fn wrong_type(error: &serde_json::Error) -> Rejected {
    let message = words_of(error);
    let (pointer, problem) = match message.strip_prefix(PATH_MARK).and_then(|rest| rest.split_once(PATH_END))
    {
        Some((pointer, problem)) => (pointer.to_owned(), problem.to_owned()),
        None => ("/".to_owned(), message),
    };
    let problem = problem.rsplit_once(" at line ").map_or(problem.as_str(), |(words, _)| words);
    let what = format!("`{pointer}` has the wrong type: {}", short(problem));
    reject("wrong-type", what, ASK_PUBLISHER)
}

/// The reader's message without the place that it appends.
fn words_of(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let suffix = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&suffix).unwrap_or(&text).to_owned()
}

fn not_csaf() -> Rejected {
    let what = "the document is JSON, but has no `/document/csaf_version`, so it is no CSAF document";
    reject("not-csaf", what, "check that this is an advisory; the older CVRF format is not read here")
}

fn check_version(version: &str, edition: &str) -> Result<(), Rejected> {
    if version == edition {
        return Ok(());
    }
    let remedy = "look whether the publisher offers the same advisory as CSAF 2.0";
    if version == "2.1" {
        let what = "the document is CSAF 2.1, and only CSAF 2.0 is read in this place";
        return Err(reject(OTHER_EDITION, what, remedy));
    }
    let what = format!("the document says CSAF version `{}`; only 2.0 and 2.1 are read", short(version));
    Err(reject("csaf-version", what, remedy))
}

fn identify<'a>(root: Root<'a>, edition: &str) -> Result<CsafDocument<'a>, Rejected> {
    let version = root.document.as_ref().and_then(|document| document.csaf_version.as_deref());
    check_version(version.ok_or_else(not_csaf)?, edition)?;
    let mut inspection = super::Inspection::default();
    root.inspect(&Place::ROOT, &mut inspection);
    Ok(CsafDocument {
        document: root.document.unwrap_or_default(),
        product_tree: root.product_tree,
        vulnerabilities: root.vulnerabilities,
        inspection,
    })
}

fn bound(document: &CsafDocument<'_>, limits: &Limits) -> Result<(), Rejected> {
    let mut products = 0_usize;
    if let Some(tree) = &document.product_tree {
        super::model::each_product(tree, &mut |_, _, _, _| products += 1);
    }
    let counts = [
        ("products", products, limits.products),
        ("vulnerabilities", document.vulnerabilities.len(), limits.vulnerabilities),
        ("products named through groups", group_members(document), limits.group_members),
        (
            "pairs of product and vulnerability",
            products.saturating_mul(document.vulnerabilities.len()),
            limits.pairs,
        ),
    ];
    for (name, count, limit) in counts {
        if count > limit {
            let what = format!("the document has {count} {name}, more than the limit of {limit}");
            return Err(reject("too-many", what, "raise the limit if you trust the source"));
        }
    }
    Ok(())
}

/// How many products all uses of groups stand for: few bytes can name a large group very often.
fn group_members(document: &CsafDocument<'_>) -> usize {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for group in document.product_tree.iter().flat_map(|tree| &tree.product_groups) {
        sizes.entry(group.group_id.as_deref().unwrap_or_default()).or_insert(group.product_ids.len());
    }
    let size = |ids: &[Text<'_>]| ids.iter().map(|id| sizes.get(&**id).copied().unwrap_or(0)).sum::<usize>();
    let uses = document.vulnerabilities.iter().map(|one| {
        one.remediations.iter().map(|item| size(&item.group_ids)).sum::<usize>()
            + one.threats.iter().map(|item| size(&item.group_ids)).sum::<usize>()
            + one.flags.iter().map(|item| size(&item.group_ids)).sum::<usize>()
    });
    uses.fold(0, usize::saturating_add)
}

fn warn(document: &CsafDocument<'_>, warnings: &mut Vec<Warning>) {
    let inspection = &document.inspection;
    for place in &inspection.unknown {
        let message = "CSAF 2.0 does not know this property; it was not used";
        warnings.push(Warning::new("csaf-unknown-property", place, message));
    }
    for place in &inspection.markup {
        let message = "the text holds HTML; it is kept as plain text and must never be rendered";
        warnings.push(Warning::new("csaf-markup", place, message));
    }
    if inspection.omitted > 0 {
        let message = format!("{} more remarks were left out", inspection.omitted);
        warnings.push(Warning::new("csaf-remarks-omitted", "", message));
    }
}
