//! What a fresh look at an asset shows, held against the snapshot before and the promise of the plan.
//!
//! Lives here: the comparison, and the word that follows from it. Does not live here: the look itself. The surprise: a
//! difference that nobody planned spoils a verification also when the patch is on the asset, and a part that could not be read
//! is a difference: nothing is known of it. A patch updates: what its own package was not there for, or was newer than, nobody planned,
//! though it stands there as promised. Only the way back goes the other way.

use holdpoint_domain::execution::Observed;
use holdpoint_domain::snapshot::Snapshot;
use holdpoint_versions::{Comparison, Scheme};
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
/// Software whose name the promise has counts as planned when it is as promised, and newer than what stood there before; what comes
/// along with the package of the patch may be new. What runs (`system`) may follow from it. A look that shows the snapshot before is
/// [`Observed::AsBefore`]; with a difference that nobody planned it is neither.
#[must_use]
pub fn compare(before: &Snapshot, after: &Snapshot, promise: &Promise, patch: &str) -> Verdict {
    let mut differences = Vec::new();
    let patch = PatchOf::read(patch);
    let planned = |name: &str, was: Option<&String>, now: Option<&String>| match promise.get(name) {
        Some(promised) if promised.as_ref() == now && patch.updates(name, was, now) => Planned::Expected,
        Some(_) | None => Planned::Unexpected,
    };
    maps("software", before.software.as_ref(), after.software.as_ref(), planned, &mut differences);
    maps(
        "system",
        before.system.as_ref(),
        after.system.as_ref(),
        |_, _, _| Planned::Expected,
        &mut differences,
    );
    maps(
        "settings",
        before.settings.as_ref(),
        after.settings.as_ref(),
        |_, _, _| Planned::Unexpected,
        &mut differences,
    );
    sets("ports", before.ports.as_ref(), after.ports.as_ref(), &mut differences);
    sets("services", before.services.as_ref(), after.services.as_ref(), &mut differences);
    sets("accounts", before.accounts.as_ref(), after.accounts.as_ref(), &mut differences);
    Verdict { observed: word(before, after, promise, &differences), differences }
}

/// What the name of a patch says of the order of its versions.
struct PatchOf<'a> {
    /// Its package, and how its versions are ordered; `None`: it is no package.
    package: Option<(&'a str, Scheme)>,
}

impl<'a> PatchOf<'a> {
    fn read(patch: &'a str) -> Self {
        let mut words = patch.split(' ');
        let scheme = match words.next() {
            Some("deb") => Some(Scheme::Dpkg),
            Some("rpm") => Some(Scheme::Rpm),
            _ => None,
        };
        Self { package: words.next().zip(scheme) }
    }

    /// Whether a change that was promised is the update of something. Where versions have no order that is known, nobody says that one
    /// is older.
    fn updates(&self, name: &str, was: Option<&String>, now: Option<&String>) -> bool {
        match (was, now) {
            (None, Some(_)) => {
                let comes_along = |own: &str| name.split(':').next() != Some(own);
                self.package.is_some_and(|(own, _)| comes_along(own))
            }
            (Some(was), Some(now)) => {
                self.package.is_none_or(|(_, scheme)| scheme.compare(now, was) != Ok(Comparison::Less))
            }
            (_, None) => true,
        }
    }
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
        // One name may stand there in several versions.
        if was.is_some_and(|was| was.split(", ").all(|one| versions.contains(one))) {
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
        .filter(|one| one.part != "software" || promise.get(&one.name).is_none_or(|kept| *kept == one.after))
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
    planned: impl Fn(&str, Option<&String>, Option<&String>) -> Planned,
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
                planned: planned(name, was, is),
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
            "a",
        );
        assert_eq!(verdict.observed, Observed::AsPromised);
        assert_eq!(verdict.differences.len(), 1);
        assert_eq!(verdict.differences[0].to_string(), "software a: 1 → 2");
    }

    #[test]
    fn a_first_installation_and_an_older_version_are_nothing_that_a_patch_promises() {
        let held = |was: &[(&str, &str)], is: &[(&str, &str)], patch: &str| {
            let promise =
                is.iter().map(|(name, version)| ((*name).into(), Some((*version).into()))).collect();
            let verdict = compare(&host(was, &[]), &host(is, &[]), &promise, patch);
            let unexpected = verdict.differences.iter().filter(|one| one.planned == Planned::Unexpected);
            (unexpected.map(ToString::to_string).collect::<Vec<_>>(), verdict.observed)
        };
        let patch = "deb hmi 1.10 (all)";
        let (unexpected, observed) = held(&[], &[("hmi:all", "1.10")], patch);
        assert_eq!(unexpected, ["software hmi:all: nothing → 1.10"]);
        let Observed::Otherwise { what } = observed else { panic!("{observed:?}") };
        assert_eq!(what, "nobody planned: software hmi:all: nothing → 1.10");
        let (unexpected, observed) = held(&[("hmi:all", "1.11")], &[("hmi:all", "1.10")], patch);
        assert_eq!(unexpected, ["software hmi:all: 1.11 → 1.10"]);
        assert!(matches!(observed, Observed::Otherwise { .. }));
        let update = held(&[("hmi:all", "1.9")], &[("hmi:all", "1.10"), ("libhmi:all", "2")], patch);
        assert_eq!(update, (vec![], Observed::AsPromised), "what its package needs comes along");
        let along = held(
            &[("hmi:all", "1.9"), ("libhmi:all", "3")],
            &[("hmi:all", "1.10"), ("libhmi:all", "2")],
            patch,
        );
        assert_eq!(along.0, ["software libhmi:all: 3 → 2"]);
        assert_eq!(held(&[("KB1", "absent")], &[("KB1", "installed")], "KB1").1, Observed::AsPromised);
        assert!(matches!(held(&[], &[("KB1", "installed")], "KB1").1, Observed::Otherwise { .. }));
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
            compare(&host(&[("a", "1")], &[]), &host(&[("a", "2")], &["tcp 4444"]), &promise("a", "2"), "a");
        let Observed::Otherwise { what } = verdict.observed else { panic!("{verdict:?}") };
        assert_eq!(what, "nobody planned: ports tcp 4444: nothing → there");
    }

    #[test]
    fn nothing_changed_is_as_before_and_a_half_state_is_neither() {
        let before = host(&[("a", "1")], &[]);
        assert_eq!(compare(&before, &before, &promise("a", "2"), "a").observed, Observed::AsBefore);
        let half = host(&[("a", "2 (half-configured)")], &[]);
        let Observed::Otherwise { what } = compare(&before, &half, &promise("a", "2"), "a").observed else {
            panic!()
        };
        assert_eq!(what, "a is 2 (half-configured) and should be 2");
    }

    #[test]
    fn what_could_not_be_read_is_no_silence() {
        let before = host(&[("a", "1")], &["tcp 22"]);
        let after = Snapshot { ports: None, ..host(&[("a", "2")], &[]) };
        let Observed::Otherwise { what } = compare(&before, &after, &promise("a", "2"), "a").observed else {
            panic!()
        };
        assert!(what.contains("could not be read"), "{what}");
        let blind = Snapshot::default();
        assert!(matches!(
            compare(&before, &blind, &promise("a", "2"), "a").observed,
            Observed::Otherwise { .. }
        ));
    }
}
