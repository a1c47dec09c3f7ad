//! How many people a policy leaves who could do what it asks for: a rule that nobody can fulfil stops everything.
//!
//! Not here: tables that end four eyes whoever has which role; those are refused where roles are read (`domain::access`).

use super::holding::Rules;
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Grant, Permission, Reach, Role, RoleSet, RoleTable};
use holdpoint_domain::approval_policy::RiskClass;
use holdpoint_domain::id::UserId;
use holdpoint_domain::policy::{Fault, PolicyKind, Values, role_table};
use holdpoint_store::{Reader, StoreError};
use std::collections::BTreeMap;

/// What a signer could do besides that makes what is signed: each of these is better done by somebody else.
const MAKES_THE_GROUND: [Permission; 4] = [
    Permission::WriteAdvisories,
    Permission::WriteMatches,
    Permission::WriteRules,
    Permission::WriteInventory,
];

/// The people with an account that is in use, each with what was granted to them.
fn people(r: &mut Reader<'_>) -> Result<Vec<Vec<Grant>>, StoreError> {
    let mut granted: BTreeMap<UserId, Vec<Grant>> = BTreeMap::new();
    for (user, grant) in r.all_grants(Moment::OPEN)? {
        granted.entry(user).or_default().push(grant);
    }
    let in_use = r.users()?.into_iter().filter(|user| user.disabled_at.is_none());
    Ok(in_use.filter_map(|user| granted.remove(&user.id)).collect())
}

/// How many could sign somewhere: who administers accounts may not.
fn signers(people: &[Vec<Grant>], table: &RoleTable) -> usize {
    let may = |grants: &&Vec<Grant>| {
        Reach::of(table, grants, Permission::Approve) != Reach::Nowhere
            && Reach::of(table, grants, Permission::WritePeople) == Reach::Nowhere
    };
    people.iter().filter(may).count()
}

/// How many could do something somewhere.
fn able(people: &[Vec<Grant>], table: &RoleTable, permission: Permission) -> usize {
    people.iter().filter(|grants| Reach::of(table, grants, permission) != Reach::Nowhere).count()
}

/// Why a policy cannot be proposed: by it nobody could sign any more, and somebody can now.
pub(super) fn locks_out(
    r: &mut Reader<'_>,
    rules: &Rules,
    values: &Values,
) -> Result<Option<String>, StoreError> {
    if values.kind() != PolicyKind::Roles {
        return Ok(None);
    }
    let people = people(r)?;
    let now = signers(&people, &rules.roles()?);
    if now == 0 || signers(&people, &table_of(values)?) > 0 {
        return Ok(None);
    }
    let word = if now == 1 { "person" } else { "people" };
    Ok(Some(format!(
        "by this table nobody with an account could sign a decision any more; now {now} {word} can"
    )))
}

fn table_of(values: &Values) -> Result<RoleTable, StoreError> {
    role_table(values).map_err(|why: Fault| StoreError::damaged(why.to_string()))
}

/// What a policy would leave undone for want of people, and where one role would hold too much; in sentences.
pub(super) fn warnings(
    r: &mut Reader<'_>,
    (before, after): (&Rules, &Rules),
    values: &Values,
) -> Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    match values.kind() {
        PolicyKind::Roles => {
            found.extend(locks_out(r, before, values)?);
            together(&table_of(values)?, &mut found);
        }
        PolicyKind::ApprovalRules | PolicyKind::Emergency | PolicyKind::Exemptions => {}
        PolicyKind::ScanSchedule
        | PolicyKind::Categories
        | PolicyKind::PrioritiesAndDeadlines
        | PolicyKind::RegularCycle => return Ok(found),
    }
    let people = people(r)?;
    let table = after.roles()?;
    let hands = signers(&people, &table);
    for class in RiskClass::ALL {
        let wanted = after.everywhere()?.of(*class).signatures;
        if usize::from(wanted) > hands {
            found.push(format!(
                "a decision of the class `{class}` would need {wanted} signatures, and {hands} with an account could give \
                 one: nothing of that class could be decided"
            ));
        }
    }
    for class in [RiskClass::High, RiskClass::Critical] {
        let named = after.everywhere()?.accepted_by(class);
        let may = |grants: &&Vec<Grant>| {
            let roles = grants.iter().map(|grant| grant.role);
            let own = RoleSet::of(roles.filter(|role| table.carries(*role, Permission::Approve)));
            !named.and(own).is_empty()
        };
        if hands > 0 && !people.iter().any(|grants| may(&grants)) {
            found.push(format!(
                "nobody with an account has a role that may accept a residual risk of the class `{class}`: no such \
                 exemption could be signed"
            ));
        }
    }
    for permission in [Permission::WriteDecisions, Permission::RecordTest] {
        if able(&people, &table, permission) == 0 {
            found.push(format!("nobody with an account would have `{permission}`"));
        }
    }
    Ok(found)
}

/// Roles that sign and also make what is signed.
fn together(table: &RoleTable, found: &mut Vec<String>) {
    for role in table.carriers(Permission::Approve) {
        let also = MAKES_THE_GROUND.iter().filter(|one| table.carries(role, **one));
        let also: Vec<String> = also.map(|one| format!("`{one}`")).collect();
        if !also.is_empty() {
            found.push(format!(
                "`{role}` would sign and carry {} as well: one person could make what a decision rests on and sign it",
                also.join(", ")
            ));
        }
    }
    let lone: Vec<Role> = table.carriers(Permission::Approve).collect();
    if let [role] = lone.as_slice()
        && table.carriers(Permission::WriteDecisions).all(|other| other == *role)
    {
        found.push(format!(
            "only `{role}` could ask for decisions and sign them: whoever asks for one cannot sign it, so each needs one \
             more person of that role"
        ));
    }
}
