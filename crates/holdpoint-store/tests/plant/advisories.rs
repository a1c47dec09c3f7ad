//! Advisories: revisions and what they say, read back as written; lists, reviews and silent changes.

use crate::support::{
    at, combination, decided, device, document, filtered, product, publish, put, put_sites, readings,
    site_id, stores, vulnerability,
};
use holdpoint_domain::access::Reach;
use holdpoint_domain::advisory::{ProductStatus, SignatureState};
use holdpoint_domain::matching::{ExpressionOutcome, Verdict};
use holdpoint_domain::{Moment, Warning};
use holdpoint_store::advisory::{HashStanding, NewRevision, OutcomeCounts, ProductReading, RevisionStanding};
use holdpoint_store::page::{ListQuery, Sort};
use holdpoint_store::stance::Stance;

#[test]
fn a_document_reads_back_as_it_was_stored() {
    for store in stores() {
        let content = document(
            "AC-1",
            vec![
                product("P1", "Pump", "< 3"),
                product("P2", "Valve", "all versions"),
                combination("P3", "P1", "P2"),
            ],
            vec![
                vulnerability(
                    "CVE-2024-0002",
                    &[("P3", ProductStatus::KnownAffected), ("P1", ProductStatus::Fixed)],
                ),
                vulnerability("CVE-2024-0001", &[("P1", ProductStatus::KnownAffected)]),
            ],
        );
        let put = store.write(|c| {
            c.put_revision(&NewRevision {
                content: &content,
                readings: &readings(&content),
                raw_sha256: [7; 32],
                source: "folder test".to_owned(),
                signature: SignatureState::Verified { fingerprint: "ABCD".to_owned() },
                received_at: at(100),
                warnings: vec![Warning::new("csaf-6.2.1", "/document", "it is odd")],
            })
        });
        assert_eq!(put.standing, RevisionStanding::First);
        let products = store.read(|r| r.products_of(put.revision));
        let expressions: Vec<_> = products.iter().map(|product| product.expression.clone()).collect();
        assert_eq!(expressions, content.products, "{}", store.engine);
        let kept: Vec<_> = products.iter().map(|product| product.reading.clone()).collect();
        assert_eq!(kept, readings(&content));
        let stances: Vec<_> = products.iter().map(|product| product.stance).collect();
        assert_eq!(stances, [Stance::Affected, Stance::Part, Stance::Affected]);
        let vulnerabilities = store.read(|r| r.vulnerabilities_of(put.revision));
        let said: Vec<_> = vulnerabilities.into_iter().map(|stored| stored.vulnerability).collect();
        assert_eq!(said, content.vulnerabilities);
        let stored = store.read(|r| r.advisory(put.advisory, Moment::OPEN, &Reach::Everywhere)).unwrap();
        assert_eq!((stored.notes, stored.references), (content.notes.clone(), content.references.clone()));
        assert_eq!(stored.warnings, [Warning::new("csaf-6.2.1", "/document", "it is odd")]);
        let line = stored.line;
        assert_eq!(line.vendors, ["Acme"]);
        assert_eq!(line.cves, ["CVE-2024-0002", "CVE-2024-0001"]);
        assert_eq!((line.product_count, line.vulnerability_count, line.cve_count), (3, 2, 2));
        assert_eq!(line.max_base_tenths, Some(98));
        assert_eq!(line.signature.fingerprint(), Some("ABCD"));
        assert_eq!(line.outcomes, OutcomeCounts { decided: 3, conditional: 0, not_understood: 0 });
        assert_eq!(store.read(|r| r.product(products[1].product_no)), Some(products[1].clone()));
        assert_eq!(store.read(|r| r.products_of_advisories(&[put.advisory])), products);
        let numbers: Vec<i64> = products.iter().map(|product| product.product_no).collect();
        let statements = store.read(|r| r.statements_of_products(&numbers));
        assert_eq!(statements.len(), 3);
    }
}

#[test]
fn a_newer_revision_replaces_nothing() {
    for store in stores() {
        let mut content = document("AC-1", vec![product("P1", "Pump", "< 3")], Vec::new());
        let first = store.write(|c| publish(c, &content, 1, at(100)));
        content.title = "Changed without a word".to_owned();
        let silent = store.write(|c| publish(c, &content, 2, at(200)));
        content.tracking_version = "2".to_owned();
        content.products.push(product("P2", "Valve", "< 4"));
        let third = store.write(|c| publish(c, &content, 3, at(300)));
        assert_eq!(
            (silent.standing, third.standing),
            (RevisionStanding::ChangedSilently, RevisionStanding::Changed)
        );
        assert_eq!((first.advisory, first.advisory), (silent.advisory, third.advisory));
        let line =
            |when| store.read(|r| r.advisory(first.advisory, when, &Reach::Everywhere)).map(|a| a.line);
        assert_eq!(line(at(99)), None, "{}", store.engine);
        assert_eq!(line(at(199)).unwrap().title, "Title of AC-1");
        assert_eq!(line(at(200)).unwrap().revision, silent.revision);
        assert_eq!(line(Moment::OPEN).unwrap().revision_count, 3);
        let revisions = store.read(|r| r.revisions(first.advisory));
        let standings: Vec<_> = revisions.iter().map(|revision| revision.standing.word()).collect();
        assert_eq!(standings, ["changed", "silent", "first"]);
        assert_eq!(revisions[1].raw_sha256, [2; 32]);
        assert_eq!(revisions[1].valid_to, revisions[0].valid_from);
        let heads = store.read(|r| r.advisory_heads());
        assert_eq!(heads.len(), 1);
        assert_eq!((heads[0].revision, heads[0].raw_sha256), (third.revision, [3; 32]));
        assert_eq!(store.read(|r| r.advisory_by_tracking_id("AC-1")), heads);
        assert_eq!(store.read(|r| r.heads_of(&["AC-1", "AC-2", "AC-1"])), heads);
        assert_eq!(store.read(|r| r.heads_of(&[])), []);
        let standing = |byte: u8| store.read(|r| r.standing_of_hash(&[byte; 32]));
        assert_eq!(standing(3), HashStanding { is_current: true, is_past: false });
        assert_eq!(standing(1), HashStanding { is_current: false, is_past: true });
        assert_eq!(standing(9), HashStanding::default());
        assert_eq!(store.read(|r| r.products_of(first.revision)).len(), 1);
        let count = |when| {
            let mut seen = 0;
            store.read(|r| {
                r.current_products(when, |_| {
                    seen += 1;
                    Ok(())
                })
            });
            seen
        };
        assert_eq!((count(at(150)), count(Moment::OPEN)), (1, 2));
        let of = store.read(|r| r.revision_of(silent.revision)).unwrap();
        assert_eq!((of.0, of.1.ordinal), (first.advisory, 2));
    }
}

#[test]
fn two_publishers_may_use_one_tracking_id() {
    for store in stores() {
        let ours = document("2024-1", Vec::new(), Vec::new());
        let mut theirs = ours.clone();
        theirs.publisher.namespace = "https://other.example".to_owned();
        let (one, two) =
            store.write(|c| Ok((publish(c, &ours, 1, at(100))?, publish(c, &theirs, 2, at(100))?)));
        assert_ne!(one.advisory, two.advisory);
        assert_ne!(one.revision, two.revision);
        assert_eq!(store.read(|r| r.advisory_by_tracking_id("2024-1")).len(), 2, "{}", store.engine);
        assert_eq!(store.read(|r| r.heads_of(&["2024-1"])).len(), 2, "{}", store.engine);
    }
}

#[test]
fn a_statement_on_an_undefined_product_leaves_a_warning_and_nothing_is_lost_of_the_rest() {
    for store in stores() {
        let content = document(
            "AC-1",
            vec![product("P1", "Pump\u{0} x", "< 3"), product("P1", "Second", "< 3")],
            vec![vulnerability(
                "CVE-2024-0001",
                &[("GHOST", ProductStatus::KnownAffected), ("P1", ProductStatus::KnownAffected)],
            )],
        );
        let put = store.write(|c| publish(c, &content, 1, at(100)));
        let stored = store.read(|r| r.advisory(put.advisory, Moment::OPEN, &Reach::Everywhere)).unwrap();
        assert_eq!(stored.warnings.len(), 1, "{}", store.engine);
        assert!(stored.warnings[0].message.contains("GHOST"));
        let vulnerabilities = store.read(|r| r.vulnerabilities_of(put.revision));
        assert_eq!(
            vulnerabilities[0].vulnerability.statements,
            [("P1".to_owned(), ProductStatus::KnownAffected)]
        );
        assert_eq!(vulnerabilities[0].vulnerability.remediations[0].products, ["GHOST", "P1"]);
    }
}

#[test]
fn the_list_is_filtered_and_sorted_by_what_advisories_say_and_touch() {
    for store in stores() {
        let pump = document(
            "AC-1",
            vec![product("P1", "Pump", "< 3")],
            vec![vulnerability("CVE-2024-0001", &[("P1", ProductStatus::KnownAffected)])],
        );
        let valve = document("AC-2", vec![product("P1", "Valve", "< 3")], Vec::new());
        store.write(|c| {
            put_sites(c)?;
            let (_, first) = put(c, &device(1, "A", "Pump", "V1"), 1, at(10))?;
            put(c, &device(2, "B", "Pump", "V1"), 2, at(10))?;
            let (_, third) = put(c, &device(3, "C", "Pump", ""), 2, at(10))?;
            let one = publish(c, &pump, 1, at(100))?;
            publish(c, &valve, 2, at(100))?;
            let number = c.products_of(one.revision)?[0].product_no;
            let all = [decided(first, number, Verdict::Yes), decided(third, number, Verdict::Unknown)];
            c.open_matches(&all, at(101))?;
            Ok(())
        });
        let ids = |filter: &str| -> String {
            let page = store.read(|r| r.advisories(&filtered(filter)));
            page.items.into_iter().map(|line| line.tracking_id).collect::<Vec<_>>().join(" ")
        };
        for (filter, expected) in [
            ("id:ac-1", "AC-1"),
            ("vendor:acme product:valve", "AC-2"),
            ("cve:CVE-2024-0001", "AC-1"),
            ("severity>=high", "AC-1"),
            ("severity:\"\"", "AC-2"),
            ("-severity>=high", "AC-2"),
            ("score>=9.8", "AC-1"),
            ("yes>1", "AC-1"),
            ("yes:0", "AC-2"),
            ("unknown:1", "AC-1"),
            ("cves:0", "AC-2"),
            ("received>1970-01-02", ""),
            ("\"title of ac-2\"", "AC-2"),
        ] {
            assert_eq!(ids(filter), expected, "{} {filter}", store.engine);
        }
        let counts = |reach| {
            let query = ListQuery { reach, sort: Some(Sort::parse("-yes")), ..filtered("") };
            store.read(|r| r.advisories(&query)).items[0].assets
        };
        assert_eq!((counts(Reach::Everywhere).yes, counts(Reach::Everywhere).unknown), (2, 1));
        assert_eq!((counts(Reach::Sites(vec![site_id(1)])).yes, counts(Reach::Nowhere).yes), (1, 0));
        let before = ListQuery { as_of: at(100), sort: Some(Sort::parse("id")), ..filtered("") };
        let lines = store.read(|r| r.advisories(&before)).items;
        assert_eq!(lines.iter().map(|line| line.assets.yes).collect::<Vec<_>>(), [0, 0]);
        let then = ListQuery { as_of: at(99), ..filtered("") };
        assert_eq!(store.read(|r| r.advisories(&then)).count.value, 0);
    }
}

#[test]
fn what_was_not_understood_comes_first_in_the_review() {
    for store in stores() {
        let content = document(
            "AC-1",
            vec![
                product("P1", "Pump", "< 3"),
                product("P2", "Pump", "some of them"),
                product("P3", "Pump", "some of them"),
            ],
            vec![vulnerability("CVE-2024-0001", &[("P2", ProductStatus::KnownAffected)])],
        );
        let mut read = readings(&content);
        for reading in &mut read[1..] {
            *reading = ProductReading {
                outcome: ExpressionOutcome::NotUnderstood,
                range_text: String::new(),
                why: "`some of them` is no range".to_owned(),
                ..reading.clone()
            };
        }
        store.write(|c| {
            put_sites(c)?;
            let (_, configuration) = put(c, &device(1, "A", "Pump", "V1"), 1, at(10))?;
            put(c, &device(2, "B", "Pump", "V1"), 2, at(10))?;
            let put = c.put_revision(&NewRevision {
                content: &content,
                readings: &read,
                raw_sha256: [1; 32],
                source: String::new(),
                signature: SignatureState::Absent,
                received_at: at(100),
                warnings: Vec::new(),
            })?;
            let number = c.products_of(put.revision)?[1].product_no;
            c.open_match(&decided(configuration, number, Verdict::Unknown), at(101))?;
            Ok(())
        });
        let lines = store.read(|r| r.expressions(&filtered(""))).items;
        let texts: Vec<_> =
            lines.iter().map(|line| (line.text.as_str(), line.products, line.assets)).collect();
        assert_eq!(texts, [("some of them", 2, 2), ("< 3", 1, 0)], "{}", store.engine);
        assert_eq!(lines[0].why, "`some of them` is no range");
        let near = ListQuery { reach: Reach::Sites(vec![site_id(2)]), ..filtered("outcome:not_understood") };
        assert_eq!(store.read(|r| r.expressions(&near)).items[0].assets, 1);
        let counts = store.read(|r| r.expression_counts());
        assert_eq!(counts, OutcomeCounts { decided: 1, conditional: 0, not_understood: 2 });
        let heads = store.read(|r| r.advisory_heads());
        let listed = store.read(|r| r.product_list(heads[0].revision, &filtered("outcome:not_understood")));
        assert_eq!(listed.count.value, 2);
        let product_ids: Vec<_> = listed.items.iter().map(|p| p.expression.product_id.as_str()).collect();
        assert_eq!(product_ids, ["P2", "P3"]);
    }
}
