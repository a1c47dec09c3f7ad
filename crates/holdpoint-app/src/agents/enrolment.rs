//! Enrolment: a code for one asset, the certificate that it brings, and the renewal of that.
//!
//! The surprise: whoever comes with a wrong code hears always the same, whatever is wrong with the code.

use super::keys::{SignedDevice, authority};
use super::resident::Known;
use super::{count_up, problem, site_root};
use crate::App;
use crate::access_check::Caller;
use crate::approval::person;
use crate::error::AppError;
use crate::intake::prepare::sha256;
use crate::planning::find_asset;
use holdpoint_domain::Moment;
use holdpoint_domain::Rejected;
use holdpoint_domain::access::Permission;
use holdpoint_domain::id::AssetId;
use holdpoint_store::agent::{AgentCode, NewAgent};
use holdpoint_wire::enrol::{EnrolAnswer, EnrolRequest, RenewAnswer, RenewRequest};
use holdpoint_wire::message::{self, VersionOne};
use holdpoint_wire::text::{Hash, Id, hex};
use serde_json::json;

const HOUR: i64 = 3_600_000_000;
/// The longest that a code works: a shift that is prepared the day before.
pub const MOST_CODE_HOURS: u32 = 72;
/// How often a device asks when nothing is planned for it.
pub const USUAL_POLL_S: u32 = 300;

/// What a person is shown to enrol a device; the code is shown this once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownCode {
    /// The asset's tag.
    pub asset: String,
    /// Its class.
    pub class: String,
    /// The code.
    pub code: String,
    /// Until when it works.
    pub expires_at: Moment,
    /// What the device must see of the server.
    pub fingerprint: Hash,
    /// What the device must see of the first root.
    pub root: Hash,
}

/// Makes a code with which one device becomes this asset. Codes that the asset had before work no more.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Conflict`] when the site has no root yet;
/// [`AppError::Invalid`] for a class or a time that cannot be.
pub fn make_code(
    app: &App,
    caller: &Caller,
    asset: &str,
    (class, hours): (&str, u32),
    reason: &str,
) -> Result<ShownCode, AppError> {
    let reach = caller.require(Permission::WriteInventory)?;
    let class =
        Id::new(class).map_err(|why| problem("agent-class", why.to_string(), "name another class"))?;
    if !(1..=MOST_CODE_HOURS).contains(&hours) {
        let what = format!("a code cannot work for {hours} hours");
        return Err(problem("code-hours", what, "choose 1 to 72; another can be made later"));
    }
    let fingerprint = authority(app)?.fingerprint();
    let code = code_of(&app.random_bytes::<10>());
    let hash = sha256(code.as_bytes());
    let expires_at = app.now().plus_micros(i64::from(hours) * HOUR);
    let committed = app.store().change(&app.intent(caller, "agent.code", reason), |c| {
        let found = find_asset(c, asset, &reach)?;
        caller.require_at(Permission::WriteInventory, found.site)?;
        let site = found.site.ok_or_else(|| {
            problem(
                "no-site",
                "the asset stands on no site",
                "say where it stands; roots and keys belong to a site",
            )
        })?;
        let (_, root) = site_root(c, site)?.ok_or_else(no_root)?;
        let new = AgentCode {
            asset: found.asset.id,
            site,
            class: class.to_string(),
            made_by: person(caller).name,
            expires_at,
            used_at: None,
        };
        c.put_agent_code(&new, &hash)?;
        c.about("asset", &found.asset.tag);
        c.detail("class", json!(new.class));
        c.detail("expires_at", json!(expires_at.to_string()));
        Ok::<_, AppError>((found.asset.tag.clone(), Hash::of(root.text.as_bytes())))
    })?;
    let (asset, root) = committed.value;
    Ok(ShownCode { asset, class: class.to_string(), code, expires_at, fingerprint, root })
}

fn no_root() -> AppError {
    AppError::Conflict(Rejected::new(
        "no-root",
        "the site has no root yet, so no device could know whom to believe",
        "no code was made",
        "make one with `holdpoint paper root`, have it signed by those who hold the image keys, and bring it",
    ))
}

/// 80 random bits in groups that can be read aloud.
fn code_of(random: &[u8; 10]) -> String {
    let digits = hex(random);
    let groups: Vec<&str> = (0..4).filter_map(|n| digits.get(n * 5..n * 5 + 5)).collect();
    groups.join("-")
}

/// Enrols a device that comes with a code.
///
/// # Errors
/// [`AppError::Refused`] never; [`AppError::Conflict`] with the code `enrol-refused` for a code that is unknown, used or
/// over; [`AppError::Invalid`] for a request that is none.
pub fn enrol(app: &App, request: &EnrolRequest, from: &str) -> Result<EnrolAnswer, AppError> {
    let caller = Caller::system("agents' door");
    let hash = sha256(request.code.as_str().as_bytes());
    let now = app.now();
    let authority = authority(app)?;
    let outcome = app.store().change(&app.intent(&caller, "agent.enrol", ""), |c| {
        let Some(code) = c.agent_code(&hash)?.filter(|code| code.used_at.is_none() && now < code.expires_at)
        else {
            c.nothing_to_do();
            return Ok::<_, AppError>(None);
        };
        let Some((root_version, root)) = site_root(c, code.site)? else { return Err(no_root()) };
        let SignedDevice { pem, sha256, expires_at } =
            authority.device(app, &request.certificate_request, code.asset)?;
        if !c.use_agent_code(&hash)? {
            c.nothing_to_do();
            return Ok(None);
        }
        let (site, asset, class) = (code.site, code.asset, code.class.clone());
        c.put_agent(&NewAgent {
            code,
            certificate: sha256,
            expires_at,
            root_version,
            agent_version: request.agent_version.to_string(),
            host_name: request.host_name.to_string(),
        })?;
        super::same::keep(c, asset, from)?;
        c.about("asset", asset);
        c.detail("class", json!(class));
        c.detail("from", json!(from));
        c.detail("certificate", json!(hex(&sha256)));
        let generation = count_up(c)?;
        let wire =
            |text: String| Id::new(text).map_err(|why| problem("agent-id", why.to_string(), "rename it"));
        let answer = EnrolAnswer {
            version: VersionOne,
            site: wire(site.to_string())?,
            asset: wire(asset.to_string())?,
            class: wire(class)?,
            certificates: pem,
            root,
            poll_every_s: USUAL_POLL_S,
            server_time: super::wire_time(now),
        };
        Ok(Some((answer, generation, asset)))
    })?;
    match outcome.value {
        Some((answer, generation, asset)) => {
            app.agents().counted(generation, [asset]);
            // The certificate before this one is known no more.
            app.agents().forget();
            Ok(answer)
        }
        None => {
            note_refusal(app, &caller, from)?;
            Err(AppError::Conflict(Rejected::new(
                "enrol-refused",
                "the code is unknown, used or over",
                "the device is not enrolled",
                "have a new code made for the asset",
            )))
        }
    }
}

/// A wrong code is written down: somebody who tries codes should be seen.
fn note_refusal(app: &App, caller: &Caller, from: &str) -> Result<(), AppError> {
    app.store().change(&app.intent(caller, "agent.enrol_refused", ""), |c| {
        let known = c.setting(WRONG_CODES)?.and_then(|value| value.as_u64()).unwrap_or_default();
        c.put_setting(WRONG_CODES, &json!(known + 1))?;
        c.detail("from", json!(from));
        c.detail("wrong_codes_so_far", json!(known + 1));
        Ok::<_, AppError>(())
    })?;
    Ok(())
}

/// How many wrong codes came since the installation was made.
pub(super) const WRONG_CODES: &str = "agents.wrong_codes";

/// Renews the certificate of a device. The old one works until the new one is seen.
///
/// # Errors
/// [`AppError::Invalid`] for a request that is none; [`AppError::NotFound`] when it was revoked meanwhile.
pub fn renew(app: &App, who: &Known, request: &RenewRequest) -> Result<RenewAnswer, AppError> {
    let caller = Caller::system(format!("agent {}", who.tag));
    let signed = authority(app)?.device(app, &request.certificate_request, who.asset)?;
    app.store().change(&app.intent(&caller, "agent.renew", ""), |c| {
        live(c, who.asset)?;
        c.renew_agent(who.asset, &signed.sha256, signed.expires_at)?;
        c.about("asset", &who.tag);
        c.detail("certificate", json!(hex(&signed.sha256)));
        c.detail("expires_at", json!(signed.expires_at.to_string()));
        Ok::<_, AppError>(())
    })?;
    Ok(RenewAnswer { version: VersionOne, certificates: signed.pem })
}

fn live(c: &mut holdpoint_store::Change<'_>, asset: AssetId) -> Result<(), AppError> {
    let missing = || AppError::NotFound { noun: "agent", id: asset.to_string() };
    c.agent_of(asset)?.map(|_| ()).ok_or_else(missing)
}

/// Reads a message of the wire from bytes.
///
/// # Errors
/// [`AppError::Invalid`] with the reader's words.
pub fn read<M: message::Message>(bytes: &[u8]) -> Result<M, AppError> {
    message::read(bytes).map_err(|why| problem("unreadable", why.to_string(), "update the older side"))
}
