//! What a bundle carries has its place at the other end, or waits for it there; and what an office knows of a patch travels with it.

use crate::support::{World, code, world, worlds};
use crate::transfer::Office;
use crate::{authorise, both_servers, cast, profile, saturdays};
use holdpoint_app::agents::{self, ImageProposal, RootProposal};
use holdpoint_app::patches::{self, files};
use holdpoint_app::store::patch::NewPatches;
use holdpoint_app::transfer::{self, Gathered};
use holdpoint_app::{AppError, Caller, planning, plans, windows};
use holdpoint_domain::patch::{PatchRecord, PatchSource, ScanResult};

const DEB: &str = "deb plant-hmi 1.1 (all)";

fn operator() -> Caller {
    Caller::operator("test")
}

/// Keeps a file of a patch.
fn add_file(world: &World, patch: &str) {
    let file = files::NewFile {
        name: "plant-hmi_1.1_all.deb".to_owned(),
        bytes: b"the bytes of plant-hmi 1.1".to_vec(),
        expected_sha256: String::new(),
        origin: "the maker's repository".to_owned(),
        scan: ScanResult::Clean,
        scanner: "a scanner".to_owned(),
        scanned_at: Some(world.app.now()),
    };
    files::add(&world.app, &operator(), patch, &file, "").unwrap();
}

/// What an advisory says of a patch stays with the advisory, so nothing but the file travels.
fn only_by_an_advisory(world: &World, patch: &str) {
    let record = PatchRecord { identifier: patch.to_owned(), ..PatchRecord::of("Plant".to_owned()) };
    let intent = world.app.intent(&operator(), "patch.read-repository", "a test");
    let written = world.app.store().change(&intent, |c| {
        let at = c.at();
        let new = NewPatches { source: PatchSource::Advisory, document: "TEST-1", records: &[&record] };
        c.put_patches(&[new], at)?;
        Ok::<_, AppError>(())
    });
    written.unwrap();
}

impl Office {
    fn with_patch(&self, world: &World, patch: &str) -> transfer::Staged {
        let patches = [patch.to_owned()];
        let from = Gathered { patches: &patches, ..Gathered::default() };
        let staged = transfer::stage(&world.app, &operator(), &self.path("image"), &from).unwrap();
        for name in ["a", "b"] {
            transfer::sign_file(&self.path("image/targets.json"), self.key(name)).unwrap();
        }
        staged
    }
}

#[test]
fn a_package_that_the_office_knows_is_planned_at_a_plant_without_a_line() {
    for engine in ["sqlite", "postgres"] {
        let door = tempfile::tempdir().unwrap();
        let settings = holdpoint_app::AppSettings {
            door_folder: Some(door.path().join("door")),
            ..holdpoint_app::AppSettings::default()
        };
        let plant = crate::support::world_with(engine, settings);
        let headquarters = world("sqlite");
        headquarters.catalogue("lab", &[DEB]);
        add_file(&headquarters, DEB);
        let office = Office::new(&headquarters);
        office.pinned(&plant);
        let staged = office.with_patch(&headquarters, DEB);
        assert_eq!((staged.items["patch"], staged.items["patch_file"]), (1, 1), "{:?}", staged.missing);
        let bundle = office.export(&headquarters, ("North", "server", "one.zip")).unwrap();
        assert_eq!(code(patches::get(&plant.app, &operator(), DEB)), "not-found");
        let taken = office.take(&plant, &bundle).unwrap();
        assert!(taken.problems.is_empty() && taken.waiting.is_empty(), "{:?}", taken.problems);
        let known = patches::get(&plant.app, &operator(), DEB).unwrap();
        let there = patches::get(&headquarters.app, &operator(), DEB).unwrap();
        assert_eq!(known.records[0].record, there.records[0].record);
        assert!(known.records[0].document.contains("lab") && known.files.len() == 1, "{known:?}");
        // People of the plant decide; then it is planned, and the papers for its devices can be written.
        let cast = cast(&plant);
        authorise(&plant, &cast, DEB);
        planning::put_profile(&plant.app, &cast.engineer, &profile(), "measured").unwrap();
        windows::create(&plant.app, &cast.engineer, &saturdays(), "agreed").unwrap();
        let made = plans::propose(&plant.app, &cast.engineer, &both_servers(&[DEB])).unwrap();
        let id = made.plans[0].id.to_string();
        let plan = plans::show(&plant.app, &cast.engineer, &id).unwrap().plan;
        assert!(!plan.steps.is_empty() && plan.steps.iter().all(|step| step.patch == DEB), "{plan:?}");
        image_of(&plant);
    }
}

/// The image of a class of devices names the file that came over the gap.
fn image_of(plant: &World) {
    let keys = [1, 2].map(|n| agents::person_key(&[n; 32]));
    let proposal = RootProposal {
        site: "North".to_owned(),
        image_keys: keys.iter().map(|(_, public)| public.clone()).collect(),
        threshold: 2,
        days: 700,
    };
    let mut root = agents::write(&agents::make_root(&plant.app, &operator(), &proposal).unwrap());
    for (secret, _) in &keys {
        root = agents::sign_paper(&root, secret).unwrap();
    }
    agents::put_paper(&plant.app, &operator(), &root, "signed by both").unwrap();
    let proposal = ImageProposal {
        site: "North".to_owned(),
        class: "hmi".to_owned(),
        patches: vec![DEB.to_owned()],
        without: Vec::new(),
        places: vec![],
        scripts: vec![],
        days: 90,
    };
    let image = agents::make_image(&plant.app, &operator(), &proposal).unwrap();
    assert!(image.text.contains(&transfer::fingerprint(b"the bytes of plant-hmi 1.1")), "{}", image.text);
}

#[test]
fn what_has_no_place_is_kept_and_finds_it_later() {
    for plant in worlds() {
        let headquarters = world("sqlite");
        only_by_an_advisory(&headquarters, DEB);
        add_file(&headquarters, DEB);
        let office = Office::new(&headquarters);
        office.pinned(&plant);
        office.with_patch(&headquarters, DEB);
        let bundle = office.export(&headquarters, ("North", "server", "one.zip")).unwrap();
        let taken = office.take(&plant, &bundle).unwrap();
        assert!(
            taken.problems.len() == 1 && taken.problems[0].contains("it is kept"),
            "{:?}",
            taken.problems
        );
        assert_eq!((taken.bundle.waiting, taken.waiting[0].patch.as_str()), (1, DEB));
        // The same bundle may come again as long as something of it waits, and the thing waits once.
        assert_eq!(office.take(&plant, &bundle).unwrap().waiting.len(), 1);
        let place = |id: Option<&str>| transfer::place(&plant.app, &operator(), (Some("North"), id), "a try");
        assert_eq!(code(place(Some("nothing"))), "not-found");
        let tried = place(None).unwrap();
        assert_eq!((tried.placed.len(), tried.left.len()), (0, 1));
        assert!(transfer::place(&plant.app, &operator(), (Some("South"), None), "").unwrap().left.is_empty());
        // Somebody tells the plant what it is.
        plant.catalogue("lab", &[DEB]);
        let id = tried.left[0].id.to_string();
        let done = place(Some(&id)).unwrap();
        assert_eq!(
            (done.placed.as_slice(), done.left.len()),
            (["plant-hmi_1.1_all.deb".to_owned()].as_slice(), 0)
        );
        assert_eq!(patches::get(&plant.app, &operator(), DEB).unwrap().files.len(), 1);
        assert!(transfer::waiting(&plant.app, &operator(), None).unwrap().is_empty());
        assert_eq!(code(office.take(&plant, &bundle)), "replay", "all of it has its place");
        let viewer = plant.person("v.iewer", &[holdpoint_domain::access::Role::Viewer]);
        assert_eq!(code(transfer::place(&plant.app, &viewer, (None, None), "")), "not-allowed");
    }
}

#[test]
fn whoever_may_not_place_a_thing_does_not_change_what_it_waits_for() {
    let (headquarters, plant) = (world("sqlite"), world("sqlite"));
    let office = Office::new(&headquarters);
    office.pinned(&plant);
    let papers = office.path("papers");
    std::fs::create_dir(&papers).unwrap();
    std::fs::write(papers.join("letter.json"), "a letter").unwrap();
    let from = Gathered { papers: Some(&papers), ..Gathered::default() };
    transfer::stage(&headquarters.app, &operator(), &office.path("image"), &from).unwrap();
    for name in ["a", "b"] {
        transfer::sign_file(&office.path("image/targets.json"), office.key(name)).unwrap();
    }
    let bundle = office.export(&headquarters, ("North", "server", "one.zip")).unwrap();
    let before = office.take(&plant, &bundle).unwrap().waiting;
    let engineer = plant.person("a.weber", &[holdpoint_domain::access::Role::Engineer]);
    let tried = transfer::place(&plant.app, &engineer, (None, None), "").unwrap();
    assert!(tried.left[0].why.contains("write-settings"), "{tried:?}");
    assert_eq!(transfer::waiting(&plant.app, &operator(), None).unwrap(), before);
}

#[test]
fn the_next_bundle_brings_what_an_earlier_file_waited_for() {
    let (headquarters, plant) = (world("sqlite"), world("sqlite"));
    only_by_an_advisory(&headquarters, DEB);
    add_file(&headquarters, DEB);
    let office = Office::new(&headquarters);
    office.pinned(&plant);
    office.with_patch(&headquarters, DEB);
    let first = office.export(&headquarters, ("North", "server", "one.zip")).unwrap();
    assert_eq!(office.take(&plant, &first).unwrap().waiting.len(), 1);
    headquarters.catalogue("lab", &[DEB]);
    office.with_patch(&headquarters, DEB);
    let second = office.export(&headquarters, ("North", "server", "two.zip")).unwrap();
    let taken = office.take(&plant, &second).unwrap();
    assert!(taken.problems.is_empty() && taken.waiting.is_empty(), "{taken:?}");
    assert_eq!(patches::get(&plant.app, &operator(), DEB).unwrap().files.len(), 1);
}
