//! From nothing said to a released plan, with the text that people read.

use crate::support::{World, code, looked, worlds};
use crate::{authorise, both_servers, cast, draft, ground, profile, saturdays, submitted};
use holdpoint_app::approval::decisions::{self, AskAuthorise, Urgency};
use holdpoint_app::execution::{self, Said};
use holdpoint_app::planning::{self, NewObservation};
use holdpoint_app::plans;
use holdpoint_app::policies::write::{self, Proposal};
use holdpoint_app::ranking::refresh;
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::windows;
use holdpoint_app::{Caller, feeds, intake};
use holdpoint_domain::decision::{EvidenceHold, WayBack};
use holdpoint_domain::plan::HoldKind;
use holdpoint_domain::plan::life::PlanWord;
use serde_json::json;

const EXPORT: &str = "\
Change plan 1: Servers of North
North, times of Europe/Berlin. Made on Mon 2026-11-02 09:00 CET by a.weber: monthly round
Draft: nobody has asked for its release.

Pilot wave 1 of KB5000001: the first failure stops everything
    1. SRV-1  Sat 2026-11-07 22:00 CET, done by 23:00, last safe start Sun 2026-11-08 03:45 CET  (Saturday night; 60 min as somebody estimated, undo 45 min; back by hand: restore the image of the evening)
HOLD until the engineer sees: wave 1 of KB5000001 is done, verified on every asset, and has run 4320 minutes without a fault
Rollout wave 2 of KB5000001: the first failure stops everything
    2. SRV-2  Sat 2026-11-14 22:00 CET, done by 23:00, last safe start Sun 2026-11-15 03:45 CET  (Saturday night; 60 min as somebody estimated, undo 45 min; back by hand: restore the image of the evening)
Exposure left: 436 hours over 2 steps, each hour counted by how pressing the work is; no plan can be below that.

What waits, and for what
KB5000009 on SRV-1 waits: for approval in baseline Servers: nobody has decided on this patch (from the approvers)
KB5000009 on SRV-2 waits: for approval in baseline Servers: nobody has decided on this patch (from the approvers)
Nothing leads to SRV-1, SRV-2: no agent, line or client; a person carries the steps out, by work order.
It is not known whether KB5000001 is needed on SRV-1, SRV-2: no source says for which products it is.
Nothing starts before Mon 2026-11-02 10:00 CET: 60 minutes are kept for the release.
Looked at until Fri 2027-01-01 09:00 CET.
";

#[test]
fn what_lacks_anything_waits_and_says_for_what() {
    for world in worlds() {
        let cast = cast(&world);
        let proposed =
            plans::propose(&world.app, &cast.engineer, &both_servers(&["KB5000001", "KB5000009"])).unwrap();
        let plan = &proposed.plans[0];
        assert_eq!((plan.steps, plan.waits), (0, 4), "nothing is left out silently");
        let query = ListQuery::everything(100, world.app.now());
        let waits = plans::waits(&world.app, &cast.viewer, &plan.id.to_string(), &query).unwrap();
        let first: Vec<&str> = waits.items.iter().map(|wait| wait.why.as_str()).take(2).collect();
        assert_eq!(
            first,
            [
                "for somebody to say how long it takes; for a way back, or a signed word that there is none",
                "for approval in baseline Servers: nobody has decided on this patch (from the approvers); \
                 for somebody to say how long it takes; for a way back, or a signed word that there is none",
            ]
        );
        assert_eq!(code(plans::submit(&world.app, &cast.engineer, &plan.id.to_string(), "")), "plan-empty");
    }
}

#[test]
fn a_plan_is_drafted_read_submitted_and_released_by_a_third_person() {
    for world in worlds() {
        let cast = cast(&world);
        ground(&world, &cast);
        let proposed =
            plans::propose(&world.app, &cast.engineer, &both_servers(&["KB5000001", "KB5000009"])).unwrap();
        let id = proposed.plans[0].id.to_string();
        assert_eq!(plans::export(&world.app, &cast.viewer, "1").unwrap(), EXPORT, "on {}", world.engine);
        let shown = plans::show(&world.app, &cast.viewer, &id).unwrap();
        assert_eq!((shown.plan.waves.len(), shown.plan.holds.len()), (2, 1));
        assert!(plans::check(&world.app, &cast.viewer, &id).unwrap().holds());
        let line = plans::submit(&world.app, &cast.planner, &id, "ready").unwrap();
        assert_eq!(line.state.word(), PlanWord::Submitted);
        let line = plans::release(&world.app, &cast.approver, &id, "go").unwrap();
        assert_eq!(line.state.word(), PlanWord::Released);
        let events = plans::show(&world.app, &cast.viewer, &id).unwrap().events;
        let words: Vec<&str> = events.iter().map(|event| event.state.word()).collect();
        assert_eq!(words, ["draft", "submitted", "released"]);
        // Released steps hold their places: other work goes elsewhere.
        authorise(&world, &cast, "KB5000002");
        let other = plans::propose(&world.app, &cast.engineer, &both_servers(&["KB5000002"])).unwrap();
        let first = other.plans[0].first_start.unwrap();
        assert!(first >= shown.plan.steps[0].free_at, "{first} beside {}", shown.plan.steps[0].start);
        let calendar = windows::calendar(
            &world.app,
            &cast.viewer,
            Some("North"),
            windows::Horizon { from: None, to: None },
        );
        let calendar = calendar.unwrap();
        assert_eq!((calendar.entries[0].steps, calendar.entries[0].booked_minutes), (1, 135));
        assert_eq!(calendar.entries[0].room_minutes, Some(480));
    }
}

#[test]
fn a_changed_input_makes_a_plan_stale_and_it_says_which() {
    for world in worlds() {
        let cast = cast(&world);
        ground(&world, &cast);
        let id = submitted(&world, &cast);
        let mut other = profile();
        other.work_minutes = 90;
        planning::put_profile(&world.app, &cast.engineer, &other, "measured by hand").unwrap();
        let report = plans::check(&world.app, &cast.viewer, &id).unwrap();
        let kinds: Vec<(&str, &str)> =
            report.stale.iter().map(|one| (one.kind.as_str(), one.what.as_str())).collect();
        assert_eq!(kinds, [("duration", "KB5000001 on SRV-1"), ("duration", "KB5000001 on SRV-2")]);
        assert_eq!(report.stale[0].is.as_deref(), Some("90 + 45 min, declared, 1 people"));
        assert_eq!(code(plans::release(&world.app, &cast.approver, &id, "go")), "plan-stale");
        // A new plan takes its place, and the old one says so.
        let mut again = both_servers(&["KB5000001"]);
        again.replaces = Some(id.clone());
        let new = plans::propose(&world.app, &cast.planner, &again).unwrap().plans.remove(0);
        assert_eq!(
            plans::show(&world.app, &cast.viewer, &id).unwrap().line.state.word(),
            PlanWord::Superseded
        );
        plans::submit(&world.app, &cast.engineer, &new.id.to_string(), "").unwrap();
        plans::release(&world.app, &cast.approver, &new.id.to_string(), "go").unwrap();
    }
}

#[test]
fn a_new_freeze_and_an_approval_that_falls_stop_a_plan() {
    for world in worlds() {
        let cast = cast(&world);
        ground(&world, &cast);
        let id = submitted(&world, &cast);
        let freeze = windows::NewWindow {
            name: "Audit week".to_owned(),
            kind: holdpoint_domain::window::WindowKind::Freeze,
            first: "2026-11-07T00:00".to_owned(),
            minutes: 3 * 24 * 60,
            rule: String::new(),
            people: None,
            steps: None,
            ..saturdays()
        };
        let frozen = windows::create(&world.app, &cast.engineer, &freeze, "auditors are here").unwrap();
        let report = plans::check(&world.app, &cast.viewer, &id).unwrap();
        assert_eq!(report.stale[0].kind, "freeze");
        assert!(report.findings.iter().any(|one| one.promise == "freeze"), "{:?}", report.findings);
        assert_eq!(code(plans::release(&world.app, &cast.approver, &id, "go")), "plan-stale");
        windows::end(&world.app, &cast.engineer, &frozen.window.id.to_string(), "they left").unwrap();
        assert!(plans::check(&world.app, &cast.viewer, &id).unwrap().holds(), "as it was before");
        let hold = holdpoint_app::approval::baselines::EntryDeed::Hold;
        holdpoint_app::approval::baselines::act(
            &world.app,
            &cast.engineer,
            "Servers",
            "KB5000001",
            hold,
            "adverse report",
        )
        .unwrap();
        let report = plans::check(&world.app, &cast.viewer, &id).unwrap();
        assert!(report.stale.iter().all(|one| one.kind == "approval"), "{:?}", report.stale);
        assert_eq!(code(plans::release(&world.app, &cast.approver, &id, "go")), "plan-stale");
        assert_eq!(code(plans::reject(&world.app, &cast.approver, &id, "")), "text");
        plans::reject(&world.app, &cast.approver, &id, "the patch is on hold").unwrap();
    }
}

#[test]
fn durations_that_were_measured_often_enough_count() {
    for world in worlds() {
        let cast = cast(&world);
        ground(&world, &cast);
        for minutes in [30, 32, 34, 36, 38] {
            let new = NewObservation {
                patch: "KB5000001".to_owned(),
                asset: "SRV-3".to_owned(),
                work_minutes: minutes,
                undo_minutes: None,
                at: None,
            };
            planning::observe(&world.app, &cast.engineer, &new, "").unwrap();
        }
        let plan = draft(&world, &cast.engineer).unwrap().plans.remove(0);
        let query = ListQuery::everything(10, world.app.now());
        let steps = plans::steps(&world.app, &cast.viewer, &plan.id.to_string(), &query).unwrap();
        let step = &steps.items[0];
        assert_eq!((step.step.estimate.work_minutes, step.step.estimate.undo_minutes), (38, 45));
        assert_eq!(
            step.why,
            "measured 5 times on Historian, nine of ten took no longer; undo as somebody wrote down"
        );
    }
}

#[test]
fn a_redundancy_group_of_which_nobody_spoke_waits_and_then_goes_one_by_one() {
    for world in worlds() {
        let cast = cast(&world);
        ground(&world, &cast);
        world.import("asset_tag,redundancy_group\nSRV-1,historian\nSRV-2,historian\n");
        let plan = draft(&world, &cast.engineer).unwrap().plans.remove(0);
        assert_eq!((plan.steps, plan.waits), (0, 2));
        let groups = planning::groups(&world.app, &cast.viewer).unwrap();
        assert_eq!((groups[0].members.len(), groups[0].said.is_none()), (2, true));
        let lose = |most, why: &str| {
            planning::put_group(&world.app, &cast.engineer, "North", ("historian", most, "P&ID 7"), why)
        };
        assert_eq!(code(lose(2, "all of it")), "may-lose", "one of two has to go on");
        lose(0, "").unwrap();
        assert_eq!(code(lose(1, " ")), "reason", "more than before, and nobody says why");
        lose(1, "tried last spring").unwrap();
        let plan = draft(&world, &cast.engineer).unwrap().plans.remove(0);
        assert_eq!((plan.steps, plan.waits), (2, 0));
    }
}

#[test]
fn an_emergency_that_counts_on_kept_evidence_stops_before_its_assets_until_the_traces_are_named() {
    for world in worlds() {
        let cast = cast(&world);
        ground(&world, &cast);
        world.catalogue("articles of today", &["KB5000020"]);
        let urgency = Urgency::Emergency {
            reason: "exploited next door".to_owned(),
            backup: "image on the plant's NAS, 2026-11-01".to_owned(),
            way_back: WayBack::Steps("restore the image".to_owned()),
            evidence: EvidenceHold::Kept("logs of the servers before patching".to_owned()),
        };
        let ask = AskAuthorise { urgency, ..world.ask("Servers", "KB5000020", looked()) };
        let asked = decisions::ask_authorise(&world.app, &cast.engineer, &ask).unwrap();
        world.sign(&cast.approver, &asked).unwrap();
        let proposed = plans::propose(&world.app, &cast.engineer, &both_servers(&["KB5000020"])).unwrap();
        let id = proposed.plans[0].id.to_string();
        let shown = plans::show(&world.app, &cast.viewer, &id).unwrap();
        let traces: Vec<u32> = shown
            .plan
            .holds
            .iter()
            .filter(|hold| hold.kind == HoldKind::Traces)
            .map(|hold| hold.before)
            .collect();
        assert_eq!(traces, [1, 2], "{}: before each asset: {:?}", world.engine, shown.plan.holds);
        assert!(plans::check(&world.app, &cast.viewer, &id).unwrap().holds());
        let text = plans::export(&world.app, &cast.viewer, &id).unwrap();
        assert!(
            text.contains("HOLD before step 1 until the approver sees: an image or the logs of SRV-1"),
            "{text}"
        );
        plans::submit(&world.app, &cast.planner, &id, "ready").unwrap();
        plans::release(&world.app, &cast.approver, &id, "go").unwrap();
        execution::begin(&world.app, &cast.engineer, &id, "the shift knows").unwrap();
        let open = |who, evidence: &str| {
            let said = Said::HoldOpened { hold: 1, evidence: evidence.to_owned() };
            code(execution::say(&world.app, who, (&id, 1), &said, ""))
        };
        let hash = "ab".repeat(32);
        let named = format!("logs of SRV-1 on the NAS, sha256:{hash}");
        assert_eq!(open(&cast.engineer, &named), "not-allowed", "it is an approver's to open");
        assert_eq!(open(&cast.second, "we have them"), "traces");
        assert!(open(&cast.second, &named).starts_with("done"), "{}", world.engine);
        assert_eq!(open(&cast.second, &named), "hold-open");
    }
}

fn listed_and_said(world: &World) {
    let date = "2026-10-01T00:00:00Z";
    let document = json!({
        "document": {
            "category": "csaf_security_advisory", "csaf_version": "2.0", "title": "Historian",
            "publisher": {"category": "vendor", "name": "Acme", "namespace": "https://acme.example"},
            "notes": [{"category": "summary", "text": "A test document."}],
            "references": [{"category": "self", "summary": "Itself", "url": "https://acme.example/a.json"}],
            "tracking": {"id": "ACME-7", "status": "final", "version": "1", "initial_release_date": date,
                "current_release_date": date,
                "revision_history": [{"date": date, "number": "1", "summary": "First."}]}
        },
        "product_tree": {"branches": [{"category": "vendor", "name": "Acme", "branches": [
            {"category": "product_name", "name": "Historian", "branches": [
                {"category": "product_version_range", "name": "vers:intdot/<9",
                 "product": {"name": "Acme Historian", "product_id": "P1"}}]}]}]},
        "vulnerabilities": [{"cve": "CVE-2026-0007", "notes": [{"category": "description", "text": "A flaw."}],
            "product_status": {"known_affected": ["P1"]}}]
    });
    let catalogue = json!({"title": "Catalogue", "catalogVersion": "2026.03.01",
        "dateReleased": "2026-03-01T12:00:00.0000Z", "count": 1,
        "vulnerabilities": [{"cveID": "CVE-2026-0007", "vendorProject": "Acme", "product": "Historian",
            "vulnerabilityName": "Acme flaw", "dateAdded": "2026-01-02", "shortDescription": "A flaw.",
            "requiredAction": "Patch.", "dueDate": "2026-02-01", "knownRansomwareCampaignUse": "Unknown",
            "notes": "", "cwes": []}]});
    let operator = Caller::operator("test");
    let bytes = document.to_string().into_bytes();
    intake::files::import_bytes(&world.app, &operator, "a.json", bytes, "").unwrap();
    let bytes = catalogue.to_string().into_bytes();
    feeds::import_bytes(&world.app, &operator, "kev.json", bytes, None, "a stick").unwrap();
    refresh::keep_current(&world.app).unwrap();
}

#[test]
fn where_bod_26_04_binds_the_traces_of_what_is_listed_are_secured_before_the_asset_is_changed() {
    for world in worlds() {
        let cast = cast(&world);
        ground(&world, &cast);
        listed_and_said(&world);
        let asked = || {
            let id = draft(&world, &cast.engineer).unwrap().plans[0].id.to_string();
            assert!(plans::check(&world.app, &cast.viewer, &id).unwrap().holds());
            let plan = plans::show(&world.app, &cast.viewer, &id).unwrap().plan;
            let traces = plan.holds.into_iter().filter(|hold| hold.kind == HoldKind::Traces);
            traces.map(|hold| (hold.before, hold.evidence)).collect::<Vec<_>>()
        };
        assert_eq!(asked(), [], "{}: the directive does not bind here", world.engine);
        let text = "kind = \"priorities_and_deadlines\"\nclocks.bod_26_04 = true\n";
        let new = Proposal { text: text.to_owned(), reason: "we are an agency".to_owned(), from: None };
        let key = write::propose(&world.app, &cast.engineer, &new).unwrap();
        write::publish(&world.app, &cast.approver, key, "agreed").unwrap();
        let asked = asked();
        let before: Vec<u32> = asked.iter().map(|one| one.0).collect();
        assert_eq!(before, [1, 2], "{asked:?}");
        assert!(
            asked[0].1.contains("BOD 26-04 asks for a forensic triage of CVE-2026-0007"),
            "{}",
            asked[0].1
        );
    }
}
