//! What a criterion asks besides product and version: update, edition, targets, a distribution's release.

use super::item::Item;
use super::names::{CpeParts, has_wildcard, plain};
use super::truth::Truth;
use holdpoint_domain::intelligence::{Criterion, Subject, VersionTest};
use holdpoint_versions::release;
use std::collections::BTreeSet;

/// Names of the attributes, for explanations.
const ATTRIBUTES: [&str; 7] =
    ["update", "edition", "language", "software edition", "target software", "target hardware", "other"];

/// Before releases of which another one is meant.
const OTHER: char = '!';
/// Before releases for whose hosts packages of another line are meant: backports, and what others built.
const LINE: char = '^';
/// Between these.
const OR: char = '|';
/// Between a release and what is said of a package that is not of the release's own line.
const WITH: &str = ", with a ";
/// The words of repositories beside an Enterprise Linux, which stand in the release of their packages.
const STRANGERS: [&str; 6] = ["remi", "ius", "elrepo", "rpmfusion", "pgdg", "nux"];

/// What is asked besides product and version.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Qualifier {
    /// CPE's last seven attributes, `*` where nothing is asked.
    attributes: Option<Box<[String; 7]>>,
    /// A release in normal form; empty: any. Behind [`OTHER`] those that are spoken of: what is asked is another one. Behind
    /// [`LINE`] those of whose hosts packages of another line are meant.
    release: String,
    /// Platforms as written; empty: any.
    platforms: String,
}

impl Qualifier {
    /// What a criterion asks.
    pub(super) fn of(criterion: &Criterion, cpe: Option<&CpeParts<'_>>) -> Self {
        let mut qualifier = Self::default();
        let mut asked = cpe.map_or(["*"; 7], CpeParts::rest);
        match &criterion.subject {
            Subject::Cpe(_) => {}
            Subject::Package { namespace, release, .. } => {
                qualifier.release = asked_release(namespace, release);
            }
            Subject::Product { platforms, .. } => qualifier.platforms = platforms.join(", "),
        }
        let lower;
        if let VersionTest::Exact { update, .. } = &criterion.versions
            && asked[0] == "*"
            && !update.is_empty()
        {
            lower = update.to_lowercase();
            asked[0] = &lower;
        }
        if asked.iter().any(|value| *value != "*") {
            qualifier.attributes = Some(Box::new(asked.map(str::to_owned)));
        }
        qualifier
    }

    /// Whether a component is what is asked, and the reason when that is not a yes.
    pub(super) fn judge(&self, item: &Item) -> (Truth, String) {
        let mut worst = (Truth::Yes, String::new());
        let mut note = |truth: Truth, why: String| {
            if truth < worst.0 {
                worst = (truth, why);
            }
        };
        if let Some(asked) = &self.attributes {
            for (at, asked) in asked.iter().enumerate() {
                let has = item.attribute(at);
                let truth = attribute(asked, has);
                if truth != Truth::Yes {
                    note(truth, format!("{} `{asked}` against `{has}`", ATTRIBUTES[at]));
                }
            }
        }
        let (truth, why) = self.judge_release(&item.release);
        if truth != Truth::Yes {
            note(truth, why);
        }
        if !self.platforms.is_empty() {
            let why = format!("only on {}, which cannot be compared with the inventory", self.platforms);
            note(Truth::Unknown, why);
        }
        worst
    }

    /// Whether an installed release is the one that is asked, and the reason when that is not a yes.
    fn judge_release(&self, installed: &str) -> (Truth, String) {
        if let Some(hosts) = self.release.strip_prefix(LINE) {
            return of_another_line(hosts, installed);
        }
        if let Some(spoken_of) = self.release.strip_prefix(OTHER) {
            return of_another_release(spoken_of, own_release(installed));
        }
        if self.release.is_empty() {
            return (Truth::Yes, String::new());
        }
        let installed = own_release(installed);
        let truth = match release::is(&self.release, installed) {
            Some(true) => Truth::Yes,
            Some(false) => Truth::No,
            None => Truth::Unknown,
        };
        (
            truth,
            format!("release `{}` against `{}`", release::shown(&self.release), release::shown(installed)),
        )
    }

    /// The texts, for writing down.
    pub(super) fn texts(&self) -> [&str; 9] {
        std::array::from_fn(|at| match (at, &self.attributes) {
            (0, _) => self.release.as_str(),
            (1, _) => self.platforms.as_str(),
            (at, Some(asked)) => asked[at - 2].as_str(),
            (_, None) => "*",
        })
    }

    /// Puts together what [`Qualifier::texts`] gave.
    pub(super) fn from_texts(texts: [&str; 9]) -> Self {
        let asked: [String; 7] = std::array::from_fn(|at| texts[at + 2].to_owned());
        let attributes = asked.iter().any(|value| value != "*").then(|| Box::new(asked));
        Self { attributes, release: texts[0].to_owned(), platforms: texts[1].to_owned() }
    }
}

fn attribute(asked: &str, has: &str) -> Truth {
    match (asked, has) {
        ("*", _) => Truth::Yes,
        (_, "*") => Truth::Unknown,
        (asked, has) if plain(asked) == plain(has) => Truth::Yes,
        ("-", _) | (_, "-") => Truth::No,
        (asked, has) if has_wildcard(asked) || has_wildcard(has) => Truth::Unknown,
        // Of one product, NVD writes `update60` and `update_60`.
        (asked, has) if joined(asked) == joined(has) => Truth::Yes,
        _ => Truth::No,
    }
}

fn joined(value: &str) -> String {
    plain(value).replace(['_', '-'], "")
}

/// The release of a subject that asks for any release but these of its namespace, which are spoken of: such a release can be
/// answered with unknown at best.
#[must_use]
pub fn release_other_than<'r>(namespace: &str, releases: impl IntoIterator<Item = &'r str>) -> String {
    let keys: BTreeSet<String> = releases.into_iter().map(|text| release::key(namespace, text)).collect();
    let keys: Vec<String> = keys.into_iter().collect();
    format!("{OTHER}{}", keys.join(&OR.to_string()))
}

/// The release of a subject that asks for packages of another line than that of these releases, on hosts of these: such a
/// package can be answered with unknown at best.
#[must_use]
pub fn line_other_than<'r>(namespace: &str, releases: impl IntoIterator<Item = &'r str>) -> String {
    let others = release_other_than(namespace, releases);
    format!("{LINE}{}", others.trim_start_matches(OTHER))
}

/// Whether a package is of another release than these, or of one that is not known.
fn of_another_release(spoken_of: &str, installed: &str) -> (Truth, String) {
    if spoken_of.split(OR).any(|one| release::is(one, installed) == Some(true)) {
        return (Truth::No, "the release is spoken of".to_owned());
    }
    let spoken_of: Vec<String> = spoken_of.split(OR).map(release::shown).collect();
    let spoken_of = spoken_of.join(", ");
    let shown = release::shown(installed);
    let why = match (installed, release::is_understood(installed)) {
        ("", _) => format!("the inventory does not say which release it is of; spoken of are {spoken_of}"),
        (_, true) => format!("nobody says anything of release `{shown}`, only of {spoken_of}"),
        (_, false) => format!("release `{shown}` is not understood; spoken of are {spoken_of}"),
    };
    (Truth::Unknown, why)
}

/// Whether a package is of another line than that of its host, which is one of these.
fn of_another_line(hosts: &str, installed: &str) -> (Truth, String) {
    let (host, built) = match (installed.strip_prefix('?').unwrap_or(installed)).split_once(WITH) {
        Some(parts) => parts,
        None => return (Truth::No, "the package is of its release's own line".to_owned()),
    };
    if !hosts.split(OR).any(|one| release::is(one, host) == Some(true) || release::shown(one) == host) {
        return (Truth::No, "the release is not spoken of".to_owned());
    }
    let host = release::shown(host);
    let why =
        format!("what is said of `{host}` is of its own line, and the installed package is a {built} there");
    (Truth::Unknown, why)
}

/// The release of a package that others built for it.
fn own_release(installed: &str) -> &str {
    if installed.starts_with('?') { installed } else { installed.split(WITH).next().unwrap_or_default() }
}

fn asked_release(namespace: &str, text: &str) -> String {
    if text.starts_with([OTHER, LINE]) { text.to_owned() } else { release::key(namespace, text) }
}

/// The release of a package, by what its URL says and by what its version tells of itself. Where the two differ it was built for
/// another one, or is a backport into this one: its number stands in no line that anybody speaks of, which is not understood.
pub(super) fn release_of_package(namespace: &str, said: &str, version: &str) -> String {
    let (said, told) = (release::key(namespace, said), release_in_version(namespace, version));
    match told {
        Told::Nothing => said,
        Told::Release(told) if said.is_empty() => told,
        Told::Release(told) if release::is(&said, &told) == Some(false) => {
            format!("?{}{WITH}package of {}", release::shown(&said), release::shown(&told))
        }
        Told::Release(_) => said,
        Told::Backport(told) => format!("?{}{WITH}backport", release::shown(&told)),
        Told::Stranger(told, by) => {
            let host = if said.is_empty() { told } else { said };
            format!("{host}{WITH}package of {by}")
        }
    }
}

/// What a package's version tells of its release.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    Nothing,
    /// It was built for that one.
    Release(String),
    /// It is of a later one, built again for that one.
    Backport(String),
    /// It was built for that one by somebody else, who numbers in a line of their own.
    Stranger(String, String),
}

fn release_in_version(namespace: &str, version: &str) -> Told {
    let number_after = |mark: &str| {
        let (_, rest) = version.split_once(mark)?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        (!digits.is_empty()).then_some(digits)
    };
    if let Some(number) = number_after(".el") {
        let lower = version.to_lowercase();
        let by = lower.split(['.', '_', '-', '+']).find(|word| STRANGERS.contains(word));
        if let Some(by) = by {
            return Told::Stranger(format!("el{number}"), by.to_owned());
        }
        return Told::Release(format!("el{number}"));
    }
    // Others take packages of Debian over as they are.
    if !matches!(namespace, "debian" | "") {
        return Told::Nothing;
    }
    let debian = |number: String| release::key("debian", &number);
    if let Some(number) = number_after("~bpo") {
        return Told::Backport(debian(number));
    }
    let built = number_after("+deb").or_else(|| number_after("~deb"));
    built.map_or(Told::Nothing, |number| Told::Release(debian(number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_inventory_leaves_open_is_unknown() {
        assert_eq!(attribute("*", "-"), Truth::Yes);
        assert_eq!(attribute("sp1", "*"), Truth::Unknown);
        assert_eq!(attribute("-", "*"), Truth::Unknown);
        assert_eq!(attribute("sp1", "-"), Truth::No);
        assert_eq!(attribute("-", "sp1"), Truth::No);
        assert_eq!(attribute("sp1", "sp2"), Truth::No);
        assert_eq!(attribute("sp?", "sp2"), Truth::Unknown);
        assert_eq!(attribute(r"node\.js", "node.js"), Truth::Yes);
        assert_eq!(attribute("update_60", "update60"), Truth::Yes);
        assert_eq!(attribute("update_60", "update61"), Truth::No);
    }

    #[test]
    fn a_release_is_told_apart_only_where_both_are_understood() {
        let asked = |namespace: &str, text: &str| Qualifier {
            release: asked_release(namespace, text),
            ..Qualifier::default()
        };
        for (namespace, feed, installed, expected) in [
            ("alpine", "v3.18", "alpine-3.18.4", Truth::Yes),
            ("debian", "bookworm", "debian-12.5", Truth::Yes),
            ("debian", "bookworm", "debian-testing", Truth::Unknown),
            ("debian", "somewhere", "debian-12", Truth::Unknown),
            ("debian", "bookworm", "debian-11.9", Truth::No),
            ("suse", "Linux Enterprise Server 15 SP4", "sles-15.4", Truth::Yes),
            ("suse", "Linux Enterprise Module for Basesystem 15 SP4", "sles-15.4", Truth::Yes),
            ("suse", "Linux Enterprise Module for Basesystem 15 SP3", "sles-15.4", Truth::No),
        ] {
            let (truth, why) = asked(namespace, feed).judge_release(&release::key(namespace, installed));
            assert_eq!(truth, expected, "{feed} {installed}: {why}");
        }
        let other =
            Qualifier { release: release_other_than("debian", ["12", "bullseye"]), ..Qualifier::default() };
        for (installed, expected, words) in [
            ("debian-12.5", Truth::No, "is spoken of"),
            ("debian-10", Truth::Unknown, "nobody says anything of release `buster`"),
            ("debian-testing", Truth::Unknown, "`debian-testing` is not understood"),
            ("", Truth::Unknown, "the inventory does not say which release"),
        ] {
            let (truth, why) = other.judge_release(&release::key("debian", installed));
            assert!(truth == expected && why.contains(words), "{installed}: {why}");
        }
    }

    #[test]
    fn a_package_that_others_built_is_of_the_release_and_of_another_line() {
        let asked = |release: String| Qualifier { release, ..Qualifier::default() };
        let (own, line) = (asked("el9".to_owned()), asked(line_other_than("redhat", ["el9"])));
        let debian = asked(line_other_than("debian", ["bookworm", "bullseye"]));
        let truth = |asked: &Qualifier, namespace: &str, version: &str| {
            asked.judge_release(&release_of_package(namespace, "", version)).0
        };
        assert_eq!(truth(&own, "redhat", "8.0-1.el9.remi"), Truth::Yes);
        assert_eq!(truth(&line, "redhat", "8.0-1.el9.remi"), Truth::Unknown);
        assert_eq!(truth(&line, "redhat", "8.0-1.el8.remi"), Truth::No, "of another host nothing is asked");
        assert_eq!(truth(&line, "redhat", "8.0-1.el9"), Truth::No);
        assert_eq!(truth(&debian, "debian", "9.6-2~bpo12+1"), Truth::Unknown);
        assert_eq!(truth(&debian, "debian", "9.2-2+deb12u3"), Truth::No);
        let (_, why) = line.judge_release("el9, with a package of remi");
        assert!(why.contains("a package of remi there"), "{why}");
    }

    #[test]
    fn a_version_tells_its_release() {
        for (namespace, said, version, expected) in [
            ("redhat", "", "3.0.7-25.el9_3", "el9"),
            ("debian", "", "1.1.1n-0+deb11u3", "bullseye"),
            ("debian", "", "2.0", ""),
            ("debian", "debian-12", "1:9.2p1-2+deb12u3", "bookworm"),
            ("debian", "debian-12", "2.0", "bookworm"),
            ("ubuntu", "ubuntu-22.04", "2.0-1+deb11u1", "jammy"),
            ("ubuntu", "", "2.0-1+deb11u1", ""),
            ("redhat", "rhel-9.3", "8.0.10-1.el9.remi", "el9, with a package of remi"),
            ("redhat", "", "8.0.10-1.el9.remi", "el9, with a package of remi"),
            ("rocky", "", "8.0.10-1.el9.rocky.0.1", "el9"),
        ] {
            assert_eq!(release_of_package(namespace, said, version), expected, "{said} {version}");
        }
        for (namespace, said, version) in [
            ("debian", "debian-12", "1:9.4p1-1+deb13u1"),
            ("debian", "debian-12", "1:9.6p1-2~bpo12+1"),
            ("debian", "", "1:9.6p1-2~bpo12+1"),
            ("redhat", "rhel-9.3", "7.61.1-33.el8"),
        ] {
            let read = release_of_package(namespace, said, version);
            assert!(!release::is_understood(&read), "{version}: {read}");
        }
    }
}
