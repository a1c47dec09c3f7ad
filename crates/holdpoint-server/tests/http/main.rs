//! The server from outside: requests in, answers out, over SQLite and over PostgreSQL.
//!
//! No socket is opened except where listening itself is tested; requests go straight into the router. The clock
//! stands still until a test moves it.

mod access;
mod approval;
mod asset_matching;
mod attacks;
mod deployments;
mod kept;
mod listening;
mod openapi;
mod patches;
mod people;
mod plans;
mod plant;
mod review;
mod shapes;
mod sites;
mod statements;
mod tokens;
mod triage;
mod world;
