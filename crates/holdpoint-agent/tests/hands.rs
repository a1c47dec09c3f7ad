//! The other hands on a real root: files, scripts, restarts, notices, and rpm by a program that plays it.

mod plant;

use holdpoint_wire::command::{
    Command as Template, FileWork, InventoryWork, PackageChange, PackageWork, RestartWork, ScriptRun,
    ScriptWork, SettingsFiles, WayBackWork,
};
use holdpoint_wire::image::{Owner, Place};
use holdpoint_wire::inventory::{Checked, FoundThere, Inventory, SeenCheck, SeenPlace};
use holdpoint_wire::message::{self, VersionOne};
use holdpoint_wire::order::{Confirmation, Notice, Order, WayBack};
use holdpoint_wire::progress::{Event, Outcome, Step};
use holdpoint_wire::template::{Parameter, Part, ScriptTemplate};
use holdpoint_wire::text::{AccountName, Architecture, ArgumentText, FilePath, Hash, PackageName, Words};
use plant::{Device, id, version};
use std::collections::BTreeMap;

#[track_caller]
fn ends(device: &Device, order: &Order, outcome: Outcome, rule: &str) -> Vec<Event> {
    device.hand_over(&[order]);
    let events = device.until_closed(order);
    let last = events.last().expect("an event");
    assert_eq!((last.step, last.outcome, last.rule.as_str()), (Step::Order, outcome, rule), "{events:#?}");
    events
}

fn shell(device: &Device, line: &str) -> String {
    device.inside(&["sh", "-c", line]).1
}

#[test]
fn a_file_is_replaced_whole_and_comes_back() {
    let Some(mut device) = Device::new() else { return };
    shell(
        &device,
        "printf old > /etc/plant.conf; chmod 600 /etc/plant.conf; chown games:games /etc/plant.conf",
    );
    let install = device.add_file("plant", b"new");
    let work = FileWork {
        path: FilePath::new("/etc/plant.conf").expect("a path"),
        from: Some(Hash::of(b"old")),
        install,
        mode: 0o640,
        owner: Owner {
            user: AccountName::new("daemon").expect("a name"),
            group: AccountName::new("adm").expect("a name"),
        },
    };
    device.place = Some(Place {
        path: work.path.clone(),
        install: work.install.clone(),
        mode: work.mode,
        owner: work.owner.clone(),
    });
    let order = device.order(Template::File(work.clone()));
    ends(&device, &order, Outcome::Done, "");
    let stands = |device: &Device| shell(device, "cat /etc/plant.conf; stat -c ' %a %U:%G' /etc/plant.conf");
    assert_eq!(stands(&device), "new 640 daemon:adm\n");
    let seen = places(&mut device);
    let facts = FoundThere::File { sha256: Hash::of(b"new"), mode: 0o640, owner: work.owner.clone() };
    assert_eq!(seen, [SeenPlace { path: work.path.clone(), found: facts }]);

    let back = WayBackWork { of: order.order.clone(), time_limit_s: 60 };
    let back = device.order(Template::WayBack(back));
    ends(&device, &back, Outcome::Done, "");
    assert_eq!(stands(&device), "old 600 games:games\n", "with the mode and the owner that it had");

    shell(&device, "printf other > /etc/plant.conf");
    let order = device.order(Template::File(work.clone()));
    ends(&device, &order, Outcome::NotDone, "not_as_planned");
    // A link is not followed: what it leads to was not approved.
    shell(&device, "printf old > /etc/elsewhere; ln -sf /etc/elsewhere /etc/plant.conf");
    let order = device.order(Template::File(work));
    ends(&device, &order, Outcome::NotDone, "cannot_tell");
    assert_eq!(shell(&device, "cat /etc/elsewhere"), "old");
    let seen = places(&mut device);
    assert!(
        matches!(&seen[0].found, FoundThere::Unknown(why) if why.as_str().contains("no plain file")),
        "{seen:?}"
    );
}

/// What lies at the approved places, as the device tells it.
fn places(device: &mut Device) -> Vec<SeenPlace> {
    let look = device.order(Template::Inventory(InventoryWork {}));
    ends(device, &look, Outcome::Done, "");
    let seen = std::fs::read(device.stick().join("results/inventory.json")).expect("the inventory");
    message::read::<Inventory>(&seen).expect("an inventory").places
}

#[test]
fn a_file_is_put_only_where_the_place_is_as_it_was_approved() {
    let Some(mut device) = Device::new() else { return };
    let install = device.add_file("plant", b"new");
    let root = || AccountName::new("root").expect("a name");
    let ordered = |device: &mut Device, path: &str, user: &str| {
        let work = FileWork {
            path: FilePath::new(path).expect("a path"),
            from: None,
            install: install.clone(),
            mode: 0o644,
            owner: Owner { user: AccountName::new(user).expect("a name"), group: root() },
        };
        let FileWork { path, install, mode, owner, .. } = work.clone();
        device.place = Some(Place { path, install, mode, owner });
        device.order(Template::File(work))
    };
    let order = ordered(&mut device, "/opt/none/plant.conf", "root");
    ends(&device, &order, Outcome::NotDone, "no_such_folder");
    let order = ordered(&mut device, "/opt/plant.conf", "nobody-of-this-name");
    ends(&device, &order, Outcome::NotDone, "no_such_owner");
    shell(&device, "mkdir -p /opt/real; ln -s /opt/real /opt/link");
    let order = ordered(&mut device, "/opt/link/plant.conf", "root");
    ends(&device, &order, Outcome::NotDone, "place_is_a_link");
    // The image approves one place, and the order names another.
    let order = ordered(&mut device, "/opt/real/plant.conf", "root");
    ordered(&mut device, "/opt/real/other.conf", "root");
    device.hand_over(&[&order]);
    device.once();
    assert!(device.journal().contains(r#""rule":"place_not_approved""#), "{}", device.journal());
    let order = ordered(&mut device, "/opt/real/plant.conf", "root");
    ends(&device, &order, Outcome::Done, "");
    let back = device.order(Template::WayBack(WayBackWork { of: order.order.clone(), time_limit_s: 60 }));
    ends(&device, &back, Outcome::Done, "");
    assert_eq!(shell(&device, "ls /opt/real"), "", "there was nothing before, and there is nothing again");
    // What an agent that was killed in between left half written is taken away by the next one, and nothing else.
    shell(&device, "touch /opt/real/.plant.conf.holdpoint-new /opt/real/.mine.holdpoint-new");
    shell(&device, "touch /var/lib/holdpoint-agent/.image.json.holdpoint-new");
    assert!(device.once().0);
    assert_eq!(shell(&device, "ls -A /opt/real"), ".mine.holdpoint-new\n");
    assert_eq!(shell(&device, "ls -A /var/lib/holdpoint-agent | grep holdpoint-new"), "");
}

/// A script that writes down who ran it how, and what it left; `look` says whether that is what was wanted.
const FLUSH: &str = r#"#!/bin/sh
echo "$(id -un) $2" >> /var/flushed
case "$2" in
  soft) echo soft > /var/left ;;
  hard) exit 3 ;;
  slow) sleep 4 ;;
  look) echo "left: $(cat /var/left)"; grep -q soft /var/left ;;
  undo) echo before > /var/left ;;
esac
"#;

/// A device with the script, and how one of its modes runs.
fn with_flush() -> Option<(Device, impl Fn(&str) -> ScriptRun)> {
    let mut device = Device::new()?;
    std::fs::write(device.stick().join("flush"), FLUSH).expect("a file");
    shell(&device, "cp /stick/flush /usr/local/bin/flush; chmod 755 /usr/local/bin/flush");
    shell(&device, "echo before > /var/left; touch /var/flushed; chmod 666 /var/left /var/flushed");
    let value = |text: &str| ArgumentText::new(text).expect("an argument");
    let modes = ["soft", "hard", "slow", "look", "undo", "nothing"].map(value).to_vec();
    let template = ScriptTemplate {
        version: VersionOne,
        name: id("flush"),
        program: FilePath::new("/usr/local/bin/flush").expect("a path"),
        program_hash: Hash::of(FLUSH.as_bytes()),
        arguments: vec![Part::Fixed("--mode".to_owned()), Part::Parameter(id("mode"))],
        parameters: BTreeMap::from([(id("mode"), Parameter::OneOf(modes))]),
        done_codes: vec![0],
    };
    std::fs::write(device.stick().join("flush.json"), message::write(&template)).expect("a file");
    shell(&device, "cp /stick/flush.json /etc/holdpoint-agent/scripts/");
    let script_hash = template.hash();
    device.scripts = vec![script_hash.clone()];
    let run = move |mode: &str| ScriptRun {
        script: id("flush"),
        script_hash: script_hash.clone(),
        arguments: BTreeMap::from([(id("mode"), value(mode))]),
        time_limit_s: 20,
        account: AccountName::new("daemon").expect("a name"),
    };
    Some((device, run))
}

/// An order of a script that the image says so.
fn scripted(device: &mut Device, run: ScriptRun, check: Option<ScriptRun>, undo: Option<ScriptRun>) -> Order {
    let way_back = if undo.is_some() { WayBack::Kept } else { WayBack::None(Words::cut("a person goes it")) };
    let work = ScriptWork { run, check, undo };
    device.script = Some(work.clone());
    Order { way_back, ..device.order(Template::Script(work)) }
}

/// What the device tells anew of its checks.
fn checks(device: &mut Device) -> Vec<SeenCheck> {
    let look = device.order(Template::Inventory(InventoryWork {}));
    ends(device, &look, Outcome::Done, "");
    let seen = std::fs::read(device.stick().join("results/inventory.json")).expect("the inventory");
    message::read::<Inventory>(&seen).expect("an inventory").checks
}

fn of_step(events: &[Event], step: Step) -> Vec<&Event> {
    events.iter().filter(|event| event.step == step).collect()
}

#[test]
fn a_script_is_judged_by_its_own_check_and_taken_back_by_its_own_undo() {
    let Some((mut device, run)) = with_flush() else { return };
    let (look, undo) = (Some(run("look")), Some(run("undo")));
    let order = scripted(&mut device, run("soft"), look.clone(), undo.clone());
    let events = ends(&device, &order, Outcome::Done, "");
    let said = of_step(&events, Step::Verify);
    assert_eq!((said.len(), said[0].outcome, said[0].rule.as_str()), (1, Outcome::Done, "own_check"));
    assert_eq!(said[0].words.as_str(), "by its own check `flush`: ended with code 0; it said: left: soft");
    let seen = checks(&mut device);
    assert_eq!((seen.len(), &seen[0].order, seen[0].found), (1, &order.order, Checked::Well));
    shell(&device, "echo other > /var/left");
    let seen = checks(&mut device);
    assert_eq!(seen[0].found, Checked::NotWell, "stock is a fresh look: {seen:?}");
    assert!(seen[0].words.as_str().contains("ended with code 1; it said: left: other"), "{seen:?}");

    let back = device.order(Template::WayBack(WayBackWork { of: order.order.clone(), time_limit_s: 60 }));
    let events = ends(&device, &back, Outcome::Done, "");
    let last = events.last().expect("an event").words.as_str();
    assert!(last.contains("a person must look"), "nobody has looked: {last}");
    assert_eq!(shell(&device, "cat /var/left"), "before\n");
    assert_eq!(checks(&mut device), [], "what was taken back is not looked at");
    let ran = shell(&device, "grep -v look /var/flushed");
    assert_eq!(ran, "daemon soft\ndaemon undo\n", "each once, as the account that was approved");

    // Work that ends well and does nothing is not well.
    let order = scripted(&mut device, run("nothing"), look.clone(), undo.clone());
    let events = ends(&device, &order, Outcome::Failed, "failed");
    assert_eq!(of_step(&events, Step::Install).last().map(|event| event.outcome), Some(Outcome::Done));
    // Work that says that it failed is not looked at.
    let order = scripted(&mut device, run("hard"), look, undo);
    let events = ends(&device, &order, Outcome::Failed, "failed");
    assert_eq!(of_step(&events, Step::Verify), Vec::<&Event>::new());
    // Without a check nothing on the device says that it was well.
    let order = scripted(&mut device, run("soft"), None, None);
    let events = ends(&device, &order, Outcome::Done, "");
    assert_eq!(of_step(&events, Step::Verify), Vec::<&Event>::new());
    assert!(events.last().expect("an event").words.as_str().contains("a person must look"));
    assert_eq!(checks(&mut device), []);
}

#[test]
fn a_script_runs_only_as_the_image_says_and_only_once() {
    let Some((mut device, run)) = with_flush() else { return };
    let refused = |device: &Device, order: &Order, rule: &str| {
        device.hand_over(&[order]);
        device.once();
        assert!(device.journal().contains(&format!(r#""rule":"{rule}""#)), "{rule}: {}", device.journal());
    };
    let order = scripted(&mut device, run("hard"), None, None);
    device.script = None;
    refused(&device, &order, "run_not_pinned");
    let order = scripted(&mut device, run("hard"), None, None);
    scripted(&mut device, run("soft"), None, None);
    refused(&device, &order, "run_not_approved");
    // What cannot be run is found before anything is done: the work, its check, what takes it back, the account.
    let other = run("other");
    let nobody =
        ScriptRun { account: AccountName::new("nobody-of-this-name").expect("a name"), ..run("soft") };
    for (work, check, undo) in [
        (other.clone(), None, None),
        (run("soft"), Some(other.clone()), None),
        (run("soft"), None, Some(other)),
        (nobody, None, None),
    ] {
        let order = scripted(&mut device, work, check, undo);
        ends(&device, &order, Outcome::NotDone, "script");
    }
    assert_eq!(shell(&device, "cat /var/flushed"), "", "nothing ran");

    // An agent that is killed while it runs does not run it again, and does not say that it was done.
    let order = scripted(&mut device, run("slow"), Some(run("look")), None);
    device.hand_over(&[&order]);
    let mut agent = device.start_once();
    while shell(&device, "cat /var/flushed").is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    agent.kill().expect("it is killed");
    agent.wait().expect("it is gone");
    let events = device.until_closed(&order);
    assert_eq!(events.last().map(|event| event.outcome), Some(Outcome::Unknown), "{events:#?}");
    assert_eq!(shell(&device, "cat /var/flushed"), "daemon slow\n");
    assert_eq!(checks(&mut device), []);

    shell(&device, "echo 'rm -rf /' >> /usr/local/bin/flush");
    let order = scripted(&mut device, run("soft"), None, None);
    ends(&device, &order, Outcome::NotDone, "script");
    assert_eq!(shell(&device, "cat /var/flushed"), "daemon slow\n");
}

#[test]
fn people_at_the_device_can_put_off_and_must_say_yes() {
    let Some(mut device) = Device::new() else { return };
    let notice = Notice {
        message: Words::cut("hp-demo is updated; the screen goes dark for a minute"),
        postpone_at_most: 1,
        postpone_s: 600,
        confirmation: Confirmation::Needed,
    };
    let order = Order { notice: Some(notice), ..device.upgrade("1.0", "1.1", 60) };
    device.hand_over(&[&order]);
    let say = |word: &str, who: &str| device.inside(&["holdpoint-agent", word, order.order.as_str(), who]);
    device.once();
    assert!(shell(&device, "cat /var/lib/holdpoint-agent/local/*.message").contains("screen goes dark"));
    device.once();
    assert_eq!(device.installed("hp-demo"), "1.0 ii", "nobody has said yes");
    for _ in 0..2 {
        assert!(say("postpone", "shift leader").0);
        device.once();
    }
    assert!(say("confirm", "shift leader").0);
    let events = device.until_closed(&order);
    assert_eq!(device.installed("hp-demo"), "1.1 ii");
    let of_notice: Vec<_> = events.iter().filter(|event| event.step == Step::Notice).collect();
    let shape: Vec<_> = of_notice.iter().map(|event| (event.outcome, event.rule.as_str())).collect();
    assert_eq!(
        shape,
        [
            (Outcome::Waiting, "told"),
            (Outcome::Postponed, ""),
            (Outcome::Waiting, "postponed_too_often"),
            (Outcome::Confirmed, ""),
        ]
    );
    assert_eq!(of_notice[3].words.as_str(), "shift leader");
}

#[test]
fn a_restart_is_done_only_when_the_system_was_started_again() {
    let Some(mut device) = Device::new() else { return };
    shell(
        &device,
        "mkdir -p /opt/fake; printf '#!/bin/sh\\necho \"$@\" > /var/asked\\n' > /usr/local/sbin/shutdown",
    );
    shell(&device, "chmod 755 /usr/local/sbin/shutdown; ln -sf /usr/local/sbin/shutdown /usr/sbin/shutdown");
    let work =
        |back_within_s| Template::Restart(RestartWork { why: Words::cut("new kernel"), back_within_s });
    let order = device.order(work(3_600));
    device.hand_over(&[&order]);
    device.once();
    device.once();
    assert!(shell(&device, "cat /var/asked").starts_with("-r now"));
    let events = device.events(&order.order);
    assert_eq!(
        events.last().map(|event| (event.step, event.outcome)),
        Some((Step::Restart, Outcome::Intended))
    );
    // Another start of the system has another name.
    shell(
        &device,
        "echo 7b1f3c52-0000-4000-8000-000000000001 > /run/boot; mount --bind /run/boot /proc/sys/kernel/random/boot_id",
    );
    let events = device.until_closed(&order);
    assert_eq!(events.last().map(|event| event.outcome), Some(Outcome::Done), "{events:#?}");

    let order = device.order(work(1));
    let events = {
        device.hand_over(&[&order]);
        device.once();
        std::thread::sleep(std::time::Duration::from_secs(2));
        device.until_closed(&order)
    };
    assert_eq!(
        events.last().map(|event| event.outcome),
        Some(Outcome::NotDone),
        "it never came: {events:#?}"
    );
}

/// Plays rpm: its list is a file, and installing writes it.
const RPM: &str = r#"#!/bin/sh
list=/var/rpms
case "$*" in
  "-qa "*) cat $list ;;
  *OBSOLETENAME*) cat /var/obsoletes 2>/dev/null ;;
  *PROVIDENAME*) cat /var/provides 2>/dev/null ;;
  "-qp "*) for last; do :; done; cat "$last" ;;
  *--test*) [ ! -e /var/refuse ] || { echo "refused: needs more"; exit 1; } ;;
  *--upgrade*) for last; do :; done; cat "$last" > $list; [ ! -e /var/fail ] || exit 3 ;;
esac
"#;

#[test]
fn packages_of_rpm_are_brought_to_a_version_and_back() {
    let Some(mut device) = Device::new() else { return };
    std::fs::write(device.stick().join("rpm"), RPM).expect("a file");
    shell(&device, "rm -f /usr/bin/rpm; cp /stick/rpm /usr/sbin/rpm; chmod 755 /usr/sbin/rpm");
    let line = |version: &str| format!("demo\t{version}\tnoarch\tdemo-{version}.src.rpm\n");
    std::fs::write(device.stick().join("list"), line("1:1.0-1")).expect("a file");
    shell(&device, "cp /stick/list /var/rpms");
    let old = device.add_file("rpm-old", line("1:1.0-1").as_bytes());
    let new = device.add_file("rpm-new", line("1:1.1-1").as_bytes());
    let work = PackageWork {
        packages: vec![PackageChange {
            name: PackageName::new("demo").expect("a name"),
            architecture: Architecture::new("noarch").expect("an architecture"),
            from: Some(version("1:1.0-1")),
            to: version("1:1.1-1"),
            install: new,
            way_back: Some(old),
        }],
        settings: SettingsFiles::KeepOld,
        time_limit_s: 30,
    };
    shell(&device, "touch /var/refuse");
    let order = device.order(Template::Rpm(work.clone()));
    ends(&device, &order, Outcome::NotDone, "not_what_was_ordered");
    shell(&device, "rm /var/refuse; echo demo > /var/obsoletes");
    let order = device.order(Template::Rpm(work.clone()));
    ends(&device, &order, Outcome::NotDone, "not_what_was_ordered");
    shell(&device, "rm /var/obsoletes; echo 'installonlypkg(kernel)' > /var/provides");
    let order = device.order(Template::Rpm(work.clone()));
    ends(&device, &order, Outcome::NotDone, "not_what_was_ordered");
    shell(&device, "rm /var/provides");
    let order = device.order(Template::Rpm(work));
    ends(&device, &order, Outcome::Done, "");
    assert_eq!(shell(&device, "cat /var/rpms"), line("1:1.1-1"));
    let back = device.order(Template::WayBack(WayBackWork { of: order.order, time_limit_s: 30 }));
    ends(&device, &back, Outcome::Done, "");
    assert_eq!(shell(&device, "cat /var/rpms"), line("1:1.0-1"));
}

#[test]
fn papers_of_others_are_refused_and_told_once() {
    let Some(mut device) = Device::new() else { return };
    let order = device.upgrade("1.0", "1.1", 60);
    let (anna, ben, _) = plant::keys();
    let intruder = holdpoint_wire::envelope::Signer::from_seed(&[9; 32]);
    let forged = holdpoint_wire::envelope::sign(&order, &[&intruder]);
    let image = holdpoint_wire::envelope::sign(&device.image(), &[&anna, &ben]);
    device.hand_over_papers(Some(image), vec![forged]);
    for _ in 0..3 {
        assert!(device.once().0);
    }
    assert_eq!(device.journal().matches(r#""rule":"unknown_key""#).count(), 1);
    assert_eq!(device.installed("hp-demo"), "1.0 ii");

    // Files that are not what was approved are thrown away, and the order waits.
    std::fs::write(device.stick().join("files").join(device.files["1.1"].sha256.as_str()), b"bad")
        .expect("a file");
    device.hand_over(&[&order]);
    device.once();
    let events = device.events(&order.order);
    assert_eq!(events.last().map(|event| event.rule.as_str()), Some("file_not_here"), "{events:#?}");

    // A journal that somebody changed stops everything.
    let journal = device.state().join("journal.jsonl");
    let text = std::fs::read_to_string(&journal).expect("the journal");
    std::fs::write(&journal, text.replacen("let in and kept", "let in and kepT", 1)).expect("it is written");
    let (ended_well, said) = device.once();
    assert!(!ended_well && said.contains("does not follow from the one before it"), "{said}");
    // A torn last line is none: it is cut off.
    std::fs::write(&journal, format!("{text}0123 {{\"seq\":")).expect("it is written");
    assert!(device.once().0);
    assert!(device.journal().contains(r#""what":"torn""#));
}
