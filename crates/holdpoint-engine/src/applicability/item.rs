//! A component of the inventory, read once, ready for every test.

use super::asked_update;
use super::names::{self, Built, CpeParts};
use super::qualifier::release_of_package;
use super::system;
use super::written;
use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_versions::Scheme;
use holdpoint_versions::expression::releases;
use holdpoint_versions::purl::Purl;

/// Kinds of things that an inventory lists: application, operating system, hardware.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Parts(u8);

impl Parts {
    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The three bits: application, operating system, hardware.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The parts of these bits; others are left out.
    pub(super) const fn from_bits(bits: u8) -> Self {
        Self(bits & 7)
    }

    /// The part of a CPE name; nothing for `*`.
    pub(super) fn of_letter(letter: &str) -> Self {
        match letter {
            "a" => Self(1),
            "o" => Self(2),
            "h" => Self(4),
            _ => Self(0),
        }
    }

    /// What a component of that kind shows to be listed. A row of a device itself, which is its firmware, is no list of
    /// operating systems: CPE calls both `o`, and what runs on the device nobody has said by it.
    const fn of_kind(kind: ComponentKind) -> Self {
        match kind {
            ComponentKind::Application | ComponentKind::Package => Self(1),
            ComponentKind::OperatingSystem => Self(2),
            ComponentKind::Hardware => Self(4),
            ComponentKind::Firmware | ComponentKind::Patch => Self(0),
        }
    }

    /// What a CPE name of a component of that kind shows besides.
    fn of_name(kind: ComponentKind, letter: &str) -> Self {
        match (kind, letter) {
            (ComponentKind::Firmware, "o") => Self(0),
            _ => Self::of_letter(letter),
        }
    }

    /// Whether nothing of that part is here, though it is one.
    pub(super) const fn lack(self, part: Self) -> bool {
        part.0 != 0 && self.0 & part.0 == 0
    }
}

/// Written for a version that is not known; no version has it.
const NOT_KNOWN: &str = "\u{1f}";

/// Words that say that a program is Java.
const JAVA: [&str; 6] = ["jdk", "jre", "openjdk", "temurin", "corretto", "zulu"];
/// Words that may stand beside `Java` in the name of what runs it.
const BESIDE_JAVA: [&str; 14] = [
    "tm",
    "r",
    "se",
    "runtime",
    "environment",
    "development",
    "kit",
    "platform",
    "standard",
    "edition",
    "update",
    "bit",
    "oracle",
    "sun",
];

/// Whether a component is Java, whose versions tell their updates in a way of their own. IBM counts its own releases.
fn is_java(component: &Component, cpe: Option<&CpeParts<'_>>, purl: Option<&Purl>) -> bool {
    let vendor = component.vendor.to_ascii_lowercase();
    let product = cpe.map(CpeParts::vendor_and_product);
    let is_ibm = vendor.contains("ibm") || product.is_some_and(|(vendor, _)| vendor == "ibm");
    let names = [component.product.as_str(), product.map_or("", |(_, product)| product)];
    let purl = purl.map_or("", |purl| purl.name.as_str());
    !is_ibm && (names.into_iter().any(names_java) || names_java(purl))
}

fn names_java(name: &str) -> bool {
    let words = || name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let is = |word: &str, known: &[&str]| known.iter().any(|known| word.eq_ignore_ascii_case(known));
    let beside = |word: &str| {
        let number = word.trim_start_matches(['x', 'X', 'u', 'U']);
        is(word, &BESIDE_JAVA) || is(word, &["java"]) || number.bytes().all(|byte| byte.is_ascii_digit())
    };
    words().any(|word| is(word, &JAVA)) || (words().any(|word| is(word, &["java"])) && words().all(beside))
}

/// A name of a component with the version that goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ItemName {
    pub(crate) name: String,
    /// The version; `None`: the inventory does not say, or says two that contradict each other.
    pub(crate) version: Option<String>,
}

/// A component, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub(crate) names: Vec<ItemName>,
    /// CPE's last seven attributes, `*` where nothing is known; absent when nothing is known at all.
    attributes: Option<Box<[String; 7]>>,
    pub(super) release: String,
    parts: Parts,
}

impl Item {
    /// Reads a component.
    #[must_use]
    pub fn new(component: &Component) -> Self {
        let cpe = CpeParts::read(&component.cpe);
        let purl = Purl::parse(&component.purl).ok();
        let stated = Some(component.version.trim()).filter(|text| !text.is_empty());
        let mut item = Self {
            names: Vec::new(),
            attributes: None,
            release: String::new(),
            parts: Parts::of_kind(component.kind),
        };
        if let Some(cpe) = &cpe {
            item.parts = item.parts.and(Parts::of_name(component.kind, cpe.part()));
            item.attributes = known_attributes(cpe.rest());
            let version = cpe_version(cpe, stated);
            let names = cpe.names();
            item.names
                .extend(names.iter().map(|name| ItemName { name: name.clone(), version: version.clone() }));
            names.iter().for_each(|name| system::ground_of(name, &mut item.names));
        }
        if let Some(purl) = &purl {
            item.read_purl(purl, stated);
        }
        if let Some(name) = names::product(&component.vendor, &component.product) {
            let cpe_version = cpe.as_ref().and_then(|cpe| cpe_version(cpe, stated));
            let version = stated.map(str::to_owned).or(cpe_version);
            item.names.push(ItemName { name, version });
        }
        if cpe.is_none() && purl.is_none() {
            written::of_component(component, &mut item.names);
        }
        if is_java(component, cpe.as_ref(), purl.as_ref()) {
            item.read_updates();
        }
        item
    }

    /// The updates that versions of Java tell: CPE has them in an attribute of its own, and all are compared in one notation.
    fn read_updates(&mut self) {
        let release = |name: &ItemName| releases::release_of_java(name.version.as_deref()?);
        if let Some((_, update)) = self.names.iter().find_map(release)
            && self.attribute(0) == "*"
        {
            let known = self.attributes.get_or_insert_with(|| Box::new(["*"; 7].map(str::to_owned)));
            known[0] = format!("update{update}");
        }
        // Packages are ordered by their own tools.
        for name in self.names.iter_mut().filter(|name| !names::is_package(&name.name)) {
            if let Some((feature, update)) = release(name) {
                name.version = Some(asked_update::in_java(feature, update));
            }
        }
    }

    fn read_purl(&mut self, purl: &Purl, stated: Option<&str>) {
        let version = purl.version.clone().or_else(|| stated.map(str::to_owned));
        // The epoch of an rpm stands in a qualifier, and belongs in front of the version.
        let epoch = purl.qualifiers.get("epoch").filter(|epoch| !epoch.is_empty() && purl.type_ == "rpm");
        let version = version.map(|version| match epoch {
            Some(epoch) if !version.contains(':') => format!("{epoch}:{version}"),
            Some(_) | None => version,
        });
        let namespace = purl.namespace.as_deref().unwrap_or_default();
        let said = purl.qualifiers.get("distro").map(String::as_str).unwrap_or_default();
        let name = names::package(purl, &purl.name, Built::Binary);
        self.names.push(ItemName { name, version: version.clone() });
        // Where a package does not name its source, the source has the package's own name.
        let (source, source_version) = match purl.qualifiers.get("upstream") {
            Some(text) => match text.split_once('@') {
                Some((name, version)) => (name.to_owned(), Some(version.to_owned())),
                None => (text.clone(), version),
            },
            None => (purl.name.clone(), version),
        };
        let told = source_version.as_deref().unwrap_or_default();
        self.release = release_of_package(namespace, said, &purl.name, told);
        let name = names::package(purl, &source.to_lowercase(), Built::Source);
        self.names.push(ItemName { name, version: source_version });
    }

    /// What sorts components of one product together.
    pub(crate) fn first_name(&self) -> &str {
        self.names.first().map_or("", |name| &name.name)
    }

    /// The texts, for writing down: release, seven attributes, then each name with its version, which is marked
    /// when it is not known.
    pub(crate) fn texts(&self, mut take: impl FnMut(&str)) {
        take(&self.release);
        (0..7).for_each(|at| take(self.attribute(at)));
        for name in &self.names {
            take(&name.name);
            take(name.version.as_deref().unwrap_or(NOT_KNOWN));
        }
    }

    /// Puts together what [`Item::texts`] gave.
    pub(crate) fn from_texts(texts: &[&str], parts: u8) -> Option<Self> {
        let (release, rest) = texts.split_first()?;
        let (attributes, rest) = rest.split_at_checked(7)?;
        let pairs = rest.chunks_exact(2);
        if !pairs.remainder().is_empty() || parts > 7 {
            return None;
        }
        let version = |text: &str| (text != NOT_KNOWN).then(|| text.to_owned());
        Some(Self {
            names: pairs
                .map(|pair| ItemName { name: pair[0].to_owned(), version: version(pair[1]) })
                .collect(),
            attributes: known_attributes(std::array::from_fn(|at| attributes[at])),
            release: (*release).to_owned(),
            parts: Parts(parts),
        })
    }

    /// One of CPE's last seven attributes; `*` when nothing is known.
    pub(super) fn attribute(&self, at: usize) -> &str {
        self.attributes.as_ref().map_or("*", |known| &known[at])
    }

    /// What kinds of things this component shows to be listed.
    #[must_use]
    pub const fn parts(&self) -> Parts {
        self.parts
    }

    /// The versions that go with a name; none when the component does not have that name.
    pub(super) fn versions_as<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Option<&'a str>> + 'a {
        self.names.iter().filter(move |known| known.name == name).map(|known| known.version.as_deref())
    }
}

fn known_attributes(attributes: [&str; 7]) -> Option<Box<[String; 7]>> {
    let known = attributes.iter().any(|text| *text != "*");
    known.then(|| Box::new(attributes.map(str::to_owned)))
}

/// The version of a CPE name beside the version field: both must say the same, with the update or without.
fn cpe_version(cpe: &CpeParts<'_>, stated: Option<&str>) -> Option<String> {
    let of_name = cpe.version().map(std::borrow::Cow::into_owned);
    let (Some(of_name), Some(stated)) = (&of_name, stated) else {
        return of_name.or_else(|| stated.map(str::to_owned));
    };
    let same = |a: &str, b: &str| {
        a.eq_ignore_ascii_case(b)
            || matches!((Scheme::Ot.encode(a), Scheme::Ot.encode(b)), (Ok(a), Ok(b)) if a == b)
    };
    let with_update = format!("{of_name} {}", cpe.rest()[0]);
    (same(of_name, stated) || same(&with_update, stated)).then(|| of_name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(version: &str, cpe: &str, purl: &str) -> Item {
        let component = Component {
            version: version.into(),
            cpe: cpe.into(),
            purl: purl.into(),
            ..Component::empty(ComponentKind::Application)
        };
        Item::new(&component)
    }

    #[test]
    fn a_version_written_in_two_ways_that_differ_decides_nothing() {
        let cpe = "cpe:2.3:a:acme:box:1.0:update2:*:*:*:*:*:*";
        let version = |text: &str| item(text, cpe, "").names[0].version.clone();
        assert_eq!(version(""), Some("1.0".into()));
        assert_eq!(version("V1.0"), Some("1.0".into()));
        assert_eq!(version("1.0 Update 2"), Some("1.0".into()));
        assert_eq!(version("2.0"), None);
    }

    #[test]
    fn a_package_is_known_by_its_source_too() {
        let read =
            item("", "", "pkg:deb/debian/libssl3@3.0.11-1?upstream=openssl%403.0.11-1&distro=debian-12");
        let names: Vec<&str> = read.names.iter().map(|known| known.name.as_str()).collect();
        assert_eq!(names, ["p\u{1f}deb\u{1f}debian\u{1f}libssl3", "s\u{1f}deb\u{1f}debian\u{1f}openssl"]);
        assert_eq!(read.release, "bookworm;", "it bears no mark of its release");
    }
}
