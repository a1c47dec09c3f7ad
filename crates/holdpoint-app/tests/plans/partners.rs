//! The other members of a redundancy group: nothing is changed beside one that is not heard.

use crate::agents::{GOOD, site};
use holdpoint_app::planning;

const ENGINES: [&str; 2] = ["sqlite", "postgres"];

#[test]
fn a_member_whose_agent_is_silent_counts_as_out_until_it_is_heard() {
    for engine in ENGINES {
        let mut site = site(engine, 2);
        site.world.import("asset_tag,redundancy_group\nH-1,pumps\nH-2,pumps\n");
        let said = ("pumps", 1, "P&ID 7");
        planning::put_group(&site.world.app, &site.cast.engineer, "North", said, "tried last spring")
            .unwrap();
        site.approve(&[GOOD]);
        let id = site.begun(GOOD);
        site.clock_to_start(&id, 1);
        // The other one is not heard though the start is reached: it may be down, and then nothing of the group would be left.
        let mut other = site.devices.remove(1);
        site.pass(300);
        let lines = site.lines(&id);
        assert!(site.devices[0].acts.is_empty(), "{engine}: {lines:?}");
        assert!(
            lines[0].1.starts_with(
                "`pumps` can lose 1, and with this one 2 would be out, counting H-2, which has not asked since"
            ),
            "{engine}: {lines:?}"
        );
        other.round(&site.world);
        site.pass(300);
        let lines = site.lines(&id);
        assert_eq!(lines[0].0, "verified", "{engine}: {lines:?}");
        assert_eq!(site.devices[0].acts.len(), 1);
    }
}
