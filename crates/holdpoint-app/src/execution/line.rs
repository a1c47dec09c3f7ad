//! How hosts without an agent are reached: address, account and the pinned key of each.
//!
//! The surprise: a key is never taken on trust. A person reads what the host shows, compares it at the machine, and pins it.

use crate::App;
use crate::access_check::Caller;
use crate::approval::{baselines::conflict, reading};
use crate::error::AppError;
use crate::planning::{find_asset, invalid};
use holdpoint_connectors::apply::ssh::look_at_key;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::id::AssetId;
use holdpoint_store::Change;
use holdpoint_store::execution::{AssetLine, HostLine};
use holdpoint_store::page::{ListQuery, Paged};
use serde_json::json;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

/// How long a host may take to show its key.
const KEY_PATIENCE: Duration = Duration::from_secs(15);

/// The fingerprint that a host shows, for a person to compare with what stands at the machine.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Invalid`] when it cannot be reached.
pub fn show_key(caller: &Caller, address: &str, port: u16) -> Result<String, AppError> {
    caller.require(Permission::WriteInventory)?;
    is_address(address)?;
    look_at_key(address, port, KEY_PATIENCE)
        .map_err(|why| invalid("address", why.to_string(), "check the address and the port"))
}

/// The public half of the key with which this installation signs in, as a line of `authorized_keys`.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotNow`] when it has none.
pub fn public_key(app: &App, caller: &Caller) -> Result<String, AppError> {
    caller.require(Permission::WriteInventory)?;
    let key = app.settings().login_key.as_ref().map(|key| key.public_line());
    key.ok_or_else(|| {
        AppError::NotNow(holdpoint_domain::Rejected::new(
            "no-login-key",
            "this installation has no key to sign in to hosts with",
            "nothing is done over SSH",
            "name a file with --login-key or HOLDPOINT_LOGIN_KEY, and start it again",
        ))
    })
}

/// The id of an asset, by its id or tag.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn asset_named(app: &App, caller: &Caller, name: &str) -> Result<AssetId, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    reading(app, |r| Ok(find_asset(r, name, &reach)?.asset.id))
}

/// How an asset is reached.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn line_of(app: &App, caller: &Caller, asset: AssetId) -> Result<Option<AssetLine>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    reading(app, |r| {
        let missing = || AppError::NotFound { noun: "asset", id: asset.to_string() };
        let found = r.asset(asset, Moment::OPEN)?.filter(|one| reach.covers(one.site));
        found.ok_or_else(missing)?;
        Ok(r.asset_line(asset)?)
    })
}

/// Lists hosts with a line: how each is reached, and who serves it.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn lines(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<HostLine>, AppError> {
    let query = ListQuery { reach: caller.require(Permission::ReadPlant)?, ..query.clone() };
    Ok(app.store().read(|r| r.asset_line_list(&query))?)
}

/// How a host is to be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLine {
    /// Its name or address.
    pub address: String,
    /// The port.
    pub port: u16,
    /// The account.
    pub account: String,
    /// The fingerprint of its key, as `SHA256:…`.
    pub fingerprint: String,
    /// `own` or `sudo`.
    pub rights: String,
    /// Where that is known from.
    pub note: String,
}

impl NewLine {
    fn check(&self) -> Result<(), AppError> {
        is_address(&self.address)?;
        if self.port == 0 {
            return Err(invalid(
                "port",
                "a port is 1 to 65535",
                "sshd listens on 22 unless somebody said else",
            ));
        }
        let name = |c: char| c.is_ascii_alphanumeric() || "._-@".contains(c);
        if self.account.is_empty() || self.account.len() > 64 || !self.account.chars().all(name) {
            return Err(invalid("account", "that is no name of an account", "name the account on the host"));
        }
        let digest = self.fingerprint.strip_prefix("SHA256:").unwrap_or_default();
        let good =
            digest.len() == 43 && digest.chars().all(|c| c.is_ascii_alphanumeric() || "+/".contains(c));
        if !good || !matches!(self.rights.as_str(), "own" | "sudo") {
            let what = "a fingerprint is `SHA256:` with 43 letters, and rights are `own` or `sudo`";
            return Err(invalid("line", what, "read the fingerprint at the machine itself"));
        }
        if self.note.chars().count() > 500 {
            return Err(invalid("note", "a note has at most 500 characters", "shorten it"));
        }
        Ok(())
    }
}

fn is_address(address: &str) -> Result<(), AppError> {
    let letters = |c: char| c.is_ascii_alphanumeric() || ".-:_%[]".contains(c);
    if address.is_empty() || address.len() > 253 || !address.chars().all(letters) {
        let what = "that is no name or address of a host";
        return Err(invalid("address", what, "name the host as its network does, without a port"));
    }
    if !reads_one_way(address) {
        let what = format!("`{address}` is no address that every program reads the same way");
        let remedy = "write four numbers from 0 to 255 without leading zeros, or an address of IPv6";
        return Err(invalid("address", what, remedy));
    }
    Ok(())
}

/// Whether what looks like a number is an address: some programs read `010.0.0.7` in octal, and `10.7` as `10.0.0.7`.
fn reads_one_way(address: &str) -> bool {
    let text = address.trim_end_matches('.');
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    if bare.contains([':', '[', ']']) {
        return bare.split('%').next().is_some_and(|bare| bare.parse::<Ipv6Addr>().is_ok());
    }
    let last = bare.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_number = last.starts_with("0x") || last.chars().all(|c| c.is_ascii_digit());
    !is_number || bare.parse::<Ipv4Addr>().is_ok()
}

/// How a note begins that says that two assets are one device, each of them named.
const SAME_DEVICE: &str = "same device as ";

/// Refuses a line to a host that another asset has: what is agreed for the one, freezes and groups, would not hold for the other.
fn one_asset_alone(c: &mut Change<'_>, asset: AssetId, line: &AssetLine) -> Result<(), AppError> {
    let said = line.note.trim().strip_prefix(SAME_DEVICE).unwrap_or_default();
    let said = said.split(':').next().unwrap_or_default();
    let named: Vec<&str> = said.split(',').map(str::trim).collect();
    let others = c.same_line(asset, line)?;
    let Some(other) = others.iter().find(|tag| !named.contains(&tag.as_str())) else { return Ok(()) };
    let what = format!("`{other}` is reached at the same address or with the same key");
    let remedy = format!(
        "correct the line; when both are one device, begin the note with `{SAME_DEVICE}{other}: ` and say why"
    );
    Err(conflict("line-of-another", what, &remedy))
}

/// Says how an asset is reached; `None` forgets it. A plan that was released with another line waits until it is proposed anew.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] for what cannot be; [`AppError::Conflict`] when another asset
/// has the same host.
pub fn put_line(
    app: &App,
    caller: &Caller,
    asset: AssetId,
    line: Option<&NewLine>,
    reason: &str,
) -> Result<(), AppError> {
    let reach = caller.require(Permission::WriteInventory)?;
    if let Some(line) = line {
        line.check()?;
    }
    app.store().change(&app.intent(caller, "asset.line", reason), |c| {
        let missing = || AppError::NotFound { noun: "asset", id: asset.to_string() };
        let found = c.asset(asset, Moment::OPEN)?.filter(|one| reach.covers(one.site)).ok_or_else(missing)?;
        caller.require_at(Permission::WriteInventory, found.site)?;
        let kept = line.map(|line| AssetLine {
            address: line.address.clone(),
            port: line.port,
            account: line.account.clone(),
            fingerprint: line.fingerprint.clone(),
            rights: line.rights.clone(),
            note: line.note.clone(),
            changed_at: c.at(),
        });
        if let Some(line) = &kept {
            one_asset_alone(c, asset, line)?;
        }
        let before = c.asset_line(asset)?;
        c.put_asset_line(asset, kept.as_ref())?;
        c.about("asset", asset);
        let told =
            |line: &AssetLine| json!([line.address, line.port, line.account, line.fingerprint, line.rights]);
        c.detail("before", json!(before.as_ref().map(told)));
        c.detail("after", json!(kept.as_ref().map(told)));
        Ok::<_, AppError>(())
    })?;
    Ok(())
}
