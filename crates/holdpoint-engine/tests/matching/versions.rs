//! Is its version meant? Ranges, conditions, single versions beside a fix.

use super::{combination, device, leaves, matched, only, product, software};
use holdpoint_domain::advisory::{BranchCategory, PathStep, ProductExpression, RelationCategory};
use holdpoint_domain::component::Component;
use holdpoint_domain::matching::{Confidence, Rung, Verdict};
use holdpoint_engine::matching::leaf::Standing;
use holdpoint_engine::matching::{ConfigurationMatch, LeafInput, Leaves};

#[test]
fn a_service_pack_below_the_version_is_a_part_of_it() {
    let mut listed = product("P1", "Acme", "Pump Studio 12", "");
    for (category, name) in [(BranchCategory::ProductVersion, "1.0"), (BranchCategory::ServicePack, "SP1")] {
        listed.path.push(PathStep { category, name: name.to_owned() });
    }
    let known = leaves(vec![listed]);
    let verdict = |version| only(matched(&known, vec![software("Acme", "Pump Studio 12", version)])).0;
    assert_eq!(verdict("1.0 SP1"), Verdict::Yes);
    assert_ne!(verdict("1.0"), Verdict::Yes);
}

#[test]
fn a_branch_that_narrows_a_version_is_a_condition_and_never_decides() {
    use holdpoint_domain::advisory::ProductStatus::{KnownAffected, KnownNotAffected};
    use holdpoint_engine::matching::lines::{Said, outweighed};
    let kinds = [
        (BranchCategory::Architecture, "x86", "the architecture"),
        (BranchCategory::HostName, "plant1", "the host name"),
        (BranchCategory::Language, "German", "the language"),
        (BranchCategory::Specification, "with option G28", "the specification"),
        (BranchCategory::Legacy, "old", "the meaning of a branch"),
    ];
    for (category, name, missing) in kinds {
        for is_below in [true, false] {
            let mut narrowed = product("P2", "Acme", "Dingo 100", "");
            let narrow = PathStep { category, name: name.to_owned() };
            let version = PathStep { category: BranchCategory::ProductVersion, name: "V2.0".to_owned() };
            narrowed.path.extend(if is_below { [version, narrow] } else { [narrow, version] });
            let known = leaves(vec![product("P1", "Acme", "Dingo 100", "vers:all/*"), narrowed]);
            let found = |version| matched(&known, vec![software("Acme", "Dingo 100", version)]);
            let installed = found("V2.0");
            let decision = &installed.iter().find(|one| one.leaf == 2).unwrap().decision;
            assert_eq!(decision.verdict, Verdict::Unknown, "{name}: {}", decision.why);
            assert!(decision.why.contains(missing), "{}", decision.why);
            let said = [(1, KnownAffected), (2, KnownNotAffected)];
            let said = said.map(|(leaf, status)| Said { leaf, vulnerability: 1, status });
            assert_eq!(outweighed(&known, &installed, &said), [], "it is no more exact statement");
            let other = found("V1.0");
            let decision = &other.iter().find(|one| one.leaf == 2).unwrap().decision;
            assert_eq!(decision.verdict, Verdict::No, "outside of its versions nothing is left to ask");
        }
    }
}

#[test]
fn a_cpe_name_that_contradicts_the_version_text_clears_nobody() {
    let mut listed = product("P1", "Acme", "Odd Suite", "<2.0");
    listed.helpers.cpe = Some("cpe:2.3:a:acme:odd_suite:2.0:*:*:*:*:*:*:*".to_owned());
    let known = leaves(vec![listed.clone()]);
    let found = matched(&known, vec![software("Acme", "Odd Suite", "2.0")]);
    let why = found[0].decision.why.clone();
    assert_eq!(only(found).0, Verdict::Unknown, "{why}");
    assert!(why.contains("`2.0`") && why.contains("`<2.0`"), "both words: {why}");
    assert_eq!(only(matched(&known, vec![software("Acme", "Odd Suite", "1.9")])).0, Verdict::Yes);
    for agreeing in ["1.9", "*", "-"] {
        listed.helpers.cpe = Some(format!("cpe:2.3:a:acme:odd_suite:{agreeing}:*:*:*:*:*:*:*"));
        let known = leaves(vec![listed.clone()]);
        assert_eq!(only(matched(&known, vec![software("Acme", "Odd Suite", "2.0")])).0, Verdict::No);
    }
}

#[test]
fn a_branch_that_stands_for_all_narrows_nothing_and_a_package_says_its_architecture() {
    let listed = |architecture: &str| {
        let mut listed = product("P1", "Acme", "pump", "1.0");
        let step = PathStep { category: BranchCategory::Architecture, name: architecture.to_owned() };
        listed.path.push(step);
        listed.helpers.purl = Some("pkg:rpm/acme/pump".to_owned());
        leaves(vec![listed])
    };
    let asset = |purl: &str| vec![Component { purl: purl.into(), ..software("Acme", "pump", "1.0") }];
    let verdict = |architecture, purl| only(matched(&listed(architecture), asset(purl))).0;
    assert_eq!(verdict("noarch", "pkg:rpm/acme/pump"), Verdict::Yes);
    assert_eq!(verdict("x86_64", "pkg:rpm/acme/pump?arch=x86_64"), Verdict::Yes);
    assert_eq!(verdict("x86_64", "pkg:rpm/acme/pump?arch=amd64"), Verdict::Unknown, "one may be the other");
    assert_eq!(verdict("x86_64", "pkg:rpm/acme/pump"), Verdict::Unknown);
}

#[test]
fn a_package_of_another_distribution_is_a_question_like_one_of_another_architecture() {
    let mut listed = product("P1", "Acme", "pump", "< 2.0");
    listed.helpers.purl = Some("pkg:deb/debian/pump?arch=amd64&distro=debian-12".to_owned());
    let known = leaves(vec![listed]);
    let verdict = |purl: &str| {
        only(matched(&known, vec![Component { purl: purl.into(), ..software("Acme", "pump", "1.0") }])).0
    };
    assert_eq!(verdict("pkg:deb/debian/pump?arch=amd64&distro=debian-12"), Verdict::Yes);
    assert_eq!(verdict("pkg:deb/debian/pump?arch=amd64&distro=debian-11"), Verdict::Unknown);
    assert_eq!(verdict("pkg:deb/debian/pump?distro=debian-12"), Verdict::Unknown);
    assert_eq!(verdict("pkg:deb/debian/pump?arch=amd64"), Verdict::Unknown);
}

#[test]
fn a_revision_that_the_name_contradicts_clears_nothing() {
    let listed = "SIMATIC S7-400 CPU hardware version 5.0 (incl. SIPLUS variants)";
    let known = leaves(vec![product("P1", "Siemens", listed, "All firmware versions < V5.2")]);
    let found = |name: &str, revision: &str, version: &str| {
        let asset = device("Siemens", name, "", version);
        matched(&known, vec![Component { hardware_revision: revision.into(), ..asset }])
    };
    let named = "SIMATIC S7-400 CPU hardware version 5.0";
    assert_eq!(only(found(named, "7", "V5.1")).0, Verdict::Unknown);
    assert_eq!(only(found(named, "5.0", "V5.1")).0, Verdict::Unknown, "the name is not wholly the same");
    let newer = found(named, "7", "V5.2");
    assert!(newer[0].decision.why.contains("lies outside"), "{}", newer[0].decision.why);
    assert_eq!(only(newer).0, Verdict::No);
    for other in found("SIMATIC S7-400 CPU", "7", "V5.1") {
        let why = &other.decision.why;
        assert!(!why.contains("lies outside"), "the version does not exclude it: {why}");
        assert!(other.decision.verdict != Verdict::No || why.contains("revision `7`"), "{why}");
    }
}

#[test]
fn a_function_state_is_read_from_the_hardware_revision() {
    let version = "All versions <= V2.5.0 and Function State (FS) <= 9";
    let known = leaves(vec![product("P1", "Siemens", "S7-200 SMART CPU ST20", version)]);
    let found = |revision: &str| {
        let asset = device("Siemens", "S7-200 SMART CPU ST20", "", "V2.4");
        matched(&known, vec![Component { hardware_revision: revision.into(), ..asset }])
    };
    assert_eq!(only(found("FS:09")).0, Verdict::Yes);
    let cleared = found("FS 10");
    assert!(cleared[0].decision.why.contains("hardware revision `FS 10`"), "{}", cleared[0].decision.why);
    assert_eq!(only(cleared).0, Verdict::No);
    assert_eq!(only(found("10")).0, Verdict::Unknown, "a bare number says not what it counts");
}

#[test]
fn serial_numbers_and_the_edges_of_a_train_leave_the_answer_open() {
    let mut some = product("P1", "Acme", "Valve 12", "vers:all/*");
    some.helpers.serial_numbers = vec!["SN-100*".to_owned()];
    let found = matched(&leaves(vec![some]), vec![device("Acme", "Valve 12", "", "1")]);
    assert_eq!(only(found).0, Verdict::Unknown);
    let input = LeafInput {
        number: 1,
        document: 1,
        standing: Standing::Edge,
        expression: product("P1", "Acme", "Valve 12", "vers:intdot/1.0"),
        fixes: Vec::new(),
    };
    let first = Leaves::new(vec![input]);
    assert_eq!(only(matched(&first, vec![device("Acme", "Valve 12", "", "2.0")])).0, Verdict::Unknown);
    assert_eq!(only(matched(&first, vec![device("Acme", "Valve 12", "", "1.0")])).0, Verdict::Yes);
}

#[test]
fn what_lies_between_the_first_and_the_last_affected_version_is_affected() {
    let input = |(number, other): (i64, i64), name: &str, version: &str| LeafInput {
        number,
        document: 1,
        standing: Standing::Span { other },
        expression: product(&format!("P{number}"), "Acme", name, version),
        fixes: Vec::new(),
    };
    let verdicts = |first: &str, last: &str, installed: &str| -> Vec<Verdict> {
        let known = Leaves::new(vec![input((1, 2), "Valve 12", first), input((2, 1), "Valve 12", last)]);
        let found = matched(&known, vec![device("Acme", "Valve 12", "", installed)]);
        let says_span = |one: &ConfigurationMatch| one.decision.why.contains("lies within `>= 1.0, <= 1.5`");
        let is_span = found.iter().all(|one| one.decision.verdict == Verdict::Yes);
        assert!(!is_span || found.iter().all(says_span), "{found:?}");
        found.iter().map(|one| one.decision.verdict).collect()
    };
    let (yes, open) = (Verdict::Yes, Verdict::Unknown);
    for inside in ["1.0", "1.2", "1.4.9", "1.5"] {
        assert_eq!(verdicts("vers:intdot/1.0", "vers:intdot/1.5", inside), [yes, yes], "{inside}");
        assert_eq!(verdicts("1.5", "1.0", inside), [yes, yes], "{inside}, whichever stands first");
    }
    for outside in ["0.9", "1.6", "2.0", ""] {
        assert_eq!(verdicts("1.0", "1.5", outside), [open, open], "{outside}");
    }
    for (first, last) in [("1.0", "1.0"), ("1.0", "< 1.5"), ("1.0", "revision c"), ("1.0", "see the manual")]
    {
        assert!(verdicts(first, last, "1.2").contains(&open), "{first} to {last} is no span");
    }
}

#[test]
fn a_version_that_is_written_in_two_ways_decides_nothing() {
    let mut listed = product("P1", "Moxa", "NPort 5110", "2.1");
    listed.name = "NPort 5110: Firmware Versions 2.10".to_owned();
    let known = leaves(vec![listed]);
    for version in ["2.10", "2.1"] {
        let found = matched(&known, vec![device("Moxa", "NPort 5110", "", version)]);
        assert_eq!(only(found).0, Verdict::Unknown, "{version}");
    }
}

#[test]
fn what_is_not_understood_is_unknown_never_no() {
    let known =
        leaves(vec![product("P1", "Acme", "Boiler Brain 3000", "see the table in the manual, rev. c")]);
    let found = matched(&known, vec![device("Acme", "Boiler Brain 3000", "", "7.1")]);
    assert_eq!(only(found), (Verdict::Unknown, Confidence::Possible, Rung::Name));
    let silent = leaves(vec![product("P1", "Acme", "Boiler Brain 3000", "")]);
    let found = matched(&silent, vec![device("Acme", "Boiler Brain 3000", "", "7.1")]);
    assert_eq!(only(found).0, Verdict::Unknown);
}

#[test]
fn all_versions_needs_no_version() {
    let known = leaves(vec![product("P1", "Acme", "Valve 12", "vers:all/*")]);
    let found = matched(&known, vec![device("Acme", "Valve 12", "", "")]);
    assert_eq!(only(found), (Verdict::Yes, Confidence::Confirmed, Rung::Name));
}

fn exactly(versions: &[&str], fixes: &[&str]) -> Leaves {
    let input = |(number, version): (i64, &&str)| LeafInput {
        number,
        document: 1,
        standing: Standing::Stated,
        expression: product(&format!("P{number}"), "Acme", "Valve 12", version),
        fixes: fixes.iter().map(|fix| (*fix).to_owned()).collect(),
    };
    Leaves::new((1_i64..).zip(versions).map(input).collect())
}

#[test]
fn a_single_listed_version_excludes_nothing_that_lies_before_the_fix() {
    let fixes = ["v33.017", "v34.014"];
    let listed = exactly(&["32.011"], &fixes);
    let of = |version: &str| only(matched(&listed, vec![device("Acme", "Valve 12", "", version)]));
    assert_eq!(of("32.011").0, Verdict::Yes);
    for before in ["33.011", "31.011", "34.011"] {
        assert_eq!(of(before).0, Verdict::Unknown, "{before}");
    }
    for fixed in ["33.017", "33.018", "34.014", "35.011"] {
        assert_eq!(of(fixed).0, Verdict::No, "{fixed}");
    }
    let silent = exactly(&["32.011"], &[]);
    assert_eq!(only(matched(&silent, vec![device("Acme", "Valve 12", "", "33.011")])).0, Verdict::No);
}

#[test]
fn a_version_that_another_leaf_lists_is_no_doubt_of_this_one() {
    let listed = exactly(&["32.011", "33.011"], &["v33.017"]);
    let verdicts = |version: &str| -> Vec<Verdict> {
        let found = matched(&listed, vec![device("Acme", "Valve 12", "", version)]);
        found.into_iter().map(|found| found.decision.verdict).collect()
    };
    assert_eq!(verdicts("33.011"), [Verdict::No, Verdict::Yes]);
    assert_eq!(verdicts("33.012"), [Verdict::Unknown, Verdict::Unknown]);
}

#[test]
fn a_component_of_a_combination_excludes_nothing_that_lies_before_the_fix() {
    let input = |number: i64, expression: ProductExpression, standing, fixes: &[&str]| LeafInput {
        number,
        document: 1,
        standing,
        expression,
        fixes: fixes.iter().map(|fix| (*fix).to_owned()).collect(),
    };
    let firmware = |id: &str, version: &str| product(id, "Acme", "Valve Firmware 12", version);
    let on = |id: &str, part: &str| combination(id, RelationCategory::InstalledOn, part, "HW");
    let known = Leaves::new(vec![
        input(1, firmware("OLD", "5.1.0"), Standing::Named, &["5.2.0"]),
        input(2, firmware("SPARED", "5.1.3"), Standing::Named, &[]),
        input(3, product("HW", "Acme", "Valve M16", ""), Standing::Named, &[]),
        input(4, on("OLD-HW", "OLD"), Standing::Stated, &[]),
        input(5, on("SPARED-HW", "SPARED"), Standing::Stated, &[]),
    ]);
    let says = |version: &str| -> Vec<(i64, Verdict)> {
        let found = matched(&known, vec![device("Acme", "Valve Firmware 12", "", version)]);
        found.into_iter().map(|found| (found.leaf, found.decision.verdict)).collect()
    };
    let (no, unknown) = (Verdict::No, Verdict::Unknown);
    assert_eq!(says("5.1.0"), [(4, unknown), (5, no)], "the hardware is not recognised");
    assert_eq!(says("5.1.5"), [(4, unknown), (5, no)], "between what is listed and the fix");
    assert_eq!(says("5.2.0"), [(4, no), (5, no)], "it has the fix");
    assert_eq!(says("5.1.3"), [(4, no), (5, unknown)], "another combination speaks of that very version");
}

#[test]
fn a_document_that_names_only_the_cure_does_not_clear_what_is_older() {
    let cured = |version: &str, fix: &str| {
        let expression = product("P", "Acme", "Gamma 10", version);
        let (number, document, standing) = (1, 1, Standing::Cured);
        Leaves::new(vec![LeafInput { number, document, standing, expression, fixes: vec![fix.to_owned()] }])
    };
    for (text, fix) in [("2.0", "2.0"), ("vers:intdot/>=2.0", "2.0"), ("vers:intdot/>=2.0|<3.0", "2.0")] {
        let known = cured(text, fix);
        let says = |version: &str| only(matched(&known, vec![device("Acme", "Gamma 10", "", version)])).0;
        assert_eq!(says("1.9"), Verdict::Unknown, "{text}");
        assert_eq!(says("2.0"), Verdict::Yes, "{text}: the statement itself turns it into a no");
        assert_ne!(says("3.1"), Verdict::Unknown, "{text}");
    }
}

/// Leaves of one product, each with its versions and what is said of it, and the fixes that the document names.
fn said(leaves: &[(&str, Standing)], fixes: &[&str]) -> Leaves {
    let input = |(number, (version, standing)): (i64, &(&str, Standing))| LeafInput {
        number,
        document: 1,
        standing: *standing,
        expression: product(&format!("P{number}"), "Acme", "Valve 12", version),
        fixes: fixes.iter().map(|fix| (*fix).to_owned()).collect(),
    };
    Leaves::new((1_i64..).zip(leaves).map(input).collect())
}

#[test]
fn between_a_listed_version_and_a_cleared_one_nobody_spoke() {
    let (affected, cleared) = (Standing::Stated, Standing::Cleared);
    let is_open = |known: &Leaves, version: &str| {
        let found = matched(known, vec![device("Acme", "Valve 12", "", version)]);
        assert!(!found.is_empty());
        let of_affected =
            found.iter().filter(|found| !known.by_number(found.leaf).unwrap().standing.is_cleared());
        of_affected.map(|found| found.decision.verdict).any(|verdict| verdict == Verdict::Unknown)
    };
    type Case<'c> = (&'c [(&'c str, Standing)], &'c [&'c str], &'c [&'c str], &'c [&'c str]);
    let cases: [Case<'_>; 13] = [
        // What is said, the fixes that are named, what is open then, and what stays excluded.
        (
            &[("1.0", affected), ("3.0", cleared)],
            &[],
            &["0.5", "1.5", "2.5", "2.9.9"],
            &["3.0", "3.1", "4.0"],
        ),
        (&[("1.0", affected), ("vers:intdot/>=3.0", cleared)], &[], &["0.5", "1.5"], &["3.0", "4.0"]),
        (&[("1.0", affected), (">=3.0", cleared)], &[], &["0.5", "1.5", "2.9.9"], &["3.0", "4.0"]),
        // A fix ends the gap, whether it is a version of its own or stands in a remedy.
        (&[("1.0", affected), ("2.0", cleared), ("3.0", cleared)], &["2.0"], &["1.5"], &["2.0", "2.5"]),
        (&[("1.0", affected), ("3.0", cleared)], &["2.0"], &["0.5", "1.5"], &["2.0", "2.5"]),
        // So does the end of an affected span, and another affected version does not.
        (&[("1.0", affected), ("<2.0", affected), ("3.0", cleared)], &[], &[], &["1.5", "2.0", "2.5"]),
        (&[("1.0", affected), ("2.0", affected), ("3.0", cleared)], &[], &["1.5", "2.5"], &["2.0"]),
        // What is cleared because it is older than the fault.
        (&[("2.0", affected), ("1.0", cleared)], &[], &["0.5", "1.5", "2.5"], &[]),
        (&[("2.0", affected), ("1.0", affected), ("1.5", cleared)], &[], &["1.7", "2.5"], &[]),
        (&[("2.0", affected), ("<=1.0", cleared)], &[], &["1.5", "2.5"], &["0.5"]),
        // Each line has a fix of its own, which reaches within that line.
        (
            &[("1.0.1", affected), ("1.0.5", cleared), ("2.0.1", affected), ("2.0.5", cleared)],
            &[],
            &["0.9", "1.0.3", "1.5", "2.0.3"],
            &["1.0.7", "2.0.6", "2.1"],
        ),
        (
            &[("33.011", affected), ("34.011", affected)],
            &["33.017", "34.014"],
            &["33.012", "32.020"],
            &["33.018", "34.015"],
        ),
        // Nothing is fixed for the newer one.
        (&[("1.0", affected), ("2.0", affected), ("1.1", cleared)], &["1.1"], &["0.9", "1.5", "2.1"], &[]),
    ];
    for (leaves, fixes, open, excluded) in cases {
        let known = said(leaves, fixes);
        for version in open {
            assert!(is_open(&known, version), "{version} of {leaves:?}");
        }
        for version in excluded {
            assert!(!is_open(&known, version), "{version} of {leaves:?}");
        }
    }
    let known = said(&[("1.0", affected), ("3.0", cleared)], &[]);
    let found = matched(&known, vec![device("Acme", "Valve 12", "", "1.5")]);
    assert!(found[0].decision.why.contains("lists `1.0` and clears `3.0`"), "{}", found[0].decision.why);
}

/// Every arrangement of up to three statements at 1.0, 2.0 and 3.0, and every version on them, between them and around them: "no" is
/// said only where the words reach.
#[test]
fn no_arrangement_of_statements_says_no_where_nobody_spoke() {
    #[derive(Clone, Copy, PartialEq)]
    enum Said {
        Affected,
        Fixed,
        NotAffected,
        Investigated,
    }
    use Said::{Affected, Fixed, Investigated, NotAffected};
    let choices = [None, Some(Affected), Some(Fixed), Some(NotAffected), Some(Investigated)];
    let (mut closed, mut open) = (0, 0);
    for number in 1..125_usize {
        let arrangement = [choices[number % 5], choices[number / 5 % 5], choices[number / 25]];
        let is_there = |wanted: Said| arrangement.contains(&Some(wanted));
        let concerned = is_there(Affected) || is_there(Investigated);
        let standing = |said: Said| match said {
            Affected => Standing::Stated,
            Fixed if !is_there(Affected) => Standing::Cured,
            Fixed | NotAffected => Standing::Cleared,
            Investigated => Standing::Investigated,
        };
        let points = ["1.0", "2.0", "3.0"];
        let leaves: Vec<(&str, Standing)> =
            points.iter().zip(arrangement).filter_map(|(at, said)| Some((*at, standing(said?)))).collect();
        let fixes: Vec<&str> = points
            .iter()
            .zip(arrangement)
            .filter(|(_, said)| *said == Some(Fixed))
            .map(|(at, _)| *at)
            .collect();
        let known = self::said(&leaves, &fixes);
        // Half steps: 0.5 is the place 0, 1.0 the place 1, and so on.
        for (place, installed) in ["0.5", "1.0", "1.5", "2.0", "2.5", "3.0", "3.5"].iter().enumerate() {
            let is_said = place % 2 == 1 && arrangement[place / 2].is_some();
            if is_said || !concerned {
                continue;
            }
            // A place on a point of which nothing is said lies between its neighbours, too.
            let below = arrangement[..place.div_ceil(2)].iter().rev().flatten().next();
            let above = &arrangement[place.div_ceil(2)..];
            let clears = matches!(below, Some(Fixed | NotAffected));
            // Whoever has not got any of the fixes yet is open as well.
            let has_fix = arrangement[..place.div_ceil(2)].contains(&Some(Fixed));
            let spared = |said: &Said| *said == NotAffected || (*said == Fixed && has_fix);
            let reaches = clears && above.iter().flatten().all(spared);
            let only_listed = !is_there(Fixed) && !is_there(NotAffected) && !is_there(Investigated);
            let found = matched(&known, vec![device("Acme", "Valve 12", "", installed)]);
            let of_concern =
                found.iter().filter(|found| !known.by_number(found.leaf).unwrap().standing.is_cleared());
            let is_open = of_concern.map(|found| found.decision.verdict).any(|one| one == Verdict::Unknown);
            let reaches = reaches || only_listed;
            assert_eq!(is_open, !reaches, "{installed} of {leaves:?}: {found:?}");
            if reaches { closed += 1 } else { open += 1 }
        }
    }
    assert!(closed > 50 && open > 200, "{closed} and {open}");
}

#[test]
fn a_component_that_is_cleared_in_its_combinations_ends_a_gap_as_well() {
    let input = |number: i64, expression: ProductExpression, standing| LeafInput {
        number,
        document: 1,
        standing,
        expression,
        fixes: Vec::new(),
    };
    let firmware = |id: &str, version: &str| product(id, "Acme", "Valve Firmware 12", version);
    let on = |id: &str, part: &str| combination(id, RelationCategory::InstalledOn, part, "HW");
    let known = Leaves::new(vec![
        input(1, firmware("OLD", "5.1.0"), Standing::Named),
        input(2, firmware("NEW", "5.3.0"), Standing::Named),
        input(3, product("HW", "Acme", "Valve M16", ""), Standing::Named),
        input(4, on("OLD-HW", "OLD"), Standing::Stated),
        input(5, on("NEW-HW", "NEW"), Standing::Cleared),
    ]);
    let says = |version: &str| {
        let found = matched(&known, vec![device("Acme", "Valve Firmware 12", "", version)]);
        found.iter().find(|found| found.leaf == 4).unwrap().decision.verdict
    };
    assert_eq!(says("5.2.0"), Verdict::Unknown);
    assert_eq!(says("5.3.1"), Verdict::No);
}
