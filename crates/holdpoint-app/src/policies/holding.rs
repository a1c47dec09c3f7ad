//! Which revision holds where, and what it means.

use super::older;
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::access::RoleTable;
use holdpoint_domain::approval_policy::ApprovalPolicy;
use holdpoint_domain::id::SiteId;
use holdpoint_domain::policy::{
    self, CategoryRules, Fault, PolicyKind, ScanRules, Values, approval_rules, category_rules, ranking_rules,
    role_table, scan_rules,
};
use holdpoint_domain::ranking::policy::RankingPolicy;
use holdpoint_formats::policy as text;
use holdpoint_store::policy::StoredPolicy;
use holdpoint_store::{Change, Reader, StoreError};
use serde_json::json;
use std::collections::BTreeSet;

/// The kinds that together say how a decision is made.
const APPROVAL_KINDS: [PolicyKind; 3] =
    [PolicyKind::ApprovalRules, PolicyKind::Emergency, PolicyKind::Exemptions];

/// A revision that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its number; 0: what the program brings along.
    pub revision: u64,
    /// The site whose own it is; `None`: the general one.
    pub site: Option<SiteId>,
    /// What it says.
    pub values: Values,
}

/// All revisions that hold in one view of the data.
#[derive(Debug, Clone)]
pub struct Rules {
    all: Vec<Held>,
}

/// What a stored revision says.
pub(super) fn values_of(stored: &StoredPolicy) -> Result<Values, StoreError> {
    let damaged = |why: String| {
        StoreError::damaged(format!("policy {} revision {}: {why}", stored.kind, stored.revision))
    };
    let values = match stored.format.as_str() {
        "toml" => {
            let read = text::read(&stored.body);
            let words = |faults: Vec<text::ReadFault>| faults.first().map(ToString::to_string);
            read.map_err(|faults| damaged(words(faults).unwrap_or_default()))?.values
        }
        format => older::read(stored.kind, format, &stored.body).map_err(damaged)?,
    };
    if values.kind() == stored.kind { Ok(values) } else { Err(damaged(format!("it is a {}", values.kind()))) }
}

impl Rules {
    /// As they are in this view of the data.
    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, StoreError> {
        Self::of_kinds(r, PolicyKind::ALL)
    }

    /// As [`Rules::read`], of these kinds alone; of the others, what the program brings along.
    fn of_kinds(r: &mut Reader<'_>, kinds: &[PolicyKind]) -> Result<Self, StoreError> {
        let stored = r.policies_holding()?;
        let wanted = stored.iter().filter(|one| kinds.contains(&one.kind));
        let held =
            wanted.map(|one| Ok(Held { revision: one.revision, site: one.site, values: values_of(one)? }));
        Ok(Self { all: held.collect::<Result<_, StoreError>>()? })
    }

    /// As they would be with this revision besides.
    pub(crate) fn with(mut self, held: Held) -> Self {
        self.all.retain(|one| one.site != held.site || one.values.kind() != held.values.kind());
        self.all.push(held);
        self
    }

    /// What a site has of its own, or the general one when asked for that.
    fn own(&self, kind: PolicyKind, site: Option<SiteId>) -> Option<&Held> {
        self.all.iter().find(|one| one.values.kind() == kind && one.site == site)
    }

    /// What holds at a site.
    pub(crate) fn of(&self, kind: PolicyKind, site: Option<SiteId>) -> Held {
        let own = site.and_then(|site| self.own(kind, Some(site)));
        let found = own.or_else(|| self.own(kind, None)).cloned();
        found.unwrap_or_else(|| Held { revision: 0, site: None, values: Values::brought(kind) })
    }

    /// The sites that have a policy of this kind of their own.
    pub(crate) fn sites_with(&self, kind: PolicyKind) -> impl Iterator<Item = SiteId> {
        self.all.iter().filter(move |one| one.values.kind() == kind).filter_map(|one| one.site)
    }

    pub(crate) fn ranking(&self, site: Option<SiteId>) -> Result<RankingPolicy, StoreError> {
        let held = self.of(PolicyKind::PrioritiesAndDeadlines, site);
        ranking_rules(&held.values, held.revision).map_err(damaged)
    }

    pub(crate) fn approval(&self, site: Option<SiteId>) -> Result<ApprovalPolicy, StoreError> {
        let [approval, emergency, exemptions] = APPROVAL_KINDS.map(|kind| self.of(kind, site).values);
        approval_rules(&approval, &emergency, &exemptions).map_err(damaged)
    }

    /// The strictest of the rules of approving of these sites; `None` is what belongs to no site.
    pub(crate) fn strictest(
        &self,
        sites: impl IntoIterator<Item = Option<SiteId>>,
    ) -> Result<ApprovalPolicy, StoreError> {
        let mut strictest: Option<ApprovalPolicy> = None;
        for site in sites {
            let own = self.approval(site)?;
            strictest = Some(strictest.map_or(own, |known| known.strictest(own)));
        }
        strictest.map_or_else(|| self.approval(None), Ok)
    }

    /// The strictest of the rules of approving of all sites, and of what belongs to none.
    pub(crate) fn everywhere(&self) -> Result<ApprovalPolicy, StoreError> {
        self.strictest(std::iter::once(None).chain(self.sites_of_approval().map(Some)))
    }

    /// The sites that have rules of approving of their own, some of them more than once.
    pub(crate) fn sites_of_approval(&self) -> impl Iterator<Item = SiteId> {
        APPROVAL_KINDS.into_iter().flat_map(|kind| self.sites_with(kind))
    }

    pub(crate) fn second_person_for(&self, site: Option<SiteId>) -> Result<BTreeSet<PolicyKind>, StoreError> {
        policy::second_person_for(&self.of(PolicyKind::ApprovalRules, site).values).map_err(damaged)
    }

    pub(crate) fn roles(&self) -> Result<RoleTable, StoreError> {
        role_table(&self.of(PolicyKind::Roles, None).values).map_err(damaged)
    }

    pub(crate) fn scan(&self) -> ScanRules {
        scan_rules(&self.of(PolicyKind::ScanSchedule, None).values)
    }

    pub(crate) fn categories(&self) -> Result<CategoryRules, StoreError> {
        category_rules(&self.of(PolicyKind::Categories, None).values).map_err(damaged)
    }
}

fn damaged(why: Fault) -> StoreError {
    StoreError::damaged(format!("a policy that holds: {why}"))
}

/// Which role may do what, by the policy that holds.
pub(crate) fn roles(r: &mut Reader<'_>) -> Result<RoleTable, StoreError> {
    Rules::of_kinds(r, &[PolicyKind::Roles])?.roles()
}

/// The rules of approving that hold at a site.
pub(crate) fn approval(r: &mut Reader<'_>, site: Option<SiteId>) -> Result<ApprovalPolicy, StoreError> {
    of_approving(r)?.approval(site)
}

/// The rules of approving of all sites.
pub(crate) fn of_approving(r: &mut Reader<'_>) -> Result<Rules, StoreError> {
    Rules::of_kinds(r, &APPROVAL_KINDS)
}

/// How often sources are looked at, by the policy that holds.
pub(crate) fn scan(r: &mut Reader<'_>) -> Result<ScanRules, StoreError> {
    Ok(Rules::of_kinds(r, &[PolicyKind::ScanSchedule])?.scan())
}

/// Puts into effect what was published and has begun to hold; how many revisions. Twice is as good as once.
///
/// # Errors
/// [`AppError::Store`].
pub fn put_into_effect(app: &App) -> Result<u64, AppError> {
    let now = app.now();
    if !app.store().read(|r| r.is_policy_due(now))? {
        return Ok(0);
    }
    let caller = Caller::system("policies");
    let intent = app.intent(&caller, "policy.begin", "the moment has come from which it holds");
    let committed = app.store().change(&intent, |c| {
        let due = c.policies_due(now)?;
        if due.is_empty() {
            c.nothing_to_do();
        }
        for one in &due {
            begin(c, one)?;
        }
        Ok::<_, AppError>(due.len() as u64)
    })?;
    Ok(committed.value)
}

/// A revision holds from here on; what was decided before and lacks something now is to be looked at again.
pub(super) fn begin(c: &mut Change<'_>, stored: &StoredPolicy) -> Result<(), AppError> {
    let before = Rules::read(c)?;
    let values = values_of(stored)?;
    c.policy_applied(stored.kind, stored.revision)?;
    let after = Rules::read(c)?;
    c.about("policy", format!("{}/{}", stored.kind, stored.revision));
    let opened = super::reviews::open(c, stored, (&before, &after))?;
    let said = policy::differences(&before.of(values.kind(), stored.site).values, &values);
    let words: Vec<String> = said.iter().map(ToString::to_string).collect();
    c.detail("changes", json!(words));
    c.detail("reviews", json!(opened));
    Ok(())
}
