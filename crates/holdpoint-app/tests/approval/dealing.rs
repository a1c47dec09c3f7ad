//! What is known of dealing with a finding: its patches with the vendor's and the owner's word, and what can be done instead.

use crate::support::{World, looked, worlds};
use holdpoint_app::approval::decisions;
use holdpoint_app::policies::write::{self, Proposal};
use holdpoint_app::ranking::read::{self, Explained, OwnerWord, Way};
use holdpoint_app::ranking::refresh;
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::store::ranking::list::Standing;
use holdpoint_app::windows::{self, LengthWord, NewWindow, ReachNamed};
use holdpoint_app::{Caller, intake, vulnerabilities};
use holdpoint_domain::access::Role;
use holdpoint_domain::clock::{ClockKind, Course};
use holdpoint_domain::decision::Footing;
use holdpoint_domain::filter::Filter;
use holdpoint_domain::patch_state::SupplierState;
use holdpoint_domain::ranking::point::Exploitation;
use holdpoint_domain::ranking::policy::Lane;
use holdpoint_domain::window::WindowKind;
use serde_json::{Value, json};

fn operator() -> Caller {
    Caller::operator("root")
}

/// A document with a fix, a workaround, a vector that says more, and a word on exploitation.
pub fn document(fix: &Value, vector: &str, status: &str) -> Vec<u8> {
    let date = "2026-10-01T00:00:00Z";
    let ids = json!(["P1"]);
    let workaround =
        json!({"category": "workaround", "details": "Block port 102 at the conduit.", "product_ids": ids});
    json!({
        "document": {
            "category": "csaf_security_advisory", "csaf_version": "2.0", "title": "FX300",
            "publisher": {"category": "vendor", "name": "Acme", "namespace": "https://acme.example"},
            "notes": [{"category": "summary", "text": "A test document."}],
            "references": [{"category": "self", "summary": "Itself", "url": "https://acme.example/a.json"}],
            "tracking": {"id": "ACME-1", "status": "final", "version": "1", "initial_release_date": date,
                "current_release_date": date,
                "revision_history": [{"date": date, "number": "1", "summary": "First."}]}
        },
        "product_tree": {"branches": [{"category": "vendor", "name": "Acme", "branches": [
            {"category": "product_name", "name": "Flow Computer FX300", "branches": [
                {"category": "product_version_range", "name": "vers:intdot/<2",
                 "product": {"name": "Acme Flow Computer FX300", "product_id": "P1"}}]}]}]},
        "vulnerabilities": [{
            "cve": "CVE-2026-0007", "notes": [{"category": "description", "text": "A flaw."}],
            "product_status": {"known_affected": ["P1"]},
            "scores": [{"products": ["P1"], "cvss_v3": {"version": "3.1", "baseScore": 9.8, "baseSeverity": "CRITICAL",
                "vectorString": vector}}],
            "threats": [{"category": "exploit_status", "details": status, "product_ids": ["P1"]}],
            "remediations": [fix, workaround]
        }]
    })
    .to_string()
    .into_bytes()
}

fn explained(world: &World) -> Explained {
    refresh::keep_current(&world.app).unwrap();
    let query = ListQuery::everything(100, world.app.now());
    let mut found = read::list(&world.app, &operator(), Standing::Open, &query).unwrap().items;
    assert_eq!(found.len(), 1, "{}: {found:?}", world.engine);
    read::explained(&world.app, &operator(), found.remove(0).number).unwrap()
}

pub const VECTOR: &str = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";

#[test]
fn the_gate_knows_the_makers_own_fix_the_owners_decision_and_the_documents_advice() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        world.baseline(&engineer, "Servers", None);
        world.import(
            "asset_tag,site,zone,kind,vendor,product,firmware_version,safety_consequence\n\
             F-1,North,Z2,server,Acme,Flow Computer FX300,1.5,catastrophic\n",
        );
        let fix = json!({"category": "vendor_fix", "details": "Update to V2.0 or later version", "product_ids": ["P1"]});
        let bytes = document(&fix, VECTOR, "Exploited in the wild since September.");
        intake::files::import_bytes(&world.app, &operator(), "a.json", bytes, "").unwrap();
        let why = explained(&world);
        let said = &why.priority.questions[0];
        assert_eq!((said.counted.as_str(), said.source.as_str()), ("active", "exploit status of Acme"));
        assert_eq!(said.on.unwrap().to_string(), "2026-10-01");
        let gate = &why.priority.gate;
        assert_eq!(gate.way, Way::MitigateNow, "{gate:?}");
        let patch = &gate.patches[0];
        assert_eq!(patch.supplier.state(), Some(SupplierState::Released), "{patch:?}");
        assert!(patch.said_by.contains("ACME-1") && patch.is_permissible(), "{patch:?}");
        assert_eq!(patch.owner, OwnerWord::Undecided);
        assert_eq!(gate.instead[0].text, "Block port 102 at the conduit.");
        assert_eq!(
            gate.unknown,
            ["no window is known", "nothing is known of a backup"],
            "no unknown is a no"
        );
        assert!(why.priority.controls.iter().any(|one| one.control.word() == "disconnected"));
        certified(&world, &why);
        // The owner decides, and then takes it back: the way changes, the outcome never.
        let name = patch.patch.clone();
        let mut ask = world.ask("Servers", &name, looked());
        ask.footing = Footing::NoVendorQualification { reason: "it is the maker's own fix".to_owned() };
        let asked = decisions::ask_authorise(&world.app, &engineer, &ask);
        assert_eq!(crate::support::code(asked), "evidence", "a catastrophe asks for a test");
        world.bench(&engineer, "Servers");
        let run = world.passed(&engineer, "Servers", &name);
        ask.basis = crate::support::tested(&run);
        ask.urgency = decisions::Urgency::Emergency {
            reason: "it is exploited".to_owned(),
            backup: "image on NAS-2, 2026-11-01".to_owned(),
            way_back: holdpoint_domain::decision::WayBack::Steps("restore it".to_owned()),
            evidence: holdpoint_domain::decision::EvidenceHold::NotNeeded("no sign of intrusion".to_owned()),
        };
        let asked = decisions::ask_authorise(&world.app, &engineer, &ask).unwrap();
        world.sign(&approver, &asked).unwrap();
        let then = explained(&world);
        assert_eq!(then.priority.gate.patches[0].owner, OwnerWord::Effective, "{}", world.engine);
        assert_eq!(then.priority.ranked.outcome, why.priority.ranked.outcome);
    }
}

/// A certificate changes how and when, never the outcome.
fn certified(world: &World, before: &Explained) {
    let patch = &before.priority.gate.patches[0].patch;
    let says = |row: &str| {
        world.import(&format!(
            "asset_tag,safety_certificate,certificate_until,certified_releases\nF-1,{row}\n"
        ));
        world.settles();
        let said = explained(world).priority;
        assert_eq!(said.ranked.outcome, before.priority.ranked.outcome);
        said.gate
    };
    let beyond = says("TUEV 968 SIL 3,2031-06-30,V1.5");
    assert!(
        beyond.missing.iter().any(|one| one.contains("leaves what the safety certificate")),
        "{beyond:?}"
    );
    let over = says("TUEV 968 SIL 3,2020-06-30,V1.5");
    assert!(over.missing.iter().any(|one| one.contains("expired on 2020-06-30")), "{over:?}");
    let covers = says(&format!("TUEV 968 SIL 3,2031-06-30,V1.5; {patch}"));
    assert!(covers.notes.iter().any(|one| one.contains("covers")), "{covers:?}");
    let none = says("None,(clear),(clear)");
    assert!(none.notes.iter().any(|one| one.starts_with("no safety certificate, says")), "{none:?}");
    world.import("asset_tag,safety_certificate\nF-1,(clear)\n");
}

#[test]
fn where_no_fix_comes_the_gate_says_who_says_so_and_a_denial_is_not_read_as_a_word() {
    for world in worlds() {
        world.import(
            "asset_tag,site,zone,kind,vendor,product,firmware_version\n\
             F-1,North,Z2,plc,Acme,Flow Computer FX300,1.5\n",
        );
        let fix = json!({"category": "no_fix_planned", "details": "The product is discontinued.",
            "product_ids": ["P1"]});
        let bytes = document(&fix, VECTOR, "No public exploits are known.");
        intake::files::import_bytes(&world.app, &operator(), "a.json", bytes, "").unwrap();
        let why = explained(&world);
        assert!(why.priority.gate.patches.is_empty());
        assert_eq!(why.priority.gate.unknown[0], "no source lists a patch that fixes it here");
        let said = "ACME-1 says `no_fix_planned`: The product is discontinued.";
        assert!(why.priority.gate.notes.iter().any(|note| note == said), "{:?}", why.priority.gate.notes);
        let possible = &why.priority.questions[0].possible;
        let none = Exploitation::None.word();
        assert_eq!(possible, &format!("{none} to active"), "nobody says that they looked");
    }
}

#[test]
fn the_gate_knows_the_next_window_and_the_cycle_gives_a_day_once_it_is_published() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        world.import(
            "asset_tag,site,zone,kind,vendor,product,firmware_version,safety_consequence,production_consequence\n\
             F-1,North,Z2,server,Acme,Flow Computer FX300,1.5,none,moderate\n",
        );
        let fix = json!({"category": "vendor_fix", "details": "Update to V2.0 or later version", "product_ids": ["P1"]});
        let bytes = document(&fix, VECTOR, "Exploited in the wild since September.");
        intake::files::import_bytes(&world.app, &operator(), "a.json", bytes, "").unwrap();
        let cycle = |why: &Explained| {
            let mut all = why.priority.clocks.iter();
            all.find(|one| one.kind == ClockKind::Cycle).expect("it is always shown").clone()
        };
        let before = explained(&world);
        assert!(before.priority.gate.unknown.contains(&"no window is known".to_owned()), "{}", world.engine);
        assert_eq!(cycle(&before).course, Course::NotApplicable);
        let window = |kind, rule: &str| NewWindow {
            name: format!("{kind:?}"),
            kind,
            reach: ReachNamed::Site("North".to_owned()),
            time_zone: Some("Europe/Berlin".to_owned()),
            first: "2026-01-03T22:00".to_owned(),
            minutes: 480,
            length: LengthWord::Exact,
            rule: rule.to_owned(),
            added: Vec::new(),
            left_out: Vec::new(),
            people: None,
            steps: None,
            note: String::new(),
        };
        windows::create(&world.app, &engineer, &window(WindowKind::Maintenance, "FREQ=WEEKLY"), "agreed")
            .unwrap();
        let policies = [
            "kind = \"priorities_and_deadlines\"\noutcomes.scheduled.lane = \"next-window\"\n\
             outcomes.out_of_cycle.lane = \"next-window\"\noutcomes.immediate.lane = \"next-window\"\n\
             outcomes.immediate.days = 30\noutcomes.out_of_cycle.days = 90\n",
            "kind = \"regular_cycle\"\nrule = \"FREQ=WEEKLY;BYDAY=MO\"\nevaluate_within_days = 1\n\
             test_within_days = 2\ninstall_within_days = 6\n",
        ];
        for text in policies {
            let new = Proposal { text: text.to_owned(), reason: "agreed".to_owned(), from: None };
            let key = write::propose(&world.app, &engineer, &new).unwrap();
            write::publish(&world.app, &approver, key, "").unwrap();
        }
        let then = explained(&world);
        assert_eq!(then.priority.ranked.lane, Lane::NextWindow, "{}", world.engine);
        assert!(then.priority.gate.notes.iter().any(|note| note.starts_with("next window on 2026-")));
        assert!(then.priority.gate.notes.iter().any(|note| note.contains("category `")));
        let Course::Until(day) = cycle(&then).course else { panic!("{:?}", cycle(&then)) };
        assert_eq!((then.line.due_clock, then.priority.ranked.due.unwrap().0), (ClockKind::Cycle, day));
        assert_eq!(
            then.priority.ranked.outcome, before.priority.ranked.outcome,
            "no clock changes an outcome"
        );
    }
}

#[test]
fn a_vulnerability_that_only_a_document_scores_is_listed_with_that_score() {
    for world in worlds() {
        world.import(
            "asset_tag,site,zone,kind,vendor,product,firmware_version\n\
             F-1,North,Z2,server,Acme,Flow Computer FX300,1.5\n",
        );
        let fix = json!({"category": "vendor_fix", "details": "Update to V2.0 or later version", "product_ids": ["P1"]});
        let bytes = document(&fix, VECTOR, "No public exploits are known.");
        intake::files::import_bytes(&world.app, &operator(), "a.json", bytes, "").unwrap();
        refresh::keep_current(&world.app).unwrap();
        for filter in ["reference:CVE-2026-0007", "cvss>=9.8"] {
            let filter = Filter::parse(filter).unwrap();
            let query = ListQuery { filter, ..ListQuery::everything(10, world.app.now()) };
            let found = vulnerabilities::list(&world.app, &operator(), &query).unwrap().page.items;
            let scores: Vec<_> = found.iter().map(|one| one.threat.max_base_tenths).collect();
            assert_eq!(scores, [Some(98)], "{}", world.engine);
        }
    }
}
