//! How the version expressions of documents are understood, without taking anything in. Needs no store.

use super::Problem;
use super::files::{Documents, documents_at};
use super::prepare::reading;
use crate::error::AppError;
use holdpoint_domain::Rejected;
use holdpoint_domain::advisory::ProductExpression;
use holdpoint_domain::matching::ExpressionOutcome;
use holdpoint_formats::csaf::{self, edition21};
use serde::Serialize;
use std::path::Path;

/// One product of a document and how its version text is understood. The names of the fields are stable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadExpression {
    /// The document's name.
    pub document: String,
    /// The document's id for the product.
    pub product_id: String,
    /// Vendor as written; empty when none is named.
    pub vendor: String,
    /// Product as written.
    pub product: String,
    /// The branch category of the version text; empty when the document gives no version.
    pub category: String,
    /// The version text as written.
    pub text: String,
    /// `decided`, `conditional` or `not_understood`.
    pub outcome: ExpressionWord,
    /// The range in words; empty when not understood.
    pub range: String,
    /// The conditions besides the range, in words.
    pub predicates: String,
    /// Why it was not understood, or what is particular about it.
    pub why: String,
}

/// An outcome as its fixed word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExpressionWord(pub ExpressionOutcome);

impl Serialize for ExpressionWord {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.word())
    }
}

/// Reads the documents at a path and visits each of their products; gives the files that could not be read.
///
/// # Errors
/// [`AppError::File`] or [`AppError::Invalid`] when the path cannot be read at all; what the visitor gives.
pub fn expressions<E: From<AppError>>(
    path: &Path,
    mut visit: impl FnMut(ReadExpression) -> Result<(), E>,
) -> Result<Vec<Problem>, E> {
    let documents: Documents = documents_at(path).map_err(E::from)?;
    let mut problems = Vec::new();
    for document in documents {
        let document = match document {
            Ok(document) => document,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        match products(&document.bytes) {
            Err(rejected) => problems.push(Problem { name: document.name, rejected }),
            Ok(products) => {
                for product in &products {
                    visit(read_expression(&document.name, product))?;
                }
            }
        }
    }
    Ok(problems)
}

fn products(bytes: &[u8]) -> Result<Vec<ProductExpression>, Rejected> {
    match csaf::parse(bytes) {
        Ok(parsed) => Ok(csaf::advisory::to_advisory(&parsed.value)?.value.products),
        Err(rejected) if edition21::is_other_edition(&rejected) => {
            Ok(edition21::read(bytes)?.content.products)
        }
        Err(rejected) => Err(rejected),
    }
}

fn read_expression(document: &str, product: &ProductExpression) -> ReadExpression {
    let understood = reading(product);
    let (category, text) = match product.version() {
        Some((category, text)) => (category.word(), text),
        None => ("", ""),
    };
    ReadExpression {
        document: document.to_owned(),
        product_id: product.product_id.clone(),
        vendor: product.vendor().unwrap_or_default().to_owned(),
        product: product.product().unwrap_or(&product.name).to_owned(),
        category: category.to_owned(),
        text: text.to_owned(),
        outcome: ExpressionWord(understood.outcome),
        range: understood.range_text,
        predicates: understood.predicates_text,
        why: understood.why,
    }
}
