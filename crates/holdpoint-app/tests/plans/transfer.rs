//! Across the air gap: an office makes bundles, a plant takes them in, and every attack is refused in words.

use crate::support::{World, code, world, worlds};
use crate::{Cast, cast};
use holdpoint_app::transfer::{self, Carried, Gathered, Going, NewSite, Places, Signing, Taken};
use holdpoint_app::{AppError, Caller, feeds};
use holdpoint_domain::transfer::{BundleState, OverrideState};
use holdpoint_wire::believed::Reader;
use holdpoint_wire::repository::{self as tuf, File, Head, PrivateKey};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const DAY: i64 = 86_400_000_000;
const KEV: &str = r#"{"title":"CISA Catalog of Known Exploited Vulnerabilities","catalogVersion":"2026.11.01",
"dateReleased":"2026-11-01T10:00:00.0000Z","count":1,"vulnerabilities":[{"cveID":"CVE-2026-0001","vendorProject":"Acme",
"product":"Historian","vulnerabilityName":"x","dateAdded":"2026-11-01","shortDescription":"x","requiredAction":"x",
"dueDate":"2026-11-21","knownRansomwareCampaignUse":"Unknown","notes":"","cwes":[]}]}"#;

/// Keys, roots and folders of an office.
pub(crate) struct Office {
    folder: tempfile::TempDir,
    keys: BTreeMap<&'static str, (String, String)>,
}

fn carried() -> Carried<'static> {
    Carried { medium: "STICK-7", carrier: "K. Courier", sha256: "" }
}

fn going<'a>(site: &'a str, out: &'a Path, ledger: &'a Path) -> Going<'a> {
    let (medium, carrier) = ("STICK-7", "K. Courier");
    Going { site, new_site: NewSite::Refused, out, medium, carrier, ledger, after: 0 }
}

impl Office {
    pub(crate) fn new(world: &World) -> Self {
        let keys = ["a", "b", "c", "server", "thief"].into_iter().map(|name| (name, transfer::new_key()));
        let office = Self { folder: tempfile::tempdir().unwrap(), keys: keys.collect() };
        fs::create_dir_all(office.path("image")).unwrap();
        fs::create_dir_all(office.path("feeds")).unwrap();
        fs::write(office.path("feeds/kev.json"), KEV).unwrap();
        office.root(world, "image/1.root.json", (&["a", "b", "c"], 2, 1), &["a", "b"]);
        office.root(world, "order.root.json", (&["server"], 1, 1), &["server"]);
        office
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn key(&self, name: &str) -> &str {
        &self.keys[name].0
    }

    fn root(
        &self,
        world: &World,
        file: &str,
        (offline, threshold, version): (&[&str], usize, u64),
        by: &[&str],
    ) {
        let signing = Signing {
            offline: offline.iter().map(|name| self.keys[name].1.clone()).collect(),
            threshold,
            online: self.keys["server"].1.clone(),
            version,
            days: 700,
        };
        fs::write(self.path(file), transfer::new_root(&signing, world.app.now()).unwrap()).unwrap();
        for name in by {
            transfer::sign_file(&self.path(file), self.key(name)).unwrap();
        }
    }

    fn staged(&self, world: &World, by: &[&str]) {
        let feeds = self.path("feeds");
        let from = Gathered { feeds: Some(&feeds), ..Gathered::default() };
        let staged = transfer::stage(&world.app, &Caller::operator("o"), &self.path("image"), &from).unwrap();
        assert_eq!(staged.items["feed"], 1);
        for name in by {
            transfer::sign_file(&self.path("image/targets.json"), self.key(name)).unwrap();
        }
    }

    pub(crate) fn export(
        &self,
        world: &World,
        (site, key, out): (&str, &str, &str),
    ) -> Result<PathBuf, AppError> {
        let (image, root, out) = (self.path("image"), self.path("order.root.json"), self.path(out));
        let by = (image.as_path(), root.as_path(), self.key(key), holdpoint_tuf::believe as Reader);
        let ledger = self.path("office.json");
        transfer::export(&world.app, &Caller::operator("o"), by, &going(site, &out, &ledger))?;
        Ok(out)
    }

    /// What the site North sends back, signed by this key; the number of its bundle.
    pub(crate) fn results(
        &self,
        plant: &World,
        (key, out): (&str, &str),
        after: u64,
    ) -> Result<u64, AppError> {
        let (root, out, ledger) = (self.path("order.root.json"), self.path(out), self.path("plant.json"));
        let going = Going { after, ..going("North", &out, &ledger) };
        let by = (root.as_path(), self.key(key));
        Ok(transfer::results(&plant.app, &Caller::operator("o"), by, &going)?.bundle.sequence)
    }

    fn bundle(&self, world: &World, out: &str) -> PathBuf {
        self.staged(world, &["a", "c"]);
        self.export(world, ("North", "server", out)).unwrap()
    }

    pub(crate) fn pinned(&self, plant: &World) {
        let root = fs::read(self.path("image/1.root.json")).unwrap();
        let mut paper: serde_json::Value = serde_json::from_slice(&root).unwrap();
        let mut pin = |signatures: serde_json::Value| {
            paper["signatures"] = signatures;
            let bytes = serde_json::to_vec(&paper).unwrap();
            code(transfer::pin(&plant.app, &Caller::operator("o"), ("North", "image"), &bytes, "by hand"))
        };
        assert_eq!(pin(serde_json::json!([])), "root", "nobody signed it, and it would refuse everything");
        let whole: serde_json::Value = serde_json::from_slice(&root).unwrap();
        let first = whole["signatures"][0].clone();
        assert_eq!(pin(serde_json::json!([first, first])), "root", "one key counts once");
        for (which, file) in [("image", "image/1.root.json"), ("order", "order.root.json")] {
            let root = fs::read(self.path(file)).unwrap();
            transfer::pin(&plant.app, &Caller::operator("o"), ("North", which), &root, "by hand").unwrap();
            assert_eq!(
                code(transfer::pin(&plant.app, &Caller::operator("o"), ("North", which), &root, "")),
                "pinned"
            );
        }
    }

    pub(crate) fn places(&self) -> Places {
        Places {
            quarantine: self.path("quarantine"),
            ledger: self.path("outside/seen.json"),
            reader: holdpoint_tuf::believe,
        }
    }

    pub(crate) fn take(&self, plant: &World, bundle: &Path) -> Result<Taken, AppError> {
        let what = (bundle, "North");
        transfer::import(
            &plant.app,
            &Caller::operator("o"),
            what,
            &self.places(),
            (carried(), None),
            "the round",
        )
    }
}

/// Unpacks a bundle so that somebody can do something bad to it.
fn unpacked(office: &Office, bundle: &Path, name: &str) -> PathBuf {
    let to = office.path(name);
    let mut archive = zip::ZipArchive::new(fs::File::open(bundle).unwrap()).unwrap();
    archive.extract(&to).unwrap();
    to
}

#[test]
fn content_travels_in_once_and_results_travel_out() {
    for plant in worlds() {
        let headquarters = world("sqlite");
        let office = Office::new(&headquarters);
        let bundle = office.bundle(&headquarters, "one.zip");
        assert_eq!(code(office.take(&plant, &bundle)), "no_root");
        office.pinned(&plant);
        let what = (bundle.as_path(), "North");
        let only = (carried(), Some(()));
        let shown =
            transfer::import(&plant.app, &Caller::operator("o"), what, &office.places(), only, "").unwrap();
        assert_eq!(shown.items["feed"], 1);
        let taken = office.take(&plant, &bundle).unwrap();
        assert!(taken.problems.is_empty(), "{:?}", taken.problems);
        assert_eq!((taken.bundle.state, taken.bundle.sequence), (BundleState::Taken, 1));
        assert_eq!(taken.bundle.medium, "STICK-7");
        assert!(!feeds::contents(&plant.app, &Caller::operator("o")).unwrap().is_empty());
        assert_eq!(code(office.take(&plant, &bundle)), "replay");
        plant.days_pass(3);
        let age = transfer::age(&plant.app, &Caller::operator("o"), "North").unwrap();
        assert_eq!((age.days, age.expired), (Some(3), None));
        // And back.
        let (root, out) = (office.path("order.root.json"), office.path("back.zip"));
        assert_eq!(office.results(&plant, ("server", "back.zip"), 0).unwrap(), 1);
        let root = fs::read(&root).unwrap();
        transfer::pin(&headquarters.app, &Caller::operator("o"), ("North", "results"), &root, "by hand")
            .unwrap();
        let home = Places { ledger: office.path("home.json"), ..office.places() };
        let heard = |file: &Path| {
            let what = (file, "North");
            transfer::import(
                &headquarters.app,
                &Caller::operator("o"),
                what,
                &home,
                (carried(), None),
                "back",
            )
        };
        assert_eq!(heard(&out).unwrap().items["results"], 1);
        assert_eq!(code(heard(&out)), "replay", "the same results twice are one");
    }
}

#[test]
fn each_spoiled_file_is_refused_with_its_word() {
    let (headquarters, plant) = (world("sqlite"), world("sqlite"));
    let office = Office::new(&headquarters);
    let first = office.bundle(&headquarters, "one.zip");
    office.pinned(&plant);
    let refused = |bundle: &Path| code(office.take(&plant, bundle));
    let spoil = |name: &str, deed: &dyn Fn(&Path)| {
        let folder = unpacked(&office, &first, name);
        deed(&folder);
        refused(&folder)
    };
    let a_feed = |folder: &Path| {
        let files = fs::read_dir(folder.join("image/targets")).unwrap();
        let mut names = files.map(|entry| entry.unwrap().path());
        names.find(|path| path.file_name().unwrap().to_string_lossy().starts_with("feed-")).unwrap()
    };
    assert_eq!(
        spoil("changed", &|folder| {
            let path = a_feed(folder);
            let text = fs::read_to_string(&path).unwrap().replace("Acme", "Acne");
            fs::write(path, text).unwrap();
        }),
        "changed_byte"
    );
    assert_eq!(
        spoil("longer", &|folder| {
            let path = a_feed(folder);
            let text = fs::read_to_string(&path).unwrap() + " ";
            fs::write(path, text).unwrap();
        }),
        "changed_byte"
    );
    assert_eq!(
        spoil("extra", &|folder| fs::write(folder.join("image/targets/setup.exe"), "x").unwrap()),
        "extra_file"
    );
    assert_eq!(spoil("missing", &|folder| fs::remove_file(a_feed(folder)).unwrap()), "missing_file");
    assert_eq!(
        spoil("no-paper", &|folder| fs::remove_file(folder.join("image/snapshot.json")).unwrap()),
        "missing_file"
    );
    assert_eq!(
        spoil("unreadable", &|folder| fs::write(folder.join("image/timestamp.json"), "{").unwrap()),
        "unreadable"
    );
    assert_eq!(
        spoil("list", &|folder| {
            let path = folder.join("image/targets.json");
            let text = fs::read_to_string(&path).unwrap().replace("\"version\":1", "\"version\":2");
            fs::write(path, text).unwrap();
        }),
        "mix_and_match"
    );
}

#[test]
fn each_bundle_that_should_not_come_is_refused_with_its_word() {
    let (headquarters, plant) = (world("sqlite"), world("sqlite"));
    let office = Office::new(&headquarters);
    let first = office.bundle(&headquarters, "one.zip");
    office.pinned(&plant);
    let refused = |bundle: &Path| code(office.take(&plant, bundle));
    // A list that one person alone has signed never becomes a bundle; and a thief's key signs for nobody.
    office.staged(&headquarters, &["a"]);
    assert_eq!(code(office.export(&headquarters, ("North", "server", "few.zip"))), "threshold_missed");
    office.staged(&headquarters, &["a", "b"]);
    assert_eq!(code(office.export(&headquarters, ("North", "thief", "thief.zip"))), "wrong_key");
    // A bundle for another site.
    office.staged(&headquarters, &["a", "b"]);
    let south = office.export(&headquarters, ("South", "server", "south.zip")).unwrap();
    assert_eq!(refused(&south), "wrong_site");
    // Rollback: the second is taken, then the first comes.
    let second = office.bundle(&headquarters, "two.zip");
    office.take(&plant, &second).unwrap();
    assert_eq!(refused(&first), "rollback");
    // An order of one bundle with the files of another.
    let third = office.bundle(&headquarters, "three.zip");
    let mixed = unpacked(&office, &third, "mixed");
    let old = unpacked(&office, &second, "old");
    fs::remove_dir_all(mixed.join("image")).unwrap();
    fs::rename(old.join("image"), mixed.join("image")).unwrap();
    assert_eq!(refused(&mixed), "mix_and_match");
    // The database is put back to before: the file outside remembers.
    let restored = world("sqlite");
    office.pinned(&restored);
    assert_eq!(code(office.take(&restored, &first)), "rollback");
    // The hash that was written down at the other end.
    let wrong = Carried { sha256: "00", ..carried() };
    let what = (third.as_path(), "North");
    let told =
        transfer::import(&plant.app, &Caller::operator("o"), what, &office.places(), (wrong, None), "");
    assert_eq!(code(told), "changed_byte");
    // Each refusal is kept as a line.
    let query = holdpoint_app::store::page::ListQuery::everything(99, plant.app.now());
    let lines = transfer::list(&plant.app, &Caller::operator("o"), &query).unwrap().items;
    assert!(lines.iter().filter(|line| line.state == BundleState::Refused).count() >= 4, "{}", lines.len());
    office.take(&plant, &third).unwrap();
}

#[test]
fn what_has_expired_comes_in_by_two_persons_word_alone_and_a_root_follows_from_the_one_before() {
    let (headquarters, plant) = (world("sqlite"), world("sqlite"));
    let cast: Cast = cast(&plant);
    let office = Office::new(&headquarters);
    office.pinned(&plant);
    let first = office.bundle(&headquarters, "one.zip");
    plant.clock.advance_micros(60 * DAY);
    assert_eq!(code(office.take(&plant, &first)), "expired");
    let query = holdpoint_app::store::page::ListQuery::everything(9, plant.app.now());
    let line = transfer::list(&plant.app, &cast.viewer, &query).unwrap().items.remove(0);
    let id = line.id.to_string();
    assert_eq!(code(transfer::ask_override(&plant.app, &cast.engineer, &id, "")), "text");
    let asked = transfer::ask_override(&plant.app, &cast.both, &id, "the courier was ill").unwrap();
    let word = asked.id.to_string();
    let answer = |who: &Caller| transfer::answer_override(&plant.app, who, &word, OverrideState::Agreed, "");
    assert_eq!(code(answer(&cast.both)), "four-eyes");
    assert_eq!(code(answer(&cast.engineer)), "not-allowed");
    assert_eq!(code(office.take(&plant, &first)), "expired");
    answer(&cast.approver).unwrap();
    assert_eq!(office.take(&plant, &first).unwrap().bundle.state, BundleState::TakenExpired);
    let age = transfer::age(&plant.app, &cast.viewer, "North").unwrap();
    assert!(age.expired.is_some() && age.overridden.is_some());
    // The next root: the old keys and the new ones sign it, and `c` is gone from then on.
    headquarters.clock.advance_micros(60 * DAY);
    office.root(&headquarters, "image/2.root.json", (&["a", "b"], 2, 2), &["a", "b"]);
    office.staged(&headquarters, &["a"]);
    let gone = transfer::sign_file(&office.path("image/targets.json"), office.key("c"));
    assert_eq!(code(gone), "wrong_key", "the newest root names it no more");
    assert_eq!(code(office.export(&headquarters, ("North", "server", "gone.zip"))), "threshold_missed");
    office.staged(&headquarters, &["a", "b"]);
    let second = office.export(&headquarters, ("North", "server", "two.zip")).unwrap();
    office.take(&plant, &second).unwrap();
}

#[test]
fn approvals_of_the_office_stand_beside_what_was_decided_here() {
    for plant in worlds() {
        let headquarters = world("sqlite");
        cast(&headquarters);
        let office = Office::new(&headquarters);
        let image = office.path("image");
        let servers = ["Servers".to_owned()];
        let gathered = Gathered { baselines: &servers, ..Gathered::default() };
        let operator = Caller::operator("o");
        let staged = transfer::stage(&headquarters.app, &operator, &image, &gathered).unwrap();
        assert_eq!(staged.items["approvals"], 1);
        for name in ["b", "c"] {
            transfer::sign_file(&image.join("targets.json"), office.key(name)).unwrap();
        }
        let bundle = office.export(&headquarters, ("North", "server", "one.zip")).unwrap();
        office.pinned(&plant);
        let taken = office.take(&plant, &bundle).unwrap();
        assert!(taken.problems.is_empty(), "{:?}", taken.problems);
        let told = transfer::approvals(&plant.app, &operator, "North").unwrap();
        let (one, here) = (&told[0].office, &told[0].here);
        assert_eq!((one.baseline.as_str(), one.patch.as_str()), ("Servers", "KB5000001"));
        assert_eq!((one.state.as_str(), here), ("effective", &None), "nobody here has decided");
        assert!(one.signed_by.contains("l.okafor"), "{one:?}");
        cast(&plant);
        let told = transfer::approvals(&plant.app, &operator, "North").unwrap();
        assert_eq!(told[0].here.as_deref(), Some("effective"));
    }
}

#[test]
fn a_site_whose_audit_log_went_back_is_told_of() {
    let (headquarters, plant, restored) = (world("sqlite"), world("sqlite"), world("sqlite"));
    let office = Office::new(&headquarters);
    cast(&plant);
    // Two programs with one name lie about who they are, and each has a ledger of its own.
    let sent = |from: &World, name: &str, ledger: &str| {
        let (root, out, ledger) = (office.path("order.root.json"), office.path(name), office.path(ledger));
        let by = (root.as_path(), office.key("server"));
        let going = going("North", &out, &ledger);
        transfer::results(&from.app, &Caller::operator("o"), by, &going).unwrap();
        out
    };
    let root = office.path("order.root.json");
    let (first, _, second) = (
        sent(&plant, "1.zip", "one.json"),
        sent(&restored, "x.zip", "two.json"),
        sent(&restored, "2.zip", "two.json"),
    );
    let pinned = fs::read(&root).unwrap();
    transfer::pin(&headquarters.app, &Caller::operator("o"), ("North", "results"), &pinned, "").unwrap();
    assert_eq!(office.take(&headquarters, &first).unwrap().problems, Vec::<String>::new());
    let told = office.take(&headquarters, &second).unwrap().problems;
    assert!(told.len() == 1 && told[0].contains("put back or written anew"), "{told:?}");
    let kept = transfer::kept(&headquarters.app, &Caller::operator("o"), "North").unwrap();
    assert_eq!(kept.keys().collect::<Vec<_>>(), ["audit.json", "inventory.csv", "results.json"]);
    let bytes =
        transfer::kept_bytes(&headquarters.app, &Caller::operator("o"), ("North", "results.json")).unwrap();
    let told: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert!(told["steps"].is_array() && told["answers"].is_null(), "{told}");
}

#[test]
fn what_would_be_refused_at_the_other_end_is_refused_before_it_is_made() {
    let (headquarters, plant) = (world("sqlite"), world("sqlite"));
    let office = Office::new(&headquarters);
    office.staged(&headquarters, &["a", "b"]);
    // Keys that a root does not name sign nothing, and the one that is asked for is named.
    let refused = office.results(&plant, ("thief", "back.zip"), 0).unwrap_err();
    let (thief, server) = (&office.keys["thief"].1[..12], &office.keys["server"].1[..12]);
    let told = refused.to_string();
    assert_eq!(refused.code(), "wrong_key");
    assert!(told.contains(thief) && told.contains(server) && !office.path("back.zip").exists(), "{told}");
    let list = office.path("image/targets.json");
    let before = fs::read(&list).unwrap();
    assert_eq!(code(transfer::sign_file(&list, office.key("server"))), "wrong_key", "the role of another");
    assert_eq!(code(transfer::sign_file(&list, &"ab".repeat(32))), "key", "a key of another kind");
    assert_eq!(fs::read(&list).unwrap(), before);
    let signed = transfer::sign_file(&list, office.key("c")).unwrap();
    assert_eq!((signed.signers.len(), signed.counted), (3, vec![(1, 3, 2)]));
    // A root in two places would let whoever writes orders say what may exist.
    let root = fs::read(office.path("order.root.json")).unwrap();
    let pin = |which| transfer::pin(&plant.app, &Caller::operator("o"), ("North", which), &root, "by hand");
    pin("order").unwrap();
    assert_eq!(code(pin("image")), "wrong_root");
    // A site that nobody knows, and a file that is there.
    let export = |site, out| code(office.export(&headquarters, (site, "server", out)));
    assert_eq!(export("Nroth", "one.zip"), "unknown_site");
    office.export(&headquarters, ("North", "server", "one.zip")).unwrap();
    let bytes = fs::read(office.path("one.zip")).unwrap();
    assert_eq!(export("North", "one.zip"), "exists");
    assert_eq!(fs::read(office.path("one.zip")).unwrap(), bytes);
    assert_eq!(code(office.results(&plant, ("server", "one.zip"), 0)), "exists");
    // What was named and brings nothing is told.
    let patches = ["KB5000002".to_owned()];
    let empty = office.path("empty");
    fs::create_dir(&empty).unwrap();
    let gathered = Gathered { patches: &patches, statements: Some(&empty), ..Gathered::default() };
    let operator = Caller::operator("o");
    let staged = transfer::stage(&headquarters.app, &operator, &office.path("image"), &gathered).unwrap();
    assert!(staged.missing.len() == 2 && staged.missing[1].contains("KB5000002"), "{:?}", staged.missing);
}

#[test]
fn a_number_is_given_once_also_when_a_backup_was_put_back() {
    let (headquarters, plant, restored) = (world("sqlite"), world("sqlite"), world("sqlite"));
    let office = Office::new(&headquarters);
    assert_eq!(office.results(&plant, ("server", "1.zip"), 0).unwrap(), 1);
    assert_eq!(office.results(&plant, ("server", "2.zip"), 0).unwrap(), 2);
    assert_eq!(office.results(&restored, ("server", "3.zip"), 0).unwrap(), 3, "the file outside remembers");
    fs::remove_file(office.path("plant.json")).unwrap();
    assert_eq!(office.results(&restored, ("server", "4.zip"), 7).unwrap(), 8, "a person says what was seen");
    assert_eq!(code(office.results(&restored, ("server", "5.zip"), u64::MAX)), "after");
    fs::write(office.path("plant.json"), "{").unwrap();
    assert_eq!(
        code(office.results(&restored, ("server", "5.zip"), 0)),
        "file",
        "a damaged file is no empty one"
    );
    // The office hears from the site which of its bundles were seen, and goes on from there.
    fs::remove_file(office.path("plant.json")).unwrap();
    office.bundle(&headquarters, "c1.zip");
    let second = office.bundle(&headquarters, "c2.zip");
    office.pinned(&plant);
    office.take(&plant, &second).unwrap();
    office.results(&plant, ("server", "6.zip"), 0).unwrap();
    let (anew, root) = (world("sqlite"), fs::read(office.path("order.root.json")).unwrap());
    transfer::pin(&anew.app, &Caller::operator("o"), ("North", "results"), &root, "by hand").unwrap();
    office.take(&anew, &office.path("6.zip")).unwrap();
    fs::remove_file(office.path("office.json")).unwrap();
    let third = office.bundle(&anew, "c3.zip");
    assert_eq!(office.take(&plant, &third).unwrap().bundle.sequence, 3);
}

#[test]
fn every_attempt_is_a_line_with_its_hash_also_of_what_is_no_bundle() {
    for plant in worlds() {
        let headquarters = world("sqlite");
        let office = Office::new(&headquarters);
        let bundle = office.bundle(&headquarters, "one.zip");
        office.pinned(&plant);
        let query = || holdpoint_app::store::page::ListQuery::everything(99, plant.app.now());
        let lines = || transfer::list(&plant.app, &Caller::operator("o"), &query()).unwrap().items;
        assert_eq!(code(office.take(&plant, &office.path("nothing.zip"))), "file");
        assert!(lines().is_empty(), "nobody brought anything");
        let path = office.path("letter.zip");
        fs::write(&path, "a letter").unwrap();
        let only = (carried(), Some(()));
        let operator = Caller::operator("o");
        let checked = transfer::import(&plant.app, &operator, (&path, "North"), &office.places(), only, "");
        assert_eq!(code(checked), "unreadable");
        assert!(lines().is_empty(), "a check writes nothing");
        assert_eq!(code(office.take(&plant, &path)), "unreadable");
        let line = lines().remove(0);
        assert_eq!((line.state, line.refusal.as_str()), (BundleState::Refused, "unreadable"));
        assert_eq!((line.size_bytes, line.medium.as_str()), (8, "STICK-7"));
        assert_eq!(holdpoint_wire::text::hex(&line.sha256), transfer::fingerprint(b"a letter"));
        assert!(line.words.contains("no bundle") && !line.by.is_empty(), "{line:?}");
        // Cut off on its way.
        let bytes = fs::read(&bundle).unwrap();
        fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        assert_eq!(code(office.take(&plant, &path)), "unreadable");
        assert_eq!(lines().len(), 2);
        let log = plant.app.store().read(|r| r.audit_head()).unwrap();
        office.take(&plant, &bundle).unwrap();
        assert!(plant.app.store().read(|r| r.audit_head()).unwrap().0 > log.0);
        assert!(!office.path("quarantine").read_dir().unwrap().any(|_| true), "the quarantine is swept");
    }
}

/// A paper as whoever has a key can make it: what it says is changed, and these keys sign it.
fn forged(paper: &[u8], by: &[&str], change: &dyn Fn(&mut serde_json::Value)) -> Vec<u8> {
    let mut whole: serde_json::Value = serde_json::from_slice(paper).unwrap();
    change(&mut whole["signed"]);
    let blank = tuf::unsigned(&whole["signed"]);
    by.iter().fold(blank, |paper, key| tuf::sign(&paper, &PrivateKey::read(key).unwrap()).unwrap())
}

/// What whoever stole the server's key can do: date any list anew, and write any order for it.
fn by_the_stolen_key(office: &Office, folder: &Path, (site, sequence): (&str, u64)) {
    let key = PrivateKey::read(office.key("server")).unwrap();
    let sha256 = |path: &Path| transfer::fingerprint(&fs::read(path).unwrap());
    let head = Head { version: sequence, expires: "2099-01-01T00:00:00Z" };
    let signed = |paper: &serde_json::Value| tuf::sign(&tuf::unsigned(paper), &key).unwrap();
    let dated = |folder: &Path| {
        let list = fs::read(folder.join("targets.json")).unwrap();
        let version = tuf::stated(&list).unwrap().0;
        let snapshot = signed(&tuf::snapshot(head, (version, &list)).unwrap());
        fs::write(folder.join("snapshot.json"), &snapshot).unwrap();
        let timestamp = signed(&tuf::timestamp(head, (sequence, &snapshot)).unwrap());
        fs::write(folder.join("timestamp.json"), timestamp).unwrap();
    };
    dated(&folder.join("image"));
    let order = serde_json::json!({"version": 1, "kind": "content", "site": site, "sequence": sequence,
        "made_at": "2031-01-01T00:00:00Z", "image": sha256(&folder.join("image/targets.json"))});
    let (path, order) = (folder.join("order/targets/order.json"), order.to_string());
    fs::write(&path, &order).unwrap();
    let file = File { size_bytes: order.len() as u64, sha256: sha256(&path) };
    let list = tuf::targets(head, &BTreeMap::from([("order.json".to_owned(), file)])).unwrap();
    fs::write(folder.join("order/targets.json"), signed(&list)).unwrap();
    dated(&folder.join("order"));
}

#[test]
fn a_stolen_server_key_can_choose_among_what_was_approved_and_nothing_else() {
    let (headquarters, plant) = (world("sqlite"), world("sqlite"));
    let office = Office::new(&headquarters);
    let bundle = office.bundle(&headquarters, "one.zip");
    office.pinned(&plant);
    let attempt = |name: &str, deed: &dyn Fn(&Path)| {
        let folder = unpacked(&office, &bundle, name);
        deed(&folder.join("image"));
        by_the_stolen_key(&office, &folder, ("North", 7));
        let only = (carried(), Some(()));
        transfer::import(&plant.app, &Caller::operator("o"), (&folder, "North"), &office.places(), only, "")
    };
    let list = |image: &Path| fs::read(image.join("targets.json")).unwrap();
    let signed_by = |keys: &'static [&'static str]| {
        let keys: Vec<&str> = keys.iter().map(|name| office.key(name)).collect();
        move |image: &Path| {
            let paper = forged(&list(image), &keys, &|_| {});
            fs::write(image.join("targets.json"), paper).unwrap();
        }
    };
    let chosen = attempt("chosen", &|_| {}).unwrap();
    assert_eq!((chosen.bundle.sequence, chosen.items["feed"]), (7, 1), "it can choose what was approved");
    assert_eq!(code(attempt("one", &signed_by(&["a"]))), "threshold_missed");
    assert_eq!(code(attempt("thief", &signed_by(&["a", "thief"]))), "threshold_missed");
    assert_eq!(code(attempt("server", &signed_by(&["a", "server"]))), "threshold_missed");
    assert_eq!(code(attempt("both", &signed_by(&["server", "thief"]))), "threshold_missed");
    // One person's signature, written down twice.
    let twice = |image: &Path| {
        let paper = forged(&list(image), &[office.key("a")], &|_| {});
        let mut whole: serde_json::Value = serde_json::from_slice(&paper).unwrap();
        let again = whole["signatures"][0].clone();
        whole["signatures"].as_array_mut().unwrap().push(again);
        fs::write(image.join("targets.json"), whole.to_string()).unwrap();
    };
    assert!(attempt("twice", &twice).is_err());
    // A file of the thief's own, under the signatures of others.
    let planted = |image: &Path| {
        fs::write(image.join("targets/setup.exe"), "x").unwrap();
        let mut whole: serde_json::Value = serde_json::from_slice(&list(image)).unwrap();
        whole["signed"]["targets"]["setup.exe"] =
            serde_json::json!({"length": 1, "hashes": {"sha256": transfer::fingerprint(b"x")}});
        fs::write(image.join("targets.json"), whole.to_string()).unwrap();
    };
    assert_eq!(code(attempt("planted", &planted)), "threshold_missed");
}

#[test]
fn a_root_that_nobody_knows_one_that_skips_and_one_that_only_new_keys_sign_are_refused() {
    let (headquarters, plant) = (world("sqlite"), world("sqlite"));
    let office = Office::new(&headquarters);
    let bundle = office.bundle(&headquarters, "one.zip");
    office.pinned(&plant);
    // Everything is well signed, by people whom nobody here knows.
    let strangers = Office::new(&headquarters);
    let theirs = strangers.bundle(&headquarters, "theirs.zip");
    assert_eq!(code(office.take(&plant, &theirs)), "threshold_missed");
    let with_root = |name: &str, file: &str, version: u64, by: &[&str]| {
        let folder = unpacked(&office, &bundle, name);
        let path = format!("{name}/image/{file}");
        office.root(&headquarters, &path, (&["thief", "server"], 2, version), by);
        code(office.take(&plant, &folder))
    };
    assert_eq!(with_root("skips", "3.root.json", 3, &["a", "b", "thief", "server"]), "root_out_of_order");
    assert_eq!(with_root("lies", "2.root.json", 3, &["a", "b", "thief", "server"]), "root_out_of_order");
    assert_eq!(with_root("new", "2.root.json", 2, &["thief", "server"]), "threshold_missed");
    assert_eq!(with_root("old", "2.root.json", 2, &["a", "b"]), "threshold_missed");
    office.take(&plant, &bundle).unwrap();
}

#[test]
fn data_without_end_and_names_that_lead_elsewhere_are_refused() {
    use std::io::Write as _;
    let (headquarters, plant) = (world("sqlite"), world("sqlite"));
    let office = Office::new(&headquarters);
    let bundle = office.bundle(&headquarters, "one.zip");
    office.pinned(&plant);
    let padded = |name: &str, paper: &str| {
        let folder = unpacked(&office, &bundle, name);
        let mut text = fs::read(folder.join(paper)).unwrap();
        text.resize(text.len() + 17 * 1024 * 1024, b' ');
        fs::write(folder.join(paper), text).unwrap();
        code(office.take(&plant, &folder))
    };
    assert_eq!(padded("timestamp", "image/timestamp.json"), "endless_data");
    // The snapshot states the size of the list, so a longer one is seen before it is read to its end.
    let longer = padded("list", "image/targets.json");
    assert!(matches!(longer.as_str(), "endless_data" | "mix_and_match"), "{longer}");
    let zipped = |name: &str, entry: &str, method: zip::CompressionMethod| {
        let path = office.path(name);
        let mut archive = zip::ZipWriter::new(fs::File::create(&path).unwrap());
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        archive.start_file(entry, options).unwrap();
        archive.write_all(&[b' '; 4096]).unwrap();
        archive.finish().unwrap();
        code(office.take(&plant, &path))
    };
    let stored = zip::CompressionMethod::Stored;
    assert_eq!(zipped("up.zip", "../../escaped.json", stored), "unreadable");
    assert_eq!(zipped("deep.zip", "image/targets/a/b.json", stored), "unreadable");
    assert_eq!(zipped("bomb.zip", "image/targets.json", zip::CompressionMethod::Deflated), "unreadable");
    assert!(!office.path("escaped.json").exists());
    office.take(&plant, &bundle).unwrap();
}

/// An implementation that is not ours reads what we write. It is installed by `cargo xtask test`.
#[test]
fn python_tuf_reads_our_repositories() {
    let place = std::env::var_os("HOLDPOINT_PYTHON_TUF").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/python-tuf/bin/python"),
        PathBuf::from,
    );
    if !place.is_file() {
        eprintln!(
            "not checked: there is no python-tuf at {}; `cargo xtask test` installs it",
            place.display()
        );
        return;
    }
    let headquarters = world("sqlite");
    let office = Office::new(&headquarters);
    let bundle = office.bundle(&headquarters, "one.zip");
    let folder = unpacked(&office, &bundle, "python");
    for which in ["image", "order"] {
        let done = Command::new(&place)
            .args(["-c", READER])
            .arg(folder.join(which))
            .arg(headquarters.app.now().to_string())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(done.status.success(), "{which}: {said}{}", String::from_utf8_lossy(&done.stderr));
        assert!(said.contains("read "), "{said}");
    }
}

const READER: &str = r#"
import datetime, functools, http.server, json, os, sys, tempfile, threading
from tuf.ngclient import Updater, UpdaterConfig
folder, now = sys.argv[1], sys.argv[2]
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
handler.log_message = lambda *a: None
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
base = f"http://127.0.0.1:{server.server_port}/"
root = open(os.path.join(folder, "1.root.json"), "rb").read()
with tempfile.TemporaryDirectory() as state:
    updater = Updater(state, base, state, base + "targets/", config=UpdaterConfig(prefix_targets_with_hash=False), bootstrap=root)
    updater._trusted_set.reference_time = datetime.datetime.fromisoformat(now.replace("Z", "+00:00"))
    updater.refresh()
    names = list(json.load(open(os.path.join(folder, "targets.json")))["signed"]["targets"])
    for name in names:
        info = updater.get_targetinfo(name)
        updater.download_target(info, os.path.join(state, "target-" + name))
    print("read", len(names), "files")
server.shutdown()
"#;
