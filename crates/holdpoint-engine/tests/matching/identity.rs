//! Is it this product? Order numbers, names, packages, CPE names, part numbers, and what a device tells of itself.

use super::{CPU, CPU_ORDER, device, leaves, matched, only, ordered, product, software};
use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_domain::matching::{Confidence, Rung, Verdict};
use holdpoint_engine::matching::{ComponentFact, Components, Rules};

#[test]
fn an_order_number_confirms_whatever_the_name() {
    let known = leaves(vec![ordered(
        product("P1", "Siemens", &format!("{CPU} ({CPU_ORDER})"), "< V3.1.4"),
        &[CPU_ORDER],
    )]);
    let asset = |version| vec![device("Siemens AG", "PLC line 2", "6es7 511-1ak02-0ab0", version)];
    assert_eq!(
        only(matched(&known, asset("V2.9.4"))),
        (Verdict::Yes, Confidence::Confirmed, Rung::OrderNumber)
    );
    assert_eq!(
        only(matched(&known, asset("V3.1.4"))),
        (Verdict::No, Confidence::Confirmed, Rung::OrderNumber)
    );
    assert_eq!(
        only(matched(&known, asset(""))),
        (Verdict::Unknown, Confidence::VersionUnknown, Rung::OrderNumber)
    );
}

#[test]
fn an_order_number_under_another_spelling_of_the_vendor_is_a_question() {
    let known = leaves(vec![ordered(product("P1", "Siemens", CPU, "< V3.1.4"), &[CPU_ORDER])]);
    let asset = vec![device("Simens", "PLC line 2", CPU_ORDER, "V2.9.4")];
    let found = matched(&known, asset);
    assert!(found[0].decision.why.contains("not known to be one vendor"), "{}", found[0].decision.why);
    assert_eq!(only(found), (Verdict::Unknown, Confidence::Possible, Rung::Candidate));
}

#[test]
fn a_pattern_that_says_nothing_recognises_nothing() {
    let asset = |name| vec![device("Siemens", name, "6ES7 511-1AK00-0AB0", "V2.0")];
    for pattern in ["*", "6", "6*", "6?", "???????-*", "6*-*"] {
        let known = leaves(vec![ordered(product("P1", "Siemens", "CPU A", "< V3.0"), &[pattern])]);
        let found = matched(&known, asset(CPU));
        assert_eq!(
            only(found),
            (Verdict::Unknown, Confidence::Possible, Rung::Candidate),
            "{pattern}: a question, neither a yes nor silence"
        );
        assert_eq!(
            only(matched(&known, asset("CPU A"))).1,
            Confidence::Likely,
            "{pattern}: by its name as well"
        );
    }
    for pattern in ["6ES7*", "6ES7 511*", "6ES7511-1AK0?-0AB0"] {
        let known = leaves(vec![ordered(product("P1", "Siemens", "CPU A", "< V3.0"), &[pattern])]);
        let found = only(matched(&known, asset(CPU)));
        assert_eq!(found, (Verdict::Yes, Confidence::Confirmed, Rung::OrderNumber), "{pattern}");
    }
    let known = leaves(vec![ordered(product("P1", "Acme", "Bridge", "< 2"), &["S"])]);
    let found = only(matched(&known, vec![device("Acme", "Pump", "S-100", "1")]));
    assert_ne!(found.0, Verdict::Yes, "one letter before a separator is no article either");
}

#[test]
fn a_name_that_bounds_a_release_is_not_that_release() {
    let known = leaves(vec![product("P1", "Acme", "Kappa < 3", "vers:all/*")]);
    assert_eq!(only(matched(&known, vec![software("Acme", "Kappa 3", "3.0")])).0, Verdict::Unknown);
    assert_eq!(only(matched(&known, vec![software("Acme", "Kappa < 3", "3.0")])).0, Verdict::Yes);
}

#[test]
fn another_order_number_outweighs_an_equal_name() {
    let known = leaves(vec![ordered(
        product("P1", "Siemens", &format!("{CPU} ({CPU_ORDER})"), "< V3.1.4"),
        &[CPU_ORDER],
    )]);
    let other = vec![device("Siemens", CPU, "6ES7512-1DK00-0AB0", "V2.9.4")];
    assert_eq!(only(matched(&known, other)), (Verdict::No, Confidence::Likely, Rung::OrderNumber));
}

#[test]
fn the_spelling_of_an_order_number_never_makes_a_no() {
    let name = "SINUMERIK ONE NCU";
    let known = leaves(vec![ordered(product("P1", "Siemens", name, "< V3.1.4"), &["6ES7517-3TP00-0AB0"])]);
    let verdict = |order: &str| only(matched(&known, vec![device("Siemens", name, order, "V2.0")])).0;
    for order in
        ["6ES75173TP000AB0", "6ES7517 3TP00 0AB0", "6ES7517\u{2013}3TP00\u{2013}0AB0", "6es7517-3tp00-0ab0"]
    {
        assert_eq!(verdict(order), Verdict::Yes, "{order}");
    }
    for order in ["unknown", "n/a", "10023456", "MLFB pending", "6ES7517-3TPOO-OABO", "6ES7517-3TP00-...."] {
        assert_ne!(verdict(order), Verdict::No, "{order}");
    }
    assert_eq!(verdict("6ES7518-3TP00-0AB1"), Verdict::No, "another article");
    assert_eq!(verdict("6ES7518 3TP00 0AB0"), Verdict::No, "another article, with blanks");
}

#[test]
fn only_a_plainly_other_order_number_clears() {
    let name = "SIMATIC CP 443-1";
    let known = leaves(vec![ordered(product("P1", "Siemens", name, "< V3.3"), &["6GK7443-1EX30-0XE0"])]);
    let found = |order: &str, version| matched(&known, vec![device("Siemens", name, order, version)]);
    for (order, says) in [
        ("6GK7443-1EX3X-0XE0", "has an `X`"),
        ("6gk7 443-1xxxx-0xe0", "has an `X`"),
        ("6GK7443-1EX\u{39f}0-0XE0", "another alphabet"),
        ("6GK7443-1E\u{41a}30-0XE0", "another alphabet"),
        ("6GK7443-1EX40-0XE0", "another edition"),
        ("6GK7443-1EX30-0XE1", "another edition"),
        ("6AG1443-1EX30-4XE0", "another edition"),
    ] {
        let matches = found(order, "V3.2");
        assert!(matches[0].decision.why.contains(says), "{order}: {}", matches[0].decision.why);
        assert_eq!(only(matches), (Verdict::Unknown, Confidence::Possible, Rung::Candidate), "{order}");
        assert_eq!(only(found(order, "V3.3")).0, Verdict::No, "{order}: its version clears it all the same");
    }
    for order in ["6GK7443-1GX30-0XE0", "6GK7343-1EX30-0XE0", "6GK7443-5XXXX-0XE0", "6AG1443-1GX30-4XE0"] {
        assert_eq!(only(found(order, "V3.2")).0, Verdict::No, "{order}");
    }
    let nameless = matched(&known, vec![device("Siemens", "Press 7", "6GK7443-1EX3X-0XE0", "V3.2")]);
    assert_eq!(only(nameless).0, Verdict::Unknown, "found by the beginning of its number");
}

#[test]
fn a_release_in_the_name_confirms_with_an_installed_version_of_it_and_another_release_is_nothing() {
    let known = leaves(vec![product("P1", "Siemens", "SIMATIC WinCC V7.4", "vers:all/*")]);
    let asset = |version| vec![device("Siemens", "SIMATIC WinCC", "", version)];
    assert_eq!(only(matched(&known, asset("V7.4 SP1"))), (Verdict::Yes, Confidence::Confirmed, Rung::Name));
    assert_eq!(only(matched(&known, asset("7"))).0, Verdict::Unknown, "which 7 it is, nobody has said");
    let ranged = leaves(vec![product("P1", "Siemens", "SIMATIC WinCC V7.4", "< V7.4 SP1 Update 14")]);
    assert_eq!(only(matched(&ranged, asset("V7.4 SP1 Update 13"))).0, Verdict::Yes);
    assert_eq!(only(matched(&ranged, asset("V7.4 SP1 Update 14"))).0, Verdict::No);
    assert_eq!(only(matched(&known, asset(""))).0, Verdict::Unknown);
    assert!(matched(&known, asset("V7.2")).is_empty());
    let family =
        leaves(vec![product("P1", "Siemens", "SIMATIC HMI Comfort Panels (incl. SIPLUS variants)", "< V17")]);
    let panel = vec![device("Siemens", "SIMATIC HMI Comfort Panels", "", "V16")];
    assert_eq!(only(matched(&family, panel)).0, Verdict::Unknown);
}

#[test]
fn articles_beside_the_recognised_one_are_no_noise() {
    let orders = ["6ES7511-1AK00-0AB0", "6ES7511-1AK01-0AB0", CPU_ORDER];
    let products = orders.iter().map(|order| ordered(product(order, "Siemens", CPU, "< V3.1.4"), &[order]));
    let known = leaves(products.collect());
    let found = matched(&known, vec![device("Siemens", CPU, CPU_ORDER, "V2.9.4")]);
    assert_eq!(only(found), (Verdict::Yes, Confidence::Confirmed, Rung::OrderNumber));
}

#[test]
fn a_longer_order_number_is_the_listed_one_only_behind_a_separator() {
    let known = leaves(vec![ordered(product("P1", "Acme", "Bridge", "< 11.003"), &["1756-EN2T"])]);
    let verdict = |order: &str| only(matched(&known, vec![device("Acme", "Box", order, "10.1")])).0;
    assert_eq!(verdict("1756-EN2T"), Verdict::Yes);
    assert_eq!(verdict("1756-EN2T/C"), Verdict::Yes);
    assert_eq!(verdict("1756-EN2TR"), Verdict::Unknown);
    // CSAF 2.0 lets a document cut a number anywhere; that it did is likely where the name agrees too.
    let cut = leaves(vec![ordered(product("P1", "Acme", "Hydra pump", "< 11.003"), &["ABC-12"])]);
    let found = |name: &str| only(matched(&cut, vec![device("Acme", name, "ABC-1234", "10.1")]));
    assert_eq!(found("Hydra pump 12 kW"), (Verdict::Yes, Confidence::Likely, Rung::OrderNumber));
    assert_eq!(found("Medusa valve"), (Verdict::Unknown, Confidence::Possible, Rung::Candidate));
}

#[test]
fn a_cpe_name_that_names_nothing_recognises_nothing() {
    let verdict = |name: &str| {
        let mut listed = product("P1", "Acme", "Valve 12", "vers:all/*");
        listed.helpers.cpe = Some(name.to_owned());
        let part = Component { cpe: name.to_owned(), ..device("Else", "Other 77", "", "1") };
        matched(&leaves(vec![listed]), vec![part]).first().map(|found| found.decision.verdict)
    };
    assert_eq!(verdict("cpe:2.3:*:*:*:*:*:*:*:*:*:*:*"), None);
    assert_eq!(verdict("cpe:2.3:h:acme:valve_12:*:*:*:*:*:*:*:*"), Some(Verdict::Yes));
}

#[test]
fn a_cpe_name_of_another_platform_is_a_candidate() {
    let mut listed = product("P1", "Acme", "Viewer", "vers:all/*");
    listed.helpers.cpe = Some("cpe:2.3:a:acme:viewer:*:*:*:*:*:android:*:*".to_owned());
    let part = Component {
        cpe: "cpe:2.3:a:acme:viewer:1:*:*:*:*:windows:*:*".to_owned(),
        ..device("Acme", "Viewer for desks", "", "1")
    };
    let answer = only(matched(&leaves(vec![listed]), vec![part]));
    assert_eq!(answer, (Verdict::Unknown, Confidence::Possible, Rung::Candidate));
}

#[test]
fn half_an_order_number_is_never_a_yes_nor_a_no() {
    let known = leaves(vec![ordered(product("P1", "Siemens", CPU, "< V3.1.4"), &[CPU_ORDER])]);
    let half = vec![device("Siemens", "S7 CPU", "6ES7511-1AK", "V2.9.4")];
    assert_eq!(only(matched(&known, half)), (Verdict::Unknown, Confidence::Possible, Rung::Candidate));
}

#[test]
fn a_name_confirms_where_no_order_number_is_listed_and_is_likely_where_one_is() {
    let plain = leaves(vec![product("P1", "Schneider Electric Software, LLC", "Modicon M340", "< SV3.60")]);
    let asset = vec![device("Schneider Electric", "MODICON  M340", "", "SV3.50")];
    assert_eq!(only(matched(&plain, asset)), (Verdict::Yes, Confidence::Confirmed, Rung::Name));
    let listed = leaves(vec![ordered(product("P1", "Siemens", CPU, "< V3.1.4"), &[CPU_ORDER])]);
    let asset = vec![device("Siemens", CPU, "", "V2.9.4")];
    assert_eq!(only(matched(&listed, asset)), (Verdict::Yes, Confidence::Likely, Rung::Name));
}

#[test]
fn a_family_is_a_candidate_and_a_stranger_is_nothing() {
    let family = "SIMATIC S7-1500 CPU family (incl. related ET200 CPUs and SIPLUS variants)";
    let known = leaves(vec![product("P1", "Siemens", family, "< V2.9.7")]);
    let asset = |version| vec![device("Siemens", CPU, CPU_ORDER, version)];
    assert_eq!(
        only(matched(&known, asset("V2.9.4"))),
        (Verdict::Unknown, Confidence::Possible, Rung::Candidate)
    );
    let excluded = matched(&known, asset("V3.0.0"));
    assert!(excluded[0].decision.why.contains("if it is this product"), "{}", excluded[0].decision.why);
    assert_eq!(only(excluded), (Verdict::No, Confidence::Possible, Rung::Candidate));
    assert!(matched(&known, vec![device("Moxa", "EDS-405A", "", "V3.5")]).is_empty());
    // The same name of another maker: the inventory may have the vendor wrong.
    let known = leaves(vec![product("P1", "Siemens", CPU, "< V2.9.7")]);
    let stranger = matched(&known, vec![device("Rockwell Automation", CPU, "", "V2.9.4")]);
    assert_eq!(only(stranger).2, Rung::Candidate);
}

#[test]
fn without_a_vendor_an_equal_name_is_a_candidate() {
    let known = leaves(vec![product("P1", "CODESYS", "Control RTE", "< 3.5.18.0")]);
    let found = matched(&known, vec![software("", "Control RTE", "3.5.17.0")]);
    assert_eq!(only(found), (Verdict::Unknown, Confidence::Possible, Rung::Candidate));
}

/// What one product of a document says to one asset of the same vendor.
fn says(name: &str, asset: &str, order: &str) -> Option<(Verdict, Rung)> {
    let known = leaves(vec![product("P1", "Acme", name, "< 5")]);
    let part = device("Acme", asset, order, "2");
    let near = Components::new(vec![ComponentFact::new(1, part.clone())]).near(&known, &Rules::default());
    let found = matched(&known, vec![part]);
    assert!(found.is_empty() || near == [1], "both directions find the same pairs");
    found.first().map(|found| (found.decision.verdict, found.decision.rung))
}

#[test]
fn part_numbers_inside_a_name_find_the_asset() {
    let yes = Some((Verdict::Yes, Rung::OrderNumber));
    let open = Some((Verdict::Unknown, Rung::Candidate));
    let m340 = "Modicon M340 CPU (part numbers BMXP34*)";
    assert_eq!(says(m340, "Modicon M340", "BMXP342020"), yes);
    assert_eq!(says(m340, "Modicon M340 BMXP342020", ""), yes);
    assert_eq!(says(m340, "power supply", "BMXCPS2010"), None);
    let cpus = "MELSEC iQ-R Series R04/08/16/32/120(EN)CPU";
    assert_eq!(says(cpus, "MELSEC iQ-R R08ENCPU", ""), yes);
    assert_eq!(says(cpus, "PLC", "R120CPU"), yes);
    assert_eq!(says(cpus, "R08ENCPU", ""), open, "the rest of the name is not said");
    assert_eq!(says(cpus, "PLC", "R64CPU"), None);
    assert_eq!(says("CS1D-CPU**S", "CS1D-CPU65S", ""), yes);
    assert_eq!(says("DH-IPC-HFW1XXX", "Camera", "DH-IPC-HFW1230"), open, "a capital X may be an X");
    let fx5 = "FX5U-xMy/z x=32,64,80, y=T,R, z=ES,DS,ESS,DSS";
    assert_eq!(says(fx5, "MELSEC iQ-F", "FX5U-64MT/DSS"), yes);
    assert_eq!(says(fx5, "MELSEC iQ-F", "FX5U-64M"), open);
    let serial = "FX5U-xMy/z x=32,64, y=T,R, z=ES (Serial number 179**** and prior)";
    assert_eq!(says(serial, "MELSEC iQ-F", "FX5U-64MT/ES"), open, "the serial number decides");
    assert_eq!(says("ATV6xx DTM", "Altivar ATV630", "ATV630"), open, "a program for the drive");
    assert_eq!(says("SIMATIC ITC1500 PRO", "Panel", "ITC1500"), open, "a variant of it");
    assert_eq!(says("SIMATIC IPC427D (incl. SIPLUS variants)", "Panel", "IPC427D"), yes);
    assert_eq!(says("RS900NC(32M) V5.X", "RS900NC(32M) V4.X", ""), open, "another release");
    assert_eq!(says("W-1700 IEEE 802.11ac family", "Radio", "802.11ac"), None);
    assert_eq!(says("800xA for MOD 300", "800xA for DCI", ""), None);
}

#[test]
fn a_hardware_series_is_part_of_the_identity() {
    let listed = "1756-EN2T Series A, B, and C";
    assert_eq!(says(listed, "Bridge", "1756-EN2T/C"), Some((Verdict::Yes, Rung::OrderNumber)));
    assert_eq!(says(listed, "Bridge", "1756-EN2T/D"), Some((Verdict::No, Rung::OrderNumber)));
    assert_eq!(says(listed, "Bridge", "1756-EN2T"), Some((Verdict::Unknown, Rung::Candidate)));
    assert_eq!(says(listed, "Bridge", "1756-EN2TR/C"), None);
    assert_eq!(says("1756-EN2T", "Bridge", "1756-EN2T/D"), Some((Verdict::Yes, Rung::OrderNumber)));
}

/// A device of which the inventory knows only what its protocol told.
fn told(purl: &str) -> Component {
    Component { purl: purl.into(), ..Component::empty(ComponentKind::Firmware) }
}

#[test]
fn what_a_device_tells_by_its_protocol_is_an_identity() {
    let known = leaves(vec![
        ordered(product("P1", "Siemens", "SIMATIC S7-300 CPU 315", "< V3.3"), &["6ES7315-2EH14-0AB0"]),
        product("P2", "Rockwell Automation", "1756-ENBT Series A", "< 4.0"),
        product("P3", "Johnson Controls Inc.", "MS-NAE4510-2", "< 6.0"),
        product("P4", "Schneider Electric", "TM221CE40T", "< 2.0"),
    ]);
    let answers = |purl: &str| -> Vec<(i64, Verdict, Rung)> {
        let part = told(purl);
        let near = Components::new(vec![ComponentFact::new(1, part.clone())]).near(&known, &Rules::default());
        let found = matched(&known, vec![part]);
        assert!(found.is_empty() || near == [1], "both directions find the same pairs");
        found.iter().map(|found| (found.leaf, found.decision.verdict, found.decision.rung)).collect()
    };
    let yes = |leaf| vec![(leaf, Verdict::Yes, Rung::ProtocolIdentity)];
    assert_eq!(answers("pkg:pnio/42/6ES7%20315-2EH14-0AB0%20@V3.2.7"), yes(1));
    assert_eq!(answers("pkg:bacnet/5/MS-NAE4510-2@5.1.0.4400"), yes(3));
    assert_eq!(answers("pkg:modbus/Schneider%20Electric/TM221CE40T@1.3"), yes(4));
    assert_eq!(
        answers("pkg:enip/1/12/58@3.4"),
        [(2, Verdict::Unknown, Rung::Candidate)],
        "the series is open"
    );
    let with_series = Component { hardware_revision: "A".into(), ..told("pkg:enip/1/12/58@3.4") };
    let found = matched(&known, vec![with_series]);
    assert_eq!((found[0].leaf, found[0].decision.rung), (2, Rung::ProtocolIdentity));
    assert!(found[0].decision.why.contains("EtherNet/IP"), "{}", found[0].decision.why);
    for nothing in
        ["pkg:enip/1/12/59999@3.4", "pkg:enip/x/12/58", "pkg:snmp/1.3.6.1.4.1.8691.7", "pkg:snmp/a.b"]
    {
        assert_eq!(answers(nothing), [], "{nothing}");
    }
    let other_vendor = Component { vendor: "Moxa".into(), ..told("pkg:pnio/42/6ES7315-2EH14-0AB0@V3.2.7") };
    assert!(matched(&known, vec![other_vendor]).is_empty(), "the inventory's own word is not overruled");
}

#[test]
fn an_order_number_is_read_behind_its_label_and_in_a_list() {
    let (other, further) = ("6ES7516-3AN01-0AB0", "6ES7517-3AP00-0AB0");
    let known = leaves(vec![ordered(product("P1", "Siemens", CPU, "< 2.0"), &[CPU_ORDER])]);
    let found = |number: &str| {
        let found = matched(&known, vec![device("Siemens", "PLC of line 3", number, "1.0")]);
        found.first().map(|one| (one.decision.verdict, one.decision.rung))
    };
    for label in ["MLFB ", "Order No.: ", "1P", "(1P)", "Art.-Nr. "] {
        assert_eq!(found(&format!("{label}{CPU_ORDER}")), Some((Verdict::Yes, Rung::OrderNumber)), "{label}");
    }
    for list in
        [format!("{other} / {CPU_ORDER}"), format!("{CPU_ORDER}, {other}"), format!("{other};{CPU_ORDER}")]
    {
        assert_eq!(found(&list), Some((Verdict::Yes, Rung::OrderNumber)), "{list}");
    }
    let why = &matched(&known, vec![device("Siemens", "PLC", &format!("{other} / {CPU_ORDER}"), "1.0")])[0]
        .decision
        .why;
    assert!(why.contains(CPU_ORDER), "{why}");
    assert_eq!(found(&format!("{other} / {further}")), None, "neither is listed");
    // Both are other articles under the listed name: only then is it a no.
    let named = |number: &str| {
        let found = matched(&known, vec![device("Siemens", CPU, number, "1.0")]);
        found.first().map(|one| one.decision.verdict)
    };
    assert_eq!(named(&format!("{other} / {further}")), Some(Verdict::No));
    assert_eq!(named(&format!("{other} / 6ES7511-1AK01-0AB0")), Some(Verdict::Unknown), "another edition");
}
