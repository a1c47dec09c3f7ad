//! Operating systems as inventories write them (`Windows 10 Pro`, `10.0.19045.4291`; `Debian GNU/Linux`, `12`), under the
//! names that feeds use.
//!
//! Windows has a product of its own for each release, and its versions are builds; a build without its last number, the
//! state of patching, is no version of it, because every update changes just that number. A Linux distribution is
//! listed by its release. The surprise: `Windows 10` without a release may be any of them, so what is said of a release is
//! unknown for it.

use super::item::ItemName;
use super::names::{self, SEPARATOR};
use super::written;
use crate::supersedence::PatchProduct;
use holdpoint_domain::component::Component;

/// How a distribution is written, CPE's vendor and product, and whether feeds list only its first number.
const DISTRIBUTIONS: [(&str, &str, &str, Listed); 7] = [
    ("debian", "debian", "debian_linux", Listed::FirstNumber),
    ("ubuntu", "canonical", "ubuntu_linux", Listed::Release),
    ("red hat enterprise linux", "redhat", "enterprise_linux", Listed::FirstNumber),
    ("rhel", "redhat", "enterprise_linux", Listed::FirstNumber),
    ("centos", "centos", "centos", Listed::FirstNumber),
    ("oracle linux", "oracle", "linux", Listed::FirstNumber),
    ("suse linux enterprise server", "suse", "linux_enterprise_server", Listed::Release),
];

/// Servers by the third number of their build.
const SERVER_BUILDS: [(u32, &str); 8] = [
    (7601, "windows server 2008 r2"),
    (9200, "windows server 2012"),
    (9600, "windows server 2012 r2"),
    (14393, "windows server 2016"),
    (17763, "windows server 2019"),
    (20348, "windows server 2022"),
    (25398, "windows server 2022 23h2 edition"),
    (26100, "windows server 2025"),
];

/// How feeds list a distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Listed {
    /// `12.0`, whatever point release is installed.
    FirstNumber,
    /// `22.04`.
    Release,
}

/// Names an operating system; false when it is none that is known here.
pub(super) fn of_component(component: &Component, into: &mut Vec<ItemName>) -> bool {
    let text = format!("{} {}", component.vendor, component.product).to_lowercase();
    if let Some(at) = text.find("windows ").or_else(|| text.trim_end().ends_with("windows").then_some(0)) {
        let known = windows(text[at..].trim(), component.version.trim(), into);
        return unnamed_windows(text[at..].trim(), component.version.trim(), into) || known;
    }
    if text.contains("hyper-v server") {
        let name = text.replace("hyper-v server", "windows server").replace("microsoft ", "");
        let build = Some(component.version.trim()).filter(|text| is_whole_build(text)).map(str::to_owned);
        into.push(ItemName { name: written::alike_software("microsoft", name.trim()), version: build });
        into.push(ItemName { name: cpe("microsoft", "windows"), version: None });
        return true;
    }
    for (written, vendor, product, listed) in DISTRIBUTIONS {
        if text.contains(written) {
            let version = release(&text, &component.version, listed);
            into.push(ItemName { name: cpe(vendor, product), version });
            into.push(ItemName { name: names::LINUX.to_owned(), version: None });
            return true;
        }
    }
    false
}

/// The ground that an operating system with a CPE name is besides: Windows is `windows`, a distribution is Linux.
pub(super) fn ground_of(name: &str, into: &mut Vec<ItemName>) {
    let mut parts = name.split(SEPARATOR).skip(1);
    let (Some("o"), Some(vendor), Some(product)) = (parts.next(), parts.next(), parts.next()) else { return };
    if vendor == "microsoft" && product.starts_with("windows_") {
        into.push(ItemName { name: cpe("microsoft", "windows"), version: None });
    } else if DISTRIBUTIONS
        .iter()
        .any(|(_, known, distribution, _)| (*known, *distribution) == (vendor, product))
    {
        into.push(ItemName { name: names::LINUX.to_owned(), version: None });
    }
}

/// The release of a distribution, from its version or else from its name.
fn release(text: &str, version: &str, listed: Listed) -> Option<String> {
    let from = |text: &str| {
        let word = text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
        let number: String = word.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        Some(number.trim_matches('.').to_owned()).filter(|number| !number.is_empty())
    };
    let number = from(version).or_else(|| from(text))?;
    let mut parts = number.split('.');
    match listed {
        Listed::FirstNumber => parts.next().map(|first| format!("{first}.0")),
        Listed::Release => Some(parts.by_ref().take(2).collect::<Vec<_>>().join(".")),
    }
}

fn windows(product: &str, version: &str, into: &mut Vec<ItemName>) -> bool {
    let Some(read) = PatchProduct::installed(product, version) else { return false };
    if !read.part.is_empty() || !read.name.starts_with("windows ") {
        return false;
    }
    let build = Some(version).filter(|text| is_whole_build(text)).map(str::to_owned);
    let (general, edition) = match read.name.split_once(" r2") {
        Some((name, "")) => (name.replace(' ', "_"), Some("r2".to_owned())),
        Some(_) | None => (read.name.replace(' ', "_"), None),
    };
    let words = if read.release.is_empty() {
        read.name.clone()
    } else {
        into.push(ItemName {
            name: cpe("microsoft", &format!("{general}_{}", read.release)),
            version: build.clone(),
        });
        format!("{} {}", read.name, read.release)
    };
    // The older way: one product, and the release as its version. A server's name is its release, its version a build.
    let is_client = matches!(read.name.as_str(), "windows 10" | "windows 11");
    let listed = match (edition, read.release.as_str()) {
        (Some(edition), _) => Some(edition),
        (None, "") => build.clone().filter(|_| !is_client),
        (None, release) => Some(release.to_owned()),
    };
    into.push(ItemName { name: cpe("microsoft", &general), version: listed });
    let called = match read.release.as_str() {
        "" => read.name.clone(),
        release => format!("{} version {release}", read.name),
    };
    let on = match read.architecture.as_str() {
        "x64" => " for x64-based systems",
        "x86" => " for 32-bit systems",
        "arm64" => " for arm64-based systems",
        _ => "",
    };
    if let Some(name) = names::product("microsoft", &called) {
        into.push(ItemName { name, version: build.clone() });
    }
    if !on.is_empty()
        && let Some(name) = names::product("microsoft", &format!("{called}{on}"))
    {
        into.push(ItemName { name, version: build.clone() });
    }
    into.push(ItemName { name: cpe("microsoft", "windows"), version: None });
    // A text without its architecture, or a product without its release.
    into.push(ItemName { name: written::alike_software("microsoft", &words), version: build });
    true
}

/// What a Windows may be that is listed by its build alone: the server and the client of that build. False: its name says it.
fn unnamed_windows(product: &str, version: &str, into: &mut Vec<ItemName>) -> bool {
    let name = product.trim_start_matches("microsoft ").trim();
    let (is_server, is_any) = (name == "windows server", name == "windows");
    if !(is_server || is_any) || !is_whole_build(version) {
        return false;
    }
    let branch: Option<u32> = version.split('.').nth(2).and_then(|number| number.parse().ok());
    let server = SERVER_BUILDS.iter().find(|(number, _)| Some(*number) == branch).map(|(_, name)| *name);
    let client = PatchProduct::client_of(version).filter(|_| is_any);
    let names = server.map(str::to_owned).into_iter().chain(client);
    let names = names.map(|name| written::alike_software("microsoft", &name));
    into.extend(names.map(|name| ItemName { name, version: Some(version.to_owned()) }));
    if is_any {
        into.push(ItemName { name: cpe("microsoft", "windows"), version: None });
    }
    true
}

fn cpe(vendor: &str, product: &str) -> String {
    ["c", "o", vendor, product].join(&SEPARATOR.to_string())
}

/// `10.0.19045.4291`: all four numbers.
fn is_whole_build(version: &str) -> bool {
    let numbers: Vec<&str> = version.split('.').collect();
    numbers.len() == 4
        && numbers.iter().all(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Words of Windows' names that tell no products apart.
pub(super) fn is_filling(word: &str) -> bool {
    matches!(word, "version" | "for" | "based" | "systems" | "x64" | "x86" | "arm64" | "32" | "64" | "bit")
}

/// The words of Windows 10 or 11 without a release; `None` for anything else.
pub(super) fn without_release(words: &[String]) -> Option<Vec<String>> {
    let is_windows = words.iter().any(|word| word == "windows");
    let number = words.iter().any(|word| word == "10" || word == "11");
    if !is_windows || !number || words.len() != 3 {
        return None;
    }
    let is_release = |word: &str| {
        word.len() == 4
            && word.bytes().enumerate().all(|(at, byte)| byte.is_ascii_digit() || (at == 2 && byte == b'h'))
    };
    let rest: Vec<String> = words.iter().filter(|word| !is_release(word)).cloned().collect();
    (rest.len() == 2).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdpoint_domain::component::ComponentKind;

    fn names(product: &str, version: &str) -> Vec<(String, Option<String>)> {
        let component = Component {
            product: product.into(),
            version: version.into(),
            ..Component::empty(ComponentKind::OperatingSystem)
        };
        let mut found = Vec::new();
        of_component(&component, &mut found);
        found.into_iter().map(|name| (name.name.replace(SEPARATOR, "/"), name.version)).collect()
    }

    fn has(found: &[(String, Option<String>)], name: &str, version: Option<&str>) -> bool {
        found.contains(&(name.to_owned(), version.map(str::to_owned)))
    }

    #[test]
    fn windows_is_known_by_its_release_and_its_whole_build() {
        let found = names("Microsoft Windows 10 Pro", "10.0.19045.4291");
        assert!(has(&found, "c/o/microsoft/windows_10_22h2", Some("10.0.19045.4291")), "{found:?}");
        assert!(has(&found, "c/o/microsoft/windows_10", Some("22h2")), "{found:?}");
        let found = names("Windows 10", "10.0.19045");
        assert!(has(&found, "c/o/microsoft/windows_10_22h2", None), "the state of patching is not known");
        let found = names("Windows 10 Enterprise", "");
        assert!(has(&found, "c/o/microsoft/windows_10", None), "{found:?}");
        assert!(has(&found, "w/s/10 windows/microsoft", None), "{found:?}");
        let found = names("Windows Server 2012 R2 Standard", "6.3.9600");
        assert!(has(&found, "c/o/microsoft/windows_server_2012", Some("r2")), "{found:?}");
        let found = names("Windows Server 2019", "10.0.17763.5000");
        assert!(has(&found, "c/o/microsoft/windows_server_2019", Some("10.0.17763.5000")), "{found:?}");
        let found = names("Windows Server 2019", "1809");
        assert!(has(&found, "c/o/microsoft/windows_server_2019", None), "the build is not known: {found:?}");
    }

    #[test]
    fn a_windows_that_is_listed_by_its_build_alone_is_alike_to_what_has_that_build() {
        let build = "10.0.17763.5400";
        let (server, client) = ("w/s/2019 server windows/microsoft", "w/s/10 1809 windows/microsoft");
        let found = names("Windows Server", build);
        assert!(has(&found, server, Some(build)) && !has(&found, client, Some(build)), "{found:?}");
        for product in ["Windows", "Microsoft Windows"] {
            let found = names(product, build);
            assert!(has(&found, server, Some(build)) && has(&found, client, Some(build)), "{found:?}");
        }
        assert!(has(&names("Hyper-V Server 2019", build), server, Some(build)));
        assert!(
            !has(&names("Windows Server", "10.0.17763"), server, None),
            "the state of patching is not known"
        );
    }

    #[test]
    fn a_distribution_is_known_by_its_release() {
        let linux = |name: &str, version: Option<&str>| {
            [(format!("c/o/{name}"), version.map(str::to_owned)), ("g/linux".to_owned(), None)]
        };
        assert_eq!(names("Debian GNU/Linux", "12.4"), linux("debian/debian_linux", Some("12.0")));
        assert_eq!(names("Ubuntu 22.04.3 LTS", ""), linux("canonical/ubuntu_linux", Some("22.04")));
        assert_eq!(names("Red Hat Enterprise Linux", ""), linux("redhat/enterprise_linux", None));
        assert_eq!(names("VxWorks", "6.9"), []);
    }
}
