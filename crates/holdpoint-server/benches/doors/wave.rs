//! A wave to a whole fleet of devices with a client of their own: from the first turn of released plans until every device that
//! asks is told what to install.
//!
//! A plan has at most 20,000 steps, so a larger fleet is several sites with a plan each. Everything is made by the use cases:
//! assets by import, the approval by two people, the plans by the planner and released by a second person. What is not real: the
//! clock stands still but for one jump to the start of the window, and nobody had to wait for the week of tests before.

use crate::ddi::{ask, config, decision, name};
use crate::measure::processor_s;
use crate::people::{People, import, people};
use holdpoint_app::approval::baselines::{self, NewBaseline};
use holdpoint_app::approval::decisions::{self, AskAuthorise, SignRequest, Urgency};
use holdpoint_app::approval::test_records::{self, NewEnvironment, NewRun, Where};
use holdpoint_app::edge::{FixedClock, OsRandom};
use holdpoint_app::patches::files::{self, NewFile};
use holdpoint_app::planning::{self, NewRules};
use holdpoint_app::plans::{self, Proposal};
use holdpoint_app::store::patch::NewPatches;
use holdpoint_app::store::{Location, Store};
use holdpoint_app::windows::{self, LengthWord, NewWindow, ReachNamed};
use holdpoint_app::{App, AppError, AppSettings, Caller, controllers, execution};
use holdpoint_domain::Moment;
use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::baseline::{AssetScope, Place};
use holdpoint_domain::decision::{Basis, Footing, Posting};
use holdpoint_domain::id::PlanId;
use holdpoint_domain::patch::{PatchRecord, PatchSource, ScanResult};
use holdpoint_domain::plan::WayBack;
use holdpoint_domain::plan::ground::{SiteRules, WorkAsks, WorkProfile};
use holdpoint_domain::test_record::{Differences, StepResult, TestRun};
use holdpoint_domain::window::WindowKind;
use holdpoint_server::ddi;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

const PATCH: &str = "deb plant-hmi 1.1 (all)";
/// Steps of one plan.
const A_SITE: usize = 20_000;

pub(crate) fn run(fleet: usize) {
    let data = tempfile::tempdir().unwrap();
    let store = Store::open(&Location::Sqlite(data.path().join("holdpoint.db"))).unwrap();
    let clock = Arc::new(FixedClock::new("2026-11-02T08:00:00Z".parse::<Moment>().unwrap()));
    let app = App::new(store, clock.clone(), Arc::new(OsRandom), AppSettings::default());
    let people = people(&app);
    let sites = fleet.div_ceil(A_SITE);
    let began = Instant::now();
    for site in 0..sites {
        assets(&app, site, site * A_SITE..((site + 1) * A_SITE).min(fleet));
    }
    approved(&app, &people);
    println!("wave: {fleet} assets with controllers, and an approved patch, in {:.1?}", began.elapsed());
    let began = Instant::now();
    let ids: Vec<PlanId> = (0..sites)
        .map(|site| plan(&app, &people, site, site * A_SITE..((site + 1) * A_SITE).min(fleet)))
        .collect();
    println!("wave: {sites} plans proposed, checked, released and begun in {:.1?}", began.elapsed());
    let start = execution::overview(&app, &people.engineer, &ids[0].to_string()).unwrap().steps[0].start;
    clock.set(start);
    let told = started(&app, &ids);
    assert_eq!(told, fleet, "every device has its action");
    offered(&app, fleet);
}

/// The turns of all plans until nothing moves; gives how many actions stand open.
fn started(app: &App, ids: &[PlanId]) -> usize {
    let (began, processor) = (Instant::now(), processor_s("/proc/self/stat"));
    let mut begun = 0;
    for id in ids {
        begun += execution::turn(app, *id, 8).unwrap().hand_outs.len();
    }
    let first = began.elapsed();
    controllers::settle(app).unwrap();
    let workers = execution::Workers::new(8);
    workers.round(app, &|why| panic!("{why}")).unwrap();
    let standing = began.elapsed();
    let mut told = 0;
    for id in ids {
        let steps = execution::overview(app, &Caller::operator("bench"), &id.to_string()).unwrap().steps;
        told += steps.iter().filter(|step| step.state == "installing").count();
    }
    println!(
        "wave: {begun} steps begun in {first:.1?}; files checked, way back proven and {told} actions standing open after \
         {standing:.1?}, {:.1} s of the processor",
        processor_s("/proc/self/stat") - processor
    );
    told
}

/// A hundred devices ask at the door, and each is told.
fn offered(app: &App, fleet: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let door = runtime.block_on(ddi::open(&config(), app.clone())).unwrap();
    let began = Instant::now();
    for device in (0..fleet).step_by((fleet / 100).max(1)) {
        let (status, _, answer) = runtime.block_on(ask(device, door.address, None));
        assert!(status == 200 && answer.contains("/deploymentBase/"), "{answer}");
    }
    println!("wave: of a hundred devices each is told its action, {:.1?} in all", began.elapsed());
    door.close();
}

fn tag(device: usize) -> String {
    format!("P-{device:06}")
}

/// The assets of a site, each with a controller that a person has accepted.
fn assets(app: &App, site: usize, devices: std::ops::Range<usize>) {
    for part in devices.collect::<Vec<_>>().chunks(5_000) {
        let mut rows = String::from(
            "asset_tag,site,zone,kind,vendor,product,production_consequence,safety_consequence,environment_consequence,\
             quality_consequence,data_consequence\n",
        );
        for device in part {
            writeln!(rows, "{},Site-{site},Z2,server,Acme,HMI,minor,minor,minor,minor,minor", tag(*device))
                .unwrap();
        }
        import(app, &rows);
        let intent = app.intent(&Caller::operator("bench"), "controller.accept", "a bench");
        let put = |c: &mut holdpoint_app::store::Change<'_>| {
            for device in part {
                let known = c.asset_by_tag(&tag(*device), Moment::OPEN)?.unwrap();
                c.put_controller(&name(*device), "127.0.0.1")?;
                let one = c.controller(&name(*device))?.unwrap();
                c.decide_controller(one.number, &decision(*device, (known.asset.id, known.site.unwrap())))?;
            }
            Ok::<_, AppError>(())
        };
        app.store().change(&intent, put).unwrap();
    }
}

/// The patch with its file.
fn known(app: &App) {
    let record =
        PatchRecord { identifier: PATCH.into(), title: PATCH.into(), ..PatchRecord::of("Plant".to_owned()) };
    let put = |c: &mut holdpoint_app::store::Change<'_>| {
        let at = c.at();
        let new = NewPatches { source: PatchSource::Apt, document: "plant", records: &[&record] };
        c.put_patches(&[new], at)?;
        Ok::<_, AppError>(())
    };
    let intent = app.intent(&Caller::operator("bench"), "patch.read-repository", "a bench");
    app.store().change(&intent, put).unwrap();
    let file = NewFile {
        name: "plant-hmi_1.1_all.swu".into(),
        bytes: b"the bytes of plant-hmi 1.1".to_vec(),
        expected_sha256: String::new(),
        origin: "the plant's mirror".into(),
        scan: ScanResult::Clean,
        scanner: "a scanner".into(),
        scanned_at: Some(app.now()),
    };
    files::add(app, &Caller::operator("bench"), PATCH, &file, "").unwrap();
}

/// A baseline of all servers, and a passed test of the patch for it.
fn tested(app: &App, people: &People) -> TestRun {
    let scope = AssetScope {
        kind: Some(AssetKind::Server),
        vendor: String::new(),
        product: String::new(),
        release: None,
        place: Place::Everywhere,
    };
    let new = NewBaseline {
        name: "Servers".into(),
        description: String::new(),
        parent: None,
        scope,
        reason: "a bench".into(),
    };
    baselines::create(app, &people.engineer, &new).unwrap();
    let bed = NewEnvironment {
        name: "Bed".into(),
        represents: vec!["Servers".into()],
        differences: Differences::Known(vec!["no domain controller".into()]),
        reason: String::new(),
    };
    test_records::add_environment(app, &people.engineer, &bed).unwrap();
    let new = NewRun {
        patch: PATCH.into(),
        baseline: "Servers".into(),
        place: Where::Bench("Bed".into()),
        plan: None,
        steps: vec![("install and restart".into(), "the panel shows the plant".into())],
        reason: String::new(),
    };
    let run = test_records::begin(app, &people.planner, &new).unwrap();
    test_records::record(app, &people.planner, &run.id.to_string(), 1, (StepResult::Passed, "seen")).unwrap()
}

/// The patch with its file, tested and approved for all servers.
fn approved(app: &App, people: &People) {
    known(app);
    let run = tested(app, people);
    let asked = AskAuthorise {
        baseline: "Servers".into(),
        patch: PATCH.into(),
        basis: Basis::Tested(vec![run.id]),
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
        kind: Some(AssetKind::Server),
        work_minutes: 60,
        undo_minutes: 45,
        people: 1,
        // A backup by hand would want a person's word for each of them.
        asks: WorkAsks::default(),
        way_back: Some(WayBack::None {
            signed_by: String::new(),
            reason: "a new device takes its place".into(),
        }),
    };
    planning::put_profile(app, &people.approver, &profile, "as always").unwrap();
}

/// A plan for every device of a site, released and begun.
fn plan(app: &App, people: &People, site: usize, devices: std::ops::Range<usize>) -> PlanId {
    let named = format!("Site-{site}");
    let night = NewWindow {
        name: format!("Saturday night of {named}"),
        kind: WindowKind::Maintenance,
        reach: ReachNamed::Site(named.clone()),
        time_zone: None,
        first: "2026-11-07T22:00".into(),
        minutes: 480,
        length: LengthWord::Wall,
        rule: "FREQ=WEEKLY".into(),
        added: Vec::new(),
        left_out: Vec::new(),
        people: None,
        steps: None,
        note: String::new(),
    };
    windows::create(app, &people.engineer, &night, "agreed").unwrap();
    let usual = planning::rules(app, &people.engineer, &named).unwrap().1;
    let rules = SiteRules { pilots: 1, wave_steps: 20_000, soak_minutes: 0, ..usual };
    let new = NewRules { rules, test_assets: vec![] };
    planning::put_rules(app, &people.engineer, &named, &new, "a large fleet").unwrap();
    let began = Instant::now();
    let proposal = Proposal {
        title: format!("All of {named}"),
        assets: devices.map(tag).collect(),
        patches: vec![PATCH.into()],
        days: Some(60),
        reason: "a bench".into(),
        ..Proposal::default()
    };
    let id = plans::propose(app, &people.engineer, &proposal).unwrap().plans[0].id;
    let proposed = began.elapsed();
    let name = id.to_string();
    plans::submit(app, &people.planner, &name, "").unwrap();
    let submitted = began.elapsed();
    plans::release(app, &people.approver, &name, "go").unwrap();
    let released = began.elapsed();
    execution::begin(app, &people.engineer, &name, "the shift knows").unwrap();
    let (begun, submitted, released) =
        (began.elapsed() - released, submitted - proposed, released - submitted);
    println!(
        "wave: {named}: proposed in {proposed:.1?}, submitted {submitted:.1?}, released {released:.1?}, begun {begun:.1?}"
    );
    id
}
