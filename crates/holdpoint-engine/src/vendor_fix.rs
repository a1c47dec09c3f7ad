//! Patches out of the fixes that advisories name: "update to V2.9.4 or later" becomes a patch of that product.
//!
//! One patch a product and version, so that advisories which ask for the same update name the same patch. The surprise: a
//! version is taken from the text only where the sentence has exactly that form; any other fix keeps the advisory's name
//! and its words, and nothing is read into it.

use holdpoint_domain::advisory::{
    AdvisoryVulnerability, ProductExpression, Remediation, RemediationCategory,
};
use holdpoint_domain::patch::{PatchClass, PatchRecord};
use holdpoint_versions::{Comparison, Profile, Version, fix};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Patches of one document; more are left out.
const MAX_FIXES: usize = 5_000;
/// Characters of a title.
const TITLE_CHARS: usize = 200;
/// Bytes of a patch's name.
const NAME_BYTES: usize = 190;

/// A patch that an advisory names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VendorFix {
    /// The patch.
    pub record: PatchRecord,
    /// The product that it is for, where it is for one; empty: the fix names no version.
    pub product: String,
    /// Whether a later version fixes the same, as the advisory says.
    pub or_later: bool,
    /// The document's ids of the products that it is for, sorted.
    pub product_ids: Vec<String>,
}

/// The patches that a document's fixes name, by name.
#[must_use]
pub fn vendor_fixes(
    publisher: &str,
    tracking_id: &str,
    products: &[ProductExpression],
    vulnerabilities: &[AdvisoryVulnerability],
) -> Vec<VendorFix> {
    let by_id: HashMap<&str, &ProductExpression> =
        products.iter().map(|product| (product.product_id.as_str(), product)).collect();
    let mut found: BTreeMap<String, VendorFix> = BTreeMap::new();
    let mut unnamed: Vec<(&str, &str)> = Vec::new();
    for vulnerability in vulnerabilities {
        for remedy in &vulnerability.remediations {
            if remedy.category != RemediationCategory::VendorFix {
                continue;
            }
            let url = remedy.url.as_deref().unwrap_or_default();
            let key = (remedy.details.as_str(), url);
            for id in &remedy.products {
                let Some(product) = by_id.get(id.as_str()) else { continue };
                let label = product.product().unwrap_or(&product.name).trim();
                let stated = stated_version_for(&remedy.details, label);
                if stated.is_none() && !unnamed.contains(&key) && unnamed.len() < MAX_FIXES {
                    unnamed.push(key);
                }
                let place = unnamed.iter().position(|one| *one == key).map_or(0, |place| place + 1);
                let name = match stated {
                    Some((version, _)) => format!("{label} {version}"),
                    None => format!("{tracking_id} fix {place}"),
                };
                if found.len() >= MAX_FIXES && !found.contains_key(&name) {
                    continue;
                }
                let fix = found
                    .entry(cut(&name))
                    .or_insert_with_key(|name| begin(name, (publisher, product, label), remedy, stated));
                fix.product_ids.push(id.clone());
                fix.record.products.push(product.name.clone());
                fix.record.fixes.push(vulnerability.reference.clone());
            }
        }
    }
    found.into_values().map(tidied).collect()
}

fn begin(
    name: &str,
    (publisher, product, label): (&str, &ProductExpression, &str),
    remedy: &Remediation,
    stated: Option<(&str, bool)>,
) -> VendorFix {
    let vendor = product.vendor().unwrap_or(publisher).to_owned();
    let words = remedy.details.split_whitespace().collect::<Vec<_>>().join(" ");
    let record = PatchRecord {
        identifier: name.to_owned(),
        title: words.chars().take(TITLE_CHARS).collect(),
        class: PatchClass::Security,
        classification: "vendor fix".to_owned(),
        released: remedy.date,
        restart: remedy.restart.clone().unwrap_or_default(),
        fixed_build: stated.map(|(version, _)| version.to_owned()).unwrap_or_default(),
        url: remedy.url.clone().unwrap_or_default(),
        ..PatchRecord::of(vendor)
    };
    let product = if stated.is_some() { label.to_owned() } else { String::new() };
    VendorFix {
        record,
        product,
        or_later: stated.is_some_and(|(_, or_later)| or_later),
        product_ids: Vec::new(),
    }
}

fn tidied(mut fix: VendorFix) -> VendorFix {
    for list in [&mut fix.product_ids, &mut fix.record.products, &mut fix.record.fixes] {
        let all: BTreeSet<String> = std::mem::take(list).into_iter().collect();
        *list = all.into_iter().collect();
    }
    fix
}

fn cut(name: &str) -> String {
    let mut end = name.len().min(NAME_BYTES);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name[..end].to_owned()
}

/// The version that a fix asks for where it speaks of one only, and whether a later one does as well: `Update to V2.9.4 or
/// later version`. `None`: the sentence has another form, or names several versions or the product that it is for.
#[must_use]
pub fn stated_version(details: &str) -> Option<(&str, bool)> {
    let found = in_clause(details.lines().next().unwrap_or_default())?;
    let others = fix::named_versions(details);
    let is_alone = others.iter().all(|other| found.version.contains(other.as_str()));
    (found.product.is_empty() && is_alone).then_some((found.version, found.or_later))
}

/// The version that a fix asks for, for one product of those that it is for. Where a text names several versions, each with
/// its product (`V4.5.2 for CPU 1211, V4.6 for CPU 1212`), the one clause counts whose words the product's name holds; where
/// none does, or more than one, nothing is known.
#[must_use]
pub fn stated_version_for<'d>(details: &'d str, product: &str) -> Option<(&'d str, bool)> {
    if let Some(found) = stated_version(details) {
        return Some(found);
    }
    let clauses =
        details.lines().flat_map(|line| line.split([';', ','])).flat_map(|part| part.split(" and "));
    let mut found: Vec<Stated<'d>> = Vec::new();
    for clause in clauses.map(str::trim).filter(|clause| !fix::named_versions(clause).is_empty()) {
        // A clause that is not understood may be the one for this product.
        found.push(in_clause(clause).filter(|stated| !stated.product.is_empty())?);
    }
    let names: Vec<String> = words(product).collect();
    let mut own = found.iter().filter(|stated| {
        let mut said = words(stated.product).peekable();
        said.peek().is_some() && said.all(|word| names.contains(&word))
    });
    let (first, further) = (own.next()?, own.next());
    further.is_none().then_some((first.version, first.or_later))
}

/// What one clause says: a version, and the words for its product; empty where it names none.
struct Stated<'d> {
    version: &'d str,
    or_later: bool,
    product: &'d str,
}

/// `Update to V1.2 or later version`, `V1.2 for CPU 1211`, `CPU 1211: update to V1.2 or later`; nothing else.
fn in_clause(clause: &str) -> Option<Stated<'_>> {
    let clause = clause.trim().trim_end_matches('.');
    let (before, rest) = match clause.split_once(": ") {
        Some((product, rest)) => (product.trim(), rest),
        None => ("", clause),
    };
    let told =
        ["Update to version ", "Upgrade to version ", "Update to ", "Upgrade to "].iter().find_map(|head| {
            rest.get(..head.len()).filter(|t| t.eq_ignore_ascii_case(head)).map(|_| &rest[head.len()..])
        });
    let (sentence, behind) = match told.unwrap_or(rest).split_once(" for ") {
        Some((sentence, product)) => (sentence.trim(), product.trim()),
        None => (told.unwrap_or(rest).trim(), ""),
    };
    let product = match (before, behind) {
        ("", product) | (product, "") => product,
        (_, _) => return None,
    };
    // Without a verb, only a clause that names its product is one.
    if told.is_none() && product.is_empty() {
        return None;
    }
    let tail = [" or later", " or newer", " or higher"]
        .iter()
        .find_map(|tail| sentence.find(tail).map(|at| (at, tail)));
    let (version, or_later) = match tail {
        Some((at, tail)) => {
            let left = sentence[at + tail.len()..].trim().trim_end_matches('.');
            if !["", "version", "versions"].contains(&left) {
                return None;
            }
            (sentence[..at].trim(), true)
        }
        None => (sentence, false),
    };
    is_version(version).then_some(Stated { version, or_later, product })
}

/// The words of a name in lower case, without those that every name may have.
fn words(name: &str) -> impl Iterator<Item = String> {
    const NONE: [&str; 6] = ["the", "all", "and", "devices", "products", "variants"];
    name.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '.'))
        .map(str::to_lowercase)
        .filter(|word| !word.is_empty() && !NONE.contains(&word.as_str()))
}

/// `V2.9.4`, `3.1 SP2 Update 1`: numbers with points, then service packs, updates and hotfixes; nothing else.
fn is_version(text: &str) -> bool {
    let mut words = text.split(' ');
    let Some(first) = words.next() else { return false };
    let digits = first.strip_prefix(['V', 'v']).unwrap_or(first);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
        && (digits.contains('.') || digits.len() < first.len())
        && digits.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    let mut wants_number = false;
    for word in words {
        let lower = word.to_ascii_lowercase();
        let is_plain_number = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
        let stem = lower.trim_end_matches(|c: char| c.is_ascii_digit());
        match (wants_number, stem) {
            (true, _) if is_plain_number => wants_number = false,
            (false, "sp" | "hf" | "upd" | "update") => wants_number = stem.len() == lower.len(),
            (true | false, _) => return false,
        }
    }
    is_number && !wants_number && Version::parse_ot(Profile::Common, text).is_ok()
}

/// How an installed version stands to the one that a fix brings, by the vendor's way of writing versions.
#[must_use]
pub fn compare_versions(vendor: &str, installed: &str, fixed: &str) -> Option<std::cmp::Ordering> {
    let profile = Profile::of_vendor(vendor);
    let installed = Version::parse_ot(profile, installed).ok()?;
    let fixed = Version::parse_ot(profile, fixed).ok()?;
    match installed.compare(&fixed) {
        Comparison::Less => Some(std::cmp::Ordering::Less),
        Comparison::Equal => Some(std::cmp::Ordering::Equal),
        Comparison::Greater => Some(std::cmp::Ordering::Greater),
        Comparison::Undecidable(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdpoint_domain::advisory::{BranchCategory, Helpers, PathStep};

    #[test]
    fn a_version_is_taken_only_from_a_sentence_of_that_form() {
        for (text, found) in [
            ("Update to V2.9.4 or later version", Some(("V2.9.4", true))),
            (
                "Upgrade to version 3.1 SP2 Update 1 or later versions.\nContact us",
                Some(("3.1 SP2 Update 1", true)),
            ),
            ("Update to V13.2.0.5", Some(("V13.2.0.5", false))),
            ("Update to V16 Update 4 or later version", Some(("V16 Update 4", true))),
            ("Update to 16 or later version", None),
            ("Update to the latest version", None),
            ("Update Fortigate NGFW to V7.4.1.", None),
            ("Update to V2.9.4 and then V3.0 or later version", None),
            ("Contact customer support", None),
            ("Update to ", None),
            ("é Update to V1.0", None),
            ("Update to V4.5.2 or later for CPU 1211; update to V4.6 or later for CPU 1212", None),
            ("Update to V4.5.2 or later version\nFor CPU 1212 update to V4.6", None),
            ("Update to V4.5.2 for CPU 1211, V4.6 for 1212", None),
            ("Update to V4.5.2 or later for CPU 1211", None),
        ] {
            assert_eq!(stated_version(text), found, "{text}");
        }
    }

    #[test]
    fn of_several_versions_each_product_gets_its_own_or_none() {
        let both = "Update to V4.5.2 for CPU 1211, V4.6 for CPU 1212";
        let named = "CPU 1211: Update to V4.5.2 or later version\nCPU 1212: Update to V4.6 or later version";
        for (text, product, found) in [
            (both, "SIMATIC CPU 1211", Some(("V4.5.2", false))),
            (both, "SIMATIC CPU 1212", Some(("V4.6", false))),
            (both, "SIMATIC CPU 1214", None),
            (both, "SIMATIC CPU 1211 and CPU 1212", None),
            (named, "CPU 1212", Some(("V4.6", true))),
            (named, "CPU 1215", None),
            ("V4.5.2 for CPU 1211, others: see V4.6 manual", "CPU 1211", None),
            ("Update to V4.5.2 or later version", "CPU 1214", Some(("V4.5.2", true))),
        ] {
            assert_eq!(stated_version_for(text, product), found, "{text} / {product}");
        }
        let products = [product("p1", "CPU 1211"), product("p2", "CPU 1212"), product("p3", "CPU 1214")];
        let vulnerabilities = [vulnerability("CVE-2031-0001", &[(both, &["p1", "p2", "p3"])])];
        let fixes = vendor_fixes("Example", "EX-1", &products, &vulnerabilities);
        let told: Vec<(&str, &[String])> =
            fixes.iter().map(|fix| (fix.record.identifier.as_str(), fix.product_ids.as_slice())).collect();
        let own = |id: &str| vec![id.to_owned()];
        let (first, second, third) = (own("p1"), own("p2"), own("p3"));
        assert_eq!(
            told,
            [("CPU 1211 V4.5.2", &first[..]), ("CPU 1212 V4.6", &second[..]), ("EX-1 fix 1", &third[..])]
        );
    }

    fn product(id: &str, name: &str) -> ProductExpression {
        let step = |category, name: &str| PathStep { category, name: name.to_owned() };
        ProductExpression {
            product_id: id.to_owned(),
            name: format!("Example {name} <V2.9.4"),
            path: vec![step(BranchCategory::Vendor, "Example"), step(BranchCategory::ProductName, name)],
            helpers: Helpers::default(),
            relation: None,
            pointer: String::new(),
        }
    }

    fn vulnerability(cve: &str, fixes: &[(&str, &[&str])]) -> AdvisoryVulnerability {
        let remedy = |(details, products): &(&str, &[&str])| Remediation {
            category: RemediationCategory::VendorFix,
            details: (*details).to_owned(),
            url: Some("https://example.com/fix".to_owned()),
            date: None,
            restart: Some("machine".to_owned()),
            entitlements: Vec::new(),
            products: products.iter().map(|id| (*id).to_owned()).collect(),
        };
        AdvisoryVulnerability {
            reference: cve.to_owned(),
            cve: Some(cve.to_owned()),
            title: String::new(),
            cwe: None,
            statements: Vec::new(),
            scores: Vec::new(),
            remediations: fixes.iter().map(remedy).collect(),
            notes: Vec::new(),
            threats: Vec::new(),
            flags: Vec::new(),
            pointer: String::new(),
        }
    }

    #[test]
    fn one_patch_a_product_and_version_with_all_that_it_fixes() {
        let products = [product("p1", "CPU 1"), product("p2", "CPU 2")];
        let update = "Update to V2.9.4 or later version";
        let vulnerabilities = [
            vulnerability("CVE-2031-0001", &[(update, &["p1", "p2"])]),
            vulnerability("CVE-2031-0002", &[(update, &["p1"]), ("Ask the hotline", &["p2", "none"])]),
        ];
        let fixes = vendor_fixes("Example", "EX-1", &products, &vulnerabilities);
        let told: Vec<(&str, usize, usize)> = fixes
            .iter()
            .map(|fix| (fix.record.identifier.as_str(), fix.record.fixes.len(), fix.product_ids.len()))
            .collect();
        assert_eq!(told, [("CPU 1 V2.9.4", 2, 1), ("CPU 2 V2.9.4", 1, 1), ("EX-1 fix 1", 1, 1)]);
        assert_eq!((fixes[0].record.fixed_build.as_str(), fixes[0].or_later), ("V2.9.4", true));
        assert_eq!(fixes[2].record.restart, "machine");
    }

    #[test]
    fn versions_that_cannot_be_compared_are_no_order() {
        use std::cmp::Ordering;
        assert_eq!(compare_versions("Siemens", "V2.9.2", "V2.9.4"), Some(Ordering::Less));
        assert_eq!(compare_versions("Siemens", "2.9.4", "V2.9.4"), Some(Ordering::Equal));
        assert_eq!(compare_versions("Siemens", "unknown", "V2.9.4"), None);
    }
}
