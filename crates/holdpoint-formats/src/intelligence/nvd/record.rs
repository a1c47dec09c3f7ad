//! A whole NVD record: descriptions, scores with their givers, weaknesses, CISA's fields, addresses.
//!
//! Not here: the trees (`tree`). The surprise: NVD repeats the scores of others, so the source of a score is often not
//! NVD; and `NVD-CWE-noinfo` is no weakness but the statement that none is known.

use holdpoint_domain::Warning;
use holdpoint_domain::intelligence::{
    Applicability, Condition, KevEntry, SourcedScore, Unlisted, VulnerabilityRecord,
};
use serde::Deserialize;

use super::SOURCE;
use super::tree::{Configuration, Node, state_of};
use crate::intelligence::score;
use crate::intelligence::text::{List, Number, Text, moment, short};

/// Addresses that are kept of one record; the longest list seen has below 300.
const MOST_LINKS: usize = 1_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Full<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow, default)]
    vuln_status: Text<'a>,
    #[serde(borrow, default)]
    published: Text<'a>,
    #[serde(borrow, default)]
    last_modified: Text<'a>,
    #[serde(borrow, default)]
    cve_tags: List<Tags<'a>>,
    #[serde(borrow, default)]
    descriptions: List<Prose<'a>>,
    #[serde(borrow, default)]
    metrics: Option<Metrics<'a>>,
    #[serde(borrow, default)]
    weaknesses: List<Weakness<'a>>,
    #[serde(borrow, default)]
    configurations: List<Configuration<'a>>,
    #[serde(borrow, default)]
    references: List<Reference<'a>>,
    #[serde(borrow, default)]
    cisa_exploit_add: Text<'a>,
    #[serde(borrow, default)]
    cisa_action_due: Text<'a>,
    #[serde(borrow, default)]
    cisa_required_action: Text<'a>,
    #[serde(borrow, default)]
    cisa_vulnerability_name: Text<'a>,
}

#[derive(Deserialize)]
struct Tags<'a> {
    #[serde(borrow, default)]
    tags: List<Text<'a>>,
}

#[derive(Deserialize)]
struct Prose<'a> {
    #[serde(borrow, default)]
    lang: Text<'a>,
    #[serde(borrow, default)]
    value: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metrics<'a> {
    #[serde(borrow, default)]
    cvss_metric_v40: List<Metric<'a>>,
    #[serde(borrow, default)]
    cvss_metric_v31: List<Metric<'a>>,
    #[serde(borrow, default)]
    cvss_metric_v30: List<Metric<'a>>,
    #[serde(borrow, default)]
    cvss_metric_v2: List<Metric<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metric<'a> {
    #[serde(borrow, default)]
    source: Text<'a>,
    #[serde(borrow, default)]
    cvss_data: Option<Cvss<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cvss<'a> {
    #[serde(borrow, default)]
    version: Text<'a>,
    #[serde(borrow, default)]
    vector_string: Text<'a>,
    #[serde(default)]
    base_score: Number,
}

#[derive(Deserialize)]
struct Weakness<'a> {
    #[serde(borrow, default)]
    description: List<Prose<'a>>,
}

#[derive(Deserialize)]
struct Reference<'a> {
    #[serde(borrow, default)]
    url: Text<'a>,
}

/// The record in our nouns.
pub(super) fn whole(full: &Full<'_>, remarks: &mut Vec<Warning>) -> VulnerabilityRecord {
    let reference = full.id.owned();
    VulnerabilityRecord {
        state: state_of(&full.vuln_status),
        source_status: full.vuln_status.owned(),
        tags: full.cve_tags.iter().flat_map(|tags| tags.tags.iter().map(Text::owned)).collect(),
        description: english(&full.descriptions),
        published: moment(&full.published),
        modified: moment(&full.last_modified),
        cwes: cwes(&full.weaknesses),
        scores: full.metrics.as_ref().map(scores).unwrap_or_default(),
        kev: kev(full, &reference),
        applicability: applicability(&full.configurations, &reference, remarks),
        links: links(&full.references),
        ..VulnerabilityRecord::named(reference)
    }
}

fn english(descriptions: &[Prose<'_>]) -> String {
    let chosen = descriptions.iter().find(|prose| prose.lang.starts_with("en")).or(descriptions.first());
    chosen.map(|prose| prose.value.owned()).unwrap_or_default()
}

fn cwes(weaknesses: &[Weakness<'_>]) -> Vec<String> {
    let mut all = Vec::new();
    for prose in weaknesses.iter().flat_map(|weakness| weakness.description.iter()) {
        let id = prose.value.owned();
        if id.starts_with("CWE-") && !all.contains(&id) {
            all.push(id);
        }
    }
    all
}

fn scores(metrics: &Metrics<'_>) -> Vec<SourcedScore> {
    [&metrics.cvss_metric_v40, &metrics.cvss_metric_v31, &metrics.cvss_metric_v30, &metrics.cvss_metric_v2]
        .into_iter()
        .flat_map(|list| list.iter())
        .filter_map(|metric| {
            let cvss = metric.cvss_data.as_ref()?;
            score::sourced(&metric.source, &cvss.version, &cvss.vector_string, cvss.base_score.0)
        })
        .collect()
}

fn kev(full: &Full<'_>, reference: &str) -> Option<KevEntry> {
    (!full.cisa_exploit_add.is_empty()).then(|| KevEntry {
        cve: reference.to_owned(),
        vendor: String::new(),
        product: String::new(),
        name: full.cisa_vulnerability_name.owned(),
        added: full.cisa_exploit_add.owned(),
        required_action: full.cisa_required_action.owned(),
        due: full.cisa_action_due.owned(),
        ransomware: None,
    })
}

fn applicability(
    configurations: &[Configuration<'_>],
    reference: &str,
    remarks: &mut Vec<Warning>,
) -> Vec<Applicability> {
    let mut trees: Vec<Condition> = configurations.iter().filter_map(Configuration::condition).collect();
    let empty = configurations.iter().flat_map(Configuration::nodes).any(Node::has_a_gap);
    if empty || trees.len() < configurations.len() {
        let text = "a node without any product was left out of its applicability tree".to_owned();
        remarks.push(Warning::new("nvd-empty-node", reference, text));
    }
    let mut unusable = Vec::new();
    configurations.iter().flat_map(Configuration::nodes).for_each(|node| node.unusable(&mut unusable));
    if let Some(first) = unusable.first() {
        let text = format!(
            "`{}` names no product that can be compared (a wildcard in vendor or product, or no CPE name{}), so nobody is \
             found by it; look for what it means yourself",
            short(first),
            if unusable.len() == 1 {
                String::new()
            } else {
                format!("; {} such names in all", unusable.len())
            }
        );
        remarks.push(Warning::new("nvd-unusable-name", reference, text));
    }
    let root = match trees.len() {
        0 => return Vec::new(),
        1 => trees.swap_remove(0),
        _ => Condition::Any(trees),
    };
    vec![Applicability { source: SOURCE.to_owned(), unlisted: Unlisted::NotSaid, root }]
}

fn links(references: &[Reference<'_>]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for reference in references.iter().take(MOST_LINKS) {
        let url = reference.url.owned();
        if !url.is_empty() && !all.contains(&url) {
            all.push(url);
        }
    }
    all
}
