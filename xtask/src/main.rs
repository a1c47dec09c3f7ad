//! The house's own tools: `cargo xtask test | tidy | generate | bench`.
//!
//! Here: choosing the tool. Each tool is a module with one `run`. Not here: anything a plant needs at run time;
//! no room depends on this crate, and this crate depends on no room.

mod bench;
mod generate;
mod root;
mod test;
mod tidy;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <tool>

  test [--only STEP]   everything a change must pass; installs or starts what the tests need
                       (steps: needs format clippy build tidy rust web-check web-lint web-unit browser)
  tidy [-v] [--quick]  the rules of the house; -v lists what is near a limit,
                       --quick leaves out generated files and licences, which need a build
  generate             writes docs/openapi.json and web/src/api/schema.ts anew
  bench VERB …         measures the release build: time, memory, markdown rows; without a verb it lists them";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test", options @ ..] => test::run(options),
        ["tidy", options @ ..] => tidy::run(options),
        ["generate"] => generate::run(),
        ["bench", options @ ..] => bench::run(options),
        _ => Err(anyhow::anyhow!("no such tool\n{USAGE}")),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
