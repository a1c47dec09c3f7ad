//! What changed between two revisions of a document.

#![expect(clippy::disallowed_methods, reason = "tests on real documents read them from files")]
#![expect(clippy::unwrap_used, reason = "a broken fixture should stop the test where it breaks")]

mod csaf_base;
mod csaf_data;

use csaf_base::patched;
use holdpoint_formats::csaf::{ChangeKind, Difference, Revisions, difference};
use serde_json::{Value, json};

fn compare(changes: &[(&str, Value)]) -> Difference {
    difference(&patched(&[]), &patched(changes)).unwrap()
}

fn only(changes: &[(&str, Value)]) -> (ChangeKind, String, String) {
    let found = compare(changes);
    assert_eq!(found.changes.len(), 1, "{:?}", found.changes);
    (found.changes[0].kind, found.changes[0].place.clone(), found.changes[0].to_string())
}

#[test]
fn nothing_changed() {
    assert_eq!(compare(&[]).revisions, Revisions::Same);
    let compact: Value = serde_json::from_slice(&patched(&[])).unwrap();
    let bytes = serde_json::to_vec(&compact).unwrap();
    assert_eq!(difference(&patched(&[]), &bytes).unwrap().changes, [], "white space does not count");
}

#[test]
fn a_value_changed_without_a_new_revision() {
    let found = compare(&[("/document/title", json!("Something else"))]);
    assert_eq!(found.revisions, Revisions::Silent);
    assert_eq!(
        found.changes[0].to_string(),
        "`/document/title` changed from “Overlong input stops the pump controller” to “Something else”"
    );
}

#[test]
fn a_new_revision_is_announced() {
    let entry = json!({"date": "2024-06-01T10:00:00Z", "number": "3", "summary": "More"});
    let found = compare(&[
        ("/document/tracking/version", json!("3")),
        ("/document/tracking/revision_history/-", entry),
    ]);
    assert_eq!(found.revisions, Revisions::Announced);
    let places: Vec<_> = found.changes.iter().map(|change| (change.kind, change.place.as_str())).collect();
    assert_eq!(
        places,
        [
            (ChangeKind::Added, "/document/tracking/revision_history/2"),
            (ChangeKind::Changed, "/document/tracking/version"),
        ]
    );
}

#[test]
fn items_of_lists_are_matched_by_name() {
    let mut base: Value = serde_json::from_slice(&patched(&[])).unwrap();
    let list =
        base.pointer_mut("/product_tree/branches/0/branches/0/branches").unwrap().as_array_mut().unwrap();
    list.insert(0, json!({"category": "product_version", "name": "4.0", "product": {"name": "P 4.0", "product_id": "X"}}));
    let new = serde_json::to_vec(&base).unwrap();
    let found = difference(&patched(&[]), &new).unwrap();
    assert_eq!(found.changes.len(), 1);
    assert_eq!(found.changes[0].place, "/product_tree/branches/0/branches/0/branches/0");
    assert_eq!(found.changes[0].kind, ChangeKind::Added);
}

#[test]
fn removals_and_sets() {
    let (kind, place, words) = only(&[("/vulnerabilities/0/product_status/known_affected/1", Value::Null)]);
    assert_eq!(kind, ChangeKind::Removed);
    assert_eq!(place, "/vulnerabilities/0/product_status/known_affected/1");
    assert!(words.ends_with("was removed: “PC-4.1-ON-PANEL”"), "{words}");
    let turned = json!(["PC-4.1-ON-PANEL", "PC-4.1"]);
    let found = compare(&[("/vulnerabilities/0/product_status/known_affected", turned)]);
    assert_eq!(found.revisions, Revisions::Same, "the order of product ids says nothing");
    let (kind, place, _) = only(&[("/document/x~y", json!(1))]);
    assert_eq!((kind, place.as_str()), (ChangeKind::Added, "/document/x~0y"));
}

#[test]
fn many_changes_are_bounded() {
    let many: Vec<String> = (0..2_000).map(|number| format!("N{number}")).collect();
    let found = compare(&[
        ("/vulnerabilities/0/product_status/recommended", json!([])),
        ("/document/acknowledgments", json!(many)),
    ]);
    assert_eq!(found.changes.len() + found.omitted, 2_002);
    assert_eq!(found.changes.len(), 500);
}

#[test]
fn silent_changes_of_the_corpus_are_found() {
    let Some(old) = csaf_data::corpus("csaf/oct24", "silent changes of real documents") else {
        return;
    };
    let new = old.parent().unwrap().join("feb25_changed");
    let mut counts = [0_usize; 3];
    for path in csaf_data::json_files(&new) {
        let before = old.join(path.strip_prefix(&new).unwrap());
        if !before.exists() {
            continue;
        }
        let (old, new) = (std::fs::read(before).unwrap(), std::fs::read(&path).unwrap());
        let found = difference(&old, &new).unwrap();
        counts[found.revisions as usize] += 1;
        assert!(found.revisions == Revisions::Same || !found.changes.is_empty());
    }
    println!("same, announced, silent: {counts:?}");
    assert!(counts[Revisions::Silent as usize] > 0);
}
