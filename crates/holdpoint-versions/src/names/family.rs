//! Product families by the beginnings of their members' numbers, and names without a clause on serial numbers.
//!
//! A member's name and its family's often share no word. What stands here is a reason to ask and never more. The
//! surprise: a number may belong to several families, because makers use one beginning for a plain and a safe series.

const NJ_NX: &str = "NJ/NX-series Machine Automation Controllers and Software";
const SIPROTEC: &str = "SIPROTEC 5 device types relays with CPU variants CP050 CP100 CP150 CP200 CP300 and the respective \
                        Ethernet communication modules";
const MELSEC: &str = "MELSEC iQ-R iQ-F Q L and F series";

/// (vendor key, beginning of the bare number or code, family); a `?` in the beginning is any sign.
const FAMILIES: &[(&str, &str, &str)] = &[
    ("abb", "560CM", "RTU500 series CMU Firmware"),
    ("abb", "RE?650", "Relion 650"),
    ("abb", "RE?670", "Relion 670"),
    ("hitachi energy", "520CM", "RTU500 series CMU Firmware"),
    ("hitachi energy", "540CM", "RTU500 series CMU Firmware"),
    ("hitachi energy", "560CM", "RTU500 series CMU Firmware"),
    ("hitachi energy", "RE?650", "Relion 650"),
    ("hitachi energy", "RE?670", "Relion 670"),
    ("hitachi energy", "RTU5", "RTU500 series CMU Firmware"),
    ("mitsubishi electric", "FX3", MELSEC),
    ("mitsubishi electric", "FX5", MELSEC),
    ("mitsubishi electric", "GT21", "GOT2000 Series, GT21 model"),
    ("mitsubishi electric", "L02", MELSEC),
    ("mitsubishi electric", "L06", MELSEC),
    ("mitsubishi electric", "L26", MELSEC),
    ("mitsubishi electric", "LJ7", MELSEC),
    ("mitsubishi electric", "Q0", MELSEC),
    ("mitsubishi electric", "Q1", MELSEC),
    ("mitsubishi electric", "Q2", MELSEC),
    ("mitsubishi electric", "Q5", MELSEC),
    ("mitsubishi electric", "QJ7", MELSEC),
    ("mitsubishi electric", "R0", MELSEC),
    ("mitsubishi electric", "R12", MELSEC),
    ("mitsubishi electric", "R16", MELSEC),
    ("mitsubishi electric", "R32", MELSEC),
    ("mitsubishi electric", "RJ7", MELSEC),
    ("omron", "CJ1", "PLC CJ series"),
    ("omron", "CJ2", "PLC CJ series"),
    ("omron", "CS1", "PLC CS series"),
    ("omron", "NJ1", NJ_NX),
    ("omron", "NJ3", NJ_NX),
    ("omron", "NJ5", NJ_NX),
    ("omron", "NX1", NJ_NX),
    ("omron", "NX5", NJ_NX),
    ("omron", "NX7", NJ_NX),
    ("rockwell automation", "1756L6", "ControlLogix 5560"),
    ("rockwell automation", "1756L7", "ControlLogix 5570"),
    ("rockwell automation", "1756L7", "GuardLogix 5570"),
    ("rockwell automation", "1756L8", "ControlLogix 5580"),
    ("rockwell automation", "1756L8", "GuardLogix 5580"),
    ("rockwell automation", "1763L", "MicroLogix 1100"),
    ("rockwell automation", "1766L", "MicroLogix 1400"),
    ("rockwell automation", "1768L4", "1768 CompactLogix"),
    ("rockwell automation", "1769L16", "1769 CompactLogix 5370 L1"),
    ("rockwell automation", "1769L18", "1769 CompactLogix 5370 L1"),
    ("rockwell automation", "1769L19", "1769 CompactLogix 5370 L1"),
    ("rockwell automation", "1769L2", "1769 CompactLogix 5370 L2"),
    ("rockwell automation", "1769L3", "1769 CompactLogix 5370 L3"),
    ("rockwell automation", "1769L3", "Compact GuardLogix 5370"),
    ("rockwell automation", "1769L3?ERMO", "Armor CompactLogix 5370 L3"),
    ("rockwell automation", "2080L", "Micro800"),
    ("rockwell automation", "5069L3", "CompactLogix 5380"),
    ("rockwell automation", "5069L3", "Compact GuardLogix 5380"),
    ("rockwell automation", "5069L4", "CompactLogix 5480"),
    ("siemens", "1224RC", "LOGO! 8"),
    ("siemens", "1224RC", "LOGO! 8 BM"),
    ("siemens", "230RC", "LOGO! 8"),
    ("siemens", "230RC", "LOGO! 8 BM"),
    ("siemens", "24CE", "LOGO! 8 BM"),
    ("siemens", "24RC", "LOGO! 8"),
    ("siemens", "24RC", "LOGO! 8 BM"),
    ("siemens", "6AG121", "SIMATIC S7-1200"),
    ("siemens", "6AG131", "SIMATIC S7-300"),
    ("siemens", "6AG141", "SIMATIC S7-400"),
    ("siemens", "6AG151", "SIMATIC S7-1500"),
    ("siemens", "6AV2123", "SIMATIC HMI Basic Panels"),
    ("siemens", "6AV2124", "SIMATIC HMI Comfort Panels"),
    ("siemens", "6AV6647", "SIMATIC HMI Basic Panels"),
    ("siemens", "6ED1052", "LOGO! 8"),
    ("siemens", "6ED1052", "LOGO! 8 BM"),
    ("siemens", "6ES71517", "SIMATIC S7-300"),
    ("siemens", "6ES71518", "SIMATIC S7-300"),
    ("siemens", "6ES71548", "SIMATIC S7-300"),
    ("siemens", "6ES721", "SIMATIC S7-1200"),
    ("siemens", "6ES7288", "SIMATIC S7-200 SMART"),
    ("siemens", "6ES731", "SIMATIC S7-300"),
    ("siemens", "6ES741", "SIMATIC S7-400"),
    ("siemens", "6ES7410", "SIMATIC S7-410"),
    ("siemens", "6ES751", "SIMATIC S7-1500"),
    ("siemens", "6ES7615", "SIMATIC Drive Controller"),
    ("siemens", "6ES7677", "SIMATIC ET 200SP Open Controller"),
    ("siemens", "6GF34", "SIMATIC MV400"),
    ("siemens", "6GF35", "SIMATIC MV500"),
    ("siemens", "6GK520", "SCALANCE X-200"),
    ("siemens", "6GK520", "SCALANCE X-200IRT"),
    ("siemens", "6GK521", "SCALANCE X-200"),
    ("siemens", "6GK522", "SCALANCE X-200"),
    ("siemens", "6GK53", "SCALANCE X-300"),
    ("siemens", "6GK54082", "SCALANCE X-300"),
    ("siemens", "6GK54088", "SCALANCE XM-400"),
    ("siemens", "6GK5416", "SCALANCE XM-400"),
    ("siemens", "6GK552", "SCALANCE XR-500"),
    ("siemens", "6GK555", "SCALANCE XR-500"),
    ("siemens", "6GT2811", "SIMATIC RF600R"),
    ("siemens", "6MD8", SIPROTEC),
    ("siemens", "6SL3040", "SINAMICS S120"),
    ("siemens", "7KE8", SIPROTEC),
    ("siemens", "7S?8", SIPROTEC),
    ("siemens", "7U?8", SIPROTEC),
    ("siemens", "7V?8", SIPROTEC),
    ("siemens", "CPU121", "SIMATIC S7-1200"),
    ("siemens", "CPU1504D", "SIMATIC Drive Controller"),
    ("siemens", "CPU1507D", "SIMATIC Drive Controller"),
    ("siemens", "CPU151", "SIMATIC S7-1500"),
    ("siemens", "CPU1515SP", "SIMATIC ET 200SP Open Controller"),
    ("siemens", "CPU31", "SIMATIC S7-300"),
    ("siemens", "CPU41", "SIMATIC S7-400"),
    ("siemens", "CPU410", "SIMATIC S7-410"),
    ("siemens", "CPUSR", "SIMATIC S7-200 SMART"),
    ("siemens", "CPUST", "SIMATIC S7-200 SMART"),
    ("siemens", "CU31", "SINAMICS S120"),
    ("siemens", "CU320", "SINAMICS S120"),
    ("siemens", "D41", "SIMOTION"),
    ("siemens", "D42", "SIMOTION"),
    ("siemens", "D43", "SIMOTION"),
    ("siemens", "D44", "SIMOTION"),
    ("siemens", "D45", "SIMOTION"),
    ("siemens", "IM1517", "SIMATIC S7-300"),
    ("siemens", "IM1518", "SIMATIC S7-300"),
    ("siemens", "IM1548", "SIMATIC S7-300"),
    ("siemens", "KP12", "SIMATIC HMI Comfort Panels"),
    ("siemens", "KP15", "SIMATIC HMI Comfort Panels"),
    ("siemens", "KP4", "SIMATIC HMI Comfort Panels"),
    ("siemens", "KP7", "SIMATIC HMI Comfort Panels"),
    ("siemens", "KP9", "SIMATIC HMI Comfort Panels"),
    ("siemens", "KTP12", "SIMATIC HMI Basic Panels"),
    ("siemens", "KTP4", "SIMATIC HMI Basic Panels"),
    ("siemens", "KTP4", "SIMATIC HMI Comfort Panels"),
    ("siemens", "KTP7", "SIMATIC HMI Basic Panels"),
    ("siemens", "KTP9", "SIMATIC HMI Basic Panels"),
    ("siemens", "TP12", "SIMATIC HMI Comfort Panels"),
    ("siemens", "TP15", "SIMATIC HMI Comfort Panels"),
    ("siemens", "TP19", "SIMATIC HMI Comfort Panels"),
    ("siemens", "TP22", "SIMATIC HMI Comfort Panels"),
    ("siemens", "TP7", "SIMATIC HMI Comfort Panels"),
    ("siemens", "TP9", "SIMATIC HMI Comfort Panels"),
    ("siemens", "X408", "SCALANCE X-300"),
    ("siemens", "XF20", "SCALANCE X-200"),
    ("siemens", "XR3", "SCALANCE X-300"),
];

/// The families whose members' numbers or codes begin so; the vendor's key as [`super::vendor_alias`] gives it, the number
/// in letters and digits alone, upper case.
pub fn families_of<'k>(vendor: &'k str, bare: &'k str) -> impl Iterator<Item = &'static str> + use<'k> {
    let begins = move |pattern: &str| {
        bare.len() >= pattern.len()
            && pattern.bytes().zip(bare.bytes()).all(|(wanted, own)| wanted == b'?' || wanted == own)
    };
    let first = FAMILIES.partition_point(|(of, ..)| *of < vendor);
    let own = FAMILIES[first..].iter().take_while(move |(of, ..)| *of == vendor);
    own.filter(move |(_, pattern, _)| begins(pattern)).map(|(_, _, family)| *family)
}

/// The families of a controller that is a part of a station, by the station's code: `ET200SP` of `ET 200SP CPU`.
pub fn families_of_station(vendor: &str, bare: &str) -> &'static [&'static str] {
    const ET200: &[&str] = &["SIMATIC S7-1500", "SIMATIC S7-300"];
    if vendor == "siemens" && bare.starts_with("ET200") { ET200 } else { &[] }
}

/// A product's name without a clause such as `The first 5 digits of serial No.` at its end.
pub fn without_serial_clause(product: &str) -> &str {
    let lower = product.to_ascii_lowercase();
    let Some(end) = lower.find(" digits of serial n") else { return product };
    let Some(start) = lower[..end].rfind("first ") else { return product };
    let start = lower[..start].strip_suffix("the ").map_or(start, str::len);
    // Only a number stands between, and nothing but the rest of the clause behind.
    let is_count = lower[start..end].split(' ').count() <= 3;
    let is_last = matches!(
        lower[end + " digits of serial ".len()..].trim_end_matches('.'),
        "no" | "number" | "numbers"
    );
    let before = product[..start].trim_end_matches([' ', ',', ':', '(', '-']);
    if is_count && is_last && !before.is_empty() { before } else { product }
}

/// Whether two vendors' keys may be one name: all words of the one in the other, or one letter wrong, too many, missing
/// or in its neighbour's place.
pub fn vendors_resemble(one: &str, other: &str) -> bool {
    if one.is_empty() || other.is_empty() {
        return false;
    }
    let holds = |many: &str, few: &str| few.split(' ').all(|word| many.split(' ').any(|known| known == word));
    holds(one, other) || holds(other, one) || one_slip(one, other)
}

/// One slip of the hand; short names are too near each other for that.
fn one_slip(one: &str, other: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if a.len().min(b.len()) < 5 || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    match (a, b) {
        ([first, second, left @ ..], [third, fourth, right @ ..])
            if first == fourth && second == third && left == right =>
        {
            true
        }
        ([_, left @ ..], [_, right @ ..]) if left == right => true,
        ([_, left @ ..], right) if left == right => true,
        (left, [_, right @ ..]) => left == right,
        _ => false,
    }
}

/// The known vendor that a key misspells by one letter; `None` when it is one itself, or near none.
pub fn vendor_misspelt(key: &str) -> Option<&'static str> {
    const KNOWN: &[&str] = &[
        "beckhoff",
        "codesys",
        "emerson",
        "hitachi energy",
        "honeywell",
        "johnson controls",
        "mitsubishi electric",
        "omron",
        "phoenix contact",
        "rockwell automation",
        "schneider electric",
        "siemens",
        "yokogawa",
    ];
    // Letters of one byte each: one more or less is all that a slip changes.
    let is_near = |known: &&&str| !key.is_ascii() || known.len().abs_diff(key.len()) <= 1;
    KNOWN.iter().filter(is_near).find(|known| **known != key && one_slip(known, key)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_leads_to_its_families() {
        let of = |vendor, bare| families_of(vendor, bare).collect::<Vec<_>>();
        assert_eq!(of("rockwell automation", "1756L73"), ["ControlLogix 5570", "GuardLogix 5570"]);
        assert_eq!(of("omron", "NJ5011300"), [NJ_NX]);
        assert!(of("siemens", "1756L73").is_empty());
    }

    #[test]
    fn the_table_is_sorted_so_that_a_vendor_is_found() {
        assert!(FAMILIES.is_sorted_by_key(|(vendor, ..)| *vendor));
        assert_eq!(families_of("abb", "RED670").collect::<Vec<_>>(), ["Relion 670"]);
        assert_eq!(families_of_station("siemens", "ET200SP").len(), 2);
    }

    #[test]
    fn a_clause_on_serial_numbers_is_no_part_of_a_name() {
        let q = "MELSEC Q Series Q03UDVCPU";
        assert_eq!(without_serial_clause(&format!("{q} The first 5 digits of serial No.")), q);
        for whole in [q, "The first 5 digits of serial No.", "Serial server 5", "Ö digits of serial n"] {
            assert_eq!(without_serial_clause(whole), whole);
        }
    }

    #[test]
    fn one_slip_is_near_and_two_are_not() {
        assert!(vendors_resemble("siemnes", "siemens") && vendors_resemble("simens", "siemens"));
        assert!(vendors_resemble("siemans", "siemens") && vendors_resemble("emerson process", "emerson"));
        assert!(!vendors_resemble("moxa", "mora") && !vendors_resemble("", "siemens"));
        assert_eq!(vendor_misspelt("siemnes"), Some("siemens"));
        assert_eq!((vendor_misspelt("siemens"), vendor_misspelt("seimnes")), (None, None));
    }
}
