//! Packages by their URLs against what feeds say of them: the walk and the catalogue answer the same.

use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_domain::intelligence::{
    Applicability, Condition, Criterion, End, Inclusion, Role, Subject, Unlisted, VersionTest,
};
use holdpoint_engine::applicability::{
    Builder, Item, Truth, explain, release_of_criterion, release_other_than,
};

/// One statement on a package, of a distribution's release or of none.
fn leaf(package: &str, release: &str, versions: VersionTest) -> Condition {
    let mut words = package.split('/');
    let mut next = || words.next().unwrap_or_default().to_owned();
    let (kind, namespace, name) = (next(), next(), next());
    let subject = Subject::Package { kind, namespace, name, release: release.into(), source_package: false };
    Condition::Is(Criterion { role: Role::Vulnerable, subject, versions })
}

fn end(version: &str, inclusion: Inclusion) -> Option<End> {
    Some(End { version: version.into(), inclusion })
}

/// Fixed by a version.
fn before(version: &str) -> VersionTest {
    VersionTest::Between { scheme: String::new(), low: None, high: end(version, Inclusion::Excluded) }
}

/// Affected up to a version.
fn upto(version: &str) -> VersionTest {
    VersionTest::Between { scheme: String::new(), low: None, high: end(version, Inclusion::Included) }
}

fn exactly(version: &str) -> VersionTest {
    VersionTest::Exact { version: version.into(), update: String::new() }
}

/// What the walk says, and the catalogue as well, of an installed package.
fn says(ways: &[Condition], purl: &str) -> Truth {
    let root = Condition::Any(ways.to_vec());
    let statements = [Applicability { source: "test".into(), unlisted: Unlisted::NotSaid, root }];
    let component = Component { purl: format!("pkg:{purl}"), ..Component::empty(ComponentKind::Application) };
    let item = Item::new(&component);
    let mut builder = Builder::new();
    builder.push("CVE-1", &statements).expect("it is small");
    let passed = builder.finish().passed(&item).into_iter().map(|passed| passed.truth()).max();
    let walked = explain(&statements, std::slice::from_ref(&item)).truth;
    assert_eq!(passed.unwrap_or(Truth::No), walked, "{purl}");
    walked
}

#[test]
fn a_version_without_a_build_may_mean_all_its_builds() {
    for (package, versions, installed, expected) in [
        ("apk/alpine/la", upto("1.2.3"), "1.2.3-r2", Truth::Unknown),
        ("apk/alpine/la", upto("1.2.3"), "1.2.2-r2", Truth::Yes),
        ("apk/alpine/la", upto("1.2.3"), "1.2.4-r0", Truth::No),
        ("apk/alpine/la", upto("1.2.3-r1"), "1.2.3-r2", Truth::No),
        ("apk/alpine/la", before("1.2.3"), "1.2.3-r2", Truth::No),
        ("apk/alpine/la", exactly("1.2.3"), "1.2.3-r2", Truth::Unknown),
        ("apk/alpine/la", exactly("1.2.3"), "1.2.3", Truth::Yes),
        ("deb/debian/la", exactly("1:1.2.3"), "1:1.2.3-2", Truth::Unknown),
        ("deb/debian/la", exactly("1.2.3"), "1:1.2.3-2", Truth::No),
        ("deb/debian/la", exactly("1.2.3-0"), "1.2.3-2", Truth::No),
        ("deb/debian/la", exactly("1.2.4-1"), "1.2.4-1+b1", Truth::Unknown),
        ("deb/debian/la", exactly("1.2.4-1"), "1.2.4-1+deb12u1", Truth::No),
        ("rpm/redhat/la", upto("1.2.3"), "1.2.3-5.el9", Truth::Unknown),
        ("rpm/redhat/la", before("1.2.3"), "1.2.3-5.el9", Truth::No),
    ] {
        let purl = format!("{package}@{installed}");
        assert_eq!(says(&[leaf(package, "", versions)], &purl), expected, "{purl}");
    }
    let both = [leaf("apk/alpine/la", "", exactly("1.2.3")), leaf("apk/alpine/la", "", before("1.2.3-r1"))];
    assert_eq!(says(&both, "apk/alpine/la@1.2.3-r0"), Truth::Yes);
}

#[test]
fn the_epoch_of_an_rpm_may_stand_in_a_qualifier() {
    let fixed = [leaf("rpm/redhat/nodejs", "", before("1:16.19.1-1.el8"))];
    assert_eq!(says(&fixed, "rpm/redhat/nodejs@16.20.0-1.el8?epoch=1"), Truth::No);
    assert_eq!(says(&fixed, "rpm/redhat/nodejs@1:16.20.0-1.el8?epoch=1"), Truth::No);
    assert_eq!(says(&fixed, "rpm/redhat/nodejs@16.19.0-1.el8?epoch=1"), Truth::Yes);
    assert_eq!(says(&fixed, "rpm/redhat/nodejs@16.20.0-1.el8"), Truth::Yes, "as rpm orders them");
}

#[test]
fn nuget_packages_have_an_order_and_a_placeholder_has_none() {
    let fixed = [leaf("nuget//Newtonsoft.Json", "", before("13.0.1"))];
    for (installed, expected) in [
        ("12.0.3", Truth::Yes),
        ("12.0.3.0", Truth::Yes),
        ("13.0.1-Beta1", Truth::Yes),
        ("13.0.1.0", Truth::No),
        ("13.0.2", Truth::No),
        ("$(Version)", Truth::Unknown),
    ] {
        assert_eq!(says(&fixed, &format!("nuget/newtonsoft.json@{installed}")), expected, "{installed}");
    }
    let fixed = [leaf("maven/org.acme/box", "", before("5.3.18"))];
    assert_eq!(says(&fixed, "maven/org.acme/box@${spring.version}"), Truth::Unknown);
    assert_eq!(says(&fixed, "maven/org.acme/box@5.3.18"), Truth::No);
}

/// A package of Red Hat, with what is left open beside it, in any other release and line.
fn of_red_hat(said: &[(&str, &str)], name: &str, installed: &str) -> Truth {
    let package = format!("rpm/redhat/{name}");
    let mut ways: Vec<Condition> =
        said.iter().map(|(release, fixed)| leaf(&package, release, before(fixed))).collect();
    let keys: Vec<String> = ways
        .iter()
        .map(|way| match way {
            Condition::Is(criterion) => release_of_criterion(criterion),
            Condition::All(_) | Condition::Any(_) | Condition::Not(_) => String::new(),
        })
        .collect();
    let others = release_other_than(keys.iter().map(|key| (key.as_str(), false)));
    ways.push(leaf(&package, &others, VersionTest::Any));
    says(&ways, &format!("rpm/redhat/{name}@{installed}"))
}

#[test]
fn a_stream_of_a_module_is_compared_with_its_own_fix_alone() {
    let of_16 = ("el8", "1:16.19.1-1.module+el8.7.0+18373+704f5cef");
    let of_18 = ("el8", "1:18.14.2-2.module+el8.7.0+18445+9493b6ea");
    for (said, installed, expected) in [
        (&[of_16][..], "1:18.12.0-1.module+el8.7.0+16000+aaaa?distro=rhel-8.7", Truth::Unknown),
        (&[of_16], "1:16.19.0-1.module+el8.7.0+1+a?distro=rhel-8.7", Truth::Yes),
        (&[of_16], "16.20.0-1.module+el8.7.0+1+a?distro=rhel-8.7&epoch=1", Truth::No),
        (&[of_16], "1:16.19.1-1.el8?distro=rhel-8.7", Truth::Unknown),
        (&[of_16, of_18], "1:18.12.0-1.module+el8.7.0+16000+aaaa?distro=rhel-8.7", Truth::Yes),
        (&[of_16, of_18], "1:16.19.1-1.module+el8.7.0+18373+704f5cef?distro=rhel-8.7", Truth::No),
        (&[of_16, of_18], "1:20.1.0-1.module+el8.9.0+1+a?distro=rhel-8.9", Truth::Unknown),
    ] {
        assert_eq!(of_red_hat(said, "nodejs", installed), expected, "{installed}");
    }
}

#[test]
fn longer_support_of_a_minor_release_says_nothing_of_the_main_line() {
    let longer = ("el9~2", "0:7.76.1-23.el9_2.4");
    let main = ("el9", "0:7.76.1-26.el9_3.3");
    for (said, installed, expected) in [
        (&[longer][..], "7.76.1-26.el9_3.2?distro=rhel-9.3", Truth::Unknown),
        (&[longer], "7.76.1-23.el9_2.3?distro=rhel-9.2", Truth::Yes),
        (&[longer], "7.76.1-23.el9_2.4?distro=rhel-9.2", Truth::No),
        (&[longer], "7.76.1-26.el9?distro=rhel-9.3", Truth::Unknown),
        (&[longer, main], "7.76.1-26.el9_3.2?distro=rhel-9", Truth::Yes),
        (&[longer, main], "7.76.1-29.el9_4?distro=rhel-9", Truth::No),
        (&[main], "7.76.1-29.el9_4.acme?distro=rhel-9", Truth::Unknown),
        (&[main], "8.0-1.fc39?distro=rhel-9", Truth::Unknown),
        (&[main], "8.0-1.el8?distro=rhel-9", Truth::Unknown),
        (&[main], "8.0-1.el9?distro=rhel-9", Truth::No),
    ] {
        assert_eq!(of_red_hat(said, "curl", installed), expected, "{installed}");
    }
}
