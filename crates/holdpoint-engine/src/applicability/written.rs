//! Things that an inventory writes as vendor and product, without a CPE name or a package URL: how they meet the names of feeds.
//!
//! Two keys, both made of words. **The sure one** is vendor and product in their normal forms
//! ([`holdpoint_versions::names`]: case, blanks, underscores, legal forms, the vendor in front of the product, a last word
//! `firmware` and known other names of a vendor do not count; blanks inside a vendor's name neither, because
//! CPE writes `rockwellautomation`). **The one that is only alike** has the product's words in any order, split at every
//! mark, and matches also when the inventory names no vendor or writes the version into the name; what meets by
//! it is unknown until a person decides, never a yes and never a no.
//!
//! The surprise: a device whose firmware is listed is compared with the hardware names of feeds too, because one line
//! of an inventory is both; its firmware version is then no version of the hardware.

use super::called;
use super::item::ItemName;
use super::names::SEPARATOR;
use super::system;
use super::truth::Truth;
use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_versions::names;

/// Begins a key that is sure.
const SURE: &str = "v";
/// Begins a key that is only alike.
const ALIKE: &str = "w";
/// Begins a key that is alike once levels of patching are left out.
const NEAR: &str = "x";
/// Programs, firmware and operating systems: which of them, inventories and feeds often call differently.
const SOFTWARE: &str = "s";
/// Hardware.
const HARDWARE: &str = "h";
/// Words of an installed program's name that say how it was built.
const BUILDS: [&str; 9] = ["x64", "x86", "amd64", "arm64", "64", "32", "bit", "en", "us"];

/// Whether a name is a key of this file, and what meeting by it is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Worth {
    /// Vendor and product are the same.
    Sure,
    /// They are alike.
    Alike,
    /// They are alike but for the level of patching, whose lines count their versions apart: what lies outside proves nothing.
    Near,
}

impl Worth {
    /// The most that an answer can be which rests on it.
    pub(super) const fn most(self) -> Truth {
        match self {
            Self::Sure => Truth::Yes,
            Self::Alike | Self::Near => Truth::Unknown,
        }
    }
}

/// What meeting by this name is worth; `None` for names that feeds use themselves.
pub(super) fn worth(name: &str) -> Option<Worth> {
    match name.split_once(SEPARATOR) {
        Some((SURE, _)) => Some(Worth::Sure),
        Some((ALIKE, _)) => Some(Worth::Alike),
        Some((NEAR, _)) => Some(Worth::Near),
        Some(_) | None => None,
    }
}

/// The keys under which a component is looked for that has neither a CPE name nor a package URL.
pub(super) fn of_component(component: &Component, into: &mut Vec<ItemName>) {
    let stated = Some(component.version.trim()).filter(|text| !text.is_empty());
    let classes: &[&str] = match component.kind {
        ComponentKind::Application | ComponentKind::Package => &[SOFTWARE],
        ComponentKind::Firmware => &[SOFTWARE, HARDWARE],
        ComponentKind::OperatingSystem => {
            if system::of_component(component, into) {
                return;
            }
            &[SOFTWARE]
        }
        ComponentKind::Hardware => &[HARDWARE],
        ComponentKind::Patch => &[],
    };
    let vendor = vendor(&component.vendor);
    let product = names::product_key(&component.vendor, &component.product);
    if product.is_empty() {
        return;
    }
    let words = words(&product);
    // One word says little by itself: `server` without a vendor would be like half of all products.
    if vendor.is_empty() && words.len() < 2 && component.kind != ComponentKind::OperatingSystem {
        return;
    }
    for class in classes {
        let own = *class == HARDWARE && component.kind == ComponentKind::Firmware;
        let version = stated.filter(|_| !own).map(str::to_owned);
        if !vendor.is_empty() {
            into.push(ItemName { name: sure(class, &vendor, &product), version: version.clone() });
        }
        into.push(ItemName { name: alike(class, &vendor, &words), version: version.clone() });
        let plain = plain(&words, stated.unwrap_or_default());
        if plain.len() < words.len() && (plain.len() > 1 || !vendor.is_empty()) && !plain.is_empty() {
            into.push(ItemName { name: alike(class, &vendor, &plain), version: version.clone() });
        }
        if *class == SOFTWARE {
            software(&vendor, &product, version.as_deref(), into);
        }
        if vendor.is_empty() {
            with_maker(class, &product, version.as_deref(), into);
        } else {
            // A feed that names no vendor writes it into the product.
            let all = self::words(&format!("{} {product}", names::vendor_key(&component.vendor)));
            into.push(ItemName { name: alike(class, "", &all), version });
        }
    }
}

/// The keys of a product that has its maker in front of its name, because an inventory has a column for the name of an operating
/// system and none for who makes it.
fn with_maker(class: &str, product: &str, version: Option<&str>, into: &mut Vec<ItemName>) {
    for (maker, product) in called::makers(product) {
        let maker = vendor(maker);
        if maker.is_empty() {
            continue;
        }
        into.push(ItemName {
            name: alike(class, &maker, &words(product)),
            version: version.map(str::to_owned),
        });
        if class == SOFTWARE {
            software(&maker, product, version, into);
        }
    }
}

/// The keys of a program under what feeds call it otherwise.
fn software(vendor: &str, product: &str, version: Option<&str>, into: &mut Vec<ItemName>) {
    let words = words(product);
    let version = || version.map(str::to_owned);
    for (maker, called) in called::of_inventory(vendor, &words) {
        into.push(ItemName { name: alike(SOFTWARE, maker, &called), version: version() });
    }
    let levelled = called::levelled(vendor, &words);
    into.extend(levelled.map(|near_to| ItemName { name: near(&near_to), version: version() }));
    if let Some((name, release)) = called::released(vendor, product) {
        into.push(ItemName { name: alike(SOFTWARE, vendor, &self::words(&name)), version: Some(release) });
    }
}

/// The keys under which a product of a feed is found, from its name there.
pub(crate) fn of_product(name: &str) -> Vec<String> {
    let mut parts = name.split(SEPARATOR);
    let (class, by_words) = match parts.next() {
        Some("c") => (if parts.next() == Some("h") { HARDWARE } else { SOFTWARE }, false),
        Some("n") => (SOFTWARE, true),
        // It is such a key itself, because its feed names several products in one, or no vendor.
        Some(ALIKE) => return vec![name.to_owned()],
        Some(_) | None => return Vec::new(),
    };
    let (Some(vendor_text), Some(text)) = (parts.next(), parts.next()) else { return Vec::new() };
    let vendor = vendor(vendor_text);
    let product = names::product_key(&vendor_text.replace('_', " "), text);
    let words = words(&product);
    if vendor.is_empty() || words.is_empty() {
        return Vec::new();
    }
    let mut keys = vec![alike(class, &vendor, &words), alike(class, "", &words)];
    if !by_words {
        keys.push(sure(class, &vendor, &product));
    }
    for called in called::of_feed(&vendor, &words) {
        keys.push(alike(class, &vendor, &called));
        keys.push(alike(class, "", &called));
    }
    keys.extend(called::levelled(&vendor, &words).map(|levelled| near(&levelled)));
    // Who only says `Windows 10` may have any of its releases.
    if let Some(general) = system::without_release(&words) {
        keys.push(alike(class, &vendor, &general));
        keys.push(alike(class, "", &general));
    }
    keys
}

/// The key that is only alike, for names that are put together elsewhere.
pub(super) fn alike_software(vendor_text: &str, product: &str) -> String {
    alike(SOFTWARE, &vendor(vendor_text), &words(product))
}

/// The keys of what a feed names as one product and is several, or has no vendor.
pub(super) fn of_several(vendor_text: &str, product: &str) -> Vec<String> {
    let by = vendor(vendor_text);
    let key = |part: &str| {
        let words = words(&names::product_key(vendor_text, part));
        let says_enough = if by.is_empty() { words.len() > 1 } else { !words.is_empty() };
        says_enough.then(|| alike(SOFTWARE, &by, &words))
    };
    let parts = called::parts(product);
    match (parts.is_empty(), by.is_empty()) {
        (false, _) => parts.into_iter().filter_map(key).collect(),
        (true, true) => key(product).into_iter().collect(),
        (true, false) => Vec::new(),
    }
}

fn sure(class: &str, vendor: &str, product: &str) -> String {
    [SURE, class, vendor, product].join(&SEPARATOR.to_string())
}

fn alike(class: &str, vendor: &str, words: &[String]) -> String {
    let words = words.join(" ");
    [ALIKE, class, &words, vendor].join(&SEPARATOR.to_string())
}

fn near(words: &[String]) -> String {
    [NEAR, SOFTWARE, &words.join(" ")].join(&SEPARATOR.to_string())
}

/// A vendor as compared: its normal form under the name that counts, without blanks; empty when none is named.
fn vendor(text: &str) -> String {
    let key = names::vendor_key(text);
    match key.as_str() {
        "n a" | "unspecified" | "unknown" | "none" => String::new(),
        key => names::vendor_alias(key).replace(' ', ""),
    }
}

/// The words of a product in order of the alphabet, split at every mark.
fn words(product: &str) -> Vec<String> {
    let split = product.split(|c: char| !c.is_alphanumeric() && c != '+' && c != '#');
    let mut words: Vec<String> = split.filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    if words.first().is_some_and(|word| word == "windows") {
        words.retain(|word| !system::is_filling(word));
    }
    words.sort_unstable();
    words.dedup();
    words
}

/// The words without those of the version and of how it was built: `Firefox 115.0 (x64 en-US)`.
fn plain(words: &[String], version: &str) -> Vec<String> {
    let of_version: Vec<String> =
        version.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect();
    let keep = |word: &&String| !BUILDS.contains(&word.as_str()) && !of_version.contains(word);
    words.iter().filter(keep).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(vendor: &str, product: &str, version: &str) -> Vec<String> {
        let component = Component {
            vendor: vendor.into(),
            product: product.into(),
            version: version.into(),
            ..Component::empty(ComponentKind::Application)
        };
        let mut found = Vec::new();
        of_component(&component, &mut found);
        found.into_iter().map(|name| name.name).collect()
    }

    fn meets(keys: &[String], name: &str) -> Option<Worth> {
        let own = of_product(&name.replace('/', "\u{1f}"));
        let met = keys.iter().filter(|key| own.contains(key)).filter_map(|key| worth(key));
        met.max_by_key(|worth| *worth == Worth::Sure)
    }

    #[test]
    fn equal_vendor_and_product_are_sure_however_they_are_written() {
        let own = keys("Rockwell Automation, Inc.", "FactoryTalk View", "12");
        assert_eq!(meets(&own, "c/a/rockwellautomation/factorytalk_view"), Some(Worth::Sure));
        let own = keys("Siemens AG", "Siemens SIMATIC S7-1500 CPU 1511-1 PN", "2.9");
        let firmware = "c/o/siemens/simatic_s7-1500_cpu_1511-1_pn_firmware";
        assert_eq!(meets(&own, firmware), Some(Worth::Sure));
        assert_eq!(meets(&own, "c/o/siemens/simatic_s7-1500_cpu_1513-1_pn_firmware"), None);
        assert_eq!(meets(&own, "c/o/other/simatic_s7-1500_cpu_1511-1_pn_firmware"), None);
    }

    #[test]
    fn what_inventories_call_otherwise_is_alike() {
        for (vendor, product, feed) in [
            ("Microsoft", "Microsoft SQL Server 2019", "n/microsoft/sql server 2019 (gdr)"),
            (
                "Microsoft Corporation",
                "SQL Server 2019 Standard (64-bit)",
                "n/microsoft/sql server 2019 (cu 25)",
            ),
            ("", "Microsoft SQL Server 2019", "c/a/microsoft/sql_server_2019"),
            (
                "Microsoft",
                "Exchange Server 2016 CU23",
                "n/microsoft/exchange server 2016 cumulative update 23",
            ),
            ("Microsoft", "Office Professional Plus 2016", "n/microsoft/office 2016 (64-bit edition)"),
            ("Oracle", "Java SE Development Kit", "c/a/oracle/jdk"),
            ("Oracle Corporation", "Java SE Runtime Environment", "c/a/oracle/jre"),
            ("", "Java 8 Update 341 (64-bit)", "c/a/oracle/jre"),
            ("Cisco", "IOS XE Software", "c/o/cisco/ios_xe"),
            ("", "Cisco IOS XE Software", "c/o/cisco/ios_xe"),
            ("", "Cisco IOS", "c/o/cisco/ios"),
            ("", "VMware ESXi", "c/o/vmware/esxi"),
            ("", "Juniper Junos", "c/o/juniper/junos"),
            ("", "Palo Alto Networks PAN-OS", "c/o/paloaltonetworks/pan-os"),
            ("Microsoft", "Microsoft .NET Framework 4.7.2", "c/a/microsoft/.net_framework"),
            ("", "Microsoft .NET Framework 3.5 SP1", "c/a/microsoft/.net_framework"),
            ("Microsoft", "SQL Server 2019 Standard (64-bit)", "c/a/microsoft/sql_server"),
            ("Microsoft", "Office Professional Plus 2016", "c/a/microsoft/office"),
            ("Siemens", "S7-1500 CPU 1511-1 PN", "c/o/siemens/simatic_s7-1500_cpu_1511-1_pn_firmware"),
            ("Siemens", "CPU 1511-1 PN", "c/o/siemens/simatic_s7-1500_cpu_1511-1_pn_firmware"),
        ] {
            let is_near = feed.contains("/microsoft/") && feed.contains("20");
            let expected = if is_near { Worth::Near } else { Worth::Alike };
            assert_eq!(meets(&keys(vendor, product, ""), feed), Some(expected), "{product}");
        }
        for (vendor, product, feed) in [
            ("Microsoft", "SQL Server 2017", "n/microsoft/sql server 2019 (gdr)"),
            ("Other", "SQL Server 2019", "n/microsoft/sql server 2019 (gdr)"),
            ("Siemens", "CPU 1512-1 PN", "c/o/siemens/simatic_s7-1500_cpu_1511-1_pn_firmware"),
            ("Oracle", "Java SE Development Kit", "c/a/oracle/jre"),
            ("Microsoft", "SQL Server 2019 Integration Services", "c/a/microsoft/sql_server"),
            ("Acme", "Valve 12", "c/a/acme/valve"),
            ("", "Juniper Junos", "c/o/cisco/junos"),
            ("", "Cisco IOS", "c/o/cisco/ios_xe"),
        ] {
            assert_eq!(meets(&keys(vendor, product, ""), feed), None, "{product}");
        }
    }

    #[test]
    fn a_name_that_lists_several_products_is_alike_to_each() {
        let feed = of_several("Acme", "Tool, Tool Pro, and Tool Lite");
        for product in ["Tool", "Tool Pro", "Tool Lite", "Acme Tool Lite"] {
            assert!(keys("Acme", product, "").iter().any(|key| feed.contains(key)), "{product}");
        }
        assert!(!keys("Acme", "Tool Max", "").iter().any(|key| feed.contains(key)));
        assert!(!keys("Other", "Tool", "").iter().any(|key| feed.contains(key)));
        let nameless = of_several("n/a", "Acme Tool");
        assert!(keys("Acme", "Tool", "").iter().any(|key| nameless.contains(key)));
        assert!(keys("", "Acme Tool", "").iter().any(|key| nameless.contains(key)));
        assert!(of_several("n/a", "Tool").is_empty(), "one word without a vendor");
        assert!(of_several("Acme", "Tool").is_empty());
    }

    #[test]
    fn what_is_only_alike_is_never_sure() {
        let name = "c/a/mozilla/firefox_esr";
        assert_eq!(
            meets(&keys("Mozilla", "Firefox ESR 115.0 (x64 en-US)", "115.0"), name),
            Some(Worth::Alike)
        );
        assert_eq!(meets(&keys("", "firefox esr", ""), name), Some(Worth::Alike));
        assert_eq!(meets(&keys("Mozilla", "ESR Firefox", ""), name), Some(Worth::Alike));
        assert_eq!(meets(&keys("", "firefox", ""), "c/a/mozilla/firefox"), None, "one word without a vendor");
        assert_eq!(meets(&keys("Mozilla", "Firefox", ""), name), None);
    }
}
