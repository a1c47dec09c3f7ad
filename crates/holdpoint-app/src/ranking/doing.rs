//! What is known of dealing with one finding: its patches with the vendor's and the owner's word, what documents offer
//! instead, redundancy, windows, certificates, backups.
//!
//! The surprise: what suppliers say of a patch is heard as everywhere else ([`standing`]), the maker's own fix included, so
//! that a finding and the baseline of its asset never hear two different words.

use crate::App;
use crate::access_check::Caller;
use crate::approval::baselines::{self, ForAsset};
use crate::approval::{class_of, members, reading, standing};
use crate::error::AppError;
use crate::patches::asset::{PatchOnAsset, of_asset};
use crate::policies::Rules;
use crate::windows::{SlotQuery, find_slot, reaches};
use holdpoint_domain::Moment;
use holdpoint_domain::asset::{AssetKind, Field};
use holdpoint_domain::clock::Calendar;
use holdpoint_domain::component::Component;
use holdpoint_domain::execution::Outcome;
use holdpoint_domain::id::AdvisoryId;
use holdpoint_domain::matching::Verdict;
use holdpoint_domain::policy::Exploited;
use holdpoint_domain::window::{Window, WindowKind};
use holdpoint_engine::priority::gate::{
    BackupFact, Candidate, Certificate, CertificateFact, GateFacts, OwnerWord, PatchWord, Redundancy,
    WindowFact,
};
use holdpoint_store::asset::StoredAsset;
use holdpoint_store::ranking::list::FindingLine;
use holdpoint_store::{Reader, StoreError};
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};

/// More patches than this for one finding help nobody.
const MOST_PATCHES: usize = 20;
/// More advice than this is a book.
const MOST_ADVICE: usize = 50;
/// A turnaround comes about once a year.
const LOOK_AHEAD_DAYS: u32 = 400;

/// What is known of dealing with a finding.
///
/// # Errors
/// As [`crate::inventory::get`].
pub(super) fn of(app: &App, caller: &Caller, line: &FindingLine) -> Result<GateFacts, AppError> {
    let (asset, patches) = of_asset(app, caller, &line.asset_tag, Moment::OPEN)?;
    let decided = baselines::for_asset(app, caller, &line.asset_tag)?;
    let window = next_window(app, caller, &asset)?;
    let exploited = if line.kev_added.is_some() { Exploited::Yes } else { Exploited::NotKnown };
    let fixing: Vec<PatchOnAsset> = patches
        .rows
        .into_iter()
        .filter(|row| row.standing != "installed" && row.standing != "covered" && row.superseded_by.is_none())
        .filter(|row| row.fixes.contains(&line.vulnerability))
        .take(MOST_PATCHES)
        .collect();
    reading(app, |r| {
        let categories = Rules::read(r)?.categories()?;
        let backup = last_backup(r, &asset, &line.time_zone)?;
        let components: Vec<Component> = match asset.configuration_no {
            Some(number) => r.configuration(number)?.into_iter().map(|(_, one)| one).collect(),
            None => Vec::new(),
        };
        let releases = standing::releases(&r.baselines()?, &members::facts(&asset, &components));
        let ground = Ground { components: &components, releases: &releases, decided: &decided };
        let mut words: BTreeMap<String, PatchWord> = BTreeMap::new();
        for row in &fixing {
            if !words.contains_key(&row.patch) {
                let mut found = word(r, &asset, row, ground)?;
                found.category = Some(categories.of(class_of(r, &row.patch)?, exploited));
                words.insert(row.patch.clone(), found);
            }
        }
        let group = asset.asset.value(Field::RedundancyGroup).unwrap_or_default();
        let redundancy =
            if group.is_empty() { Redundancy::Unknown } else { Redundancy::Group(group.to_owned()) };
        Ok(GateFacts {
            patches: words.into_values().collect(),
            instead: instead(r, &asset, &line.vulnerability)?,
            redundancy,
            window,
            certificate: certificate(&asset, Calendar::named(&line.time_zone).day(app.now())),
            backup,
        })
    })
}

/// What the words on all patches of an asset rest on.
#[derive(Clone, Copy)]
struct Ground<'a> {
    components: &'a [Component],
    releases: &'a [standing::Release],
    decided: &'a ForAsset,
}

fn word(
    r: &mut Reader<'_>,
    asset: &StoredAsset,
    row: &PatchOnAsset,
    ground: Ground<'_>,
) -> Result<PatchWord, StoreError> {
    let listener = standing::Listener {
        vendor: asset.asset.value(Field::Vendor).unwrap_or_default(),
        components: ground.components,
        releases: ground.releases,
        own_fix: row.own_fix.as_ref(),
    };
    let heard = standing::on_asset(r, listener, &row.patch, Moment::OPEN)?;
    let said_by = heard.said_by();
    let (supplier, decided) = (heard.standing, ground.decided);
    let blocked = decided.blocked.iter().find(|one| one.entry.patch == row.patch);
    let owner = match blocked.map(|one| one.blocked.as_slice()) {
        _ if decided.is_effective(&row.patch) => OwnerWord::Effective,
        Some([]) => OwnerWord::Blocked(vec!["not every baseline of the asset has it effective".to_owned()]),
        Some(why) => OwnerWord::Blocked(why.to_vec()),
        None => OwnerWord::Undecided,
    };
    Ok(PatchWord { patch: row.patch.clone(), supplier, said_by, owner, category: None })
}

/// What the documents that speak of the asset say can be done instead, each text once.
fn instead(
    r: &mut Reader<'_>,
    asset: &StoredAsset,
    vulnerability: &str,
) -> Result<Vec<Candidate>, StoreError> {
    let Some(number) = asset.configuration_no else { return Ok(Vec::new()) };
    let mut rows = r.matches_of_configurations(&[number])?;
    rows.retain(|row| row.verdict != Verdict::No);
    let mut revisions: Vec<_> = rows.iter().map(|row| (row.advisory, row.revision)).collect();
    revisions.sort_unstable();
    revisions.dedup();
    let treating: HashMap<AdvisoryId, String> =
        r.advisories_treating(vulnerability)?.into_iter().map(|one| (one.id, one.tracking_id)).collect();
    let mut found: Vec<Candidate> = Vec::new();
    for (advisory, revision) in revisions {
        let Some(source) = treating.get(&advisory) else { continue };
        let products: Vec<&str> =
            rows.iter().filter(|row| row.revision == revision).map(|row| row.product_id.as_str()).collect();
        for stored in r.vulnerabilities_of(revision)? {
            let one = stored.vulnerability;
            if one.reference != vulnerability && one.cve.as_deref() != Some(vulnerability) {
                continue;
            }
            for advice in one.remediations {
                use holdpoint_domain::advisory::RemediationCategory as C;
                let here = advice.products.iter().any(|id| products.contains(&id.as_str()));
                let is_advice = match advice.category {
                    C::VendorFix => false,
                    C::Workaround | C::Mitigation | C::NoneAvailable | C::NoFixPlanned => true,
                };
                let text = advice.details.trim().to_owned();
                if here && is_advice && !found.iter().any(|known| known.text == text) {
                    found.push(Candidate { category: advice.category, text, source: source.clone() });
                }
            }
        }
    }
    found.truncate(MOST_ADVICE);
    Ok(found)
}

/// When work may begin next on the asset, however short it is. Where no window reaches it, none is known: nobody has said
/// that none may be made.
pub(crate) fn next_window(app: &App, caller: &Caller, asset: &StoredAsset) -> Result<WindowFact, AppError> {
    let Some(site) = asset.site else { return Ok(WindowFact::Unknown) };
    let (windows, calendar) = app.store().read(|r| {
        let zone = r.sites()?.into_iter().find(|one| one.id == site).map(|one| one.time_zone);
        Ok((r.windows_of(site)?, zone.map_or_else(Calendar::utc, |zone| Calendar::named(&zone))))
    })?;
    let gives = |window: &Window| window.kind != WindowKind::Freeze && reaches(window, asset);
    if !windows.iter().any(|one| gives(&one.window)) {
        return Ok(WindowFact::Unknown);
    }
    let query = SlotQuery {
        asset: asset.asset.id.to_string(),
        work_minutes: 1,
        undo_minutes: 0,
        margin_minutes: None,
        people: 1,
        not_before: None,
        days: LOOK_AHEAD_DAYS,
    };
    let found = find_slot(app, caller, &query)?;
    Ok(found.slot.map_or(WindowFact::NoneAhead, |(slot, _)| WindowFact::Next(calendar.day(slot.start))))
}

/// What came of the last try to prove a backup of the asset. A try of which nobody knows how it ended proves nothing, and
/// nothing against it.
fn last_backup(r: &mut Reader<'_>, asset: &StoredAsset, time_zone: &str) -> Result<BackupFact, StoreError> {
    let Some((at, outcome)) = r.last_backup(asset.asset.id)? else { return Ok(BackupFact::Unknown) };
    let day = Calendar::named(time_zone).day(at);
    Ok(match outcome {
        Outcome::Succeeded => BackupFact::Proven(day),
        Outcome::Failed { .. } => BackupFact::Failed(day),
        Outcome::Seen(_)
        | Outcome::Unknown { .. }
        | Outcome::NotDone { .. }
        | Outcome::NotBegun { .. }
        | Outcome::Refused { .. }
        | Outcome::NotTold { .. } => BackupFact::Unknown,
    })
}

/// What is known of a certificate, each word of it with its source on the asset's page. An unknown is never "none".
fn certificate(asset: &StoredAsset, today: Date) -> CertificateFact {
    let text = |field| asset.asset.value(field).unwrap_or_default().to_owned();
    if let Some(said) = asset.asset.fields.get(&Field::SafetyCertificate) {
        if said.value == Field::NO_CERTIFICATE {
            return CertificateFact::NoneHeld(said.source.clone());
        }
        return CertificateFact::Held(Certificate {
            name: said.value.clone(),
            until: text(Field::CertificateUntil).parse().ok(),
            today,
            product: text(Field::Product),
            covers: text(Field::CertifiedReleases)
                .split(';')
                .map(|one| one.trim().to_owned())
                .filter(|one| !one.is_empty())
                .collect(),
        });
    }
    match asset.asset.value(Field::Kind).and_then(|word| word.parse::<AssetKind>().ok()) {
        Some(AssetKind::SafetyController) => CertificateFact::ToSettle,
        Some(_) | None => CertificateFact::Unknown,
    }
}
