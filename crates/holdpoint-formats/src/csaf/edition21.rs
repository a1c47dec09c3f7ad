//! CSAF 2.1: what carries the meaning of a document, read by way of its 2.0 shape.
//!
//! Products, statuses, remediations, scores, notes and the history are taken; what 2.0 has no place for is remarked, each
//! thing by its pointer, and nothing is left out without a word. Not here: most of the tests of 2.1, which
//! [`NOT_CHECKED`] says. The surprises: a number pattern of 2.1 means the whole number, which the helpers remember; a
//! status `unknown` becomes "under investigation", because it is no "not affected"; and a document with an extension that
//! one must understand is refused, because its words may not mean what they say.

use super::model::CsafDocument;
use super::object::{PATH_END, PATH_MARK};
use super::parse::{Limits, open, parse_edition};
use super::validate::{Scope, base_score, validate};
use super::{Finding, Severity, facts, to_advisory};
use holdpoint_domain::advisory::{AdvisoryContent, NumberRules, Score};
use holdpoint_domain::document::DocumentFacts;
use holdpoint_domain::{Rejected, Warning};
use serde_json::{Map, Value, json};

/// The code of the remark on what was not checked.
const PARTLY: &str = "csaf21-partly-checked";
/// What is said of every document of this edition.
pub const NOT_CHECKED: &str = "the document is CSAF 2.1: its products, statuses, remediations, scores and notes were read, and of \
     its mandatory tests only those on references, ids and contradicting statuses (6.1.1 to 6.1.6) were run; the schema, the profiles, \
     dates, languages, licences, metrics other than CVSS and the form of version ranges were not checked";

/// The mandatory tests that mean the same in both editions, and that what is stored rests on.
const TESTS: &[&str] = &["6.1.1", "6.1.2", "6.1.3", "6.1.4", "6.1.5", "6.1.6"];

/// A document of CSAF 2.1 that was read.
#[derive(Debug, Clone)]
pub struct Read21 {
    /// What it says.
    pub content: AdvisoryContent,
    /// What lists search of it.
    pub facts: DocumentFacts,
    /// Mandatory tests that it fails.
    pub failures: Vec<Finding>,
    /// What a person should know of it.
    pub warnings: Vec<Warning>,
    /// The file name that the standard asks for.
    pub file_name: Option<String>,
}

/// Whether a document was rejected only because it is of this edition.
#[must_use]
pub fn is_other_edition(rejected: &Rejected) -> bool {
    rejected.code == super::parse::OTHER_EDITION
}

/// Reads a CSAF 2.1 document.
///
/// # Errors
/// As [`super::parse()`] and [`super::to_advisory`]; code `csaf21-extension` when it has an extension that one must
/// understand.
pub fn read(bytes: &[u8]) -> Result<Read21, Rejected> {
    let mut warnings = Vec::new();
    let text = open(bytes, &Limits::default(), &mut warnings)?;
    let mut root: Value = serde_json::from_str(text).map_err(|error| {
        let what = format!("the document is no JSON: {error}").replace([PATH_MARK, PATH_END], "");
        Rejected::new("not-json", what, "nothing of this document was taken", "fetch it again")
    })?;
    refuse_extensions(&root, "")?;
    let mut shape = Shape::default();
    shape.document(&mut root);
    let translated = root.to_string();
    let parsed = parse_edition(translated.as_bytes(), &Limits::default(), "2.1")?;
    let failures = failures(&parsed.value, &shape);
    let mut advisory = to_advisory(&parsed.value)?;
    for product in &mut advisory.value.products {
        product.helpers.rules = NumberRules::Csaf21;
        product.pointer = shape.place(&product.pointer);
    }
    for (at, score) in std::mem::take(&mut shape.scores) {
        if let Some(vulnerability) = advisory.value.vulnerabilities.get_mut(at) {
            vulnerability.scores.push(score);
        }
    }
    warnings.push(Warning::new(PARTLY, "/document/csaf_version", NOT_CHECKED));
    warnings.append(&mut shape.remarks);
    let rest = parsed.warnings.into_iter().chain(advisory.warnings);
    warnings.extend(rest.map(|warning| shape.reworded(warning)));
    Ok(Read21 {
        facts: facts(&parsed.value),
        file_name: parsed.value.file_name(),
        content: advisory.value,
        failures,
        warnings,
    })
}

fn failures(document: &CsafDocument<'_>, shape: &Shape) -> Vec<Finding> {
    let checked = validate(document, Scope::Mandatory);
    let counts = |finding: &Finding| finding.severity == Severity::Mandatory && TESTS.contains(&finding.test);
    let placed = |finding: Finding| Finding { place: shape.place(&finding.place), ..finding };
    checked.findings.into_iter().filter(counts).map(placed).collect()
}

/// An extension that says that one must understand it: then nothing else in the document is sure.
fn refuse_extensions(value: &Value, place: &str) -> Result<(), Rejected> {
    match value {
        Value::Object(map) => {
            for extension in map.get("x_extensions").and_then(Value::as_array).into_iter().flatten() {
                let harmless = matches!(extension.get("critical"), None | Some(Value::Bool(false)));
                if !harmless {
                    return Err(Rejected::new(
                        "csaf21-extension",
                        format!(
                            "`{place}/x_extensions` holds an extension that must be understood, and it is not"
                        ),
                        "what the document says may mean something else, so nothing of it was taken",
                        "read the document, and ask its publisher for one without the extension",
                    ));
                }
            }
            map.iter().try_for_each(|(key, value)| refuse_extensions(value, &format!("{place}/{key}")))
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(at, value)| refuse_extensions(value, &format!("{place}/{at}"))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

/// What becomes of a document on its way to the shape of 2.0.
#[derive(Debug, Default)]
struct Shape {
    remarks: Vec<Warning>,
    /// Of each relationship that was made, the path that it stands for.
    paths: Vec<usize>,
    /// Scores that 2.0 has no place for, by the vulnerability's place.
    scores: Vec<(usize, Score)>,
}

/// The most remarks; a hostile document has no end of them.
const MOST_REMARKS: usize = 100;

impl Shape {
    fn remark(&mut self, place: impl Into<String>, message: impl Into<String>) {
        if self.remarks.len() < MOST_REMARKS {
            self.remarks.push(Warning::new("csaf21-not-understood", place, message));
        }
    }

    /// A pointer as it is in the document.
    fn place(&self, pointer: &str) -> String {
        let Some(rest) = pointer.strip_prefix("/product_tree/relationships/") else {
            return pointer.replace("/scores/", "/metrics/");
        };
        let (number, tail) =
            rest.split_once('/').map_or((rest, String::new()), |(n, t)| (n, format!("/{t}")));
        let path = number.parse::<usize>().ok().and_then(|at| self.paths.get(at));
        path.map_or_else(|| pointer.to_owned(), |path| format!("/product_tree/product_paths/{path}{tail}"))
    }

    fn reworded(&self, warning: Warning) -> Warning {
        let message = match warning.code.as_str() {
            "csaf-unknown-property" => "this property of CSAF 2.1 is not used here".to_owned(),
            _ => warning.message.replace("CSAF 2.0", "the reader"),
        };
        Warning { place: self.place(&warning.place), message, ..warning }
    }

    fn document(&mut self, root: &mut Value) {
        let Some(root) = root.as_object_mut() else { return };
        root.remove("$schema");
        if let Some(document) = root.get_mut("document").and_then(Value::as_object_mut) {
            document.remove("license_expression");
            if document.get("distribution").is_some_and(|one| one.get("sharing_group").is_some()) {
                self.remark(
                    "/document/distribution/sharing_group",
                    "the document is for one sharing group only; nothing here keeps it to that group",
                );
            }
        }
        if let Some(tree) = root.get_mut("product_tree").and_then(Value::as_object_mut) {
            self.tree(tree);
        }
        let items = root.get_mut("vulnerabilities").and_then(Value::as_array_mut);
        for (at, item) in items.into_iter().flatten().enumerate() {
            if let Some(item) = item.as_object_mut() {
                self.vulnerability(at, item);
            }
        }
    }

    fn tree(&mut self, tree: &mut Map<String, Value>) {
        if let Some(branches) = tree.get_mut("branches") {
            self.branches(branches, "/product_tree/branches");
        }
        let named = tree.get_mut("full_product_names").and_then(Value::as_array_mut);
        for (at, product) in named.into_iter().flatten().enumerate() {
            self.helper(product, &format!("/product_tree/full_product_names/{at}"));
        }
        let Some(Value::Array(paths)) = tree.remove("product_paths") else { return };
        let mut relationships = Vec::new();
        for (at, path) in paths.into_iter().enumerate() {
            self.path(at, path, &mut relationships);
        }
        tree.insert("relationships".to_owned(), Value::Array(relationships));
    }

    fn branches(&mut self, branches: &mut Value, place: &str) {
        for (at, branch) in branches.as_array_mut().into_iter().flatten().enumerate() {
            let place = format!("{place}/{at}");
            // What 2.1 calls a platform is a further word on the product, and no name of it.
            if branch.get("category").and_then(Value::as_str) == Some("platform") {
                branch["category"] = json!("specification");
            }
            if let Some(product) = branch.get_mut("product") {
                self.helper(product, &format!("{place}/product"));
            }
            if let Some(below) = branch.get_mut("branches") {
                self.branches(below, &format!("{place}/branches"));
            }
        }
    }

    /// Several package URLs become the first of them, with a remark on the others.
    fn helper(&mut self, product: &mut Value, place: &str) {
        let Some(helper) = product.get_mut("product_identification_helper").and_then(Value::as_object_mut)
        else {
            return;
        };
        let Some(Value::Array(purls)) = helper.remove("purls") else { return };
        if purls.len() > 1 {
            self.remark(
                format!("{place}/product_identification_helper/purls"),
                "of several package URLs only the first is compared; an asset with another one is not recognised by it",
            );
        }
        if let Some(first) = purls.into_iter().next() {
            helper.insert("purl".to_owned(), first);
        }
    }

    /// A path of products becomes one relationship a step; the products between are combinations without a name.
    fn path(&mut self, at: usize, mut path: Value, into: &mut Vec<Value>) {
        if let Some(whole) = path.get_mut("full_product_name") {
            self.helper(whole, &format!("/product_tree/product_paths/{at}/full_product_name"));
        }
        let steps = path.get("subpaths").and_then(Value::as_array).cloned().unwrap_or_default();
        if steps.is_empty() {
            self.remark(
                format!("/product_tree/product_paths/{at}"),
                "the path has no steps, so its product is none",
            );
        }
        let whole = path.get("full_product_name").cloned().unwrap_or_else(|| json!({}));
        let mut from = path.get("beginning_product_reference").cloned().unwrap_or_default();
        let last = steps.len().saturating_sub(1);
        for (number, step) in steps.into_iter().enumerate() {
            let product = if number == last {
                whole.clone()
            } else {
                let id = whole.get("product_id").and_then(Value::as_str).unwrap_or_default();
                json!({"name": format!("a part of {id}"), "product_id": format!("{id}\u{1f}{number}")})
            };
            let next = product.get("product_id").cloned().unwrap_or_default();
            into.push(json!({
                "category": step.get("category").cloned().unwrap_or_default(),
                "full_product_name": product,
                "product_reference": from,
                "relates_to_product_reference": step.get("next_product_reference").cloned().unwrap_or_default(),
            }));
            self.paths.push(at);
            from = next;
        }
    }

    fn vulnerability(&mut self, at: usize, item: &mut Map<String, Value>) {
        let place = format!("/vulnerabilities/{at}");
        if let Some(Value::Array(mut weaknesses)) = item.remove("cwes") {
            if weaknesses.len() > 1 {
                self.remark(format!("{place}/cwes"), "of several weaknesses only the first is kept");
            }
            if let Some(Value::Object(first)) = weaknesses.first_mut() {
                first.remove("version");
                item.insert("cwe".to_owned(), Value::Object(std::mem::take(first)));
            }
        }
        if let Some(date) = item.remove("disclosure_date") {
            item.insert("release_date".to_owned(), date);
        }
        self.metrics(at, item);
        self.statuses(&place, item);
        self.remediations(&place, item);
        self.exploitation(item);
    }

    fn metrics(&mut self, at: usize, item: &mut Map<String, Value>) {
        let Some(Value::Array(metrics)) = item.remove("metrics") else { return };
        let mut scores = Vec::new();
        for (number, metric) in metrics.into_iter().enumerate() {
            let place = format!("/vulnerabilities/{at}/metrics/{number}");
            let products = metric.get("products").cloned().unwrap_or_else(|| json!([]));
            let Some(Value::Object(content)) = metric.get("content") else { continue };
            let mut score = Map::new();
            for (key, value) in content {
                match key.as_str() {
                    "cvss_v2" | "cvss_v3" => {
                        score.insert(key.clone(), value.clone());
                    }
                    "cvss_v4" => self.scores.extend(score_of_4(value, &products).map(|score| (at, score))),
                    other => self.remark(format!("{place}/content/{other}"), "this metric is not used here"),
                }
            }
            if !score.is_empty() {
                score.insert("products".to_owned(), products);
                scores.push(Value::Object(score));
            }
        }
        if !scores.is_empty() {
            item.insert("scores".to_owned(), Value::Array(scores));
        }
    }

    /// A product of which the publisher knows nothing yet is not cleared, and neither is one under a word that is new here.
    fn statuses(&mut self, place: &str, item: &mut Map<String, Value>) {
        const KNOWN: [&str; 8] = [
            "first_affected",
            "first_fixed",
            "fixed",
            "known_affected",
            "known_not_affected",
            "last_affected",
            "recommended",
            "under_investigation",
        ];
        let Some(status) = item.get_mut("product_status").and_then(Value::as_object_mut) else { return };
        let new: Vec<String> = status.keys().filter(|key| !KNOWN.contains(&key.as_str())).cloned().collect();
        for word in new {
            let Some(Value::Array(mut products)) = status.remove(&word) else { continue };
            self.remark(
                format!("{place}/product_status/{word}"),
                "a product with this status is read as under investigation: nobody has said that it is not affected",
            );
            let open = status.entry("under_investigation").or_insert_with(|| json!([]));
            if let Some(open) = open.as_array_mut() {
                products.retain(|product| !open.contains(product));
                open.append(&mut products);
            }
        }
    }

    fn remediations(&mut self, place: &str, item: &mut Map<String, Value>) {
        let list = item.get_mut("remediations").and_then(Value::as_array_mut);
        for (number, remediation) in list.into_iter().flatten().enumerate() {
            let (word, says) = match remediation.get("category").and_then(Value::as_str) {
                Some("fix_planned") => ("none_available", "A fix is planned"),
                Some("optional_patch") => ("mitigation", "Optional patch, which is no fix"),
                Some("mitigation" | "no_fix_planned" | "none_available" | "vendor_fix" | "workaround")
                | None => continue,
                Some(other) => {
                    let other = other.chars().take(64).collect::<String>();
                    self.remark(
                        format!("{place}/remediations/{number}/category"),
                        format!("`{other}` is not understood, so this remediation counts as a mitigation and never as a fix"),
                    );
                    ("mitigation", "Of a kind that is not understood")
                }
            };
            let details = remediation.get("details").and_then(Value::as_str).unwrap_or_default();
            let details = format!("{says}: {details}");
            remediation["category"] = json!(word);
            remediation["details"] = json!(details);
        }
    }

    /// When exploitation was first known becomes a threat in words, so that it is read beside the others.
    fn exploitation(&mut self, item: &mut Map<String, Value>) {
        let Some(Value::Array(dates)) = item.remove("first_known_exploitation_dates") else { return };
        let threats = item.entry("threats").or_insert_with(|| json!([]));
        for known in dates {
            let day = known.get("exploitation_date").and_then(Value::as_str).unwrap_or("an unknown date");
            let mut threat = json!({
                "category": "exploit_status", "details": format!("Exploitation is known since {day}"),
            });
            for key in ["group_ids", "product_ids"] {
                if let Some(ids) = known.get(key) {
                    threat[key] = ids.clone();
                }
            }
            if let Some(threats) = threats.as_array_mut() {
                threats.push(threat);
            }
        }
    }
}

fn score_of_4(value: &Value, products: &Value) -> Option<Score> {
    let vector = value.get("vectorString").and_then(Value::as_str)?.to_owned();
    let ids = products.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
    Some(Score {
        version: "4.0".to_owned(),
        base_tenths: base_score(&vector),
        vector,
        products: ids.collect(),
    })
}
