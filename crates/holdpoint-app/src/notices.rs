//! Notices: who is told what, and reading them.
//!
//! Whoever writes a change tells the people whom it concerns in the same change. The surprise: a name that nobody has an
//! account under is told nothing; where that leaves nobody, those who may approve at the place are told.

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Permission, Reach};
use holdpoint_domain::id::{NoticeId, SiteId};
use holdpoint_domain::notice::{Notice, NoticeKind};
use holdpoint_domain::signature::Person;
use holdpoint_store::notice::NoticesOf;
use holdpoint_store::page::{ListQuery, Paged};
use holdpoint_store::{Change, Reader, StoreError};
use serde_json::json;
use std::collections::BTreeMap;

/// The caller's notices, the newest first; the console of the machine sees everybody's.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`], which holds filter errors in words.
pub fn list(app: &App, caller: &Caller, query: &ListQuery) -> Result<Paged<Notice>, AppError> {
    caller.require(Permission::ReadPlant)?;
    let of = match caller.account() {
        Some(_) => NoticesOf::Account(caller.key()),
        None => NoticesOf::Everybody,
    };
    Ok(app.store().read(|r| r.notices(&of, query))?)
}

/// Marks one of the caller's notices as read; twice is harmless.
///
/// # Errors
/// [`AppError::NotFound`] for a notice of somebody else; [`AppError::Refused`]; [`AppError::Store`].
pub fn read(app: &App, caller: &Caller, id: &str) -> Result<(), AppError> {
    caller.require(Permission::ReadPlant)?;
    let missing = || AppError::NotFound { noun: "notice", id: id.chars().take(64).collect() };
    let key: NoticeId = id.parse().map_err(|_| missing())?;
    let account = caller.key();
    app.store().change(&app.intent(caller, "notice.read", ""), |c| {
        if !c.has_notice(key, &account)? {
            return Err(missing());
        }
        if c.read_notice(key, &account)? {
            c.about("notice", key);
        } else {
            c.nothing_to_do();
        }
        Ok(())
    })?;
    Ok(())
}

/// What is to be told, to whom it concerns.
pub(crate) struct Told {
    pub kind: NoticeKind,
    pub noun: &'static str,
    pub about: String,
    pub text: String,
    pub cause: String,
}

/// The people whom something concerns, each once.
#[derive(Default)]
pub(crate) struct People(BTreeMap<String, Person>);

impl People {
    /// With a person; the machine itself is not told.
    pub(crate) fn with(mut self, person: &Person) -> Self {
        if person.account.starts_with("person:") {
            self.0.insert(person.account.clone(), person.clone());
        }
        self
    }

    /// With those who have an account under one of these names.
    pub(crate) fn named<'n>(
        mut self,
        r: &mut Reader<'_>,
        names: impl Iterator<Item = &'n str>,
    ) -> Result<Self, StoreError> {
        for name in names.filter(|name| !name.trim().is_empty()) {
            if let Some(user) = r.user_by_name(name.trim())?.filter(|user| user.disabled_at.is_none()) {
                self = self.with(&Person { account: format!("person:{}", user.id), name: user.name });
            }
        }
        Ok(self)
    }

    /// With everybody who may approve at a place.
    pub(crate) fn approvers(mut self, r: &mut Reader<'_>, site: Option<SiteId>) -> Result<Self, StoreError> {
        let roles = crate::policies::holding::roles(r)?;
        for user in r.users()?.into_iter().filter(|user| user.disabled_at.is_none()) {
            let grants = r.grants(user.id, Moment::OPEN)?;
            let administers = Reach::of(&roles, &grants, Permission::WritePeople) != Reach::Nowhere;
            if !administers && Reach::of(&roles, &grants, Permission::Approve).covers(site) {
                self = self.with(&Person { account: format!("person:{}", user.id), name: user.name });
            }
        }
        Ok(self)
    }

    /// Those who may approve at a place, where nobody else is concerned.
    pub(crate) fn or_approvers(self, r: &mut Reader<'_>, site: Option<SiteId>) -> Result<Self, StoreError> {
        if self.0.is_empty() { self.approvers(r, site) } else { Ok(self) }
    }
}

/// Tells people something; says how many it is new to.
pub(crate) fn tell(app: &App, c: &mut Change<'_>, told: &Told, people: People) -> Result<u64, StoreError> {
    let mut new = 0;
    let at = c.at();
    for to in people.0.into_values() {
        let notice = Notice {
            id: NoticeId::new(at, app.random_bytes()),
            at,
            to,
            kind: told.kind,
            noun: told.noun.to_owned(),
            about: told.about.clone(),
            text: told.text.clone(),
            cause: told.cause.clone(),
            read_at: None,
        };
        new += u64::from(c.put_notice(&notice)?);
    }
    if new > 0 {
        c.detail("told", json!(new));
    }
    Ok(new)
}
