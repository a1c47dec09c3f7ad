//! Two independent checks of what the reader of expressions says, when the data is on this machine.
//!
//! First: the range that another source (NVD, a CVE record, CISA) gives for the same product and vulnerability,
//! compared by membership of probe versions. Second: the version that the document itself names as the fix must not
//! lie in the range it calls affected. Every disagreement gets a class; a class that means a misreading of ours fails
//! the test. The surprise: most disagreements are the other side's (a coarser range, a lost service pack).
//!
//! Looked for at `$HOLDPOINT_DATA`, else `../shared/data` beside the workspace. Without the data the tests say so.
//! `cargo xtask bench agreement` runs this with its tables shown.

#![expect(clippy::disallowed_methods, reason = "a test looks for the corpus and reads its files")]

mod agreement_parts;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use agreement_parts::{Tally, fixes, references};
use holdpoint_versions::{Interval, VersionRange};
use serde_json::Value;

fn data(what: &str) -> Option<PathBuf> {
    let data = std::env::var_os("HOLDPOINT_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = data.join(what);
    if path.exists() {
        return Some(path);
    }
    eprintln!("the data is absent: `{}` was not checked", path.display());
    None
}

#[test]
fn ranges_agree_with_those_of_other_sources() {
    let Some(path) = data("refranges/aligned_pairs_oct24.json") else { return };
    let rows: Value = serde_json::from_slice(&std::fs::read(path).expect("file")).expect("json");
    let rows: Vec<_> = rows.as_array().expect("a list").iter().map(references::read).collect();
    let place = |row: &references::Row<'_>| {
        ["source", "cve", "doc", "csaf_product"].map(|key| references::text(row.row, key).to_owned())
    };
    let mut together: HashMap<_, Vec<Interval>> = HashMap::new();
    for row in &rows {
        let intervals = row.ours.range().map_or(&[][..], VersionRange::intervals);
        together.entry(place(row)).or_default().extend_from_slice(intervals);
    }
    let (mut same, mut others) = (Tally::default(), Tally::default());
    for row in &rows {
        let leaves = VersionRange::from_intervals(together[&place(row)].clone());
        let verdict = references::text(row.row, "verdict");
        let tally = if verdict == "identical" { &mut same } else { &mut others };
        tally.add(references::class(row, &leaves), || {
            let range = references::text(row.row, "csaf_range");
            format!("{range}  READ AS  {}  REFERENCE  {}", row.ours, row.row["ref"])
        });
    }
    same.print("rows that the file calls identical");
    others.print("rows that the file calls different");
    let agreeing = same.sum("agrees");
    let comparable = same.total() - same.sum("not comparable");
    let per_cent = 100.0 * agreeing as f64 / comparable as f64;
    println!("\nagreement: {agreeing} of {comparable} comparable rows, {per_cent:.2} %");
    assert!(per_cent >= 99.0, "{per_cent:.2} %");
    assert_eq!(same.count("not classified") + others.count("not classified"), 0);
}

#[test]
fn the_fix_that_a_document_names_is_not_affected() {
    let Some(folder) = data("csaf/oct24") else { return };
    let mut tally = Tally::default();
    for document in fixes::documents(&folder) {
        let leaves = fixes::leaves(&document);
        fixes::each(&document, &leaves, |fix| {
            tally.add(fixes::class(&fix), || {
                format!(
                    "{}: {} {}  READ AS  {}  FIX  {}  IN  {}",
                    fix.document, fix.leaf.product, fix.leaf.text, fix.leaf.read, fix.version, fix.details
                )
            });
        });
    }
    tally.print("fixes that documents name");
    tally.examples("the document");
    let agreeing = tally.sum("agrees");
    let comparable = tally.total() - tally.sum("not comparable");
    let per_cent = 100.0 * agreeing as f64 / comparable as f64;
    println!("\nfixes outside the affected range: {agreeing} of {comparable}, {per_cent:.2} %");
    assert!(per_cent >= 99.5, "{per_cent:.2} %");
    assert_eq!(tally.count("not classified"), 0);
}

#[test]
fn published_documents_are_read() {
    let Some(folder) = data("csaf/oct24") else { return };
    let (mut leaves, mut read_leaves, mut documents, mut read_documents) = (0, 0, 0, 0);
    let mut texts: HashMap<String, bool> = HashMap::new();
    for document in fixes::documents(&folder) {
        let found = fixes::leaves(&document);
        let read = |leaf: &fixes::Leaf| leaf.read.range().is_some();
        leaves += found.len();
        read_leaves += found.values().filter(|leaf| read(leaf)).count();
        for leaf in found.values() {
            *texts.entry(leaf.text.clone()).or_insert(true) &= read(leaf);
        }
        documents += 1;
        read_documents += usize::from(found.values().all(read));
    }
    let share = |part: usize, whole: usize| 100.0 * part as f64 / whole as f64;
    let distinct = share(texts.values().filter(|read| **read).count(), texts.len());
    let (leaf, whole) = (share(read_leaves, leaves), share(read_documents, documents));
    println!("\n| decided or conditional | of | per cent |\n|---|---|---|");
    println!("| leaves | {leaves} | {leaf:.2} |");
    println!("| distinct texts | {} | {distinct:.2} |", texts.len());
    println!("| whole documents | {documents} | {whole:.2} |");
    assert!(leaf >= 99.0 && distinct >= 95.0 && whole >= 96.0, "{leaf:.2}, {distinct:.2}, {whole:.2}");
}
