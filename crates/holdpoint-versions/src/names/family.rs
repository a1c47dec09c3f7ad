//! Product families by the beginnings of their members' numbers, and names without a clause on serial numbers.
//!
//! A member's name and its family's often share no word. What stands here is a reason to ask and never more. The
//! surprise: a number may belong to several families, because makers use one beginning for a plain and a safe series.

const NJ_NX: &str = "NJ/NX-series Machine Automation Controllers and Software";

/// (vendor key, beginning of the bare number, family).
const FAMILIES: &[(&str, &str, &str)] = &[
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
    ("rockwell automation", "5069L3", "CompactLogix 5380"),
    ("rockwell automation", "5069L3", "Compact GuardLogix 5380"),
    ("rockwell automation", "5069L4", "CompactLogix 5480"),
    ("siemens", "6AV2124", "SIMATIC HMI Comfort Panels"),
];

/// The families whose members' numbers begin so; the vendor's key as [`super::vendor_alias`] gives it, the number in
/// letters and digits alone, upper case.
pub fn families_of<'k>(vendor: &'k str, bare: &'k str) -> impl Iterator<Item = &'static str> + use<'k> {
    let is_of = move |(of, begins, _): &&(&str, &str, &str)| *of == vendor && bare.starts_with(begins);
    FAMILIES.iter().filter(is_of).map(|(_, _, family)| *family)
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
    KNOWN.iter().find(|known| **known != key && one_slip(known, key)).copied()
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
