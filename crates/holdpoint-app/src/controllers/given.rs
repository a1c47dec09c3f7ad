//! What devices were given of the files of their actions.
//!
//! The surprise: it is what this server knows by itself of an installation on a device with a client of its own. Whoever says
//! success without having fetched the files may be right, if they came another way; that is for a person to say.

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_store::controller::{ControllerAction, GivenFile};
use holdpoint_store::{Change, Reader, StoreError};
use serde_json::json;

/// Bytes of a file that are given to a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// What the controller calls itself.
    pub name: String,
    /// The action.
    pub action: i64,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// Its size.
    pub size_bytes: u64,
    /// The first byte that is given.
    pub from: u64,
    /// The byte after the last one.
    pub to: u64,
}

/// Writes down what is given, in one change.
///
/// # Errors
/// [`AppError::Store`]: then nothing is known of it, and the last of it may not be given.
pub fn given(app: &App, batch: &[Given]) -> Result<Vec<()>, AppError> {
    let caller = match batch {
        [one] => Caller::system(format!("controller {}", one.name)),
        _ => Caller::system("devices' door"),
    };
    app.store().change(&app.intent(&caller, "controller.give", ""), |c| {
        let mut kept = Vec::new();
        for one in batch {
            if put(c, one)? {
                kept.push(json!([one.name, one.action, one.from, one.to]));
            }
        }
        if kept.is_empty() {
            c.nothing_to_do();
        }
        c.detail("given", kept);
        Ok::<_, AppError>(())
    })?;
    Ok(vec![(); batch.len()])
}

/// Keeps a span of an open action; whether it is news.
fn put(c: &mut Change<'_>, one: &Given) -> Result<bool, AppError> {
    let Some(own) = c.controller(&one.name)?.filter(|own| own.state == "accepted") else { return Ok(false) };
    let action = c.controller_action(one.action)?;
    let Some(action) = action.filter(|action| action.controller == own.number) else { return Ok(false) };
    let known = c.controller_given(action.number)?.into_iter().find(|known| known.sha256 == one.sha256);
    let before = known.map(|known| known.spans).unwrap_or_default();
    let spans = joined(&before, (one.from, one.to.min(one.size_bytes)));
    if action.closed_at.is_some() || spans == before {
        return Ok(false);
    }
    let whole_at = (spans == [(0, one.size_bytes)]).then(|| c.at());
    c.put_controller_given(action.number, &GivenFile { sha256: one.sha256, spans, whole_at })?;
    c.about("asset", &own.tag);
    Ok(true)
}

/// Spans with another one, those that meet joined.
fn joined(spans: &[(u64, u64)], new: (u64, u64)) -> Vec<(u64, u64)> {
    let mut all: Vec<(u64, u64)> =
        spans.iter().copied().chain([new]).filter(|(from, to)| from < to).collect();
    all.sort_unstable();
    let mut found: Vec<(u64, u64)> = Vec::with_capacity(all.len());
    for (from, to) in all {
        match found.last_mut().filter(|last| from <= last.1) {
            Some(last) => last.1 = last.1.max(to),
            None => found.push((from, to)),
        }
    }
    found
}

/// The files that were offered with an action and that its device never fetched whole, by name.
pub(super) fn not_fetched(r: &mut Reader<'_>, action: &ControllerAction) -> Result<Vec<String>, StoreError> {
    let given = r.controller_given(action.number)?;
    let whole = |sha256: &[u8; 32]| given.iter().any(|one| one.sha256 == *sha256 && one.whole_at.is_some());
    let offered = r.patch_files(&action.patch)?.into_iter();
    let offered = offered.filter(|file| file.size_bytes > 0 && file.added_at <= action.made_at);
    Ok(offered.filter(|file| !whole(&file.sha256)).map(|file| file.name).collect())
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn spans_that_meet_are_one_and_a_gap_stays() {
        assert_eq!(joined(&[], (0, 10)), [(0, 10)]);
        assert_eq!(joined(&[(0, 10)], (10, 20)), [(0, 20)]);
        assert_eq!(joined(&[(0, 10)], (11, 20)), [(0, 10), (11, 20)]);
        assert_eq!(joined(&[(0, 10), (11, 20)], (5, 15)), [(0, 20)]);
        assert_eq!(joined(&[(0, 10)], (3, 4)), [(0, 10)]);
        assert_eq!(joined(&[(0, 10)], (4, 4)), [(0, 10)]);
    }
}
