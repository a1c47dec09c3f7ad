//! AMS-1 to AMS-14: matching documents with assets, where the work stands, runs and statistics.

use crate::plant::{DEVICES, Plant, document, me, plants, request, score, vulnerability, with};
use holdpoint_app::matching::explain;
use holdpoint_app::remediation::{self, Within};
use holdpoint_app::store::run::{MatchRun, NewsKind};
use holdpoint_app::{Caller, inventory, matching, runs};
use holdpoint_domain::Moment;
use holdpoint_domain::matching::{Confidence, Verdict};
use holdpoint_domain::remediation::{RemediationState, StatusCause};
use holdpoint_domain::run::{RunKind, RunTrigger};
use holdpoint_domain::score::probability;
use serde_json::{Value, json};

fn of_advisory(id: &str) -> Within {
    Within { advisory: Some(id.to_owned()), asset: None }
}

fn of_asset(tag: &str) -> Within {
    Within { advisory: None, asset: Some(tag.to_owned()) }
}

fn filled() -> Vec<Plant> {
    let plants = plants();
    for plant in &plants {
        plant.devices(DEVICES);
        plant.publish(&document("ACME-1", "1"));
        plant.tick();
    }
    plants
}

impl Plant {
    fn runs(&self, filter: &str) -> Vec<MatchRun> {
        runs::list(&self.app, &me(), &self.query(filter)).unwrap().items
    }

    fn triggers(&self, filter: &str) -> Vec<RunTrigger> {
        self.runs(filter).iter().map(|run| run.trigger).collect()
    }

    /// `kind asset why`, sorted.
    fn news(&self, filter: &str) -> Vec<(NewsKind, String, String)> {
        let found = runs::news(&self.app, &me(), &self.query(filter)).unwrap().items;
        let mut all: Vec<_> = found.into_iter().map(|one| (one.kind, one.asset_tag, one.why)).collect();
        all.sort();
        all
    }
}

/// The next revision with another remediation.
fn other_remediation(version: &str) -> Value {
    with(document("ACME-1", version), "/vulnerabilities/0/remediations/0/details", json!("Update to 2.1"))
}

#[test]
fn ams_01_the_system_is_a_management_system() {
    for plant in filled() {
        assert_eq!(plant.ids("cve:CVE-2026-0001 read:false"), ["ACME-1"]);
        assert_eq!(plant.sorted("-score"), ["ACME-1"]);
    }
}

#[test]
fn ams_02_the_system_is_an_asset_database() {
    for plant in filled() {
        let assets = inventory::list(&plant.app, &me(), &plant.query("vendor:acme")).unwrap();
        assert_eq!(assets.count.value, 5);
    }
}

#[test]
fn ams_03_documents_are_matched_with_a_probability_that_can_be_broadened_and_narrowed() {
    for plant in filled() {
        let lines = plant.lines("");
        let tags = |lines: &[holdpoint_app::store::remediation::RemediationLine]| -> Vec<String> {
            let mut tags: Vec<String> = lines.iter().map(|line| line.asset_tag.clone()).collect();
            tags.sort();
            tags
        };
        assert_eq!(tags(&lines), ["P-1", "V-1", "V-2", "V-U"], "{}: V-5 is not affected", plant.engine);
        let unknown = lines.iter().find(|line| line.asset_tag == "V-U").unwrap();
        assert_eq!((unknown.verdict, unknown.confidence), (Verdict::Unknown, Confidence::VersionUnknown));
        let sure = lines.iter().find(|line| line.asset_tag == "V-1").unwrap();
        let number = |line: &holdpoint_app::store::remediation::RemediationLine| {
            probability(line.verdict, line.confidence, line.rung)
        };
        assert!(number(sure).value > number(unknown).value && number(unknown).value > 0.1);
        assert!(!number(unknown).reason.is_empty());
        assert_eq!(tags(&plant.lines("confidence>=likely")), ["P-1", "V-1", "V-2"]);
        assert_eq!(plant.lines("confidence>=version_unknown").len(), 4);
        assert_eq!(tags(&plant.lines("verdict:unknown")), ["V-U"]);
        assert_eq!(tags(&plant.lines("probability>=0.9")), ["P-1", "V-1", "V-2"]);
        assert_eq!(tags(&plant.lines("probability<0.9 probability>=0.4")), ["V-U"]);
        assert_eq!(tags(&plant.lines("probability>=0.4")).len(), 4, "broadened");
        let sure = matching::list(&plant.app, &me(), &plant.query("probability>=0.9")).unwrap();
        let mut sure: Vec<String> = sure.items.into_iter().map(|line| line.asset_tag).collect();
        sure.sort();
        assert_eq!(sure, ["P-1", "V-1", "V-2"], "{}", plant.engine);
    }
}

#[test]
fn ams_04_each_product_has_its_list_of_advisories() {
    for plant in filled() {
        plant.publish(&document("ACME-2", "1"));
        let products =
            remediation::products(&plant.app, &me(), None, &plant.query("product:\"Valve 12\"")).unwrap();
        let one = products.items.iter().find(|product| product.version == "1").unwrap();
        assert_eq!((one.advisories, one.assets, one.affected), (2, 1, 1), "{}", plant.engine);
        let found = remediation::product_advisories(&plant.app, &me(), one.number, &plant.query("")).unwrap();
        let mut ids: Vec<_> = found.items.iter().map(|one| one.advisory.as_str()).collect();
        ids.sort_unstable();
        assert_eq!(ids, ["ACME-1", "ACME-2"]);
        let not = products.items.iter().any(|product| product.version == "5");
        assert!(!not, "a product that no advisory matches is not among the matched");
    }
}

#[test]
fn ams_05_each_asset_has_its_list_of_advisories() {
    for plant in filled() {
        plant.publish(&document("ACME-2", "1"));
        let found = remediation::pairs(&plant.app, &me(), &of_asset("V-1"), &plant.query("")).unwrap();
        let mut ids: Vec<_> =
            found.items.iter().map(|one| (one.advisory.as_str(), one.asset_tag.as_str())).collect();
        ids.sort_unstable();
        assert_eq!(ids, [("ACME-1", "V-1"), ("ACME-2", "V-1")], "{}", plant.engine);
        let none = remediation::pairs(&plant.app, &me(), &of_asset("V-5"), &plant.query("")).unwrap();
        assert_eq!(none.count.value, 0);
    }
}

#[test]
fn ams_06_each_document_has_its_list_of_products() {
    for plant in filled() {
        let found = remediation::products(&plant.app, &me(), Some("ACME-1"), &plant.query("")).unwrap();
        let mut all: Vec<_> = found
            .items
            .iter()
            .map(|one| format!("{} {} {} {:?}", one.product, one.version, one.assets, one.product_ids))
            .collect();
        all.sort();
        assert_eq!(
            all,
            ["Pump 7 1 1 [\"P\"]", "Valve 12  1 [\"V\"]", "Valve 12 1 1 [\"V\"]", "Valve 12 1.5 1 [\"V\"]"],
            "{}",
            plant.engine
        );
    }
}

#[test]
fn ams_07_each_document_has_its_list_of_assets() {
    for plant in filled() {
        let found = remediation::pairs(&plant.app, &me(), &of_advisory("ACME-1"), &plant.query("")).unwrap();
        let mut tags: Vec<_> = found.items.iter().map(|one| one.asset_tag.as_str()).collect();
        tags.sort_unstable();
        assert_eq!(tags, ["P-1", "V-1", "V-2", "V-U"], "{}", plant.engine);
        let filter = plant.query("site:North verdict:yes");
        let north = remediation::pairs(&plant.app, &me(), &of_advisory("ACME-1"), &filter).unwrap();
        assert_eq!(north.count.value, 2);
        assert!(remediation::pairs(&plant.app, &me(), &of_advisory("NONE"), &plant.query("")).is_err());
        let both = Within { asset: Some("V-1".to_owned()), ..of_advisory("ACME-1") };
        let found = remediation::pairs(&plant.app, &me(), &both, &plant.query("")).unwrap();
        assert_eq!(found.count.value, 1, "an advisory and an asset together narrow to their one pair");
        let lines = remediation::lines(&plant.app, &me(), &both, &plant.query("")).unwrap().items;
        assert!(!lines.is_empty() && lines.iter().all(|line| line.asset_tag == "V-1"));
        let other = Within { asset: Some("V-5".to_owned()), ..of_advisory("ACME-1") };
        assert_eq!(remediation::lines(&plant.app, &me(), &other, &plant.query("")).unwrap().items.len(), 0);
    }
}

#[test]
fn ams_08_status_per_document_vulnerability_and_asset() {
    for plant in filled() {
        let mut two = document("ACME-2", "1");
        two["vulnerabilities"] = json!([vulnerability("CVE-2026-0001"), vulnerability("CVE-2026-0002")]);
        plant.publish(&two);
        assert_eq!(plant.lines("state:not_remediated").len(), 12, "nothing is done by itself");
        let one = "advisory:ACME-2 vulnerability:CVE-2026-0001 asset:V-1";
        plant.set(one, RemediationState::InProgress);
        assert_eq!(plant.states("-state:not_remediated"), ["ACME-2 CVE-2026-0001 V-1 in_progress"]);
        plant.set(one, RemediationState::Done);
        let line = plant.lines("state:done").pop().unwrap();
        assert_eq!((line.by.as_deref(), line.cause), (Some("a.weber"), Some(StatusCause::Set)));
        assert_eq!(
            (line.reason.as_deref(), line.since),
            (Some("patched in the outage"), Some(plant.app.now()))
        );
        let history = remediation::history(&plant.app, &me(), "ACME-2", "CVE-2026-0001", "V-1").unwrap();
        let states: Vec<_> = history.iter().map(|period| period.state).collect();
        assert_eq!(states, [RemediationState::InProgress, RemediationState::Done]);
        assert_eq!(history[0].to, history[1].from);

        // Many at once: first looked at, then done, and refused when the plant has changed in between.
        let mut bulk = request("advisory:ACME-2 site:North verdict:yes", RemediationState::InProgress);
        let seen = remediation::preview(&plant.app, &me(), &bulk).unwrap();
        assert_eq!((seen.changes, seen.already, seen.assets), (4, 0, 2), "{}", plant.engine);
        assert_eq!(plant.lines("state:in_progress").len(), 0, "a preview changes nothing");
        bulk.expected = Some(5);
        let error = remediation::set(&plant.app, &me(), &bulk).unwrap_err().to_string();
        assert!(error.contains("4 lines would change, and 5 were expected"), "{error}");
        bulk.expected = Some(4);
        plant.tick();
        assert_eq!(remediation::set(&plant.app, &me(), &bulk).unwrap().changes, 4);
        plant.tick();
        assert_eq!(
            remediation::set(
                &plant.app,
                &me(),
                &request("asset:V-1 advisory:ACME-2", RemediationState::InProgress)
            )
            .unwrap()
            .already,
            2
        );
        let all = request("", RemediationState::Done);
        assert!(
            remediation::set(&plant.app, &me(), &all).is_err(),
            "no filter is no permission for everything"
        );
        let mut nobody = Caller::operator("guest");
        nobody.grants.clear();
        assert!(remediation::set(&plant.app, &nobody, &bulk).is_err());
    }
}

#[test]
fn ams_08_a_finding_is_open_until_every_document_says_done() {
    for plant in filled() {
        plant.publish(&document("ACME-2", "1"));
        let state = || {
            let query = plant.query("vulnerability:CVE-2026-0001 asset:V-1");
            let found = remediation::findings(&plant.app, &me(), &Within::default(), &query).unwrap().items;
            (found[0].state, found[0].documents.all)
        };
        assert_eq!(state(), (RemediationState::NotRemediated, 2), "{}", plant.engine);
        plant.set("advisory:ACME-1 asset:V-1", RemediationState::Done);
        assert_eq!(state(), (RemediationState::NotRemediated, 2), "the other document has not spoken");
        plant.set("advisory:ACME-2 asset:V-1", RemediationState::InProgress);
        assert_eq!(state().0, RemediationState::InProgress);
        plant.set("advisory:ACME-2 asset:V-1", RemediationState::Done);
        assert_eq!(state().0, RemediationState::Done);
        let open =
            remediation::findings(&plant.app, &me(), &Within::default(), &plant.query("open:true")).unwrap();
        assert!(open.items.iter().all(|finding| finding.asset_tag != "V-1") && !open.items.is_empty());
    }
}

#[test]
fn ams_09_a_revision_with_the_same_remediation_is_not_a_new_match() {
    for plant in filled() {
        plant.set("asset:V-1", RemediationState::Done);
        plant.set("asset:V-2", RemediationState::InProgress);
        let line = plant.lines("asset:V-1").pop().unwrap().line_id;
        let mut quiet = document("ACME-1", "2");
        quiet["document"]["title"] = json!("A mended title");
        quiet["vulnerabilities"][0]["scores"][0]["cvss_v3"] =
            score("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 7.8, "HIGH");
        quiet["vulnerabilities"][0]["remediations"][0]["details"] = json!(" Update\n to  2");
        let report = plant.publish(&quiet);
        assert_eq!((report.matches.opened, report.matches.closed), (0, 0));
        assert_eq!(
            plant.states("asset:V-1,V-2"),
            ["ACME-1 CVE-2026-0001 V-1 done", "ACME-1 CVE-2026-0001 V-2 in_progress"],
            "{}: the statuses survive",
            plant.engine
        );
        assert_eq!(plant.lines("asset:V-1").pop().unwrap().line_id, line, "and so does the id");
        let noted = plant.news("asset:V-1");
        assert_eq!(noted.len(), 1);
        assert_eq!(noted[0].0, NewsKind::Noted);
        assert_eq!(noted[0].2, "version 2 changed the score; the remediation is the same");
        assert!(plant.news("kind:raised").is_empty(), "nothing is raised");

        plant.publish(&other_remediation("3"));
        let back = plant.lines("asset:V-1").pop().unwrap();
        assert_eq!(
            (back.state, back.cause),
            (RemediationState::NotRemediated, Some(StatusCause::RemediationChanged))
        );
        let why = back.reason.unwrap();
        assert_eq!(
            why,
            "version 3 changed the remediation: vendor_fix changed; before it was done, said a.weber"
        );
        assert_eq!(plant.news("kind:raised").len(), 4, "all four matching assets are news again");
        let run = plant.runs("kind:automatic").remove(0);
        assert_eq!(
            (run.counts.raised, run.counts.opened),
            (4, 0),
            "the lines of the news, and none is a new match"
        );
        let history = remediation::history(&plant.app, &me(), "ACME-1", "CVE-2026-0001", "V-1").unwrap();
        assert_eq!(history.len(), 2, "who had said done stays in the history");
    }
}

/// The document with another range of the valve's versions.
fn with_range(document: Value, range: &str) -> Value {
    with(document, "/product_tree/branches/0/branches/0/branches/0/branches/0/name", json!(range))
}

#[test]
fn ams_09_a_run_counts_the_lines_of_its_news() {
    for plant in filled() {
        // Another valve like V-1: one configuration, two assets.
        plant.devices("asset_tag,site,vendor,product,firmware_version\nV-1B,South,Acme,Valve 12,1\n");
        plant.publish(&other_remediation("2"));
        // Who gets that configuration later had no news then.
        plant.devices("asset_tag,site,vendor,product,firmware_version\nV-1C,South,Acme,Valve 12,1\n");
        let run = plant.runs("trigger:integer_version").remove(0);
        let raised = plant.news("kind:raised");
        let tags: Vec<&str> = raised.iter().map(|(_, tag, _)| tag.as_str()).collect();
        assert_eq!(tags, ["P-1", "V-1", "V-1B", "V-2", "V-U"], "{}", plant.engine);
        assert_eq!(run.counts.raised, 5);
        // Nor does it leave the news when the asset is patched since.
        plant.devices("asset_tag,site,vendor,product,firmware_version\nV-1,North,Acme,Valve 12,5\n");
        assert_eq!(plant.news("kind:raised").len(), 5, "{}", plant.engine);
    }
}

#[test]
fn ams_09_what_is_a_no_now_is_cleared_and_never_raised() {
    for plant in filled() {
        plant.publish(&with_range(other_remediation("2"), "vers:intdot/<1.2"));
        let raised = plant.news("kind:raised");
        let tags: Vec<&str> = raised.iter().map(|(_, tag, _)| tag.as_str()).collect();
        assert_eq!(tags, ["P-1", "V-1", "V-U"], "{}: V-2 has 1.5", plant.engine);
        let cleared = plant.news("kind:cleared");
        assert_eq!(cleared.len(), 1);
        assert_eq!(cleared[0].1, "V-2");
        assert!(cleared[0].2.starts_with("version 2 clears this asset: "), "{}", cleared[0].2);
        let counts = plant.runs("trigger:integer_version").remove(0).counts;
        assert_eq!((counts.raised, counts.cleared, counts.noted), (3, 1, 0));
        plant.publish(&with_range(other_remediation("3"), "vers:intdot/<2"));
        let again = plant.news("kind:raised asset:V-2");
        assert_eq!(again.len(), 1);
        assert_eq!(again[0].2, "version 3 does not clear this asset of this vulnerability any more");
        // Silence proves nothing.
        let mut silent = other_remediation("4");
        silent["product_tree"]["branches"][0]["branches"][0]["branches"][0]["name"] = json!("Gauge 3");
        plant.publish(&silent);
        assert_eq!(plant.news("kind:cleared").len(), 1, "{}", plant.engine);
        let ended = plant.news("kind:noted asset:V-2");
        assert!(ended[0].2.starts_with("version 4 no longer says"), "{}", ended[0].2);
    }
}

#[test]
fn ams_09_an_asset_that_its_own_serial_number_clears_has_no_news() {
    for plant in plants() {
        plant.devices(
            "asset_tag,site,vendor,product,firmware_version,serial_number\n\
             V-1,North,Acme,Valve 12,1,SN10001\nV-2,North,Acme,Valve 12,1,SN10002\n",
        );
        let serial = |document: Value| {
            let product = "/product_tree/branches/0/branches/0/branches/0/branches/0/product";
            let mut named = document.pointer(product).unwrap().clone();
            named["product_identification_helper"] = json!({"serial_numbers": ["SN10001"]});
            with(document, product, named)
        };
        plant.publish(&serial(document("ACME-1", "1")));
        plant.tick();
        let verdicts = |tag: &str| plant.lines(&format!("asset:{tag}")).len();
        assert_eq!((verdicts("V-1"), verdicts("V-2")), (1, 0), "{}", plant.engine);
        plant.publish(&serial(other_remediation("2")));
        let raised = plant.news("kind:raised");
        assert_eq!((raised.len(), raised[0].1.as_str()), (1, "V-1"), "{}", plant.engine);
        assert_eq!(plant.runs("trigger:integer_version").remove(0).counts.raised, 1);
    }
}

/// The document with other ids for its products; nothing else changes.
fn with_ids(document: &serde_json::Value, valve: &str, pump: &str) -> serde_json::Value {
    let text = document.to_string().replace("\"V\"", "\"first\"").replace("\"P\"", "\"second\"");
    let text = text.replace("\"first\"", &format!("\"{valve}\""));
    serde_json::from_str(&text.replace("\"second\"", &format!("\"{pump}\""))).unwrap()
}

#[test]
fn ams_09_other_ids_for_the_same_products_are_no_new_match() {
    for plant in filled() {
        plant.set("asset:V-1", RemediationState::Done);
        let line = || plant.lines("asset:V-1").pop().unwrap().line_id;
        let before = line();
        let ids =
            [("CSAFPID-0001", "CSAFPID-0002"), ("CSAFPID-0002", "CSAFPID-0001"), ("V", "P"), ("P", "V")];
        for (version, (valve, pump)) in (2..).zip(ids) {
            let report = plant.publish(&with_ids(&document("ACME-1", &format!("{version}")), valve, pump));
            assert_eq!((report.matches.opened, report.matches.closed), (0, 0), "{}: {valve}", plant.engine);
            assert!(report.matches.carried_over > 0);
            assert_eq!(line(), before, "{}: {valve}", plant.engine);
            assert_eq!(plant.states("asset:V-1"), ["ACME-1 CVE-2026-0001 V-1 done"]);
            let explained = explain::explain(&plant.app, &me(), &before.to_string(), Moment::OPEN).unwrap();
            assert_eq!(explained.replay, explain::Replay::Same);
        }
        assert!(plant.news("kind:raised").is_empty(), "nothing is raised");
        let rebuilt = matching::rebuild(&plant.app, &me(), "to compare").unwrap();
        assert_eq!(rebuilt, matching::MatchCounts::default(), "{}", plant.engine);
    }
}

#[test]
fn ams_09_a_status_is_held_against_what_was_offered_when_it_was_set() {
    for plant in filled() {
        plant.publish(&other_remediation("2"));
        plant.set("asset:V-1", RemediationState::Done);
        plant.publish(&with(other_remediation("3"), "/document/title", json!("Quiet")));
        assert_eq!(plant.lines("asset:V-1 state:done").len(), 1, "{}", plant.engine);
        plant.publish(&document("ACME-1", "4"));
        assert_eq!(plant.lines("asset:V-1 state:done").len(), 0, "the old offer is another one too");
    }
}

#[test]
fn ams_09_a_vulnerability_that_gets_its_cve_later_keeps_status_and_id() {
    for plant in plants() {
        plant.devices(DEVICES);
        let mut first = document("ACME-1", "1");
        let one = first["vulnerabilities"][0].as_object_mut().unwrap();
        one.remove("cve");
        one.insert("ids".to_owned(), json!([{"system_name": "Acme", "text": "ACME-BUG-7"}]));
        plant.publish(&first);
        plant.set("vulnerability:ACME-BUG-7 asset:V-1", RemediationState::Done);
        let old = plant.lines("asset:V-1").pop().unwrap().line_id;
        let mut second = document("ACME-1", "2");
        second["vulnerabilities"][0]["ids"] = json!([{"system_name": "Acme", "text": "ACME-BUG-7"}]);
        let mut another = vulnerability("CVE-2026-0009");
        another["title"] = json!("Another");
        second["vulnerabilities"] = json!([another, second["vulnerabilities"][0]]);
        plant.publish(&second);
        assert_eq!(
            plant.states("asset:V-1"),
            ["ACME-1 CVE-2026-0001 V-1 done", "ACME-1 CVE-2026-0009 V-1 not_remediated"],
            "{}",
            plant.engine
        );
        let line = plant.lines("asset:V-1 vulnerability:CVE-2026-0001").pop().unwrap();
        assert_eq!((line.cause, line.by.as_deref()), (Some(StatusCause::Renamed), Some("a.weber")));
        let explained = explain::explain(&plant.app, &me(), &old.to_string(), Moment::OPEN).unwrap();
        assert_eq!(explained.line.vulnerability, "CVE-2026-0001", "the old id still leads to it");
        let raised = plant.news("kind:raised asset:V-1");
        assert_eq!(raised.len(), 1, "only the new vulnerability is news");
    }
}

#[test]
fn ams_10_semantic_versions_are_recognised() {
    for plant in plants() {
        plant.publish(&document("ACME-1", "1"));
        plant.publish(&document("ACME-2", "1.2.0"));
        assert_eq!(plant.ids("versioning:semantic"), ["ACME-2"]);
        assert_eq!(plant.ids("versioning:integer"), ["ACME-1"]);
    }
}

#[test]
fn ams_11_runs_are_asked_for_by_document_documents_asset_and_assets() {
    for plant in filled() {
        plant.publish(&document("ACME-2", "1"));
        let names = |list: &[&str]| -> Vec<String> { list.iter().map(|name| (*name).to_owned()).collect() };
        let one = runs::for_documents(&plant.app, &me(), &names(&["ACME-1"]), "checking").unwrap();
        assert_eq!(
            (one.trigger, one.subject_count, one.reason.as_str()),
            (RunTrigger::AskedForDocuments, 1, "checking")
        );
        let many = runs::for_documents(&plant.app, &me(), &names(&["ACME-1", "ACME-2"]), "").unwrap();
        assert_eq!(many.subjects, ["ACME-1", "ACME-2"]);
        let asset = runs::for_assets(&plant.app, &me(), &names(&["V-1"]), "").unwrap();
        assert_eq!((asset.trigger, asset.subjects), (RunTrigger::AskedForAssets, names(&["V-1"])));
        let assets = runs::for_assets(&plant.app, &me(), &names(&["V-1", "P-1"]), "").unwrap();
        assert_eq!(assets.subject_count, 2);
        assert!(runs::for_documents(&plant.app, &me(), &names(&["NONE"]), "").is_err());
        assert!(runs::for_assets(&plant.app, &me(), &[], "").is_err());
        assert_eq!(runs::get(&plant.app, &me(), many.number).unwrap(), many, "{}", plant.engine);

        // What somebody broke, a run mends.
        let open: Vec<i64> = plant
            .app
            .store()
            .read(|r| r.all_open_matches())
            .unwrap()
            .iter()
            .map(|row| row.match_no)
            .collect();
        let intent = plant.app.intent(&me(), "test", "");
        plant.app.store().change(&intent, |c| c.close_matches(&open, intent.at)).unwrap();
        plant.tick();
        assert!(plant.lines("").is_empty());
        let mended = runs::for_documents(&plant.app, &me(), &names(&["ACME-1", "ACME-2"]), "").unwrap();
        assert!(mended.counts.opened > 0);
        assert_eq!(plant.lines("").len(), 8);
    }
}

#[test]
fn ams_12_new_documents_new_assets_and_new_versions_set_runs_off() {
    for plant in plants() {
        plant.devices(DEVICES);
        assert_eq!(plant.triggers(""), [RunTrigger::NewAsset]);
        plant.publish(&document("ACME-1", "1"));
        plant.publish(&document("ACME-1", "2"));
        plant.publish(&document("ACME-2", "1.0.0"));
        plant.publish(&document("ACME-2", "1.1.0"));
        plant.publish(&document("ACME-2", "2.0.0"));
        let silent = with(document("ACME-1", "2"), "/document/title", json!("Silently another"));
        plant.publish(&silent);
        plant.devices("asset_tag,vendor,product,firmware_version\nV-1,Acme,Valve 12,5\n");
        assert_eq!(
            plant.triggers(""),
            [
                RunTrigger::ChangedAsset,
                RunTrigger::SilentChange,
                RunTrigger::MajorVersion,
                RunTrigger::MinorVersion,
                RunTrigger::NewDocument,
                RunTrigger::IntegerVersion,
                RunTrigger::NewDocument,
                RunTrigger::NewAsset,
            ],
            "{}",
            plant.engine
        );
        let first = plant.runs("trigger:new_document").pop().unwrap();
        assert_eq!((first.subjects, first.counts.opened > 0), (vec!["ACME-1".to_owned()], true));
        assert!(plant.lines("asset:V-1").is_empty(), "the patched asset does not match any more");
    }
}

#[test]
fn ams_13_manual_and_automatic_runs_are_never_pooled() {
    for plant in filled() {
        runs::for_assets(&plant.app, &me(), &["V-1".to_owned()], "").unwrap();
        let manual = plant.runs("kind:manual");
        let automatic = plant.runs("kind:automatic");
        assert_eq!((manual.len(), automatic.len()), (1, 2), "{}", plant.engine);
        assert!(manual.iter().all(|run| run.kind() == RunKind::Manual && run.subjects == ["V-1"]));
        assert!(automatic.iter().all(|run| run.kind() == RunKind::Automatic));
        assert!(plant.runs("").iter().all(|run| run.ended_at >= run.started_at));
    }
}

#[test]
fn ams_14_statistics_count_matching_assets_and_each_status() {
    for plant in filled() {
        let mut two = document("ACME-2", "1");
        two["vulnerabilities"] = json!([vulnerability("CVE-2026-0001"), vulnerability("CVE-2026-0002")]);
        plant.publish(&two);
        plant.set("advisory:ACME-2 asset:V-1", RemediationState::Done);
        plant.set("advisory:ACME-2 asset:P-1 vulnerability:CVE-2026-0001", RemediationState::Done);
        plant.set("advisory:ACME-2 asset:V-2", RemediationState::InProgress);
        let found = remediation::statistics(&plant.app, &me(), "ACME-2", Moment::OPEN).unwrap();
        let assets = found.assets;
        assert_eq!(
            (assets.all, assets.not_remediated, assets.in_progress, assets.done, found.assets_unknown),
            (4, 2, 1, 1, 1),
            "{}: P-1 is only half done",
            plant.engine
        );
        let lines = found.lines;
        assert_eq!((lines.all, lines.not_remediated, lines.in_progress, lines.done), (8, 3, 2, 3));
        let untouched = remediation::statistics(&plant.app, &me(), "ACME-1", Moment::OPEN).unwrap();
        assert_eq!((untouched.assets.all, untouched.assets.not_remediated), (4, 4));
    }
}
