//! Packages of Linux repositories on an asset: installed, covered, missing or unknown, each with the reason.
//!
//! A repository speaks of an asset only if the asset's package says which distribution it belongs to and the repository is
//! of that one. The surprise: without that the answer is unknown even when the versions could be compared, because the
//! same version text means another package elsewhere.

use holdpoint_versions::purl::Purl;
use holdpoint_versions::{Comparison, Scheme};

/// How a package on an asset stands to one of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackageStanding {
    /// Exactly this version is installed.
    Installed,
    /// A newer one is.
    Covered,
    /// An older one is.
    Missing,
    /// Nobody can say, and why.
    Unknown(String),
    /// The repository speaks of another distribution or architecture.
    Elsewhere,
}

/// How an installed package stands to the same package of a repository. Both are package URLs; the repository's carries
/// each name of its distribution in a `distro` qualifier of its own, which `distros` lists.
#[must_use]
pub fn package_standing(installed: &Purl, offered: &Purl, distros: &[String]) -> PackageStanding {
    if !installed.same_package(offered) {
        return PackageStanding::Elsewhere;
    }
    let arch = |purl: &Purl| purl.qualifiers.get("arch").cloned().unwrap_or_default();
    let (own, other) = (arch(installed), arch(offered));
    let is_any = |arch: &str| matches!(arch, "all" | "noarch" | "any");
    if !own.is_empty() && !other.is_empty() && own != other && !is_any(&own) && !is_any(&other) {
        return PackageStanding::Elsewhere;
    }
    let distro = installed.qualifiers.get("distro").map(|text| text.to_lowercase()).unwrap_or_default();
    if distro.is_empty() {
        return PackageStanding::Unknown(
            "the package does not say which distribution it belongs to".to_owned(),
        );
    }
    if !distros.iter().any(|name| same_distro(&distro, &name.to_lowercase())) {
        return PackageStanding::Elsewhere;
    }
    let scheme = match offered.type_.as_str() {
        "deb" => Scheme::from_name("deb"),
        "rpm" => Scheme::from_name("rpm"),
        _ => None,
    };
    let (Some(scheme), Some(have), Some(want)) = (scheme, full(installed), full(offered)) else {
        return PackageStanding::Unknown("the installed version is not known".to_owned());
    };
    match scheme.compare(&have, &want) {
        Ok(Comparison::Equal) => PackageStanding::Installed,
        Ok(Comparison::Greater) => PackageStanding::Covered,
        Ok(Comparison::Less) => PackageStanding::Missing,
        Ok(Comparison::Undecidable(_)) | Err(_) => {
            PackageStanding::Unknown(format!("`{have}` and `{want}` cannot be compared"))
        }
    }
}

/// `debian-12` and `debian-12.5` are one distribution; `debian-12` and `debian-13` are not.
fn same_distro(own: &str, name: &str) -> bool {
    let begins = |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with('.'));
    own == name || begins(own, name) || begins(name, own)
}

/// The version with its epoch, which a package URL may keep in a qualifier.
fn full(purl: &Purl) -> Option<String> {
    let version = purl.version.clone()?;
    match purl.qualifiers.get("epoch") {
        Some(epoch) if !version.contains(':') && epoch != "0" => Some(format!("{epoch}:{version}")),
        Some(_) | None => Some(version),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn purl(text: &str) -> Purl {
        Purl::parse(text).expect("the test writes package URLs")
    }

    fn standing(installed: &str, offered: &str) -> PackageStanding {
        let distros = ["bookworm".to_owned(), "debian-12".to_owned()];
        package_standing(&purl(installed), &purl(offered), &distros)
    }

    #[test]
    fn a_package_stands_only_to_its_own_distribution() {
        let offered = "pkg:deb/debian/openssl@3.0.15-1~deb12u1?arch=amd64";
        let on = |version: &str, rest: &str| {
            standing(&format!("pkg:deb/debian/openssl@{version}?{rest}"), offered)
        };
        assert_eq!(on("3.0.11-1~deb12u2", "arch=amd64&distro=debian-12.4"), PackageStanding::Missing);
        assert_eq!(on("3.0.15-1~deb12u1", "distro=bookworm"), PackageStanding::Installed);
        assert_eq!(on("1:3.0", "distro=bookworm"), PackageStanding::Covered);
        assert_eq!(on("3.0.11", "arch=arm64&distro=bookworm"), PackageStanding::Elsewhere);
        assert_eq!(on("3.0.11", "distro=debian-13"), PackageStanding::Elsewhere);
        assert_eq!(on("3.0.11", "distro=debian-1"), PackageStanding::Elsewhere);
        assert!(matches!(on("3.0.11", "arch=amd64"), PackageStanding::Unknown(_)));
        assert!(matches!(
            standing("pkg:deb/debian/openssl?distro=bookworm", offered),
            PackageStanding::Unknown(_)
        ));
        assert_eq!(standing("pkg:deb/ubuntu/openssl@3?distro=bookworm", offered), PackageStanding::Elsewhere);
    }
}
