//! Ranking anew what is stale, by difference, in one change of the system.
//!
//! It takes no input: the marks say what to look at, so a program that was off needs no repair. A mark of a document, a
//! configuration or an asset asks first which findings stand open; a mark of a vulnerability only what is said of it.

use super::world::{ReadyAsset, World};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::Moment;
use holdpoint_domain::clock::read_day;
use holdpoint_domain::ranking::fact::{Kev, VulnerabilityFacts};
use holdpoint_engine::priority::evidence::{Effortless, Evidence, Harm, SsvcWord, VectorFact, weigh};
use holdpoint_formats::exploit_status;
use holdpoint_formats::score_vector::{self, SafetyWord};
use holdpoint_store::ranking::finding::{FindingDelta, StoredFinding};
use holdpoint_store::ranking::input::{Member, Members, Sourced};
use holdpoint_store::ranking::{Everything, StaleMarks};
use holdpoint_store::{Change, StoreError};
use jiff::civil::Date;
use serde_json::json;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Names the rules by which findings are ranked. It counts up whenever the same facts may get another rank.
const RULES: u64 = 6;
const RULES_SETTING: &str = "ranking.rules";
/// From how many assets on all of them are read at once.
const MANY: usize = 4_096;

/// What a round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RankCounts {
    /// Findings that were looked at.
    pub looked_at: u64,
    /// Findings that are new, or open again.
    pub opened: u64,
    /// Findings with another rank.
    pub changed: u64,
    /// Findings that stand open no more.
    pub closed: u64,
    /// Outcomes that are others now: as many events were written.
    pub outcomes: u64,
}

/// Ranks what is stale; `None` when nothing is.
///
/// # Errors
/// [`AppError::Store`].
pub fn now(app: &App) -> Result<Option<RankCounts>, AppError> {
    if !app.store().read(|r| r.is_ranking_stale())? {
        return Ok(None);
    }
    let caller = Caller::system("ranking");
    let intent = app.intent(&caller, "finding.rank", "what findings rest on has changed");
    let committed = app.store().change(&intent, |c| {
        let marks = c.stale_rankings()?;
        if marks.is_empty() {
            c.nothing_to_do();
            return Ok::<_, AppError>(None);
        }
        c.take_stale_marks()?;
        if c.setting(RULES_SETTING)?.is_none() {
            c.put_setting(RULES_SETTING, &json!(RULES))?;
        }
        let counts = work(c, &marks)?;
        let words = [
            ("looked_at", counts.looked_at),
            ("opened", counts.opened),
            ("changed", counts.changed),
            ("closed", counts.closed),
            ("outcomes", counts.outcomes),
        ];
        for (key, value) in words {
            c.detail(key, json!(value));
        }
        Ok(Some(counts))
    })?;
    Ok(committed.value)
}

/// Asks for a new look at everything when findings were ranked by other rules than this program's, or never; ends words
/// whose time is over or against which a listing speaks; ranks what is stale.
///
/// # Errors
/// [`AppError::Store`].
pub fn keep_current(app: &App) -> Result<Option<RankCounts>, AppError> {
    let (made_by, standing) = app.store().read(|r| Ok((r.setting(RULES_SETTING)?, r.has_matches()?)))?;
    if standing && made_by != Some(json!(RULES)) {
        let caller = Caller::system("ranking");
        let intent = app.intent(&caller, "finding.rank", "findings were ranked by other rules, or never");
        app.store().change(&intent, |c| {
            c.mark_everything_stale(Everything::Rebuild)?;
            c.put_setting(RULES_SETTING, &json!(RULES))?;
            Ok::<_, StoreError>(())
        })?;
    }
    super::word::end_over(app)?;
    let done = now(app)?;
    // What was read just now may speak against a word.
    if super::word::end_over(app)? > 0 {
        now(app)?;
    }
    Ok(done)
}

/// Whose membership is looked at, and whose rank.
struct Scope {
    assets: Vec<i64>,
    members: Vec<i64>,
    rebuild: bool,
    /// Vulnerabilities whose sources are read anew.
    refreshed: BTreeSet<i64>,
}

fn work(c: &mut Change<'_>, marks: &StaleMarks) -> Result<RankCounts, StoreError> {
    let at = c.at();
    let scope = scope(c, marks)?;
    let (wanted, stored, ranked_only) = standing(c, &scope, marks)?;
    let mut world = World::read(c, at)?;
    let mut ranking = Ranking::new(c, &scope, &wanted, &stored, &ranked_only, &mut world)?;
    let mut delta = FindingDelta::default();
    let mut seen: HashSet<(i64, i64)> = HashSet::with_capacity(wanted.len());
    let mut counts = RankCounts::default();
    let known: HashMap<(i64, i64), &StoredFinding> =
        stored.iter().map(|one| ((one.asset_no, one.vulnerability_no), one)).collect();
    for member in &wanted {
        let pair = (member.asset_no, member.vulnerability_no);
        seen.insert(pair);
        counts.looked_at += 1;
        ranking.member(&mut world, member, known.get(&pair).copied(), &mut delta);
    }
    for one in stored.iter().filter(|one| one.closed_at == Moment::OPEN) {
        if !seen.contains(&(one.asset_no, one.vulnerability_no)) {
            delta.closed.push(one.number);
        }
    }
    for one in ranked_only.iter().filter(|one| !seen.contains(&(one.asset_no, one.vulnerability_no))) {
        counts.looked_at += 1;
        ranking.again(&mut world, one, &mut delta);
    }
    counts.opened = delta.opened.len() as u64;
    counts.changed = delta.changed.len() as u64;
    counts.closed = delta.closed.len() as u64;
    counts.outcomes = c.put_findings(&delta, &cause(marks))?;
    Ok(counts)
}

fn scope(c: &mut Change<'_>, marks: &StaleMarks) -> Result<Scope, StoreError> {
    let rebuild = marks.everything == Everything::Rebuild;
    if rebuild {
        return Ok(Scope { assets: vec![], members: vec![], rebuild, refreshed: BTreeSet::new() });
    }
    let mut assets = marks.assets.clone();
    assets.extend(c.assets_with_configurations(&marks.configurations)?);
    let of_advisories = c.vulnerabilities_of_advisories(&marks.advisories)?;
    let refreshed = marks.vulnerabilities.iter().chain(&of_advisories).copied().collect();
    let mut members = marks.members.clone();
    members.extend(of_advisories);
    Ok(Scope { assets, members, rebuild, refreshed })
}

/// What stands open by what is said, what is kept of that, and what is only ranked anew.
type Standing = (Vec<Member>, Vec<StoredFinding>, Vec<StoredFinding>);

fn standing(c: &mut Change<'_>, scope: &Scope, marks: &StaleMarks) -> Result<Standing, StoreError> {
    if scope.rebuild {
        return Ok((c.members(Members::All)?, c.stored_findings(Members::All)?, Vec::new()));
    }
    let mut wanted = c.members(Members::OfAssets(&scope.assets))?;
    let mut stored = c.stored_findings(Members::OfAssets(&scope.assets))?;
    if !scope.members.is_empty() {
        wanted.extend(c.members(Members::OfVulnerabilities(&scope.members))?);
        stored.extend(c.stored_findings(Members::OfVulnerabilities(&scope.members))?);
        wanted.sort_unstable_by_key(|one| (one.asset_no, one.vulnerability_no));
        wanted.dedup_by_key(|one| (one.asset_no, one.vulnerability_no));
        stored.sort_unstable_by_key(|one| one.number);
        stored.dedup_by_key(|one| one.number);
    }
    let mut ranked_only = match marks.everything {
        Everything::Rank => c.open_findings()?,
        Everything::No | Everything::Rebuild => {
            c.stored_findings(Members::OfVulnerabilities(&marks.vulnerabilities))?
        }
    };
    ranked_only.retain(|one| one.closed_at == Moment::OPEN);
    Ok((wanted, stored, ranked_only))
}

/// Facts by number, made ready for ranking.
struct Ranking {
    vulnerabilities: HashMap<i64, VulnerabilityFacts>,
    assets: HashMap<i64, ReadyAsset>,
}

impl Ranking {
    fn new(
        c: &mut Change<'_>,
        scope: &Scope,
        wanted: &[Member],
        stored: &[StoredFinding],
        ranked_only: &[StoredFinding],
        world: &mut World,
    ) -> Result<Self, StoreError> {
        let members = wanted.iter().map(|one| (one.asset_no, one.vulnerability_no));
        let kept = stored.iter().chain(ranked_only).map(|one| (one.asset_no, one.vulnerability_no));
        let (assets, vulnerabilities): (BTreeSet<i64>, BTreeSet<i64>) = members.chain(kept).unzip();
        let assets: Vec<i64> = assets.into_iter().collect();
        let some = (assets.len() < MANY).then_some(assets.as_slice());
        let found = c.ranked_assets(some)?;
        let assets = world.ready(c, found)?.into_iter().map(|asset| (asset.number, asset)).collect();
        let vulnerabilities: Vec<i64> = vulnerabilities.into_iter().collect();
        let facts = facts(c, &vulnerabilities, scope)?;
        let vulnerabilities = facts.into_iter().map(|(number, facts)| (number, world.heard(facts))).collect();
        Ok(Self { vulnerabilities, assets })
    }

    fn member(
        &mut self,
        world: &mut World,
        member: &Member,
        known: Option<&StoredFinding>,
        delta: &mut FindingDelta,
    ) {
        let open = known.filter(|known| known.closed_at == Moment::OPEN);
        let mut finding = StoredFinding {
            number: known.map_or(0, |known| known.number),
            vulnerability_no: member.vulnerability_no,
            asset_no: member.asset_no,
            opened_at: open.map_or(member.since, |open| open.opened_at),
            closed_at: Moment::OPEN,
            verdict: member.verdict,
            // A clock that was met stays met, until what met it does not hold any more.
            evaluated_at: open.and_then(|open| open.evaluated_at).or(member.evaluated),
            planned_at: open.and_then(|open| open.planned_at).or(member.planned),
            plan_again_at: open.and_then(|open| open.plan_again_at),
            reported_at: member.reported,
            rank: known.map_or_else(nothing_yet, |known| known.rank),
        };
        if !self.rank(world, &mut finding) {
            return;
        }
        match known {
            None => delta.opened.push(finding),
            Some(known) if *known != finding => delta.changed.push((finding, known.rank)),
            Some(_) => {}
        }
    }

    fn again(&mut self, world: &mut World, known: &StoredFinding, delta: &mut FindingDelta) {
        let mut finding = *known;
        if self.rank(world, &mut finding) && finding != *known {
            delta.changed.push((finding, known.rank));
        }
    }

    fn rank(&mut self, world: &mut World, finding: &mut StoredFinding) -> bool {
        let (Some(vulnerability), Some(asset)) =
            (self.vulnerabilities.get(&finding.vulnerability_no), self.assets.get(&finding.asset_no))
        else {
            return false;
        };
        finding.rank = world.rank(finding, vulnerability, asset);
        true
    }
}

/// What a finding has before it is ranked for the first time; it is overwritten at once.
fn nothing_yet() -> holdpoint_store::ranking::finding::StoredRank {
    use holdpoint_domain::ranking::point::{Outcome, Possible};
    holdpoint_store::ranking::finding::StoredRank {
        lane: holdpoint_domain::ranking::policy::Lane::Now,
        outcome: Outcome::Immediate,
        range: Possible::any(),
        order: 0,
        due_at: Moment::OPEN,
        due_clock: holdpoint_domain::clock::ClockKind::Site,
        policy_version: 0,
    }
}

/// What is known of these vulnerabilities: as kept, and read anew where sources changed or nothing is kept yet.
fn facts(
    c: &mut Change<'_>,
    numbers: &[i64],
    scope: &Scope,
) -> Result<HashMap<i64, VulnerabilityFacts>, StoreError> {
    let some = (numbers.len() < MANY).then_some(numbers);
    let mut known = c.ranking_facts(some)?;
    let wanted = numbers.iter().copied();
    let fresh: Vec<i64> = wanted
        .filter(|number| scope.rebuild || scope.refreshed.contains(number) || !known.contains_key(number))
        .collect();
    for numbers in fresh.chunks(MANY) {
        let sourced = c.sourced(numbers)?;
        let weighed: Vec<(i64, VulnerabilityFacts)> = numbers
            .iter()
            .map(|number| (*number, weigh(&sourced.get(number).map_or_else(nothing_said, evidence))))
            .filter(|(number, facts)| known.get(number) != Some(facts))
            .collect();
        c.put_ranking_facts(weighed.iter().map(|(number, facts)| (*number, facts)))?;
        known.extend(weighed);
    }
    Ok(known)
}

fn nothing_said() -> Evidence {
    evidence(&Sourced::default())
}

/// What sources say, in the words of the tables. A word that is none of them is as if nothing were said.
fn evidence(sourced: &Sourced) -> Evidence {
    let mut evidence = Evidence {
        exploitation: Vec::new(),
        automatable: Vec::new(),
        technical_impact: Vec::new(),
        kev: match &sourced.kev {
            Some((added, due, ransomware)) => {
                Kev::Listed { added: read_day(added), due: read_day(due), ransomware: *ransomware }
            }
            None => Kev::NeverRead,
        },
        vectors: Vec::new(),
        written_base_tenths: sourced.base_tenths,
        epss_percentile_ppm: sourced.epss_percentile_ppm,
    };
    for (kind, record) in &sourced.records {
        for points in &record.ssvc {
            let source = format!("{} ({kind})", points.source);
            let on = points.at.and_then(day_of);
            push(&mut evidence.exploitation, points.exploitation.as_deref(), &source, on);
            push(&mut evidence.automatable, points.automatable.as_deref(), &source, on);
            push(&mut evidence.technical_impact, points.technical_impact.as_deref(), &source, on);
        }
        for score in &record.scores {
            vector(&mut evidence, &score.source, &score.vector, None);
        }
    }
    for document in &sourced.documents {
        let on = day_of(document.released);
        for text in &document.vectors {
            vector(&mut evidence, &document.publisher, text, on);
        }
        let said = document.exploit_statuses.iter().filter_map(|text| exploit_status::read(text)).max();
        if let Some(value) = said {
            let source = format!("exploit status of {}", document.publisher);
            evidence.exploitation.push(SsvcWord { value, source, on });
        }
    }
    evidence
}

fn day_of(at: Moment) -> Option<Date> {
    read_day(at.to_string().get(..10)?)
}

fn push<T: std::str::FromStr>(
    words: &mut Vec<SsvcWord<T>>,
    word: Option<&str>,
    source: &str,
    on: Option<Date>,
) {
    if let Some(value) = word.and_then(|word| word.parse().ok()) {
        words.push(SsvcWord { value, source: source.to_owned(), on });
    }
}

fn vector(evidence: &mut Evidence, source: &str, text: &str, on: Option<Date>) {
    let Ok(read) = score_vector::read(text) else { return };
    let source = format!("CVSS {} of {source}", read.version);
    let effortless = match read.effortless {
        Some(score_vector::Effortless::Yes) => Effortless::Yes,
        Some(score_vector::Effortless::No) | None => Effortless::NotSaid,
    };
    let harm = match read.safety {
        SafetyWord::Present => Harm::Present,
        SafetyWord::Negligible | SafetyWord::NotSaid => Harm::NotSaid,
    };
    if let Some(value) = read.exploitation {
        evidence.exploitation.push(SsvcWord { value, source: source.clone(), on });
    }
    if let Some(value) = read.automatable {
        evidence.automatable.push(SsvcWord { value, source: source.clone(), on });
    }
    evidence.vectors.push(VectorFact { source, effortless, harm, base_tenths: read.base_tenths });
}

/// Why outcomes may have changed, in words.
fn cause(marks: &StaleMarks) -> String {
    let parts = [
        (marks.vulnerabilities.len(), "vulnerabilities of which sources say something else"),
        (marks.members.len(), "vulnerabilities that feeds say of other assets"),
        (marks.advisories.len(), "advisories whose matches changed"),
        (marks.configurations.len(), "configurations whose matches changed"),
        (marks.assets.len(), "assets of which something else is said"),
    ];
    let mut words: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    match marks.everything {
        Everything::No => {}
        Everything::Rank => {
            words.push("rules, sites or the catalogue of exploited vulnerabilities".to_owned())
        }
        Everything::Rebuild => words.push("a new look at everything".to_owned()),
    }
    words.join("; ")
}
