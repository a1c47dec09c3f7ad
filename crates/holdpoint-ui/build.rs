//! Puts the web front into `OUT_DIR/ui`, from where the library embeds it.
//!
//! In this order: the folder named by `HOLDPOINT_UI_DIST` (distributions, releases); a placeholder when
//! `HOLDPOINT_NO_UI=1`; a build of `web/` with npm; the placeholder, with a loud warning, when there is no npm.
//! `HOLDPOINT_UI_REQUIRED=1` turns every placeholder into an error. The surprise: `npm ci` runs in `web/`, not in a
//! copy, and only when `node_modules` is older than the lock file; a file lock keeps two builds apart.

use std::error::Error;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, io};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// What the build depends on inside `web/`; neither `node_modules` nor `dist`.
const SOURCES: [&str; 8] = [
    "src",
    "public",
    "index.html",
    "package.json",
    "package-lock.json",
    "vite.config.ts",
    "tsconfig.json",
    "tsconfig.app.json",
];

const PLACEHOLDER: &str = r#"<!doctype html>
<html lang="en" data-page="holdpoint-placeholder">
<head><meta charset="utf-8"><title>Holdpoint: the pages are missing</title></head>
<body>
<h1>The pages are missing</h1>
<p>This Holdpoint was built without its web front, because Node.js was not there. Its API under <code>/api</code> and
all its commands work.</p>
<p>To get the pages: install Node.js 20 or newer with npm, then build again with <code>cargo build --release</code>.
On Debian: <code>apt-get install nodejs npm</code>, if it offers version 20 or newer.</p>
</body>
</html>
"#;

fn main() -> Outcome<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?).join("ui");
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo sets CARGO_MANIFEST_DIR")?);
    let web = manifest.join("../../web");
    tell_cargo_what_matters(&web);
    empty(&out)?;
    if let Some(dist) = set("HOLDPOINT_UI_DIST") {
        println!("cargo:rerun-if-changed={}", Path::new(&dist).display());
        return take_built(Path::new(&dist), &out);
    }
    if set("HOLDPOINT_NO_UI").is_some_and(|value| value != "0") {
        return placeholder(&out, "HOLDPOINT_NO_UI is set");
    }
    if !web.join("package.json").is_file() {
        return placeholder(&out, "there is no web/package.json in this source tree");
    }
    if !npm_is_there() {
        try_again_next_time(&out);
        return placeholder(
            &out,
            "npm was not found: install Node.js 20 or newer with npm, then build again",
        );
    }
    match build_with_npm(&web, &out) {
        Ok(()) => {
            println!("cargo:rustc-env=HOLDPOINT_UI_KIND=built");
            Ok(())
        }
        // A release must not lose its pages because a registry was out of reach for a moment.
        Err(error) if env::var("PROFILE").as_deref() == Ok("release") => Err(format!(
            "the web front could not be built: {error}. Repair it, or build without pages by HOLDPOINT_NO_UI=1"
        )
        .into()),
        Err(error) => {
            try_again_next_time(&out);
            empty(&out)?;
            placeholder(&out, &format!("the web front could not be built: {error}"))
        }
    }
}

fn tell_cargo_what_matters(web: &Path) {
    for name in ["HOLDPOINT_UI_DIST", "HOLDPOINT_NO_UI", "HOLDPOINT_UI_REQUIRED"] {
        println!("cargo:rerun-if-env-changed={name}");
    }
    println!("cargo:rerun-if-changed=build.rs");
    // Cargo runs the script each time when a named path does not exist, so only those that exist are named.
    let mut sources = SOURCES.iter().map(|name| web.join(name)).filter(|path| path.exists()).peekable();
    if sources.peek().is_none() {
        println!("cargo:rerun-if-changed={}", web.display());
    }
    for path in sources {
        println!("cargo:rerun-if-changed={}", path.display());
    }
}

/// Names a path that does not exist, so that cargo runs this script at the next build whatever has changed.
fn try_again_next_time(out: &Path) {
    println!("cargo:rerun-if-changed={}", out.with_file_name("not-there").display());
}

fn set(name: &str) -> Option<std::ffi::OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

fn empty(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::create_dir_all(folder)
}

fn placeholder(out: &Path, why: &str) -> Outcome<()> {
    if set("HOLDPOINT_UI_REQUIRED").is_some() {
        return Err(format!("HOLDPOINT_UI_REQUIRED is set, but the web front is missing: {why}").into());
    }
    println!("cargo:warning=THE WEB PAGES ARE MISSING from this build: {why}");
    println!("cargo:rustc-env=HOLDPOINT_UI_KIND=placeholder");
    fs::write(out.join("index.html"), PLACEHOLDER)?;
    Ok(())
}

fn take_built(dist: &Path, out: &Path) -> Outcome<()> {
    if !dist.join("index.html").is_file() {
        return Err(format!("HOLDPOINT_UI_DIST names `{}`, which has no index.html", dist.display()).into());
    }
    copy_folder(dist, out)?;
    println!("cargo:rustc-env=HOLDPOINT_UI_KIND=built");
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn npm() -> Command {
    Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

fn npm_is_there() -> bool {
    npm().arg("--version").output().is_ok_and(|output| output.status.success())
}

fn build_with_npm(web: &Path, out: &Path) -> Outcome<()> {
    let lock = File::create(web.join(".npm-lock"))?;
    lock.lock()?;
    if modules_are_stale(web) {
        run(web, &["ci", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund"].map(OsStr::new))?;
    }
    let build = ["run", "build", "--", "--emptyOutDir", "--outDir"].map(OsStr::new);
    run(web, &[build.as_slice(), &[out.as_os_str()]].concat())?;
    if out.join("index.html").is_file() {
        Ok(())
    } else {
        Err("`npm run build` ended well but left no index.html".into())
    }
}

/// Whether `npm ci` has to run: npm writes its own lock file into `node_modules` at the end of an installation.
fn modules_are_stale(web: &Path) -> bool {
    let changed = |path: PathBuf| path.metadata().and_then(|meta| meta.modified());
    match (changed(web.join("node_modules/.package-lock.json")), changed(web.join("package-lock.json"))) {
        (Ok(installed), Ok(wanted)) => installed < wanted,
        _ => true,
    }
}

fn run(folder: &Path, arguments: &[&OsStr]) -> Outcome<()> {
    let output = npm().args(arguments).current_dir(folder).output()?;
    if output.status.success() {
        return Ok(());
    }
    let words: Vec<_> = arguments.iter().map(|word| word.to_string_lossy()).collect();
    for line in
        String::from_utf8_lossy(&output.stderr).lines().chain(String::from_utf8_lossy(&output.stdout).lines())
    {
        println!("cargo:warning=npm: {line}");
    }
    Err(format!("`npm {}` in web/ ended with {}", words.join(" "), output.status).into())
}
