//! dnf: `repomd.xml` names the lists with their hashes; `updateinfo.xml` says what an update fixes and which packages it
//! brings; `primary.xml` has the packages with their files.
//!
//! The surprise: an update of `updateinfo` is the patch, with several packages; a package of `primary` becomes a patch of
//! its own only where no update brings it.

use super::{IndexedFile, Limits, PackageList, encoded};
use crate::microsoft;
use crate::microsoft::xml::{self, Element};
use holdpoint_domain::patch::{PatchClass, PatchFile, PatchRecord};
use holdpoint_domain::{Moment, Parsed, Rejected};
use std::collections::{BTreeMap, BTreeSet};

/// The distribution that a repository is for, as whoever reads it says: dnf's lists do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distribution {
    /// The namespace of its packages: `redhat`, `fedora`.
    pub namespace: String,
    /// The names by which packages may name it: `rhel-9`.
    pub distros: Vec<String>,
}

fn refused(code: &str, what: String) -> Rejected {
    Rejected::new(code, what, "nothing of the repository was taken", "look at the mirror, or fetch it again")
}

fn tree(bytes: &[u8], limits: &Limits) -> Result<Element, Rejected> {
    if bytes.len() > limits.bytes {
        return Err(refused("too-large", format!("the file has {} bytes, more than the limit", bytes.len())));
    }
    let text =
        std::str::from_utf8(bytes).map_err(|_| refused("not-utf8", "the file is no UTF-8".to_owned()))?;
    let within = microsoft::Limits { elements: limits.elements, depth: 20, ..microsoft::Limits::default() };
    xml::tree(text, &within)
}

/// Reads `repomd.xml`: the lists by their type (`primary`, `updateinfo`).
///
/// # Errors
/// When it is too large, no XML, or names no list.
pub fn repomd(bytes: &[u8], limits: &Limits) -> Result<BTreeMap<String, IndexedFile>, Rejected> {
    let tree = tree(bytes, limits)?;
    let root = tree.child("repomd").ok_or_else(|| refused("not-repomd", "it is no `repomd`".to_owned()))?;
    let lists = root.all("data").filter_map(|data| {
        let path = data.child("location")?.attribute("href").to_owned();
        let sum = data.child("checksum").filter(|sum| sum.attribute("type") == "sha256");
        let sha256 = sum.map_or(String::new(), |sum| sum.text.trim().to_lowercase());
        Some((data.attribute("type").to_owned(), IndexedFile { path, sha256 }))
    });
    let lists: BTreeMap<String, IndexedFile> = lists.collect();
    if lists.contains_key("primary") || lists.contains_key("updateinfo") {
        return Ok(lists);
    }
    Err(refused("not-repomd", "it names neither `primary` nor `updateinfo`".to_owned()))
}

/// One package with its epoch, version and release.
struct Package<'x> {
    name: &'x str,
    arch: &'x str,
    version: String,
}

impl Package<'_> {
    fn purl(&self, distribution: &Distribution, distro: &str) -> String {
        format!(
            "pkg:rpm/{}/{}@{}?arch={}&distro={}",
            encoded(&distribution.namespace),
            encoded(self.name),
            encoded(&self.version),
            encoded(self.arch),
            encoded(distro)
        )
    }
}

fn evr(element: &Element) -> String {
    let (epoch, version, release) = (
        element.attribute("epoch"),
        element.attribute("version").max(element.attribute("ver")),
        element.attribute("release").max(element.attribute("rel")),
    );
    let base = if release.is_empty() { version.to_owned() } else { format!("{version}-{release}") };
    if epoch.is_empty() || epoch == "0" { base } else { format!("{epoch}:{base}") }
}

/// Reads `updateinfo.xml`; an update counts when it brings a package whose name is wanted.
///
/// # Errors
/// When it is too large or no XML of that kind.
pub fn updates(
    distribution: &Distribution,
    bytes: &[u8],
    limits: &Limits,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Parsed<PackageList>, Rejected> {
    let tree = tree(bytes, limits)?;
    let root =
        tree.child("updates").ok_or_else(|| refused("not-updateinfo", "it is no `updates`".to_owned()))?;
    let mut list = PackageList::default();
    for update in root.all("update") {
        list.packages += 1;
        if list.packages > limits.packages {
            return Err(refused(
                "too-many-packages",
                format!("it has more than {} updates", limits.packages),
            ));
        }
        let elements: Vec<&Element> = update
            .all("pkglist")
            .flat_map(|list| list.all("collection"))
            .flat_map(|collection| collection.all("package"))
            .collect();
        let id = update.text_of("id");
        if id.is_empty() || !elements.iter().any(|package| is_wanted(package.attribute("name"))) {
            continue;
        }
        list.patches.push(patch(distribution, update, id, &elements));
    }
    Ok(Parsed::clean(list))
}

fn patch(distribution: &Distribution, update: &Element, id: &str, packages: &[&Element]) -> PatchRecord {
    let class = match (update.attribute("type"), update.text_of("severity")) {
        ("security", "Critical") => PatchClass::SecurityCritical,
        ("security", _) => PatchClass::Security,
        ("bugfix" | "recommended", _) => PatchClass::Recommended,
        ("enhancement" | "newpackage", _) => PatchClass::Feature,
        _ => PatchClass::Unknown,
    };
    let references = update.child("references").map(|list| list.all("reference").collect::<Vec<_>>());
    let references = references.unwrap_or_default();
    let cves: BTreeSet<String> = references
        .iter()
        .filter(|one| one.attribute("type") == "cve")
        .map(|one| one.attribute("id").to_ascii_uppercase())
        .collect();
    let url = references.iter().find(|one| one.attribute("type") == "self").map(|one| one.attribute("href"));
    let reboot = packages.iter().any(|package| is_true(package, "reboot_suggested"));
    let relogin = packages.iter().any(|package| is_true(package, "relogin_suggested"));
    let restart = packages.iter().any(|package| is_true(package, "restart_suggested"));
    let mut products = BTreeSet::new();
    for element in packages {
        let package = Package {
            name: element.attribute("name"),
            arch: element.attribute("arch"),
            version: evr(element),
        };
        products.extend(distribution.distros.iter().map(|distro| package.purl(distribution, distro)));
    }
    PatchRecord {
        identifier: id.to_owned(),
        title: update.text_of("title").chars().take(200).collect(),
        class,
        classification: update.attribute("type").to_owned(),
        severity: update.text_of("severity").to_owned(),
        released: moment(update.child("issued").map_or("", |issued| issued.attribute("date"))),
        products: products.into_iter().collect(),
        fixes: cves.into_iter().collect(),
        restart: match (reboot, restart, relogin) {
            (true, _, _) => "machine".to_owned(),
            (false, true, _) => "service".to_owned(),
            (false, false, true) => "session".to_owned(),
            // Nobody has said "none": updateinfo only ever suggests.
            (false, false, false) => String::new(),
        },
        files: packages.iter().map(|package| file_of(package)).collect(),
        url: url.unwrap_or_default().to_owned(),
        ..PatchRecord::of(distribution.namespace.clone())
    }
}

fn is_true(package: &Element, name: &str) -> bool {
    package.child(name).is_some_and(|mark| !matches!(mark.text.trim(), "0" | "False" | "false"))
}

fn file_of(package: &Element) -> PatchFile {
    let sums = package.all("sum").map(|sum| format!("{}:{}", sum.attribute("type"), sum.text.trim()));
    PatchFile {
        name: package.text_of("filename").to_owned(),
        url: package.attribute("src").to_owned(),
        size_bytes: None,
        hashes: sums.collect(),
    }
}

/// `2031-02-11 08:00:00`, a plain date, or seconds since 1970.
fn moment(text: &str) -> Option<Moment> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<i64>() {
        return seconds.checked_mul(1_000_000).map(Moment::from_micros);
    }
    let day = text.get(..10)?;
    match text.get(11..19) {
        Some(time) => format!("{day}T{time}Z").parse().ok(),
        None => day.parse().ok(),
    }
}

/// Reads `primary.xml`; packages that are wanted and that no update brings become patches of their own. `brought` holds
/// the package URLs of the updates.
///
/// # Errors
/// When it is too large or no XML of that kind.
pub fn primary(
    distribution: &Distribution,
    bytes: &[u8],
    limits: &Limits,
    is_wanted: impl Fn(&str) -> bool,
    brought: &BTreeSet<String>,
) -> Result<Parsed<PackageList>, Rejected> {
    let tree = tree(bytes, limits)?;
    let root =
        tree.child("metadata").ok_or_else(|| refused("not-primary", "it is no `metadata`".to_owned()))?;
    let mut list = PackageList::default();
    for element in root.all("package") {
        list.packages += 1;
        let name = element.text_of("name");
        let Some(version) = element.child("version").filter(|_| is_wanted(name)) else { continue };
        let package = Package { name, arch: element.text_of("arch"), version: evr(version) };
        let products: Vec<String> =
            distribution.distros.iter().map(|distro| package.purl(distribution, distro)).collect();
        if products.iter().any(|purl| brought.contains(purl)) || package.arch == "src" {
            continue;
        }
        let location = element.child("location").map_or("", |location| location.attribute("href"));
        let sum = element.child("checksum");
        let hash = sum.map(|sum| format!("{}:{}", sum.attribute("type"), sum.text.trim()));
        let size = element.child("size").and_then(|size| size.attribute("package").parse().ok());
        list.patches.push(PatchRecord {
            identifier: format!("rpm {name} {} ({})", package.version, package.arch),
            title: element.text_of("summary").chars().take(200).collect(),
            architecture: package.arch.to_owned(),
            fixed_build: package.version.clone(),
            products,
            files: vec![PatchFile {
                name: location.rsplit('/').next().unwrap_or_default().to_owned(),
                url: location.to_owned(),
                size_bytes: size,
                hashes: hash.into_iter().collect(),
            }],
            ..PatchRecord::of(distribution.namespace.clone())
        });
    }
    Ok(Parsed::clean(list))
}
