//! Who may do what, where: roles scoped by site, as a plain table.
//!
//! What a role carries is a policy (`policy::role_table`); [`Role::carries`] is what the program brings along. The
//! surprise: whatever the policy says, an administrator runs the installation and may not approve, and an auditor sees
//! everything and changes nothing; a table that says otherwise is refused.

use crate::id::SiteId;
use crate::policy::Fault;
use crate::words::vocabulary;

vocabulary! {
    /// A role.
    Role, "role" {
        /// Looks.
        Viewer = "viewer",
        /// Looks, takes in inventory and advisories, judges matches, tests, asks for decisions, plans.
        Engineer = "engineer",
        /// Looks, and signs decisions.
        Approver = "approver",
        /// Runs the installation: people, tokens, sources.
        Administrator = "administrator",
        /// Looks at everything, the audit log and the people included.
        Auditor = "auditor",
    }
}

vocabulary! {
    /// Something that can be allowed.
    Permission, "permission" {
        /// See assets, advisories, matches.
        ReadPlant = "read-plant",
        /// Take in inventory, edit assets.
        WriteInventory = "write-inventory",
        /// Take in advisories, check sources, release from quarantine.
        WriteAdvisories = "write-advisories",
        /// Judge matches.
        WriteMatches = "write-matches",
        /// Decide what a name means: confirm and reject candidates, write and withdraw mapping rules.
        WriteRules = "write-rules",
        /// Ask for decisions, propose exemptions, make baselines, set holds.
        WriteDecisions = "write-decisions",
        /// Keep test environments, record tests, verify compensating controls.
        RecordTest = "record-test",
        /// Keep windows, freezes and the ground of planning; propose, submit and withdraw change plans.
        WritePlans = "write-plans",
        /// Sign decisions, release change plans.
        Approve = "approve",
        /// See and verify the audit log.
        ReadAudit = "read-audit",
        /// See accounts and tokens of others.
        ReadPeople = "read-people",
        /// Make and change accounts, roles, tokens of others.
        WritePeople = "write-people",
        /// Change sources and settings of the installation.
        WriteSettings = "write-settings",
    }
}

impl Role {
    /// Whether this role carries that permission when no policy says otherwise.
    #[must_use]
    pub const fn carries(self, permission: Permission) -> bool {
        use Permission as P;
        match self {
            Self::Viewer => matches!(permission, P::ReadPlant),
            Self::Engineer => matches!(
                permission,
                P::ReadPlant
                    | P::WriteInventory
                    | P::WriteAdvisories
                    | P::WriteMatches
                    | P::WriteRules
                    | P::WriteDecisions
                    | P::RecordTest
                    | P::WritePlans
                    | P::ReadAudit
            ),
            Self::Approver => {
                matches!(permission, P::ReadPlant | P::WriteDecisions | P::Approve | P::ReadAudit)
            }
            Self::Administrator => matches!(
                permission,
                P::ReadPlant
                    | P::ReadAudit
                    | P::ReadPeople
                    | P::WritePeople
                    | P::WriteSettings
                    | P::WriteAdvisories
            ),
            Self::Auditor => matches!(permission, P::ReadPlant | P::ReadAudit | P::ReadPeople),
        }
    }
}

/// Which role carries what. Made by a policy, or what the program brings along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleTable([u16; Role::ALL.len()]);

impl Default for RoleTable {
    fn default() -> Self {
        let mut table = Self::empty();
        for role in Role::ALL {
            for permission in Permission::ALL.iter().filter(|permission| role.carries(**permission)) {
                table = table.with(*role, *permission);
            }
        }
        table
    }
}

impl RoleTable {
    /// Nobody may do anything.
    #[must_use]
    pub const fn empty() -> Self {
        Self([0; Role::ALL.len()])
    }

    /// With one permission more.
    #[must_use]
    pub const fn with(mut self, role: Role, permission: Permission) -> Self {
        self.0[role as usize] |= 1 << permission as u16;
        self
    }

    /// Whether a role carries a permission.
    #[must_use]
    pub const fn carries(&self, role: Role, permission: Permission) -> bool {
        self.0[role as usize] & (1 << permission as u16) != 0
    }

    /// The roles that carry a permission.
    pub fn carriers(&self, permission: Permission) -> impl Iterator<Item = Role> {
        Role::ALL.iter().copied().filter(move |role| self.carries(*role, permission))
    }

    /// The same, when four eyes hold and nobody is locked out.
    ///
    /// # Errors
    /// The first role that cannot be like this.
    pub fn checked(self) -> Result<Self, Fault> {
        use Permission as P;
        let fault = |role: Role, what: &str, remedy: &str| Err(Fault::of(role.word(), what, remedy));
        for role in Role::ALL.iter().copied() {
            let has = |permission| self.carries(role, permission);
            if !has(P::ReadPlant) {
                return fault(role, "it cannot see the plant that it works on", "add `read-plant`");
            }
            for alone in [P::WritePeople, P::WriteSettings, P::RecordTest] {
                if has(P::Approve) && has(alone) {
                    let what = format!("`approve` and `{alone}` in one role would end four eyes");
                    return fault(role, &what, "give one of the two to another role");
                }
            }
        }
        if self.carries(Role::Administrator, P::Approve) {
            return fault(Role::Administrator, "an administrator may not approve", "take `approve` away");
        }
        if !self.carries(Role::Administrator, P::WritePeople) {
            return fault(
                Role::Administrator,
                "nobody could give anybody a role any more",
                "add `write-people`",
            );
        }
        for role in [Role::Viewer, Role::Auditor] {
            let reads = [P::ReadPlant, P::ReadAudit, P::ReadPeople];
            if let Some(other) = P::ALL.iter().find(|p| self.carries(role, **p) && !reads.contains(p)) {
                let what = format!("`{other}` changes something, and this role only looks");
                return fault(role, &what, "take it away, or give people another role");
            }
        }
        for needed in [P::Approve, P::WriteSettings, P::WriteDecisions, P::RecordTest, P::ReadAudit] {
            if self.carriers(needed).next().is_none() {
                let what = format!("no role carries `{needed}`, so nobody could do that any more");
                return Err(Fault::of("", what, "give it to a role"));
            }
        }
        Ok(self)
    }
}

/// Where a grant holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Everywhere, also for what belongs to no site.
    AllSites,
    /// One site's assets and matches. Advisories belong to no site and can be read with any grant.
    Site(SiteId),
}

/// A role, somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// Where.
    pub scope: Scope,
}

/// Which sites a person may see or touch for one permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Nothing.
    Nowhere,
    /// These sites, sorted, at least one. Assets that stand on no site are not among them.
    Sites(Vec<SiteId>),
    /// Everything.
    Everywhere,
}

/// Some of the roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleSet(u8);

impl RoleSet {
    /// Every role that can ever carry `approve`.
    pub const APPROVING: Self =
        Self(Self::bit(Role::Viewer) | Self::bit(Role::Engineer) | Self::bit(Role::Approver));

    const fn bit(role: Role) -> u8 {
        1 << role as u8
    }

    /// Those.
    pub fn of(roles: impl IntoIterator<Item = Role>) -> Self {
        Self(roles.into_iter().fold(0, |bits, role| bits | Self::bit(role)))
    }

    /// The roles that carry a permission by these grants, for a thing that stands on `site` or on none.
    #[must_use]
    pub fn granted(
        table: &RoleTable,
        grants: &[Grant],
        (permission, site): (Permission, Option<SiteId>),
    ) -> Self {
        let here = grants.iter().filter(|grant| match grant.scope {
            Scope::AllSites => true,
            Scope::Site(own) => site == Some(own),
        });
        Self::of(here.map(|grant| grant.role).filter(|role| table.carries(*role, permission)))
    }

    /// Those that are in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether one is among them.
    #[must_use]
    pub const fn has(self, role: Role) -> bool {
        self.0 & Self::bit(role) != 0
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(self) -> bool {
        !Role::ALL.iter().any(|role| self.has(*role))
    }

    /// Their words.
    #[must_use]
    pub fn words(self) -> Vec<&'static str> {
        Role::ALL.iter().filter(|role| self.has(**role)).map(|role| role.word()).collect()
    }
}

impl Reach {
    /// How far these grants carry that permission.
    #[must_use]
    pub fn of(roles: &RoleTable, grants: &[Grant], permission: Permission) -> Self {
        let mut sites = Vec::new();
        for grant in grants.iter().filter(|grant| roles.carries(grant.role, permission)) {
            match grant.scope {
                Scope::AllSites => return Self::Everywhere,
                Scope::Site(site) => sites.push(site),
            }
        }
        sites.sort();
        sites.dedup();
        if sites.is_empty() { Self::Nowhere } else { Self::Sites(sites) }
    }

    /// Whether it covers that site; `None` is a thing that stands on no site.
    #[must_use]
    pub fn covers(&self, site: Option<SiteId>) -> bool {
        match self {
            Self::Nowhere => false,
            Self::Everywhere => true,
            Self::Sites(sites) => site.is_some_and(|site| sites.binary_search(&site).is_ok()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::Moment;

    #[test]
    fn role_times_permission_is_this_table() {
        let mut table = String::new();
        for role in Role::ALL {
            let row: Vec<&str> =
                Permission::ALL.iter().filter(|p| role.carries(**p)).map(|p| p.word()).collect();
            table.push_str(&format!("{role}: {}\n", row.join(" ")));
        }
        assert_eq!(
            table,
            "viewer: read-plant\n\
             engineer: read-plant write-inventory write-advisories write-matches write-rules write-decisions record-test write-plans read-audit\n\
             approver: read-plant write-decisions approve read-audit\n\
             administrator: read-plant write-advisories read-audit read-people write-people write-settings\n\
             auditor: read-plant read-audit read-people\n"
        );
    }

    #[test]
    fn a_grant_for_one_site_does_not_reach_another_nor_what_has_no_site() {
        let here = SiteId::new(Moment::from_micros(0), [1; 10]);
        let there = SiteId::new(Moment::from_micros(0), [2; 10]);
        let roles = RoleTable::default();
        let grants = [Grant { role: Role::Viewer, scope: Scope::Site(here) }];
        let reach = Reach::of(&roles, &grants, Permission::ReadPlant);
        assert!(reach.covers(Some(here)));
        assert!(!reach.covers(Some(there)));
        assert!(!reach.covers(None));
        assert_eq!(Reach::of(&roles, &[], Permission::ReadPlant), Reach::Nowhere);
    }
}
