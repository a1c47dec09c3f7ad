//! `holdpoint-agent`: the agent as a program of its own, for devices that get nothing else.
//!
//! Here: its few words. `holdpoint agent …` says the same with more comfort. Output is JSON, one value a line.

use holdpoint_agent::command;
use holdpoint_agent::enrol::{self, Enrolment};
use holdpoint_agent::error::{Result, Trouble};
use holdpoint_agent::local::{self, Word};
use holdpoint_agent::run;
use holdpoint_agent::settings::Settings;
use holdpoint_wire::text::{Hash, Id, Words};
use std::path::Path;
use std::process::ExitCode;

const HELP: &str = "holdpoint-agent: obeys signed orders on this device\n\n\
    holdpoint-agent enrol HOST:PORT FINGERPRINT CODE [ROOT-HASH]\n\
    holdpoint-agent adopt FILE ROOT-HASH      enrol from a file that a person brought\n\
    holdpoint-agent run                       ask and work until ended\n\
    holdpoint-agent once [FOLDER]             one round, with the server or with a folder\n\
    holdpoint-agent renew                     have the device's certificate renewed now\n\
    holdpoint-agent inventory                 print what is on this device\n\
    holdpoint-agent status | journal          how it stands, what was done\n\
    holdpoint-agent confirm ORDER WHO         say yes\n\
    holdpoint-agent postpone ORDER WHO        not now\n\
    holdpoint-agent clock-corrected WHY       the clock is right, though it went back\n\n\
    Places: HOLDPOINT_AGENT_STATE, HOLDPOINT_AGENT_WITNESS, HOLDPOINT_AGENT_SCRIPTS, HOLDPOINT_AGENT_PATH\n";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match carry_out(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("error: {}", trouble.in_full());
            ExitCode::FAILURE
        }
    }
}

fn settings() -> Settings {
    let mut settings = Settings::default();
    let place = |name: &str, at: &mut std::path::PathBuf| {
        if let Some(value) = std::env::var_os(name) {
            *at = value.into();
        }
    };
    place("HOLDPOINT_AGENT_STATE", &mut settings.state);
    place("HOLDPOINT_AGENT_WITNESS", &mut settings.witness);
    place("HOLDPOINT_AGENT_SCRIPTS", &mut settings.scripts);
    if let Ok(path) = std::env::var("HOLDPOINT_AGENT_PATH") {
        settings.program_path = path;
    }
    settings
}

fn carry_out(words: &[&str]) -> Result<()> {
    let settings = settings();
    match words {
        ["enrol", server, fingerprint, code, root @ ..] => {
            let enrolment = Enrolment {
                server: (*server).to_owned(),
                fingerprint: checked(Hash::new(*fingerprint))?,
                code: checked(Id::new(*code))?,
                root: root.first().map(|hash| checked(Hash::new(*hash))).transpose()?,
                host_name: std::fs::read_to_string("/etc/hostname").unwrap_or_default(),
            };
            print(&enrol::enrol(&settings, &enrolment)?)
        }
        ["adopt", file, root] => {
            let bytes = std::fs::read(file).map_err(|source| Trouble::System {
                what: "read",
                path: file.into(),
                source,
            })?;
            print(&enrol::adopt(&settings, &bytes, &checked(Hash::new(*root))?)?)
        }
        ["run"] => run::run(settings, |why| eprintln!("{why}")),
        ["once", folder @ ..] if folder.len() <= 1 => once(settings, folder.first().map(Path::new)),
        ["renew"] => {
            let (agent, _) = run::open(settings, None)?;
            let fingerprint = agent.enrolled().fingerprint.clone();
            let fingerprint =
                fingerprint.ok_or_else(|| Trouble::Asked("this device has no server".to_owned()))?;
            run::renew(&agent, &fingerprint).map(|_| ())
        }
        ["inventory"] => print(&command::inventory(&settings)?),
        ["status"] => print(&command::status(&settings)?),
        ["journal"] => command::lines(&settings)?.iter().try_for_each(print),
        ["confirm", order, who] => {
            local::say(&settings, &checked(Id::new(*order))?, Word::Confirm, &Words::cut(who))
        }
        ["postpone", order, who] => {
            local::say(&settings, &checked(Id::new(*order))?, Word::Postpone, &Words::cut(who))
        }
        ["clock-corrected", why] => run::open(settings, Some(Path::new("/nonexistent")))
            .and_then(|(mut agent, _)| agent.clock_corrected(&Words::cut(why))),
        ["help" | "--help" | "-h"] | [] => {
            print!("{HELP}");
            Ok(())
        }
        _ => Err(Trouble::Asked(format!(
            "`{}` is not understood; see `holdpoint-agent help`",
            words.join(" ")
        ))),
    }
}

fn once(settings: Settings, folder: Option<&Path>) -> Result<()> {
    let (mut agent, mut door) = run::open(settings, folder)?;
    let round = agent.round(&mut door)?;
    match round.server {
        Some(why) => Err(Trouble::Server(why)),
        None => Ok(()),
    }
}

fn checked<T>(text: std::result::Result<T, holdpoint_wire::text::BadText>) -> Result<T> {
    text.map_err(|error| Trouble::Asked(error.to_string()))
}

fn print(value: &impl serde::Serialize) -> Result<()> {
    println!("{}", serde_json::to_string(value).expect("texts, numbers and lists"));
    Ok(())
}
