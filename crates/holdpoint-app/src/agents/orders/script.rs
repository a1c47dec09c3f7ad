//! Scripts that agents run: how their patches are called, and how what their checks say stands among the software of a snapshot.
//!
//! The surprise: a script that ended well is verified by nothing. What its own check says is read, from an inventory that came after the
//! work; where there is no check, or it cannot say, a person reads the asset.

use super::Facts;
use super::made::is_installation;
use crate::execution::{Left, UNREAD};
use holdpoint_domain::execution::{Deed, ErrorClass, Outcome};
use holdpoint_domain::id::AssetId;
use holdpoint_domain::snapshot::Snapshot;
use holdpoint_engine::verification::Promise;
use holdpoint_store::{Reader, StoreError};
use holdpoint_wire::inventory::{Checked, Inventory, SeenCheck};
use std::collections::BTreeMap;

/// What stands in a snapshot before the work.
const NOT_RUN: &str = "not run";
/// What stands there when its check says that it was well.
const WELL: &str = "run, and well by its own check";
/// What stands there when it says otherwise.
const NOT_WELL: &str = "run, and not well by its own check";
/// So much of what a check said stands in a snapshot; the evidence has more.
const SAID_CHARS: usize = 300;

/// Whether a patch is a script that lies on its devices: `script NAME VERSION`.
#[must_use]
pub(crate) fn is_script(patch: &str) -> bool {
    let mut words = patch.split(' ');
    let is_word = |word: Option<&str>| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
        word.is_some_and(|word| !word.is_empty() && word.chars().all(plain))
    };
    words.next() == Some("script") && is_word(words.next()) && is_word(words.next()) && words.next().is_none()
}

/// What a script's check is to say afterwards.
pub(super) fn promised(patch: &str) -> Promise {
    Promise::from([(patch.to_owned(), Some(WELL.to_owned()))])
}

/// A snapshot with what the check of the step's script says, and the check's own words; as it is where the step runs none.
///
/// # Errors
/// Why nothing on the device says it, as a clause.
pub(super) fn with_check(
    mut now: Snapshot,
    (facts, before): (&Facts, &Snapshot),
    seen: &Inventory,
) -> Result<(Snapshot, Option<String>), String> {
    let patch = &facts.planned.patch;
    if !is_script(patch) {
        return Ok((now, None));
    }
    let (value, said) = match facts.deed {
        Deed::Backup => (NOT_RUN.to_owned(), None),
        Deed::Verify | Deed::Recheck => {
            let check = own_check(facts, seen)?;
            let said = check.words.as_str().lines().collect::<Vec<_>>().join(" / ");
            (value(check.found, &said)?, Some(said))
        }
        Deed::VerifyUndo => {
            return Err("nothing on the device says whether all is as before the script".into());
        }
        Deed::Stage | Deed::Preflight | Deed::Install | Deed::Restart | Deed::Undo => return Ok((now, None)),
    };
    // What else is there is not known where packages were read before and are not now.
    let had_packages = before.software.iter().flat_map(|all| all.keys()).any(|name| name != patch);
    if now.software.is_some() || !had_packages {
        now.software.get_or_insert_default().insert(patch.clone(), value);
    }
    Ok((now, said))
}

/// The check of the order that ran the script.
fn own_check<'a>(facts: &Facts, seen: &'a Inventory) -> Result<&'a SeenCheck, String> {
    let order = facts.orders.iter().filter(|order| is_installation(order)).max_by_key(|order| order.counter);
    let found = order.and_then(|order| seen.checks.iter().find(|check| check.order.as_str() == order.name));
    found.ok_or_else(|| {
        "the agent tells of no check of the script: the image pins none or another by now, or nobody knows how the script ended".to_owned()
    })
}

fn value(found: Checked, said: &str) -> Result<String, String> {
    let short: String = said.chars().take(SAID_CHARS).collect();
    match found {
        Checked::Well => Ok(WELL.to_owned()),
        Checked::NotWell => Ok(format!("{NOT_WELL}: {short}")),
        Checked::Unknown => Err(format!("the check of the script cannot say it: {short}")),
    }
}

/// What the checks of an asset's scripts say, by the names of their patches among software; what cannot be said is left out.
pub(in crate::agents) fn all_checks(
    r: &mut Reader<'_>,
    asset: AssetId,
    seen: &Inventory,
) -> Result<BTreeMap<String, String>, StoreError> {
    let mut said = BTreeMap::new();
    for check in &seen.checks {
        let value = match check.found {
            Checked::Well => WELL,
            Checked::NotWell => NOT_WELL,
            Checked::Unknown => continue,
        };
        let order = r.agent_order(check.order.as_str())?.filter(|order| order.asset == asset);
        let Some(of) = order.and_then(|order| order.of) else { continue };
        if let Some(step) = r.step_line(of.plan, of.step)? {
            said.insert(step.patch, value.to_owned());
        }
    }
    Ok(said)
}

/// A look that nothing on the device answers: a person reads the asset.
pub(super) fn unread(why: String) -> (Outcome, Left) {
    let words = vec![(UNREAD.to_owned(), why.clone())];
    let outcome =
        Outcome::Failed { class: ErrorClass::Impossible, what: format!("{why}; a person reads the asset") };
    (outcome, Left { words, ..Left::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_named_by_its_name_and_its_version_and_by_nothing_else() {
        assert!(is_script("script historian-flush 2") && is_script("script a V4.5.1+2"));
        for other in [
            "script a",
            "script a 1 2",
            "script a=b 1",
            "script a:b 1",
            "scripts a 1",
            "file a 1",
            "script  1",
        ] {
            assert!(!is_script(other), "{other}");
        }
    }

    #[test]
    fn only_a_check_that_says_so_makes_a_script_well() {
        assert_eq!(value(Checked::Well, "it said: fine").as_deref(), Ok(WELL));
        assert_ne!(value(Checked::NotWell, "ended with code 1").as_deref(), Ok(WELL));
        assert!(value(Checked::Unknown, "did not end in its time").is_err());
    }
}
