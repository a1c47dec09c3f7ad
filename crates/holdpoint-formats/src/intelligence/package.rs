//! Packages of ecosystems under one name: from package URLs, OSV's ecosystems and the collections of CVE records.
//!
//! Not here: whether an asset has the package. The surprise: a distribution's release is written in four ways
//! (`Debian:12`, `distro=debian-12`, `enterprise_linux:9::appstream`, `el9`); where it cannot be told it stays empty,
//! which means any release, never a guess.

use holdpoint_domain::intelligence::Subject;
use holdpoint_versions::purl::Purl;
use holdpoint_versions::release;

/// OSV ecosystems whose packages have a purl type and no release.
const PLAIN: &[(&str, &str)] = &[
    ("PyPI", "pypi"),
    ("npm", "npm"),
    ("Maven", "maven"),
    ("Go", "golang"),
    ("crates.io", "cargo"),
    ("NuGet", "nuget"),
    ("RubyGems", "gem"),
    ("Packagist", "composer"),
    ("Hex", "hex"),
    ("Pub", "pub"),
    ("CRAN", "cran"),
    ("Hackage", "hackage"),
    ("ConanCenter", "conan"),
    ("SwiftURL", "swift"),
    ("Bitnami", "bitnami"),
];

/// Collections, as CVE records name them: the last labels of the host, and the purl type of what is in them.
const COLLECTIONS: &[(&[&str], &str)] = &[
    (&["pypi", "org"], "pypi"),
    (&["pypi", "python", "org"], "pypi"),
    (&["npmjs", "org"], "npm"),
    (&["npmjs", "com"], "npm"),
    (&["maven", "apache", "org"], "maven"),
    (&["maven", "org"], "maven"),
    (&["crates", "io"], "cargo"),
    (&["packagist", "org"], "composer"),
    (&["rubygems", "org"], "gem"),
    (&["nuget", "org"], "nuget"),
    (&["pkg", "go", "dev"], "golang"),
    (&["golang", "org"], "golang"),
    (&["hex", "pm"], "hex"),
    (&["pub", "dev"], "pub"),
];

/// A package of a purl type, its name as the ecosystem writes it.
pub(super) fn named(kind: &str, full_name: &str) -> Subject {
    let (namespace, name) = match kind {
        "maven" => {
            full_name.split_once(':').or_else(|| full_name.rsplit_once('/')).unwrap_or(("", full_name))
        }
        "npm" | "golang" | "composer" | "swift" | "hex" => {
            full_name.rsplit_once('/').unwrap_or(("", full_name))
        }
        _ => ("", full_name),
    };
    let name =
        if kind == "pypi" { name.to_ascii_lowercase().replace(['_', '.'], "-") } else { name.to_owned() };
    Subject::Package {
        kind: kind.to_owned(),
        namespace: namespace.to_owned(),
        name,
        release: String::new(),
        source_package: false,
    }
}

/// A package of a Linux distribution.
pub(super) fn of_distribution(kind: &str, namespace: &str, name: &str, release: &str) -> Subject {
    Subject::Package {
        kind: kind.to_owned(),
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        release: release.to_owned(),
        // Debian, Ubuntu and Alpine record vulnerabilities by source package; Red Hat by what is built.
        source_package: matches!(kind, "deb" | "apk"),
    }
}

/// A package in a collection of a CVE record; `None` when the collection is not known.
pub(super) fn in_collection(address: &str, name: &str, cpes: &[String]) -> Option<Subject> {
    let host = address.trim().split_once("://").map_or(address.trim(), |(_, rest)| rest);
    let host = host.split(['/', '?', '#', ':']).next().unwrap_or_default().trim_start_matches("www.");
    if name.is_empty() {
        return None;
    }
    if host == "access.redhat.com" {
        // `postgresql:12` is a module, numbered in its own way; `nodejs:18/nodejs` is a package of a module.
        let plain = name.rsplit('/').next().unwrap_or(name);
        let kind = if plain.contains(':') { "rpmmod" } else { "rpm" };
        return Some(of_distribution(kind, "redhat", plain, &red_hat_release(cpes)));
    }
    let labels: Vec<&str> = host.split('.').collect();
    COLLECTIONS.iter().find(|(known, _)| labels.ends_with(known)).map(|(_, kind)| named(kind, name))
}

/// The one release that CPE names of Red Hat Enterprise Linux mean; empty when there is none or more than one.
pub(super) fn red_hat_release(cpes: &[String]) -> String {
    let mut found = String::new();
    for cpe in cpes {
        let release = el_of_cpe(cpe);
        if release.is_empty() || (!found.is_empty() && found != release) {
            return String::new();
        }
        found = release;
    }
    found
}

/// `el9` of `cpe:/o:redhat:enterprise_linux:9::baseos`; `el9~2` of the streams with longer support (`rhel_eus:9.2`), whose fixes
/// are made for that minor release alone.
fn el_of_cpe(cpe: &str) -> String {
    const OF_ALL: &[&str] = &["enterprise_linux", "rhel_els"];
    const OF_ONE: &[&str] = &["rhel_eus", "rhel_aus", "rhel_tus", "rhel_e4s"];
    let parts: Vec<&str> =
        cpe.trim_start_matches("cpe:2.3:").trim_start_matches("cpe:/").split(':').collect();
    match parts.as_slice() {
        [_, "redhat", product, version, ..] if OF_ALL.contains(product) || OF_ONE.contains(product) => {
            let (major, minor) = version.split_once('.').unwrap_or((version, ""));
            let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            match (is_number(major), OF_ONE.contains(product) && is_number(minor)) {
                (true, true) => release::with_level(&format!("el{major}"), minor),
                (true, false) => format!("el{major}"),
                (false, _) => String::new(),
            }
        }
        _ => String::new(),
    }
}

/// A package of an OSV ecosystem, for example `Debian:12` or `Maven`.
pub(super) fn in_ecosystem(ecosystem: &str, name: &str) -> Subject {
    let (base, release) = ecosystem.split_once(':').unwrap_or((ecosystem, ""));
    if let Some((_, kind)) = PLAIN.iter().find(|(known, _)| *known == base) {
        return named(kind, name);
    }
    let read = |namespace: &str| release_of(namespace, release);
    match base {
        "Debian" => of_distribution("deb", "debian", name, &read("debian")),
        "Ubuntu" => of_distribution("deb", "ubuntu", name, &read("ubuntu")),
        "Alpine" => of_distribution("apk", "alpine", name, &read("alpine")),
        "Wolfi" => of_distribution("apk", "wolfi", name, ""),
        "Chainguard" => of_distribution("apk", "chainguard", name, ""),
        "AlmaLinux" => of_distribution("rpm", "almalinux", name, &read("almalinux")),
        "Rocky Linux" => of_distribution("rpm", "rocky-linux", name, &read("rocky-linux")),
        "Red Hat" => {
            of_distribution("rpm", "redhat", name, &red_hat_release(&[format!("o:redhat:{release}")]))
        }
        "SUSE" => of_distribution("rpm", "suse", name, &read("suse")),
        "openSUSE" => of_distribution("rpm", "opensuse", name, &read("opensuse")),
        "openEuler" => of_distribution("rpm", "openeuler", name, &read("openeuler")),
        "Mageia" => of_distribution("rpm", "mageia", name, &read("mageia")),
        other => {
            Subject::Product { vendor: other.to_owned(), product: name.to_owned(), platforms: Vec::new() }
        }
    }
}

/// A package as its URL names it, and the version in the URL; `None` when it is no package URL.
pub(super) fn of_purl(text: &str) -> Option<(Subject, Option<String>)> {
    let purl = Purl::parse(text).ok()?;
    let namespace = purl.namespace.clone().unwrap_or_default();
    let distribution = purl.qualifiers.get("distro").map(String::as_str).unwrap_or_default();
    let subject = Subject::Package {
        release: release_of(&namespace, distribution),
        source_package: matches!(purl.type_.as_str(), "deb" | "rpm" | "apk")
            && matches!(purl.qualifiers.get("arch").map(String::as_str), Some("source" | "src")),
        kind: purl.type_,
        namespace,
        name: purl.name,
    };
    // The epoch of an rpm stands in a qualifier, and belongs in front of the version.
    let epoch = purl.qualifiers.get("epoch").filter(|epoch| !epoch.is_empty());
    let version = purl.version.map(|version| match epoch {
        Some(epoch) if !version.contains(':') => format!("{epoch}:{version}"),
        Some(_) | None => version,
    });
    Some((subject, version))
}

/// A release in the form in which it is compared, where that is a plain one; else as it is written.
fn release_of(namespace: &str, text: &str) -> String {
    let key = release::key(namespace, text);
    let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    if plain { key } else { text.trim().to_owned() }
}

/// The order of versions of a package, by its purl type; empty for other subjects.
pub(super) fn scheme_of(subject: &Subject) -> String {
    match subject {
        Subject::Package { kind, .. } => kind.clone(),
        Subject::Cpe(_) | Subject::Product { .. } => String::new(),
    }
}
