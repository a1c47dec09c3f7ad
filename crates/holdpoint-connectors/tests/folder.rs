//! A file drop: what is read, what is left out, and why.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;

use holdpoint_connectors::fetch::folder::{FolderError, FolderLimits, SkipReason, list_folder, read_file};
use tempfile::TempDir;

fn small() -> FolderLimits {
    FolderLimits { max_files: 20, max_depth: 2, max_file_bytes: 10, max_total_bytes: 50 }
}

fn drop_of(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

#[test]
fn files_come_in_one_order_and_can_be_read() {
    let folder =
        drop_of(&[("2024/b.json", b"b"), ("2023/a.json", b"a"), ("a.txt", b""), ("2024/a/c.json", b"c")]);
    let listing = list_folder(folder.path(), &small()).unwrap();
    let names: Vec<_> = listing.files.iter().map(|file| file.relative.as_str()).collect();
    assert_eq!(names, ["2023/a.json", "2024/a/c.json", "2024/b.json", "a.txt"]);
    assert_eq!(listing.skipped, []);
    assert_eq!(listing.files[2].read().unwrap(), b"b");
    assert_eq!(read_file(listing.files[0].path(), 10).unwrap(), b"a");
}

#[cfg(unix)]
#[test]
fn links_pipes_and_odd_names_are_left_out_and_told() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::symlink;
    let folder = drop_of(&[("big.json", b"12345678901"), ("1/2/3/deep.json", b"x"), ("good.json", b"x")]);
    symlink("/etc/passwd", folder.path().join("link.json")).unwrap();
    symlink("/", folder.path().join("root")).unwrap();
    fs::write(folder.path().join(OsStr::from_bytes(b"\xff.json")), b"x").unwrap();
    let socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
    let listing = list_folder(folder.path(), &small()).unwrap();
    let names: Vec<_> = listing.files.iter().map(|file| file.relative.as_str()).collect();
    assert_eq!(names, ["good.json"]);
    let skipped: Vec<_> =
        listing.skipped.iter().map(|file| (file.relative.as_str(), file.reason.clone())).collect();
    assert_eq!(
        skipped,
        [
            ("1/2/3", SkipReason::TooDeep { limit: 2 }),
            ("big.json", SkipReason::TooLarge { bytes: 11, limit: 10 }),
            ("link.json", SkipReason::Link),
            ("root", SkipReason::Link),
            ("socket", SkipReason::Special),
            ("\u{fffd}.json", SkipReason::Name),
        ]
    );
    drop(socket);
}

#[cfg(unix)]
#[test]
fn a_file_swapped_after_listing_is_refused() {
    let folder = drop_of(&[("a.json", b"a"), ("b.json", b"b"), ("c.json", b"c")]);
    let listing = list_folder(folder.path(), &small()).unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::remove_file(at("a.json")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", at("a.json")).unwrap();
    fs::rename(at("c.json"), at("b.json")).unwrap();
    assert!(matches!(listing.files[0].read(), Err(FolderError::Changed { .. })));
    assert!(matches!(listing.files[1].read(), Err(FolderError::Changed { .. })));
    assert!(matches!(listing.files[2].read(), Err(FolderError::Io { .. })));
}

#[test]
fn a_file_that_grew_past_the_limit_is_cut_off() {
    let folder = drop_of(&[("a.json", b"a")]);
    let listing = list_folder(folder.path(), &small()).unwrap();
    fs::write(folder.path().join("a.json"), b"12345678901").unwrap();
    assert!(matches!(listing.files[0].read(), Err(FolderError::TooLarge { limit: 10, .. })));
}

#[test]
fn a_folder_beyond_the_limits_is_refused_as_a_whole() {
    let many: Vec<(String, &[u8])> = (0..21).map(|n| (format!("{n}"), &b""[..])).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    assert!(matches!(
        list_folder(drop_of(&many).path(), &small()),
        Err(FolderError::TooMany { limit: 20, .. })
    ));
    let much: Vec<(String, &[u8])> = (0..6).map(|n| (format!("{n}"), &b"1234567890"[..])).collect();
    let much: Vec<(&str, &[u8])> = much.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    assert!(matches!(
        list_folder(drop_of(&much).path(), &small()),
        Err(FolderError::TooMuch { limit: 50, .. })
    ));
}

#[test]
fn what_is_no_folder_or_no_file_is_said_to_be_so() {
    let folder = drop_of(&[("a.json", b"a")]);
    let file = folder.path().join("a.json");
    assert!(matches!(list_folder(&file, &small()), Err(FolderError::NotAFolder { .. })));
    assert!(matches!(list_folder(&folder.path().join("none"), &small()), Err(FolderError::Io { .. })));
    assert!(matches!(read_file(folder.path(), 10), Err(FolderError::NotAFile { .. })));
    assert!(matches!(read_file(&file, 0), Err(FolderError::TooLarge { limit: 0, .. })));
}
