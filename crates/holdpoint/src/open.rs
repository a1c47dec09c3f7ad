//! Where data lie, and opening the use cases on them.

use crate::cli::{Global, ListArgs};
use crate::output::beside;
use anyhow::{Context, Result};
use holdpoint_app::applicability::findings;
use holdpoint_app::connectors::apply::ssh::LoginKey;
use holdpoint_app::edge::{OsRandom, SystemClock};
use holdpoint_app::store::page::{ListQuery, Page, Sort};
use holdpoint_app::store::{Location, Store};
use holdpoint_app::{App, AppSettings, Caller, advisories, feeds, matching, policies, ranking, review};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::actor::Via;
use holdpoint_domain::filter::Filter;
use std::path::PathBuf;
use std::sync::Arc;

/// The folder where data live: the option, else the user's data folder.
pub fn data_dir(global: &Global) -> Result<PathBuf> {
    if let Some(folder) = &global.data_dir {
        return Ok(folder.clone());
    }
    let named = |name: &str| environment(name).map(PathBuf::from);
    let base = named("XDG_DATA_HOME").or_else(|| named("HOME").map(|home| home.join(".local").join("share")));
    base.map(|base| base.join("holdpoint"))
        .context("cannot tell where your data folder is; name one with --data-dir or HOLDPOINT_DATA_DIR")
}

fn environment(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// The database that the options name.
pub fn location(global: &Global) -> Result<Location> {
    match &global.database {
        Some(text) => Ok(Location::parse(text)?),
        None => {
            let folder = data_dir(global)?;
            std::fs::create_dir_all(&folder)
                .with_context(|| format!("cannot make the data folder `{}`", folder.display()))?;
            Ok(Location::Sqlite(folder.join("holdpoint.sqlite")))
        }
    }
}

/// Opens the use cases on the database that the options name.
pub fn app(global: &Global) -> Result<App> {
    app_with(global, AppSettings::default())
}

/// Opens the use cases with settings of one's own. Matches that an older program made are made anew first.
pub fn app_with(global: &Global, mut settings: AppSettings) -> Result<App> {
    settings.door_folder = data_dir(global).ok().map(|folder| folder.join("door"));
    settings.fetch.inner_hosts.extend(global.inner_hosts.iter().cloned());
    settings.clear_checks.extend(global.check_in_clear.iter().map(|host| host.to_lowercase()));
    if let Some(file) = &global.login_key {
        settings.login_key = Some(login_key(file)?);
    }
    let store = Store::open(&location(global)?)?;
    let app = App::new(store, Arc::new(SystemClock), Arc::new(OsRandom), settings);
    if let Some(counts) = matching::keep_current(&app)? {
        let (opened, changed, closed) = (counts.opened, counts.changed, counts.closed);
        beside!(
            "matches were made anew by this program's rules: {opened} opened, {changed} changed, {closed} closed"
        );
    }
    if let Some(counts) = findings::keep_current(&app)? {
        let (opened, changed, closed) = (counts.opened, counts.changed, counts.closed);
        beside!(
            "findings of feeds were made anew by this program's rules: {opened} opened, {changed} changed, {closed} closed"
        );
    }
    if let Some(ended) = feeds::trust::end_due(&app)? {
        beside!("trust in {ended} author(s) of VEX documents ended: what they cleared is open again");
    }
    if let Some(expired) = review::expiry::expire_due(&app)? {
        let (opened, changed, closed) =
            (expired.matches.opened, expired.matches.changed, expired.matches.closed);
        beside!(
            "{} decision(s) on names expired: matches {opened} opened, {changed} changed, {closed} closed",
            expired.rules
        );
    }
    policies::put_into_effect(&app)?;
    ranking::refresh::keep_current(&app)?;
    let read_again = advisories::revision::keep_current(&app)?;
    if read_again > 0 {
        beside!("{read_again} revisions were read again, because lists search more of a document now");
    }
    Ok(app)
}

/// The key to sign in to hosts with. A key that others of this machine can read is refused: with it they are root on every host.
fn login_key(file: &std::path::Path) -> Result<LoginKey> {
    let shown = file.display();
    let about = std::fs::metadata(file).with_context(|| format!("cannot read the login key `{shown}`"))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = about.permissions().mode() & 0o777;
        anyhow::ensure!(
            mode & 0o077 == 0,
            "the login key `{shown}` can be read by others (mode {mode:o}), who could then sign in to every host; \
             nothing was started; take their rights away: chmod 600 {shown}"
        );
    }
    anyhow::ensure!(
        about.len() <= 64 * 1024,
        "the login key `{shown}` has {} bytes, and a key is far smaller; nothing was started; name the key's file",
        about.len()
    );
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read the login key `{shown}`"))?;
    Ok(LoginKey::read(&text)?)
}

/// The operator at this command line, by the operating system's name for them.
pub fn operator() -> Caller {
    let name = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(environment);
    Caller::operator(name.map_or_else(|| "operator".to_owned(), |name| name.to_string_lossy().into_owned()))
}

/// Whether somebody put a token of theirs into the environment.
pub fn has_token() -> bool {
    environment("HOLDPOINT_TOKEN").is_some()
}

/// The person who asks, tests or signs: the owner of the token in HOLDPOINT_TOKEN.
pub fn person(app: &App) -> Result<Caller> {
    let token = environment("HOLDPOINT_TOKEN").and_then(|token| token.into_string().ok());
    let token = token.context(
        "this needs a person, and nobody can tell who sits at this command line; \
         put a token of your account into HOLDPOINT_TOKEN",
    )?;
    let found = holdpoint_app::people::recognise_token(app, token.trim())?;
    let found =
        found.context("the token in HOLDPOINT_TOKEN is unknown, expired or revoked; make another one")?;
    Ok(Caller { via: Via::Cli, ..found.caller })
}

/// The owner of the token in HOLDPOINT_TOKEN, or without one whoever sits here.
pub fn person_or_operator(app: &App) -> Result<Caller> {
    if has_token() { person(app) } else { Ok(operator()) }
}

/// The moment that a list is asked for; without one, now.
pub fn as_of(text: Option<&str>) -> Result<Moment> {
    Ok(text.map_or(Ok(Moment::OPEN), str::parse)?)
}

/// The query that the options of a list mean.
pub fn list_query(app: &App, list: &ListArgs) -> Result<ListQuery> {
    Ok(ListQuery {
        filter: Filter::parse(&list.filter)?,
        sort: list.sort.as_deref().map(Sort::parse),
        page: Page { limit: list.limit, cursor: list.cursor.clone() },
        as_of: as_of(list.as_of.as_deref())?,
        now: app.now(),
        reach: Reach::Everywhere,
    })
}
