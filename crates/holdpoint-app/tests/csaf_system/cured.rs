//! Documents that name only the cure, and what they say of what is older; every line with its explanation replayed.

use crate::plant::{Plant, document, me, plants, with};
use holdpoint_app::advisories;
use holdpoint_app::inventory::unmatched;
use holdpoint_app::matching;
use holdpoint_app::matching::explain::{Replay, explain};
use holdpoint_app::store::{Intent, StoreError};
use holdpoint_domain::Moment;
use holdpoint_domain::actor::{Actor, Via};
use holdpoint_domain::matching::{ExpressionOutcome, NoLine, Verdict};
use serde_json::{Value, json};

const OLD_AND_NEW: &str = "asset_tag,site,vendor,product,firmware_version\n\
    G-OLD,North,Acme,Gamma 10,1.9\n\
    G-NEW,North,Acme,Gamma 10,2.0\n\
    G-LATER,North,Acme,Gamma 10,2.4\n\
    G-U,North,Acme,Gamma 10,\n\
    OTHER,North,Acme,Delta 20,1\n";

impl Plant {
    /// `asset verdict` of the lines that a filter lets through, sorted; each line's explanation says the same.
    pub fn said(&self, filter: &str) -> Vec<String> {
        let lines = matching::list(&self.app, &me(), &self.query(filter)).unwrap().items;
        let mut all: Vec<String> = lines
            .iter()
            .map(|line| {
                let explained = explain(&self.app, &me(), &line.id.to_string(), Moment::OPEN).unwrap();
                assert_eq!(
                    explained.replay,
                    Replay::Same,
                    "{} {}: {}",
                    self.engine,
                    line.asset_tag,
                    line.why
                );
                assert_eq!(explained.line.verdict, line.verdict);
                format!("{} {}", line.asset_tag, line.verdict)
            })
            .collect();
        all.sort();
        all
    }

    fn reasons(&self) -> Vec<(String, NoLine)> {
        let found = unmatched::list(&self.app, &me(), &self.query(""), None).unwrap();
        found.items.into_iter().map(|row| (row.asset.asset.tag, row.reason)).collect()
    }
}

/// A document of one product, with one status.
fn stating(id: &str, version: &str, status: &str) -> Value {
    let text = with(
        document(id, "1"),
        "/product_tree",
        json!({"branches": [{
        "category": "vendor", "name": "Acme", "branches": [{"category": "product_name", "name": "Gamma 10", "branches": [
            {"category": "product_version_range", "name": version,
             "product": {"name": "Acme Gamma 10", "product_id": "G"}}]}]}]}),
    );
    let vulnerability = json!({
        "cve": "CVE-2026-0001", "notes": [{"category": "description", "text": "A flaw."}],
        "product_status": {status: ["G"]}
    });
    with(text, "/vulnerabilities", json!([vulnerability]))
}

#[test]
fn what_is_older_than_the_only_version_that_a_document_names_is_a_question() {
    for (version, status) in [
        ("vers:intdot/2.0", "fixed"),
        ("vers:intdot/2.0", "first_fixed"),
        ("vers:intdot/>=2.0", "fixed"),
        ("vers:intdot/>=2.0|<3.0", "fixed"),
    ] {
        for plant in plants() {
            plant.devices(OLD_AND_NEW);
            plant.publish(&stating("ACME-1", version, status));
            let place = format!("{} {version} {status}", plant.engine);
            assert_eq!(plant.said(""), ["G-OLD unknown", "G-U unknown"], "{place}");
            let old = matching::list(&plant.app, &me(), &plant.query("asset:G-OLD")).unwrap().items;
            assert!(old[0].why.contains("names only versions that hold the fix"), "{place}: {}", old[0].why);
            let asked = plant.said(&format!("status:{status}"));
            assert!(asked.contains(&"G-NEW no".to_owned()), "{place}: {asked:?}");
            assert!(asked.iter().all(|line| !line.ends_with(" yes")), "{place}: {asked:?}");
            assert_eq!(plant.lines("").len(), 2, "{place}: work may be noted on a question");
            let reasons = plant.reasons();
            for tag in ["G-NEW", "G-LATER"] {
                assert!(reasons.contains(&(tag.to_owned(), NoLine::NamedCleared)), "{place}: {reasons:?}");
            }
            assert!(reasons.iter().all(|(tag, _)| tag != "G-OLD" && tag != "G-U"), "{place}: {reasons:?}");
        }
    }
}

#[test]
fn where_versions_are_called_affected_the_fixed_ones_ask_nothing() {
    for plant in plants() {
        plant.devices(OLD_AND_NEW);
        let both = with(
            stating("ACME-1", "vers:intdot/<2.0", "known_affected"),
            "/product_tree/branches/0/branches/0/branches",
            json!([
            {"category": "product_version_range", "name": "vers:intdot/<2.0",
             "product": {"name": "Acme Gamma 10 before 2", "product_id": "G"}},
            {"category": "product_version", "name": "2.0",
             "product": {"name": "Acme Gamma 10 2.0", "product_id": "F"}}]),
        );
        let both =
            with(both, "/vulnerabilities/0/product_status", json!({"known_affected": ["G"], "fixed": ["F"]}));
        plant.publish(&both);
        let said = plant.said("");
        assert_eq!(said, ["G-LATER no", "G-NEW no", "G-OLD yes", "G-U unknown"], "{}", plant.engine);
        // Of another flaw the same document names the cure alone.
        let second = json!({
            "cve": "CVE-2026-0002", "notes": [{"category": "description", "text": "A flaw."}],
            "product_status": {"fixed": ["F"]}
        });
        let mut two = with(both, "/document/tracking/version", json!("2"));
        two["document"]["tracking"]["revision_history"]
            .as_array_mut()
            .unwrap()
            .push(json!({"date": "2026-01-02T00:00:00Z", "number": "2", "summary": "More."}));
        two["vulnerabilities"].as_array_mut().unwrap().push(second);
        plant.publish(&two);
        let said = plant.said("vulnerability:CVE-2026-0002");
        assert_eq!(said, ["G-OLD unknown", "G-U unknown"], "{}", plant.engine);
    }
}

/// Firmware that is installed on hardware: both parts named apart, the combinations stated.
fn combined(statuses: &Value) -> Value {
    let version = |name: &str, id: &str| {
        json!({"category": "product_version", "name": name,
               "product": {"name": format!("Acme Lens Firmware 7 {name}"), "product_id": id}})
    };
    let on = |id: &str, part: &str| {
        json!({"category": "installed_on", "product_reference": part, "relates_to_product_reference": "HW",
               "full_product_name": {"name": format!("{part} on the camera"), "product_id": id}})
    };
    let tree = json!({
        "branches": [{"category": "vendor", "name": "Acme", "branches": [
            {"category": "product_name", "name": "Lens Firmware 7", "branches": [version("5.1.0", "OLD"), version("5.2.0", "NEW")]},
            {"category": "product_name", "name": "Lens M16", "product": {"name": "Acme Lens M16", "product_id": "HW"}}]}],
        "relationships": [on("OLD-HW", "OLD"), on("NEW-HW", "NEW")]
    });
    let text = with(document("ACME-2", "1"), "/product_tree", tree);
    let vulnerability = json!({
        "cve": "CVE-2026-0001", "notes": [{"category": "description", "text": "A flaw."}], "product_status": statuses
    });
    with(text, "/vulnerabilities", json!([vulnerability]))
}

#[test]
fn a_component_of_a_combination_that_is_older_than_the_fix_is_a_question() {
    let devices = "asset_tag,site,vendor,product,firmware_version\n\
        C-OLD,North,Acme,Lens Firmware 7,5.1.0\n\
        C-BETWEEN,North,Acme,Lens Firmware 7,5.1.5\n\
        C-NEW,North,Acme,Lens Firmware 7,5.2.0\n";
    for plant in plants() {
        plant.devices(devices);
        plant.publish(&combined(&json!({"known_affected": ["OLD-HW"], "fixed": ["NEW-HW"]})));
        let said = plant.said("");
        assert_eq!(said, ["C-BETWEEN unknown", "C-NEW no", "C-OLD unknown"], "{}", plant.engine);
    }
    for plant in plants() {
        plant.devices(devices);
        plant.publish(&combined(&json!({"fixed": ["NEW-HW"]})));
        let said = plant.said("");
        assert!(said.contains(&"C-OLD unknown".to_owned()), "{} {said:?}", plant.engine);
        assert!(said.contains(&"C-BETWEEN unknown".to_owned()), "{} {said:?}", plant.engine);
        assert!(said.iter().all(|line| !line.ends_with(&Verdict::Yes.to_string())), "{said:?}");
    }
}

#[test]
fn texts_that_an_older_program_did_not_understand_are_read_again_at_the_start() {
    for plant in plants() {
        plant.devices(OLD_AND_NEW);
        plant.publish(&stating("ACME-1", "vers:intdot/<2.0", "known_affected"));
        let counts = || {
            let line = advisories::list(&plant.app, &me(), &plant.query("")).unwrap().items.remove(0);
            (line.outcomes.decided, line.outcomes.not_understood)
        };
        assert_eq!(counts(), (1, 0));
        plant.tick();
        let intent = Intent {
            actor: Actor::System { job: "test".into() },
            via: Via::Job,
            action: "test".into(),
            reason: String::new(),
            at: plant.app.now(),
        };
        let older = plant.app.store().change(&intent, |c| {
            let mut products = Vec::new();
            c.current_products(Moment::OPEN, |product| {
                let mut reading = product.reading.clone();
                reading.outcome = ExpressionOutcome::NotUnderstood;
                reading.range_text.clear();
                products.push((product, reading));
                Ok(())
            })?;
            c.put_setting("matching.rules", &json!(0))?;
            c.put_readings(&products)?;
            Ok::<_, StoreError>(())
        });
        older.unwrap();
        assert_eq!(counts(), (0, 1), "{}: as an older program read it", plant.engine);
        plant.tick();
        matching::keep_current(&plant.app).unwrap();
        assert_eq!(counts(), (1, 0), "{}", plant.engine);
        assert_eq!(matching::keep_current(&plant.app).unwrap(), None, "{}: once is enough", plant.engine);
    }
}
