//! Keys of names: what is one vendor, what stays two products, and which model numbers a pattern means.

use holdpoint_versions::names::{
    ModelPattern, order_number_key, order_numbers_in, product_key, vendor_alias, vendor_key,
};

fn vendor(name: &str) -> String {
    let key = vendor_key(name);
    vendor_alias(&key).to_owned()
}

#[test]
fn spellings_of_one_vendor_have_one_key() {
    for group in [
        ["Siemens", "SIEMENS AG", " Siemens "],
        ["Johnson Controls", "Johnson Controls, Inc.", "Johnson Controls Inc"],
        ["Dahua Technology Co, Ltd", "Dahua Technology", "DAHUA TECHNOLOGY CO., LTD."],
        ["GeutebrÃ¼ck", "Geutebrück GmbH", "GEUTEBRUCK"],
        ["B&R Industrial Automation", "B & R Industrial Automation GmbH", "B&R INDUSTRIAL AUTOMATION"],
        ["Positron S.R.L", "Positron SRL", "positron s.r.l."],
        ["Allen-Bradley", "Rockwell Automation", "ROCKWELL"],
        ["Mitsubishi Electric", "Mitsubishi Electric Corporation", " Mitsubishi  Electric"],
        ["Moxa", "MOXA Inc.", "MOXA"],
    ] {
        let keys: Vec<String> = group.iter().map(|name| vendor(name)).collect();
        assert!(keys.windows(2).all(|pair| pair[0] == pair[1]), "{keys:?}");
    }
}

#[test]
fn different_vendors_stay_apart() {
    let names = [
        "Siemens",
        "Siemens Healthineers",
        "Siemens Energy",
        "Schneider Electric",
        "Mitsubishi Electric India",
        "Mitsubishi Electric",
        "General Electric",
        "GE Healthcare",
        "GE Digital",
        "ABB",
        "Hitachi Energy",
        "AG",
        "Emerson",
        "Rockwell Automation",
        "Delta Electronics",
        "Fuji Electric",
        "LS ELECTRIC",
    ];
    for (at, a) in names.iter().enumerate() {
        for b in &names[at + 1..] {
            assert_ne!(vendor(a), vendor(b), "`{a}` and `{b}`");
        }
    }
    assert_eq!(vendor_key("AG"), "ag", "a text that is only a legal form is kept");
    assert_eq!(vendor_key(""), "");
}

#[test]
fn products_that_differ_stay_apart() {
    let names = [
        "SIMATIC S7-1500 CPU 1511-1 PN",
        "SIMATIC S7-1500 CPU 1511F-1 PN",
        "SIMATIC S7-1500 CPU 1513-1 PN",
        "SCALANCE X308-2LH",
        "SCALANCE X308-2LH+",
        "RS900G (32M)",
        "RS900G",
        "WinCC V7.4",
        "WinCC V7.5",
        "WinCC",
        "750-881",
        "750-882",
        "1756-EN2T Series A",
        "1756-EN2T Series B",
        "CP 443-1",
        "CP 4431",
    ];
    for (at, a) in names.iter().enumerate() {
        for b in &names[at + 1..] {
            assert_ne!(product_key("Siemens", a), product_key("Siemens", b), "`{a}` and `{b}`");
        }
    }
    assert_eq!(product_key("Siemens", "Siemens SIMATIC® WinCC"), product_key("SIEMENS AG", "simatic  wincc"));
}

#[test]
fn order_numbers_keep_their_hyphens_and_are_found_in_names() {
    assert_eq!(order_number_key(" 6es7 288-1SR20-0aa0 "), "6ES7288-1SR20-0AA0");
    assert_eq!(
        order_numbers_in("SIMATIC S7-200 SMART CPU SR20 (6ES7 288-1SR20-0AA0)"),
        ["6ES7288-1SR20-0AA0"]
    );
    assert!(order_numbers_in("SIMATIC S7-1500 CPU family (incl. related ET 200 CPUs)").is_empty());
}

#[test]
fn patterns_follow_the_rules_of_their_csaf_version() {
    let old = |pattern: &str| ModelPattern::csaf20(pattern).expect(pattern);
    let new = |pattern: &str| ModelPattern::csaf21(pattern).expect(pattern);
    for (pattern, number, in_20, in_21) in [
        ("6ES7511", "6ES7511-1AK02-0AB0", true, false),
        ("6ES7511-1AK02-0AB0", "6es7 511-1ak02-0ab0", true, true),
        ("6ES7511-1AK0?-0AB0", "6ES7511-1AK02-0AB0", true, true),
        ("6ES7511*", "6ES7511-1AK02-0AB0", true, true),
        ("6ES7655-5PX11-0XX0", "6ES7655-5PX11-0XX0", true, true),
        ("6ES7655-5PX11-0XX0", "6ES7655-5PX11-0AA0", false, false),
        ("A\\*B", "A*B", true, true),
        ("A\\*B", "AXB", false, false),
        ("*-0AB0", "6ES7511-1AK02-0AB0", true, true),
        ("X", "", false, false),
    ] {
        assert_eq!(old(pattern).matches(number), in_20, "2.0: `{pattern}` and `{number}`");
        assert_eq!(new(pattern).matches(number), in_21, "2.1: `{pattern}` and `{number}`");
    }
    assert!(ModelPattern::csaf20("A**B").is_err());
    assert!(ModelPattern::csaf20("").is_err());
    assert!(ModelPattern::csaf20("A\\").is_err());
}
