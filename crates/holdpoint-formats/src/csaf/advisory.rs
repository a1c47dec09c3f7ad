//! From a CSAF document to the domain's advisory: products flattened, groups expanded, words made types.
//!
//! Not here: whether the document is valid (`validate`), which should be asked first. The surprise: a word that the
//! standard does not know is not guessed; the item that hangs on it is left out with a warning.

use std::collections::BTreeSet;
use std::str::FromStr;

use holdpoint_domain::advisory::{
    AdvisoryContent, AdvisoryVulnerability, BranchCategory, Helpers, Note, NumberRules, PathStep,
    ProductExpression, ProductStatus, Publisher, Reference, Relation, RelationCategory, Remediation,
    RemediationCategory, Score,
};
use holdpoint_domain::{Moment, Parsed, Rejected, Warning};

use super::model::{
    self, CsafDocument, DocumentPart, IdentificationHelper, Origin, ProductIndex, ProductRecord,
    Vulnerability,
};
use super::text::{DateTime, Text, short};
use super::validate::{base_score, tenths};

/// Turns a document into the domain's advisory.
///
/// # Errors
/// [`Rejected`] with code `csaf-incomplete` when the publisher's namespace, the tracking id, the version or a release
/// date is missing or cannot be read: without them the advisory has no name or no place in time.
pub fn to_advisory(document: &CsafDocument<'_>) -> Result<Parsed<AdvisoryContent>, Rejected> {
    let mut warnings = Vec::new();
    let part = &document.document;
    let tracking = part.tracking.as_ref().ok_or_else(|| incomplete("/document/tracking"))?;
    let index = document.products();
    let value = AdvisoryContent {
        publisher: publisher(part)?,
        tracking_id: needed(&tracking.id.as_deref(), "/document/tracking/id")?,
        tracking_version: needed(&tracking.version.as_deref(), "/document/tracking/version")?,
        status: tracking.status.as_ref().map(|status| status.as_str().to_owned()).unwrap_or_default(),
        category: owned(part.category.as_deref()),
        title: owned(part.title.as_deref()),
        lang: owned(part.lang.as_deref()),
        tlp: tlp(part),
        aggregate_severity: owned(
            part.aggregate_severity.as_ref().and_then(|severity| severity.text.as_deref()),
        ),
        initial_release: release(&tracking.initial_release_date, "/document/tracking/initial_release_date")?,
        current_release: release(&tracking.current_release_date, "/document/tracking/current_release_date")?,
        notes: part.notes.iter().map(note).collect(),
        references: part.references.iter().map(reference).collect(),
        products: products(&index, &mut warnings),
        vulnerabilities: vulnerabilities(document, &index, &mut warnings),
    };
    Ok(Parsed { value, warnings })
}

fn incomplete(place: &str) -> Rejected {
    Rejected::new(
        "csaf-incomplete",
        format!("`{place}` is missing or cannot be read"),
        "the advisory cannot be named or placed in time, so nothing of it was taken",
        "look at what the tests of the document say, and tell the publisher",
    )
}

fn needed(text: &Option<&str>, place: &str) -> Result<String, Rejected> {
    text.filter(|text| !text.is_empty()).map(str::to_owned).ok_or_else(|| incomplete(place))
}

fn owned(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

fn publisher(part: &DocumentPart<'_>) -> Result<Publisher, Rejected> {
    let publisher = part.publisher.as_ref().ok_or_else(|| incomplete("/document/publisher"))?;
    Ok(Publisher {
        name: owned(publisher.name.as_deref()),
        namespace: needed(&publisher.namespace.as_deref(), "/document/publisher/namespace")?,
        category: publisher
            .category
            .as_ref()
            .map(|category| category.as_str().to_owned())
            .unwrap_or_default(),
    })
}

fn tlp(part: &DocumentPart<'_>) -> String {
    let label = part.distribution.as_ref().and_then(|distribution| distribution.tlp.as_ref()?.label.as_ref());
    label.map(|label| label.as_str().to_owned()).unwrap_or_default()
}

fn release(date: &Option<DateTime<'_>>, place: &str) -> Result<Moment, Rejected> {
    moment(date.as_ref()).ok_or_else(|| incomplete(place))
}

fn moment(date: Option<&DateTime<'_>>) -> Option<Moment> {
    date.and_then(DateTime::instant).map(|instant| Moment::from_micros(instant.micros()))
}

fn note(note: &model::Note<'_>) -> Note {
    Note {
        category: note.category.as_ref().map(|category| category.as_str().to_owned()).unwrap_or_default(),
        title: owned(note.title.as_deref()),
        text: owned(note.text.as_deref()),
    }
}

fn reference(reference: &model::Reference<'_>) -> Reference {
    let category = reference.category.as_ref().map_or("external", |category| category.as_str());
    Reference {
        category: category.to_owned(),
        summary: owned(reference.summary.as_deref()),
        url: owned(reference.url.as_deref()),
    }
}

fn products(index: &ProductIndex<'_, '_>, warnings: &mut Vec<Warning>) -> Vec<ProductExpression> {
    let mut seen = BTreeSet::new();
    let mut products = Vec::with_capacity(index.records().len());
    for record in index.records() {
        let Some(id) = record.product.product_id.as_deref() else {
            let message = "the product has no id, so nothing can refer to it; it was left out";
            warnings.push(Warning::new("csaf-product-without-id", &record.pointer, message));
            continue;
        };
        if !seen.insert(id) {
            let message =
                format!("the product `{}` is defined again; the first definition counts", short(id));
            warnings.push(Warning::new("csaf-product-twice", &record.pointer, message));
            continue;
        }
        products.push(expression(id, record, warnings));
    }
    products
}

fn expression(id: &str, record: &ProductRecord<'_, '_>, warnings: &mut Vec<Warning>) -> ProductExpression {
    let path = record.path.iter().map(|branch| path_step(branch, &record.pointer, warnings)).collect();
    ProductExpression {
        product_id: id.to_owned(),
        name: owned(record.product.name.as_deref()),
        path,
        helpers: record.product.product_identification_helper.as_ref().map(helpers).unwrap_or_default(),
        relation: relation(record, warnings),
        pointer: record.pointer.clone(),
    }
}

/// One step of the path. A category that nobody knows becomes `legacy`, which says nothing, so that the name stays.
fn path_step(branch: &model::Branch<'_>, pointer: &str, warnings: &mut Vec<Warning>) -> PathStep {
    let word = branch.category.as_ref().map_or("", |category| category.as_str());
    let category = BranchCategory::from_str(word).unwrap_or_else(|_| {
        let message = format!("`{}` is no branch category; the branch is kept as `legacy`", short(word));
        warnings.push(Warning::new("csaf-unknown-word", pointer, message));
        BranchCategory::Legacy
    });
    PathStep { category, name: owned(branch.name.as_deref()) }
}

fn relation(record: &ProductRecord<'_, '_>, warnings: &mut Vec<Warning>) -> Option<Relation> {
    let relation = match record.origin {
        Origin::Combination(relation) => relation,
        Origin::Branch | Origin::Name => return None,
    };
    let word = relation.category.as_ref().map_or("", |category| category.as_str());
    let category = known::<RelationCategory>(word, &record.pointer, "the relationship", warnings)?;
    Some(Relation {
        category,
        product: owned(relation.product_reference.as_deref()),
        relates_to: owned(relation.relates_to_product_reference.as_deref()),
    })
}

/// The typed word; `None` with a warning when it is not one.
fn known<T: FromStr>(word: &str, place: &str, what: &str, warnings: &mut Vec<Warning>) -> Option<T> {
    let value = T::from_str(word).ok();
    if value.is_none() {
        let message = format!("`{}` is a word that CSAF 2.0 does not know; {what} was left out", short(word));
        warnings.push(Warning::new("csaf-unknown-word", place, message));
    }
    value
}

fn texts(list: &[Text<'_>]) -> Vec<String> {
    list.iter().map(|text| text.to_string()).collect()
}

fn helpers(helper: &IdentificationHelper<'_>) -> Helpers {
    let hash = |hash: &model::FileHash<'_>| {
        Some(format!("{}:{}", hash.algorithm.as_deref()?, hash.value.as_deref()?.to_ascii_lowercase()))
    };
    Helpers {
        cpe: helper.cpe.as_ref().map(|cpe| cpe.to_string()),
        purl: helper.purl.as_ref().map(|purl| purl.to_string()),
        model_numbers: texts(&helper.model_numbers),
        serial_numbers: texts(&helper.serial_numbers),
        skus: texts(&helper.skus),
        hashes: helper.hashes.iter().flat_map(|file| &file.file_hashes).filter_map(hash).collect(),
        rules: NumberRules::Csaf20,
    }
}

fn vulnerabilities(
    document: &CsafDocument<'_>,
    index: &ProductIndex<'_, '_>,
    warnings: &mut Vec<Warning>,
) -> Vec<AdvisoryVulnerability> {
    let convert = |(at, one)| vulnerability(at, one, index, warnings);
    document.vulnerabilities.iter().enumerate().map(convert).collect()
}

fn vulnerability(
    at: usize,
    one: &Vulnerability<'_>,
    index: &ProductIndex<'_, '_>,
    warnings: &mut Vec<Warning>,
) -> AdvisoryVulnerability {
    let pointer = format!("/vulnerabilities/{at}");
    let other_id = one.ids.iter().find_map(|id| id.text.as_deref());
    let reference =
        one.cve.as_deref().or(other_id).map_or_else(|| format!("vulnerability {}", at + 1), str::to_owned);
    let threat = |threat: &model::Threat<'_>| {
        let category = threat.category.as_ref().map_or("", |category| category.as_str());
        (category.to_owned(), owned(threat.details.as_deref()))
    };
    let flag = |flag: &model::Flag<'_>| {
        let label = flag.label.as_ref().map_or("", |label| label.as_str());
        (label.to_owned(), expanded(index, &flag.product_ids, &flag.group_ids))
    };
    AdvisoryVulnerability {
        reference,
        cve: one.cve.as_ref().map(|cve| cve.to_string()),
        title: owned(one.title.as_deref()),
        cwe: one.cwe.as_ref().and_then(|cwe| cwe.id.as_ref()).map(|id| id.to_string()),
        statements: statements(one),
        scores: one.scores.iter().flat_map(scores).collect(),
        remediations: remediations(one, &pointer, index, warnings),
        notes: one.notes.iter().map(note).collect(),
        threats: one.threats.iter().map(threat).collect(),
        flags: one.flags.iter().map(flag).collect(),
        pointer,
    }
}

/// The products named directly and through groups, each once.
fn expanded(index: &ProductIndex<'_, '_>, products: &[Text<'_>], groups: &[Text<'_>]) -> Vec<String> {
    index.expand(products, groups).into_iter().map(str::to_owned).collect()
}

fn statements(one: &Vulnerability<'_>) -> Vec<(String, ProductStatus)> {
    let Some(status) = &one.product_status else {
        return Vec::new();
    };
    let lists = [
        (&status.first_affected, ProductStatus::FirstAffected),
        (&status.first_fixed, ProductStatus::FirstFixed),
        (&status.fixed, ProductStatus::Fixed),
        (&status.known_affected, ProductStatus::KnownAffected),
        (&status.known_not_affected, ProductStatus::KnownNotAffected),
        (&status.last_affected, ProductStatus::LastAffected),
        (&status.recommended, ProductStatus::Recommended),
        (&status.under_investigation, ProductStatus::UnderInvestigation),
    ];
    lists.into_iter().flat_map(|(list, status)| list.iter().map(move |id| (id.to_string(), status))).collect()
}

/// The scores of an item: perhaps one of version 2 and one of version 3.
fn scores(score: &model::Score<'_>) -> impl Iterator<Item = Score> {
    let products = texts(&score.products);
    let make = |version: &str, vector: Option<&str>, written: Option<model::Number>| {
        let vector = owned(vector);
        let base_tenths = base_score(&vector).or_else(|| tenths(written?.0));
        Score { version: version.to_owned(), vector, base_tenths, products: products.clone() }
    };
    let two = score.cvss_v2.as_ref().map(|cvss| make("2.0", cvss.vector_string.as_deref(), cvss.base_score));
    let three = score.cvss_v3.as_ref().map(|cvss| {
        let version = cvss.version.as_deref().unwrap_or("3");
        make(version, cvss.vector_string.as_deref(), cvss.base_score)
    });
    two.into_iter().chain(three)
}

fn remediations(
    one: &Vulnerability<'_>,
    pointer: &str,
    index: &ProductIndex<'_, '_>,
    warnings: &mut Vec<Warning>,
) -> Vec<Remediation> {
    let convert = |(at, remediation): (usize, &model::Remediation<'_>)| {
        let word = remediation.category.as_ref().map_or("", |category| category.as_str());
        let place = format!("{pointer}/remediations/{at}");
        let category = known::<RemediationCategory>(word, &place, "the remediation", warnings)?;
        let restart = remediation.restart_required.as_ref().and_then(|restart| restart.category.as_ref());
        Some(Remediation {
            category,
            details: owned(remediation.details.as_deref()),
            url: remediation.url.as_ref().map(|url| url.to_string()),
            date: moment(remediation.date.as_ref()),
            restart: restart.map(|category| category.as_str().to_owned()),
            entitlements: texts(&remediation.entitlements),
            products: expanded(index, &remediation.product_ids, &remediation.group_ids),
        })
    };
    one.remediations.iter().enumerate().filter_map(convert).collect()
}
