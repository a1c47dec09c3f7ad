//! Which assets the feeds' conditions touch, with VEX beside them: answers, explanations, and a bill of materials.
#![expect(clippy::unwrap_used, reason = "a test may fail by a panic")]

use holdpoint_app::applicability::judge::VexEffect;
use holdpoint_app::edge::{Clock, FixedClock, SeededRandom};
use holdpoint_app::inventory::{ImportKind, ImportRequest, MappingChoice, Mode, Run};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::store::{Location, Store};
use holdpoint_app::vulnerabilities::{sbom, touch};
use holdpoint_app::{App, AppSettings, Caller, feeds, inventory};
use holdpoint_domain::Moment;
use holdpoint_domain::matching::Verdict;
use holdpoint_engine::applicability::Truth;
use serde_json::{Value, json};
use std::sync::Arc;

struct Plant {
    app: App,
    clock: Arc<FixedClock>,
}

fn caller() -> Caller {
    Caller::operator("root")
}

fn plant_at(location: &Location) -> Plant {
    let clock = Arc::new(FixedClock::new("2026-03-18T10:00:00Z".parse::<Moment>().unwrap()));
    let store = Store::open(location).unwrap();
    let random = Arc::new(SeededRandom::new(7));
    let app = App::new(store, Arc::clone(&clock) as Arc<dyn Clock>, random, AppSettings::default());
    Plant { app, clock }
}

fn stocked() -> Plant {
    let plant = plant_at(&Location::Memory);
    plant.bring_assets();
    plant
}

impl Plant {
    fn bring_assets(&self) {
        self.bring("assets.csv", "asset_tag,name,vendor,product\nP-1,Pump 1,,\nP-2,Pump 2,,\n");
        self.bring(
            "software.csv",
            "asset_tag,vendor,product,version,purl,cpe\n\
             P-1,,pump server,2.3,,cpe:2.3:a:acme:pump_server:2.3:*:*:*:*:*:*:*\n\
             P-2,,pump server,2.4,,cpe:2.3:a:acme:pump_server:2.4:*:*:*:*:*:*:*\n",
        );
    }

    fn bring(&self, name: &str, table: &str) {
        self.clock.advance_micros(1_000_000);
        let request = ImportRequest {
            name,
            bytes: table.as_bytes(),
            kind: ImportKind::Auto,
            run: Run::Apply,
            mode: Mode::AllOrNothing,
            table: holdpoint_app::inventory::TableChoice::default(),
            mapping: MappingChoice::Known,
            remember_as: None,
            asset: None,
            reason: "",
        };
        let report = inventory::import(&self.app, &caller(), &request).unwrap();
        assert_eq!(report.rejected, []);
    }

    fn feed(&self, document: &Value) {
        self.clock.advance_micros(1_000_000);
        let bytes = serde_json::to_vec(document).unwrap();
        let report = feeds::import_bytes(&self.app, &caller(), "file", bytes, None, "").unwrap();
        assert!(report.problems.is_empty(), "{report:?}");
    }

    /// Believes the author of [`openvex`].
    fn trust(&self) {
        feeds::trust::add(&self.app, &caller(), "Acme PSIRT", None, "we fetch them from its site").unwrap();
    }

    fn touched(&self) -> Vec<(String, Verdict)> {
        let query = ListQuery::everything(100, self.app.now());
        let page = touch::assets(&self.app, &caller(), "CVE-2026-0001", &query).unwrap();
        page.items.into_iter().map(|one| (one.asset.asset.tag, one.verdict)).collect()
    }

    fn of(&self, tag: &str) -> Vec<(String, Verdict)> {
        let (page, _) = touch::of_asset(&self.app, &caller(), tag, (100, None)).unwrap();
        page.items.into_iter().map(|one| (one.reference, one.verdict)).collect()
    }
}

fn nvd(criteria: &str, status: &str, ends: Value) -> Value {
    let mut leaf = json!({"vulnerable": true, "criteria": criteria, "matchCriteriaId": "X"});
    for (key, value) in ends.as_object().unwrap() {
        leaf[key] = value.clone();
    }
    json!({"resultsPerPage": 1, "startIndex": 0, "totalResults": 1, "format": "NVD_CVE", "version": "2.0",
        "timestamp": "2026-01-03T00:00:00.000", "vulnerabilities": [{"cve": {"id": "CVE-2026-0001",
            "sourceIdentifier": "cna@acme.example", "vulnStatus": status, "published": "2026-01-01T00:00:00.000",
            "lastModified": "2026-01-02T00:00:00.000", "descriptions": [{"lang": "en", "value": "A flaw."}],
            "metrics": {}, "configurations": [{"nodes": [{"operator": "OR", "negate": false, "cpeMatch": [leaf]}]}]}}]})
}

const ANY: &str = "cpe:2.3:a:acme:pump_server:*:*:*:*:*:*:*:*";

fn below_2_4() -> Value {
    nvd(ANY, "Analyzed", json!({"versionEndExcluding": "2.4"}))
}

fn openvex(product: &str, status: &str) -> Value {
    json!({"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://acme.example/vex/1", "author": "Acme PSIRT",
        "timestamp": "2026-03-01T00:00:00Z", "version": 1, "statements": [{
            "vulnerability": {"name": "CVE-2026-0001"}, "products": [{"@id": product}], "status": status,
            "justification": "vulnerable_code_not_present"}]})
}

fn pairs(list: &[(&str, Verdict)]) -> Vec<(String, Verdict)> {
    list.iter().map(|(name, verdict)| ((*name).to_owned(), *verdict)).collect()
}

#[test]
fn a_range_touches_the_versions_in_it_both_ways() {
    let plant = stocked();
    assert_eq!(plant.of("P-1"), []);
    plant.feed(&below_2_4());
    assert_eq!(plant.touched(), pairs(&[("P-1", Verdict::Yes)]));
    assert_eq!(plant.of("P-1"), pairs(&[("CVE-2026-0001", Verdict::Yes)]));
    assert_eq!(plant.of("P-2"), []);
    let explained = touch::explain(&plant.app, &caller(), "P-1", "cve-2026-0001").unwrap();
    assert_eq!(explained.verdict, Verdict::Yes);
    assert_eq!(explained.judged.sources[0].leaves[0].version, "2.3");
}

#[test]
fn a_version_that_is_not_stated_is_unknown_and_a_rejected_record_is_nothing() {
    let plant = stocked();
    plant.feed(&nvd("cpe:2.3:a:acme:pump_server:-:*:*:*:*:*:*:*", "Analyzed", json!({})));
    assert_eq!(plant.of("P-1"), pairs(&[("CVE-2026-0001", Verdict::Unknown)]));
    plant.feed(&nvd("cpe:2.3:a:acme:pump_server:-:*:*:*:*:*:*:*", "Rejected", json!({})));
    assert_eq!(plant.of("P-1"), []);
}

#[test]
fn vex_of_exactly_this_version_beats_a_range_and_its_author_is_shown() {
    let plant = stocked();
    plant.trust();
    plant.feed(&below_2_4());
    plant.feed(&openvex("cpe:2.3:a:acme:pump_server:2.3:*:*:*:*:*:*:*", "not_affected"));
    assert_eq!(plant.touched(), pairs(&[("P-1", Verdict::No)]), "it stays in the list, cleared");
    assert_eq!(plant.of("P-1"), pairs(&[("CVE-2026-0001", Verdict::No)]));
    let explained = touch::explain(&plant.app, &caller(), "P-1", "CVE-2026-0001").unwrap();
    let source = &explained.judged.sources[0];
    assert_eq!((source.stated, source.verdict), (Verdict::Yes, Verdict::No));
    assert_eq!((source.vex[0].author.as_str(), source.vex[0].effect), ("Acme PSIRT", VexEffect::Clears));
}

#[test]
fn vex_against_an_equally_exact_word_leaves_it_open() {
    let plant = stocked();
    plant.trust();
    plant.feed(&nvd("cpe:2.3:a:acme:pump_server:2.3:*:*:*:*:*:*:*", "Analyzed", json!({})));
    plant.feed(&openvex("cpe:2.3:a:acme:pump_server:2.3:*:*:*:*:*:*:*", "not_affected"));
    assert_eq!(plant.of("P-1"), pairs(&[("CVE-2026-0001", Verdict::Unknown)]));
}

#[test]
fn vex_of_another_version_changes_nothing_and_a_sweeping_one_only_contradicts() {
    let plant = stocked();
    plant.trust();
    plant.feed(&below_2_4());
    plant.feed(&openvex("cpe:2.3:a:acme:pump_server:2.2:*:*:*:*:*:*:*", "not_affected"));
    assert_eq!(plant.of("P-1"), pairs(&[("CVE-2026-0001", Verdict::Yes)]));
    plant.feed(&openvex(ANY, "not_affected"));
    assert_eq!(plant.of("P-1"), pairs(&[("CVE-2026-0001", Verdict::Unknown)]));
    let explained = touch::explain(&plant.app, &caller(), "P-1", "CVE-2026-0001").unwrap();
    assert_eq!(explained.judged.sources[0].vex[0].effect, VexEffect::Contradicts);
}

#[test]
fn a_bill_of_materials_is_held_against_the_feeds_and_nothing_is_stored() {
    let plant = plant_at(&Location::Memory);
    plant.feed(&below_2_4());
    let before = plant.app.store().verify_audit().unwrap().entries;
    let bom = json!({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": [
        {"type": "application", "name": "other", "version": "1"},
        {"type": "application", "name": "pump server", "version": "2.3",
            "cpe": "cpe:2.3:a:acme:pump_server:2.3:*:*:*:*:*:*:*"}]});
    let checked = sbom::check(&plant.app, &caller(), &serde_json::to_vec(&bom).unwrap()).unwrap();
    let found: Vec<_> =
        checked.touches.iter().map(|one| (one.component, one.reference.as_str(), one.truth)).collect();
    assert_eq!(found, [(Some(1), "CVE-2026-0001", Truth::Yes)]);
    assert_eq!(plant.app.store().verify_audit().unwrap().entries, before);
}

#[test]
fn the_kept_catalogue_is_used_when_it_fits_and_built_anew_when_it_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Sqlite(folder.path().join("plant.sqlite"));
    let kept = folder.path().join("plant.applicability");
    {
        let plant = plant_at(&location);
        plant.feed(&below_2_4());
        plant.bring_assets();
        assert_eq!(plant.of("P-1").len(), 1);
    }
    let bytes = std::fs::read(&kept).unwrap();
    let again = || {
        let bom = json!({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": [
            {"type": "application", "name": "pump server", "cpe": "cpe:2.3:a:acme:pump_server:2.3:*:*:*:*:*:*:*"}]});
        let checked = sbom::check(&plant_at(&location).app, &caller(), &serde_json::to_vec(&bom).unwrap());
        assert_eq!(checked.unwrap().touches.len(), 1);
    };
    again();
    assert_eq!(std::fs::read(&kept).unwrap(), bytes);
    let damages = [&bytes[..bytes.len() - 1], &bytes[..40], b"", b"holdpoint-applicability-1\n{}\n"];
    for damage in damages {
        std::fs::write(&kept, damage).unwrap();
        again();
        assert_eq!(std::fs::read(&kept).unwrap(), bytes, "it is kept anew");
    }
}
