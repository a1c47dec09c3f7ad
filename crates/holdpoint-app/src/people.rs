//! People: the first administrator, accounts, signing in, sessions, API tokens.
//!
//! Here: recognising a caller and everything about accounts. Not here: what a role may do (`holdpoint-domain`),
//! asking for it (`access_check`), and cookies and headers (`holdpoint-server`). The surprise: being seen again
//! moves a session's last-seen time without an audit entry; it is the one write that has none.

pub mod accounts;
pub mod limit;
pub mod password;
pub mod secret;
pub mod session;
pub mod setup;
pub mod tokens;

pub use session::{Recognised, RecognisedBy, recognise_session};
pub use tokens::recognise_token;
