//! Lists: every field with every operator prepares on both engines, and paging gives each row exactly once.

use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Page, Sort};
use crate::testing::{TestStore, stores};
use crate::value::{Value, params};
use crate::{Store, StoreError};
use holdpoint_domain::Moment;
use holdpoint_domain::filter::{FieldKind, Filter, Operator};
use proptest::prelude::*;

const SPEC: ListSpec = ListSpec {
    noun: "row",
    fields: &[
        FilterField::text("tag", "t.tag"),
        FilterField::number("score", "t.score"),
        FilterField::number("size", "t.size").required(),
        FilterField::time("seen", "t.seen"),
        FilterField::word("severity", "t.severity", &["low", "medium", "high"]),
        FilterField::flag("known", "t.known"),
        FilterField::text("cve", "c.cve").any("SELECT 1 FROM row_cve c WHERE c.n = t.n AND ({condition})"),
    ],
    words: &[
        "t.tag",
        "EXISTS (SELECT 1 FROM row_cve w WHERE w.n = t.n AND lower(w.cve) LIKE {pattern} ESCAPE '!')",
    ],
    unique: "t.n",
    default_sort: ("tag", Direction::Ascending),
};

fn sql() -> ListSql<'static> {
    ListSql { columns: "t.n", from: "row_test t", condition: "t.n >= $1", params: vec![Value::Int(0)] }
}

/// Number, tag, score, size, seen, severity, known.
type TestRow = (i64, Option<String>, Option<f64>, i64, Option<i64>, Option<&'static str>, Option<bool>);

fn fill(store: &TestStore, rows: &[TestRow]) {
    store
        .write_unaudited(|tx| {
            let ddl = "DROP TABLE IF EXISTS row_test;\nDROP TABLE IF EXISTS row_cve;\n\
                CREATE TABLE row_test (\n n BIGINT NOT NULL PRIMARY KEY, tag TEXT, score DOUBLE PRECISION,\n \
                size BIGINT NOT NULL, seen BIGINT, severity TEXT, known BOOLEAN\n);\n\
                CREATE TABLE row_cve (\n n BIGINT NOT NULL, cve TEXT NOT NULL\n);\n";
            tx.batch(&crate::dialect::schema(ddl, tx.dialect()))?;
            let mut values = rows.iter().map(|(n, tag, score, size, seen, severity, known)| {
                params![*n, tag.clone(), *score, *size, *seen, *severity, *known].to_vec()
            });
            tx.write_many("INSERT INTO row_test VALUES ($1, $2, $3, $4, $5, $6, $7)", &mut values)?;
            let mut cves = rows
                .iter()
                .filter(|row| row.0 % 2 == 0)
                .map(|row| params![row.0, format!("CVE-2024-{}", row.0)].to_vec());
            tx.write_many("INSERT INTO row_cve VALUES ($1, $2)", &mut cves).map(drop)
        })
        .unwrap();
}

fn query(filter: &str) -> ListQuery {
    ListQuery {
        filter: Filter::parse(filter).unwrap(),
        ..ListQuery::everything(1_000, Moment::from_micros(100_000_000_000_000))
    }
}

fn numbers(store: &Store, query: &ListQuery) -> Result<Vec<i64>, StoreError> {
    store.read(|r| r.list(&SPEC, sql(), query, |row| row.get(0))).map(|paged| paged.items)
}

/// Ten rows with gaps.
fn ten() -> Vec<TestRow> {
    (0..10)
        .map(|n| {
            (
                n,
                (n != 3).then(|| format!("Pumpe {n} 100%_Öl")),
                (n != 4).then_some(n as f64 / 2.0),
                n * 10,
                (n != 5).then_some(n * 86_400_000_000),
                (n != 6).then_some(["low", "medium", "high"][n as usize % 3]),
                (n != 7).then_some(n % 2 == 0),
            )
        })
        .collect()
}

#[test]
fn filters_mean_the_same_on_both_engines() {
    for store in stores() {
        fill(&store, &ten());
        let everything: Vec<i64> = vec![3, 0, 1, 2, 4, 5, 6, 7, 8, 9];
        for (filter, expected) in [
            ("", everything.clone()),
            ("tag:\"pumpe 2 100%_öl\"", vec![2]),
            ("tag=\"pumpe 2 100%_öl\"", vec![]),
            ("tag~\"2 100%_ÖL\"", vec![2]),
            ("tag~\"100_\"", vec![]),
            ("tag:\"\"", vec![3]),
            ("-tag~pumpe", vec![3]),
            ("tag!=\"Pumpe 2 100%_Öl\"", vec![3, 0, 1, 4, 5, 6, 7, 8, 9]),
            ("score>=4", vec![8, 9]),
            ("-score>=1", vec![0, 1, 4]),
            ("score:0.5,1.5", vec![3, 1]),
            ("score:\"\"", vec![4]),
            ("size<20", vec![0, 1]),
            ("seen:1970-01-03", vec![2]),
            ("seen>1970-01-08", vec![8, 9]),
            ("seen:\"\"", vec![5]),
            ("severity>=medium", vec![1, 2, 4, 5, 7, 8]),
            ("severity<low", vec![]),
            ("-severity>=medium", vec![3, 0, 6, 9]),
            ("known:true", vec![0, 2, 4, 6, 8]),
            ("known:false", vec![3, 1, 5, 9]),
            ("-known:true", vec![3, 1, 5, 7, 9]),
            ("cve:cve-2024-4", vec![4]),
            ("cve:\"\"", vec![3, 1, 5, 7, 9]),
            ("-cve~2024", vec![3, 1, 5, 7, 9]),
            ("2024-4", vec![4]),
            ("pumpe öl -2024", vec![1, 5, 7, 9]),
        ] {
            assert_eq!(numbers(&store, &query(filter)).unwrap(), expected, "`{filter}` on {}", store.engine);
        }
    }
}

#[test]
fn every_field_with_every_operator_prepares_on_both_engines() {
    let mut specs: Vec<(&ListSpec, ListSql<'static>)> = crate::list_specs();
    specs.push((&SPEC, sql()));
    for store in stores() {
        fill(&store, &[]);
        for (spec, sql) in &specs {
            for field in spec.fields {
                for text in filters_of(field) {
                    let ask = query(&text);
                    let result = store.read(|r| r.list(spec, sql.clone(), &ask, |_| Ok(())));
                    result
                        .unwrap_or_else(|why| panic!("{} `{text}` on {}: {why:?}", spec.noun, store.engine));
                }
                for text in [field.name.to_owned(), format!("-{}", field.name)] {
                    let ask = ListQuery { sort: Some(Sort::parse(&text)), ..query("word") };
                    let result = store.read(|r| {
                        r.list(spec, sql.clone(), &ask, |_| Ok(()))?;
                        r.list_each(spec, sql.clone(), &ask, |_| Ok(()))
                    });
                    let sortable = field.sorting == crate::page::Sorting::Sortable;
                    assert_eq!(
                        result.is_ok(),
                        sortable,
                        "{} by {text} on {}: {result:?}",
                        spec.noun,
                        store.engine
                    );
                }
            }
        }
    }
}

/// Every operator that the field takes, with one fitting value and with a list; and the empty value.
fn filters_of(field: &FilterField) -> Vec<String> {
    let FilterField { name, kind, .. } = *field;
    let (one, list): (Vec<String>, String) = match kind {
        FieldKind::Text => (vec!["a".to_owned()], "\"\",b".to_owned()),
        FieldKind::Version => (vec!["V4.5.2".to_owned()], "\"\",4.5".to_owned()),
        FieldKind::Number => (vec!["7.5".to_owned()], "1,2".to_owned()),
        FieldKind::Time => {
            (vec!["2026-11-22".to_owned(), "30d".to_owned()], "2026-11-22,2026-11-23".to_owned())
        }
        FieldKind::Word(words) => (vec![words[0].to_owned()], words.join(",")),
        FieldKind::Flag => (vec!["true".to_owned(), "false".to_owned()], "true".to_owned()),
    };
    let specs = [holdpoint_domain::filter::FieldSpec { name, kind }];
    let taken = |text: &String| Filter::parse(text).unwrap().resolve(&specs, Moment::from_micros(0)).is_ok();
    let mut texts: Vec<String> = Operator::ALL
        .iter()
        .flat_map(|operator| one.iter().map(|value| format!("{name}{}{value}", operator.sign())))
        .filter(taken)
        .collect();
    assert!(texts.len() >= 3, "{texts:?}");
    texts.extend([format!("{name}:{list}"), format!("-{name}:\"\"")]);
    texts
}

#[test]
fn wrong_sorts_limits_and_cursors_are_refused_in_words() {
    for store in stores() {
        fill(&store, &ten());
        let sorted = ListQuery { sort: Some(Sort::parse("-cve")), ..query("") };
        let said = numbers(&store, &sorted).unwrap_err().to_string();
        assert_eq!(
            said,
            "cannot list: row lists are not sorted by `cve`; choose one of: tag, score, size, seen, severity, known"
        );
        for limit in [0, 1_001] {
            let ask = ListQuery { page: Page::first(limit), ..query("") };
            assert!(matches!(numbers(&store, &ask), Err(StoreError::List { .. })));
        }
        let first = ListQuery { page: Page::first(3), ..query("") };
        let cursor = store.read(|r| r.list(&SPEC, sql(), &first, |_| Ok(()))).unwrap().next.unwrap();
        for (filter, cursor) in [
            ("size<50", cursor.clone()),
            ("", "zz".to_owned()),
            ("", cursor[..cursor.len() - 2].to_owned()),
            ("", format!("{cursor}00")),
        ] {
            let ask = ListQuery { page: Page { limit: 3, cursor: Some(cursor) }, ..query(filter) };
            assert!(matches!(numbers(&store, &ask), Err(StoreError::List { .. })), "{filter}");
        }
    }
}

fn rows() -> impl Strategy<Value = Vec<TestRow>> {
    let row = (
        prop::option::of("[a-c]{0,2}"),
        prop::option::of(prop::sample::select(vec![0.0, 0.1, 7.5, -3.25])),
        0..3_i64,
        prop::option::of(0..3_i64),
        prop::option::of(prop::sample::select(vec!["low", "medium", "high"])),
        prop::option::of(any::<bool>()),
    );
    prop::collection::vec(row, 0..40).prop_map(|rows| {
        rows.into_iter()
            .enumerate()
            .map(|(n, (tag, score, size, seen, severity, known))| {
                (n as i64, tag, score, size, seen, severity, known)
            })
            .collect()
    })
}

#[test]
fn paging_gives_each_row_exactly_once_in_order() {
    let stores = stores();
    let sorts = prop::sample::select(vec![
        "tag",
        "-tag",
        "score",
        "-score",
        "size",
        "-size",
        "seen",
        "-seen",
        "severity",
        "-severity",
        "known",
        "-known",
    ]);
    let mut runner =
        proptest::test_runner::TestRunner::new(ProptestConfig { cases: 24, ..Default::default() });
    runner
        .run(&(rows(), sorts, 1..7_u32), |(rows, sort, limit)| {
            for store in &stores {
                fill(store, &rows);
                let ask = |limit, cursor| ListQuery {
                    sort: Some(Sort::parse(sort)),
                    page: Page { limit, cursor },
                    ..query("")
                };
                let whole = numbers(store, &ask(1_000, None)).unwrap();
                let mut pieces = Vec::new();
                let mut cursor = None;
                loop {
                    let page = store
                        .read(|r| r.list(&SPEC, sql(), &ask(limit, cursor.clone()), |row| row.get::<i64>(0)))
                        .unwrap();
                    prop_assert_eq!(page.count.value, rows.len() as u64);
                    prop_assert!(page.count.exact);
                    pieces.extend(page.items);
                    cursor = page.next;
                    if cursor.is_none() {
                        break;
                    }
                }
                prop_assert_eq!(&pieces, &whole, "{} on {}", sort, store.engine);
                let mut sorted = pieces.clone();
                sorted.sort_unstable();
                prop_assert_eq!(sorted, (0..rows.len() as i64).collect::<Vec<_>>());
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_probability_of_a_line_is_the_one_that_is_shown() {
    use holdpoint_domain::matching::{Confidence, Rung, Verdict};
    use holdpoint_domain::score::probability;
    const SQL: &str = concat!(
        "SELECT CAST(",
        crate::matches::probability!(["$1"], ["$2"], ["$3"]),
        " AS DOUBLE PRECISION)"
    );
    for store in stores() {
        for verdict in Verdict::ALL {
            for (confidence, rung) in
                Confidence::ALL.iter().flat_map(|one| Rung::ALL.iter().map(move |rung| (one, rung)))
            {
                let shown = probability(*verdict, *confidence, *rung).value;
                let asked = params![verdict.word(), confidence.word(), rung.word()];
                let found: f64 = store.read(|r| r.query_one(SQL, asked, |row| row.get(0))).unwrap();
                assert!((found - shown).abs() < 1e-9, "{verdict} {confidence} {rung}: {found}, {shown}");
            }
        }
    }
}
