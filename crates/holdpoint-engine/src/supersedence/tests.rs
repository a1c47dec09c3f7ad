//! Supersedence by made-up patches: each shape the sources have, and what must hold for any.

use std::collections::{BTreeMap, BTreeSet};

use holdpoint_domain::patch::{PatchRecord, PatchReference};
use proptest::prelude::{ProptestConfig, any, prop, proptest};

use super::{Cover, CveStanding, Doubt, Evidence, Fit, Listing, PatchGraph, PatchProduct, Standing};

const W10: &str = "Windows 10 Version 22H2 for x64-based Systems";
const S2016: &str = "Windows Server 2016";
const W7: &str = "Windows 7 for x64-based Systems Service Pack 1";

/// A record of article `number` for some products.
fn record(number: &str, products: &[&str], supersedes: &[&str]) -> PatchRecord {
    PatchRecord {
        identifier: number.to_owned(),
        products: products.iter().map(|&product| product.to_owned()).collect(),
        supersedes: supersedes.iter().map(|&kb| PatchReference::Identifier(kb.to_owned())).collect(),
        ..PatchRecord::of("Microsoft".to_owned())
    }
}

fn graph(records: &[PatchRecord]) -> PatchGraph {
    PatchGraph::build(records.iter().map(|record| ("test", record)))
}

fn product(text: &str) -> PatchProduct {
    PatchProduct::stated(text).expect("a product")
}

fn with(installed: &[&str]) -> Evidence {
    Evidence {
        installed: installed.iter().map(|&kb| kb.to_owned()).collect(),
        listing: Listing::Made,
        ..Evidence::default()
    }
}

fn standing(graph: &PatchGraph, on: &str, evidence: &Evidence, patch: &str) -> Standing {
    graph.for_product(&product(on)).standing(evidence, patch)
}

/// `KB5: KB5 > KB4 > KB3` for a cover, else a word.
fn told(standing: &Standing) -> String {
    match standing {
        Standing::Installed => "installed".to_owned(),
        Standing::Covered(Cover::Superseded { by, steps }) => {
            let way: Vec<&str> = steps.iter().map(|step| step.older.as_str()).collect();
            format!("{by} > {}", way.join(" > "))
        }
        Standing::Covered(Cover::Build { fixed, from, .. }) => {
            format!("build {fixed} {from}").trim().to_owned()
        }
        Standing::NotInstalled => "not installed".to_owned(),
        Standing::OtherProduct => "other product".to_owned(),
        Standing::Unknown(Doubt::NotKnown) => "unknown: not known".to_owned(),
        Standing::Unknown(Doubt::NothingObserved) => "unknown: nothing observed".to_owned(),
        Standing::Unknown(Doubt::ProductNotSaid(_)) => "unknown: product not said".to_owned(),
        Standing::Unknown(Doubt::Circle(_)) => "unknown: circle".to_owned(),
        Standing::Unknown(Doubt::BuildOlder { .. }) => "unknown: build older".to_owned(),
        Standing::Unknown(Doubt::Contradicted) => "unknown: contradicted".to_owned(),
        Standing::Unknown(Doubt::PerhapsNotFor) => "unknown: perhaps not for".to_owned(),
    }
}

#[test]
fn a_chain_is_covered_with_its_whole_path() {
    let records = [
        record("KB5000001", &[W10], &[]),
        record("KB5000002", &[W10], &["5000001"]),
        record("KB5000003", &[W10], &["kb 5000002"]),
    ];
    let graph = graph(&records);
    let seen = with(&["KB5000003"]);
    assert_eq!(told(&standing(&graph, W10, &seen, "5000001")), "KB5000003 > KB5000002 > KB5000001");
    assert_eq!(told(&standing(&graph, W10, &seen, "KB 5000003")), "installed");
    assert_eq!(told(&standing(&graph, W10, &with(&["KB5000001"]), "KB5000003")), "not installed");
}

#[test]
fn branches_and_merges_take_the_shortest_way() {
    let records = [
        record("KB5000001", &[W10], &[]),
        record("KB5000002", &[W10], &["KB5000001"]),
        record("KB5000003", &[W10], &["KB5000001"]),
        record("KB5000004", &[W10], &["KB5000002", "KB5000003"]),
        record("KB5000005", &[W10], &["KB5000004", "KB5000001"]),
    ];
    let graph = graph(&records);
    let view = graph.for_product(&product(W10));
    assert_eq!(told(&view.standing(&with(&["KB5000005"]), "KB5000001")), "KB5000005 > KB5000001");
    assert_eq!(told(&view.standing(&with(&["KB5000005"]), "KB5000003")), "KB5000005 > KB5000004 > KB5000003");
    assert_eq!(told(&view.standing(&with(&["KB5000002"]), "KB5000003")), "not installed");
    let all: Vec<String> = view
        .standings(&with(&["KB5000004"]))
        .iter()
        .map(|(name, one)| format!("{name} {}", told(one)))
        .collect();
    assert_eq!(all.len(), 5);
    assert_eq!(all[4], "KB5000005 not installed");
}

#[test]
fn an_edge_for_one_product_says_nothing_of_another() {
    let records = [
        record("KB5000001", &[W10, S2016], &[]),
        record("KB5000002", &[W10, S2016], &[]),
        // The same article again: what it replaces is said for Windows 10 alone.
        record("KB5000002", &[W10], &["KB5000001"]),
        record("KB5000003", &[W10], &["KB5000001"]),
    ];
    let graph = graph(&records);
    assert_eq!(told(&standing(&graph, W10, &with(&["KB5000002"]), "KB5000001")), "KB5000002 > KB5000001");
    assert_eq!(told(&standing(&graph, S2016, &with(&["KB5000002"]), "KB5000001")), "not installed");
    assert_eq!(told(&standing(&graph, S2016, &with(&["KB5000003"]), "KB5000001")), "not installed");
    assert_eq!(told(&standing(&graph, S2016, &with(&[]), "KB5000003")), "other product");
}

#[test]
fn a_patch_of_another_product_covers_nothing_even_when_the_older_record_says_so() {
    let mut older = record("KB5000001", &[S2016], &[]);
    older.superseded_by = vec![PatchReference::Identifier("KB5000002".to_owned())];
    let graph = graph(&[older, record("KB5000002", &[W10], &[])]);
    assert_eq!(told(&standing(&graph, S2016, &with(&["KB5000002"]), "KB5000001")), "not installed");
}

#[test]
fn superseded_by_counts_without_the_reverse_edge() {
    let mut older = record("KB5000001", &[W10], &[]);
    older.superseded_by = vec![PatchReference::Identifier("5000009".to_owned())];
    let graph = graph(&[older]);
    let seen = standing(&graph, W10, &with(&["KB5000009"]), "KB5000001");
    let Standing::Covered(Cover::Superseded { steps, .. }) = &seen else { panic!("{seen:?}") };
    assert_eq!(
        (steps[0].sources.as_slice(), steps[0].products.as_slice()),
        (&["test".to_owned()][..], &[W10.to_owned()][..])
    );
}

#[test]
fn security_only_and_roll_up_are_ways_to_the_same_end() {
    let fixing = |number: &str, supersedes: &[&str], cves: &[&str], kind: &str| PatchRecord {
        fixes: cves.iter().map(|&cve| cve.to_owned()).collect(),
        classification: kind.to_owned(),
        ..record(number, &[W7], supersedes)
    };
    let records = [
        fixing("KB4000001", &[], &["CVE-2018-0001"], "Monthly Rollup"),
        fixing("KB4000002", &[], &["CVE-2018-0001"], "Security Only"),
        fixing("KB4000011", &["KB4000001"], &["CVE-2018-0002"], "Monthly Rollup"),
        fixing("KB4000012", &[], &["CVE-2018-0002"], "Security Only"),
    ];
    let graph = graph(&records);
    let view = graph.for_product(&product(W7));
    // January by security-only, February not at all: one vulnerability is fixed, the other is open in both ways.
    let seen = with(&["KB4000002"]);
    assert!(
        matches!(view.cve(&seen, "CVE-2018-0001"), CveStanding::Fixed { patch, .. } if patch == "KB4000002")
    );
    let lacking = vec!["KB4000011".to_owned(), "KB4000012".to_owned()];
    assert_eq!(view.cve(&seen, "cve-2018-0002"), CveStanding::Lacking(lacking));
    // February's security-only update does not bring January's fixes; February's roll-up does.
    assert!(matches!(view.cve(&with(&["KB4000012"]), "CVE-2018-0001"), CveStanding::Lacking(_)));
    assert!(matches!(view.cve(&with(&["KB4000011"]), "CVE-2018-0001"), CveStanding::Fixed { .. }));
    assert_eq!(view.cve(&seen, "CVE-2018-9999"), CveStanding::Unknown(Vec::new()));
    assert_eq!(view.fixes("4000011"), ["CVE-2018-0002"]);
}

/// For each set of installed updates: `fixed`, `lacking`, or what else is named.
fn told_of(records: &[PatchRecord], on: &str, installed: &[&str]) -> String {
    match graph(records).for_product(&product(on)).cve(&with(installed), "CVE-2031-0001") {
        CveStanding::Fixed { .. } => "fixed".to_owned(),
        CveStanding::Partly { others, .. } => format!("also {}", others.join(" ")),
        CveStanding::Lacking(_) => "lacking".to_owned(),
        CveStanding::Unknown(open) => format!("unknown {}", open.len()),
    }
}

#[test]
fn one_of_two_updates_is_enough_only_where_a_source_shows_it() {
    const OFFICE: &str = "Microsoft Office 2016 (64-bit edition)";
    const S2012: &str = "Windows Server 2012 R2";
    let named = |number: &str, on: &str, kind: &str, build: &str| PatchRecord {
        fixes: vec!["CVE-2031-0001".to_owned()],
        classification: kind.to_owned(),
        fixed_build: build.to_owned(),
        ..record(number, &[on], &[])
    };
    // Office: all that are listed are to be installed, though they bring one build.
    let both = ["KB5002537", "KB5002538"].map(|kb| named(kb, OFFICE, "Security Update", "16.0.5439.1000"));
    assert_eq!(told_of(&both, OFFICE, &["KB5002537"]), "also KB5002538");
    assert_eq!(told_of(&both, OFFICE, &["KB5002538", "KB5002537"]), "fixed");
    assert_eq!(told_of(&both, OFFICE, &["KB1111111"]), "lacking");
    let later = [
        both[0].clone(),
        PatchRecord { supersedes: vec![PatchReference::Identifier("5002537".to_owned())], ..both[1].clone() },
    ];
    assert_eq!(told_of(&later, OFFICE, &["KB5002537"]), "fixed", "one replaces the other");
    // The roll-up holds the browser's update; the security-only update does not.
    let three = [
        named("KB5035885", S2012, "Monthly Rollup", "6.3.9600.21871"),
        named("KB5035933", S2012, "Security Only", "6.3.9600.21870"),
        named("KB5035930", S2012, "IE Cumulative", "1.001"),
    ];
    assert_eq!(told_of(&three, S2012, &["KB5035885"]), "fixed");
    assert_eq!(told_of(&three, S2012, &["KB5035933"]), "also KB5035930");
    assert_eq!(told_of(&three, S2012, &["KB5035930"]), "also KB5035933");
    assert_eq!(told_of(&three, S2012, &["KB5035930", "KB5035933"]), "fixed");
    // Windows 10: a build of the branch holds the ones before it.
    let months = [("KB5035845", "10.0.19045.4170"), ("KB5036892", "10.0.19045.4291")]
        .map(|(kb, build)| named(kb, W10, "", build));
    assert_eq!(told_of(&months, W10, &["KB5035845"]), "fixed");
    let recovery = [months[0].clone(), named("KB5034441", W10, "", "10.0.19041.3920")];
    assert_eq!(told_of(&recovery, W10, &["KB5035845"]), "also KB5034441");
    // One .NET Framework 4 takes the place of the other.
    let on = |four: &str| format!("Microsoft .NET Framework 3.5 AND {four} on {W10}");
    let net = [named("KB5034466", &on("4.8"), "", ""), named("KB5034467", &on("4.8.1"), "", "")];
    assert_eq!(told_of(&net, W10, &["KB5034466"]), "fixed");
}

#[test]
fn unknown_patches_and_unlisted_assets_are_unknown() {
    let graph = graph(&[record("KB5000001", &[W10], &[])]);
    assert_eq!(told(&standing(&graph, W10, &with(&[]), "KB7777777")), "unknown: not known");
    assert_eq!(told(&standing(&graph, W10, &with(&["KB7777777"]), "KB7777777")), "installed");
    assert_eq!(told(&standing(&graph, W10, &Evidence::default(), "KB5000001")), "unknown: nothing observed");
}

#[test]
fn a_circle_is_reported_and_covers_nothing() {
    let records = [
        record("KB5000001", &[W10], &["KB5000003"]),
        record("KB5000002", &[W10], &["KB5000001"]),
        record("KB5000003", &[W10], &["KB5000002"]),
        record("KB5000004", &[W10], &["KB5000003"]),
        record("KB5000005", &[W10], &["KB5000005", "5000005"]),
    ];
    let graph = graph(&records);
    let view = graph.for_product(&product(W10));
    assert_eq!(view.circles(), [["KB5000001", "KB5000002", "KB5000003"]]);
    assert_eq!(told(&view.standing(&with(&["KB5000002"]), "KB5000001")), "unknown: circle");
    assert_eq!(told(&view.standing(&with(&["KB5000004"]), "KB5000003")), "KB5000004 > KB5000003");
    assert_eq!(told(&view.standing(&with(&["KB5000004"]), "KB5000001")), "unknown: circle");
    assert_eq!(told(&view.standing(&with(&["KB5000001"]), "KB5000004")), "not installed");
}

#[test]
fn an_edge_without_a_product_leaves_the_answer_open() {
    let graph = graph(&[record("KB5000001", &[W10], &[]), record("KB5000002", &[], &["KB5000001"])]);
    assert_eq!(told(&standing(&graph, W10, &with(&["KB5000002"]), "KB5000001")), "unknown: product not said");
}

#[test]
fn what_a_scan_calls_missing_is_missing_and_bridges_nothing() {
    let records = [
        record("KB5000001", &[W10], &[]),
        record("KB5000002", &[W10], &["KB5000001"]),
        record("KB5000003", &[W10], &["KB5000002"]),
    ];
    let graph = graph(&records);
    let mut seen = with(&["KB5000003"]);
    seen.missing = BTreeSet::from(["KB5000002".to_owned()]);
    assert_eq!(told(&standing(&graph, W10, &seen, "KB5000002")), "not installed");
    assert_eq!(told(&standing(&graph, W10, &seen, "KB5000001")), "not installed");
    seen.missing.insert("KB5000003".to_owned());
    assert_eq!(told(&standing(&graph, W10, &seen, "KB5000003")), "unknown: contradicted");
}

#[test]
fn the_build_covers_within_its_branch_only() {
    let with_build = |number: &str, on: &str, build: &str| PatchRecord {
        fixed_build: build.to_owned(),
        ..record(number, &[on], &[])
    };
    let records = [
        with_build("KB5000001", W10, "10.0.19045.4000"),
        with_build("KB5000002", W10, "10.0.19045.5000"),
        with_build("KB5000003", W10, "10.0.19044.9000"),
        with_build("KB4000001", W7, "6.1.7601.100"),
        with_build("KB4000002", W7, "6.1.7601.200"),
    ];
    let graph = graph(&records);
    let mut seen = with(&[]);
    seen.build = "10.0.19045.4500".to_owned();
    assert_eq!(told(&standing(&graph, W10, &seen, "KB5000001")), "build 10.0.19045.4000");
    assert_eq!(told(&standing(&graph, W10, &seen, "KB5000002")), "not installed");
    assert_eq!(told(&standing(&graph, W10, &seen, "KB5000003")), "not installed");
    // Listed, but the machine has not restarted.
    seen.installed.insert("KB5000002".to_owned());
    assert_eq!(told(&standing(&graph, W10, &seen, "KB5000002")), "unknown: build older");
    // Without a build of its own, an installed patch brings one.
    assert_eq!(
        told(&standing(&graph, W10, &with(&["KB5000002"]), "KB5000001")),
        "build 10.0.19045.4000 KB5000002"
    );
    assert_eq!(told(&standing(&graph, W7, &with(&["KB4000002"]), "KB4000001")), "not installed");
    let only_build = Evidence { build: "10.0.19045.4500".to_owned(), ..Evidence::default() };
    assert_eq!(told(&standing(&graph, W10, &only_build, "KB5000001")), "build 10.0.19045.4000");
    assert_eq!(told(&standing(&graph, W10, &only_build, "KB5000003")), "unknown: nothing observed");
}

#[test]
fn a_higher_build_of_another_line_says_nothing() {
    const GDR: &str = "Microsoft SQL Server 2019 for x64-based Systems (GDR)";
    const CU13: &str = "Microsoft Exchange Server 2019 Cumulative Update 13";
    const SHAREPOINT: &str = "Microsoft SharePoint Enterprise Server 2016";
    let told_by_build = |on: &str, fixed: &str, installed: &str| {
        let patch = PatchRecord { fixed_build: fixed.to_owned(), ..record("KB5035434", &[on], &[]) };
        let seen = Evidence { build: installed.to_owned(), ..Evidence::default() };
        told(&standing(&graph(&[patch]), on, &seen, "KB5035434"))
    };
    assert_eq!(told_by_build(GDR, "15.0.2110.4", "15.0.4053.23"), "unknown: nothing observed");
    assert_eq!(told_by_build(GDR, "15.0.2110.4", "15.0.2110.4"), "build 15.0.2110.4");
    assert_eq!(told_by_build(CU13, "15.02.1258.032", "15.2.1544.4"), "unknown: nothing observed");
    assert_eq!(told_by_build(CU13, "15.02.1258.032", "15.2.1258.28"), "not installed");
    assert_eq!(told_by_build(CU13, "15.02.1258.032", "15.2.1258.34"), "build 15.02.1258.032");
    assert_eq!(told_by_build(SHAREPOINT, "16.0.5439.1000", "16.0.5443.1000"), "build 16.0.5439.1000");
    assert_eq!(told_by_build(SHAREPOINT, "16.0.5439.1000", "16.0.10417.20041"), "unknown: nothing observed");
    for office in ["Microsoft Office 2016 (64-bit edition)", "Microsoft Excel 2016 (64-bit edition)"] {
        for click in ["16.0.12527.22286", "16.0.10408.20002"] {
            assert_eq!(told_by_build(office, "16.0.5439.1000", click), "unknown: nothing observed");
            assert_eq!(told_by_build(office, click, "16.0.5439.1000"), "unknown: nothing observed");
        }
        assert_eq!(told_by_build(office, "16.0.5439.1000", "16.0.5439.1000"), "build 16.0.5439.1000");
        assert_eq!(told_by_build(office, "16.0.5439.1000", "16.0.4266.1001"), "not installed");
    }
}

#[test]
fn products_are_told_apart_as_their_names_mean() {
    let fit = |stated: &str, asked: &str| product(stated).fit(&product(asked));
    assert_eq!(fit("Windows 10 Version 22H2 for x64-based Systems", W10), Fit::Exact);
    assert_eq!(fit("Windows 10 Version 22H2 for 32-bit Systems", W10), Fit::Other);
    assert_eq!(fit("Windows 10 Version 21H2 for x64-based Systems", W10), Fit::Other);
    assert_eq!(fit("Windows 10 for x64-based Systems", W10), Fit::Other);
    assert_eq!(fit("Windows10", W10), Fit::Wider);
    assert_eq!(fit(S2016, W10), Fit::Other);
    assert_eq!(fit("Windows Server 2016  (Server Core installation)", S2016), Fit::Exact);
    assert_eq!(
        fit("Microsoft .NET Framework 4.8 on Windows 10 Version 22H2 for x64-based Systems", W10),
        Fit::Part
    );
    assert_eq!(fit("Security fix X for Windows Server 2016", S2016), Fit::Part);
    assert_eq!(fit("Windows 7 for x64-based Systems", W7), Fit::Exact);
    assert_eq!(fit("Windows Server 2008 R2 for x64-based Systems Service Pack 1", W7), Fit::Other);
    assert_eq!(
        fit(
            "Windows Server 2008 for x64-based Systems Service Pack 2",
            "Windows Server 2008 R2 for x64-based Systems"
        ),
        Fit::Other
    );
    assert_eq!(
        fit(
            "Windows 11 Version 22H2 for arm64-based Systems",
            "Windows 11 version 22H2 for ARM64-based Systems"
        ),
        Fit::Exact
    );
    assert_eq!(
        product("Windows Vista x64 Edition Service Pack 2").to_string(),
        "windows vista service pack 2 x64"
    );
    assert_eq!(
        product("Windows Server, version 20H2 (Server Core Installation)").to_string(),
        "windows server version 20h2"
    );
    assert_eq!(
        product("Microsoft Excel 2010 Service Pack 2 (32-bit editions)").to_string(),
        "excel 2010 service pack 2 x86"
    );
    assert_eq!(PatchProduct::stated(" "), None);
}

#[test]
fn an_assets_product_is_completed_from_the_lists() {
    let records = [
        record(
            "KB5000001",
            &[
                W10,
                "Windows 10 Version 22H2 for 32-bit Systems",
                "Windows 10 Version 21H2 for x64-based Systems",
            ],
            &[],
        ),
        record("KB5000002", &["Windows10", S2016], &[]),
    ];
    let graph = graph(&records);
    let candidates = |name: &str, version: &str| {
        let installed = PatchProduct::installed(name, version).expect("a product");
        graph.candidates(&installed).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        candidates("Microsoft Windows 10 Enterprise (64-bit)", "10.0.19045.4412"),
        ["windows 10 version 22h2 x64"]
    );
    assert_eq!(
        candidates("Windows 10 Pro", "22H2"),
        ["windows 10 version 22h2 x64", "windows 10 version 22h2 x86"]
    );
    assert_eq!(candidates("Windows 10", "").len(), 3);
    assert_eq!(candidates("Windows Server 2016 Standard", "10.0.14393.2273"), ["windows server 2016"]);
    assert_eq!(candidates("Windows Server 2016 Standard", "1607"), ["windows server 2016"]);
    assert_eq!(candidates("Windows 10 Enterprise LTSC 2021", ""), ["windows 10 version 21h2 x64"]);
    assert!(candidates("Windows Server 2022", "").is_empty());
}

#[test]
fn a_server_is_not_dropped_for_a_later_release_of_its_name() {
    let later = "Windows Server 2022, 23H2 Edition (Server Core installation)";
    let graph =
        graph(&[record("KB5000001", &["Windows Server 2022"], &[]), record("KB5000002", &[later], &[])]);
    let candidates = |name: &str, version: &str| {
        let installed = PatchProduct::installed(name, version).expect("a product");
        let found = graph.candidates(&installed).into_iter().filter(|one| one.may_have(version));
        found.map(|one| one.to_string()).collect::<Vec<_>>()
    };
    let (plain, edition) = ("windows server 2022", "windows server 2022 version 23h2");
    for version in ["10.0.20348.2000", "20348.2000", "21H2"] {
        assert_eq!(candidates("Windows Server 2022 Standard", version), [plain], "{version}");
    }
    for version in ["10.0.25398.500", "23H2"] {
        assert_eq!(candidates("Windows Server 2022", version), [edition], "{version}");
    }
    assert_eq!(candidates(later, ""), [edition]);
    assert_eq!(candidates("Windows Server 2022", ""), [plain, edition]);
}

/// The plain way: walk from each installed patch along every edge.
fn naive(edges: &BTreeMap<u8, BTreeSet<u8>>, from: u8) -> BTreeSet<u8> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(at) = open.pop() {
        for older in edges.get(&at).into_iter().flatten() {
            if seen.insert(*older) {
                open.push(*older);
            }
        }
    }
    seen
}

fn kb(number: u8) -> String {
    format!("KB{}", 5_000_000 + u32::from(number))
}

fn of_edges(edges: &BTreeSet<(u8, u8)>) -> PatchGraph {
    let records: Vec<PatchRecord> = (0..24)
        .map(|number| {
            let older: Vec<String> =
                edges.iter().filter(|(newer, _)| *newer == number).map(|(_, older)| kb(*older)).collect();
            let older: Vec<&str> = older.iter().map(String::as_str).collect();
            record(&kb(number), &[W10], &older)
        })
        .collect();
    graph(&records)
}

/// How sure an answer is that the patch is there: an added edge must not lower it, except that closing a circle makes it
/// unknown.
fn rank(standing: &Standing) -> u8 {
    match standing {
        Standing::NotInstalled | Standing::OtherProduct => 0,
        Standing::Unknown(_) => 1,
        Standing::Installed | Standing::Covered(_) => 2,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_closure_equals_the_naive_walk(pairs in prop::collection::btree_set((0_u8..24, 0_u8..24), 0..60), installed in 0_u8..24) {
        // Newer patches have higher numbers here, so there is no circle.
        let edges: BTreeSet<(u8, u8)> = pairs.into_iter().filter(|(newer, older)| newer > older).collect();
        let mut by_newer: BTreeMap<u8, BTreeSet<u8>> = BTreeMap::new();
        for (newer, older) in &edges {
            by_newer.entry(*newer).or_default().insert(*older);
        }
        let reached = naive(&by_newer, installed);
        let graph = of_edges(&edges);
        let view = graph.for_product(&product(W10));
        let seen = with(&[&kb(installed)]);
        for number in 0..24 {
            let expected = if number == installed { 2 } else { 2 * u8::from(reached.contains(&number)) };
            let standing = view.standing(&seen, &kb(number));
            assert_eq!(rank(&standing), expected, "{number}: {standing:?}");
            if let Standing::Covered(Cover::Superseded { by, steps }) = standing {
                assert_eq!(by, kb(installed));
                assert_eq!(steps.first().map(|step| step.newer.clone()), Some(by));
                assert!(steps.windows(2).all(|pair| pair[0].older == pair[1].newer));
                assert_eq!(steps.last().map(|step| step.older.clone()), Some(kb(number)));
            }
        }
    }

    #[test]
    fn adding_an_edge_never_uncovers(pairs in prop::collection::btree_set((0_u8..24, 0_u8..24), 0..50), newer in 0_u8..24, older in 0_u8..24, installed in 0_u8..24) {
        let mut edges = pairs;
        let before = of_edges(&edges);
        edges.insert((newer, older));
        let after = of_edges(&edges);
        let (before, after) = (before.for_product(&product(W10)), after.for_product(&product(W10)));
        let seen = with(&[&kb(installed)]);
        let closes_a_circle = after.circles() != before.circles();
        for number in 0..24 {
            let (one, other) = (before.standing(&seen, &kb(number)), after.standing(&seen, &kb(number)));
            let lowest = if closes_a_circle { rank(&one).min(1) } else { rank(&one) };
            assert!(rank(&other) >= lowest, "{number}: {one:?} became {other:?}");
        }
    }

    #[test]
    fn any_edges_are_answered_and_never_cover_within_a_circle(pairs in prop::collection::btree_set((0_u8..24, 0_u8..24), 0..120), installed in any::<[bool; 24]>()) {
        let graph = of_edges(&pairs);
        let view = graph.for_product(&product(W10));
        let names: Vec<String> = (0..24).filter(|number| installed[usize::from(*number)]).map(kb).collect();
        let seen = with(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let circles: Vec<BTreeSet<&str>> = view.circles().into_iter().map(|one| one.into_iter().collect()).collect();
        for (name, standing) in view.standings(&seen) {
            if let Standing::Covered(Cover::Superseded { steps, .. }) = &standing {
                for step in steps {
                    let is_inside = |circle: &BTreeSet<&str>| {
                        circle.contains(step.newer.as_str()) && circle.contains(step.older.as_str())
                    };
                    assert!(!circles.iter().any(is_inside), "{name}: {standing:?}");
                }
            }
        }
    }

    #[test]
    fn any_text_is_read_as_a_product_without_panic(text in ".{0,120}", version in ".{0,20}") {
        let _ = PatchProduct::stated(&text);
        let _ = PatchProduct::installed(&text, &version);
        let _ = PatchProduct::stated(&format!("x on windows{text}"));
    }
}
