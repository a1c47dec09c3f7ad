//! What the demo's feeds say: three records, an excerpt of the catalogue of exploited vulnerabilities, scores of a day,
//! and one statement of a maker.
//!
//! The vulnerabilities and their entries in the catalogue are public facts in our own words; the scores, and who
//! made the statement, are invented, and say so. No advisory of the demo is in the catalogue, and neither are they in
//! the real one. The surprise: the archiver on the operator stations is found by the record alone, without an advisory.

use super::csaf;
use holdpoint_domain::Moment;
use serde_json::{Value, json};

/// The flaw in the archiver that stands on two operator stations.
const ARCHIVER: &str = "CVE-2025-0411";
/// The flaw in the logging library, of which the gateway has a mended version.
const LOGGING: &str = "CVE-2021-44228";
/// The flaw in the web server inside the gateway, of which its maker says that it cannot be reached.
const INNER_SERVER: &str = "CVE-2023-26048";

/// Scores of the day: vulnerability, probability, percentile.
const SCORES: &[[&str; 3]] = &[
    [ARCHIVER, "0.41270", "0.97210"],
    [LOGGING, "0.94410", "0.99990"],
    [INNER_SERVER, "0.01830", "0.82040"],
    ["CVE-2023-29411", "0.08120", "0.92170"],
    ["CVE-2023-29412", "0.07450", "0.91600"],
    ["CVE-2018-10933", "0.73110", "0.98860"],
    ["CVE-2024-3596", "0.02390", "0.84730"],
    ["CVE-2024-45824", "0.00940", "0.75910"],
    ["CVE-2024-46887", "0.00110", "0.29400"],
    ["CVE-2022-2097", "0.00520", "0.66180"],
];

/// The files of one round, each with its name.
pub fn files(at: Moment) -> Vec<(&'static str, Vec<u8>)> {
    let mut files = vec![("exploited.json", bytes(&catalogue(at))), ("scores.csv", scores(at).into_bytes())];
    files.extend(records().into_iter().map(|(name, record)| (name, bytes(&record))));
    files.push(("gateway.openvex.json", bytes(&statement(at))));
    files
}

fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec_pretty(value).expect("a JSON value can be written")
}

fn day(at: Moment) -> String {
    at.to_string().chars().take(10).collect()
}

fn catalogue(at: Moment) -> Value {
    let entry = |cve: &str, vendor: &str, product: &str, name: &str, days: [&str; 2], ransomware: &str| {
        json!({"cveID": cve, "vendorProject": vendor, "product": product, "vulnerabilityName": name,
            "dateAdded": days[0], "dueDate": days[1], "knownRansomwareCampaignUse": ransomware,
            "shortDescription": name, "requiredAction": "Update it, or stop using it.", "notes": "", "cwes": []})
    };
    let entries = [
        entry(
            ARCHIVER,
            "7-Zip",
            "7-Zip",
            "Files from an archive lose the mark that they came from the network",
            ["2025-02-06", "2025-02-27"],
            "Unknown",
        ),
        entry(
            LOGGING,
            "Apache",
            "Log4j2",
            "A text that is logged makes the program load foreign code",
            ["2021-12-10", "2021-12-24"],
            "Known",
        ),
    ];
    json!({"title": "Known exploited vulnerabilities (excerpt for the demo)",
        "catalogVersion": day(at).replace('-', "."), "dateReleased": format!("{}T06:00:00.000Z", day(at)),
        "count": entries.len(), "vulnerabilities": entries})
}

fn scores(at: Moment) -> String {
    let mut text = format!(
        "#model_version:invented-for-the-demo,score_date:{}T00:00:00Z\ncve,epss,percentile\n",
        day(at)
    );
    for [cve, probability, percentile] in SCORES {
        text.push_str(&format!("{cve},{probability},{percentile}\n"));
    }
    text
}

fn records() -> [(&'static str, Value); 3] {
    [
        ("archiver.json", archiver()),
        (
            "logging.json",
            library(
                ["GHSA-jfh8-c2jp-5v3q", LOGGING, "org.apache.logging.log4j:log4j-core", "2.0", "2.15.0"],
                "Log4j: a logged text loads foreign code",
                "A text that an attacker has logged makes the library load code from another machine and run it.",
                "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H",
            ),
        ),
        (
            "inner-server.json",
            library(
                ["GHSA-qw69-rqj8-6qw8", INNER_SERVER, "org.eclipse.jetty:jetty-server", "0", "9.4.51"],
                "Jetty: one part of a form can use up the memory",
                "A form with one large part that names no file is held in memory as a whole.",
                "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L",
            ),
        ),
    ]
}

fn archiver() -> Value {
    json!({"dataType": "CVE_RECORD", "dataVersion": "5.1",
        "cveMetadata": {"cveId": ARCHIVER, "assignerOrgId": "00000000-0000-4000-8000-000000000000",
            "state": "PUBLISHED", "datePublished": "2025-01-25T05:00:00.000Z",
            "dateUpdated": "2025-02-07T05:00:00.000Z"},
        "containers": {"cna": {
            "providerMetadata": {"orgId": "00000000-0000-4000-8000-000000000000", "shortName": "demo"},
            "title": "7-Zip: unpacked files lose the mark of where they came from",
            "descriptions": [{"lang": "en", "value": "Files from an archive that came over the network are not \
                marked as such, and open without a question."}],
            "affected": [{"vendor": "7-Zip", "product": "7-Zip", "defaultStatus": "unaffected",
                "versions": [{"version": "0", "lessThan": "24.09", "status": "affected", "versionType": "custom"}]}],
            "metrics": [{"cvssV3_1": {"version": "3.1", "baseScore": 7.0, "baseSeverity": "HIGH",
                "vectorString": "CVSS:3.1/AV:L/AC:H/PR:N/UI:R/S:U/C:H/I:H/A:H"}}],
            "references": [{"url": csaf::NAMESPACE}]}}})
}

/// A record on a package: the id, the vulnerability, the package, from where, and where it ends.
fn library(facts: [&str; 5], title: &str, about: &str, vector: &str) -> Value {
    let [id, cve, package, from, end] = facts;
    json!({"schema_version": "1.6.0", "id": id, "aliases": [cve], "summary": title, "details": about,
        "published": "2023-04-18T20:35:00Z", "modified": "2025-02-13T16:44:00Z",
        "severity": [{"type": "CVSS_V3", "score": vector}],
        "affected": [{"package": {"ecosystem": "Maven", "name": package},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": from}, {"fixed": end}]}]}]})
}

/// What the gateway's maker could say of the web server inside it.
fn statement(at: Moment) -> Value {
    json!({"@context": "https://openvex.dev/ns/v0.2.0", "@id": format!("{}/vex/gateway", csaf::NAMESPACE),
        "author": csaf::PUBLISHER, "timestamp": at.to_string(), "version": 1,
        "statements": [{"vulnerability": {"name": INNER_SERVER},
            "products": [{"@id": "pkg:maven/org.eclipse.jetty/jetty-server@9.4.43.v20210629"}],
            "status": "not_affected", "justification": "vulnerable_code_not_in_execute_path",
            "impact_statement": "The gateway takes no forms with files."}]})
}
