//! Exemptions: how they begin, what makes somebody look again, and how they end.

use super::*;
use crate::control::{Burden, Found, Verification};
use crate::signature::tests::person;

fn at(day: i64) -> Moment {
    Moment::from_micros(day * days(1))
}

fn control(verification: Verification) -> ControlUse {
    ControlUse {
        control: Control::TrafficFilter,
        what: "access list on conduit C-7".to_owned(),
        owner: "H. Lind".to_owned(),
        burden: Burden::default(),
        verification,
    }
}

fn seen(day: i64) -> Verification {
    Verification::Working(Found {
        at: at(day),
        by: person("h.lind"),
        evidence: "blocked in the log".to_owned(),
    })
}

fn proposal(controls: Vec<ControlUse>) -> Exemption {
    Exemption {
        id: ExemptionId::new(at(0), [1; 10]),
        kind: ExemptionKind::Mitigate,
        what: What::Vulnerability("CVE-2026-1".to_owned()),
        on: On::Asset(AssetId::new(at(0), [2; 10])),
        reason_code: ReasonCode::Outage,
        reason: "the next outage is in March".to_owned(),
        controls,
        residual: RiskClass::Normal,
        author: person("a.weber"),
        proposed_at: at(0),
        expires: at(100),
        watched: Watched::default(),
        state: ExemptionState::Proposed,
    }
}

fn holding() -> Exemption {
    let policy = ApprovalPolicy::default();
    let watched = Watched {
        kev: Some(Listed::No),
        exploitation: Some(Exploitation::None),
        supplier: Some(SupplierState::InTest),
        zone: Some("Z2".to_owned()),
        end_of_support: Some(at(50)),
        covered: Some([1, 2].into()),
        stake: Some(RiskClass::Normal),
    };
    proposal(vec![control(seen(0))])
        .propose(&policy, at(0))
        .and_then(|one| one.accepted(DecisionId::new(at(0), [3; 10]), watched, at(1)))
        .expect("it holds")
}

#[test]
fn an_exemption_ends_within_the_policy_and_a_mitigation_names_a_control() {
    let policy = ApprovalPolicy::default();
    let with = |change: &dyn Fn(&mut Exemption)| {
        let mut one = proposal(vec![control(Verification::Never)]);
        change(&mut one);
        one.propose(&policy, at(0)).map(drop).map_err(|refusal| refusal.code)
    };
    assert_eq!(with(&|_| {}), Ok(()));
    assert_eq!(with(&|one| one.expires = at(366)), Err("exemption-expiry".to_owned()));
    assert_eq!(with(&|one| one.expires = at(0)), Err("exemption-expiry".to_owned()));
    assert_eq!(with(&|one| one.controls.clear()), Err("exemption-controls".to_owned()));
    assert_eq!(with(&|one| one.reason.clear()), Err("text".to_owned()));
}

#[test]
fn each_trigger_alone_makes_it_stop_holding_until_somebody_has_looked() {
    let same = holding().watched;
    let cases = [
        (Trigger::Kev, Watched { kev: Some(Listed::Yes), ..same.clone() }, at(2)),
        (
            Trigger::ExploitationUp,
            Watched { exploitation: Some(Exploitation::PublicPoc), ..same.clone() },
            at(2),
        ),
        (Trigger::AssetMoved, Watched { zone: Some("Z3".to_owned()), ..same.clone() }, at(2)),
        (Trigger::AssetMoved, Watched { zone: None, ..same.clone() }, at(2)),
        (Trigger::AssetMoved, Watched { covered: Some([2, 3].into()), ..same.clone() }, at(2)),
        (Trigger::RiskUp, Watched { stake: Some(RiskClass::High), ..same.clone() }, at(2)),
        (
            Trigger::VendorStateChanged,
            Watched { supplier: Some(SupplierState::Released), ..same.clone() },
            at(2),
        ),
        (Trigger::EndOfSupport, same.clone(), at(50)),
        (Trigger::ControlFailed, same.clone(), at(91)),
    ];
    for (trigger, now, when) in cases {
        let one = holding();
        assert!(one.holds_at(at(2)));
        assert!(one.triggers(&now, when, 90).contains(&trigger), "{trigger}");
        let after = one.at_moment(&now, when, 90);
        assert_eq!(after.state.word(), ExemptionWord::UnderReview, "{trigger}");
        assert!(!after.holds_at(when), "{trigger}: a doubt never protects");
        assert!(after.held_controls(when, 90).is_empty(), "{trigger}");
    }
    assert_eq!(holding().at_moment(&same, at(2), 90), holding(), "nothing changed");
    let less = Watched { covered: Some([2].into()), stake: Some(RiskClass::Low), ..same.clone() };
    assert_eq!(holding().at_moment(&less, at(2), 90), holding(), "an asset that left asks for nothing");
    let moved = holding().at_moment(&Watched { zone: None, ..same.clone() }, at(2), 90);
    let both = moved.at_moment(&Watched { kev: Some(Listed::Yes), zone: None, ..same }, at(3), 90);
    let ExemptionState::UnderReview { triggers, .. } = both.state else { panic!("{:?}", both.state) };
    assert_eq!(triggers, [Trigger::AssetMoved, Trigger::Kev], "what comes later is said too");
}

#[test]
fn a_control_gives_back_what_it_changed_when_it_or_its_exemption_ends() {
    let one = holding();
    assert_eq!(one.held_controls(at(2), 90), [Control::TrafficFilter]);
    assert!(one.held_controls(at(91), 90).is_empty(), "not verified in time");
    assert!(one.held_controls(at(100), 365).is_empty(), "expired");
    let failed = Found { at: at(3), by: person("h.lind"), evidence: "the rule is gone".to_owned() };
    let mut broken = holding();
    broken.controls[0].verification = Verification::Failed(failed);
    assert!(broken.held_controls(at(4), 90).is_empty());
    assert!(broken.triggers(&broken.watched, at(4), 90).contains(&Trigger::ControlFailed));
    let never = proposal(vec![control(Verification::Never)]);
    assert!(never.held_controls(at(1), 90).is_empty());
}

#[test]
fn what_is_over_stays_over() {
    let over = holding().at_moment(&Watched::default(), at(100), 90);
    assert!(matches!(over.state, ExemptionState::Ended { why: End::Expired, .. }));
    assert!(over.clone().ended(End::Closed, "patched").is_err());
    assert!(over.clone().accepted(DecisionId::new(at(0), [3; 10]), Watched::default(), at(101)).is_err());
    assert_eq!(over.clone().at_moment(&Watched::default(), at(1), 90), over);
}
