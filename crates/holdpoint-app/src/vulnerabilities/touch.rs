//! Which assets a vulnerability touches and which vulnerabilities an asset has: advisories and feeds side by side.
//!
//! Every answer names who gave it. The surprise: sources are not outvoted. One yes makes a yes, one unknown makes an
//! unknown, and only a VEX statement that names exactly the product and version turns a source's own range into a no,
//! with its author beside it.

use crate::App;
use crate::access_check::Caller;
use crate::applicability;
use crate::applicability::judge::{Judged, SourceAnswer, VexSaid, judge};
use crate::applicability::voices::Trust;
use crate::error::AppError;
use crate::inventory;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::component::Component;
use holdpoint_domain::matching::Verdict;
use holdpoint_store::asset::StoredAsset;
use holdpoint_store::page::{Count, ListQuery, Paged};
use holdpoint_store::vulnerability_record::{AdvisoryTouch, KevState, Threat};
use holdpoint_store::{Reader, StoreError};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The voice of all feeds together.
const FEEDS: &str = "feeds";

/// One source's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// `advisory`, or the kind of the feed.
    pub source: String,
    /// The advisory's id, or who speaks within the feed.
    pub by: String,
    /// The answer.
    pub verdict: Verdict,
    /// Why, in one sentence.
    pub why: String,
}

/// An asset that a vulnerability touches, may touch, or was said to touch.
#[derive(Debug, Clone)]
pub struct TouchedAsset {
    /// The asset.
    pub asset: StoredAsset,
    /// The worst of all answers.
    pub verdict: Verdict,
    /// Every source's answer.
    pub voices: Vec<Voice>,
}

/// A vulnerability of an asset.
#[derive(Debug, Clone)]
pub struct AssetVulnerability {
    /// Its name.
    pub reference: String,
    /// The worst of all answers.
    pub verdict: Verdict,
    /// What is known of the threat; `None`: nothing.
    pub threat: Option<Threat>,
    /// Who says so: the kinds of feeds by one word, advisories by their ids.
    pub voices: Vec<Voice>,
}

/// Everything that decides about one asset and one vulnerability.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The asset.
    pub asset: StoredAsset,
    /// The worst of all answers.
    pub verdict: Verdict,
    /// What advisories say.
    pub advisories: Vec<AdvisoryTouch>,
    /// What feeds and VEX documents say, by replay.
    pub judged: Judged,
    /// The components of the asset, as the leaves count them.
    pub components: Vec<Component>,
    /// Set when conditions of the record are too large to be indexed, so that lists find it by its products alone.
    pub left_out: Option<String>,
}

/// The worst of several answers: a yes, else an unknown, else a no.
fn worst(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    let mut found = Verdict::No;
    for verdict in verdicts {
        match verdict {
            Verdict::Yes => return Verdict::Yes,
            Verdict::Unknown => found = Verdict::Unknown,
            Verdict::No => {}
        }
    }
    found
}

fn of_advisory(touch: &AdvisoryTouch) -> Voice {
    Voice {
        source: "advisory".to_owned(),
        by: touch.advisory.clone(),
        verdict: touch.verdict,
        why: touch.why.clone(),
    }
}

/// What the feeds say, each in one sentence.
fn of_feeds(judged: &Judged) -> Vec<Voice> {
    let voices = judged.sources.iter().map(|source| Voice {
        source: source.source.word().to_owned(),
        by: source.by.clone(),
        verdict: source.verdict,
        why: reason_of(source),
    });
    voices.collect()
}

/// The first leaves of a source, and what VEX says beside it.
fn reason_of(source: &SourceAnswer) -> String {
    let leaves = source.leaves.iter().take(3);
    let leaves = leaves.map(|leaf| format!("{}: {} ({})", leaf.asked, leaf.truth.word(), leaf.why));
    leaves.chain(source.vex.iter().map(VexSaid::words)).collect::<Vec<_>>().join("; ")
}

/// Why all feeds together answer as they do: the reasons of the sources that answer so, else of all.
fn reason_of_feeds(judged: &Judged, verdict: Verdict) -> String {
    let deciding = |source: &&SourceAnswer| source.verdict == verdict;
    let some = judged.sources.iter().any(|source| source.verdict == verdict);
    let reasons = judged.sources.iter().filter(|source| !some || deciding(source)).map(|source| {
        let by = if source.by.is_empty() { String::new() } else { format!(", {}", source.by) };
        format!("{}{by}: {}", source.source.word(), reason_of(source))
    });
    reasons.collect::<Vec<_>>().join("; ")
}

/// Says of the feeds' voices of a page why, by replay of each.
fn give_reasons(
    r: &mut Reader<'_>,
    configuration: i64,
    items: &mut [AssetVulnerability],
    trust: &Trust,
) -> Result<(), StoreError> {
    let components = components(r, configuration)?;
    for item in items {
        let Some(voice) = item.voices.iter_mut().find(|voice| voice.source == FEEDS) else { continue };
        let (records, vex) = (r.records_of(&item.reference)?, r.vex_of(&item.reference, Moment::OPEN)?);
        let judged = judge(&records, &vex, &components, trust);
        voice.why = reason_of_feeds(&judged, voice.verdict);
    }
    Ok(())
}

fn components(r: &mut Reader<'_>, configuration: i64) -> Result<Vec<Component>, StoreError> {
    Ok(r.configuration(configuration)?.into_iter().map(|(_, component)| component).collect())
}

/// The assets that a vulnerability touches or may touch, by advisories or by feeds; those that a VEX document cleared stay
/// in the list, with the answer no. Filter and sort are those of assets.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn assets(
    app: &App,
    caller: &Caller,
    reference: &str,
    query: &ListQuery,
) -> Result<Paged<TouchedAsset>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    let query = ListQuery { reach: reach.clone(), as_of: Moment::OPEN, ..query.clone() };
    let reference = super::canonical(reference);
    let found = app.store().read(|r| {
        if r.vulnerability(&reference, &reach)?.is_none() {
            return Ok(None);
        }
        let by_feeds = r.feed_findings_on(&reference)?;
        let mut by_advisories: BTreeMap<i64, Vec<AdvisoryTouch>> = BTreeMap::new();
        for touch in r.advisories_touching(&reference)? {
            by_advisories.entry(touch.configuration_no).or_default().push(touch);
        }
        let touched = by_advisories
            .iter()
            .filter(|(_, touches)| worst(touches.iter().map(|touch| touch.verdict)) != Verdict::No)
            .map(|(number, _)| *number);
        let all: BTreeSet<i64> = touched.chain(by_feeds.iter().map(|(number, ..)| *number)).collect();
        let page = r.assets_with(&query, &all.into_iter().collect::<Vec<_>>())?;
        let records = r.records_of(&reference)?;
        let vex = r.vex_of(&reference, Moment::OPEN)?;
        let trust = Trust::read(r, app.now())?;
        let mut voices: HashMap<i64, Vec<Voice>> = HashMap::new();
        for number in page.items.iter().filter_map(|asset| asset.configuration_no) {
            if voices.contains_key(&number) {
                continue;
            }
            let judged = judge(&records, &vex, &components(r, number)?, &trust);
            voices.insert(number, of_feeds(&judged));
        }
        Ok(Some((page, voices, by_advisories)))
    })?;
    let missing = || AppError::NotFound { noun: "vulnerability", id: reference.chars().take(64).collect() };
    let (page, voices, by_advisories) = found.ok_or_else(missing)?;
    let items = page.items.into_iter().map(|asset| {
        let number = asset.configuration_no.unwrap_or(0);
        let touches = by_advisories.get(&number).map_or(&[][..], Vec::as_slice);
        let mut own: Vec<Voice> =
            AdvisoryTouch::of_asset(touches, asset.number).into_iter().map(of_advisory).collect();
        own.extend(voices.get(&number).into_iter().flatten().cloned());
        TouchedAsset { verdict: worst(own.iter().map(|voice| voice.verdict)), voices: own, asset }
    });
    Ok(Paged { items: items.collect(), next: page.next, count: page.count })
}

/// The vulnerabilities of an asset, the worst first: listed by KEV, then those that surely touch it, then by EPSS and
/// score. `cursor` is the place from which on they are given.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Invalid`] for a cursor that is none; [`AppError::Refused`]; [`AppError::Store`].
pub fn of_asset(
    app: &App,
    caller: &Caller,
    id: &str,
    (limit, cursor): (u32, Option<&str>),
) -> Result<(Paged<AssetVulnerability>, super::ReadAt), AppError> {
    let asset = inventory::get(app, caller, id, Moment::OPEN)?;
    let from: usize = cursor.unwrap_or("0").parse().map_err(|_| {
        AppError::invalid(
            "cursor",
            "the cursor is none of this list",
            "nothing was read",
            "take `next` of the page before, or leave it out",
        )
    })?;
    let number = asset.configuration_no.unwrap_or(0);
    app.store()
        .read(|r| {
            let mut all = found_of(r, (number, asset.number))?;
            all.sort_by_key(order);
            let count = Count { value: all.len() as u64, exact: true };
            let end = all.len().min(from.saturating_add(limit as usize));
            let next = (end < all.len()).then(|| end.to_string());
            let mut items: Vec<AssetVulnerability> =
                all.into_iter().skip(from).take(limit as usize).collect();
            let trust = Trust::read(r, app.now())?;
            give_reasons(r, number, &mut items, &trust)?;
            let read_at = super::ReadAt::of(r.feed_standings()?);
            Ok((Paged { items, next, count }, read_at))
        })
        .map_err(AppError::from)
}

type Order = (bool, u8, std::cmp::Reverse<u32>, std::cmp::Reverse<u16>, String);

fn order(one: &AssetVulnerability) -> Order {
    let threat = one.threat.as_ref();
    let rank = match one.verdict {
        Verdict::Yes => 0,
        Verdict::Unknown => 1,
        Verdict::No => 2,
    };
    (
        !threat.is_some_and(|threat| threat.kev == KevState::Listed && rank < 2),
        rank,
        std::cmp::Reverse(threat.and_then(|threat| threat.epss_ppm).unwrap_or(0)),
        std::cmp::Reverse(threat.and_then(|threat| threat.max_base_tenths).unwrap_or(0)),
        one.reference.clone(),
    )
}

fn found_of(
    r: &mut Reader<'_>,
    (configuration, asset): (i64, i64),
) -> Result<Vec<AssetVulnerability>, StoreError> {
    let mut voices: BTreeMap<String, Vec<Voice>> = BTreeMap::new();
    for touch in r.vulnerabilities_touching(configuration, asset)? {
        voices.entry(touch.reference.clone()).or_default().push(of_advisory(&touch));
    }
    for (reference, verdict, why) in r.feed_findings_in(configuration)? {
        let voice = Voice { source: FEEDS.to_owned(), by: String::new(), verdict, why };
        voices.entry(reference).or_default().push(voice);
    }
    let threats = r.threats(voices.keys().map(String::as_str))?;
    Ok(voices
        .into_iter()
        .map(|(reference, voices)| AssetVulnerability {
            verdict: worst(voices.iter().map(|voice| voice.verdict)),
            threat: threats.get(&reference).cloned(),
            voices,
            reference,
        })
        .collect())
}

/// Explains by replay what every source says of one asset and one vulnerability.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Refused`]; [`AppError::Store`].
pub fn explain(app: &App, caller: &Caller, id: &str, reference: &str) -> Result<Explained, AppError> {
    let asset = inventory::get(app, caller, id, Moment::OPEN)?;
    let detail = super::get(app, caller, reference)?;
    let reference = detail.line.threat.reference;
    let number = asset.configuration_no.unwrap_or(0);
    let (advisories, components, trust): (Vec<AdvisoryTouch>, _, _) = app.store().read(|r| {
        let mut touches = r.advisories_touching(&reference)?;
        touches.retain(|touch| touch.configuration_no == number);
        let touches = AdvisoryTouch::of_asset(&touches, asset.number).into_iter().cloned().collect();
        Ok((touches, components(r, number)?, Trust::read(r, app.now())?))
    })?;
    let judged = judge(&detail.records, &detail.vex, &components, &trust);
    let too_large =
        detail.records.iter().any(|stored| applicability::is_too_large(&stored.record.applicability));
    let left_out = too_large.then(|| {
        "its conditions are too large to be looked up: what has one of its products is compared with them one by one, \
         and a bill of materials is only told that it may be touched"
            .to_owned()
    });
    // Feeds that say nothing at all leave the word to the advisories.
    let feeds_count = advisories.is_empty() || judged.is_heard();
    let by_feeds = feeds_count.then_some(judged.verdict);
    let verdict = worst(advisories.iter().map(|touch| touch.verdict).chain(by_feeds));
    Ok(Explained { asset, verdict, advisories, judged, components, left_out })
}
