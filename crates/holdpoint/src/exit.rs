//! Exit codes, and how an error is shown.
//!
//! Codes may be added; any code that is not known is a failure.

use crate::cli::Output;
use crate::output::beside;
use holdpoint_app::{AppError, ErrorKind};
use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, also with an empty list.
    Done,
    /// Partly done; the result says what is missing.
    Partly,
    /// A signature, a hash or the audit chain does not hold.
    Integrity,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::SUCCESS,
            Exit::Partly => Self::from(7),
            Exit::Integrity => Self::from(11),
        }
    }
}

/// Prints an error to standard error and gives the exit code that says its kind.
pub fn report(error: &anyhow::Error, output: Output) -> ExitCode {
    if is_broken_pipe(error) {
        return ExitCode::SUCCESS;
    }
    let app = error.downcast_ref::<AppError>();
    match output {
        Output::Table => beside!("error: {error:#}"),
        Output::Json | Output::Jsonl => {
            let code = app.map_or("failed", AppError::code);
            beside!("{}", serde_json::json!({"code": code, "detail": format!("{error:#}")}));
        }
    }
    ExitCode::from(app.map_or(1, |app| match app.kind() {
        ErrorKind::NotAllowed => 4,
        ErrorKind::NotFound => 5,
        ErrorKind::Conflict | ErrorKind::Precondition => 6,
        ErrorKind::Yours | ErrorKind::Theirs | ErrorKind::Ours | ErrorKind::NotNow => 1,
    }))
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
    })
}
