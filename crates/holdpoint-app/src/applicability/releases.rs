//! Releases of distributions of which no source speaks.
//!
//! Sources list the releases that they still look after. A host of an older release has the package all the same, and that nobody
//! names its release is no all-clear. The surprise: what is looked at are all sources of a vulnerability together, because one
//! record often speaks of one release alone, and its sister of the next. Where the installed version is as new as every fix that is
//! named, the fix is in it whatever its release is called, so that only older versions are left open. That holds for one line of
//! versions alone: where every fix is named in the line of a release (`9.2p1-2+deb12u3`), a backport or a package that others
//! built is newer by its number, and whether it has the fix nobody says.

use holdpoint_domain::intelligence::{
    Applicability, Condition, Criterion, Role, Subject, Unlisted, VersionTest,
};
use holdpoint_engine::applicability::{Builder, line_other_than, release_other_than};
use std::collections::{BTreeMap, BTreeSet};

/// The package of a distribution, whatever its release.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    kind: String,
    namespace: String,
    name: String,
    source_package: bool,
}

/// What is said of one package in all releases.
#[derive(Debug, Default)]
struct Said {
    releases: BTreeSet<String>,
    tests: Vec<VersionTest>,
    /// Something is said of whatever release, so that none is left out.
    of_all: bool,
}

impl Package {
    fn leaf(&self, release: String, versions: VersionTest) -> Condition {
        let Self { kind, namespace, name, source_package } = self.clone();
        let subject = Subject::Package { kind, namespace, name, release, source_package };
        Condition::Is(Criterion { role: Role::Vulnerable, subject, versions })
    }
}

impl Said {
    /// The affected versions without their ends, where each ends with a fix in the line of a release; `None`: one does not, so
    /// that it can be held against every line.
    fn of_own_lines(&self) -> Option<VersionTest> {
        let affected = self.tests.iter().filter(|test| **test != VersionTest::OneOf(Vec::new()));
        let open = affected.map(|test| match test {
            VersionTest::Between { scheme, low, high: Some(high) } if is_of_a_line(&high.version) => {
                Some(VersionTest::Between { scheme: scheme.clone(), low: low.clone(), high: None })
            }
            VersionTest::Any
            | VersionTest::NotStated
            | VersionTest::Exact { .. }
            | VersionTest::Between { .. }
            | VersionTest::OneOf(_)
            | VersionTest::Except { .. }
            | VersionTest::Expression(_) => None,
        });
        open.collect::<Option<Vec<VersionTest>>>().map(VersionTest::OneOf)
    }
}

/// Whether a version says for which release it was made: `9.2p1-2+deb12u3`, `8.0.13-2.el9`.
fn is_of_a_line(version: &str) -> bool {
    ["+deb", "~deb", ".el"].iter().any(|mark| {
        let rest = version.split_once(mark).map_or("", |(_, rest)| rest);
        rest.starts_with(|first: char| first.is_ascii_digit())
    })
}

/// What the sources of one vulnerability say of packages, release by release.
#[derive(Debug, Default)]
pub(super) struct Releases(BTreeMap<Package, Said>);

impl Releases {
    /// Of everything that is said of one vulnerability.
    pub(super) fn of<'s>(statements: impl IntoIterator<Item = &'s Applicability>) -> Self {
        let mut releases = Self::default();
        statements.into_iter().for_each(|one| releases.hear(&one.root));
        releases
    }

    fn hear(&mut self, condition: &Condition) {
        match condition {
            Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| self.hear(part)),
            Condition::Not(_) => {}
            Condition::Is(criterion) if criterion.role == Role::Vulnerable => {
                let Some((package, release)) = package_of(&criterion.subject) else { return };
                let said = self.0.entry(package).or_default();
                if release.is_empty() {
                    said.of_all = true;
                }
                said.releases.insert(release.to_owned());
                if !said.tests.contains(&criterion.versions) {
                    said.tests.push(criterion.versions.clone());
                }
            }
            Condition::Is(_) => {}
        }
    }

    /// What these releases leave open: each package in any other release, in a version that is affected somewhere. It can be
    /// answered with unknown at best. `None`: nothing.
    fn left_open(&self) -> Option<Applicability> {
        self.left_open_of(|_| true)
    }

    /// What they leave open of the packages that some of their statements name.
    pub(super) fn left_open_by(&self, statements: &[Applicability]) -> Option<Applicability> {
        let named = Self::of(statements);
        self.left_open_of(|package| named.0.contains_key(package))
    }

    fn left_open_of(&self, counts: impl Fn(&Package) -> bool) -> Option<Applicability> {
        let open = self.0.iter().filter(|(package, said)| !said.of_all && counts(package));
        let leaves: Vec<Condition> = open
            .filter(|(_, said)| said.tests.iter().any(|test| *test != VersionTest::OneOf(Vec::new())))
            .flat_map(|(package, said)| {
                let releases = || said.releases.iter().map(String::as_str);
                let other = release_other_than(&package.namespace, releases());
                let elsewhere = package.leaf(other, VersionTest::OneOf(said.tests.clone()));
                let of_line = said
                    .of_own_lines()
                    .map(|versions| package.leaf(line_other_than(&package.namespace, releases()), versions));
                [elsewhere].into_iter().chain(of_line)
            })
            .collect();
        (!leaves.is_empty()).then(|| Applicability {
            source: String::new(),
            unlisted: Unlisted::NotSaid,
            root: Condition::Any(leaves),
        })
    }
}

/// Adds to a catalogue what each vulnerability leaves open, while the records go by that speak of it one after the other.
#[derive(Debug, Default)]
pub(super) struct Silence(Option<(String, Releases)>);

impl Silence {
    /// Hears a record. The records of one vulnerability follow each other.
    pub(super) fn hear(&mut self, builder: &mut Builder, reference: &str, statements: &[Applicability]) {
        if self.0.as_ref().is_none_or(|(known, _)| known != reference) {
            self.end(builder);
            self.0 = Some((reference.to_owned(), Releases::default()));
        }
        if let Some((_, releases)) = &mut self.0 {
            statements.iter().for_each(|one| releases.hear(&one.root));
        }
    }

    /// After the last record.
    pub(super) fn end(&mut self, builder: &mut Builder) {
        if let Some((reference, releases)) = self.0.take()
            && let Some(open) = releases.left_open()
        {
            // What is too large to be looked up is walked as it is written, when somebody asks.
            drop(builder.push(&reference, &[open]));
        }
    }
}

fn package_of(subject: &Subject) -> Option<(Package, &str)> {
    match subject {
        Subject::Package { kind, namespace, name, release, source_package } => {
            let (kind, namespace, name) = (kind.clone(), namespace.clone(), name.clone());
            Some((Package { kind, namespace, name, source_package: *source_package }, release))
        }
        Subject::Cpe(_) | Subject::Product { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdpoint_domain::component::{Component, ComponentKind};
    use holdpoint_domain::intelligence::{End, Inclusion};
    use holdpoint_engine::applicability::{Item, Truth, explain};

    fn said(release: &str, fixed: Option<&str>) -> Applicability {
        let subject = Subject::Package {
            kind: "deb".into(),
            namespace: "debian".into(),
            name: "openssh".into(),
            release: release.into(),
            source_package: true,
        };
        let versions = fixed.map_or(VersionTest::OneOf(Vec::new()), |version| VersionTest::Between {
            scheme: "deb".into(),
            low: None,
            high: Some(End { version: version.into(), inclusion: Inclusion::Excluded }),
        });
        let root = Condition::Is(Criterion { role: Role::Vulnerable, subject, versions });
        Applicability { source: "Debian".into(), unlisted: Unlisted::NotSaid, root }
    }

    fn left_open(statements: &[Applicability], version: &str, distro: &str) -> Truth {
        let distro = if distro.is_empty() { String::new() } else { format!("&distro={distro}") };
        let purl = format!("pkg:deb/debian/openssh-server@{version}?arch=amd64{distro}&upstream=openssh");
        let component =
            Component { version: version.into(), purl, ..Component::empty(ComponentKind::Package) };
        let open: Vec<Applicability> = Releases::of(statements).left_open().into_iter().collect();
        explain(&open, &[Item::new(&component)]).truth
    }

    #[test]
    fn a_backport_is_not_cleared_by_a_fix_in_the_line_of_its_host_alone() {
        let own = [said("bookworm", Some("1:9.2p1-2+deb12u3"))];
        for version in ["1:9.6p1-2~bpo12+1", "1:9.4p1-1+deb13u1"] {
            assert_eq!(left_open(&own, version, "debian-12"), Truth::Unknown, "{version}");
        }
        let lines = [own[0].clone(), said("bullseye", Some("1:8.4p1-5+deb11u4"))];
        assert_eq!(left_open(&lines, "1:9.6p1-2~bpo12+1", "debian-12"), Truth::Unknown);
        assert_eq!(left_open(&own, "1:9.2p1-2+deb12u3", "debian-12"), Truth::No, "it is of its own line");
        for fixed in [said("sid", Some("1:9.5p1-1")), said("", Some("1:9.5p1-1"))] {
            let all = [own[0].clone(), fixed];
            let truth = left_open(&all, "1:9.6p1-2~bpo12+1", "debian-12");
            assert_eq!(truth, Truth::No, "a fix of no line is in it");
        }
        let old = [said("bookworm", Some("1:3.0p1-1"))];
        assert_eq!(left_open(&old, "1:9.6p1-2~bpo12+1", "debian-12"), Truth::No);
    }

    #[test]
    fn a_release_that_nobody_names_is_left_open_unless_every_named_fix_is_in_it() {
        let known = [said("bookworm", Some("1:9.2p1-2+deb12u3")), said("bullseye", None)];
        assert_eq!(left_open(&known, "1:7.9p1-10", "debian-10"), Truth::Unknown);
        assert_eq!(
            left_open(&known, "1:9.7p1-6", "debian-13"),
            Truth::No,
            "every fix that is named is in it"
        );
        assert_eq!(left_open(&known, "1:8.4p1-5", "debian-11"), Truth::No, "it is spoken of");
        assert_eq!(left_open(&known, "1:9.2p1-2", "debian-12"), Truth::No, "it is spoken of");
        assert_eq!(
            left_open(&known, "1:7.9p1-10", ""),
            Truth::No,
            "that is left to the statements themselves"
        );
        assert_eq!(left_open(&[said("bullseye", None)], "1:7.9p1-10", "debian-10"), Truth::No);
        assert_eq!(
            left_open(&[said("", Some("1:9.2")), known[0].clone()], "1:7.9p1-10", "debian-10"),
            Truth::No
        );
    }
}
