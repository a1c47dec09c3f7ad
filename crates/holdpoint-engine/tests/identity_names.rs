//! No silent miss: names that mean one product, or may, as plants and advisories write them. Each row is a case.

use holdpoint_domain::advisory::{BranchCategory, Helpers, PathStep, ProductExpression};
use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_domain::matching::{Rung, Verdict};
use holdpoint_engine::matching::configuration::Memo;
use holdpoint_engine::matching::leaf::Standing;
use holdpoint_engine::matching::{
    ComponentFact, Components, ConfigurationMatch, LeafInput, Leaves, Rules, match_configuration,
};

/// What has to come of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// The product is recognised.
    Sure,
    /// A person is asked.
    Question,
    /// Nothing is said.
    Nothing,
}

use Outcome::{Nothing, Question, Sure};

fn leaf(vendor: &str, name: &str, (category, version): (BranchCategory, &str)) -> LeafInput {
    let step = |category, name: &str| PathStep { category, name: name.to_owned() };
    let path = vec![
        step(BranchCategory::Vendor, vendor),
        step(BranchCategory::ProductName, name),
        step(category, version),
    ];
    LeafInput {
        number: 1,
        document: 1,
        standing: Standing::Stated,
        expression: ProductExpression {
            product_id: "P1".to_owned(),
            name: format!("{vendor} {name}: {version}"),
            path,
            helpers: Helpers::default(),
            relation: None,
            pointer: "/product_tree".to_owned(),
        },
        fixes: Vec::new(),
    }
}

fn component(vendor: &str, name: &str, order_number: &str, version: &str) -> ComponentFact {
    let component = Component {
        vendor: vendor.into(),
        product: name.into(),
        order_number: order_number.into(),
        version: version.into(),
        ..Component::empty(ComponentKind::Firmware)
    };
    ComponentFact::new(1, component)
}

fn matched(fact: &ComponentFact, input: LeafInput) -> Option<ConfigurationMatch> {
    let leaves = Leaves::new(vec![input]);
    let found = match_configuration(&leaves, &[fact], &Rules::default(), &mut Memo::default()).pop();
    // A new advisory has to find the component as a new component finds the advisory.
    let near = Components::new(vec![fact.clone()]).near(&leaves, &Rules::default());
    assert!(found.is_none() || !near.is_empty(), "the other direction does not find it: {fact:?}");
    found
}

fn outcome(ours: (&str, &str), theirs: (&str, &str)) -> Outcome {
    let all = (BranchCategory::ProductVersionRange, "vers:all/*");
    match matched(&component(ours.0, ours.1, "", ""), leaf(theirs.0, theirs.1, all)) {
        None => Nothing,
        Some(found) if found.decision.rung == Rung::Candidate => Question,
        Some(_) => Sure,
    }
}

type Row = ((&'static str, &'static str), (&'static str, &'static str), Outcome);

fn check(rows: &[Row]) {
    let wrong: Vec<_> = rows
        .iter()
        .map(|(ours, theirs, wanted)| (ours, theirs, wanted, outcome(*ours, *theirs)))
        .filter(|(_, _, wanted, found)| *wanted != found)
        .collect();
    assert!(wrong.is_empty(), "(ours, theirs, wanted, found): {wrong:#?}");
}

#[test]
fn a_brand_that_is_missing_or_added_and_words_in_another_order_are_a_question() {
    let s = "Siemens";
    check(&[
        ((s, "SIPLUS S7-1200 CPU 1214C"), (s, "SIMATIC S7-1200 CPU 1214C"), Question),
        ((s, "S7-1200 CPU 1214C"), (s, "SIMATIC S7-1200 CPU 1214C"), Question),
        ((s, "SIMATIC S7-1200 CPU 1214C"), (s, "S7-1200 CPU 1214C"), Question),
        ((s, "CPU 1214C SIMATIC S7-1200"), (s, "SIMATIC S7-1200 CPU 1214C DC/DC/DC"), Question),
        (
            (s, "SIPLUS S7-1200 CPU 1214C"),
            (s, "SIMATIC S7-1200 CPU family (incl. SIPLUS variants)"),
            Question,
        ),
        ((s, "WinCC"), (s, "SIMATIC WinCC Runtime Professional"), Question),
        (
            ("Schneider Electric", "Control Expert"),
            ("Schneider Electric", "EcoStruxure Control Expert"),
            Question,
        ),
        (("SEL", "SEL-3530 RTAC"), ("SEL", "SEL-3530 Real-Time Automation Controller"), Question),
        ((s, "SIMATIC S7-1200 CPU 1214C"), (s, "SIMATIC S7-1200 CPU 1215C"), Nothing),
        ((s, "SIMATIC"), (s, "SIMATIC WinCC"), Nothing),
        ((s, "Controller"), (s, "SIMATIC S7-1500 Software Controller"), Nothing),
        ((s, "SCALANCE XC206-2SFP G"), (s, "SCALANCE XC206-2SFP EEC"), Nothing),
    ]);
}

#[test]
fn blanks_and_plurals_do_not_part_a_name_and_further_words_are_a_question() {
    let (s, r) = ("Siemens", "Rockwell Automation");
    check(&[
        ((s, "SIMATIC PCS7"), (s, "SIMATIC PCS 7"), Sure),
        ((r, "MicroLogix1400"), (r, "MicroLogix 1400"), Sure),
        ((r, "Compact Logix 5380"), (r, "CompactLogix 5380"), Sure),
        ((r, "CompactLogix 5380 controller"), (r, "CompactLogix 5380 Controllers"), Sure),
        ((r, "MicroLogix 1400 Controllers"), (r, "Allen-Bradley MicroLogix 1400 Controllers"), Sure),
        ((s, "SIMATIC S71500"), (s, "SIMATIC S7-1500"), Question),
        ((s, "S71500"), (s, "SIMATIC S7-1500 CPU 1511-1 PN"), Question),
        ((s, "PCS7"), (s, "SIMATIC PCS 7 V8.2 and earlier"), Question),
        ((r, "MicroLogix1400"), (r, "MicroLogix 1400 Controllers Series A"), Question),
        ((r, "MicroLogix 1400 PLC Series B"), (r, "MicroLogix 1400 Controllers Series B and C"), Question),
        ((r, "MicroLogix 1400 PLC Series B"), (r, "MicroLogix 1400 Controllers Series A"), Nothing),
        ((s, "S7-1200 CPU1214C"), (s, "SIMATIC S7-1200 CPU 1214C"), Question),
        ((s, "TIA Portal V17"), (s, "Totally Integrated Automation Portal (TIA Portal)"), Question),
        ((s, "TIA Portal V17"), (s, "Totally Integrated Automation Portal (TIA Portal) V17"), Question),
        ((s, "TIA Portal V17"), (s, "Totally Integrated Automation Portal (TIA Portal) V15"), Nothing),
        // Numbers that are divided in other places may be other numbers.
        (("Acme", "Pump 1.1"), ("Acme", "Pump 11"), Question),
    ]);
}

#[test]
fn a_name_without_blanks_is_a_question_and_never_an_answer() {
    let (s, r, m) = ("Siemens", "Rockwell Automation", "Mitsubishi Electric");
    check(&[
        ((s, "MendixApplicationsusingMendix8"), (s, "Mendix Applications using Mendix 8"), Question),
        ((s, "MendixApplicationsusingMendix8"), (s, "Mendix Applications using Mendix 9"), Nothing),
        (("Moxa", "MGateMB3480Series"), ("Moxa", "MGate MB3480 Series"), Question),
        (("Moxa", "MGateMB3480"), ("Moxa", "MGate MB3480 Series"), Question),
        (("Moxa", "MGateMB3480Series"), ("Moxa", "MGate MB3180 Series"), Nothing),
        (("ICONICS", "ICONICSGenBrokerX64"), ("ICONICS", "ICONICS GenBrokerX64"), Question),
        (
            ("Digi International, Inc.", "DigiRealPortforLinux"),
            ("Digi International, Inc.", "Digi RealPort for Linux"),
            Question,
        ),
        ((r, "1756-EN2FSeriesA"), (r, "1756-EN2F Series A"), Question),
        ((r, "1756-EN2FSeriesA"), (r, "1756-EN2F Series B"), Nothing),
        ((m, "MELSECLSeriesL06CPU(-P)"), (m, "MELSEC L Series L06CPU(-P)"), Question),
        (
            (m, "MELSECQSeriesQ04UDVCPUThefirst5digitsofserialNo."),
            (m, "MELSEC Q Series Q04UDVCPU The first 5 digits of serial No."),
            Question,
        ),
        (
            (m, "MELSECiQ-RseriesSIL2ProcessCPUR16PSFCPUFirmware"),
            (m, "MELSEC iQ-R series SIL2 Process CPU R16PSFCPU Firmware"),
            Question,
        ),
        (("", "MendixApplicationsusingMendix8"), (s, "Mendix Applications using Mendix 8"), Question),
        (("Moxa", "MendixApplicationsusingMendix8"), (s, "Mendix Applications using Mendix 8"), Nothing),
        // A release with and without its letter.
        (("Acme", "Studio 16"), ("Acme", "Studio V16"), Question),
        (("Acme", "Studio 16"), ("Acme", "Studio V17"), Nothing),
        (("Acme", "Studio 1.6"), ("Acme", "Studio V16"), Nothing),
    ]);
}

#[test]
fn a_name_that_contradicts_its_version_is_asked_about_under_both_releases() {
    let range = BranchCategory::ProductVersionRange;
    let found = |name: &str, version: &str, listed: &str, text: &str| {
        let fact = component("Acme", name, "", version);
        matched(&fact, leaf("Acme", listed, (range, text))).map(|found| found.decision.verdict)
    };
    let open = Some(Verdict::Unknown);
    assert_eq!(found("Studio V17", "V16 Update 2", "Studio V16", "<V16 Update 3"), open);
    assert_eq!(found("Studio V17", "V16 Update 2", "Studio V17", "vers:all/*"), open);
    assert_eq!(found("Studio V17", "V16 Update 2", "Studio V17", ">=V17|<V17 Update 3"), open);
    assert_eq!(found("Studio V17", "V16 Update 2", "Studio V18", "vers:all/*"), None);
    assert_eq!(found("Studio V17", "V17 Update 2", "Studio V16", "<V16 Update 3"), None);
    assert_eq!(found("Studio V17", "V17 Update 5", "Studio V17", "<V17 Update 3"), Some(Verdict::No));
    assert_eq!(found("Studio V17", "V18", "Studio V17", ">=V17|<V17 Update 3"), Some(Verdict::No));
    // The number in the name is of the hardware, and the listed versions are not of it.
    assert_eq!(found("Rack V2", "1.3", "Rack V2", "<1.2"), Some(Verdict::No));
}

#[test]
fn spellings_of_a_vendor_are_one_and_what_belongs_together_is_a_question() {
    check(&[
        (("Mitsubishi", "GOT2000"), ("Mitsubishi Electric Corporation", "GOT2000"), Sure),
        (("SchneiderElectric", "Modicon M340"), ("Schneider Electric", "Modicon M340"), Sure),
        (("A-B", "MicroLogix 1400"), ("Rockwell Automation", "MicroLogix 1400"), Sure),
        (("Allen-Bradley", "MicroLogix 1400"), ("Rockwell Automation", "MicroLogix 1400"), Sure),
        (("ReliableControls", "MACH-Pro2"), ("Reliable Controls", "MACH-Pro2"), Sure),
        (("Wonderware", "InTouch"), ("AVEVA Software, LLC", "InTouch"), Question),
        (("RuggedCom", "RUGGEDCOM RS900"), ("Siemens", "RUGGEDCOM RS900"), Question),
        (("GE Fanuc", "PACSystems RX3i"), ("Emerson", "PACSystems RX3i CPE305"), Question),
        (("Mitsubishi Electric", "GENESIS64"), ("ICONICS", "GENESIS64"), Question),
        (("ICONICS", "GENESIS64"), ("ICONICS, Mitsubishi Electric", "GENESIS64"), Sure),
        // A slip of the hand, or the maker of the network card.
        (("Simens", "SIMATIC WinCC"), ("Siemens", "SIMATIC WinCC"), Question),
        (("Murata", "NPort 5110"), ("Moxa", "NPort 5110"), Question),
        (("", "SIMATIC S7-1200 CPU 1214C"), ("Siemens", "SIMATIC S7-1200 CPU family"), Question),
        (("", "Siemens S7-1200 CPU 1214C"), ("Siemens", "SIMATIC S7-1200 CPU 1214C"), Question),
        (("Siemens", "SIMATIC S7-1200 CPU 1214C"), ("n/a", "S7-1200 CPU 1214C"), Question),
        (("Moxa", "Manager"), ("Siemens", "Manager"), Nothing),
        (("Moxa", "EDS-405A"), ("Siemens", "SCALANCE X204"), Nothing),
    ]);
}

#[test]
fn a_vendor_written_short_or_with_a_slip_and_a_member_of_a_family_are_a_question() {
    let (r, o, s) = ("Rockwell Automation", "Omron", "Siemens");
    check(&[
        (("Emerson Process", "DeltaV"), ("Emerson", "DeltaV"), Sure),
        (("Emerson Exchange", "DeltaV"), ("Emerson", "DeltaV"), Question),
        (
            ("3S", "CODESYS Control RTE V3"),
            ("3S-Smart Software Solutions GmbH", "CODESYS Control RTE V3"),
            Question,
        ),
        (("Siemnes", "SIMATIC S7-1200"), (s, "SIMATIC S7-1200 CPU family"), Question),
        (("Moxa", "DeltaV"), ("Emerson", "DeltaV"), Nothing),
        ((r, "1756-L83E/B"), (r, "ControlLogix 5580 (1756 - L8z)"), Question),
        ((r, "1756-L83E"), (r, "ControlLogix 5580"), Question),
        ((r, "5069-L330ER"), (r, "CompactLogix 5380 (5069 - L3z)"), Question),
        ((r, "1756-L73"), (r, "ControlLogix 5570 controllers"), Question),
        ((r, "1756-L73"), (r, "ControlLogix 5580 (1756 - L8z)"), Nothing),
        ((o, "NJ501-1300"), (o, "NJ/NX-series Machine Automation Controllers"), Question),
        ((s, "TP1500 Comfort 6AV2124-0QC02-0AX1"), (s, "SIMATIC HMI Comfort Panels 4\" - 22\""), Question),
        (
            ("Mitsubishi", "MELSEC Q Series Q03UDVCPU"),
            ("Mitsubishi Electric", "MELSEC Q Series Q03UDVCPU The first 5 digits of serial No."),
            Sure,
        ),
    ]);
}

#[test]
fn a_part_number_in_the_place_of_the_version_recognises_the_article_and_no_other() {
    let listed = |text| {
        let place = (BranchCategory::ProductVersion, text);
        leaf("Rockwell Automation", "Allen-Bradley MicroLogix 1400 Controllers", place)
    };
    let found = |order: &str, version: &str, text| {
        let fact = component("Allen-Bradley", "PLC mixer 3", order, version);
        matched(&fact, listed(text)).map(|found| (found.decision.verdict, found.decision.rung))
    };
    assert_eq!(found("1766-L32BWA", "21.006", "1766-L32BWA"), Some((Verdict::Yes, Rung::OrderNumber)));
    assert_eq!(found("1766-L32BXB", "21.006", "1766-L32BWA"), None);
    // What the name alone recognises may be any of the articles.
    let fact = component("Rockwell Automation", "MicroLogix 1400 controller", "", "21.006");
    let by_name = matched(&fact, listed("1766-L32BWA")).expect("a match");
    assert_eq!(by_name.decision.verdict, Verdict::Unknown, "{}", by_name.decision.why);
}

#[test]
fn a_candidate_of_an_excluded_version_is_shown_as_not_affected_if_it_is_the_product() {
    let fact = component("Siemens", "SIPLUS S7-1200 CPU 1214C", "", "V4.6");
    let range = (BranchCategory::ProductVersionRange, "< V4.5");
    let found = matched(&fact, leaf("Siemens", "SIMATIC S7-1200 CPU family", range)).expect("a line");
    assert_eq!((found.decision.verdict, found.decision.rung), (Verdict::No, Rung::Candidate));
    assert!(found.decision.why.starts_with("not affected by its version, if it is this product"));
}
