//! Plans on devices with a client of their own, and what two persons say when such a plan is stopped.
//!
//! The device is played here by the use cases of its door. A client that nobody of this project wrote carries a plan out in the
//! tests of the server.

use crate::ends::nothing_restarts;
use crate::support::{COLUMNS, LITTLE, World, code, worlds};
use crate::{Cast, authorise, cast, saturdays};
use holdpoint_app::controllers::{
    self, Answered, Attributes, Feedback, Given, Said as DeviceSaid, Told, What,
};
use holdpoint_app::execution::{self, Left, Said};
use holdpoint_app::patches::files::{self, NewFile};
use holdpoint_app::planning::{self, NewRestoreTest, NewRules};
use holdpoint_app::plans::{self, Proposal};
use holdpoint_app::store::controller::{AttributeMode, ControllerAction};
use holdpoint_app::store::execution::LiftState;
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::windows::NewWindow;
use holdpoint_app::{Caller, audit};
use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::execution::{Attempt, Deed, Event, HandWord, ObservedBy, Outcome, StepRun};
use holdpoint_domain::id::PlanId;
use holdpoint_domain::patch::ScanResult;
use holdpoint_domain::plan::WayBack;
use holdpoint_domain::plan::ground::{Asked, SiteRules, WorkAsks, WorkNotice, WorkProfile};
use holdpoint_domain::window::WindowKind;

const PATCH: &str = "deb plant-hmi 1.1 (all)";
const MINUTE: i64 = 60_000_000;

struct Site<'w> {
    world: &'w World,
    cast: Cast,
    id: String,
}

/// Panels `H-1` to `H-3` in a plan of two pilots and one more, released and begun, with a person's word of each backup.
fn site(world: &World) -> Site<'_> {
    let site = site_without_backups(world);
    for number in 1..=3 {
        site.has_backup(number);
    }
    site
}

/// The same while nobody has said where any backup lies.
fn site_without_backups(world: &World) -> Site<'_> {
    let cast = cast(world);
    let row = |n| format!("H-{n},North,Z2,server,Acme,HMI,{LITTLE}\n");
    world.grows(&format!("{COLUMNS}{}", (1..=3).map(row).collect::<String>()));
    for n in 1..=3 {
        let name = format!("panel-{n}");
        controllers::show_up(&world.app, &name, "10.0.0.1").unwrap();
        controllers::accept(&world.app, &cast.engineer, &name, &format!("H-{n}"), "seen there").unwrap();
    }
    authorise(world, &cast, PATCH);
    let file = NewFile {
        name: "plant-hmi_1.1_all.swu".into(),
        bytes: b"the bytes of plant-hmi 1.1".to_vec(),
        expected_sha256: String::new(),
        origin: "the plant's mirror".into(),
        scan: ScanResult::Clean,
        scanner: "a scanner".into(),
        scanned_at: Some(world.app.now()),
    };
    files::add(&world.app, &Caller::operator("test"), PATCH, &file, "").unwrap();
    let profile = WorkProfile {
        patch: None,
        kind: Some(AssetKind::Server),
        work_minutes: 10,
        undo_minutes: 10,
        people: 1,
        asks: WorkAsks::default(),
        way_back: Some(WayBack::ByHand { instruction: "restore the image of the evening".into() }),
    };
    planning::put_profile(&world.app, &cast.engineer, &profile, "measured").unwrap();
    let night = NewWindow { people: None, steps: None, ..saturdays() };
    holdpoint_app::windows::create(&world.app, &cast.engineer, &night, "agreed").unwrap();
    let usual = planning::rules(&world.app, &cast.viewer, "North").unwrap().1;
    let rules = SiteRules { pilots: 2, soak_minutes: 0, failures_allowed: 0, ..usual };
    let new = NewRules { rules, test_assets: vec![] };
    planning::put_rules(&world.app, &cast.engineer, "North", &new, "a test").unwrap();
    let proposal = Proposal {
        title: "Panels of North".into(),
        assets: (1..=3).map(|n| format!("H-{n}")).collect(),
        patches: vec![PATCH.to_owned()],
        days: Some(60),
        reason: "a test".into(),
        ..Proposal::default()
    };
    let id = plans::propose(&world.app, &cast.engineer, &proposal).unwrap().plans[0].id.to_string();
    plans::submit(&world.app, &cast.planner, &id, "").unwrap();
    plans::release(&world.app, &cast.approver, &id, "go").unwrap();
    execution::begin(&world.app, &cast.engineer, &id, "the shift knows").unwrap();
    Site { world, cast, id }
}

impl Site<'_> {
    fn has_backup(&self, number: u32) {
        let made = Said::BackupMade { what: "image of the evening, share \\\\store\\panels".into() };
        execution::say(&self.world.app, &self.cast.engineer, (&self.id, number), &made, "").unwrap();
    }

    fn states(&self) -> Vec<String> {
        let shown = execution::show(&self.world.app, &self.cast.viewer, &self.id).unwrap();
        shown.steps.into_iter().map(|step| step.state).collect()
    }

    fn waits(&self) -> Vec<String> {
        let shown = execution::show(&self.world.app, &self.cast.viewer, &self.id).unwrap();
        shown.steps.into_iter().map(|step| step.wait_why.unwrap_or_default()).collect()
    }

    /// What the server does while a minute passes.
    fn pass(&self) {
        execution::work(&self.world.app).unwrap();
        controllers::settle(&self.world.app).unwrap();
        execution::work(&self.world.app).unwrap();
        nothing_restarts(&self.world.app, &self.cast.engineer);
        self.world.clock.advance_micros(MINUTE);
    }

    fn clock_to_start(&self, step: usize) {
        let shown = execution::show(&self.world.app, &self.cast.viewer, &self.id).unwrap();
        let wait = shown.steps[step - 1].start.since(self.world.app.now());
        self.world.clock.advance_micros(wait.max(0));
    }

    /// What stands open for a panel when it asks.
    fn asks(&self, panel: u32) -> Vec<ControllerAction> {
        let app = &self.world.app;
        let known = controllers::come_in(app, &format!("panel-{panel}"), "10.0.0.1").unwrap().unwrap();
        let standing = controllers::standing(app, &known).unwrap();
        let kept = controllers::standing_in_memory(app, &known).expect("what was read is kept");
        assert_eq!(kept, standing);
        standing.actions.clone()
    }

    fn tells(&self, panel: u32, said: DeviceSaid) -> Answered {
        let action = self.asks(panel)[0].number;
        let feedback = Feedback { said, details: vec!["as played".into()] };
        let told = Told { name: format!("panel-{panel}"), action, what: What::Deployment, feedback };
        controllers::answer(&self.world.app, &[told]).unwrap()[0]
    }

    /// The panel fetches a span of its file; `None`: all of it.
    fn fetches(&self, panel: u32, span: Option<(u64, u64)>) {
        let name = format!("panel-{panel}");
        let action = self.asks(panel)[0].number;
        let offer = controllers::offer(&self.world.app, &name, action).unwrap();
        for file in offer.files {
            let (from, to) = span.unwrap_or((0, file.size_bytes));
            let (sha256, size_bytes) = (file.sha256, file.size_bytes);
            let given = Given { name: name.clone(), action, sha256, size_bytes, from, to };
            controllers::given(&self.world.app, &[given]).unwrap();
        }
    }

    /// The panel fetches its file and says that it is done.
    fn installs(&self, panel: u32) {
        self.fetches(panel, None);
        assert_eq!(self.tells(panel, DeviceSaid::Finished), Answered::Kept);
    }

    /// The panel says which version it has.
    fn is_at(&self, panel: u32, version: &str) {
        let data = [("plant-hmi".to_owned(), version.to_owned())].into();
        let new = Attributes { mode: AttributeMode::Merge, data };
        controllers::put_attributes(&self.world.app, &format!("panel-{panel}"), &new).unwrap();
    }

    /// The first pilot is done, the second one failed at its device.
    fn half_failed(&self) {
        self.clock_to_start(1);
        self.pass();
        assert_eq!(self.states(), ["installing", "installing", "staged"], "{:?}", self.waits());
        self.installs(1);
        assert_eq!(self.tells(2, DeviceSaid::Failed), Answered::Kept);
        for _ in 0..3 {
            self.pass();
            self.is_at(1, "1.1");
        }
        self.pass();
        assert_eq!(self.states()[..2], ["done", "by_hand"], "{:?}", self.waits());
    }

    fn stops(&self) -> Vec<String> {
        let shown = execution::show(&self.world.app, &self.cast.viewer, &self.id).unwrap();
        shown.stops.iter().map(execution::stop_words).collect()
    }
}

/// The deeds in the audit log, the newest first.
fn deeds(world: &World) -> Vec<String> {
    let query = ListQuery::everything(50, world.app.now());
    let found = audit::list(&world.app, &Caller::operator("test"), &query).unwrap().items;
    found.into_iter().map(|entry| entry.action).collect()
}

#[test]
fn a_way_back_that_nobody_could_go_waits_when_a_plan_is_proposed() {
    for world in worlds() {
        let site = site(&world);
        let (app, cast) = (&world.app, &site.cast);
        let row = |n| format!("H-{n},North,Z2,server,Acme,HMI,{LITTLE}\n");
        world.grows(&format!("{COLUMNS}{}", (4..=5).map(row).collect::<String>()));
        controllers::show_up(app, "panel-5", "10.0.0.1").unwrap();
        controllers::accept(app, &cast.engineer, "panel-5", "H-5", "seen there").unwrap();
        let waits = |way_back: WayBack| {
            let kind = Some(AssetKind::Server);
            let profile = planning::profiles(app, &cast.viewer).unwrap();
            let profile = profile.into_iter().find(|one| one.kind == kind).unwrap();
            let profile = WorkProfile { way_back: Some(way_back), ..profile };
            planning::put_profile(app, &cast.engineer, &profile, "as the panels are").unwrap();
            let proposal = Proposal {
                title: "Two more panels".into(),
                assets: vec!["H-4".into(), "H-5".into()],
                patches: vec![PATCH.to_owned()],
                days: Some(60),
                reason: "a test".into(),
                ..Proposal::default()
            };
            let id = plans::propose(app, &cast.engineer, &proposal).unwrap().plans[0].id.to_string();
            let all = plans::waits(app, &cast.viewer, &id, &ListQuery::everything(9, app.now())).unwrap();
            let text = plans::export(app, &cast.viewer, &id).unwrap();
            (all.items.into_iter().map(|one| (one.tag, one.cause, one.why)).collect::<Vec<_>>(), text)
        };
        let (found, _) = waits(WayBack::Automatic { to: "the image before".into() });
        let found: Vec<_> =
            found.iter().map(|(tag, cause, why)| (tag.as_str(), cause.as_str(), why)).collect();
        assert!(
            matches!(found[..], [("H-4", "no-door", nothing), ("H-5", "way-back", none)]
                if nothing.contains("no agent, line or client") && none.contains("none that can be")),
            "{found:?}"
        );
        // By hand a person goes it, and what nothing leads to is done by work order.
        let (found, text) = waits(WayBack::ByHand { instruction: "put the image back".into() });
        assert!(found.is_empty(), "{found:?}");
        assert!(text.contains("Nothing leads to H-4: no agent, line or client"), "{text}");
        assert!(!text.contains("Nothing leads to H-5"), "{text}");
    }
}

fn write_rules(site: &Site<'_>, change: impl FnOnce(SiteRules) -> SiteRules) {
    let app = &site.world.app;
    let rules = change(planning::rules(app, &site.cast.viewer, "North").unwrap().1);
    let new = NewRules { rules, test_assets: vec![] };
    planning::put_rules(app, &site.cast.engineer, "North", &new, "a test").unwrap();
}

#[test]
fn a_step_waits_until_a_backup_of_its_asset_was_restored_within_the_days_of_the_site() {
    for world in worlds() {
        let site = site(&world);
        let (app, cast) = (&world.app, &site.cast);
        let wrong = SiteRules {
            restore_test_days: Some(0),
            ..planning::rules(app, &cast.viewer, "North").unwrap().1
        };
        let wrong = NewRules { rules: wrong, test_assets: vec![] };
        assert_eq!(code(planning::put_rules(app, &cast.engineer, "North", &wrong, "")), "planning-rules");
        write_rules(&site, |rules| SiteRules { restore_test_days: Some(30), ..rules });
        site.clock_to_start(1);
        site.pass();
        assert_eq!(site.states()[..2], ["staged", "staged"]);
        assert!(site.waits()[0].contains("was never tested"), "{:?}", site.waits());
        let put = |who: &Caller, what: &str, days: i64| {
            let tested_at = Some(app.now().plus_micros(-days * 24 * 60 * MINUTE));
            let new = NewRestoreTest { tested_at, tested_by: "K. Technician".into(), what: what.into() };
            planning::put_restore_test(app, who, "H-1", &new, "a test")
        };
        assert!(put(&cast.viewer, "the image of June, on the bench", 1).is_err());
        assert_eq!(code(put(&cast.engineer, "-", 1)), "text");
        assert_eq!(code(put(&cast.engineer, "the image of June, on the bench", -1)), "tested_at");
        put(&cast.engineer, "the image of June, on the bench", 31).unwrap();
        site.pass();
        assert!(site.waits()[0].contains("more than 30 days ago"), "{:?}", site.waits());
        put(&cast.engineer, "the image of October, on the bench", 1).unwrap();
        site.pass();
        assert_eq!(site.states()[..2], ["installing", "staged"], "{:?}", site.waits());
        let all = planning::restore_tests(app, &cast.viewer, "H-1").unwrap();
        assert_eq!((all.len(), all[0].tested_by.as_str()), (2, "K. Technician"));
        assert_eq!(all[0].recorded_by, "a.weber");
        assert!(deeds(&world).contains(&"planning.restore_test".to_owned()));
    }
}

#[test]
fn a_missed_step_is_caught_up_as_long_as_the_site_lets_it() {
    let world = &worlds()[0];
    let site = site(world);
    write_rules(&site, |rules| SiteRules { catch_up_minutes: 30, ..rules });
    execution::pause(&world.app, &site.cast.engineer, &site.id, Some("the shift is short")).unwrap();
    site.clock_to_start(1);
    world.clock.advance_micros(20 * MINUTE);
    site.pass();
    assert_eq!(site.states()[0], "waiting", "{:?}", site.waits());
    world.clock.advance_micros(20 * MINUTE);
    site.pass();
    assert_eq!(site.states()[0], "aborted");
}

#[test]
fn an_operator_and_the_process_are_asked_where_the_way_of_working_says_so() {
    for world in worlds() {
        let site = site(&world);
        let (app, cast) = (&world.app, &site.cast);
        let kind = Some(AssetKind::Server);
        let profile = planning::profiles(app, &cast.viewer).unwrap();
        let profile = profile.into_iter().find(|one| one.kind == kind).unwrap();
        let notice = WorkNotice {
            message: "The panel restarts tonight".into(),
            postpone_at_most: 2,
            postpone_minutes: 30,
            confirmation: Asked::Yes,
        };
        let silent = WorkNotice { message: " ".into(), ..notice.clone() };
        let endless = WorkNotice { postpone_minutes: 0, ..notice.clone() };
        for wrong in [silent, endless] {
            let asks = WorkAsks { notice: Some(wrong), permit: Asked::Yes };
            let wrong = WorkProfile { asks, ..profile.clone() };
            assert!(planning::put_profile(app, &cast.engineer, &wrong, "").is_err());
        }
        let asks = WorkAsks { notice: Some(notice), permit: Asked::Yes };
        let profile = WorkProfile { asks, ..profile };
        planning::put_profile(app, &cast.engineer, &profile, "the shift wants it").unwrap();
        assert!(
            planning::profiles(app, &cast.viewer).unwrap().contains(&profile),
            "it comes back as written"
        );
        // What is under way was released on another ground, and is asked nothing new.
        site.clock_to_start(1);
        site.pass();
        assert_eq!(site.states()[0], "installing", "{:?}", site.waits());
    }
}

/// How the deeds of a step ended, with what they rest on.
fn ended(site: &Site<'_>, number: u32, of: Deed) -> Vec<(Outcome, String)> {
    let (events, _) = execution::step(&site.world.app, &site.cast.viewer, &site.id, number).unwrap();
    let of_deed = events.into_iter().filter_map(|kept| match kept.event {
        Event::Ended { deed, outcome, .. } if deed == of => {
            Some((outcome, kept.evidence.unwrap_or_default()))
        }
        _ => None,
    });
    of_deed.collect()
}

#[test]
fn nothing_begins_on_a_device_before_a_person_says_where_its_backup_lies_and_nobody_calls_it_examined() {
    for world in worlds() {
        let site = site_without_backups(&world);
        let (app, cast, id) = (&world.app, &site.cast, site.id.as_str());
        site.clock_to_start(1);
        site.pass();
        assert_eq!(site.states()[..2], ["staged", "staged"]);
        assert!(site.waits()[0].contains("a person makes one, and says where it lies"), "{:?}", site.waits());
        assert!(site.asks(1).is_empty(), "nothing is offered");
        let fits = |number| {
            let shown = execution::step_shown(app, &cast.viewer, id, number).unwrap();
            shown.fitting.iter().any(|one| one.word == "backup_made")
        };
        assert!(fits(1));
        let word = |what: &str| {
            let made = Said::BackupMade { what: what.into() };
            execution::say(app, &cast.engineer, (id, 1), &made, "")
        };
        assert_eq!(code(word("-")), "text", "a word that says nothing is none");
        site.has_backup(1);
        site.pass();
        assert_eq!(site.states()[..2], ["installing", "staged"], "{:?}", site.waits());
        assert_eq!(code(word("image of the morning, in the safe")), "step-state");
        assert!(!fits(1));
        let examined = ended(&site, 1, Deed::Preflight);
        assert!(matches!(&examined[..], [(Outcome::NotDone { .. }, _)]), "{examined:?}");
        let kept = ended(&site, 1, Deed::Backup);
        let [(Outcome::Succeeded, rests_on)] = &kept[..] else { panic!("{kept:?}") };
        assert!(
            rests_on.contains("as a.weber said at") && rests_on.contains("nobody else saw"),
            "{rests_on}"
        );
    }
}

#[test]
fn a_device_that_says_success_and_fetched_nothing_verifies_nothing_until_a_person_has_looked() {
    for world in worlds() {
        let site = site(&world);
        let (app, cast, id) = (&world.app, &site.cast, site.id.as_str());
        site.clock_to_start(1);
        site.pass();
        // The first fetched nothing, the second left a gap.
        site.fetches(2, Some((0, 9)));
        site.fetches(2, Some((10, 99)));
        for panel in [1, 2] {
            assert_eq!(site.tells(panel, DeviceSaid::Finished), Answered::Kept);
        }
        for _ in 0..4 {
            site.pass();
            site.is_at(1, "1.1");
            site.is_at(2, "1.1");
        }
        assert_eq!(site.states()[..2], ["to_verify", "to_verify"], "{:?}", site.waits());
        assert!(site.waits()[0].contains("did not fetch plant-hmi_1.1_all.swu"), "{:?}", site.waits());
        let shown = |number| execution::step_shown(app, &cast.viewer, id, number).unwrap();
        assert_eq!(shown(1).row.reported.as_deref(), Some("unknown"));
        let say = |number, said| execution::say(app, &cast.engineer, (id, number), &said, "");
        assert_eq!(code(say(1, Said::CameOtherwise { how: "?".into() })), "text");
        assert!(shown(1).fitting.iter().any(|one| one.word == "came_otherwise"));
        say(1, Said::CameOtherwise { how: "from a stick, seen at the panel".into() }).unwrap();
        assert_eq!(code(say(1, Said::CameOtherwise { how: "from a stick, once more".into() })), "not-asked");
        // Or the step is taken in hand.
        say(2, Said::Ended { why: "nobody knows what it has".into() }).unwrap();
        say(2, Said::HandedBack(HandWord::Installed)).unwrap();
        for _ in 0..4 {
            site.pass();
            site.is_at(1, "1.1");
            site.is_at(2, "1.1");
        }
        assert_eq!(site.states()[..2], ["done", "done"], "{:?}", site.waits());
        let row = shown(1).row;
        assert_eq!(row.observed_by, Some(ObservedBy::Device), "it is the device's own word");
        let looked = ended(&site, 1, Deed::Verify);
        assert!(looked.last().unwrap().1.contains("by its own word"), "{looked:?}");
    }
}

#[test]
fn an_attempt_has_one_outcome_and_neither_the_step_nor_the_database_takes_a_second() {
    for world in worlds() {
        let site = site(&world);
        let app = &world.app;
        let plan: PlanId = site.id.parse().unwrap();
        let before = app.store().read(|r| r.step_run(plan, 1)).unwrap().unwrap();
        let attempt = Attempt { number: 1, intended_at: app.now(), deadline: app.now().plus_micros(MINUTE) };
        let intended = Event::Intended { deed: Deed::Stage, attempt };
        let over = Event::Ended { deed: Deed::Stage, attempt: 1, at: app.now(), outcome: Outcome::Succeeded };
        let intent = || app.intent(&Caller::operator("test"), "deployment.turn", "");
        let put = |run: &StepRun, event: &Event| {
            let put = app.store().change(&intent(), |c| c.put_step_event(plan, run, event, "test", None));
            put.map(|committed| committed.value)
        };
        let open = put(&before, &intended).unwrap();
        put(&open, &over).unwrap();
        // Who read the step before the first outcome was written is told by the database.
        assert!(put(&open, &over).is_err());
        execution::report(app, plan, 1, (Deed::Stage, 1), (Outcome::Succeeded, Left::default())).unwrap();
        assert_eq!(ended(&site, 1, Deed::Stage).len(), 1);
    }
}

#[test]
fn two_persons_lift_a_stop_and_what_failed_is_not_tried_again() {
    for world in worlds() {
        let site = site(&world);
        let (app, cast, id) = (&world.app, &site.cast, site.id.as_str());
        assert_eq!(code(execution::agree_lift(app, &cast.second, id, "")), "lift-not-asked");
        assert_eq!(
            code(execution::ask_lift(app, &cast.planner, (id, &[]), "all is well")),
            "nothing-stopped"
        );
        site.half_failed();
        assert!(site.stops()[0].contains("step 2"), "{:?}", site.stops());
        // Every failure is named, and nothing else.
        for named in [&[][..], &[1], &[1, 2], &[3]] {
            let asked = execution::ask_lift(app, &cast.planner, (id, named), "seen at the panel");
            assert_eq!(code(asked), "steps", "{named:?}");
        }
        assert!(execution::ask_lift(app, &cast.planner, (id, &[2]), "").is_err(), "for a reason");
        assert!(execution::ask_lift(app, &cast.viewer, (id, &[2]), "seen at the panel").is_err());
        let asked = execution::ask_lift(app, &cast.both, (id, &[2]), "its power supply was broken").unwrap();
        assert_eq!((asked.state, asked.steps.as_slice()), (LiftState::Asked, &[2][..]));
        site.pass();
        assert!(!site.stops().is_empty(), "one person lifts nothing");
        assert_eq!(code(execution::agree_lift(app, &cast.both, id, "")), "four-eyes");
        assert!(execution::agree_lift(app, &cast.planner, id, "").is_err(), "who plans does not release");
        let lifted = execution::agree_lift(app, &cast.second, id, "looked at it as well").unwrap();
        assert_eq!((lifted.state, lifted.decided_by.as_deref()), (LiftState::Lifted, Some("m.ruiz")));
        assert_eq!(code(execution::agree_lift(app, &cast.second, id, "")), "lift-not-asked");
        let shown = execution::overview(app, &cast.viewer, id).unwrap();
        assert!(shown.unaccepted.is_empty() && shown.lift == Some(lifted));
        let deeds = deeds(&world);
        let place = |deed: &str| deeds.iter().position(|one| one == deed).unwrap();
        assert!(place("deployment.lift") < place("deployment.ask_lift"), "{deeds:?}");
        // What failed stays with the person who has it; the next wave begins behind its hold point.
        site.pass();
        assert!(site.stops().is_empty(), "{:?}", site.stops());
        assert!(site.asks(2).is_empty(), "nothing is offered again by itself");
        let open = Said::HoldOpened { hold: 1, evidence: "one pilot runs, the other had no power".into() };
        execution::say(app, &cast.planner, (id, 3), &open, "").unwrap();
        site.clock_to_start(3);
        site.pass();
        assert_eq!(site.states(), ["done", "by_hand", "installing"], "{:?}", site.waits());
        // The next failure stops it anew.
        assert_eq!(site.tells(3, DeviceSaid::Failed), Answered::Kept);
        site.pass();
        assert!(site.stops().iter().any(|stop| stop.contains("step 3")), "{:?}", site.stops());
    }
}

#[test]
fn a_lift_is_refused_taken_back_and_stale_when_more_has_failed() {
    for world in worlds() {
        let site = site(&world);
        let (app, cast, id) = (&world.app, &site.cast, site.id.as_str());
        site.half_failed();
        let why = "its power supply was broken";
        execution::ask_lift(app, &cast.planner, (id, &[2]), why).unwrap();
        assert!(execution::refuse_lift(app, &cast.viewer, id, "no").is_err());
        assert_eq!(code(execution::refuse_lift(app, &cast.approver, id, " ")), "reason");
        let refused = execution::refuse_lift(app, &cast.approver, id, "ask the supplier first").unwrap();
        assert_eq!(
            (refused.state, refused.note.as_deref()),
            (LiftState::Refused, Some("ask the supplier first"))
        );
        execution::ask_lift(app, &cast.planner, (id, &[2]), why).unwrap();
        let back = execution::refuse_lift(app, &cast.planner, id, "I looked at the wrong panel").unwrap();
        assert_eq!(back.state, LiftState::Refused);
        execution::ask_lift(app, &cast.planner, (id, &[2]), why).unwrap();
        // Somebody accepts the failure meanwhile: what was asked for is not what stands.
        let accepted = Said::FailureAccepted { why: "the power supply was changed".into() };
        execution::say(app, &cast.engineer, (id, 2), &accepted, "").unwrap();
        assert_eq!(code(execution::agree_lift(app, &cast.second, id, "")), "lift-stale");
        assert!(site.stops().is_empty());
    }
}

#[test]
fn what_a_device_is_told_is_kept_in_memory_and_forgotten_when_it_changes() {
    for world in worlds() {
        let site = site(&world);
        let app = &world.app;
        assert!(site.asks(1).is_empty());
        site.clock_to_start(1);
        site.pass();
        let action = site.asks(1)[0].number;
        // Many reports in one change: each has its answer at its place.
        let told = |name: &str, said| Told {
            name: name.into(),
            action,
            what: What::Deployment,
            feedback: Feedback { said, details: vec![] },
        };
        let batch = [
            told("panel-1", DeviceSaid::Going("proceeding")),
            told("panel-2", DeviceSaid::Going("proceeding")),
            told("panel-1", DeviceSaid::Finished),
            told("panel-1", DeviceSaid::Going("proceeding")),
        ];
        let answers = controllers::answer(app, &batch).unwrap();
        assert_eq!(answers, [Answered::Kept, Answered::Unknown, Answered::Kept, Answered::Gone]);
        assert!(site.asks(1).is_empty());
        let told = app.store().read(|r| r.controller_statuses(action, 10)).unwrap();
        let words: Vec<&str> = told.iter().map(|(_, word, _)| word.as_str()).collect();
        assert_eq!(words, ["finished", "proceeding"]);
        // Whose time is over is taken back, also when it was in memory before.
        let open = site.asks(2)[0].clone();
        world.clock.advance_micros(open.ends_at.since(app.now()) + MINUTE);
        assert_eq!(site.asks(2)[0].state, "canceling");
        // Refused by a person: nobody is known any more.
        assert!(controllers::in_memory(app, "panel-2").is_some());
        controllers::refuse(app, &site.cast.engineer, "panel-2", "stolen").unwrap();
        assert!(controllers::in_memory(app, "panel-2").is_none());
        assert!(controllers::come_in(app, "panel-2", "10.0.0.1").is_err());
    }
}

#[test]
fn an_offer_that_was_not_fetched_is_taken_back_when_its_gate_shuts() {
    for world in worlds() {
        let site = site(&world);
        let app = &world.app;
        site.clock_to_start(1);
        site.pass();
        assert_eq!(site.states()[..2], ["installing", "installing"], "{:?}", site.waits());
        site.fetches(2, Some((0, 4)));
        execution::pause(app, &site.cast.engineer, &site.id, Some("an alarm stands")).unwrap();
        site.pass();
        let (first, second) = (site.asks(1)[0].clone(), site.asks(2)[0].clone());
        assert_eq!((first.state.as_str(), second.state.as_str()), ("canceling", "open"));
        assert!(site.waits()[0].contains("told not to begin"), "{:?}", site.waits());
        // The device lets it be: nothing was changed, and nothing failed.
        let feedback = Feedback { said: DeviceSaid::Finished, details: vec!["cancelled".into()] };
        let told = Told { name: "panel-1".into(), action: first.number, what: What::Cancel, feedback };
        assert_eq!(controllers::answer(app, &[told]).unwrap(), [Answered::Kept]);
        site.pass();
        assert_eq!(site.states()[..2], ["staged", "installing"], "{:?}", site.waits());
        let (events, _) = execution::step(app, &site.cast.viewer, &site.id, 1).unwrap();
        assert!(format!("{events:?}").contains("NotBegun"), "{events:?}");
        execution::pause(app, &site.cast.engineer, &site.id, None).unwrap();
        for _ in 0..3 {
            site.pass();
        }
        let again = site.asks(1);
        assert!(again.len() == 1 && again[0].number != first.number && again[0].state == "open", "{again:?}");
    }
}

/// What a person was told of the deployment, the newest first.
fn told(site: &Site<'_>, who: &Caller) -> Vec<String> {
    let query = ListQuery::everything(20, site.world.app.now());
    let all = holdpoint_app::notices::list(&site.world.app, who, &query).unwrap().items;
    all.into_iter().map(|one| one.text).collect()
}

/// A panel says of an action at one of its addresses how it ended.
fn says(site: &Site<'_>, panel: u32, action: i64, (what, said): (What, DeviceSaid)) -> Answered {
    let feedback = Feedback { said, details: vec!["as played".into()] };
    let told = Told { name: format!("panel-{panel}"), action, what, feedback };
    controllers::answer(&site.world.app, &[told]).unwrap()[0]
}

#[test]
fn what_a_person_ends_is_taken_back_from_its_device_and_a_success_after_it_is_told_to_people() {
    for world in worlds() {
        let site = site(&world);
        let (app, cast, id) = (&world.app, &site.cast, site.id.as_str());
        site.clock_to_start(1);
        site.pass();
        assert_eq!(site.states()[..2], ["installing", "installing"], "{:?}", site.waits());
        let numbers = [site.asks(1)[0].number, site.asks(2)[0].number];
        site.fetches(2, None);
        let say = |number, said| execution::say(app, &cast.engineer, (id, number), &said, "").unwrap();
        for step in [1, 2] {
            say(step, Said::Ended { why: "somebody works at the panel".into() });
        }
        // At once, whatever was fetched: nobody waits until the server has looked around.
        for (panel, number) in [(1, numbers[0]), (2, numbers[1])] {
            assert_eq!(site.asks(panel)[0].state, "canceling");
            let name = format!("panel-{panel}");
            let file = controllers::module_file(app, &name, number, "plant-hmi_1.1_all.swu");
            assert!(matches!(file, Err(holdpoint_app::AppError::NotFound { .. })), "{file:?}");
        }
        // The first lets it be; the second cannot, goes on, and says so.
        let (first, second) = (numbers[0], numbers[1]);
        assert_eq!(says(&site, 1, first, (What::Cancel, DeviceSaid::Finished)), Answered::Kept);
        assert_eq!(says(&site, 2, second, (What::Cancel, DeviceSaid::Going("rejected"))), Answered::Kept);
        assert_eq!(site.asks(2)[0].state, "canceling", "it is not offered again");
        assert_eq!(says(&site, 2, second, (What::Deployment, DeviceSaid::Finished)), Answered::Kept);
        site.pass();
        assert_eq!(site.states()[..2], ["by_hand", "by_hand"], "a person has both");
        let first = ended(&site, 1, Deed::Install);
        assert!(matches!(&first[..], [(Outcome::NotBegun { .. }, _)]), "{first:?}");
        let second = ended(&site, 2, Deed::Install);
        assert!(matches!(&second[..], [(Outcome::Succeeded, _)]), "{second:?}");
        let told = told(&site, &cast.engineer);
        let late: Vec<&String> = told.iter().filter(|text| text.contains("was ended at")).collect();
        assert!(
            matches!(late[..], [text] if text.contains("step 2 on `H-2`")
            && text.contains("somebody works at the panel") && text.contains("it succeeded")),
            "{told:?}"
        );
        // Nothing is offered afterwards, and what the person says is looked at.
        say(1, Said::HandedBack(HandWord::AsBefore));
        say(2, Said::HandedBack(HandWord::AsBefore));
        for _ in 0..3 {
            site.pass();
            site.is_at(1, "");
            site.is_at(2, "1.1");
        }
        site.pass();
        assert_eq!(site.states()[..2], ["rolled_back", "by_hand"], "{:?}", site.waits());
        assert!(site.waits()[1].contains("the patch is still on it"), "{:?}", site.waits());
        assert!(site.asks(1).is_empty() && site.asks(2).is_empty());
    }
}

#[test]
fn a_deployment_that_ends_and_a_freeze_take_back_what_no_device_has_begun() {
    for world in worlds() {
        let site = site(&world);
        let (app, cast, id) = (&world.app, &site.cast, site.id.as_str());
        site.clock_to_start(1);
        site.pass();
        site.fetches(2, Some((0, 4)));
        let freeze = NewWindow {
            name: "Auditors".into(),
            kind: WindowKind::Freeze,
            first: app.now().plus_micros(-2 * 24 * 60 * MINUTE).to_string()[..16].into(),
            minutes: 4 * 24 * 60,
            rule: String::new(),
            people: None,
            steps: None,
            ..saturdays()
        };
        holdpoint_app::windows::create(app, &cast.engineer, &freeze, "auditors are here").unwrap();
        site.pass();
        assert_eq!([&site.asks(1)[0].state, &site.asks(2)[0].state], ["canceling", "open"]);
        let first = site.asks(1)[0].number;
        assert_eq!(says(&site, 1, first, (What::Cancel, DeviceSaid::Going("rejected"))), Answered::Kept);
        assert_eq!(site.asks(1)[0].state, "open", "its step waits for it still");
        // In a deployment of which nobody has begun anything all of it ends.
        execution::end(app, &cast.engineer, id, "another week").unwrap();
        assert_eq!(site.states(), ["installing", "installing", "aborted"], "both devices are at work");
    }
    for world in worlds() {
        let site = site(&world);
        let (app, cast, id) = (&world.app, &site.cast, site.id.as_str());
        site.clock_to_start(1);
        site.pass();
        site.fetches(2, Some((0, 4)));
        execution::end(app, &cast.engineer, id, "another week").unwrap();
        assert_eq!(site.states(), ["by_hand", "installing", "aborted"], "what is in work goes on");
        assert_eq!([&site.asks(1)[0].state, &site.asks(2)[0].state], ["canceling", "open"]);
        site.installs(2);
        site.pass();
        assert!(site.states()[1] != "installing" && site.states()[0] == "by_hand");
    }
}
