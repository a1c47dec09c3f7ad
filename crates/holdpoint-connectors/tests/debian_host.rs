//! Deeds on a real Debian host: real sshd, real apt, packages that fail, refuse, hang and leave things behind.

use holdpoint_connectors::apply::debian::{
    Closing, Deeded, Fitness, Job, Package, Restart, backup, install, look, preflight, restart, stage, undo,
};
use holdpoint_connectors::apply::ssh::{Host, LoginKey, Patience, Rights, SshError, look_at_key, run};
use holdpoint_domain::execution::{ErrorClass, Outcome, Started};
use holdpoint_testkit::hosts::{self, PatchHost};
use std::time::Duration;

const PATIENCE: Patience = Patience { connect: Duration::from_secs(10), script: Duration::from_secs(20) };

fn line(host: &PatchHost, user: &str, rights: Rights) -> Host {
    let fingerprint = look_at_key(&host.address(), 22, Duration::from_secs(10)).expect("it shows its key");
    Host {
        address: host.address(),
        port: 22,
        user: user.into(),
        fingerprint,
        key: LoginKey::read(&host.login_key()).expect("a key"),
        rights,
    }
}

fn job(version: &str) -> Job {
    let package = Package { name: "plant-hmi".into(), version: version.into(), sha256: None };
    Job { order: format!("order-{}", version.replace('.', "-")), packages: vec![package], limit_s: 20 }
}

#[expect(clippy::disallowed_methods, reason = "a real host has the real time")]
fn now_s() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs()
}

fn good(deeded: &Deeded) {
    assert_eq!(deeded.outcome, Outcome::Succeeded, "{}", deeded.evidence);
}

/// Everything before the installation; the snapshot before.
fn prepared(host: &Host, job: &Job) -> Deeded {
    good(&stage(host, job));
    let fit = preflight(host, job, Fitness { disk_kib: 1024, ..Fitness::default() }, now_s());
    good(&fit);
    assert_eq!(fit.changes.len(), 1, "{:?}", fit.changes);
    let kept = backup(host, job);
    good(&kept);
    kept
}

/// The version of the package that a fresh look shows, and whether everything else is as it was.
fn seen(host: &Host, job: &Job, before: &Deeded) -> (String, bool) {
    let now = look(host, job, &[]);
    good(&now);
    let mut before = before.snapshot.clone().expect("a snapshot before");
    let mut after = now.snapshot.expect("a snapshot after");
    let version = after.software.as_mut().and_then(|software| software.remove("plant-hmi:all"));
    before.software.as_mut().and_then(|software| software.remove("plant-hmi:all"));
    (version.unwrap_or_default(), before == after)
}

fn whole(version: &str) -> (String, bool) {
    (version.into(), true)
}

#[test]
fn a_package_is_staged_checked_kept_installed_seen_and_taken_back() {
    let machine = hosts::host();
    let host = line(&machine, "engineer", Rights::Sudo);
    let job = job("1.1");
    let before = prepared(&host, &job);
    good(&install(&host, &job));
    assert_eq!(seen(&host, &job, &before), whole("1.1"));
    // The same order again: the host refuses, and nobody calls it a success.
    let again = install(&host, &job);
    assert!(matches!(again.outcome, Outcome::Unknown { .. }), "{:?}", again.outcome);
    good(&undo(&host, &job));
    assert_eq!(seen(&host, &job, &before), whole("1.0"));
}

#[test]
fn what_is_not_there_is_not_installed_and_what_is_newer_stays() {
    let machine = hosts::host();
    let host = line(&machine, "root", Rights::Own);
    let fit = Fitness { disk_kib: 1024, ..Fitness::default() };
    let newer = job("1.1");
    let before = prepared(&host, &newer);
    good(&install(&host, &newer));
    assert_eq!(seen(&host, &newer, &before), whole("1.1"));
    // An order for the version before is no update, whoever gives it.
    let older = job("1.0");
    let told = |job: &Job, within: &str| match preflight(&host, job, fit, now_s()).outcome {
        Outcome::Failed { class: ErrorClass::Unfit, what } => assert!(what.contains(within), "{what}"),
        other => panic!("{other:?}"),
    };
    told(&older, "newer than 1.0");
    let refused = install(&host, &older);
    assert!(matches!(refused.outcome, Outcome::Failed { .. }), "{:?}", refused.outcome);
    assert_eq!(seen(&host, &older, &before), whole("1.1"));
    good(&undo(&host, &newer));
    assert_eq!(seen(&host, &newer, &before), whole("1.0"), "the way back goes to an older version");
    let purged = run(&host, "dpkg --purge plant-hmi", &[], PATIENCE).expect("it runs");
    assert_eq!(purged.code, 0, "{}", purged.complaints);
    let first = Job { order: "first".into(), ..job("1.1") };
    told(&first, "is not on the host");
    good(&stage(&host, &first));
    let _ = install(&host, &first);
    assert_eq!(seen(&host, &first, &before).0, "", "nothing is installed for the first time");
}

#[test]
fn what_fails_is_told_and_what_was_left_half_goes_back() {
    let machine = hosts::host();
    let host = line(&machine, "root", Rights::Own);
    let spoiled = job("1.2");
    let before = prepared(&host, &spoiled);
    let failed = install(&host, &spoiled);
    assert!(
        matches!(failed.outcome, Outcome::Failed { class: ErrorClass::Broken, .. }),
        "{:?}",
        failed.outcome
    );
    assert!(failed.evidence.contains("it cannot be configured"), "{}", failed.evidence);
    assert_eq!(seen(&host, &spoiled, &before), whole("1.2 (half-configured)"));
    good(&undo(&host, &spoiled));
    assert_eq!(seen(&host, &spoiled, &before), whole("1.0"));

    let refusing = job("1.3");
    let before = prepared(&host, &refusing);
    assert!(matches!(install(&host, &refusing).outcome, Outcome::Failed { .. }));
    assert_eq!(seen(&host, &refusing, &before), whole("1.0"));

    let leaving = job("1.6");
    let before = prepared(&host, &leaving);
    good(&install(&host, &leaving));
    assert_eq!(seen(&host, &leaving, &before), ("1.6".to_owned(), false), "the account is a difference");
}

#[test]
fn what_hangs_is_ended_with_its_children_and_power_may_go_in_the_middle() {
    let mut machine = hosts::host();
    let host = line(&machine, "root", Rights::Own);
    let hanging = Job { limit_s: 4, ..job("1.5") };
    let before = prepared(&host, &hanging);
    let ended = install(&host, &hanging);
    assert!(matches!(ended.outcome, Outcome::Failed { .. }), "{:?}", ended.outcome);
    let after = look(&host, &hanging, &[Closing::Install]);
    good(&after);
    good(&undo(&host, &hanging));
    assert_eq!(seen(&host, &hanging, &before), whole("1.0"));

    let again = Job { order: "cut".into(), limit_s: 60, ..job("1.5") };
    let before = prepared(&host, &again);
    let cut = std::thread::scope(|scope| {
        let installing = scope.spawn(|| install(&host, &again));
        while !run(&host, "ps ax", &[], PATIENCE).expect("it runs").output.contains("sleep 3600") {
            std::thread::yield_now();
        }
        machine.cut_power();
        installing.join().expect("no panic")
    });
    assert!(matches!(cut.outcome, Outcome::Unknown { .. }), "{:?}", cut.outcome);
    machine.start();
    // The mark of the begun installation is on the disk: it is not begun again.
    assert!(matches!(install(&host, &again).outcome, Outcome::Unknown { .. }));
    assert_eq!(seen(&host, &again, &before), whole("1.5 (half-configured)"));
    good(&undo(&host, &again));
    assert_eq!(seen(&host, &again, &before), whole("1.0"));
}

#[test]
fn a_machine_has_restarted_when_it_answers_in_another_start_and_not_when_it_was_asked_to() {
    let machine = hosts::host();
    let host = line(&machine, "engineer", Rights::Sudo);
    let patience = Duration::from_secs(30);
    let refusing = job("1.4");
    prepared(&host, &refusing);
    good(&install(&host, &refusing));
    let installed = look(&host, &refusing, &[Closing::Install]);
    assert_eq!(installed.started, Started::NotAgain);
    assert!(installed.evidence.contains("asks the system: plant-hmi"), "{}", installed.evidence);
    assert!(machine.command("touch").arg("/etc/no-restart").status().expect("it runs").success());
    let refused = restart(&host, &refusing, &Restart::Machine, patience);
    let Outcome::Unknown { what } = &refused.outcome else { panic!("{refused:?}") };
    assert!(what.contains("not started again") && what.contains("the restart is refused"), "{what}");
    let seen = look(&host, &refusing, &[Closing::Install, Closing::Restart]);
    assert_eq!((seen.started, seen.restart_failed), (Started::NotAgain, true), "{}", seen.evidence);

    assert!(machine.command("rm").arg("/etc/no-restart").status().expect("it runs").success());
    let again = Job { order: "again".into(), ..job("1.4") };
    let restarted = restart(&host, &again, &Restart::Machine, patience);
    good(&restarted);
    assert_eq!(restarted.started, Started::Again, "{}", restarted.evidence);
    let seen = look(&host, &again, &[Closing::Restart]);
    assert_eq!((seen.started, seen.restart_failed), (Started::Again, false), "{}", seen.evidence);
    assert!(!seen.evidence.contains("asks the system"), "{}", seen.evidence);
    let twice = restart(&host, &again, &Restart::Machine, patience);
    assert_eq!(twice.outcome, Outcome::Unknown { what: "the host had begun it before".into() });
}

#[test]
fn another_key_a_foreign_user_and_a_silent_address_are_told_apart() {
    let machine = hosts::host();
    let host = line(&machine, "root", Rights::Own);
    let ran =
        run(&host, "printf '%s|' \"$@\"; exit 3", &["a b", "it's; rm", "$(id)"], PATIENCE).expect("it runs");
    assert_eq!((ran.code, ran.output.as_str()), (3, "a b|it's; rm|$(id)|"));
    let other = Host { fingerprint: "SHA256:AAAA".into(), ..host.clone() };
    assert!(matches!(run(&other, "id", &[], PATIENCE), Err(SshError::OtherKey { .. })));
    let stranger = Host { user: "nobody".into(), ..host.clone() };
    assert!(matches!(run(&stranger, "id", &[], PATIENCE), Err(SshError::NotLetIn { .. })));
    let silent = Host { port: 23, ..host.clone() };
    assert!(matches!(run(&silent, "id", &[], PATIENCE), Err(SshError::Unreachable { .. })));
    let slow = Patience { script: Duration::from_millis(700), ..PATIENCE };
    let lost = run(&host, "sleep 30", &[], slow).expect_err("it is too slow");
    assert!(!lost.nothing_ran() && lost.to_string().contains("not known"), "{lost}");
    let much = run(&host, "yes | head -c 9000000", &[], PATIENCE).expect("it runs");
    assert_eq!(much.output.len(), holdpoint_connectors::apply::ssh::OUTPUT_BYTES);
}

#[test]
fn a_digest_that_was_not_approved_and_words_that_are_no_package_stop_it() {
    let machine = hosts::host();
    let host = line(&machine, "root", Rights::Own);
    let mut other = job("1.1");
    other.packages[0].sha256 = Some("00".repeat(32));
    let Outcome::Failed { class: ErrorClass::Mismatch, what } = stage(&host, &other).outcome else {
        panic!()
    };
    assert!(what.contains("was approved"), "{what}");
    let mut bad = job("1.1");
    bad.packages[0].name = "-o=x".into();
    assert!(matches!(install(&host, &bad).outcome, Outcome::Failed { class: ErrorClass::Mismatch, .. }));
    let unknown = job("9.9");
    assert!(matches!(stage(&host, &unknown).outcome, Outcome::Failed { class: ErrorClass::Mismatch, .. }));
}
