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
        /// Its suite: `bookworm-security`; of a flat repository its folder with a stroke at the end: `./`.
        suite: String,
        /// Its components: `main`; for each the list of packages is read. A flat repository has none.
        components: Vec<String>,
        /// The architecture: `amd64`.
        architecture: String,
        /// The distribution on whose hosts its packages are installed; `None`: the one that its release file names.
        distribution: Option<Distribution>,
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
    let mut report = RepositoryReport::default();
    let names = installed_names(app, &mut report.warnings)?;
    let (source, patches) = match &new.repository {
        Repository::Apt { suite, components, architecture, distribution } => {
            let apt = Apt::of((suite, components), architecture, distribution.as_ref())?;
            (PatchSource::Apt, read_apt(&mirror, &apt, &names, &mut report)?)
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

/// The distribution that somebody names for an apt repository; `None`: nobody does, and its release file counts.
///
/// # Errors
/// [`AppError::Invalid`] when only half of it is named.
pub fn named(namespace: &str, distros: &[String]) -> Result<Option<Distribution>, AppError> {
    let namespace = namespace.trim().to_lowercase();
    match (namespace.is_empty(), distros.is_empty()) {
        (true, true) => Ok(None),
        (false, false) => Ok(Some(Distribution { namespace, distros: distros.to_vec() })),
        (true, false) | (false, true) => {
            let remedy =
                "name both, for example `debian` and `debian-12`, as the inventory's packages have them";
            Err(bad("only half of a distribution is named", remedy))
        }
    }
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

/// The most names of a remark.
const MOST_NAMES: usize = 5;

/// The names of the packages that the inventory has. Things with the package URL of a package that are recorded as something else are told.
fn installed_names(app: &App, remarks: &mut Vec<Warning>) -> Result<HashSet<String>, AppError> {
    let components = app.store().read(|r| r.all_components())?;
    let is_package =
        |purl: &str| Purl::parse(purl).is_ok_and(|purl| matches!(purl.type_.as_str(), "deb" | "rpm"));
    let others: BTreeSet<String> = components
        .iter()
        .filter(|(_, one)| one.kind != ComponentKind::Package && is_package(&one.purl))
        .map(|(_, one)| format!("{} ({})", one.product, one.kind))
        .collect();
    if !others.is_empty() {
        let named: Vec<&str> = others.iter().map(String::as_str).take(MOST_NAMES).collect();
        let more = others.len().saturating_sub(MOST_NAMES);
        let and = if more == 0 { String::new() } else { format!(" and {more} more") };
        remarks.push(Warning::new(
            "not-a-package",
            "",
            format!(
                "{}{and}: recorded as something else than a package, so no package of a repository is held against it, \
                 although it has the package URL of one; have the bill of materials call it a library, or take the \
                 host's own list of packages in",
                named.join(", ")
            ),
        ));
    }
    let packages = components.into_iter().filter(|(_, one)| one.kind == ComponentKind::Package);
    let names = packages.map(|(_, one)| match Purl::parse(&one.purl) {
        Ok(purl) => purl.name,
        Err(_) => one.product,
    });
    Ok(names.filter(|name| !name.is_empty()).collect())
}

/// Which part of a repository of Debian packages is read, and from where.
struct Apt<'a> {
    /// The folder of its release file, with a stroke at the end; empty: the mirror itself.
    base: String,
    /// The lists of packages below it, without the ending of their packing.
    lists: Vec<String>,
    /// The architecture, of a flat repository: its list has those of all of them.
    only: Option<&'a str>,
    distribution: Option<&'a Distribution>,
}

impl<'a> Apt<'a> {
    /// A suite that ends with a stroke is flat, as in a line of `sources.list`: its release file lies beside its packages.
    fn of(
        (suite, components): (&str, &[String]),
        architecture: &'a str,
        distribution: Option<&'a Distribution>,
    ) -> Result<Self, AppError> {
        let suite = suite.trim();
        if suite != "." && !suite.ends_with('/') {
            if suite.is_empty() || components.is_empty() {
                let remedy = "name both, as `bookworm` and `main`; a flat repository (`deb … ./`) has the suite `./` and no component";
                return Err(bad("an apt repository has a suite and components", remedy));
            }
            let lists = components.iter().map(|one| format!("{one}/binary-{architecture}/Packages"));
            let base = format!("dists/{}/", suite.trim_matches('/'));
            return Ok(Self { base, lists: lists.collect(), only: None, distribution });
        }
        if !components.is_empty() {
            let remedy = "leave the components out; or name the suite without a stroke at its end";
            return Err(bad("a flat repository has no components", remedy));
        }
        let parts = suite.split('/').filter(|part| !part.is_empty() && *part != ".");
        let base: String = parts.map(|part| format!("{part}/")).collect();
        Ok(Self { base, lists: vec!["Packages".to_owned()], only: Some(architecture), distribution })
    }
}

fn read_apt(
    mirror: &Mirror,
    apt: &Apt<'_>,
    names: &HashSet<String>,
    report: &mut RepositoryReport,
) -> Result<Vec<PatchRecord>, AppError> {
    let limits = Limits::default();
    let bytes = ["Release", "InRelease"]
        .iter()
        .map(|file| mirror.bytes(&format!("{}{file}", apt.base), INDEX_BYTES))
        .reduce(|first, second| first.or(second))
        .expect("there are two names");
    let bytes = bytes.map_err(|error| unread(&error, mirror))?;
    let mut release = apt::release(&bytes, &limits).map_err(AppError::Invalid)?;
    release.named = apt.distribution.cloned();
    report.warnings.push(Warning::new(
        "signature-not-checked",
        "",
        "the signature of the release file was not checked here; the hashes of its lists were",
    ));
    if release.distros().is_empty() || release.namespace().is_empty() {
        report.warnings.push(Warning::new(
            "no-distribution",
            "",
            "the release file does not say for which distribution its packages are, so they fit no host; name it, as `debian` and `debian-12`",
        ));
    }
    let mut patches = Vec::new();
    for list in &apt.lists {
        let bytes = apt_list(mirror, (&apt.base, list), &release)?;
        let read = apt::packages(&release, &bytes, &limits, |name| names.contains(name));
        let read = read.map_err(AppError::Invalid)?;
        report.listed += read.value.packages as u64;
        report.warnings.extend(read.warnings);
        let fits = |patch: &PatchRecord| {
            apt.only.is_none_or(|only| patch.architecture == only || patch.architecture == "all")
        };
        patches.extend(read.value.patches.into_iter().filter(fits));
    }
    Ok(patches)
}

/// A list of packages, in the first packing that the index names and the mirror has.
fn apt_list(
    mirror: &Mirror,
    (base, list): (&str, &str),
    release: &apt::Release,
) -> Result<Vec<u8>, AppError> {
    let file = ["gz", "xz", ""].iter().find_map(|ending| {
        let name = if ending.is_empty() { list.to_owned() } else { format!("{list}.{ending}") };
        let file = release.files.iter().find(|file| file.path.trim_start_matches("./") == name)?;
        // A mirror need not have every packing that the index names.
        let read = mirror.list(&format!("{base}{name}"), &file.sha256, LIST_BYTES);
        Some(read).filter(|read| !matches!(read, Err(ListError::Unreadable { .. })) || ending.is_empty())
    });
    match file {
        Some(read) => read.map_err(|error| unread(&error, mirror)),
        None => {
            let what = format!("the release names no list `{list}` that the mirror has");
            Err(bad(&what, "look at component and architecture"))
        }
    }
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
