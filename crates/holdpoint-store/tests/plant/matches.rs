//! Matches and what people see of them: lines, explanations, impact; each number with its rows.

use crate::support::{
    TestStore, at, combination, decided, device, document, filtered, product, publish, put, put_sites,
    site_id, stores, vulnerability,
};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::advisory::ProductStatus;
use holdpoint_domain::id::AdvisoryId;
use holdpoint_domain::matching::Verdict;
use holdpoint_store::advisory::AssetCounts;
use holdpoint_store::matches::{MatchLine, MatchLineId, NewMatch};
use holdpoint_store::page::{ListQuery, Page};

/// Products of every stance, matched with three kinds of configuration on two sites.
///
/// P1 affected by two vulnerabilities, P2 under investigation, P3 fixed, P4 named only, P5 a part of P6.
fn plant(store: &TestStore) -> (AdvisoryId, Vec<i64>) {
    let content = document(
        "AC-1",
        vec![
            product("P1", "Pump", "< 3"),
            product("P2", "Valve", "< 3"),
            product("P3", "Motor", "3"),
            product("P4", "Drive", "< 3"),
            product("P5", "Panel", "< 3"),
            combination("P6", "P1", "P5"),
        ],
        vec![
            vulnerability(
                "CVE-2024-0002",
                &[
                    ("P1", ProductStatus::KnownAffected),
                    ("P1", ProductStatus::FirstAffected),
                    ("P2", ProductStatus::UnderInvestigation),
                    ("P3", ProductStatus::Fixed),
                    ("P6", ProductStatus::KnownAffected),
                ],
            ),
            vulnerability("CVE-2024-0001", &[("P1", ProductStatus::KnownAffected)]),
        ],
    );
    let advisory = store.write(|c| {
        put_sites(c)?;
        Ok(publish(c, &content, 1, at(100))?.advisory)
    });
    let numbers = store.write(|c| {
        let products = c.products_of_advisories(&[advisory])?;
        let mut numbers = Vec::new();
        for (place, name) in ["Pump", "Valve", "Motor", "Drive", "Panel"].iter().enumerate() {
            let number = u8::try_from(place + 1).expect("five fit");
            let (_, configuration) = put(c, &device(number, &format!("T{number}"), name, "V1"), 1, at(10))?;
            let product_no = products[place].product_no;
            numbers.push(c.open_match(&decided(configuration, product_no, Verdict::Yes), at(101))?);
        }
        let (_, configuration) = put(c, &device(6, "T6", "Pump", ""), 2, at(10))?;
        numbers
            .push(c.open_match(&decided(configuration, products[0].product_no, Verdict::Unknown), at(101))?);
        let (_, configuration) = put(c, &device(7, "T7", "Pump", "V9"), 2, at(10))?;
        numbers.push(c.open_match(&decided(configuration, products[0].product_no, Verdict::No), at(101))?);
        // The same device again, on no site.
        put(c, &device(8, "T8", "Pump", "V1"), 0, at(10))?;
        Ok(numbers)
    });
    (advisory, numbers)
}

fn lines(store: &TestStore, query: &ListQuery) -> Vec<MatchLine> {
    let page = store.read(|r| r.match_list(query));
    assert_eq!(page.count.value, page.items.len() as u64);
    page.items
}

fn short(lines: &[MatchLine]) -> Vec<String> {
    let text = |line: &MatchLine| {
        format!("{} {} {} {}", line.product_id, line.vulnerability, line.asset_tag, line.verdict)
    };
    lines.iter().map(text).collect()
}

#[test]
fn a_line_is_given_for_each_asset_product_and_vulnerability_that_may_be_affected() {
    for store in stores() {
        plant(&store);
        let listed = lines(&store, &filtered(""));
        assert_eq!(
            short(&listed),
            [
                "P1 CVE-2024-0001 T1 yes",
                "P1 CVE-2024-0001 T6 unknown",
                "P1 CVE-2024-0001 T7 no",
                "P1 CVE-2024-0001 T8 yes",
                "P1 CVE-2024-0002 T1 yes",
                "P1 CVE-2024-0002 T6 unknown",
                "P1 CVE-2024-0002 T7 no",
                "P1 CVE-2024-0002 T8 yes",
                "P2 CVE-2024-0002 T2 unknown",
                "P4  T4 unknown",
            ],
            "{}",
            store.engine
        );
        assert_eq!(listed[0].status, Some(ProductStatus::KnownAffected));
        assert_eq!(listed[0].why, "the names are equal");
        assert!(
            listed[8].why.ends_with("the publisher is still investigating whether this product is affected")
        );
        assert_eq!(listed[9].status, None);
        assert!(listed[9].why.ends_with("the document names this product and states nothing of it"));
        let mut ids: Vec<MatchLineId> = listed.iter().map(|line| line.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), listed.len());
    }
}

#[test]
fn what_clears_a_product_is_listed_only_when_asked_for() {
    for store in stores() {
        plant(&store);
        let fixed = lines(&store, &filtered("status:fixed"));
        assert_eq!(short(&fixed), ["P3 CVE-2024-0002 T3 no"], "{}", store.engine);
        assert!(fixed[0].why.ends_with("the publisher states that this product holds the fix"));
        assert_eq!(
            store.read(|r| r.match_line(fixed[0].id, Moment::OPEN, &Reach::Everywhere)),
            Some(fixed[0].clone())
        );
    }
}

#[test]
fn lines_are_filtered_paged_and_streamed_alike() {
    for store in stores() {
        plant(&store);
        for (filter, expected) in [
            ("advisory:ac-1 verdict:yes", 4),
            ("asset:T1", 2),
            ("asset:t1,T6 -asset:T6", 2),
            ("asset=t1", 0),
            ("asset:T1 asset:T6", 0),
            ("asset:nobody", 0),
            ("vulnerability:CVE-2024-0001", 4),
            ("site:suedfeld", 4),
            ("site:\"\"", 2),
            ("confidence:version_unknown", 2),
            ("product:pump -verdict:no", 6),
            ("advisory:other", 0),
        ] {
            let query = filtered(filter);
            assert_eq!(lines(&store, &query).len(), expected, "{} {filter}", store.engine);
            let mut streamed = Vec::new();
            store.read(|r| {
                r.match_list_each(&query, |line| {
                    streamed.push(line);
                    Ok(())
                })
            });
            assert_eq!(streamed, lines(&store, &query));
        }
        let mut query = ListQuery { page: Page::first(3), ..filtered("") };
        let mut paged = Vec::new();
        loop {
            let page = store.read(|r| r.match_list(&query));
            paged.extend(page.items);
            let Some(next) = page.next else { break };
            query.page.cursor = Some(next);
        }
        assert_eq!(paged, lines(&store, &filtered("")));
    }
}

#[test]
fn lines_and_impact_stay_within_reach() {
    for store in stores() {
        let (advisory, _) = plant(&store);
        let near = Reach::Sites(vec![site_id(2)]);
        let query = ListQuery { reach: near.clone(), ..filtered("") };
        assert!(lines(&store, &query).iter().all(|line| line.site.as_deref() == Some("Suedfeld")));
        assert_eq!(lines(&store, &query).len(), 4, "{}", store.engine);
        let far = lines(&store, &filtered("asset:T1"))[0].id;
        assert_eq!(store.read(|r| r.match_line(far, Moment::OPEN, &near)), None);
        let impact = store.read(|r| r.impact(advisory, Moment::OPEN, &near)).unwrap();
        assert_eq!(impact.totals, AssetCounts { yes: 0, unknown: 1, no: 1 });
        assert_eq!(store.read(|r| r.impact_rows(advisory, &query)).count.value, 2);
        let nowhere = ListQuery { reach: Reach::Nowhere, ..filtered("") };
        assert_eq!(lines(&store, &nowhere), []);
    }
}

#[test]
fn the_impact_counts_each_asset_once_and_every_number_has_its_rows() {
    for store in stores() {
        let (advisory, _) = plant(&store);
        let impact = store.read(|r| r.impact(advisory, Moment::OPEN, &Reach::Everywhere)).unwrap();
        assert_eq!(impact.totals, AssetCounts { yes: 2, unknown: 3, no: 2 }, "{}", store.engine);
        let zones: Vec<_> = impact
            .zones
            .iter()
            .map(|zone| {
                let counts = zone.counts;
                (zone.zone.as_deref().unwrap_or("-"), counts.yes, counts.unknown, counts.no)
            })
            .collect();
        assert_eq!(zones, [("-", 1, 0, 0), ("Z1", 1, 2, 1), ("Z2", 0, 1, 1)]);
        assert_eq!(impact.gaps.assets_without_version, 1);
        let rows = store.read(|r| r.impact_rows(advisory, &filtered(""))).items;
        let listed: Vec<_> = rows.iter().map(|row| format!("{} {}", row.asset_tag, row.verdict)).collect();
        assert_eq!(listed, ["T8 yes", "T1 yes", "T6 unknown", "T4 unknown", "T2 unknown", "T7 no", "T3 no"]);
        for (filter, expected) in
            [("verdict:yes", 2), ("verdict:unknown", 3), ("verdict:no", 2), ("zone:Z1", 4)]
        {
            assert_eq!(store.read(|r| r.impact_rows(advisory, &filtered(filter))).count.value, expected);
        }
        let row = &rows[1];
        assert_eq!(row.vulnerabilities, ["CVE-2024-0002", "CVE-2024-0001"]);
        assert_eq!(row.fixed_in, ["Update because of CVE-2024-0002", "Update because of CVE-2024-0001"]);
        assert_eq!(row.installed_version, "V1");
        for id in &row.line_ids {
            let line = store.read(|r| r.match_line(*id, Moment::OPEN, &Reach::Everywhere)).unwrap();
            assert_eq!((line.asset_tag.as_str(), line.verdict), ("T1", Verdict::Yes));
        }
        assert_eq!(row.line_ids.len(), 2);
        let line = store.read(|r| r.advisory(advisory, Moment::OPEN, &Reach::Everywhere)).unwrap().line;
        assert_eq!(line.assets, impact.totals);
        let nothing = AdvisoryId::from_bytes([0; 16]);
        assert_eq!(store.read(|r| r.impact(nothing, Moment::OPEN, &Reach::Everywhere)), None);
    }
}

#[test]
fn an_asset_counts_its_lines_as_the_list_does() {
    for store in stores() {
        plant(&store);
        let assets = store.read(|r| r.assets(&filtered(""))).items;
        let numbers: Vec<i64> = assets.iter().map(|stored| stored.number).collect();
        let counts = store.read(|r| r.asset_match_counts(&numbers, Moment::OPEN));
        for stored in assets {
            let tag = &stored.asset.tag;
            let of = |verdict: &str| {
                lines(&store, &filtered(&format!("asset:{tag} verdict:{verdict}"))).len() as u64
            };
            let count = counts.iter().find(|count| count.number == stored.number);
            let counted = count.map_or((0, 0), |count| (count.yes, count.unknown));
            assert_eq!(counted, (of("yes"), of("unknown")), "{} {tag}", store.engine);
        }
        let touched = store.read(|r| r.assets(&filtered("advisory:AC-1 verdict:yes")));
        assert_eq!(touched.count.value, 2);
    }
}

#[test]
fn a_match_keeps_its_number_over_all_its_periods() {
    for store in stores() {
        let (advisory, numbers) = plant(&store);
        let old = store.read(|r| r.match_row(numbers[0], Moment::OPEN)).unwrap();
        assert!(store.write(|c| c.close_match(numbers[0], at(200))));
        assert!(!store.write(|c| c.close_match(numbers[0], at(201))));
        assert_eq!(store.read(|r| r.match_row(numbers[0], Moment::OPEN)), None, "{}", store.engine);
        assert_eq!(lines(&store, &filtered("asset:T1")), []);
        let then = ListQuery { as_of: at(150), ..filtered("asset:T1") };
        assert_eq!(lines(&store, &then).len(), 2);
        let mut content = document("AC-1", vec![product("P1", "Pump", "< 4")], Vec::new());
        content.tracking_version = "2".to_owned();
        let again = store.write(|c| {
            let revision = publish(c, &content, 2, at(300))?.revision;
            let product_no = c.products_of(revision)?[0].product_no;
            c.open_match(&decided(old.configuration_no, product_no, Verdict::Yes), at(300))
        });
        assert_eq!(again, numbers[0]);
        let new = store.read(|r| r.match_row(again, Moment::OPEN)).unwrap();
        assert_ne!(new.revision, old.revision);
        assert_eq!((new.valid_from, new.valid_to), (at(300), Moment::OPEN));
        let open = store.read(|r| r.matches_of_configurations(&[old.configuration_no]));
        assert_eq!(open, [new]);
        assert_eq!(
            store.read(|r| r.matches_of_advisories(&[advisory])),
            store.read(|r| r.all_open_matches())
        );
        assert_eq!(store.read(|r| r.all_open_matches()).len(), 7);
    }
}

#[test]
fn opening_an_open_match_ends_the_period_before_even_when_the_clock_stands_still() {
    for store in stores() {
        let (_, numbers) = plant(&store);
        let old = store.read(|r| r.match_row(numbers[0], Moment::OPEN)).unwrap();
        let number = store.write(|c| {
            c.open_match(&decided(old.configuration_no, old.product_no, Verdict::No), old.valid_from)
        });
        assert_eq!(number, numbers[0]);
        let new = store.read(|r| r.match_row(number, Moment::OPEN)).unwrap();
        assert_eq!(new.verdict, Verdict::No, "{}", store.engine);
        assert_eq!(new.valid_from, old.valid_from.plus_micros(1));
        let before = store.read(|r| r.match_row(number, old.valid_from)).unwrap();
        assert_eq!((before.verdict, before.valid_to), (Verdict::Yes, new.valid_from));
    }
}

#[test]
fn of_two_products_under_one_id_the_worse_answer_is_kept() {
    for store in stores() {
        let content = document(
            "AC-1",
            vec![product("P1", "Pump", "< 3"), product("P1", "Pump", "< 9")],
            vec![vulnerability("CVE-2024-0001", &[("P1", ProductStatus::KnownAffected)])],
        );
        let numbers = store.write(|c| {
            put_sites(c)?;
            let (_, configuration) = put(c, &device(1, "T1", "Pump", "V5"), 1, at(10))?;
            let revision = publish(c, &content, 1, at(100))?.revision;
            let products = c.products_of(revision)?;
            let all = [
                decided(configuration, products[0].product_no, Verdict::No),
                decided(configuration, products[1].product_no, Verdict::Unknown),
            ];
            c.open_matches(&all, at(101))
        });
        assert_eq!(numbers[0], numbers[1], "{}", store.engine);
        let open = store.read(|r| r.all_open_matches());
        assert_eq!(open.iter().map(|row| row.verdict).collect::<Vec<_>>(), [Verdict::Unknown]);
    }
}

#[test]
fn a_text_with_a_zero_character_is_kept_without_it() {
    for store in stores() {
        let (_, numbers) = plant(&store);
        let old = store.read(|r| r.match_row(numbers[0], Moment::OPEN)).unwrap();
        let hostile = NewMatch {
            why: "a\0b".to_owned(),
            ..decided(old.configuration_no, old.product_no, Verdict::Yes)
        };
        store.write(|c| c.open_match(&hostile, at(300)));
        let new = store.read(|r| r.match_row(numbers[0], Moment::OPEN)).unwrap();
        assert_eq!(new.why, "a\u{fffd}b", "{}", store.engine);
    }
}

#[test]
fn the_name_of_a_line_reads_back_and_nonsense_is_refused() {
    let id = MatchLineId { match_no: 17, asset_number: 4, vulnerability_no: 0 };
    assert_eq!(id.to_string(), "17-4-0");
    assert_eq!("17-4-0".parse(), Ok(id));
    for text in ["", "17", "17-4", "17-4-1-1", "17--1", "+1-2-3", "a-b-c", "99999999999999999999-1-1"] {
        assert!(text.parse::<MatchLineId>().is_err(), "{text}");
    }
}
