//! Providers of advisories, their checks, and the quarantine.
//!
//! A check that finds nothing is logged like any other: not having looked is the one thing that must show.
//! How a provider is asked is in [`retrieve`].

pub mod retrieve;

pub use retrieve::{check, due, run_due};

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::intake::{self, Admission, ImportReport, Incoming, IncomingDocument};
use holdpoint_domain::Rejected;
use holdpoint_domain::access::Permission;
use holdpoint_domain::id::{ProviderId, QuarantineId};
use holdpoint_store::StoreError;
use holdpoint_store::page::{ListQuery, Paged};
use holdpoint_store::provider::{Provider, SourceCheck};
use holdpoint_store::quarantine::Quarantined;
use serde_json::json;

/// How often a provider is checked when nobody says otherwise: once a day.
pub const DEFAULT_INTERVAL_MINUTES: u32 = 1_440;

/// A provider to be added.
#[derive(Debug, Clone, Default)]
pub struct NewProvider {
    /// Its name; unique.
    pub name: String,
    /// A domain, or the https address of a provider-metadata.json.
    pub address: String,
    /// Keys that are accepted; none: those that the provider announces.
    pub fingerprints: Vec<String>,
    /// Minutes between checks; `None`: once a day.
    pub interval_minutes: Option<u32>,
    /// Whether it is checked by the clock; `None`: yes.
    pub enabled: Option<bool>,
}

/// What changes of a provider; `None`: stays.
#[derive(Debug, Clone, Default)]
pub struct ProviderChange {
    /// Its name.
    pub name: Option<String>,
    /// Its address.
    pub address: Option<String>,
    /// Keys that are accepted.
    pub fingerprints: Option<Vec<String>>,
    /// Minutes between checks.
    pub interval_minutes: Option<u32>,
    /// Whether it is checked by the clock.
    pub enabled: Option<bool>,
}

/// A provider with its last check.
#[derive(Debug, Clone)]
pub struct KnownProvider {
    /// The provider.
    pub provider: Provider,
    /// Its last check; `None`: it was never checked.
    pub last_check: Option<SourceCheck>,
}

/// Lists providers by name.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn providers(app: &App, caller: &Caller) -> Result<Vec<KnownProvider>, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| {
        let checks = r.last_checks()?;
        let known = r.providers()?.into_iter().map(|provider| KnownProvider {
            last_check: checks
                .iter()
                .filter(|check| check.provider == Some(provider.id))
                .max_by_key(|check| check.started_at)
                .cloned(),
            provider,
        });
        Ok(known.collect())
    })?)
}

/// A provider by its name or id.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn find(app: &App, caller: &Caller, name: &str) -> Result<Provider, AppError> {
    providers(app, caller)?
        .into_iter()
        .map(|known| known.provider)
        .find(|provider| provider.name == name || provider.id.to_string() == name)
        .ok_or_else(|| AppError::NotFound { noun: "provider", id: name.chars().take(64).collect() })
}

fn checked(provider: Provider, others: &[Provider]) -> Result<Provider, AppError> {
    let refuse =
        |what: String, remedy: &str| Err(AppError::invalid("provider", what, "nothing was changed", remedy));
    let clashes = |other: &Provider| other.id != provider.id && other.name == provider.name;
    if provider.name.trim().is_empty() || provider.name.chars().count() > 100 {
        return refuse(
            "a provider needs a name of at most 100 characters".to_owned(),
            "give it a short name",
        );
    }
    if others.iter().any(clashes) {
        return refuse(format!("there is a provider `{}` already", provider.name), "give it another name");
    }
    if !(1..=525_600).contains(&provider.interval_minutes) {
        return refuse("the interval must be between 1 minute and a year".to_owned(), "name it in minutes");
    }
    let address = &provider.address;
    let plain = !address.is_empty() && address.len() <= 1_000 && !address.contains(char::is_whitespace);
    if !plain || address.starts_with("http://") {
        return refuse(
            format!("`{address}` is neither a domain nor an https address"),
            "name a domain such as `vendor.example`, or the https address of its provider-metadata.json",
        );
    }
    Ok(provider)
}

/// Adds a provider.
///
/// # Errors
/// [`AppError::Invalid`] for a name or address that cannot be; [`AppError::Refused`]; [`AppError::Store`].
pub fn add(app: &App, caller: &Caller, new: &NewProvider, reason: &str) -> Result<Provider, AppError> {
    caller.require_everywhere(Permission::WriteSettings)?;
    let at = app.now();
    let provider = Provider {
        id: ProviderId::new(at, app.random_bytes()),
        name: new.name.trim().to_owned(),
        address: new.address.trim().to_owned(),
        enabled: new.enabled.unwrap_or(true),
        fingerprints: new.fingerprints.clone(),
        interval_minutes: new.interval_minutes.unwrap_or(DEFAULT_INTERVAL_MINUTES),
        created_at: at,
    };
    put(app, caller, "provider.add", provider, reason)
}

fn put(
    app: &App,
    caller: &Caller,
    action: &str,
    provider: Provider,
    reason: &str,
) -> Result<Provider, AppError> {
    let committed = app.store().change(&app.intent(caller, action, reason), |c| {
        let provider = checked(provider.clone(), &c.providers()?)?;
        c.put_provider(&provider)?;
        c.about("provider", &provider.name);
        c.detail("address", json!(provider.address));
        c.detail("enabled", json!(provider.enabled));
        c.detail("fingerprints", json!(provider.fingerprints));
        Ok::<_, AppError>(provider)
    })?;
    Ok(committed.value)
}

/// Changes a provider.
///
/// # Errors
/// As [`add`]; [`AppError::NotFound`].
pub fn change(
    app: &App,
    caller: &Caller,
    id: ProviderId,
    change: &ProviderChange,
    reason: &str,
) -> Result<Provider, AppError> {
    caller.require_everywhere(Permission::WriteSettings)?;
    let mut provider = find(app, caller, &id.to_string())?;
    if let Some(name) = &change.name {
        provider.name = name.trim().to_owned();
    }
    if let Some(address) = &change.address {
        provider.address = address.trim().to_owned();
    }
    if let Some(fingerprints) = &change.fingerprints {
        provider.fingerprints.clone_from(fingerprints);
    }
    provider.interval_minutes = change.interval_minutes.unwrap_or(provider.interval_minutes);
    provider.enabled = change.enabled.unwrap_or(provider.enabled);
    put(app, caller, "provider.change", provider, reason)
}

/// Forgets a provider. Its advisories and its checks stay.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn remove(app: &App, caller: &Caller, id: ProviderId, reason: &str) -> Result<(), AppError> {
    caller.require_everywhere(Permission::WriteSettings)?;
    let provider = find(app, caller, &id.to_string())?;
    app.store().change(&app.intent(caller, "provider.remove", reason), |c| {
        let at = c.at();
        c.remove_provider(id, at)?;
        c.about("provider", &provider.name);
        Ok::<_, StoreError>(())
    })?;
    Ok(())
}

/// Lists checks, the newest first.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn checks(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<SourceCheck>, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| r.checks(query))?)
}

/// Lists documents that were not taken.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn quarantine(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<Quarantined>, AppError> {
    caller.require(Permission::ReadPlant)?;
    Ok(app.store().read(|r| r.quarantine(query))?)
}

/// Takes a document in on a person's word. It stays in the list, with who released it.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Invalid`] without a reason, or when the document cannot be read at all, and
/// then it stays where it is; [`AppError::Refused`]; [`AppError::Store`].
pub fn release(app: &App, caller: &Caller, id: &str, reason: &str) -> Result<ImportReport, AppError> {
    caller.require(Permission::WriteAdvisories)?;
    let missing = || AppError::NotFound { noun: "quarantined document", id: id.chars().take(64).collect() };
    let id: QuarantineId = id.parse().map_err(|_| missing())?;
    if reason.trim().is_empty() {
        return Err(AppError::invalid(
            "reason-missing",
            "no reason was given",
            "the document stays in quarantine",
            "say why its content can be relied on",
        ));
    }
    let found = app.store().read(|r| {
        let Some(document) = r.quarantined(id)? else { return Ok(None) };
        Ok(r.blob(&document.raw_sha256)?.map(|bytes| (document, bytes)))
    })?;
    let (document, bytes) = found.ok_or_else(missing)?;
    if let Some(release) = &document.released {
        return Err(AppError::Conflict(Rejected::new(
            "released",
            format!("`{}` was released by {} at {}", document.name, release.by, release.at),
            "nothing was changed",
            "look at the advisory itself",
        )));
    }
    let incoming = IncomingDocument::unproven(document.name.clone(), document.source.clone(), bytes);
    let documents = std::iter::once(Incoming::Document(incoming));
    let report = intake::import(app, caller, documents, Admission::OnAPersonsWord, reason)?;
    if let Some(problem) = report.problems.first() {
        return Err(AppError::Invalid(problem.rejected.clone()));
    }
    app.store().change(&app.intent(caller, "quarantine.release", reason), |c| {
        let at = c.at();
        c.release_quarantine(id, caller.actor.name(), at)?;
        c.about("quarantine", &document.name);
        Ok::<_, StoreError>(())
    })?;
    Ok(report)
}
