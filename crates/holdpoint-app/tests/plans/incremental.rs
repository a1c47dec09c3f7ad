//! Bundles that build on what the other end has: what travelled does not travel again, and who lacks it is told.

use crate::support::{World, code, world, worlds};
use crate::transfer::Office;
use holdpoint_app::patches::{self, files};
use holdpoint_app::transfer::{self, Gathered, Staged};
use holdpoint_app::{AppError, Caller};
use holdpoint_domain::patch::ScanResult;
use std::fs;

const OLD: &str = "deb plant-hmi 1.0 (all)";
const NEW: &str = "deb plant-hmi 1.1 (all)";

fn operator() -> Caller {
    Caller::operator("test")
}

fn add_file(world: &World, patch: &str) {
    let file = files::NewFile {
        name: format!("{}.deb", patch.replace(' ', "_")),
        bytes: format!("the bytes of {patch}").into_bytes(),
        expected_sha256: String::new(),
        origin: "the maker's repository".to_owned(),
        scan: ScanResult::NotScanned,
        scanner: String::new(),
        scanned_at: None,
    };
    files::add(&world.app, &operator(), patch, &file, "").unwrap();
}

impl Office {
    fn staged_since(&self, world: &World, patches: &[&str], since: Option<&str>) -> Result<Staged, AppError> {
        let patches: Vec<String> = patches.iter().map(|name| (*name).to_owned()).collect();
        let feeds = self.path("feeds");
        let from = Gathered { feeds: Some(&feeds), patches: &patches, since, ..Gathered::default() };
        let staged = transfer::stage(&world.app, &operator(), &self.path("image"), &from)?;
        for name in ["a", "b"] {
            transfer::sign_file(&self.path("image/targets.json"), self.key(name)).unwrap();
        }
        Ok(staged)
    }

    /// The site's word of what it has taken in, heard at the office.
    fn heard(&self, plant: &World, office: &World, name: &str) {
        self.results(plant, ("server", name), 0).unwrap();
        let root = fs::read(self.path("order.root.json")).unwrap();
        drop(transfer::pin(&office.app, &operator(), ("North", "results"), &root, "by hand"));
        let home = transfer::Places { ledger: self.path("home.json"), ..self.places() };
        let what = (self.path(name), "North");
        let carried = transfer::Carried { medium: "", carrier: "", sha256: "" };
        transfer::import(&office.app, &operator(), (&what.0, what.1), &home, (carried, None), "back")
            .unwrap();
    }
}

#[test]
fn what_the_other_end_has_does_not_travel_again() {
    for plant in worlds() {
        let headquarters = world("sqlite");
        headquarters.catalogue("lab", &[OLD, NEW]);
        add_file(&headquarters, OLD);
        add_file(&headquarters, NEW);
        let office = Office::new(&headquarters);
        office.pinned(&plant);
        let since = |patches: &[&str]| office.staged_since(&headquarters, patches, Some("North"));
        assert_eq!(code(since(&[OLD])), "no_base", "nobody has heard from the site");
        office.staged_since(&headquarters, &[OLD], None).unwrap();
        let first = office.export(&headquarters, ("North", "server", "one.zip")).unwrap();
        office.take(&plant, &first).unwrap();
        office.heard(&plant, &headquarters, "back-1.zip");
        let staged = since(&[OLD, NEW]).unwrap();
        assert_eq!(
            (staged.items["patch"], staged.items["patch_file"], staged.items.get("feed")),
            (1, 1, None)
        );
        assert_eq!((staged.came_before, staged.builds_on.as_str()), (3, "builds on bundle 1 for North"));
        assert_eq!(code(office.export(&headquarters, ("South", "server", "south.zip"))), "wrong_site");
        let second = office.export(&headquarters, ("North", "server", "two.zip")).unwrap();
        let taken = office.take(&plant, &second).unwrap();
        assert!(
            taken.problems.is_empty() && taken.bundle.words == "builds on bundle 1 for North",
            "{taken:?}"
        );
        assert_eq!((taken.items["came_before"], taken.items["patch_file"]), (3, 1));
        assert_eq!(patches::get(&plant.app, &operator(), NEW).unwrap().files.len(), 1);
        // A third builds on the second, and with it on the first.
        office.heard(&plant, &headquarters, "back-2.zip");
        let staged = since(&[OLD, NEW]).unwrap();
        assert_eq!((staged.items.len(), staged.came_before), (0, 5), "{staged:?}");
        let third = office.export(&headquarters, ("North", "server", "three.zip")).unwrap();
        assert!(office.take(&plant, &third).unwrap().problems.is_empty());
        // A plant that lost its data lacks it all, and says so; with everything in the bundle it goes on.
        let anew = world("sqlite");
        office.pinned(&anew);
        let lost = transfer::Places { ledger: office.path("lost.json"), ..office.places() };
        let take = |file: &std::path::Path| {
            let carried = transfer::Carried { medium: "", carrier: "", sha256: "" };
            transfer::import(&anew.app, &operator(), (file, "North"), &lost, (carried, None), "")
        };
        let refused = take(&third).unwrap_err();
        assert_eq!(refused.code(), "no_base");
        assert!(refused.to_string().contains("bundle 2 for North"), "{refused}");
        office.staged_since(&headquarters, &[OLD, NEW], None).unwrap();
        let whole = office.export(&headquarters, ("North", "server", "whole.zip")).unwrap();
        assert_eq!(take(&whole).unwrap().bundle.words, "");
    }
}
