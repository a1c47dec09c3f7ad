//! All patches, and all that sources say of which replaces which.
//!
//! A node is a patch by its number, else by its package's id. The surprise: an edge has no truth of its own; it is a list of
//! statements, each by a source and for some products, and holds for a product only if one of them says so.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use holdpoint_domain::patch::{PatchRecord, PatchReference, canonical_kb};

use super::alternative::Scope;
use super::product::{Fit, PatchProduct};

/// From which side a source states an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// The newer patch's record says what it replaces.
    Supersedes,
    /// The older patch's record says by what it is replaced.
    SupersededBy,
}

/// One source's word on an edge.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Statement {
    pub source: u32,
    pub direction: Direction,
    /// Indices of products; empty: the source does not say for which.
    pub products: Vec<u32>,
}

#[derive(Debug, Clone)]
pub(super) struct Edge {
    pub newer: u32,
    pub older: u32,
    pub statements: Vec<Statement>,
}

/// What one record says of a patch besides its edges.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub products: Vec<u32>,
    pub fixes: Vec<String>,
    pub fixed_build: String,
    pub scope: Scope,
}

/// All patches and their edges.
#[derive(Debug, Clone, Default)]
pub struct PatchGraph {
    pub(super) names: Vec<String>,
    pub(super) entries: Vec<Vec<Entry>>,
    pub(super) edges: Vec<Edge>,
    pub(super) products: Vec<PatchProduct>,
    pub(super) written: Vec<String>,
    pub(super) sources: Vec<String>,
    by_name: HashMap<String, u32>,
    by_cve: BTreeMap<String, Vec<u32>>,
}

/// The name of a patch that has no number: its package's id.
fn package_name(update_id: &str) -> String {
    format!("update {}", update_id.to_ascii_lowercase())
}

/// A table of texts, each once, by number.
#[derive(Default)]
struct Numbered {
    index: HashMap<String, u32>,
}

impl Numbered {
    fn of(&mut self, text: &str, add: impl FnOnce()) -> u32 {
        if let Some(number) = self.index.get(text) {
            return *number;
        }
        let number = u32::try_from(self.index.len()).expect("fewer than four thousand million texts");
        self.index.insert(text.to_owned(), number);
        add();
        number
    }
}

struct Build {
    graph: PatchGraph,
    sources: Numbered,
    products: Numbered,
    aliases: HashMap<String, String>,
    edges: BTreeMap<(u32, u32), Vec<Statement>>,
}

impl PatchGraph {
    /// Builds the graph from records with the names of their sources. The same records in the same order give the
    /// same graph.
    #[must_use]
    pub fn build<'a>(records: impl IntoIterator<Item = (&'a str, &'a PatchRecord)>) -> Self {
        let records: Vec<(&str, &PatchRecord)> = records.into_iter().collect();
        let mut build = Build {
            graph: Self::default(),
            sources: Numbered::default(),
            products: Numbered::default(),
            aliases: HashMap::new(),
            edges: BTreeMap::new(),
        };
        for (_, record) in &records {
            if let Some(kb) = canonical_kb(&record.identifier).filter(|_| !record.update_id.is_empty()) {
                build.aliases.insert(record.update_id.to_ascii_lowercase(), kb);
            }
        }
        for (source, record) in records {
            build.add(source, record);
        }
        build.finish()
    }

    /// The number of a patch, by any spelling of its article or its own name.
    pub(super) fn find(&self, name: &str) -> Option<u32> {
        let canonical = canonical_kb(name);
        self.by_name.get(canonical.as_deref().unwrap_or(name.trim())).copied()
    }

    /// Whether any source speaks of this patch.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The patches that replace this one for some product, by name.
    #[must_use]
    pub fn successors(&self, name: &str) -> Vec<&str> {
        let Some(older) = self.find(name) else { return Vec::new() };
        let newer = self.edges.iter().filter(|edge| edge.older == older).map(|edge| edge.newer);
        let mut names: Vec<&str> = newer.map(|number| self.names[number as usize].as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// How many patches there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// How many edges there are, for any product.
    #[must_use]
    pub fn n_edges(&self) -> usize {
        self.edges.len()
    }

    /// The patches whose records name a vulnerability.
    pub(super) fn fixing(&self, cve: &str) -> &[u32] {
        self.by_cve.get(cve).map_or(&[], Vec::as_slice)
    }

    /// Whether any patch names this vulnerability.
    #[must_use]
    pub fn knows_cve(&self, cve: &str) -> bool {
        self.by_cve.contains_key(cve)
    }

    /// The products that an asset's product may be, with what nobody said of it filled in from the lists; sorted, each
    /// once. None: no source lists patches for it.
    #[must_use]
    pub fn candidates(&self, installed: &PatchProduct) -> Vec<PatchProduct> {
        let mut all: Vec<PatchProduct> =
            self.products.iter().filter_map(|stated| installed.completed_by(stated)).collect();
        all.sort();
        all.dedup();
        // A candidate that leaves open what another one says is that other one, said less exactly.
        let is_vaguer = |one: &PatchProduct, other: &PatchProduct| {
            one != other && !one.stands_beside(other) && one.completed_by(other).as_ref() == Some(other)
        };
        all.iter().filter(|one| !all.iter().any(|other| is_vaguer(one, other))).cloned().collect()
    }

    /// How a list of stated products stands to one product: the best fit; `None` when nothing is stated.
    pub(super) fn fit(&self, stated: &[u32], asked: &PatchProduct) -> Option<Fit> {
        stated.iter().map(|at| self.products[*at as usize].fit(asked)).min()
    }
}

impl Build {
    fn node(&mut self, name: &str) -> u32 {
        let graph = &mut self.graph;
        if let Some(node) = graph.by_name.get(name) {
            return *node;
        }
        let node = u32::try_from(graph.names.len()).expect("fewer than four thousand million patches");
        graph.names.push(name.to_owned());
        graph.entries.push(Vec::new());
        graph.by_name.insert(name.to_owned(), node);
        node
    }

    fn reference(&mut self, reference: &PatchReference) -> u32 {
        let name = match reference {
            PatchReference::Identifier(text) => canonical_kb(text).unwrap_or_else(|| text.trim().to_owned()),
            PatchReference::UpdateId(id) => {
                let id = id.to_ascii_lowercase();
                self.aliases.get(&id).cloned().unwrap_or_else(|| package_name(&id))
            }
        };
        self.node(&name)
    }

    fn own_name(record: &PatchRecord) -> Option<String> {
        let kb = canonical_kb(&record.identifier);
        let written = Some(record.identifier.trim().to_owned()).filter(|text| !text.is_empty());
        let package = Some(&record.update_id).filter(|id| !id.is_empty()).map(|id| package_name(id));
        let build = Some(&record.fixed_build).filter(|build| !build.is_empty());
        kb.or(written).or(package).or_else(|| build.map(|build| format!("build {build}")))
    }

    fn add(&mut self, source: &str, record: &PatchRecord) {
        let Some(name) = Self::own_name(record) else {
            return;
        };
        let node = self.node(&name);
        let graph = &mut self.graph;
        let source = self.sources.of(source, || graph.sources.push(source.to_owned()));
        let mut products = Vec::new();
        for written in &record.products {
            if let Some(product) = PatchProduct::stated(written) {
                let graph = &mut self.graph;
                products.push(self.products.of(written, || {
                    graph.products.push(product);
                    graph.written.push(written.clone());
                }));
            }
        }
        products.sort_unstable();
        products.dedup();
        for older in &record.supersedes {
            let older = self.reference(older);
            self.edge(
                node,
                older,
                Statement { source, direction: Direction::Supersedes, products: products.clone() },
            );
        }
        for newer in &record.superseded_by {
            let newer = self.reference(newer);
            let statement =
                Statement { source, direction: Direction::SupersededBy, products: products.clone() };
            self.edge(newer, node, statement);
        }
        for cve in &record.fixes {
            let nodes = self.graph.by_cve.entry(cve.to_ascii_uppercase()).or_default();
            if nodes.last() != Some(&node) && !nodes.contains(&node) {
                nodes.push(node);
            }
        }
        let entry = Entry {
            products,
            fixes: record.fixes.clone(),
            fixed_build: record.fixed_build.clone(),
            scope: Scope::of(record),
        };
        self.graph.entries[node as usize].push(entry);
    }

    fn edge(&mut self, newer: u32, older: u32, statement: Statement) {
        // Two packages of one article may replace each other; between articles that is no edge.
        if newer == older {
            return;
        }
        let statements = self.edges.entry((newer, older)).or_default();
        if !statements.contains(&statement) {
            statements.push(statement);
        }
    }

    fn finish(self) -> PatchGraph {
        let mut graph = self.graph;
        graph.edges = self
            .edges
            .into_iter()
            .map(|((newer, older), statements)| Edge { newer, older, statements })
            .collect();
        graph
    }
}
