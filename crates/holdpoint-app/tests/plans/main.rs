//! Windows and plans from end to end, on both databases: what is placed, what waits, who lets it go, and attacks.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

mod agents;
mod attack;
mod begin;
mod calendar;
mod carried;
mod change_records;
mod controllers;
mod deployment;
mod ends;
mod fleet;
mod holds;
mod incremental;
mod partners;
mod placed;
mod readings;
mod scripted;
mod serving;
mod sticks;
mod story;
#[path = "../approval/support.rs"]
#[expect(dead_code, reason = "the plant of the approval tests; not all of it is needed here")]
mod support;
mod transfer;
mod twice;
mod windows;
mod work_orders;

use holdpoint_app::approval::decisions;
use holdpoint_app::planning;
use holdpoint_app::plans::{self, Proposal, Proposed};
use holdpoint_app::windows::{LengthWord, NewWindow, ReachNamed};
use holdpoint_app::{AppError, Caller, sites};
use holdpoint_domain::access::Role;
use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::plan::WayBack;
use holdpoint_domain::plan::ground::{WorkAsks, WorkProfile};
use holdpoint_domain::site::Site;
use holdpoint_domain::window::WindowKind;
use support::{World, looked};

/// The people of the tests.
pub struct Cast {
    /// Plans and proposes.
    pub engineer: Caller,
    /// Plans too.
    pub planner: Caller,
    /// Signs.
    pub approver: Caller,
    /// Signs too.
    pub second: Caller,
    /// May propose and sign.
    pub both: Caller,
    /// May do everything, and so must not sign.
    pub admin: Caller,
    /// Looks.
    pub viewer: Caller,
}

/// People, a baseline in which KB5000001 is effective, and a site with the clock of Berlin.
pub fn cast(world: &World) -> Cast {
    let cast = Cast {
        engineer: world.person("a.weber", &[Role::Engineer]),
        planner: world.person("p.lang", &[Role::Engineer]),
        approver: world.person("l.okafor", &[Role::Approver]),
        second: world.person("m.ruiz", &[Role::Approver]),
        both: world.person("t.kern", &[Role::Engineer, Role::Approver]),
        admin: world.person("root", &[Role::Administrator, Role::Approver, Role::Engineer]),
        viewer: world.person("v.iewer", &[Role::Viewer]),
    };
    world.baseline(&cast.engineer, "Servers", None);
    authorise(world, &cast, "KB5000001");
    let north = sites::sites(&world.app, &Caller::operator("test")).unwrap();
    for site in north {
        let site = Site { time_zone: "Europe/Berlin".to_owned(), ..site };
        sites::put_site(&world.app, &Caller::operator("test"), &site, "a test").unwrap();
    }
    cast
}

/// Makes a patch effective in the baseline.
pub fn authorise(world: &World, cast: &Cast, patch: &str) {
    if world.app.store().read(|r| r.patch(patch)).unwrap().is_none() {
        world.catalogue(patch, &[patch]);
    }
    let asked =
        decisions::ask_authorise(&world.app, &cast.engineer, &world.ask("Servers", patch, looked())).unwrap();
    world.sign(&cast.approver, &asked).unwrap();
}

/// A window over Saturday night at North.
pub fn saturdays() -> NewWindow {
    NewWindow {
        name: "Saturday night".to_owned(),
        kind: WindowKind::Maintenance,
        reach: ReachNamed::Site("North".to_owned()),
        time_zone: None,
        first: "2026-11-07T22:00".to_owned(),
        minutes: 480,
        length: LengthWord::Wall,
        rule: "FREQ=WEEKLY".to_owned(),
        added: Vec::new(),
        left_out: Vec::new(),
        people: Some(2),
        steps: Some(1),
        note: "Call the control room first.".to_owned(),
    }
}

/// How work on servers is done.
pub fn profile() -> WorkProfile {
    WorkProfile {
        patch: None,
        kind: Some(AssetKind::Server),
        work_minutes: 60,
        undo_minutes: 45,
        people: 1,
        asks: WorkAsks::default(),
        way_back: Some(WayBack::ByHand { instruction: "restore the image of the evening".to_owned() }),
    }
}

/// A proposal for both servers at North.
pub fn both_servers(patches: &[&str]) -> Proposal {
    Proposal {
        title: "Servers of North".to_owned(),
        assets: vec!["SRV-1".to_owned(), "SRV-2".to_owned()],
        patches: patches.iter().map(|patch| (*patch).to_owned()).collect(),
        days: Some(60),
        reason: "monthly round".to_owned(),
        ..Proposal::default()
    }
}

/// Ground on which a plan of both servers can be made.
pub fn ground(world: &World, cast: &Cast) {
    planning::put_profile(&world.app, &cast.engineer, &profile(), "as always").unwrap();
    holdpoint_app::windows::create(&world.app, &cast.engineer, &saturdays(), "agreed with production")
        .unwrap();
}

/// A draft of both servers.
pub fn draft(world: &World, who: &Caller) -> Result<Proposed, AppError> {
    plans::propose(&world.app, who, &both_servers(&["KB5000001"]))
}

/// A plan that waits for release: its id.
pub fn submitted(world: &World, cast: &Cast) -> String {
    let id = draft(world, &cast.engineer).unwrap().plans[0].id.to_string();
    plans::submit(&world.app, &cast.planner, &id, "ready").unwrap();
    id
}
