//! The parts of a CVE record beside its products: texts, scores, SSVC points, exploitation, weaknesses, addresses.
//!
//! Not here: products (`affected`). The surprise: SSVC points come in mixed case, and `poc` is the word that the decision
//! tables call `public poc`.

use holdpoint_domain::Warning;
use holdpoint_domain::intelligence::{KevEntry, SsvcPoints, VulnerabilityRecord};
use serde::Deserialize;
use serde_json::Value;

use super::affected::{self, Affected};
use crate::intelligence::nvd::Configuration;
use crate::intelligence::score;
use crate::intelligence::text::{List, Number, Text, moment};

/// Addresses that are kept of one record.
const MOST_LINKS: usize = 1_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Raw<'a> {
    #[serde(borrow, default)]
    pub(super) data_version: Text<'a>,
    #[serde(borrow)]
    pub(super) cve_metadata: Meta<'a>,
    #[serde(borrow, default)]
    pub(super) containers: Containers<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Meta<'a> {
    #[serde(borrow)]
    pub(super) cve_id: Text<'a>,
    #[serde(borrow, default)]
    pub(super) state: Text<'a>,
    #[serde(borrow, default)]
    pub(super) assigner_short_name: Text<'a>,
    #[serde(borrow, default)]
    pub(super) date_published: Text<'a>,
    #[serde(borrow, default)]
    pub(super) date_updated: Text<'a>,
}

#[derive(Deserialize, Default)]
pub(super) struct Containers<'a> {
    #[serde(borrow, default)]
    pub(super) cna: Option<Container<'a>>,
    #[serde(borrow, default)]
    pub(super) adp: List<Container<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Container<'a> {
    #[serde(borrow, default)]
    pub(super) provider_metadata: Provider<'a>,
    #[serde(borrow, default)]
    pub(super) title: Text<'a>,
    #[serde(borrow, default)]
    pub(super) tags: List<Text<'a>>,
    #[serde(borrow, default)]
    descriptions: List<Prose<'a>>,
    #[serde(borrow, default)]
    rejected_reasons: List<Prose<'a>>,
    #[serde(borrow, default)]
    affected: List<Affected<'a>>,
    #[serde(borrow, default)]
    cpe_applicability: List<Configuration<'a>>,
    #[serde(borrow, default)]
    metrics: List<Metric<'a>>,
    #[serde(borrow, default)]
    problem_types: List<Problem<'a>>,
    #[serde(borrow, default)]
    references: List<Reference<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub(super) struct Provider<'a> {
    #[serde(borrow, default)]
    pub(super) short_name: Text<'a>,
}

#[derive(Deserialize)]
struct Prose<'a> {
    #[serde(borrow, default)]
    lang: Text<'a>,
    #[serde(borrow, default)]
    value: Text<'a>,
}

#[derive(Deserialize)]
struct Metric<'a> {
    #[serde(borrow, default, rename = "cvssV4_0")]
    v4_0: Option<Cvss<'a>>,
    #[serde(borrow, default, rename = "cvssV3_1")]
    v3_1: Option<Cvss<'a>>,
    #[serde(borrow, default, rename = "cvssV3_0")]
    v3_0: Option<Cvss<'a>>,
    #[serde(borrow, default, rename = "cvssV2_0")]
    v2_0: Option<Cvss<'a>>,
    #[serde(borrow, default)]
    other: Option<Other<'a>>,
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
struct Other<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Text<'a>,
    #[serde(default)]
    content: Value,
}

#[derive(Deserialize)]
struct Problem<'a> {
    #[serde(borrow, default)]
    descriptions: List<ProblemName<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProblemName<'a> {
    #[serde(borrow, default)]
    cwe_id: Text<'a>,
}

#[derive(Deserialize)]
struct Reference<'a> {
    #[serde(borrow, default)]
    url: Text<'a>,
}

impl Container<'_> {
    /// The description in English, else the first; of a rejected record the reason.
    pub(super) fn english(&self) -> String {
        let texts = if self.descriptions.is_empty() { &self.rejected_reasons } else { &self.descriptions };
        let chosen = texts.iter().find(|prose| prose.lang.starts_with("en")).or(texts.first());
        chosen.map(|prose| prose.value.owned()).unwrap_or_default()
    }
}

/// Adds what one container says.
pub(super) fn add(
    record: &mut VulnerabilityRecord,
    container: &Container<'_>,
    source: &str,
    warnings: &mut Vec<Warning>,
) {
    for metric in container.metrics.iter() {
        let written =
            [(&metric.v4_0, "4.0"), (&metric.v3_1, "3.1"), (&metric.v3_0, "3.0"), (&metric.v2_0, "2.0")];
        for (cvss, version) in written {
            let Some(cvss) = cvss else { continue };
            let version = if cvss.version.is_empty() { version } else { &cvss.version };
            record.scores.extend(score::sourced(source, version, &cvss.vector_string, cvss.base_score.0));
        }
        if let Some(other) = &metric.other {
            add_other(record, other, source);
        }
    }
    for name in container.problem_types.iter().flat_map(|problem| problem.descriptions.iter()) {
        let id = name.cwe_id.owned();
        if id.starts_with("CWE-") && !record.cwes.contains(&id) {
            record.cwes.push(id);
        }
    }
    for reference in container.references.iter().take(MOST_LINKS) {
        let url = reference.url.owned();
        if !url.is_empty() && !record.links.contains(&url) && record.links.len() < MOST_LINKS {
            record.links.push(url);
        }
    }
    affected::add(&mut record.applicability, &container.affected, source, warnings);
    affected::add_trees(&mut record.applicability, &container.cpe_applicability, source);
}

fn add_other(record: &mut VulnerabilityRecord, other: &Other<'_>, source: &str) {
    let text = |key: &str| other.content.get(key).and_then(Value::as_str).unwrap_or_default().trim();
    if other.kind.eq_ignore_ascii_case("ssvc") {
        record.ssvc.push(ssvc(&other.content, source));
    } else if other.kind.eq_ignore_ascii_case("kev") && !text("dateAdded").is_empty() {
        record.kev.get_or_insert_with(|| KevEntry {
            cve: record.reference.clone(),
            vendor: String::new(),
            product: String::new(),
            name: String::new(),
            added: text("dateAdded").to_owned(),
            required_action: String::new(),
            due: String::new(),
            ransomware: None,
        });
    }
}

fn ssvc(content: &Value, source: &str) -> SsvcPoints {
    let text = |key: &str| content.get(key).and_then(Value::as_str).unwrap_or_default().trim();
    let options = content.get("options").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let point = |name: &str| {
        let pairs = options.iter().filter_map(Value::as_object).flatten();
        let mut values = pairs.filter(|(key, _)| key.trim().eq_ignore_ascii_case(name));
        let word = values.next()?.1.as_str()?.trim().to_lowercase();
        Some(if word == "poc" { "public poc".to_owned() } else { word }).filter(|word| !word.is_empty())
    };
    SsvcPoints {
        source: if text("role").is_empty() { source.to_owned() } else { text("role").to_owned() },
        at: moment(text("timestamp")),
        exploitation: point("Exploitation"),
        automatable: point("Automatable"),
        technical_impact: point("Technical Impact"),
    }
}
