//! What the embedded front promises to the server, with the real pages as well as with the placeholder.

use holdpoint_ui::{Caching, asset, is_placeholder, paths};

#[test]
fn the_root_is_the_front_page() {
    let root = asset("/").expect("index.html is always there");
    assert_eq!(root.content_type, "text/html");
    assert_eq!(root.caching, Caching::Revalidate);
    assert_eq!(root.bytes, asset("index.html").expect("the same file by its name").bytes);
    assert!(root.bytes.windows(5).any(|part| part.eq_ignore_ascii_case(b"<html")));
}

#[test]
fn a_path_that_leaves_the_folder_is_not_found() {
    for path in
        ["../Cargo.toml", "assets/../../build.rs", "/etc/passwd", "%2e%2e/build.rs", "index.html/", "\0"]
    {
        assert!(asset(path).is_none(), "`{path}` must not be found");
    }
}

#[test]
fn the_placeholder_says_that_it_is_one_and_the_real_front_does_not() {
    let front = String::from_utf8(asset("").expect("a front page").bytes.into_owned()).expect("UTF-8");
    assert_eq!(front.contains("holdpoint-placeholder"), is_placeholder());
}

#[test]
fn only_files_with_a_hash_in_their_name_are_kept_for_ever() {
    for path in paths() {
        let file = asset(&path).expect("a listed path is found");
        if file.caching == Caching::Immutable {
            assert!(path.starts_with("assets/"), "`{path}`");
            let stem = path.rsplit('/').next().unwrap_or_default();
            assert!(stem.contains('-'), "`{path}` has no hash in its name");
        }
    }
}
