//! Products that inventories call otherwise than feeds do, for the key that is only alike.
//!
//! A feed says `Microsoft SQL Server 2019 (CU 25)`, an inventory `SQL Server 2019 Standard`; a feed `simatic_s7-1500_cpu_1511-1_pn`,
//! an inventory `CPU 1511-1 PN`; a feed `jdk`, an inventory `Java SE Development Kit`. Here words are left out of one name or the
//! other, so that the two meet. The surprise: nothing here is sure. What meets by it is unknown at most. A version that lies
//! outside decides all the same, but not where the level of patching was left out ([`levelled`]): `(GDR)` and `(CU 25)` count
//! their builds apart, so that a higher one may be that of the other line.
//!
//! A name may also carry what an inventory has no column for: the release (`.NET Framework 4.7.2`, [`released`]), the maker
//! (`Cisco IOS` as an operating system, [`makers`]), or the word `Software` ([`of_inventory`]).

/// What names how far a product of Microsoft is patched, or for which machines it is.
const LEVELS: [&str; 19] = [
    "gdr",
    "cu",
    "cumulative",
    "update",
    "service",
    "pack",
    "sp1",
    "sp2",
    "sp3",
    "sp4",
    "for",
    "based",
    "systems",
    "x64",
    "x86",
    "32",
    "64",
    "bit",
    "editions",
];
/// Editions that get the same updates.
const EDITIONS: [&str; 13] = [
    "edition",
    "professional",
    "pro",
    "plus",
    "standard",
    "home",
    "business",
    "student",
    "enterprise",
    "developer",
    "express",
    "web",
    "datacenter",
];
/// Products of Microsoft whose names are read so; all words of one must be there.
const LEVELLED: [&[&str]; 4] = [&["sql", "server"], &["exchange", "server"], &["office"], &["sharepoint"]];
/// Controllers whose family stands before the name of the unit.
const CONTROLLERS: [&str; 4] = ["1500", "1200", "400", "300"];
/// Most words in front of a name that may be its maker's.
const MAKERS_WORDS: usize = 3;
/// Most products that are read out of one name.
const MOST_PARTS: usize = 16;

/// The words of a feed's product as inventories may write them, each time sorted as they came.
pub(super) fn of_feed(vendor: &str, words: &[String]) -> Vec<Vec<String>> {
    let without = |left_out: &[&str]| -> Vec<String> {
        words.iter().filter(|word| !left_out.contains(&word.as_str())).cloned().collect()
    };
    let mut found = Vec::new();
    if vendor == "siemens" && has(words, "simatic") {
        found.push(without(&["simatic"]));
        let family = CONTROLLERS.into_iter().find(|family| has(words, family));
        if let Some(family) = family.filter(|_| has(words, "s7") && has(words, "cpu")) {
            found.push(without(&["simatic", "s7", family]));
        }
    }
    found.retain(|rest| rest.len() > 1);
    found
}

/// The words of an inventory's product as feeds may write them, each with its maker.
pub(super) fn of_inventory<'v>(vendor: &'v str, words: &[String]) -> Vec<(&'v str, Vec<String>)> {
    let mut found = Vec::new();
    if matches!(vendor, "oracle" | "sun" | "") && has(words, "java") {
        let is = |all: &[&str]| all.iter().all(|word| has(words, word));
        if is(&["development", "kit"]) {
            found.push((MAKER, vec!["jdk".to_owned()]));
        } else if is(&["runtime", "environment"]) || is(&["update"]) {
            found.push((MAKER, vec!["jre".to_owned()]));
        }
    }
    let rest: Vec<String> = words.iter().filter(|word| *word != "software").cloned().collect();
    // One word says little without a vendor.
    if rest.len() < words.len() && (rest.len() > 1 || (rest.len() == 1 && !vendor.is_empty())) {
        found.push((vendor, rest));
    }
    found
}

/// The makers whose names may stand in front of a product, each with the product behind it.
pub(super) fn makers(product: &str) -> impl Iterator<Item = (&str, &str)> {
    let blanks = product.match_indices(' ').take(MAKERS_WORDS);
    blanks.map(|(at, blank)| (&product[..at], &product[at + blank.len()..]))
}

/// A product of Microsoft by its name without the release that the name carries, and that release.
pub(super) fn released(vendor: &str, product: &str) -> Option<(String, String)> {
    if vendor != "microsoft" {
        return None;
    }
    let mut words = product.split(' ');
    let is_number = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_digit())
            && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    let mut name: Vec<&str> = Vec::new();
    let mut release = loop {
        let word = words.next()?;
        if is_number(word) {
            break word.to_owned();
        }
        name.push(word);
    };
    for word in words {
        let is_pack = word.strip_prefix("sp").is_some_and(is_number);
        if is_pack || word == "r2" {
            release.push(' ');
            release.push_str(word);
        } else if !word.split('-').all(|part| is_level(part) || EDITIONS.contains(&part)) {
            // `SQL Server 2019 Integration Services` is another product.
            return None;
        }
    }
    name.retain(|word| !EDITIONS.contains(word));
    (!name.is_empty()).then(|| (name.join(" "), release))
}

fn is_level(word: &str) -> bool {
    let number = word.strip_prefix("cu").unwrap_or(word);
    let is_short = number.len() < 3 && number.bytes().all(|byte| byte.is_ascii_digit());
    LEVELS.contains(&word) || is_short
}

/// The maker under whose name feeds list what an inventory calls so.
const MAKER: &str = "oracle";

/// The words of a product of Microsoft without its edition and how far it is patched; `None`: it has no such levels.
pub(super) fn levelled(vendor: &str, words: &[String]) -> Option<Vec<String>> {
    if !matches!(vendor, "microsoft" | "") {
        return None;
    }
    let is_known = LEVELLED.iter().any(|known| known.iter().all(|word| has(words, word)));
    let is_left_out = |word: &str| is_level(word) || EDITIONS.contains(&word) || word == "microsoft";
    let rest: Vec<String> = words.iter().filter(|word| !is_left_out(word)).cloned().collect();
    (is_known && rest.len() > 1).then_some(rest)
}

/// The products of a name that lists several: `Tool, Tool Pro, and Tool Lite`. Empty: it lists one.
pub(super) fn parts(product: &str) -> Vec<&str> {
    let commas = product.split([',', ';']);
    let parts = commas.flat_map(|part| part.split(" and ")).map(|part| {
        let part = part.trim();
        part.strip_prefix("and ").unwrap_or(part).trim()
    });
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).take(MOST_PARTS).collect();
    if parts.len() > 1 { parts } else { Vec::new() }
}

fn has(words: &[String], word: &str) -> bool {
    words.iter().any(|known| known == word)
}
