//! Roots and images: proposed here, signed by people elsewhere, looked at and kept here; and what an agent is answered.
//!
//! The surprise: this side checks a paper as a device would. A paper that a device would refuse is not even kept.

use super::keys::order_key;
use super::orders::{NO_WORK, is_script};
use super::pinned::{self, ProposedScript};
use super::resident::{Known, Pace};
use super::{USUAL_POLL_S, count_up, paper, problem, site_root, wire_time};
use crate::App;
use crate::access_check::Caller;
use crate::approval::{person, reading};
use crate::error::AppError;
use crate::intake::prepare::sha256;
use crate::planning::find_site;
use holdpoint_domain::access::Permission;
use holdpoint_domain::id::SiteId;
use holdpoint_domain::{Moment, Rejected};
use holdpoint_store::Reader;
use holdpoint_store::agent::KeptPaper;
use holdpoint_store::patch::KeptFile;
use holdpoint_wire::command::{CommandName, ScriptWork};
use holdpoint_wire::envelope::{Envelope, KeySet, PublicKey, Signer, open, sign, sign_more};
use holdpoint_wire::image::{Approved, ApprovedFile, Image, Owner, Place};
use holdpoint_wire::message::{self, VersionOne};
use holdpoint_wire::poll::{InventoryWish, PollAnswer};
use holdpoint_wire::refusal::{Paper, Refusal};
use holdpoint_wire::root::{self, Root};
use holdpoint_wire::text::{AccountName, FilePath, Hash, Id, hex};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::PoisonError;

const DAY: i64 = 24 * 3_600_000_000;
/// How soon a device asks again for which something is intended or begins soon.
const SOON_POLL_S: u32 = 10;

/// A root to be written for signing.
#[derive(Debug, Clone)]
pub struct RootProposal {
    /// The site, by id or name.
    pub site: String,
    /// The public keys of people, in hexadecimal digits.
    pub image_keys: Vec<String>,
    /// How many of them must sign.
    pub threshold: usize,
    /// Until when it should have been replaced.
    pub days: u32,
}

/// An image to be written for signing.
#[derive(Debug, Clone)]
pub struct ImageProposal {
    /// The site, by id or name.
    pub site: String,
    /// The class of devices.
    pub class: String,
    /// The patches that it approves, by their names in the catalogue; those of the image before stay.
    pub patches: Vec<String>,
    /// Patches of the image before that it approves no more.
    pub without: Vec<String>,
    /// Where the files among the patches are put.
    pub places: Vec<ProposedPlace>,
    /// How the scripts among the patches run.
    pub scripts: Vec<ProposedScript>,
    /// Until when it holds.
    pub days: u32,
}

/// Where the file of a patch is put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedPlace {
    /// The patch: `file NAME VERSION`.
    pub patch: String,
    /// The absolute path on the devices.
    pub path: String,
    /// Its mode, as in `0o644`.
    pub mode: u32,
    /// Whose it is: `ACCOUNT:GROUP`, by names that the devices know.
    pub owner: String,
}

/// Which papers a site has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperStanding {
    /// The site.
    pub site: String,
    /// `root` or `image`.
    pub kind: &'static str,
    /// The class of an image; empty for a root.
    pub class: String,
    /// The version.
    pub version: u64,
    /// Until when it holds.
    pub expires_at: Moment,
    /// Who brought it.
    pub put_by: String,
    /// When.
    pub put_at: Moment,
    /// SHA-256 of its text.
    pub text_sha256: String,
}

/// The name of a patch on the wire: as much of its own name as may stand there, and a part of its hash.
#[must_use]
pub fn wire_patch(name: &str) -> Id {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' })
        .take(40)
        .collect();
    let digest = hex(&sha256(name.as_bytes()));
    let text =
        format!("p{}-{}", plain.trim_start_matches(['_', '.', '-']), digest.get(..16).unwrap_or_default());
    Id::new(text).expect("letters, digits, dots and dashes, at most 58, with a letter first")
}

fn until(app: &App, days: u32) -> Result<Moment, AppError> {
    if (1..=3_650).contains(&days) {
        return Ok(app.now().plus_micros(i64::from(days) * DAY));
    }
    Err(problem("paper-days", format!("a paper cannot hold for {days} days"), "choose 1 to 3650"))
}

/// Writes the next root of a site for people to sign: nothing is kept.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] for keys that are none.
pub fn make_root(app: &App, caller: &Caller, proposal: &RootProposal) -> Result<Envelope, AppError> {
    let reach = caller.require(Permission::WriteSettings)?;
    let expires_at = wire_time(until(app, proposal.days)?);
    let keys: Option<Vec<PublicKey>> =
        proposal.image_keys.iter().map(|key| PublicKey::from_hex(key.trim())).collect();
    let keys = keys.ok_or_else(|| {
        problem(
            "image-key",
            "a key is no Ed25519 key in 64 hexadecimal digits",
            "make one with `holdpoint paper key`",
        )
    })?;
    let (site, version) = reading(app, |r| {
        let site = find_site(r, &proposal.site, &reach)?.id;
        Ok((site, site_root(r, site)?.map_or(0, |(version, _)| version)))
    })?;
    let root = Root {
        version: VersionOne,
        site: wire_id(&site.to_string())?,
        root_version: version + 1,
        expires_at,
        image: KeySet { threshold: proposal.threshold, keys },
        order: KeySet { threshold: 1, keys: vec![order_key(app, site)?.public()] },
    };
    message::Message::check(&root)
        .map_err(|why| problem("root-keys", why, "give other keys, or another threshold"))?;
    Ok(sign(&root, &[]))
}

fn wire_id(text: &str) -> Result<Id, AppError> {
    Id::new(text).map_err(|why| problem("wire-id", why.to_string(), "choose another name"))
}

/// Writes the next image of a class for people to sign, from the files that are kept of each patch: nothing is kept.
///
/// The files of the way back are those of other versions of the same package.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] for a patch without a kept file.
pub fn make_image(app: &App, caller: &Caller, proposal: &ImageProposal) -> Result<Envelope, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let expires_at = wire_time(until(app, proposal.days)?);
    let class = wire_id(&proposal.class)?;
    let unnamed = proposal.places.iter().find(|place| !proposal.patches.contains(&place.patch));
    if let Some(place) = unnamed {
        let what =
            format!("a place is said for `{}`, which is none of the patches of this image", place.patch);
        return Err(problem("place-patch", what, "name the patch too, or leave the place out"));
    }
    if let Some(script) = proposal.scripts.iter().find(|one| !proposal.patches.contains(&one.patch)) {
        let what =
            format!("it is said how `{}` runs, which is none of the patches of this image", script.patch);
        return Err(problem("script-patch", what, "name the patch too, or leave the script out"));
    }
    let image = reading(app, |r| {
        let site = find_site(r, &proposal.site, &reach)?.id;
        let before = match r.agent_image(site, class.as_str())? {
            Some(kept) => read_text::<Image>(&kept)?,
            None => Image {
                version: VersionOne,
                site: wire_id(&site.to_string())?,
                class: class.clone(),
                image_version: 0,
                expires_at,
                entries: Vec::new(),
            },
        };
        let mut entries: BTreeMap<Id, Approved> =
            before.entries.into_iter().map(|entry| (entry.patch.clone(), entry)).collect();
        for patch in &proposal.without {
            entries.remove(&wire_patch(patch));
        }
        for patch in &proposal.patches {
            let entry = entry(r, patch, proposal)?;
            entries.insert(entry.patch.clone(), entry);
        }
        Ok(Image {
            image_version: before.image_version + 1,
            expires_at,
            entries: entries.into_values().collect(),
            ..before
        })
    })?;
    message::Message::check(&image)
        .map_err(|why| problem("image", why, "correct what is said of the patch"))?;
    Ok(sign(&image, &[]))
}

fn entry(r: &mut Reader<'_>, patch: &str, proposal: &ImageProposal) -> Result<Approved, AppError> {
    let package = super::orders::package_of(patch);
    let is_file = super::orders::is_file(patch);
    if package.is_none() && !is_file && !is_script(patch) {
        let what = format!("`{patch}` is {NO_WORK}");
        return Err(problem("patch-kind", what, "leave it out; a person or another door brings it in"));
    }
    let kept = r.patch_files(patch)?;
    if kept.is_empty() {
        let what = format!("no file of patch `{patch}` is kept here");
        return Err(problem("no-patch-file", what, "put its file in with `holdpoint patch add-file`"));
    }
    if !is_file && proposal.places.iter().any(|place| place.patch == patch) {
        let kind = if package.is_some() { "package, which says itself where its files go" } else { "script" };
        let what = format!("`{patch}` is a {kind}, and is put at no place");
        return Err(problem("place-patch", what, "leave the place out"));
    }
    if !is_script(patch) && proposal.scripts.iter().any(|one| one.patch == patch) {
        let what = format!("`{patch}` is no script (`script NAME VERSION`), and nothing runs for it");
        return Err(problem("script-patch", what, "leave the script out"));
    }
    let place = if is_file { Some(place(patch, &kept, &proposal.places)?) } else { None };
    let script =
        if is_script(patch) { Some(pinned::pin(r, patch, (&kept, &proposal.scripts))?) } else { None };
    let command = super::orders::command_of(patch, package.as_ref());
    // What a script did is taken back by nothing but what the image says.
    let has_way_back = script.as_ref().is_none_or(|work| work.undo.is_some());
    let way_back = has_way_back.then_some(CommandName::WayBack);
    let mut files: BTreeMap<[u8; 32], u64> = kept.iter().map(|file| (file.sha256, file.size_bytes)).collect();
    for other in super::orders::other_versions(r, patch)? {
        files.extend(r.patch_files(&other)?.iter().map(|file| (file.sha256, file.size_bytes)));
    }
    Ok(Approved {
        patch: wire_patch(patch),
        commands: [command].into_iter().chain(way_back).chain([CommandName::Restart]).collect(),
        files: files
            .into_iter()
            .map(|(sha256, size_bytes)| ApprovedFile { sha256: wire_hash(&sha256), size_bytes })
            .collect(),
        scripts: script.iter().flat_map(ScriptWork::runs).map(|run| run.script_hash.clone()).collect(),
        place,
        script,
    })
}

/// Where the one file of a patch is put.
fn place(patch: &str, kept: &[KeptFile], places: &[ProposedPlace]) -> Result<Place, AppError> {
    let mut said = places.iter().filter(|place| place.patch == patch);
    let (Some(said), None) = (said.next(), said.next()) else {
        let what = format!("it is not said, or said twice, where the file of `{patch}` is put");
        return Err(problem("place", what, "say it once, with its path, mode and owner"));
    };
    let [file] = kept else {
        let what = format!("{} files of `{patch}` are kept here, and one is put in place", kept.len());
        return Err(problem("place-file", what, "keep each file under a version of its own"));
    };
    let remedy = "correct it; an owner is `ACCOUNT:GROUP`, a mode has three digits from 0 to 7";
    let bad = |why: holdpoint_wire::text::BadText| problem("place", why.to_string(), remedy);
    let (user, group) = said.owner.split_once(':').unwrap_or((said.owner.as_str(), ""));
    let owner =
        Owner { user: AccountName::new(user).map_err(bad)?, group: AccountName::new(group).map_err(bad)? };
    if said.mode > 0o777 {
        return Err(problem("place", format!("`{:o}` is no mode from 0 to 777", said.mode), remedy));
    }
    let path = FilePath::new(said.path.as_str()).map_err(bad)?;
    Ok(Place { path, install: wire_hash(&file.sha256), mode: said.mode, owner })
}

pub(super) fn wire_hash(sha256: &[u8; 32]) -> Hash {
    Hash::new(hex(sha256)).expect("64 lower-case digits")
}

/// The paper in an envelope that was looked at when it was brought.
pub(super) fn read_text<P: message::Message>(kept: &KeptPaper) -> Result<P, AppError> {
    let envelope = paper(&kept.envelope)?;
    message::read(envelope.text.as_bytes())
        .map_err(|why| holdpoint_store::StoreError::damaged(format!("a signed paper: {why}")).into())
}

/// Takes in a signed root or image: it is checked as a device checks it.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] with the rule that it breaks.
pub fn put_paper(app: &App, caller: &Caller, bytes: &[u8], reason: &str) -> Result<PaperStanding, AppError> {
    let reach = caller.require(Permission::WriteSettings)?;
    let envelope: Envelope = super::read(bytes)?;
    let site_of = |text: &str| -> Result<String, AppError> {
        let value: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
        Ok(value["site"].as_str().unwrap_or_default().to_owned())
    };
    let site = site_of(&envelope.text)?;
    let now = app.now();
    let committed = app.store().change(&app.intent(caller, "paper.put", reason), |c| {
        let site = find_site(c, &site, &reach)?;
        caller.require_at(Permission::WriteSettings, Some(site.id))?;
        let by = person(caller).name;
        let kept = |version, expires_at: holdpoint_wire::moment::Moment| KeptPaper {
            version,
            envelope: String::from_utf8(message::write(&envelope)).expect("JSON is UTF-8"),
            expires_at: Moment::from_micros(expires_at.0),
            put_by: by.clone(),
            put_at: now,
        };
        let (kind, class, paper) = match envelope.kind {
            Paper::Root => {
                let root = check_root(c, site.id, &envelope)?;
                let paper = kept(root.root_version, root.expires_at);
                c.put_agent_root(site.id, &paper)?;
                ("root", String::new(), paper)
            }
            Paper::Image => {
                let image = check_image(c, site.id, &envelope, now)?;
                let paper = kept(image.image_version, image.expires_at);
                c.put_agent_image(site.id, image.class.as_str(), &paper)?;
                ("image", image.class.to_string(), paper)
            }
            Paper::Order | Paper::Stick => {
                let what = format!("the paper `{}` is made by the server and not brought", envelope.kind);
                return Err(problem("paper-kind", what, "bring a root or an image"));
            }
        };
        c.about("site", &site.name);
        c.detail("kind", json!(kind));
        c.detail("class", json!(class));
        c.detail("version", json!(paper.version));
        c.detail("sha256", json!(hex(&sha256(envelope.text.as_bytes()))));
        count_up(c)?;
        Ok::<_, AppError>(shown(&site.name, (kind, &class), &paper, &envelope))
    })?;
    app.agents().forget();
    Ok(committed.value)
}

/// Whether this very paper is the newest of its kind here, so that bringing it again changes nothing.
///
/// # Errors
/// [`AppError::Store`].
pub(crate) fn has_paper(app: &App, bytes: &[u8]) -> Result<bool, AppError> {
    let Ok(envelope) = super::read::<Envelope>(bytes) else { return Ok(false) };
    let text: serde_json::Value = serde_json::from_str(&envelope.text).unwrap_or_default();
    let Ok(site) = text["site"].as_str().unwrap_or_default().parse::<SiteId>() else { return Ok(false) };
    let kept = app.store().read(|r| match envelope.kind {
        Paper::Root => r.agent_root(site),
        Paper::Image => r.agent_image(site, text["class"].as_str().unwrap_or_default()),
        Paper::Order | Paper::Stick => Ok(None),
    })?;
    Ok(kept.is_some_and(|kept| super::paper(&kept.envelope).is_ok_and(|known| known == envelope)))
}

fn check_root(r: &mut Reader<'_>, site: SiteId, envelope: &Envelope) -> Result<Root, AppError> {
    let wanted = wire_id(&site.to_string())?;
    match site_root(r, site)? {
        None => {
            let root = root::first(envelope, &wanted).map_err(|why| broken(&why))?;
            if root.root_version == 1 { Ok(root) } else { Err(broken(&out_of_order(1, root.root_version))) }
        }
        Some((_, current)) => {
            let current: Root = message::read(current.text.as_bytes())
                .map_err(|why| holdpoint_store::StoreError::damaged(format!("a root: {why}")))?;
            root::successor(&current, envelope).map_err(|why| broken(&why))
        }
    }
}

const fn out_of_order(wanted: u64, found: u64) -> Refusal {
    Refusal::RootOutOfOrder { wanted, found }
}

fn check_image(
    r: &mut Reader<'_>,
    site: SiteId,
    envelope: &Envelope,
    now: Moment,
) -> Result<Image, AppError> {
    let Some((_, root)) = site_root(r, site)? else {
        return Err(problem("no-root", "the site has no root yet", "bring the root first"));
    };
    let root: Root = message::read(root.text.as_bytes())
        .map_err(|why| holdpoint_store::StoreError::damaged(format!("a root: {why}")))?;
    let image: Image = open(envelope, &root.image).map_err(|why| broken(&why))?;
    if image.site.as_str() != site.to_string() {
        let (expected, found) = (wire_id(&site.to_string())?, image.site.clone());
        return Err(broken(&Refusal::WrongSite { paper: Paper::Image, expected, found }));
    }
    if wire_time(now) > image.expires_at {
        let (expires_at, now) = (image.expires_at, wire_time(now));
        return Err(broken(&Refusal::Expired { paper: Paper::Image, expires_at, now }));
    }
    let highest = r.agent_image(site, image.class.as_str())?.map_or(0, |kept| kept.version);
    if image.image_version <= highest {
        let version = image.image_version;
        return Err(broken(&Refusal::RolledBack { paper: Paper::Image, version, highest }));
    }
    if let Some(patch) = image.unpinned() {
        let what =
            format!("the image lets scripts run for `{patch}` and does not say how: no device would run one");
        return Err(problem(
            "script-not-pinned",
            what,
            "write the image anew, with `--script`, and have it signed",
        ));
    }
    Ok(image)
}

fn broken(why: &Refusal) -> AppError {
    let remedy = "have it written and signed anew";
    AppError::Conflict(Rejected::new(
        format!("paper-{}", why.rule()),
        why.to_string(),
        "the paper is not kept",
        remedy,
    ))
}

fn shown(
    site: &str,
    (kind, class): (&'static str, &str),
    paper: &KeptPaper,
    envelope: &Envelope,
) -> PaperStanding {
    PaperStanding {
        site: site.to_owned(),
        kind,
        class: class.to_owned(),
        version: paper.version,
        expires_at: paper.expires_at,
        put_by: paper.put_by.clone(),
        put_at: paper.put_at,
        text_sha256: hex(&sha256(envelope.text.as_bytes())),
    }
}

/// The papers that hold at each site.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn standing(app: &App, caller: &Caller) -> Result<Vec<PaperStanding>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    reading(app, |r| {
        let mut all = Vec::new();
        for site in r.sites()?.into_iter().filter(|site| reach.covers(Some(site.id))) {
            if let Some(kept) = r.agent_root(site.id)? {
                all.push(shown(&site.name, ("root", ""), &kept, &paper(&kept.envelope)?));
            }
            for class in r.agent_classes(site.id)? {
                if let Some(kept) = r.agent_image(site.id, &class)? {
                    all.push(shown(&site.name, ("image", &class), &kept, &paper(&kept.envelope)?));
                }
            }
        }
        Ok(all)
    })
}

/// What a poll is answered.
#[derive(Debug, Clone)]
pub enum Poll {
    /// Nothing new.
    NotChanged {
        /// The tag again.
        tag: String,
    },
    /// Everything that stands open.
    Work(Box<Work>),
}

/// Everything that stands open for an agent.
#[derive(Debug, Clone)]
pub struct Work {
    /// The tag of this content.
    pub tag: String,
    /// The answer's bytes.
    pub body: Vec<u8>,
}

/// Whether a poll with this tag can be answered from memory: nothing new.
#[must_use]
pub fn nothing_new(app: &App, who: &Known, tag: &str) -> bool {
    who.asked.note(app.now());
    let content = who.content.read().unwrap_or_else(PoisonError::into_inner);
    !content.is_empty() && tag == tag_of(app, who, &content)
}

fn tag_of(app: &App, who: &Known, content: &str) -> String {
    let wish = if app.agents().wishes(who.asset) { "w" } else { "n" };
    let pace = match app.agents().pace(who.asset) {
        Pace::Soon => "s",
        Pace::Usual => "u",
    };
    format!("\"{content}{wish}{pace}\"")
}

/// Answers an agent that asks. Without anything new no question goes to the database.
///
/// # Errors
/// [`AppError::Store`].
pub fn poll(app: &App, who: &Known, tag: Option<&str>) -> Result<Poll, AppError> {
    who.asked.note(app.now());
    if let Some(tag) = tag
        && nothing_new(app, who, tag)
    {
        return Ok(Poll::NotChanged { tag: tag.to_owned() });
    }
    let mut answer = reading(app, |r| gather(app, r, who))?;
    let content = sha256(&[message::write(&answer)].concat());
    let content = hex(&content).get(..32).unwrap_or_default().to_owned();
    (*who.content.write().unwrap_or_else(PoisonError::into_inner)).clone_from(&content);
    let new_tag = tag_of(app, who, &content);
    if tag == Some(new_tag.as_str()) {
        return Ok(Poll::NotChanged { tag: new_tag });
    }
    if app.agents().wishes(who.asset) {
        answer.inventory = InventoryWish::Wanted;
    }
    answer.ask_again_s = match app.agents().pace(who.asset) {
        Pace::Soon => SOON_POLL_S,
        Pace::Usual => USUAL_POLL_S,
    };
    answer.server_time = wire_time(app.now());
    Ok(Poll::Work(Box::new(Work { tag: new_tag, body: message::write(&answer) })))
}

/// What does not depend on the moment.
fn gather(app: &App, r: &mut Reader<'_>, who: &Known) -> Result<PollAnswer, AppError> {
    let roots = r.agent_roots_after(who.site, who.root_version)?;
    let image = r.agent_image(who.site, &who.class)?;
    let orders = r.open_agent_orders(who.asset, app.now())?;
    Ok(PollAnswer {
        version: VersionOne,
        server_time: holdpoint_wire::moment::Moment(0),
        ask_again_s: 0,
        roots: roots.iter().map(|kept| paper(&kept.envelope)).collect::<Result<_, _>>()?,
        image: image.map(|kept| paper(&kept.envelope)).transpose()?,
        orders: orders.iter().take(64).map(|order| paper(&order.envelope)).collect::<Result<_, _>>()?,
        inventory: InventoryWish::NotNeeded,
    })
}

/// The bytes of a file that an open order of the agent names; others are not there for it.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Store`].
pub fn artifact(app: &App, who: &Known, hash: &str) -> Result<Vec<u8>, AppError> {
    let missing = || AppError::NotFound { noun: "file", id: hash.chars().take(64).collect() };
    let sha256 = holdpoint_wire::text::from_hex::<32>(hash).ok_or_else(missing)?;
    let found = app.store().read(|r| {
        let orders = r.open_agent_orders(who.asset, app.now())?;
        // The text of an order names its files by their hashes, and nothing else in it has such a form by chance.
        let named = format!("\\\"sha256\\\":\\\"{hash}\\\"");
        if orders.iter().any(|order| order.envelope.contains(&named)) { r.blob(&sha256) } else { Ok(None) }
    })?;
    found.ok_or_else(missing)
}

/// A new key of a person, as two texts: what stays secret, and what goes into a root.
#[must_use]
pub fn person_key(random: &[u8; 32]) -> (String, String) {
    let signer = Signer::from_seed(random);
    (hex(random), signer.public().to_hex())
}

/// Adds a person's signature to a root or an image. Needs nothing but the two, so that it can be done far from any network.
///
/// # Errors
/// [`AppError::Invalid`] for bytes that are no such paper, or a key that is none.
pub fn sign_paper(bytes: &[u8], key: &str) -> Result<Vec<u8>, AppError> {
    let mut envelope: Envelope = super::read(bytes)?;
    let seed = holdpoint_wire::text::from_hex::<32>(key.trim()).ok_or_else(|| {
        let what = if key.starts_with("holdpoint-key-") {
            "the file holds a key for transfers, which counts for no paper of devices"
        } else {
            "the file holds no key"
        };
        problem("key-file", what, "give the file that `holdpoint paper key` made")
    })?;
    let signer = Signer::from_seed(&seed);
    let signed = match envelope.kind {
        Paper::Root => sign_more::<Root>(&mut envelope, &signer),
        Paper::Image => sign_more::<Image>(&mut envelope, &signer),
        Paper::Order | Paper::Stick => {
            Err(Refusal::WrongKind { expected: Paper::Image, found: envelope.kind })
        }
    };
    signed.map_err(|why| broken(&why))?;
    Ok(message::write(&envelope))
}

/// The text of a paper, for people to read before they sign.
///
/// # Errors
/// [`AppError::Invalid`] for bytes that are no paper.
pub fn paper_text(bytes: &[u8]) -> Result<serde_json::Value, AppError> {
    let envelope: Envelope = super::read(bytes)?;
    let signatures: Vec<&str> = envelope.signatures.iter().map(|one| one.key.as_str()).collect();
    let text: serde_json::Value = serde_json::from_str(&envelope.text).unwrap_or_default();
    let sha256 = hex(&sha256(envelope.text.as_bytes()));
    // A root names people by their keys, and signatures by the ids of keys: counting is for the program.
    let counted = serde_json::from_str::<Root>(&envelope.text).ok().map(|root| {
        let named = |id: &str| root.image.keys.iter().any(|key| key.id().as_str() == id);
        let signed = signatures.iter().filter(|id| named(id)).count();
        json!({ "signed": signed, "named": root.image.keys.len(), "wanted": root.image.threshold })
    });
    let image = serde_json::from_str::<Image>(&envelope.text).ok();
    let places = image.as_ref().map(places_of);
    let scripts = image.as_ref().map(pinned::shown);
    Ok(json!({
        "kind": envelope.kind.word(), "sha256": sha256, "signed_by": signatures, "counted": counted, "places": places,
        "scripts": scripts,
        "text": text
    }))
}

/// Where an image says that files are put, as people write modes and owners: they sign what they can read.
fn places_of(image: &Image) -> Vec<serde_json::Value> {
    let shown = |entry: &Approved| {
        let place = entry.place.as_ref()?;
        let (mode, owner) = (format!("{:o}", place.mode), place.owner.to_string());
        Some(json!({
            "patch": entry.patch, "path": place.path, "mode": mode, "owner": owner, "sha256": place.install
        }))
    };
    image.entries.iter().filter_map(shown).collect()
}
