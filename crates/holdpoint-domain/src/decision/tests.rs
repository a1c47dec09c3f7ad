//! Decisions: what they must rest on, who signs, and how they end.

use super::checks::{Facts, authorise, signatures_needed};
use super::*;
use crate::approval_policy::ApprovalPolicy;
use crate::patch_state::{OwnerState, SupplierStanding, SupplierState};
use crate::signature::days;
use crate::signature::tests::{by, person};
use crate::test_record::tests::{at, outcome, run};
use crate::test_record::{Place, StepResult, TestRun};

fn baseline() -> BaselineId {
    BaselineId::new(at(0), [1; 10])
}

fn passed(id: u8, place: Place) -> TestRun {
    let begun = run(id, place).begin().expect("it begins");
    let result = StepResult::Passed;
    begun.record(1, outcome(result)).and_then(|run| run.record(2, outcome(result))).expect("it passes")
}

fn bench(id: u8) -> TestRun {
    passed(id, Place::Bench(crate::id::EnvironmentId::new(at(0), [1; 10])))
}

fn pilot(id: u8) -> TestRun {
    passed(id, Place::Pilot(vec![crate::id::AssetId::new(at(0), [1; 10])]))
}

fn wanted(basis: Basis, footing: Footing) -> Authorisation {
    let (patch, posting) = ("KB1".to_owned(), Posting::Later);
    Authorisation { baseline: baseline(), patch, basis, footing, posting, expires: None }
}

fn looked() -> Basis {
    Basis::Inspection { reason: "documentation only".to_owned() }
}

fn said(state: SupplierState) -> SupplierStanding {
    SupplierStanding::said(state, at(0))
}

/// Kept for as long as the test's process runs.
fn kept<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn urgent() -> Emergency {
    Emergency {
        reason: "exploited next door".to_owned(),
        backup: "image of 1970-01-03, restored on BED-2".to_owned(),
        way_back: WayBack::Steps("restore the image".to_owned()),
        evidence: EvidenceHold::Kept("memory image in the safe".to_owned()),
        review: Review::Due(at(9)),
    }
}

fn check(
    what: &Authorisation,
    procedure: &Procedure,
    change: impl FnOnce(&mut Facts<'_>),
) -> Result<(), String> {
    let (policy, standing) = (ApprovalPolicy::default(), said(SupplierState::Released));
    let runs = [bench(1), pilot(2)];
    let named: Vec<TestRun> = match &what.basis {
        Basis::Tested(ids) => runs.into_iter().filter(|run| ids.contains(&run.id)).collect(),
        Basis::Inspection { .. } => Vec::new(),
    };
    let mut facts = Facts {
        entry: Some(OwnerState::InInternalTest),
        standing: &standing,
        unheard: None,
        runs: &named,
        failed: None,
        risk: RiskClass::Low,
        class: PatchClass::Security,
        declined: None,
        standard: None,
        policy: &policy,
        at: at(5),
    };
    change(&mut facts);
    authorise(what, procedure, &facts).map_err(|refusal| refusal.code)
}

#[test]
fn invariant_3_authorised_needs_a_passed_test_or_a_written_reason() {
    let tested =
        |runs: &[TestRun]| wanted(Basis::Tested(runs.iter().map(|run| run.id).collect()), Footing::Released);
    let inspected = wanted(looked(), Footing::Released);
    let risk = |risk| move |facts: &mut Facts<'_>| facts.risk = risk;
    let err = |code: &str| Err(code.to_owned());
    let normal = Procedure::Normal;
    assert_eq!(check(&inspected, &normal, |_| {}), Ok(()));
    assert_eq!(check(&inspected, &normal, risk(RiskClass::Normal)), err("evidence"));
    let silent = wanted(Basis::Inspection { reason: " ".to_owned() }, Footing::Released);
    assert_eq!(check(&silent, &normal, |_| {}), err("text"), "a reason must be written");
    assert_eq!(check(&tested(&[]), &normal, |_| {}), err("evidence"));
    assert_eq!(check(&tested(&[bench(9)]), &normal, |_| {}), err("evidence"), "a run that is not there");
    assert_eq!(check(&tested(&[bench(1)]), &normal, risk(RiskClass::High)), Ok(()));
    assert_eq!(check(&tested(&[bench(1)]), &normal, risk(RiskClass::Critical)), err("evidence"));
    assert_eq!(check(&tested(&[bench(1), pilot(2)]), &normal, risk(RiskClass::Critical)), Ok(()));
    assert_eq!(check(&tested(&[bench(1)]), &normal, |facts| facts.at = at(400)), err("evidence"), "too old");
}

#[test]
fn invariant_4_a_suppliers_no_is_overridden_only_with_reason_risk_owner_and_expiry() {
    let footing = |reason: &str, owner: &str, day| Footing::Override {
        reason: reason.to_owned(),
        risk_owner: owner.to_owned(),
        expires: at(day),
        of: None,
    };
    for state in SupplierState::ALL {
        let standing: &SupplierStanding = kept(said(*state));
        let ask = |footing| {
            check(&wanted(looked(), footing), &Procedure::Normal, |facts| facts.standing = standing)
        };
        assert_eq!(ask(Footing::Released).is_ok(), *state == SupplierState::Released, "{state}");
        let free = Footing::NoVendorQualification { reason: "our own program".to_owned() };
        let may = matches!(state, SupplierState::Available | SupplierState::Released);
        assert_eq!(ask(free).is_ok(), may, "{state}: the supplier spoke");
        assert_eq!(ask(footing("no other way", "L. Okafor", 50)), Ok(()), "{state}");
        assert!(ask(footing("", "L. Okafor", 50)).is_err());
        assert!(ask(footing("no other way", "", 50)).is_err());
        assert!(ask(footing("no other way", "L. Okafor", 5)).is_err(), "over");
        assert!(ask(footing("no other way", "L. Okafor", 5 + 91)).is_err(), "beyond the policy");
    }
}

#[test]
fn a_failure_that_nothing_has_answered_bars_an_authorisation_on_any_ground() {
    let failed: &TestRun = kept(bench(7));
    for what in
        [wanted(Basis::Tested(vec![bench(1).id]), Footing::Released), wanted(looked(), Footing::Released)]
    {
        assert_eq!(check(&what, &Procedure::Normal, |_| {}), Ok(()));
        let asked = check(&what, &Procedure::Normal, |facts| facts.failed = Some(failed));
        assert_eq!(asked, Err("test-failed".to_owned()));
    }
}

#[test]
fn what_was_authorised_on_a_release_rests_on_no_less() {
    let free = Footing::NoVendorQualification { reason: "our own program".to_owned() };
    let over = |of| Footing::Override {
        reason: "no other way".to_owned(),
        risk_owner: "L. Okafor".to_owned(),
        expires: at(50),
        of,
    };
    for state in SupplierState::ALL {
        use SupplierState as S;
        let said = said(*state);
        assert_eq!(Footing::Released.bears(&said), matches!(state, S::Released | S::Approved), "{state}");
        let is_silence = matches!(state, S::Available | S::Approved | S::Released);
        assert_eq!(free.bears(&said), is_silence, "{state}: what rests on silence");
        assert!(over(Some(S::NotApproved)).bears(&said), "{state}");
    }
    let riddle =
        SupplierStanding::NotUnderstood { word: "siehe Merkblatt".to_owned(), at: at(4), is_dated: true };
    for footing in [Footing::Released, free, over(Some(SupplierState::InTest))] {
        let doubt = footing.doubt(&riddle).expect("it may be a no");
        assert!(doubt.contains("siehe Merkblatt"), "{doubt}");
    }
    assert!(over(None).bears(&riddle), "nothing that is understood was overridden");
    let silent = SupplierStanding::NoStatement { last_checked: None };
    let met = Footing::OnConditions { met: Vec::new() };
    for footing in [Footing::Released, met] {
        assert!(footing.doubt(&silent).is_some_and(|why| why.contains("none counts for all of its assets")));
    }
    assert!(over(Some(SupplierState::InTest)).bears(&silent), "an override rests on nobody's release");
}

#[test]
fn what_was_decided_in_silence_does_not_outlive_a_condition_of_the_supplier() {
    let free = Footing::NoVendorQualification { reason: "our own program".to_owned() };
    assert!(free.bears(&SupplierStanding::NoStatement { last_checked: None }));
    for state in SupplierState::ALL {
        let conditions = vec!["only with HF 3".to_owned()];
        let standing: &SupplierStanding =
            kept(SupplierStanding::Said { state: *state, at: at(4), is_dated: true, conditions });
        let doubt = free.doubt(standing).expect("the supplier asks for something");
        let names_it = doubt.contains("`only with HF 3`") || doubt.contains(state.word());
        assert!(names_it || *state == SupplierState::NotApproved, "{doubt}");
        let asked =
            check(&wanted(looked(), free.clone()), &Procedure::Normal, |facts| facts.standing = standing);
        assert_eq!(asked, Err("vendor-spoke".to_owned()), "{state}: nor is it asked for anew");
    }
}

#[test]
fn invariant_8_no_statement_is_never_a_release() {
    let ask = |standing: SupplierStanding| {
        let standing: &SupplierStanding = kept(standing);
        check(&wanted(looked(), Footing::Released), &Procedure::Normal, |facts| facts.standing = standing)
    };
    assert!(ask(SupplierStanding::NoStatement { last_checked: Some(at(4)) }).is_err());
    assert!(
        ask(SupplierStanding::NotUnderstood { word: "ok?".to_owned(), at: at(4), is_dated: true }).is_err()
    );
}

#[test]
fn only_legal_changes_of_state_and_nothing_that_is_declined() {
    let what = wanted(looked(), Footing::Released);
    let from = |entry| check(&what, &Procedure::Normal, |facts| facts.entry = entry);
    assert_eq!(from(None), Ok(()), "by inspection");
    assert_eq!(from(Some(OwnerState::InInternalTest)), Ok(()));
    for state in [OwnerState::NotAuthorized, OwnerState::Authorized, OwnerState::Effective] {
        assert_eq!(from(Some(state)), Err("illegal-transition".to_owned()), "{state}");
    }
    let declined = check(&what, &Procedure::Normal, |facts| facts.declined = Some("bricks the panel"));
    assert_eq!(declined, Err("declined".to_owned()));
}

/// Texts that are no backup.
const NO_BACKUP: [&str; 8] = [
    "No backup",
    "not made",
    "later",
    "... ...",
    "No backup since 1970-01-03",
    "image of today",
    "there is no backup, last look 1970-01-03",
    "the machine runs without any backup since 1970-01-03",
];

#[test]
fn an_emergency_is_faster_and_never_without_test_or_reason_backup_and_way_back() {
    let what = wanted(looked(), Footing::Released);
    let critical = |facts: &mut Facts<'_>| facts.risk = RiskClass::Critical;
    assert_eq!(check(&what, &Procedure::Emergency(urgent()), critical), Ok(()));
    let none = WayBack::None { statement: "the loader cannot go back".to_owned(), by: "H. Lind".to_owned() };
    assert_eq!(
        check(&what, &Procedure::Emergency(Emergency { way_back: none, ..urgent() }), critical),
        Ok(())
    );
    let empty = String::new;
    let unsigned = WayBack::None { statement: "the loader cannot go back".to_owned(), by: empty() };
    let wrong = [
        Emergency { reason: empty(), ..urgent() },
        Emergency { backup: empty(), ..urgent() },
        Emergency { way_back: WayBack::Steps(empty()), ..urgent() },
        Emergency { way_back: unsigned, ..urgent() },
        Emergency { evidence: EvidenceHold::Kept(empty()), ..urgent() },
        Emergency { evidence: EvidenceHold::NotNeeded(empty()), ..urgent() },
    ];
    for one in wrong {
        assert_eq!(check(&what, &Procedure::Emergency(one), critical), Err("text".to_owned()));
    }
    let nothing = |text: &str| text.to_owned();
    let unsaid = [
        Emergency { reason: nothing("..."), ..urgent() },
        Emergency { evidence: EvidenceHold::Kept(nothing("none")), ..urgent() },
        Emergency { evidence: EvidenceHold::Kept(nothing("image to be made")), ..urgent() },
        Emergency { evidence: EvidenceHold::NotNeeded(nothing("unknown")), ..urgent() },
        Emergency {
            way_back: WayBack::None { statement: nothing("there is none"), by: nothing("H. Lind") },
            ..urgent()
        },
    ];
    for one in unsaid {
        let refused = check(&what, &Procedure::Emergency(one.clone()), critical);
        assert_eq!(refused, Err("says-nothing".to_owned()), "{one:?}");
    }
    for bare in ["...", "later", "tbd", "hope", "there is none", "not possible", "xxx"] {
        let declared = Emergency { way_back: WayBack::Steps(bare.to_owned()), ..urgent() };
        let refused = check(&what, &Procedure::Emergency(declared), critical);
        assert_eq!(refused, Err("not-described".to_owned()), "{bare}");
    }
    let with = |backup: &str| {
        let declared = Emergency { backup: backup.to_owned(), ..urgent() };
        check(&what, &Procedure::Emergency(declared), critical).map_err(|code| code == "not-described")
    };
    assert_eq!(with("on NAS-2: 1970-01-03"), Ok(()));
    let planned =
        ["to be made, 1970-01-03", "we forgot it on 1970-01-03", "image on NAS-2 planned, 1970-01-03"];
    for bare in NO_BACKUP.into_iter().chain(planned).chain([
        "1970-01-03",
        "image on NAS-2, 1970-01-09",
        "image on NAS-2, 1970-02-31",
    ]) {
        assert_eq!(with(bare), Err(true), "{bare}");
    }
    let late = |days: u32| {
        let policy: &ApprovalPolicy =
            kept(ApprovalPolicy { emergency_backup_days: days, ..ApprovalPolicy::default() });
        let declared = Emergency { backup: "on NAS-2: 1970-01-03".to_owned(), ..urgent() };
        check(&what, &Procedure::Emergency(declared), |facts| (facts.at, facts.policy) = (at(40), policy))
    };
    assert_eq!(late(7), Err("backup-too-old".to_owned()));
    assert_eq!(late(60), Ok(()), "the policy says how old it may be");
    let silent = wanted(Basis::Tested(Vec::new()), Footing::Released);
    assert_eq!(check(&silent, &Procedure::Emergency(urgent()), critical), Err("evidence".to_owned()));
    let policy = ApprovalPolicy { emergency_signatures: 0, ..ApprovalPolicy::default() };
    assert_eq!(signatures_needed(&Procedure::Emergency(urgent()), RiskClass::Critical, &policy), 1);
}

#[test]
fn a_standard_change_covers_what_it_names_and_nothing_else() {
    let id = DecisionId::new(at(0), [7; 10]);
    let change: &StandardChange = kept(StandardChange {
        name: "monthly roll-up".to_owned(),
        baseline: baseline(),
        classes: vec![PatchClass::Security],
        most_risk: RiskClass::Normal,
        until: at(30),
    });
    let what = wanted(Basis::Tested(vec![bench(1).id]), Footing::Released);
    let ask = |what: &Authorisation, edit: &dyn Fn(&mut Facts<'_>)| {
        check(what, &Procedure::Standard(id), |facts| {
            facts.standard = Some((id, change));
            edit(facts);
        })
    };
    let no = Err("standard-change".to_owned());
    assert_eq!(ask(&what, &|_| {}), Ok(()));
    assert_eq!(ask(&what, &|facts| facts.at = at(30)), no);
    assert_eq!(ask(&what, &|facts| facts.class = PatchClass::Feature), no);
    assert_eq!(ask(&what, &|facts| facts.risk = RiskClass::High), no);
    assert_eq!(ask(&what, &|facts| facts.standard = None), no);
    let own = Footing::NoVendorQualification { reason: "our own program".to_owned() };
    assert_eq!(ask(&Authorisation { footing: own, ..what.clone() }, &|_| {}), no);
    assert_eq!(check(&what, &Procedure::Standard(id), |_| {}), no);
}

fn waiting(needed: u8) -> Decision {
    Decision {
        id: DecisionId::new(at(0), [5; 10]),
        matter: Matter::Authorise(wanted(looked(), Footing::Released)),
        procedure: Procedure::Normal,
        risk: RiskClass::High,
        risk_why: Vec::new(),
        reason: "advisory".to_owned(),
        author: person("author"),
        asked_at: at(0),
        card: CardHash([0; 32]),
        needed,
        testers: BTreeSet::from(["person:tester".to_owned()]),
        state: State::Waiting(Signatures::default()),
    }
}

#[test]
fn a_decision_is_granted_by_as_many_others_as_it_needs_and_by_nobody_else() {
    let Ok(Signed::StillWaiting(one)) = waiting(2).sign(by("a")) else { panic!("one of two") };
    assert!(one.clone().sign(by("a")).is_err(), "twice");
    assert!(one.clone().sign(by("author")).is_err());
    assert!(one.clone().sign(by("tester")).is_err());
    let Ok(Signed::Complete(two)) = one.sign(by("b")) else { panic!("two of two") };
    assert_eq!(two.state.word(), DecisionWord::Granted);
    assert_eq!(two.sign(by("c")).map_err(|refusal| refusal.code), Err("decision-over".to_owned()));
    let other = Signature { shown: CardHash([1; 32]), ..by("a") };
    assert_eq!(waiting(1).sign(other).map_err(|refusal| refusal.code), Err("other-card".to_owned()));
    assert!(waiting(0).sign(by("author")).is_err(), "no number makes the author an approver");
}

#[test]
fn a_waiting_decision_ends_in_one_way_and_then_stays_so() {
    let end = |ending, who: &str| waiting(1).close(ending, person(who), "because", at(1));
    assert!(end(Ending::Withdrawn, "author").is_ok());
    assert!(end(Ending::Withdrawn, "a").is_err());
    assert!(end(Ending::Rejected, "author").is_err());
    assert!(end(Ending::Returned, "a").is_ok());
    let over = end(Ending::Rejected, "a").expect("it is rejected");
    assert!(over.clone().sign(by("b")).is_err());
    assert!(over.clone().close(Ending::Lapsed, person("b"), "because", at(2)).is_err());
    assert!(over.revoke(person("b"), "because", at(2)).is_err(), "it never held");
}

#[test]
fn the_review_of_an_emergency_is_done_once_and_by_another() {
    let one = Decision { procedure: Procedure::Emergency(urgent()), ..waiting(1) };
    let code = |one: &Decision, who: &str, found: &str| {
        let reviewed = one.clone().reviewed(person(who), found, (Carried::Done, at(2)));
        reviewed.map_or_else(|why| why.code, |_| "done".to_owned())
    };
    assert_eq!(code(&one, "a", "went well"), "not-granted", "nothing was done by it yet");
    let Ok(Signed::Complete(one)) = one.sign(by("b")) else { panic!("one of one") };
    assert_eq!(code(&one, "author", "went well"), "four-eyes-author");
    assert_eq!(code(&one, "b", "went well"), "four-eyes-signer");
    assert_eq!(code(&one, "a", "..."), "says-nothing");
    assert_eq!(code(&one, "a", "... ..."), "says-nothing");
    let early = one.clone().reviewed(person("a"), "went well", (Carried::Nothing, at(2)));
    assert_eq!(early.map_err(|why| why.code), Err("not-carried-out".to_owned()));
    assert!(one.clone().reviewed(person("a"), "was taken back", (Carried::Ended, at(2))).is_ok());
    let done = one.reviewed(person("a"), "went well", (Carried::Done, at(2))).expect("another reviews");
    assert!(done.reviewed(person("c"), "went well again", (Carried::Done, at(3))).is_err());
    assert!(waiting(1).reviewed(person("a"), "went well", (Carried::Done, at(2))).is_err());
    assert_eq!(days(1), at(1).micros());
}

#[test]
fn a_release_on_conditions_bears_what_is_met_and_nothing_that_came_later() {
    let on = |conditions: &[&str]| SupplierStanding::Said {
        state: SupplierState::Released,
        at: at(1),
        is_dated: true,
        conditions: conditions.iter().map(|one| (*one).to_owned()).collect(),
    };
    let met = |condition: &str| Footing::OnConditions {
        met: vec![MetCondition {
            condition: condition.to_owned(),
            why: "HF 3 stands on each of them".to_owned(),
        }],
    };
    let standing: &SupplierStanding = kept(on(&["only with HF 3"]));
    let ask = |footing: Footing| {
        check(&wanted(looked(), footing), &Procedure::Normal, |facts| facts.standing = standing)
    };
    assert_eq!(ask(Footing::Released), Err("conditions".to_owned()));
    assert_eq!(ask(Footing::OnConditions { met: Vec::new() }), Err("conditions".to_owned()));
    assert_eq!(ask(met("Only with  HF 3")), Ok(()), "case and blanks do not count");
    assert!(Footing::Released.doubt(standing).is_some_and(|why| why.contains("`only with HF 3`")));
    assert!(met("only with HF 3").bears(standing));
    assert!(!met("only with HF 3").bears(&on(&["only with HF 3", "only with HF 4"])));
    assert!(met("only with HF 3").bears(&on(&[])), "what depends on less is borne");
    assert!(!met("only with HF 3").bears(&said(SupplierState::NotApproved)));
    let code = |footing| check(&wanted(looked(), footing), &Procedure::Normal, |_| {});
    assert_eq!(code(met("only with HF 3")), Err("no-such-condition".to_owned()));
}
