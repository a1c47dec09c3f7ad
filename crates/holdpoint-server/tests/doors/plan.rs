//! A released plan of an asset whose door is DDI, from the order to the verified step, with the crate `hawkbit` as the device: a
//! client that nobody of this project wrote.

use crate::ddi::{Opened, PATCH, opened_in};
use crate::people::{People, import, people, person};
use crate::{ENGINES, operator, world_at};
use hawkbit::ddi::{Client, Execution, Finished};
use holdpoint_app::approval::baselines::{self, NewBaseline};
use holdpoint_app::approval::decisions::{self, AskAuthorise, SignRequest, Urgency};
use holdpoint_app::edge::FixedClock;
use holdpoint_app::execution::{self, RestartWord, Said};
use holdpoint_app::planning::{self, NewRules};
use holdpoint_app::plans::{self, Proposal};
use holdpoint_app::ranking::lowering;
use holdpoint_app::windows::{self, LengthWord, NewWindow, ReachNamed};
use holdpoint_app::{App, Caller, controllers};
use holdpoint_domain::access::Role;
use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::baseline::{AssetScope, Place};
use holdpoint_domain::decision::{Basis, Footing, Posting};
use holdpoint_domain::plan::WayBack;
use holdpoint_domain::plan::ground::{SiteRules, WorkAsks, WorkProfile};
use holdpoint_domain::window::WindowKind;
use serde::Serialize;
use std::sync::Arc;

/// Two persons agree to what one word makes less of.
fn settle(app: &App) {
    for name in ["first.second", "other.second"] {
        let waiting = lowering::waiting(app, &Caller::operator("doors")).unwrap();
        let ids: Vec<_> = waiting.iter().map(|one| one.lowering.id).collect();
        if !ids.is_empty() {
            lowering::agree_to_all(app, &person(app, name, Role::Approver), &ids, "seen on the panel")
                .unwrap();
        }
    }
}

/// A panel of which everything is known, and a patch that is approved for it.
fn approved(app: &App, people: &People) {
    let rows = "asset_tag,site,zone,kind,vendor,product,production_consequence,safety_consequence,\
        environment_consequence,quality_consequence,data_consequence\n\
        P-1,North,Z2,hmi,Acme,Panel,minor,minor,minor,minor,minor\n";
    import(app, rows);
    settle(app);
    let scope = AssetScope {
        kind: Some(AssetKind::Hmi),
        vendor: String::new(),
        product: String::new(),
        release: None,
        place: Place::Everywhere,
    };
    let new = NewBaseline {
        name: "Panels".into(),
        description: String::new(),
        parent: None,
        scope,
        reason: "a test".into(),
    };
    baselines::create(app, &people.engineer, &new).unwrap();
    let asked = AskAuthorise {
        baseline: "Panels".into(),
        patch: PATCH.into(),
        basis: Basis::Inspection { reason: "documentation only".into() },
        footing: Footing::NoVendorQualification { reason: "no control system runs on it".into() },
        posting: Posting::AtOnce,
        expires: None,
        urgency: Urgency::Normal,
        reason: "monthly round".into(),
    };
    let decision = decisions::ask_authorise(app, &people.engineer, &asked).unwrap();
    let request = SignRequest {
        id: decision.id.to_string(),
        shown: decision.card,
        note: String::new(),
        on_behalf_of: None,
    };
    decisions::sign(app, &people.approver, &request).unwrap();
    let profile = WorkProfile {
        patch: None,
        kind: Some(AssetKind::Hmi),
        work_minutes: 20,
        undo_minutes: 10,
        people: 1,
        asks: WorkAsks::default(),
        way_back: Some(WayBack::ByHand { instruction: "put the old image back with the service key".into() }),
    };
    planning::put_profile(app, &people.engineer, &profile, "measured").unwrap();
}

/// The clock stands in the night of the window, and moves with each round.
fn clock() -> Arc<FixedClock> {
    Arc::new(FixedClock::new("2026-11-07T22:10:00Z".parse().unwrap()))
}

/// A plan for the panel in a window that is open now, released by a second person and begun.
fn begun(app: &App, people: &People) -> String {
    let night = NewWindow {
        name: "Tonight".into(),
        kind: WindowKind::Maintenance,
        reach: ReachNamed::Site("North".into()),
        time_zone: Some("UTC".into()),
        first: "2026-11-07T22:00".into(),
        minutes: 480,
        length: LengthWord::Exact,
        rule: String::new(),
        added: Vec::new(),
        left_out: Vec::new(),
        people: None,
        steps: None,
        note: String::new(),
    };
    windows::create(app, &people.engineer, &night, "agreed").unwrap();
    let usual = planning::rules(app, &people.engineer, "North").unwrap().1;
    let rules = SiteRules { soak_minutes: 0, ..usual };
    let new = NewRules { rules, test_assets: vec![] };
    planning::put_rules(app, &people.engineer, "North", &new, "a test").unwrap();
    let proposal = Proposal {
        title: "The panel".into(),
        assets: vec!["P-1".into()],
        patches: vec![PATCH.into()],
        days: Some(2),
        lead_minutes: Some(1),
        reason: "a test".into(),
        ..Proposal::default()
    };
    let id = plans::propose(app, &people.engineer, &proposal).unwrap().plans[0].id.to_string();
    plans::submit(app, &people.planner, &id, "").unwrap();
    plans::release(app, &people.approver, &id, "go").unwrap();
    execution::begin(app, &people.engineer, &id, "the shift knows").unwrap();
    let made = Said::BackupMade { what: "the image of the evening, on the plant's share".into() };
    execution::say(app, &people.engineer, (&id, 1), &made, "").unwrap();
    id
}

/// What the panel says of itself.
#[derive(Debug, Serialize)]
struct OwnWords {
    #[serde(rename = "plant-hmi")]
    version: String,
}

/// How the panel ends an installation.
#[derive(Debug, Clone, Copy)]
enum Ends {
    Well,
    Badly,
}

/// The panel: one poll with everything that it was asked. Gives the version that it runs then.
async fn round(client: &Client, version: &str, ends: Ends) -> String {
    let reply = client.poll().await.unwrap();
    if let Some(asked) = reply.config_data_request() {
        let words = OwnWords { version: version.to_owned() };
        asked.upload(Execution::Closed, Finished::Success, None, words, vec![]).await.unwrap();
    }
    let Some(update) = reply.update() else { return version.to_owned() };
    let update = update.fetch().await.unwrap();
    update.send_feedback(Execution::Proceeding, Finished::None, vec!["Downloading"]).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    for file in update.download(folder.path()).await.unwrap() {
        file.check_sha256().await.unwrap();
    }
    let (said, version) = match ends {
        Ends::Well => (Finished::Success, "1.1"),
        Ends::Badly => (Finished::Failure, version),
    };
    update.send_feedback(Execution::Closed, said, vec!["as played"]).await.unwrap();
    version.to_owned()
}

/// Turns of the server and polls of the panel until the step stands so; gives the panel's version.
fn carried_out(
    (opened, clock): (&Opened, &FixedClock),
    (client, id, by): (&Client, &str, &Caller),
    ends: Ends,
    until: &str,
) -> String {
    let app = &opened.world.app;
    let mut version = "1.0".to_owned();
    for _ in 0..30 {
        execution::work(app).unwrap();
        controllers::settle(app).unwrap();
        execution::work(app).unwrap();
        version = opened.run(round(client, &version, ends));
        let line = execution::show(app, &operator(), id).unwrap().steps.remove(0);
        if line.state == until {
            return version;
        }
        if line.state == "awaiting_restart" {
            let none = Said::Restart(RestartWord::None);
            execution::say(app, by, (id, 1), &none, "").unwrap();
        }
        clock.advance_micros(10_000_000);
    }
    let line = execution::show(app, &operator(), id).unwrap().steps.remove(0);
    panic!("it stands at {} and waits: {:?}", line.state, line.wait_why);
}

#[test]
fn a_released_plan_reaches_a_foreign_client_and_its_step_is_verified_by_what_the_device_says() {
    for engine in ENGINES {
        let clock = clock();
        let opened = opened_in(world_at(engine, clock.clone()), b"the bytes of plant-hmi 1.1");
        let app = &opened.world.app;
        let people = people(app);
        approved(app, &people);
        drop(opened.run(opened.client("guess").poll()));
        let token =
            controllers::accept(app, &people.engineer, "panel-1", "P-1", "seen at the panel").unwrap();
        let client = opened.client(&token);
        assert_eq!(opened.run(round(&client, "1.0", Ends::Well)), "1.0", "nothing is ordered yet");
        let id = begun(app, &people);
        let version = carried_out((&opened, &clock), (&client, &id, &people.engineer), Ends::Well, "done");
        assert_eq!(version, "1.1");
        let row = execution::step_shown(app, &people.engineer, &id, 1).unwrap();
        assert_eq!(row.words["before"].body, r#"{"plant-hmi":"1.0"}"#);
        assert_eq!(row.words["after"].body, r#"{"plant-hmi":"1.1"}"#);
        let evidence: Vec<_> = row.events.iter().filter_map(|event| event.evidence.clone()).collect();
        assert!(evidence.iter().any(|text| text.contains("finished: as played")), "{evidence:?}");
        let action = app.store().read(|r| r.controller_action(1)).unwrap().unwrap();
        assert_eq!(action.outcome.as_deref(), Some("finished"));
        assert!(action.settled_at.is_some());
    }
}

#[test]
fn a_plan_whose_device_fails_stops_and_a_person_has_the_step() {
    for engine in ENGINES {
        let clock = clock();
        let opened = opened_in(world_at(engine, clock.clone()), b"the bytes of plant-hmi 1.1");
        let app = &opened.world.app;
        let people = people(app);
        approved(app, &people);
        drop(opened.run(opened.client("guess").poll()));
        let token =
            controllers::accept(app, &people.engineer, "panel-1", "P-1", "seen at the panel").unwrap();
        let client = opened.client(&token);
        let id = begun(app, &people);
        let version =
            carried_out((&opened, &clock), (&client, &id, &people.engineer), Ends::Badly, "by_hand");
        assert_eq!(version, "1.0");
        assert!(!execution::show(app, &operator(), &id).unwrap().stops.is_empty());
        // Nothing is offered again by itself.
        execution::work(app).unwrap();
        assert!(opened.run(client.poll()).unwrap().update().is_none());
    }
}
