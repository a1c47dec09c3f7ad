//! What a device played here does: it polls, obeys what the wire lets it obey, and takes stock.

use super::{Device, audit_entries};
use crate::support::World;
use holdpoint_app::agents::{self, Poll, ToldBy};
use holdpoint_wire::admit::{Occasion, admit, open_image};
use holdpoint_wire::command::{Command, FileWork, ScriptWork};
use holdpoint_wire::inventory::{
    Checked, ClockState, FoundThere, Inventory, Kernel, OperatingSystem, Package, PackageDatabase,
    PackageState, Packages, RestartState, SeenCheck, SeenPlace,
};
use holdpoint_wire::message::{self, VersionOne};
use holdpoint_wire::order::Order;
use holdpoint_wire::poll::{InventoryWish, PollAnswer};
use holdpoint_wire::progress::{Event, Outcome, Progress, Step};
use holdpoint_wire::text::{Hash, Id, Words};
use std::sync::Arc;

impl Device {
    pub(crate) fn round(&mut self, world: &World) {
        let now = holdpoint_wire::moment::Moment(world.app.now().micros());
        // As the door does with each request.
        self.known = agents::recognise(&world.app, &self.certificate).unwrap().unwrap();
        let polled = agents::poll(&world.app, &self.known, self.tag.as_deref()).unwrap();
        let Poll::Work(work) = polled else { return };
        self.tag = Some(work.tag.clone());
        let answer: PollAnswer = message::read(&work.body).unwrap();
        let image = answer.image.as_ref().map(|image| open_image(image, &self.judge, now).unwrap());
        for place in image.iter().flat_map(|image| &image.entries).filter_map(|entry| entry.place.as_ref()) {
            if !self.places.iter().any(|known| known.path == place.path) {
                self.places.push(SeenPlace { path: place.path.clone(), found: self.lies.clone() });
            }
        }
        for envelope in &answer.orders {
            match admit(envelope, image.as_ref(), &self.judge, Occasion::Receipt, now) {
                Ok(admitted) => {
                    self.judge.seen.counter = admitted.order().counter;
                    let is_about_another =
                        matches!(admitted.order().command, Command::Stop(_) | Command::GoodUntil(_));
                    if self.lazy && !is_about_another {
                        self.held.push(admitted);
                    } else {
                        admitted.may_start(&self.judge, now).unwrap();
                        self.act(world, admitted.order(), now);
                    }
                }
                Err(refusal) => assert_eq!(refusal.rule(), "counter_replayed", "{refusal}"),
            }
        }
        self.report(world);
        if answer.inventory == InventoryWish::Wanted || self.acts.len() > usize::from(self.tag.is_none()) {
            agents::take_inventory(&world.app, &self.known, &message::write(&self.inventory(now))).unwrap();
        }
    }

    pub(super) fn act(&mut self, world: &World, order: &Order, now: holdpoint_wire::moment::Moment) {
        assert!(!self.acts.contains(&order.order.to_string()), "an order is acted on once");
        self.acts.push(order.order.to_string());
        self.asked = Some((order.needs, order.notice.clone()));
        let (step, outcome) = match &order.command {
            Command::Deb(work) | Command::Rpm(work) => {
                let is_rpm = matches!(order.command, Command::Rpm(_));
                assert_eq!(is_rpm, self.brand.database == PackageDatabase::Rpm);
                assert_eq!(work.packages[0].from.as_ref().unwrap().as_str(), self.version);
                for artifact in &order.artifacts {
                    let bytes = agents::artifact(&world.app, &self.known, artifact.sha256.as_str()).unwrap();
                    assert_eq!(Hash::of(&bytes), artifact.sha256);
                }
                self.version = work.packages[0].to.to_string();
                self.whole = self.version != self.brand.patches[2].1;
                (Step::Install, if self.whole { Outcome::Done } else { Outcome::Failed })
            }
            Command::File(work) => (Step::Install, self.put(world, work)),
            Command::Script(work) => (Step::Install, self.run(&order.order, work)),
            Command::Restart(_) => {
                if let Some((name, since)) = self.start.as_mut().filter(|_| !self.stays_up) {
                    name.push('+');
                    *since = now.0;
                }
                (Step::Restart, Outcome::Done)
            }
            Command::WayBack(work) => {
                assert!(self.acts.contains(&work.of.to_string()));
                if let Some(was) = self.was.take() {
                    self.places.retain(|place| place.path != was.path);
                    self.places.push(was);
                }
                self.ran = None;
                (self.version, self.whole) = (self.brand.patches[0].1.into(), true);
                (Step::WayBack, Outcome::Done)
            }
            Command::Stop(work) => {
                if let Some(place) = self.held.iter().position(|held| held.order().order == work.order) {
                    self.held.remove(place);
                    self.tell(&work.order, (Step::Order, Outcome::Stopped), "stopped", now);
                }
                (Step::Admission, Outcome::Done)
            }
            Command::GoodUntil(work) => {
                let is_held = self.held.iter().any(|held| held.order().order == work.order);
                self.good_until = is_held.then_some(work.until).or(self.good_until);
                (Step::Admission, if is_held { Outcome::Done } else { Outcome::NotDone })
            }
            other => panic!("nobody ordered {other:?}"),
        };
        for (step, outcome) in [(step, Outcome::Intended), (step, outcome), (Step::Order, outcome)] {
            self.tell(&order.order, (step, outcome), "", now);
        }
    }

    /// Puts a file in place, or half of it.
    pub(super) fn put(&mut self, world: &World, work: &FileWork) -> Outcome {
        let bytes = agents::artifact(&world.app, &self.known, work.install.as_str()).unwrap();
        assert_eq!(Hash::of(&bytes), work.install);
        let place = self.places.iter_mut().find(|place| place.path == work.path).unwrap();
        let lies = match &place.found {
            FoundThere::File { sha256, .. } => Some(sha256.clone()),
            FoundThere::Nothing | FoundThere::Unknown(_) => None,
        };
        assert_eq!(lies, work.from, "the order says what lies there");
        self.was = Some(place.clone());
        let sha256 = if self.breaks_files { Hash::of(b"half") } else { work.install.clone() };
        place.found = FoundThere::File { sha256, mode: work.mode, owner: work.owner.clone() };
        if self.breaks_files { Outcome::Failed } else { Outcome::Done }
    }

    /// Runs a script and, where it has one, its check.
    pub(super) fn run(&mut self, order: &Id, work: &ScriptWork) -> Outcome {
        let outcome = match (&work.check, self.checks.0) {
            (None, _) | (Some(_), Checked::Well) => Outcome::Done,
            (Some(_), Checked::NotWell) => Outcome::Failed,
            (Some(_), Checked::Unknown) => Outcome::Unknown,
        };
        self.ran = (outcome == Outcome::Done).then(|| (order.clone(), work.check.is_some()));
        outcome
    }

    /// What it says of the script that it ran last.
    pub(super) fn checked(&self) -> Vec<SeenCheck> {
        let ran = self.ran.iter().filter(|(_, has_check)| *has_check);
        let words =
            Words::cut("by its own check `look`: ended with code 0; it said: 12 of 12 pumps\nall is well");
        ran.map(|(order, _)| SeenCheck { order: order.clone(), found: self.checks.1, words: words.clone() })
            .collect()
    }

    pub(super) fn tell(
        &mut self,
        order: &Id,
        (step, outcome): (Step, Outcome),
        rule: &str,
        at: holdpoint_wire::moment::Moment,
    ) {
        self.seq += 1;
        self.events.push(Event {
            order: Some(order.clone()),
            attempt: 1,
            step,
            seq: self.seq,
            at,
            outcome,
            rule: rule.into(),
            words: Words::cut("as played"),
        });
    }

    /// It begins what it holds, or refuses what may not begin any more; gives the rule.
    pub(crate) fn wake(&mut self, world: &World) -> Result<(), &'static str> {
        self.lazy = false;
        let now = holdpoint_wire::moment::Moment(world.app.now().micros());
        for admitted in std::mem::take(&mut self.held) {
            let order = admitted.order().clone();
            if let Err(refusal) = admitted.good_until(self.good_until).may_start(&self.judge, now) {
                self.tell(&order.order, (Step::Order, Outcome::Refused), refusal.rule(), now);
                return Err(refusal.rule());
            }
            self.act(world, &order, now);
        }
        Ok(())
    }

    /// It refuses what it holds, and tells nothing else of it.
    pub(crate) fn refuses(&mut self, world: &World, (step, outcome): (Step, Outcome), rule: &str) {
        let now = holdpoint_wire::moment::Moment(world.app.now().micros());
        for admitted in std::mem::take(&mut self.held) {
            self.tell(&admitted.order().order, (step, outcome), rule, now);
        }
        self.report(world);
        self.lazy = false;
    }

    pub(crate) fn report(&mut self, world: &World) {
        if self.events.is_empty() {
            return;
        }
        let journal = Id::new("j1").unwrap();
        let progress = Progress { version: VersionOne, journal, events: std::mem::take(&mut self.events) };
        let told = ToldBy { who: Arc::clone(&self.known), progress };
        let before = audit_entries(world);
        assert_eq!(agents::keep_events(&world.app, std::slice::from_ref(&told)).unwrap(), [self.seq]);
        let after = audit_entries(world);
        assert!(after > before);
        assert_eq!(agents::keep_events(&world.app, &[told]).unwrap(), [self.seq], "told twice, kept once");
        assert_eq!(audit_entries(world), after, "and nothing was written");
    }

    /// It hands over what is on it, unasked.
    pub(crate) fn hands_over(&self, world: &World) {
        let now = holdpoint_wire::moment::Moment(world.app.now().micros());
        agents::take_inventory(&world.app, &self.known, &message::write(&self.inventory(now))).unwrap();
    }

    pub(super) fn inventory(&self, now: holdpoint_wire::moment::Moment) -> Inventory {
        let package = |name: &str, version: &str, state| Package {
            name: name.into(),
            version: version.into(),
            architecture: self.brand.architecture.into(),
            source: None,
            state,
        };
        let state = if self.whole { PackageState::Installed } else { PackageState::Broken };
        let restart = if self.wants_restart {
            RestartState::Needed(vec![Words::cut("libraries in use were replaced: libhmi.so")])
        } else {
            RestartState::NotNeeded
        };
        let items = vec![
            package("plant-base", "7", PackageState::Installed),
            package("plant-hmi", &self.version, state),
        ];
        Inventory {
            version: VersionOne,
            taken_at: now.plus_seconds(-self.behind_s),
            agent_version: Words::cut("0.1"),
            os: Some(OperatingSystem {
                id: self.brand.system.0.into(),
                version_id: self.brand.system.1.into(),
                pretty_name: "played".into(),
                architecture: "x86_64".into(),
            }),
            packages: Some(Packages { database: self.brand.database, items }),
            kernel: Kernel { running: Some("6.1".into()), installed: vec![] },
            restart,
            disks: vec![],
            memory: None,
            uptime_s: self
                .start
                .as_ref()
                .map(|(_, since)| u64::try_from((now.0 - since) / 1_000_000).unwrap()),
            clock: ClockState::Unknown,
            remarks: vec![],
            places: if self.blind { vec![] } else { self.places.clone() },
            checks: self.checked(),
            boot: self.start.as_ref().map(|(name, _)| Words::cut(name)),
        }
    }
}
