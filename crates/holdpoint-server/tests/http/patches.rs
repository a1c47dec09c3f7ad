//! Patches through the API: lists, one, an asset's, and who lacks those against a vulnerability.

use holdpoint_app::Caller;
use holdpoint_app::feeds;
use holdpoint_domain::access::{Grant, Role, Scope};
use serde_json::{Value, json};

use crate::plant::{conforms, description};
use crate::world::{World, worlds};

const ASSETS: &str = "asset_tag,name,site,os_name,os_version\n\
    WS-1,Newest,North,Windows 10 Enterprise,22H2\n\
    WS-2,Older,South,Windows 10 Enterprise,10.0.19045.1000\n";
const SOFTWARE: &str =
    "asset_tag,vendor,product,version,purl,cpe\nWS-1,Microsoft,KB9900002,,,\nWS-2,Microsoft,KB9900001,,,\n";

fn catalogue() -> String {
    let title = |kb: &str| {
        format!("2031-02 Cumulative Update for Windows 10 Version 22H2 for x64-based Systems ({kb})")
    };
    json!([
        {"update_id": "a1", "title": title("KB9900001"), "kb_article": "9900001", "classification": "SecurityUpdates",
         "supersededby": [{"title": title("KB9900002"), "update_id": "a2"}], "supersedes": []},
        {"update_id": "a2", "title": title("KB9900002"), "kb_article": "9900002", "classification": "SecurityUpdates",
         "msrc_severity": "Critical", "supersedes": [title("KB9900001")], "reboot_behavior": "Can request restart"}
    ])
    .to_string()
}

fn month() -> String {
    json!({
        "DocumentTracking": {"Identification": {"ID": {"Value": "2031-Feb"}},
            "InitialReleaseDate": "2031-02-11T08:00:00Z", "CurrentReleaseDate": "2031-02-12T08:00:00Z"},
        "ProductTree": {"FullProductName": [
            {"ProductID": "1", "Value": "Windows 10 Version 22H2 for x64-based Systems"}]},
        "Vulnerability": [{"CVE": "CVE-2031-0002", "Remediations": [
            {"Description": {"Value": "9900002"}, "ProductID": ["1"], "Type": 2, "SubType": "Security Update"}]}]
    })
    .to_string()
}

fn fill(world: &World) {
    let engineer = world.with_role(Role::Engineer);
    engineer.upload("/assets:import?name=a.csv", ASSETS.as_bytes()).expect(200);
    engineer.upload("/assets:import?name=s.csv", SOFTWARE.as_bytes()).expect(200);
    for (name, text) in [("catalogue.json", catalogue()), ("2031-Feb", month())] {
        let report =
            feeds::import_bytes(&world.app, &Caller::operator("test"), name, text.into_bytes(), None, "");
        assert!(report.expect("it is taken").problems.is_empty());
    }
}

#[test]
fn patches_are_answered_as_they_are_described() {
    let document = description();
    for world in worlds() {
        fill(&world);
        let viewer = world.with_role(Role::Viewer);
        for (path, described) in [
            ("/patches", "/patches"),
            ("/patches/kb%209900002", "/patches/{id}"),
            ("/assets/WS-1/patches", "/assets/{id}/patches"),
            ("/vulnerabilities/CVE-2031-0002/patches", "/vulnerabilities/{cve}/patches"),
        ] {
            let answer = viewer.get(path).expect(200);
            conforms(&document, "GET", &format!("/api/v1{described}"), 200, &answer);
        }
        let patches = viewer.get("/patches?filter=product~22H2&sort=name").expect(200);
        assert_eq!(patches["count"]["value"], 2, "{}", world.engine);
        assert_eq!(patches["items"][1]["sources"], json!(["microsoft-catalogue", "msrc"]));
        let one = viewer.get("/patches/9900002").expect(200);
        assert_eq!(one["records"].as_array().map(Vec::len), Some(2));
        let on_asset = viewer.get("/assets/WS-1/patches?standing=covered").expect(200);
        assert_eq!(on_asset["patches"]["items"][0]["patch"], "KB9900001");
        assert_eq!(on_asset["standings"], json!({"installed": 1, "covered": 1, "missing": 0, "unknown": 0}));
        let missing = viewer.get("/assets/WS-2/patches?standing=missing&limit=1").expect(200);
        assert_eq!(missing["open_vulnerabilities"], json!(["CVE-2031-0002"]));
        let lack = viewer.get("/vulnerabilities/cve-2031-0002/patches?verdict=yes").expect(200);
        assert_eq!(
            (&lack["yes"], &lack["no"], &lack["assets"]["items"][0]["tag"]),
            (&json!(1), &json!(1), &json!("WS-2"))
        );
        assert_eq!(lack["assets"]["count"]["value"], 1);
    }
}

#[test]
fn wrong_questions_are_refused_and_other_sites_stay_hidden() {
    let world = World::sqlite();
    fill(&world);
    let viewer = world.with_role(Role::Viewer);
    for path in [
        "/assets/WS-1/patches?standing=fine",
        "/assets/WS-1/patches?cursor=x",
        "/assets/WS-1/patches?limit=0",
        "/vulnerabilities/CVE-2031-0002/patches?verdict=maybe",
        "/patches?filter=colour:red",
    ] {
        assert_eq!(viewer.get(path).problem(400), "invalid", "{path}");
    }
    assert_eq!(viewer.get("/patches/KB1").problem(404), "not-found");
    assert_eq!(viewer.get("/assets/none/patches").problem(404), "not-found");
    let north = Grant { role: Role::Viewer, scope: Scope::Site(world.site("North")) };
    world.account("north", &[north]);
    let north = world.sign_in("north");
    assert_eq!(north.get("/assets/WS-2/patches").problem(404), "not-found");
    let lack: Value = north.get("/vulnerabilities/CVE-2031-0002/patches").expect(200);
    assert_eq!((&lack["yes"], &lack["no"]), (&json!(0), &json!(1)));
    assert_eq!(lack["assets"]["items"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_file_of_the_plants_own_is_written_down_as_a_patch() {
    let document = description();
    for world in worlds() {
        let engineer = world.with_role(Role::Engineer);
        let new = json!({"name": "file plant-screen 2", "title": "Settings of the screens", "publisher": "Plant",
            "class": "security", "fixes": ["CVE-2031-0002"]});
        let made = engineer.post("/patches", &new).expect(201);
        conforms(&document, "POST", "/api/v1/patches", 201, &made);
        assert_eq!(
            (&made["patch"]["name"], &made["patch"]["class"]),
            (&json!("file plant-screen 2"), &json!("security"))
        );
        let listed = engineer.get("/patches?filter=source:person").expect(200);
        assert_eq!(listed["count"]["value"], 1, "{}", world.engine);
        for (field, wrong, status) in
            [("name", json!("plant-screen"), 422), ("title", json!(""), 422), ("class", json!("grave"), 400)]
        {
            let mut other = new.clone();
            other[field] = wrong;
            engineer.post("/patches", &other).problem(status);
        }
        world.with_role(Role::Viewer).post("/patches", &new).problem(403);
        let mut script = new;
        script["name"] = json!("script historian-flush 2");
        engineer.post("/patches", &script).expect(201);
        // How it runs is said when the image is written, of a patch that the image names.
        let run =
            json!({"script": "flush", "account": "plant", "time_limit_s": 60, "arguments": {"mode": "soft"}});
        let said = json!({"patch": "script historian-flush 2", "run": run, "check": null});
        let image = json!({"site": "North", "class": "hmi", "patches": [], "days": 90,
            "scripts": [said]});
        let refused = engineer.post("/papers/image", &image).expect(422);
        assert!(refused.to_string().contains("none of the patches of this image"), "{refused}");
    }
}
