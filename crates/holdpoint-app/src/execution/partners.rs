//! Whether the other members of a redundancy group serve, as far as anything is heard of them.
//!
//! The surprise: a member whose own program has fallen silent counts as out, and so does a host that does not answer as itself
//! when its partner is examined. Of a member to which nothing leads nobody here knows more than people say.

use crate::App;
use crate::agents::OVERDUE_AFTER;
use crate::error::AppError;
use holdpoint_connectors::apply::ssh::{SshError, look_at_key};
use holdpoint_domain::Moment;
use holdpoint_domain::execution::{ErrorClass, Outcome};
use holdpoint_domain::id::AssetId;
use holdpoint_domain::plan::ChangePlan;
use holdpoint_engine::planning::Facts;
use holdpoint_store::Reader;
use holdpoint_store::execution::{Partner, PartnerWay};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How long a partner may take to show its key.
const PATIENCE: Duration = Duration::from_secs(10);

/// Members of the redundancy groups that a plan touches whose own program has not asked for [`OVERDUE_AFTER`], by group, with what is
/// known as a clause.
pub(super) fn silent(
    app: &App,
    r: &mut Reader<'_>,
    (facts, plan): (&Facts, &ChangePlan),
    now: Moment,
) -> Result<BTreeMap<String, BTreeMap<AssetId, String>>, AppError> {
    let worked_on: BTreeSet<AssetId> = plan.steps.iter().map(|step| step.asset).collect();
    let own = facts.assets.iter().filter(|asset| worked_on.contains(&asset.id));
    let groups: BTreeSet<&str> = own.filter_map(|asset| asset.group.as_deref()).collect();
    if groups.is_empty() {
        return Ok(BTreeMap::new());
    }
    let since = now.plus_micros(-OVERDUE_AFTER);
    let mut unheard: BTreeMap<AssetId, Moment> = BTreeMap::new();
    for (asset, seen_at) in r.agents_not_seen_since(facts.site, since)? {
        let asked_at = app.agents().asked_at(asset);
        unheard.insert(asset, asked_at.map_or(seen_at, |asked| asked.max(seen_at)));
    }
    for (asset, seen_at, number) in r.controllers_not_seen_since(facts.site, since)? {
        let asked_at = app.controllers().asked_at(number);
        unheard.insert(asset, asked_at.map_or(seen_at, |asked| asked.max(seen_at)));
    }
    let mut found: BTreeMap<String, BTreeMap<AssetId, String>> = BTreeMap::new();
    for asset in &facts.assets {
        let Some(group) = asset.group.as_ref().filter(|group| groups.contains(group.as_str())) else {
            continue;
        };
        if let Some(heard) = unheard.get(&asset.id).filter(|heard| **heard < since) {
            let what = format!("{}, which has not asked since {heard}", asset.tag);
            found.entry(group.clone()).or_default().insert(asset.id, what);
        }
    }
    Ok(found)
}

/// What was seen of the other members of a group, when a host of it is examined.
pub(super) struct Seen {
    /// A line for each, for the evidence.
    pub evidence: String,
    /// What speaks against beginning; `None`: nothing.
    pub against: Option<Outcome>,
}

/// Looks whether the hosts beside an asset in its redundancy group answer as themselves, and counts those that do not as out.
pub(super) fn look(app: &App, asset: AssetId) -> Result<Seen, AppError> {
    let (partners, may_lose) = app.store().read(|r| {
        let site = r.asset(asset, app.now())?.and_then(|stored| stored.site);
        let partners = r.partners_of(asset)?;
        let group = partners.first().map(|partner| partner.group.clone());
        let said = r.redundancy_groups()?;
        let own = said.iter().find(|one| Some(one.site) == site && Some(&one.name) == group.as_ref());
        let may_lose = own.map(|one| one.can_lose_of(partners.len() + 1));
        Ok((partners, may_lose))
    })?;
    Ok(judged(&partners, may_lose, |address, port| look_at_key(address, port, PATIENCE)))
}

/// `may_lose`: how many the group can lose; `None`: nobody has said, so that the gate holds it.
fn judged(
    partners: &[Partner],
    may_lose: Option<u16>,
    key_of: impl Fn(&str, u16) -> Result<String, SshError>,
) -> Seen {
    let (mut evidence, mut out) = (String::new(), Vec::new());
    for partner in partners {
        let found = match &partner.way {
            _ if partner.is_in_work => Err("is in work itself".to_owned()),
            PartnerWay::OwnProgram => Ok("is heard by its own program".to_owned()),
            PartnerWay::Nothing => {
                Ok("has nothing that leads to it: whether it serves is not known here".to_owned())
            }
            PartnerWay::Line { address, port, fingerprint } => match key_of(address, *port) {
                Ok(shown) if shown == *fingerprint => Ok(format!("answers as itself at {address}")),
                Ok(shown) => Err(format!("shows the key {shown} at {address}, and {fingerprint} is pinned")),
                Err(why) => Err(format!("does not answer: {why}")),
            },
        };
        let (Ok(words) | Err(words)) = &found;
        evidence.push_str(&format!("partner {} {words}\n", partner.tag));
        if let Err(words) = found {
            out.push(format!("{} {words}", partner.tag));
        }
    }
    let group = partners.first().map(|partner| partner.group.as_str());
    let against = may_lose.filter(|may_lose| out.len() >= usize::from(*may_lose) && !out.is_empty());
    let against = against.zip(group).map(|(may_lose, group)| Outcome::Failed {
        class: ErrorClass::Unfit,
        what: format!(
            "`{group}` can lose {may_lose}, and with this one {} would be out: {}",
            out.len() + 1,
            out.join("; ")
        ),
    });
    Seen { evidence, against }
}

#[cfg(test)]
mod tests {
    use super::{Seen, judged};
    use holdpoint_connectors::apply::ssh::SshError;
    use holdpoint_domain::execution::{ErrorClass, Outcome};
    use holdpoint_store::execution::{Partner, PartnerWay};

    fn partner(tag: &str, is_in_work: bool, way: PartnerWay) -> Partner {
        Partner { tag: tag.to_owned(), group: "pumps".to_owned(), is_in_work, way }
    }

    fn line(address: &str) -> PartnerWay {
        PartnerWay::Line { address: address.to_owned(), port: 22, fingerprint: "own".to_owned() }
    }

    fn seen(partners: &[Partner], may_lose: Option<u16>) -> Seen {
        judged(partners, may_lose, |address, _| match address {
            "up" => Ok("own".to_owned()),
            "swapped" => Ok("another".to_owned()),
            _ => Err(SshError::Unreachable { host: address.to_owned(), why: "no route".to_owned() }),
        })
    }

    fn against(partners: &[Partner], may_lose: Option<u16>) -> Option<String> {
        match seen(partners, may_lose).against {
            None => None,
            Some(Outcome::Failed { class: ErrorClass::Unfit, what }) => Some(what),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_partner_that_does_not_answer_as_itself_counts_as_out() {
        let (up, down) = (partner("P-2", false, line("up")), partner("P-3", false, line("down")));
        let swapped = partner("P-4", false, line("swapped"));
        assert_eq!(against(std::slice::from_ref(&up), Some(1)), None);
        let said = against(&[up.clone(), down.clone()], Some(1)).expect("it is held");
        assert!(
            said.starts_with("`pumps` can lose 1, and with this one 2 would be out: P-3 does not answer"),
            "{said}"
        );
        assert!(against(&[swapped], Some(1)).is_some(), "another machine at its address is not the partner");
        assert_eq!(against(&[up, down], Some(2)), None, "the group can lose both");
    }

    #[test]
    fn what_is_in_work_is_not_asked_and_counts() {
        let at_work = partner("P-2", true, line("up"));
        assert!(against(std::slice::from_ref(&at_work), Some(1)).is_some());
        assert_eq!(against(&[at_work], Some(2)), None);
    }

    #[test]
    fn what_nothing_leads_to_is_said_and_holds_nothing() {
        let partners = [
            partner("P-2", false, PartnerWay::Nothing),
            partner("P-3", false, PartnerWay::OwnProgram),
            partner("P-4", false, line("down")),
        ];
        let seen = seen(&partners, None);
        assert!(seen.against.is_none(), "what nobody has said of the group is a matter of the gate");
        let lines: Vec<&str> = seen.evidence.lines().collect();
        assert_eq!(lines[0], "partner P-2 has nothing that leads to it: whether it serves is not known here");
        assert!(lines[2].starts_with("partner P-4 does not answer"), "{lines:?}");
        assert!(against(&[], Some(0)).is_none());
    }
}
