//! Scripts that agents run: written down by a person, pinned by an image, run once, judged by their own check and by nothing else.

use crate::agents::{GOOD, Site, operator, site};
use crate::authorise;
use crate::readings::by_hand;
use crate::work_orders::reading;
use holdpoint_app::agents::{self, ImageProposal, ProposedPlace, ProposedRun, ProposedScript};
use holdpoint_app::patches::files::{self, NewFile};
use holdpoint_app::patches::own::{self, NewPatch};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::{execution, work_orders};
use holdpoint_domain::execution::Observed;
use holdpoint_domain::patch::{PatchClass, ScanResult};
use holdpoint_wire::envelope::sign;
use holdpoint_wire::image::Image;
use holdpoint_wire::inventory::Checked;
use holdpoint_wire::message::{self, VersionOne};
use holdpoint_wire::template::{Parameter, Part, ScriptTemplate};
use holdpoint_wire::text::{ArgumentText, FilePath, Hash, Id};
use std::collections::BTreeMap;

const ENGINES: [&str; 2] = ["sqlite", "postgres"];
const FLUSH: &str = "script historian-flush 2";

fn template() -> ScriptTemplate {
    let modes = ["soft", "look", "undo"].map(|mode| ArgumentText::new(mode).unwrap()).to_vec();
    let mode = Id::new("mode").unwrap();
    ScriptTemplate {
        version: VersionOne,
        name: Id::new("flush").unwrap(),
        program: FilePath::new("/usr/local/bin/flush").unwrap(),
        program_hash: Hash::of(b"#!/bin/sh"),
        arguments: vec![Part::Parameter(mode.clone())],
        parameters: BTreeMap::from([(mode, Parameter::OneOf(modes))]),
        done_codes: vec![0],
    }
}

fn run(mode: &str) -> ProposedRun {
    ProposedRun {
        script: "flush".into(),
        account: "plant".into(),
        time_limit_s: 60,
        arguments: BTreeMap::from([("mode".into(), mode.into())]),
    }
}

fn flush() -> ProposedScript {
    ProposedScript {
        patch: FLUSH.into(),
        run: run("soft"),
        check: Some(run("look")),
        undo: Some(run("undo")),
    }
}

/// A site with one device, where the script is written down and its template is kept.
fn written_down(engine: &'static str) -> Site {
    let site = site(engine, 1);
    let app = &site.world.app;
    let new = NewPatch {
        name: FLUSH.into(),
        title: "Empties the historian's queue".into(),
        publisher: "Plant".into(),
        class: PatchClass::Recommended,
        fixes: vec![],
    };
    own::add(app, &operator(), &new, "a test").unwrap();
    put_in(&site, "flush.json", serde_json::to_vec_pretty(&template()).unwrap());
    site
}

fn put_in(site: &Site, name: &str, bytes: Vec<u8>) {
    let new = NewFile {
        name: name.into(),
        bytes,
        expected_sha256: String::new(),
        origin: "the plant's own".into(),
        scan: ScanResult::Clean,
        scanner: "a scanner".into(),
        scanned_at: Some(site.world.app.now()),
    };
    files::add(&site.world.app, &operator(), FLUSH, &new, "").unwrap();
}

/// The plan until its step rests: what the check says right after the work, and when stock is taken.
fn carried_out(
    engine: &'static str,
    script: ProposedScript,
    checks: (Checked, Checked),
) -> (Site, String, (String, String)) {
    let mut site = written_down(engine);
    authorise(&site.world, &site.cast, FLUSH);
    site.approve_with(&[FLUSH], vec![], vec![script]);
    site.devices[0].checks = checks;
    let id = site.begun(FLUSH);
    site.clock_to_start(&id, 1);
    site.pass(600);
    let line = site.lines(&id).remove(0);
    (site, id, line)
}

fn told(site: &Site, id: &str) -> String {
    let (events, said) = execution::step(&site.world.app, &site.cast.viewer, id, 1).unwrap();
    format!("{events:?} {said:?}")
}

#[test]
fn a_script_is_verified_by_its_own_check_after_the_work() {
    for engine in ENGINES {
        let (site, id, line) = carried_out(engine, flush(), (Checked::Well, Checked::Well));
        assert_eq!(line.0, "verified", "{engine}: {line:?}");
        assert_eq!(site.devices[0].acts.len(), 1, "it is run once");
        let told = told(&site, &id);
        for said in [
            "by its own check `look`: ended with code 0; it said: 12 of 12 pumps / all is well",
            "not run \u{2192} run, and well by its own check",
            "`flush` takes the script back, as the image says",
            "lies on the device, and image 1 says how it runs",
        ] {
            assert!(told.contains(said), "{said}: {told}");
        }
    }
}

#[test]
fn a_check_that_says_otherwise_later_is_a_drift_at_once() {
    for engine in ENGINES {
        let (mut site, id, line) = carried_out(engine, flush(), (Checked::Well, Checked::Well));
        assert_eq!(line.0, "verified", "{engine}: {line:?}");
        let drifts = |site: &Site| {
            let query = ListQuery::everything(10, site.world.app.now());
            execution::drifts(&site.world.app, &site.cast.viewer, Some(&id), &query).unwrap().items
        };
        // What cannot be said contradicts nothing.
        for found in [Checked::Well, Checked::Unknown] {
            site.devices[0].checks.1 = found;
            site.devices[0].hands_over(&site.world);
            assert!(drifts(&site).is_empty(), "{engine} {found:?}");
        }
        site.devices[0].checks.1 = Checked::NotWell;
        site.devices[0].hands_over(&site.world);
        site.devices[0].hands_over(&site.world);
        let found = drifts(&site);
        assert_eq!(found.len(), 1, "told once: {found:?}");
        assert!(found[0].what.contains("not well by its own check"), "{found:?}");
    }
}

#[test]
fn a_script_that_its_check_does_not_call_well_is_taken_back_and_read_by_a_person() {
    for engine in ENGINES {
        // Right after the work, or when stock is taken: the later look counts.
        for checks in [(Checked::NotWell, Checked::NotWell), (Checked::Well, Checked::NotWell)] {
            let (site, id, line) = carried_out(engine, flush(), checks);
            assert_eq!(line.0, "to_verify_undo", "{engine} {checks:?}: {line:?}");
            assert!(line.1.contains("a person reads the asset"), "{line:?}");
            let acts = &site.devices[0].acts;
            assert!(acts.len() == 2 && acts[1].contains(".undo."), "work and way back, each once: {acts:?}");
            let stops = execution::show(&site.world.app, &site.cast.viewer, &id).unwrap().stops;
            assert!(!stops.is_empty(), "the plan stops at a failure");
        }
    }
}

#[test]
fn a_script_that_nothing_on_the_device_speaks_for_waits_for_a_persons_reading() {
    for engine in ENGINES {
        let unchecked = ProposedScript { check: None, ..flush() };
        for (script, checks) in [
            (unchecked.clone(), (Checked::Well, Checked::Well)),
            (flush(), (Checked::Unknown, Checked::Unknown)),
            (flush(), (Checked::Well, Checked::Unknown)),
        ] {
            let (mut site, id, line) = carried_out(engine, script, checks);
            assert_eq!(line.0, "to_verify", "{engine} {checks:?}: {line:?}");
            assert!(line.1.contains("a person reads the asset"), "{line:?}");
            site.pass(900);
            assert_eq!(site.lines(&id)[0].0, "to_verify", "it is never verified by waiting");
            assert_eq!(site.devices[0].acts.len(), 1, "and never run again");
        }
        let (site, id, _) = carried_out(engine, unchecked, (Checked::Well, Checked::Well));
        let order = by_hand(&site, &id);
        let seen = reading(&site.world, Observed::AsPromised);
        work_orders::observe(&site.world.app, &site.cast.both, &order.code, &seen).unwrap();
        assert_eq!(site.lines(&id)[0].0, "verified", "{:?}", site.lines(&id));
    }
}

#[test]
fn a_script_is_not_begun_where_a_promised_way_back_is_none() {
    for engine in ENGINES {
        let script = ProposedScript { undo: None, ..flush() };
        let (site, id, line) = carried_out(engine, script, (Checked::Well, Checked::Well));
        assert_eq!((line.0.as_str(), site.devices[0].acts.len()), ("aborted", 0), "{engine}: {line:?}");
        assert!(told(&site, &id).contains("plan it with a way back by hand"));
    }
}

#[test]
fn an_image_pins_a_script_by_its_kept_template_or_is_not_written() {
    for engine in ENGINES {
        let site = written_down(engine);
        let proposal = |patches: &[&str], scripts: Vec<ProposedScript>| ImageProposal {
            site: "North".into(),
            class: "hmi".into(),
            patches: patches.iter().map(|patch| (*patch).to_owned()).collect(),
            without: vec![],
            places: vec![],
            scripts,
            days: 90,
        };
        let made = |proposal: &ImageProposal| {
            agents::make_image(&site.world.app, &operator(), proposal).map_err(|why| why.to_string())
        };
        let envelope = made(&proposal(&[FLUSH], vec![flush()])).unwrap();
        let shown = agents::paper_text(&agents::write(&envelope)).unwrap();
        let work = &shown["scripts"][0];
        assert_eq!(work["run"]["arguments"], "mode=soft", "{shown}");
        assert_eq!(
            (work["run"]["account"].as_str(), &work["check"]["time_limit_s"]),
            (Some("plant"), &60.into())
        );
        assert_eq!(work["undo"]["sha256"], template().hash().as_str());

        let with = |change: fn(&mut ProposedScript)| {
            let mut script = flush();
            change(&mut script);
            proposal(&[FLUSH], vec![script])
        };
        let place =
            ProposedPlace { patch: FLUSH.into(), path: "/x".into(), mode: 0o640, owner: "a:b".into() };
        for (wrong, said) in [
            (proposal(&[FLUSH], vec![]), "how the script of"),
            (proposal(&[FLUSH], vec![flush(), flush()]), "said twice"),
            (proposal(&[], vec![flush()]), "none of the patches"),
            (proposal(&[GOOD], vec![ProposedScript { patch: GOOD.into(), ..flush() }]), "is no script"),
            (ImageProposal { places: vec![place], ..proposal(&[FLUSH], vec![flush()]) }, "put at no place"),
            (with(|one| one.run.script = "other".into()), "no kept file of the patch is a template"),
            (with(|one| one.run.arguments.clear()), "gives no value for `mode`"),
            (with(|one| one.run = run("hard")), "`hard` is not allowed for `mode`"),
            (with(|one| one.check = Some(run("hard"))), "`hard` is not allowed for `mode`"),
            (with(|one| one.run = run("a b")), "is no argument"),
            (with(|one| one.run.account = "a b".into()), "is no name of an account"),
            (with(|one| one.check = Some(run("soft"))), "its own check"),
            (with(|one| one.run.time_limit_s = 0), "a time of 0 s"),
        ] {
            let why = made(&wrong).unwrap_err();
            assert!(why.contains(said), "{said}: {why}");
        }
        put_in(&site, "flush", b"#!/bin/sh".to_vec());
        let why = made(&proposal(&[FLUSH], vec![flush()])).unwrap_err();
        assert!(why.contains("`flush` is no template of a script"), "{why}");
    }
}

#[test]
fn an_image_that_lets_a_script_run_anyhow_is_not_kept() {
    for engine in ENGINES {
        let site = written_down(engine);
        let proposal = ImageProposal {
            site: "North".into(),
            class: "hmi".into(),
            patches: vec![FLUSH.into()],
            without: vec![],
            places: vec![],
            scripts: vec![flush()],
            days: 90,
        };
        let good = agents::make_image(&site.world.app, &operator(), &proposal).unwrap();
        let mut image: Image = message::read(good.text.as_bytes()).unwrap();
        image.entries[0].script = None;
        let why = site.bring(&sign(&image, &[])).unwrap_err();
        assert_eq!(why.code(), "script-not-pinned", "{why}");
        site.bring(&good).unwrap();
    }
}
