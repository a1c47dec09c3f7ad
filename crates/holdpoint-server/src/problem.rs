//! Problems: every answer of the API that is not a success, in the shape of RFC 9457.
//!
//! Here: the closed list of codes with their words, the shape, and the way from an error of a use case to it.
//! Not here: filling in the request's id and address, which the outermost layer does (`frame`), because only
//! there all refusals come by, those of the libraries included. The surprise: `changed` can be absent. It is
//! when nobody knows whether the write went through, as after a time limit.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use holdpoint_app::store::StoreError;
use holdpoint_app::{AppError, ErrorKind, Refused};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Defines the closed list of problem codes.
macro_rules! problem_codes {
    ($($variant:ident = $code:literal, $status:ident, $title:literal, $meaning:literal;)*) => {
        /// What kind of problem it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum ProblemCode { $(#[doc = $meaning] $variant,)* }

        impl ProblemCode {
            /// All codes.
            pub const ALL: &'static [ProblemCode] = &[$(ProblemCode::$variant,)*];

            /// The stable machine word.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The HTTP status that goes with it.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)* }
            }

            /// The short name for people.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// What it means and what to do, in general.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }
        }
    };
}

problem_codes! {
    NotSignedIn = "not-signed-in", UNAUTHORIZED, "Sign-in needed",
        "The request carries no valid session and no valid token. Sign in, or send a token that has not expired.";
    BadCredentials = "bad-credentials", UNAUTHORIZED, "Sign-in refused",
        "The name and the password do not belong together, or the account may not sign in. Which of them is not said.";
    NotAllowed = "not-allowed", FORBIDDEN, "Not allowed",
        "The account lacks a permission, or lacks it for this site. The detail names it and the roles that carry it.";
    CrossSite = "cross-site", FORBIDDEN, "Request from another site",
        "The browser says that another site made this request. Use Holdpoint's own pages; a proxy must pass Host and Origin on unchanged.";
    NotFound = "not-found", NOT_FOUND, "Not found",
        "There is no such thing, or it stands on a site that the account may not see.";
    MethodNotAllowed = "method-not-allowed", METHOD_NOT_ALLOWED, "Method not allowed",
        "This address exists, with other methods. The API's description lists them.";
    Conflict = "conflict", CONFLICT, "Conflict with what is there",
        "The request does not fit the present state. The detail says which state and what to do.";
    PreconditionFailed = "precondition-failed", PRECONDITION_FAILED, "Changed meanwhile",
        "Somebody changed the thing after it was read. Read it again, compare, and send the change once more.";
    PreconditionRequired = "precondition-required", PRECONDITION_REQUIRED, "If-Match needed",
        "This change needs the header If-Match with the ETag that was read, so that nobody overwrites another's work unseen.";
    TooLarge = "too-large", PAYLOAD_TOO_LARGE, "Too large",
        "The body is larger than the limit of this address. Send less at once.";
    UnsupportedMedia = "unsupported-media-type", UNSUPPORTED_MEDIA_TYPE, "Media type not taken",
        "The body is not of a type that this address takes. Send JSON with Content-Type application/json.";
    Invalid = "invalid", BAD_REQUEST, "Request not understood",
        "A parameter or the body could not be read, or a parameter is unknown. The errors say which.";
    Unprocessable = "unprocessable", UNPROCESSABLE_ENTITY, "Content not accepted",
        "The request was read, and its content breaks a rule. The errors say which.";
    TooMany = "too-many", TOO_MANY_REQUESTS, "Too many tries",
        "There were too many tries in a short time. Wait for as long as the header Retry-After says.";
    Timeout = "timeout", SERVICE_UNAVAILABLE, "Not done in time",
        "The request took longer than its limit. A write may still complete: look at the audit log before trying again.";
    Busy = "busy", SERVICE_UNAVAILABLE, "Not now",
        "Holdpoint is busy with other work. Try again in a moment.";
    Upstream = "source-failed", BAD_GATEWAY, "A source did not answer as it should",
        "A server outside Holdpoint failed or was refused. The detail says which and why.";
    Ours = "ours", INTERNAL_SERVER_ERROR, "Fault in Holdpoint",
        "Something went wrong that the request is not to blame for. The log has the cause under the request's id.";
}

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProblemItem {
    /// Where: a JSON pointer into the body, `?name` for a query parameter, or empty.
    pub pointer: String,
    /// Stable machine word.
    pub code: String,
    /// What is wrong, for people.
    pub detail: String,
}

/// An answer that is not a success (RFC 9457, `application/problem+json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemView {
    /// Address of the description of this kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// Short name of the kind.
    pub title: String,
    /// The HTTP status again.
    pub status: u16,
    /// What happened, what it means, what to do.
    pub detail: String,
    /// Path of the request.
    pub instance: String,
    /// Stable machine word of the kind.
    pub code: String,
    /// What exactly is wrong with the request; empty when the detail says all.
    pub errors: Vec<ProblemItem>,
    /// `false`: nothing was changed. Absent: nobody knows; look at the audit log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<bool>,
    /// The request's id, under which the log speaks of it.
    pub request_id: String,
}

/// A problem on its way out of a handler.
#[derive(Debug, Clone)]
pub struct Problem {
    /// Its kind.
    pub code: ProblemCode,
    /// What happened, what it means, what to do.
    pub detail: String,
    /// What exactly is wrong with the request.
    pub errors: Vec<ProblemItem>,
    /// Seconds after which another try makes sense.
    pub retry_after_s: Option<u64>,
}

impl Problem {
    /// A problem of that kind with these words.
    #[must_use]
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), errors: Vec::new(), retry_after_s: None }
    }

    /// A problem that only its kind's general words describe.
    #[must_use]
    pub fn plain(code: ProblemCode) -> Self {
        Self::new(code, code.meaning())
    }

    /// The same with one more error in its list.
    #[must_use]
    pub fn with(mut self, pointer: &str, code: &str, detail: impl Into<String>) -> Self {
        self.errors.push(ProblemItem {
            pointer: pointer.to_owned(),
            code: code.to_owned(),
            detail: detail.into(),
        });
        self
    }

    /// The shape for the wire.
    #[must_use]
    pub fn view(&self, instance: &str, request_id: &str) -> ProblemView {
        ProblemView {
            kind: format!("/api/v1/problems#{}", self.code.word()),
            title: self.code.title().to_owned(),
            status: self.code.status().as_u16(),
            detail: self.detail.clone(),
            instance: instance.to_owned(),
            code: self.code.word().to_owned(),
            errors: self.errors.clone(),
            changed: if self.code == ProblemCode::Timeout { None } else { Some(false) },
            request_id: request_id.to_owned(),
        }
    }

    /// The kind that fits a status that some library gave without words.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        let found = ProblemCode::ALL.iter().copied().find(|code| code.status() == status);
        let code =
            found.unwrap_or(if status.is_server_error() { ProblemCode::Ours } else { ProblemCode::Invalid });
        Self::plain(code)
    }
}

impl IntoResponse for Problem {
    /// Leaves the problem in the response's extensions; `frame::outermost` writes the body.
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        if let AppError::Store(cause) = &error
            && let Some(problem) = Self::of_store(cause)
        {
            return problem;
        }
        let code = match error.kind() {
            ErrorKind::Yours => ProblemCode::Unprocessable,
            ErrorKind::NotAllowed => ProblemCode::NotAllowed,
            ErrorKind::NotFound => ProblemCode::NotFound,
            ErrorKind::Conflict => ProblemCode::Conflict,
            ErrorKind::Precondition => ProblemCode::PreconditionFailed,
            ErrorKind::Theirs => ProblemCode::Upstream,
            ErrorKind::NotNow => ProblemCode::Busy,
            ErrorKind::Ours => {
                // The chain goes to the log, not to whoever asked.
                tracing::error!(error = %chain(&error), "a request failed");
                return Self::plain(ProblemCode::Ours);
            }
        };
        let text = chain(&error);
        Self::new(code, text.clone()).with("", error.code(), text)
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        Self::from(AppError::from(refused))
    }
}

impl Problem {
    /// Faults that the store finds and that are the request's.
    fn of_store(error: &StoreError) -> Option<Self> {
        let text = error.to_string();
        match error {
            StoreError::Filter(_) => {
                Some(Self::new(ProblemCode::Invalid, text.clone()).with("?filter", "filter", text))
            }
            StoreError::List { .. } => {
                Some(Self::new(ProblemCode::Invalid, text.clone()).with("?", "list", text))
            }
            StoreError::Conflict { .. } => Some(Self::new(ProblemCode::Conflict, text)),
            StoreError::Busy { .. } => Some(Self::new(ProblemCode::Busy, text)),
            StoreError::OutcomeUnknown { .. } => Some(Self::new(ProblemCode::Timeout, text)),
            _ => None,
        }
    }
}

/// The error and its causes in one line.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
