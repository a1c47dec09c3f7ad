//! Who is calling, by which way in, and whether they may.
//!
//! Every use case takes a [`Caller`] and asks it before anything else. Not here: how a caller is recognised
//! (`people`), and which endpoint needs which permission (`holdpoint-server`). The surprise: a permission is
//! never a plain yes; the answer is a [`Reach`], and whoever gets it has to keep to those sites.

use holdpoint_domain::access::{Grant, Permission, Reach, Role, RoleTable, Scope};
use holdpoint_domain::actor::{Actor, Via};
use holdpoint_domain::id::{SiteId, UserId};

/// Somebody who asks for something, with what they may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who, as the audit log names them.
    pub actor: Actor,
    /// By which way in.
    pub via: Via,
    /// What they may do, and where. For a token: what its owner may do.
    pub grants: Vec<Grant>,
    /// What is left of that.
    pub limit: Limit,
    /// Which role carries what, by the policy that holds.
    pub roles: RoleTable,
}

/// A limit on what the grants of a caller give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Limit {
    /// None: the grants hold as they are.
    None,
    /// What both the caller's grants and these allow, and nothing else.
    To(Vec<Grant>),
}

/// A request that its caller may not make. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No grant of the caller carries the permission, or none of them there.
    #[error(
        "`{who}` may not do this: the permission `{permission}` is missing{place}; nothing was changed; \
         an administrator can grant one of the roles that carry it: {roles}",
        permission = .permission.word(),
        place = if *.elsewhere { " for this site" } else { "" },
        roles = .carriers
    )]
    Permission {
        /// The caller's name.
        who: String,
        /// What is missing.
        permission: Permission,
        /// Whether the caller has it for other sites.
        elsewhere: bool,
        /// The roles that carry it, with commas.
        carriers: String,
    },
    /// None of several permissions that would do is there.
    #[error(
        "`{who}` may not do this: one of the permissions {permissions} is needed{place}; nothing was changed; \
         an administrator can grant one of the roles that carry one of them: {carriers}",
        place = if *.elsewhere { " for all sites" } else { "" }
    )]
    NoneOf {
        /// The caller's name.
        who: String,
        /// What would do, with commas.
        permissions: String,
        /// Whether the caller has one of them, but not everywhere.
        elsewhere: bool,
        /// The roles that carry one of them, with commas.
        carriers: String,
    },
    /// Only a person who is signed in may do this.
    #[error(
        "`{who}` is not a person who is signed in, and only such a person may do this; nothing was changed; \
         sign in with a name and a password"
    )]
    PersonNeeded {
        /// The caller's name.
        who: String,
    },
}

/// The roles that carry a permission, with commas, for messages.
fn roles_with(roles: &RoleTable, permission: Permission) -> String {
    roles.carriers(permission).map(Role::word).collect::<Vec<_>>().join(", ")
}

impl Caller {
    /// Somebody at the machine's own command line. They own the data's files, so nothing is refused to them.
    #[must_use]
    pub fn operator(name: impl Into<String>) -> Self {
        Self {
            actor: Actor::Operator { name: name.into() },
            via: Via::Cli,
            grants: every_role(),
            limit: Limit::None,
            roles: RoleTable::default(),
        }
    }

    /// Holdpoint itself, in one of its jobs.
    #[must_use]
    pub fn system(job: impl Into<String>) -> Self {
        Self {
            actor: Actor::System { job: job.into() },
            via: Via::Job,
            grants: every_role(),
            limit: Limit::None,
            roles: RoleTable::default(),
        }
    }

    /// How far the caller's permission reaches, also when that is nowhere.
    #[must_use]
    pub fn reach(&self, permission: Permission) -> Reach {
        let granted = Reach::of(&self.roles, &self.grants, permission);
        match &self.limit {
            Limit::None => granted,
            Limit::To(narrower) => meet(granted, Reach::of(&self.roles, narrower, permission)),
        }
    }

    /// How far the caller's permission reaches; never [`Reach::Nowhere`].
    ///
    /// # Errors
    /// [`Refused::Permission`] when no grant carries it.
    pub fn require(&self, permission: Permission) -> Result<Reach, Refused> {
        match self.reach(permission) {
            Reach::Nowhere => Err(self.refused(permission, false)),
            reach @ (Reach::Sites(_) | Reach::Everywhere) => Ok(reach),
        }
    }

    /// The permission for one thing that stands on `site`, or on none.
    ///
    /// # Errors
    /// [`Refused::Permission`] when no grant carries it there.
    pub fn require_at(&self, permission: Permission, site: Option<SiteId>) -> Result<(), Refused> {
        let reach = self.require(permission)?;
        if reach.covers(site) { Ok(()) } else { Err(self.refused(permission, true)) }
    }

    /// The permission for the whole installation, as settings and people need it.
    ///
    /// # Errors
    /// [`Refused::Permission`] when no grant carries it, or only for some sites.
    pub fn require_everywhere(&self, permission: Permission) -> Result<(), Refused> {
        match self.require(permission)? {
            Reach::Everywhere => Ok(()),
            Reach::Sites(_) | Reach::Nowhere => Err(self.refused(permission, true)),
        }
    }

    /// One of several permissions, at least for one site.
    ///
    /// # Errors
    /// [`Refused::NoneOf`], which names all that would do.
    pub fn require_one_of(&self, permissions: &[Permission]) -> Result<(), Refused> {
        let has = |permission: &Permission| self.reach(*permission) != Reach::Nowhere;
        if permissions.iter().any(has) { Ok(()) } else { Err(self.none_of(permissions)) }
    }

    /// One of several permissions for the whole installation.
    ///
    /// # Errors
    /// [`Refused::NoneOf`], which names all that would do.
    pub fn require_one_of_everywhere(&self, permissions: &[Permission]) -> Result<(), Refused> {
        let has = |permission: &Permission| self.reach(*permission) == Reach::Everywhere;
        if permissions.iter().any(has) { Ok(()) } else { Err(self.none_of(permissions)) }
    }

    fn none_of(&self, permissions: &[Permission]) -> Refused {
        let words: Vec<String> = permissions.iter().map(|one| format!("`{}`", one.word())).collect();
        let carries = |role: &&Role| permissions.iter().any(|one| self.roles.carries(**role, *one));
        let carriers: Vec<&str> = Role::ALL.iter().filter(carries).map(|role| role.word()).collect();
        Refused::NoneOf {
            who: self.actor.name().to_owned(),
            permissions: words.join(", "),
            elsewhere: permissions.iter().any(|one| self.reach(*one) != Reach::Nowhere),
            carriers: carriers.join(", "),
        }
    }

    /// The account of the caller, who has to be a person in front of a browser and not a program with a token.
    ///
    /// # Errors
    /// [`Refused::PersonNeeded`] for tokens, operators and the system.
    pub fn require_person(&self) -> Result<UserId, Refused> {
        match &self.actor {
            Actor::Person { id, .. } => Ok(*id),
            Actor::Token { .. } | Actor::Operator { .. } | Actor::System { .. } => {
                Err(Refused::PersonNeeded { who: self.actor.name().to_owned() })
            }
        }
    }

    /// The account behind the caller: the person, or the owner of the token.
    #[must_use]
    pub const fn account(&self) -> Option<UserId> {
        match &self.actor {
            Actor::Person { id, .. } => Some(*id),
            Actor::Token { owner, .. } => Some(*owner),
            Actor::Operator { .. } | Actor::System { .. } => None,
        }
    }

    /// Whoever reads and writes, as a key that stays: `person:` with the account, also for a token of theirs;
    /// `operator:` with the operating system's name; `system:` with the job.
    #[must_use]
    pub fn key(&self) -> String {
        match &self.actor {
            Actor::Person { id, .. } => format!("person:{id}"),
            Actor::Token { owner, .. } => format!("person:{owner}"),
            Actor::Operator { name } => format!("operator:{name}"),
            Actor::System { job } => format!("system:{job}"),
        }
    }

    fn refused(&self, permission: Permission, elsewhere: bool) -> Refused {
        let carriers = roles_with(&self.roles, permission);
        Refused::Permission { who: self.actor.name().to_owned(), permission, elsewhere, carriers }
    }
}

/// What both reaches cover.
fn meet(one: Reach, other: Reach) -> Reach {
    match (one, other) {
        (Reach::Nowhere, _) | (_, Reach::Nowhere) => Reach::Nowhere,
        (Reach::Everywhere, rest) | (rest, Reach::Everywhere) => rest,
        (Reach::Sites(one), Reach::Sites(other)) => {
            let both: Vec<SiteId> =
                one.into_iter().filter(|site| other.binary_search(site).is_ok()).collect();
            if both.is_empty() { Reach::Nowhere } else { Reach::Sites(both) }
        }
    }
}

fn every_role() -> Vec<Grant> {
    Role::ALL.iter().map(|role| Grant { role: *role, scope: Scope::AllSites }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdpoint_domain::Moment;

    fn person(grants: Vec<Grant>) -> Caller {
        let id = UserId::new(Moment::from_micros(0), [7; 10]);
        Caller {
            actor: Actor::Person { id, name: "a.weber".into() },
            via: Via::Page,
            grants,
            limit: Limit::None,
            roles: RoleTable::default(),
        }
    }

    #[test]
    fn a_limit_only_narrows() {
        let here = SiteId::new(Moment::from_micros(0), [1; 10]);
        let there = SiteId::new(Moment::from_micros(0), [2; 10]);
        let mut caller = person(vec![Grant { role: Role::Engineer, scope: Scope::Site(here) }]);
        caller.limit = Limit::To(vec![
            Grant { role: Role::Viewer, scope: Scope::AllSites },
            Grant { role: Role::Engineer, scope: Scope::Site(there) },
            Grant { role: Role::Administrator, scope: Scope::AllSites },
        ]);
        assert_eq!(caller.reach(Permission::ReadPlant), Reach::Sites(vec![here]), "not wider than the grant");
        assert_eq!(caller.reach(Permission::WriteInventory), Reach::Nowhere, "the two do not meet");
        assert_eq!(caller.reach(Permission::WritePeople), Reach::Nowhere, "the owner does not have it");
        assert_eq!(caller.reach(Permission::Approve), Reach::Nowhere, "nobody gives it");
    }

    #[test]
    fn a_refusal_names_the_permission_and_the_roles_that_carry_it() {
        let viewer = person(vec![Grant { role: Role::Viewer, scope: Scope::AllSites }]);
        let refused = viewer.require(Permission::WritePeople).expect_err("a viewer may not");
        assert_eq!(
            refused.to_string(),
            "`a.weber` may not do this: the permission `write-people` is missing; nothing was changed; \
             an administrator can grant one of the roles that carry it: administrator"
        );
    }

    #[test]
    fn a_grant_for_one_site_is_not_enough_for_the_whole_installation() {
        let here = SiteId::new(Moment::from_micros(0), [1; 10]);
        let there = SiteId::new(Moment::from_micros(0), [2; 10]);
        let local = person(vec![Grant { role: Role::Engineer, scope: Scope::Site(here) }]);
        assert_eq!(local.require(Permission::WriteInventory), Ok(Reach::Sites(vec![here])));
        assert!(local.require_at(Permission::WriteInventory, Some(here)).is_ok());
        assert!(local.require_at(Permission::WriteInventory, Some(there)).is_err());
        assert!(local.require_at(Permission::WriteInventory, None).is_err());
        let refused = local.require_everywhere(Permission::WriteInventory).expect_err("one site only");
        assert!(refused.to_string().contains("for this site"));
    }

    #[test]
    fn an_operator_may_do_everything_but_is_no_person() {
        let operator = Caller::operator("root");
        for permission in Permission::ALL {
            assert!(operator.require_everywhere(*permission).is_ok());
        }
        assert!(operator.require_person().is_err());
        assert_eq!(operator.account(), None);
    }
}
