//! The chain against every kind of tampering, and its encoding against a fixed value.

use super::*;

fn entry(sequence: u64, previous: ChainHash) -> AuditEntry {
    let mut entry = AuditEntry {
        sequence,
        at: Moment::from_micros(1_000_000 * i64::try_from(sequence).expect("small")),
        actor_kind: "operator".into(),
        actor_id: String::new(),
        actor_name: "root".into(),
        via: "cli".into(),
        action: "advisory.import".into(),
        reason: "daily".into(),
        objects: vec![ObjectRef { kind: "advisory".into(), id: format!("A-{sequence}") }],
        details: r#"{"new":1}"#.into(),
        previous,
        hash: ChainHash::START,
    };
    entry.hash = entry.computed_hash();
    entry
}

fn chain(length: u64) -> Vec<AuditEntry> {
    let mut entries: Vec<AuditEntry> = Vec::new();
    for sequence in 1..=length {
        let previous = entries.last().map_or(ChainHash::START, |last| last.hash);
        entries.push(entry(sequence, previous));
    }
    entries
}

fn walk(entries: &[AuditEntry]) -> Result<ChainWalk, ChainFault> {
    let mut walk = ChainWalk::default();
    entries.iter().try_for_each(|entry| walk.step(entry))?;
    Ok(walk)
}

#[test]
fn the_encoding_of_version_1_never_changes() {
    assert_eq!(
        entry(1, ChainHash::START).hash.to_string(),
        "34ee3df79c1cccf6eae5ee98510b6876f3283db53dc85c136bd8daf3de8775fd"
    );
}

#[test]
fn an_untouched_chain_verifies() {
    let entries = chain(5);
    let walk = walk(&entries).expect("untouched");
    assert_eq!((walk.entries(), walk.head()), (5, entries[4].hash));
}

#[test]
fn a_changed_entry_is_named() {
    let mut entries = chain(5);
    entries[2].reason = "monthly".into();
    assert!(matches!(walk(&entries), Err(ChainFault::Content { sequence: 3, .. })));
    entries[2].hash = entries[2].computed_hash();
    assert!(matches!(walk(&entries), Err(ChainFault::Link { sequence: 4, .. })));
}

#[test]
fn a_removed_and_a_moved_entry_are_named() {
    let mut entries = chain(5);
    entries.remove(1);
    assert_eq!(walk(&entries).map(|_| ()), Err(ChainFault::Sequence { expected: 2, found: 3 }));
    let mut entries = chain(5);
    entries.swap(1, 2);
    assert_eq!(walk(&entries).map(|_| ()), Err(ChainFault::Sequence { expected: 2, found: 3 }));
}

#[test]
fn a_hash_reads_back_its_hexadecimal_digits() {
    let hash = entry(1, ChainHash::START).hash;
    assert_eq!(ChainHash::from_hex(&hash.to_string()), Some(hash));
    assert_eq!(ChainHash::from_hex("abc"), None);
    assert_eq!(ChainHash::from_hex(&"g".repeat(64)), None);
}
