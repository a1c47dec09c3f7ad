//! Making repositories and bundles: keys, roots, and what goes out.
//!
//! The surprise: the list of files is signed by people with keys that this program never sees on the server: staging writes an
//! unsigned paper, `sign` runs where the keys are, and exporting only adds what the server's key may say.

use super::stage::files_in;
use super::{
    Content, DAY, Order, SNAPSHOT_DAYS, TARGETS_DAYS, TIMESTAMP_DAYS, file_trouble, fingerprint, pack, second,
};
use crate::App;
use crate::access_check::Caller;
use crate::edge::{OsRandom, Random};
use crate::error::AppError;
use crate::inventory::export::{self as inventory_export, ExportFormat};
use crate::planning::invalid;
use holdpoint_domain::access::Permission;
use holdpoint_domain::id::BundleId;
use holdpoint_domain::transfer::{BundleDirection, BundleKind, BundleState};
use holdpoint_domain::{Moment, Rejected};
use holdpoint_store::execution::StepQuery;
use holdpoint_store::page::{ListQuery, MAX_LIMIT};
use holdpoint_store::transfer::KeptBundle;
use holdpoint_wire::believed::Reader;
use holdpoint_wire::repository::{self as tuf, File, Head, Keys, NoPaper, Part, PrivateKey};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

pub(super) fn no_paper(why: NoPaper) -> AppError {
    invalid("paper", why.to_string(), "check which file it is, and which key")
}

/// Makes a key: the text of its file, and its public half.
#[must_use]
pub fn new_key() -> (String, String) {
    let mut seed = [0; 32];
    OsRandom.fill(&mut seed);
    let key = PrivateKey::new(&seed);
    (key.text(), key.public())
}

/// Who signs what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signing {
    /// The offline keys, by their public halves: they sign the root and the list of files.
    pub offline: Vec<String>,
    /// How many of them must.
    pub threshold: usize,
    /// The server's key: it signs what is newest.
    pub online: String,
    /// The root's version, from 1.
    pub version: u64,
    /// How many days it holds.
    pub days: u32,
}

/// A root that nobody has signed yet.
///
/// # Errors
/// [`AppError::Invalid`] for keys that are none, or too few.
pub fn new_root(signing: &Signing, now: Moment) -> Result<Vec<u8>, AppError> {
    let offline = Keys { threshold: signing.threshold, public: signing.offline.clone() };
    let online = Keys { threshold: 1, public: vec![signing.online.clone()] };
    let roles = BTreeMap::from([
        (Part::Root, offline.clone()),
        (Part::Targets, offline),
        (Part::Snapshot, online.clone()),
        (Part::Timestamp, online),
    ]);
    let expires = second(now.plus_micros(i64::from(signing.days.clamp(1, 3_660)) * DAY));
    let root = tuf::root(Head { version: signing.version, expires: &expires }, &roles).map_err(no_paper)?;
    Ok(tuf::unsigned(&root))
}

/// Adds a key's signature to a paper in a file.
///
/// # Errors
/// [`AppError::File`]; [`AppError::Invalid`] for what is no paper or no key.
pub fn sign_file(paper: &Path, key: &str) -> Result<Vec<String>, AppError> {
    let key = read_key(key)?;
    let bytes = fs::read(paper).map_err(|why| file_trouble("the paper", &why))?;
    let signed = tuf::sign(&bytes, &key).map_err(no_paper)?;
    fs::write(paper, &signed).map_err(|why| file_trouble("the paper", &why))?;
    tuf::signers(&signed).map_err(no_paper)
}

fn read_key(text: &str) -> Result<PrivateKey, AppError> {
    let what = "this is no key file of Holdpoint".to_owned();
    PrivateKey::read(text).ok_or_else(|| invalid("key", what, "make one with `transfer key`"))
}

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

/// Makes the bundle of a site from a folder that people have signed.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::File`]; [`AppError::Conflict`] when the folder is not what enough people signed.
pub fn export(
    app: &App,
    caller: &Caller,
    (folder, order_root, key, believe): (&Path, &Path, &str, Reader),
    (site, out): (&str, &Path),
    (medium, carrier): (&str, &str),
) -> Result<Exported, AppError> {
    caller.require_everywhere(Permission::WriteAdvisories)?;
    let key = read_key(key)?;
    let now = app.now();
    let number = next_number(app, BundleKind::Content, site)?;
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
    let work = scratch(app, out)?;
    copy(folder, &work.join("image"))?;
    let order = order_of("content", site, number, now, fingerprint(&list));
    order_repository(
        &work.join("order"),
        order_root,
        BTreeMap::from([("order.json", order)]),
        number,
        &key,
        now,
    )?;
    let signed_by = tuf::signers(&list).map_err(no_paper)?;
    let contents = fs::read_to_string(folder.join("targets/content.json")).unwrap_or_default();
    let contents = counts(&contents);
    finish(
        app,
        caller,
        (&work, out),
        (BundleKind::Content, site, number),
        (signed_by, contents, medium, carrier),
    )
}

fn counts(content: &str) -> String {
    let items = serde_json::from_str::<Content>(content).map(|content| content.items).unwrap_or_default();
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for item in items {
        *found.entry(item.kind).or_default() += 1;
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

fn next_number(app: &App, kind: BundleKind, site: &str) -> Result<u64, AppError> {
    let before = app.store().read(|r| r.newest_bundle(BundleDirection::Out, kind, site))?;
    Ok(before.map_or(1, |before| before.sequence + 1))
}

fn scratch(app: &App, out: &Path) -> Result<std::path::PathBuf, AppError> {
    let mark: [u8; 8] = app.random_bytes();
    let work = out.with_extension(format!("work-{}", holdpoint_wire::text::hex(&mark)));
    fs::create_dir_all(&work).map_err(|why| file_trouble("the place of the bundle", &why))?;
    Ok(work)
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
    (work, out): (&Path, &Path),
    (kind, site, number): (BundleKind, &str, u64),
    (signed_by, contents, medium, carrier): (Vec<String>, String, &str, &str),
) -> Result<Exported, AppError> {
    let packed = pack::pack(work, out);
    drop(fs::remove_dir_all(work));
    let (sha256, size_bytes) = packed?;
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
        signed_by: signed_by
            .iter()
            .map(|id| id.chars().take(16).collect::<String>())
            .collect::<Vec<_>>()
            .join(" "),
        contents,
        medium: medium.to_owned(),
        carrier: carrier.to_owned(),
        refusal: String::new(),
        words: String::new(),
        by: caller.actor.name().to_owned(),
        at: now,
    };
    let shown = holdpoint_wire::text::hex(&sha256);
    app.store().change(&app.intent(caller, "transfer.export", ""), |c| {
        c.put_transfer_bundle(&bundle)?;
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
/// [`AppError::Refused`]; [`AppError::File`].
pub fn results(
    app: &App,
    caller: &Caller,
    (order_root, key): (&Path, &str),
    (site, out): (&str, &Path),
    (medium, carrier): (&str, &str),
) -> Result<Exported, AppError> {
    caller.require_everywhere(Permission::ReadAudit)?;
    let key = read_key(key)?;
    let now = app.now();
    let number = next_number(app, BundleKind::Results, site)?;
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
    let work = scratch(app, out)?;
    order_repository(&work.join("order"), order_root, files, number, &key, now)?;
    let contents = json!({"audit_head": head.0, "steps": steps.len()}).to_string();
    let signed_by = vec![tuf::key_id(&key.public())];
    finish(
        app,
        caller,
        (&work, out),
        (BundleKind::Results, site, number),
        (signed_by, contents, medium, carrier),
    )
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
                "verified_at": at(row.verified_at), "drift": row.drift})
        }));
        query.page.cursor = page.next;
        if query.page.cursor.is_none() {
            return Ok(found);
        }
    }
}
