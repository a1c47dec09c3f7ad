//! Conditions settled by what is known of an asset: yes, no, and unknown with the attribute's name.

use holdpoint_versions::Answer;
use holdpoint_versions::expression::{self, Category, Component, Context, Coverage, Expression, Facts};

fn read(vendor: &str, product: &str, text: &str) -> Expression {
    expression::parse(&Context { vendor, product, category: Category::Range }, text)
}

fn ask(text: &str, version: &str, facts: Facts<'_>) -> &'static str {
    read("", "", text).contains_with(version, &facts).name()
}

#[test]
fn nothing_known_is_unknown_and_names_the_attribute() {
    for (text, attribute) in [
        ("<=with_the_first_5_digits_of_serial_number_24061", "serial number"),
        ("All versions <= V2.5.0 and Function State (FS) <= 9", "hardware revision"),
        ("manufactured before 2019-05", "date of manufacture"),
        ("* (with option G28)", "options"),
        ("All BIOS versions < V22.01.08", "BIOS"),
        ("All versions with maxView Storage Manager < 4.09.00.25611", "maxView Storage Manager"),
        ("HEN32204 | HEN32104", "model"),
        (">= 20.8 (only affected by CVE-2019-10943)", "vulnerability"),
        ("< V10.3 only if web components are used", "configuration"),
    ] {
        let version = if text.contains("20.8") { "21.0" } else { "V1.0" };
        let Answer::Unknown { why } = read("", "", text).contains_with(version, &Facts::default()) else {
            panic!("`{text}` was decided without facts")
        };
        assert!(why.contains(attribute), "`{text}`: {why}");
    }
}

#[test]
fn serial_numbers_are_compared_only_where_they_have_an_order() {
    let serial = |text: &str, number: &str| {
        ask(text, "1.0", Facts { serial_number: Some(number), ..Facts::default() })
    };
    let first = "<=with_the_first_5_digits_of_serial_number_24061";
    assert_eq!(serial(first, "240610000000001"), "yes");
    assert_eq!(serial(first, "24062000"), "no");
    assert_eq!(serial(first, "2406"), "unknown", "shorter than what counts");
    assert_eq!(serial(first, "2406A000"), "unknown", "letters have no order here");
    assert_eq!(serial("Serial numbers 1000 to 2000", "1500"), "yes");
    assert_eq!(serial("Serial numbers 1000 to 2000", "2001"), "no");
    assert_eq!(serial("Serial numbers 1000 to 2000", "15000"), "unknown", "another length");
    assert_eq!(serial("serial no. prior to A1234", "A1234"), "unknown");
    assert_eq!(
        serial("not serial number 12345", "12345"),
        "unknown",
        "a condition turned round is not typed"
    );
}

#[test]
fn versions_and_serial_numbers_side_by_side_restrict_both() {
    for (text, shown) in [
        ("< 2.0 (serial number < 5000)", "< 2.0; serial number < 5000"),
        ("2.0 and prior with serial number 5000 and prior", "<= 2.0; serial number <= 5000"),
        ("<=2.0 (serial number up to 5000)", "<= 2.0; serial number <= 5000"),
        ("<2.0 (serial numbers 1000 to 5000)", "< 2.0; serial number >= 1000, <= 5000"),
        ("<2.0 (serial number 5000 and later)", "< 2.0; serial number >= 5000"),
    ] {
        assert_eq!(read("", "", text).to_string(), shown, "`{text}`");
        let serial = |number| Facts { serial_number: Some(number), ..Facts::default() };
        assert_eq!(ask(text, "2.1", serial("5000")), "no", "`{text}`");
        assert_eq!(ask(text, "1.9", Facts::default()), "unknown", "`{text}`");
    }
    let within =
        |text: &str, serial| ask(text, "1.9", Facts { serial_number: Some(serial), ..Facts::default() });
    assert_eq!(within("< 2.0 (serial number < 5000)", "4999"), "yes");
    assert_eq!(within("< 2.0 (serial number < 5000)", "5000"), "no");
    assert_eq!(within("<2.0 (serial number 5000 and later)", "5001"), "yes");
    assert_eq!(within("<2.0 (serial numbers 1000 to 5000)", "0999"), "no");
    // What a comma joins may be two cases, so that neither restricts the other.
    for text in [
        "serial number 3000 and prior, firmware <2.0",
        "<2.0, serial number 5000 and later",
        "<2.0 or serial number 5000 and later",
        "<2.0 and serial numbers 5000 and later",
        "<2.0 except serial numbers 5000 and later",
        "<2.0 (see the serial number)",
        "serial number 3000 (firmware <2.0)",
        "12 and prior, serial number 5000 and later",
        "serial number 3000 and prior, firmware 12 and prior",
        "<2.0 (first 2 digits of serial number 24)",
    ] {
        assert_eq!(read("", "", text).outcome_name(), "not_understood", "`{text}`: {}", read("", "", text));
        assert_eq!(within(text, "4000"), "unknown", "`{text}`");
    }
    assert_eq!(within("serial numbers 1000, 2000", "1500"), "unknown");
    let starting = read("", "", "V1.0 serial numbers from 1000");
    assert_eq!(starting.to_string(), "V1.0; serial number >= 1000");
}

#[test]
fn revisions_states_and_dates() {
    let state = |fs| {
        ask(
            "All versions <= V2.5.0 and Function State (FS) <= 9",
            "V2.4",
            Facts { function_state: fs, ..Facts::default() },
        )
    };
    assert_eq!(state(Some("FS 9")), "yes");
    assert_eq!(state(Some("10")), "no");
    assert_eq!(state(None), "unknown");
    let written = |revision| {
        ask(
            "All versions <= V2.5.0 and Function State (FS) <= 9",
            "V2.4",
            Facts { hardware_revision: Some(revision), ..Facts::default() },
        )
    };
    for (revision, answer) in [
        ("FS:09", "yes"),
        ("FS 10", "no"),
        ("fs11", "no"),
        ("A5, FS=9", "yes"),
        ("10", "unknown"),
        ("FS", "unknown"),
        ("FS:09 FS:10", "unknown"),
        ("OFS 9", "unknown"),
    ] {
        assert_eq!(written(revision), answer, "{revision}");
    }
    let h_cpu = read("Siemens", "SIMATIC S7-400 H CPU hardware version 4.5 and below", "All versions");
    let of = |revision| {
        h_cpu.contains_with("V6.0", &Facts { hardware_revision: Some(revision), ..Facts::default() })
    };
    assert_eq!(of("4.5"), Answer::Yes);
    assert_eq!(of("5"), Answer::No);
    assert!(matches!(of("FS:05"), Answer::Unknown { .. }), "a function state is no revision");
    let made = |day| {
        ask("manufactured before 2019-05", "1.0", Facts { manufactured_on: Some(day), ..Facts::default() })
    };
    assert_eq!(made("2019-04-30"), "yes");
    assert_eq!(made("2019-06-01"), "no");
    assert_eq!(made("2019-05-02"), "unknown", "inside the month that is named");
    assert_eq!(made("May 2018"), "unknown", "not a day");
    let sold = |day| {
        ask("distributed < april 1, 2018", "1.0", Facts { delivered_on: Some(day), ..Facts::default() })
    };
    assert_eq!(sold("2018-03-31"), "yes");
    assert_eq!(sold("2018-04-01"), "no");
}

#[test]
fn options_models_and_vulnerabilities() {
    let fitted =
        |options: Option<&[&str]>| ask("* (with option G28)", "1.0", Facts { options, ..Facts::default() });
    assert_eq!(fitted(Some(&["g28"])), "yes");
    assert_eq!(fitted(Some(&["G21"])), "no");
    assert_eq!(fitted(None), "unknown");
    let text = "< V3.2.17 (6ES7315-2EH14-0AB0)";
    let model = |model| ask(text, "V3.2.16", Facts { models: &[model], ..Facts::default() });
    assert_eq!(model("6ES7 315-2EH14-0AB0"), "yes");
    assert_eq!(model("6ES7 317-2EK14-0AB0"), "no");
    assert_eq!(model("CPU 317"), "unknown", "no order number");
    assert_eq!(ask(text, "V3.2.17", Facts::default()), "no", "the range alone excludes it");
    let asked = |id| {
        ask(
            ">= 20.8 (only affected by CVE-2019-10943)",
            "21.0",
            Facts { vulnerability: Some(id), ..Facts::default() },
        )
    };
    assert_eq!(asked("cve-2019-10943"), "yes");
    assert_eq!(asked("CVE-2019-10929"), "no");
    let turned = ask(
        "< 5.0 (not affected by CVE-2019-10943)",
        "4.0",
        Facts { vulnerability: Some("CVE-2019-10929"), ..Facts::default() },
    );
    assert_eq!(turned, "unknown", "a remark turned round is never settled");
}

#[test]
fn parts_and_other_products() {
    let text = "All versions with maxView Storage Manager < 4.09.00.25611";
    let with = |components: &[Component<'_>], coverage| {
        ask(text, "V1.0", Facts { components, coverage, ..Facts::default() })
    };
    let manager = |version| Component { name: "MaxView Storage Manager", version };
    assert_eq!(with(&[manager(Some("4.08"))], Coverage::Partial), "yes");
    assert_eq!(with(&[manager(Some("4.10"))], Coverage::Partial), "no");
    assert_eq!(with(&[manager(None)], Coverage::Complete), "unknown");
    assert_eq!(with(&[], Coverage::Partial), "unknown");
    assert_eq!(with(&[], Coverage::Complete), "no");
    let bios = Component { name: "BIOS", version: Some("V22.01.07") };
    let facts = Facts { components: &[bios], ..Facts::default() };
    assert_eq!(ask("All BIOS versions < V22.01.08", "V1.0", facts), "yes");
    let complete = Facts { coverage: Coverage::Complete, ..Facts::default() };
    assert_eq!(ask("All BIOS versions < V22.01.08", "V1.0", complete), "unknown", "a part is always there");
    assert_eq!(ask("All versions without Foo < 4.0", "V1.0", complete), "unknown");
}

#[test]
fn a_text_with_a_doubt_of_its_own_stays_unknown() {
    let bare = read("Mitsubishi Electric", "QJ71E71-100", "<= 20121");
    let facts = Facts { serial_number: Some("201220000000000"), ..Facts::default() };
    assert_eq!(bare.contains_with("1.0", &facts).name(), "unknown", "it may be a version after all");
    let opened = "option G28 | 4.5";
    let facts = Facts { options: Some(&[]), ..Facts::default() };
    assert_eq!(ask(opened, "4.5", facts), "unknown");
}
