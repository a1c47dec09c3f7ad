//! Packages of ecosystems under one name: from package URLs, OSV's ecosystems and the collections of CVE records.
//!
//! Not here: whether an asset has the package. The surprise: a distribution's release is written in four ways
//! (`Debian:12`, `distro=debian-12`, `enterprise_linux:9::appstream`, `el9`); where it cannot be told it stays empty,
//! which means any release, never a guess.

use holdpoint_domain::intelligence::Subject;
use holdpoint_versions::purl::Purl;

/// Debian's releases by number.
const DEBIAN: &[(&str, &str)] = &[
    ("7", "wheezy"),
    ("8", "jessie"),
    ("9", "stretch"),
    ("10", "buster"),
    ("11", "bullseye"),
    ("12", "bookworm"),
    ("13", "trixie"),
    ("14", "forky"),
];

/// Ubuntu's long-term releases by number; others keep their number.
const UBUNTU: &[(&str, &str)] = &[
    ("14.04", "trusty"),
    ("16.04", "xenial"),
    ("18.04", "bionic"),
    ("20.04", "focal"),
    ("22.04", "jammy"),
    ("24.04", "noble"),
];

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

/// `el9` of `cpe:/o:redhat:enterprise_linux:9::baseos`; also of the streams with longer support (`rhel_eus:9.2`).
fn el_of_cpe(cpe: &str) -> String {
    const PRODUCTS: &[&str] =
        &["enterprise_linux", "rhel_eus", "rhel_aus", "rhel_tus", "rhel_e4s", "rhel_els"];
    let parts: Vec<&str> =
        cpe.trim_start_matches("cpe:2.3:").trim_start_matches("cpe:/").split(':').collect();
    match parts.as_slice() {
        [_, "redhat", product, version, ..] if PRODUCTS.contains(product) => {
            let major = version.split('.').next().unwrap_or_default();
            let number = !major.is_empty() && major.bytes().all(|byte| byte.is_ascii_digit());
            if number { format!("el{major}") } else { String::new() }
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
    let by_number = |table: &[(&'static str, &'static str)], number: &str| {
        let known = table.iter().find(|(known, _)| *known == number);
        known.map_or_else(|| number.to_owned(), |(_, word)| (*word).to_owned())
    };
    let major = |number: &str| {
        let number = number.split('.').next().unwrap_or_default();
        if number.is_empty() { String::new() } else { format!("el{number}") }
    };
    match base {
        "Debian" => of_distribution("deb", "debian", name, &by_number(DEBIAN, release)),
        "Ubuntu" => {
            let number = release.trim_start_matches("Pro:").trim_start_matches("FIPS:");
            let number = number.split(':').next().unwrap_or_default();
            of_distribution("deb", "ubuntu", name, &by_number(UBUNTU, number))
        }
        "Alpine" => of_distribution("apk", "alpine", name, release),
        "Wolfi" => of_distribution("apk", "wolfi", name, ""),
        "Chainguard" => of_distribution("apk", "chainguard", name, ""),
        "AlmaLinux" => of_distribution("rpm", "almalinux", name, &major(release)),
        "Rocky Linux" => of_distribution("rpm", "rocky-linux", name, &major(release)),
        "Red Hat" => {
            of_distribution("rpm", "redhat", name, &red_hat_release(&[format!("o:redhat:{release}")]))
        }
        "SUSE" => of_distribution("rpm", "suse", name, release),
        "openSUSE" => of_distribution("rpm", "opensuse", name, release),
        "openEuler" => of_distribution("rpm", "openeuler", name, release),
        "Mageia" => of_distribution("rpm", "mageia", name, release),
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

/// The release that a `distro` qualifier means.
fn release_of(namespace: &str, distribution: &str) -> String {
    let number = distribution
        .strip_prefix(namespace)
        .or_else(|| distribution.strip_prefix("rhel"))
        .map_or(distribution, |rest| rest.trim_start_matches('-'));
    let by_number = |table: &[(&'static str, &'static str)]| {
        let major =
            table.iter().find(|(known, _)| *known == number || number.split('.').next() == Some(known));
        major.map_or_else(|| number.to_owned(), |(_, word)| (*word).to_owned())
    };
    match namespace {
        "debian" => by_number(DEBIAN),
        "ubuntu" => by_number(UBUNTU),
        "redhat" | "almalinux" | "rocky-linux" if number.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("el{}", number.split('.').next().unwrap_or_default())
        }
        _ => number.to_owned(),
    }
}

/// The order of versions of a package, by its purl type; empty for other subjects.
pub(super) fn scheme_of(subject: &Subject) -> String {
    match subject {
        Subject::Package { kind, .. } => kind.clone(),
        Subject::Cpe(_) | Subject::Product { .. } => String::new(),
    }
}
