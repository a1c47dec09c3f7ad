//! The operations of the API but files: polls, what is to be done, what devices tell.
//!
//! Unknown members are passed over on purpose: clients send more than the contract says, and each sends something else.

use super::{Asking, Ddi, files};
use crate::problem::{Problem, ProblemCode};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use holdpoint_app::agents;
use holdpoint_app::controllers::{self, Agreement, Answered, Attributes, Feedback, Offer, Said};
use holdpoint_app::store::controller::{AttributeMode, Confirms, ControllerAction};
use serde_json::{Value, json};
use std::collections::BTreeMap;

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

/// `HH:MM:SS`, with up to a tenth more or less, so that devices that were started together do not stay together.
fn sleep(seconds: u64, chance: u8) -> String {
    let spread = seconds / 5;
    let seconds = seconds - seconds / 10 + spread * u64::from(chance) / 255;
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
) -> Result<Response, Problem> {
    let name = asking.name.clone();
    let found = ddi.run(move |app| {
        controllers::take_back_overdue(app, &name)?;
        match controllers::offers(app, &name) {
            Ok(found) => Ok(Some((found, controllers::is_due(app, &name)?))),
            // A candidate is told how often to ask, and nothing else.
            Err(holdpoint_app::AppError::NotFound { .. }) => Ok(None),
            Err(why) => Err(why),
        }
    });
    let chance = ddi.inner.app.random_bytes::<1>()[0];
    let Some(((_, actions, wanted), due)) = found.await? else {
        return Ok(hal(
            &json!({ "config": { "polling": { "sleep": sleep(USUAL_S, chance) } }, "_links": {} }),
        ));
    };
    let seconds = if due || !actions.is_empty() { SOON_S } else { USUAL_S };
    let mut links = serde_json::Map::new();
    let base = &asking.base;
    if let Some(action) = actions.first() {
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
    let name = asking.name.clone();
    if let Some(last) = ddi.run(move |app| controllers::installed(app, &name)).await? {
        links.insert(
            "installedBase".into(),
            json!({ "href": format!("{base}/installedBase/{}", last.number) }),
        );
    }
    if wanted {
        links.insert("configData".into(), json!({ "href": format!("{base}/configData") }));
    }
    Ok(hal(&json!({ "config": { "polling": { "sleep": sleep(seconds, chance) } }, "_links": links })))
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
    let (one, actions, _) = ddi.run(move |app| controllers::offers(app, &name)).await?;
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
    let failed = status["result"]["finished"].as_str() == Some("failure");
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

fn answered(answered: Answered) -> Response {
    match answered {
        Answered::Kept => StatusCode::OK.into_response(),
        Answered::Gone => StatusCode::GONE.into_response(),
        Answered::TooOften => {
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "3600")]).into_response()
        }
    }
}

pub(super) async fn deployment_feedback(
    State(ddi): State<Ddi>,
    Extension(asking): Extension<Asking>,
    Path((_, _, action)): Path<(String, String, String)>,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let (number, told) = (action_number(&action)?, feedback(&body(&bytes)?)?);
    let kept = ddi.run(move |app| controllers::answer_deployment(app, &asking.name, number, &told));
    Ok(answered(kept.await?))
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
    let (number, told) = (action_number(&action)?, feedback(&body(&bytes)?)?);
    let kept = ddi.run(move |app| controllers::answer_cancel(app, &asking.name, number, &told));
    Ok(answered(kept.await?))
}

pub(super) async fn confirmation_feedback(
    State(ddi): State<Ddi>,
    Extension(asking): Extension<Asking>,
    Path((_, _, action)): Path<(String, String, String)>,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let (number, value) = (action_number(&action)?, body(&bytes)?);
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
    let told = Feedback { said: Said::Going(word), details };
    let kept =
        ddi.run(move |app| controllers::answer_confirmation(app, &asking.name, number, (agrees, &told)));
    Ok(answered(kept.await?))
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
