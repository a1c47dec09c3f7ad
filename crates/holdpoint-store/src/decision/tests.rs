//! Decisions come back as they went in, on both engines, and one person signs once.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

use super::*;
use crate::testing::stores;
use holdpoint_domain::approval_policy::RiskClass;
use holdpoint_domain::decision::{
    Authorisation, Basis, Closing, Emergency, EvidenceHold, ExemptionKind, MetCondition, Posting,
    StandardChange, WayBack,
};
use holdpoint_domain::id::TestRunId;
use holdpoint_domain::patch::PatchClass;
use std::collections::BTreeSet;

fn at(micros: i64) -> Moment {
    Moment::from_micros(micros)
}

fn person(name: &str) -> Person {
    Person { account: format!("person:{name}"), name: name.to_owned() }
}

fn baseline() -> BaselineId {
    BaselineId::new(at(0), [1; 10])
}

fn decision(n: u8, matter: Matter, procedure: Procedure, state: State) -> Decision {
    Decision {
        id: DecisionId::new(at(0), [n; 10]),
        matter,
        procedure,
        risk: RiskClass::High,
        risk_why: vec!["safety consequence major".to_owned()],
        reason: "advisory".to_owned(),
        author: person("author"),
        asked_at: at(5),
        card: CardHash([n; 32]),
        needed: 2,
        testers: BTreeSet::from(["person:tester".to_owned()]),
        state,
    }
}

fn signature(n: u8, by: &str, behalf: Option<&str>) -> Signature {
    let on_behalf_of = behalf.map(person);
    Signature { by: person(by), on_behalf_of, at: at(7), note: "seen".into(), shown: CardHash([n; 32]) }
}

fn authorise(basis: Basis, footing: Footing) -> Matter {
    Matter::Authorise(Authorisation {
        baseline: baseline(),
        patch: "KB1".to_owned(),
        basis,
        footing,
        posting: Posting::AtOnce,
        expires: Some(at(90)),
    })
}

fn all() -> Vec<Decision> {
    let closing = || Closing { by: person("c"), at: at(9), why: "because".to_owned() };
    let override_ = Footing::Override {
        reason: "no way".into(),
        risk_owner: "L".into(),
        expires: at(50),
        of: Some(holdpoint_domain::patch_state::SupplierState::NotApproved),
    };
    let tested = Basis::Tested(vec![TestRunId::new(at(0), [4; 10])]);
    let looked = Basis::Inspection { reason: "text only".to_owned() };
    let urgent = Emergency {
        reason: "now".to_owned(),
        backup: "image".to_owned(),
        way_back: WayBack::None { statement: "none".to_owned(), by: "H. Lind".to_owned() },
        evidence: EvidenceHold::NotNeeded("no intrusion".to_owned()),
        review: Review::Done { due: at(60), at: at(20), by: person("d"), found: "fine".to_owned() },
    };
    let signed = |n, first: Signature| {
        let barred = decision(
            n,
            Matter::Reject { baseline: None, patch: String::new() },
            Procedure::Normal,
            State::Waiting(Signatures::default()),
        )
        .barred();
        Signatures::checked(vec![first], &barred).unwrap()
    };
    let change = StandardChange {
        name: "monthly".to_owned(),
        baseline: baseline(),
        classes: vec![PatchClass::Security, PatchClass::SecurityCritical],
        most_risk: RiskClass::Normal,
        until: at(99),
    };
    let reject = |everywhere| Matter::Reject { baseline: everywhere, patch: "KB2".to_owned() };
    let exempt = Matter::Exempt { kind: ExemptionKind::Accept, exemption: ExemptionId::new(at(0), [6; 10]) };
    let waiting = State::Waiting(signed(1, signature(1, "a", Some("b"))));
    let met = MetCondition { condition: "only with HF 3".into(), why: "each shows HF 3".into() };
    let granted = State::Granted { signatures: signed(2, signature(2, "a", None)), at: at(8) };
    let standard = Procedure::Standard(DecisionId::new(at(0), [3; 10]));
    vec![
        decision(1, authorise(tested, override_), Procedure::Emergency(urgent), waiting),
        decision(2, authorise(looked.clone(), Footing::Released), standard, granted),
        decision(
            9,
            authorise(looked.clone(), Footing::OnConditions { met: vec![met] }),
            Procedure::Normal,
            State::Waiting(Signatures::default()),
        ),
        decision(3, Matter::Standard(change), Procedure::Normal, State::Returned(closing())),
        decision(4, reject(Some(baseline())), Procedure::Normal, State::Rejected(closing())),
        decision(5, exempt, Procedure::Normal, State::Withdrawn(closing())),
        decision(
            8,
            Matter::Readmit { decline: DecisionId::new(at(0), [8; 10]), patch: "KB2".to_owned() },
            Procedure::Normal,
            State::Waiting(Signatures::default()),
        ),
        decision(6, reject(None), Procedure::Normal, State::Lapsed(closing())),
        decision(
            7,
            authorise(looked, Footing::NoVendorQualification { reason: "ours".into() }),
            Procedure::Normal,
            State::Revoked(closing()),
        ),
    ]
}

fn keep_baseline(c: &mut Change<'_>) -> Result<(), StoreError> {
    use holdpoint_domain::baseline::{AssetScope, Baseline, Force, Place};
    let scope = AssetScope {
        kind: None,
        vendor: String::new(),
        product: String::new(),
        release: None,
        place: Place::Everywhere,
    };
    let (name, description) = ("Servers".to_owned(), String::new());
    let force = Force::InForce;
    c.put_baseline(
        &Baseline { id: baseline(), name, description, parent: None, scope, force, keeps: BTreeSet::new() },
        &person("author"),
    )
}

#[test]
fn every_kind_of_decision_comes_back_as_it_went_in() {
    for store in stores() {
        store
            .write(|c| {
                keep_baseline(c)?;
                all().iter().try_for_each(|one| c.put_decision(one, None))
            })
            .unwrap();
        for one in all() {
            let kept = store.read(|r| r.decision(one.id)).unwrap().unwrap();
            assert_eq!(kept.decision, one, "{}", store.engine);
        }
        let page = store.read(|r| r.decision_list(&ListQuery::everything(10, at(100)))).unwrap();
        assert_eq!(page.items.len(), all().len());
        assert!(store.read(|r| r.decline_of("KB2")).unwrap().is_none(), "it lapsed");
    }
}

#[test]
fn the_database_refuses_a_second_signature_of_one_person() {
    for store in stores() {
        store
            .write(|c| {
                keep_baseline(c)?;
                c.put_decision(&all()[0], None)
            })
            .unwrap();
        let twice = store.write(|c| {
            let id = all()[0].id;
            c.exec(SIGN, params![id, 2_i64, at(9), "a", "person:a", "", "", "", &[1_u8; 32]])
        });
        assert!(twice.is_err(), "{}", store.engine);
    }
}

#[test]
fn a_kept_signature_of_the_author_is_damage_and_no_approval() {
    for store in stores() {
        store
            .write(|c| {
                keep_baseline(c)?;
                c.put_decision(&all()[0], None)?;
                let id = all()[0].id;
                c.exec(SIGN, params![id, 2_i64, at(9), "author", "person:author", "", "", "", &[1_u8; 32]])
            })
            .unwrap();
        let read = store.read(|r| r.decision(all()[0].id));
        assert!(matches!(read, Err(StoreError::Damaged { .. })), "{}", store.engine);
    }
}
