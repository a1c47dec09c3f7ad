//! A log that was tampered with in the database or in its copy is found out, and the first bad entry is named.

use crate::audit::{AuditFault, AuditReport, ExpectedHead, verify_export};
use crate::page::{ListQuery, Sort};
use crate::testing::{TestStore, intent, stores};
use crate::{Store, StoreError};
use holdpoint_domain::Moment;
use holdpoint_domain::audit::ChainFault;
use holdpoint_domain::filter::Filter;

/// Writes `count` entries about things with odd names.
fn write_entries(store: &TestStore, count: i64) {
    for n in 1..=count {
        let mut intent = intent(if n % 2 == 0 { "asset.import" } else { "advisory.import" }, n * 1_000_000);
        intent.reason = format!("Grund {n}: \"Ölpumpe\"\n2. Zeile");
        let done: Result<_, StoreError> = store.store.change(&intent, |c| {
            c.about("asset", format!("PLC-{n}"));
            c.about("advisory", "SSA-1");
            c.detail("new", n);
            c.put_setting("n", &serde_json::json!(n))
        });
        done.unwrap();
    }
}

/// Does what an attacker with the database's own rights does.
fn tamper(store: &TestStore, sql: &str) {
    store
        .write_unaudited(|tx| {
            let open = match tx.dialect() {
                crate::dialect::Dialect::Sqlite => {
                    "DROP TRIGGER IF EXISTS audit_entry_stays; DROP TRIGGER IF EXISTS audit_entry_remains; \
                     DROP TRIGGER IF EXISTS audit_object_stays; DROP TRIGGER IF EXISTS audit_object_remains; \
                     PRAGMA defer_foreign_keys = ON;"
                }
                crate::dialect::Dialect::Postgres => {
                    "DROP TRIGGER IF EXISTS audit_entry_stays ON audit_entry; \
                     DROP TRIGGER IF EXISTS audit_object_stays ON audit_object; \
                     ALTER TABLE audit_object DROP CONSTRAINT IF EXISTS audit_object_sequence_fkey;"
                }
            };
            tx.batch(open)?;
            tx.batch(sql)
        })
        .unwrap_or_else(|why| panic!("{sql} on {}: {why:?}", store.engine));
}

fn fault(store: &Store) -> AuditFault {
    store.verify_audit().unwrap().fault.expect("the log was tampered with")
}

#[test]
fn a_log_of_many_chunks_verifies() {
    for store in stores() {
        assert_eq!(store.verify_audit().unwrap().fault, None);
        write_entries(&store, 7);
        let rows = (0..1_200).map(|_| ());
        for () in rows.take(if store.engine == "sqlite" { 1_200 } else { 520 }) {
            store.write(|_| Ok(())).unwrap();
        }
        let report = store.verify_audit().unwrap();
        let head = store.read(|r| r.audit_head()).unwrap();
        assert_eq!(report, AuditReport { entries: head.0, head: head.1, fault: None });
        assert!(report.entries > 500);
    }
}

#[test]
fn every_changed_column_is_found_and_its_entry_named() {
    for column in [
        "at = at + 1",
        "actor_kind = 'person'",
        "actor_id = 'x'",
        "actor_name = 'somebody else'",
        "via = 'cli'",
        "action = 'asset.delete'",
        "reason = ''",
        "details = '{}'",
    ] {
        for store in stores() {
            write_entries(&store, 5);
            tamper(&store, &format!("UPDATE audit_entry SET {column} WHERE sequence = 3"));
            let found = fault(&store);
            assert!(
                matches!(found, AuditFault::Chain(ChainFault::Content { sequence: 3, .. })),
                "{column} on {}: {found:?}",
                store.engine
            );
            assert_eq!(store.verify_audit().unwrap().entries, 2);
        }
    }
}

#[test]
fn changed_objects_links_and_missing_entries_are_found() {
    for (sql, expected) in [
        ("UPDATE audit_object SET id = 'PLC-9' WHERE sequence = 3 AND place = 0", "entry 3 was changed"),
        ("DELETE FROM audit_object WHERE sequence = 3 AND place = 1", "entry 3 was changed"),
        (
            "INSERT INTO audit_object (sequence, place, kind, id) VALUES (3, 9, 'asset', 'x')",
            "entry 3 was changed",
        ),
        (
            "DELETE FROM audit_object WHERE sequence = 3; DELETE FROM audit_entry WHERE sequence = 3",
            "entry 4 stands where entry 3 should",
        ),
        (
            "DELETE FROM audit_object WHERE sequence = 1; DELETE FROM audit_entry WHERE sequence = 1",
            "entry 2 stands where entry 1 should",
        ),
        (
            "DELETE FROM audit_object WHERE sequence = 3 AND place = 1; UPDATE audit_object \
             SET id = 'PLC-3\nadvisory\tSSA-1' WHERE sequence = 3",
            "entry 3 cannot be read",
        ),
        ("UPDATE audit_entry SET previous = hash WHERE sequence = 3", "entry 3 names"),
        ("UPDATE audit_entry SET sequence = -1 WHERE sequence = 5", "entry 1 cannot be read"),
        ("UPDATE audit_head SET sequence = 4", "the log ends with entry 5, but entry 4 was noted"),
        (
            "DELETE FROM audit_object WHERE sequence = 5; DELETE FROM audit_entry WHERE sequence = 5",
            "the log ends with entry 4, but entry 5 was noted",
        ),
    ] {
        for store in stores() {
            write_entries(&store, 5);
            if sql.contains("sequence = -1") {
                tamper(&store, "DELETE FROM audit_object WHERE sequence = 5");
            }
            tamper(&store, sql);
            let found = fault(&store).to_string();
            assert!(found.contains(expected), "{sql} on {}: {found}", store.engine);
        }
    }
}

#[test]
fn values_that_cannot_be_read_are_named_not_panicked_at() {
    for store in stores() {
        write_entries(&store, 5);
        let short = match store.engine {
            "sqlite" => "UPDATE audit_entry SET hash = x'00ff' WHERE sequence = 4",
            _ => "UPDATE audit_entry SET hash = decode('00ff', 'hex') WHERE sequence = 4",
        };
        tamper(&store, short);
        let found = fault(&store).to_string();
        assert!(found.contains("entry 4 cannot be read") && found.contains("`hash`"), "{found}");
        assert!(store.export_audit(&mut Vec::new()).is_err());
    }
    for (sql, column) in [
        ("UPDATE audit_entry SET reason = CAST(x'fffe' AS TEXT) WHERE sequence = 2", "`reason`"),
        ("UPDATE audit_object SET id = CAST(x'ff' AS TEXT) WHERE sequence = 2 AND place = 1", "`id`"),
    ] {
        let store = crate::testing::sqlite();
        write_entries(&store, 5);
        tamper(&store, sql);
        let report = store.verify_audit().unwrap();
        let found = report.fault.unwrap().to_string();
        assert!(found.contains("entry 2 cannot be read") && found.contains(column), "{found}");
        assert_eq!(report.entries, 1);
    }
}

#[test]
fn only_a_head_written_down_elsewhere_shows_that_the_end_was_cut_off() {
    for store in stores() {
        write_entries(&store, 3);
        let old = store.read(|r| r.audit_head()).unwrap();
        write_entries(&store, 2);
        let head = store.read(|r| r.audit_head()).unwrap();
        tamper(
            &store,
            "DELETE FROM audit_object WHERE sequence > 4; DELETE FROM audit_entry WHERE sequence > 4",
        );
        tamper(
            &store,
            "UPDATE audit_head SET sequence = 4, hash = (SELECT hash FROM audit_entry WHERE sequence = 4)",
        );
        assert_eq!(store.verify_audit().unwrap().fault, None);
        let against = |text: String| store.verify_audit_against(Some(text.parse().unwrap())).unwrap().fault;
        assert_eq!(against(format!("{}:{}", old.0, old.1)), None);
        assert_eq!(against(old.1.to_string()), None);
        for cut in [format!("{}:{}", head.0, head.1), head.1.to_string(), format!("2:{}", old.1)] {
            let found = against(cut.clone()).unwrap();
            assert!(matches!(found, AuditFault::ExpectedHead { found: 4, .. }), "{cut}: {found:?}");
        }
        assert!("812".parse::<ExpectedHead>().is_err());
        assert!("x:00".parse::<ExpectedHead>().is_err());
    }
}

fn exported(store: &Store) -> Vec<u8> {
    let mut file = Vec::new();
    let head = store.export_audit(&mut file).unwrap();
    let report = verify_export(file.as_slice(), None).unwrap();
    assert_eq!(report, AuditReport { entries: head.0, head: head.1, fault: None });
    file
}

#[test]
fn a_copy_verifies_without_a_database_and_any_changed_byte_is_found() {
    for store in stores() {
        write_entries(&store, 3);
        let file = exported(&store);
        for place in 0..file.len() {
            for replacement in [b'0', b'A', b' ', 0xff] {
                let mut changed = file.clone();
                if changed[place] == replacement {
                    continue;
                }
                changed[place] = replacement;
                let report = verify_export(changed.as_slice(), None).unwrap();
                assert!(report.fault.is_some(), "byte {place} as {replacement:#x} was not noticed");
            }
        }
    }
}

#[test]
fn a_copy_that_is_cut_reordered_or_added_to_is_found() {
    let store = crate::testing::sqlite();
    write_entries(&store, 4);
    let head = store.read(|r| r.audit_head()).unwrap();
    let expected = Some(ExpectedHead { sequence: Some(head.0), hash: head.1 });
    let text = String::from_utf8(exported(&store)).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let join = |lines: &[&str]| format!("{}\n", lines.join("\n"));
    assert_eq!(verify_export(text.as_bytes(), expected).unwrap().fault, None);

    let cut = join(&lines[..3]);
    assert_eq!(verify_export(cut.as_bytes(), None).unwrap().fault, None);
    let found = verify_export(cut.as_bytes(), expected).unwrap().fault.unwrap();
    assert!(found.to_string().contains("ends with entry 3"), "{found}");
    let empty = verify_export(&b""[..], expected).unwrap().fault.unwrap();
    assert!(empty.to_string().contains("ends with entry 0"), "{empty}");

    let swapped = join(&[lines[0], lines[2], lines[1], lines[3]]);
    let added = lines[1].replacen('{', "{\"approved_by\":\"me\",", 1);
    let added = join(&[lines[0], &added, lines[2]]);
    for (file, expected) in [
        (text[..text.len() - 9].to_owned(), "entry 4 cannot be read"),
        (swapped, "entry 3 stands where entry 2 should"),
        (join(&lines[1..]), "entry 2 stands where entry 1 should"),
        (added, "entry 2 cannot be read"),
        (join(&[lines[0], "", lines[1]]), "entry 2 cannot be read"),
        (join(&["[[[[[[[[[[", lines[0]]), "entry 1 cannot be read"),
    ] {
        let found = verify_export(file.as_bytes(), None).unwrap().fault.unwrap().to_string();
        assert!(found.contains(expected), "{found}");
    }
}

#[test]
fn the_log_is_listed_newest_first_and_filtered() {
    for store in stores() {
        write_entries(&store, 6);
        let ask = |filter: &str| ListQuery {
            filter: Filter::parse(filter).unwrap(),
            ..ListQuery::everything(100, Moment::from_micros(10_000_000))
        };
        let sequences = |query: &ListQuery| -> Vec<u64> {
            let page = store.read(|r| r.audit_page(query)).unwrap();
            page.items.iter().map(|entry| entry.sequence).collect()
        };
        assert_eq!(sequences(&ask("")), [6, 5, 4, 3, 2, 1]);
        assert_eq!(sequences(&ask("action:asset.import")), [6, 4, 2]);
        assert_eq!(sequences(&ask("object:plc-3")), [3]);
        assert_eq!(sequences(&ask("object_kind:advisory sequence<3")), [2, 1]);
        assert_eq!(sequences(&ask("via:cli")), [] as [u64; 0]);
        assert_eq!(sequences(&ask("plc-5")), [5]);
        let early = ListQuery { as_of: Moment::from_micros(2_500_000), ..ask("") };
        assert_eq!(sequences(&early), [2, 1]);
        let upward = ListQuery { sort: Some(Sort::parse("at")), ..ask("") };
        let page = store.read(|r| r.audit_page(&upward)).unwrap();
        assert_eq!(page.items[0].objects.len(), 2);
        assert_eq!(page.items[0].computed_hash(), page.items[0].hash);
        let from: Vec<u64> =
            store.read(|r| r.audit_entries(5, 10)).unwrap().iter().map(|entry| entry.sequence).collect();
        assert_eq!(from, [5, 6]);
    }
}

#[test]
fn the_log_is_paged_by_its_index_not_by_sorting_it() {
    use crate::page::Page;
    let store = crate::testing::sqlite();
    write_entries(&store, 3);
    let ask = ListQuery { page: Page::first(1), ..ListQuery::everything(1, Moment::from_micros(0)) };
    let next = store.read(|r| r.audit_page(&ask)).unwrap().next;
    let ask = ListQuery { page: Page { limit: 1, cursor: next }, ..ask };
    let plan =
        store.read(|r| r.plan(&crate::audit::SPEC, crate::audit::list_sql(), &ask)).unwrap().join("; ");
    assert!(plan.contains("SEARCH e USING INTEGER PRIMARY KEY (rowid<?)"), "{plan}");
    assert!(!plan.contains("TEMP B-TREE"), "{plan}");
}
