//! What a fresh look at an asset shows, held against the snapshot before and the promise of the plan.
//!
//! Lives here: the comparison, and the word that follows from it. Does not live here: the look itself. The surprise: a
//! difference that nobody planned spoils a verification also when the patch is on the asset, and a part that could not be read
//! is a difference: nothing is known of it.

use holdpoint_domain::execution::Observed;
use holdpoint_domain::snapshot::Snapshot;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What the plan promises of software: a name and its version after the work; `None`: it is gone.
pub type Promise = BTreeMap<String, Option<String>>;

/// Whether somebody planned a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Planned {
    /// It was promised, or follows from what was.
    Expected,
    /// Nobody planned it: drift.
    Unexpected,
}

/// One difference between two snapshots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The part, such as `software`.
    pub part: &'static str,
    /// What differs.
    pub name: String,
    /// What stood before; `None`: nothing.
    pub before: Option<String>,
    /// What stands now; `None`: nothing.
    pub after: Option<String>,
    /// Whether it was planned.
    pub planned: Planned,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let say = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".into());
        write!(f, "{} {}: {} → {}", self.part, self.name, say(&self.before), say(&self.after))
    }
}

/// What a look shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// In one word.
    pub observed: Observed,
    /// All differences, each with whether it was planned.
    pub differences: Vec<Difference>,
}

/// Compares a fresh look with the snapshot before and the promise.
///
/// Software whose name the promise has counts as planned when it is as promised; what runs (`system`) may follow from it. A
/// look that shows the snapshot before is [`Observed::AsBefore`]; with a difference that nobody planned it is neither.
#[must_use]
pub fn compare(before: &Snapshot, after: &Snapshot, promise: &Promise) -> Verdict {
    let mut differences = Vec::new();
    let planned = |name: &str, now: Option<&String>| match promise.get(name) {
        Some(promised) if promised.as_ref() == now => Planned::Expected,
        Some(_) | None => Planned::Unexpected,
    };
    maps("software", before.software.as_ref(), after.software.as_ref(), planned, &mut differences);
    maps("system", before.system.as_ref(), after.system.as_ref(), |_, _| Planned::Expected, &mut differences);
    maps(
        "settings",
        before.settings.as_ref(),
        after.settings.as_ref(),
        |_, _| Planned::Unexpected,
        &mut differences,
    );
    sets("ports", before.ports.as_ref(), after.ports.as_ref(), &mut differences);
    sets("services", before.services.as_ref(), after.services.as_ref(), &mut differences);
    sets("accounts", before.accounts.as_ref(), after.accounts.as_ref(), &mut differences);
    Verdict { observed: word(before, after, promise, &differences), differences }
}

/// What was seen later, value by value, and is not as a baseline says. What nobody has seen since is no difference.
///
/// `seen`: names of software with their versions; one name may have several. Names are compared without their architecture.
#[must_use]
pub fn later<'a>(
    baseline: &Snapshot,
    promise: &Promise,
    seen: impl Iterator<Item = (&'a str, &'a str)>,
) -> Vec<Difference> {
    let mut now: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, version) in seen {
        now.entry(name).or_default().insert(version);
    }
    let mut found = Vec::new();
    let mut hold = |name: &str, was: Option<&String>| {
        let short = name.split(':').next().unwrap_or(name);
        let Some(versions) = now.get(short) else { return };
        if was.is_some_and(|was| versions.contains(was.as_str())) {
            return;
        }
        found.push(Difference {
            part: "software",
            name: name.to_owned(),
            before: was.cloned(),
            after: Some(versions.iter().copied().collect::<Vec<_>>().join(", ")),
            planned: Planned::Unexpected,
        });
    };
    for (name, was) in baseline.software.iter().flatten() {
        hold(name, Some(was));
    }
    // What the work took away must stay away.
    for name in promise.iter().filter(|(_, version)| version.is_none()).map(|(name, _)| name) {
        hold(name, None);
    }
    found
}

fn word(before: &Snapshot, after: &Snapshot, promise: &Promise, differences: &[Difference]) -> Observed {
    let (Some(was), Some(is)) = (&before.software, &after.software) else {
        return Observed::Otherwise { what: "the software could not be read, before or after".into() };
    };
    let drift = drift(differences, promise);
    let kept = promise.iter().all(|(name, promised)| is.get(name) == promised.as_ref());
    let untouched = promise.keys().all(|name| is.get(name) == was.get(name));
    match (kept, untouched, drift) {
        (true, _, None) => Observed::AsPromised,
        (false, true, None) => Observed::AsBefore,
        (true, _, Some(drift)) => Observed::Otherwise { what: format!("nobody planned: {drift}") },
        (false, true, Some(drift)) => {
            Observed::Otherwise { what: format!("the patch is not on it, and nobody planned: {drift}") }
        }
        (false, false, _) => Observed::Otherwise { what: broken_promises(is, promise) },
    }
}

fn broken_promises(is: &BTreeMap<String, String>, promise: &Promise) -> String {
    let wrong: Vec<String> = promise
        .iter()
        .filter(|(name, promised)| is.get(*name) != promised.as_ref())
        .map(|(name, promised)| {
            let now = is.get(name).map_or("not there", String::as_str);
            format!("{name} is {now} and should be {}", promised.as_deref().unwrap_or("gone"))
        })
        .collect();
    wrong.join("; ")
}

/// The differences that nobody planned, in words, at most five of them; what was promised is told by itself.
fn drift(differences: &[Difference], promise: &Promise) -> Option<String> {
    let drift: Vec<String> = differences
        .iter()
        .filter(|one| one.planned == Planned::Unexpected)
        .filter(|one| one.part != "software" || !promise.contains_key(&one.name))
        .map(ToString::to_string)
        .collect();
    let shown = drift.len().min(5);
    let more = if drift.len() > shown { format!(" and {} more", drift.len() - shown) } else { String::new() };
    (!drift.is_empty()).then(|| format!("{}{more}", drift[..shown].join("; ")))
}

fn maps(
    part: &'static str,
    before: Option<&BTreeMap<String, String>>,
    after: Option<&BTreeMap<String, String>>,
    planned: impl Fn(&str, Option<&String>) -> Planned,
    found: &mut Vec<Difference>,
) {
    let (before, after) = match (before, after) {
        (Some(before), Some(after)) => (before, after),
        // Never read before: there is nothing to compare with.
        (None, _) => return,
        (Some(_), None) => {
            found.push(unread(part));
            return;
        }
    };
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        let (was, is) = (before.get(name), after.get(name));
        if was != is {
            found.push(Difference {
                part,
                name: name.clone(),
                before: was.cloned(),
                after: is.cloned(),
                planned: planned(name, is),
            });
        }
    }
}

fn sets(
    part: &'static str,
    before: Option<&BTreeSet<String>>,
    after: Option<&BTreeSet<String>>,
    found: &mut Vec<Difference>,
) {
    let (before, after) = match (before, after) {
        (Some(before), Some(after)) => (before, after),
        (None, _) => return,
        (Some(_), None) => {
            found.push(unread(part));
            return;
        }
    };
    for name in before.symmetric_difference(after) {
        let there = "there".to_owned();
        let was = before.contains(name);
        found.push(Difference {
            part,
            name: name.clone(),
            before: was.then(|| there.clone()),
            after: (!was).then_some(there),
            planned: Planned::Unexpected,
        });
    }
}

fn unread(part: &'static str) -> Difference {
    Difference {
        part,
        name: "all of it".into(),
        before: Some("read".into()),
        after: Some("could not be read".into()),
        planned: Planned::Unexpected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(software: &[(&str, &str)], ports: &[&str]) -> Snapshot {
        Snapshot {
            software: Some(
                software.iter().map(|(name, version)| ((*name).into(), (*version).into())).collect(),
            ),
            ports: Some(ports.iter().map(|port| (*port).into()).collect()),
            ..Snapshot::default()
        }
    }

    fn promise(name: &str, version: &str) -> Promise {
        Promise::from([(name.into(), Some(version.into()))])
    }

    #[test]
    fn what_was_promised_and_nothing_else_is_as_promised() {
        let verdict = compare(
            &host(&[("a", "1"), ("b", "1")], &["tcp 22"]),
            &host(&[("a", "2"), ("b", "1")], &["tcp 22"]),
            &promise("a", "2"),
        );
        assert_eq!(verdict.observed, Observed::AsPromised);
        assert_eq!(verdict.differences.len(), 1);
        assert_eq!(verdict.differences[0].to_string(), "software a: 1 → 2");
    }

    #[test]
    fn only_what_was_seen_later_and_differs_is_drift() {
        let baseline = host(&[("a:all", "2"), ("b:amd64", "1")], &[]);
        let promise = Promise::from([("gone:all".into(), None)]);
        let look = |seen: &[(&str, &str)]| -> Vec<String> {
            later(&baseline, &promise, seen.iter().copied()).iter().map(ToString::to_string).collect()
        };
        assert!(look(&[]).is_empty(), "nothing was seen, so nothing is known to differ");
        assert!(look(&[("a", "2"), ("other", "7")]).is_empty());
        assert_eq!(look(&[("a", "1")]), ["software a:all: 2 → 1"]);
        assert_eq!(look(&[("gone", "1")]), ["software gone:all: nothing → 1"]);
        assert!(look(&[("b", "1"), ("b", "3")]).is_empty(), "one of two sources says what was verified");
    }

    #[test]
    fn a_port_that_nobody_planned_spoils_it() {
        let verdict =
            compare(&host(&[("a", "1")], &[]), &host(&[("a", "2")], &["tcp 4444"]), &promise("a", "2"));
        let Observed::Otherwise { what } = verdict.observed else { panic!("{verdict:?}") };
        assert_eq!(what, "nobody planned: ports tcp 4444: nothing → there");
    }

    #[test]
    fn nothing_changed_is_as_before_and_a_half_state_is_neither() {
        let before = host(&[("a", "1")], &[]);
        assert_eq!(compare(&before, &before, &promise("a", "2")).observed, Observed::AsBefore);
        let half = host(&[("a", "2 (half-configured)")], &[]);
        let Observed::Otherwise { what } = compare(&before, &half, &promise("a", "2")).observed else {
            panic!()
        };
        assert_eq!(what, "a is 2 (half-configured) and should be 2");
    }

    #[test]
    fn what_could_not_be_read_is_no_silence() {
        let before = host(&[("a", "1")], &["tcp 22"]);
        let after = Snapshot { ports: None, ..host(&[("a", "2")], &[]) };
        let Observed::Otherwise { what } = compare(&before, &after, &promise("a", "2")).observed else {
            panic!()
        };
        assert!(what.contains("could not be read"), "{what}");
        let blind = Snapshot::default();
        assert!(matches!(compare(&before, &blind, &promise("a", "2")).observed, Observed::Otherwise { .. }));
    }
}
