//! What the program brings along is legal, and what would break four eyes is refused. Not here: the text of a policy, which
//! the formats read. The surprise: the table of roles is compared with the types, so a new permission must be placed.

use super::revision::{Closed, Revision, RevisionState, SecondPerson};
use super::*;
use crate::Moment;
use crate::access::{Permission, Role, RoleTable};
use crate::approval_policy::{ApprovalPolicy, EvidenceRule, RiskClass};
use crate::patch::PatchClass;
use crate::ranking::policy::RankingPolicy;
use crate::signature::Person;

fn brought(kind: PolicyKind) -> Values {
    Values::brought(kind)
}

fn words(words: &[&str]) -> Value {
    Value::Words(words.iter().map(|word| (*word).to_owned()).collect())
}

#[test]
fn what_the_program_brings_along_is_legal_and_says_what_the_types_say() {
    for kind in PolicyKind::ALL {
        let values = brought(*kind);
        assert_eq!(check(&values), Ok(()), "{kind}");
        for (field, value) in values.iter() {
            let kept = values.clone().with(field.key, value.clone()).expect(field.key);
            assert_eq!(kept, values, "{}", field.key);
        }
        let mut keys: Vec<&str> = kind.fields().iter().map(|field| field.key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), kind.fields().len(), "{kind}: no key stands there twice");
        let tables_last = kind.fields().windows(2).all(|pair| {
            let head = |field: &Field| field.key.rsplit_once('.').map(|(table, _)| table);
            head(&pair[0]).is_none() || head(&pair[1]).is_some()
        });
        assert!(tables_last, "{kind}: keys of a table come after those without");
    }
    assert_eq!(ranking_rules(&brought(PolicyKind::PrioritiesAndDeadlines), 0), Ok(RankingPolicy::default()));
    let [approval, emergency, exemptions] =
        [PolicyKind::ApprovalRules, PolicyKind::Emergency, PolicyKind::Exemptions].map(brought);
    assert_eq!(approval_rules(&approval, &emergency, &exemptions), Ok(ApprovalPolicy::default()));
    assert_eq!(role_table(&brought(PolicyKind::Roles)), Ok(RoleTable::default()));
    assert_eq!(second_person_for(&approval).map(|kinds| kinds.len()), Ok(PolicyKind::ALL.len()));
    let categories = category_rules(&brought(PolicyKind::Categories)).expect("legal");
    assert_eq!(categories.of(PatchClass::Unknown, Exploited::NotKnown), Category::Regular);
    assert_eq!(categories.of(PatchClass::Feature, Exploited::Yes), Category::Urgent);
    assert_eq!(categories.of(PatchClass::Feature, Exploited::NotKnown), Category::OnRequest);
}

#[test]
fn no_roles_policy_ends_four_eyes_or_locks_everybody_out() {
    let usual = brought(PolicyKind::Roles);
    let fault = |role: &str, permissions: &[&str]| {
        let values = usual.clone().with(role, words(permissions)).expect("known words");
        check(&values).expect_err("this cannot hold").key
    };
    let administrator = ["read-plant", "write-people", "write-settings"];
    assert_eq!(
        fault("administrator", &["read-plant", "approve", "write-people", "write-settings"]),
        "administrator"
    );
    assert_eq!(fault("administrator", &["read-plant", "approve"]), "administrator");
    assert_eq!(fault("administrator", &["read-plant", "write-settings"]), "administrator");
    assert_eq!(fault("approver", &["read-plant", "approve", "record-test"]), "approver", "tester ≠ approver");
    assert_eq!(fault("approver", &["read-plant", "approve", "write-settings"]), "approver");
    assert_eq!(fault("approver", &["read-plant"]), "", "nobody could approve");
    assert_eq!(fault("viewer", &["read-audit"]), "viewer");
    assert_eq!(fault("viewer", &["read-plant", "write-inventory"]), "viewer");
    assert_eq!(fault("auditor", &["read-plant", "write-decisions"]), "auditor");
    let fine = usual.clone().with("administrator", words(&administrator)).expect("known words");
    let table = role_table(&fine).expect("it holds");
    assert!(!table.carries(Role::Administrator, Permission::WriteAdvisories));
    assert!(table.carries(Role::Engineer, Permission::WriteAdvisories));
}

#[test]
fn a_value_that_cannot_be_says_its_key_and_what_to_write() {
    let values = brought(PolicyKind::PrioritiesAndDeadlines);
    let fault = |key: &str, value: Value| values.clone().with(key, value).expect_err("refused").to_string();
    assert_eq!(
        fault("outcomes.immediate.days", Value::Count(0)),
        "`outcomes.immediate.days`: 0 is out of range; write 1 to 3660 days"
    );
    assert_eq!(
        fault("outcomes.immediate.lane", Value::Text("soon".to_owned())),
        "`outcomes.immediate.lane`: `soon` is not known here; write one of: accept, next-outage, next-window, now"
    );
    assert_eq!(
        fault("outcomes.immediat.days", Value::Count(3)),
        "`outcomes.immediat.days`: the policy `priorities_and_deadlines` has no such key; did you mean \
         `outcomes.immediate.days`? else leave it out"
    );
    assert!(fault("clocks.kev", Value::Count(1)).contains("another kind of value"));
    let longer = values.with("outcomes.immediate.days", Value::Count(90)).expect("a number in range");
    let fault = check(&longer).expect_err("immediate waits longer than out of cycle");
    assert_eq!(fault.key, "outcomes.immediate");
}

#[test]
fn values_that_do_not_go_together_are_refused() {
    let bad = |kind: PolicyKind, key: &str, value: Value| {
        check(&brought(kind).with(key, value).expect("legal by itself")).expect_err("not together").key
    };
    let text = |text: &str| Value::Text(text.to_owned());
    assert_eq!(
        bad(PolicyKind::ApprovalRules, "second_person_for", words(&["emergency"])),
        "second_person_for"
    );
    bad(PolicyKind::ApprovalRules, "critical.signatures", Value::Count(1));
    bad(PolicyKind::RegularCycle, "rule", text("every now and then"));
    bad(PolicyKind::RegularCycle, "rule", text("FREQ=HOURLY"));
    bad(PolicyKind::RegularCycle, "starts_on", text("13.1.2026"));
    bad(PolicyKind::RegularCycle, "test_within_days", Value::Count(3));
    bad(PolicyKind::Categories, "classes.security_critical", text("planned"));
}

#[test]
fn what_is_immediate_is_never_accepted_and_no_deadline_lies_beyond_reason() {
    let outcomes = |lane: &str, days: i64| {
        let words = ["immediate", "out_of_cycle", "scheduled", "defer"];
        words.iter().fold(brought(PolicyKind::PrioritiesAndDeadlines), |values, word| {
            let values = values.with(&format!("outcomes.{word}.lane"), Value::Text(lane.to_owned()));
            values
                .and_then(|all| all.with(&format!("outcomes.{word}.days"), Value::Count(days)))
                .expect("legal")
        })
    };
    let fault = check(&outcomes("accept", 20)).expect_err("nothing would be dealt with at once");
    assert_eq!(fault.key, "outcomes.immediate", "{fault}");
    let fault = check(&outcomes("now", 3_660)).expect_err("ten years are not at once");
    assert!(fault.what.contains("immediate gives 3660 days; 30 are the most"), "{fault}");
    assert_eq!(check(&outcomes("now", 30)), Ok(()));
    // What was laid down before can still be read.
    assert!(ranking_rules(&outcomes("accept", 3_660), 4).is_ok());
    let brought = brought(PolicyKind::PrioritiesAndDeadlines);
    let nis2 = brought.with("clocks.nis2_days", Value::Count(400)).expect("in range");
    assert!(check(&nis2).is_err(), "more than a year is undue delay");
}

#[test]
fn an_emergency_shortens_what_is_listed_and_nothing_else() {
    let [approval, exemptions] = [PolicyKind::ApprovalRules, PolicyKind::Exemptions].map(brought);
    let rules = |steps: &[&str]| {
        let emergency = brought(PolicyKind::Emergency).with("may_shorten", words(steps)).expect("known");
        approval_rules(&approval, &emergency, &exemptions).expect("legal")
    };
    let critical = RiskClass::Critical;
    assert_eq!(rules(&[]).emergency_evidence(critical), EvidenceRule::TestAndPilot);
    assert_eq!(rules(&["pilot"]).emergency_evidence(critical), EvidenceRule::Test);
    assert_eq!(rules(&["test"]).emergency_evidence(critical), EvidenceRule::Inspection);
    assert_eq!(rules(&["pilot"]).emergency_evidence(RiskClass::Low), EvidenceRule::Inspection);
    assert_eq!(rules(&["test"]).emergency_signers(critical), 2);
    assert_eq!(rules(&["signatures"]).emergency_signers(critical), 1);
    for never in ["backup", "way_back", "test_or_reason"] {
        let emergency = brought(PolicyKind::Emergency).with("may_shorten", words(&[never]));
        assert!(emergency.is_err(), "{never} is never left out");
    }
}

#[test]
fn a_difference_is_said_in_words() {
    let before = brought(PolicyKind::PrioritiesAndDeadlines);
    let after = before.clone().with("outcomes.immediate.days", Value::Count(2)).expect("in range");
    let said: Vec<String> = differences(&before, &after).iter().map(ToString::to_string).collect();
    assert_eq!(said, ["deadline of *immediate*: 3 → 2 days"]);
    let before = brought(PolicyKind::Roles);
    let after = before.clone().with("viewer", words(&["read-plant", "read-audit"])).expect("known");
    assert_eq!(
        differences(&before, &after)[0].to_string(),
        "what a viewer may do: read-plant → read-plant, read-audit (+ read-audit)"
    );
    assert_eq!(differences(&before, &before), []);
}

fn person(name: &str) -> Person {
    Person { account: format!("person:{name}"), name: name.to_owned() }
}

fn closed(by: &str) -> Closed {
    Closed { by: person(by), at: Moment::from_micros(10), note: "looked at it".to_owned() }
}

fn proposal() -> Revision {
    Revision {
        number: 4,
        site: None,
        values: brought(PolicyKind::Exemptions),
        base: 2,
        author: person("author"),
        reason: "the audit asked for it".to_owned(),
        proposed_at: Moment::from_micros(5),
        wanted_from: None,
        state: RevisionState::Proposed,
    }
}

#[test]
fn an_author_publishes_nothing_where_a_second_person_is_needed() {
    let code = |result: Result<Revision, crate::Rejected>| {
        result.map_or_else(|why| why.code, |one| one.state.word().word().to_owned())
    };
    let publish = |by: &str, second, holding| proposal().published(closed(by), second, holding);
    assert_eq!(code(publish("author", SecondPerson::Needed, 2)), "four-eyes-author");
    assert_eq!(code(publish("author", SecondPerson::NotNeeded, 2)), "published");
    assert_eq!(code(publish("other", SecondPerson::Needed, 2)), "published");
    assert_eq!(code(publish("other", SecondPerson::Needed, 3)), "policy-base", "another one holds by now");
    let console = Person { account: "operator:root".to_owned(), name: "root".to_owned() };
    let by_console = Closed { by: console, ..closed("x") };
    assert_eq!(code(proposal().published(by_console, SecondPerson::NotNeeded, 2)), "no-person");
    let published = publish("other", SecondPerson::Needed, 2).expect("published");
    assert_eq!(code(published.clone().published(closed("third"), SecondPerson::Needed, 2)), "policy-state");
    assert_eq!(code(published.rejected(closed("other"))), "policy-state");
    assert_eq!(code(proposal().withdrawn(closed("other"))), "policy-author");
    assert_eq!(code(proposal().withdrawn(closed("author"))), "withdrawn");
    assert_eq!(code(proposal().rejected(Closed { note: String::new(), ..closed("other") })), "text");
}

#[test]
fn a_revision_holds_from_the_moment_that_was_wanted_and_never_from_before_its_publication() {
    let from = |wanted: Option<i64>| {
        let one = Revision { wanted_from: wanted.map(Moment::from_micros), ..proposal() };
        match one.published(closed("other"), SecondPerson::Needed, 2).expect("published").state {
            RevisionState::Published { from, .. } => from.micros(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(from(None), 10);
    assert_eq!(from(Some(7)), 10);
    assert_eq!(from(Some(99)), 99);
    let far = Moment::from_micros(crate::signature::days(731) + 5);
    assert!(Revision { wanted_from: Some(far), ..proposal() }.proposed().is_err());
    assert!(Revision { reason: String::new(), ..proposal() }.proposed().is_err());
    let roles = Revision {
        values: brought(PolicyKind::Roles),
        site: Some(crate::id::SiteId::new(Moment::from_micros(1), [1; 10])),
        ..proposal()
    };
    assert_eq!(roles.proposed().expect_err("one table for all").code, "policy-site");
}
