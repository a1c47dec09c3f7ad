//! The parts act on each other: a control that holds changes a rank, a supplier's word holds what was approved, and what
//! happens outside asks for a review of what was accepted.

use crate::support::{World, code, tested, worlds};
use holdpoint_app::approval::baselines::{self, EntryDeed};
use holdpoint_app::approval::decisions;
use holdpoint_app::approval::exemptions::{self, NewExemption, OnNamed, Works};
use holdpoint_app::approval::sweep;
use holdpoint_app::ranking::word::{self, NewWord, WordScope};
use holdpoint_app::ranking::{read, refresh};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::store::patch::NewPatches;
use holdpoint_app::store::ranking::list::{FindingLine, Standing};
use holdpoint_app::{AppError, Caller, feeds, notices, questions, sites, statements};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Role;
use holdpoint_domain::approval_policy::RiskClass;
use holdpoint_domain::compatibility::{
    CompatibilityStatement, IdentifierKind, StatedPatch, StatedProduct, StatedState, StatementSource,
};
use holdpoint_domain::control::{Burden, Control, ControlUse, Verification};
use holdpoint_domain::decision::{ExemptionKind, Footing};
use holdpoint_domain::exemption::{ExemptionState, ExemptionWord, ReasonCode, Trigger, What};
use holdpoint_domain::notice::NoticeKind;
use holdpoint_domain::patch::{PatchRecord, PatchSource};
use holdpoint_domain::patch_state::{OwnerState, SupplierState};
use holdpoint_domain::ranking::point::{Exploitation, Outcome};
use holdpoint_domain::ranking::replacement::PointValue;
use holdpoint_domain::site::{Exposure, Zone};
use serde_json::{Value, json};

pub const CVE: &str = "CVE-2026-0001";
pub const PATCH: &str = "KB5000001";

fn operator() -> Caller {
    Caller::operator("root")
}

pub fn feed(world: &World, document: &Value) {
    world.clock.advance_micros(1_000_000);
    let bytes = serde_json::to_vec(document).unwrap();
    let report = feeds::import_bytes(&world.app, &operator(), "file", bytes, None, "").unwrap();
    assert!(report.problems.is_empty(), "{report:?}");
    refresh::keep_current(&world.app).unwrap();
}

/// What stands behind the patch: it fixes the flaw.
pub fn fixes(world: &World) {
    known(
        world,
        &PatchRecord {
            identifier: PATCH.to_owned(),
            fixes: vec![CVE.to_owned()],
            ..PatchRecord::of("Plant".to_owned())
        },
    );
}

/// A repository says this of a patch.
pub fn known(world: &World, record: &PatchRecord) {
    let intent = world.app.intent(&operator(), "patch.read-repository", "a test");
    let written = world.app.store().change(&intent, |c| {
        let at = c.at();
        let new = NewPatches { source: PatchSource::Apt, document: "fixes", records: &[record] };
        c.put_patches(&[new], at)?;
        Ok::<_, AppError>(())
    });
    written.unwrap();
}

/// A flaw that can be automated, of a program on SRV-1.
pub fn flaw() -> Value {
    let leaf = json!({"vulnerable": true, "criteria": "cpe:2.3:a:acme:pump_server:*:*:*:*:*:*:*:*",
        "versionEndExcluding": "2.4", "matchCriteriaId": "A1"});
    let cvss = json!({"source": "nvd@nist.gov", "type": "Primary", "cvssData": {"version": "3.1",
        "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "baseScore": 9.8}});
    json!({"resultsPerPage": 1, "startIndex": 0, "totalResults": 1, "format": "NVD_CVE", "version": "2.0",
        "timestamp": "2026-01-03T00:00:00.000", "vulnerabilities": [{"cve": {"id": CVE,
            "sourceIdentifier": "cna@acme.example", "vulnStatus": "Analyzed", "published": "2026-01-01T00:00:00.000",
            "lastModified": "2026-01-02T00:00:00.000", "descriptions": [{"lang": "en", "value": "A flaw."}],
            "metrics": {"cvssMetricV31": [cvss]},
            "configurations": [{"nodes": [{"operator": "OR", "negate": false, "cpeMatch": [leaf]}]}]}}]})
}

pub fn kev(day: u8) -> Value {
    json!({"title": "CISA Catalog of Known Exploited Vulnerabilities",
        "catalogVersion": format!("2026.11.{day}"), "dateReleased": format!("2026-11-{day}T12:00:00.0Z"), "count": 1,
        "vulnerabilities": [{"cveID": if day > 10 { CVE } else { "CVE-2020-9999" }, "vendorProject": "Acme",
            "product": "Pump Server", "vulnerabilityName": "A flaw", "dateAdded": "2026-11-10", "shortDescription": "x",
            "requiredAction": "patch", "dueDate": "2026-12-31", "knownRansomwareCampaignUse": "Unknown"}]})
}

/// SRV-1 runs the flaw, stands in an open zone, and people die with it.
pub fn exposed(world: &World) {
    world.import("asset_tag,safety_consequence\nSRV-1,catastrophic\n");
    world.import(
        "asset_tag,vendor,product,version,purl,cpe\n\
         SRV-1,,pump server,2.3,,cpe:2.3:a:acme:pump_server:2.3:*:*:*:*:*:*:*\n",
    );
    let zones = world.app.store().read(|r| r.zones()).unwrap();
    let zone: Zone = zones.into_iter().find(|one| one.name == "Z2").unwrap();
    let zone = Zone { exposure: Some(Exposure::Open), ..zone };
    sites::put_zone(&world.app, &operator(), &zone, "").unwrap();
    feed(world, &flaw());
}

fn finding(world: &World) -> FindingLine {
    let query = ListQuery::everything(100, world.app.now());
    let mut found = read::list(&world.app, &operator(), Standing::Open, &query).unwrap().items;
    assert_eq!(found.len(), 1, "{}: {found:?}", world.engine);
    found.remove(0)
}

fn events(world: &World) -> Vec<(Outcome, Outcome)> {
    let why = read::explained(&world.app, &operator(), finding(world).number).unwrap();
    why.events.iter().map(|event| (event.from, event.to)).collect()
}

fn filter(verification: Verification) -> ControlUse {
    ControlUse {
        control: Control::TrafficFilter,
        what: "access list on conduit C-7".to_owned(),
        owner: "H. Lind".to_owned(),
        burden: Burden::default(),
        verification,
    }
}

pub fn proposal(world: &World, what: What, on: OnNamed) -> NewExemption {
    NewExemption {
        kind: ExemptionKind::Mitigate,
        what,
        on,
        reason_code: ReasonCode::Outage,
        reason: "the next outage is in March".to_owned(),
        controls: vec![filter(Verification::Never)],
        residual: RiskClass::Normal,
        expires: world.in_days(100),
    }
}

/// Everywhere that an exemption can be on and hold SRV-1.
fn places(world: &World) -> Vec<OnNamed> {
    let zones = world.app.store().read(|r| r.zones()).unwrap();
    let zone = zones.into_iter().find(|one| one.name == "Z2").unwrap();
    vec![
        OnNamed::Asset("SRV-1".to_owned()),
        OnNamed::Baseline("Servers".to_owned()),
        OnNamed::Zone(zone.id.to_string()),
        OnNamed::Site("North".to_owned()),
    ]
}

#[test]
fn a_verified_control_lowers_the_rank_while_it_holds_and_gives_it_back() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        let looker = world.person("h.berg", &[Role::Engineer]);
        world.baseline(&engineer, "Servers", None);
        exposed(&world);
        for on in places(&world) {
            assert_eq!(finding(&world).outcome, Outcome::Immediate, "{} {on:?}", world.engine);
            let n_events = events(&world).len();
            let new = proposal(&world, What::Vulnerability(CVE.to_owned()), on.clone());
            let (one, asked) = exemptions::propose(&world.app, &engineer, &new).unwrap();
            let id = one.id.to_string();
            world.signed(&approver, &asked);
            assert_eq!(finding(&world).outcome, Outcome::Immediate, "nobody has seen it work");
            let verify =
                |works, text| exemptions::verify(&world.app, &looker, &id, 1, (works, text)).unwrap();
            verify(Works::Yes, "a try was blocked in the log");
            assert_eq!(finding(&world).outcome, Outcome::OutOfCycle, "{} {on:?}", world.engine);
            let why = read::explained(&world.app, &operator(), finding(&world).number).unwrap();
            assert_eq!(why.priority.ranked.outcome, Outcome::OutOfCycle);
            let held = &why.priority.questions[1].replaced[0];
            assert!(held.by.contains("traffic_filter") && held.by.contains("h.berg"), "{}", held.by);
            assert_eq!(held.until, world.in_days(90), "until somebody must look again");
            assert!(why.priority.sentence.contains("controlled instead of open until"));
            world.days_pass(91);
            assert_eq!(sweep::sweep(&world.app).unwrap().to_review, 1, "not verified in time");
            assert_eq!(finding(&world).outcome, Outcome::Immediate, "{} {on:?}", world.engine);
            verify(Works::Yes, "a try was blocked again");
            let again = exemptions::ask_again(&world.app, &engineer, &id, "verified anew").unwrap();
            world.signed(&approver, &again);
            assert_eq!(finding(&world).outcome, Outcome::OutOfCycle);
            verify(Works::No, "the rule is gone");
            assert_eq!(finding(&world).outcome, Outcome::Immediate, "at once");
            assert_eq!(sweep::sweep(&world.app).unwrap(), sweep::Swept::default());
            let moved = events(&world).split_off(n_events);
            let (up, down) =
                ((Outcome::OutOfCycle, Outcome::Immediate), (Outcome::Immediate, Outcome::OutOfCycle));
            assert_eq!(moved, [down, up, down, up], "one event for each outcome that changed");
            assert_eq!(code(exemptions::close(&world.app, &engineer, &id, "...")), "says-nothing");
            exemptions::close(&world.app, &engineer, &id, "it protects nothing").unwrap();
        }
    }
}

#[test]
fn an_end_gives_the_rank_back_and_an_exemption_of_a_patch_covers_what_the_patch_fixes() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        let looker = world.person("h.berg", &[Role::Engineer]);
        exposed(&world);
        let new = NewExemption {
            expires: world.in_days(20),
            ..proposal(&world, What::Vulnerability(CVE.to_owned()), OnNamed::Asset("SRV-1".to_owned()))
        };
        let (one, asked) = exemptions::propose(&world.app, &engineer, &new).unwrap();
        let id = one.id.to_string();
        exemptions::verify(&world.app, &looker, &id, 1, (Works::Yes, "blocked")).unwrap();
        assert_eq!(finding(&world).outcome, Outcome::Immediate, "nobody has accepted it");
        world.signed(&approver, &asked);
        assert_eq!(finding(&world).outcome, Outcome::OutOfCycle);
        world.days_pass(21);
        assert_eq!(sweep::sweep(&world.app).unwrap().expired, 1);
        assert_eq!(finding(&world).outcome, Outcome::Immediate, "{}", world.engine);
        // Of this patch no source says what it fixes.
        let other = proposal(&world, What::Patch("KB5000025".to_owned()), OnNamed::Asset("SRV-1".to_owned()));
        let (other, asked) = exemptions::propose(&world.app, &engineer, &other).unwrap();
        let id = other.id.to_string();
        exemptions::verify(&world.app, &looker, &id, 1, (Works::Yes, "blocked")).unwrap();
        world.signed(&approver, &asked);
        assert_eq!(finding(&world).outcome, Outcome::Immediate);
    }
}

pub fn statement(patch: &str, product: (&str, &str, &str), state: SupplierState) -> CompatibilityStatement {
    CompatibilityStatement {
        publisher: product.0.to_owned(),
        source: StatementSource::Entered { reference: "bulletin 12".to_owned() },
        issued: None,
        patch: StatedPatch {
            vendor: "Microsoft".to_owned(),
            identifier: patch.to_owned(),
            kind: IdentifierKind::Kb,
            title: String::new(),
            url: String::new(),
            released: None,
            severity: String::new(),
            supersedes: vec![],
            superseded_by: vec![],
            prerequisites: vec![],
            security_related: None,
        },
        product: StatedProduct {
            vendor: product.0.to_owned(),
            name: product.1.to_owned(),
            version: product.2.to_owned(),
            platform: String::new(),
        },
        state: StatedState::Known(state),
        word: state.word().to_owned(),
        tested: None,
        restart: String::new(),
        conditions: String::new(),
        comment: String::new(),
    }
}

fn say(world: &World, state: SupplierState) {
    world.clock.advance_micros(1_000_000);
    let one = statement("KB5000001", ("Acme", "Historian", "4.2"), state);
    statements::enter(&world.app, &operator(), &one, "the bulletin").unwrap();
}

#[test]
fn invariant_2_a_supplier_that_takes_its_word_back_holds_what_was_approved_and_history_stays() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        world.baseline(&engineer, "Servers", None);
        world.bench(&engineer, "Servers");
        world.installs_historian();
        say(&world, SupplierState::Released);
        let run = world.passed(&engineer, "Servers", "KB5000001");
        let mut ask = world.ask("Servers", "KB5000001", tested(&run));
        ask.footing = Footing::Released;
        let asked = decisions::ask_authorise(&world.app, &engineer, &ask).unwrap();
        world.sign(&approver, &asked).unwrap();
        let row = || baselines::resolved(&world.app, &engineer, "Servers", Moment::OPEN).unwrap().remove(0);
        assert_eq!(
            (row().entry.state.owner_state(), row().blocked.is_empty()),
            (OwnerState::Effective, true)
        );
        say(&world, SupplierState::NotApproved);
        let held = row();
        assert_eq!(held.entry.state.owner_state(), OwnerState::Effective, "what the owner decided stays");
        assert!(held.entry.hold.unwrap().why.contains("not approved"), "{}", world.engine);
        assert!(!held.blocked.is_empty());
        for who in [&engineer, &approver] {
            let told =
                notices::list(&world.app, who, &ListQuery::everything(9, world.app.now())).unwrap().items;
            assert_eq!(told.len(), 1, "{}: whoever asked and whoever signed are told", world.engine);
            assert_eq!((told[0].kind, told[0].read_at), (NoticeKind::Held, None));
            notices::read(&world.app, who, &told[0].id.to_string()).unwrap();
            let other = if who.key() == engineer.key() { &approver } else { &engineer };
            assert_eq!(code(notices::read(&world.app, other, &told[0].id.to_string())), "not-found");
        }
        assert_eq!(sweep::sweep(&world.app).unwrap(), sweep::Swept::default(), "twice changes nothing");
        let release = || {
            baselines::act(&world.app, &approver, "Servers", "KB5000001", EntryDeed::Release, "looked again")
        };
        assert_eq!(code(release()), "hold-stays");
        say(&world, SupplierState::Released);
        assert!(!row().blocked.is_empty(), "a hold is taken away by a person");
        release().unwrap();
        assert!(row().blocked.is_empty());
    }
}

#[test]
fn an_override_holds_for_the_state_that_it_overrode_and_for_none_that_is_worse() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approvers = ["l.okafor", "m.ruiz"].map(|name| world.person(name, &[Role::Approver]));
        world.baseline(&engineer, "Servers", None);
        world.bench(&engineer, "Servers");
        say(&world, SupplierState::InTest);
        let run = world.passed(&engineer, "Servers", "KB5000001");
        let mut ask = world.ask("Servers", "KB5000001", tested(&run));
        ask.footing = Footing::Override {
            reason: "no other way".to_owned(),
            risk_owner: "l.okafor".to_owned(),
            expires: world.in_days(30),
            of: None,
        };
        let asked = decisions::ask_authorise(&world.app, &engineer, &ask).unwrap();
        for who in &approvers {
            world.sign(who, &asked).unwrap();
        }
        let row = || baselines::resolved(&world.app, &engineer, "Servers", Moment::OPEN).unwrap().remove(0);
        assert!(row().blocked.is_empty(), "{}: {:?}", world.engine, row().blocked);
        say(&world, SupplierState::NotApproved);
        let held = row();
        assert!(held.entry.hold.unwrap().why.contains("not approved"), "{}", world.engine);
        assert!(held.blocked.iter().any(|why| why.contains("not what was overridden")), "{:?}", held.blocked);
    }
}

#[test]
fn what_was_accepted_is_looked_at_again_when_what_it_rested_on_changes() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        exposed(&world);
        feed(&world, &kev(9));
        world.import("asset_tag,end_of_support\nSRV-1,2026-12-01\n");
        let accept = |what: What, asset: &str| {
            let new = proposal(&world, what, OnNamed::Asset(asset.to_owned()));
            let (one, asked) = exemptions::propose(&world.app, &engineer, &new).unwrap();
            world.signed(&approver, &asked);
            one.id.to_string()
        };
        let flaw = || What::Vulnerability(CVE.to_owned());
        let triggers = |id: &str| {
            sweep::sweep(&world.app).unwrap();
            match exemptions::show(&world.app, &engineer, id).unwrap().0.exemption.state {
                ExemptionState::UnderReview { triggers, .. } => triggers,
                other => panic!("{}: {other:?}", world.engine),
            }
        };
        let moved = accept(flaw(), "SRV-1");
        assert_eq!(sweep::sweep(&world.app).unwrap().to_review, 0);
        world.import("asset_tag,site,zone\nSRV-1,North,Z9\n");
        assert_eq!(triggers(&moved), [Trigger::AssetMoved]);
        let listed = accept(flaw(), "SRV-1");
        feed(&world, &kev(11));
        assert_eq!(triggers(&listed), [Trigger::Kev, Trigger::ExploitationUp]);
        let failed = accept(flaw(), "SRV-1");
        exemptions::verify(&world.app, &engineer, &failed, 1, (Works::No, "the rule is gone")).unwrap();
        assert_eq!(triggers(&failed), [Trigger::ControlFailed]);
        world.import("asset_tag,vendor,product,version,purl,cpe\nSRV-2,Acme,Historian,4.2,,\n");
        say(&world, SupplierState::InTest);
        let said = accept(What::Patch("KB5000001".to_owned()), "SRV-2");
        say(&world, SupplierState::NotApproved);
        assert_eq!(triggers(&said), [Trigger::VendorStateChanged]);
        let unsupported = accept(flaw(), "SRV-1");
        world.days_pass(31);
        assert_eq!(triggers(&unsupported), [Trigger::EndOfSupport]);
        let word = |id: &str| exemptions::show(&world.app, &engineer, id).unwrap().0.exemption.state.word();
        assert_eq!(word(&unsupported), ExemptionWord::UnderReview);
    }
}

#[test]
fn no_word_denies_the_exploitation_of_what_is_listed() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        exposed(&world);
        feed(&world, &kev(9));
        let say = |scope| {
            let new = NewWord {
                finding: finding(&world).number,
                scope,
                value: PointValue::Exploitation(Exploitation::None),
                reason: "looked for exploits in four places",
                expires_at: world.in_days(30),
            };
            word::say(&world.app, &engineer, &new)
        };
        let scopes = [WordScope::Finding, WordScope::Vulnerability, WordScope::Asset];
        let said = scopes.map(|scope| say(scope).unwrap().id);
        for id in &said[1..] {
            word::confirm(&world.app, &approver, *id, "seen the same").unwrap();
        }
        let lowered = finding(&world).outcome;
        feed(&world, &kev(11));
        assert!(
            finding(&world).outcome > lowered,
            "{}: the word on the asset lowers nothing here",
            world.engine
        );
        let why = read::explained(&world.app, &operator(), finding(&world).number).unwrap();
        assert_eq!(why.priority.questions[0].counted, "active");
        let open = world.app.store().read(|r| r.open_words()).unwrap();
        assert_eq!(
            open.iter().map(|one| one.id).collect::<Vec<_>>(),
            said[2..],
            "of another finding it may be true"
        );
        let kept = world.app.store().read(|r| r.word(said[1])).unwrap().unwrap();
        assert!(kept.end_reason.contains("KEV"), "{}", kept.end_reason);
        for scope in scopes {
            assert_eq!(code(say(scope)), "kev-listed");
        }
        assert_eq!(code(word::confirm(&world.app, &approver, said[0], "seen the same")), "kev-listed");
    }
}

#[test]
fn a_supplier_that_does_not_answer_falls_due_and_is_taken_higher_once_each() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        let new = questions::NewQuestion {
            supplier: "Acme".to_owned(),
            text: "Is KB5000001 qualified for 4.2?".to_owned(),
            topic: holdpoint_domain::question::QuestionTopic {
                patch: "KB5000001".to_owned(),
                ..Default::default()
            },
            due_at: Some(world.in_days(5)),
            ..Default::default()
        };
        questions::ask(&world.app, &engineer, &new, "").unwrap();
        let look = || {
            let done = questions::overdue::sweep(&world.app).unwrap();
            (done.fell_due, done.escalated)
        };
        let told = |who: &Caller| {
            let query = ListQuery::everything(9, world.app.now());
            let all = notices::list(&world.app, who, &query).unwrap().items;
            all.into_iter().map(|one| one.kind).collect::<Vec<_>>()
        };
        assert_eq!(look(), (0, 0));
        world.days_pass(6);
        assert_eq!((look(), look()), ((1, 0), (0, 0)), "{}", world.engine);
        assert_eq!((told(&engineer), told(&approver)), (vec![NoticeKind::QuestionDue], vec![]));
        world.days_pass(14);
        assert_eq!((look(), look()), ((0, 1), (0, 0)), "{}", world.engine);
        assert_eq!(told(&approver), [NoticeKind::QuestionEscalated]);
    }
}
