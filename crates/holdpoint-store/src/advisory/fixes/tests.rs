//! Which versions stand beside which products.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

use super::*;
use crate::advisory::NewRevision;
use crate::{Intent, Location, Store};
use holdpoint_domain::Moment;
use holdpoint_domain::actor::{Actor, Via};
use holdpoint_domain::advisory::{
    AdvisoryVulnerability, Helpers, ProductExpression, Publisher, SignatureState,
};

fn fixes(products: &[Listed], told: &[Told]) -> Vec<Vec<String>> {
    for_each(products, told, &Cured::of(products, told))
}

fn listed(product: &str, range: &str) -> Listed {
    Listed {
        name: ("v".to_owned(), product.to_owned()),
        versions: Versions::of(ExpressionOutcome::Decided, range),
        component: None,
        parent: None,
    }
}

/// A combination whose component stands at that place.
fn combination(component: usize) -> Listed {
    Listed { component: Some(component), parent: None, ..listed("", "no version") }
}

fn told(statuses: &[(usize, ProductStatus)], remedies: &[(&str, &str, &[usize])]) -> Told {
    let remedies =
        remedies.iter().map(|(category, words, places)| (named_by(category, words, None), places.to_vec()));
    Told { remedies: remedies.collect(), statuses: statuses.to_vec() }
}

#[test]
fn a_remedy_of_any_kind_names_the_fix() {
    let products = [listed("a", "1.0"), listed("b", "< 2.0")];
    for category in ["vendor_fix", "mitigation", "workaround", "none_available", "no_fix_planned"] {
        let said = told(&[(0, ProductStatus::KnownAffected)], &[(category, "Update to 2.0.", &[0, 1])]);
        assert_eq!(fixes(&products, &[said]), [vec!["2.0".to_owned()], vec![]], "{category}");
    }
}

#[test]
fn what_the_document_lists_as_fixed_or_recommended_stands_beside_what_is_affected() {
    for status in [ProductStatus::Fixed, ProductStatus::FirstFixed, ProductStatus::Recommended] {
        let products = [listed("a", "1.0"), listed("a", "2.0"), listed("b", "9.0")];
        let said = told(&[(0, ProductStatus::KnownAffected), (1, status), (2, status)], &[]);
        let found = fixes(&products, &[said]);
        assert_eq!(found[0], ["2.0"]);
    }
}

#[test]
fn a_fixed_version_alone_does_not_clear_what_is_older() {
    let products = [listed("a", "2.0"), listed("b", ">= 3.1"), listed("c", "1.0"), listed("c", "4.0")];
    let said = told(
        &[
            (0, ProductStatus::FirstFixed),
            (1, ProductStatus::Fixed),
            (2, ProductStatus::KnownNotAffected),
            (3, ProductStatus::KnownNotAffected),
        ],
        &[],
    );
    assert_eq!(fixes(&products, &[said]), [vec!["2.0".to_owned()], vec!["3.1".to_owned()], vec![], vec![]]);
}

#[test]
fn where_ranges_are_listed_as_affected_the_range_of_the_fixed_says_nothing_new() {
    let products = [listed("a", "< 2.0"), listed("a", ">= 2.0")];
    let said = told(&[(0, ProductStatus::KnownAffected), (1, ProductStatus::Fixed)], &[]);
    assert_eq!(fixes(&products, &[said]), [Vec::<String>::new(), vec![]]);
}

#[test]
fn what_is_called_fixed_while_nothing_of_it_is_affected_is_only_cured() {
    let products =
        [listed("a", "2.0"), listed("a", "< 2.0"), listed("b", "1.0"), listed("", "1.0"), combination(2)];
    let first = told(&[(0, ProductStatus::Fixed), (1, ProductStatus::KnownAffected)], &[]);
    let second = told(
        &[
            (0, ProductStatus::FirstFixed),
            (2, ProductStatus::KnownNotAffected),
            (3, ProductStatus::Fixed),
            (4, ProductStatus::Recommended),
        ],
        &[],
    );
    let third = told(&[(3, ProductStatus::Fixed), (2, ProductStatus::UnderInvestigation)], &[]);
    let cured = Cured::of(&products, &[first, second, third]);
    assert_eq!(cured.places, [HashSet::new(), HashSet::from([0, 3]), HashSet::new()]);
    assert_eq!(cured.turn(1, 0, ProductStatus::FirstFixed), Turn::Cure);
    assert_eq!(cured.turn(0, 0, ProductStatus::Fixed), Turn::Clear);
    assert_eq!(cured.turn(1, 2, ProductStatus::KnownNotAffected), Turn::Clear);
    assert_eq!(cured.turn(7, 7, ProductStatus::Fixed), Turn::Clear);
}

#[test]
fn ranges_begin_with_versions_or_say_themselves_where_they_end() {
    let of = |range: &str| Versions::of(ExpressionOutcome::Decided, range);
    let from = |versions: &[&str]| Versions::From(versions.iter().map(|text| (*text).to_owned()).collect());
    assert_eq!(of(">= 3.1"), from(&["3.1"]));
    assert_eq!(of(">= 3.1, < 4 or >= 5"), from(&["3.1", "5"]));
    for range in ["< 2.0", "> 2.0", ">= 3.1 or < 2", "all versions", "no version", "", ">= 2 except 3"] {
        assert_eq!(of(range), Versions::Other, "{range}");
    }
}

/// A document that calls one version of one product fixed.
fn content() -> AdvisoryContent {
    let at = Moment::from_micros(1);
    let text = |text: &str| text.to_owned();
    AdvisoryContent {
        publisher: Publisher {
            category: text("vendor"),
            name: text("Acme"),
            namespace: text("https://acme.example"),
        },
        tracking_id: text("A-1"),
        tracking_version: text("1"),
        status: text("final"),
        category: text("csaf_security_advisory"),
        title: text("Gamma"),
        lang: String::new(),
        tlp: String::new(),
        aggregate_severity: String::new(),
        initial_release: at,
        current_release: at,
        notes: vec![],
        references: vec![],
        products: vec![ProductExpression {
            product_id: text("P"),
            name: text("Gamma 2.0"),
            path: vec![],
            helpers: Helpers::default(),
            relation: None,
            pointer: text("/product_tree"),
        }],
        vulnerabilities: vec![AdvisoryVulnerability {
            reference: text("CVE-2026-0001"),
            cve: None,
            title: String::new(),
            cwe: None,
            notes: vec![],
            scores: vec![],
            statements: vec![(text("P"), ProductStatus::Fixed)],
            remediations: vec![],
            threats: vec![],
            flags: vec![],
            pointer: text("/vulnerabilities/0"),
        }],
    }
}

#[test]
fn a_database_of_an_older_program_is_told_what_is_only_cured() {
    let database = holdpoint_testkit::postgres::database();
    for location in [Location::Memory, Location::parse(&database.url()).unwrap()] {
        let store = Store::open(&location).unwrap();
        let intent = |at: i64| Intent {
            actor: Actor::System { job: "test".into() },
            via: Via::Job,
            action: "test".into(),
            reason: String::new(),
            at: Moment::from_micros(at),
        };
        let content = content();
        let reading = ProductReading {
            vendor_key: "acme".into(),
            product_key: "gamma".into(),
            outcome: ExpressionOutcome::Decided,
            range_text: "2.0".into(),
            predicates_text: String::new(),
            why: String::new(),
        };
        let stances = |c: &mut Change<'_>| {
            c.query(
                "SELECT p.stance, s.turn FROM advisory_product p JOIN statement s ON s.product_no = p.product_no",
                params![],
                |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?)),
            )
        };
        let said = store.change(&intent(10), |c| {
            c.put_revision(&NewRevision {
                content: &content,
                readings: std::slice::from_ref(&reading),
                raw_sha256: [1; 32],
                source: "test".into(),
                signature: SignatureState::Absent,
                received_at: Moment::from_micros(10),
                warnings: vec![],
            })?;
            stances(c)
        });
        let now = vec![("cured".to_owned(), "cure".to_owned())];
        assert_eq!(said.unwrap().value, now);
        let before = store.change(&intent(20), |c| {
            c.exec("UPDATE statement SET turn = 'clear'", params![])?;
            c.exec("UPDATE advisory_product SET stance = 'cleared'", params![])?;
            c.put_setting(FIXES_SETTING, &serde_json::json!(FIXES - 1))?;
            stances(c)
        });
        assert_eq!(before.unwrap().value, [("cleared".to_owned(), "clear".to_owned())]);
        let kept = store.change(&intent(30), |c| Ok::<_, StoreError>((c.keep_fixes()?, stances(c)?)));
        assert_eq!(kept.unwrap().value, (Some(1), now));
    }
}

#[test]
fn what_is_said_of_a_combination_is_said_of_its_component() {
    let products = [
        listed("a", "1.0"),
        listed("a", "2.0"),
        listed("camera", "no version"),
        combination(0),
        combination(1),
    ];
    let said = told(
        &[(3, ProductStatus::KnownAffected), (4, ProductStatus::Fixed)],
        &[("vendor_fix", "Update to 2.1.", &[3])],
    );
    assert_eq!(fixes(&products, &[said])[0], ["2.1", "2.0"]);
    let circle = [combination(1), combination(0), listed("a", "1.0")];
    let said = told(&[(0, ProductStatus::KnownAffected)], &[("vendor_fix", "Update to 2.1.", &[0])]);
    assert_eq!(fixes(&circle, &[said]), [Vec::<String>::new(), vec![], vec![]]);
}
