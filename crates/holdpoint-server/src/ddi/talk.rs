//! The operations of the API but files: polls, what is to be done, what devices tell.
//!
//! Unknown members are passed over on purpose: clients send more than the contract says, and each sends something else.

use super::{Asking, Ddi, files};
use crate::problem::{Problem, ProblemCode};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use holdpoint_app::controllers::{
    self, Agreement, Answered, Attributes, Feedback, Known, Offer, Said, Standing, Told, What,
};
use holdpoint_app::store::controller::{AttributeMode, Confirms, ControllerAction};
use holdpoint_app::{App, agents};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How often a device asks for which nothing is planned soon.
const USUAL_S: u64 = 300;
/// How often one asks for which something begins soon.
const SOON_S: u64 = 30;

pub(super) fn hal(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/hal+json")], value.to_string()).into_response()
}

fn action_number(text: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| Problem::plain(ProblemCode::NotFound))
}

fn body(bytes: &Bytes) -> Result<Value, Problem> {
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(bytes).map_err(|why| {
        Problem::new(ProblemCode::Invalid, format!("the body is no JSON: {why}; nothing was kept"))
    })
}

/// `HH:MM:SS`, with up to a tenth more or less by the device's name, so that devices that were started together do not stay
/// together, and none is told another time with each answer.
fn sleep(seconds: u64, name: &str) -> String {
    let chance = u64::from(agents::fingerprint(name.as_bytes())[0]);
    let seconds = seconds - seconds / 10 + seconds / 5 * chance / 255;
    format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// Where an action stands for the device.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stand {
    Cancel,
    Confirm,
    Deploy,
}

fn stand(action: &ControllerAction) -> Stand {
    match (action.state.as_str(), action.confirmation.as_str()) {
        ("canceling", _) => Stand::Cancel,
        (_, "wanted") => Stand::Confirm,
        _ => Stand::Deploy,
    }
}

/// Changes when the action does, so that a client that remembers links sees it.
fn change(action: &ControllerAction) -> String {
    let text = format!("{} {} {}", action.number, action.state, action.confirmation);
    files::hex(&agents::fingerprint(text.as_bytes())).chars().take(8).collect()
}

pub(super) async fn poll(
    State(ddi): State<Ddi>,
    Extension(asking): Extension<Asking>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some(known) = &asking.known else {
        return Ok(hal(&polled(USUAL_S, &asking, &serde_json::Map::new())));
    };
    let app = &ddi.inner.app;
    let standing = match controllers::standing_in_memory(app, known) {
        Some(standing) => standing,
        None => {
            let known = Arc::clone(known);
            ddi.run(move |app| controllers::standing(app, &known)).await?
        }
    };
    let soon = controllers::is_due(app, known) || !standing.actions.is_empty();
    let links = links(app, known, &standing, &asking.base);
    Ok(unless_known(&polled(if soon { SOON_S } else { USUAL_S }, &asking, &links), &headers))
}

fn polled(seconds: u64, asking: &Asking, links: &serde_json::Map<String, Value>) -> Value {
    json!({ "config": { "polling": { "sleep": sleep(seconds, &asking.name) } }, "_links": links })
}

/// What there is to do, as links.
fn links(app: &App, known: &Known, standing: &Standing, base: &str) -> serde_json::Map<String, Value> {
    let mut links = serde_json::Map::new();
    if let Some(action) = standing.actions.first() {
        let number = action.number;
        let (rel, href) = match stand(action) {
            Stand::Cancel => ("cancelAction", format!("{base}/cancelAction/{number}")),
            Stand::Confirm => {
                ("confirmationBase", format!("{base}/confirmationBase/{number}?c={}", change(action)))
            }
            Stand::Deploy => {
                ("deploymentBase", format!("{base}/deploymentBase/{number}?c={}", change(action)))
            }
        };
        links.insert(rel.to_owned(), json!({ "href": href }));
    }
    if let Some(last) = standing.installed {
        links.insert("installedBase".into(), json!({ "href": format!("{base}/installedBase/{last}") }));
    }
    if !standing.has_told || controllers::is_asked(app, known) {
        links.insert("configData".into(), json!({ "href": format!("{base}/configData") }));
    }
    links
}

/// The answer with its tag, or one line to a device that has it already.
fn unless_known(value: &Value, headers: &HeaderMap) -> Response {
    let text = value.to_string();
    let hash = files::hex(&agents::fingerprint(text.as_bytes()));
    let tag = format!("\"{}\"", hash.get(..32).unwrap_or_default());
    let has = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if has {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, "application/hal+json")], text).into_response()
    };
    if let Ok(tag) = HeaderValue::try_from(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

pub(super) async fn config_data(
    State(ddi): State<Ddi>,
    Extension(asking): Extension<Asking>,
    bytes: Bytes,
) -> Result<StatusCode, Problem> {
    let value = body(&bytes)?;
    let mode = match value["mode"].as_str() {
        None | Some("merge") => AttributeMode::Merge,
        Some("replace") => AttributeMode::Replace,
        Some("remove") => AttributeMode::Remove,
        Some(_) => return Err(Problem::new(ProblemCode::Invalid, "`mode` is merge, replace or remove")),
    };
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let data: BTreeMap<String, String> = value["data"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), text(value)))
        .collect();
    let new = Attributes { mode, data };
    ddi.run(move |app| controllers::put_attributes(app, &asking.name, &new)).await?;
    Ok(StatusCode::OK)
}

async fn offered(ddi: &Ddi, asking: &Asking, action: &str) -> Result<Offer, Problem> {
    let (name, number) = (asking.name.clone(), action_number(action)?);
    ddi.run(move |app| controllers::offer(app, &name, number)).await
}

fn described(asking: &Asking, offer: &Offer, key: &str, files: &Value) -> Value {
    let Offer { action, part, history, .. } = offer;
    let mut described = json!({
        "id": action.number.to_string(),
        key: {
            "download": "forced",
            "update": "forced",
            "chunks": [{ "part": "bApp", "name": part, "version": action.version, "artifacts": files }],
        },
    });
    if let Some((_, status, messages)) = history.first() {
        described["actionHistory"] = json!({ "status": status.to_uppercase(), "messages": messages });
    }
    let base = &asking.base;
    described["_links"] = json!({ "self": { "href": format!("{base}/deploymentBase/{}", action.number) } });
    described
}

pub(super) async fn deployment(
    State(ddi): State<Ddi>,
    Extension(asking): Extension<Asking>,
    Path((_, _, action)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let offer = offered(&ddi, &asking, &action).await?;
    if offer.action.closed_at.is_some() || stand(&offer.action) != Stand::Deploy {
        return Err(Problem::plain(ProblemCode::NotFound));
    }
    let files = files::described(&ddi, &asking, &offer).await?;
    Ok(hal(&described(&asking, &offer, "deployment", &files)))
}

pub(super) async fn installed(
    State(ddi): State<Ddi>,
    Extension(asking): Extension<Asking>,
    Path((_, _, action)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let offer = offered(&ddi, &asking, &action).await?;
    if offer.action.outcome.as_deref() != Some("finished") {
        return Err(Problem::plain(ProblemCode::NotFound));
    }
    let files = files::described(&ddi, &asking, &offer).await?;
    Ok(hal(&described(&asking, &offer, "deployment", &files)))
}

pub(super) async fn confirmation(
    State(ddi): State<Ddi>,
    Extension(asking): Extension<Asking>,
    Path((_, _, action)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let offer = offered(&ddi, &asking, &action).await?;
    if offer.action.closed_at.is_some() || stand(&offer.action) != Stand::Confirm {
        return Err(Problem::plain(ProblemCode::NotFound));
    }
    let files = files::described(&ddi, &asking, &offer).await?;
    Ok(hal(&described(&asking, &offer, "confirmation", &files)))
}

pub(super) async fn confirmations(
    State(ddi): State<Ddi>,
    Extension(asking): Extension<Asking>,
) -> Result<Response, Problem> {
    let name = asking.name.clone();
    let (one, actions) = ddi.run(move |app| controllers::offers(app, &name)).await?;
    let base = &asking.base;
    let change_it = if one.confirms { "deactivateAutoConfirm" } else { "activateAutoConfirm" };
    let mut links = json!({ change_it: { "href": format!("{base}/confirmationBase/{change_it}") } });
    if let Some(action) = actions.iter().find(|action| stand(action) == Stand::Confirm) {
        let href = format!("{base}/confirmationBase/{}?c={}", action.number, change(action));
        links["confirmationBase"] = json!({ "href": href });
    }
    Ok(hal(&json!({ "autoConfirm": { "active": one.confirms }, "_links": links })))
}

/// What a device tells, with what clients are known to send.
fn feedback(value: &Value) -> Result<Feedback, Problem> {
    let status = &value["status"];
    let failed = match &status["result"]["finished"] {
        Value::Null => false,
        Value::String(word) if word == "failure" => true,
        Value::String(word) if word == "success" || word == "none" => false,
        _ => {
            let words = "`status.result.finished` is success, failure or none; nothing was kept; send the report again with one of them";
            return Err(Problem::new(ProblemCode::Invalid, words));
        }
    };
    let said = match status["execution"].as_str().unwrap_or_default() {
        "closed" if failed => Said::Failed,
        "closed" => Said::Finished,
        "canceled" => Said::Canceled,
        "rejected" => Said::Going("rejected"),
        "proceeding" => Said::Going("proceeding"),
        "scheduled" => Said::Going("scheduled"),
        "resumed" => Said::Going("resumed"),
        "download" => Said::Going("download"),
        "downloaded" => Said::Going("downloaded"),
        _ => {
            let words = "`status.execution` is none of the words of the contract; nothing was kept";
            return Err(Problem::new(ProblemCode::Invalid, words));
        }
    };
    let details = match &status["details"] {
        Value::Array(all) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::String(one) => vec![one.clone()],
        _ => Vec::new(),
    };
    Ok(Feedback { said, details })
}

/// Refuses a report that names another action than its address: nobody can tell which of them is meant.
fn of_this(value: &Value, action: &str) -> Result<(), Problem> {
    let named = match &value["id"] {
        Value::String(id) => id.clone(),
        Value::Number(id) => id.to_string(),
        _ => return Ok(()),
    };
    if named.trim().is_empty() || named.trim() == action {
        return Ok(());
    }
    let words = "the body's `id` is another action than that of the address; nothing was kept; send the report of the action to its own address";
    Err(Problem::new(ProblemCode::Invalid, words))
}

/// Hands a report to the desk, and answers when it is on the disk.
async fn told(
    ddi: &Ddi,
    asking: Asking,
    action: &str,
    (what, feedback): (What, Feedback),
) -> Result<Response, Problem> {
    let told = Told { name: asking.name, action: action_number(action)?, what, feedback };
    Ok(match ddi.inner.desk.keep(told).await? {
        Answered::Kept => StatusCode::OK.into_response(),
        Answered::Gone => StatusCode::GONE.into_response(),
        Answered::TooOften => {
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "3600")]).into_response()
        }
        Answered::Unknown => return Err(Problem::plain(ProblemCode::NotFound)),
    })
}

pub(super) async fn deployment_feedback(
    State(ddi): State<Ddi>,
    Extension(asking): Extension<Asking>,
    Path((_, _, action)): Path<(String, String, String)>,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let value = body(&bytes)?;
    of_this(&value, &action)?;
    let feedback = feedback(&value)?;
    told(&ddi, asking, &action, (What::Deployment, feedback)).await
}

pub(super) async fn cancel(
    State(ddi): State<Ddi>,
    Extension(asking): Extension<Asking>,
    Path((_, _, action)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let offer = offered(&ddi, &asking, &action).await?;
    if offer.action.closed_at.is_some() || stand(&offer.action) != Stand::Cancel {
        return Err(Problem::plain(ProblemCode::NotFound));
    }
    let id = offer.action.number.to_string();
    Ok(hal(&json!({ "id": id, "cancelAction": { "stopId": id } })))
}

pub(super) async fn cancel_feedback(
    State(ddi): State<Ddi>,
    Extension(asking): Extension<Asking>,
    Path((_, _, action)): Path<(String, String, String)>,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let value = body(&bytes)?;
    of_this(&value, &action)?;
    let feedback = feedback(&value)?;
    told(&ddi, asking, &action, (What::Cancel, feedback)).await
}

pub(super) async fn confirmation_feedback(
    State(ddi): State<Ddi>,
    Extension(asking): Extension<Asking>,
    Path((_, _, action)): Path<(String, String, String)>,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let value = body(&bytes)?;
    of_this(&value, &action)?;
    let (agrees, word) = match value["confirmation"].as_str() {
        Some("confirmed") => (Agreement::Yes, "confirmed"),
        Some("denied") => (Agreement::No, "denied"),
        Some(_) | None => {
            let words = "`confirmation` is confirmed or denied; nothing was kept";
            return Err(Problem::new(ProblemCode::Invalid, words));
        }
    };
    let details = value["details"].as_array().into_iter().flatten();
    let details = details.filter_map(Value::as_str).map(str::to_owned).collect();
    let feedback = Feedback { said: Said::Going(word), details };
    told(&ddi, asking, &action, (What::Confirmation(agrees), feedback)).await
}

pub(super) async fn activate(
    State(ddi): State<Ddi>,
    Extension(asking): Extension<Asking>,
) -> Result<StatusCode, Problem> {
    ddi.run(move |app| controllers::auto_confirm(app, &asking.name, Confirms::ByItself)).await?;
    Ok(StatusCode::OK)
}

pub(super) async fn deactivate(
    State(ddi): State<Ddi>,
    Extension(asking): Extension<Asking>,
) -> Result<StatusCode, Problem> {
    ddi.run(move |app| controllers::auto_confirm(app, &asking.name, Confirms::Asks)).await?;
    Ok(StatusCode::OK)
}

pub(super) async fn side_loaded(
    State(ddi): State<Ddi>,
    Extension(asking): Extension<Asking>,
    bytes: Bytes,
) -> Result<StatusCode, Problem> {
    let value = body(&bytes)?;
    let (Some(name), Some(version)) = (value["name"].as_str(), value["version"].as_str()) else {
        return Err(Problem::new(ProblemCode::Invalid, "`name` and `version` are wanted; nothing was kept"));
    };
    let (name, version) = (name.to_owned(), version.to_owned());
    let new = ddi.run(move |app| controllers::side_loaded(app, &asking.name, (&name, &version))).await?;
    Ok(if new { StatusCode::CREATED } else { StatusCode::OK })
}
