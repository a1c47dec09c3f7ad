//! Making bundles: what goes out.
//!
//! The surprise: the list of files is signed by people with keys that this program never sees on the server: staging writes an
//! unsigned paper, `sign` runs where the keys are, and exporting only adds what the server's key may say. A number is given once,
//! also when the database was put back.

use super::carry::CAME_BEFORE;
use super::kept::kept_bytes;
use super::keys::{counts, no_paper, nothing_made, read_key, roots_beside};
use super::stage::files_in;
use super::{
    Content, DAY, Item, Order, SNAPSHOT_DAYS, TARGETS_DAYS, TIMESTAMP_DAYS, base, file_trouble, fingerprint,
    ledger, pack, pin_key, second,
};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::inventory::export::{self as inventory_export, ExportFormat};
use crate::planning::invalid;
use holdpoint_domain::access::Permission;
use holdpoint_domain::execution::ObservedBy;
use holdpoint_domain::id::BundleId;
use holdpoint_domain::transfer::{BundleDirection, BundleKind, BundleState};
use holdpoint_domain::{Moment, Rejected};
use holdpoint_store::execution::StepQuery;
use holdpoint_store::page::{ListQuery, MAX_LIMIT};
use holdpoint_store::transfer::KeptBundle;
use holdpoint_wire::believed::Reader;
use holdpoint_wire::repository::{self as tuf, File, Head, Part, PrivateKey};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What was exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// Its line.
    pub bundle: KeptBundle,
    /// SHA-256 of the file, to be compared at the other end.
    pub sha256: String,
}

/// Signs and writes the papers that say what is newest.
fn date(folder: &Path, number: u64, key: &PrivateKey, now: Moment) -> Result<(), AppError> {
    let bytes = fs::read(folder.join("targets.json")).map_err(|why| file_trouble("the list", &why))?;
    let (version, _) = tuf::stated(&bytes).map_err(no_paper)?;
    let expires = second(now.plus_micros(SNAPSHOT_DAYS * DAY));
    let paper =
        tuf::snapshot(Head { version: number, expires: &expires }, (version, &bytes)).map_err(no_paper)?;
    let snapshot = tuf::sign(&tuf::unsigned(&paper), key).map_err(no_paper)?;
    fs::write(folder.join("snapshot.json"), &snapshot).map_err(|why| file_trouble("a paper", &why))?;
    let expires = second(now.plus_micros(TIMESTAMP_DAYS * DAY));
    let paper =
        tuf::timestamp(Head { version: number, expires: &expires }, (number, &snapshot)).map_err(no_paper)?;
    let timestamp = tuf::sign(&tuf::unsigned(&paper), key).map_err(no_paper)?;
    fs::write(folder.join("timestamp.json"), &timestamp).map_err(|why| file_trouble("a paper", &why))
}

/// The most that a number may be: a slip of the finger must not use them up.
const MOST_NUMBER: u64 = 1_000_000_000;

/// Whether a site may be one that nothing is known of yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewSite {
    /// It must be known here.
    Refused,
    /// This is the first bundle for it.
    First,
}

/// Where a bundle goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Going<'a> {
    /// The site that it is for, or comes from.
    pub site: &'a str,
    /// Whether the site may be a new one.
    pub new_site: NewSite,
    /// The new file.
    pub out: &'a Path,
    /// The serial number of the medium.
    pub medium: &'a str,
    /// Who carries it.
    pub carrier: &'a str,
    /// The file with the highest numbers, outside of the data directory.
    pub ledger: &'a Path,
    /// The highest number that the other end has seen, when somebody says so; 0: nobody has.
    pub after: u64,
}

/// Makes the bundle of a site from a folder that people have signed.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::File`]; [`AppError::Conflict`] when the folder is not what enough people signed, the key does
/// not count, the file is there already, or nothing is known of the site.
pub fn export(
    app: &App,
    caller: &Caller,
    (folder, order_root, key, believe): (&Path, &Path, &str, Reader),
    going: &Going<'_>,
) -> Result<Exported, AppError> {
    caller.require_everywhere(Permission::WriteAdvisories)?;
    let key = read_key(key)?;
    let now = app.now();
    let papers = [Part::Targets, Part::Snapshot, Part::Timestamp];
    counts(&read_root(order_root)?, ("the orders", &key), &papers, now)?;
    let newest = roots_beside(&folder.join("targets.json")).into_iter().next_back();
    let (_, newest) = newest.ok_or_else(|| file_trouble("the folder", &"no root lies in it"))?;
    counts(&newest, ("the image", &key), &papers[1..], now)?;
    let content =
        fs::read(folder.join("targets/content.json")).map_err(|why| file_trouble("the list", &why))?;
    let told = for_this_site(&content, going.site)?;
    let number = next_number(app, caller, BundleKind::Content, going)?;
    date(folder, number, &key, now)?;
    let root = fs::read(folder.join("1.root.json")).map_err(|why| file_trouble("the first root", &why))?;
    believe(folder, &root).map_err(|why| {
        AppError::Conflict(Rejected::new(
            why.code,
            why.what,
            "no bundle was made",
            "have enough people sign the root and the list, and stage again after every change",
        ))
    })?;
    let list = fs::read(folder.join("targets.json")).map_err(|why| file_trouble("the list", &why))?;
    let work = scratch(app, going.out)?;
    copy(folder, &work.0.join("image"))?;
    let order = order_of("content", going.site, number, now, fingerprint(&list));
    let files = BTreeMap::from([("order.json", order)]);
    order_repository(&work.0.join("order"), order_root, files, number, &key, now)?;
    let signed_by = tuf::signers(&list).map_err(no_paper)?;
    let contents = counted(&told.items);
    let words = told.base.map(|base| base.words()).unwrap_or_default();
    let told = Told { signed_by, contents, words, list: Some(content) };
    finish(app, caller, (&work.0, going), (BundleKind::Content, number), told)
}

/// Reads the list, and refuses one that builds on what another site has.
fn for_this_site(content: &[u8], site: &str) -> Result<Content, AppError> {
    let told: Content = serde_json::from_slice(content).map_err(|why| file_trouble("the list", &why))?;
    match &told.base {
        Some(base) if base.site != site => {
            let what =
                format!("the list builds on what `{}` has, and this bundle is for `{site}`", base.site);
            Err(nothing_made("wrong_site", what, "stage for this site, or without `--since`"))
        }
        Some(_) | None => Ok(told),
    }
}

/// What the line of a bundle tells of it.
struct Told {
    signed_by: Vec<String>,
    contents: String,
    words: String,
    /// The list of its contents, to be built on later.
    list: Option<Vec<u8>>,
}

fn read_root(path: &Path) -> Result<Vec<u8>, AppError> {
    fs::read(path).map_err(|why| file_trouble("the root", &why))
}

fn counted(items: &[Item]) -> String {
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for item in items {
        let kind = if item.came_before { CAME_BEFORE } else { item.kind.as_str() };
        *found.entry(kind).or_default() += 1;
    }
    json!(found).to_string()
}

fn order_of(kind: &str, site: &str, sequence: u64, now: Moment, image: String) -> Vec<u8> {
    let order = Order {
        version: 1,
        kind: kind.to_owned(),
        site: site.to_owned(),
        sequence,
        made_at: second(now),
        image,
    };
    serde_json::to_vec(&order).expect("texts and numbers have a JSON form")
}

fn order_repository(
    folder: &Path,
    root: &Path,
    files: BTreeMap<&str, Vec<u8>>,
    number: u64,
    key: &PrivateKey,
    now: Moment,
) -> Result<(), AppError> {
    let targets = folder.join("targets");
    fs::create_dir_all(&targets).map_err(|why| file_trouble("the bundle", &why))?;
    let root = fs::read(root).map_err(|why| file_trouble("the root of orders", &why))?;
    let (version, _) = tuf::stated(&root).map_err(no_paper)?;
    fs::write(folder.join(format!("{version}.root.json")), &root)
        .map_err(|why| file_trouble("the bundle", &why))?;
    let mut listed = BTreeMap::new();
    for (name, bytes) in files {
        fs::write(targets.join(name), &bytes).map_err(|why| file_trouble("the bundle", &why))?;
        let entry = File { size_bytes: bytes.len() as u64, sha256: fingerprint(&bytes) };
        listed.insert(name.to_owned(), entry);
    }
    let expires = second(now.plus_micros(TARGETS_DAYS * DAY));
    let paper = tuf::targets(Head { version: number, expires: &expires }, &listed).map_err(no_paper)?;
    let signed = tuf::sign(&tuf::unsigned(&paper), key).map_err(no_paper)?;
    fs::write(folder.join("targets.json"), signed).map_err(|why| file_trouble("the bundle", &why))?;
    date(folder, number, key, now)
}

/// The number of the next bundle: higher than every one that was given here, and than every one that the other end is known to
/// have seen. Refuses a site of which nothing is known, and a file that is there already.
fn next_number(app: &App, caller: &Caller, kind: BundleKind, going: &Going<'_>) -> Result<u64, AppError> {
    let site = going.site;
    if going.new_site == NewSite::Refused && !is_known(app, site)? {
        let what =
            format!("nothing is known here of a site `{site}`: no asset, no pinned root and no bundle");
        return Err(nothing_made(
            "unknown_site",
            what,
            "correct the name; or take the site's inventory in or pin its roots; an office says `--first` for its first bundle",
        ));
    }
    not_there(going.out)?;
    let before = app.store().read(|r| r.newest_bundle(BundleDirection::Out, kind, site))?;
    let before = before.map_or(0, |before| before.sequence);
    let outside = ledger::read(going.ledger, site).map_err(|why| file_trouble("the ledger", &why))?;
    let outside = outside.get(&ledger::given(kind)).copied().unwrap_or(0);
    let heard = match kind {
        BundleKind::Content => heard(app, caller, site)?,
        BundleKind::Results => 0,
    };
    let number = before.max(outside).max(heard).max(going.after).saturating_add(1);
    if number > MOST_NUMBER {
        let what = format!("the number of the bundle would be {number}, and {MOST_NUMBER} is the highest");
        return Err(invalid("after", what, "give the number that the other end has seen"));
    }
    Ok(number)
}

/// The highest number of our bundles that a site has told to have seen.
fn heard(app: &App, caller: &Caller, site: &str) -> Result<u64, AppError> {
    let bytes = match kept_bytes(app, caller, (site, "results.json")) {
        Ok(bytes) => bytes,
        Err(AppError::NotFound { .. }) => return Ok(0),
        Err(why) => return Err(why),
    };
    let told: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    Ok(told["seen"]["content"].as_u64().filter(|number| *number < MOST_NUMBER).unwrap_or(0))
}

/// Whether something here knows the site: it is in the inventory, a root is pinned for it, or a bundle went or came.
fn is_known(app: &App, site: &str) -> Result<bool, AppError> {
    Ok(app.store().read(|r| {
        for which in ["image", "order", "results"] {
            if r.setting(&pin_key(site, which))?.is_some() {
                return Ok(true);
            }
        }
        let went = r.newest_bundle(BundleDirection::Out, BundleKind::Content, site)?.is_some();
        Ok(went || r.site_by_name(site)?.is_some())
    })?)
}

/// Refuses to write over a file: it may be a bundle that is on its way.
fn not_there(out: &Path) -> Result<(), AppError> {
    if !out.try_exists().map_err(|why| file_trouble("the place of the bundle", &why))? {
        return Ok(());
    }
    let what = format!("`{}` is there already", out.display());
    Err(nothing_made("exists", what, "give the new bundle another name, or put that file away first"))
}

/// A folder that goes away with whoever made it.
struct Scratch(std::path::PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn scratch(app: &App, out: &Path) -> Result<Scratch, AppError> {
    let mark: [u8; 8] = app.random_bytes();
    let work = out.with_extension(format!("work-{}", holdpoint_wire::text::hex(&mark)));
    fs::create_dir_all(&work).map_err(|why| file_trouble("the place of the bundle", &why))?;
    Ok(Scratch(work))
}

fn copy(from: &Path, to: &Path) -> Result<(), AppError> {
    fs::create_dir_all(to.join("targets")).map_err(|why| file_trouble("the bundle", &why))?;
    for entry in fs::read_dir(from).map_err(|why| file_trouble("the folder", &why))? {
        let path = entry.map_err(|why| file_trouble("the folder", &why))?.path();
        if path.is_file() {
            fs::copy(&path, to.join(path.file_name().unwrap_or_default()))
                .map_err(|why| file_trouble("the bundle", &why))?;
        }
    }
    for path in files_in(&from.join("targets"))? {
        fs::copy(&path, to.join("targets").join(path.file_name().unwrap_or_default()))
            .map_err(|why| file_trouble("the bundle", &why))?;
    }
    Ok(())
}

fn finish(
    app: &App,
    caller: &Caller,
    (work, going): (&Path, &Going<'_>),
    (kind, number): (BundleKind, u64),
    told: Told,
) -> Result<Exported, AppError> {
    let Going { site, medium, carrier, .. } = *going;
    // Before the file is there: a number that nobody got does no harm, and one that two got does.
    ledger::write(going.ledger, site, &BTreeMap::from([(ledger::given(kind), number)]))?;
    let (sha256, size_bytes) = pack::pack(work, going.out)?;
    let now = app.now();
    let bundle = KeptBundle {
        id: BundleId::new(now, app.random_bytes()),
        direction: BundleDirection::Out,
        kind,
        state: BundleState::Made,
        site: site.to_owned(),
        sequence: number,
        sha256,
        size_bytes,
        made_at: now,
        expires_at: now.plus_micros(TIMESTAMP_DAYS * DAY),
        signed_by: told
            .signed_by
            .iter()
            .map(|id| id.chars().take(16).collect::<String>())
            .collect::<Vec<_>>()
            .join(" "),
        contents: told.contents,
        medium: medium.to_owned(),
        carrier: carrier.to_owned(),
        refusal: String::new(),
        words: told.words,
        by: caller.actor.name().to_owned(),
        at: now,
        waiting: 0,
    };
    let shown = holdpoint_wire::text::hex(&sha256);
    app.store().change(&app.intent(caller, "transfer.export", ""), |c| {
        c.put_transfer_bundle(&bundle)?;
        if let Some(list) = &told.list {
            base::keep_sent(c, (site, number), (&shown, list))?;
        }
        c.about("bundle", bundle.id);
        c.detail("site", json!(site));
        c.detail("sequence", json!(number));
        c.detail("sha256", json!(shown));
        c.detail("medium", json!(medium));
        c.detail("carrier", json!(carrier));
        Ok::<_, AppError>(())
    })?;
    Ok(Exported { bundle, sha256: shown })
}

/// Makes the bundle that a site sends back: which bundle it answers, where its steps stand, the highest numbers that it has seen, its
/// inventory, and the head of its audit log.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::File`]; [`AppError::Conflict`] when the key does not count, the file is there already, or
/// nothing is known of the site.
pub fn results(
    app: &App,
    caller: &Caller,
    (order_root, key): (&Path, &str),
    going: &Going<'_>,
) -> Result<Exported, AppError> {
    caller.require_everywhere(Permission::ReadAudit)?;
    let (key, site) = (read_key(key)?, going.site);
    let now = app.now();
    let papers = [Part::Targets, Part::Snapshot, Part::Timestamp];
    counts(&read_root(order_root)?, ("the results", &key), &papers, now)?;
    let number = next_number(app, caller, BundleKind::Results, going)?;
    let query = ListQuery::everything(MAX_LIMIT, now);
    let inventory = inventory_export::export(app, caller, &query, "", ExportFormat::Csv)?;
    let (head, seen, answers) = app.store().read(|r| {
        let newest = r.newest_bundle(BundleDirection::In, BundleKind::Content, site)?;
        Ok((r.audit_head()?, r.transfer_seen(site)?, newest))
    })?;
    let steps = steps(app, query)?;
    let seen: BTreeMap<String, u64> = seen.into_iter().map(|one| (one.role, one.highest)).collect();
    let answers = answers.map(|one| {
        json!({"sequence": one.sequence, "sha256": holdpoint_wire::text::hex(&one.sha256), "state": one.state.word()})
    });
    let audit = json!({"sequence": head.0, "hash": head.1.to_string(), "at": second(now)});
    let told = json!({"answers": answers, "seen": seen, "steps": steps});
    let files = BTreeMap::from([
        ("order.json", order_of("results", site, number, now, String::new())),
        ("inventory.csv", inventory),
        ("audit.json", audit.to_string().into_bytes()),
        ("results.json", told.to_string().into_bytes()),
    ]);
    let work = scratch(app, going.out)?;
    order_repository(&work.0.join("order"), order_root, files, number, &key, now)?;
    let contents = json!({"audit_head": head.0, "steps": steps.len()}).to_string();
    let signed_by = vec![tuf::key_id(&key.public())];
    let told = Told { signed_by, contents, words: String::new(), list: None };
    finish(app, caller, (&work.0, going), (BundleKind::Results, number), told)
}

/// Where every step stands: reported, observed and verified are three different things.
fn steps(app: &App, mut query: ListQuery) -> Result<Vec<serde_json::Value>, AppError> {
    let at = |moment: Option<Moment>| moment.map(second);
    let mut found = Vec::new();
    loop {
        let page = app.store().read(|r| r.deployment_steps(StepQuery::All, &query))?;
        found.extend(page.items.into_iter().map(|row| {
            json!({"plan": row.plan_number, "step": row.step.number, "asset": row.step.tag,
                "patch": row.step.patch, "state": row.step.state, "failed": row.step.failed,
                "changed_at": second(row.step.changed_at), "reported": row.reported,
                "reported_at": at(row.reported_at), "observed": row.observed,
                "observed_what": row.observed_what, "observed_at": at(row.observed_at),
                "observed_by": row.observed_by.map(ObservedBy::word),
                "verified_at": at(row.verified_at), "drift": row.drift})
        }));
        query.page.cursor = page.next;
        if query.page.cursor.is_none() {
            return Ok(found);
        }
    }
}
