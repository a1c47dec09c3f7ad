//! Reads the products out of CSAF documents, in the simplest way.

use holdpoint_domain::advisory::{BranchCategory, Helpers, PathStep, ProductExpression};
use holdpoint_engine::matching::leaf::Standing;
use holdpoint_engine::matching::{LeafInput, Leaves};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A product as a document writes it.
pub struct Listed {
    /// The vendor.
    pub vendor: String,
    /// The product.
    pub product: String,
    /// The full name.
    pub name: String,
    /// Model numbers.
    pub models: Vec<String>,
}

/// All products of a folder of documents; the leaf with number `n` is `listed[n]`.
pub struct Corpus {
    /// The products as written.
    pub listed: Vec<Listed>,
    /// The engine's leaves of the same products.
    pub leaves: Leaves,
    /// How many documents there are.
    pub documents: usize,
}

/// Reads every `.json` below a folder; `None` when the folder is not there.
pub fn read(folder: &Path) -> Option<Corpus> {
    if !folder.is_dir() {
        return None;
    }
    let mut files = Vec::new();
    files_below(folder, &mut files);
    files.sort();
    let mut listed = Vec::new();
    let mut inputs = Vec::new();
    let mut documents = 0;
    for file in &files {
        let bytes = std::fs::read(file).expect("a readable file");
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
        let Ok(document) = serde_json::from_slice::<Value>(bytes) else { continue };
        let Some(branches) = document.pointer("/product_tree/branches").and_then(Value::as_array) else {
            continue;
        };
        documents += 1;
        let mut products = Vec::new();
        for branch in branches {
            walk(branch, &mut Vec::new(), &mut products);
        }
        for (path, product) in products {
            let number = i64::try_from(listed.len()).expect("a small number");
            let (row, expression) = product_of(path, product);
            listed.push(row);
            inputs.push(LeafInput {
                number,
                document: documents,
                standing: Standing::Stated,
                expression,
                fixes: Vec::new(),
            });
        }
    }
    let documents = usize::try_from(documents).expect("a count");
    Some(Corpus { listed, leaves: Leaves::new(inputs), documents })
}

fn files_below(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files_below(&path, into);
        } else if path.extension().is_some_and(|end| end == "json") {
            into.push(path);
        }
    }
}

fn walk<'v>(
    branch: &'v Value,
    path: &mut Vec<(&'v str, &'v str)>,
    into: &mut Vec<(Vec<(String, String)>, &'v Value)>,
) {
    let text = |key: &str| branch.get(key).and_then(Value::as_str).unwrap_or_default();
    path.push((text("category"), text("name")));
    if let Some(product) = branch.get("product") {
        let owned = path.iter().map(|(category, name)| ((*category).to_owned(), (*name).to_owned()));
        into.push((owned.collect(), product));
    }
    for below in branch.get("branches").and_then(Value::as_array).into_iter().flatten() {
        walk(below, path, into);
    }
    path.pop();
}

fn product_of(path: Vec<(String, String)>, product: &Value) -> (Listed, ProductExpression) {
    let last = |category: &str| {
        let found = path.iter().rev().find(|(known, _)| known == category);
        found.map(|(_, name)| name.clone())
    };
    let name = product.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let models = product.pointer("/product_identification_helper/model_numbers").and_then(Value::as_array);
    let models: Vec<String> =
        models.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    let steps = path.iter().filter_map(|(category, name)| {
        category.parse::<BranchCategory>().ok().map(|category| PathStep { category, name: name.clone() })
    });
    let expression = ProductExpression {
        product_id: product.get("product_id").and_then(Value::as_str).unwrap_or_default().to_owned(),
        name: name.clone(),
        path: steps.collect(),
        helpers: Helpers { model_numbers: models.clone(), ..Helpers::default() },
        relation: None,
        pointer: String::new(),
    };
    let product = last("product_name").or_else(|| last("product_family")).unwrap_or_else(|| name.clone());
    (Listed { vendor: last("vendor").unwrap_or_default(), product, name, models }, expression)
}
