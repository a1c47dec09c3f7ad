//! Files that agents put in place: written down by a person, approved with their place by an image, carried out, looked at and taken back.

use crate::agents::{Site, operator, site};
use crate::authorise;
use holdpoint_app::agents::{self, ImageProposal, ProposedPlace};
use holdpoint_app::execution;
use holdpoint_app::patches::files::{self, NewFile};
use holdpoint_app::patches::own::{self, NewPatch};
use holdpoint_app::store::page::ListQuery;
use holdpoint_domain::patch::{PatchClass, ScanResult};
use holdpoint_wire::image::Owner;
use holdpoint_wire::inventory::FoundThere;
use holdpoint_wire::text::{AccountName, Hash, Words};

const ENGINES: [&str; 2] = ["sqlite", "postgres"];
pub(crate) const SCREEN: &str = "file plant-screen 2";
pub(crate) const PATH: &str = "/etc/plant/screen.conf";
const NEW: &[u8] = b"screen = 2\n";
const OLD: &[u8] = b"screen = 1\n";

fn owner(user: &str) -> Owner {
    let name = |text: &str| AccountName::new(text).unwrap();
    Owner { user: name(user), group: name("plant") }
}

pub(crate) fn file(bytes: &[u8], mode: u32, user: &str) -> FoundThere {
    FoundThere::File { sha256: Hash::of(bytes), mode, owner: owner(user) }
}

pub(crate) fn place() -> ProposedPlace {
    ProposedPlace { patch: SCREEN.into(), path: PATH.into(), mode: 0o640, owner: "root:plant".into() }
}

fn new_patch(name: &str) -> NewPatch {
    NewPatch {
        name: name.into(),
        title: "Settings of the screens".into(),
        publisher: "Plant".into(),
        class: PatchClass::Security,
        fixes: vec!["cve-2026-12345".into()],
    }
}

/// A site with one device whose agent may put the file in place; this lies there before.
pub(crate) fn ready(engine: &'static str, lies: FoundThere) -> Site {
    let mut site = site(engine, 1);
    let app = &site.world.app;
    own::add(app, &operator(), &new_patch(SCREEN), "a test").unwrap();
    let new = NewFile {
        name: "screen.conf".into(),
        bytes: NEW.to_vec(),
        expected_sha256: String::new(),
        origin: "the plant's own".into(),
        scan: ScanResult::Clean,
        scanner: "a scanner".into(),
        scanned_at: Some(app.now()),
    };
    files::add(app, &operator(), SCREEN, &new, "").unwrap();
    authorise(&site.world, &site.cast, SCREEN);
    site.approve_at(&[SCREEN], vec![place()]);
    site.devices[0].lies = lies;
    site
}

/// The plan until its step rests.
fn carried_out(site: &mut Site) -> (String, (String, String)) {
    let id = site.begun(SCREEN);
    site.clock_to_start(&id, 1);
    site.pass(600);
    let line = site.lines(&id).remove(0);
    (id, line)
}

#[test]
fn a_file_is_put_in_place_and_what_lies_there_afterwards_is_looked_at() {
    for engine in ENGINES {
        for before in [file(OLD, 0o600, "operator"), FoundThere::Nothing] {
            let had = matches!(before, FoundThere::File { .. });
            let mut site = ready(engine, before);
            let (id, line) = carried_out(&mut site);
            assert_eq!(line.0, "verified", "{engine} {had}: {line:?}");
            assert_eq!(site.devices[0].places[0].found, file(NEW, 0o640, "root"));
            assert_eq!(site.devices[0].acts.len(), 1, "nothing is done twice");
            let (events, said) = execution::step(&site.world.app, &site.cast.viewer, &id, 1).unwrap();
            let differences = &said["differences"].body;
            let old = Hash::of(OLD);
            let was = if had { old.as_str() } else { "nothing \u{2192}" };
            assert!(
                differences.contains(was) && differences.contains(Hash::of(NEW).as_str()),
                "{differences}"
            );
            let evidence: Vec<String> = events.into_iter().filter_map(|event| event.evidence).collect();
            assert!(evidence.iter().any(|text| text.contains("is kept by the agent")), "{evidence:?}");
        }
    }
}

#[test]
fn a_file_that_went_wrong_is_taken_back_with_its_mode_and_owner() {
    for engine in ENGINES {
        let mut site = ready(engine, file(OLD, 0o600, "operator"));
        site.devices[0].breaks_files = true;
        let (id, line) = carried_out(&mut site);
        assert_eq!(line.0, "rolled_back", "{engine}: {line:?}");
        assert_eq!(site.devices[0].places[0].found, file(OLD, 0o600, "operator"));
        let stops = execution::show(&site.world.app, &site.cast.viewer, &id).unwrap().stops;
        assert!(!stops.is_empty(), "the plan stops at a failure");
    }
}

#[test]
fn a_place_that_nobody_can_see_or_that_is_as_wanted_gets_no_order() {
    for engine in ENGINES {
        let unread = FoundThere::Unknown(Words::cut("`screen.conf` is no plain file"));
        for (lies, blind, state, said) in [
            (unread, false, "staged", "is no plain file"),
            (FoundThere::Nothing, true, "staged", "did not look at"),
            (file(NEW, 0o640, "root"), false, "aborted", "already as the image wants it"),
            (file(NEW, 0o600, "root"), false, "aborted", "a person sets mode and owner"),
        ] {
            let mut site = ready(engine, lies);
            site.devices[0].blind = blind;
            let (id, line) = carried_out(&mut site);
            let (events, _) = execution::step(&site.world.app, &site.cast.viewer, &id, 1).unwrap();
            assert!(format!("{events:?}").contains(said), "{engine} {said}: {line:?} {events:?}");
            assert_eq!((line.0.as_str(), site.devices[0].acts.len()), (state, 0), "{line:?}");
        }
    }
}

#[test]
fn what_cannot_be_looked_at_any_more_is_never_verified() {
    for engine in ENGINES {
        let mut site = ready(engine, FoundThere::Nothing);
        site.devices[0].lazy = true;
        let id = site.begun(SCREEN);
        site.clock_to_start(&id, 1);
        site.pass(120);
        assert_eq!(site.devices[0].held.len(), 1, "{:?}", site.lines(&id));
        let world = &site.world;
        site.devices[0].wake(world).unwrap();
        site.devices[0].report(world);
        site.devices[0].blind = true;
        site.pass(120);
        let line = site.lines(&id).remove(0);
        assert!(["to_verify", "verifying"].contains(&line.0.as_str()), "{line:?}");
        let (events, _) = execution::step(&site.world.app, &site.cast.viewer, &id, 1).unwrap();
        assert!(format!("{events:?}").contains("did not look at"), "{events:?}");
        site.devices[0].blind = false;
        site.pass(1_800);
        assert_eq!(site.lines(&id)[0].0, "verified", "{:?}", site.lines(&id));
    }
}

#[test]
fn a_file_that_is_changed_after_it_was_verified_is_a_drift_at_once() {
    for engine in ENGINES {
        let mut site = ready(engine, file(OLD, 0o600, "operator"));
        let (id, line) = carried_out(&mut site);
        assert_eq!(line.0, "verified", "{engine}: {line:?}");
        let drifts = |site: &Site| {
            let query = ListQuery::everything(10, site.world.app.now());
            execution::drifts(&site.world.app, &site.cast.viewer, Some(&id), &query).unwrap().items
        };
        site.devices[0].hands_over(&site.world);
        assert!(drifts(&site).is_empty(), "it lies there as it was verified");
        site.devices[0].places[0].found = file(NEW, 0o666, "root");
        site.devices[0].hands_over(&site.world);
        site.devices[0].hands_over(&site.world);
        let found = drifts(&site);
        assert_eq!(found.len(), 1, "told once: {found:?}");
        assert!(found[0].what.contains(PATH) && found[0].what.contains("mode 666"), "{found:?}");
        // What cannot be read contradicts nothing.
        site.devices[0].blind = true;
        site.devices[0].hands_over(&site.world);
        assert_eq!(drifts(&site).len(), 1);
    }
}

#[test]
fn an_image_names_a_file_only_with_its_place() {
    for engine in ENGINES {
        let site = ready(engine, FoundThere::Nothing);
        let made = |patches: &[&str], places: Vec<ProposedPlace>| {
            let proposal = ImageProposal {
                site: "North".into(),
                class: "hmi".into(),
                patches: patches.iter().map(|patch| (*patch).to_owned()).collect(),
                without: vec![],
                places,
                scripts: vec![],
                days: 90,
            };
            agents::make_image(&site.world.app, &operator(), &proposal)
                .map(|_| ())
                .map_err(|why| why.to_string())
        };
        assert_eq!(made(&[SCREEN], vec![place()]), Ok(()));
        let paper = site
            .world
            .app
            .store()
            .read(|r| r.agent_image(site.devices[0].known.site, "hmi"))
            .unwrap()
            .unwrap();
        let shown = agents::paper_text(paper.envelope.as_bytes()).unwrap();
        let said = &shown["places"][0];
        assert_eq!(
            (&said["mode"], &said["owner"]),
            (&"640".into(), &"root:plant".into()),
            "as people write them"
        );
        for (patches, places, said) in [
            (vec![SCREEN], vec![], "where the file of"),
            (vec![SCREEN], vec![place(), place()], "said twice"),
            (vec![], vec![place()], "none of the patches"),
            (vec![SCREEN], vec![ProposedPlace { path: "/etc/../x".into(), ..place() }], "is no path"),
            (vec![SCREEN], vec![ProposedPlace { mode: 0o4755, ..place() }], "is no mode"),
            (
                vec![SCREEN],
                vec![ProposedPlace { owner: "root".into(), ..place() }],
                "is no name of an account",
            ),
            (
                vec![crate::agents::GOOD],
                vec![ProposedPlace { patch: crate::agents::GOOD.into(), ..place() }],
                "is a package",
            ),
        ] {
            let why = made(&patches, places).unwrap_err();
            assert!(why.contains(said), "{said}: {why}");
        }
    }
}

#[test]
fn a_patch_of_the_plants_own_is_written_down_once_and_only_under_a_name_of_a_file() {
    for engine in ENGINES {
        let site = site(engine, 1);
        let app = &site.world.app;
        own::add(app, &operator(), &new_patch(SCREEN), "").unwrap();
        own::add(app, &operator(), &new_patch(SCREEN), "").unwrap();
        let shown = holdpoint_app::patches::get(app, &operator(), SCREEN).unwrap();
        assert_eq!((shown.line.sources.as_slice(), shown.line.fixes), (["person".to_owned()].as_slice(), 1));
        assert_eq!(shown.records.len(), 1);
        for name in ["plant-screen 2", "file plant-screen", "KB5000001", "deb a 1 (all)"] {
            let why = own::add(app, &operator(), &new_patch(name), "").unwrap_err().to_string();
            assert!(why.contains("no name of a file"), "{name}: {why}");
        }
        let wrong = NewPatch { fixes: vec!["CVE-26-1".into()], ..new_patch(SCREEN) };
        assert!(
            own::add(app, &operator(), &wrong, "")
                .unwrap_err()
                .to_string()
                .contains("no number of a vulnerability")
        );
        assert!(own::add(app, &site.cast.viewer, &new_patch(SCREEN), "").is_err());
    }
}
