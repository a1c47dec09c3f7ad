//! Facts about the schemes besides OT: which of two versions is newer, and what is refused.

use holdpoint_versions::{Comparison, Scheme, Undecidable};

fn chain(scheme: Scheme, versions: &[&str]) {
    for (at, a) in versions.iter().enumerate() {
        for (bt, b) in versions.iter().enumerate() {
            let found = scheme.compare(a, b).expect("both are versions");
            assert_eq!(found, Comparison::from(at.cmp(&bt)), "{scheme}: `{a}` and `{b}`");
        }
    }
}

fn same(scheme: Scheme, a: &str, b: &str) {
    assert_eq!(
        scheme.compare(a, b).expect("both are versions"),
        Comparison::Equal,
        "{scheme}: `{a}` and `{b}`"
    );
}

fn refused(scheme: Scheme, texts: &[&str]) {
    for text in texts {
        assert!(scheme.parse(text).is_err(), "{scheme} took `{text}`");
    }
}

#[test]
fn semver_orders_pre_releases_and_forgets_builds() {
    chain(
        Scheme::Semver,
        &[
            "1.0.0-0",
            "1.0.0-1",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1",
            "1.2.0",
            "1.10.0",
            "2.0.0",
        ],
    );
    same(Scheme::Semver, "1.0.0+a", "v1.0.0+b");
    refused(
        Scheme::Semver,
        &["1.0", "01.0.0", "1.0.0-01", "1.0.0-", "1.0.0+", "a.b.c", "", "1.0.0.0", "1.0.0-a..b"],
    );
}

#[test]
fn dpkg_knows_tildes_epochs_and_revisions() {
    chain(
        Scheme::Dpkg,
        &[
            "1.0~~",
            "1.0~~a",
            "1.0~",
            "1.0~rc1-1",
            "1.0",
            "1.0-0.1",
            "1.0-1~bpo1",
            "1.0-1",
            "1.0-1+b1",
            "1.0-1.1",
            "1.0-10",
            "1.0a",
            "1.0+dfsg",
            "1.0.1",
            "1.2",
            "1.10",
            "1:0.1",
            "2:0.1~",
        ],
    );
    same(Scheme::Dpkg, "0:1.0-0", "1.0");
    same(Scheme::Dpkg, "1.00", "1.0");
    refused(Scheme::Dpkg, &["", "a", "1.0-", "x:1.0", ":1.0", "1.0 1", "1.0_1"]);
}

#[test]
fn rpm_orders_segments() {
    chain(
        Scheme::Rpm,
        &[
            "1.0~rc1",
            "1.0",
            "1.0^git1",
            "1.0a",
            "1.0.1",
            "1.2",
            "1.10",
            "2a",
            "2.0",
            "1:0.5",
            "1:0.5-1",
            "1:0.5-1.el9",
        ],
    );
    same(Scheme::Rpm, "1.0", "1_0");
    same(Scheme::Rpm, "1.05", "1.5");
    refused(Scheme::Rpm, &["", "1 0", "x:1"]);
}

#[test]
fn pep440_knows_its_suffixes() {
    chain(
        Scheme::Pep440,
        &[
            "1.0.dev1",
            "1.0a1.dev1",
            "1.0a1",
            "1.0a1.post1",
            "1.0b2",
            "1.0rc1",
            "1.0",
            "1.0+abc",
            "1.0+abc.1",
            "1.0+5",
            "1.0.post1.dev1",
            "1.0.post1",
            "1.0.1",
            "1.1",
            "1.10",
            "1!0.1",
        ],
    );
    same(Scheme::Pep440, "1.0", "v1.0.0");
    same(Scheme::Pep440, "1.0-ALPHA.1", "1.0a1");
    same(Scheme::Pep440, "1.0-1", "1.0.post1");
    same(Scheme::Pep440, "1.0c1", "1.0rc1");
    refused(Scheme::Pep440, &["", "1.0-x", "1..0", "1.0+", "1.0a1b2", "french toast"]);
}

#[test]
fn maven_knows_its_words() {
    chain(
        Scheme::Maven,
        &[
            "1-alpha-1",
            "1-beta-1",
            "1-milestone-1",
            "1-rc-1",
            "1-SNAPSHOT",
            "1",
            "1-sp",
            "1-abc",
            "1-1",
            "1.1",
            "2",
        ],
    );
    same(Scheme::Maven, "1", "1.0.0");
    same(Scheme::Maven, "1", "1-ga");
    same(Scheme::Maven, "1-a1", "1-alpha-1");
    // A word after a dot takes the zeros before it away as one after a dash does.
    chain(Scheme::Maven, &["4.5.0.Beta2", "4.5.0.CR1", "4.5.0.Final", "4.5.0.SP1", "4.5.1.CR1", "4.5.1"]);
    chain(Scheme::Maven, &["1.0.M1", "1.0.0.RC1", "1.0.SNAPSHOT", "1.0.RELEASE", "1.0.jre", "1.0.1"]);
    same(Scheme::Maven, "1.0.RC1", "1-rc-1");
    refused(Scheme::Maven, &["", "1 0"]);
}

#[test]
fn apk_counts_what_goes_on() {
    chain(
        Scheme::Apk,
        &[
            "0.9",
            "1_alpha",
            "1_alpha1",
            "1_beta",
            "1_pre2",
            "1_rc",
            "1_rc1_p2",
            "1",
            "1-r0",
            "1-r10",
            "1~0fe2",
            "1_git20200101",
            "1_p",
            "1_p1",
            "1a",
            "1.0",
            "1.0-r1",
            "1.01",
            "1.02",
            "1.1",
            "1.9",
            "1.10",
            "2",
            "10",
        ],
    );
    chain(Scheme::Apk, &["0.1.0_alpha_pre2", "0.1.0_alpha", "0.1.0"]);
    same(Scheme::Apk, "01.2-r01", "1.2-r1");
    refused(
        Scheme::Apk,
        &["", "a", "1.", "1..2", "1.0_what", "1.0-1", "1.0-r", "1.0B", "1ab", "1a.2", "1~", "v1"],
    );
}

#[test]
fn composer_fills_up_and_knows_stability() {
    chain(
        Scheme::Composer,
        &[
            "1.0-dev",
            "1.0.0-alpha",
            "1.0.0-alpha1",
            "1.0-a2-dev",
            "1.0.0-alpha.2",
            "1.0.0b1",
            "1.0-RC1",
            "1.0-rc.1.1",
            "1.0-rc10",
            "1.0.0",
            "1.0.0-patch",
            "1.0.0-pl1",
            "1.0.0.1",
            "1.0.1",
            "1.2",
            "v1.10.0",
            "2",
        ],
    );
    same(Scheme::Composer, "1", "v1.0.0.0+build");
    same(Scheme::Composer, "1.0-stable", "1.0");
    same(Scheme::Composer, "1.0-p1", "1.0-patch1");
    refused(
        Scheme::Composer,
        &["", "dev-main", "2.x-dev", "1.0.0.0.0", "1.0-what", "1.0-", "1.0@dev", "1 0"],
    );
}

#[test]
fn gem_words_come_before_the_release() {
    chain(
        Scheme::Gem,
        &[
            "0.9.b", "0.9", "1.A", "1.a.0.b", "1.a", "1.a.1", "1.a2", "1.a10", "1.b1", "1-1", "1.rc1", "1",
            "1.0.0.1", "1.0.1.a", "1.0.1", "1.0.2", "1.0.10", "1.1.pre", "1.1", "2", "10",
        ],
    );
    same(Scheme::Gem, "1.0.0", "1");
    same(Scheme::Gem, "1.0.a", "1.a");
    same(Scheme::Gem, "1.0-rc1", "1.pre.rc1");
    refused(
        Scheme::Gem,
        &["", "v1", "a", "1..2", "1.0_1", "1.0-", "1.13.4-x86_64-linux", "1.13.4-java", "1 0"],
    );
}

#[test]
fn nuget_has_four_numbers_and_words_in_any_case() {
    chain(
        Scheme::Nuget,
        &[
            "0.9",
            "1.0.0-1",
            "1.0.0-2",
            "1.0.0-10",
            "1.0.0-ALPHA",
            "1.0-alpha.1",
            "1.0.0-Beta",
            "1.0.0-rc1",
            "1",
            "1.0.0.1",
            "1.0.1",
            "1.10",
            "2.0.0-x.y",
            "2",
        ],
    );
    same(Scheme::Nuget, "1.0.0.0+build", "1");
    same(Scheme::Nuget, "01.2", "1.2.0");
    refused(
        Scheme::Nuget,
        &["", "v1", "1.", "1..2", "1.0.0.0.0", "1.0-", "1.0+", "1.*", "$(Version)", "1 0"],
    );
}

#[test]
fn a_build_is_of_the_version_that_names_none() {
    let is_build = |scheme: Scheme, a: &str, b: &str| {
        let read = |text| scheme.parse(text).expect("a version");
        read(a).is_build_of(&read(b))
    };
    for (scheme, a, b, expected) in [
        (Scheme::Apk, "1.2.3-r2", "1.2.3", true),
        (Scheme::Apk, "1.2.3", "1.2.3", false),
        (Scheme::Apk, "1.2.3-r2", "1.2.3-r2", false),
        (Scheme::Apk, "1.2.3-r2", "1.2", false),
        (Scheme::Dpkg, "1:1.2-3", "1:1.2", true),
        (Scheme::Dpkg, "1.2-3", "1.2-0", false),
        (Scheme::Dpkg, "1.2-1+b2", "1.2-1", true),
        (Scheme::Dpkg, "1.2-1+b2", "1.2", true),
        (Scheme::Dpkg, "1.2-1+deb12u1", "1.2-1", false),
        (Scheme::Rpm, "1.2-1.el9", "1.2", true),
        (Scheme::Rpm, "1.2-1.el9", "1.2-1", false),
        (Scheme::Semver, "1.2.3-rc", "1.2.3", false),
    ] {
        assert_eq!(is_build(scheme, a, b), expected, "{scheme} {a} {b}");
    }
}

#[test]
fn numbers_dates_and_builds() {
    chain(Scheme::Intdot, &["0", "0.1", "1.2", "1.2.1", "1.10", "2", "10"]);
    same(Scheme::Intdot, "1.0", "01");
    refused(Scheme::Intdot, &["", "1.a", "1..2", ".1", "1.", "-1"]);
    chain(
        Scheme::Datetime,
        &[
            "2019-12-31",
            "2020-02-28T23:59:59Z",
            "2020-02-29",
            "2020-02-29T00:00:00.5Z",
            "2024-01-01T00:00:00+01:00",
            "2024-01-01",
        ],
    );
    same(Scheme::Datetime, "2024-01-01T00:00:00Z", "2023-12-31T19:00:00-05:00");
    refused(Scheme::Datetime, &["", "2023-02-29", "2023-13-01", "20230101", "2023-01-01T25:00:00Z", "today"]);
    chain(Scheme::WindowsBuild, &["10.0.19044.1", "10.0.19045.4412", "10.0.19045.4529", "10.0.22631.1"]);
    refused(Scheme::WindowsBuild, &["1.2.3.4.5", "10.0.x", ""]);
}

#[test]
fn some_schemes_know_only_equality() {
    same(Scheme::Kb, "KB5034441", "kb 5034441");
    let differs = Comparison::Undecidable(Undecidable::NoOrder);
    assert_eq!(Scheme::Kb.compare("KB5034441", "KB5034442").expect("articles"), differs);
    assert_eq!(Scheme::Generic.compare("blue", "red").expect("texts"), differs);
    same(Scheme::Generic, "blue", "blue");
    refused(Scheme::Kb, &["", "KB", "KB12", "KB50344a1"]);
    chain(Scheme::Lexicographic, &["a", "aa", "b", "ä", "€"]);
}

#[test]
fn two_schemes_are_never_compared() {
    let (a, b) =
        (Scheme::Semver.parse("1.0.0").expect("semver"), Scheme::Intdot.parse("1.0.0").expect("intdot"));
    assert_eq!(a.compare(&b), Comparison::Undecidable(Undecidable::DifferentSchemes));
}

#[test]
fn names_lead_back_to_their_scheme() {
    for scheme in Scheme::ALL {
        assert_eq!(Scheme::from_name(scheme.name()), Some(scheme));
    }
    assert_eq!(Scheme::from_name("conan"), None);
}
