//! What stands before the steps of a plan and is asked outside of it, in words: checks, and the process's permission by a person.

use super::words::plant_time;
use crate::error::AppError;
use crate::execution::{PermitValue, Question, checks_of};
use crate::planning::permits_asked;
use holdpoint_domain::Moment;
use holdpoint_domain::plan::ChangePlan;
use holdpoint_domain::window::ZoneName;
use holdpoint_store::Reader;
use holdpoint_store::execution::KeptCheck;
use holdpoint_store::plan::PlanLine;
use std::fmt::Write as _;

/// What is asked before steps of a plan, with the last answers; empty: nothing is.
pub(super) fn text(r: &mut Reader<'_>, line: &PlanLine, plan: &ChangePlan) -> Result<String, AppError> {
    let zone: Option<ZoneName> = line.time_zone.parse().ok();
    let time = |at: Moment| zone.as_ref().map_or_else(|| at.to_string(), |zone| plant_time(zone, at));
    let mut text = String::new();
    for (kept, question) in checks_of(r, line.id)? {
        let _ = writeln!(text, "{}", check(&kept, &question, &time));
    }
    let permits = permits_asked(r, plan)?;
    if !permits.is_empty() {
        let steps: Vec<String> = permits.iter().map(ToString::to_string).collect();
        let _ = writeln!(
            text,
            "PERMIT by a person's word, which holds for five minutes: the process must permit step {}",
            steps.join(", ")
        );
    }
    Ok(text)
}

fn check(kept: &KeptCheck, question: &Question, time: &impl Fn(Moment) -> String) -> String {
    let before = match kept.check.before.as_str() {
        "wave" => "each wave but the first",
        _ => "every step",
    };
    let last = match &kept.answer {
        None => "not asked yet".to_owned(),
        Some(last) => format!("{} on {}: {}", last.word, time(last.at), last.what),
    };
    format!(
        "CHECK before {before}: `{}`, written by {} on {}: {}; {last}",
        kept.check.name,
        kept.by,
        time(kept.written_at),
        asked(question)
    )
}

/// What is asked, and what must be answered.
fn asked(question: &Question) -> String {
    match question {
        Question::Web { url, text } => format!("{url} must answer with `{text}` in it"),
        Question::Prometheus { url, query, must, value } => {
            let than = if must == "equal" { " to" } else { "" };
            format!("`{query}` at {url} must be {must}{than} {value}")
        }
        Question::Modbus { address, port, unit, table, place, value } => {
            let table = table.replace('_', " ");
            format!("{table} {place} of unit {unit} at {address}:{port} must be {value}")
        }
        Question::OpcUa { endpoint, node, value, max_age_s } => {
            let value = match value {
                PermitValue::Bit(bit) => bit.to_string(),
                PermitValue::Number(number) => number.to_string(),
            };
            format!("{node} at {endpoint} must be {value}, at most {max_age_s} s old by its source")
        }
    }
}
