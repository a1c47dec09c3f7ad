//! The HTTP server: the API under `/api/v1`, signing in, and the files of the web front.
//!
//! Here: reading requests strictly, recognising callers, refusing them, and the views in which answers leave the
//! program. Not here: what is done (`holdpoint-app`) and the pages themselves (`holdpoint-ui`). The surprise: an
//! endpoint that has no row in the table of `access` answers nobody, so forgetting to protect one is impossible.

pub mod access;
pub mod api;
pub mod config;
pub mod cookie;
pub mod ddi;
mod desk;
pub mod door;
pub mod frame;
pub mod gate;
mod headers;
mod health;
mod pages;
pub mod problem;
pub mod request;
mod serve;
pub mod server;

pub use api::openapi::{openapi, openapi_json};
pub use config::{
    DdiConfig, DemoData, DoorConfig, PlainHttp, ServeConfig, TargetTokens, TlsFiles, Transport,
};
pub use serve::{ServeError, serve};
pub use server::Server;

/// Whether this program was built without its pages; whoever starts it must be told.
#[must_use]
pub fn front_is_placeholder() -> bool {
    holdpoint_ui::is_placeholder()
}
