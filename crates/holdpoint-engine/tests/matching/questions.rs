//! What a person is asked about names that matching cannot decide.

use super::{device, leaves, product};
use holdpoint_domain::component::Component;
use holdpoint_engine::matching::queue::{Weighed, questions};
use holdpoint_engine::matching::{ComponentFact, Components, Leaves, Rules};

/// The listed names that one asset is asked about.
fn asked(known: &Leaves, part: Component) -> Vec<String> {
    let components = Components::new(vec![ComponentFact::new(1, part)]);
    let plant = [Weighed { number: 1, assets: 1, components: vec![1] }];
    let found = questions(known, &components, &plant, &Rules::default(), 100);
    found.into_iter().map(|question| question.theirs_written[1].clone()).collect()
}

/// Many names of one maker, among them the ones that matter.
fn crowd(vendor: &str, brand: &str, names: &[&str]) -> Leaves {
    let strangers = (0..40).map(|at| format!("{brand} Unit {at} Panel"));
    let all: Vec<String> = strangers.chain(names.iter().map(|name| (*name).to_owned())).collect();
    let products = all.iter().enumerate();
    leaves(products.map(|(at, name)| product(&format!("P{at}"), vendor, name, "< 3")).collect())
}

#[test]
fn a_variant_of_a_listed_product_is_asked_about() {
    let family = "SIMATIC S7-1500 CPU family (incl. related variants)";
    let known = crowd("Siemens", "SIMATIC", &[family, "SIMATIC S7-300"]);
    for asset in ["SIMATIC S7-1500F", "S7-1500F", "SIMATIC S7-1500", "SIMATIC S7-1500TF"] {
        assert!(
            asked(&known, device("Siemens", asset, "", "2")).contains(&family.to_owned()),
            "{asset}: {:?}",
            asked(&known, device("Siemens", asset, "", "2"))
        );
    }
    let known = crowd("Acme", "Sigma", &["Rho 0815", "Tau 4100 series"]);
    for (asset, listed) in [
        ("Rho 0815F", "Rho 0815"),
        ("Rho 0815-B", "Rho 0815"),
        ("Rho0815 Plus", "Rho 0815"),
        ("Rho 0815 (export)", "Rho 0815"),
        ("Tau 4150", "Tau 4100 series"),
    ] {
        let found = asked(&known, device("Acme", asset, "", "2"));
        assert!(found.contains(&listed.to_owned()), "{asset}: {found:?}");
    }
    let known_codes = crowd("Acme", "Sigma", &["CX-1500T", "CX-1500F", "CX-2000"]);
    let found = asked(&known_codes, device("Acme", "Controller CX-1500TF", "", "2"));
    assert!(found.contains(&"CX-1500T".to_owned()), "{found:?}");
    assert!(!found.contains(&"CX-2000".to_owned()), "{found:?}");
    assert!(asked(&known, device("Acme", "Rho 0815", "", "2")).is_empty(), "an equal name is no question");
    assert!(!asked(&known, device("Acme", "Chi 4711F", "", "2")).contains(&"Rho 0815".to_owned()));
}
