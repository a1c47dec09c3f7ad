//! The agents' door: who is enrolled, which signed papers hold, what each agent is to do, and what agents have told.
//!
//! Here are the use cases of both sides: of people, who make codes, bring papers and revoke, and of agents, which ask, tell
//! and hand over. The connection is the server's. The surprise: an agent is never pushed to; each time it asks it is told
//! everything that stands open, so an answer that is lost does no harm.

mod enrolment;
mod keys;
mod orders;
mod papers;
mod pinned;
mod resident;
mod same;
mod seen;
mod told;

pub use enrolment::{MOST_CODE_HOURS, ShownCode, USUAL_POLL_S, enrol, make_code, read, renew};
pub(crate) use keys::order_key;
pub use keys::{Authority, DEVICE_DAYS, ServerIdentity, authority, write_secret as write_secret_file};
pub(crate) use orders::{PackagePatch, is_file, is_place, is_script, is_unbegun_by_device, package_of};
pub use orders::{hand_over, settle};
pub use papers::{
    ImageProposal, PaperStanding, Poll, ProposedPlace, RootProposal, Work, artifact, make_image, make_root,
    nothing_new, paper_text, person_key, poll, put_paper, sign_paper, standing, wire_patch,
};
pub use pinned::{ProposedRun, ProposedScript};
pub use resident::Known;
pub(crate) use seen::installed_by_agent;
pub use seen::take_inventory;
pub use told::{ToldBy, keep_events};

pub(crate) use papers::has_paper;
pub(crate) use resident::Resident;

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::planning::find_asset;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::id::SiteId;
use holdpoint_store::agent::AgentLine;
use holdpoint_store::page::{ListQuery, Paged};
use holdpoint_store::{Change, Reader, StoreError};
use holdpoint_wire::envelope::Envelope;
use holdpoint_wire::message::{self, VersionOne};
use holdpoint_wire::progress::ProgressAnswer;
use serde_json::json;
use std::sync::Arc;

/// Counts up whenever agents are to be told something else.
const GENERATION: &str = "agents.generation";

/// An agent that asks no more for so long is overdue: six times the usual pause, and more than a mark can be behind.
pub const OVERDUE_AFTER: i64 = 30 * 60_000_000;

/// An agent as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownAgent {
    /// As it is kept.
    pub line: AgentLine,
    /// When it last asked, since this program was started.
    pub asked_at: Option<Moment>,
    /// When it was last seen: to the second where this program is the server, else some minutes coarse.
    pub seen_at: Moment,
    /// How it stands.
    pub state: AgentState,
    /// What people should know of it, in a sentence; `None`: nothing.
    pub remark: Option<String>,
}

/// How an agent stands. The first that holds is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgentState {
    /// It was revoked, or the asset was enrolled anew.
    Ended,
    /// It came back without its records: a person looks before it gets work.
    LostRecords,
    /// Its certificate is over, so that it cannot come in any more.
    CertificateOver,
    /// It has not asked for [`OVERDUE_AFTER`].
    Overdue,
    /// It asks as it should.
    Enrolled,
}

impl AgentState {
    /// The word of the API.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::LostRecords => "lost_records",
            Self::CertificateOver => "certificate_over",
            Self::Overdue => "overdue",
            Self::Enrolled => "enrolled",
        }
    }
}

fn shown(app: &App, (line, remark): (AgentLine, Option<String>), now: Moment) -> ShownAgent {
    let holds = line.ended_at == Moment::OPEN;
    // An agent that ended shares its asset with the one that took its place, and has nothing of what that one asked.
    let asked_at = if holds { app.agents().asked.asked_at(line.asset) } else { None };
    let seen_at = asked_at.map_or(line.seen_at, |asked| asked.max(line.seen_at));
    let state = if !holds {
        AgentState::Ended
    } else if line.journal_changed.is_some() {
        AgentState::LostRecords
    } else if line.expires_at <= now {
        AgentState::CertificateOver
    } else if now.since(seen_at) > OVERDUE_AFTER {
        AgentState::Overdue
    } else {
        AgentState::Enrolled
    };
    ShownAgent { line, asked_at, seen_at, state, remark }
}

/// Lists agents.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn list(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<ShownAgent>, AppError> {
    let query = ListQuery { reach: caller.require(Permission::ReadPlant)?, ..query.clone() };
    let (page, mut remarks) = app.store().read(|r| {
        let page = r.agent_list(&query)?;
        let remarks = same::remarks(r, &page.items)?;
        Ok::<_, StoreError>((page, remarks))
    })?;
    let said = |line: AgentLine| {
        let remark = if line.ended_at == Moment::OPEN { remarks.remove(&line.asset) } else { None };
        shown(app, (line, remark), query.now)
    };
    let items = page.items.into_iter().map(said).collect();
    Ok(Paged { items, next: page.next, count: page.count })
}

/// Writes down who has asked, some minutes coarse, so that it is known after a restart and in another process.
///
/// # Errors
/// [`AppError::Store`]. Nothing is lost then: it is tried again.
pub fn mark_seen(app: &App) -> Result<(), AppError> {
    let marks = &app.agents().asked;
    let seen = marks.to_mark();
    if !seen.is_empty() && app.store().touch_agents(&seen)? {
        marks.marked(&seen);
    }
    Ok(())
}

/// Ends an agent: its certificate works no more, and it gets no orders.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`].
pub fn revoke(app: &App, caller: &Caller, asset: &str, reason: &str) -> Result<(), AppError> {
    let reach = caller.require(Permission::WriteInventory)?;
    app.store().change(&app.intent(caller, "agent.revoke", reason), |c| {
        let found = find_asset(c, asset, &reach)?;
        caller.require_at(Permission::WriteInventory, found.site)?;
        if !c.end_agent(found.asset.id, reason)? {
            return Err(AppError::NotFound { noun: "agent", id: found.asset.tag.clone() });
        }
        c.about("asset", &found.asset.tag);
        count_up(c)?;
        Ok::<_, AppError>(())
    })?;
    app.agents().forget();
    Ok(())
}

/// Whom a certificate belongs to; `None` for one that is unknown or was revoked.
///
/// # Errors
/// [`AppError::Store`].
pub fn recognise(app: &App, certificate: &[u8; 32]) -> Result<Option<Arc<Known>>, AppError> {
    if let Some(known) = app.agents().known(certificate) {
        return Ok(Some(known));
    }
    let Some(line) = app.store().read(|r| r.agent_by_certificate(certificate))? else { return Ok(None) };
    if line.next_certificate.as_ref() == Some(certificate) {
        let caller = Caller::system(format!("agent {}", line.tag));
        app.store().change(&app.intent(&caller, "agent.renewed", ""), |c| {
            c.agent_renewed(certificate)?;
            c.about("asset", &line.tag);
            count_up(c)?;
            Ok::<_, AppError>(())
        })?;
        app.agents().forget();
    }
    let known = Arc::new(Known {
        asset: line.asset,
        tag: line.tag,
        site: line.site,
        class: line.class,
        root_version: line.root_version,
        content: std::sync::RwLock::default(),
        asked: app.agents().asked.of(line.asset, line.seen_at),
    });
    app.agents().keep(*certificate, &known);
    Ok(Some(known))
}

/// Whom a certificate belongs to, when that is in memory already.
#[must_use]
pub fn in_memory(app: &App, certificate: &[u8; 32]) -> Option<Arc<Known>> {
    app.agents().known(certificate)
}

/// The fingerprint of a certificate in DER.
#[must_use]
pub fn fingerprint(certificate: &[u8]) -> [u8; 32] {
    crate::intake::prepare::sha256(certificate)
}

/// A hash in 64 lower-case digits.
#[must_use]
pub fn hash_of_hex(text: &str) -> Option<[u8; 32]> {
    holdpoint_wire::text::from_hex(text.trim())
}

/// Writes a message of the wire.
#[must_use]
pub fn write<M: message::Message>(answer: &M) -> Vec<u8> {
    message::write(answer)
}

/// The answer to a report that is kept.
#[must_use]
pub fn kept_answer(kept_through: u64) -> Vec<u8> {
    message::write(&ProgressAnswer { version: VersionOne, kept_through })
}

/// What agents are told changed: everybody who keeps answers in memory sees the new number.
fn count_up(c: &mut Change<'_>) -> Result<u64, AppError> {
    let next = generation(c)? + 1;
    c.put_setting(GENERATION, &json!(next))?;
    Ok(next)
}

fn generation(r: &mut Reader<'_>) -> Result<u64, AppError> {
    Ok(r.setting(GENERATION)?.and_then(|value| value.as_u64()).unwrap_or_default())
}

/// The newest root of a site, with its version.
fn site_root(r: &mut Reader<'_>, site: SiteId) -> Result<Option<(u64, Envelope)>, AppError> {
    let Some(kept) = r.agent_root(site)? else { return Ok(None) };
    Ok(Some((kept.version, paper(&kept.envelope)?)))
}

/// A paper that was looked at when it was brought.
fn paper(text: &str) -> Result<Envelope, AppError> {
    message::read(text.as_bytes())
        .map_err(|why| holdpoint_store::StoreError::damaged(format!("a signed paper: {why}")).into())
}

const fn wire_time(at: Moment) -> holdpoint_wire::moment::Moment {
    holdpoint_wire::moment::Moment(at.micros())
}

fn problem(code: &str, what: impl Into<String>, remedy: &str) -> AppError {
    AppError::invalid(code, what, "nothing was changed", remedy)
}
