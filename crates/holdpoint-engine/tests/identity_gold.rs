//! Identity against gold sets from the corpus: the bars that must hold.

#![expect(
    clippy::disallowed_methods,
    reason = "a test looks for the corpus, reads it, and says what it could not do"
)]

mod gold_parts;

use gold_parts::{corpus, names, orders};
use std::path::PathBuf;

fn folder() -> PathBuf {
    let data = std::env::var_os("HOLDPOINT_DATA").map(PathBuf::from);
    let beside = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"));
    data.unwrap_or(beside).join("csaf/oct24")
}

#[test]
fn order_numbers_and_names_of_the_corpus_are_recognised() {
    let Some(corpus) = corpus::read(&folder()) else {
        eprintln!("no corpus at {}: identity is not measured", folder().display());
        return;
    };
    assert!(corpus.documents > 100, "a corpus of {} documents is none", corpus.documents);
    let found = orders::measure(&corpus, 12);
    assert!(found.precision() >= 0.999, "{} {:?}", found.precision(), found.examples);
    assert!(found.recall() >= 0.99, "{} {:?}", found.recall(), found.examples);
    for (change, measured) in names::measure(&corpus, 24) {
        assert!(measured.precision() >= 0.99, "{change}: {} {:?}", measured.precision(), measured.examples);
        if change == "all" {
            assert!(measured.queue() >= 0.95, "{change}: {} {:?}", measured.queue(), measured.examples);
        }
    }
    let (asked, right) = names::other_names(&corpus);
    assert!(right * 100 >= asked * 95, "another name of the same article: {right} of {asked}");
    assert!(!names::by_code(&corpus).is_empty(), "part numbers in names find something");
}

/// Spellings of one company in the corpus, beyond letters, blanks and legal forms, looked at one by one.
const ONE_COMPANY: [&[&str]; 24] = [
    &["3S-Smart Software Solutions GmbH", "CODESYS, GmbH"],
    &["B. Braun", "B. Braun Medical"],
    &["Open Design Alliance", "Open Design Alliance (ODA)"],
    &["Real Time Automation", "Real Time Automation (RTA)"],
    &["AVEVA", "AVEVA Software, LLC"],
    &["Automation Direct", "AutomationDirect"],
    &["Becton, Dickinson and Company (BD)", "Becton Dickinson"],
    &["Carrier LenelS2", "LenelS2"],
    &["Control By Web", "ControlByWeb"],
    &["Dover Fueling Solutions", "Dover Fueling Solutions (DFS)"],
    &["Fr. Sauter AG", "SAUTER", "SAUTER Controls"],
    &["Franklin Fueling System", "Franklin Fueling Systems"],
    &["General Electric", "General Electric (GE)"],
    &["HMS Industrial Networks", "HMS Networks"],
    &["Hangzhou Xiongmai Technology Co, Ltd", "Xiongmai Technology"],
    &["Keysight ", "Keysight Technologies, Inc."],
    &[
        "LCDS - LeÃ£o Consultoria e Desenvolvimento de Sistemas LTDA ME",
        "LCDS LeÃ£o Consultoria e Desenvolvimento de Sistemas Ltda ME",
    ],
    &["LOYTEC", "LOYTEC electronics GmbH"],
    &["National Instruments", "National Instruments Corp. (NI)"],
    &["Philips", "Phillips"],
    &["Schneider Electric", "Schneider Electric Software, LLC"],
    &["Schweitzer Engineering Laboratories", "Schweitzer Engineering Laboratories, Inc. (SEL)"],
    &["Trihedral", "Trihedral Engineering Limited"],
    &["mySCADA", "mySCADA Technologies"],
];

/// Companies of the corpus whose names resemble each other and that are not one.
const TWO_COMPANIES: [(&str, &str); 9] = [
    ("Contec", "Contec Health"),
    ("Datalogic", "Datalogics"),
    ("GE Digital", "GE Healthcare"),
    ("General Electric", "GE Healthcare"),
    ("JTEKT Corporation", "JTEKT ELECTRONICS CORPORATION"),
    ("Sielco", "Sielco Sistemi"),
    ("Siemens", "Siemens Healthineers"),
    ("Phoenix Contact", "Phoenix Broadband Technologies LLC"),
    ("Delta Electronics", "Delta Controls"),
];

fn vendor(name: &str) -> String {
    names::of_vendor(name)
}

#[test]
fn spellings_of_one_vendor_come_together_and_two_vendors_stay_two() {
    for spellings in ONE_COMPANY {
        for spelling in spellings {
            assert_eq!(vendor(spelling), vendor(spellings[0]), "{spelling}");
        }
    }
    for (one, other) in TWO_COMPANIES {
        assert_ne!(vendor(one), vendor(other));
    }
    let Some(corpus) = corpus::read(&folder()) else {
        eprintln!("no corpus at {}: its vendors are not looked at", folder().display());
        return;
    };
    // What differs in letters must be one of the companies above, or one that a table of the program names.
    let (spellings, groups) = names::vendors(&corpus);
    assert!(spellings >= 400, "{spellings} spellings");
    let listed = |one: &str| ONE_COMPANY.iter().any(|known| known.contains(&one));
    let strange: Vec<&Vec<String>> =
        groups.iter().filter(|group| !group.iter().any(|one| listed(one))).collect();
    assert!(strange.is_empty(), "vendors that nobody has looked at came together: {strange:?}");
}
