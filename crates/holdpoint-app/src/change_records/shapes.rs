//! The shapes of a change record: our own file, a change request as ServiceNow's table interface has it, an issue as Jira's has it.
//!
//! The surprise: the two others get only fields that every installation has, and our id in the one field that is meant for it; whatever an
//! owner added to their forms is theirs to map.

use super::{ChangeRecord, MOST_BYTES, Way, unreadable};
use crate::error::AppError;
use serde_json::{Map, Value, json};

/// How a record is written and read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Our own file, each field with its way.
    File,
    /// A change request of ServiceNow's table interface.
    ServiceNow,
    /// An issue of Jira's interface.
    Jira,
}

impl std::str::FromStr for Shape {
    type Err = AppError;

    fn from_str(text: &str) -> Result<Self, AppError> {
        match text {
            "file" => Ok(Self::File),
            "servicenow" => Ok(Self::ServiceNow),
            "jira" => Ok(Self::Jira),
            _ => Err(unreadable("a shape is `file`, `servicenow` or `jira`")),
        }
    }
}

/// What a record says, before anything of it is believed.
pub(super) struct Told {
    pub plan: String,
    pub ours: Vec<(String, String)>,
    pub theirs: Vec<(String, String)>,
}

pub(super) fn write(record: &ChangeRecord, shape: Shape) -> Vec<u8> {
    let value = match shape {
        Shape::File => file(record),
        Shape::ServiceNow => service_now(record),
        Shape::Jira => jira(record),
    };
    let mut bytes = serde_json::to_vec_pretty(&value).expect("texts have a JSON form");
    bytes.push(b'\n');
    bytes
}

fn file(record: &ChangeRecord) -> Value {
    let fields = record
        .fields
        .iter()
        .map(|field| json!({"name": field.name, "way": field.way.word(), "value": field.value}));
    json!({"version": 1, "plan": record.plan.to_string(), "number": record.number,
        "fields": fields.collect::<Vec<_>>()})
}

/// Moments as ServiceNow writes them: `2026-11-21 22:00:00`, in UTC.
fn plain_time(text: &str) -> String {
    text.chars().take(19).map(|c| if c == 'T' { ' ' } else { c }).collect()
}

fn service_now(record: &ChangeRecord) -> Value {
    let of = |name: &str| record.value(name).unwrap_or_default();
    let mut out = json!({
        "correlation_id": record.plan.to_string(),
        "correlation_display": "Holdpoint",
        "short_description": of("title"),
        "description": format!("{}\nAssets: {}\nPatches: {}", of("reason"), of("assets"), of("patches")),
        "justification": of("reason"),
        "implementation_plan": of("plan"),
        "backout_plan": of("way_back"),
        "start_date": plain_time(of("planned_start")),
        "end_date": plain_time(of("planned_end")),
    });
    if let Some(result) = record.value("result") {
        out["work_notes"] = json!(result);
    }
    out
}

fn jira(record: &ChangeRecord) -> Value {
    let of = |name: &str| record.value(name).unwrap_or_default();
    let mut text = format!(
        "{}\n\nSite: {}\nAssets: {}\nPatches: {}\nPlanned: {} to {}\nWay back: {}\n",
        of("reason"),
        of("site"),
        of("assets"),
        of("patches"),
        of("planned_start"),
        of("planned_end"),
        of("way_back")
    );
    if let Some(result) = record.value("result") {
        text.push_str(&format!("Result: {result}\n"));
    }
    text.push('\n');
    text.push_str(of("plan"));
    let day = |name: &str| of(name).chars().take(10).collect::<String>();
    json!({
        "fields": {"summary": of("title"), "description": text, "labels": ["holdpoint"], "duedate": day("planned_end")},
        "properties": [{"key": "holdpoint", "value": {"plan": record.plan.to_string(), "number": record.number}}],
    })
}

pub(super) fn read(bytes: &[u8], shape: Shape) -> Result<Told, AppError> {
    if bytes.len() > MOST_BYTES {
        return Err(unreadable(format!("it has more than {MOST_BYTES} bytes")));
    }
    let value: Value =
        serde_json::from_slice(bytes).map_err(|why| unreadable(format!("it is no JSON: {why}")))?;
    match shape {
        Shape::File => read_file(&value),
        Shape::ServiceNow => read_service_now(&value),
        Shape::Jira => read_jira(&value),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(map) => {
            let shown = map.get("display_value").or_else(|| map.get("value")).or_else(|| map.get("name"))?;
            shown.as_str().map(str::to_owned)
        }
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) => None,
    }
}

fn no_plan() -> AppError {
    unreadable("it does not say of which plan it is")
}

fn read_file(value: &Value) -> Result<Told, AppError> {
    if value["version"].as_u64() != Some(1) {
        return Err(unreadable("it is of a version that is not known here"));
    }
    let mut told =
        Told { plan: text(&value["plan"]).ok_or_else(no_plan)?, ours: Vec::new(), theirs: Vec::new() };
    let fields = value["fields"].as_array().ok_or_else(|| unreadable("it has no fields"))?;
    for field in fields.iter().take(1_000) {
        let name = text(&field["name"]).ok_or_else(|| unreadable("a field has no name"))?;
        let Some(value) = text(&field["value"]) else { continue };
        match field["way"].as_str() {
            Some(way) if way == Way::Out.word() => told.ours.push((name, value)),
            Some(way) if way == Way::In.word() => told.theirs.push((name, value)),
            _ => return Err(unreadable("a field does not say which way it goes: `out` or `in`")),
        }
    }
    Ok(told)
}

fn picked(map: &Value, names: &[(&str, &str)]) -> Vec<(String, String)> {
    let one = |(theirs, ours): &(&str, &str)| Some(((*ours).to_owned(), text(map.get(*theirs)?)?));
    names.iter().filter_map(one).collect()
}

fn read_service_now(value: &Value) -> Result<Told, AppError> {
    let row = value.get("result").unwrap_or(value);
    let theirs = [
        ("number", "their_number"),
        ("state", "their_state"),
        ("approval", "their_approval"),
        ("approved_by", "their_approver"),
        ("comments", "their_comment"),
    ];
    Ok(Told {
        plan: row.get("correlation_id").and_then(text).filter(|id| !id.is_empty()).ok_or_else(no_plan)?,
        ours: picked(row, &[("short_description", "title"), ("backout_plan", "way_back")]),
        theirs: picked(row, &theirs),
    })
}

fn read_jira(value: &Value) -> Result<Told, AppError> {
    let properties = value.get("properties").cloned().unwrap_or_else(|| Value::Object(Map::new()));
    let own = match &properties {
        Value::Array(all) => all.iter().find(|one| one["key"] == "holdpoint").map(|one| one["value"].clone()),
        Value::Object(map) => map.get("holdpoint").map(|one| one.get("value").unwrap_or(one).clone()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    };
    let plan = own.and_then(|own| own.get("plan").and_then(text)).ok_or_else(no_plan)?;
    let fields = value.get("fields").cloned().unwrap_or_default();
    let mut theirs = picked(value, &[("key", "their_number")]);
    theirs.extend(picked(&fields, &[("status", "their_state")]));
    Ok(Told { plan, ours: picked(&fields, &[("summary", "title")]), theirs })
}
