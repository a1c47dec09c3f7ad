//! Exemptions from the proposal to the end.

use crate::support::{World, code, worlds};
use holdpoint_app::approval::decisions::{self, SignOutcome};
use holdpoint_app::approval::exemptions::{self, NewExemption, OnNamed, Works};
use holdpoint_app::approval::sweep;
use holdpoint_app::{AppError, Caller};
use holdpoint_domain::access::Role;
use holdpoint_domain::approval_policy::RiskClass;
use holdpoint_domain::control::{Burden, Control, ControlUse, Verification};
use holdpoint_domain::decision::{Ending, ExemptionKind, State};
use holdpoint_domain::exemption::{ExemptionWord, ReasonCode, What};
use holdpoint_engine::approval::compare::Choice;

fn proposal(world: &World, residual: RiskClass) -> NewExemption {
    NewExemption {
        kind: ExemptionKind::Mitigate,
        what: What::Vulnerability("CVE-2026-0001".to_owned()),
        on: OnNamed::Asset("SRV-1".to_owned()),
        reason_code: ReasonCode::Outage,
        reason: "the next outage is in March".to_owned(),
        controls: vec![ControlUse {
            control: Control::TrafficFilter,
            what: "access list on conduit C-7".to_owned(),
            owner: "H. Lind".to_owned(),
            burden: Burden { cost_cents: Some(5_000), effort_min: Some(60), downtime_min: Some(0) },
            verification: Verification::Never,
        }],
        residual,
        expires: world.in_days(100),
    }
}

fn word(world: &World, who: &Caller, id: &str) -> ExemptionWord {
    exemptions::show(&world.app, who, id).unwrap().0.exemption.state.word()
}

#[test]
fn a_mitigation_holds_while_it_is_verified_and_gives_back_when_it_is_not() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        let (one, asked) =
            exemptions::propose(&world.app, &engineer, &proposal(&world, RiskClass::Normal)).unwrap();
        let id = one.id.to_string();
        assert_eq!(code(world.sign(&engineer, &asked)), "not-allowed");
        assert_eq!(word(&world, &engineer, &id), ExemptionWord::Proposed);
        world.sign(&approver, &asked).unwrap();
        assert_eq!(word(&world, &engineer, &id), ExemptionWord::Holding);
        let kept = || exemptions::show(&world.app, &engineer, &id).unwrap().0.exemption;
        assert!(kept().held_controls(world.app.now(), 90).is_empty(), "nobody has seen it work");
        let looker = world.person("h.berg", &[Role::Engineer]);
        let verify = |works, text| exemptions::verify(&world.app, &looker, &id, 1, (works, text));
        assert_eq!(code(verify(Works::Yes, "")), "text");
        verify(Works::Yes, "a try was blocked in the log").unwrap();
        assert_eq!(kept().held_controls(world.app.now(), 90), [Control::TrafficFilter]);
        world.days_pass(91);
        assert_eq!(sweep::sweep(&world.app).unwrap().to_review, 1, "not verified in time");
        assert_eq!(word(&world, &engineer, &id), ExemptionWord::UnderReview);
        verify(Works::Yes, "a try was blocked again").unwrap();
        let again = exemptions::ask_again(&world.app, &engineer, &id, "verified anew").unwrap();
        world.sign(&approver, &again).unwrap();
        assert_eq!(word(&world, &engineer, &id), ExemptionWord::Holding);
        world.days_pass(10);
        assert_eq!(sweep::sweep(&world.app).unwrap().expired, 1);
        assert_eq!(word(&world, &engineer, &id), ExemptionWord::Ended);
        assert_eq!(code(exemptions::close(&world.app, &engineer, &id, "patched")), "exemption-state");
        assert_eq!(exemptions::show(&world.app, &engineer, &id).unwrap().1.len(), 7, "every step stays");
    }
}

#[test]
fn a_moved_asset_and_a_failed_control_make_somebody_look_again() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        let held = || {
            let (one, asked) =
                exemptions::propose(&world.app, &engineer, &proposal(&world, RiskClass::Normal)).unwrap();
            world.sign(&approver, &asked).unwrap();
            one.id.to_string()
        };
        let (moved, failed) = (held(), held());
        exemptions::verify(&world.app, &engineer, &failed, 1, (Works::No, "the rule is gone")).unwrap();
        assert_eq!(word(&world, &engineer, &failed), ExemptionWord::UnderReview);
        world.import("asset_tag,site,zone\nSRV-1,North,Z3\n");
        assert_eq!(sweep::sweep(&world.app).unwrap().to_review, 2, "one under review hears it too");
        assert_eq!(word(&world, &engineer, &moved), ExemptionWord::UnderReview);
    }
}

#[test]
fn higher_risk_takes_more_signatures_and_a_no_ends_it() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        let (one, asked) =
            exemptions::propose(&world.app, &engineer, &proposal(&world, RiskClass::High)).unwrap();
        assert_eq!(asked.needed, 2);
        let id = asked.id.to_string();
        decisions::close(&world.app, &approver, &id, Ending::Rejected, "patch it instead").unwrap();
        assert_eq!(word(&world, &engineer, &one.id.to_string()), ExemptionWord::Ended);
        let mut long = proposal(&world, RiskClass::Low);
        long.expires = world.in_days(366);
        assert_eq!(code(exemptions::propose(&world.app, &engineer, &long)), "exemption-expiry");
        let patch = Choice {
            name: "patch".to_owned(),
            cost_cents: Some(1_000),
            effort_min: Some(30),
            downtime_min: Some(0),
            risk_left: Some(RiskClass::Low),
        };
        let rows = exemptions::compared(&world.app, &engineer, &one.id.to_string(), vec![patch]).unwrap();
        assert_eq!(rows[1].beaten_by, ["patch"]);
    }
}

#[test]
fn the_same_is_asked_once_and_a_renewal_taken_back_leaves_what_was_accepted() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        let new = proposal(&world, RiskClass::Normal);
        let (one, asked) = exemptions::propose(&world.app, &engineer, &new).unwrap();
        let at_once: Vec<String> = std::thread::scope(|scope| {
            let asking = || code(exemptions::propose(&world.app, &engineer, &new));
            let all: Vec<_> = (0..3).map(|_| scope.spawn(asking)).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(at_once, ["waits-already"; 3], "{}", world.engine);
        world.sign(&approver, &asked).unwrap();
        let id = one.id.to_string();
        let looker = world.person("h.berg", &[Role::Engineer]);
        let verify = || exemptions::verify(&world.app, &looker, &id, 1, (Works::Yes, "seen in the log"));
        verify().unwrap();
        world.days_pass(91);
        sweep::sweep(&world.app).unwrap();
        verify().unwrap();
        let again = || exemptions::ask_again(&world.app, &engineer, &id, "verified anew");
        let first = again().unwrap();
        assert_eq!(code(again()), "waits-already");
        decisions::close(&world.app, &engineer, &first.id.to_string(), Ending::Withdrawn, "not yet").unwrap();
        assert_eq!(word(&world, &engineer, &id), ExemptionWord::UnderReview, "it is not over by that");
        world.sign(&approver, &again().unwrap()).unwrap();
        assert_eq!(word(&world, &engineer, &id), ExemptionWord::Holding);
    }
}

#[test]
fn nobody_signs_for_a_control_that_was_found_not_working() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        let approver = world.person("l.okafor", &[Role::Approver]);
        let (one, asked) =
            exemptions::propose(&world.app, &engineer, &proposal(&world, RiskClass::Normal)).unwrap();
        let id = one.id.to_string();
        exemptions::verify(&world.app, &engineer, &id, 1, (Works::No, "the rule is gone")).unwrap();
        let Ok(SignOutcome::Lapsed(lapsed)) = world.sign(&approver, &asked) else { panic!("it lapses") };
        let State::Lapsed(closing) = lapsed.state else { panic!("{:?}", lapsed.state) };
        assert!(closing.why.contains("the rule is gone"), "{}: {}", world.engine, closing.why);
        assert_eq!(word(&world, &engineer, &id), ExemptionWord::Ended);
    }
}

#[test]
fn who_looks_after_a_control_has_an_account_or_is_said_to_have_none() {
    for world in worlds() {
        let engineer = world.person("a.weber", &[Role::Engineer]);
        world.person("h.lind", &[Role::Engineer]);
        let owner = |text: &str| {
            let mut new = proposal(&world, RiskClass::Normal);
            new.controls[0].owner = text.to_owned();
            new.on = OnNamed::Asset("SRV-2".to_owned());
            let (one, asked) = exemptions::propose(&world.app, &engineer, &new)?;
            let why = "a test of names";
            decisions::close(&world.app, &engineer, &asked.id.to_string(), Ending::Withdrawn, why)?;
            Ok::<_, AppError>(one.controls[0].owner.clone())
        };
        assert_eq!(owner("H.Lind").unwrap(), "h.lind", "{}", world.engine);
        assert_eq!(owner("outside: h.lind").unwrap(), "h.lind", "who has an account is not outside");
        for text in ["Firewalls Ltd", "outside:Firewalls Ltd", " Outside: Firewalls Ltd "] {
            assert_eq!(owner(text).unwrap(), "outside: Firewalls Ltd", "{}: {text}", world.engine);
        }
        for nobody in ["", "outside:", "outside: unknown"] {
            let refused = owner(nobody).map_err(|error| error.code().to_owned());
            assert!(refused.is_err(), "{}: `{nobody}` is nobody", world.engine);
        }
    }
}
