//! Two addresses for whoever watches the program: does it live, and can it serve?

use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::AppError;

use crate::problem::Problem;
use crate::server::Server;

/// The program runs. Asks nothing of the database.
pub async fn live() -> &'static str {
    "alive\n"
}

/// The database answers.
///
/// # Errors
/// A [`Problem`] when it does not.
pub async fn ready(State(server): State<Server>) -> Result<(StatusCode, &'static str), Problem> {
    server.run(|app| app.store().read(|reader| reader.audit_head()).map_err(AppError::from)).await?;
    Ok((StatusCode::OK, "ready\n"))
}
