//! A family's name in an advisory asks about each member, however little the two names share. Each row is a case.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(
    clippy::disallowed_methods,
    reason = "a test looks for the corpus, reads it, and says what it could not do"
)]

use holdpoint_domain::advisory::{BranchCategory, Helpers, PathStep, ProductExpression};
use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_domain::matching::Verdict;
use holdpoint_engine::matching::configuration::Memo;
use holdpoint_engine::matching::leaf::Standing;
use holdpoint_engine::matching::{ComponentFact, Components, LeafInput, Leaves, Rules, match_configuration};
use std::path::PathBuf;

fn leaf(vendor: &str, name: &str) -> LeafInput {
    let step = |category, name: &str| PathStep { category, name: name.to_owned() };
    let path = vec![
        step(BranchCategory::Vendor, vendor),
        step(BranchCategory::ProductName, name),
        step(BranchCategory::ProductVersionRange, "vers:all/*"),
    ];
    let (helpers, pointer) = (Helpers::default(), "/product_tree".to_owned());
    let expression = ProductExpression {
        product_id: "P1".to_owned(),
        name: name.to_owned(),
        path,
        helpers,
        relation: None,
        pointer,
    };
    LeafInput { number: 1, document: 1, standing: Standing::Stated, expression, fixes: Vec::new() }
}

fn member(vendor: &str, product: &str, order_number: &str) -> ComponentFact {
    let component = Component {
        vendor: vendor.into(),
        product: product.into(),
        order_number: order_number.into(),
        version: String::new(),
        ..Component::empty(ComponentKind::Firmware)
    };
    ComponentFact::new(1, component)
}

/// What a family's name says of a member, in both directions; `None` is silence.
fn verdict(fact: &ComponentFact, vendor: &str, family: &str) -> Option<Verdict> {
    let leaves = Leaves::new(vec![leaf(vendor, family)]);
    let found = match_configuration(&leaves, &[fact], &Rules::default(), &mut Memo::default()).pop();
    let near = Components::new(vec![fact.clone()]).near(&leaves, &Rules::default());
    assert!(found.is_none() || !near.is_empty(), "the other direction does not find it: {fact:?}");
    found.map(|found| found.decision.verdict)
}

/// Vendor, the family's names in advisories, and its members as plants write them: name and order number.
type Family = (&'static str, &'static [&'static str], &'static [(&'static str, &'static str)]);

const FAMILIES: &[Family] = &[
    (
        "Siemens",
        &[
            "SIMATIC S7-1200 CPU family (incl. SIPLUS variants)",
            "S7-1200 CPU family",
            "SIMATIC S7-1200 CPU family V4.x (incl. SIPLUS variants)",
        ],
        &[
            ("CPU 1214C DC/DC/DC", "6ES7214-1AG40-0XB0"),
            ("CPU 1214C DC/DC/DC", ""),
            ("CPU1215C", ""),
            ("", "6ES7 212-1BE40-0XB0"),
            ("SIPLUS CPU 1214C", "6AG1214-1AG40-2XB0"),
            ("SIMATIC S7-1200", ""),
            ("S7-1200 CPU 1217C", "6ES7217-1AG40-0XB0"),
            ("PLC", "6ES7215-1HG40-0XB0"),
        ],
    ),
    (
        "Siemens",
        &["SIMATIC S7-1500 CPU family (incl. related ET200 CPUs and SIPLUS variants)", "S7-1500 CPU family"],
        &[
            ("CPU 1516-3 PN/DP", "6ES7516-3AN01-0AB0"),
            ("CPU 1511-1 PN", ""),
            ("CPU 1518-4 PN/DP MFP", "6ES7518-4AX00-1AC0"),
            ("ET 200SP CPU 1510SP-1 PN", "6ES7510-1DJ01-0AB0"),
            ("CPU 1512SP F-1 PN", ""),
            ("", "6ES7512-1SK01-0AB0"),
            ("ET 200SP CPU", ""),
            ("ET200SP CPU 1512SP-1 PN", ""),
            ("ET 200pro CPU 1516pro-2 PN", "6ES7516-2PN00-0AB0"),
            ("SIPLUS S7-1500 CPU 1511-1 PN", "6AG1511-1AK01-2AB0"),
        ],
    ),
    (
        "Siemens",
        &["SIMATIC S7-300 CPU family (incl. related ET200 CPUs and SIPLUS variants)", "S7-300 CPU family"],
        &[
            ("CPU 315-2 PN/DP", "6ES7315-2EH14-0AB0"),
            ("CPU 315-2 PN/DP", ""),
            ("CPU319-3 PN/DP", ""),
            ("", "6ES7 318-3EL01-0AB0"),
            ("IM151-8 PN/DP CPU", "6ES7151-8AB01-0AB0"),
            ("ET 200S IM 151-8 PN/DP CPU", ""),
            ("IM 154-8 PN/DP CPU", "6ES7154-8AB01-0AB0"),
            ("ET 200S CPU", ""),
            ("SIPLUS CPU 314", "6AG1314-1AG14-7AB0"),
        ],
    ),
    (
        "Siemens",
        &["SIMATIC S7-400 CPU family (incl. SIPLUS variants)", "S7-400 CPU family"],
        &[
            ("CPU 416-3 PN/DP", "6ES7416-3ES07-0AB0"),
            ("CPU 414-3 PN/DP", ""),
            ("CPU 417-4H", "6ES7417-4HT14-0AB0"),
            ("", "6ES7412-2EK07-0AB0"),
        ],
    ),
    (
        "Siemens",
        &["SIMATIC S7-400 PN/DP V7 CPU family (incl. SIPLUS variants)"],
        &[("CPU 416-3 PN/DP", "6ES7416-3ES07-0AB0")],
    ),
    (
        "Siemens",
        &["SIMATIC S7-400 H V6 CPU family (incl. SIPLUS variants)"],
        &[("CPU 417-5H", "6ES7417-5HT06-0AB0")],
    ),
    (
        "Siemens",
        &[
            "SIMATIC S7-410 V8 CPU family (incl. SIPLUS variants)",
            "SIMATIC S7-410 CPU family (incl. SIPLUS variants)",
        ],
        &[
            ("CPU 410-5H", "6ES7410-5HX08-0AB0"),
            ("CPU 410-5H Process Automation", ""),
            ("", "6ES7410-5HN08-0AB0"),
        ],
    ),
    (
        "Siemens",
        &["SIMATIC S7-200 SMART CPU family"],
        &[("CPU SR20", "6ES7288-1SR20-0AA0"), ("S7-200 SMART CPU ST40", "")],
    ),
    (
        "Siemens",
        &["SIMATIC Drive Controller family"],
        &[("CPU 1504D TF", "6ES7615-4DF10-0AB0"), ("CPU 1507D TF", "")],
    ),
    (
        "Siemens",
        &["SIMATIC ET 200SP Open Controller (incl. SIPLUS variants)"],
        &[("CPU 1515SP PC2", "6ES7677-2DB42-0GB0"), ("ET 200SP Open Controller CPU 1515SP PC", "")],
    ),
    (
        "Siemens",
        &["SCALANCE X-200 switch family (incl. SIPLUS NET variants)"],
        &[("SCALANCE X208", "6GK5208-0BA10-2AA3"), ("SCALANCE XF204-2", ""), ("X216", "6GK5216-0BA00-2AA3")],
    ),
    (
        "Siemens",
        &["SCALANCE X-200IRT switch family (incl. SIPLUS NET variants)"],
        &[("SCALANCE X204IRT", "6GK5204-0BA00-2BA3"), ("SCALANCE X202-2P IRT PRO", "6GK5202-2JR00-2BA6")],
    ),
    ("Siemens", &["SCALANCE X-200RNA switch family"], &[("SCALANCE X204RNA", "6GK5204-0BA00-2KB2")]),
    (
        "Siemens",
        &[
            "SCALANCE X-300 switch family (incl. X408 and SIPLUS NET variants)",
            "SCALANCE X-300 switch family (incl. SIPLUS NET variants)",
        ],
        &[
            ("SCALANCE X308-2M", "6GK5308-2GG00-2AA2"),
            ("SCALANCE XR324-12M", ""),
            ("SCALANCE X408-2", "6GK5408-2FD00-2AA2"),
        ],
    ),
    (
        "Siemens",
        &["SCALANCE XM-400 Family"],
        &[("SCALANCE XM408-8C", "6GK5408-8GS00-2AM2"), ("SCALANCE XM416-4C", "")],
    ),
    (
        "Siemens",
        &["SCALANCE XR-500 Family"],
        &[("SCALANCE XR528-6M", "6GK5528-0AA00-2AR2"), ("SCALANCE XR552-12M", "")],
    ),
    (
        "Siemens",
        &["SCALANCE W-700 IEEE 802.11n family"],
        &[("SCALANCE W774-1 RJ45", "6GK5774-1FX00-0AA0"), ("SCALANCE W788-2", "")],
    ),
    ("Siemens", &["SCALANCE W-1700 IEEE 802.11ac family"], &[("SCALANCE W1788-2 M12", "6GK5788-2GY01-0AA0")]),
    ("Siemens", &["SIMATIC RF600R family"], &[("SIMATIC RF650R", "6GT2811-6AB20-0AA0"), ("RF685R", "")]),
    ("Siemens", &["SIMATIC MV500 family"], &[("SIMATIC MV540 H", "6GF3540-0GE10"), ("MV560 U", "")]),
    ("Siemens", &["SIMATIC MV400 family"], &[("SIMATIC MV440 HR", "6GF3440-1GE10"), ("MV420 SR-B", "")]),
    (
        "Siemens",
        &[
            "SIMATIC HMI Comfort Panels (incl. SIPLUS variants)",
            "SIMATIC HMI Comfort Panels 4\" - 22\" (incl. SIPLUS variants)",
        ],
        &[("TP700 Comfort", "6AV2124-0GC01-0AX0"), ("TP1200 COMFORT", ""), ("KP900 Comfort", "")],
    ),
    (
        "Siemens",
        &["SIMATIC HMI Basic Panels 2nd Generation (incl. SIPLUS variants)"],
        &[("KTP700 Basic", "6AV2123-2GB03-0AX0"), ("KTP400 BASIC", "")],
    ),
    (
        "Siemens",
        &["LOGO! 8 BM (incl. SIPLUS variants)"],
        &[("LOGO! 12/24RCE", "6ED1052-1MD08-0BA1"), ("LOGO! 8 230RCE", "")],
    ),
    (
        "Siemens",
        &["SINAMICS S120 (incl. SIPLUS variants)"],
        &[("CU320-2 PN", "6SL3040-1MA01-0AA0"), ("SINAMICS S120 CU320-2", "")],
    ),
    (
        "Siemens",
        &["SIPROTEC 5 relays with CPU variants CP300 and CP100 and the respective"],
        &[("SIPROTEC 5 7SJ82", "7SJ82-DAAA-AA0"), ("7SA86", ""), ("7UT85", "")],
    ),
    (
        "Hitachi Energy",
        &["Relion 670 series", "Relion 670/650 series", "Relion 670/650/SAM600-IO series"],
        &[("RED670", ""), ("REL670", ""), ("RET 670", ""), ("REC670", "1MRK002816-AC")],
    ),
    ("ABB", &["Relion 650 series"], &[("REL650", ""), ("REC650", "")]),
    (
        "Hitachi Energy",
        &["RTU500 series CMU Firmware", "RTU500 Series CMU"],
        &[("RTU560", ""), ("RTU540", ""), ("560CMR02", "1KGT035200R0001")],
    ),
    (
        "Rockwell Automation",
        &["Micro800 family"],
        &[("Micro850", "2080-LC50-24QWB"), ("Micro820", ""), ("", "2080-LC30-10QWB")],
    ),
    (
        "Rockwell Automation",
        &["MicroLogix 1400 Controllers Series B and C"],
        &[("MicroLogix 1400", "1766-L32BXB"), ("", "1766-L32AWA")],
    ),
    ("Omron", &["Omron PLC CJ series"], &[("CJ2M-CPU31", ""), ("CJ1M", "CJ1M-CPU13")]),
    ("Omron", &["Omron PLC CS series"], &[("CS1G-CPU44H", ""), ("", "CS1H-CPU67H")]),
    (
        "Omron",
        &["NJ/NX-series Controllers and Software", "NJ/NX-series Machine Automation Controllers"],
        &[("NJ501-1300", ""), ("NX102-9000", "")],
    ),
    (
        "Mitsubishi Electric",
        &["MELSEC iQ-R iQ-F Q L and F series"],
        &[("R08CPU", ""), ("FX5U-32MT/ES", ""), ("Q03UDVCPU", ""), ("L26CPU-BT", "")],
    ),
    ("Mitsubishi Electric", &["GOT2000 Series, GT21 model"], &[("GT2107-WTBD", ""), ("GT2104-RTBD", "")]),
    ("Moxa", &["EDS-G508E Series", "EDS-408A series"], &[("EDS-G508E-T", ""), ("EDS-408A-MM-SC", "")]),
    ("Moxa", &["MB3170 series"], &[("MGate MB3170", ""), ("MGate MB3170I-T", "")]),
    // Numbers and patterns in names: the rest of a member's code may follow behind a sign.
    ("Moxa", &["ioLogik 2500 series"], &[("ioLogik 2512", ""), ("ioLogik 2542-WL1", "")]),
    (
        "Hikvision",
        &["DS-2CD2xx2FWD Series"],
        &[("DS-2CD2142FWD-I", ""), ("", "DS-2CD2132FWD-IS"), ("IP camera DS-2CD2142FWD", "")],
    ),
    ("Hikvision", &["DS- 2CD4x2xFWD Series"], &[("DS-2CD4125FWD-IZ", "")]),
    ("Weintek", &["cMT-SVR-1xx/2xx"], &[("cMT-SVR-102", ""), ("cMT-SVR-200", "")]),
    ("Eaton", &["ESWAxx"], &[("ESWA04", ""), ("", "ESWA12")]),
    (
        "Phoenix Contact",
        &["FL SWITCH 3xxx 4xxx and 48xx"],
        &[("FL SWITCH 3008T", ""), ("FL SWITCH 4808E-16FX", "")],
    ),
    ("Acme", &["Vario 100 to 500 series"], &[("Vario 100", ""), ("Vario 300", ""), ("Vario 520", "")]),
    ("Acme", &["20xx series"], &[("Panel 2010", ""), ("", "2055")]),
    (
        "Rockwell Automation",
        &[
            "CompactLogix 5370 L1 controllers",
            "CompactLogix 5370 controllers",
            "1769 CompactLogix controllers",
            "Allen-Bradley CompactLogix 5370 L1 controllers",
        ],
        &[("CompactLogix", "1769-L16ER-BB1B"), ("", "1769-L18ERM-BB1B"), ("1769-L16ER-BB1B", "")],
    ),
    (
        "Rockwell Automation",
        &["1769-L16ER"],
        &[("", "1769-L16ER-BB1B"), ("CompactLogix 1769-L16ER-BB1B", "")],
    ),
    ("Rockwell Automation", &["CompactLogix 1769-L16ER-BB1B"], &[("", "1769-L16ER")]),
];

/// Which pairs of these families are not meant: the names in one row are of several families.
fn is_another(family: &str, member: &str) -> bool {
    matches!((family, member), ("EDS-G508E Series", "EDS-408A-MM-SC") | ("EDS-408A series", "EDS-G508E-T"))
}

#[test]
fn a_family_asks_about_each_of_its_members() {
    let mut silent = Vec::new();
    for (vendor, names, members) in FAMILIES {
        for (name, (product, order_number)) in
            names.iter().flat_map(|name| members.iter().map(move |one| (name, one)))
        {
            let fact = member(vendor, product, order_number);
            match verdict(&fact, vendor, name) {
                _ if is_another(name, product) => {}
                Some(Verdict::Yes | Verdict::Unknown) => {}
                Some(Verdict::No) => silent.push(format!("{name}: cleared {product} {order_number}")),
                None => silent.push(format!("{name}: nothing for {product} {order_number}")),
            }
        }
    }
    assert!(silent.is_empty(), "{} of them:\n{}", silent.len(), silent.join("\n"));
}

/// Members of other families, of the same maker and near by name or number.
const STRANGERS: &[(&str, &str, &str, &str)] = &[
    ("Siemens", "S7-1200 CPU family", "CPU 1511-1 PN", "6ES7511-1AK02-0AB0"),
    ("Siemens", "S7-1500 CPU family", "CPU 1214C DC/DC/DC", "6ES7214-1AG40-0XB0"),
    ("Siemens", "S7-300 CPU family", "CPU 1214C", ""),
    ("Siemens", "S7-1500 CPU family", "ET 200SP IM155-6 PN HF", "6ES7155-6AU01-0CN0"),
    ("Siemens", "SCALANCE X-200 switch family", "SCALANCE X308-2M", "6GK5308-2GG00-2AA2"),
    ("Siemens", "SIMATIC S7-400 CPU family (incl. SIPLUS variants)", "SM 421", "6ES7421-1BL01-0AA0"),
    ("Rockwell Automation", "Micro800 family", "MicroLogix 1400", "1766-L32BXB"),
    ("Hitachi Energy", "Relion 650 series", "RED670", ""),
    ("Rockwell Automation", "1756-EN2T", "", "1756-EN2TR"),
    ("Rockwell Automation", "CompactLogix 5370 L2 controllers", "", "1769-L16ER-BB1B"),
    ("Weintek", "cMT-SVR-1xx/2xx", "cMT-SVR-302", ""),
    ("Moxa", "ioLogik 2500 series", "ioLogik 4200", ""),
    ("Moxa", "ioLogik 2500 series", "NPort 2510", ""),
    ("Eaton", "ESWAxx", "EMAA04", ""),
    ("Acme", "Vario 100 to 500 series", "Vario 700", ""),
    ("Acme", "Valve 12XX", "Valve 1299", ""),
];

#[test]
fn a_family_asks_nothing_about_another_ones_members() {
    let asked: Vec<String> = STRANGERS
        .iter()
        .filter(|(vendor, family, product, number)| {
            matches!(
                verdict(&member(vendor, product, number), vendor, family),
                Some(Verdict::Yes | Verdict::Unknown)
            )
        })
        .map(|(_, family, product, number)| format!("{family}: {product} {number}"))
        .collect();
    assert!(asked.is_empty(), "{}", asked.join("\n"));
}

/// Names of the corpus that say themselves that they are of several products, by the words around the code.
#[test]
fn every_family_of_the_corpus_asks_about_a_member_that_bears_its_words() {
    let folder = std::env::var_os("HOLDPOINT_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let Ok(years) = std::fs::read_dir(folder.join("csaf/oct24")) else {
        println!("no real advisories here: the names of families were not tried");
        return;
    };
    let mut names = std::collections::BTreeSet::new();
    let mut open: Vec<PathBuf> = years.map(|year| year.unwrap().path()).collect();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|ending| ending == "json") {
            let Ok(value) = serde_json::from_slice::<serde_json::Value>(&std::fs::read(&path).unwrap())
            else {
                continue;
            };
            gather(&value["product_tree"], "", &mut names);
        }
    }
    let is_family = |name: &str| {
        let lower = name.to_lowercase();
        ["family", "series", "variants"].iter().any(|word| lower.contains(word))
    };
    let mut silent = Vec::new();
    let mut tried = 0;
    for (vendor, name) in names.iter().filter(|(vendor, name)| !vendor.is_empty() && is_family(name)) {
        tried += 1;
        // What a plant writes of a member: the family's words without those that only widen, and a model of its own.
        let bare = outside_parentheses(name.split('<').next().unwrap_or_default());
        let words = bare.split_whitespace().filter(|word| {
            !["family", "series", "variants", "all", "and", "other", "products"]
                .contains(&word.to_lowercase().as_str())
        });
        let product = format!("{} Z9-77", words.collect::<Vec<_>>().join(" "));
        if product.len() > 8 && verdict(&member(vendor, &product, ""), vendor, name).is_none() {
            silent.push(format!("{vendor} | {name} | {product}"));
        }
    }
    assert!(tried > 300, "{tried}");
    assert!(silent.is_empty(), "{} of {tried}:\n{}", silent.len(), silent.join("\n"));
}

fn outside_parentheses(name: &str) -> String {
    let mut depth = 0_i32;
    name.chars()
        .filter(|c| {
            depth += i32::from(*c == '(');
            let outside = depth == 0;
            depth -= i32::from(*c == ')');
            outside
        })
        .collect()
}

fn gather(tree: &serde_json::Value, vendor: &str, into: &mut std::collections::BTreeSet<(String, String)>) {
    for branch in tree["branches"].as_array().into_iter().flatten() {
        let name = branch["name"].as_str().unwrap_or_default();
        let category = branch["category"].as_str().unwrap_or_default();
        if matches!(category, "product_name" | "product_family") {
            into.insert((vendor.to_owned(), name.to_owned()));
        }
        gather(branch, if category == "vendor" { name } else { vendor }, into);
    }
}
