//! How many persons a decision needs.

use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::access::Permission;
use holdpoint_store::StoreError;
use serde_json::json;

const SETTING: &str = "review.persons";

/// How many persons it takes until a decision holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Persons {
    /// One, whose permission reaches all sites.
    #[default]
    One,
    /// Two: one proposes, another agrees.
    Two,
}

impl Persons {
    /// As a number.
    #[must_use]
    pub const fn count(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
        }
    }

    /// From a number.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for another number than 1 and 2.
    pub fn from_count(count: u8) -> Result<Self, AppError> {
        match count {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            _ => Err(super::wording::invalid(
                "persons",
                format!("a decision takes 1 or 2 persons, not {count}"),
                "name one of them",
            )),
        }
    }
}

/// What is laid down for decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReviewPolicy {
    /// How many persons it takes.
    pub persons: Persons,
}

/// What is laid down; one person when nobody has said.
pub(super) fn policy(app: &App) -> Result<ReviewPolicy, AppError> {
    let stored = app.store().read(|r| r.setting(SETTING))?;
    let two = stored.is_some_and(|stored| stored == json!(2));
    Ok(ReviewPolicy { persons: if two { Persons::Two } else { Persons::One } })
}

/// What is laid down for decisions.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn show(app: &App, caller: &Caller) -> Result<ReviewPolicy, AppError> {
    caller.require(Permission::ReadPlant)?;
    policy(app)
}

/// Lays down how many persons a decision needs. Rules that hold go on; proposals go on waiting.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn set(app: &App, caller: &Caller, persons: Persons, reason: &str) -> Result<ReviewPolicy, AppError> {
    caller.require_everywhere(Permission::WriteSettings)?;
    let before = policy(app)?;
    app.store().change(&app.intent(caller, "review.policy", reason), |c| {
        if before.persons == persons {
            c.nothing_to_do();
            return Ok(());
        }
        c.put_setting(SETTING, &json!(persons.count()))?;
        c.about("setting", SETTING);
        c.detail("before", json!(before.persons.count()));
        c.detail("after", json!(persons.count()));
        Ok::<_, StoreError>(())
    })?;
    Ok(ReviewPolicy { persons })
}
