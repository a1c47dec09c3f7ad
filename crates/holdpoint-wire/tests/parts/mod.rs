//! A small plant for the tests: keys from fixed seeds, a root, an image, an order, a device.

use holdpoint_wire::admit::{Device, Identity, Seen};
use holdpoint_wire::command::{Command, CommandName, PackageChange, PackageWork, SettingsFiles};
use holdpoint_wire::envelope::{KeySet, Signer};
use holdpoint_wire::image::{Approved, ApprovedFile, Image};
use holdpoint_wire::message::VersionOne;
use holdpoint_wire::moment::Moment;
use holdpoint_wire::order::{Artifact, Needs, Order, WayBack, Window};
use holdpoint_wire::root::Root;
use holdpoint_wire::text::{Architecture, FileName, Hash, Id, PackageName, PackageVersion};

/// 2026-11-21 06:00:00 UTC.
pub const NOW: Moment = Moment(1_795_240_800_000_000);

pub fn id(text: &str) -> Id {
    Id::new(text).expect("an id")
}

/// Two people with image keys, one who left, the server, an intruder.
pub struct Keys {
    pub anna: Signer,
    pub ben: Signer,
    pub carl: Signer,
    pub server: Signer,
    pub intruder: Signer,
}

pub fn keys() -> Keys {
    let key = |n| Signer::from_seed(&[n; 32]);
    Keys { anna: key(1), ben: key(2), carl: key(3), server: key(4), intruder: key(5) }
}

pub fn root(keys: &Keys) -> Root {
    let people = [&keys.anna, &keys.ben, &keys.carl].map(Signer::public);
    Root {
        version: VersionOne,
        site: id("nord"),
        root_version: 1,
        expires_at: NOW.plus_seconds(400 * 86_400),
        image: KeySet { threshold: 2, keys: people.to_vec() },
        order: KeySet { threshold: 1, keys: vec![keys.server.public()] },
    }
}

pub fn device(keys: &Keys) -> Device {
    Device {
        identity: Identity { site: id("nord"), asset: id("hmi-7"), class: id("hmi") },
        root: root(keys),
        seen: Seen { counter: 40, image_version: 6, time: NOW.plus_seconds(-60) },
    }
}

pub fn new_file() -> Artifact {
    file("hp-demo_1.1_all.deb", b"the new package")
}

pub fn old_file() -> Artifact {
    file("hp-demo_1.0_all.deb", b"the old package")
}

fn file(name: &str, bytes: &[u8]) -> Artifact {
    Artifact {
        name: FileName::new(name).expect("a name"),
        size_bytes: bytes.len() as u64,
        sha256: Hash::of(bytes),
    }
}

pub fn image() -> Image {
    let approve =
        |artifact: Artifact| ApprovedFile { sha256: artifact.sha256, size_bytes: artifact.size_bytes };
    Image {
        version: VersionOne,
        site: id("nord"),
        class: id("hmi"),
        image_version: 7,
        expires_at: NOW.plus_seconds(90 * 86_400),
        entries: vec![Approved {
            patch: id("hp-demo-1.1"),
            commands: vec![CommandName::Deb, CommandName::Restart],
            files: vec![approve(new_file()), approve(old_file())],
            scripts: vec![],
            place: None,
            script: None,
        }],
    }
}

pub fn order() -> Order {
    let version = |text: &str| PackageVersion::new(text).expect("a version");
    Order {
        version: VersionOne,
        site: id("nord"),
        asset: id("hmi-7"),
        order: id("order-41"),
        counter: 41,
        patch: id("hp-demo-1.1"),
        image_version: 7,
        issued_at: NOW.plus_seconds(-30),
        expires_at: NOW.plus_seconds(7 * 86_400),
        window: Window {
            starts_at: NOW.plus_seconds(-60),
            last_start_at: NOW.plus_seconds(600),
            ends_at: NOW.plus_seconds(3_600),
        },
        artifacts: vec![new_file(), old_file()],
        command: Command::Deb(PackageWork {
            packages: vec![PackageChange {
                name: PackageName::new("hp-demo").expect("a name"),
                architecture: Architecture::new("all").expect("an architecture"),
                from: Some(version("1.0")),
                to: version("1.1"),
                install: new_file().sha256,
                way_back: Some(old_file().sha256),
            }],
            settings: SettingsFiles::KeepOld,
            time_limit_s: 600,
        }),
        needs: Needs::default(),
        notice: None,
        way_back: WayBack::Automatic,
    }
}
