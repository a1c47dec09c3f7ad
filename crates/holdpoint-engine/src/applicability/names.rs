//! The names under which a criterion and a component meet.
//!
//! A name is one text that says its kind first: a CPE product with its part, a package, a source package, a
//! vendor with a product. The surprise: escapes are taken out of CPE values, because `\-` and `-` inside a value
//! are the same character and feeds write both.

use super::item::Parts;
use super::written;
use holdpoint_domain::intelligence::{Criterion, Role, Subject};
use holdpoint_versions::cpe::Cpe;
use holdpoint_versions::names;
use holdpoint_versions::purl::Purl;
use std::borrow::Cow;

/// Between the words of a name; no feed has it inside a word.
pub(super) const SEPARATOR: char = '\u{1f}';

/// Vendor and product by which feeds say "on Linux".
const KERNEL: &str = "linux\u{1f}linux_kernel";
/// The name of the ground that every Linux distribution is.
pub(super) const LINUX: &str = "g\u{1f}linux";

/// The attributes of a CPE name, lower case, escapes still in place.
pub(super) struct CpeParts<'a>([Cow<'a, str>; 11]);

impl<'a> CpeParts<'a> {
    /// Reads a formatted string without allocating, anything else by way of [`Cpe`].
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let text = text.trim();
        if let Some(parts) = text.strip_prefix("cpe:2.3:").and_then(split) {
            return valid_part(parts[0]).then(|| Self(parts.map(lower)));
        }
        let printed = Cpe::parse(text).ok()?.to_string();
        let parts = printed.strip_prefix("cpe:2.3:").and_then(split)?;
        Some(Self(parts.map(|part| Cow::Owned(part.to_lowercase()))))
    }

    pub(super) fn part(&self) -> &str {
        &self.0[0]
    }

    /// Vendor and product as written, escapes still in place.
    pub(super) fn vendor_and_product(&self) -> (&str, &str) {
        (&self.0[1], &self.0[2])
    }

    /// The version, without escapes; `None` for `*` and `-`, which say none.
    pub(super) fn version(&self) -> Option<Cow<'_, str>> {
        is_value(&self.0[3]).then(|| plain(&self.0[3]))
    }

    /// Update, edition, language, software edition, target software, target hardware, other.
    pub(super) fn rest(&self) -> [&str; 7] {
        std::array::from_fn(|at| match self.0[4 + at].as_ref() {
            "" => "*",
            value => value,
        })
    }

    /// The names of the product: one for each part it may be; none when no product is named.
    pub(super) fn names(&self) -> Vec<String> {
        let named = |value: &str| is_value(value) && !has_wildcard(value);
        if !named(&self.0[1]) || !named(&self.0[2]) {
            return Vec::new();
        }
        let parts: &[&str] = match self.part() {
            "a" => &["a"],
            "o" => &["o"],
            "h" => &["h"],
            _ => &["a", "o", "h"],
        };
        let (vendor, product) = (plain(&self.0[1]), plain(&self.0[2]));
        parts.iter().map(|part| joined(&["c", part, &vendor, &product])).collect()
    }
}

fn valid_part(part: &str) -> bool {
    matches!(part, "a" | "o" | "h" | "A" | "O" | "H" | "*")
}

fn is_value(attribute: &str) -> bool {
    !matches!(attribute, "" | "*" | "-")
}

fn lower(part: &str) -> Cow<'_, str> {
    let small = part.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if small { Cow::Borrowed(part) } else { Cow::Owned(part.to_lowercase()) }
}

fn split(text: &str) -> Option<[&str; 11]> {
    let mut parts = [""; 11];
    let (mut start, mut at, mut escaped) = (0, 0, false);
    for (place, byte) in text.bytes().enumerate() {
        if byte == b':' && !escaped {
            *parts.get_mut(at)? = &text[start..place];
            (start, at) = (place + 1, at + 1);
        }
        escaped = byte == b'\\' && !escaped;
    }
    *parts.get_mut(at)? = &text[start..];
    (at == 10).then_some(parts)
}

/// Whether a CPE value holds a `*` or `?` that is not escaped.
pub(super) fn has_wildcard(value: &str) -> bool {
    let mut escaped = false;
    value.bytes().any(|byte| {
        let wild = matches!(byte, b'*' | b'?') && !escaped;
        escaped = byte == b'\\' && !escaped;
        wild
    })
}

/// A CPE value without its escapes.
pub(super) fn plain(value: &str) -> Cow<'_, str> {
    if !value.contains('\\') {
        return Cow::Borrowed(value);
    }
    let mut text = String::with_capacity(value.len());
    let mut escaped = false;
    for character in value.chars() {
        if character == '\\' && !escaped {
            escaped = true;
        } else {
            text.push(character);
            escaped = false;
        }
    }
    Cow::Owned(text)
}

fn joined(words: &[&str]) -> String {
    let mut name = String::with_capacity(words.iter().map(|word| word.len() + 1).sum());
    for (nth, word) in words.iter().enumerate() {
        if nth > 0 {
            name.push(SEPARATOR);
        }
        name.push_str(word);
    }
    name
}

/// The name of a package, binary or source.
pub(super) fn package(purl: &Purl, name: &str, built: Built) -> String {
    let kind = match built {
        Built::Binary => "p",
        Built::Source => "s",
    };
    let namespace = purl.namespace.as_deref().unwrap_or_default();
    match purl.type_.as_str() {
        // Feeds write them in capitals, package URLs without.
        "golang" | "nuget" | "pypi" => {
            joined(&[kind, &purl.type_, &namespace.to_lowercase(), &name.to_lowercase()])
        }
        "rpm" => joined(&[kind, "rpm", distribution(&namespace.to_lowercase()), name]),
        _ => joined(&[kind, &purl.type_, namespace, name]),
    }
}

/// A distribution as feeds call it, by what its hosts call it.
fn distribution(namespace: &str) -> &str {
    match namespace {
        "rhel" => "redhat",
        "rocky" | "rockylinux" => "rocky-linux",
        "alma" => "almalinux",
        "sles" | "sled" | "sles_sap" => "suse",
        "opensuse-leap" | "opensuse-tumbleweed" => "opensuse",
        other => other,
    }
}

/// Whether a name is that of a package, binary or source.
pub(super) fn is_package(name: &str) -> bool {
    matches!(name.split_once(SEPARATOR), Some(("p" | "s", _)))
}

/// What a package name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Built {
    /// What is installed.
    Binary,
    /// What it was built from.
    Source,
}

/// The name of a product by vendor and product text; `None` when either says nothing.
pub(super) fn product(vendor: &str, product: &str) -> Option<String> {
    let silent = |text: &str| matches!(text, "" | "n/a" | "n a" | "unspecified" | "unknown");
    let vendor_key = names::vendor_key(vendor);
    let key = names::product_key(vendor, product);
    (!silent(&vendor_key) && !silent(&key)).then(|| joined(&["n", names::vendor_alias(&vendor_key), &key]))
}

/// A criterion's subject, read once.
pub(super) struct Reading<'a> {
    /// Its names; none when it names no product.
    pub(super) names: Vec<String>,
    /// The CPE name, where it is one.
    pub(super) cpe: Option<CpeParts<'a>>,
}

impl<'a> Reading<'a> {
    /// The part that a CPE name says; nothing for other subjects.
    pub(super) fn part(&self) -> Parts {
        self.cpe.as_ref().map_or(Parts::default(), |cpe| Parts::of_letter(cpe.part()))
    }

    /// Reads the subject of a criterion. "Runs on Linux" is met by every distribution, whatever its kernel.
    pub(super) fn of_criterion(criterion: &'a Criterion) -> Self {
        let mut reading = Self::of(&criterion.subject);
        if criterion.role == Role::Platform
            && reading.names.iter().any(|name| name.strip_prefix("c\u{1f}o\u{1f}") == Some(KERNEL))
        {
            reading.names.push(LINUX.to_owned());
        }
        reading
    }

    /// Reads a subject.
    pub(super) fn of(subject: &'a Subject) -> Self {
        match subject {
            Subject::Cpe(text) => {
                let cpe = CpeParts::read(text);
                Self { names: cpe.as_ref().map(CpeParts::names).unwrap_or_default(), cpe }
            }
            Subject::Package { kind, namespace, name, source_package, .. } => {
                let built = if *source_package { Built::Source } else { Built::Binary };
                let names = package_of(kind, namespace, name, built).into_iter().collect();
                Self { names, cpe: None }
            }
            Subject::Product { vendor, product: text, .. } => {
                let mut names: Vec<String> = product(vendor, text).into_iter().collect();
                names.extend(written::of_several(vendor, text));
                Self { names, cpe: None }
            }
        }
    }
}

/// The name of a package as a feed gives it. It is printed and read once more, so that case counts as it does for
/// packages of the inventory.
fn package_of(kind: &str, namespace: &str, name: &str, built: Built) -> Option<String> {
    let purl = Purl {
        type_: kind.to_ascii_lowercase(),
        namespace: Some(namespace.to_owned()).filter(|text| !text.is_empty()),
        name: name.to_owned(),
        version: None,
        qualifiers: std::collections::BTreeMap::new(),
        subpath: None,
    };
    let read = Purl::parse(&purl.to_string()).ok()?;
    Some(package(&read, &read.name, built))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        Reading::of(&Subject::Cpe(text.into())).names
    }

    #[test]
    fn a_cpe_name_reads_the_same_in_both_bindings() {
        let old = names("cpe:/a:Acme:tool-box:1.0");
        assert_eq!(old, names(r"cpe:2.3:a:acme:tool\-box:*:*:*:*:*:*:*:*"));
        assert_eq!(old, ["c\u{1f}a\u{1f}acme\u{1f}tool-box"]);
        assert_eq!(names("cpe:2.3:*:acme:box:*:*:*:*:*:*:*:*").len(), 3);
    }

    #[test]
    fn what_names_no_product_has_no_name() {
        for text in ["", "cpe:2.3:a:acme:*:*:*:*:*:*:*:*:*", "cpe:2.3:a:-:box:*:*:*:*:*:*:*:*", "cpe:2.3:a:b"]
        {
            assert!(names(text).is_empty(), "{text}");
        }
        assert_eq!(product("n/a", "n/a"), None);
        assert_eq!(product("Siemens AG", "SIMATIC"), product("SIEMENS", "Siemens Simatic"));
    }

    #[test]
    fn a_package_is_one_in_capitals_and_without_where_its_ecosystem_says_so() {
        let of_purl = |text: &str| {
            let purl = Purl::parse(text).expect("a package URL");
            package(&purl, &purl.name, Built::Binary)
        };
        for (kind, namespace, name, text) in [
            (
                "golang",
                "github.com/Masterminds",
                "Goutils",
                "pkg:golang/github.com/masterminds/goutils@v1.1.0",
            ),
            ("nuget", "", "Newtonsoft.Json", "pkg:nuget/newtonsoft.json@12.0.3"),
            ("pypi", "", "Django", "pkg:pypi/django@3.2"),
            ("rpm", "rocky-linux", "curl", "pkg:rpm/rocky/curl@7.76.1-26.el9_3.2?distro=rocky-9.3"),
            ("rpm", "suse", "curl", "pkg:rpm/sles/curl@8.0.1?distro=sles-15.4"),
        ] {
            let feed = package_of(kind, namespace, name, Built::Binary);
            assert_eq!(feed, Some(of_purl(text)), "{text}");
        }
        let maven = |name| package_of("maven", "org.acme", name, Built::Binary);
        assert_ne!(maven("Box"), maven("box"), "Maven tells them apart");
    }

    #[test]
    fn escaped_colons_do_not_part() {
        let parts = CpeParts::read(r"cpe:2.3:a:a\:b:c:1\:2\(3\):-:*:*:*:*:x64:*").expect("a name");
        assert_eq!(parts.version().as_deref(), Some("1:2(3)"));
        assert_eq!(parts.rest(), ["-", "*", "*", "*", "*", "x64", "*"]);
    }
}
