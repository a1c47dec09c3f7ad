//! Asking a CSAF provider: find its metadata, list its documents, fetch what is new, check before anything else.
//!
//! What is fetched: every listed document is asked for on every check, by the marks (`ETag`, `Last-Modified`) of
//! the copy that is here, so an unchanged one costs one empty answer. Dates of feeds and lists are never believed,
//! because publishers change documents without changing dates. A copy whose bytes were last seen more than
//! [`RECHECK_AFTER_DAYS`] days ago is fetched whole, so a server whose marks lie is found out too. A server that
//! gives no marks is asked for the document's SHA-256 file instead, and else for the document.
//!
//! What is believed: for a trusted provider a hash and a signature must be there and hold before a byte is parsed;
//! when the owner pinned keys, a signature by one of them; for others they must hold when they are announced. A
//! document that came and fails goes to quarantine and is asked for again next time; one that did not come is named
//! in the check's message.
//! A check that did not see everything is `failed`, also when it brought something new: nobody may read it as
//! "there was nothing else".
//!
//! What is remembered, is remembered in the same change as the documents, so a check that breaks off goes on
//! where its last batch ended. The surprise: a document that is refused leaves no mark, so that a publisher who
//! repairs a signature is believed at the next check, and its quarantine ends by itself.

mod account;
mod conduct;
mod discovery;
mod document;
mod line;
mod listing;
mod places;
mod proof;
mod round;

pub use conduct::{Conduct, PAUSE_MILLIS};

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::policies::holding;
use account::Account;
use holdpoint_domain::access::Permission;
use holdpoint_domain::advisory::CheckResult;
use holdpoint_domain::id::{CheckId, ProviderId};
use holdpoint_store::StoreError;
use holdpoint_store::provider::{Provider, SourceCheck};
use line::Line;
use serde_json::json;

/// After how many days a copy is fetched whole, whatever the server's marks say.
pub const RECHECK_AFTER_DAYS: i64 = 7;
/// The longest a check may take, in hours; what is left is done by the next one.
pub const LONGEST_CHECK_HOURS: i64 = 4;

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// One check to be made.
#[derive(Debug, Clone, Copy)]
pub struct Visit<'a> {
    /// The provider.
    pub provider: ProviderId,
    /// Why, for the audit log; may be empty.
    pub reason: &'a str,
    /// How to behave towards it.
    pub conduct: &'a Conduct,
}

/// Asks a provider for its advisories, takes them in, and logs the check, whatever came of it.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`], and then the batches before are kept. A
/// provider that fails is no error: it is a check with the result `failed` and the reason in its message.
pub fn check(app: &App, caller: &Caller, id: ProviderId, reason: &str) -> Result<SourceCheck, AppError> {
    visit(app, caller, Visit { provider: id, reason, conduct: &Conduct::polite() })
}

/// As [`check`], with another conduct than the usual.
///
/// # Errors
/// As [`check`].
pub fn visit(app: &App, caller: &Caller, visit: Visit<'_>) -> Result<SourceCheck, AppError> {
    caller.require(Permission::WriteAdvisories)?;
    let provider = app.store().read(|r| r.provider(visit.provider))?;
    let provider =
        provider.ok_or_else(|| AppError::NotFound { noun: "provider", id: visit.provider.to_string() })?;
    let started_at = app.now();
    let mut account = Account::default();
    let went = Line::new(app, visit.conduct).map_err(AppError::Remote).and_then(|line| {
        let found = discovery::discover(&line, &provider, &mut account)?;
        let listing = listing::list(&line, &found, &mut account)?;
        round::walk(
            round::Round { caller, provider: &provider, visit, line: &line, found: &found },
            listing,
            &mut account,
        )
    });
    let broken = match went {
        Ok(()) => None,
        Err(AppError::Remote(rejected)) => {
            account.end(rejected.to_string());
            None
        }
        Err(error) => {
            account.end(format!("the check broke off: {error}"));
            Some(error)
        }
    };
    let finished_at = app.now();
    let check = SourceCheck {
        id: CheckId::new(finished_at, app.random_bytes()),
        provider: Some(provider.id),
        source: provider.name.clone(),
        started_at,
        finished_at,
        result: account.result(),
        counts: account.counts,
        message: account.message(),
    };
    let logged = log(app, caller, visit.reason, &check, &account);
    // What broke the check says more than that it then could not be logged either.
    broken.map_or(logged, Err)?;
    Ok(check)
}

/// Keeps the account of a check, and what was learned of documents that did not change.
fn log(
    app: &App,
    caller: &Caller,
    reason: &str,
    check: &SourceCheck,
    account: &Account,
) -> Result<(), AppError> {
    app.store().change(&app.intent(caller, "source.check", reason), |c| {
        for seen in &account.seen {
            c.put_source_document(seen)?;
        }
        c.put_check(check)?;
        c.about("provider", &check.source);
        c.detail("result", json!(check.result.word()));
        let counts = check.counts;
        c.detail(
            "documents",
            json!({
                "read": counts.read, "new": counts.new, "changed": counts.changed,
                "unchanged": counts.unchanged, "quarantined": counts.quarantined,
            }),
        );
        c.detail("message", json!(check.message));
        Ok::<_, StoreError>(())
    })?;
    Ok(())
}

/// The providers that the clock should check now: enabled, and never checked or last checked longer ago than
/// their interval, or than the scan schedule lets anything go unlooked at.
///
/// # Errors
/// [`AppError::Store`].
pub fn due(app: &App) -> Result<Vec<Provider>, AppError> {
    let now = app.now();
    let (providers, checks, rules) =
        app.store().read(|r| Ok((r.providers()?, r.last_checks()?, holding::scan(r)?)))?;
    let is_due = |provider: &Provider| {
        let own = checks.iter().filter(|check| check.provider == Some(provider.id));
        let Some(last) = own.max_by_key(|check| check.started_at) else { return true };
        let minutes = match last.result {
            CheckResult::Failed => rules.of_provider(provider.interval_minutes).min(rules.retry_minutes),
            CheckResult::New | CheckResult::None => rules.of_provider(provider.interval_minutes),
        };
        now.since(last.started_at) >= i64::from(minutes) * MINUTE
    };
    Ok(providers.into_iter().filter(|provider| provider.enabled && is_due(provider)).collect())
}

/// Checks every provider that is [`due`], one after the other.
///
/// # Errors
/// [`AppError::Store`]: the first, after the other providers have had their turn.
pub fn run_due(app: &App) -> Result<Vec<SourceCheck>, AppError> {
    run_due_with(app, &Conduct::polite())
}

/// As [`run_due`], with another conduct than the usual: one that a shutdown can end, for example.
///
/// # Errors
/// As [`run_due`].
pub fn run_due_with(app: &App, conduct: &Conduct) -> Result<Vec<SourceCheck>, AppError> {
    let caller = Caller::system("source-check");
    let mut done = Vec::new();
    let mut first_error = None;
    for provider in due(app)? {
        if !(conduct.go_on)() {
            break;
        }
        match visit(app, &caller, Visit { provider: provider.id, reason: "", conduct }) {
            Ok(check) => done.push(check),
            Err(error) => {
                first_error.get_or_insert(error);
            }
        }
    }
    first_error.map_or(Ok(done), Err)
}
