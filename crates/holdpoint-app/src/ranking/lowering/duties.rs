//! Fields by which more is asked of work on an asset: a change that asks for less is kept back until a second person agrees.
//!
//! A kind, a certificate, a redundancy group decide duties in many places, so the asset itself keeps the old word, and the new
//! one waits beside it. The surprise: what decides by which baseline an asset is governed waits only where the asset would
//! leave a refusal or a hold behind; else every other spelling of a vendor would ask for two people.

use super::Back;
use crate::App;
use crate::approval::{baselines, members};
use crate::inventory::reconcile::Planned;
use crate::inventory::write;
use crate::runs::{self, Asker, Known, TouchedAssets};
use holdpoint_domain::Moment;
use holdpoint_domain::asset::Field;
use holdpoint_domain::baseline::{Baseline, Entry};
use holdpoint_domain::component::Component;
use holdpoint_domain::id::{BaselineId, LoweringId, SiteId, ZoneId};
use holdpoint_domain::patch_state::OwnerState;
use holdpoint_domain::ranking::lowering::duties::{Asked, FIELDS, asks_less, words};
use holdpoint_domain::ranking::lowering::{Lowered, Lowering, LoweringEnd, Weight};
use holdpoint_engine::approval::governing::{AssetFacts, Governing, Membership, governing, membership};
use holdpoint_engine::approval::inherit::{chain, nearest};
use holdpoint_store::asset::StoredAsset;
use holdpoint_store::{Change, StoreError};
use std::collections::BTreeMap;

/// The fields that decide by which baseline an asset is governed.
const SCOPE: [Field; 5] = [Field::Kind, Field::Vendor, Field::Product, Field::Site, Field::Zone];

/// Puts what asks for less back to what was said before; gives what was wanted of which field.
pub(crate) fn hold_back(c: &mut Change<'_>, planned: &mut Planned) -> Result<Back, StoreError> {
    let Some(known) = &planned.before else { return Ok(Back::new()) };
    let before = |field: Field| known.asset.value(field);
    let asked = Asked::of(before(Field::Kind), before(Field::SafetyCertificate));
    let after = |field: Field| planned.fields.get(&field).map(|value| value.value.as_str());
    let lesser = |field: &Field| asks_less(*field, (before(*field), after(*field)), asked);
    let mut wanted: Vec<Field> = FIELDS.iter().copied().filter(lesser).collect();
    let moved: Vec<Field> = SCOPE.iter().copied().filter(|field| before(*field) != after(*field)).collect();
    if moved.iter().any(|field| before(*field).is_some()) && leaves_a_no(c, planned)? {
        wanted.extend(moved);
    }
    wanted.sort_unstable();
    wanted.dedup();
    let mut held = Back::new();
    for field in wanted {
        let now = match planned.before.as_ref().and_then(|known| known.asset.fields.get(&field)) {
            Some(said) => planned.fields.insert(field, said.clone()),
            None => planned.fields.remove(&field),
        };
        held.push((field.word().to_owned(), now.map(|value| value.value)));
    }
    Ok(held)
}

/// Whether an asset leaves a baseline that refuses or holds a patch, and enters one by which the same patch may be installed.
fn leaves_a_no(c: &mut Change<'_>, planned: &Planned) -> Result<bool, StoreError> {
    let Some(known) = &planned.before else { return Ok(false) };
    let all = c.baselines()?;
    if all.is_empty() {
        return Ok(false);
    }
    let components = known.asset.components();
    let before = governing(&all, &members::facts(known, &components));
    let after = governing(&all, &facts(c, planned, &components)?);
    let (left, entered) = (ids(before), ids(after));
    if left == entered {
        return Ok(false);
    }
    Ok(!stricter(c, &all, &left, &entered)?.is_empty())
}

/// Those of some baselines that refuse or hold a patch which another one lets be installed.
fn stricter(
    c: &mut Change<'_>,
    all: &[Baseline],
    left: &[BaselineId],
    entered: &[BaselineId],
) -> Result<Vec<BaselineId>, StoreError> {
    if left.is_empty() || entered.is_empty() {
        return Ok(Vec::new());
    }
    let entries: Vec<Entry> = c.all_entries(Moment::OPEN)?.into_iter().map(|line| line.entry).collect();
    let entered: Vec<BTreeMap<String, Entry>> =
        entered.iter().map(|id| decided(*id, all, &entries)).collect();
    let is_let =
        |patch: &String| entered.iter().any(|here| here.get(patch).is_some_and(|entry| !is_no(entry)));
    let bars = |id: &&BaselineId| {
        decided(**id, all, &entries).iter().any(|(patch, entry)| is_no(entry) && is_let(patch))
    };
    Ok(left.iter().filter(bars).copied().collect())
}

/// An asset as scopes see it once it is written so.
fn facts<'a>(
    c: &mut Change<'_>,
    planned: &'a Planned,
    components: &'a [Component],
) -> Result<AssetFacts<'a>, StoreError> {
    let (site, zone) = place(c, planned)?;
    let value = |field: Field| planned.fields.get(&field).map_or("", |value| value.value.as_str());
    Ok(AssetFacts {
        id: planned.before.as_ref().map(|known| known.asset.id),
        kind: value(Field::Kind).parse().ok(),
        vendor: value(Field::Vendor),
        product: value(Field::Product),
        site,
        zone,
        components,
    })
}

/// An asset on which something else is seen than before: a stricter baseline of a system release that it would leave by that
/// keeps it until a second person agrees. Where the release is seen again, nothing waits any more.
pub(crate) fn keep_release(
    c: &mut Change<'_>,
    app: &App,
    planned: &Planned,
    who: &Asker<'_>,
) -> Result<(), StoreError> {
    let Some(known) = &planned.before else { return Ok(()) };
    let (before, after) = (known.asset.components(), planned.asset(|| known.asset.id).components());
    if before == after {
        return Ok(());
    }
    let all = c.baselines()?;
    let is_of_release = |id: &BaselineId| all.iter().any(|one| one.id == *id && one.scope.release.is_some());
    let now = facts(c, planned, &after)?;
    for waits in c.releases_left(known.number)? {
        let Lowered::Release(_, id) = waits.of else { continue };
        let scope = all.iter().find(|one| one.id == id).map(|one| &one.scope);
        if scope.is_some_and(|scope| membership(scope, &now) == Membership::Yes) {
            c.end_lowering(&waits, LoweringEnd::Overtaken, (who.caller.actor.name(), who.reason))?;
        }
    }
    let entered = ids(governing(&all, &now));
    let left = ids(governing(&all, &members::facts(known, &before))).into_iter();
    let left: Vec<BaselineId> = left.filter(|id| is_of_release(id) && !entered.contains(id)).collect();
    for id in stricter(c, &all, &left, &entered)? {
        waits(c, app, (known, id), (&all, &entered), who)?;
    }
    Ok(())
}

/// Keeps that a baseline goes on governing an asset.
fn waits(
    c: &mut Change<'_>,
    app: &App,
    (known, left): (&StoredAsset, BaselineId),
    (all, entered): (&[Baseline], &[BaselineId]),
    who: &Asker<'_>,
) -> Result<(), StoreError> {
    let name = |id: &BaselineId| all.iter().find(|one| one.id == *id).map_or("", |one| one.name.as_str());
    let said = |name: &str| vec![("baseline".to_owned(), Some(name.to_owned()))];
    let lowering = Lowering {
        id: LoweringId::new(c.at(), app.random_bytes()),
        of: Lowered::Release(known.number, left),
        site: known.site,
        name: known.asset.tag.clone(),
        held: Weight::default(),
        now: words(&said(&entered.iter().map(name).collect::<Vec<_>>().join(", "))),
        back: said(name(&left)),
        wanted: Vec::new(),
        by: who.caller.actor.name().to_owned(),
        accounts: vec![who.caller.key()],
        at: c.at(),
        reason: who.reason.trim().to_owned(),
    };
    super::put_waiting(c, &lowering)
}

fn place(c: &mut Change<'_>, planned: &Planned) -> Result<(Option<SiteId>, Option<ZoneId>), StoreError> {
    let said = |field: Field| planned.fields.get(&field).map(|value| value.value.clone());
    let site = match said(Field::Site) {
        Some(name) => c.site_by_name(&name)?.map(|site| site.id),
        None => None,
    };
    let zone = match (site, said(Field::Zone)) {
        (Some(site), Some(name)) => c.zone_by_name(site, &name)?.map(|zone| zone.id),
        _ => None,
    };
    Ok((site, zone))
}

fn ids(found: Governing) -> Vec<BaselineId> {
    match found {
        Governing::None => Vec::new(),
        Governing::One(id) => vec![id],
        Governing::Several(ids) | Governing::Unknown { candidates: ids, .. } => ids,
    }
}

/// What is decided in a baseline, with what it inherits.
fn decided(id: BaselineId, all: &[Baseline], entries: &[Entry]) -> BTreeMap<String, Entry> {
    let line = chain(id, &baselines::parents(all));
    let keyed = entries.iter().map(|one| (one.baseline, one.patch.as_str(), one));
    nearest(&line, keyed).into_iter().map(|(patch, (_, entry))| (patch.to_owned(), entry.clone())).collect()
}

fn is_no(entry: &Entry) -> bool {
    entry.hold.is_some()
        || !matches!(entry.state.owner_state(), OwnerState::Authorized | OwnerState::Effective)
}

/// Keeps what is wanted of an asset until a second person agrees. What is said directly by now is wanted no more.
pub(crate) fn propose(
    c: &mut Change<'_>,
    app: &App,
    (planned, wanted): (&Planned, Back),
    who: &Asker<'_>,
) -> Result<(), StoreError> {
    let Some(known) = &planned.before else { return Ok(()) };
    let watched = |field: &&Field| FIELDS.contains(field) || SCOPE.contains(field);
    let said = |field: Field| planned.fields.get(&field).map(|value| value.value.as_str());
    let changed: Vec<&str> = Field::ALL
        .iter()
        .filter(watched)
        .filter(|field| known.asset.value(**field) != said(**field))
        .map(|field| field.word())
        .collect();
    if wanted.is_empty() && changed.is_empty() {
        return Ok(());
    }
    let of = Lowered::Fields(known.number);
    let before = c.lowering_of(of)?;
    let mut all: Back = before.as_ref().map(|one| one.wanted.clone()).unwrap_or_default();
    all.retain(|(field, _)| {
        !changed.contains(&field.as_str()) && wanted.iter().all(|(again, _)| again != field)
    });
    all.extend(wanted);
    all.sort();
    if let Some(before) = &before {
        if before.wanted == all {
            return Ok(());
        }
        c.end_lowering(before, LoweringEnd::Overtaken, (who.caller.actor.name(), who.reason))?;
    }
    if all.is_empty() {
        return Ok(());
    }
    let mut accounts = before.map(|one| one.accounts).unwrap_or_default();
    let account = who.caller.key();
    if !accounts.contains(&account) {
        accounts.push(account);
    }
    let old = |(field, _): &(String, Option<String>)| {
        let value = field.parse().ok().and_then(said);
        (field.clone(), value.map(str::to_owned))
    };
    let lowering = Lowering {
        id: LoweringId::new(c.at(), app.random_bytes()),
        of,
        site: known.site,
        name: planned.tag.clone(),
        held: Weight::default(),
        now: words(&all),
        back: all.iter().map(old).collect(),
        wanted: all,
        by: who.caller.actor.name().to_owned(),
        accounts,
        at: c.at(),
        reason: who.reason.trim().to_owned(),
    };
    super::put_waiting(c, &lowering)
}

/// Writes what was wanted, by an observation of whoever agreed.
pub(super) fn write_wanted(
    c: &mut Change<'_>,
    app: &App,
    (number, wanted): (i64, &Back),
    who: &Asker<'_>,
) -> Result<(), crate::error::AppError> {
    let Some(planned) = super::back::planned(c, app, (number, wanted), who)? else { return Ok(()) };
    let configurations = write::put_agreed(c, app, &planned, who)?;
    let mut touched = TouchedAssets::default();
    touched.add(Known::Before, &planned.tag, configurations);
    runs::after_assets(app, c, who, touched)?;
    Ok(())
}
