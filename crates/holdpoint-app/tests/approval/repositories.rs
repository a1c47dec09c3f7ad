//! Patches out of advisories and repositories on assets: what is missing, installed, covered, superseded and unknown, and
//! the fewest that close the most.

use crate::support::{World, code, looked, tested, worlds};
use holdpoint_app::approval::baselines::{self, NewBaseline};
use holdpoint_app::approval::compliance;
use holdpoint_app::approval::decisions::{self, AskAuthorise, Rejection, Urgency};
use holdpoint_app::approval::known::Source;
use holdpoint_app::patches::asset::{PatchOnAsset, of_asset};
use holdpoint_app::patches::fleet::{self, FleetQuery};
use holdpoint_app::patches::repository::{self, NewReading, Repository};
use holdpoint_app::patches::{cover, vendor};
use holdpoint_app::{Caller, intake};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Role;
use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::baseline::{AssetScope, Place};
use holdpoint_domain::decision::{EvidenceHold, WayBack};
use holdpoint_formats::repository::dnf::Distribution;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::io::Write as _;
use std::path::Path;

fn operator() -> Caller {
    Caller::operator("root")
}

fn packed(text: &str) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(text.as_bytes()).unwrap();
    writer.finish().unwrap()
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn put(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// An update of one package as `updateinfo.xml` has it.
fn update(id: &str, cve: &str, release: &str) -> String {
    format!(
        "<update type='security'><id>{id}</id><title>openssl update</title><severity>Important</severity>\
         <issued date='2031-02-11 08:00:00'/><references><reference type='cve' id='{cve}' href='x'/></references>\
         <pkglist><collection><package name='openssl' epoch='1' version='3.0.7' release='{release}' arch='x86_64'>\
         <filename>openssl.rpm</filename><sum type='sha256'>ff</sum></package></collection></pkglist></update>"
    )
}

fn dnf(folder: &Path) {
    let updates = format!(
        "<updates>{}{}</updates>",
        update("EXSA-2031:0001", "CVE-2031-0001", "25.el9"),
        update("EXSA-2031:0002", "CVE-2031-0002", "27.el9")
    );
    let updates = packed(&updates);
    let index = format!(
        "<repomd xmlns='http://linux.duke.edu/metadata/repo'><data type='updateinfo'><checksum type='sha256'>{}</checksum>\
         <location href='repodata/updateinfo.xml.gz'/></data></repomd>",
        hash(&updates)
    );
    put(folder, "repodata/updateinfo.xml.gz", &updates);
    put(folder, "repodata/repomd.xml", index.as_bytes());
}

fn apt(folder: &Path) {
    let packages = packed(
        "Package: nano\nVersion: 7.2-2\nArchitecture: amd64\nFilename: pool/n/nano_7.2-2_amd64.deb\nSize: 1430\n\
         SHA256: abcd\nDescription: editor\n\nPackage: other\nVersion: 1\nArchitecture: amd64\n",
    );
    let release = format!(
        "Origin: Debian\nLabel: Debian-Security\nSuite: stable-security\nVersion: 12\nCodename: bookworm-security\n\
         SHA256:\n {} {} main/binary-amd64/Packages.gz\n",
        hash(&packages),
        packages.len()
    );
    put(folder, "dists/bookworm-security/main/binary-amd64/Packages.gz", &packages);
    put(folder, "dists/bookworm-security/Release", release.as_bytes());
}

fn reading(folder: &Path, repository: Repository) -> NewReading {
    NewReading { name: "mirror".to_owned(), place: folder.to_str().unwrap().to_owned(), repository }
}

fn of_dnf() -> Repository {
    Repository::Dnf { namespace: "example".to_owned(), distros: vec!["el-9".to_owned()] }
}

const HOSTS: &str = "asset_tag,site,kind\nH-1,North,server\nH-2,North,server\nH-3,North,server\nH-4,North,server\nD-1,North,server\n";
const SOFTWARE: &str = "asset_tag,vendor,product,version,purl,cpe\n\
    H-1,,openssl,1:3.0.7-20.el9,pkg:rpm/example/openssl@1:3.0.7-20.el9?arch=x86_64&distro=el-9,\n\
    H-2,,openssl,1:3.0.7-27.el9,pkg:rpm/example/openssl@1:3.0.7-27.el9?arch=x86_64&distro=el-9,\n\
    H-3,,openssl,,pkg:rpm/example/openssl?arch=x86_64&distro=el-9,\n\
    D-1,,nano,7.2-1,pkg:deb/debian/nano@7.2-1?arch=amd64&distro=bookworm,\n";

fn rows(world: &World, tag: &str) -> Vec<(String, &'static str, Option<String>)> {
    let (_, found) = of_asset(&world.app, &operator(), tag, Moment::OPEN).unwrap();
    let row = |one: PatchOnAsset| (one.patch, one.standing, one.superseded_by);
    found.rows.into_iter().map(row).collect()
}

#[test]
fn packages_of_repositories_are_missing_installed_covered_superseded_or_unknown() {
    for world in worlds() {
        world.import(HOSTS);
        world.import(SOFTWARE);
        let (red, deb) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        dnf(red.path());
        apt(deb.path());
        let read = |new: &NewReading| repository::read(&world.app, &operator(), new, "monthly");
        let first = read(&reading(red.path(), of_dnf())).unwrap();
        assert_eq!((first.listed, first.kept), (2, 2), "{}", world.engine);
        let again = read(&reading(red.path(), of_dnf())).unwrap();
        assert_eq!(again.audit_sequence, None, "twice writes nothing");
        let debian = Repository::Apt {
            suite: "bookworm-security".to_owned(),
            components: vec!["main".to_owned()],
            architecture: "amd64".to_owned(),
            distribution: None,
        };
        let debian = NewReading { name: "bookworm".to_owned(), ..reading(deb.path(), debian) };
        assert_eq!(read(&debian).unwrap().kept, 1, "only what the inventory has");

        let (old, new) = ("EXSA-2031:0001".to_owned(), "EXSA-2031:0002".to_owned());
        assert_eq!(
            rows(&world, "H-1"),
            [(old.clone(), "missing", Some(new.clone())), (new.clone(), "missing", None)]
        );
        assert_eq!(rows(&world, "H-2"), [(old.clone(), "covered", None), (new.clone(), "installed", None)]);
        assert!(
            rows(&world, "H-3").iter().all(|row| row.1 == "unknown"),
            "no version is no \"not installed\""
        );
        assert_eq!(rows(&world, "H-4"), [], "nobody has looked what is on it");
        assert_eq!(rows(&world, "D-1")[0].1, "missing");

        let found = cover::fewest(&world.app, &operator()).unwrap();
        assert_eq!((found.open, found.closable, found.lower_bound), (2, 2, 1), "{found:?}");
        assert_eq!(found.patches.len(), 1, "the later update closes what both close: {found:?}");
        assert_eq!((&found.patches[0].patch, found.patches[0].closes, found.patches[0].assets), (&new, 2, 1));

        put(red.path(), "repodata/updateinfo.xml.gz", &packed("<updates/>"));
        assert_eq!(code(read(&reading(red.path(), of_dnf()))), "hash", "a list that is not the index's");
        assert_eq!(rows(&world, "H-1").len(), 2, "what was here stays");
        let outside = Repository::Apt {
            suite: "../../etc".to_owned(),
            components: vec!["main".to_owned()],
            architecture: "amd64".to_owned(),
            distribution: None,
        };
        assert!(read(&reading(deb.path(), outside)).is_err());
    }
}

/// A flat repository, as small suppliers have it: release file, list and packages lie in one folder.
fn flat(folder: &Path, release_name: &str) {
    let packages = "Package: nano\nVersion: 7.2-3\nArchitecture: all\nFilename: ./nano_7.2-3_all.deb\nSize: 9\n\
        SHA256: abcd\n\nPackage: nano\nVersion: 7.2-3\nArchitecture: arm64\nFilename: ./nano_7.2-3_arm64.deb\n";
    let release =
        format!("Origin: Acme\nSHA256:\n {} {} ./Packages\n", hash(packages.as_bytes()), packages.len());
    put(folder, "Packages", packages.as_bytes());
    put(folder, release_name, release.as_bytes());
}

#[test]
fn a_flat_repository_is_read_and_what_is_no_package_is_told() {
    for world in worlds() {
        world.import(HOSTS);
        world.import(SOFTWARE);
        let mirror = tempfile::tempdir().unwrap();
        flat(mirror.path(), "InRelease");
        flat(&mirror.path().join("stable"), "Release");
        let apt = |suite: &str, components: &[&str], distribution: Option<Distribution>| Repository::Apt {
            suite: suite.to_owned(),
            components: components.iter().map(|one| (*one).to_owned()).collect(),
            architecture: "amd64".to_owned(),
            distribution,
        };
        let read = |new: Repository| {
            repository::read(&world.app, &operator(), &reading(mirror.path(), new), "monthly")
        };
        let told = read(apt("./", &[], None)).unwrap();
        assert_eq!((told.listed, told.kept), (2, 1), "the one of another architecture is not kept");
        assert!(told.warnings.iter().any(|one| one.code == "no-distribution"), "{:?}", told.warnings);
        assert_eq!(rows(&world, "D-1"), [], "nobody has said for whose hosts it is");
        let debian = Distribution { namespace: "debian".to_owned(), distros: vec!["bookworm".to_owned()] };
        for suite in ["./", ".", "stable/", "./stable/"] {
            let told = read(apt(suite, &[], Some(debian.clone()))).unwrap();
            assert!(told.warnings.iter().all(|one| one.code != "no-distribution"), "{:?}", told.warnings);
            assert_eq!(
                rows(&world, "D-1"),
                [("deb nano 7.2-3 (all)".to_owned(), "missing", None)],
                "{suite}"
            );
        }
        for wrong in [apt("./", &["main"], None), apt("", &["main"], None), apt("stable", &[], None)] {
            assert_eq!(code(read(wrong)), "bad-repository");
        }
        assert!(read(apt("../", &[], None)).is_err());
        // A bill of materials that calls a package an application.
        let bom = json!({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
            "metadata": {"component": {"type": "device", "name": "H-4"}},
            "components": [{"type": "application", "name": "nano", "version": "7.2-1",
                "purl": "pkg:deb/debian/nano@7.2-1?arch=amd64&distro=bookworm"}]});
        world.import_bom("H-4", &bom.to_string());
        let told = read(apt("./", &[], Some(debian))).unwrap();
        let remark = told.warnings.iter().find(|one| one.code == "not-a-package").unwrap();
        assert!(remark.message.contains("nano (application)"), "{remark:?}");
    }
}

#[test]
fn a_fix_that_nobody_here_needs_is_still_a_fix() {
    for world in worlds() {
        let fix = json!({"category": "vendor_fix", "details": "Update to V2.0 or later version", "product_ids": ["P1"]});
        let bytes = crate::dealing::document(&fix, crate::dealing::VECTOR, "No public exploits are known.");
        intake::files::import_bytes(&world.app, &operator(), "a.json", bytes, "").unwrap();
        let lacking = || {
            let query =
                FleetQuery { reference: "CVE-2026-0007".to_owned(), limit: 10, ..FleetQuery::default() };
            let lack = fleet::lacking(&world.app, &operator(), &query).unwrap();
            (lack.has_patches, lack.yes, lack.no, lack.unknown)
        };
        assert_eq!(lacking(), (true, 0, 0, 0), "{}: nothing is in the inventory", world.engine);
        world.import(
            "asset_tag,site,kind,vendor,product,firmware_version\nF-1,North,plc,Acme,Flow Computer FX300,1.5\n\
             F-2,North,plc,Acme,Flow Computer FX300,2.1\nF-3,North,plc,Acme,Flow Computer FX300,\n",
        );
        assert_eq!(lacking(), (true, 1, 1, 1), "{}", world.engine);
    }
}

#[test]
fn fixes_of_advisories_are_gathered_once_and_say_where_they_are_missing() {
    for world in worlds() {
        world.import(
            "asset_tag,site,kind,vendor,product,firmware_version\nF-1,North,plc,Acme,Flow Computer FX300,1.5\n\
             F-2,North,plc,Acme,Flow Computer FX300,2.1\nF-3,North,plc,Acme,Flow Computer FX300,\n",
        );
        let fix = json!({"category": "vendor_fix", "details": "Update to V2.0 or later version", "product_ids": ["P1"]});
        let bytes = crate::dealing::document(&fix, crate::dealing::VECTOR, "No public exploits are known.");
        intake::files::import_bytes(&world.app, &operator(), "a.json", bytes, "").unwrap();
        vendor::gather(&world.app, &operator(), "monthly").unwrap();
        let again = vendor::gather(&world.app, &operator(), "monthly").unwrap();
        assert_eq!(again.audit_sequence, None, "{}: twice writes nothing", world.engine);
        let of = |tag: &str| rows(&world, tag).into_iter().map(|row| row.1).collect::<Vec<_>>();
        assert_eq!(of("F-1"), ["missing"]);
        assert!(!of("F-2").contains(&"missing"), "{:?}", of("F-2"));
        assert_eq!(of("F-3"), ["unknown"], "no version is no \"not installed\"");
        firmware_compares_with_its_baseline(&world);
        let found = cover::fewest(&world.app, &operator()).unwrap();
        assert_eq!(
            (found.open, found.closable, found.unknown),
            (1, 1, 1),
            "an unknown is counted apart: {found:?}"
        );
    }
}

/// The fixed version complies, an affected one deviates, and what is not known stays so with its reason.
fn firmware_compares_with_its_baseline(world: &World) {
    world.import(
        "asset_tag,site,kind,vendor,product,firmware_version\nF-4,North,plc,Acme,Flow Computer FX300,2.0\n",
    );
    let engineer = world.person("a.weber", &[Role::Engineer]);
    let approver = world.person("l.okafor", &[Role::Approver]);
    let scope = AssetScope {
        kind: Some(AssetKind::Plc),
        vendor: String::new(),
        product: String::new(),
        release: None,
        place: Place::Everywhere,
    };
    let new = NewBaseline {
        name: "Flow computers".to_owned(),
        description: String::new(),
        parent: None,
        scope,
        reason: "a test".to_owned(),
    };
    baselines::create(&world.app, &engineer, &new).unwrap();
    let words = || {
        let found = compliance::compliance(&world.app, &engineer, "Flow computers").unwrap();
        let words = found.assets.iter().map(|one| (one.tag.clone(), one.word)).collect::<Vec<_>>();
        (words, found.rows)
    };
    let all = |of: [&'static str; 4]| -> Vec<(String, &'static str)> {
        ["F-1", "F-2", "F-3", "F-4"].iter().map(|tag| (*tag).to_owned()).zip(of).collect()
    };
    assert_eq!(words().0, all(["unknown"; 4]), "nothing is decided, so nothing is compared");
    let (_, on_asset) = of_asset(&world.app, &operator(), "F-1", Moment::OPEN).unwrap();
    let patch = on_asset.rows[0].patch.clone();
    world.bench(&engineer, "Flow computers");
    let tester = world.person("t.kern", &[Role::Engineer]);
    let run = world.passed(&tester, "Flow computers", &patch);
    let ask = world.ask("Flow computers", &patch, tested(&run));
    let asked = decisions::ask_authorise(&world.app, &engineer, &ask).unwrap();
    world.signed(&approver, &asked);
    let (compared, rows) = words();
    assert_eq!(compared, all(["deviates", "complies", "unknown", "complies"]), "{}: {rows:?}", world.engine);
    let open = rows.iter().find(|row| row.tag == "F-3").expect("a row that says why");
    assert!(open.why.contains("may be needed"), "{}", open.why);
    let no = Rejection {
        baseline: Some("Flow computers".to_owned()),
        patch,
        source: Source::Asked,
        reason: "it loses its calibration".to_owned(),
    };
    decisions::reject(&world.app, &approver, &no).unwrap();
    let (compared, rows) = words();
    assert_eq!(compared[3].1, "deviates", "the very version that was refused: {rows:?}");
}

#[test]
fn an_emergency_is_reviewed_once_the_inventory_shows_that_it_was_installed() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let [approver, second, third] =
            ["l.okafor", "m.klein", "m.ruiz"].map(|name| world.person(name, &[Role::Approver]));
        world.import(HOSTS);
        world.import(SOFTWARE);
        let deb = tempfile::tempdir().unwrap();
        apt(deb.path());
        let debian = Repository::Apt {
            suite: "bookworm-security".to_owned(),
            components: vec!["main".to_owned()],
            architecture: "amd64".to_owned(),
            distribution: None,
        };
        repository::read(&world.app, &operator(), &reading(deb.path(), debian), "monthly").unwrap();
        let (patch, standing, _) = rows(&world, "D-1").remove(0);
        assert_eq!(standing, "missing", "{}", world.engine);
        world.baseline(&engineer, "Servers", None);
        let urgent = AskAuthorise {
            urgency: Urgency::Emergency {
                reason: "exploited next door".to_owned(),
                backup: "image on NAS-2, 2026-11-01".to_owned(),
                way_back: WayBack::Steps("restore the image".to_owned()),
                evidence: EvidenceHold::Kept("memory image in the safe".to_owned()),
            },
            ..world.ask("Servers", &patch, looked())
        };
        let asked = decisions::ask_authorise(&world.app, &engineer, &urgent).unwrap();
        world.sign(&approver, &asked).unwrap();
        if asked.needed > 1 {
            world.sign(&third, &asked).unwrap();
        }
        let review = || decisions::review(&world.app, &second, &asked.id.to_string(), "nano edits files");
        assert_eq!(code(review()), "not-carried-out", "{}", world.engine);
        let bring = |row: &str| {
            world.clock.advance_micros(1_000_000);
            world.import(&format!("asset_tag,vendor,product,version,purl,cpe\n{row}\n"));
        };
        bring("D-1,,curl,8.1-1,pkg:deb/debian/curl@8.1-1?arch=amd64&distro=bookworm,");
        assert_eq!(code(review()), "not-carried-out", "{}: something else was installed", world.engine);
        bring("D-1,,nano,7.2-2,pkg:deb/debian/nano@7.2-2?arch=amd64&distro=bookworm,");
        assert_eq!(rows(&world, "D-1")[0].1, "installed", "{}", world.engine);
        review().unwrap();
    }
}
