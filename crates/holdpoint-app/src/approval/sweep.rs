//! What changes by itself: authorisations that end, suppliers that take their word back, exemptions that expire or must be
//! looked at again. Run by a clock and before answers; doing it twice changes nothing.
//!
//! The surprise: nothing is deleted here. A supplier's *not approved*, a word that nobody has explained, an asset that does not
//! run what was released, and more that hangs on the assets than the approval bears, put a hold on an entry and leave the
//! owner's decision beneath it.

pub(super) mod supplier;

use super::baselines::force;
use super::decisions::holdpoint;
use super::members::{self, Covering, Member};
use super::rules::{self as whose, verify_days};
use super::{baselines, reading, refused, standing, telling};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::policies::Rules;
use holdpoint_domain::Moment;
use holdpoint_domain::approval_policy::ApprovalPolicy;
use holdpoint_domain::asset::Field;
use holdpoint_domain::baseline::{self, Baseline, Deed, Entry, Step};
use holdpoint_domain::decision::checks::bears;
use holdpoint_domain::decision::{Authorisation, Decision, Matter};
use holdpoint_domain::exemption::{Exemption, ExemptionState, Exploitation, Listed, On, Watched};
use holdpoint_domain::id::{BaselineId, SiteId};
use holdpoint_domain::notice::NoticeKind;
use holdpoint_domain::patch_state::OwnerState;
use holdpoint_domain::ranking;
use holdpoint_domain::signature::Person;
use holdpoint_engine::approval::risk::{AssetAtStake, Word, class_of};
use holdpoint_store::decision::KeptDecision;
use holdpoint_store::exemption::KeptExemption;
use holdpoint_store::vulnerability_record::KevState;
use holdpoint_store::{Change, Reader};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};

/// What a sweep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Authorisations that ended.
    pub ended: u64,
    /// Holds that were set.
    pub held: u64,
    /// Exemptions that are over.
    pub expired: u64,
    /// Exemptions that must be looked at again.
    pub to_review: u64,
    /// How many people were told of an overdue review.
    pub reminded: u64,
}

/// What is to be done, found out by reading alone.
#[derive(Debug, Default)]
struct Due {
    entries: Vec<(Entry, Step)>,
    exemptions: Vec<(KeptExemption, Exemption)>,
    reviews: Vec<KeptDecision>,
}

/// Looks at everything that may have changed by itself; writes nothing when nothing did. Findings are ranked anew where a
/// control stopped or began to hold.
///
/// # Errors
/// [`AppError::Store`].
pub fn sweep(app: &App) -> Result<Swept, AppError> {
    let now = app.now();
    // Most rounds find nothing, and then nobody who writes has to wait for them.
    let (head, _) = app.store().read(|r| r.audit_head())?;
    let assets = if app.swept_at() == Some(head) { Assets::AsBefore } else { Assets::Read };
    let due = reading(app, |r| due(r, now, assets))?;
    if due.entries.is_empty() && due.exemptions.is_empty() && due.reviews.is_empty() {
        app.set_swept_at(head);
        return Ok(Swept::default());
    }
    let caller = Caller::system("approval");
    let committed = app.store().change(&app.intent(&caller, "approval.sweep", ""), |c| {
        let at = c.at();
        let due = self::due(c, at, Assets::Read)?;
        let mut swept = Swept::default();
        for (entry, step) in due.entries {
            match &step {
                Step::Hold { .. } => swept.held += 1,
                Step::Refuse { .. } | Step::BeginTest | Step::Post | Step::Release { .. } => swept.ended += 1,
            }
            self::step(app, c, entry, step)?;
        }
        for (kept, now) in due.exemptions {
            exemption(c, &kept, &now, &mut swept)?;
            telling::exemption(app, c, &kept, &now)?;
        }
        for kept in due.reviews {
            swept.reminded += telling::review(app, c, &kept)?;
        }
        if swept == Swept::default() {
            c.nothing_to_do();
        } else {
            c.detail(
                "swept",
                json!([swept.ended, swept.held, swept.expired, swept.to_review, swept.reminded]),
            );
        }
        Ok::<_, AppError>(swept)
    })?;
    crate::ranking::refresh::now(app)?;
    Ok(committed.value)
}

/// Whether the inventory is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Assets {
    /// It is read.
    Read,
    /// Nothing was written since it was read last and nothing came of it.
    AsBefore,
}

fn due(r: &mut Reader<'_>, at: Moment, assets: Assets) -> Result<Due, AppError> {
    let mut due = Due::default();
    let rules = Rules::read(r)?;
    let all = r.baselines()?;
    entries(r, (&all, &rules), at, (assets, &mut due))?;
    exemptions(r, (&all, &rules), at, (assets, &mut due))?;
    for kept in r.reviews_overdue(at)? {
        // Told once; it stays in the list of decisions until somebody reviews it.
        if !r.was_told(NoticeKind::ReviewOverdue, &kept.decision.id.to_string())? {
            due.reviews.push(kept);
        }
    }
    Ok(due)
}

fn exemptions(
    r: &mut Reader<'_>,
    (all, rules): (&[Baseline], &Rules),
    at: Moment,
    (assets, due): (Assets, &mut Due),
) -> Result<(), AppError> {
    let open = r.open_exemptions()?;
    let wanted: Vec<Option<Covering<'_>>> =
        open.iter().map(|kept| Covering::of(kept.exemption.on, all)).collect();
    let mut found = match assets {
        Assets::Read => {
            members::of_all(r, &wanted.iter().flatten().copied().collect::<Vec<_>>())?.into_iter()
        }
        Assets::AsBefore => Vec::new().into_iter(),
    };
    for (kept, wanted) in open.into_iter().zip(wanted) {
        let covered = wanted.and_then(|_| found.next());
        let days = verify_days(rules, &kept)?;
        let watched = watched(r, &kept.exemption, covered.as_deref())?;
        let now = kept.exemption.clone().at_moment(&watched, at, days);
        if now != kept.exemption {
            due.exemptions.push((kept, now));
        }
    }
    Ok(())
}

/// An entry that is authorised, and the decision by which it is.
struct Authorised {
    entry: Entry,
    decision: Option<Decision>,
}

impl Authorised {
    fn what(&self) -> Option<&Authorisation> {
        match self.decision.as_ref().map(|decision| &decision.matter) {
            Some(Matter::Authorise(what)) => Some(what),
            Some(
                Matter::Reject { .. } | Matter::Readmit { .. } | Matter::Standard(_) | Matter::Exempt { .. },
            )
            | None => None,
        }
    }
}

fn entries(
    r: &mut Reader<'_>,
    (all, rules): (&[Baseline], &Rules),
    at: Moment,
    (assets, due): (Assets, &mut Due),
) -> Result<(), AppError> {
    let (mut free, mut fleet) = (Vec::new(), standing::Fleet::default());
    for line in r.all_entries(Moment::OPEN)? {
        let entry = line.entry;
        if !matches!(entry.state.owner_state(), OwnerState::Authorized | OwnerState::Effective) {
            continue;
        }
        let Some(found) = all.iter().find(|one| one.id == entry.baseline) else { continue };
        let decision = match entry.state.decision() {
            Some(id) => r.decision(id)?.map(|kept| kept.decision),
            None => None,
        };
        let one = Authorised { entry, decision };
        let end = one.what().and_then(holdpoint_domain::decision::checks::ends_at);
        if let Some(end) = end.filter(|end| *end <= at) {
            let why = format!("the authorisation ended at {}", end.minute());
            due.entries.push((one.entry, Step::Refuse { why }));
            continue;
        }
        if one.entry.hold.is_some() {
            continue;
        }
        // Where nothing was written since it was looked at last, nobody said anything either.
        if assets == Assets::AsBefore {
            continue;
        }
        let said = standing::of_many(r, &mut fleet, (found, &one.entry.patch), Moment::OPEN)?;
        let doubt = match one.what() {
            Some(what) => standing::doubt(r, &mut fleet, (found, &one.entry.patch), (&what.footing, &said))?,
            None => None,
        };
        if let Some(why) = doubt {
            due.entries.push((one.entry, Step::Hold { why }));
            continue;
        }
        free.push((one, found));
    }
    match assets {
        Assets::Read => outgrown(r, &free, rules, due),
        Assets::AsBefore => Ok(()),
    }
}

/// Holds what was authorised where less hung on the assets than does now, when it would not have been enough for this.
fn outgrown(
    r: &mut Reader<'_>,
    free: &[(Authorised, &Baseline)],
    rules: &Rules,
    due: &mut Due,
) -> Result<(), AppError> {
    let mut baselines: Vec<&Baseline> = free.iter().map(|(_, found)| *found).collect();
    baselines.sort_by_key(|one| one.id);
    baselines.dedup_by_key(|one| one.id);
    let scopes: Vec<Covering<'_>> = baselines.iter().map(|one| Covering::Scope(&one.scope)).collect();
    let members: HashMap<BaselineId, Vec<Member>> =
        baselines.iter().map(|one| one.id).zip(members::of_all(r, &scopes)?).collect();
    let own: BTreeSet<SiteId> = rules.sites_of_approval().collect();
    for (one, found) in free {
        let Some(decision) = &one.decision else { continue };
        let members = &members[&found.id];
        let sites = whose::sites(found.scope.place.site(), members, &own);
        let policy = rules.strictest(sites)?;
        if let Some(why) = outgrows(r, decision, members, &policy)? {
            due.entries.push((one.entry.clone(), Step::Hold { why }));
        }
    }
    Ok(())
}

/// Why a decision is not enough for what hangs on these assets now; `None`: no more does than when it was asked for, or it
/// bears that too.
fn outgrows(
    r: &mut Reader<'_>,
    decision: &Decision,
    members: &[Member],
    policy: &ApprovalPolicy,
) -> Result<Option<String>, AppError> {
    let (risk, why) = class_of(&stakes_of(members), force::word(decision));
    if risk <= decision.risk {
        return Ok(None);
    }
    let lack = bears(decision, &force::runs(r, decision)?, risk, policy).err();
    Ok(lack.map(|lack| {
        format!("more hangs on its assets than when it was approved ({}): {lack}", why.join("; "))
    }))
}

/// The same for one baseline, read for it.
pub(super) fn is_outgrown(
    r: &mut Reader<'_>,
    decision: &Decision,
    baseline: &Baseline,
) -> Result<Option<String>, AppError> {
    let members = members::of_scope(r, baseline)?;
    let rules = whose::of_members(r, baseline.scope.place.site(), &members)?;
    outgrows(r, decision, &members, &rules.policy)
}

fn stakes_of(members: &[Member]) -> Vec<AssetAtStake> {
    members.iter().map(|member| member.stake.clone()).collect()
}

fn step(app: &App, c: &mut Change<'_>, entry: Entry, step: Step) -> Result<(), AppError> {
    stepped(app, c, entry, (step, &holdpoint()))
}

/// Takes a step with an entry and tells those whom it concerns.
pub(super) fn stepped(
    app: &App,
    c: &mut Change<'_>,
    entry: Entry,
    (step, by): (Step, &Person),
) -> Result<(), AppError> {
    let told = match &step {
        Step::Hold { why } => Some((NoticeKind::Held, why.clone())),
        Step::Refuse { why } => Some((NoticeKind::AuthorisationEnded, why.clone())),
        Step::BeginTest | Step::Post | Step::Release { .. } => None,
    };
    let (id, patch) = (entry.baseline, entry.patch.clone());
    let deed = Deed { by: by.clone(), at: c.at() };
    let next = baseline::step(Some(entry.clone()), (id, &patch), step, deed).map_err(refused)?;
    baselines::write_entry(c, Some(&entry), &next)?;
    if let Some((kind, why)) = told {
        let found = baselines::by_id(c, id)?;
        telling::entry(app, c, (&found, &entry), (kind, &why))?;
    }
    Ok(())
}

fn exemption(
    c: &mut Change<'_>,
    kept: &KeptExemption,
    now: &Exemption,
    swept: &mut Swept,
) -> Result<(), AppError> {
    let note = match &now.state {
        ExemptionState::Ended { note, .. } => {
            swept.expired += 1;
            note.clone()
        }
        ExemptionState::UnderReview { triggers, .. } => {
            swept.to_review += 1;
            triggers.iter().map(|one| one.word()).collect::<Vec<_>>().join(", ")
        }
        ExemptionState::Proposed | ExemptionState::Holding { .. } => String::new(),
    };
    super::exemptions::ceased(c, &kept.exemption.state, now)?;
    c.put_exemption(now, kept.site, &holdpoint(), &note)?;
    c.about("exemption", now.id);
    Ok(())
}

/// What an exemption is watched by, as it is now.
pub(crate) fn watch(r: &mut Reader<'_>, one: &Exemption) -> Result<Watched, AppError> {
    let covered = members::of_exemption(r, one.on)?;
    watched(r, one, Some(&covered))
}

/// What an exemption is watched by; without its assets: as far as they go, nothing changed.
fn watched(r: &mut Reader<'_>, one: &Exemption, covered: Option<&[Member]>) -> Result<Watched, AppError> {
    let names = r.vulnerabilities_exempted(&one.what)?;
    let of_members =
        covered.map(|members| members.iter().map(|member| member.number).collect::<BTreeSet<_>>());
    let on = of_members.as_ref().or(one.watched.covered.as_ref());
    let (kev, exploitation) = threat(r, &names, on)?;
    let mut watched = Watched { kev, exploitation, ..Watched::default() };
    if let On::Asset(id) = one.on
        && let Some(asset) = r.asset(id, Moment::OPEN)?
    {
        watched.zone = asset.zone.map(|zone| zone.to_string());
        watched.end_of_support = asset.asset.value(Field::EndOfSupport).and_then(|date| date.parse().ok());
    }
    match covered {
        Some(members) => {
            let sure = members.iter().filter(|member| member.missing.is_empty());
            watched.covered = Some(sure.map(|member| member.number).collect());
            watched.stake = Some(class_of(&stakes_of(members), Word::Kept).0);
            watched.supplier = supplier::of(r, one, members)?;
        }
        None => {
            (watched.covered, watched.stake) = (one.watched.covered.clone(), one.watched.stake);
            watched.supplier = one.watched.supplier;
        }
    }
    Ok(watched)
}

/// Whether any of these is listed as exploited, and how much the worst of them is exploited, as far as anything is known; on
/// these assets as ranking counts it, with what people say.
pub(crate) fn threat(
    r: &mut Reader<'_>,
    names: &BTreeSet<String>,
    on: Option<&BTreeSet<i64>>,
) -> Result<(Option<Listed>, Option<Exploitation>), AppError> {
    let threats = r.threats(names.iter().map(String::as_str))?;
    let listed = threats.values().filter_map(|threat| match threat.kev {
        KevState::Listed => Some(Listed::Yes),
        KevState::NotListed => Some(Listed::No),
        KevState::Unknown => None,
    });
    let told = threats.values().filter_map(|threat| threat.exploitation.as_deref().and_then(exploitation));
    // Documents speak of exploitation too; ranking has weighed all that is said.
    let numbers = r.vulnerability_numbers_of(names.iter().map(String::as_str))?;
    let numbers: Vec<i64> = numbers.into_values().collect();
    let facts = r.ranking_facts(Some(&numbers))?.into_values();
    let said = facts.filter_map(|facts| facts.exploitation.possible.known()).map(weighed);
    let worst = told.chain(said).max();
    let here = match on {
        Some(on) if worst < Some(Exploitation::Active) => {
            r.exploited_on(&numbers)?.iter().any(|asset| on.contains(asset)).then_some(Exploitation::Active)
        }
        Some(_) | None => None,
    };
    Ok((listed.max(), worst.max(here)))
}

const fn weighed(said: ranking::point::Exploitation) -> Exploitation {
    match said {
        ranking::point::Exploitation::None => Exploitation::None,
        ranking::point::Exploitation::PublicPoc => Exploitation::PublicPoc,
        ranking::point::Exploitation::Active => Exploitation::Active,
    }
}

fn exploitation(word: &str) -> Option<Exploitation> {
    match word {
        "poc" | "public_poc" | "public poc" => Some(Exploitation::PublicPoc),
        other => other.parse().ok(),
    }
}
