//! The shapes of ranked findings: the line, the reasons as a row of answered questions, clocks, rules, criticality.

use holdpoint_app::App;
use holdpoint_app::ranking::read::{Certainty, Date, Explained, Question, due};
use holdpoint_app::store::ranking::finding::FindingEvent;
use holdpoint_app::store::ranking::function::PlantFunction;
use holdpoint_app::store::ranking::list::{FindingLine, LaneCount};
use holdpoint_app::store::ranking::word::StoredWord;
use holdpoint_domain::clock::{Clock, ClockState, Course};
use holdpoint_domain::ranking::criticality::{Dimension, Profile};
use holdpoint_domain::site::Zone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::gate_views::GateView;
use super::text::{end, said};

/// How a clock stands today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ClockState)]
pub struct ClockStateView {
    /// `left`, `due`, `overdue`, `met`, `undated`, `not_begun`, `not_applicable`.
    pub state: String,
    /// Days left, or days late.
    pub days: Option<i32>,
    /// The words of every page: `33 d left`, `due in 3 d`, `overdue 2 d`, `met`, `not begun`, `not applicable`.
    pub words: String,
}

impl From<ClockState> for ClockStateView {
    fn from(state: ClockState) -> Self {
        let (word, days) = match state {
            ClockState::Left { days } => ("left", Some(days)),
            ClockState::Due { days } => ("due", Some(days)),
            ClockState::Overdue { days } => ("overdue", Some(days)),
            ClockState::Met { late } => ("met", Some(late)),
            ClockState::Undated => ("undated", None),
            ClockState::NotBegun => ("not_begun", None),
            ClockState::NotApplicable => ("not_applicable", None),
        };
        Self { state: word.to_owned(), days, words: state.to_string() }
    }
}

/// A vulnerability of an asset, ranked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = RankedFinding)]
pub struct FindingView {
    /// Its number.
    pub id: String,
    /// The vulnerability.
    pub vulnerability: String,
    /// Its title; `null`: no source gives one.
    pub title: Option<String>,
    /// The asset.
    pub asset_id: String,
    /// Its tag.
    pub asset_tag: String,
    /// Its name.
    pub asset_name: Option<String>,
    /// Its site.
    pub site: Option<String>,
    /// Its zone.
    pub zone: Option<String>,
    /// Its vendor.
    pub vendor: Option<String>,
    /// Its product.
    pub product: Option<String>,
    /// `yes`, or `unknown`: it cannot be said whether the asset is touched.
    pub verdict: String,
    /// `now`, `next-window`, `next-outage` or `accept`.
    pub lane: String,
    /// `immediate`, `out-of-cycle`, `scheduled` or `defer`.
    pub outcome: String,
    /// The least pressing outcome that is possible.
    pub lowest: String,
    /// The most pressing outcome that is possible; another one than `lowest` while inputs are unknown.
    pub highest: String,
    /// The last day in time, at the asset's site.
    pub due: String,
    /// The clock that says so.
    pub clock: String,
    /// How that clock stands today.
    pub clock_state: ClockStateView,
    /// Since when it is known here.
    pub opened: String,
    /// When it closed; `null`: it stands open.
    pub closed: Option<String>,
    /// When it was evaluated; `null`: nobody has yet.
    pub evaluated: Option<String>,
    /// Since when the work on it is reported as done; it stands open until the inventory shows it. `null`: it is not.
    pub reported: Option<String>,
    /// Whether it is exploited as ranking counts it, by KEV, feeds, documents and people's words: `yes`, `no` or `unknown`.
    pub exploited: String,
    /// Who says so; `null`: nobody does.
    pub exploited_by: Option<String>,
    /// Since when KEV lists it; `null`: no listing is known.
    pub kev_added: Option<String>,
    /// `known` when KEV knows of its use in ransomware campaigns, else `unknown`, which is not "no use".
    pub ransomware: String,
    /// The highest base score; `null`: unknown.
    pub score: Option<f64>,
    /// EPSS percentile, 0 to 100; `null`: unknown.
    pub epss_percentile: Option<f64>,
    /// Version of the rules by which it was ranked; 0: those that the program brings along.
    pub policy_version: u64,
    /// `undecided`, `asked` (a decision waits for signatures) or `decided`. An exemption on a baseline does not show here.
    pub decision: String,
}

impl FindingView {
    /// The view of a line, as it stands today.
    #[must_use]
    pub fn of(app: &App, line: FindingLine) -> Self {
        let (day, state) = due(app, &line);
        Self {
            id: line.number.to_string(),
            vulnerability: line.vulnerability,
            title: said(&line.title),
            asset_id: line.asset_id.to_string(),
            asset_tag: line.asset_tag,
            asset_name: said(&line.asset_name),
            site: line.site,
            zone: line.zone,
            vendor: said(&line.vendor),
            product: said(&line.product),
            verdict: line.verdict.word().to_owned(),
            lane: line.lane.word().to_owned(),
            outcome: line.outcome.word().to_owned(),
            lowest: line.range.lowest().word().to_owned(),
            highest: line.range.highest().word().to_owned(),
            due: day.to_string(),
            clock: line.due_clock.word().to_owned(),
            clock_state: state.into(),
            opened: line.opened_at.to_string(),
            closed: end(line.closed_at),
            evaluated: line.evaluated_at.map(|at| at.to_string()),
            reported: line.reported_at.map(|at| at.to_string()),
            exploited: line.exploited.word().to_owned(),
            exploited_by: said(&line.exploited_by),
            kev_added: line.kev_added,
            ransomware: if line.ransomware > 0 { "known" } else { "unknown" }.to_owned(),
            score: line.max_base_tenths.map(|tenths| f64::from(tenths) / 10.0),
            epss_percentile: line.epss_percentile_ppm.map(|ppm| f64::from(ppm) / 10_000.0),
            policy_version: line.policy_version,
            decision: line.decision.word().to_owned(),
        }
    }
}

/// What another value would give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PriorityOtherwise)]
pub struct OtherwiseView {
    /// The value.
    pub value: String,
    /// The outcome then.
    pub outcome: String,
    /// The lane then.
    pub lane: String,
}

/// What stands in the place of the facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PriorityReplaced)]
pub struct ReplacedView {
    /// What the facts say.
    pub instead_of: String,
    /// A person's word, or a control.
    pub by: String,
    /// Until when.
    pub until: Option<String>,
}

/// One input, answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PriorityQuestion)]
pub struct QuestionView {
    /// `exploitation`, `exposure`, `automatable`, `safety` or `mission`.
    pub point: String,
    /// Its id and version in the standard.
    pub point_id: String,
    /// What is possible: one value, or from one to another.
    pub possible: String,
    /// What it counts as.
    pub counted: String,
    /// `known`, `would_narrow` (knowing it would narrow what is possible) or `not_alone`.
    pub certainty: String,
    /// Who says so.
    pub source: String,
    /// Since when; `null`: not said.
    pub on: Option<String>,
    /// What stands in the place of the facts, newest last.
    pub replaced: Vec<ReplacedView>,
    /// Other values that would change the answer.
    pub otherwise: Vec<OtherwiseView>,
}

impl From<Question> for QuestionView {
    fn from(question: Question) -> Self {
        let certainty = match question.certainty {
            Certainty::Known => "known",
            Certainty::WouldNarrow => "would_narrow",
            Certainty::NotAlone => "not_alone",
        };
        let replaced = question.replaced.into_iter().map(|one| ReplacedView {
            instead_of: one.instead_of,
            by: one.by,
            until: end(one.until),
        });
        let otherwise = question.otherwise.into_iter().map(|one| OtherwiseView {
            value: one.value.to_owned(),
            outcome: one.outcome.word().to_owned(),
            lane: one.lane.word().to_owned(),
        });
        Self {
            point: question.point.word().to_owned(),
            point_id: question.id.to_owned(),
            possible: question.possible,
            counted: question.counted,
            certainty: certainty.to_owned(),
            source: question.source,
            on: question.on.map(|day| day.to_string()),
            replaced: replaced.collect(),
            otherwise: otherwise.collect(),
        }
    }
}

/// One term of the number that orders within an outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PriorityTerm)]
pub struct TermView {
    /// What it is of.
    pub name: String,
    /// Its value in words.
    pub value: String,
    /// What it adds.
    pub share: i64,
}

/// Until when something must have happened, and who says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Clock)]
pub struct ClockView {
    /// Which rule set it.
    pub clock: String,
    /// What it asks for and where it comes from.
    pub source: String,
    /// Day 0; `null`: it has not begun.
    pub start: Option<String>,
    /// The last day in time; `null`: it has none.
    pub due: Option<String>,
    /// When it was met; `null`: it was not.
    pub met: Option<String>,
    /// How it stands today.
    pub state: ClockStateView,
}

impl ClockView {
    fn of(clock: Clock, today: Date) -> Self {
        let (due, met) = match clock.course {
            Course::Until(due) => (Some(due), None),
            Course::Met { on, due } => (due, Some(on)),
            Course::UntilEvent | Course::NotBegun | Course::NotApplicable => (None, None),
        };
        Self {
            clock: clock.kind.word().to_owned(),
            state: clock.state(today).into(),
            start: clock.start.map(|day| day.to_string()),
            due: due.map(|day| day.to_string()),
            met: met.map(|day| day.to_string()),
            source: clock.source,
        }
    }
}

/// What changed an outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FindingEvent)]
pub struct FindingEventView {
    /// When.
    pub at: String,
    /// From which outcome.
    pub from: String,
    /// To which.
    pub to: String,
    /// From which lane.
    pub from_lane: String,
    /// To which.
    pub to_lane: String,
    /// Why.
    pub cause: String,
}

impl From<FindingEvent> for FindingEventView {
    fn from(event: FindingEvent) -> Self {
        Self {
            at: event.at.to_string(),
            from: event.from.word().to_owned(),
            to: event.to.word().to_owned(),
            from_lane: event.from_lane.word().to_owned(),
            to_lane: event.to_lane.word().to_owned(),
            cause: event.cause,
        }
    }
}

/// A person's word on a decision point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Override)]
pub struct OverrideView {
    /// Its id.
    pub id: String,
    /// `finding`, `vulnerability` or `asset`.
    pub scope: String,
    /// The point.
    pub point: String,
    /// The value.
    pub value: String,
    /// Why.
    pub reason: String,
    /// Who said so.
    pub author: String,
    /// When.
    pub at: String,
    /// Until when.
    pub expires: Option<String>,
    /// Who confirmed it; `null`: it is one person's word, which raises and never lowers.
    pub confirmed_by: Option<String>,
    /// When it was confirmed.
    pub confirmed: Option<String>,
    /// Who wants it ended, though two persons stand behind it: it only raises until a second person confirms the end.
    pub end_asked_by: Option<String>,
    /// Why they want it ended.
    pub end_asked_reason: Option<String>,
    /// When it ended; `null`: it stands.
    pub ended: Option<String>,
    /// Who ended it.
    pub ended_by: Option<String>,
    /// Why it ended.
    pub end_reason: Option<String>,
}

impl From<StoredWord> for OverrideView {
    fn from(stored: StoredWord) -> Self {
        let scope = match (stored.vulnerability_no, stored.asset_no) {
            (Some(_), None) => "vulnerability",
            (None, _) => "asset",
            (Some(_), Some(_)) => "finding",
        };
        Self {
            id: stored.id.to_string(),
            scope: scope.to_owned(),
            point: stored.word.value.point().word().to_owned(),
            value: stored.word.value.word().to_owned(),
            reason: stored.word.reason,
            author: stored.word.author,
            at: stored.word.at.to_string(),
            expires: end(stored.word.expires_at),
            confirmed_by: stored.word.second.as_ref().map(|second| second.by.clone()),
            confirmed: stored.word.second.as_ref().map(|second| second.at.to_string()),
            end_asked_by: stored.end_asked.as_ref().map(|asked| asked.by.clone()),
            end_asked_reason: stored.end_asked.as_ref().map(|asked| asked.why.clone()),
            ended: stored.ended_at.map(|at| at.to_string()),
            ended_by: said(&stored.ended_by),
            end_reason: said(&stored.end_reason),
        }
    }
}

/// Why a finding is ranked as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = Priority)]
pub struct PriorityView {
    /// The finding.
    pub finding: FindingView,
    /// One sentence.
    pub sentence: String,
    /// The outcome, from the facts of now.
    pub outcome: String,
    /// Its lane.
    pub lane: String,
    /// What is possible: one outcome, or from one to another.
    pub possible: String,
    /// The answered questions.
    pub questions: Vec<QuestionView>,
    /// Safety and mission together.
    pub human_impact: String,
    /// Ids and versions of the tables that were read.
    pub tables: Vec<String>,
    /// Version of the rules.
    pub policy_version: u64,
    /// What CISA's coordinator table gives.
    pub coordinator: String,
    /// What BOD 26-04 gives.
    pub timeline: String,
    /// The number that orders within the outcome.
    pub order: i64,
    /// Its terms.
    pub terms: Vec<TermView>,
    /// Every clock, those that do not bind included.
    pub clocks: Vec<ClockView>,
    /// How and when it can be done.
    pub gate: GateView,
    /// What changed the outcome, oldest first.
    pub events: Vec<FindingEventView>,
    /// People's words that were ever on it, oldest first.
    pub overrides: Vec<OverrideView>,
}

impl PriorityView {
    /// The view of an explanation.
    #[must_use]
    pub fn of(app: &App, explained: Explained) -> Self {
        let Explained { line, priority, today, events, words } = explained;
        let terms = priority.terms.into_iter().map(|term| TermView {
            name: term.name.to_owned(),
            value: term.value,
            share: term.share,
        });
        Self {
            finding: FindingView::of(app, line),
            sentence: priority.sentence,
            outcome: priority.ranked.outcome.word().to_owned(),
            lane: priority.ranked.lane.word().to_owned(),
            possible: priority.ranked.range.to_string(),
            questions: priority.questions.into_iter().map(Into::into).collect(),
            human_impact: priority.human_impact.word().to_owned(),
            tables: priority.tables.into_iter().map(str::to_owned).collect(),
            policy_version: priority.policy_version,
            coordinator: priority.coordinator.to_string(),
            timeline: priority.timeline.to_string(),
            order: priority.ranked.order,
            terms: terms.collect(),
            clocks: priority.clocks.into_iter().map(|clock| ClockView::of(clock, today)).collect(),
            gate: GateView::of(priority.gate, priority.controls),
            events: events.into_iter().map(Into::into).collect(),
            overrides: words.into_iter().map(Into::into).collect(),
        }
    }
}

/// How many findings stand open in a lane, by the clock that runs out first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = LaneCount)]
pub struct LaneCountView {
    /// The lane.
    pub lane: String,
    /// The clock.
    pub clock: String,
    /// Findings.
    pub findings: u64,
    /// Of them, those that are late.
    pub late: u64,
    /// Of them, those of which it cannot be said whether the asset is touched.
    pub unknown: u64,
    /// The earliest moment that is late.
    pub earliest: String,
}

impl From<LaneCount> for LaneCountView {
    fn from(count: LaneCount) -> Self {
        Self {
            lane: count.lane.word().to_owned(),
            clock: count.clock.word().to_owned(),
            findings: count.findings,
            late: count.late,
            unknown: count.unknown,
            earliest: count.earliest.to_string(),
        }
    }
}

/// What is lost, by dimension: `none`, `minor`, `moderate`, `major`, `catastrophic`; `null`: nobody has said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Criticality)]
#[serde(deny_unknown_fields)]
pub struct CriticalityView {
    /// People.
    pub safety: Option<String>,
    /// Output.
    pub production: Option<String>,
    /// Surroundings.
    pub environment: Option<String>,
    /// What is made.
    pub quality: Option<String>,
    /// Data.
    pub data: Option<String>,
}

impl From<Profile> for CriticalityView {
    fn from(profile: Profile) -> Self {
        let word = |dimension| profile.of(dimension).map(|value| value.word().to_owned());
        Self {
            safety: word(Dimension::Safety),
            production: word(Dimension::Production),
            environment: word(Dimension::Environment),
            quality: word(Dimension::Quality),
            data: word(Dimension::Data),
        }
    }
}

impl CriticalityView {
    /// What was said.
    ///
    /// # Errors
    /// In words, which value is none.
    pub fn profile(&self) -> Result<Profile, holdpoint_domain::words::UnknownWord> {
        let said = [
            (Dimension::Safety, &self.safety),
            (Dimension::Production, &self.production),
            (Dimension::Environment, &self.environment),
            (Dimension::Quality, &self.quality),
            (Dimension::Data, &self.data),
        ];
        let mut profile = Profile::default();
        for (dimension, word) in said {
            let word = word.as_deref().filter(|word| !word.is_empty());
            profile = profile.with(dimension, word.map(str::parse).transpose()?);
        }
        Ok(profile)
    }
}

/// A function of a plant, with what is lost with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlantFunction)]
pub struct FunctionView {
    /// Its id.
    pub id: String,
    /// Its site.
    pub site_id: String,
    /// Its name.
    pub name: String,
    /// What is lost with it.
    pub criticality: CriticalityView,
    /// How many assets serve it.
    pub assets: u64,
}

impl From<PlantFunction> for FunctionView {
    fn from(one: PlantFunction) -> Self {
        Self {
            id: one.id.to_string(),
            site_id: one.site.to_string(),
            name: one.name,
            criticality: one.profile.into(),
            assets: one.assets,
        }
    }
}

/// A function with the assets that serve it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlantFunctionShown)]
pub struct FunctionShownView {
    /// The function.
    pub function: FunctionView,
    /// The assets that serve it.
    pub serving: Vec<ServingView>,
}

/// An asset that serves a function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ServingAsset)]
pub struct ServingView {
    /// Its id.
    pub id: String,
    /// Its tag.
    pub tag: String,
}

/// What is lost with a zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ZoneCriticality)]
pub struct ZoneCriticalityView {
    /// The zone.
    pub zone_id: String,
    /// Its name.
    pub name: String,
    /// How far it can be reached: `small`, `controlled` or `open`; `null`: nobody has said, which is not small.
    pub exposure: Option<String>,
    /// What is lost with it.
    pub criticality: CriticalityView,
}

impl ZoneCriticalityView {
    /// Of a zone.
    #[must_use]
    pub fn of(zone: &Zone, profile: Profile) -> Self {
        Self {
            zone_id: zone.id.to_string(),
            name: zone.name.clone(),
            exposure: zone.exposure.map(|exposure| exposure.word().to_owned()),
            criticality: profile.into(),
        }
    }
}
