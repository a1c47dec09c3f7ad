//! What came with bundles and is kept: listed, and handed out as it was signed to whoever may have files of others.

use holdpoint_app::{AppError, Caller};
use holdpoint_domain::access::Role;
use holdpoint_wire::text::Hash;
use serde_json::json;

use crate::plant::{conforms, description};
use crate::world::{World, worlds};

const RESULTS: &[u8] = b"{\"results\":[]}";

/// The results of a site, as a bundle leaves them.
fn keep(world: &World) {
    let sha256 = Hash::of(RESULTS);
    let kept =
        json!({"results.json": {"sha256": sha256.as_str(), "size_bytes": RESULTS.len(), "sequence": 3}});
    let intent = world.app.intent(&Caller::operator("test"), "transfer.take", "a test");
    let put = |c: &mut holdpoint_app::store::Change<'_>| {
        c.put_blob(RESULTS)?;
        c.put_setting("transfer.kept.North", &kept)?;
        Ok::<_, AppError>(())
    };
    world.app.store().change(&intent, put).expect("it is kept");
}

#[test]
fn a_kept_file_is_handed_out_as_it_was_signed() {
    let document = description();
    for world in worlds() {
        keep(&world);
        let (viewer, engineer) = (world.with_role(Role::Viewer), world.with_role(Role::Engineer));
        let listed = viewer.get("/transfers:kept?site=North").expect(200);
        conforms(&document, "GET", "/api/v1/transfers:kept", 200, &listed);
        assert_eq!(listed["items"][0]["name"], "results.json");
        let path = "/transfers:kept-file?site=North&name=results.json";
        let answer = engineer.get(path);
        assert_eq!((answer.status.as_u16(), answer.bytes.as_slice()), (200, RESULTS), "{}", world.engine);
        assert!(answer.header("content-disposition").starts_with("attachment"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        // As files of patches: whoever only looks has the list and not the bytes.
        viewer.get(path).problem(403);
        for unknown in ["site=North&name=other.json", "site=South&name=results.json"] {
            engineer.get(&format!("/transfers:kept-file?{unknown}")).problem(404);
        }
    }
}
