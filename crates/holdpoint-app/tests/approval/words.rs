//! Words on which something rests: whose yes counts, who bears a risk, what says nothing, and names that nobody knows.

use crate::acting::statement;
use crate::support::{World, code, looked, worlds};
use holdpoint_app::access_check::Limit;
use holdpoint_app::approval::baselines::{self, EntryDeed, NewBaseline};
use holdpoint_app::approval::decisions::{self, AskAuthorise, Rejection, SignOutcome, Urgency};
use holdpoint_app::approval::known::Source;
use holdpoint_app::approval::test_records::{self, NewEnvironment};
use holdpoint_app::approval::{card, evidence};
use holdpoint_app::patches;
use holdpoint_app::questions::{self, NewQuestion};
use holdpoint_app::statements::{self, speakers};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::store::test_record::TestPlan;
use holdpoint_app::{AppError, Caller};
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Grant, Role, RoleTable, Scope};
use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::baseline::{AssetScope, Place, SystemRelease};
use holdpoint_domain::compatibility::StatedState;
use holdpoint_domain::decision::{Basis, EvidenceHold, Footing, MetCondition, WayBack};
use holdpoint_domain::filter::Filter;
use holdpoint_domain::id::SiteId;
use holdpoint_domain::patch_state::SupplierState;
use holdpoint_domain::question::QuestionTopic;
use holdpoint_domain::test_record::Differences;

const PATCH: &str = "KB5000001";

fn view(world: &World, who: &Caller, name: &str, version: &str) {
    let release = Some(SystemRelease { product: "Historian".to_owned(), version: version.to_owned() });
    let scope = AssetScope {
        kind: Some(AssetKind::Server),
        vendor: String::new(),
        product: String::new(),
        release,
        place: Place::Everywhere,
    };
    let new = NewBaseline {
        name: name.to_owned(),
        description: String::new(),
        parent: None,
        scope,
        reason: "a test".to_owned(),
    };
    baselines::create(&world.app, who, &new).unwrap();
}

/// Somebody says something of the patch for a release.
fn says(world: &World, who: &Caller, (publisher, vendor): (&str, &str), state: SupplierState) {
    world.clock.advance_micros(1_000_000);
    let mut one = statement(PATCH, (vendor, "Historian", "4.2"), state);
    one.publisher = publisher.to_owned();
    statements::enter(&world.app, who, &one, "the bulletin").unwrap();
}

fn heard(world: &World, who: &Caller, baseline: &str) -> Option<SupplierState> {
    evidence::needed(&world.app, who, baseline, PATCH).unwrap().standing.state()
}

fn ask(world: &World, who: &Caller, baseline: &str, footing: Footing) -> Result<(), AppError> {
    let ask = AskAuthorise { footing, ..world.ask(baseline, PATCH, looked()) };
    decisions::ask_authorise(&world.app, who, &ask).map(drop)
}

#[test]
fn a_yes_counts_from_the_maker_of_what_is_installed_and_a_no_from_anybody() {
    use SupplierState as S;
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        world.installs_historian();
        world.baseline(&engineer, "Servers", None);
        view(&world, &engineer, "Historian 4.2", "4.2");
        let both = ["Servers", "Historian 4.2"];
        for foreign in
            [("Weber & Sons", "Weber & Sons"), ("Weber & Sons", "Acme"), ("Integrator Ltd", "Integrator Ltd")]
        {
            for yes in [S::Released, S::Approved, S::NotApplicable] {
                says(&world, &approver, foreign, yes);
                assert_eq!(
                    both.map(|one| heard(&world, &engineer, one)),
                    [None; 2],
                    "{}: {foreign:?} {yes}",
                    world.engine
                );
            }
        }
        let refused = ask(&world, &engineer, "Historian 4.2", Footing::Released).unwrap_err().to_string();
        assert!(refused.contains("`Weber & Sons` says that it is not_applicable"), "{refused}");
        says(&world, &approver, ("ACME", "Acme"), S::Released);
        assert_eq!(both.map(|one| heard(&world, &engineer, one)), [Some(S::Released); 2], "the maker's own");
        // Somebody else's no on the same product and release warns.
        says(&world, &approver, ("Weber & Sons", "Weber & Sons"), S::NotApproved);
        assert_eq!(
            both.map(|one| heard(&world, &engineer, one)),
            [Some(S::NotApproved); 2],
            "{}",
            world.engine
        );
    }
}

#[test]
fn a_release_of_what_is_not_installed_is_none_and_a_version_that_is_not_known_clears_nothing() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        let runs = |rows: &[&str]| {
            let rows: Vec<String> = rows.iter().map(|row| format!("{row},,\n")).collect();
            world.import(&format!("asset_tag,vendor,product,version,purl,cpe\n{}", rows.concat()));
        };
        world.baseline(&engineer, "Servers", None);
        says(&world, &approver, ("Acme", "Acme"), SupplierState::Released);
        assert_eq!(heard(&world, &engineer, "Servers"), None, "{}: nothing of it is installed", world.engine);
        let refused = || ask(&world, &engineer, "Servers", Footing::Released).unwrap_err().to_string();
        assert!(refused().contains("is known to run on `SRV-1`"), "{}", refused());
        let needed = evidence::needed(&world.app, &engineer, "Servers", PATCH).unwrap();
        let text = card::standing_with(&needed.standing, needed.unheard.as_deref());
        let said = "no statement that counts yet: `Acme` says that it is released";
        assert!(text.starts_with(said) && text.contains("`SRV-1`"), "{}: {text}", world.engine);
        runs(&["SRV-2,Acme,Historian,5.0"]);
        assert_eq!(heard(&world, &engineer, "Servers"), None, "another version");
        runs(&["SRV-3,,Historian,4.2"]);
        assert_eq!(heard(&world, &engineer, "Servers"), None, "of which vendor nobody knows");
        runs(&["SRV-2,Acme,Historian,4.2"]);
        // What runs on one asset clears nothing for the others of the class.
        assert_eq!(heard(&world, &engineer, "Servers"), None, "{}: one of three runs it", world.engine);
        runs(&["SRV-1,Acme,Historian,4.2"]);
        assert_eq!(heard(&world, &engineer, "Servers"), None, "two of three");
        assert!(refused().contains("is known to run on `SRV-3`"), "{}", refused());
        runs(&["SRV-3,Acme,Historian,4.3"]);
        assert_eq!(heard(&world, &engineer, "Servers"), None, "the third runs another release");
        let mut other = statement(PATCH, ("Acme", "Historian", "4.3"), SupplierState::Approved);
        statements::enter(&world.app, &approver, &other, "the bulletin").unwrap();
        let both = heard(&world, &engineer, "Servers");
        assert_eq!(
            both,
            Some(SupplierState::Approved),
            "each runs what is spoken of; the more cautious word"
        );
        world.clock.advance_micros(1_000_000);
        other.state = StatedState::Known(SupplierState::Released);
        other.word = "released".to_owned();
        statements::enter(&world.app, &approver, &other, "the bulletin").unwrap();
        assert_eq!(heard(&world, &engineer, "Servers"), Some(SupplierState::Released), "{}", world.engine);
        world.clock.advance_micros(1_000_000);
        let no = statement(PATCH, ("Acme", "Historian", "4.2"), SupplierState::NotApproved);
        runs(&["SRV-1,Acme,Historian,5.0", "SRV-3,Acme,Historian,5.0"]);
        statements::enter(&world.app, &approver, &no, "the bulletin").unwrap();
        let one = heard(&world, &engineer, "Servers");
        assert_eq!(one, Some(SupplierState::NotApproved), "{}: a no on any of them counts", world.engine);
    }
}

#[test]
fn an_integrator_speaks_for_a_vendor_once_somebody_who_may_approve_has_said_so() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        world.installs_historian();
        world.baseline(&engineer, "Servers", None);
        says(&world, &engineer, ("Integrator Ltd", "Acme"), SupplierState::Released);
        assert_eq!(heard(&world, &engineer, "Servers"), None, "{}", world.engine);
        let pair = ("integrator  LTD", "ACME");
        let name = |who: &Caller, why: &str| speakers::add(&world.app, who, pair, why);
        assert_eq!(code(name(&engineer, "they maintain it for Acme")), "not-allowed");
        assert_eq!(code(name(&approver, "unknown")), "says-nothing");
        let named = name(&approver, "they maintain it for Acme").unwrap();
        assert_eq!(named.by, "l.okafor");
        assert_eq!(heard(&world, &engineer, "Servers"), Some(SupplierState::Released));
        assert_eq!(speakers::list(&world.app, &engineer).unwrap(), [named]);
        speakers::remove(&world.app, &approver, pair, "the contract is over").unwrap();
        assert_eq!(heard(&world, &engineer, "Servers"), None);
        assert_eq!(code(speakers::remove(&world.app, &approver, pair, "the contract is over")), "not-found");
    }
}

fn emergency(world: &World, way_back: WayBack, evidence: &str) -> AskAuthorise {
    AskAuthorise {
        urgency: Urgency::Emergency {
            reason: "it is exploited next door".to_owned(),
            backup: "image on NAS-2, 2026-11-01".to_owned(),
            way_back,
            evidence: EvidenceHold::NotNeeded(evidence.to_owned()),
        },
        ..world.ask("Servers", PATCH, looked())
    }
}

#[test]
fn an_emergency_is_reviewed_after_it_was_granted_and_with_words() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let [one, other] = ["l.okafor", "m.ruiz"].map(|name| world.person(name, &[Role::Approver]));
        world.baseline(&engineer, "Servers", None);
        let steps = || WayBack::Steps("put the image back".to_owned());
        let nothing = emergency(&world, steps(), "unknown");
        assert_eq!(code(decisions::ask_authorise(&world.app, &engineer, &nothing)), "says-nothing");
        let by =
            |by: &str| WayBack::None { statement: "the loader cannot go back".to_owned(), by: by.to_owned() };
        for nobody in ["nobody", "H. Lind"] {
            let ask = emergency(&world, by(nobody), "no sign of intrusion");
            assert_eq!(
                code(decisions::ask_authorise(&world.app, &engineer, &ask)),
                "no-such-person",
                "{nobody}"
            );
        }
        let ask = emergency(&world, by("m.ruiz"), "no sign of intrusion");
        let asked = decisions::ask_authorise(&world.app, &engineer, &ask).unwrap();
        let id = asked.id.to_string();
        let review = |who: &Caller, found: &str| code(decisions::review(&world.app, who, &id, found));
        assert_eq!(review(&other, "the historian records"), "not-granted", "{}", world.engine);
        assert!(matches!(world.sign(&one, &asked), Ok(SignOutcome::Granted(_))));
        assert_eq!(review(&one, "the historian records"), "four-eyes-signer");
        assert_eq!(review(&other, "... ..."), "says-nothing");
        assert_eq!(review(&other, "the historian records"), "not-carried-out", "nothing was installed yet");
        let back = "the alarm was false";
        baselines::act(&world.app, &other, "Servers", &ask.patch, EntryDeed::Refuse, back).unwrap();
        decisions::review(&world.app, &other, &id, "the alarm was false, nothing was done").unwrap();
    }
}

#[test]
fn a_text_that_rests_on_nothing_is_refused_wherever_something_rests_on_it() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        world.baseline(&engineer, "Servers", None);
        for nothing in ["... ...", "none", "unknown", "to be made", "hope", "there is none"] {
            let with = |change: &dyn Fn(&mut AskAuthorise)| {
                let mut ask = world.ask("Servers", PATCH, looked());
                change(&mut ask);
                code(decisions::ask_authorise(&world.app, &engineer, &ask))
            };
            let text = || nothing.to_owned();
            assert_eq!(with(&|ask| ask.reason = text()), "says-nothing", "{}: {nothing}", world.engine);
            assert_eq!(with(&|ask| ask.basis = Basis::Inspection { reason: text() }), "says-nothing");
            let free = || Footing::NoVendorQualification { reason: text() };
            assert_eq!(with(&|ask| ask.footing = free()), "says-nothing");
            let bed = |differences| NewEnvironment {
                name: "BED".to_owned(),
                represents: vec!["Servers".to_owned()],
                differences,
                reason: String::new(),
            };
            let made =
                |differences| code(test_records::add_environment(&world.app, &engineer, &bed(differences)));
            assert_eq!(made(Differences::Known(vec![text()])), "says-nothing");
            assert_eq!(made(Differences::NoneFound { by: text() }), "no-such-person");
            let plan = TestPlan {
                name: "Round".to_owned(),
                site: None,
                steps: vec![(text(), "it records".to_owned())],
            };
            assert_eq!(code(test_records::put_plan(&world.app, &engineer, &plan, "")), "says-nothing");
        }
    }
}

#[test]
fn the_risk_owner_of_an_override_may_approve_has_no_hand_in_it_and_signs() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        world.person("v.lang", &[Role::Viewer]);
        let author = world.person("t.kern", &[Role::Engineer, Role::Approver]);
        let [one, second, owner] =
            ["l.okafor", "m.ruiz", "p.nowak"].map(|name| world.person(name, &[Role::Approver]));
        let tester = world.person("b.nilsen", &[Role::Engineer, Role::Approver]);
        world.baseline(&engineer, "Servers", None);
        world.bench(&engineer, "Servers");
        let run = world.passed(&tester, "Servers", PATCH);
        let ask = |owner: &str| {
            let footing = Footing::Override {
                reason: "no other way".to_owned(),
                risk_owner: owner.to_owned(),
                expires: world.in_days(30),
                of: None,
            };
            let basis = crate::support::tested(&run);
            decisions::ask_authorise(
                &world.app,
                &author,
                &AskAuthorise { footing, ..world.ask("Servers", PATCH, basis) },
            )
        };
        for (who, why) in [
            ("v.lang", "may approve nothing"),
            ("a.weber", "asks only"),
            ("t.kern", "asks"),
            ("b.nilsen", "tested"),
        ] {
            assert_eq!(code(ask(who)), "risk-owner", "{}: {why}", world.engine);
        }
        assert_eq!(code(ask("nobody")), "no-such-person");
        let asked = ask("p.nowak").unwrap();
        assert_eq!(asked.needed, 2);
        world.sign(&one, &asked).unwrap();
        assert_eq!(code(world.sign(&second, &asked)), "risk-owner-signs", "{}", world.engine);
        assert!(matches!(world.sign(&owner, &asked), Ok(SignOutcome::Granted(_))));
    }
}

/// The site in the north, and somebody who tests there and nowhere else.
fn northerner(world: &World) -> (SiteId, Caller) {
    let sites = world.app.store().read(|r| r.sites()).unwrap();
    let north = sites.into_iter().find(|one| one.name == "North").unwrap().id;
    let grants = vec![Grant { role: Role::Engineer, scope: Scope::Site(north) }];
    let local = world.person("n.local", &[Role::Viewer]);
    (north, Caller { grants, limit: Limit::None, roles: RoleTable::default(), ..local })
}

#[test]
fn plans_and_environments_for_all_sites_are_written_by_who_tests_on_all_sites() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let (_, local) = northerner(&world);
        world.baseline(&engineer, "Servers", None);
        let plan = |step: &str| TestPlan {
            site: None,
            name: "Monthly round".to_owned(),
            steps: vec![(step.to_owned(), "the historian records".to_owned())],
        };
        test_records::put_plan(&world.app, &engineer, &plan("install and restart"), "").unwrap();
        let put = test_records::put_plan(&world.app, &local, &plan("look at it"), "");
        assert_eq!(code(put), "not-allowed", "{}", world.engine);
        let kept = test_records::plans(&world.app, &local).unwrap().remove(0);
        assert_eq!((kept.now.plan, kept.former.len()), (plan("install and restart"), 0));
        let bed = NewEnvironment {
            name: "BED".to_owned(),
            represents: vec!["Servers".to_owned()],
            differences: Differences::Known(vec!["no domain controller".to_owned()]),
            reason: String::new(),
        };
        assert_eq!(code(test_records::add_environment(&world.app, &local, &bed)), "not-allowed");
        test_records::add_environment(&world.app, &engineer, &bed).unwrap();
    }
}

#[test]
fn a_patch_that_nobody_knows_is_neither_tested_nor_decided_and_the_nearest_names_are_offered() {
    for world in worlds() {
        let (engineer, approver) =
            (world.person("k.nown", &[Role::Engineer]), world.person("k.appr", &[Role::Approver]));
        world.baseline(&engineer, "Servers", None);
        world.bench(&engineer, "Servers");
        let said = |result: Result<_, AppError>| match result {
            Err(AppError::Invalid(why)) if why.code == "no-such-patch" => why.what,
            other => panic!("{}: {other:?}", world.engine),
        };
        let what = said(world.begin(&engineer, "Servers", "KB5000081").map(drop));
        assert!(what.contains("meant KB5000001"), "{what}");
        let ask = world.ask("Servers", "KB-NOPE", looked());
        let what = said(decisions::ask_authorise(&world.app, &engineer, &ask).map(drop));
        assert!(!what.contains("meant"), "nothing is near it: {what}");
        let no = |baseline: Option<&str>, source| Rejection {
            baseline: baseline.map(str::to_owned),
            patch: "KB5099999".to_owned(),
            source,
            reason: "two plants lost their licences by it, as their owners wrote".to_owned(),
        };
        said(decisions::reject(&world.app, &engineer, &no(None, Source::Asked)).map(drop));
        said(decisions::reject(&world.app, &approver, &no(Some("Servers"), Source::Asked)).map(drop));
        let asked = decisions::reject(&world.app, &engineer, &no(None, Source::NotYet)).unwrap();
        assert_eq!(
            asked.needed, 2,
            "{}: a decline may come before its source, when it is said",
            world.engine
        );
        let entries = baselines::resolved(&world.app, &engineer, "Servers", Moment::OPEN).unwrap();
        assert!(entries.is_empty(), "{}: a slip of the pen is no entry", world.engine);
    }
}

/// The supplier releases the patch on these conditions.
fn releases(world: &World, who: &Caller, (platform, conditions): (&str, &str)) {
    world.clock.advance_micros(1_000_000);
    let mut one = statement(PATCH, ("Acme", "Historian", "4.2"), SupplierState::Released);
    (one.product.platform, one.conditions) = (platform.to_owned(), conditions.to_owned());
    statements::enter(&world.app, who, &one, "the bulletin").unwrap();
}

fn met(all: &[(&str, &str)]) -> Footing {
    let of = |(condition, why): &(&str, &str)| MetCondition {
        condition: (*condition).to_owned(),
        why: (*why).to_owned(),
    };
    Footing::OnConditions { met: all.iter().map(of).collect() }
}

#[test]
fn a_release_on_conditions_bears_once_somebody_has_said_of_each_how_it_is_known_to_be_met() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        let reader = world.person("m.klein", &[Role::Approver]);
        world.installs_historian();
        world.baseline(&engineer, "Servers", None);
        world.bench(&engineer, "Servers");
        releases(&world, &reader, ("Server 2019", "only with HF 3"));
        let (fix, platform) = ("on Server 2019: only with HF 3", "platform Server 2019");
        let standing = evidence::needed(&world.app, &engineer, "Servers", PATCH).unwrap().standing;
        assert_eq!(standing.conditions(), [fix, platform], "{}", world.engine);
        let run = world.passed(&engineer, "Servers", PATCH);
        let ask = |footing: Footing| {
            let ask = AskAuthorise { footing, ..world.ask("Servers", PATCH, Basis::Tested(vec![run.id])) };
            decisions::ask_authorise(&world.app, &engineer, &ask)
        };
        let seen = "every server shows HF 3 in its list of updates";
        assert_eq!(code(ask(Footing::Released)), "conditions");
        assert_eq!(code(ask(met(&[(fix, seen)]))), "conditions", "of the platform nobody has said anything");
        assert_eq!(code(ask(met(&[(fix, seen), (platform, "to be made")]))), "says-nothing");
        let silent = Footing::NoVendorQualification { reason: "it runs here for years".to_owned() };
        assert_eq!(code(ask(silent)), "vendor-spoke", "its word cannot be left out");
        let all = [(fix, seen), (platform, "all of them run Server 2019, by the inventory")];
        let more = [all[0], all[1], ("with HF 9", seen)];
        assert_eq!(code(ask(met(&more))), "no-such-condition");
        let asked = ask(met(&all)).unwrap();
        world.sign(&approver, &asked).unwrap();
        let row = || baselines::resolved(&world.app, &engineer, "Servers", Moment::OPEN).unwrap().remove(0);
        assert_eq!(row().blocked, [""; 0], "{}", world.engine);
        assert_eq!(row().decision.map(|one| one.matter), Some(asked.matter));
        // Whoever may not approve does not leave out what the supplier asked for: neither the condition nor the platform.
        for platform in ["Server 2019", ""] {
            let mut bare = statement(PATCH, ("Acme", "Historian", "4.2"), SupplierState::Released);
            bare.product.platform = platform.to_owned();
            let entered = statements::enter(&world.app, &engineer, &bare, "the bulletin");
            assert!(entered.is_err(), "{} {platform}", world.engine);
        }
        // A condition that is new holds what rests on the release.
        releases(&world, &reader, ("Server 2019", "only with HF 4"));
        assert!(row().blocked.join("; ").contains("`on Server 2019: only with HF 4`"), "{:?}", row().blocked);
    }
}

#[test]
fn what_was_approved_in_silence_waits_again_once_the_supplier_asks_for_something() {
    use SupplierState as S;
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        let reader = world.person("m.klein", &[Role::Approver]);
        world.installs_historian();
        world.baseline(&engineer, "Servers", None);
        world.bench(&engineer, "Servers");
        let run = world.passed(&engineer, "Servers", PATCH);
        let ask = world.ask("Servers", PATCH, Basis::Tested(vec![run.id]));
        assert!(matches!(ask.footing, Footing::NoVendorQualification { .. }), "nobody has said anything");
        let asked = decisions::ask_authorise(&world.app, &engineer, &ask).unwrap();
        world.sign(&approver, &asked).unwrap();
        let row = || baselines::resolved(&world.app, &engineer, "Servers", Moment::OPEN).unwrap().remove(0);
        let settled =
            || baselines::act(&world.app, &approver, "Servers", PATCH, EntryDeed::Release, "looked at");
        assert_eq!(row().blocked, [""; 0], "{}", world.engine);
        says(&world, &reader, ("Acme", "Acme"), S::Released);
        assert_eq!(row().blocked, [""; 0], "{}: more than was asked for", world.engine);
        releases(&world, &reader, ("", "only with HF 3"));
        let held = row();
        assert!(
            held.entry.hold.is_some_and(|hold| hold.why.contains("`only with HF 3`")),
            "{}",
            world.engine
        );
        assert!(held.blocked.join("; ").contains("`only with HF 3`"), "{:?}", held.blocked);
        assert_eq!(code(settled()), "hold-stays", "it is decided anew");
        assert_eq!(code(decisions::ask_authorise(&world.app, &engineer, &ask)), "vendor-spoke");
        releases(&world, &reader, ("", ""));
        settled().unwrap();
        assert_eq!(row().blocked, [""; 0], "{}", world.engine);
        for word in [S::InTest, S::NotApproved] {
            says(&world, &reader, ("Acme", "Acme"), word);
            assert!(!row().blocked.is_empty(), "{}: {word}", world.engine);
            assert_eq!(code(settled()), "hold-stays", "{word}");
        }
    }
}

#[test]
fn what_a_stranger_speaks_of_is_no_patch_until_a_supplier_or_a_catalogue_does() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        world.baseline(&engineer, "Servers", None);
        world.bench(&engineer, "Servers");
        let name = "KB7700001";
        let say = |publisher: &str, vendor: &str| {
            world.clock.advance_micros(1_000_000);
            let mut one = statement(name, (vendor, "Historian", "4.2"), SupplierState::Released);
            one.publisher = publisher.to_owned();
            statements::enter(&world.app, &engineer, &one, "the bulletin").unwrap();
        };
        let begin = || world.begin(&engineer, "Servers", name).map(drop);
        assert_eq!(code(begin()), "no-such-patch", "{}", world.engine);
        for (publisher, vendor) in [("Weber & Sons", "Weber & Sons"), ("Weber & Sons", "Acme")] {
            say(publisher, vendor);
            let why = begin().unwrap_err().to_string();
            assert!(why.contains("`Weber & Sons` speaks of it"), "{}: {why}", world.engine);
            assert!(!why.contains(&format!("meant {name}")), "{why}");
            let asked =
                decisions::ask_authorise(&world.app, &engineer, &world.ask("Servers", name, looked()));
            assert_eq!(code(asked), "no-such-patch", "{}", world.engine);
        }
        say("ACME", "Acme");
        begin().unwrap();
    }
}

#[test]
fn one_supplier_is_asked_under_one_name_however_it_is_spelled() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        for supplier in ["SIEMENS", "siemens ag", "Siemens", "Nordvik"] {
            world.clock.advance_micros(1_000_000);
            let new = NewQuestion {
                supplier: supplier.to_owned(),
                topic: QuestionTopic { product: "Historian".to_owned(), ..QuestionTopic::default() },
                text: "is there a fix for it?".to_owned(),
                ..NewQuestion::default()
            };
            questions::ask(&world.app, &engineer, &new, "").unwrap();
        }
        let lines = questions::suppliers(&world.app, &engineer).unwrap();
        let found: Vec<_> =
            lines.iter().map(|one| (one.supplier.as_str(), one.questions, one.open)).collect();
        assert_eq!(found, [("SIEMENS", 3, 3), ("Nordvik", 1, 1)], "{}", world.engine);
    }
}

#[test]
fn lists_by_the_suppliers_state_hear_the_supplier_as_cards_do() {
    for world in worlds() {
        let approver = world.person("l.okafor", &[Role::Approver]);
        let listed = |state: &str| {
            let filter = Filter::parse(&format!("vendor_state:{state}")).unwrap();
            let query = ListQuery { filter, ..ListQuery::everything(10, world.app.now()) };
            patches::list(&world.app, &approver, &query).unwrap().items.len()
        };
        says(&world, &approver, ("Weber & Sons", "Acme"), SupplierState::Released);
        assert_eq!(listed("released"), 0, "{}: nobody has named them as speaking for Acme", world.engine);
        let pair = ("Weber & Sons", "ACME");
        speakers::add(&world.app, &approver, pair, "they maintain it for Acme").unwrap();
        assert_eq!(listed("released"), 1, "{}: now they do", world.engine);
        speakers::remove(&world.app, &approver, pair, "the contract is over").unwrap();
        assert_eq!(listed("released"), 0, "{}", world.engine);
        says(&world, &approver, ("acme", "Acme"), SupplierState::Approved);
        assert_eq!(listed("approved"), 1, "{}: the maker's own, however it is spelled", world.engine);
        says(&world, &approver, ("Weber & Sons", "Acme"), SupplierState::NotApproved);
        assert_eq!(listed("not_approved"), 1, "{}: a no of anybody is caution", world.engine);
    }
}

#[test]
fn a_site_has_test_plans_of_its_own_and_every_version_of_a_plan_stays() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let (north, local) = northerner(&world);
        world.baseline(&engineer, "Servers", None);
        let plan = |step: &str| TestPlan {
            name: "Monthly round".to_owned(),
            site: None,
            steps: vec![(step.to_owned(), "the historian records".to_owned())],
        };
        test_records::put_plan(&world.app, &engineer, &plan("install and restart"), "").unwrap();
        let shown = |name: &str| {
            let all = test_records::plans(&world.app, &engineer).unwrap().into_iter();
            all.filter(|one| one.now.plan.name == name).collect::<Vec<_>>().remove(0)
        };
        // A site has plans of its own, under names of their own, for its own baselines.
        let taken = TestPlan { site: Some(north), ..plan("look at it") };
        assert_eq!(code(test_records::put_plan(&world.app, &local, &taken, "")), "name-taken");
        let own =
            |step: &str| TestPlan { name: "Round of the north".to_owned(), site: Some(north), ..plan(step) };
        test_records::put_plan(&world.app, &local, &own("look at it"), "").unwrap();
        test_records::put_plan(&world.app, &local, &own("look at it twice"), "").unwrap();
        let kept = shown("Round of the north");
        assert_eq!(
            (kept.now.version, kept.former.len(), kept.former[0].version),
            (2, 1, 1),
            "{}",
            world.engine
        );
        assert_eq!(kept.former[0].plan, own("look at it"), "{}: what it was before stays", world.engine);
        world.bench(&engineer, "Servers");
        let begin = |name: &str| {
            let new = test_records::NewRun {
                patch: PATCH.to_owned(),
                baseline: "Servers".to_owned(),
                place: test_records::Where::Bench("BED of Servers".to_owned()),
                plan: Some(name.to_owned()),
                steps: Vec::new(),
                reason: String::new(),
            };
            test_records::begin(&world.app, &engineer, &new)
        };
        assert_eq!(
            code(begin("Round of the north")),
            "plan-site",
            "{}: the baseline is for all sites",
            world.engine
        );
        test_records::put_plan(&world.app, &engineer, &plan("install, restart and look"), "").unwrap();
        let run = begin("Monthly round").unwrap();
        assert_eq!((run.plan.as_str(), run.plan_version), ("Monthly round", Some(2)), "{}", world.engine);
        let line = test_records::show(&world.app, &engineer, &run.id.to_string()).unwrap().0;
        assert_eq!(line.run.plan_version, Some(2), "{}: and it is kept", world.engine);
    }
}
