//! Taking a bundle in: quarantine, belief, numbers, age, every file, and only then the use cases that anybody else calls.
//!
//! The surprise: nothing is half taken. What was read before a failure is what any import leaves, harmless twice; the number of the
//! bundle is written last, so the same bundle can be brought again until it is whole; and also as long as something of it waits for its
//! place.

use super::age::usable_override;
use super::base;
use super::carry::{CAME_BEFORE, carry_content, content};
use super::kept::{self, MOST_KEPT, kept_bytes};
use super::pack::check_file;
use super::waiting::{Waiting, place, waiting};
use super::{Base, Order, Places, file_trouble, ledger, moment, pack, pin_key};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::access::Permission;
use holdpoint_domain::id::BundleId;
use holdpoint_domain::transfer::{BundleDirection, BundleKind, BundleState};
use holdpoint_domain::{Moment, Rejected};
use holdpoint_store::transfer::{ExpiryOverride, KeptBundle};
use holdpoint_wire::believed::{Believed, Disbelief, Reader};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The most bytes of a small file: the order, the list of contents.
const MOST_SMALL: u64 = 8 * 1024 * 1024;

/// The chain of custody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carried<'a> {
    /// The serial number of the medium.
    pub medium: &'a str,
    /// Who carried it.
    pub carrier: &'a str,
    /// The hash that was written down at the other end; empty: none was.
    pub sha256: &'a str,
}

/// What was taken in, or would be.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// The bundle's line.
    pub bundle: KeptBundle,
    /// How many things came, by kind.
    pub items: BTreeMap<String, u64>,
    /// What was not taken, with the reason.
    pub problems: Vec<String>,
    /// What waited since an earlier bundle and has its place now, by name.
    pub placed: Vec<String>,
    /// What of this site waits for its place now.
    pub waiting: Vec<Waiting>,
    /// What is kept for people to read, by name.
    pub(super) kept: Vec<(String, Vec<u8>)>,
}

/// How a bundle is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Check,
    Take,
}

/// A bundle whose papers hold.
struct Opened {
    kind: BundleKind,
    order: Order,
    believed: Vec<(&'static str, Believed)>,
    expired: Option<(String, Moment)>,
    expires: Moment,
}

/// Takes a bundle in, or with `check_only` says what would become of it.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Conflict`] with the stable word of the attack or the mishap; it is kept as a line, too.
pub fn import(
    app: &App,
    caller: &Caller,
    (bundle, site): (&Path, &str),
    places: &Places,
    (carried, check_only): (Carried<'_>, Option<()>),
    reason: &str,
) -> Result<Taken, AppError> {
    caller.require_everywhere(Permission::WriteAdvisories)?;
    let deed = if check_only.is_some() { Deed::Check } else { Deed::Take };
    let mark: [u8; 8] = app.random_bytes();
    let line = |known| new_line(app, caller, (site, carried), known);
    let inside = match pack::quarantine(bundle, &places.quarantine, &holdpoint_wire::text::hex(&mark)) {
        Ok(inside) => inside,
        Err(pack::NotIn::Here(why)) => return Err(why),
        Err(pack::NotIn::Unreadable { why, sha256, size_bytes }) => {
            return Err(refuse(app, caller, (line((sha256, size_bytes)), deed), &why, reason));
        }
    };
    let mut line = line((inside.sha256, inside.size_bytes));
    let outcome = judged(app, &inside, (site, carried, places), &mut line);
    let (opened, used) = match outcome {
        Ok(found) => found,
        Err(why) => return Err(refuse(app, caller, (line, deed), &why, reason)),
    };
    let mut taken = Taken {
        bundle: line,
        items: BTreeMap::new(),
        problems: Vec::new(),
        placed: Vec::new(),
        waiting: Vec::new(),
        kept: Vec::new(),
    };
    if deed == Deed::Check {
        taken.items = listed(&inside.folder, &opened)?;
        return Ok(taken);
    }
    if let Err(why) = carry_in(app, caller, (&inside.folder, &opened), &mut taken) {
        return Err(broken_off(app, caller, taken.bundle, why, reason));
    }
    taken.bundle.state = if used.is_some() { BundleState::TakenExpired } else { BundleState::Taken };
    taken.bundle.contents = json!(taken.items).to_string();
    let builds_on = (!taken.bundle.words.is_empty()).then(|| taken.bundle.words.clone());
    let words: Vec<String> = builds_on.into_iter().chain(taken.problems.iter().cloned()).collect();
    taken.bundle.words = words.join("; ");
    close(app, caller, (&opened, &taken), (used.as_ref(), places), reason)?;
    if opened.kind == BundleKind::Content {
        // What came now may be what something else was waiting for.
        taken.placed = place(app, caller, (Some(site), None), reason)?.placed;
    }
    taken.waiting = waiting(app, caller, Some(site))?;
    taken.bundle.waiting =
        taken.waiting.iter().filter(|one| one.sequence == taken.bundle.sequence).count() as u64;
    Ok(taken)
}

/// The line of a bundle that nobody has looked into yet.
fn new_line(
    app: &App,
    caller: &Caller,
    (site, carried): (&str, Carried<'_>),
    (sha256, size_bytes): ([u8; 32], u64),
) -> KeptBundle {
    KeptBundle {
        id: BundleId::new(app.now(), app.random_bytes()),
        direction: BundleDirection::In,
        kind: BundleKind::Content,
        state: BundleState::Refused,
        site: site.to_owned(),
        sequence: 0,
        sha256,
        size_bytes,
        made_at: Moment::OPEN,
        expires_at: Moment::OPEN,
        signed_by: String::new(),
        contents: "{}".to_owned(),
        medium: carried.medium.to_owned(),
        carrier: carried.carrier.to_owned(),
        refusal: String::new(),
        words: String::new(),
        by: caller.actor.name().to_owned(),
        at: app.now(),
        waiting: 0,
    }
}

type Judged = (Opened, Option<ExpiryOverride>);

/// Everything that can be wrong with a bundle, in the order in which it is asked.
fn judged(
    app: &App,
    inside: &pack::Quarantined,
    (site, carried, places): (&str, Carried<'_>, &Places),
    line: &mut KeptBundle,
) -> Result<Judged, Disbelief> {
    let hash = holdpoint_wire::text::hex(&inside.sha256);
    if !carried.sha256.is_empty() && !carried.sha256.eq_ignore_ascii_case(&hash) {
        return Err(disbelief(
            "changed_byte",
            "its hash is not the one that was written down at the other end",
        ));
    }
    let opened = open(app, &inside.folder, (site, places.reader))?;
    line.kind = opened.kind;
    line.site.clone_from(&opened.order.site);
    line.sequence = opened.order.sequence;
    line.made_at = opened.order.made_at.parse().unwrap_or(Moment::OPEN);
    line.expires_at = opened.expires;
    let signers = opened.believed.iter().map(|(which, found)| {
        let papers = found.papers.iter().map(|(name, paper)| format!("{name} {}", paper.version));
        format!("{which}: {}", papers.collect::<Vec<_>>().join(", "))
    });
    line.signed_by = signers.collect::<Vec<_>>().join("; ");
    if opened.order.site != site {
        let what = format!("it is for `{}`, and this is `{site}`", opened.order.site);
        return Err(disbelief("wrong_site", what));
    }
    numbers(app, &opened, (&inside.sha256, places))?;
    let used = match &opened.expired {
        None => None,
        Some((paper, at)) => {
            let found = usable_override(app, &inside.sha256)
                .map_err(|why| disbelief("unreadable", why.to_string()))?;
            let what = format!("{paper} expired at {at}, and nobody can say what happened since");
            Some(found.ok_or_else(|| disbelief("expired", what))?)
        }
    };
    for (which, found) in &opened.believed {
        for (name, stated) in &found.files {
            check_file(&inside.folder.join(which).join("targets").join(name), name, *stated)?;
        }
    }
    if opened.kind == BundleKind::Content {
        let told = content(&inside.folder).map_err(|why| disbelief("unreadable", why.to_string()))?;
        if let Some(own) = told.base {
            base::is_here(app, &Base { site: opened.order.site.clone(), ..own.clone() })?;
            line.words = own.words();
        }
    }
    Ok((opened, used))
}

fn disbelief(code: &'static str, what: impl Into<String>) -> Disbelief {
    Disbelief::new(code, what)
}

fn pinned(app: &App, site: &str, which: &str) -> Result<Vec<u8>, Disbelief> {
    let unread = |why: &dyn std::fmt::Display| disbelief("unreadable", why.to_string());
    let found = app.store().read(|r| r.setting(&pin_key(site, which))).map_err(|why| unread(&why))?;
    let text = found.and_then(|value| value.as_str().map(str::to_owned));
    let missing = || {
        let what = format!("no root of `{which}` is pinned for `{site}`, so nothing can be believed");
        disbelief("no_root", what)
    };
    Ok(text.ok_or_else(missing)?.into_bytes())
}

/// Believes both repositories and reads which bundle it is.
fn open(app: &App, folder: &Path, (site, believe): (&str, Reader)) -> Result<Opened, Disbelief> {
    let has_image = folder.join("image").is_dir();
    let which = if has_image { "order" } else { "results" };
    let orders = believe(&folder.join("order"), &pinned(app, site, which)?)?;
    let path = folder.join("order/targets/order.json");
    let stated = *orders
        .files
        .get("order.json")
        .ok_or_else(|| disbelief("missing_file", "it does not say which bundle it is"))?;
    if stated.0 > MOST_SMALL {
        return Err(disbelief("endless_data", "what says which bundle it is has too many bytes"));
    }
    check_file(&path, "order.json", stated)?;
    let bytes = fs::read(&path).map_err(|why| disbelief("unreadable", why.to_string()))?;
    let order: Order =
        serde_json::from_slice(&bytes).map_err(|why| disbelief("unreadable", why.to_string()))?;
    let kind: BundleKind =
        order.kind.parse().map_err(|_| disbelief("unreadable", "it is of no known kind"))?;
    let mut believed = Vec::new();
    match (kind, has_image) {
        (BundleKind::Content, true) => {
            let image = believe(&folder.join("image"), &pinned(app, site, "image")?)?;
            let list = fs::read(folder.join("image/targets.json"))
                .map_err(|why| disbelief("unreadable", why.to_string()))?;
            if super::fingerprint(&list) != order.image {
                let what = "the order is for another list of files than the one that lies with it";
                return Err(disbelief("mix_and_match", what));
            }
            believed.push(("image", image));
        }
        (BundleKind::Results, false) => {}
        (BundleKind::Content, false) | (BundleKind::Results, true) => {
            return Err(disbelief("mix_and_match", "parts of different bundles lie together"));
        }
    }
    believed.push(("order", orders));
    let now = app.now();
    let mut expires = Moment::OPEN;
    let mut expired = None;
    for (which, found) in &believed {
        for (name, paper) in &found.papers {
            let until = moment(paper.expires);
            expires = expires.min(until);
            if until <= now && expired.is_none() {
                expired = Some((format!("the {name} of the {which} repository"), until));
            }
        }
    }
    Ok(Opened { kind, order, believed, expired, expires })
}

/// Numbers only rise, whoever put which database back.
fn numbers(app: &App, opened: &Opened, (sha256, places): (&[u8; 32], &Places)) -> Result<(), Disbelief> {
    let unread = |why: &dyn std::fmt::Display| disbelief("unreadable", why.to_string());
    let site = &opened.order.site;
    let mut highest: BTreeMap<String, u64> =
        ledger::read(&places.ledger, site).map_err(|why| unread(&why))?;
    let mut taken_sha = None;
    for seen in app.store().read(|r| r.transfer_seen(site)).map_err(|why| unread(&why))? {
        if seen.role == opened.kind.word() {
            taken_sha = Some(seen.sha256);
        }
        let known = highest.entry(seen.role).or_default();
        *known = (*known).max(seen.highest);
    }
    let own = opened.order.sequence;
    let before = highest.get(opened.kind.word()).copied().unwrap_or(0);
    if own == before && taken_sha.as_ref() == Some(sha256) {
        // What of it has no place yet is tried anew; the rest is harmless twice.
        let all = app.store().read(|r| r.transfer_waiting()).map_err(|why| unread(&why))?;
        if all.iter().any(|one| one.site == *site && one.sequence == own) {
            return Ok(());
        }
        return Err(disbelief(
            "replay",
            format!("bundle {own} of `{site}` was taken in already; nothing was done"),
        ));
    }
    if own <= before {
        return Err(disbelief("rollback", format!("it is bundle {own}, and bundle {before} was seen here")));
    }
    for (which, found) in &opened.believed {
        for (name, paper) in &found.papers {
            let key = role(opened.kind, which, name);
            let before = highest.get(&key).copied().unwrap_or(0);
            if paper.version < before {
                let what = format!(
                    "the {name} of the {which} repository is version {}, and {before} was seen",
                    paper.version
                );
                return Err(disbelief("rollback", what));
            }
        }
    }
    Ok(())
}

fn role(kind: BundleKind, which: &str, name: &str) -> String {
    format!("{kind}.{which}.{name}")
}

/// Keeps a refused bundle as a line, and says why in words.
fn refuse(
    app: &App,
    caller: &Caller,
    (mut line, deed): (KeptBundle, Deed),
    why: &Disbelief,
    reason: &str,
) -> AppError {
    let remedy = match why.code {
        "expired" => "have a newer one made; or let two persons override it with a reason",
        "replay" => "nothing; it is here",
        "rollback" => {
            "bring the newest bundle; if this is the newest, its maker's data was put back from a backup: have it made again with `--after` and the number that was seen here"
        }
        "wrong_site" => "carry it to that site, and bring the one for this site",
        "no_base" => {
            "bring the bundle that it builds on first; or have one made without `--since`, in which everything is"
        }
        "no_root" => "pin the root, which comes by another way than the bundle",
        _ => "do not use the medium; have the bundle made and carried again, and tell whoever is responsible",
    };
    why.code.clone_into(&mut line.refusal);
    line.words.clone_from(&why.what);
    if deed == Deed::Take
        && let Err(store) = keep_refused(app, caller, &line, reason)
    {
        return store;
    }
    AppError::Conflict(Rejected::new(
        why.code,
        why.what.clone(),
        "nothing of the bundle was taken in",
        remedy,
    ))
}

/// Writes the line of a bundle that did not come in, with what is known of it.
fn keep_refused(app: &App, caller: &Caller, line: &KeptBundle, reason: &str) -> Result<(), AppError> {
    app.store().change(&app.intent(caller, "transfer.refuse", reason), |c| {
        c.put_transfer_bundle(line)?;
        c.about("bundle", line.id);
        c.detail("refusal", json!(line.refusal));
        c.detail("why", json!(line.words));
        c.detail("sha256", json!(holdpoint_wire::text::hex(&line.sha256)));
        c.detail("size_bytes", json!(line.size_bytes));
        c.detail("medium", json!(line.medium));
        c.detail("carrier", json!(line.carrier));
        Ok::<_, AppError>(())
    })?;
    Ok(())
}

/// Keeps a bundle whose taking in ended in the middle as a line. Its number is not used up, so it can be brought again.
fn broken_off(app: &App, caller: &Caller, mut line: KeptBundle, why: AppError, reason: &str) -> AppError {
    "broken_off".clone_into(&mut line.refusal);
    line.words = format!("taking it in ended in the middle, and it can be brought again: {why}");
    match keep_refused(app, caller, &line, reason) {
        Ok(()) => why,
        Err(store) => store,
    }
}

fn listed(folder: &Path, opened: &Opened) -> Result<BTreeMap<String, u64>, AppError> {
    let mut found = BTreeMap::new();
    match opened.kind {
        BundleKind::Content => {
            for item in content(folder)?.items {
                let kind = if item.came_before { CAME_BEFORE.to_owned() } else { item.kind };
                *found.entry(kind).or_default() += 1;
            }
        }
        BundleKind::Results => {
            found.insert("results".to_owned(), 1);
        }
    }
    Ok(found)
}

/// Hands everything to the use cases that anybody else calls, with the bundle as its source.
fn carry_in(
    app: &App,
    caller: &Caller,
    (folder, opened): (&Path, &Opened),
    taken: &mut Taken,
) -> Result<(), AppError> {
    let source = format!("bundle {} for {}", opened.order.sequence, opened.order.site);
    taken.items = listed(folder, opened)?;
    match opened.kind {
        BundleKind::Content => carry_content(app, caller, (folder, &source), taken),
        BundleKind::Results => results_of(app, caller, (folder, &opened.order.site), taken),
    }
}

/// What a site reported, as it was signed; and whether its audit log is the one that it had before.
fn results_of(
    app: &App,
    caller: &Caller,
    (folder, site): (&Path, &str),
    taken: &mut Taken,
) -> Result<(), AppError> {
    for name in ["results.json", "inventory.csv", "audit.json"] {
        let path = folder.join("order/targets").join(name);
        match fs::metadata(&path).map(|found| found.len()) {
            Ok(size) if size <= MOST_KEPT => {
                let bytes = fs::read(&path).map_err(|why| file_trouble(name, &why))?;
                taken.kept.push((name.to_owned(), bytes));
            }
            Ok(size) => taken.problems.push(format!("{name}: {size} bytes are too many to keep")),
            Err(why) => taken.problems.push(format!("{name}: {why}")),
        }
    }
    let before = match kept_bytes(app, caller, (site, "audit.json")) {
        Ok(bytes) => Some(bytes),
        Err(AppError::NotFound { .. }) => None,
        Err(why) => return Err(why),
    };
    let now = taken.kept.iter().find(|(name, _)| name == "audit.json").map(|(_, bytes)| bytes);
    if let (Some(before), Some(now)) = (before, now) {
        taken.problems.extend(went_back(&before, now));
    }
    Ok(())
}

/// An audit log only grows. One that is shorter, or has another entry at its end, was put back or written anew.
fn went_back(before: &[u8], now: &[u8]) -> Option<String> {
    let head = |bytes: &[u8]| {
        let value: serde_json::Value = serde_json::from_slice(bytes).ok()?;
        Some((value["sequence"].as_u64()?, value["hash"].as_str()?.to_owned()))
    };
    let (Some(before), Some(now)) = (head(before), head(now)) else {
        return Some("audit.json: the head of the audit log cannot be read".to_owned());
    };
    let same = now.0 == before.0 && now.1 == before.1;
    (now.0 <= before.0 && !same).then(|| {
        format!(
            "audit.json: the site's audit log ends at entry {}, and it ended at entry {} before: it was put back or written anew; ask the site",
            now.0, before.0
        )
    })
}

/// Writes the line, the numbers, and the roots that followed.
fn close(
    app: &App,
    caller: &Caller,
    (opened, taken): (&Opened, &Taken),
    (used, places): (Option<&ExpiryOverride>, &Places),
    reason: &str,
) -> Result<(), AppError> {
    let (site, line) = (opened.order.site.as_str(), &taken.bundle);
    let mut seen = ledger::read(&places.ledger, site).map_err(|why| file_trouble("the ledger", &why))?;
    seen.retain(|role, _| !ledger::is_given(role));
    seen.insert(opened.kind.word().to_owned(), opened.order.sequence);
    for (which, found) in &opened.believed {
        for (name, paper) in &found.papers {
            seen.insert(role(opened.kind, which, name), paper.version);
        }
    }
    app.store().change(&app.intent(caller, "transfer.import", reason), |c| {
        c.put_transfer_bundle(line)?;
        kept::keep(c, (site, opened.order.sequence), &taken.kept)?;
        for (role, highest) in &seen {
            c.see_transfer(site, role, (*highest, &line.sha256))?;
        }
        for (which, found) in &opened.believed {
            let pinned = if opened.kind == BundleKind::Results { "results" } else { which };
            let text = String::from_utf8_lossy(&found.root).into_owned();
            c.put_setting(&pin_key(site, pinned), &json!(text))?;
        }
        if let Some(used) = used {
            c.use_expiry_override(used.id)?;
            c.detail(
                "override",
                json!({"asked": used.asked_by, "agreed": used.agreed_by, "reason": used.reason}),
            );
        }
        c.about("bundle", line.id);
        c.detail("site", json!(site));
        c.detail("kind", json!(opened.kind.word()));
        c.detail("seen", json!(seen));
        c.detail("sha256", json!(holdpoint_wire::text::hex(&line.sha256)));
        c.detail("medium", json!(line.medium));
        c.detail("carrier", json!(line.carrier));
        Ok::<_, AppError>(())
    })?;
    ledger::write(&places.ledger, site, &seen)
}
