//! `cargo xtask test`: everything a change must pass, on a machine that has only Rust and Node.
//!
//! Here: the steps, their order, and the closing line. Not here: installing what is missing (`needs`), the
//! throw-away database (`postgres`). The surprise: the browser tests use the very program that the Rust tests
//! use, and run beside them; nothing is compiled twice.

mod count;
mod needs;
mod postgres;

use std::env;
use std::fs;
use std::io;
use std::ops::Add;
use std::path::Path;
use std::process::{Command, ExitCode, Output, Stdio};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use self::count::Count;
use self::postgres::Postgres;
use crate::{root, tidy};

/// The test that takes longest, and where it is.
const STORY: &str = "twelve_hosts_are_patched_in_waves_while_server_and_agents_are_killed";
const STORY_FILE: &str = "deployment_story";

/// One step of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Needs,
    Format,
    Clippy,
    Build,
    Tidy,
    WebCheck,
    WebLint,
    WebUnit,
    Tests,
    Rust,
    Browser,
}

/// The whole run.
const STEPS: [Step; 9] = [
    Step::Needs,
    Step::Format,
    Step::Clippy,
    Step::Build,
    Step::Tidy,
    Step::WebCheck,
    Step::WebLint,
    Step::WebUnit,
    Step::Tests,
];

/// The halves of [`Step::Tests`], for whoever wants one alone.
const HALVES: [Step; 2] = [Step::Rust, Step::Browser];

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Needs => "needs",
            Self::Format => "format",
            Self::Clippy => "clippy",
            Self::Build => "build",
            Self::Tidy => "tidy",
            Self::WebCheck => "web-check",
            Self::WebLint => "web-lint",
            Self::WebUnit => "web-unit",
            Self::Tests => "tests",
            Self::Rust => "rust",
            Self::Browser => "browser",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Needs => "what the tests need: PostgreSQL, Chromium, Node, the web's packages",
            Self::Format => "cargo fmt --check",
            Self::Clippy => "cargo clippy, warnings are errors",
            Self::Build => "the workspace, with its web front and all tests",
            Self::Tidy => "the rules of the house",
            Self::WebCheck => "types of the web front",
            Self::WebLint => "style of the web front",
            Self::WebUnit => "unit tests of the web front",
            Self::Tests => "Rust tests, and beside them the program in a browser",
            Self::Rust => "Rust tests, those of the store on SQLite and on PostgreSQL",
            Self::Browser => "the program in a browser",
        }
    }

    fn run(self) -> Result<Done> {
        match self {
            Self::Needs => needs::prepare().map(|()| Done::passed()),
            Self::Format => plain(root::cargo().args(["fmt", "--all", "--check"])),
            Self::Clippy => {
                plain(root::cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
            }
            Self::Build => plain(root::cargo().args(["build", "--workspace", "--all-targets"])),
            Self::Tidy => tidy::run(&[]).map(|code| Done::from_success(code == ExitCode::SUCCESS)),
            Self::WebCheck => plain(root::npm().args(["run", "check"])),
            Self::WebLint => plain(root::npm().args(["run", "lint"])),
            Self::WebUnit => counted(root::npm().args(["test"])),
            Self::Tests => all_tests(),
            Self::Rust => rust_tests(),
            Self::Browser => counted(&mut browser_tests()?),
        }
    }
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Done {
    passed: bool,
    /// Tests that were counted from the runner's own words; zero for steps that are no tests.
    count: Count,
}

impl Done {
    fn passed() -> Self {
        Self { passed: true, count: Count::default() }
    }

    fn from_success(passed: bool) -> Self {
        Self { passed, count: Count::default() }
    }
}

impl Add for Done {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { passed: self.passed && other.passed, count: self.count + other.count }
    }
}

/// Runs all steps, or the one that is named, and stops at the first that fails.
///
/// # Errors
/// When an option is not known. A step that fails is not an error here, but told and answered with a bad exit code.
pub fn run(options: &[&str]) -> Result<ExitCode> {
    let steps: Vec<Step> = match options {
        [] => STEPS.to_vec(),
        ["--only", name] => {
            let known: Vec<Step> = STEPS.into_iter().chain(HALVES).collect();
            match known.iter().find(|step| step.name() == *name) {
                Some(step) => vec![*step],
                None => {
                    let names: Vec<_> = known.into_iter().map(Step::name).collect();
                    bail!("there is no step `{name}`; the steps are: {}", names.join(" "))
                }
            }
        }
        _ => bail!("test knows only `--only STEP`"),
    };
    let mut total = Count::default();
    for (index, step) in steps.iter().enumerate() {
        println!("\n== {} of {}: {} ({})", index + 1, steps.len(), step.title(), step.name());
        let start = Instant::now();
        let done = match step.run() {
            Ok(done) => done,
            Err(error) => {
                println!("error: {error:#}");
                Done::from_success(false)
            }
        };
        total = total + done.count;
        let verdict = if done.passed { "passed" } else { "FAILED" };
        println!("== {} {verdict} in {:.1} s", step.name(), start.elapsed().as_secs_f64());
        if !done.passed {
            let left: Vec<_> = steps[index + 1..].iter().map(|step| step.name()).collect();
            let left = if left.is_empty() { "nothing".to_owned() } else { left.join(" ") };
            println!("\nstopped at `{}`; left out: {left}", step.name());
            println!("again from here: cargo xtask test --only {}", step.name());
            close(total);
            return Ok(ExitCode::FAILURE);
        }
    }
    close(total);
    Ok(ExitCode::SUCCESS)
}

/// The closing line counts only what test runners said themselves; without any it is left out.
fn close(total: Count) {
    if total.passed + total.failed > 0 {
        println!("\n{} passed, {} failed", total.passed, total.failed);
    }
}

fn plain(command: &mut Command) -> Result<Done> {
    println!("$ {}", root::shown(command));
    let status = command.status().with_context(|| format!("cannot start `{}`", root::shown(command)))?;
    Ok(Done::from_success(status.success()))
}

/// Runs a test runner, shows what it prints on stdout and counts its tests.
fn counted(command: &mut Command) -> Result<Done> {
    println!("$ {}", root::shown(command));
    let shown = root::shown(command);
    let mut child =
        command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start `{shown}`"))?;
    let output = child.stdout.take().expect("stdout was piped");
    let count = count::show_and_count(output);
    let status = child.wait().with_context(|| format!("`{shown}` was lost"))?;
    let count = count?;
    if status.success() && count.passed == 0 {
        bail!("`{shown}` ended well but ran no test");
    }
    if count.ignored > 0 {
        bail!("`{shown}` left {} tests out; a test that does not run proves nothing", count.ignored);
    }
    Ok(Done { passed: status.success() && count.failed == 0, count })
}

/// What runs aside: nothing of it is seen before it ends.
fn aside(command: &mut Command) -> io::Result<(String, Output)> {
    let shown = root::shown(command);
    command.stdin(Stdio::null()).output().map(|output| (shown, output))
}

/// Shows what ran aside, and counts its tests.
fn told((shown, output): (String, Output)) -> Result<Done> {
    println!("$ {shown}");
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    let count = count::show_and_count(&*output.stdout)?;
    Ok(Done {
        passed: output.status.success() && count.passed > 0 && count.failed + count.ignored == 0,
        count,
    })
}

/// Both halves at once: the browser waits for its pages as often as the Rust tests wait for their disks.
fn all_tests() -> Result<Done> {
    let mut browser = browser_tests()?;
    thread::scope(|scope| {
        let browser = scope.spawn(move || aside(&mut browser));
        let rust = rust_tests()?;
        let browser = browser.join().expect("a thread that only waits does not panic");
        Ok(rust + told(browser.context("cannot start the browser tests")?)?)
    })
}

fn rust_tests() -> Result<Done> {
    let postgres = Postgres::start()?;
    println!("PostgreSQL: {}", postgres.url());
    // One more than there are cores, since a test waits for its disk now and then.
    let threads = thread::available_parallelism()?.get() + 1;
    let test = || {
        let mut command = root::cargo();
        command.args(["test", "--workspace"]).env("HOLDPOINT_TEST_POSTGRES", postgres.url());
        if env::var_os("RUST_TEST_THREADS").is_none() {
            command.env("RUST_TEST_THREADS", threads.to_string());
        }
        command
    };
    // The story waits for its hosts most of the time; beside it the others have a core and more.
    let mut story = test();
    story.args(["--test", STORY_FILE, "--", "--exact", STORY]);
    let mut others = test();
    others.args(["--no-fail-fast", "--", "--skip", STORY]);
    thread::scope(|scope| {
        let story = scope.spawn(move || aside(&mut story));
        let others = counted(&mut others)?;
        let story = story.join().expect("a thread that only waits does not panic");
        Ok(others + told(story.context("cannot start the story of the hosts")?)?)
    })
}

/// The browser tests, ready to run.
fn browser_tests() -> Result<Command> {
    let binary = root::debug_binary();
    if !binary.is_file() {
        bail!("`{}` is not built; run `cargo build --workspace --all-targets` first", binary.display());
    }
    if has_no_pages(&binary)? {
        bail!("the program was built without its web front; the warnings of the step `build` say why");
    }
    let chromium = needs::chromium().context("Chromium is missing; run `cargo xtask test --only needs`")?;
    let mut command = root::npm();
    command.args(["run", "browser"]).env("HOLDPOINT_BIN", binary).env("CHROMIUM", chromium);
    Ok(command)
}

/// Whether the page that stands in for the web front is in the program.
///
/// A debug build goes on when npm fails, so that work on the rest is not held up; here that must not pass unseen.
fn has_no_pages(binary: &Path) -> Result<bool> {
    let program = fs::read(binary).with_context(|| format!("cannot read `{}`", binary.display()))?;
    let mark = br#"data-page="holdpoint-placeholder""#;
    Ok(program.windows(mark.len()).any(|part| part == mark))
}
