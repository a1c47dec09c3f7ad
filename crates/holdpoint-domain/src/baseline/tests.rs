//! Entries: every step from every state, and what may be installed.

use super::*;
use crate::approval_policy::RiskClass;
use crate::decision::{Basis, Footing, Posting, Procedure, Signed};
use crate::signature::tests::{by, person};
use crate::signature::{CardHash, Signatures, days};
use std::collections::BTreeSet;

fn at(day: i64) -> Moment {
    Moment::from_micros(day * days(1))
}

fn key() -> (BaselineId, &'static str) {
    (BaselineId::new(at(0), [1; 10]), "KB1")
}

fn deed() -> Deed {
    Deed { by: person("a"), at: at(1) }
}

fn granted(footing: Footing, posting: Posting) -> Decision {
    let decision = Decision {
        id: DecisionId::new(at(0), [5; 10]),
        matter: Matter::Authorise(Authorisation {
            baseline: key().0,
            patch: key().1.to_owned(),
            basis: Basis::Inspection { reason: "text only".to_owned() },
            footing,
            posting,
            expires: Some(at(20)),
        }),
        procedure: Procedure::Normal,
        risk: RiskClass::Low,
        risk_why: Vec::new(),
        reason: "advisory".to_owned(),
        author: person("author"),
        asked_at: at(0),
        card: CardHash([0; 32]),
        needed: 1,
        testers: BTreeSet::new(),
        state: State::Waiting(Signatures::default()),
    };
    let owner = match &decision.matter {
        Matter::Authorise(what) => what.footing.risk_owner().map(str::to_owned),
        Matter::Readmit { .. } | Matter::Reject { .. } | Matter::Standard(_) | Matter::Exempt { .. } => None,
    };
    let signed = decision.sign(by(owner.as_deref().unwrap_or("b")));
    let Ok(Signed::Complete(decision)) = signed else { panic!("one signature is enough") };
    decision
}

fn entry(state: OwnerState) -> Entry {
    let decision = granted(Footing::Released, Posting::Later).id;
    let state = match state {
        OwnerState::InInternalTest => EntryState::InInternalTest,
        OwnerState::NotAuthorized => EntryState::NotAuthorized { why: "failed".to_owned() },
        OwnerState::Authorized => EntryState::Authorized { decision },
        OwnerState::Effective => EntryState::Effective { decision },
    };
    Entry { baseline: key().0, patch: key().1.to_owned(), state, hold: None, since: at(0), by: person("a") }
}

fn said(state: SupplierState) -> SupplierStanding {
    SupplierStanding::said(state, at(0))
}

#[test]
fn every_step_from_every_state_is_this_table() {
    let states = [None].into_iter().chain(OwnerState::ALL.iter().copied().map(Some));
    let mut table = String::new();
    for state in states {
        let from = || state.map(entry);
        let refuse = Step::Refuse { why: "failed".to_owned() };
        let grant = |posting| authorise(from(), &granted(Footing::Released, posting), deed());
        let answers = [
            step(from(), key(), Step::BeginTest, deed()),
            step(from(), key(), refuse, deed()),
            grant(Posting::Later),
            grant(Posting::AtOnce),
            step(from(), key(), Step::Post, deed()),
            step(from(), key(), Step::Hold { why: "recall".to_owned() }, deed()),
        ];
        let words: Vec<&str> = answers
            .iter()
            .map(|answer| answer.as_ref().map_or("·", |entry| entry.state.owner_state().word()))
            .collect();
        table.push_str(&format!("{}: {}\n", state.map_or("nothing", OwnerState::word), words.join(" ")));
    }
    assert_eq!(
        table,
        "nothing: in_internal_test not_authorized authorized effective · ·\n\
         in_internal_test: · not_authorized authorized effective · in_internal_test\n\
         not_authorized: in_internal_test · · · · not_authorized\n\
         authorized: · not_authorized · · effective authorized\n\
         effective: · not_authorized · · · effective\n"
    );
}

#[test]
fn only_a_granted_decision_authorises() {
    let waiting = Decision {
        state: State::Waiting(Signatures::default()),
        ..granted(Footing::Released, Posting::Later)
    };
    assert_eq!(authorise(None, &waiting, deed()).map_err(|no| no.code), Err("not-granted".to_owned()));
}

#[test]
fn invariant_1_only_what_is_effective_unexpired_and_without_a_hold_may_be_installed() {
    let decision = granted(Footing::Released, Posting::Later);
    let released = said(SupplierState::Released);
    let may = |entry: Option<&Entry>, decision: Option<&Decision>, when| {
        may_install(entry, decision, &released, when)
    };
    let effective = entry(OwnerState::Effective);
    assert_eq!(may(Some(&effective), Some(&decision), at(2)), Ok(()));
    assert!(may(None, Some(&decision), at(2)).is_err());
    assert!(may(Some(&effective), None, at(2)).is_err(), "no decision behind it");
    assert!(may(Some(&effective), Some(&decision), at(20)).is_err(), "it ended");
    for state in [OwnerState::InInternalTest, OwnerState::NotAuthorized, OwnerState::Authorized] {
        assert!(may(Some(&entry(state)), Some(&decision), at(2)).is_err(), "{state}");
    }
    let revoked = decision.clone().revoke(person("b"), "adverse finding", at(2)).expect("it is revoked");
    assert!(may(Some(&effective), Some(&revoked), at(3)).is_err());
}

#[test]
fn invariant_2_a_suppliers_no_stops_and_deletes_nothing() {
    let (decision, effective) = (granted(Footing::Released, Posting::Later), entry(OwnerState::Effective));
    let no = said(SupplierState::NotApproved);
    assert!(
        may_install(Some(&effective), Some(&decision), &no, at(2)).is_err(),
        "even before the hold is written"
    );
    let held = step(Some(effective.clone()), key(), Step::Hold { why: "recall".to_owned() }, deed())
        .expect("a hold");
    assert_eq!(held.state, effective.state, "what the owner decided stays");
    let released = said(SupplierState::Released);
    assert!(
        may_install(Some(&held), Some(&decision), &released, at(2)).is_err(),
        "the hold stays until it is settled"
    );
    let lift = |standing| step(Some(held.clone()), key(), Step::Release { standing }, deed());
    assert!(lift(no.clone()).is_err());
    let free = lift(released.clone()).expect("the supplier approves again");
    assert_eq!(may_install(Some(&free), Some(&decision), &released, at(2)), Ok(()));
    let authorized = Entry { hold: held.hold.clone(), ..entry(OwnerState::Authorized) };
    assert!(step(Some(authorized), key(), Step::Post, deed()).is_err(), "nothing on hold is posted");
    let footing = Footing::Override {
        reason: "no other way".into(),
        risk_owner: "L. Okafor".into(),
        expires: at(10),
        of: None,
    };
    let early = granted(footing.clone(), Posting::Later);
    assert!(
        may_install(Some(&effective), Some(&early), &no, at(2)).is_err(),
        "what was overridden was no refusal"
    );
    assert_eq!(may_install(Some(&effective), Some(&early), &released, at(2)), Ok(()));
    let over = granted(footing.over(&no), Posting::Later);
    assert_eq!(may_install(Some(&effective), Some(&over), &no, at(2)), Ok(()), "an override says otherwise");
    assert!(may_install(Some(&effective), Some(&over), &no, at(10)).is_err(), "until it ends");
}
