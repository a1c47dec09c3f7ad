//! Releases of distributions of which no source speaks.
//!
//! Sources list the releases that they still look after, and many only those that they mended. A host of another release has the
//! package all the same, and that nobody names its release is no all-clear: how high its version is says nothing, because each
//! release mends its packages in a line of versions of its own. What is said of another distribution is not held against it at
//! all. The surprise: what is looked at are all sources of a vulnerability together, because one record often speaks of one
//! release alone, and its sister of the next. Only Debian makes every release out of one line, that of `sid`: from its fix on the
//! fix is in every release, as Debian's own tracker counts, and only what is older is left open. The same holds for packages of
//! another line on a host of which something is said: what others built, a backport, another stream of a module, and what bears
//! no mark where the fix has one.

use holdpoint_domain::intelligence::{
    Applicability, Condition, Criterion, Role, Subject, Unlisted, VersionTest,
};
use holdpoint_engine::applicability::{Builder, is_marked, release_of_criterion, release_other_than};
use std::collections::BTreeMap;

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
    /// Each release in normal form, and whether its fix bears the mark of its line.
    releases: BTreeMap<String, bool>,
    tests: Vec<VersionTest>,
    /// Something is said of whatever release, so that none is left out.
    of_all: bool,
    /// What is said of the line out of which every release is made.
    of_source: Option<VersionTest>,
}

/// Debian's line out of which its releases are made.
const SOURCE_LINE: &str = "sid";

impl Package {
    fn leaf(&self, release: String, versions: VersionTest) -> Condition {
        let Self { kind, namespace, name, source_package } = self.clone();
        let subject = Subject::Package { kind, namespace, name, release, source_package };
        Condition::Is(Criterion { role: Role::Vulnerable, subject, versions })
    }
}

impl Said {
    /// The versions of a release that is not named of which nobody can say that they have the fix.
    fn unspoken(&self) -> VersionTest {
        match &self.of_source {
            Some(test @ VersionTest::Between { low: None, high: Some(_), .. }) => test.clone(),
            Some(_) | None => VersionTest::Any,
        }
    }
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
            Condition::All(parts) => {
                // What is said on some ground alone is not said of every release.
                if !parts.iter().any(is_ground) {
                    parts.iter().for_each(|part| self.hear(part));
                }
            }
            Condition::Any(parts) => parts.iter().for_each(|part| self.hear(part)),
            Condition::Not(_) => {}
            Condition::Is(criterion) if criterion.role == Role::Vulnerable => self.hear_of(criterion),
            Condition::Is(_) => {}
        }
    }

    fn hear_of(&mut self, criterion: &Criterion) {
        let Some(package) = package_of(&criterion.subject) else { return };
        let release = release_of_criterion(criterion);
        let is_source = package.namespace == "debian" && release == SOURCE_LINE;
        let said = self.0.entry(package).or_default();
        said.of_all |= release.is_empty();
        *said.releases.entry(release).or_default() |= is_marked(criterion);
        if is_source {
            // Of two words on it, neither outweighs the other.
            said.of_source = match said.of_source.take() {
                Some(known) if known != criterion.versions => Some(VersionTest::Any),
                Some(_) | None => Some(criterion.versions.clone()),
            };
        }
        if !said.tests.contains(&criterion.versions) {
            said.tests.push(criterion.versions.clone());
        }
    }

    /// What these releases leave open: each package in any other release, and in one that is not known. It can be answered with
    /// unknown at best. `None`: nothing.
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
            .map(|(package, said)| {
                let releases = said.releases.iter().map(|(release, marked)| (release.as_str(), *marked));
                package.leaf(release_other_than(releases), said.unspoken())
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

/// Whether a platform stands in a condition.
fn is_ground(condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(is_ground),
        Condition::Not(part) => is_ground(part),
        Condition::Is(criterion) => criterion.role == Role::Platform,
    }
}

fn package_of(subject: &Subject) -> Option<Package> {
    match subject {
        Subject::Package { kind, namespace, name, source_package, .. } => {
            let (kind, namespace, name) = (kind.clone(), namespace.clone(), name.clone());
            Some(Package { kind, namespace, name, source_package: *source_package })
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
            assert_eq!(truth, Truth::No, "the fix of sid is in it");
        }
        // Kernels of a release are mended under numbers that look like those of sid.
        let old = [said("bookworm", Some("1:6.1.76-1"))];
        assert_eq!(left_open(&old, "1:6.5.10-1~bpo12+1", "debian-12"), Truth::Unknown);
    }

    #[test]
    fn a_release_that_nobody_names_is_left_open_however_high_its_version_is() {
        let known = [said("bookworm", Some("1:9.2p1-2+deb12u3")), said("bullseye", None)];
        for (version, distro, expected, why) in [
            ("1:7.9p1-10", "debian-10", Truth::Unknown, "it is not spoken of"),
            ("1:9.7p1-6", "debian-13", Truth::Unknown, "it is not spoken of, and newer by its number alone"),
            ("1:9.7p1-6", "debian-sid", Truth::Unknown, "it is not spoken of"),
            ("1:9.7p1-6", "", Truth::Unknown, "its release is not known"),
            ("1:7.9p1-10", "", Truth::Unknown, "its release is not known"),
            ("1:8.4p1-5", "debian-11", Truth::No, "it is spoken of"),
            ("1:9.2p1-2+deb12u1", "debian-12", Truth::No, "it is spoken of"),
        ] {
            assert_eq!(left_open(&known, version, distro), expected, "{version} {distro}: {why}");
        }
        assert_eq!(left_open(&[said("bullseye", None)], "1:7.9p1-10", "debian-10"), Truth::No);
        let of_all = [said("", Some("1:9.2")), known[0].clone()];
        assert_eq!(left_open(&of_all, "1:7.9p1-10", "debian-10"), Truth::No, "it is spoken of with all");
    }

    #[test]
    fn a_package_of_another_line_is_not_cleared_by_a_fix_in_the_line_of_its_host() {
        let own = [said("bookworm", Some("1:9.2p1-2+deb12u3"))];
        for version in ["1:9.6p1-2", "1:9.2p1-3", "1:9.6p1-2~pve1", "1:9.6p1-2ubuntu13", "1:9.6p1-1+b2"] {
            assert_eq!(left_open(&own, version, "debian-12"), Truth::Unknown, "{version}");
        }
        let before = [said("bookworm", Some("1:8.4p1-5"))];
        assert_eq!(left_open(&before, "1:9.2p1-2", "debian-12"), Truth::No, "mended before the release was");
        assert_eq!(left_open(&before, "1:9.2p1-2~pve1", "debian-12"), Truth::Unknown);
        let with_sid = [own[0].clone(), said("sid", Some("1:9.5p1-1"))];
        assert_eq!(left_open(&with_sid, "1:9.6p1-2", "debian-12"), Truth::No, "the fix of sid is in it");
    }

    #[test]
    fn every_release_of_debian_is_made_out_of_sid() {
        let known = [said("bookworm", Some("1:9.2p1-2+deb12u3")), said("sid", Some("1:9.5p1-1"))];
        for distro in ["debian-10", "debian-13", ""] {
            assert_eq!(left_open(&known, "1:9.5p1-1", distro), Truth::No, "{distro}");
            assert_eq!(left_open(&known, "1:9.4p1-1", distro), Truth::Unknown, "{distro}");
        }
        for of_sid in [said("sid", None), said("sid", Some("1:9.6p1-1"))] {
            let known = [known[0].clone(), known[1].clone(), of_sid];
            assert_eq!(left_open(&known, "1:9.7p1-1", "debian-13"), Truth::Unknown, "two words on sid");
        }
    }

    #[test]
    fn what_is_said_on_some_ground_alone_is_not_said_of_every_release() {
        let bound = |one: Applicability| {
            let ground = Criterion {
                role: Role::Platform,
                subject: Subject::Cpe("cpe:/a:redhat:openshift:4.12::el8".into()),
                versions: VersionTest::NotStated,
            };
            Applicability { root: Condition::All(vec![one.root, Condition::Is(ground)]), ..one }
        };
        let known = [said("bookworm", Some("1:9.2p1-2+deb12u3")), bound(said("", Some("1:9.5p1-1")))];
        assert_eq!(left_open(&known, "1:9.7p1-1", "debian-13"), Truth::Unknown);
        assert_eq!(left_open(&known[1..], "1:9.7p1-1", "debian-13"), Truth::No);
    }
}
