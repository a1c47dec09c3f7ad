//! What a bundle builds on: what travelled before, and what the other end says to have taken in.
//!
//! The surprise: the office counts on nothing but the site's own signed word. A bundle that was carried away and never answered for is no
//! base, and a plant that lost its data and says so gets everything again.

use super::kept::kept_bytes;
use super::{Base, Content, Item, file_trouble};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::planning::invalid;
use holdpoint_domain::transfer::{BundleKind, BundleState};
use holdpoint_store::{Change, StoreError};
use holdpoint_wire::believed::Disbelief;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;

/// The lists of so many bundles are kept for each site: a courier who is late by a year of weeks.
const MOST_LISTS: usize = 60;

/// What is kept of a bundle that was made here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Sent {
    /// SHA-256 of the bundle's file.
    sha256: String,
    /// SHA-256 of its list of contents, which lies among the blobs.
    content: String,
}

fn key(site: &str) -> String {
    format!("transfer.sent.{site}")
}

fn damaged(why: &serde_json::Error) -> StoreError {
    StoreError::damaged(format!("what was sent to a site: {why}"))
}

/// Keeps the list of a bundle that goes out, in the same change as its line.
pub(super) fn keep_sent(
    c: &mut Change<'_>,
    (site, sequence): (&str, u64),
    (sha256, content): (&str, &[u8]),
) -> Result<(), StoreError> {
    let kept = c.setting(&key(site))?.unwrap_or_else(|| json!({}));
    let mut all: BTreeMap<u64, Sent> = serde_json::from_value(kept).map_err(|why| damaged(&why))?;
    let content = holdpoint_wire::text::hex(&c.put_blob(content)?);
    all.insert(sequence, Sent { sha256: sha256.to_owned(), content });
    while all.len() > MOST_LISTS {
        all.pop_first();
    }
    c.put_setting(&key(site), &json!(all))
}

/// The newest bundle that a site says to have taken in, with everything that it has since then.
pub(super) fn of(app: &App, caller: &Caller, site: &str) -> Result<(Base, Vec<Item>), AppError> {
    let none = |what: String| {
        let remedy = "take the newest results of the site in, and stage again; or leave `--since` out, and everything travels";
        invalid("no_base", what, remedy)
    };
    let told = match kept_bytes(app, caller, (site, "results.json")) {
        Ok(bytes) => bytes,
        Err(AppError::NotFound { .. }) => {
            return Err(none(format!("`{site}` has not said what it has taken in: no results of it came")));
        }
        Err(why) => return Err(why),
    };
    let told: serde_json::Value =
        serde_json::from_slice(&told).map_err(|why| file_trouble("the results", &why))?;
    let answers = &told["answers"];
    let taken = [BundleState::Taken, BundleState::TakenExpired].map(BundleState::word);
    let (Some(sequence), Some(sha256), true) = (
        answers["sequence"].as_u64(),
        answers["sha256"].as_str(),
        answers["state"].as_str().is_some_and(|state| taken.contains(&state)),
    ) else {
        return Err(none(format!("`{site}` says that it has taken no {} in", BundleKind::Content)));
    };
    let kept = app.store().read(|r| r.setting(&key(site)))?.unwrap_or_else(|| json!({}));
    let mut all: BTreeMap<u64, Sent> = serde_json::from_value(kept).map_err(|why| damaged(&why))?;
    let sent = all.remove(&sequence).filter(|sent| sent.sha256 == sha256).ok_or_else(|| {
        none(format!(
            "`{site}` has taken bundle {sequence} in, and nobody knows here any more what was in it"
        ))
    })?;
    let digits = holdpoint_wire::text::from_hex::<32>(&sent.content);
    let bytes = match digits {
        Some(hash) => app.store().read(|r| r.blob(&hash))?,
        None => None,
    };
    let gone = || none(format!("the list of bundle {sequence} for `{site}` is not kept here any more"));
    let content: Content =
        serde_json::from_slice(&bytes.ok_or_else(gone)?).map_err(|why| file_trouble("the list", &why))?;
    let base = Base { site: site.to_owned(), sequence, sha256: sha256.to_owned() };
    Ok((base, content.items))
}

/// Refuses a bundle that builds on one which was not taken in here.
pub(super) fn is_here(app: &App, base: &Base) -> Result<(), Disbelief> {
    let taken = app
        .store()
        .read(|r| r.taken_bundle(&base.site, base.sequence))
        .map_err(|why| Disbelief::new("unreadable", why.to_string()))?;
    if taken.is_some_and(|taken| holdpoint_wire::text::hex(&taken.sha256) == base.sha256) {
        return Ok(());
    }
    let what = format!(
        "it {}, which was not taken in here; what travelled with that one is not in this one",
        base.words()
    );
    Err(Disbelief::new("no_base", what))
}
