//! What a criterion asks besides product and version: update, edition, targets, a distribution's release.

use super::item::Item;
use super::names::{CpeParts, has_wildcard, plain};
use super::truth::Truth;
use holdpoint_domain::intelligence::{Criterion, Subject, VersionTest};
use holdpoint_versions::build::{self, Build, Line};
use holdpoint_versions::release;
use std::collections::BTreeSet;

/// Names of the attributes, for explanations.
const ATTRIBUTES: [&str; 7] =
    ["update", "edition", "language", "software edition", "target software", "target hardware", "other"];

/// Before releases of which another one is meant, or a package of another line on hosts of these.
const OTHER: char = '!';
/// Between these.
const OR: char = '|';
/// Behind one of these whose fix bears the mark of its line.
const MARKED: char = '^';
/// Behind the release of a package whose version bears no mark of it.
const PLAIN: char = ';';
/// Between a release and what is said of a package that is not of the release's own line.
const WITH: &str = ", with a ";

/// What is asked besides product and version.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Qualifier {
    /// CPE's last seven attributes, `*` where nothing is asked.
    attributes: Option<Box<[String; 7]>>,
    /// A release in normal form; empty: any. Behind [`OTHER`] those that are spoken of: what is asked is another one, or a package
    /// of another line.
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
            Subject::Package { .. } => qualifier.release = release_of_criterion(criterion),
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
        if let Some(spoken_of) = self.release.strip_prefix(OTHER) {
            return of_another(spoken_of, installed);
        }
        if self.release.is_empty() {
            return (Truth::Yes, String::new());
        }
        let installed = own_release(installed);
        let truth = match release::speaks_of(&self.release, installed) {
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

/// The release, in normal form, of which a criterion on a package speaks; empty: any. A fix in a module speaks of that stream alone.
#[must_use]
pub fn release_of_criterion(criterion: &Criterion) -> String {
    let Subject::Package { namespace, name, release, .. } = &criterion.subject else { return String::new() };
    if release.starts_with(OTHER) {
        return release.clone();
    }
    let key = release::key(namespace, release);
    let listed = match &criterion.versions {
        VersionTest::Exact { version, .. } => Some(version.as_str()),
        others => fix_of(others),
    };
    let module = listed.and_then(|fixed| build::module(name, fixed));
    match module {
        Some((of, stream)) if key.is_empty() || key == of => release::with_level(&of, &stream),
        Some(_) | None => key,
    }
}

/// Whether the fix that a criterion names was made in the line of a release, and marked so.
#[must_use]
pub fn is_marked(criterion: &Criterion) -> bool {
    let Subject::Package { namespace, .. } = &criterion.subject else { return false };
    fix_of(&criterion.versions).is_some_and(|fixed| build::is_of_a_line(namespace, fixed))
}

/// The version that ends what is affected.
fn fix_of(versions: &VersionTest) -> Option<&str> {
    match versions {
        VersionTest::Between { high, .. } => high.as_ref().map(|end| end.version.as_str()),
        VersionTest::OneOf(tests) => tests.iter().find_map(fix_of),
        VersionTest::Except { meant, .. } => fix_of(meant),
        VersionTest::Any
        | VersionTest::NotStated
        | VersionTest::Exact { .. }
        | VersionTest::Expression(_) => None,
    }
}

/// The release of a subject that asks for any release but these, which are spoken of, and for packages of another line on hosts of
/// these: such a package can be answered with unknown at best. Each release is as [`release_of_criterion`] gives it, and comes
/// with whether its fix is marked ([`is_marked`]).
#[must_use]
pub fn release_other_than<'r>(releases: impl IntoIterator<Item = (&'r str, bool)>) -> String {
    let keys: BTreeSet<String> = releases
        .into_iter()
        .map(|(key, marked)| if marked { format!("{key}{MARKED}") } else { key.to_owned() })
        .collect();
    let keys: Vec<String> = keys.into_iter().collect();
    format!("{OTHER}{}", keys.join(&OR.to_string()))
}

/// Whether a package is of another release than these, of one that is not known, or of another line than its host.
fn of_another(spoken_of: &str, installed: &str) -> (Truth, String) {
    let spoken =
        || spoken_of.split(OR).map(|one| one.strip_suffix(MARKED).map_or((one, false), |one| (one, true)));
    let (release, line) = (own_release(installed), built_with(installed));
    let mut found = spoken().filter(|(one, _)| release::speaks_of(one, release) == Some(true)).peekable();
    if found.peek().is_some() {
        let what = match line {
            Built::Own => return (Truth::No, "the package is of a release that is spoken of".to_owned()),
            Built::Plain if !found.any(|(_, marked)| marked) => {
                return (Truth::No, "the package is of a release that is spoken of".to_owned());
            }
            Built::Plain => "version without the mark of that line",
            Built::With(what) => what,
        };
        let host = release::shown(release);
        let why = format!(
            "what is said of `{host}` is of its own line, and the installed package is a {what} there"
        );
        return (Truth::Unknown, why);
    }
    let spoken_of: Vec<String> = spoken().map(|(one, _)| release::shown(one)).collect();
    let spoken_of = spoken_of.join(", ");
    let shown = release::shown(release);
    let why = match (release, release::is_understood(release)) {
        ("", _) => format!("the inventory does not say which release it is of; spoken of are {spoken_of}"),
        (_, true) => format!("nobody says anything of release `{shown}`, only of {spoken_of}"),
        (_, false) => format!("release `{shown}` is not understood; spoken of are {spoken_of}"),
    };
    (Truth::Unknown, why)
}

/// How a package was built, as its release says.
enum Built<'a> {
    Own,
    Plain,
    With(&'a str),
}

fn built_with(installed: &str) -> Built<'_> {
    match (installed.split_once(WITH), installed.ends_with(PLAIN)) {
        (Some((_, what)), _) => Built::With(what),
        (None, true) => Built::Plain,
        (None, false) => Built::Own,
    }
}

/// The release of a package, whoever built it.
fn own_release(installed: &str) -> &str {
    if installed.starts_with('?') {
        return installed;
    }
    installed.split(WITH).next().unwrap_or_default().trim_end_matches(PLAIN)
}

/// The release of a package, by what its URL says and by what its version tells of itself. Where the two differ it was built for
/// another one, or is a backport into this one: its number stands in no line that anybody speaks of, which is not understood.
pub(super) fn release_of_package(namespace: &str, said: &str, name: &str, version: &str) -> String {
    let said = release::key(namespace, said);
    let Build { release: told, line } = build::read(namespace, name, version);
    if line == Line::Backport {
        return format!("?{}{WITH}backport", release::shown(&told));
    }
    let is_told = !told.is_empty();
    if is_told && !said.is_empty() && release::speaks_of(&said, &told) == Some(false) {
        return format!("?{}{WITH}package of {}", release::shown(&said), release::shown(&told));
    }
    // The version knows more of an Enterprise Linux: the minor release, or the module.
    let of_both = if is_told && (said.is_empty() || told.starts_with(&said)) { told } else { said };
    match line {
        _ if of_both.is_empty() || !release::is_understood(&of_both) => of_both,
        Line::Plain => format!("{of_both}{PLAIN}"),
        Line::Stranger(what) => format!("{of_both}{WITH}{what}"),
        Line::Own | Line::Backport => of_both,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdpoint_domain::intelligence::{End, Inclusion, Role};

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

    fn asked(namespace: &str, text: &str) -> Qualifier {
        Qualifier { release: release::key(namespace, text), ..Qualifier::default() }
    }

    fn other(releases: &[(&str, bool)]) -> Qualifier {
        Qualifier { release: release_other_than(releases.iter().copied()), ..Qualifier::default() }
    }

    #[test]
    fn a_release_is_told_apart_only_where_both_are_understood() {
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
        let other = other(&[("bookworm", true), ("bullseye", false)]);
        for (installed, expected, words) in [
            ("debian-12.5", Truth::No, "is spoken of"),
            (
                "debian-10",
                Truth::Unknown,
                "nobody says anything of release `buster`, only of bookworm, bullseye",
            ),
            ("debian-testing", Truth::Unknown, "`debian-testing` is not understood"),
            ("", Truth::Unknown, "the inventory does not say which release"),
        ] {
            let (truth, why) = other.judge_release(&release::key("debian", installed));
            assert!(truth == expected && why.contains(words), "{installed}: {why}");
        }
    }

    #[test]
    fn a_package_of_another_line_is_of_the_release_and_left_open() {
        let el9 = [("el9", false)];
        let debian = [("bookworm", true), ("bullseye", false)];
        let truth = |asked: &Qualifier, namespace: &str, said: &str, version: &str| {
            asked.judge_release(&release_of_package(namespace, said, "curl", version))
        };
        assert_eq!(truth(&asked("redhat", "9"), "redhat", "", "8.0-1.el9.remi").0, Truth::Yes);
        for (spoken_of, namespace, said, version, expected) in [
            (&el9[..], "redhat", "", "8.0-1.el9.remi", Truth::Unknown),
            (&el9, "redhat", "", "8.0-1.el8.remi", Truth::Unknown),
            (&el9, "redhat", "", "8.0-1.el9", Truth::No),
            (&el9, "redhat", "rhel-9", "8.0-1.el9_3.2", Truth::No),
            (&el9, "redhat", "rhel-9", "8.0-1.fc39", Truth::Unknown),
            (&el9, "redhat", "rhel-9", "8.0-1.module+el9.2.0+1+a", Truth::Unknown),
            (&debian, "debian", "debian-12", "9.6-2~bpo12+1", Truth::Unknown),
            (&debian, "debian", "debian-12", "9.2-2+deb12u3", Truth::No),
            (&debian, "debian", "debian-12", "9.6-2", Truth::Unknown),
            (&debian, "debian", "debian-11", "9.6-2", Truth::No),
            (&debian, "debian", "debian-11", "9.6-2~pve1", Truth::Unknown),
        ] {
            let (found, why) = truth(&other(spoken_of), namespace, said, version);
            assert_eq!(found, expected, "{said} {version}: {why}");
        }
        let (_, why) = truth(&other(&el9), "redhat", "", "8.0-1.el9.remi");
        assert!(why.ends_with("is a build marked `remi` there"), "{why}");
        let (_, why) = truth(&other(&debian), "debian", "debian-12", "9.6-2");
        assert!(why.ends_with("is a version without the mark of that line there"), "{why}");
    }

    #[test]
    fn a_stream_of_longer_support_and_a_module_speak_of_themselves_alone() {
        let truth = |asked: &Qualifier, name: &str, version: &str| {
            asked.judge_release(&release_of_package("redhat", "rhel-9.3", name, version)).0
        };
        let (eus, main) = (asked("redhat", "el9~2"), asked("redhat", "el9"));
        assert_eq!(truth(&eus, "curl", "7.76.1-23.el9_2.3"), Truth::Yes);
        assert_eq!(truth(&eus, "curl", "7.76.1-26.el9_3.2"), Truth::No);
        assert_eq!(truth(&eus, "curl", "7.76.1-26.el9"), Truth::Unknown);
        assert_eq!(truth(&main, "curl", "7.76.1-26.el9_3.2"), Truth::Yes);
        let spoken = other(&[("el9~2", false)]);
        assert_eq!(truth(&spoken, "curl", "7.76.1-23.el9_2.4"), Truth::No);
        assert_eq!(truth(&spoken, "curl", "7.76.1-26.el9_3.2"), Truth::Unknown);
        let module = other(&[("el9~module 16", false)]);
        assert_eq!(truth(&module, "nodejs", "1:16.19.1-1.module+el9.2.0+1+a"), Truth::No);
        assert_eq!(truth(&module, "nodejs", "1:18.12.0-1.module+el9.2.0+1+a"), Truth::Unknown);
    }

    #[test]
    fn a_criterion_in_a_module_speaks_of_that_stream() {
        let criterion = |release: &str, fixed: &str| {
            let (kind, namespace, name) = ("rpm".into(), "redhat".into(), "nodejs".into());
            let subject =
                Subject::Package { kind, namespace, name, release: release.into(), source_package: false };
            let high = Some(End { version: fixed.into(), inclusion: Inclusion::Excluded });
            let versions = VersionTest::Between { scheme: "rpm".into(), low: None, high };
            Criterion { role: Role::Vulnerable, subject, versions }
        };
        let fixed = "1:16.19.1-1.module+el8.7.0+18373+704f5cef";
        for (release, fixed, expected) in [
            ("el8", fixed, "el8~module 16"),
            ("", fixed, "el8~module 16"),
            ("el9", fixed, "el9"),
            ("el8", "1:16.19.1-1.el8", "el8"),
            ("el8~4", "1:16.19.1-1.el8_4", "el8~4"),
            ("!el8", fixed, "!el8"),
        ] {
            assert_eq!(release_of_criterion(&criterion(release, fixed)), expected, "{release} {fixed}");
        }
    }

    #[test]
    fn a_version_tells_its_release() {
        for (namespace, said, version, expected) in [
            ("redhat", "", "3.0.7-25.el9_3", "el9~3"),
            ("redhat", "rhel-9.2", "3.0.7-25.el9", "el9"),
            ("debian", "", "1.1.1n-0+deb11u3", "bullseye"),
            ("debian", "", "2.0", ""),
            ("debian", "debian-12", "1:9.2p1-2+deb12u3", "bookworm"),
            ("debian", "debian-12", "2.0", "bookworm;"),
            ("debian", "debian-testing", "2.0", "?debian-testing"),
            ("ubuntu", "ubuntu-22.04", "2.0-1+deb11u1", "jammy, with a build marked `+deb11u1`"),
            ("ubuntu", "", "2.0-1+deb11u1", ""),
            ("redhat", "rhel-9.3", "8.0.10-1.el9.remi", "el9, with a build marked `remi`"),
            ("rocky", "", "8.0.10-1.el9.rocky.0.1", "el9"),
            ("", "", "8.0.10-1.el9", "el9"),
        ] {
            assert_eq!(release_of_package(namespace, said, "curl", version), expected, "{said} {version}");
        }
        for (namespace, said, version) in [
            ("debian", "debian-12", "1:9.4p1-1+deb13u1"),
            ("debian", "debian-12", "1:9.6p1-2~bpo12+1"),
            ("debian", "", "1:9.6p1-2~bpo12+1"),
            ("redhat", "rhel-9.3", "7.61.1-33.el8"),
            ("ubuntu", "ubuntu-22.04", "8.0.35-0ubuntu0.23.04.1"),
        ] {
            let read = release_of_package(namespace, said, "curl", version);
            assert!(!release::is_understood(&read), "{version}: {read}");
        }
    }
}
