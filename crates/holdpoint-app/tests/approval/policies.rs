//! Policies from a text to what holds: two persons, what was decided before, trying out, handing on.

use crate::support::{World, code, looked, tested, worlds};
use holdpoint_app::approval::exemptions::{self, NewExemption, OnNamed};
use holdpoint_app::approval::{card, decisions};
use holdpoint_app::inventory::Run;
use holdpoint_app::policies::dry_run::{Effect, Rows, Then, dry_run};
use holdpoint_app::policies::write::{self, Proposal, RevisionKey};
use holdpoint_app::policies::{exchange, put_into_effect, read, reviews};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::{AppError, Caller, people, sources};
use holdpoint_domain::access::{Permission, Reach, Role, RoleTable};
use holdpoint_domain::approval_policy::RiskClass;
use holdpoint_domain::decision::ExemptionKind;
use holdpoint_domain::exemption::{ReasonCode, What};
use holdpoint_domain::policy::PolicyKind;

struct Cast {
    engineer: Caller,
    approver: Caller,
    boss: Caller,
}

fn cast(world: &World) -> Cast {
    Cast {
        engineer: world.person("a.weber", &[Role::Engineer]),
        approver: world.person("l.okafor", &[Role::Approver]),
        boss: world.person("root", &[Role::Administrator]),
    }
}

/// A policy that one writes and another publishes.
pub fn holds_from_now(world: &World, (author, publisher): (&Caller, &Caller), text: &str) {
    let key = propose(world, author, text).unwrap();
    write::publish(&world.app, publisher, key, "agreed").unwrap();
}

fn propose(world: &World, who: &Caller, text: &str) -> Result<RevisionKey, AppError> {
    let new = Proposal { text: text.to_owned(), reason: "the audit asked for it".to_owned(), from: None };
    write::propose(&world.app, who, &new)
}

fn publish(world: &World, cast: &Cast, text: &str) {
    holds_from_now(world, (&cast.engineer, &cast.approver), text);
}

fn holds(world: &World, who: &Caller, kind: PolicyKind) -> u64 {
    read::holding_at(&world.app, who, kind, None).unwrap()
}

fn try_out(world: &World, who: &Caller, text: &str) -> Effect {
    dry_run(&world.app, who, text, &Rows::default()).unwrap()
}

fn counts(effect: &Effect) -> Vec<(&str, u64)> {
    effect.groups.iter().map(|group| (group.key.as_str(), group.count)).collect()
}

#[test]
fn a_policy_holds_when_a_second_person_published_it_and_earlier_ones_stay() {
    for world in worlds() {
        let cast = cast(&world);
        let kind = PolicyKind::Exemptions;
        assert_eq!(holds(&world, &cast.engineer, kind), 0, "what the program brings along");
        let text = "kind = \"exemptions\"\nmost_days = 180\n";
        let key = propose(&world, &cast.engineer, text).unwrap();
        assert_eq!((key.kind, key.number, holds(&world, &cast.engineer, kind)), (kind, 1, 0));
        assert_eq!(code(write::publish(&world.app, &cast.engineer, key, "")), "not-allowed");
        assert_eq!(code(write::publish(&world.app, &cast.boss, key, "")), "administrator");
        assert_eq!(code(write::publish(&world.app, &Caller::operator("root"), key, "")), "not-allowed");
        let shown = read::show(&world.app, &cast.approver, key).unwrap();
        assert!(shown.cannot_publish.is_empty() && !shown.holds, "{:?}", shown.cannot_publish);
        assert_eq!(shown.changes[0].to_string(), "longest exemption: 365 → 180 days");
        assert!(!read::show(&world.app, &cast.engineer, key).unwrap().cannot_publish.is_empty());
        write::publish(&world.app, &cast.approver, key, "agreed").unwrap();
        assert_eq!(holds(&world, &cast.engineer, kind), 1);
        assert_eq!(code(write::publish(&world.app, &cast.approver, key, "")), "policy-state");
        assert_eq!(code(propose(&world, &cast.engineer, text)), "policy-same");

        // Two are written against the same revision: only the first can be published.
        let next = |days: u32| {
            propose(&world, &cast.boss, &format!("kind = \"exemptions\"\nmost_days = {days}\n")).unwrap()
        };
        let (second, third) = (next(90), next(60));
        write::publish(&world.app, &cast.approver, second, "").unwrap();
        assert_eq!(code(write::publish(&world.app, &cast.approver, third, "")), "policy-base");
        assert_eq!(code(write::reject(&world.app, &cast.approver, third, "")), "text");
        write::reject(&world.app, &cast.approver, third, "written against an older one").unwrap();
        let own = propose(&world, &cast.engineer, "kind = \"exemptions\"\nmost_days = 30\n").unwrap();
        write::reject(&world.app, &cast.engineer, own, "I was wrong").unwrap();

        let all = read::revisions(&world.app, &cast.engineer, &ListQuery::everything(10, world.app.now()));
        let states: Vec<String> = all.unwrap().items.iter().map(|one| one.state.word().to_string()).collect();
        assert_eq!(states, ["withdrawn", "rejected", "published", "published"], "nothing is lost");
        let between = read::diff(&world.app, &cast.engineer, kind, 1, 2).unwrap();
        assert_eq!(between.changes[0].to_string(), "longest exemption: 180 → 90 days");
        assert_eq!(between.lines[0].1, "most_days = 180");
        let old = read::show(&world.app, &cast.engineer, RevisionKey { kind, number: 1 }).unwrap();
        assert!(old.text.contains("most_days = 180") && !old.holds);
        assert!(world.app.store().verify_audit().unwrap().fault.is_none(), "{}", "the chain holds");
    }
}

#[test]
fn a_text_that_is_no_policy_changes_nothing_and_says_the_line() {
    for world in worlds() {
        let cast = cast(&world);
        let refused = propose(&world, &cast.engineer, "kind = \"exemptions\"\nmost_day = 3\n").unwrap_err();
        assert_eq!(refused.code(), "policy-text");
        assert!(refused.to_string().contains("line 2: `most_day`"), "{refused}");
        let checked = read::check(&world.app, &cast.engineer, "kind = \"roles\"\nviewer = []\n").unwrap();
        assert_eq!(checked.faults.len(), 1);
        let fine = read::check(&world.app, &cast.engineer, "kind = \"exemptions\"\nmost_days = 5").unwrap();
        assert_eq!((fine.base, fine.changes.len(), fine.lines.len()), (0, 1, 1));
        let left_out = ["control_verify_days", "high_accepted_by", "critical_accepted_by"];
        assert_eq!(fine.document.unwrap().left_out, left_out);
        let nowhere = "kind = \"exemptions\"\nsite = \"Nowhere\"\nmost_days = 5\n";
        assert_eq!(code(propose(&world, &cast.engineer, nowhere)), "not-found");
        let viewer = world.person("v.iewer", &[Role::Viewer]);
        assert_eq!(code(propose(&world, &viewer, "kind = \"exemptions\"\nmost_days = 5")), "not-allowed");
        let unsaid = Proposal {
            text: "kind = \"exemptions\"\nmost_days = 5".to_owned(),
            reason: " ".to_owned(),
            from: None,
        };
        assert_eq!(code(write::propose(&world.app, &cast.engineer, &unsaid)), "text");
    }
}

#[test]
fn a_stricter_approval_policy_binds_the_next_decision_and_opens_reviews_of_the_earlier() {
    for world in worlds() {
        let cast = cast(&world);
        world.baseline(&cast.engineer, "Servers", None);
        world.bench(&cast.engineer, "Servers");
        let tester = world.person("t.kern", &[Role::Engineer]);
        let run = world.passed(&tester, "Servers", "KB5000001");
        let ask = world.ask("Servers", "KB5000001", tested(&run));
        let asked = decisions::ask_authorise(&world.app, &cast.engineer, &ask).unwrap();
        world.sign(&cast.approver, &asked).unwrap();
        let text = "kind = \"approval_rules\"\nlow.signatures = 2\nlow.evidence = \"test_and_pilot\"\n\
                    normal.signatures = 2\nnormal.evidence = \"test_and_pilot\"\n\
                    high.evidence = \"test_and_pilot\"\n";
        let effect = try_out(&world, &cast.engineer, text);
        assert_eq!(counts(&effect), [("evidence", 1), ("signatures", 1)]);
        assert!(effect.groups.iter().all(|group| group.then == Then::Review));
        assert!(effect.groups[0].rows[0].title.contains("KB5000001 in Servers"), "{effect:?}");
        let same = "kind = \"approval_rules\"\ntest_most_days = 30\n";
        assert_eq!(counts(&try_out(&world, &cast.engineer, same)), []);
        publish(&world, &cast, text);
        let query = ListQuery::everything(10, world.app.now());
        let open = reviews::list(&world.app, &cast.engineer, &query).unwrap().items;
        assert_eq!(open.len(), 2, "{}", "what was decided stays, and somebody looks again");
        let kept = decisions::list(&world.app, &cast.engineer, &query).unwrap().items;
        assert_eq!(kept[0].decision.state.word().word(), "granted");
        assert_eq!(code(reviews::close(&world.app, &cast.engineer, open[0].number, "")), "text");
        reviews::close(&world.app, &cast.engineer, open[0].number, "decided anew in the next round").unwrap();
        assert_eq!(code(reviews::close(&world.app, &cast.engineer, open[0].number, "twice")), "review-over");
        let looked = world.ask("Servers", "KB5000012", looked());
        assert_eq!(code(decisions::ask_authorise(&world.app, &cast.engineer, &looked)), "evidence");
        let alone = "kind = \"approval_rules\"\nsecond_person_for = [\"emergency\"]\n";
        assert_eq!(code(propose(&world, &cast.engineer, alone)), "policy-text", "four eyes guard themselves");
    }
}

#[test]
fn where_one_person_is_enough_the_author_publishes() {
    for world in worlds() {
        let cast = cast(&world);
        publish(
            &world,
            &cast,
            "kind = \"approval_rules\"\nsecond_person_for = [\"approval_rules\", \"roles\"]\n",
        );
        let key = propose(&world, &cast.boss, "kind = \"exemptions\"\nmost_days = 90\n").unwrap();
        write::publish(&world.app, &cast.boss, key, "").unwrap();
        assert_eq!(holds(&world, &cast.boss, PolicyKind::Exemptions), 1);
        let key =
            propose(&world, &cast.boss, "kind = \"roles\"\nviewer = [\"read-plant\", \"read-audit\"]\n")
                .unwrap();
        assert_eq!(code(write::publish(&world.app, &cast.boss, key, "")), "administrator");
    }
}

#[test]
fn an_exemption_beyond_a_shorter_maximum_is_listed_and_the_next_is_refused() {
    for world in worlds() {
        let cast = cast(&world);
        let proposal = NewExemption {
            kind: ExemptionKind::Defer,
            what: What::Vulnerability("CVE-2026-0001".to_owned()),
            on: OnNamed::Asset("SRV-1".to_owned()),
            reason_code: ReasonCode::Outage,
            reason: "the next outage is in March".to_owned(),
            controls: Vec::new(),
            residual: RiskClass::Normal,
            expires: world.in_days(100),
        };
        exemptions::propose(&world.app, &cast.engineer, &proposal).unwrap();
        let text = "kind = \"exemptions\"\nmost_days = 30\n";
        let effect = try_out(&world, &cast.engineer, text);
        assert_eq!(counts(&effect), [("expiry", 1)]);
        assert_eq!(effect.groups[0].rows[0].noun, "exemption");
        publish(&world, &cast, text);
        let again = NewExemption { what: What::Vulnerability("CVE-2026-0002".to_owned()), ..proposal };
        assert_eq!(code(exemptions::propose(&world.app, &cast.engineer, &again)), "exemption-expiry");
        let query = ListQuery::everything(10, world.app.now());
        assert_eq!(reviews::list(&world.app, &cast.engineer, &query).unwrap().items.len(), 1);
    }
}

#[test]
fn a_roles_policy_says_who_gains_and_loses_and_then_it_is_so() {
    for world in worlds() {
        let cast = cast(&world);
        let auditor = world.person("k.audit", &[Role::Auditor]);
        let text = "kind = \"roles\"\nviewer = [\"read-plant\", \"read-audit\"]\n\
                    engineer = [\"read-plant\", \"write-decisions\", \"record-test\"]\n";
        let seen = try_out(&world, &auditor, text);
        let lost: Vec<&str> = seen.groups.iter().map(|group| group.title.as_str()).collect();
        assert!(lost.contains(&"engineer loses write-inventory"), "{lost:?}");
        assert_eq!(seen.groups[0].rows[0].title, "a.weber");
        assert!(
            seen.notes.iter().any(|note| note == "viewer gains read-audit; nobody has this role"),
            "{seen:?}"
        );
        let hidden = try_out(&world, &cast.engineer, text);
        assert_eq!(hidden.groups[0].rows[0].title, "an account", "names are for those who may see people");
        publish(&world, &cast, text);
        let limits = people::limit::SignInLimits::default();
        let signed_in = |name: &str| {
            let who = people::session::SignIn {
                name: name.to_owned(),
                password: "correct horse battery staple".to_owned(),
                address: "here".to_owned(),
                user_agent: String::new(),
            };
            let session = people::session::sign_in(&world.app, &limits, &who).unwrap();
            let found = people::recognise_session(&world.app, session.secret.reveal()).unwrap();
            found.unwrap().caller
        };
        let engineer = signed_in("a.weber");
        assert_eq!(engineer.reach(Permission::WriteInventory), Reach::Nowhere);
        assert_eq!(engineer.reach(Permission::WriteDecisions), Reach::Everywhere);
    }
}

#[test]
fn a_scan_schedule_moves_the_next_checks() {
    for world in worlds() {
        let cast = cast(&world);
        let new = sources::NewProvider {
            name: "ACME".to_owned(),
            address: "acme.example".to_owned(),
            interval_minutes: Some(40_000),
            ..sources::NewProvider::default()
        };
        sources::add(&world.app, &cast.boss, &new, "a test").unwrap();
        let text = "kind = \"scan_schedule\"\nproviders.longest_interval_minutes = 1440\n";
        let effect = try_out(&world, &cast.engineer, text);
        assert_eq!((effect.looked_at, effect.groups.len()), (1, 0), "it was never checked: it is due anyway");
        publish(&world, &cast, text);
        assert_eq!(sources::due(&world.app).unwrap().len(), 1);
    }
}

#[test]
fn the_cycle_gives_dates_and_a_site_can_have_its_own() {
    for world in worlds() {
        let cast = cast(&world);
        let rounds = read::next_rounds(&world.app, &cast.engineer, None, 3).unwrap();
        assert_eq!(rounds.len(), 3);
        let text = "kind = \"regular_cycle\"\nsite = \"North\"\nrule = \"FREQ=WEEKLY;BYDAY=MO\"\n\
                    evaluate_within_days = 1\ntest_within_days = 2\ninstall_within_days = 6\n";
        let effect = try_out(&world, &cast.engineer, text);
        assert_eq!(counts(&effect), [("rounds", 12)]);
        publish(&world, &cast, text);
        let of_site = read::next_rounds(&world.app, &cast.engineer, Some("North"), 2).unwrap();
        assert_eq!((of_site[1].begins - of_site[0].begins).get_days(), 7);
        assert_eq!(read::next_rounds(&world.app, &cast.engineer, None, 3).unwrap(), rounds);
        let lines = read::list(&world.app, &cast.engineer).unwrap();
        assert_eq!(lines.len(), PolicyKind::ALL.len() + 1);
    }
}

#[test]
fn a_policy_of_next_month_begins_by_itself() {
    for world in worlds() {
        let cast = cast(&world);
        let text = "kind = \"exemptions\"\nmost_days = 30\n".to_owned();
        let new = Proposal { text, reason: "from next month on".to_owned(), from: Some(world.in_days(30)) };
        let key = write::propose(&world.app, &cast.engineer, &new).unwrap();
        write::publish(&world.app, &cast.approver, key, "").unwrap();
        assert_eq!(put_into_effect(&world.app).unwrap(), 0);
        assert_eq!(holds(&world, &cast.engineer, PolicyKind::Exemptions), 0);
        world.days_pass(31);
        assert_eq!(put_into_effect(&world.app).unwrap(), 1);
        assert_eq!(put_into_effect(&world.app).unwrap(), 0, "once");
        assert_eq!(holds(&world, &cast.engineer, PolicyKind::Exemptions), 1);
    }
}

#[test]
fn all_policies_go_out_and_come_back_as_proposals() {
    for world in worlds() {
        let cast = cast(&world);
        publish(&world, &cast, "kind = \"exemptions\"\nsite = \"North\"\nmost_days = 30\n");
        let all = exchange::export(&world.app, &cast.engineer).unwrap();
        assert_eq!(all.len(), PolicyKind::ALL.len() + 1);
        assert!(all.iter().any(|one| one.file == "exemptions@North.toml"));
        let file = exchange::one_file(&all);
        let import =
            |file: &str, run| exchange::import(&world.app, &cast.engineer, file, run, "from the other plant");
        let same = import(&file, Run::Apply).unwrap();
        assert!(same.iter().all(|one| one.changes.is_empty() && one.proposed.is_none()));
        let other = file.replace("most_days = 30", "most_days = 20").replace("days = 3\n", "days = 2\n");
        let dry = import(&other, Run::Dry).unwrap();
        assert_eq!(dry.iter().filter(|one| !one.changes.is_empty()).count(), 2);
        let taken = import(&other, Run::Apply).unwrap();
        let proposed: Vec<_> = taken.iter().filter_map(|one| one.proposed).map(|key| key.kind).collect();
        assert_eq!(proposed, [PolicyKind::PrioritiesAndDeadlines, PolicyKind::Exemptions]);
        assert_eq!(
            holds(&world, &cast.engineer, PolicyKind::PrioritiesAndDeadlines),
            0,
            "nothing is published"
        );
        let broken = other.replace("kind = \"roles\"", "kind = \"rolls\"");
        assert_eq!(code(import(&broken, Run::Apply)), "policy-text");
    }
}

#[test]
fn a_table_that_leaves_nobody_who_could_sign_is_refused_and_what_is_thin_is_said() {
    for world in worlds() {
        let cast = cast(&world);
        let moved = "kind = \"roles\"\napprover = [\"read-plant\", \"write-decisions\", \"read-audit\"]\n\
            engineer = [\"read-plant\", \"write-inventory\", \"write-advisories\", \"write-matches\", \"write-rules\", \
            \"write-decisions\", \"write-plans\", \"approve\", \"read-audit\"]\n\
            administrator = [\"read-plant\", \"read-audit\", \"read-people\", \"write-people\", \"write-settings\", \
            \"write-advisories\", \"record-test\"]\n";
        let warned = |text: &str| read::check(&world.app, &cast.engineer, text).unwrap().warnings.join("; ");
        let said = warned(moved);
        assert!(said.contains("`engineer` would sign and carry `write-advisories`"), "{said}");
        assert!(
            said.contains("nothing of that class could be decided"),
            "one engineer, two signatures: {said}"
        );
        let said = warned("kind = \"approval_rules\"\ncritical.signatures = 5\n");
        assert!(said.contains("`critical` would need 5 signatures, and 1 with an account"), "{said}");
        assert!(!warned("kind = \"scan_schedule\"\n").contains("signatures"));
        let left = people::accounts::AccountChange {
            disabled: Some(true),
            reason: "left the plant".to_owned(),
            ..people::accounts::AccountChange::default()
        };
        let account = cast.engineer.account().unwrap();
        people::accounts::change(&world.app, &cast.boss, account, &left).unwrap();
        let refused = propose(&world, &cast.boss, moved);
        assert_eq!(code(refused), "policy-lockout", "{}: its only engineer has left", world.engine);
    }
}

#[test]
fn what_is_left_of_a_high_risk_is_accepted_only_by_the_roles_that_the_strictest_site_names() {
    for world in worlds() {
        let cast = cast(&world);
        publish(&world, &cast, "kind = \"exemptions\"\nhigh_accepted_by = [\"approver\"]\n");
        world.import("asset_tag,production_consequence\nSRV-1,major\n");
        let on = OnNamed::Asset("SRV-1".to_owned());
        let wanted = NewExemption {
            residual: RiskClass::High,
            ..crate::acting::proposal(&world, What::Patch("KB5000001".to_owned()), on)
        };
        let (_, asked) = exemptions::propose(&world.app, &cast.approver, &wanted).unwrap();
        assert_eq!(asked.risk, RiskClass::High, "{}", world.engine);
        let mut engineer = world.person("s.igner", &[Role::Engineer]);
        engineer.roles = RoleTable::default().with(Role::Engineer, Permission::Approve);
        assert_eq!(code(world.sign(&engineer, &asked)), "authority", "{}", world.engine);
        let shown = card::card(&world.app, &engineer, &asked.id.to_string()).unwrap();
        assert!(shown.cannot_sign.iter().any(|why| why.contains("`approver`")), "{:?}", shown.cannot_sign);
        let nobody = world.person("n.obody", &[Role::Engineer]);
        let why = card::card(&world.app, &nobody, &asked.id.to_string()).unwrap().cannot_sign;
        assert!(why.iter().all(|why| !why.contains("residual")), "they may sign nothing at all: {why:?}");
        assert!(!why.is_empty(), "{}", world.engine);
        let second = world.person("m.ruiz", &[Role::Approver]);
        world.sign(&second, &asked).unwrap();
    }
}
