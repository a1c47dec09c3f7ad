//! By whose rules a decision is made: the strictest of all sites on which it works.
//!
//! The surprise: a baseline that belongs to no site follows the rules of every site on which its scope holds an asset, and
//! of every site at all while it holds none, because the first one may be commissioned anywhere.

use super::members::{self, Member};
use crate::error::AppError;
use crate::policies::Rules;
use crate::policies::holding::of_approving;
use holdpoint_domain::approval_policy::{ApprovalPolicy, ClassRule, RiskClass};
use holdpoint_domain::exemption::{Exemption, On};
use holdpoint_domain::id::SiteId;
use holdpoint_store::exemption::KeptExemption;
use holdpoint_store::{Reader, StoreError};
use std::collections::{BTreeMap, BTreeSet};

/// The rules of a decision, with whose they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Strictest {
    /// What it is decided by.
    pub policy: ApprovalPolicy,
    general: ApprovalPolicy,
    /// The sites that have rules of their own, by name.
    own: BTreeMap<String, ApprovalPolicy>,
}

impl Strictest {
    /// Whose rules ask for more than the general ones where this much hangs on it, one clause each; mostly none.
    pub(crate) fn why(&self, risk: RiskClass) -> Vec<String> {
        let (wanted, general) = (self.policy.of(risk), self.general.of(risk));
        let by = |asks: &dyn Fn(ClassRule) -> bool| {
            let names = self.own.iter().filter(|(_, policy)| asks(policy.of(risk)));
            names.map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        };
        let mut why = Vec::new();
        if wanted.signatures > general.signatures {
            let sites = by(&|rule| rule.signatures == wanted.signatures);
            why.push(format!("the rules of site {sites} ask for {} signatures", wanted.signatures));
        }
        if wanted.evidence > general.evidence {
            let sites = by(&|rule| rule.evidence == wanted.evidence);
            why.push(format!("the rules of site {sites} ask for the evidence `{}`", wanted.evidence));
        }
        why
    }
}

/// The sites whose rules count for what is decided for these assets; `None` is what belongs to no site.
pub(crate) fn sites(
    place: Option<SiteId>,
    members: &[Member],
    all: &BTreeSet<SiteId>,
) -> BTreeSet<Option<SiteId>> {
    match place {
        Some(site) => BTreeSet::from([Some(site)]),
        None if members.is_empty() => all.iter().copied().map(Some).chain([None]).collect(),
        None => members.iter().map(|one| one.site).chain([None]).collect(),
    }
}

/// The rules of what is decided for these assets; `place` is the site that it is bound to.
pub(crate) fn of_members(
    r: &mut Reader<'_>,
    place: Option<SiteId>,
    members: &[Member],
) -> Result<Strictest, StoreError> {
    let rules = of_approving(r)?;
    let own: BTreeSet<SiteId> = rules.sites_of_approval().collect();
    let sites = sites(place, members, &own);
    let mut strictest = Strictest {
        policy: rules.strictest(sites.iter().copied())?,
        general: rules.approval(None)?,
        own: BTreeMap::new(),
    };
    if own.iter().any(|site| sites.contains(&Some(*site))) {
        for site in r.sites()?.into_iter().filter(|one| own.contains(&one.id)) {
            if sites.contains(&Some(site.id)) {
                strictest.own.insert(site.name, rules.approval(Some(site.id))?);
            }
        }
    }
    Ok(strictest)
}

/// The rules of an exemption, which belongs to this site.
pub(crate) fn of_exemption(
    r: &mut Reader<'_>,
    one: &Exemption,
    site: Option<SiteId>,
) -> Result<Strictest, AppError> {
    let members = match (one.on, site) {
        (On::Baseline(_), None) => members::of_exemption(r, one.on)?,
        // Of what is bound to a site or to nothing, the members change no rule.
        (On::Baseline(_), Some(_)) | (On::Asset(_) | On::Zone(_) | On::Site(_), _) => Vec::new(),
    };
    match (one.on, site) {
        (On::Baseline(_), _) | (_, Some(_)) => Ok(of_members(r, site, &members)?),
        (On::Asset(_) | On::Zone(_) | On::Site(_), None) => {
            let policy = of_approving(r)?.approval(None)?;
            Ok(Strictest { policy, general: policy, own: BTreeMap::new() })
        }
    }
}

/// How often the controls of an exemption are looked at: where it belongs to no site, as often as the strictest site asks.
pub(crate) fn verify_days(rules: &Rules, kept: &KeptExemption) -> Result<u32, StoreError> {
    let policy = match (kept.exemption.on, kept.site) {
        (On::Baseline(_), None) => rules.everywhere()?,
        (On::Baseline(_), Some(_)) | (On::Asset(_) | On::Zone(_) | On::Site(_), _) => {
            rules.approval(kept.site)?
        }
    };
    Ok(policy.control_verify_days)
}
