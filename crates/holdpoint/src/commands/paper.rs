//! `holdpoint paper …`: the signed papers that agents obey. Keys of people stay with people: `key` and `sign` need neither a
//! database nor a network.

use crate::cli::Global;
use crate::exit::Exit;
use crate::open;
use crate::output::{self, Listed};
use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use holdpoint_app::agents::{self, ImageProposal, ProposedPlace, ProposedRun, ProposedScript, RootProposal};
use holdpoint_app::edge::{OsRandom, Random as _};
use holdpoint_server::api::agent_views::PaperView;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Verbs on signed papers.
#[derive(Debug, Subcommand)]
pub enum PaperCommand {
    /// The newest root of each site and image of each class
    List,
    /// Make a key of a person; its file stays with that person, and the public half is printed
    Key(FileArgs),
    /// Write the next root of a site for people to sign
    Root(RootArgs),
    /// Write the next image of a class for people to sign
    Image(ImageArgs),
    /// Print what a paper says and who has signed it
    Show(FileArgs),
    /// Add a person's signature to a paper
    Sign(SignArgs),
    /// Take in a signed root or image; it is checked as a device checks it
    Put(FileArgs),
}

/// A file.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// The file
    pub file: PathBuf,
}

/// A paper and a key.
#[derive(Debug, Args)]
pub struct SignArgs {
    /// The paper; the signature is added to it
    pub file: PathBuf,
    /// The file with the person's key
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
}

/// A root.
#[derive(Debug, Args)]
pub struct RootArgs {
    /// The site, by id or name
    #[arg(long)]
    pub site: String,
    /// The public key of a person; repeat it for each
    #[arg(long = "image-key", value_name = "HEX", required = true)]
    pub image_keys: Vec<String>,
    /// How many of them must sign
    #[arg(long, default_value_t = 2)]
    pub threshold: usize,
    /// For how many days it holds
    #[arg(long, default_value_t = 730)]
    pub days: u32,
    /// Where it is written
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
}

/// An image.
#[derive(Debug, Args)]
pub struct ImageArgs {
    /// The site, by id or name
    #[arg(long)]
    pub site: String,
    /// The class of devices
    #[arg(long, default_value = "default")]
    pub class: String,
    /// A patch that it approves besides those of the image before; repeat it for each
    #[arg(long = "patch", value_name = "NAME")]
    pub patches: Vec<String>,
    /// A patch of the image before that it approves no more; repeat it for each
    #[arg(long = "without", value_name = "NAME")]
    pub without: Vec<String>,
    /// Where the file of a patch `file NAME VERSION` is put, with its mode and owner; repeat it for each
    #[arg(long = "place", value_name = "PATCH=PATH,MODE,ACCOUNT:GROUP", value_parser = place)]
    pub places: Vec<ProposedPlace>,
    /// How the script of a patch `script NAME VERSION` runs, each part as TEMPLATE ACCOUNT SECONDS NAME=VALUE…; repeat it for each
    #[arg(long = "script", value_name = "PATCH=RUN[; check RUN][; undo RUN]", value_parser = script)]
    pub scripts: Vec<ProposedScript>,
    /// For how many days it holds
    #[arg(long, default_value_t = 90)]
    pub days: u32,
    /// Where it is written
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
}

/// `file screen 2=/etc/plant/screen.conf,640,root:plant`.
fn place(text: &str) -> Result<ProposedPlace, String> {
    let form = || "write it as PATCH=PATH,MODE,ACCOUNT:GROUP".to_owned();
    let (patch, rest) = text.split_once('=').ok_or_else(form)?;
    let mut parts = rest.rsplitn(3, ',');
    let (Some(owner), Some(mode), Some(path)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(form());
    };
    let mode = u32::from_str_radix(mode, 8).map_err(|_| format!("`{mode}` is no mode in octal digits"))?;
    Ok(ProposedPlace { patch: patch.to_owned(), path: path.to_owned(), mode, owner: owner.to_owned() })
}

/// `script flush 1=flush plant 60 mode=soft; check flush plant 30 mode=look; undo flush plant 60 mode=hard`.
///
/// Nothing in it needs a quote inside the quotes of the whole: values have neither blanks nor semicolons.
fn script(text: &str) -> Result<ProposedScript, String> {
    let form = || {
        "write it as PATCH=TEMPLATE ACCOUNT SECONDS NAME=VALUE…; check TEMPLATE …; undo TEMPLATE …".to_owned()
    };
    let (patch, rest) = text.split_once('=').ok_or_else(form)?;
    let mut parts = rest.split(';');
    let run = script_run(parts.next().unwrap_or_default())?;
    let (mut check, mut undo) = (None, None);
    for part in parts {
        let (word, rest) = part.trim().split_once(' ').ok_or_else(form)?;
        let said = match word {
            "check" => &mut check,
            "undo" => &mut undo,
            other => return Err(format!("`{other}` is neither `check` nor `undo`")),
        };
        if said.replace(script_run(rest)?).is_some() {
            return Err(format!("`{word}` is said twice"));
        }
    }
    Ok(ProposedScript { patch: patch.trim().to_owned(), run, check, undo })
}

/// `flush plant 60 mode=soft`.
fn script_run(text: &str) -> Result<ProposedRun, String> {
    let mut words = text.split_whitespace();
    let (Some(script), Some(account), Some(seconds)) = (words.next(), words.next(), words.next()) else {
        return Err(format!("`{}` is no TEMPLATE ACCOUNT SECONDS NAME=VALUE…", text.trim()));
    };
    let time_limit_s = seconds.parse().map_err(|_| format!("`{seconds}` is no number of seconds"))?;
    let mut arguments = BTreeMap::new();
    for word in words {
        let (name, value) = word.split_once('=').ok_or_else(|| format!("`{word}` is no NAME=VALUE"))?;
        if arguments.insert(name.to_owned(), value.to_owned()).is_some() {
            return Err(format!("`{name}` is said twice"));
        }
    }
    Ok(ProposedRun { script: script.to_owned(), account: account.to_owned(), time_limit_s, arguments })
}

/// Carries out a verb.
pub fn run(global: &Global, command: &PaperCommand) -> Result<Exit> {
    match command {
        PaperCommand::List => list(global),
        PaperCommand::Key(args) => key(global, &args.file),
        PaperCommand::Root(args) => {
            let app = open::app(global)?;
            let proposal = RootProposal {
                site: args.site.clone(),
                image_keys: args.image_keys.clone(),
                threshold: args.threshold,
                days: args.days,
            };
            write(&args.to, &agents::write(&agents::make_root(&app, &open::operator(), &proposal)?))
        }
        PaperCommand::Image(args) => {
            let app = open::app(global)?;
            let proposal = ImageProposal {
                site: args.site.clone(),
                class: args.class.clone(),
                patches: args.patches.clone(),
                without: args.without.clone(),
                places: args.places.clone(),
                scripts: args.scripts.clone(),
                days: args.days,
            };
            write(&args.to, &agents::write(&agents::make_image(&app, &open::operator(), &proposal)?))
        }
        PaperCommand::Show(args) => {
            let shown = agents::paper_text(&read(&args.file)?)?;
            output::value(global.output, &shown, || {
                serde_json::to_string_pretty(&shown).unwrap_or_default()
            })?;
            Ok(Exit::Done)
        }
        PaperCommand::Sign(args) => {
            let key = String::from_utf8(read(&args.key)?).context("the key's file holds no text")?;
            let signed = agents::sign_paper(&read(&args.file)?, &key)?;
            write(&args.file, &signed)?;
            told(global, &agents::paper_text(&signed)?)
        }
        PaperCommand::Put(args) => {
            let app = open::app(global)?;
            let kept = agents::put_paper(&app, &open::operator(), &read(&args.file)?, &global.reason)?;
            let view = PaperView::from(kept);
            output::value(global.output, &view, || {
                format!("{} {} of {} is kept, until {}", view.kind, view.version, view.site, view.expires_at)
            })?;
            Ok(Exit::Done)
        }
    }
}

/// Says who has signed, and of a root how many of the people that it names.
fn told(global: &Global, shown: &serde_json::Value) -> Result<Exit> {
    let signers: Vec<&str> =
        shown["signed_by"].as_array().into_iter().flatten().filter_map(|one| one.as_str()).collect();
    let counted = &shown["counted"];
    let value = serde_json::json!({ "signed_by": signers, "counted": counted });
    output::value(global.output, &value, || {
        let by = format!("signed by {} keys: {}", signers.len(), signers.join(" "));
        let counts = if counted.is_null() {
            "Whether these keys count is said when the paper is put in: the root of the site names them."
                .to_owned()
        } else {
            format!(
                "Of the {} people that this root names, {} have signed it; it wants {}. A key that it does not name counts only \
                 if the root before names it.",
                counted["named"], counted["signed"], counted["wanted"]
            )
        };
        format!("{by}\n{counts}")
    })?;
    Ok(Exit::Done)
}

fn list(global: &Global) -> Result<Exit> {
    let app = open::app(global)?;
    let items: Vec<PaperView> =
        agents::standing(&app, &open::operator())?.into_iter().map(Into::into).collect();
    let count = items.len() as u64;
    let listed = Listed { items, next: None, count };
    output::list(
        global.output,
        &listed,
        &["Site", "Kind", "Class", "Version", "Until", "Brought by"],
        |one| {
            vec![
                one.site.clone(),
                one.kind.clone(),
                one.class.clone(),
                one.version.to_string(),
                one.expires_at.clone(),
                one.put_by.clone(),
            ]
        },
    )?;
    Ok(Exit::Done)
}

fn key(global: &Global, file: &Path) -> Result<Exit> {
    let mut random = [0; 32];
    OsRandom.fill(&mut random);
    let (secret, public) = agents::person_key(&random);
    agents::write_secret_file(file, format!("{secret}\n").as_bytes())?;
    let shown = serde_json::json!({ "public_key": public });
    output::value(global.output, &shown, || public.clone())?;
    Ok(Exit::Done)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<Exit> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write `{}`", path.display()))?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_said_on_one_line_with_its_check_and_its_way_back() {
        let said = script(
            "script flush 1=flush plant 60 mode=soft at=a=b,c; check flush plant 30 mode=look;undo unflush root 90",
        );
        let said = said.expect("it is read");
        assert_eq!((said.patch.as_str(), said.run.script.as_str()), ("script flush 1", "flush"));
        assert_eq!(said.run.arguments["at"], "a=b,c", "only the first equals sign divides");
        let check = said.check.expect("a check");
        assert_eq!((check.time_limit_s, check.arguments["mode"].as_str()), (30, "look"));
        let undo = said.undo.expect("a way back");
        assert_eq!((undo.account.as_str(), undo.arguments.len()), ("root", 0));
        for wrong in [
            "script flush 1",
            "script flush 1=flush plant",
            "script flush 1=flush plant soon",
            "script flush 1=flush plant 60 soft",
            "script flush 1=flush plant 60 mode=soft mode=hard",
            "script flush 1=flush plant 60; look flush plant 30",
            "script flush 1=flush plant 60; undo a b 1; undo a b 1",
            "script flush 1=flush plant 60;",
        ] {
            assert!(script(wrong).is_err(), "{wrong}");
        }
    }
}
