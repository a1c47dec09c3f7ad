//! apt: `Release` names the distribution and the lists with their hashes; `Packages` has a paragraph for each package.
//!
//! The surprise: apt does not say what a package fixes, nor whether it concerns security. The class is unknown, unless the
//! repository's own label says that it holds security updates and nothing else.

use super::dnf::Distribution;
use super::{IndexedFile, Limits, PackageList, encoded};
use holdpoint_domain::patch::{PatchClass, PatchFile, PatchRecord};
use holdpoint_domain::{Parsed, Rejected, Warning};
use std::collections::BTreeMap;

/// What a `Release` file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Release {
    /// Who publishes it: `Debian`.
    pub origin: String,
    /// Its label: `Debian-Security`.
    pub label: String,
    /// Its suite: `stable-security`.
    pub suite: String,
    /// Its code name: `bookworm`.
    pub codename: String,
    /// Its version: `12.5`; empty: none.
    pub version: String,
    /// Its lists.
    pub files: Vec<IndexedFile>,
    /// The distribution that a person names for it: what the file itself says then counts no more. A supplier's own repository names
    /// its maker, and its packages are installed on somebody else's distribution.
    pub named: Option<Distribution>,
}

impl Release {
    /// The names by which packages may name this distribution.
    #[must_use]
    pub fn distros(&self) -> Vec<String> {
        if let Some(named) = &self.named {
            return named.distros.clone();
        }
        let base = self.codename.split(['-', '/']).next().unwrap_or_default();
        let major = self.version.split('.').next().unwrap_or_default();
        let origin = self.origin.to_lowercase();
        let mut all: Vec<String> = vec![base.to_owned()];
        if !origin.is_empty() && !major.is_empty() {
            // Ubuntu counts by year and month; both numbers belong together.
            let version = if origin == "ubuntu" { self.version.as_str() } else { major };
            all.push(format!("{origin}-{version}"));
        }
        all.retain(|name| !name.is_empty());
        all
    }

    /// The namespace of its packages in package URLs.
    #[must_use]
    pub fn namespace(&self) -> String {
        if let Some(named) = &self.named {
            return named.namespace.clone();
        }
        self.origin.split_whitespace().next().unwrap_or_default().to_lowercase()
    }
}

fn refused(code: &str, what: String) -> Rejected {
    Rejected::new(code, what, "nothing of the repository was taken", "look at the mirror, or fetch it again")
}

fn text<'b>(bytes: &'b [u8], limits: &Limits) -> Result<&'b str, Rejected> {
    if bytes.len() > limits.bytes {
        return Err(refused("too-large", format!("the file has {} bytes, more than the limit", bytes.len())));
    }
    std::str::from_utf8(bytes).map_err(|_| refused("not-utf8", "the file is no UTF-8".to_owned()))
}

/// Reads a `Release` file, or an `InRelease` one, whose signature is not checked here.
///
/// # Errors
/// When it is too large, no text, or names no lists.
pub fn release(bytes: &[u8], limits: &Limits) -> Result<Release, Rejected> {
    let text = text(bytes, limits)?;
    let mut release = Release::default();
    let mut in_sha256 = false;
    for line in text.lines() {
        if line.starts_with("-----BEGIN PGP SIGNATURE") {
            break;
        }
        if let Some(rest) = line.strip_prefix(' ') {
            let parts: Vec<&str> = rest.split_whitespace().collect();
            if let (true, [sha256, _, path]) = (in_sha256, parts.as_slice()) {
                release.files.push(IndexedFile { path: (*path).to_owned(), sha256: sha256.to_lowercase() });
            }
            continue;
        }
        let Some((name, value)) = line.split_once(':') else { continue };
        in_sha256 = name == "SHA256";
        let value = value.trim().to_owned();
        match name {
            "Origin" => release.origin = value,
            "Label" => release.label = value,
            "Suite" => release.suite = value,
            "Codename" => release.codename = value,
            "Version" => release.version = value,
            _ => {}
        }
    }
    if release.files.is_empty() {
        return Err(refused("not-a-release", "the file names no lists with SHA-256".to_owned()));
    }
    Ok(release)
}

/// Reads a `Packages` file; `is_wanted` is asked for the name of each package.
///
/// # Errors
/// When it is too large, no text, or has more packages than the limit.
pub fn packages(
    release: &Release,
    bytes: &[u8],
    limits: &Limits,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Parsed<PackageList>, Rejected> {
    let text = text(bytes, limits)?;
    let mut list = PackageList::default();
    let mut warnings = Vec::new();
    for paragraph in text.split("\n\n") {
        let fields = fields(paragraph);
        let Some(name) = fields.get("Package") else { continue };
        list.packages += 1;
        if list.packages > limits.packages {
            return Err(refused(
                "too-many-packages",
                format!("the list has more than {} packages", limits.packages),
            ));
        }
        if !is_wanted(name) {
            continue;
        }
        match fields.get("Version") {
            Some(version) => list.patches.push(patch(release, name, version, &fields)),
            None => warnings.push(Warning::new(
                "no-version",
                (*name).to_owned(),
                "the package has no version and was left out",
            )),
        }
    }
    Ok(Parsed { value: list, warnings })
}

/// The fields of a paragraph; lines that go on are left out, none of them is used.
fn fields(paragraph: &str) -> BTreeMap<&str, &str> {
    let lines = paragraph.lines().filter(|line| !line.starts_with([' ', '\t', '#']));
    lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name, value.trim())).collect()
}

fn patch(release: &Release, name: &str, version: &str, fields: &BTreeMap<&str, &str>) -> PatchRecord {
    let arch = fields.get("Architecture").copied().unwrap_or_default();
    let is_security =
        release.label.to_lowercase().contains("security") || release.suite.ends_with("-security");
    let purl = |distro: &str| {
        format!(
            "pkg:deb/{}/{}@{}?arch={}&distro={}",
            encoded(&release.namespace()),
            encoded(name),
            encoded(version),
            encoded(arch),
            encoded(distro)
        )
    };
    let path = fields.get("Filename").copied().unwrap_or_default();
    let hash = fields.get("SHA256").map(|hash| format!("sha256:{}", hash.to_lowercase()));
    PatchRecord {
        identifier: format!("deb {name} {version} ({arch})"),
        title: fields.get("Description").copied().unwrap_or_default().chars().take(200).collect(),
        class: if is_security { PatchClass::Security } else { PatchClass::Unknown },
        classification: release.label.clone(),
        products: release.distros().iter().map(|distro| purl(distro)).collect(),
        architecture: arch.to_owned(),
        fixed_build: version.to_owned(),
        files: vec![PatchFile {
            name: path.rsplit('/').next().unwrap_or_default().to_owned(),
            url: path.to_owned(),
            size_bytes: fields.get("Size").and_then(|size| size.parse().ok()),
            hashes: hash.into_iter().collect(),
        }],
        ..PatchRecord::of(release.origin.clone())
    }
}
