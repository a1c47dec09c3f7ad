//! What is asked outside before steps of a deployment begin: a web address, a Prometheus query, a signal of the process.
//!
//! Right before an asset is changed, what stands before every step is asked at that moment: an answer of a minute ago is none then.
//!
//! The surprise: a check that cannot be asked, and one whose answer is old, is *unknown*, and a step that has an unknown check
//! before it does not begin. A person's word beside it changes nothing of that. Without TLS only hosts are asked that whoever
//! started the program has named, and the answer says that it came in the clear.

use crate::App;
use crate::access_check::Caller;
use crate::approval::{accountable, baselines::conflict, reading};
use crate::error::AppError;
use crate::planning::invalid;
use crate::plans::find_in;
use holdpoint_connectors::ask::opcua::{Endpoint, Node, Permit, Wanted};
use holdpoint_connectors::ask::{self, Must, Signal, Table};
use holdpoint_connectors::fetch::{FetchSettings, Transport};
use holdpoint_domain::access::Permission;
use holdpoint_domain::execution::{Footing, StepState};
use holdpoint_domain::id::PlanId;
use holdpoint_domain::plan::life::PlanWord;
use holdpoint_domain::plan::{ChangePlan, PlannedStep};
use holdpoint_domain::signature::Person;
use holdpoint_engine::execution::{Interlock, WaitFor};
use holdpoint_store::execution::{CheckAnswer, KeptCheck, NewCheck, StepLine};
use holdpoint_store::plan::PlanLine;
use holdpoint_store::{Change, Reader};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;

/// Largest number that every program reads exactly out of JSON, browsers among them.
const EXACT: i64 = 9_007_199_254_740_991;
/// Oldest value of a source that a check may take, in seconds: a week.
const OLDEST_S: u32 = 604_800;
/// Most checks of one plan.
const MOST: usize = 20;
/// An answer is asked for again after so long.
const ASK_AGAIN: i64 = 60_000_000;
/// While a device has an order and may not have begun it, an answer is asked for again after so long: the order is good for as long as
/// the answer is, and the device hears of it within seconds.
const ASK_FOR_DEVICES: i64 = 30_000_000;
/// Right before an asset is changed, an answer is asked for again after so long: well below what the rules take for this moment.
const ASK_AT_ONCE: i64 = 2_000_000;

/// What is asked, and what must be answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Question {
    /// A web address whose answer must have a text in it.
    Web {
        /// The address.
        url: String,
        /// The text.
        text: String,
    },
    /// A query of Prometheus whose one number must stand so to a value.
    Prometheus {
        /// The address of Prometheus.
        url: String,
        /// The query.
        query: String,
        /// `below`, `above` or `equal`.
        must: String,
        /// The value.
        value: f64,
    },
    /// A value that a controller must show, read by Modbus.
    Modbus {
        /// Its name or address.
        address: String,
        /// The port.
        port: u16,
        /// The unit.
        unit: u8,
        /// `coil`, `discrete_input`, `holding_register` or `input_register`.
        table: String,
        /// The place in the table, from 0.
        place: u16,
        /// The value.
        value: u16,
    },
    /// A value that an OPC UA server must show, read without security by an anonymous reader.
    OpcUa {
        /// The server, as `opc.tcp://HOST:PORT/PATH`.
        endpoint: String,
        /// The value's node, as `ns=2;s=NAME` or `ns=3;i=1001`.
        node: String,
        /// The value that permits.
        value: PermitValue,
        /// How old the value may be by its source's time, in seconds.
        max_age_s: u32,
    },
}

/// A value that permits: a Boolean, or a whole number. One is not taken for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PermitValue {
    /// A Boolean.
    Bit(bool),
    /// A whole number.
    Number(i64),
}

impl Question {
    /// Who is asked: one at a time what one is asked, for a controller has few connections.
    fn whom(&self) -> String {
        match self {
            Self::Web { url, .. } | Self::Prometheus { url, .. } => {
                url.split('/').take(3).collect::<Vec<_>>().join("/")
            }
            Self::Modbus { address, port, .. } => format!("{address}:{port}"),
            Self::OpcUa { endpoint, .. } => endpoint.clone(),
        }
    }
}

impl PermitValue {
    const fn wanted(self) -> Wanted {
        match self {
            Self::Bit(bit) => Wanted::Bit(bit),
            Self::Number(number) => Wanted::Number(number),
        }
    }
}

/// A check as somebody writes it down.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckWritten {
    /// What people call it.
    pub name: String,
    /// `wave`: before each wave but the first; `step`: before every step.
    pub before: String,
    /// What is asked.
    pub question: Question,
}

impl CheckWritten {
    fn check(&self) -> Result<(), AppError> {
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > 80 || name.chars().any(char::is_control) {
            return Err(invalid("name", "a check has a name of 1 to 80 characters", "name it"));
        }
        if !matches!(self.before.as_str(), "wave" | "step") {
            return Err(invalid("before", "a check stands before each `wave` or each `step`", "say which"));
        }
        if let Question::Web { url, .. } | Question::Prometheus { url, .. } = &self.question {
            address(url)?;
        }
        if let Question::OpcUa { endpoint, node, value, max_age_s } = &self.question {
            opc_ua(endpoint, node, *value, *max_age_s)?;
        }
        let long = |text: &str| text.is_empty() || text.len() > 2_000;
        let bad = match &self.question {
            Question::Web { url, text } => long(url) || long(text),
            Question::Prometheus { url, query, must, value } => {
                long(url) || long(query) || must_of(must).is_none() || !value.is_finite()
            }
            Question::Modbus { address, port, table, value, .. } => {
                let bits = matches!(table.as_str(), "coil" | "discrete_input");
                address.is_empty()
                    || address.len() > 253
                    || *port == 0
                    || table_of(table).is_none()
                    || bits && *value > 1
            }
            Question::OpcUa { .. } => false,
        };
        if bad {
            let what = "the question has an empty or endless part, or a word that is not known";
            return Err(invalid("question", what, "look at the API's description of checks"));
        }
        Ok(())
    }
}

/// Refuses what is no address of the web, and one that carries a password: everybody who sees the plan sees the check.
fn address(url: &str) -> Result<(), AppError> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let Some(host) = rest.and_then(|rest| rest.split(['/', '?', '#']).next()) else {
        let what = "a check asks an address of the web, and this is none";
        return Err(invalid("url", what, "write it as https://HOST/PATH"));
    };
    if host.contains('@') || host.is_empty() || url.chars().any(|c| c.is_control() || c.is_whitespace()) {
        let what = "the address has a name or a password in it, or no host, or a blank";
        return Err(invalid(
            "url",
            what,
            "write it as https://HOST/PATH; whoever sees the plan sees its checks",
        ));
    }
    Ok(())
}

/// Refuses what no OPC UA server can be asked for, in words of its own.
fn opc_ua(endpoint: &str, node: &str, value: PermitValue, max_age_s: u32) -> Result<(), AppError> {
    Endpoint::read(endpoint).map_err(|why| {
        let what = format!("the address of the OPC UA server cannot be used: {why}");
        invalid("endpoint", what, "write it as opc.tcp://HOST:4840/PATH")
    })?;
    Node::read(node).map_err(|why| {
        let what = format!("the node id cannot be used: {why}");
        invalid("node", what, "write it as the server shows it, as in ns=2;s=Permit or ns=3;i=1001")
    })?;
    if let PermitValue::Number(number) = value
        && !(-EXACT..=EXACT).contains(&number)
    {
        let what = format!("a whole number of a check lies between -{EXACT} and {EXACT}");
        return Err(invalid("value", what, "take a smaller one"));
    }
    if max_age_s == 0 || max_age_s > OLDEST_S {
        let what = format!("a value may be 1 to {OLDEST_S} seconds old");
        return Err(invalid("max_age_s", what, "say how old it may be by its source's time"));
    }
    Ok(())
}

fn must_of(word: &str) -> Option<Must> {
    match word {
        "below" => Some(Must::BeBelow),
        "above" => Some(Must::BeAbove),
        "equal" => Some(Must::Equal),
        _ => None,
    }
}

fn table_of(word: &str) -> Option<Table> {
    match word {
        "coil" => Some(Table::Coil),
        "discrete_input" => Some(Table::DiscreteInput),
        "holding_register" => Some(Table::HoldingRegister),
        "input_register" => Some(Table::InputRegister),
        _ => None,
    }
}

/// The checks of a plan with what they said last.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Store`].
pub fn checks(app: &App, caller: &Caller, id: &str) -> Result<Vec<(KeptCheck, Question)>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    reading(app, |r| {
        let line = find_in(r, id, &reach)?;
        of_plan(r, line.id)
    })
}

/// The checks of a plan, as they are shown.
pub(crate) fn of_plan(r: &mut Reader<'_>, plan: PlanId) -> Result<Vec<(KeptCheck, Question)>, AppError> {
    let kept = r.plan_checks(plan)?;
    Ok(kept.into_iter().filter_map(|one| Some((one.clone(), question(&one)?))).collect())
}

fn question(kept: &KeptCheck) -> Option<Question> {
    serde_json::from_str(&kept.check.body).ok()
}

/// Writes a check down for a plan. From its draft on, so that nothing of it begins before the check is there.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`]; [`AppError::Conflict`] for a plan that is over.
pub fn put_check(
    app: &App,
    caller: &Caller,
    id: &str,
    new: &CheckWritten,
    reason: &str,
) -> Result<(), AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    new.check()?;
    if let Question::Web { url, .. } | Question::Prometheus { url, .. } = &new.question {
        outward(app, url).map_err(|what| {
            let remedy =
                "write it as https://HOST/PATH; or have the program started with `--check-in-clear HOST`";
            invalid("in-clear", what, remedy)
        })?;
    }
    app.store().change(&app.intent(caller, "deployment.check", reason), |c| {
        let line = find_in(c, id, &reach)?;
        caller.require_at(Permission::WritePlans, Some(line.site))?;
        let by = accountable(caller)?;
        if !line.state.is_alive() {
            let what =
                format!("plan {} is {}, and nothing of it begins any more", line.number, line.state.word());
            return Err(conflict(
                "plan-state",
                what,
                "write the check down for the plan that is carried out",
            ));
        }
        if c.plan_checks(line.id)?.len() >= MOST {
            return Err(invalid("checks", format!("a plan has at most {MOST} checks"), "take one away"));
        }
        let body = serde_json::to_string(&new.question).unwrap_or_default();
        let check = NewCheck { name: new.name.trim().to_owned(), before: new.before.clone(), body };
        c.put_plan_check(line.id, &check, &by.name)?;
        c.plan_turned(line.id)?;
        c.about("plan", line.id);
        c.detail("check", json!({"name": check.name, "before": check.before, "question": new.question}));
        Ok::<_, AppError>(())
    })?;
    Ok(())
}

/// Takes a check away. Once the plan was submitted, only a person does who has no hand in it.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::NotFound`]; [`AppError::Invalid`] without a reason; [`AppError::Conflict`] for whoever drafted or
/// began the plan, or wrote the check.
pub fn remove_check(
    app: &App,
    caller: &Caller,
    (id, number): (&str, u32),
    reason: &str,
) -> Result<(), AppError> {
    let reach = caller.require(Permission::WritePlans)?;
    if reason.trim().is_empty() {
        return Err(invalid("reason", "a check is taken away for a reason", "say why"));
    }
    app.store().change(&app.intent(caller, "deployment.remove_check", reason), |c| {
        let line = find_in(c, id, &reach)?;
        caller.require_at(Permission::WritePlans, Some(line.site))?;
        let by = accountable(caller)?;
        let missing = || AppError::NotFound { noun: "check", id: number.to_string() };
        let kept =
            c.plan_checks(line.id)?.into_iter().find(|kept| kept.number == number).ok_or_else(missing)?;
        second_person(c, (&line, &by), &kept)?;
        c.remove_plan_check(line.id, number)?;
        c.plan_turned(line.id)?;
        c.about("plan", line.id);
        c.detail("check", json!([number, kept.check.name, kept.check.before, kept.by]));
        Ok::<_, AppError>(())
    })?;
    Ok(())
}

/// What holds the work is not taken away by whoever wants the work done. Of a draft nobody has looked at it yet.
fn second_person(
    c: &mut Change<'_>,
    (line, by): (&PlanLine, &Person),
    kept: &KeptCheck,
) -> Result<(), AppError> {
    // What came over from the plan that a draft replaces was released with that one.
    if line.state.word() == PlanWord::Draft && line.replaces.is_none() {
        return Ok(());
    }
    let part = if by.account == line.author.account {
        "drafted the plan"
    } else if c.plan_run(line.id)?.is_some_and(|run| run.started_by == by.name) {
        "began the plan"
    } else if kept.by == by.name {
        "wrote the check"
    } else {
        return Ok(());
    };
    let what = format!("{} {part}, and `{}` holds its steps back", by.name, kept.check.name);
    let remedy = "ask a person who has no hand in the plan to take it away; a stricter check can be added by anybody who may plan";
    Err(conflict("four-eyes", what, remedy))
}

/// Asks what stands before every step of a plan, at this moment, and keeps the answers: a person is about to change an asset.
///
/// # Errors
/// [`AppError::Store`].
pub(crate) fn ask_before_work(app: &App, plan: PlanId) -> Result<(), AppError> {
    let checks = app.store().read(|r| r.plan_checks(plan))?;
    let wanted = checks.into_iter().filter(|kept| kept.check.before == "step").filter_map(|kept| {
        let question = question(&kept)?;
        Some(Due { kept, question })
    });
    ask_all(app, plan, wanted.collect()).map(drop)
}

/// Asks what is to be asked of a deployment now, and keeps the answers. Gives how many were asked.
///
/// Nothing is asked while no step could begin. Blocks as long as the answers take: who is asked is asked one thing after the other,
/// and all of them at the same time, so that the first answer is not old when the last one comes.
///
/// # Errors
/// [`AppError::Store`].
pub fn ask_outside(app: &App, plan: PlanId) -> Result<u64, AppError> {
    ask_all(app, plan, due(app, plan)?)
}

fn ask_all(app: &App, plan: PlanId, wanted: Vec<Due>) -> Result<u64, AppError> {
    let mut by_whom: BTreeMap<String, Vec<Due>> = BTreeMap::new();
    for due in wanted {
        by_whom.entry(due.question.whom()).or_default().push(due);
    }
    let in_turn = |all: &[Due]| {
        let answered = all.iter().map(|one| ask_and_keep(app, plan, one).map(|()| 1));
        answered.sum::<Result<u64, AppError>>()
    };
    std::thread::scope(|scope| {
        let asked: Vec<_> = by_whom.values().map(|all| scope.spawn(move || in_turn(all))).collect();
        asked.into_iter().map(|one| one.join().unwrap_or(Ok(0))).sum()
    })
}

/// Asks, and writes the answer down also when it is the same: what was asked last counts from then, and a controller that is
/// asked once a minute is not asked in every round.
fn ask_and_keep(app: &App, plan: PlanId, due: &Due) -> Result<(), AppError> {
    let kept = &due.kept;
    let (word, what) = match ask_one(app, &due.question) {
        ask::Said::Passed { what } => ("passed", what),
        ask::Said::Refused { what } => ("refused", what),
        ask::Said::Unknown { what } => ("unknown", what),
    };
    let at = app.now();
    let caller = Caller::system("deployment");
    app.store().change(&app.intent(&caller, "deployment.check_asked", ""), |c| {
        let answer = CheckAnswer { at, word: word.to_owned(), what: what.clone() };
        c.put_check_answer(plan, kept.number, &answer)?;
        c.plan_turned(plan)?;
        c.about("plan", plan);
        c.detail("check", json!([kept.check.name, word, what]));
        Ok::<_, AppError>(())
    })?;
    Ok(())
}

/// Whether something of a deployment is to be asked now.
///
/// # Errors
/// [`AppError::Store`].
pub fn wants_asking(app: &App, plan: PlanId) -> Result<bool, AppError> {
    Ok(!due(app, plan)?.is_empty())
}

/// A check that is to be asked.
struct Due {
    kept: KeptCheck,
    question: Question,
}

/// What is to be asked now: once in a while where a step stands at the gate or waits for the process, and at once where nothing but
/// that answer is missing.
fn due(app: &App, plan: PlanId) -> Result<Vec<Due>, AppError> {
    let now = app.now();
    let (checks, lines, runs, told) = app.store().read(|r| {
        let checks = r.plan_checks(plan)?;
        if checks.is_empty() {
            return Ok((checks, Vec::new(), BTreeMap::new(), false));
        }
        let told = r.gates_of_agent_orders(plan)?.iter().any(|order| order.last_start_at.is_some());
        Ok((checks, r.step_lines(plan)?, r.step_runs(plan)?, told))
    })?;
    let waits_for = |word: WaitFor| lines.iter().any(|line| line.wait_for.as_deref() == Some(word.word()));
    let before_a_change = |state: &StepState| {
        state.footing() == Footing::Untouched || matches!(state, StepState::AwaitingRestart { .. })
    };
    let stands = |line: &StepLine| {
        line.start <= now && runs.get(&line.number).is_some_and(|run| before_a_change(&run.state))
    };
    let at_once = waits_for(WaitFor::Signal);
    let at_gate = at_once || told || waits_for(WaitFor::Interlock) || lines.iter().any(stands);
    if !at_gate {
        return Ok(Vec::new());
    }
    let wanted = checks.into_iter().filter_map(|kept| {
        let after = match kept.check.before.as_str() {
            "step" if at_once => ASK_AT_ONCE,
            "step" if told => ASK_FOR_DEVICES,
            _ => ASK_AGAIN,
        };
        let age = kept.answer.as_ref().map(|last| now.since(last.at));
        // An answer from the future is none: somebody has set the clock.
        let is_wanted = age.is_none_or(|age| age < 0 || age >= after);
        let question = question(&kept).filter(|_| is_wanted)?;
        Some(Due { kept, question })
    });
    Ok(wanted.collect())
}

fn ask_one(app: &App, question: &Question) -> ask::Said {
    match question {
        Question::Web { url, text } => match outward(app, url) {
            Ok(settings) => warned(ask::web(&settings, url, text), url),
            Err(what) => ask::Said::Unknown { what },
        },
        Question::Prometheus { url, query, must, value } => match (must_of(must), outward(app, url)) {
            (Some(must), Ok(settings)) => {
                warned(ask::prometheus(&settings, (url, query), (must, *value), app.now()), url)
            }
            (None, _) => ask::Said::Unknown { what: format!("`{must}` is no comparison") },
            (Some(_), Err(what)) => ask::Said::Unknown { what },
        },
        Question::Modbus { address, port, unit, table, place, value } => match table_of(table) {
            Some(table) => {
                let signal =
                    Signal { address: address.clone(), port: *port, unit: *unit, table, place: *place };
                ask::signal(&signal, *value)
            }
            None => ask::Said::Unknown { what: format!("`{table}` is no table of a controller") },
        },
        Question::OpcUa { endpoint, node, value, max_age_s } => {
            match (Endpoint::read(endpoint), Node::read(node)) {
                (Ok(endpoint), Ok(node)) => {
                    let wanted = value.wanted();
                    let permit = Permit { endpoint, node, wanted, max_age_s: *max_age_s };
                    ask::opcua::permit(&permit, app.now())
                }
                (Err(why), _) => ask::Said::Unknown { what: format!("`{endpoint}` is no address: {why}") },
                (_, Err(why)) => ask::Said::Unknown { what: format!("`{node}` is no node id: {why}") },
            }
        }
    }
}

/// The host of an address without TLS, in lower case; `None`: it has TLS.
fn in_clear(url: &str) -> Option<String> {
    let rest = url.strip_prefix("http://")?;
    let place = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match place.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => place.split(':').next().unwrap_or_default(),
    };
    Some(host.to_lowercase())
}

/// How an address is asked. Without TLS, only when whoever started the program has named its host.
fn outward(app: &App, url: &str) -> Result<FetchSettings, String> {
    let settings = app.settings().fetch.clone();
    let Some(host) = in_clear(url) else { return Ok(settings) };
    if !app.settings().clear_checks.contains(&host) {
        return Err(format!("`{host}` would be asked without TLS, and nobody has allowed that"));
    }
    Ok(FetchSettings { transport: Transport::PlainHttpForTests { hosts: vec![host] }, ..settings })
}

/// An answer in the clear may come from anybody on the way, and says so.
fn warned(said: ask::Said, url: &str) -> ask::Said {
    if in_clear(url).is_none() {
        return said;
    }
    let marked = |what: String| format!("{what} (asked without TLS: anybody on the way could have answered)");
    match said {
        ask::Said::Passed { what } => ask::Said::Passed { what: marked(what) },
        ask::Said::Refused { what } => ask::Said::Refused { what: marked(what) },
        ask::Said::Unknown { what } => ask::Said::Unknown { what },
    }
}

/// What the checks before every step said last, without what a person said of the process: what is asked again right before the
/// asset is changed, by whichever deed.
pub(in crate::execution) fn signal(checks: &[KeptCheck]) -> Interlock {
    let before_steps = checks.iter().filter(|kept| kept.check.before == "step");
    before_steps.map(said_last).fold(Interlock::NotAsked, stricter)
}

fn said_last(kept: &KeptCheck) -> Interlock {
    let Some(answer) = &kept.answer else {
        return Interlock::Unknown { what: format!("check `{}` was not asked yet", kept.check.name) };
    };
    let what = format!("check `{}`: {}", kept.check.name, answer.what);
    match answer.word.as_str() {
        "passed" => Interlock::Permitted { at: answer.at },
        "refused" => Interlock::Refused { what },
        _ => Interlock::Unknown { what },
    }
}

/// What the checks mean for a step, together with what a person said of the process.
pub(super) fn interlock(
    said: Interlock,
    checks: &[KeptCheck],
    (plan, planned): (&ChangePlan, &PlannedStep),
) -> Interlock {
    if checks.is_empty() {
        return said;
    }
    let later_wave = plan.waves.iter().any(|wave| wave.number > 1 && wave.steps.contains(&planned.number));
    let wanted = checks.iter().filter(|kept| kept.check.before == "step" || later_wave);
    wanted.map(said_last).fold(said, stricter)
}

/// Of two words the stricter: refused, then unknown, then the older permission.
fn stricter(one: Interlock, other: Interlock) -> Interlock {
    match (one, other) {
        (Interlock::NotAsked, rest) | (rest, Interlock::NotAsked) => rest,
        (refused @ Interlock::Refused { .. }, _) | (_, refused @ Interlock::Refused { .. }) => refused,
        (unknown @ Interlock::Unknown { .. }, _) | (_, unknown @ Interlock::Unknown { .. }) => unknown,
        (Interlock::Permitted { at: one }, Interlock::Permitted { at: other }) => {
            Interlock::Permitted { at: one.min(other) }
        }
    }
}
