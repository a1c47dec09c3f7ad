//! Version expressions as advisories really write them: outcome, meaning, and who is inside.
//!
//! `fixtures/expressions.tsv` holds 300 texts whose reading was checked by hand. The cases below are the traps,
//! each with versions on both sides of its bounds. A case that expects `unknown` is as important as the others.

use holdpoint_versions::Answer;
use holdpoint_versions::expression::{self, Category, Context, Expression, Flag, Outcome, Predicate};

const CHECKED: &str = include_str!("fixtures/expressions.tsv");
const CONTAINED: &str = include_str!("fixtures/contains.txt");

fn read(vendor: &str, product: &str, category: Category, text: &str) -> Expression {
    expression::parse(&Context { vendor, product, category }, text)
}

fn range(text: &str) -> Expression {
    read("", "", Category::Range, text)
}

#[test]
fn three_hundred_checked_texts_read_as_they_were_checked() {
    let mut count = 0;
    for line in CHECKED.lines().filter(|line| !line.starts_with('#')) {
        let parts: Vec<&str> = line.split('\t').collect();
        let [vendor, product, kind, text, outcome, shown] = parts.as_slice() else {
            panic!("six columns: {line}")
        };
        let category = if *kind == "v" { Category::Version } else { Category::Range };
        let found = read(vendor, product, category, text);
        let expected = match *outcome {
            "d" => "decided",
            "c" => "conditional",
            _ => "not_understood",
        };
        assert_eq!(found.outcome_name(), expected, "`{text}`: {found}");
        if expected != "not_understood" {
            assert_eq!(&found.to_string(), shown, "`{text}`");
        }
        count += 1;
    }
    assert_eq!(count, 300);
}

#[test]
fn versions_on_both_sides_of_every_kind_of_text() {
    let (mut vendor, mut product, mut category) = ("", "", Category::Range);
    let (mut count, mut wrong) = (0, Vec::new());
    for line in CONTAINED.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(place) = line.strip_prefix('@') {
            let mut parts = place.split('/').map(str::trim);
            vendor = parts.next().unwrap_or("");
            product = parts.next().unwrap_or("");
            category = if parts.next() == Some("version") { Category::Version } else { Category::Range };
            continue;
        }
        let (text, cases) = line.split_once(" => ").expect(line);
        let found = read(vendor, product, category, text);
        for case in cases.split(';').map(str::trim) {
            let (version, expected) = case.split_once(": ").expect(case);
            let answer = found.contains(version);
            if answer.name() != expected {
                wrong.push(format!("`{version}` in `{text}`, read as `{found}`: {answer:?}, not {expected}"));
            }
            count += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 600, "only {count} cases");
}

#[test]
fn conditions_are_typed() {
    let kinds = |vendor: &str, product: &str, text: &str| -> Vec<&'static str> {
        read(vendor, product, Category::Range, text).predicates().iter().map(Predicate::kind).collect()
    };
    assert_eq!(kinds("", "", "<=with_the_first_5_digits_of_serial_number_24061"), ["serial_number"]);
    assert_eq!(kinds("", "Q04 The first 5 digits of serial No.", "<=23121"), ["serial_number"]);
    assert_eq!(kinds("Mitsubishi Electric", "QJ71E71-100", "<= 20121"), ["serial_number", "reading"]);
    assert_eq!(kinds("", "", "All versions <= V2.5.0 and Function State (FS) <= 9"), ["hardware_revision"]);
    assert_eq!(kinds("", "", "distributed < april 1, 2018"), ["date"]);
    assert_eq!(kinds("", "", "<April/17/2023"), ["date"]);
    assert_eq!(kinds("", "", "* (with option G28)"), ["option"]);
    assert_eq!(kinds("", "", "All BIOS versions < V22.01.08"), ["sub_component"]);
    assert_eq!(kinds("", "", "All versions with maxView Storage Manager < 4.09.00.25611"), ["other_product"]);
    assert_eq!(kinds("", "", "All versions with Fortinet NGFW before V7.4.1"), ["other_product"]);
    assert_eq!(kinds("", "", "<with_Palo_Alto_Networks_Virtual_NGFW_V11.0.1"), ["configuration"]);
    assert_eq!(kinds("", "", "HEN32204 | HEN32104"), ["model_list"]);
    assert_eq!(kinds("", "", ">= 20.8 (only affected by CVE-2019-10943)"), ["vulnerability"]);
    assert_eq!(kinds("", "", "< V10.3 only if web components are used"), ["configuration"]);
    assert_eq!(kinds("", "", "< 1.99 | 2.20 | 2.40"), ["reading"]);
}

#[test]
fn every_predicate_names_the_attribute_that_settles_it() {
    let found = range("All versions with Fortinet NGFW before V7.4.1");
    assert_eq!(found.predicates()[0].attribute(), "presence and version of `Fortinet NGFW`");
    assert_eq!(found.predicates()[0].to_string(), "Fortinet NGFW: < V7.4.1");
    let Answer::Unknown { why } = found.contains("V1.0") else { panic!("it depends on another product") };
    assert!(why.contains("Fortinet NGFW"), "{why}");
}

#[test]
fn flags_say_what_was_tolerated() {
    assert_eq!(range("vers:all/<V4.4").flags, [Flag::VersMisuse]);
    assert_eq!(range("vers:all/*").flags, []);
    assert_eq!(range(">= 1.0 | =< 2.0").flags, [Flag::OperatorRepaired, Flag::BoundsJoined]);
    let parasolid = read("Siemens", "Parasolid V35.1", Category::Range, "<V35.1.256");
    assert_eq!(parasolid.flags, [Flag::ImpliedLowerBound { version: "V35.1".to_owned() }]);
    assert_eq!(parasolid.contains("V35.0.1"), Answer::Yes, "the text itself has no lower bound");
    assert_eq!(range("< 4.8 | SP5").flags, [Flag::QualifierRejoined]);
    assert_eq!(read("", "", Category::Version, "3.0.2").flags, [Flag::ExactPoint]);
}

#[test]
fn ranges_are_shown_in_one_form() {
    for (text, shown) in [
        ("vers:all/*", "all versions"),
        ("All versions", "all versions"),
        ("<V3.1.4", "< V3.1.4"),
        ("V3.1.4 and prior", "<= V3.1.4"),
        ("prior to V3.1.4", "< V3.1.4"),
        ("Versions 2.00 to 6.11", ">= 2.00, <= 6.11"),
        ("V15, V15.1, V16 and V17", "V15 or V15.1 or V16 or V17"),
        ("8.1.x", "8.1.x"),
        ("<= 12.2.x.x", "<= 12.2.x.x"),
        ("< V17_Update_3", "< V17 Update 3"),
        (">=V2.8<V3.1.1", ">= V2.8, < V3.1.1"),
    ] {
        assert_eq!(range(text).to_string(), shown, "`{text}`");
    }
}

#[test]
fn what_is_not_understood_says_why() {
    for text in [
        "",
        " ",
        "-",
        "?",
        "<=",
        "> 5 < 3",
        ">= 1.31 | <= 1.4",
        "No version",
        "see advisory",
        "- SSA-761844",
        "<= 6.5.0.160bc2e",
        "<= nxal100v-p1-9-1and",
        "Version A, Firmware A.03.09",
        "* and > could be affected",
        "<= a3b04b7bc4872a5a39e5de3fdc5fbde52c09e10e",
        "vers:conan/>=1.0",
        "vers:semver/>=1.x",
        "vers:intdot/",
        "program to update 2G modems has been active since 2016",
        "4.04E_v10.95.210.01",
        "<!5",
    ] {
        let found = range(text);
        let Outcome::NotUnderstood { why } = &found.outcome else { panic!("`{text}` was read as `{found}`") };
        assert!(why.len() > 10, "`{text}`: {why}");
        assert!(matches!(found.contains("1.0"), Answer::Unknown { .. }));
    }
}

#[test]
fn a_line_of_its_own_is_a_case_of_its_own() {
    for (text, version, answer) in [
        ("1.4 and below\nV2.1 and V2.7", "1.4", "yes"),
        ("1.4 and below\nV2.1 and V2.7", "2.1", "yes"),
        ("1.4 and below\r\nV2.1 and V2.7", "2.8", "no"),
        ("1.0 (including) to 2.0 (excluding)\n3.0", "3.0", "yes"),
        ("V2.1\nV2.3", "V2.2", "no"),
        ("All versions prior to\nV2.3", "V2.4", "no"),
        ("6.1 max\n99.1", "100.0", "unknown"),
        ("6.1 max\r\n99.1", "5.0", "unknown"),
        ("2.0 <3.1>\n4.0", "3.5", "unknown"),
        ("V2.1\nV2.3", "V2.3", "yes"),
        ("V2.1\nand earlier", "V2.0", "yes"),
        ("versions prior to\nV2.1", "V2.0", "yes"),
        ("V2.1\nSP1", "V2.1 SP1", "yes"),
    ] {
        assert_eq!(range(text).contains(version).name(), answer, "`{version}` in {text:?}: {}", range(text));
    }
}

#[test]
fn real_vers_strings_keep_their_scheme() {
    let found = range("vers:semver/>=1.2.0|<2.0.0");
    assert_eq!(found.contains("1.10.0"), Answer::Yes);
    assert_eq!(found.contains("2.0.0-rc.1"), Answer::Yes);
    assert_eq!(found.contains("2.0.0"), Answer::No);
    assert!(matches!(found.contains("V1.2"), Answer::Unknown { .. }), "not a semantic version");
    let debian = range("vers:deb/<1.0-2");
    assert_eq!(debian.contains("1.0-1+b1"), Answer::Yes);
    assert_eq!(debian.contains("1:0.1"), Answer::No);
}
