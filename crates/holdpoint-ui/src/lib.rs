//! The web front, as files inside the program.
//!
//! Here: looking a file up by its path, and saying whether the pages are really there. Not here: HTTP headers,
//! routes and the rule that an unknown path shows the front page (`holdpoint-server`), and the pages themselves
//! (`web/`). The surprise: a program built without Node holds one page that says how to get the others;
//! [`is_placeholder`] tells, and the program must say so loudly.

use std::borrow::Cow;

use rust_embed::RustEmbed;

/// The folder that the build script has filled.
#[derive(RustEmbed)]
#[folder = "$OUT_DIR/ui"]
struct Files;

/// How long a browser may keep a file without asking again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caching {
    /// The file's name contains a hash of its content: it never changes, keep it for a year.
    Immutable,
    /// The name stays while the content changes with each version: ask each time.
    Revalidate,
}

/// One file of the web front.
#[derive(Debug, Clone)]
pub struct Asset {
    /// The file's bytes, not compressed.
    pub bytes: Cow<'static, [u8]>,
    /// Media type for the `Content-Type` header, for example `text/html` or `font/woff2`; without a charset.
    pub content_type: String,
    /// Whether a browser may keep the file.
    pub caching: Caching,
    /// SHA-256 of `bytes`, for an `ETag`.
    pub sha256: [u8; 32],
}

/// Finds a file of the web front by its path below the root, with or without the leading slash.
///
/// The empty path is `index.html`. `None` when there is no such file; paths with `..` are never found, because the
/// look-up is in a fixed table and not in a file system.
#[must_use]
pub fn asset(path: &str) -> Option<Asset> {
    let path = match path.trim_start_matches('/') {
        "" => "index.html",
        named => named,
    };
    let file = Files::get(path)?;
    let caching = if path.starts_with("assets/") { Caching::Immutable } else { Caching::Revalidate };
    Some(Asset {
        content_type: file.metadata.mimetype().to_owned(),
        sha256: file.metadata.sha256_hash(),
        bytes: file.data,
        caching,
    })
}

/// The paths of all files, in the order of the build; none begins with a slash.
pub fn paths() -> impl Iterator<Item = Cow<'static, str>> {
    Files::iter()
}

/// Whether the program was built without its pages.
///
/// True when the build found no Node, or was told `HOLDPOINT_NO_UI=1`. The API and the commands work all the same.
#[must_use]
pub fn is_placeholder() -> bool {
    env!("HOLDPOINT_UI_KIND") == "placeholder"
}

/// What a program without its pages must tell whoever starts it: what is missing, what it means, what to do.
pub const PLACEHOLDER_NOTICE: &str = "the web pages are missing from this program: it was built without Node.js. \
    The API and all commands work. To get the pages, install Node.js 20 or newer with npm and build again";
