//! Versions that a document names as its fix, beside the range that it calls affected.
//!
//! Only texts that name one version in a plain way are taken (`Update to V4.5.2 or later version`). The fix must
//! not be surely inside the affected range of the same product.

use std::collections::HashMap;
use std::path::Path;

use holdpoint_versions::expression::{self, Category, Context, Expression};
use holdpoint_versions::{Answer, Bound, Comparison, Interval, Profile, Version, VersionRange};
use serde_json::Value;

/// A leaf of a product tree.
pub struct Leaf {
    pub product: String,
    pub text: String,
    pub read: Expression,
}

/// One remediation of one product that names a version.
pub struct Fix<'a> {
    pub document: &'a str,
    pub leaf: &'a Leaf,
    pub details: &'a str,
    pub version: String,
}

/// The version that a remediation names as its fix; `None` when it names none or more than one in a plain way.
pub fn named(details: &str) -> Option<String> {
    let lower = details.to_ascii_lowercase();
    let verbs = ["update to ", "upgrade to ", "updating to ", "upgrading to "];
    let (at, verb) = verbs.iter().find_map(|verb| Some((lower.find(verb)?, *verb)))?;
    if verbs.iter().map(|verb| lower.matches(verb).count()).sum::<usize>() != 1 {
        return None;
    }
    let rest = details.get(at + verb.len()..)?;
    let mut words = rest.split([' ', '\n']).peekable();
    while words.peek().is_some_and(|word| {
        ["firmware", "software", "version", "the", "version:", "fw"]
            .contains(&word.to_ascii_lowercase().as_str())
    }) {
        words.next();
    }
    // The longest run of words that is a version, up to a word that closes it.
    let (mut best, mut taken, mut listed) = (None, String::new(), false);
    for word in words.take(7) {
        let plain = word.trim_end_matches(['.', ',', ';', ':']);
        let numbered = plain.trim_start_matches(['v', 'V']).starts_with(|c: char| c.is_ascii_digit());
        if listed {
            return if numbered { None } else { best };
        }
        listed = plain.len() < word.len();
        taken = if taken.is_empty() { plain.to_owned() } else { format!("{taken} {plain}") };
        if numbered_head(&taken) && Version::parse_ot(Profile::Common, &taken).is_ok() {
            best = Some(taken.clone());
        }
    }
    best
}

/// A text that begins with its number; `CommonES 4.01` names another product.
fn numbered_head(text: &str) -> bool {
    text.trim_start_matches(['v', 'V', 'r', 'R']).starts_with(|c: char| c.is_ascii_digit())
}

/// Whether the words in front of the verb speak of something that the product's name does not hold.
fn speaks_of_another(fix: &Fix<'_>) -> bool {
    let lower = fix.details.to_ascii_lowercase();
    let verbs = ["update to ", "upgrade to ", "updating to ", "upgrading to "];
    let Some(at) = verbs.iter().find_map(|verb| lower.find(verb)) else { return true };
    let lead = &lower[..at];
    let generic = ["recommend", "users", "customer", "encourage", "advise", "please"];
    if lead.trim().is_empty() || (!lead.contains(':') && generic.iter().any(|word| lead.contains(word))) {
        return false;
    }
    let name = format!("{} {}", fix.leaf.product, fix.leaf.text).to_ascii_lowercase();
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| w.len() >= 3).map(str::to_owned).collect()
    };
    let (lead, name) = (words(lead), words(&name));
    lead.is_empty() || !lead.iter().all(|word| name.contains(word))
}

/// The leaves of a document by product id.
pub fn leaves(document: &Value) -> HashMap<String, Leaf> {
    let mut found = HashMap::new();
    let branches = document["product_tree"]["branches"].as_array();
    let mut open: Vec<(&Value, &str, &str)> =
        branches.into_iter().flatten().map(|branch| (branch, "", "")).collect();
    while let Some((branch, vendor, product)) = open.pop() {
        let name = branch["name"].as_str().unwrap_or("");
        let category = branch["category"].as_str().unwrap_or("");
        let vendor = if category == "vendor" { name } else { vendor };
        let product = if category == "product_name" { name } else { product };
        open.extend(branch["branches"].as_array().into_iter().flatten().map(|b| (b, vendor, product)));
        let Some(id) = branch["product"]["product_id"].as_str() else { continue };
        let category = match category {
            "product_version" => Category::Version,
            "product_version_range" => Category::Range,
            _ => continue,
        };
        let read = expression::parse(&Context { vendor, product, category }, name);
        found.insert(id.to_owned(), Leaf { product: product.to_owned(), text: name.to_owned(), read });
    }
    found
}

/// Calls back with every remediation of an affected product that names a version.
pub fn each<'a>(document: &'a Value, leaves: &'a HashMap<String, Leaf>, mut found: impl FnMut(Fix<'a>)) {
    let name = document["document"]["tracking"]["id"].as_str().unwrap_or("");
    for vulnerability in document["vulnerabilities"].as_array().into_iter().flatten() {
        let affected: Vec<&str> = vulnerability["product_status"]["known_affected"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        for remediation in vulnerability["remediations"].as_array().into_iter().flatten() {
            let details = remediation["details"].as_str().unwrap_or("");
            if remediation["category"].as_str() != Some("vendor_fix") {
                continue;
            }
            let Some(version) = named(details) else { continue };
            let ids = remediation["product_ids"].as_array().into_iter().flatten().filter_map(Value::as_str);
            for id in ids.filter(|id| affected.contains(id)) {
                if let Some(leaf) = leaves.get(id) {
                    found(Fix { document: name, leaf, details, version: version.clone() });
                }
            }
        }
    }
}

/// The class of one fix; those that begin with `agrees` or `not comparable` are no disagreements.
pub fn class(fix: &Fix<'_>) -> &'static str {
    if speaks_of_another(fix) {
        return "not comparable: the text may speak of another product";
    }
    let Some(range) = fix.leaf.read.range() else { return "not comparable: we do not understand the range" };
    match fix.leaf.read.contains(&fix.version) {
        Answer::No => "agrees: the fix lies outside",
        Answer::Unknown { .. } => "not comparable: the answer is unknown",
        Answer::Yes if range.is_all() => "not comparable: the document calls all versions affected",
        Answer::Yes => disagreement(range, &fix.version),
    }
}

/// Why a fix lies inside. Nothing here may be a misreading: `not classified` fails the test.
fn disagreement(range: &VersionRange, fix: &str) -> &'static str {
    let fix = Version::parse_ot(Profile::Common, fix).expect("it was read before");
    let inside = |interval: &&Interval| {
        VersionRange::from_intervals(vec![(*interval).clone()]).contains(&fix) == Answer::Yes
    };
    match range.intervals().iter().find(inside).map(|interval| &interval.upper) {
        Some(Bound::Unbounded) => "the document gives no upper end and names a fix",
        Some(Bound::Included(upper)) if *upper == fix => "the document calls its own fix affected",
        Some(Bound::Included(upper) | Bound::Excluded(upper)) if fix.compare(upper) == Comparison::Less => {
            "the document names a fix below the bound it gives"
        }
        Some(_) | None => "not classified",
    }
}

/// Every document below a folder.
pub fn documents(folder: &Path) -> Vec<Value> {
    let mut open = vec![folder.to_owned()];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        let mut entries: Vec<_> = std::fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                let bytes = std::fs::read(&path).expect("a readable file");
                found.extend(serde_json::from_slice::<Value>(&bytes));
            }
        }
    }
    found
}
