//! The ranking of one finding as a row of answered questions, with what would change it.
//!
//! It reads the same row as [`rank`](super::rank), so it cannot say anything else. The surprise: a question that a person or a
//! control answered still shows what the facts say, or nobody would see what returns when that ends.

use super::gate::{self, GateAnswer, GateFacts};
use super::instead::{ControlOption, options};
use super::order::{Term, terms};
use super::{Answer, Case, Ranked, answer_for, clocks, facts, held_back, is_contradicted, rank};
use holdpoint_domain::clock::Clock;
use holdpoint_domain::ranking::criticality::{Criticality, Dimension};
use holdpoint_domain::ranking::point::{HumanImpact, Level, Outcome, Point, Possible, Timeline, WellBeing};
use holdpoint_domain::ranking::policy::Lane;
use holdpoint_domain::ranking::replacement::{PointValue, Replaceable, Spans};
use holdpoint_domain::ranking::table::{COORDINATOR, DEPLOYER, coordinator_span};
use jiff::civil::Date;

/// One input, answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Which point.
    pub point: Replaceable,
    /// Its id and version in the standard.
    pub id: &'static str,
    /// What is possible, in words: one value, or from one to another.
    pub possible: String,
    /// What it counts as.
    pub counted: String,
    /// Whether one value alone is possible.
    pub certainty: Certainty,
    /// Who says so.
    pub source: String,
    /// Since when.
    pub on: Option<Date>,
    /// What stands in the place of the facts, newest last.
    pub replaced: Vec<Replaced>,
    /// What would change the answer: each other value, with what it would give.
    pub otherwise: Vec<Otherwise>,
}

/// How much is known of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// One value.
    Known,
    /// Several, and knowing it would narrow what is possible.
    WouldNarrow,
    /// Several, and knowing it alone would not: other unknowns keep everything open.
    NotAlone,
}

/// What stands in the place of the facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// What the facts say.
    pub instead_of: String,
    /// A person's word, or a control, in one sentence.
    pub by: String,
    /// Until when.
    pub until: holdpoint_domain::Moment,
}

/// What another value would give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Otherwise {
    /// The value.
    pub value: &'static str,
    /// The outcome then.
    pub outcome: Outcome,
    /// The lane then.
    pub lane: Lane,
}

/// Why a finding is ranked as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priority {
    /// One sentence.
    pub sentence: String,
    /// What it comes to.
    pub ranked: Ranked,
    /// The five questions.
    pub questions: Vec<Question>,
    /// Safety and mission together, as counted.
    pub human_impact: HumanImpact,
    /// Ids and versions of the tables that were read.
    pub tables: Vec<&'static str>,
    /// Version of the site's policy.
    pub policy_version: u64,
    /// What CISA's coordinator table gives.
    pub coordinator: Possible<Level>,
    /// What BOD 26-04 gives.
    pub timeline: Possible<Timeline>,
    /// The terms of the number that orders within the outcome.
    pub terms: Vec<Term>,
    /// Every clock.
    pub clocks: Vec<Clock>,
    /// How and when it can be done.
    pub gate: GateAnswer,
    /// The controls that would make it less pressing.
    pub controls: Vec<ControlOption>,
}

/// Explains a finding's ranking.
#[must_use]
pub fn explain(case: &Case<'_>, doing: &GateFacts) -> Priority {
    let ranked = rank(case);
    let answer = super::answer(case);
    let questions: Vec<Question> =
        Replaceable::ALL.iter().map(|point| question(case, &answer, *point)).collect();
    Priority {
        sentence: sentence(&ranked, &questions, held_back(case, &answer)),
        ranked,
        questions,
        human_impact: answer.counted.impact,
        tables: vec![DEPLOYER, case.policy.human_impact.id(), COORDINATOR],
        policy_version: case.policy.version,
        coordinator: coordinator_span(
            answer.spans.exploitation,
            answer.spans.automatable,
            case.vulnerability.technical_impact.possible,
            Possible::<WellBeing>::any(),
        ),
        timeline: clocks::timeline(case),
        terms: terms(case, answer.spans.exposure),
        clocks: clocks::all(case, &answer),
        gate: gate::ask(ranked.lane, doing),
        controls: options(case),
    }
}

fn sentence(ranked: &Ranked, questions: &[Question], held_back: bool) -> String {
    let path: Vec<String> = questions
        .iter()
        .map(|question| match question.certainty {
            Certainty::Known => match question.replaced.last() {
                Some(held) => format!(
                    "{} {} instead of {} until {}",
                    question.point, question.counted, held.instead_of, held.until
                ),
                None => format!("{} {}", question.point, question.counted),
            },
            Certainty::WouldNarrow | Certainty::NotAlone => {
                format!("{} unknown, counted as {}", question.point, question.counted)
            }
        })
        .collect();
    let doubt = if ranked.range.known().is_some() {
        String::new()
    } else {
        format!("; possible is {}, as long as inputs are unknown", ranked.range)
    };
    let kept = if held_back { "; it is exploited, so only an exemption leaves it undone" } else { "" };
    format!("{}: {}, so {}{doubt}{kept}.", ranked.lane, path.join(", "), ranked.outcome)
}

fn question(case: &Case<'_>, answer: &Answer, point: Replaceable) -> Question {
    let (facts, spans, counted) = (facts(case), answer.spans, answer.counted.spans);
    let (id, possible, counted_word, words) = on_point(spans, counted, point);
    let (said, on) = source(case, point);
    let replaced = replaced(case, &on_point(facts, counted, point).1, point);
    let values: Vec<PointValue> =
        words.iter().filter_map(|word| PointValue::read(point, word).ok()).collect();
    let narrowed = values
        .iter()
        .filter(|value| contains(spans, **value))
        .any(|value| answer_for(spans.replaced(*value), case.policy).range != answer.range);
    let certainty = match (possible == counted_word, narrowed) {
        (true, _) => Certainty::Known,
        (false, true) => Certainty::WouldNarrow,
        (false, false) => Certainty::NotAlone,
    };
    let otherwise = values
        .iter()
        .filter(|value| value.word() != counted_word)
        .map(|value| (value.word(), answer_for(spans.replaced(*value), case.policy)))
        .filter(|(_, other)| (other.outcome, other.rule.lane) != (answer.outcome, answer.rule.lane))
        .map(|(value, other)| Otherwise { value, outcome: other.outcome, lane: other.rule.lane })
        .collect();
    Question { point, id, possible, counted: counted_word, certainty, source: said, on, replaced, otherwise }
}

/// Id, what is possible, what it counts as, and all words of a point.
type OnPoint = (&'static str, String, String, Vec<&'static str>);

fn on_point(spans: Spans, counted: Spans, point: Replaceable) -> OnPoint {
    fn of<T: Point>(span: Possible<T>, counted: Possible<T>) -> OnPoint {
        let words = T::all().iter().map(|value| value.said()).collect();
        (T::ID, span.to_string(), counted.to_string(), words)
    }
    match point {
        Replaceable::Exploitation => of(spans.exploitation, counted.exploitation),
        Replaceable::Exposure => of(spans.exposure, counted.exposure),
        Replaceable::Automatable => of(spans.automatable, counted.automatable),
        Replaceable::Safety => of(spans.safety, counted.safety),
        Replaceable::Mission => of(spans.mission, counted.mission),
    }
}

fn contains(spans: Spans, value: PointValue) -> bool {
    match value {
        PointValue::Exploitation(value) => spans.exploitation.contains(value),
        PointValue::Exposure(value) => spans.exposure.contains(value),
        PointValue::Automatable(value) => spans.automatable.contains(value),
        PointValue::Safety(value) => spans.safety.contains(value),
        PointValue::Mission(value) => spans.mission.contains(value),
    }
}

fn source(case: &Case<'_>, point: Replaceable) -> (String, Option<Date>) {
    match point {
        Replaceable::Exploitation => {
            (case.vulnerability.exploitation.source.clone(), case.vulnerability.exploitation.on)
        }
        Replaceable::Exposure => (case.asset.exposure.source.clone(), case.asset.exposure.on),
        Replaceable::Automatable => {
            (case.vulnerability.automatable.source.clone(), case.vulnerability.automatable.on)
        }
        Replaceable::Safety => {
            let said = said_of(case.asset.criticality, &[Dimension::Safety, Dimension::Environment]);
            let harm =
                case.vulnerability.harm.as_ref().map(|source| format!("{source} speaks of harm to people"));
            (said.into_iter().chain(harm).reduce(join).unwrap_or_else(nobody), None)
        }
        Replaceable::Mission => {
            let dimensions = [Dimension::Production, Dimension::Quality, Dimension::Data];
            (said_of(case.asset.criticality, &dimensions).unwrap_or_else(nobody), None)
        }
    }
}

fn said_of(criticality: Criticality, dimensions: &[Dimension]) -> Option<String> {
    let said = dimensions.iter().filter_map(|dimension| {
        let since = if criticality.is_waiting(*dimension) {
            "; one person says less since, which counts once a second has agreed"
        } else {
            ""
        };
        criticality
            .of(*dimension)
            .map(|(value, bearer)| format!("{dimension} {value} (of the {bearer}{since})"))
    });
    said.reduce(join)
}

fn join(all: String, one: String) -> String {
    format!("{all}, {one}")
}

fn nobody() -> String {
    "nobody has said".to_owned()
}

fn replaced(case: &Case<'_>, instead_of: &str, point: Replaceable) -> Vec<Replaced> {
    let controls =
        case.controls.iter().filter(|control| control.holds(case.at) && control.cap.point() == point);
    let words = case.overrides.iter().filter(|word| word.holds(case.at) && word.value.point() == point);
    let held = controls.map(|control| Replaced {
        instead_of: instead_of.to_owned(),
        by: format!(
            "control `{}` holds it at {} or below ({})",
            control.control,
            control.cap.word(),
            control.source
        ),
        until: control.until,
    });
    let said = words.map(|word| Replaced {
        instead_of: instead_of.to_owned(),
        by: match &word.second {
            Some(_) if is_contradicted(case, word) => format!(
                "{} says {}: {}; KEV lists it as exploited, so the word lowers nothing",
                word.author,
                word.value.word(),
                word.reason
            ),
            Some(second) => format!(
                "{} says {}: {}; {} confirmed it",
                word.author,
                word.value.word(),
                word.reason,
                second.by
            ),
            None => format!(
                "{} says {}: {}; one person's word only raises, it lowers once a second has confirmed it",
                word.author,
                word.value.word(),
                word.reason
            ),
        },
        until: word.expires_at,
    });
    held.chain(said).collect()
}
