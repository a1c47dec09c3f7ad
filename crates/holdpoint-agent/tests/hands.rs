//! The other hands on a real root: files, scripts, restarts, notices, and rpm by a program that plays it.

mod plant;

use holdpoint_wire::command::{
    Command as Template, FileWork, InventoryWork, PackageChange, PackageWork, RestartWork, ScriptWork,
    SettingsFiles, WayBackWork,
};
use holdpoint_wire::image::{Owner, Place};
use holdpoint_wire::inventory::{FoundThere, Inventory, SeenPlace};
use holdpoint_wire::message::{self, VersionOne};
use holdpoint_wire::order::{Confirmation, Notice, Order};
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
}

#[test]
fn a_script_runs_only_as_approved() {
    let Some(mut device) = Device::new() else { return };
    let program = "#!/bin/sh\necho \"$@\" >> /var/flushed\n[ \"$2\" != hard ]\n";
    std::fs::write(device.stick().join("flush"), program).expect("a file");
    shell(&device, "cp /stick/flush /usr/local/bin/flush; chmod 755 /usr/local/bin/flush");
    let value = |text: &str| ArgumentText::new(text).expect("an argument");
    let template = ScriptTemplate {
        version: VersionOne,
        name: id("flush"),
        program: FilePath::new("/usr/local/bin/flush").expect("a path"),
        program_hash: Hash::of(program.as_bytes()),
        arguments: vec![Part::Fixed("--mode".to_owned()), Part::Parameter(id("mode"))],
        parameters: BTreeMap::from([(id("mode"), Parameter::OneOf(vec![value("soft"), value("hard")]))]),
        done_codes: vec![0],
    };
    std::fs::write(device.stick().join("flush.json"), message::write(&template)).expect("a file");
    std::fs::write(device.stick().join("script-hash"), template.hash().as_str()).expect("a file");
    shell(&device, "cp /stick/flush.json /etc/holdpoint-agent/scripts/");
    let work = |mode: &str| {
        Template::Script(ScriptWork {
            script: id("flush"),
            script_hash: template.hash(),
            arguments: BTreeMap::from([(id("mode"), value(mode))]),
            time_limit_s: 20,
        })
    };
    let order = device.order(work("soft"));
    ends(&device, &order, Outcome::Done, "");
    let order = device.order(work("other"));
    ends(&device, &order, Outcome::NotDone, "script");
    let order = Order { way_back: holdpoint_wire::order::WayBack::Kept, ..device.order(work("hard")) };
    ends(&device, &order, Outcome::Failed, "failed");
    shell(&device, "echo 'rm -rf /' >> /usr/local/bin/flush");
    let order = device.order(work("soft"));
    ends(&device, &order, Outcome::NotDone, "script");
    assert_eq!(shell(&device, "cat /var/flushed"), "--mode soft\n--mode hard\n");
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
