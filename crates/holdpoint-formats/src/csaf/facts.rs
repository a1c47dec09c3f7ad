//! What lists can search of a document: its history, its names, the helpers of its products.
//!
//! Not here: what matching needs (`advisory`). The surprise: values are cut to 4,000 characters and each kind keeps at
//! most 20,000, because they are looked through and never shown whole; the raw document still has them.

use std::collections::BTreeSet;

use holdpoint_domain::Moment;
use holdpoint_domain::document::{DocumentFacts, FactKind, HistoryEntry};
use holdpoint_domain::run::Versioning;

use super::model::{
    Branch, CsafDocument, DocumentPart, FullProductName, IdentificationHelper, ProductTree, Revision,
    Tracking,
};
use super::text::DateTime;

/// Longest value that is kept, in characters.
const LONGEST: usize = 4_000;
/// Most values of one document.
const MOST: usize = 20_000;

/// Gathers what lists can search of a document.
#[must_use]
pub fn facts(document: &CsafDocument<'_>) -> DocumentFacts {
    let mut gather = Gather::default();
    gather.document(&document.document);
    if let Some(tree) = &document.product_tree {
        gather.tree(tree);
    }
    let ids = |one: &super::model::Vulnerability<'_>| {
        one.ids.iter().filter_map(|id| id.text.as_deref().map(cut)).collect::<Vec<_>>()
    };
    let history = document.document.tracking.as_ref().map(history).unwrap_or_default();
    DocumentFacts {
        facts: gather.facts,
        history,
        vulnerability_ids: document.vulnerabilities.iter().map(ids).collect(),
    }
}

fn history(tracking: &Tracking<'_>) -> Vec<HistoryEntry> {
    let entry = |revision: &Revision<'_>| HistoryEntry {
        number: revision.number.as_deref().map(cut).unwrap_or_default(),
        date: revision
            .date
            .as_ref()
            .and_then(DateTime::instant)
            .map(|instant| Moment::from_micros(instant.micros())),
        summary: revision.summary.as_deref().map(cut).unwrap_or_default(),
        legacy_version: revision.legacy_version.as_deref().map(cut).unwrap_or_default(),
    };
    tracking.revision_history.iter().take(MOST).map(entry).collect()
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

#[derive(Default)]
struct Gather {
    facts: Vec<(FactKind, String)>,
    seen: BTreeSet<(FactKind, String)>,
}

impl Gather {
    fn add(&mut self, kind: FactKind, value: Option<&str>) {
        let Some(value) = value.filter(|value| !value.is_empty()) else { return };
        if self.facts.len() < MOST && self.seen.insert((kind, cut(value))) {
            self.facts.push((kind, cut(value)));
        }
    }

    fn document(&mut self, part: &DocumentPart<'_>) {
        self.add(FactKind::CsafVersion, part.csaf_version.as_deref());
        if let Some(publisher) = &part.publisher {
            self.add(FactKind::Contact, publisher.contact_details.as_deref());
            self.add(FactKind::Authority, publisher.issuing_authority.as_deref());
        }
        let Some(tracking) = &part.tracking else { return };
        if let Some(version) = tracking.version.as_deref() {
            self.add(FactKind::Versioning, Some(Versioning::of(version).word()));
        }
        for alias in &tracking.aliases {
            self.add(FactKind::Alias, Some(alias));
        }
        if let Some(engine) = tracking.generator.as_ref().and_then(|generator| generator.engine.as_ref()) {
            let (name, version) =
                (engine.name.as_deref().unwrap_or(""), engine.version.as_deref().unwrap_or(""));
            self.add(FactKind::Engine, Some(format!("{name} {version}").trim()));
        }
    }

    fn tree(&mut self, tree: &ProductTree<'_>) {
        // The depth is bounded by the limits of reading; a stack of one's own keeps it so.
        let mut open: Vec<&Branch<'_>> = tree.branches.iter().rev().collect();
        while let Some(branch) = open.pop() {
            self.branch(branch);
            open.extend(branch.branches.iter().rev());
        }
        for product in &tree.full_product_names {
            self.product(product);
        }
        for relation in &tree.relationships {
            if let Some(product) = &relation.full_product_name {
                self.product(product);
            }
        }
        for group in &tree.product_groups {
            self.add(FactKind::Group, group.summary.as_deref());
        }
    }

    fn branch(&mut self, branch: &Branch<'_>) {
        let category = branch.category.as_ref().map_or("", |category| category.as_str());
        let name = branch.name.as_deref().unwrap_or("");
        match category {
            // These four are searched where matching keeps them.
            "vendor" | "product_name" | "product_version" | "product_version_range" => {}
            "product_family" => self.add(FactKind::Family, Some(name)),
            other => self.add(FactKind::Branch, Some(&format!("{other}: {name}"))),
        }
        if let Some(product) = &branch.product {
            self.product(product);
        }
    }

    fn product(&mut self, product: &FullProductName<'_>) {
        if let Some(helper) = &product.product_identification_helper {
            self.helper(helper);
        }
    }

    fn helper(&mut self, helper: &IdentificationHelper<'_>) {
        self.add(FactKind::Cpe, helper.cpe.as_deref());
        self.add(FactKind::Purl, helper.purl.as_deref());
        let lists = [
            (FactKind::ModelNumber, &helper.model_numbers),
            (FactKind::SerialNumber, &helper.serial_numbers),
            (FactKind::Sku, &helper.skus),
        ];
        for (kind, list) in lists {
            for text in list {
                self.add(kind, Some(text));
            }
        }
        for url in &helper.sbom_urls {
            self.add(FactKind::SbomUrl, Some(url));
        }
        for file in &helper.hashes {
            self.add(FactKind::FileName, file.filename.as_deref());
            for hash in &file.file_hashes {
                let (algorithm, value) =
                    (hash.algorithm.as_deref().unwrap_or(""), hash.value.as_deref().unwrap_or(""));
                self.add(FactKind::FileHash, Some(&format!("{algorithm}:{}", value.to_ascii_lowercase())));
            }
        }
        for uri in &helper.x_generic_uris {
            let (namespace, value) =
                (uri.namespace.as_deref().unwrap_or(""), uri.uri.as_deref().unwrap_or(""));
            self.add(FactKind::Uri, Some(format!("{namespace} {value}").trim()));
        }
    }
}
