//! Twelve real hosts are patched in waves by the real server, six over SSH and six by the agent, which all are killed again and
//! again. One host raises an alarm, one has a watch that does not accept the new version: both are rolled back, and the plan
//! stops each time and says so. Nothing is done twice, nothing is lost, no redundancy group is broken, the audit chain is whole.
//!
//! The surprise: this runs by the clock on the wall, because `holdpoint serve` has no other; it takes some ten minutes. It needs
//! root and the programs of `cargo xtask test --only needs`, and fails where they are missing. Six kills by default;
//! `HOLDPOINT_KILLS=100 cargo test -p holdpoint --test deployment_story -- --nocapture` for the whole measure. The seed is printed,
//! and `HOLDPOINT_SEED` takes it back.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod agents;
mod plant;

use agents::Agents;
use holdpoint_app::execution::{self, Overview, Said};
use holdpoint_domain::execution::{Deed, Event, Observed, Outcome};
use plant::{ALARMED, HOSTS, Plant, WATCHED, has_agent, plant, program};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// Numbers that look random and follow from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name)
        .ok()
        .map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

/// What is killed, and when.
struct Killer {
    dice: Dice,
    most: u64,
    servers: u64,
    agents: u64,
    /// Kills while an asset was being changed.
    in_the_middle: u64,
    next: Instant,
    /// The next kill waits so long for an asset that is being changed.
    patient_until: Instant,
    pause_ms: u64,
}

impl Killer {
    fn new(most: u64, seed: u64, pause_ms: u64) -> Self {
        let next = Instant::now() + Duration::from_secs(10);
        let dice = Dice(seed);
        Self { dice, most, servers: 0, agents: 0, in_the_middle: 0, next, patient_until: next, pause_ms }
    }

    const fn killed(&self) -> u64 {
        self.servers + self.agents
    }

    /// Kills when it is time: two of three times the server, else an agent. Both come back at once.
    fn look(&mut self, plant: &Plant, server: &mut Child, agents: &mut Agents, shown: &Overview) {
        if self.killed() >= self.most || Instant::now() < self.next {
            return;
        }
        let in_work = ["installing", "undoing", "restarting"];
        let in_work: Vec<usize> =
            shown.steps.iter().filter(|step| in_work.contains(&step.state.as_str())).map(host_of).collect();
        if in_work.is_empty() && Instant::now() < self.patient_until {
            return;
        }
        self.in_the_middle += u64::from(!in_work.is_empty());
        if self.dice.below(3) > 0 {
            end(server);
            self.servers += 1;
            *server = plant.serve();
        } else {
            // One that works if there is one.
            let working = in_work.into_iter().find(|number| has_agent(*number));
            let any = 2 * (1 + self.dice.below(HOSTS as u64 / 2) as usize);
            agents.kill(plant, working.unwrap_or(any));
            self.agents += 1;
        }
        self.next =
            Instant::now() + Duration::from_millis(self.pause_ms / 4 + self.dice.below(self.pause_ms));
    }
}

fn host_of(step: &holdpoint_app::store::execution::StepLine) -> usize {
    step.tag.trim_start_matches("H-").parse().unwrap()
}

fn end(server: &mut Child) {
    server.kill().unwrap();
    server.wait().unwrap();
}

#[test]
fn twelve_hosts_are_patched_in_waves_while_server_and_agents_are_killed() {
    let kills = number("HOLDPOINT_KILLS").unwrap_or(6);
    let seed = number("HOLDPOINT_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    println!("{kills} kills, seed {seed}: HOLDPOINT_SEED={seed} kills at the same moments again");
    // Those who are interrupted all the time need longer, and a measure takes what it takes.
    let minutes = if kills > 20 { 2 } else { 1 };
    let began = Instant::now();
    let plant = plant(minutes);
    plant.raise_alarm(ALARMED);
    plant.watch(WATCHED);
    agents::papers(&plant.app);
    let mut server = plant.serve();
    let mut agents = Agents::enrolled(&plant);
    let id = plant.begun();
    println!("{:>4} s: begun", began.elapsed().as_secs());
    agents.keep_running(&plant);
    let mut killer = Killer::new(kills, seed, if kills > 20 { 8_000 } else { 60_000 });
    let mut stops = Vec::new();
    let mut last = String::new();
    loop {
        std::thread::sleep(Duration::from_millis(300));
        agents.keep_running(&plant);
        let shown = plant.overview(&id);
        killer.look(&plant, &mut server, &mut agents, &shown);
        let now: Vec<String> =
            shown.steps.iter().map(|step| format!("{}:{}", host_of(step), step.state)).collect();
        if now.join(" ") != last {
            last = now.join(" ");
            println!("{:>4} s, {} kills: {last}", began.elapsed().as_secs(), killer.killed());
        }
        if let Some(why) = &shown.line.stopped
            && stops.last() != Some(why)
        {
            println!("stopped: {why}");
            stops.push(why.clone());
        }
        plant.say_restarts(&id, &shown);
        plant.open_holds(&id, &shown);
        accept(&plant, &id, &shown);
        if shown.line.open == 0 {
            break;
        }
        if began.elapsed() > Duration::from_secs(4_500) {
            tell(&plant, &id);
            panic!("it does not come to an end: {last}");
        }
    }
    end(&mut server);
    drop(agents);
    println!(
        "{} kills of the server and {} of agents, {} of them while an asset was being changed; {} s",
        killer.servers,
        killer.agents,
        killer.in_the_middle,
        began.elapsed().as_secs()
    );
    judge(&plant, &id, &stops);
}

/// A person has looked at what was rolled back, and lets the plan go on.
fn accept(plant: &Plant, id: &str, shown: &Overview) {
    for step in shown.steps.iter().filter(|step| step.failed && step.state == "rolled_back") {
        let found = execution::step_shown(&plant.app, &plant.engineer, id, step.number).unwrap();
        // Only after the stop was written for people to read.
        if shown.line.stopped.is_some() && !found.words.contains_key("accepted") {
            let said = Said::FailureAccepted { why: "an alarm on one panel".into() };
            // Not the one who drafted the plan: the hosts stand in redundancy groups.
            execution::say(&plant.app, &plant.planner, (id, step.number), &said, "").unwrap();
        }
    }
}

/// Prints what happened to every step, for whoever has to find out why.
fn tell(plant: &Plant, id: &str) {
    for step in plant.overview(id).steps {
        let (events, _) = execution::step(&plant.app, &plant.engineer, id, step.number).unwrap();
        println!("{}: {} ({:?})", step.tag, step.state, step.wait_why);
        for kept in events {
            println!("    {} {:?}", kept.at, kept.event);
            for line in
                kept.evidence.iter().flat_map(|text| text.lines()).filter(|line| !line.is_empty()).take(6)
            {
                println!("        {line}");
            }
        }
    }
    println!("{}", plant.said());
}

fn judge(plant: &Plant, id: &str, stops: &[String]) {
    let shown = plant.overview(id);
    let mut wrong = Vec::new();
    let mut out: BTreeMap<usize, Vec<(i64, i64)>> = BTreeMap::new();
    for step in &shown.steps {
        let number = host_of(step);
        // An alarm that rang while the server was dead is not heard: what a fresh look shows is as promised, and counts.
        let unheard = number == ALARMED && unknown(plant, id, step.number) && step.state == "done";
        let goes_back = [ALARMED, WATCHED].contains(&number) && !unheard;
        let (state, version) = if goes_back { ("rolled_back", "1.0") } else { ("done", "1.1") };
        let now = plant.version_on(number);
        if (step.state.as_str(), now.as_str()) != (state, version) {
            wrong.push(format!("{} is {} at {now}, and not {state} at {version}", step.tag, step.state));
        }
        let moves = [("1.0", "1.1"), ("1.1", "1.0")].map(|way| plant.upgrades_on(number, way));
        if moves != [1, usize::from(goes_back)] {
            wrong.push(format!(
                "{}: dpkg installed {} times and went back {} times",
                step.tag, moves[0], moves[1]
            ));
        }
        match span(plant, id, step.number) {
            Ok(span) => out.entry(number.div_ceil(2)).or_default().push(span),
            Err(why) => wrong.push(format!("{}: {why}", step.tag)),
        }
    }
    for (pair, spans) in out {
        if spans.len() == 2 && spans[0].0 < spans[1].1 && spans[1].0 < spans[0].1 {
            wrong.push(format!("both members of PAIR-{pair} were out at the same time: {spans:?}"));
        }
    }
    if !stops.iter().any(|why| why.contains("the plan is stopped") && why.contains("failures")) {
        wrong.push(format!("the plan did not stop and say so: {stops:?}"));
    }
    if !wrong.is_empty() {
        tell(plant, id);
        panic!("{}", wrong.join("\n"));
    }
    audit_is_whole(plant.folder.path());
}

/// Whether nobody knows how the installation of a step ended.
fn unknown(plant: &Plant, id: &str, step: u32) -> bool {
    let (events, _) = execution::step(&plant.app, &plant.engineer, id, step).unwrap();
    let lost = |event: &Event| {
        matches!(event, Event::Ended { deed: Deed::Install, outcome: Outcome::Unknown { .. }, .. })
    };
    events.iter().any(|kept| lost(&kept.event))
}

/// From when to when the host of a step was out: from the intent to install until a look showed what was promised or was before.
fn span(plant: &Plant, id: &str, step: u32) -> Result<(i64, i64), String> {
    let (events, _) = execution::step(&plant.app, &plant.engineer, id, step).unwrap();
    let (mut from, mut to) = (None, None);
    // Orders that were asked back before the device began: that is not doing a thing.
    let mut asked_back: BTreeMap<&str, u16> = BTreeMap::new();
    for kept in &events {
        match &kept.event {
            Event::Intended { deed: deed @ (Deed::Install | Deed::Restart | Deed::Undo), attempt } => {
                if attempt.number != 1 + asked_back.get(deed.word()).copied().unwrap_or_default() {
                    return Err(format!("{deed} was intended twice"));
                }
                if *deed == Deed::Install {
                    from = Some(attempt.intended_at.micros());
                }
            }
            Event::Ended { deed, outcome: Outcome::NotBegun { .. } | Outcome::Refused { .. }, .. } => {
                *asked_back.entry(deed.word()).or_default() += 1;
            }
            Event::Ended {
                at, outcome: Outcome::Seen(Observed::AsPromised | Observed::AsBefore), ..
            } => {
                to = to.or(Some(at.micros()));
            }
            _ => {}
        }
    }
    from.zip(to).ok_or_else(|| "it was never worked on and seen".to_owned())
}

fn audit_is_whole(folder: &Path) {
    let verified =
        Command::new(program()).args(["audit", "verify", "--data-dir"]).arg(folder).output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    println!("{}", String::from_utf8_lossy(&verified.stdout).trim());
}
