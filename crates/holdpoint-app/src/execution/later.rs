//! What other steps have put on an asset since the work of a step.
//!
//! The surprise: a look long after the work is held against the look before it, so what another released step did in between is
//! laid over the promise. It is neither drift nor a reason for a way back; and where something was laid over a step, its way back is
//! a person's.

use super::snapshot;
use crate::error::AppError;
use holdpoint_domain::execution::StepState;
use holdpoint_domain::id::PlanId;
use holdpoint_domain::snapshot::Snapshot;
use holdpoint_engine::execution::StepFacts;
use holdpoint_engine::verification::Promise;
use holdpoint_store::Reader;
use holdpoint_store::execution::LaterStep;
use std::collections::BTreeMap;

/// The kind of the word under which a step keeps what was laid over its promise.
pub(crate) const WORD: &str = "later";

/// What stands over a step, as a clause; `None`: nothing.
pub(super) fn over(later: &[LaterStep]) -> Option<String> {
    let named: Vec<String> =
        later.iter().map(|one| format!("plan {}, step {} ({})", one.plan, one.step, one.patch)).collect();
    (!named.is_empty()).then(|| format!("{} came onto the asset after it", named.join("; ")))
}

/// What stands over each broken step of a plan, as a clause.
pub(super) fn over_broken(
    r: &mut Reader<'_>,
    plan: PlanId,
    steps: &[StepFacts],
) -> Result<BTreeMap<u32, String>, AppError> {
    let is_broken = |step: &StepFacts| matches!(step.run.state, StepState::Broken { .. });
    if !steps.iter().any(is_broken) {
        return Ok(BTreeMap::new());
    }
    let later = r.later_steps_of(plan)?;
    let of = |step: &StepFacts| Some((step.run.number, over(later.get(&step.run.number)?)?));
    Ok(steps.iter().filter(|step| is_broken(step)).filter_map(of).collect())
}

/// Puts what was laid over a step among the words about it, before it is looked at, in place of what an earlier look knew.
pub(crate) fn know(words: &mut BTreeMap<String, String>, later: &[LaterStep]) {
    let promise = joined(later);
    if !promise.is_empty() || words.contains_key(WORD) {
        words.insert(WORD.to_owned(), snapshot::write_promise(&promise));
    }
}

fn joined(later: &[LaterStep]) -> Promise {
    let read = later.iter().filter_map(|one| one.promise.as_deref());
    read.flat_map(snapshot::read_promise).collect()
}

/// Lays what was promised later over the look before and the promise: what a step itself promised is held against the later word, and
/// what is not its own is as if it had been there before.
pub(super) fn laid(before: &mut Snapshot, promise: &mut Promise, later: Promise) {
    for (name, version) in later {
        if let Some(own) = promise.get_mut(&name) {
            *own = version;
        } else if let Some(software) = &mut before.software {
            match version {
                Some(version) => software.insert(name, version),
                None => software.remove(&name),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{joined, laid};
    use holdpoint_domain::execution::Observed;
    use holdpoint_domain::snapshot::Snapshot;
    use holdpoint_engine::verification::{Promise, compare};
    use holdpoint_store::execution::LaterStep;
    use std::collections::BTreeMap;

    fn host(packages: &[(&str, &str)]) -> Snapshot {
        let software = packages.iter().map(|(name, version)| ((*name).to_owned(), (*version).to_owned()));
        let part = || Some(std::collections::BTreeSet::new());
        Snapshot {
            software: Some(software.collect()),
            system: Some(BTreeMap::new()),
            ports: part(),
            services: part(),
            accounts: part(),
            settings: Some(BTreeMap::new()),
        }
    }

    fn promise(of: &[(&str, Option<&str>)]) -> Promise {
        of.iter().map(|(name, version)| ((*name).to_owned(), version.map(str::to_owned))).collect()
    }

    /// What stood on a host before a step, and what the step promised.
    type Own<'a> = (&'a [(&'a str, &'a str)], &'a [(&'a str, Option<&'a str>)]);

    fn seen(own: Own<'_>, later: &Promise, now: &[(&str, &str)]) -> Observed {
        let (mut before, mut promised) = (host(own.0), promise(own.1));
        laid(&mut before, &mut promised, later.clone());
        compare(&before, &host(now), &promised, "deb hmi 1.1 (all)").observed
    }

    #[test]
    fn what_a_later_step_promised_is_no_drift_and_what_nobody_promised_is() {
        let own: Own<'_> = (&[("hmi", "1.0"), ("ntp", "4.1"), ("old", "1")], &[("hmi", Some("1.1"))]);
        let later = promise(&[("ntp", Some("4.2")), ("new", Some("1")), ("old", None)]);
        let now = [("hmi", "1.1"), ("ntp", "4.2"), ("new", "1")];
        assert_eq!(seen(own, &later, &now), Observed::AsPromised);
        assert!(matches!(seen(own, &Promise::new(), &now), Observed::Otherwise { .. }), "nobody planned it");
        let other = [("hmi", "1.1"), ("ntp", "4.3"), ("new", "1")];
        assert!(
            matches!(seen(own, &later, &other), Observed::Otherwise { .. }),
            "that version nobody promised"
        );
        // The same package, newer: the step's own promise went on with it.
        let newer = promise(&[("hmi", Some("1.4"))]);
        let own: Own<'_> = (&[("hmi", "1.0")], &[("hmi", Some("1.1"))]);
        assert_eq!(seen(own, &newer, &[("hmi", "1.4")]), Observed::AsPromised);
        assert_eq!(seen(own, &newer, &[("hmi", "1.0")]), Observed::AsBefore);
    }

    #[test]
    fn the_last_word_of_a_name_counts_and_a_step_that_promised_nothing_adds_nothing() {
        let step = |step, promise: Option<&str>| LaterStep {
            plan: 7,
            step,
            patch: "p".into(),
            promise: promise.map(str::to_owned),
        };
        let later =
            [step(2, Some(r#"{"hmi":"1.2"}"#)), step(3, None), step(4, Some(r#"{"hmi":"1.4","x":null}"#))];
        assert_eq!(joined(&later), promise(&[("hmi", Some("1.4")), ("x", None)]));
    }
}
