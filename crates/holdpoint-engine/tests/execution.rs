//! Carrying out a plan: single rules as small stories, and a plant in a box that does everything wrong that a plant can do.

#![expect(
    clippy::disallowed_methods,
    reason = "the golden table is a file, and the number of plants is asked for by name"
)]

#[path = "execution/dice.rs"]
mod dice;
#[path = "execution/plant.rs"]
mod plant;
#[path = "execution/restart.rs"]
mod restart;
#[path = "execution/rules.rs"]
mod rules;
#[path = "execution/simulator.rs"]
mod simulator;
#[path = "execution/watcher.rs"]
mod watcher;
