//! What the other kinds would change: categories of patches, days of checks, rounds of the cycle, what people may do.

use super::{Between, Gathering, Row, Then};
use crate::access_check::Caller;
use crate::error::AppError;
use crate::policies::read;
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Permission, Role};
use holdpoint_domain::advisory::CheckResult;
use holdpoint_domain::clock::Calendar;
use holdpoint_domain::policy::{CyclePhase, PolicyKind, ScanRules};
use holdpoint_store::Reader;

const MINUTE: i64 = 60_000_000;
/// How many rounds of the cycle are compared.
const ROUNDS: usize = 12;

/// Patches that would be dealt with otherwise.
pub(super) fn categories(
    r: &mut Reader<'_>,
    between: &Between<'_>,
    into: &mut Gathering,
) -> Result<(), AppError> {
    into.what = "patches";
    let (before, after) = (between.before.categories()?, between.after.categories()?);
    for (name, class, exploited) in r.patches_by_urgency()? {
        into.looked_at += 1;
        let (from, to) = (before.of(class, exploited), after.of(class, exploited));
        if from != to {
            into.put(&format!("{from}-{to}"), &format!("from {from} to {to}"), Then::Changes, || Row {
                noun: "patch",
                id: name.clone(),
                title: format!("{name} ({class})"),
                from: from.to_string(),
                to: to.to_string(),
                site: None,
            });
        }
    }
    Ok(())
}

/// Sources that would be looked at on another day.
pub(super) fn sources(
    r: &mut Reader<'_>,
    between: &Between<'_>,
    into: &mut Gathering,
) -> Result<(), AppError> {
    into.what = "providers and feeds that are checked by the clock";
    let (before, after) = (between.before.scan(), between.after.scan());
    let checks = r.last_checks()?;
    for one in r.providers()?.into_iter().filter(|one| one.enabled) {
        let own = checks.iter().filter(|check| check.provider == Some(one.id));
        let last = own.max_by_key(|check| check.started_at).map(|check| (check.started_at, check.result));
        let next = |rules: ScanRules| next_check(last, rules.of_provider(one.interval_minutes), rules);
        source(("provider", one.id.to_string(), &one.name), (next(before), next(after)), into);
    }
    let checks = r.last_feed_checks()?;
    for one in r.feeds()?.into_iter().filter(|one| one.enabled) {
        let last = checks.iter().find(|check| check.feed == Some(one.id));
        let last = last.map(|check| (check.started_at, check.result));
        let next = |rules: ScanRules| next_check(last, rules.of_feed(one.interval_minutes), rules);
        source(("feed", one.id.to_string(), &one.name), (next(before), next(after)), into);
    }
    Ok(())
}

/// When a source is looked at next; `None`: at once, since it never was.
fn next_check(last: Option<(Moment, CheckResult)>, minutes: u32, rules: ScanRules) -> Option<Moment> {
    let (at, result) = last?;
    let minutes = match result {
        CheckResult::Failed => minutes.min(rules.retry_minutes),
        CheckResult::New | CheckResult::None => minutes,
    };
    Some(at.plus_micros(i64::from(minutes) * MINUTE))
}

fn source(
    (noun, id, name): (&'static str, String, &str),
    (from, to): (Option<Moment>, Option<Moment>),
    into: &mut Gathering,
) {
    into.looked_at += 1;
    if from == to {
        return;
    }
    let words = |at: Option<Moment>| at.map_or_else(|| "at once".to_owned(), |at| format!("next check {at}"));
    let word = if to < from { "earlier" } else { "later" };
    into.put(word, &format!("checked {word}"), Then::Changes, || Row {
        noun,
        id,
        title: name.to_owned(),
        from: words(from),
        to: words(to),
        site: None,
    });
}

/// The next rounds of the cycle, before and after.
pub(super) fn rounds(
    r: &mut Reader<'_>,
    between: &Between<'_>,
    into: &mut Gathering,
) -> Result<(), AppError> {
    into.what = "next rounds of the cycle";
    let site = r.sites()?.into_iter().find(|site| Some(site.id) == between.site);
    // What holds everywhere has no clock of its own.
    let calendar = site.map_or_else(Calendar::utc, |site| Calendar::named(&site.time_zone));
    let of = |rules: &crate::policies::Rules| {
        let today = calendar.day(between.now);
        read::rounds(&rules.of(PolicyKind::RegularCycle, between.site).values, today, ROUNDS)
    };
    let (before, after) = (of(between.before)?, of(between.after)?);
    into.looked_at = before.len().max(after.len()) as u64;
    if after.is_empty() {
        into.notes.push("the rule gives no round within two years".to_owned());
    }
    for place in 0..before.len().max(after.len()) {
        let (from, to) = (before.get(place), after.get(place));
        if from != to {
            into.put("rounds", "rounds on other days", Then::Changes, || Row {
                noun: "round",
                id: (place + 1).to_string(),
                title: format!("round {}", place + 1),
                from: words(from),
                to: words(to),
                site: between.site,
            });
        }
    }
    Ok(())
}

fn words(round: Option<&CyclePhase>) -> String {
    round.map_or_else(
        || "none within two years".to_owned(),
        |one| {
            format!(
                "begins {}, evaluated by {}, tested by {}, installed by {}",
                one.begins, one.evaluate_by, one.test_by, one.install_by
            )
        },
    )
}

/// Accounts that would gain or lose a permission.
pub(super) fn roles(
    r: &mut Reader<'_>,
    caller: &Caller,
    between: &Between<'_>,
    into: &mut Gathering,
) -> Result<(), AppError> {
    into.what = "accounts";
    let (before, after) = (between.before.roles()?, between.after.roles()?);
    let may_see = caller.require(Permission::ReadPeople).is_ok();
    if !may_see {
        into.notes.push("who they are is shown to whoever carries `read-people`".to_owned());
    }
    let mut holders: Vec<(String, String, Vec<Role>)> = Vec::new();
    for user in r.users()?.into_iter().filter(|user| user.disabled_at.is_none()) {
        into.looked_at += 1;
        let mut roles: Vec<Role> = r.grants(user.id, Moment::OPEN)?.iter().map(|one| one.role).collect();
        roles.sort_unstable();
        roles.dedup();
        holders.push((user.id.to_string(), user.name, roles));
    }
    for role in Role::ALL.iter().copied() {
        for permission in Permission::ALL.iter().copied() {
            let (had, has) = (before.carries(role, permission), after.carries(role, permission));
            if had == has {
                continue;
            }
            let word = if has { "gains" } else { "loses" };
            let (key, title) = (format!("{role}-{word}-{permission}"), format!("{role} {word} {permission}"));
            let of_role: Vec<_> = holders.iter().filter(|(.., roles)| roles.contains(&role)).collect();
            if of_role.is_empty() {
                into.notes.push(format!("{title}; nobody has this role"));
            }
            for (id, name, roles) in of_role {
                // Another role of the same person may carry it all the same.
                let by_another = |table: &holdpoint_domain::access::RoleTable| {
                    roles.iter().any(|other| *other != role && table.carries(*other, permission))
                };
                let words = |carries: bool, table| match (carries, by_another(table)) {
                    (true, _) => "may".to_owned(),
                    (false, true) => "may, by another role".to_owned(),
                    (false, false) => "may not".to_owned(),
                };
                into.put(&key, &title, Then::Changes, || Row {
                    noun: "user",
                    id: if may_see { id.clone() } else { String::new() },
                    title: if may_see { name.clone() } else { "an account".to_owned() },
                    from: words(had, &before),
                    to: words(has, &after),
                    site: None,
                });
            }
        }
    }
    Ok(())
}
