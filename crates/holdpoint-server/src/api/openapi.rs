//! The description of the API, made from the types and from the table of who may call what.

use std::sync::OnceLock;

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::openapi::path::{HttpMethod, Operation, PathItem};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};

use super::lists::{List, NoParams};
use crate::access::{Access, RULES};
use crate::problem::{Problem, ProblemCode, ProblemItem, ProblemView};
use crate::request::Query;

/// The description of the API in OpenAPI 3.1.
#[must_use]
pub fn openapi() -> OpenApi {
    let mut api = super::router().into_openapi();
    let components = api.components.get_or_insert_default();
    components.schemas.insert("Problem".to_owned(), ProblemView::schema());
    components.schemas.insert("ProblemItem".to_owned(), ProblemItem::schema());
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
        "__Host-holdpoint",
        "Set by signing in. Over plain HTTP on the machine itself it is called `holdpoint`.",
    )));
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.security_schemes.insert("session".to_owned(), RefOr::T(cookie));
    components.security_schemes.insert("token".to_owned(), RefOr::T(bearer));
    for (path, item) in &mut api.paths.paths {
        describe(path, item);
    }
    api
}

/// The same as text, as `docs/openapi.json` holds it.
#[must_use]
pub fn openapi_json() -> String {
    let mut text = openapi().to_pretty_json().expect("the description is made of texts and numbers");
    text.push('\n');
    text
}

fn describe(path: &str, item: &mut PathItem) {
    let methods = [
        (HttpMethod::Get, "GET", &mut item.get),
        (HttpMethod::Put, "PUT", &mut item.put),
        (HttpMethod::Post, "POST", &mut item.post),
        (HttpMethod::Patch, "PATCH", &mut item.patch),
        (HttpMethod::Delete, "DELETE", &mut item.delete),
    ];
    for (_, method, operation) in methods {
        if let Some(operation) = operation {
            operation.operation_id = Some(operation_id(method, path));
            let rule = RULES.iter().find(|rule| rule.method == method && rule.path == path);
            if let Some(rule) = rule {
                restrict(operation, rule.access);
            }
        }
    }
}

/// For example `get_advisories_by_id_impact`.
fn operation_id(method: &str, path: &str) -> String {
    let words = path.trim_start_matches("/api/v1/").replace('{', "by_").replace('}', "");
    let words: String = words.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    format!("{}_{words}", method.to_lowercase())
}

/// Writes into an operation who may call it, and how it refuses.
fn restrict(operation: &mut Operation, access: Access) {
    let asked = match access {
        Access::Public { why } => format!("Open to everybody: {why}."),
        Access::SignedIn => "Needs a session or a token.".to_owned(),
        Access::Needs(permission) => format!("Needs the permission `{permission}`."),
    };
    let text = operation.description.take().unwrap_or_default();
    operation.description = Some(format!("{text}\n\n{asked}").trim().to_owned());
    let responses = &mut operation.responses.responses;
    responses.insert("default".to_owned(), RefOr::T(problem("Any problem (RFC 9457)")));
    if !matches!(access, Access::Public { .. }) {
        responses.insert("401".to_owned(), RefOr::T(problem("Not signed in")));
        let either = ["session", "token"];
        let requirement = |name: &str| SecurityRequirement::new(name, Vec::<String>::new());
        operation.security = Some(either.into_iter().map(requirement).collect());
    }
    if let Access::Needs(_) = access {
        responses.insert("403".to_owned(), RefOr::T(problem("The permission is missing")));
    }
}

fn problem(description: &str) -> Response {
    let content = Content::new(Some(RefOr::<utoipa::openapi::Schema>::Ref(Ref::from_schema_name("Problem"))));
    ResponseBuilder::new().description(description).content("application/problem+json", content).build()
}

/// Gives this description.
#[utoipa::path(get, path = "/openapi.json", tag = "about",
    responses((status = 200, description = "OpenAPI 3.1", content_type = "application/json")))]
pub async fn document(Query(NoParams {}): Query<NoParams>) -> Json<&'static OpenApi> {
    static DOCUMENT: OnceLock<OpenApi> = OnceLock::new();
    Json(DOCUMENT.get_or_init(openapi))
}

/// A kind of problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProblemKindView {
    /// The stable machine word.
    pub code: String,
    /// The HTTP status that goes with it.
    pub status: u16,
    /// Short name.
    pub title: String,
    /// What it means and what to do.
    pub meaning: String,
}

/// Lists all kinds of problems.
#[utoipa::path(get, path = "/problems", tag = "about",
    responses((status = 200, description = "All", body = List<ProblemKindView>)))]
pub async fn problems(Query(NoParams {}): Query<NoParams>) -> Result<Json<List<ProblemKindView>>, Problem> {
    let kind = |code: &ProblemCode| ProblemKindView {
        code: code.word().to_owned(),
        status: code.status().as_u16(),
        title: code.title().to_owned(),
        meaning: code.meaning().to_owned(),
    };
    Ok(Json(List::whole(ProblemCode::ALL.iter().map(kind).collect())))
}
