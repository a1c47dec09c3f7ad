//! Carrying orders out, one step after the other, and going on after the agent was killed.
//!
//! Here: the steps and what follows from each outcome. Not here: how a step is done (`hand`, `preflight`, `backup`).
//!
//! An act (install, script, restart, way back) has an intent in the journal before it and an outcome after it. After a
//! crash an intent without an outcome is judged by the facts: done, not done, failed or unknown. No act is ever begun a
//! second time by the agent itself; a new order is needed for that.

use super::{Agent, Fetching, Told};
use crate::door::Door;
use crate::edge;
use crate::error::Result;
use crate::hand::script::{self, Ran};
use crate::hand::{self, Bench, Fact, deb, file, restart, rpm};
use crate::ledger::{HeldOrder, OpenAct};
use crate::local::{self, Word};
use crate::process::{self, Ended, Hand};
use crate::{backup, files, preflight};
use holdpoint_wire::admit::{Occasion, admit};
use holdpoint_wire::command::{Command, ScriptWork};
use holdpoint_wire::inventory::Checked;
use holdpoint_wire::order::{Confirmation, Notice, Order, WayBack};
use holdpoint_wire::poll::InventoryWish;
use holdpoint_wire::progress::{Outcome, Step};
use holdpoint_wire::refusal::Refusal;
use std::time::Duration;

/// After people were told, so long they have to put it off.
const NOTICE_GRACE_S: i64 = 60;
/// Files of so many closed orders are kept for a way back.
const KEPT_ORDERS: usize = 10;

/// Whether an order can go on at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// There is more to do now.
    Moved,
    /// It waits for a moment, a file or a person.
    Waits,
}

impl Agent {
    /// Carries out what may be carried out now.
    ///
    /// # Errors
    /// When the agent's records cannot be written, or a program it needs cannot be asked.
    pub(super) fn work(&mut self, door: &mut Door) -> Result<()> {
        // Whether an order may begin at all is settled before any begins.
        let (words, others): (Vec<_>, Vec<_>) =
            self.ledger.orders.iter().partition(|(_, held)| is_about_another(&held.order.command));
        let counters: Vec<u64> = words.into_iter().chain(others).map(|(counter, _)| *counter).collect();
        for counter in counters {
            while self.held(counter).closed.is_none() && self.advance(counter, door)? == Pace::Moved {}
        }
        self.tidy()
    }

    fn held(&self, counter: u64) -> HeldOrder {
        self.ledger.orders.get(&counter).expect("orders are never taken out of the ledger").clone()
    }

    fn tidy(&self) -> Result<()> {
        let closed = self.ledger.orders.values().rev().filter(|held| held.closed.is_some()).take(KEPT_ORDERS);
        let open = self.ledger.orders.values().filter(|held| held.closed.is_none());
        let orders: Vec<&Order> = closed.chain(open).map(|held| &held.order).collect();
        files::keep_only(&self.state, &orders)
    }

    fn advance(&mut self, counter: u64, door: &mut Door) -> Result<Pace> {
        let held = self.held(counter);
        if let Some(open) = &held.open {
            return self.recover(&held, open);
        }
        for step in [Step::WayBack, Step::Verify, Step::Install, Step::Restart] {
            if let Some(outcome) = held.steps.get(&step) {
                return self.settle(&held, step, *outcome);
            }
        }
        if let Some(pace) = self.may_go_on(&held, door)? {
            return Ok(pace);
        }
        match &held.order.command {
            Command::Stop(work) => return self.stop(&held, &work.order),
            Command::GoodUntil(work) => return self.good_until(&held, &work.order),
            Command::Inventory(_) => {
                self.inventory = InventoryWish::Wanted;
                return self.close(&held, Outcome::Done, "", "the inventory is handed over with this report");
            }
            Command::Deb(_)
            | Command::Rpm(_)
            | Command::File(_)
            | Command::Script(_)
            | Command::WayBack(_)
            | Command::Restart(_) => {}
        }
        if let Some(pace) = self.prepare(&held, door)? {
            return Ok(pace);
        }
        self.act(&held)
    }

    /// Whether the order still holds and its window is open; before the window its files are brought already.
    fn may_go_on(&mut self, held: &HeldOrder, door: &mut Door) -> Result<Option<Pace>> {
        let (device, now) = (self.device(), edge::now());
        let admitted = admit(&held.envelope, self.image.as_ref(), &device, Occasion::Held, now);
        let until = self.ledger.good_until(&held.order.order);
        match admitted.and_then(|admitted| admitted.good_until(until).may_start(&device, now)) {
            Ok(()) => Ok(None),
            Err(Refusal::NotYet { .. }) => {
                // That they are still whole is looked at before the act.
                if !held.is_done(Step::Fetch) {
                    self.fetch(held, door)?;
                }
                Ok(Some(Pace::Waits))
            }
            // These pass by themselves, or with a person at the clock.
            Err(
                Refusal::ClockWentBack { .. } | Refusal::ClockBehind { .. } | Refusal::ImageTooOld { .. },
            ) => Ok(Some(Pace::Waits)),
            Err(refusal) => {
                self.close(held, Outcome::Refused, refusal.rule(), &refusal.to_string()).map(Some)
            }
        }
    }

    fn stop(&mut self, held: &HeldOrder, of: &holdpoint_wire::text::Id) -> Result<Pace> {
        let found = self.ledger.order(of).filter(|other| other.closed.is_none()).cloned();
        let Some(other) = found else {
            return self.close(held, Outcome::NotDone, "no_such_order", "no open order has this id");
        };
        if other.has_begun() {
            return self.close(
                held,
                Outcome::NotDone,
                "has_begun",
                "the order has begun and is not broken off",
            );
        }
        self.close(&other, Outcome::Stopped, "stopped", "another order said that it must not begin")?;
        self.close(held, Outcome::Done, "", "the order will not begin")
    }

    /// Another order may begin until later; the ledger knows until when.
    fn good_until(&mut self, held: &HeldOrder, of: &holdpoint_wire::text::Id) -> Result<Pace> {
        match self.ledger.order(of) {
            Some(other) if other.closed.is_none() => {
                self.close(held, Outcome::Done, "", "the order may begin until then")
            }
            Some(_) | None => {
                self.close(held, Outcome::NotDone, "no_such_order", "no open order has this id")
            }
        }
    }

    /// Everything before the act; `None` when the act may begin.
    fn prepare(&mut self, held: &HeldOrder, door: &mut Door) -> Result<Option<Pace>> {
        if !self.fetch(held, door)? {
            return Ok(Some(Pace::Waits));
        }
        if let Some(notice) = &held.order.notice
            && !self.people_agree(held, notice)?
        {
            return Ok(Some(Pace::Waits));
        }
        match preflight::look(self.bench(), &held.order) {
            Ok(None) => {
                self.told(held, Step::Preflight, Outcome::Done, "", "everything holds that must hold")?
            }
            Ok(Some(obstacle)) if obstacle.rule == "packages_locked" => {
                self.waiting(held, Step::Preflight, obstacle.rule, &obstacle.words)?;
                return Ok(Some(Pace::Waits));
            }
            Ok(Some(obstacle)) => {
                self.told(held, Step::Preflight, Outcome::NotDone, obstacle.rule, &obstacle.words)?;
                return self.close(held, Outcome::NotDone, obstacle.rule, &obstacle.words).map(Some);
            }
            Err(trouble) => {
                let words = trouble.in_full();
                return self.close(held, Outcome::NotDone, "cannot_tell", &words).map(Some);
            }
        }
        match backup::keep(self.bench(), &held.order) {
            Ok(proof) => self.told(held, Step::Backup, Outcome::Done, "", &proof)?,
            Err(trouble) => {
                self.told(held, Step::Backup, Outcome::Failed, "no_backup", &trouble.in_full())?;
                let words = "what would be replaced could not be kept; nothing was done";
                return self.close(held, Outcome::NotDone, "no_backup", words).map(Some);
            }
        }
        // The looking took its time; the last safe start may be over.
        self.may_go_on(held, door)
    }

    /// Brings the files; whether all are here.
    fn fetch(&mut self, held: &HeldOrder, door: &Door) -> Result<bool> {
        if held.is_done(Step::Fetch) && self.all_here(&held.order)? {
            return Ok(true);
        }
        for artifact in &held.order.artifacts {
            if files::is_here(&self.state, artifact)? {
                continue;
            }
            if self.fetching == Fetching::Later {
                return Ok(false);
            }
            if let Err(trouble) = files::bring(&self.state, artifact, |from| door.artifact(artifact, from)) {
                self.waiting(held, Step::Fetch, "file_not_here", &trouble.in_full())?;
                return Ok(false);
            }
        }
        self.told(held, Step::Fetch, Outcome::Done, "", "all files are here and have their hashes")?;
        Ok(true)
    }

    fn all_here(&self, order: &Order) -> Result<bool> {
        for artifact in &order.artifacts {
            if !files::is_here(&self.state, artifact)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Tells people and hears what they say; whether it may begin.
    fn people_agree(&mut self, held: &HeldOrder, notice: &Notice) -> Result<bool> {
        let order = &held.order.order;
        if matches!(held.steps.get(&Step::Notice), Some(Outcome::Confirmed | Outcome::Done)) {
            return Ok(true);
        }
        let now = edge::now();
        if held.told_until.is_none() {
            local::tell(&self.settings, &self.state, order, &notice.message)?;
            let grace = if notice.postpone_at_most > 0 { NOTICE_GRACE_S } else { 0 };
            self.tell(Told {
                attempt: held.attempt,
                outcome: Outcome::Waiting,
                rule: "told",
                words: "people at the device were told",
                until: Some(now.plus_seconds(grace)),
                ..Told::plain(Some(order), Step::Notice)
            })?;
            return Ok(grace == 0 && notice.confirmation == Confirmation::NotNeeded);
        }
        if let Some(who) = local::heard(&self.state, order, Word::Postpone)? {
            self.postpone(held, notice, who.as_str())?;
            return Ok(false);
        }
        if let Some(who) = local::heard(&self.state, order, Word::Confirm)? {
            self.told(held, Step::Notice, Outcome::Confirmed, "", who.as_str())?;
            return Ok(true);
        }
        let is_time = held.told_until.is_none_or(|until| now >= until)
            && held.postponed.1.is_none_or(|until| now >= until);
        Ok(is_time && notice.confirmation == Confirmation::NotNeeded)
    }

    fn postpone(&mut self, held: &HeldOrder, notice: &Notice, who: &str) -> Result<()> {
        if held.postponed.0 >= notice.postpone_at_most {
            let words =
                format!("{who} wanted to put it off, which may be done {} times", notice.postpone_at_most);
            return self.waiting(held, Step::Notice, "postponed_too_often", &words);
        }
        let until = edge::now().plus_seconds(i64::from(notice.postpone_s));
        self.tell(Told {
            attempt: held.attempt,
            outcome: Outcome::Postponed,
            words: who,
            until: Some(until),
            ..Told::plain(Some(&held.order.order), Step::Notice)
        })
    }

    /// The act itself: intent, act, fact, outcome.
    fn act(&mut self, held: &HeldOrder) -> Result<Pace> {
        let step = match &held.order.command {
            Command::Restart(_) => Step::Restart,
            Command::WayBack(_) => Step::WayBack,
            Command::Deb(_)
            | Command::Rpm(_)
            | Command::File(_)
            | Command::Script(_)
            | Command::Inventory(_)
            | Command::Stop(_)
            | Command::GoodUntil(_) => Step::Install,
        };
        let Ok(hand) = Hand::take(&self.state, Duration::from_secs(1))? else {
            let words = "an earlier act still runs and cannot be ended; nobody can tell what it does";
            return self.close(held, Outcome::Unknown, "hand_held", words);
        };
        if step == Step::WayBack {
            return self.go_back(held, &hand);
        }
        self.intend(held, step)?;
        let (outcome, words) = self.done_by(held, &hand);
        drop(hand);
        if step == Step::Restart && outcome == Outcome::Intended {
            return Ok(Pace::Waits);
        }
        self.told(held, step, outcome, "", &words)?;
        Ok(Pace::Moved)
    }

    fn intend(&mut self, held: &HeldOrder, step: Step) -> Result<()> {
        self.tell(Told {
            attempt: held.attempt,
            outcome: Outcome::Intended,
            words: "it is about to begin",
            mark: restart::mark(),
            ..Told::plain(Some(&held.order.order), step)
        })
    }

    /// Acts and judges. [`Outcome::Intended`] for a restart that was asked for: its outcome is seen by the next start.
    fn done_by(&self, held: &HeldOrder, hand: &Hand) -> (Outcome, String) {
        let (bench, order) = (self.bench(), &held.order);
        let log = format!("{}.log", order.order);
        let ended = match &order.command {
            Command::Deb(work) => deb::install(bench, hand, work, &log),
            Command::Rpm(work) => rpm::install(bench, hand, work, &log),
            Command::File(work) => file::install(bench, work).map(|()| Ended::By(Some(0))),
            Command::Script(work) => {
                return ran(bench, script::run(bench, hand, &work.run, &log), &log);
            }
            Command::Restart(_) => {
                return match restart::ask(bench, hand, &log) {
                    Ok(Ended::By(Some(0))) => (Outcome::Intended, String::new()),
                    Ok(ended) => (Outcome::Failed, said(bench, &ended, &log)),
                    Err(trouble) => (Outcome::Failed, trouble.in_full()),
                };
            }
            Command::WayBack(_) | Command::Inventory(_) | Command::Stop(_) | Command::GoodUntil(_) => {
                return (Outcome::NotDone, "there is nothing to act on".to_owned());
            }
        };
        let how = match ended {
            Ok(Ended::By(Some(0))) => "the act ended well".to_owned(),
            Ok(ended) => said(bench, &ended, &log),
            Err(trouble) => trouble.in_full(),
        };
        judged(hand::look(bench, order), &how)
    }

    /// What follows from the outcome of an act or of the look after it.
    fn settle(&mut self, held: &HeldOrder, step: Step, outcome: Outcome) -> Result<Pace> {
        match (step, outcome) {
            (Step::Install, Outcome::Done) => self.after_install(held),
            (Step::Verify, Outcome::Done) => {
                let words = if matches!(held.order.command, Command::Script(_)) {
                    "the script ran, and its own check says that it was well"
                } else {
                    "a fresh look shows what the order wants"
                };
                self.close(held, Outcome::Done, "", words)
            }
            (Step::Restart, Outcome::Done) => {
                self.close(held, Outcome::Done, "", "the system was started again")
            }
            (Step::Install | Step::Verify, Outcome::Failed) if held.order.way_back == WayBack::Automatic => {
                let Ok(hand) = Hand::take(&self.state, Duration::from_secs(1))? else {
                    return self.close(
                        held,
                        Outcome::Unknown,
                        "hand_held",
                        "an act still runs and cannot be ended",
                    );
                };
                self.go_back(held, &hand)
            }
            (Step::WayBack, outcome) => self.after_way_back(held, outcome),
            (_, Outcome::NotDone) => self.close(held, Outcome::NotDone, "not_done", "nothing was changed"),
            (_, Outcome::Failed) => {
                self.close(held, Outcome::Failed, "failed", "it failed; a person must look")
            }
            (_, Outcome::Done | Outcome::Intended | Outcome::Unknown | Outcome::Waiting)
            | (_, Outcome::Refused | Outcome::Postponed | Outcome::Confirmed | Outcome::Stopped) => self
                .close(
                    held,
                    Outcome::Unknown,
                    "unknown",
                    "nobody can tell what is there; a person must look",
                ),
        }
    }

    /// What follows from work that ended well: a look, which for a script is its check.
    fn after_install(&mut self, held: &HeldOrder) -> Result<Pace> {
        let Command::Script(work) = &held.order.command else { return self.verify(held) };
        let Some(check) = &work.check else {
            self.inventory = InventoryWish::Wanted;
            let words = "the script ran; it has no check, so nothing here says whether it was well: a person must look";
            return self.close(held, Outcome::Done, "", words);
        };
        let seen = script::check(self.bench(), &held.order.order, check);
        let outcome = match seen.found {
            Checked::Well => Outcome::Done,
            Checked::NotWell => Outcome::Failed,
            Checked::Unknown => Outcome::Unknown,
        };
        self.inventory = InventoryWish::Wanted;
        self.told(held, Step::Verify, outcome, "own_check", seen.words.as_str())?;
        Ok(Pace::Moved)
    }

    fn verify(&mut self, held: &HeldOrder) -> Result<Pace> {
        let obstacle = match &held.order.command {
            Command::Deb(_) => deb::not_whole(self.bench())?,
            Command::Rpm(_)
            | Command::File(_)
            | Command::Script(_)
            | Command::WayBack(_)
            | Command::Restart(_)
            | Command::Inventory(_)
            | Command::Stop(_)
            | Command::GoodUntil(_) => None,
        };
        let (outcome, words) = match (hand::look(self.bench(), &held.order)?, obstacle) {
            (Fact::After, None) => (Outcome::Done, "everything is as the order wants it".to_owned()),
            (Fact::After, Some(words)) | (Fact::Between(words), _) => (Outcome::Failed, words),
            (Fact::Before, _) => (Outcome::Failed, "everything is as it was before".to_owned()),
            (Fact::CannotTell(words), _) => (Outcome::Unknown, words),
        };
        self.inventory = InventoryWish::Wanted;
        self.told(held, Step::Verify, outcome, "", &words)?;
        Ok(Pace::Moved)
    }

    /// Goes back to what was there before this order, or before the one that it names.
    fn go_back(&mut self, held: &HeldOrder, hand: &Hand) -> Result<Pace> {
        let Some((order, limit)) = self.to_be_taken_back(held) else {
            return self.close(
                held,
                Outcome::NotDone,
                "no_such_order",
                "the order that is to be taken back is not known here",
            );
        };
        if let Command::Script(work) = &order.command {
            return self.take_script_back(held, (&order, work), hand);
        }
        self.intend(held, Step::WayBack)?;
        let (bench, log) = (self.bench(), format!("{}.log", held.order.order));
        let ended = match &order.command {
            Command::Deb(work) => deb::go_back(bench, hand, work, &log, limit),
            Command::Rpm(work) => rpm::go_back(bench, hand, work, &log, limit),
            Command::File(work) => file::go_back(bench, &order.order, work).map(|()| Ended::By(Some(0))),
            Command::Script(_)
            | Command::WayBack(_)
            | Command::Restart(_)
            | Command::Inventory(_)
            | Command::Stop(_)
            | Command::GoodUntil(_) => Ok(Ended::By(None)),
        };
        let how = match ended {
            Ok(ended) => said(bench, &ended, &log),
            Err(trouble) => trouble.in_full(),
        };
        let (outcome, words) = judged_back(hand::look(bench, &order), &how);
        self.inventory = InventoryWish::Wanted;
        self.told(held, Step::WayBack, outcome, "", &words)?;
        Ok(Pace::Moved)
    }

    /// Runs what takes a script back, while the image still has it so.
    fn take_script_back(
        &mut self,
        held: &HeldOrder,
        (order, work): (&Order, &ScriptWork),
        hand: &Hand,
    ) -> Result<Pace> {
        let undo = work.undo.as_ref().filter(|_| self.approves(&order.patch, work));
        let Some(undo) = undo else {
            let outcome = if held.order.order == order.order { Outcome::Failed } else { Outcome::NotDone };
            let words =
                "nothing takes the script back, or the image has it otherwise by now; a person must look";
            return self.close(held, outcome, "no_undo", words);
        };
        self.intend(held, Step::WayBack)?;
        let (bench, log) = (self.bench(), format!("{}.log", held.order.order));
        let (outcome, words) = ran(bench, script::run(bench, hand, undo, &log), &log);
        self.inventory = InventoryWish::Wanted;
        self.told(held, Step::WayBack, outcome, "", &words)?;
        Ok(Pace::Moved)
    }

    fn to_be_taken_back(&self, held: &HeldOrder) -> Option<(Order, Duration)> {
        let limit = |seconds: u32| Duration::from_secs(u64::from(seconds));
        match &held.order.command {
            Command::WayBack(work) => {
                let other = self.ledger.order(&work.of).filter(|other| other.closed.is_some())?;
                Some((other.order.clone(), limit(work.time_limit_s)))
            }
            Command::Deb(work) | Command::Rpm(work) => Some((held.order.clone(), limit(work.time_limit_s))),
            Command::File(_)
            | Command::Script(_)
            | Command::Restart(_)
            | Command::Inventory(_)
            | Command::Stop(_)
            | Command::GoodUntil(_) => Some((held.order.clone(), Duration::from_secs(60))),
        }
    }

    fn after_way_back(&mut self, held: &HeldOrder, outcome: Outcome) -> Result<Pace> {
        let was_ordered = matches!(held.order.command, Command::WayBack(_));
        let of = self.to_be_taken_back(held).map(|(order, _)| order.command);
        let is_script = matches!(of, Some(Command::Script(_)));
        match (outcome, was_ordered) {
            (Outcome::Done, true) if is_script => {
                let words = "what takes the script back ran and ended well; a person must look whether all is as before";
                self.close(held, Outcome::Done, "", words)
            }
            (Outcome::Done, false) if is_script => {
                let words = "it failed, and what takes it back ran and ended well; a person must look";
                self.close(held, Outcome::Failed, "went_back", words)
            }
            (Outcome::Done, true) => {
                self.close(held, Outcome::Done, "", "what was there before is there again")
            }
            (Outcome::Done, false) => self.close(
                held,
                Outcome::Failed,
                "went_back",
                "it failed, and what was there before is there again",
            ),
            (Outcome::Unknown, _) => self.close(
                held,
                Outcome::Unknown,
                "unknown",
                "nobody can tell whether it went back; a person must look",
            ),
            (_, _) => {
                let words = "what was there before is not there again; a person must look at once";
                self.close(held, Outcome::Failed, "way_back_failed", words)
            }
        }
    }

    /// An intent without an outcome: the agent or the system was ended in between. The facts decide.
    fn recover(&mut self, held: &HeldOrder, open: &OpenAct) -> Result<Pace> {
        if may_still_restart(held, open) {
            return Ok(Pace::Waits);
        }
        let held = HeldOrder { attempt: held.attempt.saturating_add(1), ..held.clone() };
        let patience = patience(&held.order);
        let (outcome, words) = match (open.step, Hand::take(&self.state, patience)?) {
            (_, Err(_)) => (Outcome::Unknown, "what was begun still runs and cannot be ended".to_owned()),
            (Step::Restart, Ok(_)) => match restart::look(open.mark.as_ref()) {
                Fact::After => (Outcome::Done, "the system was started again".to_owned()),
                Fact::Before => (Outcome::NotDone, "the system was not started again".to_owned()),
                Fact::Between(words) | Fact::CannotTell(words) => (Outcome::Unknown, words),
            },
            (Step::WayBack, Ok(_)) => match self.to_be_taken_back(&held) {
                Some((order, _)) => {
                    judged_back(hand::look(self.bench(), &order), "the agent was ended in between")
                }
                None => (Outcome::Unknown, "the order that is taken back is not known any more".to_owned()),
            },
            (_, Ok(_)) => judged(hand::look(self.bench(), &held.order), "the agent was ended in between"),
        };
        self.inventory = InventoryWish::Wanted;
        self.told(&held, open.step, outcome, "after_crash", &words)?;
        Ok(Pace::Moved)
    }

    fn told(
        &mut self,
        held: &HeldOrder,
        step: Step,
        outcome: Outcome,
        rule: &str,
        words: &str,
    ) -> Result<()> {
        let order = held.order.order.clone();
        self.tell(Told { attempt: held.attempt, outcome, rule, words, ..Told::plain(Some(&order), step) })
    }

    /// Tells that an order waits, once for each reason.
    fn waiting(&mut self, held: &HeldOrder, step: Step, rule: &str, words: &str) -> Result<()> {
        if self.ledger.order(&held.order.order).is_some_and(|held| held.waits_for == rule) {
            return Ok(());
        }
        self.told(held, step, Outcome::Waiting, rule, words)
    }

    fn close(&mut self, held: &HeldOrder, outcome: Outcome, rule: &str, words: &str) -> Result<Pace> {
        self.told(held, Step::Order, outcome, rule, words)?;
        local::untell(&self.state, &held.order.order);
        Ok(Pace::Moved)
    }
}

/// Whether an order does nothing itself and says whether another one may begin.
const fn is_about_another(command: &Command) -> bool {
    matches!(command, Command::Stop(_) | Command::GoodUntil(_))
}

/// How long the next agent waits for an act of the one before it: its own limit of time, and room to tidy up.
fn patience(order: &Order) -> Duration {
    let seconds = match &order.command {
        Command::Deb(work) | Command::Rpm(work) => work.time_limit_s,
        Command::Script(work) => {
            work.runs().map(|run| run.time_limit_s).max().unwrap_or(work.run.time_limit_s)
        }
        Command::WayBack(work) => work.time_limit_s,
        Command::Restart(_)
        | Command::File(_)
        | Command::Inventory(_)
        | Command::Stop(_)
        | Command::GoodUntil(_) => 60,
    };
    Duration::from_secs(u64::from(seconds))
}

/// A restart that was asked for takes its time to come.
fn may_still_restart(held: &HeldOrder, open: &OpenAct) -> bool {
    match &held.order.command {
        Command::Restart(work) => {
            restart::look(open.mark.as_ref()) == Fact::Before
                && edge::now().seconds_since(open.at) < i64::from(work.back_within_s)
        }
        Command::Deb(_)
        | Command::Rpm(_)
        | Command::File(_)
        | Command::Script(_)
        | Command::WayBack(_)
        | Command::Inventory(_)
        | Command::Stop(_)
        | Command::GoodUntil(_) => false,
    }
}

/// What the facts say after an act that should change things.
fn judged(fact: Result<Fact>, how: &str) -> (Outcome, String) {
    match fact {
        Ok(Fact::After) => (Outcome::Done, format!("everything is as the order wants it; {how}")),
        Ok(Fact::Before) => (Outcome::NotDone, format!("everything is as it was before; {how}")),
        Ok(Fact::Between(words)) => (Outcome::Failed, format!("{words}; {how}")),
        Ok(Fact::CannotTell(words)) => (Outcome::Unknown, format!("{words}; {how}")),
        Err(trouble) => (Outcome::Unknown, trouble.in_full()),
    }
}

/// What the facts say after going back.
fn judged_back(fact: Result<Fact>, how: &str) -> (Outcome, String) {
    match fact {
        Ok(Fact::Before) => (Outcome::Done, format!("everything is as it was before; {how}")),
        Ok(Fact::After) => (Outcome::NotDone, format!("everything is still as the order wanted it; {how}")),
        Ok(Fact::Between(words)) => (Outcome::Failed, format!("{words}; {how}")),
        Ok(Fact::CannotTell(words)) => (Outcome::Unknown, format!("{words}; {how}")),
        Err(trouble) => (Outcome::Unknown, trouble.in_full()),
    }
}

/// What became of a run of a script; whether the device is as wanted afterwards it does not say.
fn ran(bench: Bench<'_>, ran: Ran, log: &str) -> (Outcome, String) {
    match ran {
        Ran::Ended(ended, true) => (Outcome::Done, process::in_words(&ended)),
        Ran::Ended(ended, false) => (Outcome::Failed, said(bench, &ended, log)),
        Ran::NotBegun(trouble) => (Outcome::NotDone, trouble.in_full()),
        Ran::Lost(trouble) => (Outcome::Unknown, trouble.in_full()),
    }
}

fn said(bench: Bench<'_>, ended: &Ended, log: &str) -> String {
    match ended {
        Ended::By(Some(0)) => process::in_words(ended),
        Ended::By(_) | Ended::OutOfTime => {
            format!(
                "the act {}; it said: {}",
                process::in_words(ended),
                process::tail_of_log(bench.state, log)
            )
        }
    }
}
