//! What holds for all findings at a moment: rules, calendars, people's words.

use super::held::Held;
use crate::policies::Rules;
use crate::policies::read::rounds_between;
use holdpoint_domain::Moment;
use holdpoint_domain::clock::{Calendar, days_after};
use holdpoint_domain::id::{SiteId, ZoneId};
use holdpoint_domain::patch::PatchClass;
use holdpoint_domain::policy::{Category, CategoryRules, CyclePhase, Exploited, PolicyKind};
use holdpoint_domain::ranking::fact::{AssetFacts, Kev, Said, VulnerabilityFacts};
use holdpoint_domain::ranking::point::Possible;
use holdpoint_domain::ranking::policy::RankingPolicy;
use holdpoint_domain::ranking::replacement::{ControlEffect, Override};
use holdpoint_engine::priority::points::{self, PointChange};
use holdpoint_engine::priority::{Case, Progress, Round, rank};
use holdpoint_store::ranking::finding::{StoredFinding, StoredRank};
use holdpoint_store::ranking::input::RankedAsset;
use holdpoint_store::ranking::word::StoredWord;
use holdpoint_store::{Reader, StoreError};
use jiff::civil::Date;
use std::collections::HashMap;

/// What holds for all findings.
pub(super) struct World {
    general: RankingPolicy,
    of_site: HashMap<SiteId, RankingPolicy>,
    /// The rounds of published cycles; `None` is the general one.
    cycles: HashMap<Option<SiteId>, Vec<CyclePhase>>,
    categories: CategoryRules,
    calendars: HashMap<SiteId, Calendar>,
    utc: Calendar,
    kev_read: bool,
    words: Vec<StoredWord>,
    held: Held,
    at: Moment,
    /// Ends of days by site, since many findings share them.
    ends: HashMap<(Option<SiteId>, Date), Moment>,
    /// Days by site and hour.
    days: HashMap<(Option<SiteId>, i64), Date>,
}

/// An asset, made ready.
pub(super) struct ReadyAsset {
    pub(super) number: i64,
    pub(super) zone: Option<ZoneId>,
    pub(super) site: Option<SiteId>,
    pub(super) facts: AssetFacts,
}

const HOUR: i64 = 3_600_000_000;

impl World {
    /// As it is in this transaction.
    pub(super) fn read(r: &mut Reader<'_>, at: Moment) -> Result<Self, StoreError> {
        let rules = Rules::read(r)?;
        Self::by(r, &rules, at)
    }

    /// As it would be by these rules.
    pub(super) fn by(r: &mut Reader<'_>, rules: &Rules, at: Moment) -> Result<Self, StoreError> {
        let general = rules.ranking(None)?;
        let own = rules.sites_with(PolicyKind::PrioritiesAndDeadlines);
        let of_site = own.map(|site| Ok((site, rules.ranking(Some(site))?)));
        let of_site = of_site.collect::<Result<HashMap<_, _>, StoreError>>()?;
        let sites = r.sites()?;
        let calendars = sites.iter().map(|site| (site.id, Calendar::named(&site.time_zone))).collect();
        Ok(Self {
            general,
            of_site,
            cycles: cycles(rules, at)?,
            categories: rules.categories()?,
            calendars,
            utc: Calendar::utc(),
            kev_read: r.kev_was_read()?,
            words: r.open_words()?,
            held: Held::read(r, at)?,
            at,
            ends: HashMap::new(),
            days: HashMap::new(),
        })
    }

    /// The rules of a site.
    pub(super) fn policy(&self, site: Option<SiteId>) -> &RankingPolicy {
        site.and_then(|site| self.of_site.get(&site)).unwrap_or(&self.general)
    }

    /// The calendar of a site.
    pub(super) fn calendar(&self, site: Option<SiteId>) -> &Calendar {
        site.and_then(|site| self.calendars.get(&site)).unwrap_or(&self.utc)
    }

    /// What is known of a vulnerability: that KEV does not list it is known once KEV was read.
    pub(super) fn heard(&self, mut facts: VulnerabilityFacts) -> VulnerabilityFacts {
        if facts.kev == Kev::NeverRead && self.kev_read {
            facts.kev = Kev::NotListed;
        }
        facts
    }

    /// People's words on a finding.
    pub(super) fn words_on(&self, vulnerability_no: i64, asset_no: i64) -> Vec<Override> {
        let words = self.words.iter().filter(|word| word.is_on(vulnerability_no, asset_no));
        words.map(StoredWord::counted).collect()
    }

    /// Assets, made ready, with what holds on them.
    pub(super) fn ready(
        &mut self,
        r: &mut Reader<'_>,
        assets: Vec<RankedAsset>,
    ) -> Result<Vec<ReadyAsset>, StoreError> {
        self.held.learn(r, &assets)?;
        Ok(assets.into_iter().map(ready).collect())
    }

    /// The controls that hold on a finding.
    pub(super) fn controls_on(&self, vulnerability_no: i64, asset: &ReadyAsset) -> Vec<ControlEffect> {
        self.held.on(vulnerability_no, asset)
    }

    /// The days on which a finding opened, was evaluated and was planned.
    pub(super) fn progress(
        &mut self,
        finding: &StoredFinding,
        vulnerability: &VulnerabilityFacts,
        site: Option<SiteId>,
    ) -> Progress {
        let opened = self.day(finding.opened_at, site);
        Progress {
            opened,
            round: self.round(opened, vulnerability, site),
            evaluated: finding.evaluated_at.map(|at| self.day(at, site)),
            planned: finding.planned_at.map(|at| self.day(at, site)),
            again: finding.plan_again_at.map(|at| self.day(at, site)),
        }
    }

    /// Into which round the fix of a finding falls. Whatever mends a vulnerability is a security patch.
    fn round(&self, opened: Date, vulnerability: &VulnerabilityFacts, site: Option<SiteId>) -> Round {
        let own = site.and_then(|site| self.cycles.get(&Some(site)));
        let Some(rounds) = own.or_else(|| self.cycles.get(&None)) else { return Round::None };
        let exploited = match vulnerability.kev {
            Kev::Listed { .. } => Exploited::Yes,
            Kev::NotListed | Kev::NeverRead => Exploited::NotKnown,
        };
        match self.categories.of(PatchClass::Security, exploited) {
            Category::Regular => {
                let next = rounds.partition_point(|one| one.begins < opened);
                rounds.get(next).map_or(Round::None, |phase| Round::In(*phase))
            }
            other @ (Category::Urgent | Category::Planned | Category::OnRequest) => Round::Outside(other),
        }
    }

    fn day(&mut self, at: Moment, site: Option<SiteId>) -> Date {
        // A change of the clock falls on a quarter of an hour; within one, the day is one.
        let key = (site, at.micros().div_euclid(HOUR / 4));
        if let Some(day) = self.days.get(&key) {
            return *day;
        }
        let day = self.calendar(site).day(at);
        self.days.insert(key, day);
        day
    }

    fn end_of(&mut self, day: Date, site: Option<SiteId>) -> Moment {
        if let Some(end) = self.ends.get(&(site, day)) {
            return *end;
        }
        let end = self.calendar(site).end_of(day);
        self.ends.insert((site, day), end);
        end
    }

    /// The decision points of a finding that count as something else than by these rules of before.
    pub(super) fn changes(
        &mut self,
        finding: &StoredFinding,
        vulnerability: &VulnerabilityFacts,
        asset: &ReadyAsset,
        before: &RankingPolicy,
    ) -> Vec<PointChange> {
        let policy = self.policy(asset.site);
        if (policy.human_impact, policy.unknowns) == (before.human_impact, before.unknowns) {
            return Vec::new();
        }
        let progress = self.progress(finding, vulnerability, asset.site);
        let words = self.words_on(finding.vulnerability_no, finding.asset_no);
        let controls = self.controls_on(finding.vulnerability_no, asset);
        let case = Case {
            vulnerability,
            asset: &asset.facts,
            overrides: &words,
            controls: &controls,
            policy: self.policy(asset.site),
            progress,
            at: self.at,
        };
        points::changes(&case, before)
    }

    /// Ranks one finding.
    pub(super) fn rank(
        &mut self,
        finding: &StoredFinding,
        vulnerability: &VulnerabilityFacts,
        asset: &ReadyAsset,
    ) -> StoredRank {
        let progress = self.progress(finding, vulnerability, asset.site);
        let words = if self.words.is_empty() {
            Vec::new()
        } else {
            self.words_on(finding.vulnerability_no, finding.asset_no)
        };
        let controls = self.controls_on(finding.vulnerability_no, asset);
        let policy = self.policy(asset.site);
        let policy_version = policy.version;
        let ranked = rank(&Case {
            vulnerability,
            asset: &asset.facts,
            overrides: &words,
            controls: &controls,
            policy,
            progress,
            at: self.at,
        });
        let (due, due_clock) = ranked.due.expect("the site's own clock always runs");
        StoredRank {
            lane: ranked.lane,
            outcome: ranked.outcome,
            range: ranked.range,
            order: ranked.order,
            due_at: self.end_of(due, asset.site),
            due_clock,
            policy_version,
        }
    }
}

/// How far back rounds are looked for: a finding that stands open for longer goes by the first of them.
const ROUNDS_BACK_DAYS: i32 = 3_653;
const ROUNDS_AHEAD_DAYS: i32 = 731;

/// The rounds of the cycles that owners have published. What the program brings along is a proposal and binds nobody.
fn cycles(rules: &Rules, at: Moment) -> Result<HashMap<Option<SiteId>, Vec<CyclePhase>>, StoreError> {
    let today = Calendar::utc().day(at);
    let within = (days_after(today, -ROUNDS_BACK_DAYS), days_after(today, ROUNDS_AHEAD_DAYS));
    let own = rules.sites_with(PolicyKind::RegularCycle).map(Some);
    let mut found = HashMap::new();
    for site in std::iter::once(None).chain(own) {
        let held = rules.of(PolicyKind::RegularCycle, site);
        if held.revision > 0 {
            found.insert(site, rounds_between(&held.values, within)?);
        }
    }
    Ok(found)
}

fn ready(asset: RankedAsset) -> ReadyAsset {
    let mut exposure = match (asset.exposure, &asset.zone) {
        (Some(exposure), Some(zone)) => Said::by(format!("zone {zone}"), exposure, None),
        (None, Some(zone)) => {
            Said { source: format!("nobody has said it of zone {zone}"), ..Said::unknown() }
        }
        (_, None) => Said { source: "the asset stands in no zone".to_owned(), ..Said::unknown() },
    };
    if let Some(still) = asset.still_exposed() {
        exposure.possible = exposure.possible.worse_of(Possible::exactly(still));
        exposure
            .source
            .push_str(&format!("; it was {still} before, which counts until a second person agrees to less"));
    }
    ReadyAsset {
        number: asset.number,
        zone: asset.zone_id,
        site: asset.site,
        facts: AssetFacts { exposure, criticality: asset.criticality() },
    }
}
