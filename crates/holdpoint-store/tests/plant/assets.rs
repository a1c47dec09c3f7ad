//! Assets: history, sources of values, lists within reach, configurations.

use crate::support::{TestStore, asset, at, device, filtered, put, put_sites, site_id, stores, zone_id};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::asset::{Field, InstalledComponent};
use holdpoint_domain::component::{Component, ComponentKind, Configuration};
use holdpoint_domain::id::ObservationId;
use holdpoint_store::asset::NewAsset;
use holdpoint_store::page::{ListQuery, Page, Sort};
use holdpoint_store::{Intent, StoreError};

fn tags(store: &TestStore, query: &ListQuery) -> Vec<String> {
    store.read(|r| r.assets(query)).items.into_iter().map(|stored| stored.asset.tag).collect()
}

#[test]
fn an_asset_reads_back_with_the_source_and_the_age_of_every_value() {
    for store in stores() {
        let mut plc = device(1, "PLC-1", "Pump", "V2.9");
        plc.fields.get_mut(&Field::FirmwareVersion).unwrap().source = "person a.weber".to_owned();
        plc.fields.get_mut(&Field::FirmwareVersion).unwrap().observed_at = at(9);
        for name in ["zlib", "openssl"] {
            plc.installed.push(InstalledComponent {
                component: Component {
                    product: name.to_owned(),
                    version: "1.2".to_owned(),
                    ..Component::empty(ComponentKind::Package)
                },
                observation: ObservationId::from_bytes([8; 16]),
                observed_at: at(7),
            });
        }
        plc.installed.sort();
        let (put, configuration) = store.write(|c| {
            put_sites(c)?;
            put(c, &plc, 1, at(10))
        });
        let stored = store.read(|r| r.asset(plc.id, Moment::OPEN)).unwrap();
        assert_eq!(stored.asset, plc, "{}", store.engine);
        assert_eq!((stored.site, stored.zone), (Some(site_id(1)), Some(zone_id(1))));
        assert_eq!((stored.revision, stored.number), (1, put.number));
        assert_eq!((stored.valid_from, stored.valid_to), (at(10), Moment::OPEN));
        assert_eq!(stored.observed_at, Some(at(9)));
        assert_eq!(stored.configuration_no, Some(configuration));
        assert_eq!(store.read(|r| r.asset_by_tag("PLC-1", Moment::OPEN)), Some(stored.clone()));
        assert_eq!(store.read(|r| r.asset_by_number(put.number, at(10))), Some(stored));
        assert_eq!(store.read(|r| r.asset_by_tag("PLC-2", Moment::OPEN)), None);
    }
}

#[test]
fn the_past_of_an_asset_stays_as_it_was() {
    for store in stores() {
        let old = device(1, "PLC-1", "Pump", "V1");
        let new = device(1, "PLC-1-NEW", "Pump", "V2");
        store.write(|c| {
            put_sites(c)?;
            put(c, &old, 1, at(10))
        });
        let second = store.write(|c| put(c, &new, 2, at(20)));
        assert_eq!(second.0.revision, 2);
        let version = |when| {
            store
                .read(|r| r.asset(old.id, when))
                .map(|stored| (stored.asset.value(Field::FirmwareVersion).unwrap().to_owned(), stored.site))
        };
        assert_eq!(version(at(9)), None, "{}", store.engine);
        assert_eq!(version(at(10)), Some(("V1".to_owned(), Some(site_id(1)))));
        assert_eq!(version(at(20).plus_micros(-1)), Some(("V1".to_owned(), Some(site_id(1)))));
        assert_eq!(version(at(20)), Some(("V2".to_owned(), Some(site_id(2)))));
        assert_eq!(version(Moment::OPEN), Some(("V2".to_owned(), Some(site_id(2)))));
        let past = ListQuery { as_of: at(15), ..filtered("") };
        assert_eq!(tags(&store, &past), ["PLC-1"]);
        assert_eq!(tags(&store, &filtered("")), ["PLC-1-NEW"]);
        let history = store.read(|r| r.asset_history(old.id));
        assert_eq!(history.iter().map(|s| s.revision).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(history[0].valid_to, history[1].valid_from);
    }
}

#[test]
fn a_clock_that_goes_back_hides_no_version() {
    for store in stores() {
        store.write(|c| {
            put_sites(c)?;
            put(c, &device(1, "PLC-1", "Pump", "V1"), 1, at(10))?;
            put(c, &device(1, "PLC-1", "Pump", "V2"), 1, at(10))?;
            put(c, &device(1, "PLC-1", "Pump", "V3"), 1, at(4))
        });
        let history = store.read(|r| r.asset_history(device(1, "", "", "").id));
        let periods: Vec<_> = history.iter().map(|s| (s.valid_from, s.valid_to)).collect();
        let (one, two) = (at(10).plus_micros(1), at(10).plus_micros(2));
        assert_eq!(periods, [(at(10), one), (one, two), (two, Moment::OPEN)], "{}", store.engine);
    }
}

#[test]
fn two_assets_cannot_have_one_tag_at_once() {
    for store in stores() {
        store.write(|c| {
            put_sites(c)?;
            put(c, &device(1, "PLC-1", "Pump", "V1"), 1, at(10))
        });
        let intent = Intent {
            actor: holdpoint_domain::actor::Actor::System { job: "test".to_owned() },
            via: holdpoint_domain::actor::Via::Job,
            action: "test.write".to_owned(),
            reason: String::new(),
            at: at(1),
        };
        let refused = store.store.change(&intent, |c| put(c, &device(2, "PLC-1", "Pump", "V1"), 1, at(11)));
        assert!(matches!(refused, Err(StoreError::Conflict { rule }) if rule.contains("PLC-1")));
        store.write(|c| {
            put(c, &device(1, "PLC-9", "Pump", "V1"), 1, at(12))?;
            put(c, &device(2, "PLC-1", "Pump", "V1"), 1, at(13))
        });
        assert_eq!(tags(&store, &filtered("")), ["PLC-1", "PLC-9"]);
    }
}

#[test]
fn only_what_is_within_reach_is_listed_and_counted() {
    for store in stores() {
        store.write(|c| {
            put_sites(c)?;
            put(c, &device(1, "A", "Pump", "V1"), 1, at(10))?;
            put(c, &device(2, "B", "Pump", "V1"), 2, at(10))?;
            put(c, &device(3, "C", "Pump", "V1"), 0, at(10))
        });
        let seen = |reach: Reach| {
            let query = ListQuery { reach: reach.clone(), ..filtered("") };
            let listed = store.read(|r| r.assets(&query));
            let counts = store.read(|r| r.zone_counts(Moment::OPEN, &reach));
            assert_eq!(listed.count.value, counts.iter().map(|count| count.assets).sum::<u64>());
            listed.items.into_iter().map(|stored| stored.asset.tag).collect::<String>()
        };
        assert_eq!(seen(Reach::Everywhere), "ABC", "{}", store.engine);
        assert_eq!(seen(Reach::Nowhere), "");
        assert_eq!(seen(Reach::Sites(vec![site_id(1)])), "A");
        assert_eq!(seen(Reach::Sites(vec![site_id(1), site_id(2)])), "AB");
    }
}

#[test]
fn assets_are_filtered_by_what_is_known_of_them() {
    for store in stores() {
        let mut relay = asset(4, "R-4", &[(Field::Kind, "relay"), (Field::SafetyConsequence, "major")]);
        relay.installed.push(InstalledComponent {
            component: Component {
                product: "OpenSSL".to_owned(),
                ..Component::empty(ComponentKind::Package)
            },
            observation: ObservationId::from_bytes([8; 16]),
            observed_at: at(50),
        });
        store.write(|c| {
            put_sites(c)?;
            put(c, &device(1, "A", "Pump", "V2.9"), 1, at(10))?;
            put(c, &device(2, "B", "Valve", "V3.1"), 2, at(10))?;
            put(c, &device(3, "C", "Valve", ""), 2, at(10))?;
            put(c, &relay, 1, at(10))
        });
        for (filter, expected) in [
            ("site:nordhafen", "A R-4"),
            ("zone:Z2", "B C"),
            ("firmware~v2", "A"),
            ("firmware:\"\"", "C R-4"),
            ("-firmware~v2", "B C R-4"),
            ("kind:plc product:valve", "B C"),
            ("safety>=moderate", "R-4"),
            ("software:openssl", "R-4"),
            ("seen>1970-01-02", ""),
            ("valve", "B C"),
        ] {
            assert_eq!(tags(&store, &filtered(filter)).join(" "), expected, "{} {filter}", store.engine);
        }
        let sorted = ListQuery { sort: Some(Sort::parse("-firmware")), ..filtered("") };
        assert_eq!(tags(&store, &sorted), ["B", "A", "R-4", "C"]);
    }
}

#[test]
fn paging_gives_every_asset_once_and_so_does_the_stream() {
    for store in stores() {
        store.write(|c| {
            put_sites(c)?;
            for number in 1..=23 {
                put(c, &device(number, &format!("T{number:02}"), "Pump", "V1"), 1, at(10))?;
            }
            Ok(())
        });
        let mut query = ListQuery { page: Page::first(5), ..filtered("") };
        let mut seen = Vec::new();
        loop {
            let page = store.read(|r| r.assets(&query));
            assert_eq!(page.count.value, 23);
            seen.extend(page.items.into_iter().map(|stored| stored.asset.tag));
            let Some(next) = page.next else { break };
            query.page.cursor = Some(next);
        }
        let expected: Vec<String> = (1..=23).map(|number| format!("T{number:02}")).collect();
        assert_eq!(seen, expected, "{}", store.engine);
        let mut streamed = Vec::new();
        store.read(|r| {
            r.assets_each(&filtered(""), |stored| {
                streamed.push(stored.asset.tag);
                Ok(())
            })
        });
        assert_eq!(streamed, expected);
        let mut all = 0;
        store.read(|r| {
            r.all_assets(Moment::OPEN, |_| {
                all += 1;
                Ok(())
            })
        });
        assert_eq!(all, 23);
    }
}

#[test]
fn equal_configurations_and_components_are_stored_once() {
    for store in stores() {
        let (one, two, other) = store.write(|c| {
            put_sites(c)?;
            let (_, one) = put(c, &device(1, "A", "Pump", "V1"), 1, at(10))?;
            let (_, two) = put(c, &device(2, "B", "Pump", "V1"), 1, at(10))?;
            let (_, other) = put(c, &device(3, "C", "Pump", "V2"), 1, at(10))?;
            Ok((one, two, other))
        });
        assert_eq!(one, two, "{}", store.engine);
        assert_ne!(one, other);
        let in_use = store.read(|r| r.configurations_in_use(Moment::OPEN));
        assert_eq!(in_use.len(), 2);
        assert_eq!(store.read(|r| r.configurations_in_use(at(9))), []);
        assert_eq!(store.read(|r| r.configuration_components(&[one, other])), in_use);
        let components = store.read(|r| r.all_components());
        assert_eq!(components.len(), 2);
        assert_eq!(store.read(|r| r.configuration(one)), [components[0].clone()]);
        assert_eq!(store.read(|r| r.components(&[components[1].0])), [components[1].clone()]);
        let having = store.read(|r| r.assets_of_configurations(&[one], Moment::OPEN));
        assert_eq!(having.iter().map(|(_, _, tag)| tag.as_str()).collect::<String>(), "AB");
        store.write(|c| put(c, &device(3, "C", "Pump", "V1"), 1, at(20)));
        assert_eq!(store.read(|r| r.configurations_in_use(Moment::OPEN)).len(), 1);
    }
}

#[test]
fn an_asset_without_components_has_a_configuration_too() {
    for store in stores() {
        let number = store.write(|c| c.intern_configuration(&Configuration::new(Vec::new())));
        assert_eq!(store.write(|c| c.intern_configuration(&Configuration::new(Vec::new()))), number);
        let bare = asset(1, "X", &[]);
        store.write(|c| {
            let new = NewAsset { asset: &bare, site: None, zone: None, configuration_no: Some(number) };
            c.put_asset(&new, at(10))
        });
        let stored = store.read(|r| r.asset(bare.id, Moment::OPEN)).unwrap();
        assert_eq!((stored.observed_at, stored.configuration_no), (None, Some(number)), "{}", store.engine);
    }
}
