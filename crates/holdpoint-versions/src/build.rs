//! What the version of a distribution's package tells of its build: for which release, in which line, and by whom.
//!
//! Every release mends its packages in a line of versions of its own, and marks them: `+deb12u3`, `ubuntu1.15`, `.el9_3`,
//! `150400.5.36`. How high a number is says nothing beside a fix of another line. The surprise: what looks like nothing that
//! the distribution builds was built by somebody else, however ordinary it looks; only what is known to be the distribution's
//! own is compared.

use crate::release::{self, Family};

/// In which line of versions a package was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// Of the distribution's own, with the mark of a release where the distribution sets one.
    Own,
    /// In the shape of the distribution's own, without a mark: as it is before a release is made, and never after.
    Plain,
    /// Of a later release, built again for that one.
    Backport,
    /// In a shape that the distribution does not have; what it looks like.
    Stranger(String),
}

/// A build, as its version tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// The release for which it was built, as [`release::key`] has it; empty: it does not tell.
    pub release: String,
    /// Its line.
    pub line: Line,
}

impl Build {
    fn new(release: String, line: Line) -> Self {
        Self { release, line }
    }

    fn marked(mark: &str) -> Self {
        Self::new(String::new(), Line::Stranger(format!("build marked `{mark}`")))
    }
}

/// Words of repositories beside an Enterprise Linux, which stand somewhere in the release of their packages.
const STRANGERS: [&str; 6] = ["remi", "ius", "elrepo", "rpmfusion", "pgdg", "nux"];
/// Words behind the release of those who build an Enterprise Linux again.
const REBUILDERS: [&str; 5] = ["centos", "rocky", "alma", "almalinux", "oracle"];
/// Architectures, which some inventories leave at the end of a version.
const ARCHITECTURES: [&str; 6] = ["x86_64", "noarch", "i686", "aarch64", "ppc64le", "s390x"];
/// Packages whose streams of modules are named by one number; those of others have two.
const ONE_NUMBER: [&str; 2] = ["nodejs", "postgresql"];

/// What a version of a package tells of its build.
#[must_use]
pub fn read(namespace: &str, name: &str, version: &str) -> Build {
    let version = version.trim();
    match Family::of(namespace) {
        _ if version.is_empty() => Build::new(String::new(), Line::Own),
        Family::Debian => debian(version),
        Family::Ubuntu => ubuntu(version),
        Family::EnterpriseLinux => enterprise_linux(name, version),
        Family::Alpine => alpine(version),
        Family::Suse => suse(version),
        Family::OpenSuse | Family::OpenEuler | Family::Mageia | Family::Other => other(name, version),
    }
}

/// Whether a fix was made in the line of a release that has begun, so that what bears no mark and is newer is of another line.
#[must_use]
pub fn is_of_a_line(namespace: &str, fixed: &str) -> bool {
    let marks = matches!(Family::of(namespace), Family::Debian | Family::Ubuntu | Family::Suse);
    marks && read(namespace, "", fixed).line == Line::Own
}

/// The stream of a module in which a package was built: `module 18` of `18.12.0-1.module+el8.7.0+16000+aaaa`. Streams have names
/// that no version tells; what tells them apart are the first numbers. `None`: it is of no module.
#[must_use]
pub fn module(name: &str, version: &str) -> Option<(String, String)> {
    let behind = ["module+el", "module_el"].iter().find_map(|mark| version.split_once(mark))?.1;
    let (number, _) = digits(behind);
    let upstream = version.split_once(':').map_or(version, |(_, rest)| rest);
    let count = if ONE_NUMBER.iter().any(|known| name.starts_with(known)) { 1 } else { 2 };
    let numbers: Vec<&str> = upstream.split(['.', '-']).take(count).collect();
    (!number.is_empty()).then(|| (format!("el{number}"), format!("module {}", numbers.join("."))))
}

/// What stands behind the last dash: the revision, or the whole of a version that has none.
fn revision(version: &str) -> (&str, bool) {
    version.rsplit_once('-').map_or((version, false), |(_, revision)| (revision, true))
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

/// Numbers with dots between them at the front, and what stands behind.
fn numbers(text: &str) -> (&str, &str) {
    let mut end = digits(text).0.len();
    while end > 0
        && let Some(rest) = text[end..].strip_prefix('.')
        && !digits(rest).0.is_empty()
    {
        end += 1 + digits(rest).0.len();
    }
    text.split_at(end)
}

/// What stands behind one of these marks and numbers at the front; the numbers come with it.
fn behind<'t>(text: &'t str, marks: &[&str]) -> Option<(&'t str, &'t str)> {
    marks
        .iter()
        .find_map(|mark| text.strip_prefix(mark).map(numbers))
        .filter(|(number, _)| !number.is_empty())
}

fn debian(version: &str) -> Build {
    let number_after = |mark: &str| {
        let number = digits(version.split_once(mark)?.1).0;
        (!number.is_empty()).then(|| release::key("debian", number))
    };
    if let Some(release) = number_after("~bpo") {
        return Build::new(release, Line::Backport);
    }
    let release = number_after("+deb").or_else(|| number_after("~deb"));
    let (text, is_revision) = revision(version);
    let mut rest =
        if is_revision { numbers(text).1 } else { &text[text.find(['+', '~']).unwrap_or(text.len())..] };
    let strange = rest;
    let has_number = !is_revision || !numbers(text).0.is_empty();
    while let Some((_, next)) = behind(rest, &["+deb", "~deb", "+b", "+nmu", "~exp", "u"]) {
        rest = next;
    }
    let foreign = ["ubuntu", "pve", "rpi", "rpt", "pgdg", "ppa", "nodesource"];
    let is_own = match is_revision {
        true => has_number && rest.is_empty(),
        // What stands behind the sign of a version without a revision may be the maker's own.
        false => !foreign.iter().any(|mark| text.contains(mark)),
    };
    match (is_own, release) {
        (false, release) => {
            let mark = if strange.is_empty() { text } else { strange };
            Build { release: release.unwrap_or_default(), ..Build::marked(mark) }
        }
        (true, Some(release)) => Build::new(release, Line::Own),
        (true, None) => Build::new(String::new(), Line::Plain),
    }
}

fn ubuntu(version: &str) -> Build {
    let (text, is_revision) = revision(version);
    let (first, mut rest) = numbers(text);
    let (mut is_marked, mut release, mut taken_over) = (false, String::new(), false);
    let of_number = |number: &str| {
        // `0.22.04.1` behind `ubuntu`, `22.04.1` behind a sign.
        let number = number.strip_prefix("0.").unwrap_or(number);
        let key = release::key("ubuntu", number);
        if release::is_known_to_ubuntu(&key) { key } else { String::new() }
    };
    let strange = rest;
    loop {
        if let Some((number, next)) = behind(rest, &["ubuntu", "build"]) {
            (is_marked, taken_over) = (is_marked || number.contains('.'), false);
            let told = of_number(number);
            release = if told.is_empty() { release } else { told };
            rest = next;
        } else if let Some((_, next)) = behind(rest, &["+esm", "~esm", "+fips.", "+fips", "+Fips"]) {
            (is_marked, rest) = (true, next);
        } else if let Some((number, next)) = behind(rest, &["~ubuntu", "~", "+"]) {
            let told = of_number(number);
            // `2.61.3+22.04` is made for that one; `~22.04.1` is a later one, taken back to it.
            is_marked |= !told.is_empty() && rest.starts_with('+');
            release = if told.is_empty() { release } else { told };
            rest = next;
        } else if let Some((_, next)) = behind(rest, &["+deb", "~deb", "u"]) {
            (taken_over, rest) = (true, next);
        } else {
            break;
        }
    }
    let is_own = if is_revision {
        !first.is_empty() && rest.is_empty() && !taken_over
    } else {
        !["ppa", "debian", "deb.sury"].iter().any(|mark| text.contains(mark))
    };
    let line = match (is_own, is_marked || (!is_revision && text.contains("ubuntu"))) {
        (false, _) => return Build::marked(if strange.is_empty() { text } else { strange }),
        (true, true) => Line::Own,
        (true, false) => Line::Plain,
    };
    Build::new(release, line)
}

fn enterprise_linux(name: &str, version: &str) -> Build {
    if let Some((release, stream)) = module(name, version) {
        return Build::new(release::with_level(&release, &stream), Line::Own);
    }
    let (text, _) = revision(version);
    let Some((number, rest)) = behind_el(text) else {
        let what = format!("build without the mark of its release, `{text}`");
        return Build::new(String::new(), Line::Stranger(what));
    };
    let (level, rest) = match rest.strip_prefix('_').map(digits) {
        Some((level, rest)) if !level.is_empty() => (level, rest),
        Some(_) | None => ("", rest),
    };
    let level = if level.is_empty() { String::new() } else { format!("{}{level}", release::LEVEL) };
    let release = format!("el{number}{level}");
    let lower = text.to_lowercase();
    let by = lower.split(['.', '_', '-', '+']).find(|word| STRANGERS.contains(word));
    let strange = by.or_else(|| rest.split('.').find(|word| !is_of_a_rebuild(word)));
    match strange {
        Some(by) => Build { release, ..Build::marked(by) },
        None => Build::new(release, Line::Own),
    }
}

/// The number behind `.el`, and what stands behind that.
fn behind_el(text: &str) -> Option<(&str, &str)> {
    let found = text.match_indices(".el").map(|(at, mark)| digits(&text[at + mark.len()..]));
    found.into_iter().find(|(number, _)| !number.is_empty())
}

/// What may stand behind the release of an Enterprise Linux: a number, who built it again, an architecture.
fn is_of_a_rebuild(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
        || REBUILDERS.contains(&word)
        || ARCHITECTURES.contains(&word)
}

fn alpine(version: &str) -> Build {
    let build = version.rsplit_once("-r").map_or("", |(_, build)| build);
    let is_own = !build.is_empty() && build.bytes().all(|byte| byte.is_ascii_digit());
    if is_own {
        return Build::new(String::new(), Line::Own);
    }
    Build::new(String::new(), Line::Stranger("build without the `-r` of Alpine's own".to_owned()))
}

/// SUSE writes number and service pack in front: `150400.5.36.1` for 15 SP4. What is older than that has no mark.
fn suse(version: &str) -> Build {
    let (text, _) = revision(version);
    let mark = text.split('.').next().unwrap_or_default();
    if mark.starts_with("lp") {
        return Build::marked(mark);
    }
    let is_marked =
        mark.starts_with("bp") || (mark.len() == 6 && mark.bytes().all(|byte| byte.is_ascii_digit()));
    Build::new(String::new(), if is_marked { Line::Own } else { Line::Plain })
}

/// Others do not say how they number; only the mark of an Enterprise Linux is told from theirs.
fn other(name: &str, version: &str) -> Build {
    match behind_el(version) {
        Some(_) => enterprise_linux(name, version),
        None => Build::new(String::new(), Line::Own),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(namespace: &str, version: &str) -> String {
        let Build { release, line } = read(namespace, "curl", version);
        let line = match line {
            Line::Own => "own".to_owned(),
            Line::Plain => "plain".to_owned(),
            Line::Backport => "backport".to_owned(),
            Line::Stranger(what) => what,
        };
        format!("{release} {line}").trim().to_owned()
    }

    #[test]
    fn what_a_distribution_builds_is_known_by_its_shape() {
        for (namespace, expected, versions) in [
            (
                "debian",
                "bookworm own",
                "7.88.1-10+deb12u5|1:115.7.0-1~deb12u1|3.0.11-1~deb12u2+b1|12.4+deb12u5",
            ),
            (
                "debian",
                "plain",
                "7.88.1-10|8.4.0-2+b1|1.2-10.1|6.1.76-1|2:1.2+dfsg-3|12.4|20230311+nmu1|8.5.0-1~exp1",
            ),
            ("debian", "bookworm backport", "1:9.6p1-2~bpo12+1"),
            (
                "ubuntu",
                "own",
                "7.81.0-1ubuntu1.15|7.81.0-1ubuntu1.16+esm1|1.2-4build2.1|3.0.2-0ubuntu1.10+Fips1",
            ),
            ("ubuntu", "jammy own", "8.0.35-0ubuntu0.22.04.1|1.2-1+deb11u1build0.22.04.1|2.58+22.04"),
            ("ubuntu", "jammy plain", "6.5.0-14.14~22.04.1|8.5.0-2ubuntu10~22.04.1|1.21.1-1~ubuntu22.04.2"),
            ("ubuntu", "plain", "8.5.0-2ubuntu10|1.2-4build2|5.15.0-91.101|1.2-3|5.15.0.91.88"),
            ("ubuntu", "lunar own", "8.0.35-0ubuntu0.23.04.1"),
            (
                "redhat",
                "el9~3 own",
                "7.76.1-26.el9_3.2|0:7.76.1-26.el9_3|1.0-1.el9_3.rocky.0.1|1-1.el9_3.x86_64",
            ),
            ("centos", "el7 own", "1.0-1.el7|1.0-1.el7.centos.1|1.0-5.git2e92a49f.el7"),
            ("suse", "own", "7.79.1-150400.5.36.1|1.0-bp154.1.2"),
            ("suse", "plain", "1.1.1d-11.20.1|8.0.1-1.1"),
            ("alpine", "own", "3.1.4-r0|1.36.1_rc1-r5"),
            ("fedora", "own", "8.0-1.fc39"),
        ] {
            for version in versions.split('|') {
                assert_eq!(line(namespace, version), expected, "{namespace} {version}");
            }
        }
    }

    #[test]
    fn what_looks_otherwise_was_built_by_somebody_else() {
        for (namespace, versions) in [
            (
                "debian",
                "8.0.0-1~pve1|7.88.1-10+rpi1|8.0.0-1ubuntu1|1:8.2.1-1.pgdg120+1|8.0.0-1nodesource1|8.0-0.1~custom|\
                 8.0.0-1+0~20230501.1+debian12~1.gbp123|5:24.0.7-1~debian.12~bookworm|7.88.1-10+deb12u4+ci1|8.0~ubuntu1",
            ),
            (
                "ubuntu",
                "7.81.0-2~ubuntu22.04~ppa1|8.0-1+ubuntu22.04.1+deb.sury.org+1|7.81.0-1ubuntu1.15~ppa1|\
                 7.88.1-10+deb12u4|5:24.0.7-1~ubuntu.22.04~jammy",
            ),
            (
                "redhat",
                "8.0-1.fc39|8.0-1|8.0-1PGDG.rhel9|8.0-1.rhel9|7.76.1-29.el9_4.acme|8.0-1.el9.remi|8.0-1.el9.elrepo|\
                 1.0-1.el8ost",
            ),
            ("suse", "8.0.1-lp154.1.1"),
            ("alpine", "3.1.4|3.1.4-rc1"),
        ] {
            for version in versions.split('|') {
                let read = read(namespace, "curl", version);
                assert!(matches!(read.line, Line::Stranger(_)), "{namespace} {version}: {read:?}");
            }
        }
        assert_eq!(line("redhat", "8.0-1.el9_3.remi"), "el9~3 build marked `remi`");
    }

    #[test]
    fn a_module_is_told_by_the_first_numbers_of_its_packages() {
        for (name, version, expected) in [
            ("nodejs", "1:18.12.0-1.module+el8.7.0+16000+aaaa", "el8~module 18"),
            ("nodejs", "1:16.19.1-1.module_el8.7.0+3000+aaa", "el8~module 16"),
            ("postgresql-server", "13.10-1.module+el9.2.0+1", "el9~module 13"),
            ("php", "7.4.33-1.module+el8.9.0+1", "el8~module 7.4"),
        ] {
            assert_eq!(read("redhat", name, version).release, expected, "{name} {version}");
        }
        assert_eq!(module("nodejs", "1:18.12.0-1.el9"), None);
    }

    #[test]
    fn a_fix_is_of_a_line_where_its_distribution_marks_it() {
        for (namespace, version, expected) in [
            ("debian", "7.88.1-10+deb12u5", true),
            ("debian", "8.5.0-1", false),
            ("ubuntu", "7.81.0-1ubuntu1.15", true),
            ("ubuntu", "5.15.0-91.101", false),
            ("ubuntu", "20.10.21-0ubuntu1~22.04.3", false),
            ("suse", "7.79.1-150400.5.36.1", true),
            ("redhat", "8.0.13-2.el9", false),
        ] {
            assert_eq!(is_of_a_line(namespace, version), expected, "{namespace} {version}");
        }
    }
}
