//! CON-1, CON-2, VIE-1 to VIE-3: reading, and showing without harm.

use crate::plant::{document, me, plants, score, vulnerability, with};
use holdpoint_app::advisories;
use holdpoint_domain::Moment;
use holdpoint_domain::advisory::{ProductStatus, RemediationCategory};
use holdpoint_domain::score::leading_score;
use holdpoint_formats::csaf;
use serde_json::{Value, json};

fn content(document: &Value) -> holdpoint_domain::advisory::AdvisoryContent {
    let bytes = serde_json::to_vec(document).unwrap();
    let parsed = csaf::parse(&bytes).unwrap();
    csaf::to_advisory(&parsed.value).unwrap().value
}

#[test]
fn con_01_a_document_is_read_and_means_what_section_3_says() {
    let read = content(&document("ACME-1", "1"));
    assert_eq!(
        (read.tracking_id.as_str(), read.publisher.namespace.as_str(), read.tlp.as_str()),
        ("ACME-1", "https://acme.example", "WHITE")
    );
    let products: Vec<_> = read
        .products
        .iter()
        .map(|one| {
            (one.product_id.as_str(), one.vendor(), one.product(), one.version().map(|(_, text)| text))
        })
        .collect();
    assert_eq!(
        products,
        [
            ("V", Some("Acme"), Some("Valve 12"), Some("vers:intdot/<2")),
            ("P", Some("Acme"), Some("Pump 7"), Some("vers:intdot/<3"))
        ]
    );
    let one = &read.vulnerabilities[0];
    let affected = |id: &str| (id.to_owned(), ProductStatus::KnownAffected);
    assert_eq!(one.statements, [affected("V"), affected("P")]);
    assert_eq!(one.remediations[0].category, RemediationCategory::VendorFix);
    assert_eq!(one.remediations[0].products, ["V", "P"], "the group is expanded");
    assert_eq!(one.remediations[0].restart, None, "what is not said about a restart is not `none`");
    assert_eq!(one.scores[0].base_tenths, Some(98));
    assert_eq!(one.pointer, "/vulnerabilities/0");
}

const TRAPS: [&str; 6] = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "{{7*7}} ${7*7} #{7*7}",
    "'; DROP TABLE advisory; --",
    "\u{1b}[2J\u{202e}evil",
];

#[test]
fn con_02_values_are_text_whatever_they_look_like_and_depth_is_bounded() {
    for plant in plants() {
        for (at, trap) in TRAPS.iter().enumerate() {
            let id = format!("TRAP-{at}");
            let mut harmful = document(&id, "1");
            harmful["document"]["title"] = json!(trap);
            harmful["document"]["notes"][0]["text"] = json!(trap);
            harmful["vulnerabilities"][0]["remediations"][0]["details"] = json!(trap);
            plant.publish(&harmful);
            let shown = advisories::get(&plant.app, &me(), &id, Moment::OPEN).unwrap();
            assert_eq!(shown.advisory.line.title, *trap, "kept as it is written, neither run nor mended");
            assert_eq!(shown.advisory.notes[0].text, *trap);
            let quoted = trap.replace('\\', "\\\\").replace('"', "\\\"");
            assert_eq!(plant.ids(&format!("title=\"{quoted}\"")), [id], "and found as text");
        }
        let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
        for deep in [format!("{{\"document\":{open}{close}}}"), branches(5_000)] {
            plant.tick();
            let bytes = deep.into_bytes();
            let report =
                holdpoint_app::intake::files::import_bytes(&plant.app, &me(), "deep.json", bytes, "");
            let report = report.unwrap();
            assert_eq!((report.documents.new, report.problems.len()), (0, 1), "refused in words");
        }
    }
}

fn branches(depth: usize) -> String {
    let open = r#"{"category":"vendor","name":"a","branches":["#.repeat(depth);
    format!(r#"{{"document":{{}},"product_tree":{{"branches":[{open}{}]}}}}"#, "]}".repeat(depth))
}

#[test]
fn vie_01_a_viewer_shows_all_that_a_consumer_reads() {
    for plant in plants() {
        plant.publish(&document("ACME-1", "1"));
        let shown = advisories::get(&plant.app, &me(), "ACME-1", Moment::OPEN).unwrap();
        let read = content(&document("ACME-1", "1"));
        let stored: Vec<_> = shown.vulnerabilities.into_iter().map(|one| one.vulnerability).collect();
        assert_eq!(stored, read.vulnerabilities, "{}", plant.engine);
        assert_eq!((shown.advisory.notes, shown.advisory.references), (read.notes, read.references));
        assert_eq!(shown.facts.history.len(), 1);
    }
}

#[test]
fn vie_02_the_vector_wins_over_a_score_beside_it_that_disagrees() {
    let contradicting =
        with(document("ACME-1", "1"), "/vulnerabilities/0/scores/0/cvss_v3/baseScore", json!(3.1));
    let read = content(&contradicting);
    assert_eq!(read.vulnerabilities[0].scores[0].base_tenths, Some(98), "9.8 follows from the vector");
    let unreadable =
        with(contradicting, "/vulnerabilities/0/scores/0/cvss_v3/vectorString", json!("CVSS:3.1/?"));
    let read = content(&unreadable);
    assert_eq!(read.vulnerabilities[0].scores[0].base_tenths, Some(31), "without a vector, what is written");
}

#[test]
fn vie_03_of_several_scores_the_highest_base_then_the_newest_cvss_leads() {
    let mut several = vulnerability("CVE-2026-0001");
    several["scores"] = json!([
        {"products": ["V"], "cvss_v3": score("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 7.8, "HIGH")},
        {"products": ["V", "P"], "cvss_v3": score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, "CRITICAL")},
        {"products": ["P"], "cvss_v2": {"version": "2.0", "vectorString": "AV:N/AC:L/Au:N/C:C/I:C/A:C", "baseScore": 10.0}},
        {"products": ["V"], "cvss_v2": {"version": "2.0", "vectorString": "AV:N/AC:L/Au:N/C:P/I:P/A:P", "baseScore": 7.5}},
    ]);
    let read = content(&with(document("ACME-1", "1"), "/vulnerabilities/0", several));
    let scores = &read.vulnerabilities[0].scores;
    let leading =
        |product| leading_score(scores, product).map(|score| (score.version.as_str(), score.base_tenths));
    assert_eq!(leading("V"), Some(("3.1", Some(98))));
    assert_eq!(leading("P"), Some(("2.0", Some(100))), "the higher base score leads, whatever its version");
    let mut equal = scores.clone();
    equal.retain(|score| score.base_tenths == Some(98));
    let mut older = equal[0].clone();
    older.version = "3.0".to_owned();
    equal.insert(0, older);
    assert_eq!(leading_score(&equal, "V").map(|score| score.version.as_str()), Some("3.1"));
}
