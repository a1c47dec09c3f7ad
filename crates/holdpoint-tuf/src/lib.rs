//! Believing a signed repository that lies in a folder: its root follows from the one that is pinned, its papers are signed by
//! enough keys and fit each other, and every file is what the papers say.
//!
//! Here: the reading, by an implementation of The Update Framework that is not ours. Not here: writing one, and whether it is old:
//! what has expired is told with its moment, because only whoever has the clock and two persons' word can say what follows. The
//! surprise: a file that nobody signed for is a reason to refuse, too. A folder holds what was signed and nothing else.

use holdpoint_wire::believed::{Believed, Disbelief, Stated};
use holdpoint_wire::moment::Moment;
use holdpoint_wire::repository::{MAX_FILES, is_flat};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tough::schema::Role;
use tough::{ExpirationEnforcement, FilesystemTransport, Limits, RepositoryLoader};

/// The most bytes of a paper; 20,000 files have 4 MiB.
const MAX_PAPER_BYTES: u64 = 16 * 1024 * 1024;
/// The most roots that follow each other in one go.
const MAX_ROOTS: u64 = 64;

fn disbelief(code: &'static str, what: impl Into<String>) -> Disbelief {
    Disbelief::new(code, what)
}

/// Believes the repository in `folder`, whose papers lie in it and whose files lie in its `targets`.
///
/// # Errors
/// [`Disbelief`].
pub fn believe(folder: &Path, pinned_root: &[u8]) -> Result<Believed, Disbelief> {
    let url = |path: &Path| {
        url::Url::from_directory_path(path)
            .map_err(|()| disbelief("unreadable", format!("`{}` is no whole path", path.display())))
    };
    let folder = folder.canonicalize().map_err(|why| disbelief("unreadable", why.to_string()))?;
    let (papers, files) = (url(&folder)?, url(&folder.join("targets"))?);
    let limits = Limits {
        max_root_size: 1024 * 1024,
        max_targets_size: MAX_PAPER_BYTES,
        max_timestamp_size: 1024 * 1024,
        max_snapshot_size: 1024 * 1024,
        max_root_updates: MAX_ROOTS,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|why| disbelief("unreadable", why.to_string()))?;
    let loader = RepositoryLoader::new(&pinned_root, papers, files)
        .transport(FilesystemTransport)
        .limits(limits)
        .expiration_enforcement(ExpirationEnforcement::Unsafe);
    let found = runtime.block_on(loader.load()).map_err(|why| explained(&why))?;
    let stated = |paper: &dyn Role2| Stated { version: paper.version(), expires: paper.expires() };
    let papers = BTreeMap::from([
        ("root", stated(&found.root().signed)),
        ("targets", stated(&found.targets().signed)),
        ("snapshot", stated(&found.snapshot().signed)),
        ("timestamp", stated(&found.timestamp().signed)),
    ]);
    if found.targets().signed.delegations.is_some() || found.targets().signed.targets.len() > MAX_FILES {
        return Err(disbelief("unreadable", "it hands its list of files on, or lists too many"));
    }
    let files = found.targets().signed.targets.iter().map(|(name, target)| {
        let hash: &[u8] = target.hashes.sha256.as_ref();
        let hash: [u8; 32] =
            hash.try_into().map_err(|_| disbelief("unreadable", "a hash has another length"))?;
        Ok((name.raw().to_owned(), (target.length, hash)))
    });
    let files: BTreeMap<String, (u64, [u8; 32])> = files.collect::<Result<_, Disbelief>>()?;
    if let Some(name) = files.keys().find(|name| !is_flat(name)) {
        return Err(disbelief("unreadable", format!("`{name}` is no name of a file here")));
    }
    let version = found.root().signed.version.get();
    let root =
        std::fs::read(folder.join(format!("{version}.root.json"))).unwrap_or_else(|_| pinned_root.to_vec());
    nothing_else(&folder, &files, version)?;
    Ok(Believed { papers, files, root })
}

/// The version and the expiry of a paper, whichever it is.
trait Role2 {
    fn version(&self) -> u64;
    fn expires(&self) -> Moment;
}

impl<T: Role> Role2 for T {
    fn version(&self) -> u64 {
        Role::version(self).get()
    }
    fn expires(&self) -> Moment {
        Moment(Role::expires(self).as_microsecond())
    }
}

fn nothing_else(
    folder: &Path,
    files: &BTreeMap<String, (u64, [u8; 32])>,
    newest_root: u64,
) -> Result<(), Disbelief> {
    let unread = |why: std::io::Error| disbelief("unreadable", why.to_string());
    let mut present: BTreeSet<String> = BTreeSet::new();
    let targets = folder.join("targets");
    if targets.is_dir() {
        for entry in std::fs::read_dir(&targets).map_err(unread)? {
            let entry = entry.map_err(unread)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let plain = entry.file_type().map_err(unread)?.is_file();
            if !plain || !files.contains_key(&name) {
                return Err(disbelief("extra_file", format!("nobody signed for `{name}`")));
            }
            present.insert(name);
        }
    }
    for entry in std::fs::read_dir(folder).map_err(unread)? {
        let name = entry.map_err(unread)?.file_name().to_string_lossy().into_owned();
        let root = name.strip_suffix(".root.json").and_then(|number| number.parse::<u64>().ok());
        if root.is_some_and(|number| number > newest_root) {
            let what =
                format!("`{name}` does not follow from root {newest_root}: one between them is missing");
            return Err(disbelief("root_out_of_order", what));
        }
        let papers = ["targets", "targets.json", "snapshot.json", "timestamp.json"];
        let known = papers.contains(&name.as_str()) || root.is_some();
        if !known {
            return Err(disbelief("extra_file", format!("nobody signed for `{name}`")));
        }
    }
    match files.keys().find(|name| !present.contains(*name)) {
        Some(name) => Err(disbelief("missing_file", format!("`{name}` is signed for and not there"))),
        None => Ok(()),
    }
}

/// The words of the library as ours.
fn explained(why: &tough::error::Error) -> Disbelief {
    use tough::error::Error as E;
    let what = why.to_string();
    match why {
        E::VerifyMetadata { .. } | E::VerifyRoleMetadata { .. } | E::VerifyTrustedMetadata { .. } => {
            disbelief(
                "threshold_missed",
                format!("too few keys that count have signed it, or a byte was changed: {what}"),
            )
        }
        E::OlderMetadata { role: tough::schema::RoleType::Root, .. } => {
            disbelief("root_out_of_order", format!("a root does not follow from the one before it: {what}"))
        }
        E::OlderMetadata { .. } | E::OlderSnapshotInTimestamp { .. } | E::SnapshotRoleRollback { .. } => {
            disbelief("rollback", what)
        }
        E::HashMismatch { .. } => {
            disbelief("mix_and_match", format!("papers of different versions lie together: {what}"))
        }
        E::VersionMismatch { role, .. } => {
            let code =
                if *role == tough::schema::RoleType::Root { "root_out_of_order" } else { "mix_and_match" };
            disbelief(code, format!("papers of different versions lie together: {what}"))
        }
        E::MaxSizeExceeded { .. } | E::MaxUpdatesExceeded { .. } => {
            disbelief("endless_data", format!("it is larger than it says, or than is read: {what}"))
        }
        E::Transport { source, .. } => match std::error::Error::source(source) {
            Some(inner) if inner.to_string().contains("exceeded") => {
                disbelief("endless_data", inner.to_string())
            }
            Some(inner) if inner.to_string().to_lowercase().contains("hash mismatch") => {
                disbelief("mix_and_match", format!("papers of different versions lie together: {inner}"))
            }
            _ => disbelief("missing_file", format!("a paper is missing: {what}")),
        },
        _ => disbelief("unreadable", what),
    }
}
