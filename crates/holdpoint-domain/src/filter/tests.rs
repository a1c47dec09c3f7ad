//! The grammar by examples, and by what nobody would type.

use super::*;
use proptest::prelude::*;

const FIELDS: &[FieldSpec] = &[
    FieldSpec { name: "zone", kind: FieldKind::Text },
    FieldSpec { name: "firmware", kind: FieldKind::Text },
    FieldSpec { name: "score", kind: FieldKind::Number },
    FieldSpec { name: "seen", kind: FieldKind::Time },
    FieldSpec { name: "severity", kind: FieldKind::Word(&["low", "medium", "high", "critical"]) },
    FieldSpec { name: "exploited", kind: FieldKind::Flag },
];
const NOW: Moment = Moment::from_micros(1_700_000_000_000_000);
const DAY_US: i64 = 86_400_000_000;

fn meaning(text: &str) -> Result<Vec<Criterion>, FilterError> {
    Filter::parse(text)?.resolve(FIELDS, NOW)
}

fn one(text: &str) -> (Sense, Test) {
    match meaning(text).expect("a valid filter").as_slice() {
        [Criterion::Field { sense, test, .. }] => (*sense, test.clone()),
        other => panic!("`{text}` gives {other:?}"),
    }
}

fn complaint(text: &str) -> String {
    meaning(text).expect_err("an invalid filter").to_string()
}

#[test]
fn the_example_of_the_manual_reads() {
    let criteria = meaning(
        r#"zone:Z2 severity>=high exploited:true firmware~"V2.9" -zone:deferred seen<30d pump "two words""#,
    )
    .expect("a valid filter");
    assert_eq!(criteria.len(), 8);
    assert_eq!(
        criteria[1],
        Criterion::Field { sense: Sense::Holds, field: 4, test: Test::Words(vec!["high", "critical"]) }
    );
    assert_eq!(
        criteria[4],
        Criterion::Field { sense: Sense::Fails, field: 0, test: Test::SameText(vec!["deferred".into()]) }
    );
    assert_eq!(criteria[7], Criterion::Word { sense: Sense::Holds, text: "two words".into() });
}

#[test]
fn lists_quotes_and_empty_values() {
    assert_eq!(
        one(r#"zone:Z1,"Z 2","a\"b\\c""#).1,
        Test::SameText(vec!["Z1".into(), "Z 2".into(), r#"a"b\c"#.into()])
    );
    assert_eq!(one(r#"zone:"""#).1, Test::Empty);
    assert_eq!(one(r#"score!="""#), (Sense::Fails, Test::Empty));
    assert_eq!(one("-zone!=Z1"), (Sense::Holds, Test::ExactText(vec!["Z1".into()])));
}

#[test]
fn a_date_is_a_whole_day_and_an_age_looks_back() {
    let day: Moment = "2026-11-22".parse().expect("a date");
    let next = day.plus_micros(DAY_US);
    let period = |from, before| Test::Periods(vec![Period { from, before }]);
    assert_eq!(one("seen:2026-11-22").1, period(Some(day), Some(next)));
    assert_eq!(one("seen>2026-11-22").1, period(Some(next), None));
    assert_eq!(one("seen<=2026-11-22").1, period(None, Some(next)));
    assert_eq!(one("seen<2026-11-22").1, period(None, Some(day)));
    let ago = NOW.plus_micros(-30 * DAY_US);
    assert_eq!(one("seen<=30d").1, period(Some(ago), None));
    assert_eq!(one("seen>30d").1, period(None, Some(ago)));
    assert_eq!(one("seen<1w").1, period(Some(NOW.plus_micros(-7 * DAY_US + 1)), None));
}

#[test]
fn free_words_may_look_like_anything_but_a_field() {
    for word in ["10.1.2.3:80", "6ES7", "CVE-2024-1234", "a!b", "ÖL", "<x"] {
        assert_eq!(
            meaning(word),
            Ok(vec![Criterion::Word { sense: Sense::Holds, text: word.to_owned() }]),
            "{word}"
        );
    }
}

#[test]
fn complaints_name_the_place_and_the_way_out() {
    assert_eq!(
        complaint("pump colour:red"),
        "there is no field `colour` (character 6 of the filter); there are: zone, firmware, score, seen, severity, exploited"
    );
    assert_eq!(
        complaint("zone<3"),
        "field `zone` cannot be compared with `<` (character 1 of the filter); it takes `:` `=` `!=` `~`"
    );
    assert_eq!(
        complaint("severity:hihg"),
        "`hihg` is no value of field `severity` (character 1 of the filter); it takes one of: low, medium, high, critical"
    );
    assert_eq!(
        complaint(r#"x zone:"Z"#),
        "the quote at character 8 of the filter does not end; write another `\"` at its end"
    );
    assert_eq!(
        complaint("zone:"),
        "the filter cannot be read at character 6: a value is expected; write `\"\"` for an empty one"
    );
    assert!(complaint("score:NaN").contains("a number"));
    assert!(complaint("score<1,2").contains("one value"));
    assert!(complaint("seen:30d").contains("an age"));
    assert!(complaint("exploited:maybe").contains("`true` or `false`"));
    assert!(complaint("- x").contains("after `-`"));
}

#[test]
fn a_filter_has_bounds() {
    assert!(matches!(Filter::parse(&"a".repeat(MAX_BYTES + 1)), Err(FilterError::TooLong { .. })));
    assert!(Filter::parse(&"a".repeat(MAX_BYTES)).is_ok());
    assert!(matches!(
        Filter::parse(&"a ".repeat(MAX_TERMS + 1)),
        Err(FilterError::TooMany { what: "terms", .. })
    ));
    let values = format!("zone:{}", vec!["a"; MAX_VALUES + 1].join(","));
    assert!(matches!(Filter::parse(&values), Err(FilterError::TooMany { what: "values", .. })));
}

fn term_text() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["zone", "score", "seen", "severity", "exploited", "nothing"]);
    let sign = prop::sample::select(vec![":", "=", "!=", "<", "<=", ">", ">=", "~", "!", "::"]);
    let value = prop::sample::select(vec![
        "a",
        "\"b c\"",
        "1",
        "7.5",
        "30d",
        "2026-11-22",
        "high",
        "true",
        "",
        "\"",
        "a,b",
        "\"\\\"\"",
        "-",
        "ß",
    ]);
    ("-?", name, sign, value).prop_map(|(minus, name, sign, value)| format!("{minus}{name}{sign}{value}"))
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,80}") {
        drop(meaning(&text));
    }

    #[test]
    fn what_reads_is_written_so_that_it_reads_the_same(terms in prop::collection::vec(term_text(), 0..6)) {
        let text = terms.join(" ");
        drop(meaning(&text));
        if let Ok(filter) = Filter::parse(&text) {
            let again = Filter::parse(&filter.to_string()).expect("a written filter reads");
            let bodies = |f: &Filter| f.terms.iter().map(|t| (t.sense, t.body.clone())).collect::<Vec<_>>();
            prop_assert_eq!(bodies(&filter), bodies(&again));
        }
    }
}
