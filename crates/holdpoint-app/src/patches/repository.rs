//! Repositories of Linux packages, read from a mirror's folder or an https address: what the inventory has of them becomes
//! patches.
//!
//! The surprise: a package that nothing of the inventory has is not kept, so an asset that comes later is answered with
//! unknown until the repository is read again.

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_connectors::fetch::{Encoding, FetchSettings, Fetcher, Redirects};
use holdpoint_connectors::package_list::{ListError, Mirror};
use holdpoint_domain::access::Permission;
use holdpoint_domain::component::ComponentKind;
use holdpoint_domain::patch::{PatchRecord, PatchSource};
use holdpoint_domain::{Rejected, Warning};
use holdpoint_formats::repository::dnf::Distribution;
use holdpoint_formats::repository::{IndexedFile, Limits, apt, dnf};
use holdpoint_store::StoreError;
use holdpoint_store::feed::RecordCounts;
use holdpoint_store::patch::NewPatches;
use holdpoint_versions::purl::Purl;
use serde_json::json;
use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;

/// The most bytes of an index.
const INDEX_BYTES: u64 = 64 << 20;
/// The most bytes of a list, packed or unpacked.
const LIST_BYTES: u64 = 512 << 20;

/// Which repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repository {
    /// Of Debian packages.
    Apt {
        /// Its suite: `bookworm-security`.
        suite: String,
        /// Its components: `main`; for each the list of packages is read.
        components: Vec<String>,
        /// The architecture: `amd64`.
        architecture: String,
    },
    /// Of RPM packages.
    Dnf {
        /// The namespace of its packages: `redhat`.
        namespace: String,
        /// The names of the distribution: `rhel-9`.
        distros: Vec<String>,
    },
}

/// A repository to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReading {
    /// Its name here; what it says replaces what it said before under this name.
    pub name: String,
    /// The folder of the mirror, or its https address.
    pub place: String,
    /// What it is.
    pub repository: Repository,
}

/// What came of reading.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RepositoryReport {
    /// Packages, or updates, that the repository lists.
    pub listed: u64,
    /// Those of which the inventory has a package.
    pub kept: u64,
    /// What came of them.
    pub counts: RecordCounts,
    /// Remarks.
    pub warnings: Vec<Warning>,
    /// The audit entry; `None`: nothing was written.
    pub audit_sequence: Option<u64>,
}

/// Reads a repository.
///
/// # Errors
/// [`AppError::Invalid`] for a place that cannot be, or a list with another hash than its index says;
/// [`AppError::Remote`] and [`AppError::File`] when it cannot be read; [`AppError::Refused`]; [`AppError::Store`].
pub fn read(
    app: &App,
    caller: &Caller,
    new: &NewReading,
    reason: &str,
) -> Result<RepositoryReport, AppError> {
    caller.require_everywhere(Permission::WriteSettings)?;
    let name = new.name.trim();
    if name.is_empty() || name.len() > 100 {
        return Err(bad(
            "the repository needs a name of at most 100 letters",
            "name it, for example `bookworm-security`",
        ));
    }
    let mirror = mirror(app, &new.place)?;
    let names = installed_names(app)?;
    let mut report = RepositoryReport::default();
    let (source, patches) = match &new.repository {
        Repository::Apt { suite, components, architecture } => {
            let which = (suite.as_str(), components.as_slice(), architecture.as_str());
            (PatchSource::Apt, read_apt(&mirror, which, &names, &mut report)?)
        }
        Repository::Dnf { namespace, distros } => {
            let distribution =
                Distribution { namespace: namespace.trim().to_lowercase(), distros: distros.clone() };
            if distribution.namespace.is_empty() || distros.is_empty() {
                let remedy =
                    "name both, for example `redhat` and `rhel-9`, as the inventory's packages have them";
                return Err(bad("a dnf repository does not say its distribution", remedy));
            }
            (PatchSource::Dnf, read_dnf(&mirror, &distribution, &names, &mut report)?)
        }
    };
    report.kept = patches.len() as u64;
    let records: Vec<&PatchRecord> = patches.iter().collect();
    let committed = app.store().change(&app.intent(caller, "patch.read-repository", reason), |c| {
        let at = c.at();
        let counts = c.put_patches(&[NewPatches { source, document: name, records: &records }], at)?;
        if !counts.wrote() {
            c.nothing_to_do();
        }
        c.about("repository", name);
        c.detail("place", json!(new.place));
        c.detail("listed", json!(report.listed));
        c.detail("kept", json!(report.kept));
        Ok::<_, StoreError>(counts)
    })?;
    report.counts = committed.value;
    report.audit_sequence = committed.value.wrote().then_some(committed.sequence);
    Ok(report)
}

fn bad(what: &str, remedy: &str) -> AppError {
    AppError::invalid("bad-repository", what, "nothing was read; what was here before stays", remedy)
}

fn mirror(app: &App, place: &str) -> Result<Mirror, AppError> {
    let place = place.trim();
    if place.starts_with("https://") {
        let settings = FetchSettings {
            max_body_bytes: LIST_BYTES,
            encoding: Encoding::Identity,
            redirects: Redirects::FollowSameHost { max: 3 },
            ..app.settings().fetch.clone()
        };
        let fetcher = Fetcher::new(settings).map_err(|error| {
            bad(
                &format!("the settings of the way out cannot be used: {error}"),
                "correct proxy or trusted roots",
            )
        })?;
        return Ok(Mirror::Address(place.to_owned(), Box::new(fetcher)));
    }
    let folder = PathBuf::from(place);
    if place.contains("://") || !folder.is_dir() {
        return Err(bad(
            &format!(
                "`{}` is neither an https address nor a folder",
                place.chars().take(100).collect::<String>()
            ),
            "name the folder of a mirror, or its https address",
        ));
    }
    Ok(Mirror::Folder(folder))
}

fn unread(error: &ListError, mirror: &Mirror) -> AppError {
    let rejected = |code: &str, remedy: &str| {
        Rejected::new(code, error.to_string(), "nothing was kept; what was here before stays", remedy)
    };
    match (error, mirror) {
        (ListError::OtherHash { .. }, _) => AppError::Invalid(rejected(
            "hash",
            "mirror it again; a list may have changed between index and list",
        )),
        (ListError::Outside { .. }, _) => AppError::Invalid(rejected("path", "correct suite and components")),
        (ListError::Unreadable { .. }, Mirror::Folder(_)) => {
            AppError::File(rejected("file", "look whether the mirror is whole"))
        }
        (ListError::Unreadable { .. }, Mirror::Address(..)) => {
            AppError::Remote(rejected("not-fetched", "try again when the server answers"))
        }
    }
}

/// The names of the packages that the inventory has.
fn installed_names(app: &App) -> Result<HashSet<String>, AppError> {
    let components = app.store().read(|r| r.all_components())?;
    let packages = components.into_iter().filter(|(_, one)| one.kind == ComponentKind::Package);
    let names = packages.map(|(_, one)| match Purl::parse(&one.purl) {
        Ok(purl) => purl.name,
        Err(_) => one.product,
    });
    Ok(names.filter(|name| !name.is_empty()).collect())
}

fn read_apt(
    mirror: &Mirror,
    (suite, components, architecture): (&str, &[String], &str),
    names: &HashSet<String>,
    report: &mut RepositoryReport,
) -> Result<Vec<PatchRecord>, AppError> {
    let base = format!("dists/{}", suite.trim_matches('/'));
    let limits = Limits::default();
    let bytes = ["Release", "InRelease"]
        .iter()
        .map(|file| mirror.bytes(&format!("{base}/{file}"), INDEX_BYTES))
        .reduce(|first, second| first.or(second))
        .expect("there are two names");
    let bytes = bytes.map_err(|error| unread(&error, mirror))?;
    let release = apt::release(&bytes, &limits).map_err(AppError::Invalid)?;
    report.warnings.push(Warning::new(
        "signature-not-checked",
        "",
        "the signature of the release file was not checked here; the hashes of its lists were",
    ));
    let mut patches = Vec::new();
    for component in components {
        let path = format!("{component}/binary-{architecture}/Packages");
        let file = ["gz", "xz", ""].iter().find_map(|ending| {
            let name = if ending.is_empty() { path.clone() } else { format!("{path}.{ending}") };
            let file = release.files.iter().find(|file| file.path == name)?;
            // A mirror need not have every packing that the index names.
            let full = format!("{base}/{}", file.path);
            Some(mirror.list(&full, &file.sha256, LIST_BYTES))
                .filter(|read| !matches!(read, Err(ListError::Unreadable { .. })) || ending.is_empty())
        });
        let bytes = match file {
            Some(read) => read.map_err(|error| unread(&error, mirror))?,
            None => {
                let what = format!("the release names no list `{path}` that the mirror has");
                return Err(bad(&what, "look at component and architecture"));
            }
        };
        let read = apt::packages(&release, &bytes, &limits, |name| names.contains(name));
        let read = read.map_err(AppError::Invalid)?;
        report.listed += read.value.packages as u64;
        report.warnings.extend(read.warnings);
        patches.extend(read.value.patches);
    }
    Ok(patches)
}

fn read_dnf(
    mirror: &Mirror,
    distribution: &Distribution,
    names: &HashSet<String>,
    report: &mut RepositoryReport,
) -> Result<Vec<PatchRecord>, AppError> {
    let limits = Limits::default();
    let index = mirror.bytes("repodata/repomd.xml", INDEX_BYTES).map_err(|error| unread(&error, mirror))?;
    let lists = dnf::repomd(&index, &limits).map_err(AppError::Invalid)?;
    let fetch = |file: &IndexedFile| {
        mirror.list(&file.path, &file.sha256, LIST_BYTES).map_err(|error| unread(&error, mirror))
    };
    let is_wanted = |name: &str| names.contains(&name.to_lowercase()) || names.contains(name);
    let mut patches = Vec::new();
    match lists.get("updateinfo") {
        Some(file) => {
            let read = dnf::updates(distribution, &fetch(file)?, &limits, is_wanted);
            let read = read.map_err(AppError::Invalid)?;
            report.listed += read.value.packages as u64;
            patches = read.value.patches;
        }
        None => report.warnings.push(Warning::new(
            "no-updateinfo",
            "",
            "the repository has no list of updates, so nothing says what its packages fix",
        )),
    }
    let brought: BTreeSet<String> = patches.iter().flat_map(|patch| patch.products.iter().cloned()).collect();
    if let Some(file) = lists.get("primary") {
        let read = dnf::primary(distribution, &fetch(file)?, &limits, is_wanted, &brought);
        let read = read.map_err(AppError::Invalid)?;
        report.listed += read.value.packages as u64;
        patches.extend(read.value.patches);
    }
    Ok(patches)
}
